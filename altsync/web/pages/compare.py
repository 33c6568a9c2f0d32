"""Blind comparison of models."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from altsync.errors import StoreError
from altsync.models import Whereabouts
from altsync.models.comparison import (
    GRADES,
    Choice,
    Comparison,
    Graded,
    GradeGiven,
)
from altsync.render import comparison as in_words
from altsync.store import comparisons, looks
from altsync.uses import whereabouts
from altsync.verdicts import grades
from altsync.web.context import REFUSED, Visit, open_page
from altsync.web.pages.frame import arguments, first, form, number, redirect, show

PATH = "/-/altsync/compare"


@dataclass(frozen=True, slots=True)
class Grading:
    """A comparison as a page shows it to one grader, who sees no mark of another; to
    somebody who only looks without any."""

    choices: list[Choice]
    mine: dict[int, GradeGiven]
    places: dict[int, bool]
    """Each image's place, and whether this grader (else anybody) has judged it."""
    at: int
    """The place that is shown; 0 where all are judged."""
    look: looks.Look | None
    whereabouts: Whereabouts

    @property
    def begun(self) -> int:
        """How many texts of this place are graded, where that is not all and none was
        picked."""
        if not self.at or self.places.get(self.at, True):
            return 0
        given = [self.mine[one.id].grade for one in self.choices if one.id in self.mine]
        return len([grade for grade in given if grade])


def _grading(
    conn: sqlite3.Connection, run: int, place: int, grader: str | None
) -> Grading:
    """`place` 0: the first one that this grader has not judged."""
    choices = comparisons.choices(conn, run)
    marks = comparisons.marks(conn, run)
    places = grades.judged(choices, marks, grader)
    waiting = [at for at, judged in places.items() if not judged]
    at = place or next(iter(waiting), 0)
    here = [one for one in choices if one.place == at]
    image = next((one.image for one in here), "")
    return Grading(
        choices=here,
        mine={one.choice: one for one in marks if one.grader == grader},
        places=places,
        at=at,
        look=looks.look(conn, image),
        whereabouts=whereabouts.of(conn, image),
    )


def _progress(
    conn: sqlite3.Connection, runs: Sequence[Comparison], grader: str | None
) -> dict[int, tuple[int, int]]:
    """By run: how many images this grader (else anybody) has judged, of how many."""
    found = {}
    for run in runs:
        choices = comparisons.choices(conn, run.id)
        places = grades.judged(choices, comparisons.marks(conn, run.id), grader)
        found[run.id] = sum(places.values()), len(places)
    return found


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
    grader = page.reviewer if page.may_write else None
    if known is None:
        status = 404 if asked else 200
        return await show(
            page,
            "compare",
            runs=runs,
            run=None,
            asked=asked,
            progress=await page.read(lambda conn: _progress(conn, runs, grader)),
            status=status,
        )
    found = await page.read(lambda conn: _grading(conn, asked, place, grader))
    judged = sum(found.places.values())
    alone = grader if 0 < judged < len(found.places) else None
    look, graded = found.look, None
    only_looks = grader is None and not place
    if look is None or only_looks or first(fields, "results"):
        look, graded = None, await _graded(page, known, alone)
    return await show(
        page,
        "compare",
        status=status,
        alert=alert,
        runs=runs,
        keys=page.config.review.keys and page.may_write,
        run=known,
        asked=asked,
        places=found.places,
        judged=judged,
        alone=alone,
        at_place=found.at,
        look=look,
        image=look.mirrored.image if look else None,
        whereabouts=found.whereabouts,
        choices=found.choices,
        begun=found.begun,
        mine=found.mine,
        grades=GRADES,
        graded=graded,
        said=in_words,
    )


async def _graded(page: Visit, run: Comparison, alone: str | None) -> Graded:
    """What all graders have said by now; `alone` only this one, who is in the midst of
    it and is not to hear of the others before the end."""

    def work(conn: sqlite3.Connection) -> Graded:
        marks = comparisons.marks(conn, run.id)
        if alone is not None:
            marks = [mark for mark in marks if mark.grader == alone]
        return grades.graded(run, comparisons.choices(conn, run.id), marks)

    return await page.kept(("comparison", run.id, alone), work)


async def _mark(page: Visit) -> Any:
    fields = await form(page)
    run, place = number(first(fields, "run")), number(first(fields, "place"))

    def work(tx: sqlite3.Connection) -> None:
        known = {
            one.choice: one
            for one in comparisons.marks(tx, run)
            if one.grader == page.reviewer
        }
        for choice in comparisons.choices(tx, run):
            if choice.place != place:
                continue
            before = known.get(choice.id) or GradeGiven(choice.id, page.reviewer)
            for mark in _marks(fields, before):
                comparisons.mark(tx, choice.id, mark, page.reviewer)

    try:
        await page.write(work)
    except StoreError as error:
        return await _show(page, fields, str(error), REFUSED)
    return redirect(page, PATH, run=run)


def _marks(fields: dict[str, list[str]], before: GradeGiven) -> Sequence[str]:
    """What a form says of a choice that this grader has not said already."""
    marks = []
    grade = first(fields, f"grade-{before.choice}")
    if grade and grade in GRADES and grade != before.grade:
        marks.append(grade)
    picked = number(first(fields, "picked"))
    if picked and (before.choice == picked) is not before.picked:
        marks.append("picked" if before.choice == picked else "not picked")
    return marks
