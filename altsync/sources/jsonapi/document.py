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
    ok = isinstance(document, dict) and "data" in document
    if ok:
        data = document["data"]
        ok = (
            all(_resource(row) for row in data)
            if isinstance(data, list)
            else data is None or _resource(data)
        )
        ok = ok and _maybe(document, "links", dict) and _meta(document.get("meta"))
        included = document.get("included", [])
        ok = (
            ok
            and isinstance(included, list)
            and all(_resource(row) for row in included)
        )
    if not ok:
        raise BadAnswer(
            f"{place(url)} answered JSON that is no JSON:API document. Look at it in a"
            " browser."
        )
    return document  # type: ignore[no-any-return]


def is_name(value: Any) -> bool:
    """Fit to be part of an id or an address: a uuid, a number, a language code, a
    resource type."""
    return (isinstance(value, str) and _NAME.match(value) is not None) or type(
        value
    ) is int


def is_text(value: Any) -> bool:
    """A text that can be stored and sent: no half surrogate pair."""
    if not isinstance(value, str):
        return False
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _resource(row: Any) -> bool:
    if (
        not isinstance(row, dict)
        or not is_name(row.get("id"))
        or not is_name(row.get("type"))
    ):
        return False
    links = row.get("relationships", {})
    return (
        _maybe(row, "attributes", dict)
        and isinstance(links, dict)
        and all(_relationship(r) for r in links.values())
    )


def _relationship(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    data = value.get("data")
    items = data if isinstance(data, list) else [] if data is None else [data]
    return all(
        isinstance(i, dict) and is_name(i.get("id")) and _maybe(i, "meta", dict)
        for i in items
    )


def _meta(meta: Any) -> bool:
    if meta is None or isinstance(meta, list):
        return True  # PHP prints an empty object as []
    if not isinstance(meta, dict) or not _maybe(meta, "omitted", dict):
        return False
    links = meta.get("omitted", {}).get("links", {})
    return isinstance(links, dict)


def _maybe(value: dict[str, Any], key: str, kind: type) -> bool:
    return key not in value or isinstance(value[key], kind)
