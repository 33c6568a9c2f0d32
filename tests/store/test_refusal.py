"""A database that cannot be written says so in a sentence, and takes part of nothing."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync.errors import Locked, Unwritable
from altsync.store import refusal
from altsync.store.store import Store
from tests.doubles.storage import (
    LINUX,
    break_down,
    failing_disk,
    fill,
    held,
    limited,
    small_disk,
)

MUCH = "x" * 50_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "altsync.db", create=True) as opened:
        yield opened


def note(store: Store, error: str = "x", wait: float | None = 0.05) -> None:
    with store.write(wait) as tx:
        tx.execute(
            "INSERT INTO failures (stage, error, created_at) VALUES ('pull', ?, 'y')",
            (error,),
        )


def notes(store: Store) -> int:
    with store.read() as conn:
        return int(conn.execute("SELECT count(*) FROM failures").fetchone()[0])


def test_a_lock_is_waited_for_and_then_named(store: Store) -> None:
    with held(store.path) as holder, pytest.raises(Locked, match="is locked") as told:
        note(store)
    who = f"process {holder.pid} (" if LINUX else "another program"
    assert who in str(told.value)
    note(store)
    assert notes(store) == 1


def test_whoever_holds_the_lock_may_be_unknown(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusal, "_holder", lambda path: None)
    with held(store.path), pytest.raises(Locked, match="Datasette, an sqlite3 shell"):
        note(store)


def test_nobody_holds_it(store: Store) -> None:
    assert "another program" in refusal.who(store.path)
    with store.write():  # this process itself is nobody to wait for
        assert "another program" in refusal.who(store.path)


def test_a_lock_that_ends_in_time_is_no_error(store: Store) -> None:
    with held(store.path) as holder:
        later = threading.Timer(0.2, holder.let_go)
        later.start()
        note(store, wait=20)
        later.join()
    assert notes(store) == 1


def test_other_errors_stay_what_they_are(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), store.write():
        store.conn.execute("SELECT * FROM no_such")
    assert refusal.refusal(sqlite3.ProgrammingError("closed"), store.path) is None


def test_a_full_disk(tmp_path: Path) -> None:
    with (
        small_disk(tmp_path / "disk") as disk,
        Store.open(disk / "altsync.db", create=True) as store,
    ):
        note(store)
        filling = fill(disk)
        with pytest.raises(Unwritable, match="its disk is full"):
            note(store, MUCH)
        filling.unlink()
        note(store)
        assert notes(store) == 2


def test_a_disk_that_breaks_down(tmp_path: Path) -> None:
    with (
        failing_disk(tmp_path / "disk") as disk,
        Store.open(disk / "altsync.db", create=True) as store,
    ):
        note(store)
        break_down(disk)
        with pytest.raises(Unwritable, match="became read-only"):
            note(store)
        assert notes(store) == 1


GROW = """
import sys
from pathlib import Path
from altsync.errors import Unwritable
from altsync.store.store import Store
from tests.store.test_refusal import MUCH, note, notes

with Store.open(Path(sys.argv[1])) as store:
    while True:
        before = notes(store)
        try:
            note(store, MUCH)
        except Unwritable as error:
            assert notes(store) == before
            print(error)
            break
    store.conn.execute("PRAGMA wal_checkpoint(truncate)")
    note(store)  # no transaction was left open
"""


def test_a_file_that_may_not_grow(store: Store) -> None:
    child = subprocess.run(
        [sys.executable, "-c", GROW, str(store.path)],
        capture_output=True,
        text=True,
        preexec_fn=lambda: limited(1_000_000),
    )
    assert child.returncode == 0, child.stderr
    assert "cannot be written: its disk" in child.stdout


def test_a_commit_that_fails_leaves_no_transaction_open(store: Store) -> None:
    """Foreign keys that are checked at the end make COMMIT itself fail."""
    with pytest.raises(sqlite3.IntegrityError), store.write() as tx:
        tx.execute("PRAGMA defer_foreign_keys=on")
        tx.execute(
            "INSERT INTO observations (image_id, seen_at) VALUES ('no/such', 'x')"
        )
    note(store)
    assert notes(store) == 1
