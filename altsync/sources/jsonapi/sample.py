"""A page of items of a resource type: what there is to learn its fields from.

A page may show nothing although the type has rows that this login sees: hidden ones come
first. A filter makes those vanish inside the query (041), so it is the second try; types
that answer every filter with nothing (504-511) lose nothing by it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from altsync.errors import BadAnswer, NotAllowed, NotThere, Rejected
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.probe import NOBODY
from altsync.sources.jsonapi.walk import condition, has_next, omitted, rows_of


@dataclass(frozen=True, slots=True)
class TypeSample:
    """Up to 50 items of a type, whole."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    whole: bool = True
    """These are all the items that there are."""
    hidden: int = 0
    """Items among the first 50 that this login may not see."""


def take(client: Client, kind: str) -> TypeSample:
    """A sample of the type, for one request, or two where the first page shows nothing.

    Raises Rejected, NotAllowed, NotThere or BadAnswer where the type cannot be read.
    """
    url = client.url(kind, None)
    document, _ = client.get(url)
    found = TypeSample(
        rows_of(document), not has_next(document), len(omitted(document))
    )
    if found.rows or not (found.hidden or has_next(document)):
        return found
    try:
        document, _ = client.get(url, condition("any", "id", "<>", NOBODY))
    except (Rejected, NotAllowed, NotThere, BadAnswer):
        return found
    return TypeSample(rows_of(document), False, found.hidden)


def without_words(seen: TypeSample, texts: Collection[str]) -> TypeSample:
    """The same sample, small enough to be kept for a whole walk: without these texts, the
    other words that have no format, and the site's links."""
    return replace(seen, rows=[_slim(row, texts) for row in seen.rows])


def _slim(row: Mapping[str, Any], texts: Collection[str]) -> dict[str, Any]:
    attributes = row.get("attributes") or {}
    links = row.get("relationships") or {}
    return {
        "id": row["id"],
        "attributes": {
            name: None if name in texts or isinstance(value, str) else value
            for name, value in attributes.items()
        },
        "relationships": {
            name: {"data": (one or {}).get("data")} for name, one in links.items()
        },
    }
