"""Blind comparison of models, and the sample's page."""

from __future__ import annotations

import sqlite3
from itertools import groupby
from typing import Any

from altsync import comparing, sampling
from altsync.store import comparisons, queue, samples
from altsync.store.comparisons import Choice
from altsync.web.context import Busy, Visit, open_page
from altsync.web.pages.frame import arguments, first, form, number, redirect, show

PATH = "/-/altsync/compare"


async def compare(datasette: Any, request: Any) -> Any:
    """GET lists runs, shows a place of one, or its results; POST keeps grades."""
    page = await open_page(datasette, request)
    if request.method == "POST":
        return await _mark(page)
    return await _show(page, arguments(page))


async def _show(
    page: Visit, fields: dict[str, list[str]], alert: str = "", status: int = 200
) -> Any:
    run, place = number(first(fields, "run")), number(first(fields, "place"))
    runs = await page.read(comparisons.all_runs)
    known = next((one for one in runs if one.id == run), None)
    if known is None:
        return await show(
            page, "compare", runs=runs, run=None, asked=run, status=404 if run else 200
        )

    def work(
        conn: sqlite3.Connection,
    ) -> tuple[list[Choice], list[tuple[int, bool]], queue.Look | None, int]:
        choices = comparisons.choices(conn, run)
        places = [
            (at, _is_judged(list(group)))
            for at, group in groupby(choices, key=lambda one: one.place)
        ]
        at = place or next((p for p, done in places if not done), 0)
        here = [one for one in choices if one.place == at]
        return choices, places, queue.look(conn, here[0].image) if here else None, at

    choices, places, look, at = await page.read(work)
    judged = sum(done for _, done in places)
    showing_results = bool(first(fields, "results")) or look is None
    return await show(
        page,
        "compare",
        status=status,
        alert=alert,
        runs=runs,
        run=known,
        asked=run,
        places=places,
        judged=judged,
        at_place=at,
        look=None if showing_results else look,
        image=look.mirrored.image if look and not showing_results else None,
        choices=[one for one in choices if one.place == at],
        grades=comparing.GRADES,
        results=comparing.results(choices) if showing_results else [],
    )


def _is_judged(together: list[Choice]) -> bool:
    return any(one.picked is not None for one in together) or all(
        one.grade for one in together
    )


async def _mark(page: Visit) -> Any:
    fields = await form(page)
    run, place = number(first(fields, "run")), number(first(fields, "place"))
    picked = number(first(fields, "picked"))

    def work(tx: sqlite3.Connection) -> None:
        for one in comparisons.choices(tx, run, place):
            grade = first(fields, f"grade-{one.id}")
            if grade and grade in comparing.GRADES and grade != one.grade:
                comparisons.mark(tx, one.id, grade, page.reviewer)
            if picked and (one.id == picked) is not one.picked:
                comparisons.mark(
                    tx,
                    one.id,
                    "picked" if one.id == picked else "not picked",
                    page.reviewer,
                )

    try:
        await page.write(work)
    except Busy as error:
        return await _show(page, fields, str(error), Busy.status)
    return redirect(page, PATH, run=run)


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
