"""What a picture's own look gives reason to doubt: it is small, blurred, dark, pale, or
only a part of the file that the site has. Pure; `altsync.pictures.quality` measured it.

The bounds were measured on photos, on blurred, darkened and faded copies of them, and on
charts and screenshots (`python -m benchmarks picture_quality`): prefer not to doubt.
"""

from __future__ import annotations

from collections.abc import Iterator

from altsync.models import Decision, Quality, SiteImage

Reason = tuple[float, str]
"""How much it weighs, from 0 to 1, and a sentence for the reviewer."""

SMALL = 200
"""Pixels: what has not so many along its longer side is an icon, or a thumbnail."""
BLURRED = 0.45
"""Sharpness: photos have 0.74 to 0.87, charts and screenshots 0.7 to 0.99; blurred with a
radius of 3 pixels of 768 they have 0.2 to 0.41."""
DARK = 0.3
"""Of the brightest hundredth: photos have 0.66 to 1."""
PALE = 0.15
"""Contrast: photos have 0.6 to 1."""
PART = 0.85
"""Share of the file that can be seen: below it, something may have been cut off."""
LONG = 4.0
"""Times as long as wide."""


def doubts(
    quality: Quality | None, image: SiteImage, decision: Decision | None = None
) -> Iterator[Reason]:
    """What the picture that a model saw makes doubtful; nothing where it was not
    measured. What a link's picture looks like does not matter to a text that names where
    the link leads."""
    if quality is None or decision is Decision.FUNCTIONAL:
        return
    size = f"{quality.width:,} x {quality.height:,} pixels"
    longer, shorter = sorted((quality.width, quality.height), reverse=True)
    if longer < SMALL:
        yield 0.15, f"the picture is small: {size}"
    if quality.sharpness < BLURRED:
        yield 0.25, "the picture is blurred"
    if quality.brightness < DARK:
        yield 0.25, "the picture is dark"
    elif quality.contrast < PALE:
        yield 0.15, "the picture has hardly any contrast"
    if longer > LONG * shorter:
        yield 0.1, f"the picture is long and thin: {size}"
    shown = _shown(quality, image)
    if shown < PART:
        whole = f"{image.width:,} x {image.height:,} pixels"
        yield (
            0.15,
            f"the picture shows about {shown:.0%} of the site's file: {size} of {whole}",
        )


def _shown(quality: Quality, image: SiteImage) -> float:
    """How much of the site's file the picture can show at most, by the proportions of
    both: a derivative that crops has others. 1 where that is not known."""
    if image.in_text or not image.width or not image.height:
        return 1.0  # what a tag of a text says is how large it is shown
    has = quality.width / quality.height
    wide = image.width / image.height
    # Sites give the size of a photo that lies on its side as the camera stored it.
    return max(min(has / other, other / has) for other in (wide, 1 / wide))
