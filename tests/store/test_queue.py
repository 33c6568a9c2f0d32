"""The review queue: who waits, in which order, and the risk that it is sorted by."""

from __future__ import annotations

from typing import Any

import pytest

from altsync.models import (
    Finding,
    Mirrored,
    Origin,
    PageContent,
    PageFile,
    Severity,
    State,
    Use,
    Verdict,
)
from altsync.store import page_runs, queue, usages
from altsync.store.queue import Filter
from tests.scene import image
from tests.store.conftest import Shelf

RISKS = {"a/1": 0.2, "a/2": 0.9, "a/3": 0.5, "b/4": 0.5, "b/5": 0.1}
ORDER = ["a/2", "a/3", "b/4", "a/1", "b/5"]
"""By risk, then by id."""


@pytest.fixture
def waiting(shelf: Shelf) -> Shelf:
    """Five images that wait for a verdict, and two that do not."""
    shelf.pull(
        image("a/1", language="en"),
        image("a/2", language="nl"),
        image("a/3", language="en"),
        image("b/4"),
        image("b/5"),
        image("c/6"),
        image("c/7", "A person's."),
    )
    long = (Finding("length", Severity.WARNING, "Long."),)
    shelf.propose("a/1", "One.", model="m-1", findings=long)
    shelf.propose("a/2", "Two.", model="m-1")
    shelf.propose("a/3", "Three.", model="m-2")
    shelf.propose("b/4", "Four.", model="m-2", findings=long)
    shelf.propose("b/5", "Five.", model="m-2")
    score(shelf)
    return shelf


def score(shelf: Shelf, limit: int = 500) -> int:
    def work_out(one: Mirrored, found: Any) -> float:
        return RISKS[one.image.id]

    with shelf.store.write() as tx:
        return queue.score(tx, work_out, limit)


def names(
    shelf: Shelf, limit: int = 99, after: str = "", before: str = "", **wanted: Any
) -> list[str]:
    with shelf.store.read() as conn:
        return queue.waiting(conn, Filter(**wanted), limit, after, before)


def count(shelf: Shelf, **wanted: Any) -> int:
    with shelf.store.read() as conn:
        return queue.count(conn, Filter(**wanted))


def test_the_riskiest_come_first(waiting: Shelf) -> None:
    assert names(waiting) == ORDER
    assert names(waiting, 2) == ORDER[:2]
    assert count(waiting) == 5


def test_the_queue_is_walked_from_any_place_both_ways(waiting: Shelf) -> None:
    for at, here in enumerate(ORDER):
        assert names(waiting, after=here) == ORDER[at + 1 :]
        assert names(waiting, before=here) == ORDER[:at][::-1]
        assert names(waiting, 1, after=here) == ORDER[at + 1 : at + 2]


def test_every_image_of_the_queue_knows_its_place(waiting: Shelf) -> None:
    with waiting.store.read() as conn:
        for state, ids in ((State.NEEDS_REVIEW, ORDER), (State.MISSING, ["c/6"])):
            wanted = Filter(state=state)
            assert [queue.place(conn, wanted, one) for one in ids] == list(
                range(1, len(ids) + 1)
            )
        assert queue.place(conn, Filter(album="b"), "b/5") == 2
        for outside in ("a/1", "c/6", "no/such"):
            assert queue.place(conn, Filter(album="b"), outside) == 0


def test_a_place_is_counted_only_so_far(
    waiting: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "COUNTED", 2)
    with waiting.store.read() as conn:
        places = [queue.place(conn, Filter(), one) for one in ORDER]
    assert places == [1, 2, 3, 3, 3]


def test_an_image_that_left_the_queue_still_has_its_place(waiting: Shelf) -> None:
    (candidate,) = waiting.one("SELECT id FROM candidates WHERE image_id = 'a/3'")
    waiting.judge(candidate, Verdict.REJECTED)
    assert names(waiting) == ["a/2", "b/4", "a/1", "b/5"]
    assert names(waiting, after="a/3") == ["b/4", "a/1", "b/5"]
    assert names(waiting, before="a/3") == ["a/2"]
    assert names(waiting, state=State.REJECTED) == ["a/3"]
    assert names(waiting, after="no/such") == ["a/2", "b/4", "a/1", "b/5"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"album": "b"}, ["b/4", "b/5"]),
        ({"language": "en"}, ["a/3", "a/1"]),
        ({"model": "m-1"}, ["a/2", "a/1"]),
        ({"rule": "length"}, ["b/4", "a/1"]),
        ({"rule": "len"}, []),
        ({"risk": 0.5}, ["a/2", "a/3", "b/4"]),
        ({"album": "b", "model": "m-2", "risk": 0.2}, ["b/4"]),
        ({"state": State.APPROVED}, []),
        ({"state": State.MISSING}, ["c/6"]),
        ({"state": State.HUMAN}, ["c/7"]),
        ({"state": State.HUMAN, "album": "a"}, []),
    ],
)
def test_every_filter_narrows(
    waiting: Shelf, wanted: dict[str, Any], found: list[str]
) -> None:
    assert names(waiting, **wanted) == found
    assert count(waiting, **wanted) == len(found)


