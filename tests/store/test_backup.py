"""Copies of the database: whole, beside it, and never over another copy."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from altsync.store import backup
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
