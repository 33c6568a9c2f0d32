"""A storage that refuses: what the model's server was paid for is what the books hold, to
the last answer, and nothing is paid for twice."""

from __future__ import annotations

import itertools
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import Interrupted, StoreError
from altsync.generate import keeping
from altsync.generate.choosing import Targets
from altsync.generate.ending import Ending
from altsync.generate.keeping import Keeper
from altsync.generate.stage import Generate, Settings
from altsync.models import SiteImage
from altsync.report import Quiet
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store.spill import Spill
from altsync.store.store import Store
from altsync.store.worklist import Worklist
from tests.doubles.providers.openai import (
    Act,
    Double,
    described,
    mark,
    picture_of,
)
from tests.doubles.storage import (
    break_down,
    failing_disk,
    fill,
    held,
    limited,
    mend,
    small_disk,
)
from tests.generate.conftest import Bench, photo
from tests.generate.test_killed import WORKERS
from tests.processes import PATIENT, until
from tests.warm import WARM

pytestmark = pytest.mark.slow

IMAGES = 40
UNUSABLE = Act(content="")


def calls(database: Path) -> int:
    """So many calls are on record; the double counts 1,000 tokens for each."""
    sql = """
    SELECT coalesce(sum(input_tokens), 0) / 1000
    FROM (SELECT input_tokens FROM candidates UNION ALL SELECT input_tokens FROM failures)
    """
    with Store.open(database) as store:
        row = store.conn.execute(sql).fetchone()
    return int(row[0])


def money(database: Path) -> tuple[float, float]:
    """What the rows say that was paid, and what the runs say."""
    with Store.open(database) as store:
        rows = store.conn.execute(
            "SELECT (SELECT sum(made) + sum(failed) FROM runs),"
            " (SELECT count(*) FROM candidates) + (SELECT count(*) FROM failures)"
        ).fetchone()
    return rows[0], rows[1]


def answers_later(double: Double, at_once: int) -> threading.Event:
    """All but so many questions are answered when this is set: by then the storage
    refuses, however busy the machine is."""
    refuses = threading.Event()

    def act(body: dict[str, object]) -> Act:
        if double.calls > at_once:
            refuses.wait(PATIENT)
        return described(body)

    double.act = act
    return refuses


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PATIENCE", "RETRY", "BRIEFLY"):
        monkeypatch.setattr(keeping, name, 0.05)


@pytest.mark.usefixtures("impatient")
def test_a_lock_is_waited_for_and_nothing_new_is_asked(
    filled: Callable[[int], Bench], double: Double
) -> None:
    bench, report, done = filled(IMAGES), Quiet(), []
    refuses = answers_later(double, 10)
    run = threading.Thread(
        target=lambda: done.append(bench.run(threads=WORKERS, report=report))
    )
    run.start()
    until(lambda: double.paid >= 5)
    with held(bench.store.path):
        refuses.set()
        until(lambda: bool(report.said))
        asked = double.calls
        time.sleep(0.5)
        assert double.calls == asked <= double.paid + WORKERS
        assert calls(bench.store.path) < double.paid
        assert run.is_alive()
        waiting = Spill(bench.store.path).path.read_bytes().splitlines()
        assert calls(bench.store.path) + len(waiting) == double.paid
    run.join(PATIENT)
    assert done[0].made == double.paid == calls(bench.store.path) == IMAGES
    assert not Spill(bench.store.path).exists()
    locked, again = report.said
    assert "is locked by" in locked
    assert "Nothing new is asked" in locked
    assert "can be written again" in again
    assert bench.rows("SELECT made, error, finished_at IS NOT NULL FROM runs") == [
        (IMAGES, None, 1)
    ]


@pytest.mark.usefixtures("impatient")
def test_the_last_answers_wait_too_and_ctrl_c_ends_that(
    filled: Callable[[int], Bench], double: Double
) -> None:
    """All images are done; only the lock is in the way."""
    bench, report, stop = filled(3), Quiet(), threading.Event()
    ended: list[BaseException] = []

    def run() -> None:
        try:
            bench.run(threads=3, report=report, stop=stop)
        except Interrupted as error:
            ended.append(error)

    refuses = answers_later(double, 0)
    running = threading.Thread(target=run)
    running.start()
    until(lambda: double.flying == 3)
    with held(bench.store.path):
        refuses.set()
        until(lambda: bool(report.said))
        time.sleep(0.2)
        assert running.is_alive()
        stop.set()
        running.join(PATIENT)
        assert not running.is_alive()
    assert ended
    assert "3 paid answers are in" in report.said[-1]
    again = Quiet()
    bench.run(report=again)
    assert again.said[0].startswith("3 paid answers that could not be stored")
    assert double.paid == calls(bench.store.path) == 3


