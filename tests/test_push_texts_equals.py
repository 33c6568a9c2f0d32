"""Three copies of one picture in one text, with every kind of alt, put into every order
and taken out at every step of the loop. The judge knows each copy by a number of its own,
which altsync does not see, and asks after each write: were these a person's words, and is
it the copy that the text was proposed for?"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import AnswerLost
from altsync.plan import Permissions
from altsync.sources.memory import MemorySource
from altsync.store.worklist import Worklist, select
from tests.lengths import LENGTH
from tests.scene import Scene, scene
from tests.test_push_texts import images, save

OURS = "altsync's"
ALTS = (None, "", OURS, "a person's")
WORDS = (("Cats.", "Dogs.", "Cows."), ("Cats.", "Cats.", "Dogs."), ("", "", ""))
AS_IT_WAS = (0, 1, 2)
ORDERS = [
    order
    for number in (1, 2, 3)
    for order in itertools.permutations(range(3), number)
    if order != AS_IT_WAS
]
STEPS = ("before the plan", "after the plan", "answer lost", "after the push")
ALLOWED = Permissions(allow_empty=True)


@dataclass
class Copy:
    number: int
    words: str
    alt: str | None
    persons: bool


@dataclass
class Text:
    """The text, its copies in order, and altsync beside it."""

    copies: list[Copy]
    loop: Scene
    meant: dict[str, tuple[int, Any]] = field(default_factory=dict)
    """A proposed text -> the copy that it is for, and what is seen of that."""
    wrong: list[str] = field(default_factory=list)

    def shown(self) -> list[tuple[str, Copy, Any]]:
        """Id, copy, and all by which altsync can know it: of copies that read the same
        nobody can tell which is which."""
        there = images(*((one.words, one.alt) for one in self.copies))
        return [
            (image.id, copy, (image.id, image.place))
            for image, copy in zip(there, self.copies, strict=True)
        ]

    def propose(self) -> None:
        conn = self.loop.store.conn
        wanted = (Worklist(), Worklist(where="state = 'ai'"))
        ids = {one.image.id for each in wanted for one in select(conn, each)}
        for image, copy, seen in self.shown():
            if image in ids:
                text = f"M{len(self.meant)}"
                self.meant[text] = copy.number, seen
                self.loop.propose(image, text)

    def arrange(self, order: tuple[int, ...]) -> None:
        self.copies = [self.copies[number] for number in order]
        save(self.loop.site, *((one.words, one.alt) for one in self.copies))

    def judge(self, step: str, _: tuple[str, ...]) -> None:
        if step != "write":
            return
        for image, copy, seen in self.shown():
            now = self.loop.site.now(image).alt
            if now == copy.alt:
                continue
            was = f"{copy} became {now!r}"
            number, place = self.meant[str(now if now in self.meant else copy.alt)]
            if copy.persons or (number != copy.number and place != seen):
                self.wrong.append(was)
            copy.alt = now

    def check(self) -> None:
        assert not self.wrong
        for image, copy, seen in self.shown():
            _, place = self.meant.get(str(copy.alt), (copy.number, seen))
            moved = copy.alt in self.meant and place != seen
            if copy.persons or moved:
                assert self.loop.origin(image) == "human", f"{copy} is a person's"


def begun(directory: Path, alts: Any, words: Any) -> Text:
    """The text, with what altsync has written by then, and its next proposals."""
    copies = [
        Copy(number, said, alt, alt in ("", "a person's"))
        for number, (said, alt) in enumerate(zip(words, alts, strict=True))
    ]
    ours = [one for one in copies if one.alt == OURS]
    for one in ours:
        one.alt = None
    site = MemorySource(images(*((one.words, one.alt) for one in copies)), guarded=True)
    text = Text(copies, scene(directory, site))
    site.after = text.judge
    for image, copy, seen in text.shown():
        if copy in ours:
            text.meant[f"ours {copy.number}"] = copy.number, seen
            text.loop.propose(image, f"ours {copy.number}")
    text.loop.push(ALLOWED)
    text.loop.pull()
    text.propose()
    return text


def push(text: Text, order: tuple[int, ...], step: str) -> None:
    """Send what is proposed, and arrange the copies at that step."""
    loop = text.loop

    def lost(now: str, ids: tuple[str, ...]) -> None:
        text.judge(now, ids)
        if now == "write":
            loop.site.after = text.judge
            text.arrange(order)
            raise AnswerLost("lost")

    if step == "before the plan":
        text.arrange(order)
        loop.pull(allow_shrink=True)
        text.check()
    plan = loop.plan(ALLOWED)
    if step == "after the plan":
        text.arrange(order)
    if step == "answer lost":
        loop.site.after = lost
    done = loop.send(plan)
    if step == "after the push" and done.applied:
        text.arrange(order)
        loop.revert(done.push_id)


def walked(directory: Path, alts: Any, words: Any, order: Any, step: str) -> None:
    text = begun(directory, alts, words)
    push(text, order, step)
    for _ in range(2):
        text.loop.pull(allow_shrink=True)
        text.check()
        text.propose()
        text.loop.push(ALLOWED)
    text.loop.store.close()


def some(number: int, seed: int) -> list[tuple[Any, Any, Any]]:
    alts = itertools.product(ALTS, repeat=3)
    wanted = [three for three in alts if three.count(None) + three.count(OURS) > 1]
    every = list(itertools.product(wanted, WORDS, ORDERS))
    return random.Random(seed).sample(every, number)


@pytest.mark.parametrize("step", STEPS)
def test_no_copy_gets_the_text_of_another(tmp_path: Path, step: str) -> None:
    for number, case in enumerate(some(8, STEPS.index(step))):
        room = tmp_path / str(number)
        room.mkdir()
        walked(room, *case, step)


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_no_copy_gets_the_text_of_another_for_long(tmp_path: Path, step: str) -> None:
    for number, case in enumerate(some(30 * LENGTH, 7)):
        room = tmp_path / str(number)
        room.mkdir()
        walked(room, *case, step)
