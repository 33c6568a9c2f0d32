"""A database that cannot be written: what only reads works, what writes says so.

The commands are real processes without a right that the files do not give them, and on a
directory that is mounted read-only.
"""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Owner
from tests.doubles.storage import WITHOUT_RIGHTS, read_only_mount
from tests.processes import PATIENT

pytestmark = pytest.mark.slow

IMAGE = "archive/visitors-chart"
READING = [
    ["status"],
    ["status", "--json"],
    ["diff"],
    ["diff", "--json"],
    ["diff", "--html", "{out}/page.html"],
    ["diff", "--plan", "{out}/plan.json"],
    ["diff", "--from", "2026-01-01"],
    ["diff", "--from", "{copy}"],
    ["diff", "--revert", "1"],
    ["log"],
    ["log", IMAGE],
    ["who"],
    ["who", "--csv"],
    ["lint"],
    ["verify", "--last"],
    ["cost"],
    ["sample", "--show", "1"],
    ["context", IMAGE],
    ["export", "{out}/export"],
    ["export", "--html", "{out}/site"],
]
WRITING = [
    ["pull"],
    ["generate", "--yes"],
    ["approve", "--all"],
    ["reject", IMAGE],
    ["ask", IMAGE, "--note", "Who?"],
    ["push", "--yes"],
    ["revert", "1", "--yes"],
    ["sample", "--bound", "50%"],
    ["pages", "{out}/pages"],
    ["verify", "{out}/pages"],
    ["settle", IMAGE, "--applied"],
    ["import", "{export}"],
]


@pytest.fixture
def whole(mirrored: Owner) -> Owner:
    """A push is done, and something still waits."""
    mirrored.run("generate", "--limit", "8")
    mirrored.run("sample", "--bound", "50%")
    mirrored.run("approve", "--all", "--yes", "--by", "ann")
    mirrored.run("push", "--yes", "--limit", "5")
    mirrored.run("export", "exported")
    pages = mirrored.directory / "out" / "pages"
    pages.mkdir(parents=True)
    (pages / "one.md").write_text("![](/pictures/x.jpg) A page.", "utf-8")
    mirrored.run("verify", "--sample", "1")
    with contextlib.closing(sqlite3.connect("data/altsync.db")) as conn:
        conn.execute("VACUUM INTO 'copy.db'")
    return mirrored


ONE_BY_ONE = """
import contextlib, io, json, sys
from altsync.cli import main
ended = []
for words in json.loads(sys.argv[1]):
    code = 0
    out, err = (io.TextIOWrapper(io.BytesIO(), write_through=True) for _ in "12")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(words)
        except SystemExit as stop:
            code = int(stop.code or 0)
    ended.append((code, *(one.buffer.getvalue().decode() for one in (out, err))))
print(json.dumps(ended))
"""
"""Commands of one process: most of a command is its start."""


