"""What altsync sees of a site and what it does not, as lines and as JSON. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from altsync.models import State, Status, Unseen, UnseenKind
from altsync.render.terminal import MEANING
from altsync.render.text import count, plain

if TYPE_CHECKING:
    from altsync.documents.seen import CoverageDocument, UnseenItem

_NOUNS = {
    UnseenKind.IN_TEXT: ("picture", "pictures"),
    UnseenKind.HIDDEN: ("item", "items"),
    UnseenKind.UNREADABLE: ("type", "types"),
    UnseenKind.LEFT_OUT: ("item", "items"),
    UnseenKind.INLINE: ("block", "blocks"),
    UnseenKind.THUMBNAIL: ("video", "videos"),
    UnseenKind.UNUSED_FILE: ("picture file", "picture files"),
}
_MEANT = {
    UnseenKind.IN_TEXT: "in texts that jsonapi.texts leaves out",
    UnseenKind.HIDDEN: "that this login may not see",
    UnseenKind.UNREADABLE: "that this login may not read",
    UnseenKind.LEFT_OUT: "with images in fields that altsync.toml does not name",
    UnseenKind.INLINE: "of single Layout Builder pages",
    UnseenKind.THUMBNAIL: "with a picture that the site made itself",
    UnseenKind.UNUSED_FILE: "that no image here uses",
}
"""What a number of each kind counts."""
_BEYOND = [state for state in State if not state.in_reach and state is not State.GONE]


def as_dict(status: Status) -> CoverageDocument:
    """The stable JSON of `altsync coverage --json`."""
    return {
        "site": status.site,
        "images": status.images,
        "inheriting": status.inheriting,
        "unfollowed": status.unfollowed,
        "coverage": fraction(status.coverage),
        "never_read": status.never_read,
        "beyond": {str(state): status.states[str(state)] for state in _BEYOND},
        "asked": status.asked,
        "unseen": [as_fact(one) for one in status.unseen],
    }


def as_fact(one: Unseen) -> UnseenItem:
    """One fact as JSON; a `count` of null is not known."""
    return {
        "kind": one.kind,
        "what": one.what,
        "count": one.count,
        "places": one.places,
        "at_least": one.at_least,
    }


def lines(status: Status) -> Iterator[str]:
    """All that is known."""
    yield share(status)
    if status.never_read:
        yield never_read(status)
    if not any(status.states.values()):
        return
    if status.inheriting:
        yield inheriting(status)
    beyond = [state for state in _BEYOND if status.states[str(state)]]
    if beyond:
        yield "Known, and not altsync's to change:"
    for state in beyond:
        yield f"  {status.states[str(state)]:>9,}  {state:<13} {MEANING[state]}"
    if status.asked is None:
        yield (
            "What is not seen is not known: no full pull has asked yet, or the source has"
            " no way to ask. Next: altsync pull --full"
        )
        return
    yield f"Not seen, as of {when(status.asked)}:"
    for group in groups(status.unseen):
        yield f"  {group.total} {group.meaning}"
        yield from (f"      {line}" for line in group.facts)
    if not status.unseen:
        yield "  nothing that altsync knows how to ask for"


@dataclass(frozen=True, slots=True)
class UnseenGroup:
    """All facts of one kind, in words."""

    kind: UnseenKind
    total: str
    """Such as `at least 1,200 pictures`."""
    meaning: str
    facts: tuple[str, ...]
    """Where, and how many there."""

    def __str__(self) -> str:
        return f"{self.total} {self.meaning}"


def groups(unseen: Iterable[Unseen]) -> list[UnseenGroup]:
    """The facts by kind, each with its number and where."""
    return [
        UnseenGroup(kind, total(facts), _MEANT[kind], _where(facts))
        for kind, facts in _by_kind(unseen)
    ]


def percent(coverage: float) -> str:
    """To a tenth, and never up: 100.0% is all of them."""
    return f"{_down(coverage, 1000) * 100:.1f}%"


def fraction(coverage: float) -> float:
    """For JSON: to a hundredth of a percent, and never up: 1.0 is all of them."""
    return _down(coverage, 10_000)


def _down(coverage: float, parts: int) -> float:
    return math.floor(round(coverage * parts, 6)) / parts


def share(status: Status) -> str:
    """The coverage in one sentence: of what this login sees, and no more."""
    if not status.images:
        return (
            f"{status.site}: no images yet, so there is nothing to cover. Next: altsync"
            " pull"
        )
    return (
        f"{status.site}: {percent(status.coverage)} of the {status.of_its_own:,} images"
        " that this login sees have a text or are empty on purpose."
    )


def never_read(status: Status) -> str:
    """What is no part of the share since nobody could read it; in one sentence."""
    verb = "is" if status.never_read == 1 else "are"
    images = count(status.never_read, "more image")
    return f"{images} {verb} listed and could not be read: altsync failures"


def inheriting(status: Status) -> str:
    """What is no part of the share, in one sentence; '' where there is nothing."""
    if not status.inheriting:
        return ""
    told = "Besides, 1 medium in a text shows its own text, which is counted by itself"
    if status.inheriting != 1:
        told = (
            f"Besides, {status.inheriting:,} media in texts show their own texts, which are"
            " counted by themselves"
        )
    if not status.unfollowed:
        return f"{told}."
    return (
        f"{told}; {status.unfollowed:,} of these texts altsync does not see, so nobody"
        " knows here what visitors hear."
    )


def summary(unseen: Sequence[Unseen]) -> str:
    """What is not seen in one sentence; '' where nothing is known to be."""
    some = [one for one in unseen if one.count != 0]
    return "; ".join(map(str, groups(some)))


def total(facts: Sequence[Unseen]) -> str:
    """The number of all facts of one kind, as far as it is known."""
    kind = facts[0].kind
    noun, nouns = _NOUNS[kind]
    if kind is UnseenKind.UNREADABLE:
        return count(len(facts), noun, nouns)
    known = [one.count for one in facts if one.count is not None]
    if not known:
        return f"{nouns} (not known how many)"
    more = len(known) < len(facts) or any(one.at_least for one in facts)
    return f"{'at least ' if more else ''}{count(sum(known), noun, nouns)}"


def _where(facts: Sequence[Unseen]) -> tuple[str, ...]:
    if facts[0].kind is UnseenKind.UNUSED_FILE:
        return ()
    return tuple(map(one_line, facts))


def one_line(one: Unseen) -> str:
    """One fact: how many, where, in how many texts."""
    number = "?" if one.count is None else f"{one.count:,}"
    if one.at_least:
        number = f"at least {number}"
    where = plain(one.what)
    if one.places is not None:
        return f"{number} {where}, in {count(one.places, 'text')}"
    return where if one.count is None else f"{number} in {where}"


def when(stamp: str) -> str:
    return f"{stamp[:10]} {stamp[11:16]} UTC"


def _by_kind(unseen: Iterable[Unseen]) -> Iterator[tuple[UnseenKind, list[Unseen]]]:
    order = list(UnseenKind)
    ordered = sorted(unseen, key=lambda one: order.index(one.kind))
    for kind, facts in groupby(ordered, key=lambda one: one.kind):
        yield kind, list(facts)
