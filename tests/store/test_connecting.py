"""How a database is opened where it cannot be written; by commands:
tests/cli/test_read_only.py."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from altsync.errors import StoreError, Unwritable
from altsync.store.connecting import access, connect, reading
from altsync.store.store import Store
from tests.scene import scene


@pytest.fixture
def database(tmp_path: Path) -> Path:
    loop = scene(tmp_path)
    loop.store.close()
    return loop.store.path


@pytest.fixture
def unwritable(database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Root may write everywhere: what the system says of rights is said here."""
    may = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: mode != os.W_OK and may(path, mode)
    )
    return database


def test_what_can_be_written_is_opened_with_locks(database: Path) -> None:
    found = access(database)
    assert (found.refused, found.immutable, found.copy) == ("", False, None)
    assert found.address.endswith("altsync.db?mode=ro")
    found.writable()
    found.close()


def test_a_log_that_comes_and_goes_meanwhile_is_no_refusal(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever closes last takes it away, and the next one makes it anew."""
    index = database.with_name("altsync.db-shm")
    index.touch()
    may = os.access
    asked = 0

    def closed_meanwhile(path: Path, mode: int) -> bool:
        nonlocal asked
        if Path(path) != index or asked == 2:
            return may(path, mode)
        asked += 1
        index.unlink()
        allowed = may(path, mode)
        if asked == 1:
            index.touch()
        return allowed

    monkeypatch.setattr(os, "access", closed_meanwhile)
    access(database).writable()
    assert asked == 2


def test_what_nobody_has_open_is_read_without_locks(unwritable: Path) -> None:
    with Store.open(unwritable) as store:
        assert store.access.immutable
        with store.read() as conn, store.snapshot() as other:
            for one in (conn, other):
                assert one.execute("SELECT count(*) FROM images").fetchone() == (7,)
        with (
            pytest.raises(Unwritable, match="read-only here: you may not write"),
            store.write(),
        ):
            pass
        with (
            pytest.raises(Unwritable, match="read-only here"),
            store.alone("generate"),
        ):
            pass
    assert not list(unwritable.parent.glob("altsync.db-*"))
    with pytest.raises(Unwritable, match="read-only here"):
        Store.open(unwritable, create=True)


def test_what_somebody_has_open_is_read_with_its_log(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(database) as writer:
        may = os.access
        monkeypatch.setattr(
            os, "access", lambda path, mode: mode != os.W_OK and may(path, mode)
        )
        with Store.open(database) as store:
            assert (store.access.immutable, store.access.copy) == (False, None)
            with writer.write() as tx:
                tx.execute(
                    "INSERT INTO pulls (kind, started_at) VALUES ('full', 'new')"
                )
            with store.read() as conn:
                told = "SELECT count(*) FROM pulls WHERE started_at = 'new'"
                assert conn.execute(told).fetchone() == (1,)


KILLED = """
import os, signal, sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("INSERT INTO pulls (kind, started_at) VALUES ('full', 'new')")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_log_without_its_index_is_read_in_a_copy(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([sys.executable, "-c", KILLED, database], check=False)
    database.with_name("altsync.db-shm").unlink()
    before = {one: one.read_bytes() for one in database.parent.glob("altsync.db*")}
    assert database.with_name("altsync.db-wal") in before
    may = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: mode != os.W_OK and may(path, mode)
    )
    with Store.open(database) as store:
        assert store.access.copy is not None
        room = Path(store.access.copy.name)
        assert "A copy of both was read" in store.notes[0]
        told = "SELECT count(*) FROM pulls WHERE started_at = 'new'"
        with store.read() as conn:
            assert conn.execute(told).fetchone() == (1,)
        with pytest.raises(Unwritable), store.write():
            pass
    assert not room.exists()
    with reading(database) as conn:
        assert conn.execute(told).fetchone() == (1,)
    now = {one: one.read_bytes() for one in database.parent.glob("altsync.db*")}
    assert now == before


def test_what_was_written_meanwhile_is_not_taken_for_one_moment(
    unwritable: Path,
) -> None:
    store = Store.open(unwritable)
    with closing(sqlite3.connect(unwritable)) as conn:
        conn.execute("CREATE TABLE other (a)")
    with pytest.raises(StoreError, match=r"was written to while it was read.*again"):
        store.close()


@pytest.mark.parametrize("newer", [True, False])
def test_another_version_is_named_and_left(unwritable: Path, *, newer: bool) -> None:
    with closing(sqlite3.connect(unwritable)) as conn:
        conn.execute("PRAGMA user_version = 1")
        if newer:
            conn.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                " VALUES ('altsync', 'm999_future', 'x')"
            )
            conn.commit()
    before = unwritable.read_bytes()
    says = "newer altsync" if newer else "has to be brought up to date.*read-only here"
    with pytest.raises(StoreError, match=says):
        Store.open(unwritable)
    assert unwritable.read_bytes() == before


def test_it_waits_for_whoever_is_just_making_it_write_ahead(database: Path) -> None:
    """SQLite itself does not, whatever its timeout."""
    with closing(sqlite3.connect(database, check_same_thread=False)) as other:
        other.execute("PRAGMA journal_mode=delete")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            connect(database, timeout=0.1)
        ending = threading.Timer(0.3, other.rollback)
        ending.start()
        with closing(connect(database)) as conn:
            assert conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        ending.join()
