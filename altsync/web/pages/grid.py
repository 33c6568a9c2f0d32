"""The grid: fifty images with their texts, for a quick sweep of what is easy to judge."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from altsync.doubts import Doubt, Doubts, Weigher
from altsync.errors import StoreError
from altsync.models import Verdict
from altsync.render.uses import summary
from altsync.store import looks, queue, search
from altsync.store.looks import Candidate, Look
from altsync.store.queue import Filter
from altsync.uses import whereabouts
from altsync.verdicts import acts, sampling, telling
from altsync.verdicts.acts import Given, Judged
from altsync.web.context import REFUSED, Visit, open_page
from altsync.web.pages.frame import (
    arguments,
    filter_of,
    filtering,
    first,
    form,
    in_words,
    number,
    query_of,
    redirect,
    show,
)

PATH = "/-/altsync/grid"
SIZE = 50
VERDICTS = {"approve": Verdict.APPROVED, "reject": Verdict.REJECTED}
DONE = {"approve": "Approved", "reject": "Rejected", "undo": "Took back"}
"""What a page may say of the sweep before; anything else in the address is not shown."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What the sweep before did, for the page that follows it."""

    action: str = ""
    judged: int = 0
    first: int = 0
    last: int = 0
    """Its reviews, which one button takes back."""
    left: tuple[str, ...] = ()
    """Image: why it was left alone."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the grid."""

    looks: list[Look]
    newest: list[tuple[Candidate | None, Doubt | None]]
    """The candidate of each that a mark is about, and its risk."""
    stands: list[str]
    """Where pages show each of them, and as what."""
    count: int
    further: str
    """After which image the next page begins; '' on the last one."""
    past: list[str]
    """What samples that are open have to do with these texts."""


def _sheet(
    conn: sqlite3.Connection, wanted: Filter, after: str, doubts: Doubts
) -> Sheet:
    ids = queue.waiting(conn, wanted, SIZE + 1, after=after)
    every = [looks.look(conn, image) for image in ids[:SIZE]]
    found = [look for look in every if look is not None]
    weigher = doubts.at(conn)
    shown = [one.candidates[0].id for one in found if one.candidates]
    return Sheet(
        looks=found,
        past=[telling.past(*one) for one in sampling.speaking_for(conn, shown)],
        newest=[_newest(look, weigher) for look in found],
        stands=[summary(whereabouts.of(conn, one.mirrored.image.id)) for one in found],
        count=queue.count(conn, wanted),
        further=ids[SIZE - 1] if len(ids) > SIZE else "",
    )


async def grid(datasette: Any, request: Any) -> Any:
    """GET shows fifty; POST judges those that are marked."""
    page = await open_page(datasette, request)
    if request.method == "POST":
        return await _sweep(page)
    fields = arguments(page)
    swept = Swept(
        action=first(fields, "done"),
        judged=number(first(fields, "judged")),
        first=number(first(fields, "from")),
        last=number(first(fields, "to")),
    )
    return await _show(
        page, filter_of(fields, page.reviewer), first(fields, "after"), swept
    )


async def _show(
    page: Visit, wanted: Filter, after: str, swept: Swept, alert: str = ""
) -> Any:
    doubts = Doubts(page.config)
    sheet = await page.read(lambda conn: _sheet(conn, wanted, after, doubts))
    taken = (0, 0)
    if swept.action in VERDICTS:
        taken = (swept.first, swept.last)
    return await show(
        page,
        "grid",
        status=REFUSED if alert else 200,
        alert=alert,
        taken=taken,
        keys=page.config.review.keys and page.may_write,
        looks=[
            (look, *newest, told)
            for look, newest, told in zip(
                sheet.looks, sheet.newest, sheet.stands, strict=True
            )
        ],
        count=sheet.count,
        past=sheet.past,
        after=after,
        further=sheet.further,
        judged=swept.judged,
        done=DONE.get(swept.action, ""),
        left=swept.left,
        **await filtering(page, wanted, sheet.count),
    )


def _newest(look: Look, weigher: Weigher) -> tuple[Candidate | None, Doubt | None]:
    if not look.candidates:
        return None, None
    one = look.candidates[0]
    return one, weigher.risk(look.mirrored, one, look.candidates)


async def _sweep(page: Visit) -> Any:
    fields = await form(page)
    wanted, after = filter_of(fields, page.reviewer), first(fields, "after")
    action = first(fields, "action")
    doubts = Doubts(page.config)

    def work(tx: sqlite3.Connection) -> Judged:
        done = _act(tx, fields, action, page.reviewer, in_words(wanted))
        queue.score(tx, doubts.at(tx).of_image)
        search.fill(tx, SIZE)
        return done

    try:
        done = await page.write(work)
    except StoreError as error:
        return await _show(page, wanted, after, Swept(), alert=str(error))
    if done.left:
        left = tuple(f"{image}: {reason}" for image, reason in done.left)
        swept = Swept(action, done.judged, done.first, done.last, left)
        return await _show(page, wanted, after, swept)
    return redirect(
        page,
        PATH,
        **query_of(wanted),
        after=after,
        judged=done.judged,
        done=action,
        **{"from": done.first, "to": done.last},
    )


def _act(
    tx: sqlite3.Connection,
    fields: dict[str, list[str]],
    action: str,
    reviewer: str,
    words: str,
) -> Judged:
    """What the form asks for; an action that there is not does nothing."""
    if action == "undo":
        reviews = number(first(fields, "from")), number(first(fields, "to"))
        return acts.unsweep(tx, *reviews, reviewer, "grid: taken back")
    verdict = VERDICTS.get(action)
    if verdict is None:
        return Judged()
    marked = [_given(mark) for mark in fields.get("mark", [])[:SIZE]]
    return acts.sweep(tx, marked, verdict, reviewer, f"grid: {words}")


def _given(mark: str) -> Given:
    """From the value of a box: candidate, sight and image."""
    candidate, _, rest = mark.partition(":")
    seen, _, image = rest.partition(":")
    return Given(image, seen, number(candidate))
