"""What a packet holds, and what somebody says on it. Pure.

A line is one candidate of one image (or one image without a candidate) as it was when
the packet was written. The database keeps it; a file only repeats it, so that whatever
changed in the file is seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

LETTERS = "bcdfghjkmnpqrstvwxz"
"""Of ids and checksums. Without digits and vowels: no spreadsheet takes such a word for
a number, a date or a month."""
FORMAT = "altsync packet verdicts 1"
"""What a saved file says of itself."""
ID_LENGTH, CHECKSUM_LENGTH = 8, 10
WITNESS = "ñþ€"
"""Behind each checksum: reads right only where the file's encoding was understood."""


class Ticked(StrEnum):
    """What can be said to a line."""

    APPROVE = "approve"
    REJECT = "reject"
    TEXT = "own text"
    DECORATIVE = "decorative"
    UNSURE = "unsure"


TOLD = {
    Ticked.APPROVE: "approved",
    Ticked.REJECT: "rejected",
    Ticked.TEXT: "own text",
    Ticked.DECORATIVE: "decorative",
    Ticked.UNSURE: "unsure",
}


@dataclass(frozen=True, slots=True)
class PacketLine:
    """One line as the database keeps it."""

    packet: str
    line: int
    image: str
    candidate: int | None
    """None: nothing is proposed."""
    seen: str
    """`Look.seen` when the packet was written."""
    shown: str
    """The proposed text, '' where there is none."""
    long_description: str = ""

    @property
    def checksum(self) -> str:
        """Letters over all of it, and the witness."""
        parts = [
            self.packet,
            self.line,
            self.image,
            self.candidate,
            self.seen,
            self.shown,
            self.long_description,
        ]
        digest = hashlib.sha256(json.dumps(parts).encode()).digest()
        return letters(digest, CHECKSUM_LENGTH) + WITNESS


@dataclass(frozen=True, slots=True)
class OnPaper:
    """One verdict of a packet."""

    packet: str
    line: int
    image: str
    candidate: int | None
    answer: Ticked
    text: str
    """The reviewer's own; '' unless the answer is TEXT."""
    note: str
    by: str
    at: str
    """When it was given, as far as that is known: UTC, ISO 8601. Only ever compared
    with that of others on paper."""
    timed: bool = True
    """The file said when; else it is the time of reading."""

    @property
    def content(self) -> tuple[object, ...]:
        """What makes it another verdict than the one before on the same line."""
        return (self.answer, self.text, self.note, self.by)

    @property
    def order(self) -> tuple[str, str, int]:
        """Which of two is the later one; of equal times always the same."""
        return (self.at, self.packet, self.line)


def letters(digest: bytes, length: int) -> str:
    """So many letters of a digest or of random bytes."""
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:length])


def same_line(one: OnPaper, other: OnPaper) -> bool:
    """Both are about one line of one packet."""
    return (one.packet, one.line) == (other.packet, other.line)


def newest(said: Sequence[OnPaper]) -> list[OnPaper]:
    """Of each line what it said last, the earliest first. Of equal times what was taken
    last."""
    ordered = sorted(said, key=lambda one: one.order)
    return sorted(
        {(one.packet, one.line): one for one in ordered}.values(),
        key=lambda one: one.order,
    )


def standing(said: Iterable[OnPaper]) -> list[OnPaper]:
    """Of what the lines of packets say of one image that which counts, the earliest
    first.

    Of each candidate the latest yes, no or doubt; of all that give the image a text (a
    yes, an own text, decorative) the latest. A later doubt stands before that text, and
    a later text answers the doubts.
    """
    ordered = sorted(said, key=lambda one: one.order)
    latest = {one.candidate: one for one in ordered if one.answer in _OF_CANDIDATE}
    claims = [
        one
        for one in ordered
        if one.answer in _CLAIMS
        and (one.answer is not Ticked.APPROVE or latest[one.candidate] is one)
    ]
    rejected = [one for one in latest.values() if one.answer is Ticked.REJECT]
    doubts = [one for one in latest.values() if one.answer is Ticked.UNSURE]
    text = claims[-1:]
    if text and any(one.order > text[0].order for one in doubts):
        text = []
    elif text:
        doubts = []
    return sorted((*rejected, *doubts, *text), key=lambda one: one.order)


_OF_CANDIDATE = frozenset({Ticked.APPROVE, Ticked.REJECT, Ticked.UNSURE})
_CLAIMS = frozenset({Ticked.APPROVE, Ticked.TEXT, Ticked.DECORATIVE})


def differ(one: OnPaper, other: OnPaper) -> bool:
    """Two lines say different things of one image: two people, or one who gave it two
    texts."""
    if {one.answer, other.answer} <= _CLAIMS:
        return _text_of(one) != _text_of(other)
    if one.by == other.by or one.candidate != other.candidate:
        return False
    return one.answer is not other.answer


def _text_of(one: OnPaper) -> tuple[Ticked, str | int | None]:
    """What an image gets by it."""
    if one.answer is Ticked.APPROVE:
        return one.answer, one.candidate
    return one.answer, one.text


def in_words(one: OnPaper) -> str:
    """approved by Anna (29 Nov …)."""
    text = f" “{one.text}”" if one.answer is Ticked.TEXT else ""
    moment = f", {one.at[:16].replace('T', ' ')} UTC" if one.timed else ""
    return f"{TOLD[one.answer]}{text} by {one.by} (packet {one.packet}{moment})"
