"""Judging a sample: its texts one after the other, in the order of the draw.

The page shows the text and what a reader needs for it, and nothing that tells a drawn text
from a known-bad one: no number of a candidate, no text or state of the site, no link to
the image's history. The address has the place alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from altsync.doubts import Doubts
from altsync.errors import AltsyncError
from altsync.models import Finding, Whereabouts
from altsync.pictures.cache import name_in
from altsync.render.arrival import ReadOut, Utterance, arrival, place
from altsync.render.uses import hints, tag
from altsync.store import looks, queue, samples, seeds
from altsync.store.looks import Look
from altsync.store.samples import DrawnText, Sample
from altsync.store.seeds import Question, SeededText
from altsync.uses import whereabouts
from altsync.verdicts import reading
from altsync.verdicts.acts import Given
from altsync.verdicts.asides import LONGEST_NOTE
from altsync.verdicts.reading import SamplePlace
from altsync.verdicts.statements import statement
from altsync.web.colleagues import colleagues
from altsync.web.context import Visit, status_of
from altsync.web.manner import Manner, how_of, manner_of
from altsync.web.pages.frame import SAID, first, number, redirect, show

PATH = "/-/altsync/review"
SCORED = 200
"""Images whose risk is worked out with each verdict."""


@dataclass(frozen=True, slots=True)
class SampleScene:
    """What the page shows."""

    sample: Sample
    ended: bool
    failed: bool
    waiting: Sequence[DrawnText | SeededText]
    nth: int
    """Which of those that wait it is, from 1."""
    at: SamplePlace | None
    look: Look | None
    whereabouts: Whereabouts
    text: str
    """What stands in the field."""
    findings: tuple[Finding, ...]
    """Of that text."""
    next: int
    previous: int
    coming: list[str]
    """Pictures of the next images, to be there at once."""
    questions: Sequence[Question]
    """What colleagues ask about texts that wait."""
    of_me: Sequence[int]
    """Places about which somebody else asks the reviewer, or nobody in particular."""
    last: str
    """The sign of the verdict that undo takes back; '' for none."""


def _scene(
    conn: sqlite3.Connection,
    run: int,
    asked: int,
    reviewer: str,
    doubts: Doubts,
    typed: Given | None,
) -> SampleScene | None:
    """The place that was asked for, else the first that waits; None for a sample that
    there is not. `typed`: what was given there, and refused."""
    sample = samples.named(conn, run)
    if sample is None:
        return None
    said = statement(conn, run)
    waiting = reading.open_places(said)
    places = [one.place for one in waiting]
    at = places.index(asked) if asked in places else _first_after(places, asked)
    one = waiting[at] if at < len(waiting) else None
    here = None if one is None else reading.place_of(conn, one)
    look = None if one is None else looks.look(conn, one.image)
    text = _text(here, typed if here is not None and here.number == asked else None)
    found: tuple[Finding, ...] = ()
    if here is not None and look is not None:
        found = doubts.findings(conn, look.mirrored, text, here.decision)
    after = waiting[at + 1 : at + 3]
    asks = [one for one in seeds.questions(conn, run) if one.place in places]
    return SampleScene(
        sample=sample,
        ended=said.at is not None,
        failed=said.failed,
        waiting=waiting,
        nth=at + 1,
        at=here,
        look=look,
        whereabouts=whereabouts.of(conn, "" if one is None else one.image),
        text=text,
        findings=found,
        next=after[0].place if after else 0,
        previous=places[at - 1] if 0 < at <= len(places) else 0,
        coming=[name for x in after if (name := name_in(conn, x.image))],
        questions=asks,
        of_me=[one.place for one in asks if _is_of(one, reviewer)],
        last=_last(conn, run, reviewer),
    )


def _is_of(one: Question, reviewer: str) -> bool:
    """As in the queue's filter."""
    if one.asked is None:
        return one.reviewer != reviewer
    return one.asked.casefold() == reviewer.casefold()


def _last(conn: sqlite3.Connection, run: int, reviewer: str) -> str:
    last = seeds.last_verdict(conn, run, reviewer) if reviewer else None
    return reading.sign(last.seq) if last else ""


def _first_after(places: Sequence[int], asked: int) -> int:
    """Where the queue goes on after a place that was judged; at its end from the top."""
    later = (at for at, place in enumerate(places) if place > asked)
    return next(later, 0)


