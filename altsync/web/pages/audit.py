"""The audit: exactly what `altsync diff` shows, with pictures and word-level marks. And
one image's whole history."""

from __future__ import annotations

import itertools
import sqlite3
from dataclasses import dataclass
from typing import Any

from altsync.errors import UnknownImage
from altsync.models import (
    Change,
    Conflict,
    Converged,
    Entry,
    Event,
    Refused,
    Summary,
    Tag,
    Whereabouts,
)
from altsync.pictures.cache import name_in
from altsync.planning import Plan, Request
from altsync.render import standing
from altsync.render.shown import of
from altsync.render.uses import summary, tag
from altsync.render.words import Stretch, compare
from altsync.store import history, looks, mirror
from altsync.uses import several, whereabouts
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
    stands: str
    """Where pages show it, and as what."""
    embeds: bool
    """A medium in a text: without a text of its own it shows the medium's."""
    where: str
    """Of an image in a text: in which, and between which words."""
    language: str
    """For the attribute `lang`; '' where it is not known."""


def _line(conn: sqlite3.Connection, entry: Entry) -> Line:
    change, old, new = _texts(entry)
    shown = of(entry)
    return Line(
        shown.image,
        name_in(conn, shown.image),
        old,
        new,
        compare(old, new),
        entry,
        change,
        shown.called,
        summary(whereabouts.of(conn, shown.image)),
        shown.where.tag is Tag.MEDIA,
        ": ".join(standing.lines(shown.image, shown.where)).removeprefix("in "),
        _language(conn, shown.image),
    )


def _language(conn: sqlite3.Connection, image: str) -> str:
    return tag(next((one.image.language for one in mirror.named(conn, [image])), ""))


def _texts(entry: Entry) -> tuple[Change | None, str | None, str | None]:
    """(the change or None, what the site says, what it would say)."""
    if isinstance(entry, Refused):
        return _texts(entry.change)
    if isinstance(entry, Change):
        return entry, entry.base, entry.new
    if isinstance(entry, Conflict):
        return None, entry.site, entry.new
    return None, entry.value, entry.value or ""


async def audit(datasette: Any, request: Any) -> Any:
    """GET /-/altsync/audit"""
    page = await open_page(datasette, request)
    fields = arguments(page)
    kind = first(fields, "kind", "changes")
    kind = kind if kind in KINDS else "changes"
    number_of_page = max(1, number(first(fields, "page"), 1))
    reviewed = page.config.reviewed_label

    def plan_now(conn: sqlite3.Connection) -> Summary:
        return Plan.on(conn, Request(), reviewed=reviewed).summary

    summary = await page.kept(("plan", reviewed), plan_now)

    def work(conn: sqlite3.Connection) -> list[Line]:
        plan = Plan.on(conn, Request(), reviewed=reviewed, summary=summary)
        of_kind = (e for e in plan.entries() if isinstance(e, KINDS[kind]))
        begin = SIZE * (number_of_page - 1)
        on_page = itertools.islice(of_kind, begin, begin + SIZE)
        return [_line(conn, entry) for entry in on_page]

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
        site=summary.site,
    )


def _events(conn: sqlite3.Connection, image: str) -> list[tuple[Event, list[Stretch]]]:
    """Every event, with marks of what changed in the site's text since it was last seen."""
    found: list[tuple[Event, list[Stretch]]] = []
    last: str | None = None
    for event in history.events(conn, [image]):
        marks: list[Stretch] = []
        status, _, _ = (event.detail or "").partition(":")
        arrived = event.kind in ("pushed", "reverted") and status == "applied"
        if arrived or event.kind in ("pulled", "edited"):
            marks = compare(last, event.alt) if last and event.alt else []
            last = event.alt
        found.append((event, marks))
    return found


@dataclass(frozen=True, slots=True)
class History:
    """One image, what happened to it, and where it stands."""

    look: looks.Look | None
    events: list[tuple[Event, list[Stretch]]]
    whereabouts: Whereabouts
    says: str | None
    """What is heard of it: its own text, or its medium's."""


async def image(datasette: Any, request: Any) -> Any:
    """GET /-/altsync/image?id=: every value, candidate, verdict and push of one image,
    in order."""
    page = await open_page(datasette, request)
    wanted = first(arguments(page), "id")

    def work(conn: sqlite3.Connection) -> History:
        return History(
            looks.look(conn, wanted),
            _events(conn, wanted),
            whereabouts.of(conn, wanted),
            several.says(conn, wanted),
        )

    told = await page.read(work)
    look = told.look
    return await show(
        page,
        "image",
        status=200 if look else 404,
        look=look,
        wanted=wanted,
        unknown=str(UnknownImage(wanted)),
        image=look.mirrored.image if look else None,
        told=told,
    )
