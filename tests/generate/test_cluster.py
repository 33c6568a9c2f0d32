"""A run on a Dask cluster: its workers fetch, prepare and ask; everything is decided and
written here, and what a worker that dies had on its way is on record."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from altsync.cli import main
from altsync.demo.site import DemoSite
from altsync.sources.album import AlbumSource
from tests.doubles.providers.openai import Double
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
    with DemoSite(8, token="t") as site:
        Path("altsync.toml").write_text(HOUSE.format(site=site))
        someone = Owner(capsys)
        assert someone.run("pull")[0] == 0
        yield someone


@contextmanager
def cluster_of(workers: int, *, processes: bool = False) -> Iterator[Any]:
    """Workers of one thread each."""
    with distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=processes,
        protocol="tcp",
        dashboard_address=None,
        env=dict(os.environ),
    ) as made:
        yield made


def kill_one(made: Any, double: Double) -> None:
    """As soon as calls are on their way."""
    until(lambda: double.flying >= 3)
    time.sleep(0.2)  # the worker waits for its answers
    worker = next(iter(made.workers.values()))
    os.kill(worker.process.process.pid, signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.timeout(2 * PATIENT)
def test_a_worker_that_dies_loses_what_was_on_its_way_and_says_so(
    owner: Owner, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, Dask made the call again behind our back: paid twice, booked once."""
    monkeypatch.setattr(AlbumSource, "file", None)  # nobody fetches here
    double.latency = 1.5
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
    assert (made_here, images) == (8, 8)
    assert lost >= 1
    assert double.paid == 8 + lost
    assert spent > 8 * double.cost
    assert f"{lost} answer" in said
    # as after every run: what people see, and llm's log
    assert len(list(Path("data/thumbnails").rglob("*.jpg"))) == 8
    assert owner.rows("SELECT count(*), sum(input_tokens) FROM turns", "llm") == [
        (8, 8000)
    ]
    assert owner.rows(
        "SELECT count(*) FROM attachments WHERE content IS NULL AND path LIKE"
        " '%thumbnails%'",
        "llm",
    ) == [(8,)]
