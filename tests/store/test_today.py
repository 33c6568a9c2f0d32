"""A reviewer's session, as far as verdicts tell."""

from __future__ import annotations

from altsync.models import Scope, Verdict
from altsync.store.today import Session, session
from tests.clocks import Jumping
from tests.store.conftest import Shelf


def of(shelf: Shelf, reviewer: str, since: str = "2000") -> Session:
    with shelf.store.read() as conn:
        return session(conn, reviewer, since)


def test_one_by_one_each_image_once_and_nobody_elses(two: Shelf) -> None:
    first, second = two.propose("a/1", "One."), two.propose("a/1", "Two.")
    other = two.propose("a/2", "Other.")
    two.judge(first, Verdict.REJECTED)
    two.judge(second)
    two.judge(other, by="ben")
    two.judge(other, scope=Scope.BULK)
    found = of(two, "anna")
    assert found.images == 1
    given = two.all(
        "SELECT created_at FROM reviews WHERE id IN (1, 2) ORDER BY id DESC"
    )
    assert found.times == tuple(at for (at,) in given)
    assert of(two, "ben").images == 1
    assert of(two, "carla") == Session(0, ())


def test_what_was_taken_back_is_not_done(two: Shelf) -> None:
    candidate = two.propose("a/1", "One.")
    two.judge(candidate)
    two.judge(candidate, Verdict.WITHDRAWN)
    found = of(two, "anna")
    assert (found.images, len(found.times)) == (0, 1)


def test_it_begins_at_that_moment(two: Shelf, jumping: Jumping) -> None:
    one, other = two.propose("a/1", "One."), two.propose("a/2", "Other.")
    jumping.hours = -30
    two.judge(one)
    jumping.hours = 0
    since = jumping().isoformat(timespec="microseconds")
    two.judge(other)
    assert of(two, "anna").images == 2
    assert of(two, "anna", since).images == 1
