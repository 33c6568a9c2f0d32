"""What is said of photos, of spoiled copies of them, and of drawings; and what it costs:
`python -m benchmarks picture_quality [DIR]`.

Photos: those of the demonstration, and whatever pictures DIR has. Each is spoiled in
several ways (blurred by so many pixels of 768, darkened, faded, made small, cropped as an
image style does), and every copy is judged as a candidate's picture would be.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

import altsync
from altsync.lint.picture import doubts
from altsync.models import SiteImage
from altsync.pictures.quality import measure
from altsync.pictures.shrink import draw

PHOTOS = Path(altsync.__file__).parent / "demo" / "photos"
KINDS = ("small", "blurred", "dark", "contrast", "part", "long")
"""In the sentences: "the picture is blurred"."""
_SAID = {"contrast": "hardly any contrast", "part": "shows about", "long": "long and"}
Spoil = Callable[[Image.Image], Image.Image]


def fitted(picture: Image.Image, side: int = 1536) -> Image.Image:
    picture = picture.convert("RGB")
    picture.thumbnail((side, side))
    return picture


def blurred(radius: float) -> Spoil:
    """In pixels of a picture of 768."""

    def spoil(picture: Image.Image) -> Image.Image:
        scale = max(picture.size) / 768
        return picture.filter(ImageFilter.GaussianBlur(radius * scale))

    return spoil


def darkened(share: float) -> Spoil:
    return lambda picture: ImageEnhance.Brightness(picture).enhance(share)


def faded(share: float) -> Spoil:
    def spoil(picture: Image.Image) -> Image.Image:
        return Image.blend(Image.new("RGB", picture.size, "#c8c8c8"), picture, share)

    return spoil


def shrunk(side: int) -> Spoil:
    return lambda picture: ImageOps.contain(picture, (side, side))


def cropped(wide: int, high: int) -> Spoil:
    return lambda picture: ImageOps.fit(picture, (wide, high))


WAYS: dict[str, tuple[str, Spoil]] = {
    "as it is": ("", lambda picture: picture),
    "turned upright": (
        "",
        lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
    ),
    "half as large": ("", lambda picture: ImageOps.scale(picture, 0.5)),
    "a third darker": ("", darkened(0.66)),
    "blurred by 1 pixel": ("", blurred(1)),
    "blurred by 2 pixels": ("blurred", blurred(2)),
    "blurred by 3 pixels": ("blurred", blurred(3)),
    "blurred by 5 pixels": ("blurred", blurred(5)),
    "darkened to 35 %": ("dark", darkened(0.35)),
    "darkened to 25 %": ("dark", darkened(0.25)),
    "darkened to 15 %": ("dark", darkened(0.15)),
    "faded to 12 %": ("contrast", faded(0.12)),
    "150 pixels": ("small", shrunk(150)),
    "a strip of 5:1": ("long", cropped(1500, 300)),
    "cropped to a square": ("part", cropped(600, 600)),
}


def drawings() -> Iterator[Image.Image]:
    """Charts, a page of text, a logo, a gradient: flat, and sharp."""
    for ground, ink in (
        ("white", "navy"),
        ("#101828", "#e5e7eb"),
        ("#fde68a", "black"),
    ):
        chart = Image.new("RGB", (1000, 640), ground)
        pen = ImageDraw.Draw(chart)
        for at in range(6):
            pen.rectangle((80 + 150 * at, 500 - 60 * at, 170 + 150 * at, 580), fill=ink)
        yield chart
        page = Image.new("RGB", (1000, 640), ground)
        pen = ImageDraw.Draw(page)
        for at in range(14):
            words = "A line of words in small letters, as on a screen. " * 2
            pen.text(
                (40, 40 * at + 20), words, fill=ink, font=ImageFont.load_default(20)
            )
        yield page
        logo = Image.new("RGB", (400, 300), ground)
        ImageDraw.Draw(logo).ellipse((60, 40, 340, 260), fill=ink)
        yield logo
    yield Image.linear_gradient("L").resize((900, 600)).convert("RGB")


def said(picture: Image.Image, original: Image.Image) -> set[str]:
    """What would be said of the picture where the site has the original."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    quality = draw(out.getvalue()).quality
    width, height = original.size
    image = replace(SiteImage("a/1", "a", "1", ""), width=width, height=height)
    sentences = [sentence for _, sentence in doubts(quality, image)]
    return {
        kind
        for kind in KINDS
        if any(_SAID.get(kind, f"is {kind}") in one for one in sentences)
    }


def main() -> None:
    given = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    given.add_argument("folder", nargs="?", type=Path, help="more photos")
    folder = given.parse_args().folder
    files = sorted(PHOTOS.glob("*/*.jpg"))
    if folder is not None:
        files += sorted(
            one for one in folder.rglob("*") if one.suffix in (".jpg", ".png")
        )
    photos = [fitted(Image.open(file)) for file in files]
    print(f"{len(photos)} photos\n")
    print("| copy | said as it should be | said besides |")
    print("|---|---|---|")
    for name, (kind, spoil) in WAYS.items():
        found = [said(spoil(photo), photo) for photo in photos]
        wanted = {kind} - {""}
        right = sum(wanted <= one for one in found)
        besides = Counter(more for one in found for more in sorted(one - wanted))
        told = ", ".join(f"{more} {number}" for more, number in besides.items())
        shown = f"{right}/{len(photos)}"
        if not wanted:
            shown = "nothing to say"
        print(f"| {name} | {shown} | {told or 'nothing'} |")
    flat = [said(one, one) for one in drawings()]
    print(f"| {len(flat)} drawings | nothing to say | {sum(map(bool, flat))} said of |")
    times = []
    for photo in photos:
        small = ImageOps.contain(photo, (768, 768)).convert("YCbCr")
        start = time.process_time()
        measure(small, photo.size)
        times.append((time.process_time() - start) * 1000)
    print(
        f"\n{statistics.median(times):.1f} ms a picture (median), {max(times):.1f} at most"
    )


if __name__ == "__main__":
    main()
