"""A file is there only once it is whole."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from altsync.atomic import beside, replacing


def test_the_new_file_takes_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old", "utf-8")
    with replacing(path) as part:
        part.write_text("new", "utf-8")
        assert path.read_text("utf-8") == "old"
    assert path.read_text("utf-8") == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old", "utf-8")

    def write() -> None:
        with replacing(path) as part:
            part.write_text("half", "utf-8")
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        write()
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_not_moved_away_is_deleted(tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_text("same", "utf-8")
    with beside(path) as part:
        part.write_text("same", "utf-8")
    assert path.read_text("utf-8") == "same"
    with beside(path) as part:
        part.write_text("other", "utf-8")
        part.replace(path)
    assert path.read_text("utf-8") == "other"
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_do_not_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    both = threading.Barrier(2)

    def write(text: str) -> None:
        with replacing(path) as part:
            part.write_text(text, "utf-8")
            both.wait(10)
            assert part.read_text("utf-8") == text

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(write, ["one", "two"])) == [None, None]
    assert path.read_text("utf-8") in ("one", "two")
