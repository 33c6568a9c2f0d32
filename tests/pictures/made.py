"""Pictures to send: with something to see on them, or no model would be asked."""

from __future__ import annotations

import io

from PIL import Image

from altsync.errors import PictureError
from altsync.pictures.shrink import draw


def boxed(
    size: tuple[int, int] = (60, 40), colour: str | tuple[int, ...] = "teal"
) -> Image.Image:
    """A white box on a ground of one colour."""
    picture = Image.new("RGB", size, colour)
    width, height = size
    picture.paste("white", (width // 4, height // 4, width // 2, height // 2))
    return picture


def encoded(picture: Image.Image, form: str = "PNG", **how: object) -> bytes:
    """The file of a picture."""
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def shrunk(data: bytes, side: int = 768) -> bytes:
    """What a model sees of a file, where that is one JPEG. Raises PictureError."""
    drawn = draw(data, side)
    if drawn.refused is not None:
        raise PictureError(drawn.refused[0], kind=drawn.refused[1])
    assert not drawn.parts
    return drawn.whole
