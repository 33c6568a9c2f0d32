"""How a picture is made small: near to what the slow way gives, within the bounds, and
its colours those of its profile."""

from __future__ import annotations

import io
import math
from pathlib import Path
from statistics import median
from unittest.mock import Mock

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from altsync.demo import llm_plugin
from altsync.errors import PictureError
from altsync.pictures import apart, colours
from altsync.pictures.prepare import prepare
from altsync.pictures.shape import fit
from tests.pictures.made import boxed, encoded, shrunk

PHOTOS = Path(llm_plugin.__file__).parent / "photos"


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def likeness(one: Image.Image, other: Image.Image) -> float:
    """The peak signal-to-noise ratio, in decibels."""
    squares = ImageStat.Stat(ImageChops.difference(one, other)).sum2
    mean = sum(squares) / (3 * one.width * one.height)
    return 10 * math.log10(255**2 / mean)


def test_it_is_near_to_the_whole_made_small_with_care() -> None:
    """Of photos at the ratio of 1280 to 768, and at that of 1600 to 768, where half of
    the photo is never decoded. What the JPEG takes away is in both."""
    found, lost = [], []
    for file in sorted(PHOTOS.glob("*/*.jpg")):
        data = file.read_bytes()
        with Image.open(file) as photo:
            whole = photo.convert("RGB")
        for ratio in (1280 / 768, 1600 / 768):
            side = round(max(whole.size) / ratio)
            size = fit(whole.size, side)
            best = whole.resize(size, Image.Resampling.LANCZOS)
            near = likeness(opened(shrunk(data, side)), best)
            found.append(near)
            lost.append(
                likeness(opened(encoded(best, "JPEG", quality=85)), best) - near
            )
    assert len(found) >= 20
    assert median(found) >= 35
    assert median(lost) < 1.5


def test_a_jpeg_of_rgb_inside_keeps_its_colours() -> None:
    """libjpeg cannot give brightness and colours of what holds neither."""
    picture = boxed((900, 600), (200, 30, 90))
    for how in ({}, {"keep_rgb": True}, {"subsampling": 0}, {"progressive": True}):
        sent = opened(shrunk(encoded(picture, "JPEG", quality=95, **how)))
        pixel = sent.getpixel((700, 500))
        assert pixel == pytest.approx((200, 30, 90), abs=6), how


def test_a_profile_that_is_not_srgb_is_followed_and_made_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    swapped = _profile_of_swapped_colours()
    build = Mock(side_effect=ImageCms.buildTransform)
    monkeypatch.setattr(ImageCms, "buildTransform", build)
    picture = boxed((900, 600), (220, 40, 40))
    data = encoded(picture, "JPEG", icc_profile=swapped, quality=95)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    colours._transform.cache_clear()
    for _ in range(3):
        red, green, blue = opened(shrunk(data)).getpixel((700, 500))  # type: ignore[misc]
        assert green > max(red, blue)
    shrunk(encoded(picture, "JPEG", icc_profile=srgb))
    assert build.call_count == 1


def _profile_of_swapped_colours() -> bytes:
    """sRGB, with the tags of red and green exchanged, and another name."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    held = made.replace(b"rXYZ", b"hold").replace(b"gXYZ", b"rXYZ")
    return held.replace(b"hold", b"gXYZ").replace(
        "sRGB".encode("utf-16-be"), "swap".encode("utf-16-be")
    )


def of_size(data: bytes, width: int, height: int) -> bytes:
    """A JPEG whose header says another size."""
    at = max(data.find(b"\xff\xc2"), data.find(b"\xff\xc0")) + 5
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return data[:at] + size + data[at + 4 :]


def test_a_camera_jpeg_of_over_fifty_megapixels_is_decoded_in_part() -> None:
    big = Image.linear_gradient("L").resize((9000, 6000))
    data = encoded(big, "JPEG")
    del big
    assert opened(prepare(data).jpeg).size == (768, 512)
    status = Path(f"/proc/{apart._idle[0].process.pid}/status")
    if status.exists():
        (peak,) = [row for row in status.read_text().splitlines() if "VmPeak" in row]
        assert int(peak.split()[1]) * 1024 < 200_000_000


@pytest.mark.parametrize(
    ("mode", "how", "limit"),
    [("RGB", {}, 100), ("RGB", {"subsampling": 0}, 50), ("L", {}, 150)],
)
def test_a_progressive_jpeg_has_to_fit_as_a_whole(
    mode: str, how: dict[str, int], limit: int
) -> None:
    data = encoded(boxed().convert(mode), "JPEG", progressive=True, **how)
    side = int((limit * 1_000_000) ** 0.5) + 2
    with pytest.raises(
        PictureError, match=f"over the limit of {limit} megapix"
    ) as caught:
        shrunk(of_size(data, side, side))
    assert caught.value.kind == "too big"
