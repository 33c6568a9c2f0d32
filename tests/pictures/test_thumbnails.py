"""Small pictures for pages that stand alone: from what is kept, or none."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from altsync.pictures.cache import Cache, preview
from altsync.pictures.thumbnails import Thumbnails
from altsync.sources.memory import MemorySource
from altsync.store.store import Store
from tests.scene import Scene, image

ID, URL = "a/one", "https://example.org/one.jpg"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Thumbnails]:
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        site = MemorySource([image(ID, image_url=URL)])
        Scene(site, store).pull()
        yield Thumbnails(Cache.beside(tmp_path / "altsync.db"), store.conn)


def kept(size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG")
    return out.getvalue()


def test_an_image_without_a_picture_has_none(small: Thumbnails) -> None:
    assert small.jpeg(ID) is None
    assert small.address(ID) is None
    assert small.jpeg("no/such") is None


def test_the_long_side_is_fitted(small: Thumbnails) -> None:
    small.cache.keep(preview(ID, URL), 768, kept((768, 512)))
    jpeg = small.jpeg(ID)
    assert jpeg is not None
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (240, 160))
    address = small.address(ID) or ""
    head, _, body = address.partition(",")
    assert head == "data:image/jpeg;base64"
    assert base64.b64decode(body) == jpeg


def test_a_damaged_file_is_no_picture(small: Thumbnails) -> None:
    whole = kept((768, 512))
    for damaged in (b"no JPEG", whole[:700], b""):
        small.cache.keep(preview(ID, URL), 768, damaged)
        assert small.jpeg(ID) is None


def test_pillow_is_imported_only_where_there_is_a_picture() -> None:
    """`diff` takes every format through here."""
    code = (
        "import sys, altsync.pictures.thumbnails, altsync.pictures.cache;"
        " sys.exit('PIL' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
