"""A picture that was replaced after its text was approved: one cheap look before the
PATCH, and what was approved for one picture is not sent to another."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import (
    Interrupted,
    LoginFailed,
    NotThere,
    PictureError,
    RateLimited,
    Rejected,
    SourceError,
    Unreachable,
)
from altsync.models import (
    Conflict,
    FileFacts,
    NewCandidate,
    Origin,
    Selection,
    SiteImage,
    Verdict,
)
from altsync.planning import Plan, Request
from altsync.store import candidates, files, mirror
from altsync.store.files import SeenFile
from tests.test_push import Bench, image

OLD, NEW = b"the picture that was approved", b"another picture"


class Hall(Bench):
    """A bench whose candidates say for which picture they were made."""

    def hang(self, remembered: bool = True) -> None:
        for one in self.site.ids:
            self.site.add(self.site.now(one), OLD)
        with self.store.write() as tx:
            for row in mirror.named(tx, self.site.ids):
                if remembered:
                    self.remember(tx, row.image)
                candidate = candidates.add(
                    tx,
                    NewCandidate(
                        row.image.id,
                        row.image.alt,
                        f"new {row.image.id}",
                        Origin.AI,
                        image_sha256=digest(OLD),
                    ),
                )
                candidates.judge(tx, candidate, Verdict.APPROVED, "ann")
        self.site.counts.clear()

    def remember(self, tx: Any, one: SiteImage) -> None:
        file = self.site.file(one)
        seen = SeenFile(digest(file.data), file.facts)
        files.remember(tx, one.id, seen)

    def replace(self, image_id: str, data: bytes = NEW) -> None:
        self.site.add(self.site.now(image_id), data)

    def steps(self) -> dict[str, int]:
        wanted = ("facts", "pixels", "fresh", "write")
        return {step: self.site.counts[step] for step in wanted}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


Make = Callable[..., Hall]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with contextlib.ExitStack() as stack:

        def build(*ids: str, remembered: bool = True, **more: Any) -> Hall:
            made = Hall(tmp_path, [image(one) for one in ids], **more)
            stack.callback(made.store.close)
            made.hang(remembered)
            return made

        yield build


def test_a_picture_that_is_the_same_costs_one_look(make: Make) -> None:
    hall = make("a/1", "a/2", "a/3")
    assert hall.push().applied == 3
    assert hall.steps() == {"facts": 3, "pixels": 0, "fresh": 3, "write": 3}


def test_a_replaced_picture_is_a_conflict_and_gets_nothing(make: Make) -> None:
    hall = make("a/1", "a/2", "a/3")
    hall.replace("a/2")
    outcome = hall.push()
    assert (outcome.applied, outcome.conflicts) == (2, 1)
    assert hall.site.now("a/2").alt == ""
    assert hall.steps() == {"facts": 3, "pixels": 1, "fresh": 2, "write": 2}
    (row,) = [one for one in hall.journal() if one[0] == "a/2"]
    assert row[1] == "conflict"
    assert row[2].startswith("the picture was replaced")
    assert hall.state("a/2") == "conflict"
    (entry,) = hall.changes()
    assert isinstance(entry, Conflict)
    assert entry.why == "the picture was replaced since this text was proposed"
    hall.site.counts.clear()
    hall.push()
    assert not hall.site.counts, "it is known now, and asks nothing"


def test_another_file_of_the_same_bytes_is_no_other_picture(make: Make) -> None:
    """Uploaded anew, or on another server of the same site: its headers moved."""
    hall = make("a/1")
    with hall.store.write() as tx:
        moved = SeenFile(digest(OLD), FileFacts('"moved"', None, len(OLD)))
        files.remember(tx, "a/1", moved)
    assert hall.push().applied == 1
    assert hall.steps() == {"facts": 1, "pixels": 1, "fresh": 1, "write": 1}
    with hall.store.read() as conn:
        seen = files.last(conn, "a/1")
    assert seen is not None
    assert seen.facts == hall.site.file(hall.site.now("a/1")).facts


@pytest.mark.parametrize("replaced", [True, False])
def test_what_was_never_remembered_is_fetched_once(make: Make, replaced: bool) -> None:
    """As all that was proposed before altsync remembered pictures."""
    hall = make("a/1", remembered=False)
    if replaced:
        hall.replace("a/1")
    assert hall.push().applied == (not replaced)
    assert hall.steps()["pixels"] == 1
    assert hall.steps()["facts"] == 0


def test_a_text_of_unknown_picture_is_not_held_back(make: Make) -> None:
    hall = make("a/1")
    with hall.store.write() as tx:
        row = mirror.named(tx, ["a/1"])[0].image
        new = NewCandidate("a/1", row.alt, "imported", Origin.HUMAN)
        candidates.judge(tx, candidates.add(tx, new), Verdict.APPROVED, "ann")
    hall.replace("a/1")
    assert hall.push().applied == 1
    assert hall.steps()["facts"] == 0


def test_a_revert_needs_no_look(make: Make) -> None:
    hall = make("a/1")
    hall.push()
    hall.replace("a/1")
    hall.site.counts.clear()
    with Plan.of(hall.store, Request(Selection(reverts=("1",), by="ann"))) as plan:
        assert hall.send(plan).applied == 1
    assert hall.steps() == {"facts": 0, "pixels": 0, "fresh": 1, "write": 1}


def take_back(hall: Hall, push: int) -> Any:
    wanted = Request(Selection(reverts=(str(push),), by="ann"))
    with Plan.of(hall.store, wanted) as plan:
        return hall.send(plan)


@pytest.mark.parametrize("detours", [0, 1])
def test_a_revert_of_a_revert_brings_no_text_to_another_picture(
    make: Make, detours: int
) -> None:
    """It puts a candidate's text back, as a push does."""
    hall = make("a/1", "a/2")
    hall.push()
    assert take_back(hall, 1).applied == 2
    last = 2
    for _ in range(detours):
        assert take_back(hall, last).applied == 2
        assert take_back(hall, last + 1).applied == 2
        last += 2
    hall.replace("a/2")
    again = take_back(hall, last)
    assert (again.applied, again.conflicts) == (1, 1)
    assert hall.site.now("a/1").alt == "new a/1"
    assert hall.site.now("a/2").alt == ""


