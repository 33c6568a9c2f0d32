"""Ctrl-C a second time: nothing is waited for, and what was given up is on record."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Owner
from tests.generate.conftest import photo
from tests.processes import PATIENT, until

STUCK = """
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import llm

def hang(path):
    Path(path, str(time.monotonic_ns())).touch()
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass

class Stuck(llm.Model):
    model_id = "stuck"
    can_stream = False
    attachment_types = {"image/jpeg"}
    needs_key = None

    def execute(self, *_, **__):
        # Python itself waits for the threads of a pool, to its very end
        yield ThreadPoolExecutor(1).submit(hang, "CALLS").result()

@llm.hookimpl
def register_models(register):
    register(Stuck())
"""


@pytest.fixture
def calls(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A plugin that never comes back; the directory with a file for each of its calls."""
    packages = tmp_path_factory.mktemp("packages")
    made = packages / "calls"
    made.mkdir()
    (packages / "llm_stuck.py").write_text(STUCK.replace("CALLS", str(made)))
    info = packages / "llm_stuck-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: llm-stuck\nVersion: 1\n"
    )
    (info / "entry_points.txt").write_text("[llm]\nstuck = llm_stuck\n")
    monkeypatch.setenv("LLM_LOAD_PLUGINS", "altsync,llm-stuck")
    path = [str(packages), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))
    return made


def twice(
    args: list[str], calls: Path, wanted: int, *, tells: bool = True
) -> tuple[float, str]:
    """Run a command, interrupt it twice once so many calls are on their way. (Seconds
    that it took to end, what it said.)"""
    said = calls.with_name("said")
    with said.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "altsync", *args],
            stdout=subprocess.DEVNULL,
            stderr=file,
        )
    until(lambda: len(list(calls.iterdir())) == wanted, process)
    process.send_signal(signal.SIGINT)
    if tells:
        until(lambda: "Ctrl-C again" in said.read_text("utf-8"), process)
    else:
        time.sleep(0.5)
    began = time.monotonic()
    while process.poll() is None and time.monotonic() - began < PATIENT:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)  # on a busy machine both may come as one
    took = time.monotonic() - began
    err = said.read_text("utf-8")
    assert process.returncode == 130, err
    assert "Traceback" not in err
    return took, err


@pytest.mark.slow
def test_generate_ends_at_once_and_says_what_it_gave_up(
    owner: Owner, calls: Path
) -> None:
    owner.init()
    owner.run("pull")
    args = ["generate", "-m", "stuck", "--workers", "3"]
    took, err = twice(args, calls, 3)
    asked = len(list(calls.iterdir()))
    assert asked == 3
    assert f"Interrupted, and {asked} calls on the way given up" in err
    rows = owner.rows("SELECT sum(lost_calls), count(work_key) FROM failures")
    assert rows == [(asked, 0)]
    assert owner.rows("SELECT count(*) FROM candidates") == [(0,)]
    assert took < 30  # each call takes for ever


@pytest.mark.slow
def test_caption_ends_at_once(calls: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(photo(1))
    took, err = twice(["caption", str(file), "-m", "stuck"], calls, 1, tells=False)
    assert "Interrupted" in err
    assert took < 30  # each call takes for ever


@pytest.mark.slow
def test_what_never_came_back_is_not_waited_for_at_the_end(
    calls: Path, tmp_path: Path
) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(photo(1))
    command = ["caption", str(file), "-m", "stuck", "--timeout", "1"]
    ran = subprocess.run(
        [sys.executable, "-m", "altsync", *command],
        capture_output=True,
        text=True,
        timeout=PATIENT,
    )
    assert ran.returncode == 5
    assert "stuck did not answer in time" in ran.stdout
    assert len(list(calls.iterdir())) == 2
