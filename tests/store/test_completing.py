"""Names for a shell: read as they are, and nothing is made for it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from altsync.store import completing
from altsync.store.store import Store


def _mirror(file: Path) -> Path:
    """Two albums, one image of which is gone."""
    with Store.open(file, create=True) as store, store.write() as tx:
        for name, gone in (
            ("a/1", None),
            ("a/2", None),
            ("space/é", None),
            ("b/1", "x"),
        ):
            tx.execute(
                "INSERT INTO images (id, album, name, entity, pulled_at, gone_at, raw)"
                " VALUES (?, ?, ?, 'e', 'now', ?, '{}')",
                (name, name.partition("/")[0], name, gone),
            )
    return file


def test_names_begin_as_was_typed_once_and_are_there(tmp_path: Path) -> None:
    file = _mirror(tmp_path / "altsync.db")
    assert completing.names(file, "albums", "") == ["a", "space"]
    assert completing.names(file, "albums", "s") == ["space"]
    assert completing.names(file, "images", "a/") == ["a/1", "a/2"]
    assert completing.names(file, "images", "space/é") == ["space/é"]
    assert completing.names(file, "images", "%") == []


def test_whoever_waits_too_long_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _mirror(tmp_path / "altsync.db")
    conn = sqlite3.connect(file)
    conn.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000)"
        " INSERT INTO images (id, album, name, entity, pulled_at, raw)"
        " SELECT 'n/' || i, 'n', i, 'e', 'now', '{}' FROM n"
    )
    conn.commit()
    conn.close()
    assert completing.names(file, "albums", "n") == ["n"]
    monkeypatch.setattr(completing, "PATIENCE", -1.0)
    assert completing.names(file, "albums", "n") == []


def test_a_database_in_use_is_read_as_it_is(tmp_path: Path) -> None:
    file = _mirror(tmp_path / "altsync.db")
    writer = sqlite3.connect(file)
    writer.execute("UPDATE images SET album = 'zoo' WHERE album = 'space'")
    writer.commit()
    try:
        before = sorted(file.parent.iterdir())
        assert completing.names(file, "albums", "z") == ["zoo"]
        assert sorted(file.parent.iterdir()) == before
        for kind in completing.KINDS:
            assert len(completing.names(file, kind, "")) <= completing.MOST
            assert completing.names(file, kind, "no such") == []
        shutil.copy(file, tmp_path / "left.db")
        shutil.copy(f"{file}-wal", tmp_path / "left.db-wal")
        assert completing.names(tmp_path / "left.db", "albums", "") == []
    finally:
        writer.close()
    assert not (tmp_path / "left.db-shm").exists()
