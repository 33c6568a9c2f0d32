"""The file beside the database: nothing in it is lost, stored twice, or stored where it
does not belong, whatever happens to it."""

from __future__ import annotations

import dataclasses
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from altsync.errors import Locked, Unwritable
from altsync.models import NewCandidate, Origin
from altsync.store import ledger, spill
from altsync.store.ledger import NewFailure
from altsync.store.paid import PaidAnswer
from altsync.store.spill import Spill, TakenIn
from tests.doubles.storage import fill, held, limited, small_disk
from tests.store.conftest import Shelf


def answer(number: int, image: str = "a/1", run: int | None = None) -> PaidAnswer:
    row = NewCandidate(
        image, "", f"Text {number}.", Origin.AI, cost_usd=1.0, run_id=run
    )
    return PaidAnswer(row, None, "Describe.", at=f"2026-01-01T00:00:00.{number:06}")


def kept(shelf: Shelf) -> Spill:
    return Spill(shelf.store.path)


def owner(shelf: Shelf) -> dict[str, str]:
    with shelf.store.read() as conn:
        return spill.identity(conn)


def texts(shelf: Shelf) -> list[str]:
    return [row[0] for row in shelf.all("SELECT alt FROM candidates ORDER BY id")]


def test_what_was_kept_becomes_rows_and_the_file_ends(two: Shelf) -> None:
    file = kept(two)
    assert file.path.name == "altsync.db.spill.ndjson"
    assert file.take_in(two.store) == TakenIn()
    file.append([answer(1), answer(2)], owner(two))
    failure = NewFailure("a/2", "unusable", "m", cost_usd=0.5)
    file.append([PaidAnswer(failure)], owner(two))
    taken = file.take_in(two.store)
    assert taken.stored == 3
    assert taken.told == [
        "3 paid answers that could not be stored at the time are in the database now."
    ]
    assert texts(two) == ["Text 1.", "Text 2."]
    assert two.all("SELECT error, cost_usd FROM failures") == [("unusable", 0.5)]
    assert not file.exists()
    assert not file.aside.exists()
    assert file.take_in(two.store) == TakenIn()


def test_it_is_the_owners_alone_and_one_object_a_line(two: Shelf) -> None:
    before = os.umask(0)
    try:
        kept(two).append([answer(1), answer(2)], owner(two))
    finally:
        os.umask(before)
    path = kept(two).path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line["candidate"]["alt"] for line in lines] == ["Text 1.", "Text 2."]
    assert lines[0]["database"]["url"] == two.store.site()[0]  # type: ignore[index]


def test_a_row_that_is_there_is_not_stored_again(two: Shelf) -> None:
    """Killed after the commit and before the line was removed."""
    with two.store.write() as tx:
        answer(1).store(tx)
    kept(two).append([answer(1), answer(1), answer(2)], owner(two))
    taken = kept(two).take_in(two.store)
    assert taken.stored == 1
    assert taken.told[0].startswith(
        "1 paid answer that could not be stored at the time is"
    )
    assert texts(two) == ["Text 1.", "Text 2."]


def test_a_torn_line_is_kept_aside_and_told(two: Shelf) -> None:
    file = kept(two)
    file.append([answer(1)], owner(two))
    with file.path.open("ab") as torn:
        torn.write(b'{"database": {"url": "http')
    file.append([answer(2)], owner(two))  # the next process appends after it
    with file.path.open("ab") as torn:
        torn.write(spill.lines_of([answer(3)], owner(two))[0])  # all but its end
    taken = file.take_in(two.store)
    assert texts(two) == ["Text 1.", "Text 2.", "Text 3."]
    assert taken.told[1].startswith(f"1 line of {file.path} could not be read")
    assert str(file.aside) in taken.told[1]
    assert file.aside.read_bytes() == b'{"database": {"url": "http\n'
    assert stat.S_IMODE(file.aside.stat().st_mode) == 0o600
    assert not file.exists()


