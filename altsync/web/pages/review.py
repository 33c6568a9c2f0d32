"""The review queue: one image at a time, large, with everything that helps to judge its
text."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from altsync.doubts import Doubts
from altsync.errors import (
    AltsyncError,
    UnknownImage,
    UsageError,
)
from altsync.lint.evidence import file_name
from altsync.models import (
    Finding,
    Origin,
    State,
    Whereabouts,
    same_text,
)
from altsync.pictures.cache import name_in
from altsync.render.arrival import Utterance, arrival, place
from altsync.render.spoken import SpokenAt, heard
from altsync.render.uses import hints, tag
from altsync.render.words import Stretch, compare
from altsync.store import candidates, looks, queue, search
from altsync.store.looks import Candidate, Look
from altsync.store.queue import Filter
from altsync.uses import several, whereabouts
from altsync.verdicts import acts, again, asking
from altsync.verdicts.acts import Given
from altsync.verdicts.asides import LONGEST_NOTE
from altsync.web import claimed, progress
from altsync.web.claimed import Claimed
from altsync.web.context import Visit, open_page, status_of
from altsync.web.film import Frame, film
from altsync.web.manner import Manner, how_of, manner_of
from altsync.web.open_now import OpenNow, free
from altsync.web.pages.cards import (
    Card,
    Typed,
    cards_of,
    chosen_of,
    homeless_note,
    read_out,
)
from altsync.web.pages.frame import (
    SAID,
    arguments,
    filter_of,
    filtering,
    first,
    form,
    number,
    query_of,
    redirect,
    show,
)
from altsync.web.pages.judging import judge_sample, show_sample
from altsync.web.progress import WORK

PATH = "/-/altsync/review"
UNSURE = Filter(state=State.UNSURE)
REPLACING = Filter(state=State.WOULD_REPLACE)
WAITING = (State.NEEDS_REVIEW, State.UNSURE, State.WOULD_REPLACE)
SCORED = 200
"""Images whose risk is worked out with each verdict, so that new candidates find their
place in the queue."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the page shows."""

    look: Look | None
    whereabouts: Whereabouts
    count: int
    place: int
    """Of the image, as `queue.place` tells it."""
    next: str
    previous: str
    coming: list[str]
    """Pictures of the next images, to be there at once."""
    last: int
    """The review that undo takes back; 0 for none."""
    unsure: int
    """Where the queue is empty: how many wait for a colleague's answer."""
    replacing: int
    """Where the queue is empty: how many wait that would replace words of a person."""
    says: str | None
    """What is heard of it on the site: its own text, or its medium's."""
    film: list[Frame]
    today: str
    """How far the reviewer has come, in words."""
    also: str
    """Who else has it open now."""
    others: bool
    """Somebody else has some image open."""

    @property
    def ended(self) -> bool:
        """The queue is empty, and the reviewer judged."""
        return bool(self.last) and not (self.count or self.unsure or self.replacing)


def _scene(
    conn: sqlite3.Connection,
    wanted: Filter,
    image: str,
    reviewer: str,
    open_now: OpenNow,
) -> Scene:
    """The image asked for, else the first that waits; and its neighbours in the queue."""
    count = queue.count(conn, wanted)
    if not image and count:
        image = _next(conn, wanted, reviewer, open_now)
    look = looks.look(conn, image) if image else None
    taken = open_now.others(reviewer)
    after: Sequence[str] = ()
    before: list[str] = []
    if look is not None:
        after = queue.waiting(conn, wanted, 2 + len(taken), after=image)
        after = free(after, taken)[:2]
        before = queue.waiting(conn, wanted, 1, before=image)
        if reviewer:
            open_now.show(reviewer, image)
    coming = [name for one in after if (name := name_in(conn, one))]
    return Scene(
        look=look,
        whereabouts=whereabouts.of(conn, image),
        count=count,
        place=queue.place(conn, wanted, image) if look else 0,
        next=next(iter(after), ""),
        previous=next(iter(before), ""),
        coming=coming,
        last=_last(conn, reviewer),
        unsure=0 if count else queue.count(conn, UNSURE),
        replacing=0 if count else queue.count(conn, REPLACING),
        says=several.says(conn, image),
        film=film(conn, look),
        today=progress.today(conn, reviewer, wanted, count),
        also=taken.get(image, ""),
        others=bool(taken),
    )


def _last(conn: sqlite3.Connection, reviewer: str) -> int:
    last = candidates.last_verdict(conn, reviewer) if reviewer else None
    return last.review if last else 0


