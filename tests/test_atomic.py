"""A file is there only once it is whole."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from altsync.atomic import beside, make_directory, make_file, replacing
from tests.processes import PATIENT


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
            both.wait(PATIENT)
            assert part.read_text("utf-8") == text

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(write, ["one", "two"])) == [None, None]
    assert path.read_text("utf-8") in ("one", "two")


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
def test_what_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "one" / "two" / "file"
    assert make_file(file)
    assert mode(file) == 0o600
    assert mode(file.parent) == mode(file.parent.parent) == 0o700
    page = file.with_name("page.html")
    with replacing(page) as part:
        assert mode(part) == 0o600
        part.write_text("new", "utf-8")
    assert mode(page) == 0o600


@pytest.mark.usefixtures("umask")
def test_what_the_owner_has_opened_to_others_stays_so(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    room.chmod(0o750)
    page = room / "page.html"
    page.touch()
    page.chmod(0o640)
    make_directory(room)
    assert not make_file(page)
    with replacing(page) as part:
        part.write_text("new", "utf-8")
    assert page.read_text("utf-8") == "new"
    assert (mode(page), mode(room)) == (0o640, 0o750)


def test_a_directory_that_is_not_there_is_not_made_for_a_file_that_was_named(
    tmp_path: Path,
) -> None:
    with (
        pytest.raises(FileNotFoundError),
        replacing(tmp_path / "no" / "page.html") as part,
    ):
        part.write_text("new", "utf-8")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"exists|directory"):
        make_directory(tmp_path / "file")


def test_a_half_written_file_of_a_killed_process_is_in_nobodys_way(
    tmp_path: Path,
) -> None:
    path = tmp_path / "page.html"
    with beside(path) as part:
        name = part.name
    (tmp_path / name).symlink_to(tmp_path / "elsewhere")
    with replacing(path) as part:
        assert part.name == name
        part.write_text("new", "utf-8")
    assert list(tmp_path.iterdir()) == [path], "nothing was written through the link"
