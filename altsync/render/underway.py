"""How far a stage is: the rate, the time that is left, and both in words. Pure: whoever
asks brings the time, in seconds of any clock that does not go back."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from altsync.models.underway import Paid, Underway, Work
from altsync.render.money import money
from altsync.render.progress import lasting
from altsync.render.text import count

if TYPE_CHECKING:
    from altsync.documents.underway import NoteEvent, StageEvent, StageWord

SPAN = 60.0
"""Seconds: what was done longer ago says little of the rate now. In a long work it is a
quarter of its time."""
SOON = 5.0
"""Seconds from the start until anything is said of a rate."""
FEW = 3
"""So many are done before anything is said of a rate."""
IDLE = 60.0
"""Seconds without anything done, from which on that is said."""
DAY = 86_400.0
BARS = (30, 15)
"""Columns that a bar may have, the most first."""
LEAST_BESIDE = 32
"""Columns for words beside a bar."""
LEAST_WORDS = 12
"""Columns for words beside the label."""

WORDS = {
    Work.PULL: "Pulling",
    Work.READ_AGAIN: "Reading again what was sent",
    Work.ASK_UNLISTED: "Asking for what the site did not list",
    Work.FETCH_PICTURES: "Fetching pictures",
    Work.FIND_PAGES: "Finding pages",
    Work.LOOK_AT_PICTURES: "Looking at the mirror's pictures",
    Work.READ_PAGES: "Reading pages",
    Work.ASK_SITE: "Asking the site",
    Work.GENERATE: "Generating",
    Work.ASK_REFERENCE: "Asking the reference",
    Work.HAND_OVER: "Writing questions",
    Work.TAKE_ANSWERS: "Taking answers",
    Work.PUSH: "Pushing",
    Work.LINT: "Checking texts",
    Work.WRITE_PACKET: "Writing the packet",
    Work.TAKE_VERDICTS: "Taking verdicts",
    Work.WRITE_PAGES: "Writing pages",
    Work.EXPORT: "Exporting",
    Work.IMPORT: "Importing",
    Work.SORT: "Sorting by risk",
    Work.INDEX: "Reading words for the search",
}
"""What an owner reads for each work."""


class Course:
    """One work from its start on. The rate is what was done lately, older steps counting
    less and less: a batch that arrives at once lifts it little, and a site that stalls
    lets it sink."""

    def __init__(
        self, work: Work, total: int | None, began: float, *, about: bool = False
    ) -> None:
        self._work = work
        self._total = total
        self._about = about
        self._began = began
        self._moved = began
        self._weighed = _Weighed(0.0, 0.0)
        self._done = 0
        self._failed = 0
        self._paid: Paid | None = None

    def add(
        self, done: int, now: float, failed: int = 0, paid: Paid | None = None
    ) -> None:
        """So many more are done; `paid`: by the whole run so far."""
        older = self._older(now)
        self._weighed = replace(older, done=older.done + done)
        self._moved = now
        self._done += done
        self._failed += failed
        self._paid = paid or self._paid

    def at(self, now: float) -> Underway:
        """How far it is at that moment."""
        rate = self._rate(now)
        total = self._known_total()
        left = None
        if rate and total is not None:
            left = _seconds(total - self._done, rate)
        return Underway(
            work=self._work,
            done=self._done,
            total=total,
            about=self._about and total is not None,
            failed=self._failed,
            paid=self._paid,
            rate=rate,
            left=left,
            idle=now - self._moved,
        )

    def _known_total(self) -> int | None:
        """There may be more than the last time, or than anybody said."""
        if self._total is not None and self._done > self._total:
            return None
        return self._total

    def _older(self, now: float) -> _Weighed:
        """What counts of what was done until the last step."""
        span = max(SPAN, (now - self._began) / 4)
        decay = math.exp((self._moved - now) / span)
        before = self._weighed
        seconds = before.seconds * decay + span * (1 - decay)
        return _Weighed(before.done * decay, seconds)

    def _rate(self, now: float) -> float | None:
        if now - self._began < SOON or self._done < FEW:
            return None
        weighed = self._older(now)
        return weighed.done / weighed.seconds


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What was done, and the seconds that it took, older ones counting less."""

    done: float
    seconds: float


