"""Random walks over the whole loop on a text that shows pictures more than once: people
save at any moment, and no word of theirs is ever replaced."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from altsync.errors import AltsyncError, AnswerLost
from altsync.models import Decision, SiteImage
from altsync.plan import Permissions
from altsync.sources.memory import MemorySource
from altsync.store import worklist
from altsync.store.worklist import Worklist
from tests.lengths import LENGTH
from tests.scene import Scene, scene
from tests.test_push_texts import Piece, images, save

WORDS = ("Cats.", "Dogs.", "")
"""Few, so that copies often have the same around them."""
STEPS = 25


class Walk:
    """A text, its people, and altsync beside them. Each paragraph knows whether a person
    has the say about its alt, which altsync cannot look up."""

    def __init__(self, seed: int, directory: Path) -> None:
        self._random = random.Random(seed)
        self._numbers = itertools.count()
        self._pieces: list[Piece] = [(self._words(), None) for _ in range(2)]
        self._persons = [False, False]
        self._pushes: list[int] = []
        self._often = 0.0
        self.said: list[str] = []
        """What happened, for the message of a failure."""
        site = MemorySource(images(*self._pieces), guarded=True)
        self.loop: Scene = scene(directory, site)
        site.before, site.after = self._before, self._after

    def step(self) -> None:
        self._often = self._random.choice((0.0, 0.0, 0.15, 0.4))
        acts = (self._person, self._pull, self._propose, self._push)
        act = self._random.choice((*acts, *acts, self._redo, self._revert))
        self.said.append(act.__name__)
        try:
            act()
        except AltsyncError as error:
            self.said.append(str(error))
        self._often = 0.0
        self._look()

    def _words(self) -> str:
        return self._random.choice(WORDS)

    def _before(self, step: str, _: tuple[str, ...]) -> None:
        if self._random.random() < self._often:
            self._person()

    def _after(self, step: str, ids: tuple[str, ...]) -> None:
        if step == "write":
            self._look()
            if self._random.random() < self._often:
                self._before(step, ids)
                raise AnswerLost("lost")
        self._before(step, ids)

    def _look(self) -> None:
        """What altsync wrote, into the text that people see."""
        for number, one in enumerate(images(*self._pieces)):
            now = self.loop.site.now(one.id).alt
            if now == one.alt:
                continue
            self.said.append(f"altsync: {one.id[-2:]} {one.alt!r} -> {now!r}")
            lost = self._persons[number] and not self._unknowable(one)
            assert not lost, "\n".join(self.said)
            self._pieces[number] = (self._pieces[number][0], now)
            self._persons[number] = False

    def _unknowable(self, one: SiteImage) -> bool:
        """A person said with the same nothing what altsync had said at a place that reads
        the same, between two looks of altsync."""
        sql = "SELECT alt, origin FROM observations WHERE image_id = ? ORDER BY id DESC"
        seen = self.loop.store.conn.execute(sql, (one.id,)).fetchone()
        return one.alt == "" and seen == ("", "ai")

    def _person(self) -> None:
        self._look()
        at = self._random.randrange(len(self._pieces))
        words, _ = self._pieces[at]
        kind = self._random.choice(("swap", "copy", "remove", "words", "alt", "no"))
        if kind == "swap":
            to = self._random.randrange(len(self._pieces))
            pieces, persons = self._pieces, self._persons
            pieces[at], pieces[to] = pieces[to], pieces[at]
            persons[at], persons[to] = persons[to], persons[at]
        elif kind == "copy" and len(self._pieces) < 5:
            self._pieces.insert(0, self._pieces[at])
            self._persons.insert(0, self._persons[at])
        elif kind == "remove" and len(self._pieces) > 1:
            del self._pieces[at], self._persons[at]
        elif kind == "words":
            self._pieces[at] = (self._words(), self._pieces[at][1])
        elif kind == "alt":
            typed = self._random.choice(("", f"H{next(self._numbers)}"))
            if self._pieces[at][1] != typed:
                self._pieces[at], self._persons[at] = (words, typed), True
        elif kind == "no":
            self._pieces[at], self._persons[at] = (words, None), False
        self.said.append(f"{kind} {at}: {self._pieces}")
        save(self.loop.site, *self._pieces)

    def _pull(self) -> None:
        self.loop.pull(allow_shrink=True)

    def _propose(self) -> None:
        self._propose_for(Worklist(), self._random.choice(("", "A")))

    def _redo(self) -> None:
        self._propose_for(Worklist(where="state = 'ai'"), "A")

    def _propose_for(self, wanted: Worklist, text: str) -> None:
        with self.loop.store.read() as conn:
            found = [one.image.id for one in worklist.select(conn, wanted)]
        for image in found:
            decision = Decision.INFORMATIVE if text else Decision.DECORATIVE
            alt = text and f"A{next(self._numbers)}"
            self.loop.propose(image, alt, decision=decision)

    def _push(self) -> None:
        done = self.loop.push(Permissions(allow_empty=True))
        self._pushes.append(done.push_id)

    def _revert(self) -> None:
        if self._pushes:
            done = self.loop.revert(self._random.choice(self._pushes))
            self._pushes.append(done.push_id)


def walk(seeds: range, directory: Path) -> None:
    applied = 0
    for seed in seeds:
        room = directory / str(seed)
        room.mkdir()
        one = Walk(seed, room)
        for _ in range(STEPS):
            one.step()
        with one.loop.store.read() as conn:
            sql = "SELECT count(*) FROM push_items WHERE status = 'applied'"
            applied += conn.execute(sql).fetchone()[0]
        one.loop.store.close()
    assert applied > len(seeds) / 2, "a walk on which nothing is sent shows nothing"


def test_no_word_of_a_person_is_replaced(tmp_path: Path) -> None:
    walk(range(8), tmp_path)


@pytest.mark.slow
def test_no_word_of_a_person_is_replaced_for_long(tmp_path: Path) -> None:
    walk(range(8, 8 + 40 * LENGTH), tmp_path)
