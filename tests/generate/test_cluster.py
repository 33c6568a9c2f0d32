"""A run on a Dask cluster: its workers fetch, prepare and ask; everything is decided and
written here, and what a worker that dies had on its way is on record."""

from __future__ import annotations

import gc
import itertools
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from altsync.cli import main
from altsync.config import load
from altsync.demo.site import DemoSite
from altsync.errors import ModelStopped, PictureError, UsageError
from altsync.generate import cluster, joining, pace, setup, station, watch, work
from altsync.generate.asking import Model
from altsync.generate.cluster import DEATHS, Cluster, Deaths, Holding, Submitted
from altsync.generate.llmlog import LlmLog
from altsync.generate.once import OneCall, lost, once
from altsync.generate.opening import open_model
from altsync.generate.prompt import Wishes, build
from altsync.generate.revived import revived, stilled
from altsync.generate.station import CallOfAWorker, NotAsked, Orders
from altsync.generate.task import Task
from altsync.generate.tickets import Ticket
from altsync.generate.watch import Watch
from altsync.generate.workforce import Workforce
from altsync.models import ReadLine
from altsync.sources.album import AlbumSource
from altsync.sources.kinds import AlbumConfig
from altsync.store import mirror
from altsync.store.store import Store
from tests.doubles.providers.base import Act, mark
from tests.doubles.providers.openai import Double
from tests.generate.conftest import Bench, photo
from tests.pictures.made import shrunk
from tests.processes import PATIENT, until

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("default")

HOUSE = """\
[site]
url = "{site.url}"
[album]
inventory = ["{site.url}/sitemap.xml"]
pixels = "{site.pixels}"
[generate]
model = "double"
prices = {{ double = {{ input = 1.0, output = 10.0 }} }}
"""

IMAGES = 6
IDS = ["album-00000/image-0000000"]


class Owner:
    """Types commands in a directory of their own."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, *args: str) -> tuple[int, str]:
        """The exit code, and what was said."""
        code = 0
        try:
            main(args)
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, self._capsys.readouterr().err

    def rows(self, sql: str, database: str = "altsync") -> list[tuple[Any, ...]]:
        conn = sqlite3.connect(Path("data") / f"{database}.db")
        try:
            return conn.execute(sql).fetchall()
        finally:
            conn.close()


@pytest.fixture
def owner(
    tmp_path: Path,
    double: Double,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Owner]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALTSYNC_TOKEN", "t")
    with DemoSite(IMAGES, token="t") as site:
        Path("altsync.toml").write_text(HOUSE.format(site=site))
        someone = Owner(capsys)
        assert someone.run("pull")[0] == 0
        yield someone


@contextmanager
def cluster_of(workers: int, *, processes: bool = False) -> Iterator[Any]:
    """Workers of one thread each, in this process or in their own."""
    own = {"env": dict(os.environ)} if processes else {}
    with distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=processes,
        protocol="tcp",
        dashboard_address=None,
        **own,
    ) as made:
        yield made
    gc.collect()  # what Dask leaves open, while this file's filter of warnings is on


def kill_one(made: Any, double: Double) -> None:
    """As soon as calls are on their way: the worker that makes the most of them."""
    until(lambda: double.flying >= 3)
    time.sleep(0.2)  # it waits for its answers
    states = made.scheduler.workers.values()
    busiest = max(states, key=lambda state: len(state.long_running))
    for nanny in made.workers.values():
        if nanny.worker_address == busiest.address:
            os.kill(nanny.process.process.pid, signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.timeout(2 * PATIENT)
def test_a_worker_that_dies_loses_what_was_on_its_way_and_says_so(
    owner: Owner, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, Dask made the call again behind our back: paid twice, booked once."""
    monkeypatch.setattr(AlbumSource, "file", None)  # nobody fetches here
    double.latency = 1.0
    with cluster_of(2, processes=True) as made:
        killer = threading.Thread(target=kill_one, args=(made, double), daemon=True)
        killer.start()
        how = ("generate", "--dask", made.scheduler_address, "--workers", "4")
        code, said = owner.run(*how)
    assert code == 0, said
    ((made_here, images, lost, spent),) = owner.rows(
        "SELECT count(*), count(DISTINCT image_id), sum(lost_calls), sum(cost_usd)"
        " FROM candidates"
    )
    assert (made_here, images) == (IMAGES, IMAGES)
    assert lost >= 1
    assert double.paid == IMAGES + lost
    assert spent > IMAGES * double.cost
    assert f"{lost} answer" in said
    # as after every run: what people see, and llm's log
    assert len(list(Path("data/thumbnails").rglob("*.jpg"))) == IMAGES
    assert owner.rows("SELECT count(*), sum(input_tokens) FROM turns", "llm") == [
        (IMAGES, IMAGES * 1000)
    ]
    assert owner.rows(
        "SELECT count(*) FROM attachments WHERE content IS NULL AND path LIKE"
        " '%thumbnails%'",
        "llm",
    ) == [(IMAGES,)]


