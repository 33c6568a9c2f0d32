"""How an image is read out. Pure."""

from __future__ import annotations


def spoken(alt: str | None, file: str) -> str:
    """What a screen reader says at this image, in a sentence: the wording differs a
    little between programs."""
    if alt is None:
        return f"reads out the file name: “{file}, graphic”"
    if not alt.strip():
        return "says nothing: the image is skipped"
    return f"says: “graphic, {alt.strip()}”"
