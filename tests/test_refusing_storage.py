"""push and pull on a database that cannot be written: the journal comes first, so that
nothing is sent that is not on record; what was sent is settled by reading, once."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import Locked, Unwritable
from altsync.models import SiteImage
from altsync.store import store
from altsync.store.store import Store
from tests.doubles.storage import fill, small_disk
from tests.test_push import Bench, image

Make = Callable[..., Bench]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.setattr(store, "TIMEOUT", 0.05)
    with contextlib.ExitStack() as stack:

        def build(path: Path = tmp_path, *images: SiteImage) -> Bench:
            made = Bench(path, list(images) or [image(f"a/{i}") for i in range(3)])
            stack.callback(made.store.close)
            return made

        yield build


class Other:
    """Another program with a transaction of its own, from one moment to another."""

    def __init__(self, database: Path) -> None:
        self._conn = sqlite3.connect(
            database, isolation_level=None, check_same_thread=False
        )
        self._turn = threading.Lock()

    def hold(self) -> None:
        with self._turn:
            if not self._conn.in_transaction:
                self._conn.execute("BEGIN IMMEDIATE")

    def let_go(self) -> None:
        self._conn.rollback()


@pytest.fixture
def other(make: Make) -> Iterator[tuple[Bench, Other]]:
    bench = make()
    program = Other(bench.store.path)
    yield bench, program
    program._conn.close()


def count_writes(bench: Bench, then: Callable[[], Any] = lambda: None) -> list[str]:
    """Every image that is written from now on; `then` happens after each."""
    sent: list[str] = []

    def after(step: str, ids: tuple[str, ...]) -> None:
        if step == "write":
            sent.extend(ids)
            then()

    bench.site.after = after
    return sent


def test_what_cannot_be_journalled_is_not_sent(other: tuple[Bench, Other]) -> None:
    bench, program = other
    bench.propose()
    sent = count_writes(bench)

    def before(step: str, ids: tuple[str, ...]) -> None:
        if step == "fresh":
            program.hold()

    bench.site.before = before
    with pytest.raises(Locked, match="is locked"):
        bench.push()
    assert sent == []
    assert bench.journal() == []
    program.let_go()
    bench.site.before = None
    assert bench.push().applied == 3
    assert sorted(sent) == bench.site.ids


def test_what_was_sent_and_not_settled_is_settled_by_reading(
    other: tuple[Bench, Other],
) -> None:
    bench, program = other
    bench.propose()
    sent = count_writes(bench, program.hold)
    with pytest.raises(Locked, match="is locked"):
        bench.push(threads=1)
    assert sent == ["a/0"]
    assert [row[:2] for row in bench.journal()] == [("a/0", "intended")]
    program.let_go()
    sent.clear()
    count_writes(bench)
    again = bench.push()
    assert (again.recovered, again.applied) == (1, 2)
    assert bench.site.now("a/0").alt == "new a/0"
    assert [row[1] for row in bench.journal()] == ["applied"] * 3
    assert bench.state("a/0") == "ai"


def test_every_thread_stops_and_nothing_is_sent_twice(
    other: tuple[Bench, Other],
) -> None:
    bench, program = other
    bench.propose()
    sent = count_writes(bench, program.hold)
    with pytest.raises(Locked):
        bench.push(threads=3)
    program.let_go()
    first = list(sent)
    assert 1 <= len(first) <= 3
    bench.site.after = None
    sent = count_writes(bench)
    bench.push()
    assert sorted(first + sent) == bench.site.ids, "sent once each"
    assert {row[1] for row in bench.journal()} == {"applied"}


def test_a_push_on_a_full_disk(make: Make, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk, contextlib.ExitStack() as stack:
        bench = make(disk)
        stack.callback(bench.store.close)
        bench.propose()
        fills = contextlib.ExitStack()
        sent: list[tuple[str, str | None]] = []

        def note(step: str, ids: tuple[str, ...]) -> None:
            if step == "write":
                sent.extend((one, bench.site.now(one).alt) for one in ids)
                fills.callback(fill(disk).unlink, missing_ok=True)

        bench.site.after = note
        with pytest.raises(Unwritable, match="its disk is full"):
            for number in range(100):  # some pages may be left in the log
                bench.push(threads=1)
                bench.propose(text=f"text {number}")
        bench.site.after = None
        fills.close()
        bench.site.after = lambda step, ids: sent.extend(
            (one, bench.site.now(one).alt) for one in ids if step == "write"
        )
        bench.push()
        assert len(sent) == len(set(sent)), "sent twice"
        assert not [row for row in bench.journal() if row[1] == "intended"]
        assert {bench.state(one) for one in bench.site.ids} == {"ai"}


def test_a_pull_can_be_repeated(other: tuple[Bench, Other]) -> None:
    bench, program = other

    def before(step: str, ids: tuple[str, ...]) -> None:
        if step == "read" and ids == ("a/1",):
            program.hold()

    bench.site.before = before
    bench.site.edit("a/1", alt="A person's words")
    with pytest.raises(Locked, match=r"is locked: .* run this again"):
        bench.pull()
    program.let_go()
    bench.site.before = None
    bench.pull()
    assert bench.state("a/1") == "human"


def test_the_database_is_opened_while_somebody_writes(
    other: tuple[Bench, Other],
) -> None:
    bench, program = other
    program.hold()
    with Store.open(bench.store.path) as second, pytest.raises(Locked), second.write():
        pass