@pytest.mark.parametrize(
    "line", [b"\xff\xfe", b"[" * 5000, b"7", b"{}", b'{"database": 7}', b"\x00" * 40]
)
def test_no_line_ends_a_command(two: Shelf, line: bytes) -> None:
    kept(two).path.write_bytes(line + b"\n")
    assert len(kept(two).take_in(two.store).told) == 1
    assert kept(two).aside.read_bytes() == line + b"\n"


def test_what_the_database_never_takes_is_kept_aside(two: Shelf) -> None:
    file = kept(two)
    file.append([answer(1), answer(2, image="no/such"), answer(3)], owner(two))
    assert len(file.take_in(two.store).told) == 2
    assert texts(two) == ["Text 1.", "Text 3."]
    assert b"no/such" in file.aside.read_bytes()


def test_a_text_that_is_no_unicode_is_kept_all_the_same(two: Shelf) -> None:
    """Half a surrogate pair: neither UTF-8 nor SQLite can say it."""
    half = PaidAnswer(NewCandidate("a/1", "", "half \ud83d", Origin.AI))
    file = kept(two)
    file.append([half, answer(2)], owner(two))
    file.take_in(two.store)
    assert texts(two) == ["Text 2."]
    assert b"half \\ud83d" in file.aside.read_bytes()


def test_another_databases_answers_are_refused_and_stay(two: Shelf) -> None:
    file = kept(two)
    other = {**owner(two), "url": "http://other.test"}
    again = {**owner(two), "created_at": "2020-01-01"}
    file.append([answer(1)], other)
    file.append([answer(2)], owner(two))
    file.append([answer(3)], again)
    (_, told) = file.take_in(two.store).told
    assert told.startswith(f"2 paid answers in {file.path} are not of this database")
    assert "http://other.test" in told
    assert texts(two) == ["Text 2."]
    assert len(file.path.read_bytes().splitlines()) == 2
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_a_locked_database_leaves_it_as_it_is(two: Shelf) -> None:
    file = kept(two)
    file.append([answer(1)], owner(two))
    before = file.path.read_bytes()
    with held(two.store.path), pytest.raises(Locked):
        file.take_in(two.store, wait=0.05)
    assert file.path.read_bytes() == before
    assert file.take_in(two.store).stored == 1


def test_a_file_that_cannot_be_read_is_said(two: Shelf) -> None:
    kept(two).path.mkdir()
    with pytest.raises(Unwritable, match="could not be taken in: Is a directory"):
        kept(two).take_in(two.store)


