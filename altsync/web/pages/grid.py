"""The grid: fifty images with their texts, for a quick sweep of what is easy to judge."""

from __future__ import annotations

import sqlite3
from typing import Any

from altsync.models import State, Verdict
from altsync.store import queue
from altsync.store.queue import Filter, Look
from altsync.web import verdicts
from altsync.web.context import Busy, Visit, open_page
from altsync.web.doubts import Doubts
from altsync.web.pages.frame import (
    arguments,
    choices,
    filter_of,
    first,
    form,
    in_words,
    number,
    query_of,
    redirect,
    rules,
    show,
)
from altsync.web.verdicts import Given, Swept

PATH = "/-/altsync/grid"
SIZE = 50


def _looks(
    conn: sqlite3.Connection, wanted: Filter, after: str
) -> tuple[list[Look], int, str]:
    ids = queue.waiting(conn, wanted, SIZE + 1, after=after)
    looks = [
        look for image in ids[:SIZE] if (look := queue.look(conn, image)) is not None
    ]
    return looks, queue.count(conn, wanted), ids[SIZE - 1] if len(ids) > SIZE else ""


async def grid(datasette: Any, request: Any) -> Any:
    """GET shows fifty; POST judges those that are marked."""
    page = await open_page(datasette, request)
    if request.method == "POST":
        return await _sweep(page)
    fields = arguments(page)
    return await _show(
        page,
        filter_of(fields),
        first(fields, "after"),
        judged=number(first(fields, "judged")),
        done=first(fields, "done"),
        taken=(number(first(fields, "from")), number(first(fields, "to"))),
    )


async def _show(
    page: Visit,
    wanted: Filter,
    after: str,
    *,
    judged: int = 0,
    done: str = "",
    left: list[str] | None = None,
    taken: tuple[int, int] = (0, 0),
    alert: str = "",
) -> Any:
    """`taken`: first and last review of the sweep that was just done, which one button
    takes back."""
    looks, count, further = await page.read(lambda conn: _looks(conn, wanted, after))
    doubts = Doubts(page.config)
    return await show(
        page,
        "grid",
        status=Busy.status if alert else 200,
        alert=alert,
        taken=taken if done in ("approve", "reject") else (0, 0),
        looks=[
            (
                look,
                look.candidates[0] if look.candidates else None,
                (
                    doubts.risk(look.mirrored, look.candidates[0], look.candidates)
                    if look.candidates
                    else None
                ),
            )
            for look in looks
        ],
        count=count,
        choices=await choices(page),
        after=after,
        further=further,
        wanted=wanted,
        query=query_of(wanted),
        wanted_in_words=in_words(wanted),
        states=[state for state in State if state is not State.GONE],
        rules=rules(),
        judged=judged,
        done={"approve": "Approved", "reject": "Rejected", "undo": "Took back"}.get(
            done, ""
        ),
        left=left or [],
    )


async def _sweep(page: Visit) -> Any:
    fields = await form(page)
    wanted, after, action = (
        filter_of(fields),
        first(fields, "after"),
        first(fields, "action"),
    )
    verdict = {"approve": Verdict.APPROVED, "reject": Verdict.REJECTED}.get(action)
    marked = []
    for value in fields.get("mark", [])[:SIZE]:
        candidate, _, rest = value.partition(":")
        seen, _, image = rest.partition(":")
        marked.append((Given(image, seen), number(candidate)))
    doubts = Doubts(page.config)

    def work(tx: sqlite3.Connection) -> Swept:
        if action == "undo":
            reviews = number(first(fields, "from")), number(first(fields, "to"))
            done = verdicts.unsweep(tx, *reviews, page.reviewer, "grid: taken back")
        elif verdict is None:
            return Swept()
        else:
            done = verdicts.sweep(
                tx, marked, verdict, page.reviewer, f"grid: {in_words(wanted)}"
            )
        queue.score(tx, doubts.of_image)
        return done

    try:
        swept = await page.write(work)
    except Busy as error:
        return await _show(page, wanted, after, alert=str(error))
    if swept.left:
        taken = swept.first, swept.last
        return await _show(
            page,
            wanted,
            after,
            judged=swept.judged,
            done=action,
            left=swept.left,
            taken=taken,
        )
    return redirect(
        page,
        PATH,
        **query_of(wanted),
        after=after,
        judged=swept.judged,
        done=action,
        **{"from": swept.first, "to": swept.last},
    )
