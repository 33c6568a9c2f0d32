"""The review queue: one image at a time, large, with everything that helps to judge its
text."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from altsync.errors import AltsyncError
from altsync.models import Finding, State, Use
from altsync.pictures.cache import name_in
from altsync.render.spoken import spoken
from altsync.store import queue
from altsync.store.queue import Candidate, Filter, Look
from altsync.web import verdicts
from altsync.web.context import Busy, Visit, open_page
from altsync.web.doubts import Doubt, Doubts
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
from altsync.web.verdicts import Given, MovedOn

PATH = "/-/altsync/review"
DONE = {
    "approved": "Approved",
    "decorative": "Marked decorative",
    "rejected": "Rejected",
    "undone": "Taken back: the verdict on",
}
"""What a page may say of the verdict before; anything else in the address is not shown.
"""
SCORED = 200
"""Images whose risk is worked out with each verdict, so that new candidates find their
place in the queue."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the page shows."""

    look: Look | None
    places: list[Use]
    count: int
    next: str
    previous: str
    coming: list[str]
    """Pictures of the next images, to be there at once."""
    undoable: bool


def _scene(
    conn: sqlite3.Connection, wanted: Filter, image: str, reviewer: str
) -> Scene:
    """The image asked for, else the first that waits; and its neighbours in the queue."""
    count = queue.count(conn, wanted)
    if not image and count:
        image = next(iter(queue.waiting(conn, wanted, 1)), "")
    look = queue.look(conn, image) if image else None
    after = queue.waiting(conn, wanted, 2, after=image) if look else []
    coming = [name for one in after if (name := name_in(conn, one))]
    return Scene(
        look=look,
        places=queue.places(conn, image) if look else [],
        count=count,
        next=after[0] if after else "",
        previous=(
            next(iter(queue.waiting(conn, wanted, 1, before=image)), "") if look else ""
        ),
        coming=coming,
        undoable=bool(reviewer) and queue.last_verdict(conn, reviewer) is not None,
    )


async def review(datasette: Any, request: Any) -> Any:
    """GET shows an image; POST gives a verdict and goes on to the next one."""
    page = await open_page(datasette, request)
    if request.method == "POST":
        return await _judge(page)
    fields = arguments(page)
    return await _show(
        page,
        filter_of(fields),
        first(fields, "image"),
        done=first(fields, "done"),
        of=first(fields, "of"),
    )


async def _show(
    page: Visit,
    wanted: Filter,
    image: str,
    *,
    done: str = "",
    of: str = "",
    alert: str = "",
    typed: dict[int, str] | None = None,
    status: int = 200,
) -> Any:
    reviewer = page.reviewer if page.may_write else ""
    scene = await page.read(lambda conn: _scene(conn, wanted, image, reviewer))
    doubts = Doubts(page.config)
    cards = []
    if scene.look is not None:
        cards = [
            _card(scene.look, one, doubts, typed or {}) for one in scene.look.candidates
        ]
    elif image:
        status, alert = 404, f"There is no image {image} in the mirror."
    return await show(
        page,
        "review",
        status=status,
        scene=scene,
        choices=await choices(page),
        look=scene.look,
        image=scene.look.mirrored.image if scene.look else None,
        cards=cards,
        own=(typed or {}).get(0, ""),
        wanted=wanted,
        query=query_of(wanted),
        wanted_in_words=in_words(wanted),
        states=[state for state in State if state is not State.GONE],
        rules=rules(),
        keys=page.config.review.keys and page.may_write,
        done=DONE.get(done, ""),
        of=of if done in DONE else "",
        alert=alert,
        spoken=spoken,
        longest=verdicts.LONGEST,
    )


@dataclass(frozen=True, slots=True)
class Card:
    """One candidate on the page."""

    one: Candidate
    doubt: Doubt
    text: str
    stale: bool
    """Proposed for an earlier text of the site: to approve it is to write it anew."""
    told: list[str]
    """What the model was told, in words."""


def _card(look: Look, one: Candidate, doubts: Doubts, typed: dict[int, str]) -> Card:
    told = []
    for piece in json.loads(one.context or "[]"):
        if isinstance(piece, dict) and piece.get("text"):
            told.append(f"{piece.get('kind', 'context')}: {piece['text']}")
    return Card(
        one=one,
        doubt=doubts.risk(look.mirrored, one, look.candidates),
        text=typed.get(one.id, one.alt),
        stale=one.base != look.mirrored.image.alt,
        told=told,
    )


async def _judge(page: Visit) -> Any:
    """One verdict, then 303 to the next image; 409 with what changed (and the typed
    text) where it was refused."""
    fields = await form(page)
    wanted = filter_of(fields)
    action = first(fields, "action")
    candidate = number(first(fields, "candidate"))
    text = fields["text"][0].replace("\r\n", "\n") if "text" in fields else None
    given = Given(
        first(fields, "image"), first(fields, "seen"), candidate or None, text
    )
    doubts = Doubts(page.config)

    def work(tx: sqlite3.Connection) -> str:
        """The image to show next."""
        if action == "undo":
            return verdicts.undo(tx, page.reviewer)
        after = next(iter(queue.waiting(tx, wanted, 1, after=given.image)), "")
        if action == "approve":
            verdicts.approve(tx, given, page.reviewer, doubts)
        elif action == "decorative":
            verdicts.decorative(tx, given, page.reviewer, doubts)
        elif action == "reject":
            verdicts.reject(tx, given, page.reviewer)
        else:
            raise AltsyncError("That is no verdict.")
        queue.score(tx, doubts.of_image, SCORED)
        still = queue.look(tx, given.image)
        if (
            action == "reject"
            and still is not None
            and still.mirrored.state is wanted.state is State.NEEDS_REVIEW
        ):
            return given.image  # another candidate of this image waits
        return after

    try:
        target = await page.write(work)
    except AltsyncError as error:
        typed = {candidate: text} if text is not None else {}
        status = (
            409
            if isinstance(error, MovedOn)
            else Busy.status
            if isinstance(error, Busy)
            else 400
        )
        return await _show(
            page, wanted, given.image, alert=str(error), typed=typed, status=status
        )
    if action == "undo":
        return redirect(
            page, PATH, **query_of(wanted), image=target, done="undone", of=target
        )
    done = {"approve": "approved", "reject": "rejected"}.get(action, action)
    return redirect(
        page, PATH, **query_of(wanted), image=target, done=done, of=given.image
    )


async def check(datasette: Any, request: Any) -> Any:
    """POST: what the lint says to a text while it is typed. Writes nothing."""
    from datasette.utils.asgi import NotFound, Response

    from altsync.web.guard import HEADERS

    page = await open_page(datasette, request)
    fields = await form(page)
    text, candidate = first(fields, "text")[:2000], number(first(fields, "candidate"))

    def work(conn: sqlite3.Connection) -> tuple[Look, tuple[Finding, ...]] | None:
        look = queue.look(conn, first(fields, "image"))
        if look is None:
            return None
        of_it = (one.decision for one in look.candidates if one.id == candidate)
        decision = next(of_it, None)
        doubts = Doubts(page.config)
        return look, doubts.findings(conn, look.mirrored, text, decision)

    answered = await page.read(work)
    if answered is None:
        raise NotFound("There is no such image.")
    look, found = answered
    answer = {
        "findings": [finding.as_dict() for finding in found],
        "length": len(text.strip()),
        "spoken": spoken(text, look.mirrored.image.name),
    }
    return Response(
        json.dumps(answer),
        content_type="application/json; charset=utf-8",
        headers=dict(HEADERS),
    )