def test_a_link_in_its_place_is_not_followed(two: Shelf, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.touch()
    kept(two).path.symlink_to(target)
    with pytest.raises(OSError, match="symbolic link"):
        kept(two).append([answer(1)], owner(two))
    assert target.read_bytes() == b""


def test_a_link_to_the_database_has_the_file_beside_the_database(
    two: Shelf, tmp_path: Path
) -> None:
    link = tmp_path / "elsewhere" / "linked.db"
    link.parent.mkdir()
    link.symlink_to(two.store.path)
    assert Spill(link).path == kept(two).path


def test_the_run_is_counted_anew_and_closed(two: Shelf) -> None:
    with two.store.write() as tx:
        run = ledger.begin(tx, '["m"]', "{}")
        ended = ledger.begin(tx, '["m"]', "{}")
        ledger.end(tx, ended, None)
    kept(two).append([answer(1, run=run), answer(2, run=ended)], owner(two))
    kept(two).take_in(two.store)
    assert two.all(
        "SELECT made, cost_usd, error, finished_at IS NOT NULL FROM runs ORDER BY id"
    ) == [(1, 1.0, "its last answers came in late", 1), (1, 1.0, None, 1)]


def test_a_run_that_is_not_there_costs_no_answer(two: Shelf) -> None:
    """An older copy of the database was put back."""
    kept(two).append([answer(1, run=99)], owner(two))
    assert kept(two).take_in(two.store).stored == 1
    assert two.all("SELECT run_id FROM candidates") == [(None,)]


TAKE = """
import sys
from pathlib import Path
from altsync.store.spill import Spill
from altsync.store.store import Store

with Store.open(Path(sys.argv[1])) as store:
    print(Spill(store.path).take_in(store).stored)
"""


def test_two_commands_at_once_while_a_third_appends(two: Shelf) -> None:
    """Nothing lost, nothing twice."""
    file, about = kept(two), owner(two)
    file.append([answer(number) for number in range(1, 200)], about)
    command = [sys.executable, "-c", TAKE, str(two.store.path)]

    def append() -> None:
        for number in range(200, 500):
            Spill(two.store.path).append([answer(number)], about)

    appending = threading.Thread(target=append)
    appending.start()
    takers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    while appending.is_alive():
        file.take_in(two.store)
    appending.join()
    for taker in takers:
        taker.communicate()
        assert taker.returncode == 0
    file.take_in(two.store)
    assert sorted(texts(two)) == sorted(f"Text {number}." for number in range(1, 500))


def test_a_disk_that_takes_half_a_line_leaves_none(tmp_path: Path, two: Shelf) -> None:
    with small_disk(tmp_path / "disk", "64k") as disk:
        file = Spill(disk / "altsync.db")
        file.append([answer(1)], owner(two))
        before = file.path.read_bytes()
        filling = fill(disk)
        long = dataclasses.replace(answer(2), prompt="x" * 100_000)
        with pytest.raises(OSError, match="No space"):
            file.append([long], owner(two))
        assert file.path.read_bytes() == before
        filling.unlink()
        file.append([answer(3)], owner(two))
        assert len(file.path.read_bytes().splitlines()) == 2


HALF = """
import sys
from pathlib import Path
from altsync.store.spill import Spill
from tests.store.test_spill import answer

file = Spill(Path(sys.argv[1]))
kept = 0
try:
    while True:
        file.append([answer(kept)], {})
        kept += 1
except OSError:
    print(kept)
"""


def test_a_file_that_may_not_grow_keeps_whole_lines(tmp_path: Path) -> None:
    child = subprocess.run(
        # -B: what it compiles would be cut as well, and kept
        [sys.executable, "-B", "-c", HALF, str(tmp_path / "altsync.db")],
        capture_output=True,
        text=True,
        preexec_fn=lambda: limited(10_000),
    )
    assert child.returncode == 0, child.stderr
    data = (tmp_path / "altsync.db.spill.ndjson").read_bytes()
    assert data.endswith(b"}\n")
    assert len(data.splitlines()) == int(child.stdout) > 5


def test_the_last_resort_is_a_file_of_the_owners_alone_and_is_found_again(
    two: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resort = tmp_path / "tmp"
    resort.mkdir()
    monkeypatch.setenv("TMPDIR", str(resort))
    path = kept(two).write_elsewhere([answer(1), answer(2)], owner(two))
    kept(two).append([answer(3)], owner(two))
    assert path.parent == resort
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Spill(tmp_path / "another.db").exists() is False
    assert kept(two).take_in(two.store).stored == 3
    assert not list(resort.iterdir())
    assert not kept(two).exists()


def test_a_strangers_file_is_left_alone(
    two: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may write into the temporary directory."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    path = kept(two).write_elsewhere([answer(1)], owner(two))
    link = path.with_name(path.name.replace(".ndjson", "x.ndjson"))
    link.symlink_to(tmp_path / "secret")
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    assert not kept(two).exists()
    assert kept(two).take_in(two.store) == TakenIn()
    monkeypatch.undo()
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert kept(two).take_in(two.store).stored == 1
    assert link.is_symlink()


def test_no_last_resort_leaves_no_file(
    two: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(tmp_path / "disk", "64k") as disk:
        monkeypatch.setenv("TMPDIR", str(disk))
        filling = fill(disk)
        with pytest.raises(OSError, match="No space"):
            kept(two).write_elsewhere([answer(1)], owner(two))
        assert list(disk.iterdir()) == [filling]
