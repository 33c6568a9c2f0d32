"""What became of pages that were not read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from altsync.pages import PagesRead

_FATES = {
    "gone": "Gone from the site, with their uses",
    "not public": "Not public",
    "forbidden": "Forbidden by robots.txt, and not read (--ignore-robots on your own site)",
    "elsewhere": "Leading to another site, and not followed",
    "no page": "No HTML, empty, or over 5 MB, and left out",
    "same page": "Leading to a page that was read already",
}
"""What became of pages (`sources.visit.Met`), as the summary says it."""


def lines(done: PagesRead) -> Iterator[str]:
    """Of each kind how many, with the first three of them; none of what failed, which
    wants its reasons."""
    from altsync.render.text import count
    from altsync.sources.visit import Met

    for name, what in _FATES.items():
        met = Met(name)
        number = done.counts[met]
        if number:
            named = ", ".join(done.named[met][:3])
            more = ", …" if number > 3 else ""
            yield f"{what}: {count(number, 'page')} ({named}{more})"
