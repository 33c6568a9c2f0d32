"""The overview: coverage, the funnel, albums, money, the last pull and push, and what
to do next."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass
from typing import Any

from altsync.models import State, Status
from altsync.models.comparison import Comparison
from altsync.render.coverage import groups, inheriting, percent
from altsync.render.money import total
from altsync.render.status import next_step
from altsync.store import comparisons, overview, reports, samples
from altsync.store.overview import Album, ModelCost, Run
from altsync.store.samples import Sample
from altsync.web.colleagues import colleagues
from altsync.web.context import Visit, open_page
from altsync.web.pages.frame import show

GROUPS = (
    ("person", "Text by a person", (State.HUMAN,)),
    ("machine", "Text by a machine", (State.AI,)),
    ("empty", "Empty on purpose", (State.DECORATIVE,)),
    ("approved", "Approved, to be sent", (State.APPROVED,)),
    (
        "waiting",
        "Waiting for a verdict",
        (State.NEEDS_REVIEW, State.UNSURE, State.WOULD_REPLACE, State.CONFLICT),
    ),
    ("open", "Nothing to send yet", (State.MISSING, State.REJECTED, State.CLEARED)),
    ("inherits", "Shows its medium's text", (State.INHERITS,)),
    (
        "beyond",
        "Seen, not to be changed",
        (State.READ_ONLY, State.INLINE, State.FORMAT, State.EXTERNAL),
    ),
)
"""The stacked bar: what is done at the left, what is to be done at the right."""
ALBUMS = 12
"""So many of the albums; all have a page of their own."""
WIDE = 1000
"""The bar's width in its own units."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the bar."""

    key: str
    title: str
    count: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the page."""

    status: Status
    albums: list[Album]
    album_count: int
    spent: list[ModelCost]
    pull: Run | None
    push: Run | None
    verify: Run | None
    samples: list[Sample]
    comparisons: list[Comparison]


async def _overview(page: Visit) -> Overview:
    """Counts that each read every row, side by side; the rest is small."""
    status, albums, spent, (last, drawn, runs) = await asyncio.gather(
        page.kept("status", reports.status),
        page.kept("albums", overview.albums),
        _spent(page),
        page.kept("runs", _runs),
    )
    return Overview(status, albums[:ALBUMS], len(albums), spent, *last, drawn, runs)


async def _spent(page: Visit) -> list[ModelCost]:
    """A verdict changes nothing of what was paid, which is worked out for long."""
    upto = await page.read(overview.paid_up_to)
    paid = await page.kept("paid", overview.paid, stamp=upto)
    return await page.read(lambda conn: overview.spent(conn, paid))


Last = tuple[Run | None, Run | None, Run | None]
"""The last pull, push and verify."""


def _runs(conn: sqlite3.Connection) -> tuple[Last, list[Sample], list[Comparison]]:
    drawn, runs = samples.all_samples(conn)[:5], comparisons.all_runs(conn)[:5]
    last = (
        overview.last_pull(conn),
        overview.last_push(conn),
        overview.last_verify(conn),
    )
    return last, drawn, runs


def segments(status: Status) -> list[Segment]:
    """The stacked bar; groups without an image are left out."""
    found, x = [], 0.0
    for key, title, states in GROUPS:
        count = sum(status.states[str(state)] for state in states)
        width = WIDE * count / status.images if status.images else 0.0
        if count:
            found.append(Segment(key, title, count, round(x, 2), round(width, 2)))
        x += width
    return found


async def dashboard(datasette: Any, request: Any) -> Any:
    """GET /-/altsync"""
    page = await open_page(datasette, request)
    found = await _overview(page)
    return await show(
        page,
        "dashboard",
        found=found,
        status=200,
        funnel=found.status,
        bar=segments(found.status),
        wide=WIDE,
        covered=percent(found.status.coverage).rstrip("%"),
        inheriting=inheriting(found.status),
        unseen=groups(found.status.unseen),
        step=next_step(found.status),
        colleagues=await colleagues(page),
        most=max(found.status.states.values(), default=0) or 1,
        states=list(State),
        total=total([one.cost_usd for one in found.spent]),
        unpriced=sum(one.unpriced for one in found.spent),
    )
