"""Events as lines and as JSON. Pure, streamed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from altsync.models import Event
from altsync.render.text import plain, quoted

WORD = {"edited": "edited on the site"}


def lines(events: Iterable[Event]) -> Iterator[str]:
    """One event, one or two lines: the second is the text."""
    for event in events:
        parts = [
            event.at[:19].replace("T", " "),
            f"{WORD.get(event.kind, event.kind):<18}",
        ]
        parts.append(plain(event.image or event.run or ""))
        about = [
            event.run if event.image else None,
            event.by and f"by {event.by}",
            event.detail,
        ]
        said = ", ".join(plain(part) for part in about if part)
        yield "  ".join(parts) + (f"  ({said})" if said else "")
        if event.image and event.kind not in ("failed", "gone"):
            yield f"    {quoted(event.alt)}"


def document(events: Iterable[Event]) -> Iterator[str]:
    """A JSON array, one event a line."""
    first = True
    for e in events:
        item = {
            "at": e.at,
            "event": e.kind,
            "image": e.image,
            "run": e.run,
            "alt": e.alt,
            "by": e.by,
            "detail": e.detail,
        }
        yield ("[\n" if first else ",\n") + json.dumps(item, ensure_ascii=False)
        first = False
    yield "[]\n" if first else "\n]\n"
