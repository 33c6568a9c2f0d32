"""The rows of one resource type, page by page: all of them, or what changed lately.

Any filter hides rows without a trace (041, 657, 692; of a paragraph, all of them:
504-511). So all rows are asked for without one, sorted, by offset; rows that are
deleted meanwhile would then be skipped, so that pages overlap (512), and a page that
does not is taken for a gap: the walk steps back. Filters only ask for what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from altsync.errors import BadAnswer
from altsync.sources.endless import Barren
from altsync.sources.jsonapi.document import is_name, is_text
from altsync.sources.jsonapi.schema import Schema, number_of

PAGE = 50
"""Core's maximum (005)."""
STEP = 45
"""Rows from one page to the next: so many deletions less than a page are no gap."""
REMEMBERED = 2_000
"""So many of the latest rows are known again; a walk steps back over fewer."""

Query = list[tuple[str, str]]
Ask = Callable[[Query], dict[str, Any]]
"""A checked document of the collection, for a query: it adds what the rows shall hold."""


class Endless(BadAnswer):
    """The pages of a collection name a next one for ever."""


@dataclass(frozen=True, slots=True)
class RowPage:
    """Rows that this walk has not met before."""

    rows: Sequence[dict[str, Any]]
    hidden: Sequence[str]
    """The uuids of rows that this login may not see."""
    files: Mapping[str, str]
    """File uuid -> URL, of the files that came along."""


class _Latest:
    """The rows that were met last, by uuid."""

    def __init__(self) -> None:
        self._known: dict[str, None] = {}

    def __contains__(self, uuid: str) -> bool:
        return uuid in self._known

    def add(self, uuids: Iterable[str]) -> None:
        for uuid in uuids:
            self._known.pop(uuid, None)
            self._known[uuid] = None
        for _ in range(len(self._known) - REMEMBERED):
            del self._known[next(iter(self._known))]


def whole(ask: Ask, sort: str) -> Iterator[RowPage]:
    """Every row, each once, also those that this login may not see; in the order `sort`,
    which no row changes its place in.

    Rows that are added or deleted meanwhile cost no other row. Raises Endless, after
    what there was.
    """
    offset = 0
    met, chain, barren = _Latest(), _Latest(), Barren()
    while True:
        document = ask([*_window(offset), ("sort", sort)])
        here = _uuids(document)
        yield _unmet(document, met)
        # What joins the rows before it leaves no gap between them.
        joined = offset == 0 or any(uuid in chain for uuid in here)
        if not joined:
            offset = max(0, offset - STEP)
            continue
        if not has_next(document):
            return
        if barren.ends(news=any(uuid not in chain for uuid in here)):
            raise Endless(str(barren))
        chain.add(here)
        offset += STEP


def by_key(ask: Ask, schema: Schema, conditions: Query) -> Iterator[RowPage]:
    """The rows that pass a filter, in the order of their numbers, each page from the
    last number on. What a filter hides is not among them. Raises Endless."""
    last, skipped = None, 0
    met, barren = _Latest(), Barren()
    while True:
        query = [*_window(skipped), ("sort", schema.number), *conditions]
        if last is not None:
            query += condition("key", schema.number, ">", last)
        document = ask(query)
        page = _unmet(document, met)
        yield page
        if not has_next(document):
            return
        if barren.ends(news=bool(page.rows or page.hidden)):
            raise Endless(str(barren))
        numbers = _numbers(schema, rows_of(document))
        if numbers:
            # A site that repeats a page does not lead back.
            numbers += [last] if last is not None else []
            last, skipped = max(numbers, key=_by_size), 0
        else:
            # No row of the page can be seen: there is no number to go on from.
            skipped += PAGE


def newest(
    asks: Mapping[str | None, Ask],
    sort: str,
    is_news: Callable[[dict[str, Any]], bool],
    *,
    past_hidden: bool = False,
) -> Iterator[tuple[str | None, RowPage]]:
    """(language, page) of the first rows in the order `sort`, as far as they are news
    in any of the languages. Raises Endless.

    Drupal sorts an item by the latest of its translations, and shows one: so the
    languages are asked side by side, and a page ends the walk only where none of them
    has news. What is hidden says nothing of when it changed; `past_hidden`: it is news
    by itself.
    """
    offset = 0
    met = {language: _Latest() for language in asks}
    barren = Barren()
    while True:
        found = fresh = more = False
        for language, ask in asks.items():
            document = ask([*_window(offset), ("sort", sort)])
            found |= any(map(is_news, rows_of(document)))
            found |= past_hidden and bool(omitted(document))
            more |= has_next(document)
            page = _unmet(document, met[language])
            fresh |= bool(page.rows or page.hidden)
            rows = [row for row in page.rows if is_news(row)]
            hidden = page.hidden if past_hidden else ()
            yield language, RowPage(rows, hidden, page.files)
        if not (found and more):
            return
        if barren.ends(news=fresh):
            raise Endless(str(barren))
        offset += STEP


def _window(offset: int) -> Query:
    return [("page[limit]", str(PAGE)), ("page[offset]", str(offset))]


def _unmet(document: dict[str, Any], met: _Latest) -> RowPage:
    """What the document shows for the first time."""
    rows = [row for row in rows_of(document) if row["id"] not in met]
    hidden = [uuid for uuid in omitted(document) if uuid not in met]
    met.add(_uuids(document))
    return RowPage(rows, hidden, files_of(document))


def _uuids(document: dict[str, Any]) -> list[str]:
    """Of every row that the page stands for, seen or hidden."""
    return [*(row["id"] for row in rows_of(document)), *omitted(document)]


def condition(name: str, path: str, operator: str, value: str) -> Query:
    """One filter condition in JSON:API's long form."""
    root = f"filter[{name}][condition]"
    return [
        (f"{root}[path]", path),
        (f"{root}[operator]", operator),
        (f"{root}[value]", value),
    ]


def rows_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    data = document["data"]
    return data if isinstance(data, list) else []


def has_next(document: dict[str, Any]) -> bool:
    """More rows exist. A short or empty page says nothing (034)."""
    return bool(document.get("links", {}).get("next"))


def omitted(document: dict[str, Any]) -> list[str]:
    """The uuids of rows that this login may not see."""
    try:
        links = document["meta"]["omitted"]["links"]
    except (KeyError, TypeError):
        return []
    hrefs = [
        str(link["href"])
        for name, link in links.items()
        if name != "help" and isinstance(link, dict) and "href" in link
    ]
    uuids = [href.partition("?")[0].rpartition("/")[2] for href in hrefs]
    return [uuid for uuid in uuids if is_name(uuid)]


def files_of(document: dict[str, Any]) -> dict[str, str]:
    """File uuid -> URL, of the files that came along."""
    found = {}
    for resource in document.get("included") or ():
        uri = (resource.get("attributes") or {}).get("uri")
        if isinstance(uri, dict) and is_text(uri.get("url")):
            found[resource["id"]] = uri["url"]
    return found


def _numbers(schema: Schema, rows: Iterable[dict[str, Any]]) -> list[str]:
    return [
        number_of(schema, str(row.get("id")), row.get("attributes") or {})
        for row in rows
    ]


def _by_size(number: str) -> tuple[int, int, str]:
    """Numbers by size, however long, before what is none."""
    return (0, len(number), number) if number.isdigit() else (1, 0, number)
