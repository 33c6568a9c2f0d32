"""A process that is killed at random moments pays for at most the calls in flight
again, and loses no answer."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from functools import partial
from pathlib import Path

import pytest

from altsync.demo.site import DemoSite
from altsync.store.store import Store
from tests.doubles.providers.openai import Double
from tests.generate.conftest import Bench
from tests.lengths import LENGTH
from tests.processes import PATIENT, until
from tests.warm import WARM

WORKERS = 8

RUN = """
import sys
from pathlib import Path
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

with Store.open(Path(sys.argv[1])) as store, store.snapshot() as conn:
    context = Context(Site(), store, threads=int(sys.argv[2]))
    print("ready", flush=True)
    Generate(context, Settings(("double",)), Targets(conn, Worklist())).run()
"""


def start(store: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [*WARM, "-c", RUN, str(store), str(WORKERS)],
        stdout=subprocess.PIPE,
        env=dict(os.environ),
    )
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


def over(double: Double, wanted: int, process: subprocess.Popen[bytes]) -> bool:
    return double.paid >= wanted or process.poll() is not None


def kill_rounds(bench: Bench, double: Double, images: int, kills: int) -> None:
    path = bench.store.path
    for number in range(images):
        bench.add(number)
    bench.pull()
    double.latency = 0.05
    for _ in range(kills):
        before = double.paid
        process = start(path)
        wanted = before + random.randint(1, max(2, images // (kills + 1)))
        until(partial(over, double, wanted, process))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stdout
        process.stdout.close()
        with Store.open(path) as store:  # what was stored is whole
            assert store.conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    process = start(path)
    assert process.wait(PATIENT) == 0
    assert process.stdout
    process.stdout.close()
    assert bench.rows("SELECT count(*), count(DISTINCT image_id) FROM candidates") == [
        (images, images)
    ]
    assert images <= double.paid <= images + kills * WORKERS


@pytest.mark.slow
@pytest.mark.timeout(120 * LENGTH)
def test_a_run_killed_for_long(bench: Bench, double: Double) -> None:
    kill_rounds(bench, double, 150 * LENGTH, 4 * LENGTH)


CLI = """
import sys
from altsync.cli import main
main(sys.argv[1:])
"""

HOUSE = """\
[site]
url = "{site.url}"
[album]
inventory = ["{site.url}/sitemap.xml"]
pixels = "{site.pixels}"
[generate]
model = "double"
workers = 3
"""


def altsync(command: str) -> list[str]:
    return [*WARM, "-c", CLI, command]


def candidates(database: Path) -> int:
    with Store.open(database) as store:
        row = store.conn.execute("SELECT count(*) FROM candidates").fetchone()
    return int(row[0])


@pytest.mark.slow
def test_ctrl_c_of_the_command_keeps_what_is_in_flight(
    tmp_path: Path, llm_home: Path, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real command on the real demonstration site, interrupted as a person does it."""
    database = tmp_path / "data" / "altsync.db"
    monkeypatch.chdir(tmp_path)
    double.latency = 0.4
    with DemoSite(token="t") as site:
        monkeypatch.setenv("ALTSYNC_TOKEN", "t")
        (tmp_path / "altsync.toml").write_text(HOUSE.format(site=site))
        subprocess.run(altsync("pull"), check=True, capture_output=True)
        process = subprocess.Popen(
            altsync("generate"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        until(lambda: double.flying == 3, process)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENT)
        assert process.returncode == 130, err
        assert "again to go on" in err
        assert "Traceback" not in err
        assert candidates(database) == double.paid
        assert 0 < double.paid <= 6
        begun = double.paid
        subprocess.run(altsync("generate"), check=True, capture_output=True)
        assert candidates(database) == double.paid > begun
