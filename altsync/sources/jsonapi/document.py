"""What a JSON:API document may look like: checked once at the border, so that the rest
can trust shapes.

Values inside attributes stay as they are: whatever a site has there is data, not
structure.
"""

from __future__ import annotations

import re
from typing import Any

from altsync.errors import BadAnswer
from altsync.sources.answers import place

_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,128}\Z")


def checked(document: Any, url: str) -> dict[str, Any]:
    """The document, if it is one of JSON:API. Raises BadAnswer. Parts that may be
    missing may be missing (012, 025)."""
    if not isinstance(document, dict) or not _is_document(document):
        raise BadAnswer(
            f"{place(url)} answered JSON that is no JSON:API document. Look at it in a"
            " browser."
        )
    return document


def _is_document(document: dict[str, Any]) -> bool:
    if "data" not in document:
        return False
    included = document.get("included", [])
    return (
        all(map(_is_resource, listed(document["data"])))
        and _maybe(document, "links", dict)
        and _is_meta(document.get("meta"))
        and isinstance(included, list)
        and all(map(_is_resource, included))
    )


def listed(data: Any) -> list[Any]:
    """`data`, which JSON:API prints as a list, as one object or as null, as a list."""
    if isinstance(data, list):
        return data
    return [] if data is None else [data]


def is_blind(link: dict[str, Any]) -> bool:
    """The relationship shows nothing because what it points to is switched off: there is
    a link to itself, and none to what is related (825), which is there elsewhere (806)."""
    links = link.get("links")
    return (
        not link.get("data")
        and isinstance(links, dict)
        and "self" in links
        and "related" not in links
    )


def is_name(value: Any) -> bool:
    """Fit to be part of an id or an address: a uuid, a number, a language code, a
    resource type."""
    if isinstance(value, str):
        return _NAME.match(value) is not None
    return type(value) is int


def is_text(value: Any) -> bool:
    """A text that can be stored and sent: no half surrogate pair."""
    if not isinstance(value, str):
        return False
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_resource(row: Any) -> bool:
    if not isinstance(row, dict):
        return False
    links = row.get("relationships", {})
    return (
        is_name(row.get("id"))
        and is_name(row.get("type"))
        and _maybe(row, "attributes", dict)
        and isinstance(links, dict)
        and all(map(_is_relationship, links.values()))
    )


def _is_relationship(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(item, dict)
        and is_name(item.get("id"))
        and _maybe(item, "meta", dict)
        for item in listed(value.get("data"))
    )


def _is_meta(meta: Any) -> bool:
    if meta is None or isinstance(meta, list):
        return True  # PHP prints an empty object as []
    if not isinstance(meta, dict) or not _maybe(meta, "omitted", dict):
        return False
    return isinstance(meta.get("omitted", {}).get("links", {}), dict)


def _maybe(value: dict[str, Any], key: str, kind: type) -> bool:
    return key not in value or isinstance(value[key], kind)
