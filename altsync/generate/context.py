"""What is known about an image besides its pixels: pieces of text, each with its source
and its trust.

Context is the main lever on quality. It is also the way in for whoever may write a
caption on the site, so every piece is data: the prompt shows it as JSON inside a
delimiter that the text cannot close (see `as_json`).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from altsync.generate.naming import telling_name
from altsync.lint.evidence import file_name
from altsync.models import SiteImage, is_blank
from altsync.uses import BESIDE, NOTE


class Trust(StrEnum):
    """Who could have written a piece."""

    OWNER = "owner"
    """The owner of the site, for altsync: notes, glossary, --context."""
    SITE = "site"
    """The site's own fields about this image."""
    FILE = "file"
    """Metadata inside the image file."""
    PAGE = "page"
    """A page that uses the image."""


WHERE = "where"
LINK = "link to"
ADDRESS = "link address"
LINK_WORDS = "words in the link"
BUTTON = "button"
SAME = "same words beside it"
PAGES = "stands on"
TITLE = "page title"
MEDIUM = "text of its medium"

KINDS = (
    NOTE,
    "album note",
    MEDIUM,
    WHERE,
    LINK,
    ADDRESS,
    LINK_WORDS,
    BUTTON,
    SAME,
    "title",
    "caption",
    "alt text in the file",
    TITLE,
    "heading",
    PAGES,
    "text before",
    "text after",
    "file name",
    "album",
    "description in the file",
    "place",
    "date",
    BESIDE,
    "page text",
)
"""From the most to the least useful: the budget cuts from the end."""
PASSING = frozenset({BESIDE, PAGES})
"""What says something of other images and pages: it changes while this image and its
places stay what they are, and then nobody wants to pay for the same text again."""
_OF_IT = frozenset({MEDIUM, "title", "caption"})
_IN_USE = (
    WHERE,
    TITLE,
    PAGES,
    "heading",
    LINK,
    ADDRESS,
    LINK_WORDS,
    BUTTON,
    "text before",
    "caption",
    SAME,
    "text after",
)
"""As one place is told, which is also how it is read there."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that is known about an image."""

    kind: str
    """One of KINDS."""
    text: str
    trust: Trust
    source: str
    """Where it came from, for people: a field, a file, a page's address."""
    use: int = 0
    """Which of the image's uses it is of, from 1, the most telling first; 0: of none."""


def from_site(image: SiteImage) -> list[Piece]:
    """What the mirror knows about `image`."""
    found = (
        ("title", image.title, Trust.SITE, "title"),
        ("caption", image.caption, Trust.SITE, "caption"),
        ("album", image.album.replace("-", " ").replace("_", " "), Trust.SITE, "album"),
        (
            "file name",
            telling_name(file_name(image)),
            Trust.SITE,
            "address of the file",
        ),
        (TITLE, image.page_title, Trust.PAGE, image.page_url or "page"),
        ("page text", image.page_text, Trust.PAGE, image.page_url or "page"),
    )
    return [
        Piece(kind, text.strip(), trust, source)
        for kind, text, trust, source in found
        if text and not is_blank(text)
    ]


def for_this_place(texts: Sequence[str]) -> str:
    """What the question says of an embedded medium, whose own text shows wherever it has
    none. `texts`: the medium's."""
    said = " / ".join(texts)
    elsewhere = f"elsewhere it says: {said}" if said else "elsewhere it says nothing"
    return f"The alt text is for this one place of a medium; {elsewhere}"


def in_order(pieces: Iterable[Piece]) -> list[Piece]:
    """As they are told: the owner's own words, what the site says of the image, its uses
    one after the other, the rest."""
    return sorted(pieces, key=_place)


def _place(piece: Piece) -> tuple[int, int, int]:
    if piece.use:
        return 2, piece.use, _IN_USE.index(piece.kind)
    kind = KINDS.index(piece.kind)
    if piece.trust is Trust.OWNER:
        return 0, 0, kind
    return (1 if piece.kind in _OF_IT else 3), 0, kind


def as_json(pieces: Sequence[Piece]) -> str:
    """As it is stored with a candidate: a JSON list, stable for equal pieces. `use`
    stands where there is one."""
    rows = []
    for piece in pieces:
        row: dict[str, str | int] = {
            "kind": piece.kind,
            "text": piece.text,
            "trust": str(piece.trust),
            "source": piece.source,
        }
        if piece.use:
            row["use"] = piece.use
        rows.append(row)
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def read(stored: str) -> tuple[Piece, ...]:
    """What `as_json` wrote."""
    return tuple(
        Piece(
            row["kind"],
            row["text"],
            Trust(row["trust"]),
            row["source"],
            row.get("use", 0),
        )
        for row in json.loads(stored)
    )


def as_key(pieces: Sequence[Piece]) -> str:
    """The part of it that makes another question: all but PASSING."""
    return as_json([piece for piece in pieces if piece.kind not in PASSING])


def as_data(pieces: Sequence[Piece]) -> str:
    """As the prompt shows it: an object a line, one for each use with all that it tells.
    No text of a piece can end the delimiter that stands around it: `<` is escaped."""
    lines = (json.dumps(row, ensure_ascii=False) for row in _objects(pieces))
    return "\n".join(lines).replace("<", "\\u003c").replace(">", "\\u003e")


def _objects(pieces: Sequence[Piece]) -> Iterator[dict[str, str | int]]:
    for use, group in itertools.groupby(in_order(pieces), lambda piece: piece.use):
        if use:
            yield {"use": use, **{piece.kind: piece.text for piece in group}}
            continue
        for piece in group:
            yield {"kind": piece.kind, "text": piece.text, "from": str(piece.trust)}