@pytest.mark.slow
@pytest.mark.timeout(2 * PATIENT)
def test_where_the_only_worker_dies_its_next_one_goes_on(
    owner: Owner, double: Double
) -> None:
    """What was for the one that died, pictures and calls, is for the one that comes."""
    double.latency = 1.0
    with cluster_of(1, processes=True) as made:
        killer = threading.Thread(target=kill_one, args=(made, double), daemon=True)
        killer.start()
        code, said = owner.run("generate", "--dask", made.scheduler_address)
    assert code == 0, said
    ((images, lost),) = owner.rows(
        "SELECT count(DISTINCT image_id), sum(lost_calls) FROM candidates"
    )
    assert images == IMAGES
    assert double.paid == IMAGES + lost


@contextmanager
def worker_without_token(address: str) -> Iterator[None]:
    """One more, in a process of its own."""
    env = {name: one for name, one in os.environ.items() if name != "ALTSYNC_TOKEN"}
    command = ("-m", "distributed.cli.dask_worker", address, "--no-nanny")
    with subprocess.Popen(
        [sys.executable, *command, "--nthreads", "1", "--no-dashboard"],
        env=env,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield
        finally:
            process.terminate()


@pytest.mark.slow
@pytest.mark.timeout(2 * PATIENT)
def test_who_joins_and_cannot_do_the_work_is_left_out(
    owner: Owner, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, the first piece of work that it got ended the run for all. One that can do
    it is given its share."""
    told = threading.Event()
    inner = Workforce._ask
    began = threading.Event()

    def noting(self: Workforce, strangers: Any) -> None:
        inner(self, strangers)
        told.set()

    monkeypatch.setattr(Workforce, "_ask", noting)

    def waits(body: Any) -> Act:
        """It joins with the first call, which lasts until it has been asked."""
        began.set()
        told.wait(PATIENT)
        return double.described(body)

    def joins(address: str) -> None:
        began.wait(PATIENT)
        with worker_without_token(address):
            over.wait(2 * PATIENT)

    double.act = waits
    over = threading.Event()
    with cluster_of(1) as made:
        joiner = threading.Thread(target=joins, args=(made.scheduler_address,))
        joiner.start()
        how = ("generate", "--dask", made.scheduler_address, "--workers", "2")
        code, said = owner.run(*how)
        over.set()
        joiner.join()
    assert code == 0, said
    assert said.count("is left out of this run, since it cannot do the work") == 1
    assert "The site wants a token" in said
    assert owner.rows("SELECT count(*) FROM candidates") == [(IMAGES,)]
    assert double.paid == IMAGES


@pytest.mark.slow
def test_a_picture_stays_with_its_worker_and_the_question_goes_there_without_it(
    owner: Owner, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Holding | None] = []
    inner = Cluster._asked

    def noting(
        self: Cluster, task: Task, question: str, held: Holding | None
    ) -> CallOfAWorker | NotAsked | OneCall:
        asked.append(held)
        return inner(self, task, question, held)

    monkeypatch.setattr(Cluster, "_asked", noting)
    with cluster_of(2) as made:
        code, said = owner.run("generate", "--dask", made.scheduler_address)
    assert (code, double.paid) == (0, IMAGES), said
    assert len(asked) == IMAGES
    assert all(asked), "else the picture went along with the question"


@pytest.mark.slow
def test_a_limit_that_a_worker_meets_is_heard_here(
    owner: Owner, double: Double
) -> None:
    double.acts = [Act.status(429, retry_after=0.2), Act.alt("A cat on a mat.")]
    pace.forget()
    with cluster_of(1) as made:
        code, said = owner.run("generate", "--dask", made.scheduler_address)
    assert (code, double.paid, double.calls) == (0, IMAGES, IMAGES + 1), said
    assert pace.of("double").rate is not None


@pytest.mark.slow
def test_a_picture_that_is_another_one_by_now_is_not_asked_about(
    owner: Owner, double: Double
) -> None:
    """Its worker died, and what was prepared anew has another name: what this process
    has of it goes along then."""
    config = load()
    asks = setup.settings(config)
    (model,) = asks.opened()
    with cluster_of(1) as made, Store.open(config.database) as store:
        (first, *_) = list(mirror.named(store.conn, IDS))
        at = made.scheduler_address
        with joining.joined(at, config, asks, None, print) as workers:
            sight = workers.see(first.image, lambda _: False, lambda: False)
            kept = sight.picture.held
            task = Task("double", build(Wishes(), schema=True), (), shrunk(photo(1)))
            other = Holding("0" * 64, kept.given, kept.image)
            asked = replace(task, held=other)
            there = workers.call(model, replace(task, held=kept), "What is it?")
            here = workers.call(model, asked, "What is it?")
    assert there.reply is not None
    assert here.reply is not None
    assert mark(sight.picture.jpeg) in there.reply.text
    assert mark(task.jpeg) in here.reply.text


@pytest.mark.slow
def test_where_the_way_to_the_scheduler_breaks_what_was_asked_is_on_record(
    owner: Owner, double: Double
) -> None:
    double.latency = 1.0

    def cut(made: Any) -> None:
        until(lambda: double.flying >= 2)
        made.loop.add_callback(abort, list(made.scheduler.client_comms.values()))

    with cluster_of(1) as made:
        threading.Thread(target=cut, args=(made,), daemon=True).start()
        code, said = owner.run("generate", "--dask", made.scheduler_address)
    assert code == 1
    assert f"The scheduler {made.scheduler_address} has gone, or the way to it" in said
    assert "again to go on" in said
    until(lambda: double.flying == 0)
    ((kept,),) = owner.rows("SELECT count(*) FROM candidates")
    ((lost,),) = owner.rows("SELECT sum(lost_calls) FROM failures")
    # a ticket is taken just before a call is sent: one may be on record that never was
    assert double.paid <= kept + lost <= double.paid + 2


def abort(connections: list[Any]) -> None:
    for one in connections:
        one.abort()


@pytest.mark.slow
def test_who_cannot_do_the_work_is_named_before_anything_is_asked(
    owner: Owner, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load()
    asks = setup.settings(config)
    with cluster_of(2) as made:
        worker = ", ".join(sorted(made.scheduler_info["workers"]))

        def refusal() -> str:
            joined = joining.joined(made.scheduler_address, config, asks, None, print)
            with pytest.raises(UsageError) as caught, joined:
                pass
            return str(caught.value)

        monkeypatch.delenv("ALTSYNC_TOKEN")
        said = refusal()
        assert f"{worker}: The site wants a token, and none is set" in said
        assert "2 workers cannot do the work, and nothing was asked" in said
        monkeypatch.setattr(joining, "_orders", newer)
        said = refusal()
        # who has no altsync breaks what it passes on, and a worker was blamed for it
        assert "2 workers and the scheduler cannot do the work" in said
        there = (
            f"{worker}, the scheduler: altsync {version('altsync')} is installed there"
        )
        assert f"{there}, 99 here." in said
    assert double.calls == 0


def test_workers_open_every_model_that_may_be_asked(owner: Owner) -> None:
    """The reference too, which is asked at the end of a run: before, a worker without
    its key was found out there."""
    config = load()
    asked = replace(config, generate=replace(config.generate, reference="double-2"))
    asks = setup.settings(asked, fallbacks=("double-plain",))
    orders = joining._orders(asked, asks, None)
    assert orders.models == ("double", "double-plain", "double-2")
    gone = replace(config, generate=replace(config.generate, reference="nobody-has-it"))
    assert joining._orders(gone, asks, None).models == ("double", "double-plain")


def test_a_folder_of_pictures_is_on_every_worker(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A relative path counted from a worker's own directory, and each image failed."""
    Path("pictures").mkdir()
    album = AlbumConfig(inventory=("pictures",))
    config = replace(load(), sources={"album": album})
    orders = joining._orders(config, setup.settings(config), None)
    monkeypatch.chdir("/")
    assert "no folder" not in station.introduce(orders.packed())
    (tmp_path / "pictures").rmdir()
    assert f"There is no folder {tmp_path}/pictures there" in station.introduce(
        orders.packed()
    )


def newer(*given: Any) -> Orders:
    """Of a client that has a newer altsync."""
    config, _, reader = given
    return Orders("99", config, 768, (), {}, 1.0, reader)


@pytest.mark.slow
def test_a_ticket_is_taken_once_by_whoever_comes_first() -> None:
    with (
        cluster_of(1) as made,
        distributed.Client(made, set_as_default=False) as client,
    ):
        one, other = Ticket.new(client), Ticket.new(client)
        assert client.submit(take, one.name, pure=False).result() is True
        assert client.submit(take, one.name, pure=False).result() is False
        assert one.take() is False
        assert other.take() is True
        assert client.submit(take, other.name, pure=False).result() is False


def take(name: str) -> bool:
    return Ticket(name).take()


def test_no_scheduler_there(owner: Owner) -> None:
    code, said = owner.run("generate", "--dask", "nonsense://x")
    assert code == 2
    assert "--dask nonsense://x: no scheduler answers there (ValueError)." in said


def dying(deaths: Deaths, calls: int, began: float | None = None) -> Any:
    """Asks as a cluster does whose workers die with the first calls. `began`: all of
    these; None: each when it was made."""
    left = iter(range(calls))

    def call(model: Model, task: Task, question: str) -> OneCall:
        if next(left, None) is None:
            deaths.answered()
            return once(model, task, question)
        return OneCall(lost(task), deaths.took(began or time.monotonic()))

    return partial(work.work, call=call)


def test_what_dies_with_a_worker_is_no_failure_of_the_provider(
    filled: Callable[[int], Bench], double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, a few deaths ended a run as if nobody had answered five images in a row."""
    monkeypatch.setattr(work, "BACKOFF", 0.0)
    bench = filled(8)
    gone = dying(Deaths(), 6 * work.LOST, time.monotonic())
    done = bench.run(answer=gone)
    assert (done.made, done.failed) == (2, 6)
    assert bench.rows("SELECT sum(lost_calls), count(*) FROM failures") == [
        (6 * work.LOST, 6)
    ]
    assert bench.run().made == 6  # another time


def test_workers_that_do_nothing_but_die_end_the_run(
    filled: Callable[[int], Bench], double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "BACKOFF", 0.0)
    bench = filled(8)
    with pytest.raises(ModelStopped, match="died 5 times in a row while they were"):
        bench.run(answer=dying(Deaths(), 100))
    assert bench.rows("SELECT sum(lost_calls) FROM failures") == [(DEATHS,)]
    assert double.calls == 0


class Scheduler:
    """As much of a client of Dask's as the watch asks."""

    status = "running"

    def __init__(self, *workers: int) -> None:
        self._workers = list(workers)

    def nthreads(self) -> dict[str, int]:
        if not self._workers:
            raise OSError("gone")
        return {str(one): 1 for one in range(self._workers.pop(0))}


def workforce(*unfit: str) -> Workforce:
    """Of the worker 0; all others but these are found fit."""
    return Workforce("0", lambda workers: dict.fromkeys(unfit, "No."), print)


def test_a_cluster_without_workers_is_waited_for_and_then_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = Scheduler(2, 0)
    seen = Watch(client, "tcp://s:1", workforce())
    seen.look()
    seen.look()
    assert seen.reason == ""
    monkeypatch.setattr(watch, "WORKERS", -1.0)
    client._workers = [0]
    seen.look()
    assert "The cluster tcp://s:1 has had no worker for" in seen.reason
    assert not seen.lost_scheduler


class Errands:
    """As much of a client of Dask's as a cluster asks: notes what is to be done, and does
    it at once where whoever has what it takes is there."""

    def __init__(self) -> None:
        self.done: list[tuple[str, list[str]]] = []
        self.gone = ""
        """A worker, and what it had with it."""
        self._kept: dict[Any, list[str]] = {}

    def submit(self, function: Any, orders: bytes, *args: Any, **how: Any) -> Any:
        self.done.append((function.__name__, how["workers"]))
        future = Future[Any]()
        self._kept[future] = how["workers"]
        needs = [self._kept[one] for one in args if isinstance(one, Future)]
        if [self.gone] not in needs:
            given = [one.result() if isinstance(one, Future) else one for one in args]
            future.set_result(function(orders, *given))
        return future


@pytest.mark.parametrize(
    ("again", "said"),
    [("one", ""), ("other", "the site has another one now"), ("gone", "No such file")],
)
def test_words_are_read_anew_where_all_that_had_the_picture_have_gone(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, again: str, said: str
) -> None:
    """In the same picture, or in none."""
    client = Errands()
    lines = (ReadLine("STOP", 1.0, 0.1),)
    monkeypatch.setattr(cluster, "TICK", 0.01)
    names = iter(["one", again])

    def look(orders: bytes, image: Any) -> Any:
        name = next(names)
        return (
            PictureError("No such file.")
            if name == "gone"
            else SimpleNamespace(name=name)
        )

    def read(orders: bytes, looked: Any) -> Any:
        return looked if isinstance(looked, PictureError) else lines

    monkeypatch.setattr(station, "look", look)
    monkeypatch.setattr(station, "read", read)
    here = workforce()
    seen = Watch(client, "tcp://s:1", here)
    asks = setup.settings(load())
    orders = joining._orders(load(), asks, None)
    made = Cluster(client, orders, None, seen, here)
    given, came = made._seen(SimpleNamespace(id="a/1"), None)  # type: ignore[arg-type]
    held = Holding(came.name, given, SimpleNamespace(id="a/1"))  # type: ignore[arg-type]
    client.gone = "0"
    here.seen(["1"])
    until(lambda: here.fit == {"1"})
    picture: Any = SimpleNamespace(held=held)
    if said:
        with pytest.raises(PictureError, match=said):
            made.lines(picture)
    else:
        assert made.lines(picture) == lines
        assert client.done[-2:] == [("look", ["1"]), ("read", ["1"])]


class Late(Future[Any]):
    """A task of Dask's that is at work."""

    def release(self) -> None:
        """Nobody needs it any more."""


@pytest.mark.parametrize("taken", [True, False])
def test_who_asks_about_the_picture_of_a_worker_that_has_gone_is_waited_for(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    """It has the picture by now, and the answer is paid for. Where nobody asks yet it is
    asked about the picture anew."""
    monkeypatch.setattr(cluster, "TICK", 0.01)
    looks = itertools.count()
    task = Late()

    def take() -> bool:
        if next(looks) == 3:
            task.set_result(NotAsked.OTHER_PICTURE)
        return not taken

    ticket = SimpleNamespace(name="1", take=take, done=lambda: None)
    monkeypatch.setattr(cluster, "Ticket", SimpleNamespace(new=lambda client: ticket))
    client = SimpleNamespace(submit=lambda *args, **how: task)
    here = workforce()  # "1" had the picture
    orders = joining._orders(load(), setup.settings(load()), None)
    made = Cluster(client, orders, None, Watch(client, "tcp://s:1", here), here)
    held = Holding("p", Submitted(Late(), frozenset("1")), None)  # type: ignore[arg-type]
    asked = Task("double", build(Wishes(), schema=True), (), b"", held=held)
    came = made._asked(asked, "What is seen?", held)
    assert came is (NotAsked.OTHER_PICTURE if taken else NotAsked.STRANDED)
    assert task.cancelled() is not taken


def test_of_a_picture_that_cannot_be_had_again_no_words_are_read() -> None:
    gone = PictureError("No such file.")
    assert station.read(b"", gone) is gone


def test_a_cluster_whose_workers_can_do_nothing_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = Scheduler(1, 0)
    monkeypatch.setattr(client, "nthreads", lambda: {"1": 1})
    monkeypatch.setattr(watch, "WORKERS", -1.0)
    seen = Watch(client, "tcp://s:1", workforce("1"))
    seen.look()
    assert "has had no worker that can do the work for" in seen.reason


def test_a_scheduler_that_does_not_answer_once_is_asked_again() -> None:
    client = Scheduler()
    seen = Watch(client, "tcp://s:1", workforce())
    seen.look()
    assert seen.reason == ""
    client.status = "closed"
    seen.look()
    assert seen.lost_scheduler
    assert "The scheduler tcp://s:1 has gone" in seen.reason


def test_a_response_crosses_to_the_log_of_another_process(
    double: Double, tmp_path: Path
) -> None:
    model = open_model("double", {}, 60.0)
    task = Task("double", build(Wishes(), schema=True), (), shrunk(photo(1)), keep=True)
    reply = once(model, task, "What is there?").reply
    assert reply is not None
    across = pickle.loads(pickle.dumps(stilled(reply.response)))
    again = revived(model, task, "What is there?", across)
    with LlmLog(tmp_path / "llm.db") as log:
        log.put((replace(reply, response=again),), tmp_path / "p.jpg")
        # what a plugin keeps in a response may not leave its process
        reply.response.lock = threading.Lock()
        lost = revived(model, task, "What is there?", stilled(reply.response))
        log.put((replace(reply, response=lost),), None)
    assert log.trouble.endswith("Left out of it: 1 response.")
    conn = sqlite3.connect(tmp_path / "llm.db")
    said = conn.execute(
        "SELECT model, input_tokens, response_json FROM turns"
    ).fetchall()
    assert [row[:2] for row in said] == [("double", 1000)]
    assert "usage" in said[0][2]
    texts = conn.execute("SELECT text FROM parts WHERE type = 'text'").fetchall()
    conn.close()
    assert any(reply.text == text for (text,) in texts)
    assert any(text == "What is there?" for (text,) in texts)
