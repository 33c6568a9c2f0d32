"""Events as lines and as JSON. Pure, streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from altsync.models import Event
from altsync.render import standing
from altsync.render.text import json_list, plain, quoted

if TYPE_CHECKING:
    from altsync.documents.kept import EventItem

WORD = {"edited": "edited on the site", "reread": "read otherwise"}


def lines(events: Iterable[Event]) -> Iterator[str]:
    """One event, one or two lines: the second is the text."""
    for event in events:
        moment = event.at[:19].replace("T", " ")
        kind = WORD.get(event.kind, event.kind)
        about = plain(event.image or event.run or "") + standing.page(event.where)
        yield f"{moment}  {kind:<18}  {about}{_said(event)}"
        yield from _place(event)
        if event.image and event.kind not in ("failed", "gone"):
            yield f"    {quoted(event.alt)}"


def _place(event: Event) -> Iterator[str]:
    """Of an image in a text, whose id says little: the words around it."""
    said = standing.in_words(event.image or "", event.where, standing.NEAR)
    if said is not None:
        around = f", “{said.around}”" if said.around else ""
        yield f"    in {said.place}{around}"


def _said(event: Event) -> str:
    parts = []
    if event.image and event.run:
        parts.append(event.run)
    if event.by:
        parts.append(f"by {event.by}")
    if event.detail:
        parts.append(event.detail)
    if not parts:
        return ""
    said = ", ".join(map(plain, parts))
    if event.note:
        said += f": {plain(event.note)}"
    return f"  ({said})"


def document(events: Iterable[Event]) -> Iterator[str]:
    """A JSON array, one event a line."""
    return json_list(map(_as_dict, events))


def _as_dict(event: Event) -> EventItem:
    shown: EventItem = {
        "at": event.at,
        "event": event.kind,
        "image": event.image,
        "run": event.run,
        "alt": event.alt,
        "by": event.by,
        "detail": event.detail,
        "answer": event.answer,
        "note": event.note,
    }
    where = standing.as_dict(event.image or "", event.where)
    if where is not None:
        shown["where"] = where
    return shown