@pytest.mark.usefixtures("impatient")
def test_an_answer_that_waits_is_not_asked_for_again(
    bench: Bench, double: Double
) -> None:
    """Two images with the same picture and context are one piece of work."""
    for number in range(2):
        bench.add(number, title="The same", pixels=photo(1))
    bench.pull()
    refuses = answers_later(double, 0)
    report = Quiet()
    run = threading.Thread(target=lambda: bench.run(threads=2, report=report))
    run.start()
    until(lambda: double.flying == 1)
    with held(bench.store.path):
        refuses.set()
        until(lambda: bool(report.said))
        time.sleep(0.3)
    run.join(PATIENT)
    assert double.paid == 1
    assert bench.rows("SELECT count(*), count(reused_from) FROM candidates") == [(2, 1)]


@pytest.mark.usefixtures("impatient")
def test_no_second_question_is_asked_while_an_answer_waits(
    filled: Callable[[int], Bench], double: Double
) -> None:
    bench, stop = filled(2), threading.Event()
    other = sqlite3.connect(
        bench.store.path, isolation_level=None, check_same_thread=False
    )

    turns = itertools.count()

    def act(_: dict[str, object]) -> Act:
        """The first answer can be used, and is not stored; the other comes after it."""
        first = next(turns) == 0
        until(lambda: double.most_flying == 2)
        if first:
            other.execute("BEGIN IMMEDIATE")
            return Act.alt("A dog on sand.")
        return Act(content="", latency=1.0)

    double.act = act

    def run() -> None:
        with pytest.raises(Interrupted):
            bench.run(threads=2, stop=stop)

    running = threading.Thread(target=run)
    running.start()
    until(lambda: double.paid == 2 and double.flying == 0)
    time.sleep(0.5)
    assert double.calls == 2
    stop.set()
    running.join(PATIENT)
    assert not running.is_alive()
    other.close()
    assert '"failure"' in Spill(bench.store.path).path.read_text("utf-8")
    Spill(bench.store.path).take_in(bench.store)
    assert calls(bench.store.path) == double.paid == 2
    assert bench.rows("SELECT made, failed FROM runs") == [(1, 1)]


RUN = """
import sys
from pathlib import Path
from altsync.cli import _session, _talk
from altsync.errors import AltsyncError
from altsync.generate.choosing import Targets
from altsync.generate.stage import Generate, Settings
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store.store import Store
from altsync.store.worklist import Worklist
from tests.generate.conftest import photo

class Site(MemorySource):
    def pixels(self, image, max_bytes=0):
        return photo(int(image.name[1:]))

site = Site()
try:
    with (
        Store.open(Path(sys.argv[1])) as store,
        store.snapshot() as conn,
        _talk.talking() as talk,
        _session.stoppable(site) as stop,
    ):
        context = Context(site, store, talk, int(sys.argv[2]), stop)
        Generate(context, Settings(("double",)), Targets(conn, Worklist())).run()
except AltsyncError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""


class Child:
    """A run in a process of its own. What it says is read as it comes."""

    def __init__(
        self, database: Path, before: Callable[[], None] | None = None
    ) -> None:
        self.process = subprocess.Popen(
            [*WARM, "-c", RUN, str(database), str(WORKERS)],
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=before,
        )
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line

    def ended(self) -> int:
        code = self.process.wait(PATIENT)
        self._reader.join(PATIENT)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the database of a test stands."""
    return tmp_path / "disk"


