"""The audit: exactly what `altsync diff` shows, with pictures and word-level marks. And
one image's whole history."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from altsync import plan
from altsync.models import (
    Change,
    Conflict,
    Converged,
    Entry,
    Event,
    Refused,
    Summary,
    Use,
)
from altsync.pictures.cache import name_in
from altsync.plan import Permissions
from altsync.render.shown import of
from altsync.render.words import Stretch, compare
from altsync.store import history, journal, looks, reports, usages
from altsync.web.context import open_page
from altsync.web.pages.frame import arguments, first, number, show

SIZE = 50
KINDS: dict[str, type[Entry]] = {
    "changes": Change,
    "conflicts": Conflict,
    "refused": Refused,
    "converged": Converged,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the plan on the page."""

    image: str
    picture: str | None
    old: str | None
    new: str | None
    marks: list[Stretch]
    entry: Entry
    change: Change | None
    called: str
    """The title, where the id does not say it."""


def _entries(conn: sqlite3.Connection, allowed: Permissions) -> Iterator[Entry]:
    return plan.build_plan(journal.plan_rows(conn), allowed)


def _line(conn: sqlite3.Connection, entry: Entry) -> Line:
    change = (
        entry
        if isinstance(entry, Change)
        else entry.change
        if isinstance(entry, Refused)
        else None
    )
    if change is not None:
        image, old, new = change.image, change.base, change.new
    elif isinstance(entry, Conflict):
        image, old, new = entry.image, entry.site, entry.new
    else:
        assert isinstance(entry, Converged)
        image, old, new = entry.image, entry.value, entry.value or ""
    return Line(
        image,
        name_in(conn, image),
        old,
        new,
        compare(old, new),
        entry,
        change,
        of(entry).called,
    )


async def audit(datasette: Any, request: Any) -> Any:
    """GET /-/altsync/audit"""
    page = await open_page(datasette, request)
    fields = arguments(page)
    kind = first(fields, "kind", "changes")
    kind = kind if kind in KINDS else "changes"
    number_of_page = max(1, number(first(fields, "page"), 1))
    allowed = Permissions(reviewed=page.config.reviewed_label)

    def plan_now(conn: sqlite3.Connection) -> Summary:
        url = page.config.site.url or reports.site_url(conn)
        return plan.summarize(url, _entries(conn, allowed))

    def work(conn: sqlite3.Connection) -> list[Line]:
        mine = (
            entry for entry in _entries(conn, allowed) if isinstance(entry, KINDS[kind])
        )
        shown = itertools.islice(
            mine, SIZE * (number_of_page - 1), SIZE * number_of_page
        )
        return [_line(conn, entry) for entry in shown]

    summary = await page.kept(("plan", allowed), plan_now)
    lines = await page.read(work)
    counts = {name: getattr(summary, name) for name in KINDS}
    return await show(
        page,
        "audit",
        summary=summary,
        lines=lines,
        counts=counts,
        kind=kind,
        number=number_of_page,
        pages=max(1, -(-counts[kind] // SIZE)),
        site=page.config.site.url or summary.site,
    )


def _events(conn: sqlite3.Connection, image: str) -> list[tuple[Event, list[Stretch]]]:
    """Every event, with marks of what changed in the site's text since it was last seen."""
    found: list[tuple[Event, list[Stretch]]] = []
    last: str | None = None
    for event in history.events(conn, [image]):
        marks: list[Stretch] = []
        if event.kind in ("pulled", "edited") or (
            event.kind in ("pushed", "reverted") and event.detail == "applied"
        ):
            marks = compare(last, event.alt) if last and event.alt else []
            last = event.alt
        found.append((event, marks))
    return found


async def image(datasette: Any, request: Any) -> Any:
    """GET /-/altsync/image?id=: every value, candidate, verdict and push of one image,
    in order."""
    page = await open_page(datasette, request)
    wanted = first(arguments(page), "id")

    def work(
        conn: sqlite3.Connection,
    ) -> tuple[looks.Look | None, list[tuple[Event, list[Stretch]]], list[Use]]:
        return (
            looks.look(conn, wanted),
            _events(conn, wanted),
            usages.shown_on(conn, wanted),
        )

    look, events, places = await page.read(work)
    return await show(
        page,
        "image",
        status=200 if look else 404,
        look=look,
        wanted=wanted,
        image=look.mirrored.image if look else None,
        events=events,
        places=places,
    )
