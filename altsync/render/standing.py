"""Where an image in a text stands, in words for people. Pure.

All of it is the site's: it is made plain and cut, and never a link but of http.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from altsync.addresses import shown, without_secrets
from altsync.models import Tag, WhereInText
from altsync.render.text import brief, ending, quoted
from altsync.render.uses import TITLE, WORDS, safe_link

if TYPE_CHECKING:
    from altsync.documents.seen import WhereItem

NEAR = 60
"""Characters of the words on either side, where all has to fit on a line."""
THE_IMAGE = "[the image]"

_WHICH = re.compile(r"\d+ of \d+")


@dataclass(frozen=True, slots=True)
class StandingInWords:
    """As people read it. '' where there is nothing to say."""

    page: str
    field: str
    """The field whose text it stands in."""
    which: str
    """"2 of 3", where the field shows its picture more than once."""
    heading: str
    before: str
    after: str
    to: str
    """Where the link around it leads."""
    to_url: str
    """The same, where a click on it is safe."""
    words: str
    """The other words of that link."""

    @property
    def place(self) -> str:
        """In which text, and which of its pictures: `body, 2 of 3 with this picture`."""
        which = f"{self.which} with this picture" if self.which else ""
        return ", ".join(filter(None, (self.field, which)))

    @property
    def around(self) -> str:
        """The words on both sides; '' where there are none."""
        return _between(self.before, self.after)

    @property
    def link(self) -> str:
        """What the link is: `a link to https://example.org/ferries, “Ferries”`."""
        if not self.to:
            return ""
        words = f", “{self.words}”" if self.words else ""
        return f"a link to {self.to}{words}"


def between(before: str, after: str, words: int) -> str:
    """The words on both sides of an image, cut to so many characters each; '' where
    there are none."""
    return _between(ending(before, words), brief(after, words))


def _between(before: str, after: str) -> str:
    if not (before or after):
        return ""
    return " ".join(filter(None, (before, THE_IMAGE, after)))


def in_words(
    image: str, where: WhereInText, words: int = WORDS
) -> StandingInWords | None:
    """None for what is no image in a text. `words`: characters on either side."""
    if where.tag is None:
        return None
    which = _WHICH.match(where.place or "")
    return StandingInWords(
        page=brief(where.page or "", TITLE),
        field=brief(image.rpartition("/")[0].rpartition(".")[2], TITLE),
        which=which[0] if which else "",
        heading=brief(where.heading or "", TITLE),
        before=ending(where.before or "", words),
        after=brief(where.after or "", words),
        to=brief(shown(where.link or ""), TITLE),
        to_url=safe_link(where.link),
        words=brief(where.link_text or "", TITLE),
    )


def lines(image: str, where: WhereInText) -> Iterator[str]:
    """Two short lines at most: where it stands, and between which words."""
    said = in_words(image, where, NEAR)
    if said is None:
        return
    under = f"under “{said.heading}”" if said.heading else ""
    yield ", ".join(filter(None, (f"in {said.place}", under, said.link)))
    if said.around:
        yield f"“{said.around}”"


def sentence(image: str, where: WhereInText) -> str:
    """The same in one line; '' for what is no image in a text."""
    return ": ".join(lines(image, where))


def text_of(value: str | None, where: WhereInText) -> str:
    """A text as a person reads it; an embedded medium without one has its medium's."""
    if value is None and where.tag is Tag.MEDIA:
        return "(none: its medium's own is shown)"
    return quoted(value)


def page(where: WhereInText) -> str:
    """What the page of an image in a text is called, quoted, with a blank before it;
    '' where there is none."""
    if where.tag is None or not where.page:
        return ""
    return f" {quoted(brief(where.page, TITLE))}"


def as_dict(image: str, where: WhereInText) -> WhereItem | None:
    """The stable JSON, exact; None for what is no image in a text."""
    if where.tag is None:
        return None
    return {
        "field": image.rpartition("/")[0],
        "tag": where.tag,
        "page": where.page,
        "place": where.place,
        "heading": where.heading,
        "before": where.before,
        "after": where.after,
        "link": None if where.link is None else without_secrets(where.link),
        "link_text": where.link_text,
    }
