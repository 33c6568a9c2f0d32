"""Blind comparison of models, and the sample's page."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from altsync.errors import StoreError
from altsync.models import Whereabouts
from altsync.store import comparisons, looks, samples
from altsync.store.comparisons import Choice
from altsync.uses import whereabouts
from altsync.verdicts import comparing, sampling
from altsync.web.context import REFUSED, Visit, open_page
from altsync.web.pages.frame import arguments, first, form, number, redirect, show

PATH = "/-/altsync/compare"


@dataclass(frozen=True, slots=True)
class Grading:
    """A comparison as a page shows it."""

    choices: list[Choice]
    places: list[tuple[int, bool]]
    """Each image's place, and whether it is judged."""
    at: int
    """The place that is shown; 0 where all are judged."""
    look: looks.Look | None
    whereabouts: Whereabouts


def _grading(conn: sqlite3.Connection, run: int, place: int) -> Grading:
    """`place` 0: the first one that is not judged."""
    choices = comparisons.choices(conn, run)
    places = [
        (at, _is_judged(list(group)))
        for at, group in groupby(choices, key=lambda one: one.place)
    ]
    waiting = [at for at, judged in places if not judged]
    at = place or next(iter(waiting), 0)
    here = next((one.image for one in choices if one.place == at), "")
    return Grading(
        choices,
        places,
        at,
        looks.look(conn, here),
        whereabouts.of(conn, here),
    )


def _is_judged(together: list[Choice]) -> bool:
    if any(one.picked is not None for one in together):
        return True
    return all(one.grade for one in together)


async def compare(datasette: Any, request: Any) -> Any:
    """GET lists runs, shows a place of one, or its results; POST keeps grades."""
    page = await open_page(datasette, request)
    if request.method == "POST":
        return await _mark(page)
    return await _show(page, arguments(page))


async def _show(
    page: Visit, fields: dict[str, list[str]], alert: str = "", status: int = 200
) -> Any:
    asked, place = number(first(fields, "run")), number(first(fields, "place"))
    runs = await page.read(comparisons.all_runs)
    known = next((one for one in runs if one.id == asked), None)
    if known is None:
        status = 404 if asked else 200
        return await show(
            page, "compare", runs=runs, run=None, asked=asked, status=status
        )
    found = await page.read(lambda conn: _grading(conn, asked, place))
    look, results = found.look, []
    if look is None or first(fields, "results"):
        look, results = None, comparing.results(found.choices)
    return await show(
        page,
        "compare",
        status=status,
        alert=alert,
        runs=runs,
        run=known,
        asked=asked,
        places=found.places,
        judged=sum(judged for _, judged in found.places),
        at_place=found.at,
        look=look,
        image=look.mirrored.image if look else None,
        whereabouts=found.whereabouts,
        choices=[one for one in found.choices if one.place == found.at],
        grades=comparing.GRADES,
        results=results,
    )


async def _mark(page: Visit) -> Any:
    fields = await form(page)
    run, place = number(first(fields, "run")), number(first(fields, "place"))

    def work(tx: sqlite3.Connection) -> None:
        for one in comparisons.choices(tx, run, place):
            for mark in _marks(fields, one):
                comparisons.mark(tx, one.id, mark, page.reviewer)

    try:
        await page.write(work)
    except StoreError as error:
        return await _show(page, fields, str(error), REFUSED)
    return redirect(page, PATH, run=run)


def _marks(fields: dict[str, list[str]], one: Choice) -> list[str]:
    """What a form says of a choice that is not known of it already."""
    marks = []
    grade = first(fields, f"grade-{one.id}")
    if grade and grade in comparing.GRADES and grade != one.grade:
        marks.append(grade)
    picked = number(first(fields, "picked"))
    if picked and (one.id == picked) is not one.picked:
        marks.append("picked" if one.id == picked else "not picked")
    return marks


async def sample(datasette: Any, request: Any) -> Any:
    """GET: samples that were drawn, and what each proves by now. Drawing and approving
    are commands."""
    page = await open_page(datasette, request)
    wanted = number(first(arguments(page), "run"))

    def work(conn: sqlite3.Connection) -> list[sampling.Statement]:
        return [
            sampling.statement(conn, one.id)
            for one in samples.all_samples(conn)
            if wanted in (0, one.id)
        ]

    return await show(page, "sample", said=await page.read(work), wanted=wanted)
