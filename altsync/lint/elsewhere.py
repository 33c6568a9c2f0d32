"""The same picture at other places: what its text does there. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import shorten

from altsync.addresses import shown
from altsync.models import is_blank, same_text

LONGEST = 60
"""Characters of a title or address that a message has."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One place of another image with the same picture. Plain data."""

    alt: str | None
    """What is heard there."""
    link: str
    """Where the picture leads there; '' where it is no link."""
    what: str = ""
    """The words of that link, else the title of the page that it leads to."""
    page: str = ""
    """The title or address of the page that it stands on."""

    @property
    def sentence(self) -> str:
        """What it is there: `a link to “Tickets” on “Home”`."""
        on = f" on “{_short(self.page)}”" if self.page else ""
        if not self.link:
            return f"an illustration{on}"
        to = f"“{_short(self.what)}”" if self.what else _short(shown(self.link))
        return f"a link to {to}{on}"


def unlike(
    alt: str | None, link: str | None, others: Iterable[Elsewhere]
) -> str | None:
    """What the same text is on the same picture at other places, where that is something
    else than here; None where there is nothing to say.

    `link`: where the image leads, '' where it is no link; None where that is not known,
    or not the same at all of its places: then the others are held against each other.
    """
    if is_blank(alt):
        return None
    roles: dict[str, Elsewhere] = {}
    for one in others:
        if same_text(one.alt, alt):
            roles.setdefault(one.link, one)
    if link is not None:
        roles.pop(link, None)
    elif len(roles) < 2:
        return None
    told = [one.sentence for one in roles.values()][:2]
    return " and ".join(told) or None


def _short(text: str) -> str:
    return shorten(text, LONGEST, placeholder=" …") or text[:LONGEST]