async def show_sample(page: Visit, fields: dict[str, list[str]]) -> Any:
    """GET: a place of the sample that the address names."""
    return await _show(
        page,
        number(first(fields, "sample")),
        number(first(fields, "place")),
        manner_of(fields),
        done=first(fields, "done"),
        of=first(fields, "of"),
    )


async def _show(
    page: Visit,
    run: int,
    place: int,
    manner: Manner,
    *,
    done: str = "",
    of: str = "",
    alert: str = "",
    typed: Given | None = None,
    action: str = "",
    status: int = 200,
) -> Any:
    reviewer = page.reviewer if page.may_write else ""
    doubts = Doubts(page.config)
    scene = await page.read(
        lambda conn: _scene(conn, run, place, reviewer, doubts, typed)
    )
    if scene is None:
        status, alert = 404, alert or f"There is no sample {run}."
    at = scene.at if scene else None
    same = typed is not None and at is not None and at.number == place
    return await show(
        page,
        "judging",
        tab="review",
        status=status,
        run=run,
        scene=scene,
        at_place=at,
        look=scene.look if scene else None,
        image=scene.look.mirrored.image if scene and scene.look else None,
        text=scene.text if scene else "",
        typed_of=action if same else "",
        note_typed=typed.note if typed is not None and same else "",
        whom_typed=typed.asked if typed is not None and same else "",
        colleagues=await colleagues(page),
        longest_note=LONGEST_NOTE,
        manner=manner,
        keys=page.config.review.keys and page.may_write,
        done=SAID.get(done, ""),
        of=of if done in SAID else "",
        alert=alert,
        arrival=_arrival(scene) if scene else (),
        hints=hints(scene.whereabouts) if scene else [],
    )


def _text(at: SamplePlace | None, typed: Given | None) -> str:
    """What stands in the field: what was typed there, else what was drawn."""
    if typed is not None and typed.text is not None:
        return typed.text
    return at.alt if at else ""


def _arrival(scene: SampleScene) -> tuple[Utterance, ...]:
    """What is said once this text is there: nothing of whose it is."""
    if scene.at is None or scene.look is None:
        return ()
    image = scene.look.mirrored.image
    return arrival(
        place(scene.nth, len(scene.waiting)),
        image.id,
        image.title,
        tag(image.language),
        ReadOut(scene.text, findings=scene.findings),
    )


async def judge_sample(page: Visit, fields: dict[str, list[str]]) -> Any:
    """POST: one verdict, then 303 to the next place; 409 where it was refused, with what
    was typed."""
    run, place = number(first(fields, "sample")), number(first(fields, "place"))
    action = first(fields, "action")
    text = first(fields, "text") if "text" in fields else None
    given = Given(
        first(fields, "image"),
        first(fields, "seen"),
        text=text,
        note=first(fields, "note"),
        asked=first(fields, "whom"),
        how=how_of(fields),
    )
    manner, doubts = manner_of(fields), Doubts(page.config)

    def work(tx: sqlite3.Connection) -> tuple[int, str, str]:
        """The place to show next, the image of the verdict, and what the page says."""
        if action == "undo":
            return _undo(tx, run, page.reviewer, first(fields, "last"))
        if reading.is_written(tx, run, place, action, given, page.reviewer):
            return place, given.image, "again"
        image = reading.judge(
            tx, run, place, action, given, page.reviewer, doubts.findings
        )
        queue.score(tx, doubts.at(tx).of_image, SCORED)
        if action == "unsure":
            return _following(tx, run, place), image, action
        return place, image, action

    try:
        at, image, done = await page.write(work)
    except AltsyncError as error:
        return await _show(
            page,
            run,
            place,
            manner,
            alert=str(error),
            typed=given,
            action=action,
            status=status_of(error),
        )
    query = {**manner.query, "sample": run, "place": at, "done": done, "of": image}
    return redirect(page, PATH, **query)


def _following(tx: sqlite3.Connection, run: int, place: int) -> int:
    """The open place after one that stays open; at the end the first."""
    places = [one.place for one in reading.open_places(statement(tx, run))]
    return next((one for one in places if one > place), places[0])


def _undo(
    tx: sqlite3.Connection, run: int, reviewer: str, shown: str
) -> tuple[int, str, str]:
    """As in the queue: sent twice, it takes one verdict back."""
    if shown and (back := reading.taken_back(tx, run, reviewer, shown)) is not None:
        return *back, "undone"
    return *reading.undo(tx, run, reviewer, shown), "undo"
