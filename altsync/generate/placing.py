"""What the places tell that show an image: one group of pieces for each use, the most
telling use first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from altsync.addresses import shown
from altsync.generate import naming
from altsync.generate.context import (
    ADDRESS,
    BUTTON,
    LINK,
    LINK_WORDS,
    PAGES,
    SAME,
    TITLE,
    WHERE,
    Piece,
    Trust,
)
from altsync.generate.sentences import whole_after, whole_before
from altsync.lint.destination import is_home
from altsync.models import Match, Region, Use, same_text
from altsync.texts.words import AROUND

SHOWN = 3
"""Uses that a model is told of; the lint knows them all."""
MANY = 10
"""Pages: what stands on more of them is part of the site's frame, and one tells all."""
REGIONS = {
    Region.MAIN: "main content",
    Region.GALLERY: "gallery (several pictures side by side)",
    Region.TEASER: "teaser (a short piece that leads to another page)",
    Region.ASIDE: "side column",
    Region.HEADER: "header of the page",
    Region.NAV: "navigation",
    Region.FOOTER: "footer of the page",
}
_CUT = AROUND - 50
"""Characters: where as many were kept of the words on one side, more stood there."""
IN_TEXT = "text of the site, between its words"
HIDDEN = ", hidden from everybody who hears the page"
NO_LINK = "nothing, it is no link"
OWN_FILE = "the picture's own file, larger"


def of_uses(uses: Sequence[Use], titles: Mapping[str, str]) -> list[Piece]:
    """`uses`: every place of the image, the most telling first. `titles`: of the pages
    that links lead to, by address, where they are known."""
    pages = len({use.page_url for use in uses})
    told = _different(uses)[: 1 if pages > MANY else SHOWN]
    found = []
    for number, use in enumerate(told, 1):
        found += [
            Piece(kind, text, Trust.PAGE, use.page_url, number)
            for kind, text in _words(use, titles)
            if text
        ]
    if pages > len(told):
        count = f"this page and {pages - 1:,} more"
        found.append(Piece(PAGES, count, Trust.PAGE, "pages", 1))
    return found


def _different(uses: Sequence[Use]) -> list[Use]:
    """Without those that would tell the same: a page that shows it twice alike, a list
    that goes on over many pages."""
    seen = set()
    found = []
    for use in uses:
        tells = (
            use.region,
            use.heading,
            use.caption,
            use.link,
            use.link_text,
            use.button,
            use.before[-80:],
        )
        if tells not in seen:
            seen.add(tells)
            found.append(use)
    return found


def _words(use: Use, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    heading = "" if same_text(use.heading, use.page_title) else use.heading
    return [
        *(_standing(use, titles) if use.tells_links else ()),
        (TITLE, use.page_title),
        ("heading", heading),
        ("text before", _before(use.before)),
        ("caption", use.caption),
        ("text after", _after(use.after)),
    ]


def _before(words: str) -> str:
    """Without the rest of a sentence that the reader of pages cut."""
    return whole_before(words) if len(words) > _CUT else words


def _after(words: str) -> str:
    return whole_after(words) if len(words) > _CUT else words


def _standing(use: Use, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """The region and the function, which only a page or a text that was read can tell."""
    words = use.link_text
    found = [(WHERE, _where(use))]
    if use.button:
        found.append((BUTTON, words or "without words of its own"))
    elif use.to_file:
        found.append((LINK, OWN_FILE))
    elif use.link:
        address = naming.short_address(shown(use.link), shown(use.page_url))
        found += [(LINK, _destination(use, titles)), (ADDRESS, address)]
        found.append((LINK_WORDS, words or "none besides the picture"))
    else:
        found.append((LINK, NO_LINK))
    return [*found, (SAME, use.same)]


def _where(use: Use) -> str:
    if use.match is Match.TEXT:
        return IN_TEXT
    return REGIONS[use.region] + (HIDDEN if use.hidden else "")


def _destination(use: Use, titles: Mapping[str, str]) -> str:
    """What the page behind a link calls itself, else what its link or address does."""
    if title := titles.get(use.link):
        return title
    if is_home(use.link):
        return "the front page"
    return use.link_title or naming.slug_words(shown(use.link))
