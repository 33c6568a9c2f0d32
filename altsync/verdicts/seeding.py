"""Known-bad texts for a sample: made of true ones by turning one claim, so that it can be
told how many errors its reader catches."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Collection, Iterator

from altsync import claims
from altsync.errors import UsageError
from altsync.lint.text import base_language
from altsync.lint.tongues import guess
from altsync.models import Decision, Mirrored, Severity, Swap
from altsync.store import mirror, seeds
from altsync.store.seeds import TrueText
from altsync.verdicts.acts import LONGEST, Check

LEAST = 5
EVERY = 10
"""One in so many, unless somebody says how many, and at least `LEAST`."""
TRIES = 3
"""So many ways to turn one text are looked at."""


def number_for(read: int) -> int:
    """How many known-bad texts go into a sample of so many."""
    return max(LEAST, round(read / EVERY))


def made(
    tx: sqlite3.Connection,
    wanted: int,
    model: str | None,
    prompt: str | None,
    frame: Collection[str],
    check: Check,
    chance: random.Random,
) -> list[tuple[TrueText, Swap]]:
    """At most `wanted` of them, on images that are not in the frame; as the lint finds
    nothing in what is drawn, it finds nothing in these.

    Images that have had none before come first: who read the last sample may know the
    others. Of these, texts like those of the sample (a person approved them by themselves),
    then other such texts, then a person's words on the site. Raises UsageError where none
    can be made.
    """
    found = list(_found(tx, model, prompt, frame))
    chance.shuffle(found)
    known = seeds.images(tx)
    found.sort(
        key=lambda true: (
            true.image in known,
            true.candidate is None,
            not true.alike,
        )
    )
    out: dict[str, tuple[TrueText, Swap]] = {}
    for true in found:
        if len(out) == wanted:
            break
        swap = None if true.image in out else _turned(tx, true, check, chance)
        if swap is not None:
            out[true.image] = (true, swap)
    if not out:
        raise UsageError(
            "No known-bad text can be made: that takes true ones, which a person wrote or"
            " approved by themselves, on other images whose pictures altsync has. Judge"
            " some with `altsync review`, or draw without --seeded."
        )
    return list(out.values())


def _found(
    tx: sqlite3.Connection,
    model: str | None,
    prompt: str | None,
    frame: Collection[str],
) -> Iterator[TrueText]:
    """True texts on other images; with a picture, where what is drawn has one: nobody
    sees without it what is wrong, and it would be told by that."""
    pictured = seeds.are_pictured(tx, frame)
    for one in seeds.true_texts(tx, model, prompt):
        if one.image not in frame and one.pictured >= pictured:
            yield one


def _turned(
    tx: sqlite3.Connection, true: TrueText, check: Check, chance: random.Random
) -> Swap | None:
    """The text made wrong, if the lint has nothing against it."""
    bag = frozenset(true.alt.casefold().split())
    language = base_language(true.language) or guess(bag) or "en"
    (image,) = mirror.named(tx, [true.image])
    for _ in range(TRIES):
        swap = claims.swapped(true.alt, language, chance)
        if swap is not None and _passes(tx, image, swap.text, check):
            return swap
    return None


def _passes(tx: sqlite3.Connection, image: Mirrored, text: str, check: Check) -> bool:
    found = check(tx, image, text, Decision.INFORMATIVE)
    fine = all(one.severity is Severity.INFO for one in found)
    return fine and len(text) <= LONGEST
