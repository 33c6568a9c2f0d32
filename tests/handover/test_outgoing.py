"""What an export does where something comes in between."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import Interrupted, Unwritable, UsageError
from altsync.generate.batches.lines import LineFile
from altsync.generate.choosing import Targets
from altsync.generate.opening import given_away
from altsync.generate.settings import Settings
from altsync.handover import outgoing
from altsync.handover.outgoing import Destination, Export
from altsync.models import SiteImage
from altsync.report import Quiet
from altsync.stage import Context
from altsync.store import handovers
from altsync.store.handovers import NewHandover
from altsync.store.worklist import Worklist
from tests.generate.conftest import Bench, photo
from tests.handover.conftest import ENGINE, answers, export, questions, take


def handed(bench: Bench) -> list[tuple[Any, ...]]:
    return bench.rows("SELECT came, count(*) FROM handover_lines GROUP BY came")


def parts(directory: Path) -> list[Path]:
    return list(directory.rglob("*.part"))


def test_one_question_about_two_images_is_given_away_once(
    bench: Bench, tmp_path: Path
) -> None:
    for number in (1, 2):
        bench.add(number, pixels=photo(1), title="The same")
    bench.pull()
    file = tmp_path / "q.jsonl"
    done = export(bench.source, bench.store, file)
    assert (done.lines, done.run.waiting) == (1, 1)
    (tmp_path / "a.jsonl").write_bytes(answers(questions(file)))
    assert take(bench.store, tmp_path / "a.jsonl").made == 1
    done = export(bench.source, bench.store, tmp_path / "more.jsonl")
    assert (done.lines, done.handover, done.run.reused) == (0, None, 1)
    assert not (tmp_path / "more.jsonl").exists()
    assert bench.rows(
        "SELECT count(*), count(cost_usd), sum(cost_usd) FROM candidates"
    )[0] == (2, 2, pytest.approx(0.0015))


def test_stopped_in_the_midst_nothing_is_given_away(
    site: Bench, tmp_path: Path
) -> None:
    stop = threading.Event()
    settings = Settings((ENGINE,))

    class Stopping(type(site.source)):  # type: ignore[misc]
        def pixels(self, image: SiteImage, max_bytes: int = 0) -> bytes:
            stop.set()
            return photo(7)

    source = site.source
    source.__class__ = Stopping
    file = tmp_path / "q.jsonl"
    with given_away(ENGINE, {}, settings.timeout), site.store.snapshot() as conn:
        context = Context(source, site.store, threads=1, stop=stop)
        with pytest.raises(Interrupted, match="nothing was given away"):
            Export(
                context, settings, Targets(conn, Worklist()), to=Destination(file)
            ).run()
    assert not file.exists()
    assert not parts(tmp_path)
    assert handed(site) == []


def test_a_file_that_cannot_take_its_place_is_given_up(
    site: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(outgoing, "_deliver", full)
    with pytest.raises(OSError, match="No space"):
        export(site.source, site.store, tmp_path / "q.jsonl")
    assert handed(site) == [("unsent", 12)]
    assert not parts(tmp_path)
    monkeypatch.undo()
    assert export(site.source, site.store, tmp_path / "q.jsonl").lines == 12


def test_a_disk_that_is_full_ends_it(
    site: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(LineFile, "add", full)
    with pytest.raises(Unwritable, match="Nothing was given away"):
        export(site.source, site.store, tmp_path / "q.jsonl")
    assert handed(site) == []
    assert not parts(tmp_path)
    assert site.rows("SELECT count(*) FROM failures") == [(0,)]


def test_what_a_killed_export_gave_away_is_not_written_over_by_the_same_command(
    site: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It died before the file had its place; by now there is more to ask."""

    class Killed(BaseException):
        pass

    def dies(*_: object) -> None:
        raise Killed

    file = tmp_path / "q.jsonl"
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(outgoing, "_deliver", dies)
        patch.setattr(LineFile, "remove", LineFile.close)
        export(site.source, site.store, file)
    site.add(12)
    site.pull()
    with pytest.raises(UsageError, match="has the questions of handover 1, and 12 of"):
        export(site.source, site.store, file)
    assert len(questions(file)) == 12
    file.rename(tmp_path / "elsewhere.jsonl")
    assert export(site.source, site.store, file).lines == 1


def test_what_a_killed_export_left_is_removed_by_the_next_one(
    site: Bench, tmp_path: Path
) -> None:
    file, token = tmp_path / "q.jsonl", "0123456789abcdef" * 2
    left = outgoing._part(site.store.path, file, token)
    others = [file.with_name(f"p{left.name}"), file.with_name("q.jsonl.mine.part")]
    for one in (left, *others):
        one.write_text("{}\n")
    assert export(site.source, site.store, file).lines == 12
    assert sorted(parts(tmp_path)) == sorted(others)


def test_answers_are_not_written_over(site: Bench, tmp_path: Path) -> None:
    export(site.source, site.store, tmp_path / "q.jsonl")
    file = tmp_path / "a.jsonl"
    raw = answers(questions(tmp_path / "q.jsonl"))
    file.write_bytes(raw)
    with pytest.raises(UsageError, match="has answers, so it stays"):
        export(site.source, site.store, file)
    assert file.read_bytes() == raw
    take(site.store, file)
    file.write_bytes(b"\nAnything else.\n")
    named = site.rows("SELECT image_id FROM candidates LIMIT 1")[0]
    assert export(site.source, site.store, file, again=named).lines == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
def test_a_disk_that_is_full_at_the_end_leaves_no_file(tmp_path: Path) -> None:
    spool = LineFile(tmp_path / "q.jsonl.part")
    spool._file.close()
    spool._file = Path("/dev/full").open("ab")  # noqa: SIM115
    spool.add(b"{}\n")
    with pytest.raises(OSError, match="No space"):
        spool.sync()
    spool.remove()
    assert not parts(tmp_path)


def test_no_file_takes_the_place_of_a_pipe_or_a_directory(
    site: Bench, tmp_path: Path
) -> None:
    pipe, directory = tmp_path / "pipe", tmp_path / "directory"
    os.mkfifo(pipe)
    directory.mkdir()
    for place in (pipe, directory):
        with pytest.raises(UsageError, match="is no regular file"):
            export(site.source, site.store, place)
    assert pipe.is_fifo()
    assert site.rows("SELECT count(*) FROM handovers") == [(0,)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_that_is_no_utf_8_is_refused(site: Bench, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no UTF-8"):
        export(site.source, site.store, tmp_path / os.fsdecode(b"caf\xe9.jsonl"))
    assert site.rows("SELECT count(*) FROM handovers") == [(0,)]


@pytest.mark.parametrize("file", [None, "gone.jsonl"])
def test_of_what_nobody_has_the_questions_go_on(
    file: str | None, site: Bench, tmp_path: Path
) -> None:
    """A process died while it wrote to stdout; or its file was deleted since."""
    given = tmp_path / "q.jsonl"
    export(site.source, site.store, given)
    asked = site.rows("SELECT * FROM handover_lines LIMIT 1")
    assert asked
    name = None if file is None else str(tmp_path / file)
    with site.store.write() as tx:
        new = NewHandover("file", ENGINE, "another", remote_file=name)  # type: ignore[arg-type]
        handovers.begin(tx, new, [])
    outgoing.finish_what_died(site.store, Quiet())
    assert site.rows("SELECT fetched_at IS NULL FROM handovers ORDER BY id") == [
        (1,),
        (0,),
    ]
