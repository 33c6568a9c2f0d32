"""llm's own log: a copy for people, that nothing waits for and nothing fails with."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from altsync.config import parse
from altsync.generate import llmdb, llmlog, setup
from altsync.generate.choosing import Targets
from altsync.generate.llmlog import LlmLog
from altsync.generate.stage import Generate, Settings, Ways
from altsync.generate.task import Reply
from altsync.report import Quiet
from altsync.stage import Context
from altsync.store.worklist import Worklist
from tests.doubles.providers.openai import Double
from tests.doubles.storage import fill, held, small_disk
from tests.generate.conftest import Bench
from tests.processes import PATIENT
from tests.warm import WARM

Filled = Callable[[int], Bench]
SECONDS = llmlog.AT_LAST + 2
"""In which a run of moments ends, whatever is the matter with the log."""


def run(bench: Bench, directory: Path, *, more: str = "") -> Quiet:
    """Generate with the ways of an altsync.toml in `directory`; what they said."""
    text = f'[site]\nurl = "http://site.test"\nsource = "memory"\n{more}'
    config = parse(text, directory / "altsync.toml")
    said = Quiet()
    begin = time.monotonic()
    with (
        bench.store.snapshot() as conn,
        setup.ways(config, conn, said) as ways,
    ):
        context = Context(bench.source, bench.store, threads=2)
        targets = Targets(conn, Worklist())
        done = Generate(context, Settings(("double",)), targets, ways).run()
    assert done.made == len(targets) > 0
    assert time.monotonic() - begin < SECONDS
    return said


def turns(path: Path) -> int:
    """How many responses llm finds in its log."""
    conn = sqlite3.connect(path)
    try:
        return int(conn.execute("SELECT count(*) FROM turns").fetchone()[0])
    finally:
        conn.close()


def test_every_answer_is_in_the_log(
    filled: Filled, double: Double, tmp_path: Path
) -> None:
    said = run(filled(3), tmp_path)
    assert said.said == []
    path = tmp_path / "data" / "llm.db"
    assert turns(path) == 3
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(path.parent.glob("llm.db*")) == [path], "nothing beside it"


def test_there_is_none_where_the_owner_wants_none(
    filled: Filled, double: Double, tmp_path: Path
) -> None:
    run(filled(1), tmp_path, more="[generate]\nlog = false\n")
    assert not (tmp_path / "data" / "llm.db").exists()


def test_a_log_that_cannot_be_written_costs_no_answer_and_is_said(
    filled: Filled, double: Double, tmp_path: Path
) -> None:
    (tmp_path / "data" / "llm.db").mkdir(parents=True)
    said = run(filled(3), tmp_path)
    assert len(said.said) == 1
    assert "could not be written: it is no file that can be opened" in said.said[0]
    assert said.said[0].endswith("Left out of it: 3 responses.")


def test_a_log_that_somebody_holds_is_not_waited_for(
    filled: Filled, double: Double, tmp_path: Path
) -> None:
    path = tmp_path / "data" / "llm.db"
    run(filled(2), tmp_path)
    with held(path):
        for number in range(10, 13):
            bench = filled(0)
            bench.add(number)
        bench.pull()
        said = run(bench, tmp_path)
    assert "another program holds its lock. Left out of it: 3 resp" in said.said[0]
    assert turns(path) == 2


def test_a_lock_that_goes_while_the_run_lasts_costs_the_log_nothing(
    filled: Filled, double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llmdb, "WAIT", 0.1)
    monkeypatch.setattr(llmlog, "BATCH_SECONDS", 0.1)
    monkeypatch.setattr(llmlog, "REST", 0.1)
    path = tmp_path / "data" / "llm.db"
    run(filled(1), tmp_path)
    bench = filled(0)
    for number in range(10, 20):
        bench.add(number)
    bench.pull()
    double.latency = 0.4
    with held(path) as holder:
        threading.Timer(1.0, holder.let_go).start()
        assert run(bench, tmp_path).said == []
    assert turns(path) == 11


def test_a_full_disk_takes_the_log_and_nothing_else(
    filled: Filled, double: Double, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "data", "1m") as disk:
        fill(disk)
        said = run(filled(3), tmp_path)
    assert "could not be written: its disk is full" in said.said[0]


def test_a_read_only_log_takes_nothing_else(
    filled: Filled, double: Double, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "data", "8m") as disk:
        run(filled(1), tmp_path)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        said = run_again(filled, tmp_path)
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        assert turns(disk / "llm.db") == 1
    assert "could not be written: " in said.said[0]
    assert "Left out of it: 1 response." in said.said[0]


KILLED = """
import os, sys, sqlite_utils
from pathlib import Path
from altsync.generate import llmdb

