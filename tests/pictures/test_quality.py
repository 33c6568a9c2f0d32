"""How much a picture lets anybody see: photos, copies of them that were spoiled, and
drawings."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

import altsync
from altsync.lint.picture import BLURRED, DARK, PALE
from altsync.pictures.quality import measure
from altsync.pictures.shrink import draw
from tests.pictures.made import encoded

PHOTOS = Path(altsync.__file__).parent / "demo" / "photos"
SOME = ("at-home/coffee-break.jpg", "space/deep-field.jpg", "at-home/neighbours.jpg")

Spoil = Callable[[Image.Image], Image.Image]


def photo(name: str) -> Image.Image:
    picture = Image.open(PHOTOS / name).convert("RGB")
    picture.thumbnail((768, 768))
    return picture


def blurred(picture: Image.Image) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(4))


def darkened(picture: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(0.2)


def faded(picture: Image.Image) -> Image.Image:
    return Image.blend(Image.new("RGB", picture.size, "#c8c8c8"), picture, 0.12)


def found(picture: Image.Image) -> set[str]:
    """What would be said of it."""
    quality = measure(picture, picture.size)
    said = {
        "blurred": quality.sharpness < BLURRED,
        "dark": quality.brightness < DARK,
        "pale": quality.contrast < PALE and quality.brightness >= DARK,
    }
    return {name for name, true in said.items() if true}


@pytest.mark.parametrize("name", SOME)
def test_each_way_of_spoiling_a_photo_is_told_from_the_others(name: str) -> None:
    picture = photo(name)
    assert found(picture) == set()
    ways: dict[str, Spoil] = {"blurred": blurred, "dark": darkened, "pale": faded}
    for said, spoil in ways.items():
        assert found(spoil(picture)) == {said}


def test_a_sharp_thing_before_a_soft_ground_is_sharp() -> None:
    picture = photo(SOME[0])
    soft = picture.filter(ImageFilter.GaussianBlur(8))
    box = (200, 100, 400, 300)
    soft.paste(picture.crop(box), box[:2])
    assert found(soft) == set()


def test_flat_drawings_and_plain_gradients_are_not_blurred() -> None:
    chart = Image.new("RGB", (600, 400), "white")
    pen = ImageDraw.Draw(chart)
    for number in range(5):
        left, top = 60 + 100 * number, 300 - 40 * number
        pen.rectangle((left, top, left + 60, 360), fill="navy")
    assert found(chart) == set()
    ramp = Image.linear_gradient("L").resize((600, 400)).convert("RGB")
    assert measure(ramp, ramp.size).sharpness == 1.0


def test_the_size_is_that_of_the_file_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = encoded(photo(SOME[0]).resize((900, 600)), "JPEG", exif=exif.tobytes())
    drawn = draw(lying, 300)
    assert Image.open(io.BytesIO(drawn.whole)).size == (200, 300)
    assert drawn.quality is not None
    assert (drawn.quality.width, drawn.quality.height) == (600, 900)


def test_what_nobody_is_asked_about_is_not_measured() -> None:
    drawn = draw(encoded(Image.new("RGB", (300, 200), "white")))
    assert (drawn.refused is not None, drawn.quality) == (True, None)


def test_what_is_transparent_is_measured_on_its_ground() -> None:
    logo = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    ImageDraw.Draw(logo).ellipse((50, 20, 250, 180), fill=(255, 255, 255, 255))
    for form in ("PNG", "GIF"):
        quality = draw(encoded(logo, form)).quality
        assert quality is not None
        assert quality.contrast > 0.5, "white stands on dark"
        assert quality.sharpness > BLURRED