def failing(hall: Hall, error: Exception, *steps: str) -> None:
    def before(step: str, ids: tuple[str, ...]) -> None:
        if step in steps:
            raise error

    hall.site.before = before


@pytest.mark.parametrize(
    "error",
    [
        NotThere("404", status=404),
        Rejected("405", status=405),
        PictureError("Too big.", kind="too big"),
    ],
)
def test_a_picture_that_cannot_be_had_fails_for_itself(
    make: Make, error: Exception
) -> None:
    """However many they are: it says nothing of the next one."""
    hall = make(*[f"a/{n}" for n in range(8)], remembered=False)
    failing(hall, error, "pixels")
    outcome = hall.push(threads=1)
    assert (outcome.failed, outcome.applied, outcome.stopped) == (8, 0, "")
    assert hall.steps()["fresh"] == 0
    assert "could not be looked at again, so it was not sent" in hall.journal()[0][2]
    hall.site.before = None
    assert hall.push().applied == 8


def test_a_server_without_head_is_asked_for_the_picture(make: Make) -> None:
    hall = make("a/1")
    failing(hall, Rejected("405", status=405), "facts")
    assert hall.push().applied == 1
    assert hall.steps()["pixels"] == 1


@pytest.mark.parametrize(
    "error", [Unreachable("The picture host is down."), RateLimited("429", status=429)]
)
def test_a_host_of_pictures_that_is_down_stops_after_five(
    make: Make, error: SourceError
) -> None:
    hall = make(*[f"a/{n}" for n in range(12)])
    failing(hall, error, "facts", "pixels")
    outcome = hall.push(threads=1)
    assert outcome.stopped.startswith("5 failures in a row")
    assert str(error) in outcome.stopped
    assert not hall.site.written


def test_a_refused_login_stops_at_once(make: Make) -> None:
    hall = make(*[f"a/{n}" for n in range(12)], remembered=False)
    failing(hall, LoginFailed("Wrong."), "pixels")
    assert hall.push(threads=1).stopped == "Wrong."


def test_interrupted_while_looking_sends_nothing(make: Make) -> None:
    hall = make("a/1")
    failing(hall, Interrupted("Stopped."), "facts")
    hall.push()
    assert not hall.site.written
    assert not hall.journal()


def test_a_verdict_taken_back_while_looking_is_heeded(make: Make) -> None:
    hall = make("a/1")
    hall.replace("a/1")

    def before(step: str, ids: tuple[str, ...]) -> None:
        if step == "pixels":
            with hall.store.write() as tx:
                candidates.judge(tx, 1, Verdict.WITHDRAWN, "ann")

    hall.site.before = before
    outcome = hall.push()
    assert (outcome.skipped, outcome.conflicts) == (1, 0)
    assert not hall.journal()


def test_a_new_text_for_the_new_picture_goes(make: Make) -> None:
    hall = make("a/1")
    hall.replace("a/1")
    hall.push()
    with hall.store.write() as tx:
        new = NewCandidate("a/1", "", "of the new", Origin.AI, image_sha256=digest(NEW))
        candidates.judge(tx, candidates.add(tx, new), Verdict.APPROVED, "ann")
    assert hall.state("a/1") == "approved"
    assert hall.push().applied == 1
    assert hall.site.now("a/1").alt == "of the new"


@pytest.mark.parametrize(
    ("then", "now", "same"),
    [
        (FileFacts('"a"', "t", 5), FileFacts('"a"', "t", 5), True),
        (FileFacts('"a"', "t", 5), FileFacts('"b"', "t", 5), False),
        (FileFacts('"a"', "t", 5), FileFacts('"a"', "u", 5), False),
        (FileFacts('"a"', None, 5), FileFacts('"a"', None, 6), False),
        (FileFacts('"a"', None, None), FileFacts('"a"', "t", 6), True),
        (FileFacts(None, "t", 5), FileFacts('"a"', "t", 5), True),
        (FileFacts(None, "t", None), FileFacts('"a"', None, None), False),
        (FileFacts(None, None, 5), FileFacts(None, None, 5), False),
        (FileFacts(), FileFacts(), False),
    ],
)
def test_what_headers_prove(then: FileFacts, now: FileFacts, same: bool) -> None:
    assert then.same_as(now) is same
    assert now.same_as(then) is same
