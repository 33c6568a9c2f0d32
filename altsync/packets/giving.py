"""One verdict of a packet becomes a verdict like any other: by the acts of the pages, in
the name of a person who looked at the picture."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from altsync.models import Scope, Verdict
from altsync.models.packet import (
    OnPaper,
    PacketLine,
    Ticked,
    newest,
    same_line,
    standing,
)
from altsync.store import candidates, looks, packets
from altsync.store.packets import Returned
from altsync.verdicts import acts, asking
from altsync.verdicts.acts import Check, Given
from altsync.verdicts.asides import aside


class Giving:
    """In one transaction that holds the write lock."""

    def __init__(self, tx: sqlite3.Connection, check: Check) -> None:
        self._tx = tx
        self._check = check

    def still(self, line: PacketLine, back: Sequence[Returned]) -> None:
        """Raises MovedOn where anything but packets (`back`) changed the line's image
        since its packet was written, UnknownImage."""
        seen = {line.seen}
        for one in back:
            if one.before in seen:
                seen.add(one.after)
        now = looks.sight(self._tx, line.image)
        expected = now if now in seen else line.seen
        acts.sighted(self._tx, Given(line.image, expected))

    def give(self, line: PacketLine, said: OnPaper, back: Sequence[Returned]) -> bool:
        """Whether it counts; else a later one on paper does, and it is only kept.

        What the same line said before is taken back. Raises UsageError for what no
        verdict can be.
        """
        known = newest([*(one.verdict for one in back), said])
        counts = standing(known)
        sight = looks.sight(self._tx, line.image)
        if said in known:
            self._withdraw(said, back)
        given = said in counts
        if given:
            self._keep(said, sight)
        else:
            self._check_words(said)
            after = looks.sight(self._tx, line.image)
            packets.keep(self._tx, said, None, sight, after)
        self._catch_up(said, counts, back)
        return given

    def _withdraw(self, said: OnPaper, back: Sequence[Returned]) -> None:
        """What this line said before, where it still counts. A text that was only its
        own is rejected, so that it waits for nobody."""
        for one in back:
            if one.review is None or not same_line(one.verdict, said):
                continue
            before = candidates.counting(self._tx, one.review)
            if before is not None:
                own = before != one.verdict.candidate
                verdict = Verdict.REJECTED if own else Verdict.WITHDRAWN
                candidates.judge(self._tx, before, verdict, said.by, Scope.ONE)

    def _catch_up(
        self, said: OnPaper, counts: Sequence[OnPaper], back: Sequence[Returned]
    ) -> None:
        """A text that a later verdict had outdone counts after all, since that one does
        not any more."""
        given = {
            (one.verdict.packet, one.verdict.line, one.verdict.content)
            for one in back
            if one.review is not None
        }
        for one in counts:
            if one is not said and (one.packet, one.line, one.content) not in given:
                self._keep(one, looks.sight(self._tx, one.image))

    def _keep(self, said: OnPaper, before: str) -> None:
        review = self._act(said, looks.sight(self._tx, said.image))
        after = looks.sight(self._tx, said.image)
        packets.keep(self._tx, said, review, before, after)

    def _check_words(self, said: OnPaper) -> None:
        aside(said.note)
        if said.answer is Ticked.TEXT:
            acts.usable(acts.words_of(said.text))

    def _act(self, said: OnPaper, seen: str) -> int:
        given = Given(
            said.image,
            seen,
            said.candidate,
            text=said.text if said.answer is Ticked.TEXT else None,
            note=said.note,
        )
        if said.answer is Ticked.UNSURE:
            return asking.ask(self._tx, given, said.by)
        if said.answer is Ticked.REJECT:
            return acts.reject(self._tx, given, said.by)
        if said.answer is Ticked.DECORATIVE:
            return acts.decorative(self._tx, given, said.by, self._check)
        return acts.approve(self._tx, given, said.by, self._check)
