"""Drawings: drawn for a model where the extra is there, their own words told; nothing in
one reaches anything outside of it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from altsync.errors import PictureError
from altsync.generate import infile
from altsync.pictures import apart, svg
from altsync.pictures.prepare import prepare
from tests.pictures.made import boxed

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 200 100">'
)
SHIP = '<rect x="20" y="20" width="60" height="50" fill="rgb(0,0,160)"/>'


def drawing(inside: str, head: str = HEAD) -> bytes:
    return f"{head}{inside}</svg>".encode()


@pytest.fixture
def resvg() -> None:
    pytest.importorskip("resvg_py")


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def reds(picture: Image.Image) -> int:
    """How many pixels are red."""
    red, green, _ = picture.split()
    return (
        ImageChops.subtract(red, green).point(lambda value: value > 150).histogram()[1]
    )


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svg, "is_there", lambda: False)
    with pytest.raises(PictureError, match=r"'altsync\[svg\]', or write") as caught:
        prepare(drawing(SHIP))
    assert caught.value.kind == "unsupported"


@pytest.mark.usefixtures("resvg")
@pytest.mark.parametrize(
    ("head", "size"),
    [
        (HEAD, (768, 384)),
        (HEAD.replace("viewBox", 'width="24px" height="24" viewBox'), (768, 768)),
        (HEAD.replace('viewBox="0 0 200 100"', ""), (768, 384)),
        (HEAD.replace("200 100", "400 100"), (1024, 256)),
    ],
)
def test_it_is_drawn_as_large_as_is_wanted(head: str, size: tuple[int, int]) -> None:
    sent = opened(prepare(drawing(SHIP, head)).jpeg)
    assert sent.size == size
    bluest = min(sent.getchannel("R").tobytes())
    assert bluest < 12


@pytest.mark.usefixtures("resvg")
def test_a_white_drawing_stands_on_dark() -> None:
    sent = opened(prepare(drawing(SHIP.replace("rgb(0,0,160)", "white"))).jpeg)
    assert max(sent.getpixel((700, 350))) < 80  # type: ignore[arg-type]


@pytest.mark.usefixtures("resvg")
def test_its_style_is_kept_but_for_what_leads_out() -> None:
    """A style that asks for the web's letters holds the colours too."""
    style = (
        "<style>@import 'http://x.test/a.css'; @font-face {font-family: x;"
        " src: url(http://x.test/a.woff)} .a {fill: url('#red')}</style><linearGradient id='red'>"
        "<stop stop-color='rgb(255,0,0)'/></linearGradient>"
    )
    sent = opened(prepare(drawing(style + '<path class="a" d="M9 9h99v70h-99"/>')).jpeg)
    assert reds(sent) > 1000


