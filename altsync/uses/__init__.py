"""Where an image stands and what is known about it there.

`known` gathers it from the mirror, `html` reads it off a page, `matching` tells which
image a picture of a page is.
"""

from altsync.uses.known import BESIDE, IN_FILE, NOTE, House, Known, glossary, lasting

__all__ = ["BESIDE", "IN_FILE", "NOTE", "House", "Known", "glossary", "lasting"]