@pytest.fixture
def resort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary directory of the child."""
    directory = tmp_path / "tmp"
    directory.mkdir()
    monkeypatch.setenv("TMPDIR", str(directory))
    monkeypatch.setattr(tempfile, "tempdir", None)  # asked for anew, here too
    return directory


def mirror(place: Path, bench: Bench) -> Path:
    """A mirror of IMAGES without a text, on a disk of its own."""
    for number in range(IMAGES):
        bench.add(number)
    bench.pull()
    database = place / "altsync.db"
    bench.store.conn.execute("VACUUM INTO ?", (str(database),))
    return database


class Photos(MemorySource):
    """Whatever is asked for has a picture."""

    def pixels(self, image: SiteImage, max_bytes: int = 60_000_000) -> bytes:
        return photo(int(image.name[1:]))


def nothing_is_lost_or_paid_again(database: Path, double: Double) -> None:
    """The next run takes in what waits, and asks for the rest."""
    with Store.open(database) as store, store.snapshot() as conn:
        context = Context(Photos(), store, threads=WORKERS)
        Generate(context, Settings(("double",)), Targets(conn, Worklist())).run()
    assert calls(database) == double.paid
    runs, rows = money(database)
    assert runs == rows
    assert not Spill(database).exists()
    with Store.open(database) as store:
        row = store.conn.execute(
            "SELECT count(*), count(DISTINCT image_id) FROM candidates"
        ).fetchone()
    assert row == (IMAGES, IMAGES)


@pytest.fixture
def refuses(double: Double) -> threading.Event:
    """To be set once the storage refuses: ten answers came before."""
    return answers_later(double, 10)


SLOW_INT = pytest.param(signal.SIGINT, marks=pytest.mark.slow)


@pytest.mark.parametrize("number", [signal.SIGTERM, SLOW_INT, signal.SIGKILL])
def test_ended_while_the_database_is_locked(
    place: Path,
    bench: Bench,
    double: Double,
    refuses: threading.Event,
    number: signal.Signals,
) -> None:
    """SIGKILL too: what waits for the lock is in the file already."""
    place.mkdir()
    database = mirror(place, bench)
    child = Child(database)
    until(lambda: double.paid >= 5)
    with held(database):
        refuses.set()
        until(lambda: "is locked by" in child.said)
        until(lambda: double.flying == 0, child.process)
        time.sleep(1.5)
        child.process.send_signal(number)
        code = child.ended()
        waiting = len(Spill(database).path.read_bytes().splitlines())
    if number is signal.SIGKILL:
        assert code == -number
    else:
        assert code == 130, child.said
        assert f"{waiting} paid answers are in {Spill(database).path}" in child.said
    assert calls(database) + waiting == double.paid < IMAGES
    nothing_is_lost_or_paid_again(database, double)
    assert double.paid == IMAGES


def test_a_full_disk_is_waited_for_in_memory(
    place: Path, bench: Bench, double: Double, refuses: threading.Event, resort: Path
) -> None:
    """The spill file is on the same disk. Room again: the run goes on by itself."""
    with small_disk(place):
        database = mirror(place, bench)
        child = Child(database)
        until(lambda: double.paid >= 5)
        filling = fill(place)
        refuses.set()
        until(lambda: "in memory alone" in child.said, child.process)
        until(lambda: double.flying == 0, child.process)
        asked = double.calls
        time.sleep(1.5)
        assert double.calls == asked < IMAGES
        assert child.process.poll() is None
        filling.unlink()
        assert child.ended() == 0, child.said
        assert "can be written again" in child.said
        assert double.paid == IMAGES
        nothing_is_lost_or_paid_again(database, double)
    assert not list(resort.iterdir())


@pytest.mark.parametrize("number", [signal.SIGTERM, SLOW_INT])
def test_ended_while_the_disk_is_full(
    place: Path,
    bench: Bench,
    double: Double,
    refuses: threading.Event,
    resort: Path,
    number: signal.Signals,
) -> None:
    with small_disk(place):
        database = mirror(place, bench)
        child = Child(database)
        until(lambda: double.paid >= 5)
        filling = fill(place)
        refuses.set()
        until(lambda: "in memory alone" in child.said, child.process)
        until(lambda: double.flying == 0, child.process)
        child.process.send_signal(number)
        assert child.ended() == 130, child.said
        filling.unlink()
        (left,) = resort.iterdir()
        assert f"paid answers are in {left}" in child.said
        assert calls(database) + len(left.read_bytes().splitlines()) == double.paid
        nothing_is_lost_or_paid_again(database, double)
        assert double.paid == IMAGES
    assert not list(resort.iterdir())


@pytest.mark.usefixtures("impatient")
def test_the_disk_ends_no_run_while_answers_are_on_their_way(
    place: Path, bench: Bench, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it refuses first was not paid for. What is paid for waits all the same, and
    the run goes on once there is room."""
    keepers: list[Keeper] = []
    begin = Keeper.__init__

    def kept(self: Keeper, *args: Any) -> None:
        begin(self, *args)
        keepers.append(self)

    monkeypatch.setattr(Keeper, "__init__", kept)
    arrive, said = threading.Event(), Quiet()

    def act(_: dict[str, object]) -> Act:
        arrive.wait(PATIENT)
        return Act.alt("A dog on sand.")

    double.act = act
    with small_disk(place):
        database = mirror(place, bench)
        run = threading.Thread(target=lambda: go_on(database, said))
        run.start()
        until(lambda: double.flying == WORKERS)
        filling = fill(place)
        keepers[0].note(much)
        time.sleep(0.5)  # for several looks
        arrive.set()
        until(lambda: any("in memory alone" in line for line in said.said))
        assert run.is_alive()
        filling.unlink()
        run.join(PATIENT)
        assert not run.is_alive()
        assert calls(database) == double.paid == IMAGES


