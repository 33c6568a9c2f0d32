"""Every file of tests/data/hostile has a defined outcome, and what is sent is what its
picture shows."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageCms

from altsync.errors import PictureError
from altsync.pictures import apart, kinds
from altsync.pictures import prepare as pictures
from altsync.pictures.cache import Cache
from tests.doubles.storage import fill, small_disk
from tests.pictures.made import boxed, encoded, shrunk

HOSTILE = Path(__file__).parents[1] / "data" / "hostile"

REFUSED = {
    "all_black.jpg": "blank",
    "animated.webp": "blank",
    "animated_apng.png": "blank",
    "multipage.tif": "blank",
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
    "black_on_transparent.png": (500, 120),
    "exif_rot6_gps.jpg": (640, 427),
    "exif_rot_invalid99.jpg": (640, 427),
    "gray16.png": (400, 200),
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


def test_every_hostile_file_has_an_outcome() -> None:
    files = {file.name for file in HOSTILE.iterdir() if file.name != "README.md"}
    assert files == set(REFUSED) | set(SENT)


@pytest.mark.parametrize(("name", "kind"), REFUSED.items())
def test_refused(name: str, kind: str) -> None:
    with pytest.raises(PictureError) as caught:
        shrunk((HOSTILE / name).read_bytes())
    assert caught.value.kind == kind
    assert str(caught.value).endswith((".", ")"))


@pytest.mark.parametrize(("name", "size"), SENT.items())
def test_sent(name: str, size: tuple[int, int]) -> None:
    if name.endswith("heic"):
        pytest.importorskip("pillow_heif")
    picture = opened(shrunk((HOSTILE / name).read_bytes()))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", size)
    assert not picture.getexif()
    assert not {"exif", "xmp", "comment", "icc_profile"} & set(picture.info)


def test_transparent_becomes_white() -> None:
    for name in ("black_on_transparent.png", "palette_transparent.gif"):
        grey = opened(shrunk((HOSTILE / name).read_bytes())).convert("L")
        assert grey.getpixel((0, 0)) == 255
        assert min(grey.tobytes()) < 30


def test_sixteen_bits_keep_their_shades() -> None:
    grey = opened(shrunk((HOSTILE / "gray16.png").read_bytes())).convert("L")
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
    grey = opened(shrunk(data)).convert("L").tobytes()
    assert min(grey) < 40
    assert max(grey) > 215


@pytest.mark.parametrize("form", ["JPEG", "TIFF", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_every_orientation_is_upright(turn: int, form: str) -> None:
    """A red top left corner stays at the top left, whichever way the camera was held."""
    upright = Image.new("RGB", (80, 40), "white")
    upright.paste("red", (0, 0, 40, 20))
    inverse = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[turn]
    stored = upright if inverse is None else upright.transpose(Image.Transpose(inverse))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turn
    data = encoded(stored, form, exif=exif.tobytes(), quality=95)
    sent = opened(shrunk(data))
    assert sent.size == (80, 40)
    red, green, _ = sent.getpixel((5, 5))  # type: ignore[misc]
    assert red > 200
    assert green < 60


def test_the_long_side_is_fitted_and_never_enlarged() -> None:
    big = encoded(boxed((4032, 3024)), "JPEG")
    assert opened(shrunk(big)).size == (768, 576)
    assert opened(shrunk(encoded(boxed((60, 30))))).size == (60, 30)


def test_a_picture_is_prepared_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded(boxed((60, 30)))
    first = pictures.prepare(data, cache=Cache(tmp_path))
    monkeypatch.setattr(apart, "run", lambda *_: pytest.fail("prepared again"))
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
    monkeypatch.setattr(kinds, "heic", lambda: False)
    with pytest.raises(PictureError, match=r"altsync\[heic\]"):
        shrunk((HOSTILE / "photo.heic").read_bytes())


def test_colours_of_a_profile_become_srgb_and_a_broken_profile_stops_nothing() -> None:
    """A Lab profile cannot turn RGB into anything: the pixels are taken as they are."""
    plain = boxed((60, 60), (10, 200, 30))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (srgb, lab, b"no profile at all"):
        sent = opened(shrunk(encoded(plain, "PNG", icc_profile=profile)))
        assert sent.mode == "RGB"
        red, green, blue = sent.getpixel((50, 50))  # type: ignore[misc]
        assert (red < 40, green > 180, blue < 60) == (True, True, True)
        assert "icc_profile" not in sent.info


def test_whole_numbers_of_few_bits_are_taken_as_bytes() -> None:
    """A 32 bit TIFF whose brightest pixel is 255 is no dark 16 bit picture."""
    grey = Image.linear_gradient("L").convert("I")
    sent = opened(shrunk(encoded(grey, "TIFF"))).convert("L").tobytes()
    assert min(sent) < 10
    assert max(sent) > 245


@pytest.mark.parametrize("mode", ["YCbCr", "LAB"])
def test_a_mode_that_few_files_have_becomes_rgb(mode: str) -> None:
    picture = Image.new("LAB", (60, 60), (255, 128, 128))
    picture.paste((90, 128, 128), (10, 10, 40, 40))
    if mode == "YCbCr":
        picture = boxed((60, 60)).convert(mode)
    sent = opened(shrunk(encoded(picture, "TIFF")))
    assert (sent.mode, sent.size) == ("RGB", (60, 60))


def test_an_empty_file_is_said_to_be_empty() -> None:
    with pytest.raises(PictureError, match="empty: upload it anew"):
        shrunk(b"")


def test_a_picture_that_vanished_from_the_cache_is_prepared_again(
    tmp_path: Path,
) -> None:
    data = encoded(boxed((60, 30)))
    first = pictures.prepare(data, cache=Cache(tmp_path))
    assert first.path is not None
    first.path.unlink()
    assert pictures.prepare(data, cache=Cache(tmp_path)) == first
    assert first.path.read_bytes() == first.jpeg


def test_a_picture_that_cannot_be_kept_is_sent_all_the_same(tmp_path: Path) -> None:
    """A full disk costs a run no image."""
    data = encoded(Image.effect_noise((300, 300), 50))
    with small_disk(tmp_path / "disk", "64k") as disk:
        fill(disk)
        found = pictures.prepare(data, cache=Cache(disk))
    assert found == pictures.prepare(data)
