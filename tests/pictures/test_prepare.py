"""Every file of tests/data/hostile has a defined outcome, and what is sent is what its
picture shows."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from altsync.errors import PictureError
from altsync.pictures import prepare as pictures
from altsync.pictures.cache import Cache

HOSTILE = Path(__file__).parents[1] / "data" / "hostile"

REFUSED = {
    "1x1.png": "too small",
    "1x1_tracking.gif": "too small",
    "thin_2x9000.jpg": "too small",
    "thin_8000x3.png": "too small",
    "bomb_4GP.gif": "too big",
    "billion_laughs.svg": "unsupported",
    "script.svg": "unsupported",
    "html_as.jpg": "unsupported",
    "icon.ico": "unsupported",
    "pdf_named.jpg": "unsupported",
    "png_ztxt_bomb.png": "damaged",
    "truncated.jpg": "damaged",
    "truncated.png": "damaged",
}
SENT = {
    "all_black.jpg": (400, 300),
    "animated.webp": (200, 120),
    "animated_apng.png": (200, 120),
    "black_on_transparent.png": (500, 120),
    "exif_rot6_gps.jpg": (640, 427),
    "exif_rot_invalid99.jpg": (640, 427),
    "gray16.png": (400, 200),
    "multipage.tif": (200, 120),
    "palette_transparent.gif": (500, 120),
    "photo.avif": (640, 427),
    "photo.bmp": (200, 133),
    "photo.heic": (640, 427),
    "progressive.jpg": (640, 427),
    "rgb16.png": (64, 64),
    "webp_named.png": (640, 427),
}


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def encoded(picture: Image.Image, format: str = "PNG", **how: object) -> bytes:  # noqa: A002
    out = io.BytesIO()
    picture.save(out, format, **how)
    return out.getvalue()


def test_every_hostile_file_has_an_outcome() -> None:
    files = {file.name for file in HOSTILE.iterdir() if file.name != "README.md"}
    assert files == set(REFUSED) | set(SENT)


@pytest.mark.parametrize(("name", "kind"), REFUSED.items())
def test_refused(name: str, kind: str) -> None:
    with pytest.raises(PictureError) as caught:
        pictures.shrink((HOSTILE / name).read_bytes())
    assert caught.value.kind == kind
    assert str(caught.value).endswith((".", ")"))


@pytest.mark.parametrize(("name", "size"), SENT.items())
def test_sent(name: str, size: tuple[int, int]) -> None:
    if name.endswith("heic"):
        pytest.importorskip("pillow_heif")
    picture = opened(pictures.shrink((HOSTILE / name).read_bytes()))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", size)
    assert not picture.getexif()
    assert not {"exif", "xmp", "comment", "icc_profile"} & set(picture.info)


def test_transparent_becomes_white() -> None:
    for name in ("black_on_transparent.png", "palette_transparent.gif"):
        grey = opened(pictures.shrink((HOSTILE / name).read_bytes())).convert("L")
        assert grey.getpixel((0, 0)) == 255
        assert min(grey.tobytes()) < 30


def test_sixteen_bits_keep_their_shades() -> None:
    grey = opened(pictures.shrink((HOSTILE / "gray16.png").read_bytes())).convert("L")
    assert 110 < grey.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) < 145  # type: ignore[operator]


@pytest.mark.parametrize(
    "mode", ["F", "I", "I;16", "1", "LA", "P", "CMYK", "L", "RGBA"]
)
def test_every_mode(mode: str) -> None:
    if mode == "F":
        data = encoded(
            Image.linear_gradient("L").convert("F").point(lambda value: value * 4.0),
            "TIFF",
        )
    elif mode.startswith("I"):
        data = encoded(
            Image.linear_gradient("L").convert("I").point(lambda value: value * 256),
            "TIFF",
        )
    else:
        data = encoded(
            Image.linear_gradient("L").convert("RGB").convert(mode),
            "TIFF" if mode == "CMYK" else "PNG",
        )
    grey = opened(pictures.shrink(data)).convert("L").tobytes()
    assert min(grey) < 40
    assert max(grey) > 215


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_orientation_is_upright(turn: int) -> None:
    """A red top left corner stays at the top left, whichever way the camera was held."""
    upright = Image.new("RGB", (80, 40), "white")
    upright.paste("red", (0, 0, 40, 20))
    inverse = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[turn]
    stored = upright if inverse is None else upright.transpose(Image.Transpose(inverse))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turn
    sent = opened(
        pictures.shrink(encoded(stored, "JPEG", exif=exif.tobytes(), quality=95))
    )
    assert sent.size == (80, 40)
    red, green, _ = sent.getpixel((5, 5))  # type: ignore[misc]
    assert red > 200
    assert green < 60


def test_the_long_side_is_fitted_and_never_enlarged() -> None:
    big = encoded(Image.new("RGB", (4032, 3024), "teal"), "JPEG")
    assert opened(pictures.shrink(big)).size == (768, 576)
    assert opened(pictures.shrink(encoded(Image.new("RGB", (60, 30))))).size == (60, 30)


def test_a_picture_is_prepared_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded(Image.new("RGB", (60, 30), "teal"))
    first = pictures.prepare(data, cache=Cache(tmp_path))
    monkeypatch.setattr(pictures, "shrink", lambda *_: pytest.fail("prepared again"))
    assert pictures.prepare(data, cache=Cache(tmp_path)) == first
    assert [file.suffix for file in tmp_path.rglob("*.*")] == [".jpg"]


def test_many_threads_prepare_the_same_picture(tmp_path: Path) -> None:
    data = encoded(Image.effect_noise((300, 300), 50))
    threads = [
        threading.Thread(target=pictures.prepare, args=(data, 64, Cache(tmp_path)))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (file,) = tmp_path.rglob("*.*")
    assert opened(file.read_bytes()).size == (64, 64)


def test_heic_without_its_extra_is_unsupported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "heic", lambda: False)
    with pytest.raises(PictureError, match=r"altsync\[heic\]"):
        pictures.shrink((HOSTILE / "photo.heic").read_bytes())
