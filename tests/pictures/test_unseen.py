"""What a model would see nothing on, or could not read: another ground, another frame,
several parts, or a sentence before it is paid for. People see the whole."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from altsync.errors import PictureError
from altsync.pictures.cache import Cache
from altsync.pictures.prepare import prepare, prepare_as
from tests.pictures.made import boxed, encoded, shrunk

Colour = tuple[int, int, int]
CLEAR = (0, 0, 0, 0)


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def grey(picture: Image.Image) -> Image.Image:
    return picture.convert("L")


def contrast(picture: Image.Image) -> int:
    values = picture.tobytes()
    return max(values) - min(values)


def logo(*inks: Colour, opacity: int = 255) -> Image.Image:
    """Bars of these colours on nothing."""
    picture = Image.new("RGBA", (400, 160), CLEAR)
    pen = ImageDraw.Draw(picture)
    for number, ink in enumerate(inks):
        left = 20 + 60 * number
        pen.rectangle((left, 30, left + 40, 120), fill=(*ink, opacity))
    return picture


@pytest.mark.parametrize(
    ("inks", "dark"),
    [
        ([(255, 255, 255)], True),
        ([(250, 246, 255), (255, 255, 255)], True),
        ([(255, 255, 210)], True),
        ([(0, 0, 0)], False),
        ([(200, 30, 30)], False),
        ([(255, 255, 255), (0, 0, 0)], False),
    ],
)
def test_the_ground_of_what_is_transparent_goes_by_contrast(
    inks: list[Colour], dark: bool
) -> None:
    sent = grey(opened(shrunk(encoded(logo(*inks)))))
    ground = sent.crop((380, 140, 390, 150)).tobytes()
    assert (max(ground) < 80) == dark
    assert contrast(sent) > 100


def test_a_white_logo_in_every_transparent_mode_is_seen() -> None:
    white = logo((255, 255, 255))
    palette = Image.new("P", white.size, 0)
    palette.putpalette([0, 0, 0, 255, 255, 255])
    palette.paste(1, mask=white.getchannel("A"))
    files = [
        encoded(white.convert("LA")),
        encoded(white, "WEBP"),
        encoded(palette, "GIF", transparency=0),
        encoded(palette, transparency=0),
    ]
    for data in files:
        assert contrast(grey(opened(shrunk(data)))) > 100


PLAIN: dict[str, bytes] = {
    "white": encoded(Image.new("RGB", (600, 400), "white"), "JPEG"),
    "black": encoded(Image.new("L", (600, 400)), "PNG"),
    "nothing at all": encoded(Image.new("RGBA", (200, 100), CLEAR)),
    "nearly": encoded(Image.effect_noise((600, 400), 2), "JPEG"),
    "16 bit": encoded(Image.new("I;16", (90, 90), 40_000)),
}


@pytest.mark.parametrize("data", PLAIN.values(), ids=PLAIN.keys())
def test_a_picture_of_one_colour_is_a_sentence(data: bytes) -> None:
    with pytest.raises(PictureError, match="of one colour throughout") as caught:
        shrunk(data)
    assert caught.value.kind == "blank"


def hazy(low: int, high: int, grain: int = 10) -> Image.Image:
    """A photo of little contrast: brighter from left to right, with the sensor's noise."""
    light = Image.linear_gradient("L").rotate(90).resize((900, 600))
    light = light.point(lambda value: low + value * (high - low) // 255)
    noise = Image.effect_noise(light.size, grain).point(lambda value: value // 8)
    return ImageChops.add(light, noise, offset=-16)


@pytest.mark.parametrize(
    ("low", "high"), [(238, 246), (240, 252), (2, 12)], ids=["fog", "snow", "night"]
)
def test_a_photo_of_little_contrast_is_something(low: int, high: int) -> None:
    for form in ("JPEG", "PNG"):
        assert shrunk(encoded(hazy(low, high), form))


def test_a_bright_photo_with_round_corners_stands_on_white() -> None:
    photo = hazy(235, 252).convert("RGBA")
    mask = Image.new("L", photo.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, 899, 599), 60, fill=255)
    photo.putalpha(mask)
    assert min(grey(opened(shrunk(encoded(photo)))).tobytes()) > 180


def test_a_line_of_small_words_on_a_page_is_something() -> None:
    page = Image.new("RGB", (1200, 900), "white")
    ImageDraw.Draw(page).text((500, 440), "closed until May", fill="black")
    assert shrunk(encoded(page))


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_another_frame_is_taken_where_the_first_is_blank(form: str) -> None:
    frames = [Image.new("RGB", (60, 40), "black")] * 3 + [boxed(), boxed()]
    data = encoded(frames[0], form, save_all=True, append_images=frames[1:])
    sent = opened(shrunk(data))
    red, green, blue = sent.getpixel((25, 15))  # type: ignore[misc]
    assert min(red, green, blue) > 200


def test_what_no_model_is_asked_about_is_there_for_people(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    long = boxed((900, 14000))
    for data in (PLAIN["white"], encoded(long, "JPEG")):
        for _ in range(2):  # once more, with the file in the cache
            with pytest.raises(PictureError):
                prepare(data, cache=kept)
        prepare_as(None, data, 768, kept)
    shown = {opened(path.read_bytes()).size for path in tmp_path.rglob("*.jpg")}
    assert shown == {(600, 400), (49, 768)}
    for path in tmp_path.rglob("*.jpg"):
        name = path.name.partition("-")[0]
        assert kept.find(name) == path
        assert kept.has(name, 768)
        assert not kept.has(name, 512)


def banded(size: tuple[int, int]) -> Image.Image:
    """Dark at one end, bright at the other, in steps."""
    picture = Image.new("RGB", size)
    along = 0 if size[0] > size[1] else 1
    for step in range(30):
        box = [0, 0, *size]
        box[along], box[along + 2] = (
            size[along] * end // 30 for end in (step, step + 1)
        )
        picture.paste((step * 8, step * 8, 60), tuple(box))  # type: ignore[arg-type]
    return picture


def brightness(part: bytes) -> float:
    sent = grey(opened(part))
    return sum(sent.tobytes()) / (sent.width * sent.height)


@pytest.mark.parametrize("turn", [1, 6, 8])
@pytest.mark.parametrize("size", [(900, 9000), (9000, 900)])
def test_long_and_thin_comes_in_upright_parts_in_order(
    size: tuple[int, int], turn: int, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    stored = banded(size)
    if turn == 6:
        stored = stored.transpose(Image.Transpose.ROTATE_90)
    elif turn == 8:
        stored = stored.transpose(Image.Transpose.ROTATE_270)
    data = encoded(stored, "JPEG", exif=exif.tobytes())
    kept = Cache(tmp_path)
    first = prepare(data, cache=kept)
    jpegs = [first.jpeg, *(part.jpeg for part in first.more)]
    assert first.across == (size[0] > size[1])
    assert len(jpegs) == 3
    assert [min(opened(jpeg).size) for jpeg in jpegs] == [256, 256, 256]
    lights = [brightness(jpeg) for jpeg in jpegs]
    assert lights == sorted(lights)
    assert lights[2] > lights[0] + 100
    assert [path and path.read_bytes() for path in first.paths] == jpegs
    assert prepare(data, cache=kept) == first, "as it was kept"
    found = kept.find(first.sha256)
    assert found is not None
    with Image.open(found) as whole:
        assert max(whole.size) == 768


def test_parts_that_are_not_all_there_are_made_again(tmp_path: Path) -> None:
    data = encoded(banded((900, 9000)), "JPEG")
    kept = Cache(tmp_path)
    first = prepare(data, cache=kept)
    assert first.path is not None
    first.path.unlink()
    assert prepare(data, cache=kept) == first
    assert first.path.is_file()