path, place = Path(sys.argv[1]), int(sys.argv[2])
steps = 0
def step(sql):
    global steps
    steps += 1
    if steps == place:
        os.kill(os.getpid(), 9)
connect = llmdb._connect
def watched(where):
    db = connect(where)
    db.conn.set_trace_callback(step)
    return db
llmdb._connect = watched
with llmdb.opened(path):
    pass
"""


def half_migrated(path: Path) -> None:
    """As a kill within llm's own migration leaves it: a table is there, and the row that
    says so is not."""
    import sqlite_utils
    from llm.migrations import MIGRATIONS, migrate

    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite_utils.Database(path)
    migrate(db)  # type: ignore[no-untyped-call]
    name = next(made.__name__ for made in MIGRATIONS if "schema" in made.__name__)
    db.table("_llm_migrations").delete_where("name >= ?", [name])
    db.close()


@pytest.mark.parametrize("place", [3, 60, 400, 1200, 1700])
def test_a_kill_within_llms_migration_leaves_no_half_file(
    place: int, tmp_path: Path
) -> None:
    path = tmp_path / "llm.db"
    killed = subprocess.run([*WARM, "-c", KILLED, str(path), str(place)])
    assert killed.returncode == -9
    assert not path.exists()
    with llmdb.opened(path) as db:
        assert "turns" in db.table_names()


@pytest.mark.parametrize("place", [60, 400])
def test_a_kill_within_the_migration_of_an_older_log_leaves_it_as_it_was(
    place: int, tmp_path: Path
) -> None:
    """Two steps of llm's migrations are in it, from an older llm."""
    import sqlite_utils
    from llm import migrations

    path = tmp_path / "llm.db"
    db = sqlite_utils.Database(path)
    migrations.ensure_migrations_table(db)  # type: ignore[no-untyped-call]
    for made in migrations.MIGRATIONS[:2]:
        made(db)
        db.table("_llm_migrations").insert({"name": made.__name__, "applied_at": ""})
    db.close()
    killed = subprocess.run([*WARM, "-c", KILLED, str(path), str(place)])
    assert killed.returncode == -9
    with llmdb.opened(path) as db:
        assert "turns" in db.table_names()


def half(path: Path) -> None:
    half_migrated(path)


def no_database(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database" * 1000)


def torn(path: Path) -> None:
    half_migrated(path)
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 50_000)


@pytest.mark.parametrize("breaks", [half, no_database, torn])
def test_a_broken_log_is_set_aside_and_said(
    filled: Filled, double: Double, tmp_path: Path, breaks: Callable[[Path], None]
) -> None:
    path = tmp_path / "data" / "llm.db"
    breaks(path)
    before = path.read_bytes()
    (said,) = run(filled(3), tmp_path).said
    (aside,) = path.parent.glob("llm.db.broken-*")
    assert f"it is kept as {aside.name}, and a new one was begun" in said
    assert "Left out" not in said
    assert aside.read_bytes() == before
    assert turns(path) == 3
    assert run_again(filled, tmp_path).said == []


def run_again(filled: Filled, directory: Path) -> Quiet:
    bench = filled(0)
    bench.add(77)
    bench.pull()
    return run(bench, directory)


