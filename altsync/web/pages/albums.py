"""The albums: all of them, searched and sorted; each leads to its images."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from altsync.store import overview
from altsync.store.overview import Album
from altsync.terms import asked, said
from altsync.web.context import Visit, open_page
from altsync.web.guard import HEADERS
from altsync.web.pages.frame import LONGEST, arguments, first, number, show

SIZE = 100
SUGGESTED = 20
ORDERS = {"open": "most without a text", "waiting": "most to review", "name": "name"}


async def albums(datasette: Any, request: Any) -> Any:
    """GET /-/altsync/albums: a page of those that the words find. With `names` only
    their names, as JSON: what a field suggests while an album is typed."""
    page = await open_page(datasette, request)
    fields = arguments(page)
    words = " ".join(first(fields, "words").split())[:LONGEST]
    every: list[Album] = await page.kept("albums", overview.albums)
    found = [one for one in every if _says(one.name, words)] if words else every
    if first(fields, "names"):
        return _names(found)
    order = first(fields, "sort")
    return await _show(page, found, words, order if order in ORDERS else "open", fields)


async def _show(
    page: Visit,
    found: Sequence[Album],
    words: str,
    order: str,
    fields: dict[str, list[str]],
) -> Any:
    last = max(1, -(-len(found) // SIZE))
    at = min(max(1, number(first(fields, "page"), 1)), last)
    return await show(
        page,
        "albums",
        albums=_sorted(found, order)[(at - 1) * SIZE : at * SIZE],
        count=len(found),
        words=words,
        sort="" if order == "open" else order,
        order=order,
        orders=ORDERS,
        at_page=at,
        last=last,
    )


def _sorted(found: Sequence[Album], order: str) -> list[Album]:
    """Those with most without a text come first as they are."""
    if order == "name":
        return sorted(found, key=lambda one: one.name.casefold())
    if order == "waiting":
        return sorted(found, key=lambda one: -one.waiting)
    return list(found)


def _says(name: str, words: str) -> bool:
    """Letters that are no word of any script find nothing."""
    text, phrases = _said(name), asked(words)
    return bool(phrases) and all(one.stands_in(text) for one in phrases)


@lru_cache(200_000)
def _said(name: str) -> str:
    return said([name])


def _names(found: Sequence[Album]) -> Any:
    from datasette.utils.asgi import Response

    names = sorted(one.name for one in found)[:SUGGESTED]
    return Response(
        json.dumps(names),
        content_type="application/json; charset=utf-8",
        headers=dict(HEADERS),
    )
