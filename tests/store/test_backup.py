"""Copies of the database: whole, beside it, and never over another copy."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from altsync.store import backup
from altsync.store.store import Store
from tests.scene import scene


def test_a_copy_holds_everything_while_somebody_writes(tmp_path: Path) -> None:
    loop = scene(tmp_path)
    with loop.store.snapshot() as reader:
        copies = [backup.copy(loop.store.conn, loop.store.path) for _ in range(3)]
        assert reader.execute("SELECT count(*) FROM images").fetchone() == (7,)
    assert len(set(copies)) == 3
    for path in copies:
        assert path.parent == tmp_path
        assert path.name.endswith(".backup.db")
        with closing(sqlite3.connect(path)) as conn:
            assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert conn.execute("SELECT count(*) FROM images").fetchone() == (7,)
        assert not path.with_name(path.name + "-wal").exists()
    loop.store.close()


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@pytest.mark.parametrize("changed", [True, False])
def test_what_a_kill_left_is_kept_only_where_the_change_came_to_pass(
    tmp_path: Path, *, changed: bool
) -> None:
    path = tmp_path / "altsync.db"
    with Store.open(path, create=True) as store:
        backup.set_aside(store.conn, path)
        (tmp_path / ".altsync.db.copy.9.part").touch()
        (tmp_path / ".altsync.db.copy.9.part-wal").touch()
        (tmp_path / ".import-altsync.db").touch()
        (tmp_path / ".import-x1y2z3").mkdir()
        (tmp_path / ".import-x1y2z3" / "altsync.db").touch()
        (tmp_path / ".import-mine").touch()
        if changed:
            store.conn.execute("CREATE TABLE new (a)")
    Store.open(path).close()
    here = names(tmp_path)
    copies = [name for name in here if name.endswith(".backup.db")]
    assert len(copies) == int(changed)
    assert set(here) == {".import-mine", "altsync.db", *copies}


def test_what_somebody_is_at_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "altsync.db"
    with Store.open(path, create=True) as store, store.write():
        (tmp_path / ".altsync.db.copy.9.part").touch()
        Store.open(path).close()
        assert ".altsync.db.copy.9.part" in names(tmp_path)
    Store.open(path).close()
    assert ".altsync.db.copy.9.part" not in names(tmp_path)


def test_a_copy_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "altsync.db"
    with Store.open(path, create=True) as store:
        before = names(tmp_path)
        store.close()
        with pytest.raises(sqlite3.ProgrammingError):
            backup.copy(store.conn, path)
    assert [name for name in before if name.endswith(".db")] == names(tmp_path)


def test_copies_are_their_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "altsync.db"
    before = os.umask(0)
    try:
        with Store.open(path, create=True) as store:
            copy = backup.copy(store.conn, path)
            assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o600}
    finally:
        os.umask(before)
    assert copy.exists()
