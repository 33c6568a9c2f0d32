"""What is known about an image besides its pixels: pieces of text, each with its source
and its trust.

Context is the main lever on quality. It is also the way in for whoever may write a
caption on the site, so every piece is data: the prompt shows it as JSON inside a
delimiter that the text cannot close (see `as_json`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from altsync.models import SiteImage, is_blank


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


KINDS = (
    "note",
    "title",
    "caption",
    "alt text in the file",
    "page title",
    "text before",
    "text after",
    "album",
    "album note",
    "description in the file",
    "place",
    "date",
    "page text",
)
"""From the most to the least useful: the budget cuts from the end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that is known about an image."""

    kind: str
    """One of KINDS."""
    text: str
    trust: Trust
    source: str
    """Where it came from, for people: a field, a file, a page's address."""


def from_site(image: SiteImage) -> list[Piece]:
    """What the mirror knows about `image`."""
    found = (
        ("title", image.title, Trust.SITE, "title"),
        ("caption", image.caption, Trust.SITE, "caption"),
        ("album", image.album.replace("-", " ").replace("_", " "), Trust.SITE, "album"),
        ("page title", image.page_title, Trust.PAGE, image.page_url or "page"),
        ("page text", image.page_text, Trust.PAGE, image.page_url or "page"),
    )
    return [
        Piece(kind, text.strip(), trust, source)
        for kind, text, trust, source in found
        if text and not is_blank(text)
    ]


def fit(pieces: Iterable[Piece], budget: int) -> tuple[Piece, ...]:
    """The pieces in the order of KINDS, within `budget` characters of text.

    The same text is kept once. What does not fit is shortened at a word, and what would
    keep fewer than forty characters is left out; less useful pieces that are short may
    still fit after a long one was left out.
    """
    left = budget
    kept: list[Piece] = []
    seen: set[str] = set()
    for piece in sorted(pieces, key=lambda piece: KINDS.index(piece.kind)):
        text = " ".join(piece.text.split())
        if not text or text in seen:
            continue
        seen.add(text)
        if len(text) > left:
            if left < 40:
                continue
            text = text[: left - 1].rsplit(" ", 1)[0] + "…"
        left -= len(text)
        kept.append(Piece(piece.kind, text, piece.trust, piece.source))
    return tuple(kept)


def as_json(pieces: Sequence[Piece]) -> str:
    """As it is stored with a candidate: a JSON list, stable for equal pieces."""
    rows = [
        {"kind": p.kind, "text": p.text, "trust": str(p.trust), "source": p.source}
        for p in pieces
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def as_data(pieces: Sequence[Piece]) -> str:
    """As the prompt shows it. No text of a piece can end the delimiter that stands
    around it: `<` is escaped."""
    rows = [{"kind": p.kind, "text": p.text, "from": str(p.trust)} for p in pieces]
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    return "\n".join(lines).replace("<", "\\u003c").replace(">", "\\u003e")
