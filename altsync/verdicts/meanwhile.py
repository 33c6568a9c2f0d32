"""What happened to an image between somebody's look and their verdict, in words."""

from __future__ import annotations

import sqlite3

from altsync.models import Verdict
from altsync.store import looks
from altsync.store.looks import Happened

UNKNOWN = "This image has changed since you saw it."


def what_happened(conn: sqlite3.Connection, image: str, reviewer: str) -> str:
    """The last thing that is known of an image, in a sentence or two."""
    events = looks.latest_events(conn, image)
    return told(events[0], reviewer) if events else UNKNOWN


def told(one: Happened, reviewer: str) -> str:
    """Who did what, when, with which words; `reviewer` is who reads it."""
    when = f"{one.at[:16].replace('T', ' ')} UTC"
    said = f"{_did(one, reviewer)}, {when}."
    if one.asked:
        said += f" Asked: {one.asked}."
    if one.note:
        said += f" The note: “{one.note}”"
    return said


def _did(one: Happened, reviewer: str) -> str:
    text = _quoted(one.alt)
    if one.verdict is None:
        if one.sent:
            return f"altsync sent {text} to the site"
        return f"A pull saw {text} on the site"
    mine = one.reviewer == reviewer
    who = "You, in another window," if mine else one.reviewer
    unsure = "are unsure of" if mine else "is unsure of"
    verbs = {
        Verdict.APPROVED: "approved",
        Verdict.REJECTED: "rejected",
        Verdict.UNSURE: unsure,
        Verdict.WITHDRAWN: "took back the verdict on",
    }
    return f"{who} {verbs[one.verdict]} {text}"


def _quoted(text: str | None) -> str:
    if text is None:
        return "no text"
    return f"“{text}”" if text else "an empty text"
