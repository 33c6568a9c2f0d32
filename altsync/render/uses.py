"""Where a page shows an image, and as what, in words for people. Pure.

All of it comes from pages: it is made plain, cut, and never a link but of http.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from altsync.addresses import shown, without_login
from altsync.models import Match, PictureKind, Region, Use, Whereabouts, same_text
from altsync.render.text import brief, count, ending

TITLE = 160
"""Characters of a title, heading, link or address that are shown."""
WORDS = 400
"""Characters of the words on either side."""

NO_PAGE = "A text that has no page of its own"
NO_TITLES: Mapping[str, str] = MappingProxyType({})

Told = TypeVar("Told", bound=Hashable)

_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE | re.ASCII)
_REGIONS = {
    Region.MAIN: "in the main part",
    Region.GALLERY: "in a gallery",
    Region.TEASER: "in a teaser",
    Region.ASIDE: "beside the main part",
    Region.HEADER: "in the header",
    Region.NAV: "in the navigation",
    Region.FOOTER: "in the footer",
}
_KINDS = {
    PictureKind.IMG: "",
    PictureKind.INPUT: "",
    PictureKind.CSS: "as a background",
    PictureKind.OTHER: "by an element that has no alt",
    PictureKind.EMBED: "by Drupal's tag for a medium",
}


@dataclass(frozen=True, slots=True)
class UseInWords:
    """One use as people read it. '' where there is nothing to say."""

    page: str
    """The page's title, else its address, else that the text there has none."""
    page_url: str
    """Its address, where a click on it is safe."""
    where: str
    """The part of the page, or that it is a text; '' where neither was read."""
    heading: str
    caption: str
    role: str
    """What the picture is besides a picture: "a link to", "a button"."""
    to: str
    """The page that the link leads to, by its title, else by its address."""
    to_url: str
    """The same, where a click on it is safe."""
    words: str
    """Other words of the link or button."""
    named: bool
    """They are a name that it bears itself."""
    shows: str | None
    """The alt that the page shows; None where it has no such attribute."""
    differs: bool
    """The page shows another alt than the site is known to have."""
    same: str
    """What stands beside it and says the same."""
    before: str
    after: str
    language: str


def in_words(
    use: Use, alt: str | None, titles: Mapping[str, str] = NO_TITLES
) -> UseInWords:
    """`alt`: what the site is known to have; `titles`: of the pages that links lead to."""
    address = brief(shown(use.page_url), TITLE)
    return UseInWords(
        page=brief(use.page_title, TITLE) or address or NO_PAGE,
        page_url=safe_link(use.page_url),
        where=_where(use),
        heading=brief(use.heading, TITLE),
        caption=brief(use.caption, WORDS),
        role=_role(use),
        to=_to(use, titles),
        to_url="" if use.button else safe_link(use.link),
        words=brief(use.link_text or use.link_title, TITLE),
        named=use.labelled,
        shows=use.alt if use.alt is None else brief(use.alt),
        differs=_differs(use, alt),
        same=brief(use.same, WORDS),
        before=ending(use.before, WORDS),
        after=brief(use.after, WORDS),
        language=tag(use.language),
    )


def safe_link(url: str | None) -> str:
    """An address to click on, without a login; '' for any scheme but http."""
    if url and url.lower().startswith(("http://", "https://")):
        return without_login(url)
    return ""


def tag(language: str | None) -> str:
    """A language for the attribute `lang`; '' where it is no tag of one."""
    return language if language and _TAG.fullmatch(language) else ""


def at_uses(at: Sequence[int]) -> str:
    """use 1; uses 1, 2 and 4."""
    *others, last = map(str, at)
    return f"uses {', '.join(others)} and {last}" if others else f"use {last}"


def grouped(told: Sequence[Told]) -> dict[Told, tuple[int, ...]]:
    """Each thing that is told of uses, and of which (from 1): () where of all of them."""
    at: dict[Told, tuple[int, ...]] = {}
    for number, one in enumerate(told, 1):
        at[one] = (*at.get(one, ()), number)
    return at if len(at) > 1 else dict.fromkeys(at, ())


def summary(whereabouts: Whereabouts) -> str:
    """All of it in half a sentence; '' where neither a page nor a text was read."""
    if not whereabouts.pages:
        return ""
    said = [in_words(use, None, whereabouts.titles) for use in whereabouts.uses]
    page = said[0].page
    parts = ["in a text" if page == NO_PAGE else f"on “{page}”"]
    if whereabouts.pages > 1:
        parts = [f"{parts[0]} and {count(whereabouts.pages - 1, 'further page')}"]
    acts = [
        one for one, use in zip(said, whereabouts.uses, strict=True) if use.functional
    ]
    parts += [f"{one.role} {one.to}".strip() for one in acts[:1]]
    return "; ".join(parts)


def hints(whereabouts: Whereabouts) -> list[str]:
    """What a text has to do at the uses, where that is more than to say what is seen."""
    lines = []
    told = [_hint(use, whereabouts.titles) for use in whereabouts.uses]
    for said, at in grouped(told).items():
        if said:
            lines.append(f"{said} ({at_uses(at).capitalize()}.)" if at else said)
    return lines


def _hint(use: Use, titles: Mapping[str, str]) -> str:
    unheard = use.hidden or _KINDS[use.kind]
    if unheard or not use.functional:
        return ""
    if use.labelled:
        return (
            "This picture is in a link or button with a name of its own: no text of the"
            " picture is heard there."
        )
    what = "a button" if use.button else f"a link to {_to(use, titles)}"
    if use.link_text:
        return (
            f"This picture is in {what} with the words “{brief(use.link_text, TITLE)}”:"
            " the text should not say them again. With nothing to add it is decorative."
        )
    if use.button:
        return "This picture is a button: the text should say what it does."
    return f"This picture is {what}: the text should say where it leads."


def _where(use: Use) -> str:
    if use.match is Match.TEXT:
        return "in a text, as the last pull saw it"
    if not use.place:
        return ""
    return ", ".join(filter(None, (_REGIONS[use.region], _KINDS[use.kind])))


def _role(use: Use) -> str:
    if use.button:
        return "a button"
    if use.to_file:
        return "a link to its own file, a larger view"
    if use.link:
        return "a link to"
    return ""


def _to(use: Use, titles: Mapping[str, str]) -> str:
    if use.button or use.to_file:
        return ""
    if title := titles.get(use.link):
        return f"“{brief(title, TITLE)}”"
    if use.link.lower().startswith("javascript:"):
        return "a script of the page"
    return brief(shown(use.link), TITLE)


def _differs(use: Use, alt: str | None) -> bool:
    """Only what was read there counts, and only what can have an alt."""
    return bool(use.place and not _KINDS[use.kind]) and not same_text(use.alt, alt)