def much(tx: sqlite3.Connection) -> None:
    """What no full disk has room for."""
    tx.execute("CREATE TABLE much AS SELECT zeroblob(1000000) AS data")
    tx.execute("DROP TABLE much")


def go_on(database: Path, report: Quiet) -> None:
    with Store.open(database) as store, store.snapshot() as conn:
        context = Context(Photos(), store, report, WORKERS)
        Generate(context, Settings(("double",)), Targets(conn, Worklist())).run()


@pytest.mark.usefixtures("impatient")
def test_the_disk_ends_a_run_that_waits_for_nothing_paid(
    place: Path, bench: Bench
) -> None:
    with small_disk(place):
        store = Store.open(mirror(place, bench))
        ending = Ending(threading.Event())
        keeper = Keeper(store, ending, print)
        fill(place)
        keeper.note(much)
        keeper.retry(1)
        assert not ending.is_set()
        time.sleep(0.1)
        keeper.retry(0)
        assert isinstance(ending.reason, StoreError)
        assert "disk is full" in str(ending.reason)
        store.close()


def test_a_disk_that_becomes_read_only(
    place: Path, bench: Bench, double: Double, refuses: threading.Event, resort: Path
) -> None:
    with failing_disk(place):
        database = mirror(place, bench)
        child = Child(database)
        until(lambda: double.paid >= 5)
        break_down(place)
        refuses.set()
        until(lambda: "in memory alone" in child.said, child.process)
        until(lambda: double.flying == 0, child.process)
        child.process.send_signal(signal.SIGTERM)
        assert child.ended() == 130, child.said
        mend(place)
        nothing_is_lost_or_paid_again(database, double)
        assert double.paid == IMAGES


def test_a_database_that_may_not_grow_ends_the_run(
    place: Path, bench: Bench, double: Double
) -> None:
    """The spill file can be written: the disk ends the run, and says what to do. Paid
    answers that could not be used are among them."""
    double.act = _every_third_is_unusable()
    place.mkdir()
    database = mirror(place, bench)
    child = Child(database, lambda: limited(200_000))
    assert child.ended() == 1, child.said
    assert "cannot be written" in child.said
    assert f"What was paid for is in {Spill(database).path}" in child.said
    assert 0 < double.paid < IMAGES
    assert calls(database) < double.paid
    first = Child(database)
    assert first.ended() in (0, 1), first.said
    assert calls(database) == double.paid
    assert not Spill(database).exists()


def _every_third_is_unusable() -> Callable[[dict[str, object]], Act]:
    def act(body: dict[str, object]) -> Act:
        third = int(mark(picture_of(body)), 16) % 3 == 0
        return UNUSABLE if third else described(body)

    return act


@pytest.mark.usefixtures("impatient")
def test_what_cannot_be_taken_in_keeps_a_run_from_asking(
    filled: Callable[[int], Bench], double: Double
) -> None:
    """It would be paid for twice."""
    bench = filled(2)
    Spill(bench.store.path).path.mkdir()
    with pytest.raises(StoreError, match="could not be taken in"):
        bench.run()
    assert double.calls == 0
