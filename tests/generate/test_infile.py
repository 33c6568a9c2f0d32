"""What an image file says about itself."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from altsync.generate import infile
from altsync.generate.context import Trust

HOSTILE = Path(__file__).parents[1] / "data" / "hostile"

XMP = """\
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">
<Iptc4xmpCore:AltTextAccessibility>
<rdf:Alt><rdf:li xml:lang="x-default">A quiet harbour.</rdf:li></rdf:Alt>
</Iptc4xmpCore:AltTextAccessibility>
</rdf:Description></rdf:RDF></x:xmpmeta>
"""


def jpeg(**how: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG", **how)
    return out.getvalue()


def test_a_persons_alt_text_in_the_file_is_found() -> None:
    pieces = infile.read(jpeg(xmp=XMP.encode()))
    assert [(p.kind, p.text, p.trust) for p in pieces] == [
        ("alt text in the file", "A quiet harbour.", Trust.FILE)
    ]


def test_date_and_description_of_a_photo() -> None:
    exif = Image.Exif()
    exif[0x010E] = "The old pier"
    exif.get_ifd(0x8769)[0x9003] = "2019:07:04 10:00:00"
    found = {p.kind: p.text for p in infile.read(jpeg(exif=exif.tobytes()))}
    assert found == {"description in the file": "The old pier", "date": "2019-07-04"}


def test_a_position_is_only_named_where_the_owner_allows_it() -> None:
    pytest.importorskip("reverse_geocode")
    data = (HOSTILE / "exif_rot6_gps.jpg").read_bytes()
    assert not [p for p in infile.read(data) if p.kind == "place"]
    (found,) = [p for p in infile.read(data, place=True) if p.kind == "place"]
    assert not any(char.isdigit() for char in found.text)


@pytest.mark.parametrize("file", sorted(HOSTILE.iterdir()), ids=lambda file: file.name)
def test_no_file_breaks_the_reading(file: Path) -> None:
    infile.read(file.read_bytes())
    infile.read(file.read_bytes()[:500])