def _seconds(number: int, rate: float) -> float | None:
    """How long so many take; None where that would be a month."""
    seconds = number / rate
    return seconds if seconds < 30 * DAY else None


def sentence(now: Underway) -> str:
    """One line for a log, or for who hears it: all that is known."""
    said = f"{WORDS[now.work]}: {', '.join((amount(now), *_speed(now)))}"
    return "; ".join((said, *_beside(now))) + "."


def beginning(now: Underway) -> str:
    """The line for who hears it, when a work begins."""
    if now.total is None:
        return f"{WORDS[now.work]} …"
    about = "about " if now.about else ""
    return f"{WORDS[now.work]}: {about}{now.total:,} to do."


def amount(now: Underway) -> str:
    """ "1,200 of 9,000 (13 %)"; "1,200 so far" where nobody knows of how many."""
    if now.total is None:
        return f"{now.done:,} so far"
    about = "about " if now.about else ""
    said = f"{now.done:,} of {about}{now.total:,}"
    if not now.total:
        return said
    return f"{said} ({100 * now.done // now.total}%)"


@dataclass(frozen=True, slots=True)
class Layout:
    """One line of a terminal, parted by blanks: never wider than that is."""

    label: str
    """'' where there is no room for it."""
    bar: int
    """Columns of the bar; 0: there is no room for one."""
    words: str


def layout(now: Underway, width: int) -> Layout:
    """What fits into so many columns: what matters most first."""
    label = WORDS[now.work]
    room = width - len(label) - 1
    if room < LEAST_WORDS:
        return Layout("", 0, short(now, width))
    bar = 0
    for columns in BARS:
        if room >= columns + LEAST_BESIDE:
            bar = columns
            break
    words = short(now, room - bar - bool(bar))
    return Layout(label, bar, words)


def short(now: Underway, room: int) -> str:
    """As much of it as so many columns hold: what matters most first."""
    pieces: Sequence[str] = (amount(now), *_left(now), *_beside(now), *_pace(now))
    while len(pieces) > 1 and len(", ".join(pieces)) > room:
        pieces = pieces[:-1]
    said = ", ".join(pieces)
    return said if len(said) <= room else said[: max(0, room)]


def as_event(event: StageWord, now: Underway, at: datetime) -> StageEvent:
    """The event started, progress or finished, for programs."""
    paid = now.paid
    return {
        "event": event,
        "at": at.isoformat(timespec="milliseconds"),
        "stage": now.work,
        "done": now.done,
        "total": now.total,
        "about": now.about,
        "failed": now.failed,
        "rate": _rounded(now.rate, 4),
        "left": _rounded(now.left, 1),
        "spent": None if paid is None else round(paid.dollars, 6),
        "unpriced": 0 if paid is None else paid.unpriced,
        "limit": None if paid is None else paid.limit,
    }


def note(sentence: str, at: datetime) -> NoteEvent:
    """The event note: a line for the owner."""
    return {
        "event": "note",
        "at": at.isoformat(timespec="milliseconds"),
        "text": sentence,
    }


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)


def _speed(now: Underway) -> Iterator[str]:
    yield from _pace(now)
    yield from _left(now)


def _pace(now: Underway) -> Iterator[str]:
    """ "4.1 a second", "12 a minute"; nothing while it is not known."""
    if now.rate is None or now.idle >= IDLE:
        return
    if now.rate >= 1:
        yield f"{now.rate:,.1f} a second"
    elif now.rate * 60 >= 1:
        yield f"{now.rate * 60:,.0f} a minute"


def _left(now: Underway) -> Iterator[str]:
    if now.left is not None and now.idle < IDLE and now.done != now.total:
        yield f"{lasting(now.left / 60)} left"


def _beside(now: Underway) -> Iterator[str]:
    if now.paid is not None and now.paid != Paid(limit=now.paid.limit):
        yield f"paid {_paid(now.paid)}"
    if now.failed:
        yield f"{now.failed:,} failed"
    if now.idle >= IDLE:
        yield f"nothing new for {count(int(now.idle // 60), 'minute')}"


def _paid(paid: Paid) -> str:
    said = money(paid.dollars, paid.unpriced)
    if paid.limit is None:
        return said
    return f"{said} of {money(paid.limit)}"
