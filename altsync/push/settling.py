"""What became of a PATCH whose answer nobody has: what the site says now settles it, or
a person who knows."""

from __future__ import annotations

import shlex
import sqlite3
from dataclasses import dataclass, field

from altsync import stale
from altsync.errors import (
    AltsyncError,
    Interrupted,
    NotThere,
    SourceError,
    StoreError,
    UnknownImage,
    UsageError,
)
from altsync.models import Flat, PushStatus
from altsync.push.reading import MANGLED, Settled, by_reading, changed, is_undone
from altsync.render.text import count
from altsync.report import Report
from altsync.stage import Context
from altsync.store import history, journal, mirror
from altsync.store.journal import Intent
from altsync.store.store import Store

SAID = 10
"""So many rows that stay open are named to the owner as it happens."""


@dataclass(slots=True)
class Recovered:
    """What became of the journal rows that earlier pushes left open."""

    settled: int = 0
    arrived: set[str] = field(default_factory=set)
    """Images whose text had reached the site."""
    left: list[Intent] = field(default_factory=list)
    """Rows that stay open: the site could not be asked about their images."""


def recover(context: Context) -> Recovered:
    """Settle what a crash left open, by reading the site; send nothing.

    The site says new, or a pull after the crash saw it say so: applied. It still says
    base: not done, so the change is open again. Else a conflict. A row whose image
    cannot be read stays open and is said; the others are settled all the same. Raises
    what `Source.check` raises: then it is not about one image.
    """
    with context.store.read() as conn:
        intents = journal.open_intents(conn)
    done = Recovered()
    if intents:
        context.source.check()
    for place, intent in enumerate(intents):
        try:
            _recover_one(context, intent, done)
        except Interrupted:
            done.left += intents[place:]
            return done
        except StoreError:
            raise
        except AltsyncError as error:
            done.left.append(intent)
            _say_left(context.report, done.left, error)
    _sum_up(context.report, done)
    return done


def _recover_one(context: Context, intent: Intent, done: Recovered) -> None:
    """Settle one row. Raises AltsyncError: it stays open."""
    flat = None
    seen = _seen(context.store, intent)
    if not seen:
        flat = _now(context, intent)
    with context.store.write() as tx:
        if seen:
            now = Settled(PushStatus.APPLIED)
            journal.settle(tx, intent.id, now.status, error=seen)
        else:
            now = by_reading(tx, intent, flat, "an earlier push was interrupted")
    if now.mangled:
        context.report.say(now.why)
    done.settled += 1
    if now.status is PushStatus.APPLIED:
        done.arrived.add(intent.image)


def _seen(store: Store, intent: Intent) -> str:
    """That a pull has seen the text on the site since, in words; '' where none has."""
    with store.read() as conn:
        return _words_of_sight(conn, intent)


def _words_of_sight(conn: sqlite3.Connection, intent: Intent) -> str:
    if "alt" not in changed(intent.patch):
        return ""  # pulls remember what they saw of the alt alone
    new = mirror.sent_text(intent.patch)
    if journal.seen_since(conn, intent.image, new, intent.id):
        return "seen on the site by a later pull"
    if journal.seen_mangled(conn, intent.id):
        return f"seen on the site by a later pull, {MANGLED.rstrip(': ')}"
    return ""


def _now(context: Context, intent: Intent) -> Flat | None:
    """What the site says of an image; None where it is not there any more. A copy that
    may be older than the PATCH is no answer: raises SourceError."""
    with context.store.read() as conn:
        named = mirror.named(conn, [intent.image])
    if not named:
        raise UnknownImage(intent.image)
    image = named[0].image
    try:
        fresh = context.source.fresh([image])
    except NotThere:
        return None
    flat = fresh.flats.get(intent.image)
    undone = flat is not None and is_undone(intent, flat)
    if undone and stale.shows(context.source, image, fresh):
        raise SourceError(stale.UNHEARD)
    return flat


def _say_left(report: Report, left: list[Intent], error: AltsyncError) -> None:
    intent = left[-1]
    if len(left) > SAID:
        return
    image = shlex.quote(intent.image)
    report.say(
        f"Left open: {intent.image}, of push {intent.push}. {error} Nothing is sent to"
        " it before that is settled: by the next push that can read it, or by you, once"
        f" you have looked at the site: altsync settle {image} --applied (or"
        " --not-applied)"
    )


def _sum_up(report: Report, done: Recovered) -> None:
    if done.settled:
        report.say(
            f"Settled {count(done.settled, 'change')} that an earlier push left open."
        )
    if len(done.left) > SAID:
        report.say(
            f"{count(len(done.left), 'change')} of earlier pushes stay open in all; `altsync"
            " status` lists them."
        )


def by_hand(store: Store, image: str, *, applied: bool, by: str) -> list[Intent]:
    """Settle every open row of an image by the word of a person, without asking the
    site. Returns the rows.

    Applied: the mirror says what was sent, as after a push, unless a pull has seen
    another text there since. Not applied: the change is open again, and goes only where
    the site still says what its approver saw. Raises UnknownImage; UsageError where
    nothing of the image is open, or where a pull has seen the text on the site that
    should not be there; StoreError while a push is at work.
    """
    with store.alone("push"):
        store.durable()
        with store.write() as tx:
            rows = [one for one in journal.open_intents(tx) if one.image == image]
            _check(tx, image, rows, applied)
            for row in rows:
                _settle(tx, row, applied, by)
            if applied:
                _mirror(tx, rows)
    return rows


def _check(
    tx: sqlite3.Connection, image: str, rows: list[Intent], applied: bool
) -> None:
    if not rows:
        for unknown in history.unknown(tx, [image]):
            raise UnknownImage(unknown)
        raise UsageError(
            f"No change of {image} is open: there is nothing to settle. `altsync"
            " status` lists those that are."
        )
    if applied:
        return
    for row in rows:
        if _words_of_sight(tx, row):
            raise UsageError(
                f"A pull has seen the text of push {row.push} on {image} since, so it"
                " was applied. Nothing was settled. Say --applied; if somebody changed"
                " it afterwards, the next pull says so."
            )


def _settle(tx: sqlite3.Connection, row: Intent, applied: bool, by: str) -> None:
    status, what = PushStatus.FAILED, "not applied"
    if applied:
        status, what = PushStatus.APPLIED, "applied"
    journal.settle(tx, row.id, status, error=f"settled by hand: {what}, says {by}")


def _mirror(tx: sqlite3.Connection, rows: list[Intent]) -> None:
    """The mirror takes the text that was sent last, if it still has what one of the
    rows found there, or sent."""
    last = rows[-1]
    now = mirror.named(tx, [last.image])
    texts = {mirror.sent_text(row.patch) for row in rows}
    texts |= {row.patch[0]["value"] for row in rows}
    if now and now[0].image.alt in texts:
        mirror.confirm(tx, last.image, _document(last), last.origin, last.id)


def _document(row: Intent) -> Flat:
    """What a patch sets, as the site would show it."""
    flat: Flat = {"alt": mirror.sent_text(row.patch)}
    for op in row.patch:
        if op["op"] == "replace" and op["path"] == "/label":
            flat["label"] = op["value"]
        if op["op"] == "replace" and op["path"] == "/long_description":
            flat["long_description"] = op["value"]
    return flat