def run(
    owner: Owner, commands: list[list[str]], inside: str = ""
) -> list[tuple[int, str, str]]:
    """What each of the commands ends with and says, without a right to more than the
    files give."""
    names = {"out": "out", "copy": "copy.db", "export": "exported"}
    given = [[word.format(**names) for word in words] for words in commands]
    done = subprocess.run(
        [*WITHOUT_RIGHTS, sys.executable, "-c", ONE_BY_ONE, json.dumps(given)],
        cwd=owner.directory / inside,
        capture_output=True,
        text=True,
        timeout=PATIENT,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout, done.stdout
    return [(code, out, err) for code, out, err in json.loads(done.stdout)]


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(params=["file", pytest.param("directory", marks=pytest.mark.slow)])
def refused(request: pytest.FixtureRequest, whole: Owner) -> Iterator[Owner]:
    """The owner may not write the database, or its directory."""
    data = whole.directory / "data"
    one = data / "altsync.db" if request.param == "file" else data
    before = one.stat().st_mode
    one.chmod(before & 0o555)
    yield whole
    one.chmod(before)


def test_what_only_reads_works(refused: Owner) -> None:
    data = refused.directory / "data"
    before = files(data)
    said = {}
    for words, (code, out, err) in zip(READING, run(refused, READING), strict=True):
        assert code == 0, (words, out, err)
        said[words[0]] = out + err
    assert files(data) == before, "nothing is left behind"
    assert "needs-review" in said["status"]
    assert "visitors-chart" in said["who"]


def test_what_writes_says_so(refused: Owner) -> None:
    data = refused.directory / "data"
    before = files(data)
    refused.site.forget()
    for words, (code, out, err) in zip(WRITING, run(refused, WRITING), strict=True):
        assert code == 1, (words, out, err)
        assert "is read-only here: you may not write" in err, (words, err)
    assert refused.site.requests("PATCH") == []
    assert files(data) == before


@pytest.mark.slow
def test_a_directory_that_is_mounted_read_only(whole: Owner) -> None:
    here = whole.directory / "mounted"
    reading = [words for words in READING if not "".join(words).count("{")]
    with read_only_mount(whole.directory, here):
        read = run(whole, reading, "mounted")
        written = run(whole, WRITING, "mounted")
    for words, (code, out, err) in zip(reading, read, strict=True):
        assert code == 0, (words, out, err)
    for words, (code, out, err) in zip(WRITING, written, strict=True):
        assert code == 1, (words, out, err)
        assert "its file system is mounted read-only" in err


@pytest.mark.slow
def test_what_was_met_read_only_first_can_be_written_where_it_can(
    whole: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two mounts of one directory have one log: the name that is given counts."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    here = whole.directory / "mounted"
    with read_only_mount(whole.directory, here):
        ((code, _, err),) = run(whole, [["status"]], "mounted")
        assert code == 0, err
        ((code, _, err),) = run(whole, [["approve", "--all", "--yes"]])
        assert code == 0, err


KILLED = """
import os, signal, sys
from pathlib import Path
from altsync.store.store import Store
store = Store.open(Path(sys.argv[1]))
with store.write() as tx:
    tx.execute("INSERT INTO failures (stage, error, created_at) VALUES"
        " ('pull', 'the last commit', '2026-01-01')")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("index", [True, False], ids=["index", "no index"])
def test_commits_that_stand_only_in_the_log_are_seen(
    whole: Owner, *, index: bool
) -> None:
    """A killed process leaves them there; SQLite itself reads them only with an index,
    and cannot make one here."""
    data = whole.directory / "data"
    subprocess.run([sys.executable, "-c", KILLED, data / "altsync.db"], check=False)
    assert (data / "altsync.db-wal").stat().st_size
    if not index:
        (data / "altsync.db-shm").unlink()
    before = data.stat().st_mode
    data.chmod(0o500)
    try:
        ((code, _, err),) = run(whole, [["export", "out/export"]])
    finally:
        data.chmod(before)
    assert code == 0, err
    assert "the last commit" in "".join(
        file.read_text("utf-8")
        for file in (whole.directory / "out/export/failures").iterdir()
    )
    assert ("A copy of both was read" in err) is not index


def test_a_database_of_an_older_altsync_is_not_brought_up_to_date(
    whole: Owner,
) -> None:
    data = whole.directory / "data"
    with contextlib.closing(sqlite3.connect(data / "altsync.db")) as conn:
        conn.execute("PRAGMA user_version = 1")
    before = files(data)
    mode = data.stat().st_mode
    data.chmod(0o500)
    try:
        ((code, _, err),) = run(whole, [["status"]])
    finally:
        data.chmod(mode)
    assert code == 1
    assert "has to be brought up to date, but it is read-only here" in err
    assert "Run `altsync status` once where it can be written." in err
    assert files(data) == before


def test_browse_is_for_looking_only(refused: Owner) -> None:
    process = subprocess.Popen(
        [*WITHOUT_RIGHTS, sys.executable, "-m", "altsync", "browse", "--no-open"],
        cwd=refused.directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        link = process.stdout.readline()
        assert link.startswith("http://127.0.0.1:"), process.stderr.read()  # type: ignore[union-attr]
        _look(link.strip())
    finally:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENT)
    assert "Looking only: you may not write" in err
    assert "Traceback" not in err


def _look(link: str) -> None:
    import requests

    with requests.Session() as session:
        page = session.get(link, timeout=PATIENT)
        assert page.status_code == 200
        origin = link.split("/-/altsync")[0]
        for path in ("/-/altsync/review", "/altsync/images", "/-/altsync/audit"):
            page = session.get(origin + path, timeout=PATIENT)
            assert page.status_code == 200, (path, page.text)