@pytest.mark.usefixtures("resvg")
@pytest.mark.parametrize(
    "part",
    [
        "<script>alert('led out')</script>",
        "<g><script href='led-out.js'/></g>",
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>led out</p></foreignObject>",
        "<image href='led-out.png'/>",
        "<use xlink:href='file:///led/out.svg#a'/>",
        "<style>.a { fill: url(http://led-out.test/#a) }</style>",
        "<rect style='fill: url(//led-out.test/a)' width='9' height='9'/>",
        "<rect filter='url(http://led-out.test/#a)' width='9' height='9'/>",
    ],
)
def test_nothing_that_leads_out_reaches_who_draws(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resvg_py

    drawn: list[str] = []

    def taken(svg_string: str, **_: object) -> bytes:
        drawn.append(svg_string)
        raise ValueError

    monkeypatch.setattr(resvg_py, "svg_to_bytes", taken)
    with pytest.raises(PictureError):
        svg.draw(drawing(SHIP + part), 768)
    assert "rect" in drawn[0]
    assert not re.search(r"led.out", drawn[0])


@pytest.mark.usefixtures("resvg")
@pytest.mark.skipif(not svg.letters(), reason="no font that is known here")
@pytest.mark.parametrize("family", ["", 'font-family="Verdana"', 'font-family="serif"'])
def test_words_are_drawn_though_their_font_is_not_here(family: str) -> None:
    words = f'<text x="9" y="60" font-size="40" {family}>Open daily</text>'
    sent = opened(prepare(drawing(words)).jpeg).convert("L")
    assert min(sent.tobytes()) < 50


@pytest.mark.usefixtures("resvg")
def test_one_of_which_nothing_was_drawn_is_no_decoration() -> None:
    with pytest.raises(PictureError, match="Nothing of the drawing") as caught:
        prepare(drawing('<text font-size="0">Open daily</text>'))
    assert caught.value.kind == "blank"


def test_its_title_and_description_are_told() -> None:
    said = (
        "<title>\n The harbour </title><desc>Seen from the <b>north</b></desc>"
        "<g><title>layer</title></g>"
    )
    found = [
        (piece.kind, piece.text, piece.source) for piece in infile.read(drawing(said))
    ]
    assert found == [
        ("description in the file", "The harbour", "SVG title"),
        ("description in the file", "Seen from the north", "SVG desc"),
    ]


@pytest.mark.usefixtures("resvg")
@pytest.mark.parametrize(
    "way",
    [
        '<image href="{file}" width="200" height="100"/>',
        '<image xlink:href=" {file}" width="200" height="100"/>',
        '<image href="file://{file}" width="200" height="100"/>',
        '<style>@import url("{file}");</style>' + SHIP.replace("fill", "stroke"),
        '<use href="{file}#a"/>',
        '<filter id="f"><feImage href="{file}"/></filter>'
        '<rect width="200" height="100" filter="url(#f)"/>',
    ],
)
def test_no_file_of_ours_is_drawn(way: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    boxed((200, 100), (255, 0, 0)).save(secret)
    hostile = way.format(file=secret) + '<rect width="9" height="9"/>'
    assert not reds(opened(prepare(drawing(hostile)).jpeg))


def test_that_a_file_would_be_drawn_otherwise(tmp_path: Path) -> None:
    """Or the test above would prove nothing."""
    resvg_py = pytest.importorskip("resvg_py")
    secret = tmp_path / "secret.png"
    boxed((200, 100), (255, 0, 0)).save(secret)
    whole = drawing(f'<image href="{secret}" width="200" height="100"/>').decode()
    sent = opened(bytes(resvg_py.svg_to_bytes(svg_string=whole)))
    assert reds(sent) > 1000


@pytest.mark.usefixtures("resvg")
def test_a_picture_inside_is_drawn() -> None:
    import base64

    from tests.pictures.made import encoded

    inside = base64.b64encode(encoded(boxed((200, 100), (255, 0, 0)))).decode()
    href = f'<image href="data:image/png;base64,{inside}" width="200" height="100"/>'
    assert reds(opened(prepare(drawing(href)).jpeg)) > 1000


BOMB = '<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
FILE = '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.usefixtures("resvg")
@pytest.mark.parametrize(
    "data",
    [
        BOMB.encode() + drawing("<text>&b;</text>"),
        FILE.encode() + drawing("<text>&x;</text>"),
        drawing("<g>"),
        b"<?xml version='1.0'?><rss/>",
    ],
    ids=["entities", "a file", "damaged", "no drawing"],
)
def test_what_cannot_be_trusted_is_a_sentence(data: bytes) -> None:
    with pytest.raises(
        PictureError, match="no SVG drawing that can be drawn"
    ) as caught:
        prepare(data)
    assert caught.value.kind == "unsupported"
    assert infile.read(data) == []


@pytest.mark.usefixtures("resvg")
def test_one_that_is_drawn_for_ever_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 1)
    levels = "".join(
        f'<g id="g{n + 1}">' + f'<use href="#g{n}"/>' * 12 + "</g>" for n in range(9)
    )
    nested = f'<defs><g id="g0">{SHIP}</g>{levels}</defs><use href="#g9"/>'
    with pytest.raises(PictureError):
        prepare(drawing(nested))


def test_a_document_type_alone_is_no_reason(resvg: None) -> None:
    """Drawing programs of old write one."""
    head = (
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"'
        ' "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    assert prepare(head.encode() + drawing(SHIP)).jpeg