def test_two_processes_make_one_log(tmp_path: Path) -> None:
    path = tmp_path / "data" / "llm.db"
    made = "from altsync.generate import llmdb; from pathlib import Path; import sys\n"
    made += "with llmdb.opened(Path(sys.argv[1])) as db, llmdb.together(db):\n"
    made += "    db['mine'].insert({'pid': __import__('os').getpid()})\n"
    with ThreadPoolExecutor(3) as pool:
        command = [*WARM, "-c", made, str(path)]
        ended = list(pool.map(lambda _: subprocess.run(command).returncode, range(3)))
    assert ended == [0, 0, 0]
    with llmdb.opened(path) as db:
        assert db["mine"].count == 3
    assert list(path.parent.iterdir()) == [path]


def test_who_was_slower_throws_nothing_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that is in no file yet but the one beside the log."""
    path = tmp_path / "llm.db"
    written, ended = threading.Event(), threading.Event()

    def write(pid: int) -> None:
        with llmdb.opened(path) as db:
            with llmdb.together(db):
                db["mine"].insert({"pid": pid})
            written.set()
            ended.wait(PATIENT)

    other = threading.Thread(target=write, args=(1,))
    migrate = llmdb._migrate

    def slowly(db: Any, file: Path) -> None:
        migrate(db, file)
        if threading.current_thread() is not other and not written.is_set():
            if not other.is_alive():
                other.start()
            written.wait(0.5)

    monkeypatch.setattr(llmdb, "_migrate", slowly)
    with llmdb.opened(path) as db, llmdb.together(db):
        db["mine"].insert({"pid": 2})
    ended.set()
    other.join()
    with llmdb.opened(path) as db:
        assert db["mine"].count == 2


def test_who_was_slower_leaves_a_new_log_alone(tmp_path: Path) -> None:
    path = tmp_path / "llm.db"
    path.write_bytes(b"no database")
    file = path.stat().st_ino
    other = tmp_path / "other"
    other.write_bytes(b"a new one")
    other.replace(path)
    assert llmdb.set_aside(path, file) is None
    assert path.read_bytes() == b"a new one"


class Odd:
    """A response that llm's log cannot take."""

    prompt = SimpleNamespace(attachments=())

    def log_to_db(self, db: Any) -> None:
        raise OverflowError("Python int too large to convert to SQLite INTEGER")


def test_a_response_that_llm_cannot_store_takes_no_other_with_it(
    filled: Filled, double: Double, tmp_path: Path
) -> None:
    path = tmp_path / "llm.db"
    with LlmLog(path) as log:
        log.put((Reply("odd", response=Odd()),), None)
        bench = filled(2)
        log.put((Reply("odd", response=Odd()),), None)
        context = Context(bench.source, bench.store)
        with bench.store.snapshot() as conn:
            ways = Ways(log=log)
            targets = Targets(conn, Worklist())
            Generate(context, Settings(("double",)), targets, ways).run()
    assert turns(path) == 2
    assert "2 responses" in log.trouble


class Slow(Odd):
    """A response that takes for ever."""

    def log_to_db(self, db: Any) -> None:
        time.sleep(600)


def test_nothing_hangs_on_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llmlog, "AT_LAST", 0.5)
    begin = time.monotonic()
    with LlmLog(tmp_path / "llm.db") as log:
        log.put((Reply("slow", response=Slow()),), None)
    assert time.monotonic() - begin < 60
    assert "could not be written: it took too long. Left out of it: 1 r" in log.trouble


def test_replies_that_came_from_elsewhere_are_not_logged(tmp_path: Path) -> None:
    with LlmLog(tmp_path / "llm.db") as log:
        log.put((Reply("A cat."),), None)
    assert (log.written, log.dropped, log.trouble) == (0, 0, "")


def test_what_was_left_out_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llmlog, "WAITING", 3)
    monkeypatch.setattr(LlmLog, "_run", lambda self: None)
    log = LlmLog(tmp_path / "llm.db")
    log.put(tuple(Reply("", response=Odd()) for _ in range(1200)), None)
    assert (
        log.trouble == "llm's log could not keep up. Left out of it: 1,200 responses."
    )
