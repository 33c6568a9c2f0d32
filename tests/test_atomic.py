"""A file is there only once it is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from altsync.atomic import replacing


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
