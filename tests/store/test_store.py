"""Opening, migrating, transactions; and what the database itself refuses, whoever asks."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync.errors import OtherSite, StoreError
from altsync.models import Converged, NewCandidate, Origin, SiteImage
from altsync.store import candidates, journal, mirror, pulls
from altsync.store.store import Store
from tests.processes import PATIENT


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "altsync.db", create=True) as opened:
        opened.claim("http://site.test", "memory")
        with opened.write() as tx:
            pull = pulls.begin(tx, "full")
            mirror.save(tx, pull, [SiteImage(id="a/1", album="a", name="1", alt="")])
            candidate = candidates.add(tx, NewCandidate("a/1", "", "A dog.", Origin.AI))
            candidates.judge(tx, candidate, "approved", "ann")
            candidates.add_prompt(tx, None, "Describe.")
            push = journal.begin_push(tx, "x", 1)
            entry = Converged("a/1", "a/1", candidate, "A dog.", Origin.AI)
            journal.intend(
                tx, push, entry, [{"op": "test", "path": "/alt", "value": ""}]
            )
        yield opened


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE candidates SET alt = 'x'",
        "DELETE FROM candidates",
        "UPDATE reviews SET verdict = 'rejected'",
        "DELETE FROM reviews",
        "UPDATE observations SET alt = 'x'",
        "DELETE FROM observations",
        "UPDATE prompts SET text = 'x'",
        "DELETE FROM prompts",
        "DELETE FROM push_items",
        "UPDATE push_items SET patch = '[]'",
        "UPDATE push_items SET image_id = 'a/2'",
        "UPDATE push_items SET candidate_id = 99",
        "UPDATE push_items SET push_id = 99",
        "UPDATE push_items SET created_at = 'x'",
        "UPDATE push_items SET reverts = 1",
        "UPDATE push_items SET origin = 'ai'",
        "UPDATE push_items SET was = 'alt=x'",
        (
            "INSERT INTO reviews (candidate_id, verdict, reviewer, created_at) VALUES"
            " (99, 'approved', 'x', 'y')"
        ),
        (
            "INSERT INTO reviews (candidate_id, verdict, reviewer, created_at) VALUES"
            " (1, 'perhaps', 'x', 'y')"
        ),
        (
            "INSERT INTO candidates (image_id, alt, decision, origin, context,"
            " created_at) VALUES ('no/such', 'x', 'informative', 'ai', '{}', 'y')"
        ),
        (
            "INSERT INTO candidates (image_id, alt, decision, origin, context,"
            " created_at) VALUES ('a/1', 'x', 'informative', 'martian', '{}', 'y')"
        ),
    ],
)
def test_history_cannot_be_rewritten_from_a_plain_connection(
    store: Store, sql: str
) -> None:
    """sqlite-utils and Datasette connect with foreign keys off: the guards must not
    need them."""
    conn = sqlite3.connect(store.path)
    try:
        with pytest.raises(sqlite3.IntegrityError):
            conn.execute(sql)
    finally:
        conn.close()


def test_a_journal_row_is_settled_once(store: Store) -> None:
    with store.write() as tx:
        tx.execute(
            "UPDATE push_items SET status = 'failed', settled_at = 'now' WHERE id = 1"
        )
    with (
        pytest.raises(sqlite3.IntegrityError, match="settled once"),
        store.write() as tx,
    ):
        tx.execute("UPDATE push_items SET status = 'applied' WHERE id = 1")


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        tx.execute("INSERT INTO pulls (kind, started_at) VALUES ('full', 'x')")
        raise ZeroDivisionError
    with store.read() as conn:
        assert conn.execute("SELECT count(*) FROM pulls").fetchone() == (1,)


def test_a_snapshot_does_not_see_what_is_written_later_and_cannot_write(
    store: Store,
) -> None:
    with store.snapshot() as conn:
        with store.write() as tx:
            tx.execute("INSERT INTO pulls (kind, started_at) VALUES ('full', 'x')")
        assert conn.execute("SELECT count(*) FROM pulls").fetchone() == (1,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            conn.execute("DELETE FROM failures")


def test_a_read_sees_what_is_committed_by_now_and_cannot_write(store: Store) -> None:
    def number() -> int:
        with store.read() as conn:
            return int(conn.execute("SELECT count(*) FROM pulls").fetchone()[0])

    assert number() == 1
    with store.write() as tx:
        tx.execute("INSERT INTO pulls (kind, started_at) VALUES ('full', 'x')")
    assert number() == 2
    with (
        store.read() as conn,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        conn.execute("DELETE FROM failures")


def test_a_read_is_one_moment_and_the_next_one_is_later(store: Store) -> None:
    count = "SELECT count(*) FROM pulls"
    with store.read() as outer:
        assert outer.execute(count).fetchone() == (1,)
        with store.write() as tx:
            tx.execute("INSERT INTO pulls (kind, started_at) VALUES ('full', 'x')")
        assert outer.execute(count).fetchone() == (1,)
        with store.read() as inner:
            assert inner.execute(count).fetchone() == (2,)


def test_what_a_read_left_unfinished_does_not_hold_back_the_next_one(
    store: Store,
) -> None:
    with store.read() as conn:
        unfinished = conn.execute("SELECT name FROM sqlite_master")
        assert next(unfinished)
    with store.write() as tx:
        tx.execute("INSERT INTO pulls (kind, started_at) VALUES ('full', 'x')")
    with store.read() as again:
        assert again is conn, "connections are used again"
        assert again.execute("SELECT count(*) FROM pulls").fetchone() == (2,)
    with pytest.raises(sqlite3.ProgrammingError, match="closed cursor"):
        next(unfinished)


def test_a_read_in_a_write_sees_what_is_being_written(store: Store) -> None:
    count = "SELECT count(*) FROM pulls"
    found: list[object] = []

    def other() -> None:
        with store.read() as conn:
            found.append(conn.execute(count).fetchone()[0])

    with store.write() as tx:
        tx.execute("INSERT INTO pulls (kind, started_at) VALUES ('full', 'x')")
        with store.read() as conn:
            assert conn.execute(count).fetchone() == (2,)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert found == [1], "another thread neither waits nor sees it"
    with store.read() as conn:
        assert conn is not store.conn


def test_any_thread_reads_while_others_write(store: Store) -> None:
    """Each thread sees at least what it has committed itself."""
    failed: list[object] = []

    def work(name: str) -> None:
        try:
            for number in range(1, 40):
                with store.write() as tx:
                    tx.execute(
                        "INSERT INTO pulls (kind, started_at) VALUES ('full', ?)",
                        (name,),
                    )
                with store.read() as conn:
                    mine = conn.execute(
                        "SELECT count(*) FROM pulls WHERE started_at = ?", (name,)
                    ).fetchone()
                assert mine == (number,)
        except BaseException as error:  # a thread's error is the test's
            failed.append(error)

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_closed_store_is_not_read(store: Store) -> None:
    with store.read() as lent:
        store.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        lent.execute("SELECT 1")
    with pytest.raises(sqlite3.ProgrammingError, match="closed"), store.read():
        pass


def test_a_closed_store_is_one_file(store: Store) -> None:
    """So that a copy of the file is a copy of the mirror, and read-only tools open it."""
    with store.read() as one, store.read() as two:
        assert one is not two
    store.close()
    there = {file.name for file in store.path.parent.iterdir()}
    assert there == {store.path.name}


def test_many_threads_and_a_second_process_write_in_turn(store: Store) -> None:
    other = Store.open(store.path)

    def work(which: Store) -> None:
        for _ in range(25):
            with which.write() as tx:
                number = tx.execute("SELECT max(listed) FROM pulls").fetchone()[0]
                tx.execute("UPDATE pulls SET listed = ?", (number + 1,))

    threads = [
        threading.Thread(target=work, args=(which,))
        for which in (store, store, other, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    with store.read() as conn:
        assert conn.execute("SELECT listed FROM pulls").fetchone() == (100,)


def test_a_lock_that_cannot_be_made_is_no_other_process(store: Store) -> None:
    store.path.with_name(f"{store.path.name}.push").mkdir()
    with (
        pytest.raises(sqlite3.OperationalError, match="unable to open"),
        store.alone("push"),
    ):
        pass


def test_one_process_of_a_kind_at_a_time(store: Store) -> None:
    with store.alone("push"):
        with (
            pytest.raises(StoreError, match="Another push is at work"),
            store.alone("push"),
        ):
            pass
        with store.alone("generate"):
            pass
    with store.alone("push"):
        pass


def test_no_database_is_not_made_by_accident(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="altsync pull"):
        Store.open(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("not a database " * 100)
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(path)
    assert path.read_text().startswith("not a database")


def test_closing_waits_for_a_write_of_another_thread(store: Store) -> None:
    """sqlite3 crashes the interpreter where a connection is closed under a statement."""
    inside, leave = threading.Event(), threading.Event()

    def write() -> None:
        with store.write() as tx:
            inside.set()
            leave.wait(PATIENT)
            tx.execute("INSERT INTO pulls (kind, started_at) VALUES ('full', 'x')")

    thread = threading.Thread(target=write)
    thread.start()
    assert inside.wait(PATIENT)
    closing = threading.Thread(target=store.close)
    closing.start()
    closing.join(0.1)
    assert closing.is_alive()
    leave.set()
    thread.join()
    closing.join()
    with pytest.raises(sqlite3.ProgrammingError), store.write():
        pass


def test_two_that_claim_a_database_at_once_are_told_by_what_the_first_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "altsync.db"
    with Store.open(path, create=True) as first, Store.open(path) as second:
        looked = iter([None])
        seen = second.site
        monkeypatch.setattr(second, "site", lambda: next(looked, seen()))
        first.claim("http://site.test", "memory")
        second.claim("http://site.test", "memory")
        looked = iter([None])
        with pytest.raises(OtherSite):
            second.claim("http://other.test", "memory")
        assert seen() == ("http://site.test", "memory")