def _next(
    conn: sqlite3.Connection,
    wanted: Filter,
    reviewer: str,
    open_now: OpenNow,
    after: str = "",
) -> str:
    """The image that comes then in the queue, and that nobody else has open; '' at its
    end."""

    def first(number: int) -> list[str]:
        return queue.waiting(conn, wanted, number, after=after)

    if not reviewer:  # who only looks takes nothing
        return next(iter(first(1)), "")
    return open_now.take(reviewer, first)


async def review(datasette: Any, request: Any) -> Any:
    """GET shows an image, POST gives a verdict and goes on to the next one: of the queue,
    or of the sample that the address names."""
    page = await open_page(datasette, request)
    if request.method == "POST":
        fields = await form(page)
        if number(first(fields, "sample")):
            return await judge_sample(page, fields)
        return await _judge(page, fields)
    fields = arguments(page)
    if number(first(fields, "sample")):
        return await show_sample(page, fields)
    return await _show(
        page,
        filter_of(fields, page.reviewer),
        first(fields, "image"),
        manner_of(fields),
        done=first(fields, "done"),
        of=first(fields, "of"),
    )


async def _show(
    page: Visit,
    wanted: Filter,
    image: str,
    manner: Manner,
    *,
    done: str = "",
    of: str = "",
    alert: str = "",
    typed: Typed | None = None,
    status: int = 200,
) -> Any:
    typed = typed or Typed()
    reviewer = page.reviewer if page.may_write else ""

    def work(conn: sqlite3.Connection) -> tuple[Scene, list[Card], list[Stretch]]:
        scene = _scene(conn, wanted, image, reviewer, page.setup.open_now)
        cards = cards_of(scene.look, Doubts(page.config).at(conn), typed)
        return scene, cards, _differs(conn, image, typed) if alert else []

    scene, cards, differs = await page.read(work)
    chosen = chosen_of(cards, typed)
    filters = await filtering(page, wanted, scene.count)
    shown = [card.one.id for card in cards]
    look = scene.look
    own_field = look is not None and not (cards or typed.candidate)
    at_home = typed.candidate in shown or own_field
    compared = claimed.of(look, page.config)
    if look is None and image:
        status, alert = 404, str(UnknownImage(image))
    return await show(
        page,
        "review",
        status=status,
        scene=scene,
        look=look,
        image=look.mirrored.image if look else None,
        cards=cards,
        chosen=chosen,
        arrival=_arrival(scene, cards, chosen, compared if manner.words else None),
        claimed=compared,
        own=typed.of(0, ""),
        own_long=typed.long_of(0, None),
        keys=page.config.review.keys and page.may_write,
        all_judged=scene.ended and _was_judged(wanted, done),
        done=SAID.get(done, ""),
        of=of if done in SAID else "",
        alert=alert,
        differs=differs,
        homeless="" if at_home else typed.text,
        homeless_note=homeless_note(cards, typed) if look else typed.note,
        hints=hints(scene.whereabouts),
        longest_note=LONGEST_NOTE,
        typed=typed,
        manner=manner,
        other={**query_of(wanted), **manner.other},
        **{**filters, "query": {**query_of(wanted), **manner.query}},
    )


def _was_judged(wanted: Filter, done: str) -> bool:
    """Whether a queue that is empty is so because it was judged: no other reason is there
    for all that waits; of a part of it, the verdict just given tells."""
    everything = wanted == Filter(state=wanted.state, me=wanted.me)
    return wanted.state in WORK and (everything or done in SAID)


def _differs(conn: sqlite3.Connection, image: str, typed: Typed) -> list[Stretch]:
    """What was typed, against the text of the last thing that happened to the image."""
    last = next(iter(looks.latest_events(conn, image)), None)
    if typed.text is None or last is None or not last.alt:
        return []
    pieces = compare(last.alt, typed.text.strip())
    return pieces if any(piece.changed for piece in pieces) else []


def _arrival(
    scene: Scene, cards: list[Card], chosen: int, compared: Claimed | None
) -> tuple[Utterance, ...]:
    """What is said once this image is there; how the texts stand to each other, where
    they are judged by words alone."""
    if scene.look is None:
        return ()
    image = scene.look.mirrored.image
    return arrival(
        place(scene.place, scene.count, queue.COUNTED),
        image.id,
        image.title,
        tag(image.language),
        read_out(cards, chosen, compared) if cards else None,
    )


