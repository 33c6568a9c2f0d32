"""What a push could not do for want of a permission, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from altsync.models import Denied
from altsync.render.text import count, plain

SHOWN = 20
"""So many reasons are told; a site that words each refusal anew cannot flood the end."""


def denial_lines(denials: Sequence[Denied]) -> Iterator[str]:
    """One line for each type and reason, the largest first."""
    largest = sorted(denials, key=lambda one: -one.images)
    for one in largest[:SHOWN]:
        wait = "waits" if one.images == 1 else "wait"
        yield (
            f"{count(one.images, 'image')} of {plain(one.kind)} {wait} for a permission"
            f" (one is {plain(one.example)}). The site says: {plain(one.needed)}"
            f" {one.grant}"
        )
    if len(largest) > SHOWN:
        more = sum(one.images for one in largest[SHOWN:])
        yield f"{count(more, 'image')} more wait, for other reasons."
