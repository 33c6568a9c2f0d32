"""What the site has now settles a PATCH that no answer settles: the text is there, there
as the site mangles it, not there, or another one is."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from altsync.models import Flat, PushStatus, is_blank, mangled, same_text
from altsync.render.text import quoted
from altsync.store import journal, mirror
from altsync.store.journal import Intent

MANGLED = "mangled by the site: "
"""Before the words of `mangled`, in the journal."""
OTHER_FORM = "with other white space or in another Unicode form"
"""How a text stands on a site that trims or normalises it: it reads the same."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What reading made of one journal row."""

    status: PushStatus
    why: str = ""
    """Why the text did not arrive, or that the site has it otherwise than it was sent;
    '' where it stands there to the letter."""
    mangled: str = ""
    """How the site changed the text, in the words of `mangled`."""


def by_reading(
    tx: sqlite3.Connection,
    intent: Intent,
    flat: Flat | None,
    lost: str,
    *,
    at_once: bool = False,
    third: PushStatus = PushStatus.CONFLICT,
) -> Settled:
    """Settle one journal row by what the site says: new, new as the site mangles it,
    base, or a third text, which is a conflict unless `third` says otherwise.

    `lost` is the sentence that says why nobody knows; `at_once` as in `mangled`: the
    PATCH was sent a moment ago.
    """
    moves = changed(intent.patch)
    name = next(iter(moves))
    base, new = moves[name]
    now = None if flat is None else text_in(flat, name)
    if flat is not None and now != base:
        note = there(new, now, at_once=at_once)
        if note is not None:
            done = "confirmed by reading" + (note and f", {note}")
            journal.settle(tx, intent.id, PushStatus.APPLIED, error=done)
            mirror.confirm(tx, intent.image, flat, intent.origin, intent.id)
            arrived = _arrived(intent.image, new, now, note)
            return _with_description(arrived, intent.image, flat, moves)
    if flat is not None and now == base:
        status = PushStatus.FAILED
        why = f"{lost} The site still has the old text; {_again(intent)}."
    else:
        status = third
        why = f"{lost} {_third(flat, now)}"
    journal.settle(tx, intent.id, status, error=why)
    return Settled(status, why)


def is_undone(intent: Intent, flat: Flat) -> bool:
    """The site still says what it said before the PATCH, and that is not what was sent."""
    moves = changed(intent.patch)
    name = next(iter(moves))
    base, new = moves[name]
    return text_in(flat, name) == base != new


def changed(
    patch: Sequence[dict[str, Any]],
) -> dict[str, tuple[str | None, str | None]]:
    """The texts that a patch changes: member of the flat document -> (before, after).

    The first decides what became of it, for a site does all of a PATCH or nothing: the
    alt, unless the long description alone was sent.
    """
    was = {op["path"]: op["value"] for op in patch if op["op"] == "test"}
    then = {op["path"]: op["value"] for op in patch if op["op"] == "replace"}
    texts = {
        name: (was.get(f"/{name}"), then[f"/{name}"])
        for name in ("alt", "long_description")
        if f"/{name}" in then
    }
    moved = {name: both for name, both in texts.items() if both[0] != both[1]}
    return moved or {"alt": (was.get("/alt"), mirror.sent_text(patch))}


def text_in(flat: Flat, name: str) -> str | None:
    """The alt or the long description of a document."""
    return flat["alt"] if name == "alt" else flat.get("long_description")


def _with_description(
    arrived: Settled,
    image: str,
    flat: Flat,
    moves: Mapping[str, tuple[str | None, str | None]],
) -> Settled:
    """The same; said where the text arrived and the long description sent with it is
    another one."""
    _, sent = moves.get("long_description", (None, None))
    now = flat.get("long_description")
    if arrived.mangled or sent is None or same_text(sent, now):
        return arrived
    how = "the long description is not the one that was sent"
    both = f"Look at {image}: {how}. Sent: {quoted(sent)} The site has: {quoted(now)}"
    return Settled(PushStatus.APPLIED, both, how)


def there(new: str | None, alt: str | None, *, at_once: bool) -> str | None:
    """How `new` stands on the site, which has `alt`: '' to the letter, else in words;
    None where it does not stand there."""
    if new == alt:
        return ""
    if same_text(new, alt) or (is_blank(new) and is_blank(alt)):
        return OTHER_FORM
    how = mangled(new, alt, at_once=at_once)
    return None if how is None else f"{MANGLED}{how}"


def _arrived(image: str, new: str | None, alt: str | None, note: str) -> Settled:
    how = note.removeprefix(MANGLED)
    if how == note:
        return Settled(PushStatus.APPLIED, note)
    both = f"Mangled at {image}: {how}. Sent: {quoted(new)} The site has: {quoted(alt)}"
    return Settled(PushStatus.APPLIED, both, how)


def _third(flat: Flat | None, now: str | None) -> str:
    look = "look at it: `altsync pull`, then `altsync diff`."
    if flat is None:
        return f"The image is not on the site any more; {look}"
    return f"The site has a third text now, {quoted(now)}; {look}"


def _again(intent: Intent) -> str:
    if intent.reverts is None:
        return "the next push tries again"
    return "ask for the revert again"