async def _judge(page: Visit, fields: dict[str, list[str]]) -> Any:
    """One verdict, then 303 to the next image; 409 with what changed (and the typed
    text) where it was refused."""
    wanted, action = filter_of(fields, page.reviewer), first(fields, "action")
    given, manner = _given(fields), manner_of(fields)
    doubts = Doubts(page.config)
    open_now = page.setup.open_now

    def work(tx: sqlite3.Connection) -> tuple[str, str]:
        """The image to show next, and what the page says of the verdict."""
        if action == "undo":
            return _undo(tx, number(first(fields, "last")), page.reviewer)
        after = _next(tx, wanted, page.reviewer, open_now, given.image)
        said = action
        if again.is_written(tx, action, given, page.reviewer):
            said = "again"
        else:
            _act(tx, action, given, page.reviewer, doubts)
            queue.score(tx, doubts.at(tx).of_image, SCORED)
            search.fill(tx, SCORED)
        if action == "reject" and _waits_on(tx, wanted, given.image):
            return given.image, said
        return after, said

    try:
        target, done = await page.write(work)
    except AltsyncError as error:
        return await _show(
            page,
            wanted,
            given.image,
            manner,
            alert=str(error),
            typed=_kept(given, action),
            status=status_of(error),
        )
    of = target if action == "undo" else given.image
    return redirect(
        page, PATH, **query_of(wanted), **manner.query, image=target, done=done, of=of
    )


def _undo(tx: sqlite3.Connection, shown: int, reviewer: str) -> tuple[str, str]:
    """The image whose verdict was taken back, and what the page says of it. Sent twice,
    it takes one back."""
    if shown and (image := candidates.taken_back(tx, shown, reviewer)) is not None:
        return image, "undone"
    return acts.undo(tx, reviewer, shown or None), "undo"


def _kept(given: Given, action: str) -> Typed:
    return Typed(
        given.candidate or 0,
        given.text,
        given.long_description,
        action,
        given.note,
        given.asked,
    )


def _given(fields: dict[str, list[str]]) -> Given:
    return Given(
        first(fields, "image"),
        first(fields, "seen"),
        number(first(fields, "candidate")) or None,
        text=_typed(fields, "text"),
        long_description=_typed(fields, "long"),
        note=first(fields, "note"),
        asked=first(fields, "whom"),
        how=how_of(fields),
    )


def _typed(fields: dict[str, list[str]], name: str) -> str | None:
    """What stood in an editor; None where the form had none."""
    return first(fields, name) if name in fields else None


def _act(
    tx: sqlite3.Connection, action: str, given: Given, reviewer: str, doubts: Doubts
) -> None:
    if action == "approve":
        acts.approve(tx, given, reviewer, doubts.findings)
    elif action == "decorative":
        acts.decorative(tx, given, reviewer, doubts.findings)
    elif action == "reject":
        acts.reject(tx, given, reviewer)
    elif action == "unsure":
        asking.ask(tx, given, reviewer)
    else:
        raise UsageError("That is no verdict.")


def _waits_on(tx: sqlite3.Connection, wanted: Filter, image: str) -> bool:
    """Another candidate of this image is the next to be judged."""
    if wanted.state not in WAITING:
        return False
    still = looks.look(tx, image)
    return still is not None and still.mirrored.state is wanted.state


def _is_untouched(text: str, one: Candidate | None) -> bool:
    """It still is what the model wrote: with the first other letter it is a person's."""
    return one is not None and one.origin is Origin.AI and same_text(text, one.alt)


async def check(datasette: Any, request: Any) -> Any:
    """POST: what the lint says to a text while it is typed. Writes nothing."""
    from datasette.utils.asgi import NotFound, Response

    from altsync.web.guard import HEADERS

    page = await open_page(datasette, request)
    fields = await form(page)
    page.setup.open_now.show(page.reviewer, first(fields, "image"))
    text, candidate = first(fields, "text")[:2000], number(first(fields, "candidate"))

    def work(
        conn: sqlite3.Connection,
    ) -> tuple[list[SpokenAt], tuple[Finding, ...]] | None:
        look = looks.look(conn, first(fields, "image"))
        if look is None:
            return None
        image = look.mirrored.image
        uses = whereabouts.shown(conn, image.id)
        said = heard(text, file_name(image), uses, tag(image.language))
        one = next((one for one in look.candidates if one.id == candidate), None)
        decision = None if one is None else one.decision
        found = Doubts(page.config).findings(
            conn, look.mirrored, text, decision, by_model=_is_untouched(text, one)
        )
        return said, found

    answered = await page.read(work)
    if answered is None:
        raise NotFound("There is no such image.")
    said, found = answered
    answer = {
        "findings": [finding.as_dict() for finding in found],
        "length": len(text.strip()),
        "spoken": [
            {
                "pieces": [[piece.text, piece.language] for piece in one.pieces],
                "fault": one.spoken.fault,
            }
            for one in said
        ],
    }
    return Response(
        json.dumps(answer),
        content_type="application/json; charset=utf-8",
        headers=dict(HEADERS),
    )
