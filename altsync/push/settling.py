"""What became of a PATCH whose answer nobody has: what the site says now settles it."""

from __future__ import annotations

import sqlite3

from altsync.errors import NotThere
from altsync.models import Flat, PushStatus, same_text
from altsync.stage import Context
from altsync.store import journal, mirror
from altsync.store.journal import Intent


def recover(context: Context) -> int:
    """Settle what a crash left open, by reading the site; send nothing. Returns how
    many were settled.

    The site says new, or a pull after the crash saw it say so: applied. It still says
    base: not done, so the change is open again. Else a conflict. Raises the SourceError
    where the site cannot be read: the rows stay open.
    """
    with context.store.read() as conn:
        intents = journal.open_intents(conn)
    for intent in intents:
        _recover_one(context, intent)
    settled = len(intents)
    if settled:
        context.report.say(
            f"Settled {settled:,} change{'s' * (settled != 1)} that an earlier push"
            " left open."
        )
    return settled


def _recover_one(context: Context, intent: Intent) -> None:
    store = context.store
    with store.read() as conn:
        image = mirror.named(conn, [intent.image])[0].image
    try:
        flat = context.source.fresh([image]).flats.get(intent.image)
    except NotThere:
        flat = None
    new = mirror.sent_text(intent.patch)
    with store.write() as tx:
        if journal.seen_since(tx, intent.image, new, intent.created_at):
            seen = "seen on the site by a later pull"
            journal.settle(tx, intent.id, PushStatus.APPLIED, error=seen)
        else:
            by_reading(tx, intent, flat, "an earlier push was interrupted")


def by_reading(
    tx: sqlite3.Connection, intent: Intent, flat: Flat | None, lost: str
) -> tuple[PushStatus, str]:
    """Settle one journal row by what the site says: new, base, or a third text.

    `lost` is the sentence that says why nobody knows. Returns the row's status, and why
    where the text did not arrive.
    """
    base, new = intent.patch[0]["value"], mirror.sent_text(intent.patch)
    if flat is not None and same_text(flat["alt"], new):
        journal.settle(tx, intent.id, PushStatus.APPLIED, error="confirmed by reading")
        mirror.confirm(tx, intent.image, flat, intent.origin, intent.id)
        return PushStatus.APPLIED, ""
    if flat is not None and flat["alt"] == base:
        status = PushStatus.FAILED
        why = f"{lost} The site still has the old text; {_again(intent)}."
    else:
        status = PushStatus.CONFLICT
        why = (
            f"{lost} The site has a third text now; look at it: `altsync pull`, then"
            " `altsync diff`."
        )
    journal.settle(tx, intent.id, status, error=why)
    return status, why


def _again(intent: Intent) -> str:
    if intent.reverts is None:
        return "the next push tries again"
    return "ask for the revert again"
