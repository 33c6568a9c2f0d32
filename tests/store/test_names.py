"""One name for each database file, whatever it is called by."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from altsync.errors import StoreError
from altsync.store import names
from altsync.store.names import only_name
from altsync.store.store import Store
from tests.processes import PATIENT


def called(path: Path, how: str) -> Path:
    """Another name of the same file, in another directory."""
    other = path.parent / "elsewhere" / "other.db"
    other.parent.mkdir()
    if how == "symbolic":
        other.symlink_to(path)
    else:
        os.link(path, other)
    return other


@pytest.mark.parametrize("how", ["symbolic", "hard"])
def test_two_names_have_one_lock_and_one_log(tmp_path: Path, how: str) -> None:
    path = tmp_path / "altsync.db"
    with Store.open(path, create=True) as store:
        other = called(path, how)
        with Store.open(other) as again:
            with (
                store.alone("generate"),
                pytest.raises(StoreError, match="Another generate is at work"),
                again.alone("generate"),
            ):
                pass
            again.claim("https://example.org", "memory")
            assert store.site() == ("https://example.org", "memory")
    assert [one.name for one in other.parent.iterdir()] == ["other.db"]


WRITER = """
import sys
from pathlib import Path
from altsync.store.store import Store
with Store.open(Path(sys.argv[1])) as store:
    for _ in range(200):
        with store.write() as tx:
            tx.execute("INSERT INTO pulls (kind, started_at) VALUES ('full', 'x')")
"""


def test_two_processes_under_two_hard_links_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "altsync.db"
    Store.open(path, create=True).close()
    other = called(path, "hard")
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, name]) for name in (path, other)
    ]
    assert [writer.wait(PATIENT) for writer in writers] == [0, 0]
    with Store.open(other) as store, store.read() as conn:
        assert conn.execute("SELECT count(*) FROM pulls").fetchone() == (400,)


def test_a_name_that_is_gone_is_no_name(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.touch()
    assert only_name(path) == path
    os.link(path, tmp_path / "b.db")
    assert only_name(tmp_path / "b.db") == path
    path.unlink()
    assert only_name(tmp_path / "b.db") == tmp_path / "b.db"
    path.touch()  # another file
    assert only_name(path) == path
    assert only_name(tmp_path / "b.db") == tmp_path / "b.db"


def test_a_relative_name_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.db").touch()
    monkeypatch.chdir(tmp_path)
    assert only_name(Path("a.db")) == Path("a.db"), "as the owner calls it"
    assert only_name(Path("../" + tmp_path.name + "/none.db")) == tmp_path / "none.db"


def test_a_memory_that_was_cut_or_is_long_is_of_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "KEPT", 3)
    files = [tmp_path / f"{number}.db" for number in range(5)]
    for file in files:
        file.touch()
        assert only_name(file) == file
    memory = names.remembered()
    assert len(memory.read_text("utf-8").splitlines()) == 3
    memory.write_text(memory.read_text("utf-8")[:-20], "utf-8")
    for file in files:
        os.link(file, file.with_suffix(".two"))
        assert only_name(file.with_suffix(".two")).samefile(file)
    assert memory.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "written", [b"\xff\xfe\x80\n", b'["KEY", "/a\\u0000b"]\n', b"\0" * 40]
)
def test_a_memory_that_was_damaged_stops_nobody(tmp_path: Path, written: bytes) -> None:
    path = tmp_path / "altsync.db"
    path.touch()
    found = path.stat()
    memory = names.remembered()
    memory.parent.mkdir(parents=True, exist_ok=True)
    key = f"{found.st_dev:x}-{found.st_ino:x}".encode()
    memory.write_bytes(written.replace(b"KEY", key))
    assert only_name(path) == path
    os.link(path, tmp_path / "other.db")
    assert only_name(tmp_path / "other.db") == path, "remembered again"


def test_a_relative_state_directory_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # each directory would have a memory of its own, and a file two names again
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", "state")
    path, other = tmp_path / "one" / "a.db", tmp_path / "two" / "b.db"
    for directory in (path.parent, other.parent):
        directory.mkdir()
    path.touch()
    os.link(path, other)
    for name in (path, other):
        monkeypatch.chdir(name.parent)
        assert only_name(name) == path
        assert [one.name for one in name.parent.iterdir()] == [name.name]


def test_without_a_memory_a_second_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    path = tmp_path / "altsync.db"
    Store.open(path, create=True).close()
    os.link(path, tmp_path / "other.db")
    with pytest.raises(StoreError, match=r"has 2 names.*symbolic links"):
        Store.open(path)
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("SELECT count(*) FROM pulls").fetchone() == (0,)