def test_states_without_candidates_are_walked_by_id(shelf: Shelf) -> None:
    shelf.pull(image("a/1"), image("a/2"), image("a/3"))
    missing: dict[str, Any] = {"state": State.MISSING}
    assert names(shelf, **missing) == ["a/1", "a/2", "a/3"]
    assert names(shelf, after="a/1", **missing) == ["a/2", "a/3"]
    assert names(shelf, before="a/3", **missing) == ["a/2", "a/1"]


def test_an_image_that_is_gone_does_not_wait(waiting: Shelf) -> None:
    waiting.pull(image("a/1", language="en"), image("c/6"))
    assert names(waiting) == ["a/1"]
    assert count(waiting) == 1


def test_what_the_filters_offer(waiting: Shelf) -> None:
    with waiting.store.read() as conn:
        assert queue.choices(conn) == {
            "album": ["a", "b", "c"],
            "model": ["m-1", "m-2"],
            "language": ["en", "nl"],
        }


def test_only_images_with_new_candidates_are_scored(waiting: Shelf) -> None:
    assert score(waiting) == 0
    waiting.propose("a/1", "Another.")
    known = dict(waiting.all("SELECT image_id, risk FROM image_risks"))
    assert known == RISKS
    assert score(waiting) == 1


def test_scoring_goes_on_where_it_stopped(shelf: Shelf) -> None:
    shelf.pull(image("a/1"), image("a/2"), image("a/3"))
    assert score(shelf) == 0, "there is nothing to score"
    for one in ("a/3", "a/3", "a/1", "a/2"):
        shelf.propose(one, "Text.")
    with shelf.store.read() as conn:
        assert queue.unscored(conn, 2) == ["a/1", "a/2"]
    assert shelf.all("SELECT DISTINCT risk FROM image_risks") == [(0.5,)]
    assert [score(shelf, 2) for _ in range(3)] == [2, 1, 0]
    assert dict(shelf.all("SELECT image_id, risk FROM image_risks")) == {
        "a/1": 0.2,
        "a/2": 0.9,
        "a/3": 0.5,
    }


def test_what_pages_tell_of_an_image_lets_its_risk_be_worked_out_anew(
    waiting: Shelf,
) -> None:
    def due() -> list[str]:
        with waiting.store.read() as conn:
            return queue.unscored(conn, 99)

    with waiting.store.write() as tx:
        run, _ = page_runs.begin(tx, "pages", "all")
        use = Use("https://example.org/1", place=1)
        file, page = PageFile(use.page_url, b""), PageContent(use.page_url)
        usages.save_page(tx, file, page, "0" * 64, found=[("a/3", use)], run=run)
    assert due() == ["a/3"]
    assert score(waiting) == 1
    with waiting.store.write() as tx:
        page_runs.end(tx, run)
    assert due() == ["a/1", "a/2", "b/4", "b/5"], "no page shows them, as is known now"
    score(waiting)
    with waiting.store.write() as tx:
        usages.forget_page(tx, use.page_url)
    assert due() == ["a/3"]


def test_what_is_spent_carries_no_risk(two: Shelf) -> None:
    sent = two.approve("a/1", "Sent.")
    two.apply("a/1", sent, "Sent.")
    seen: list[list[str]] = []

    def work_out(one: Mirrored, found: Any) -> float:
        seen.append([candidate.alt for candidate in found])
        return 0.7

    two.approve("a/2", "Sent too.", origin=Origin.HUMAN)
    with two.store.write() as tx:
        assert queue.score(tx, work_out) == 2
    assert seen == [["Sent too."]]
    assert dict(two.all("SELECT image_id, risk FROM image_risks")) == {
        "a/1": 0.0,
        "a/2": 0.7,
    }
