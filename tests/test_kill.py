"""SIGKILL at random moments of generate and push: nothing stored is lost, nothing
confirmed is sent twice, no person's text is overwritten. The processes are real, the
site and the model answer over real sockets.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from altsync.demo.site import DemoSite
from tests.doubles.openai import Double, serving

IMAGES = 120
ROUNDS = 25
"""Of each stage; 50 in all."""


def _command(directory: Path, *args: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "altsync", *args],
        cwd=directory,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _working(process: subprocess.Popen[bytes], count: Callable[[], int]) -> None:
    """Wait until the process has begun to ask the other side, or has ended."""
    before = count()
    while process.poll() is None and count() == before:
        time.sleep(0.005)


def _finish(directory: Path, *args: str, codes: tuple[int, ...] = (0,)) -> None:
    done = _command(directory, *args)
    _, err = done.communicate(timeout=120)
    assert done.returncode in codes, err.decode()


def _rows(directory: Path, sql: str) -> list[tuple[object, ...]]:
    conn = sqlite3.connect(directory / "data" / "altsync.db", timeout=30)
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_at_random_moments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # shown when it fails
    dice = random.Random(seed)
    home = Path(os.environ["LLM_USER_PATH"])
    with DemoSite(IMAGES) as site, serving(home) as model:
        monkeypatch.setenv("ALTSYNC_TOKEN", site.token)
        site.latency, model.latency = 0.04, 0.1
        _finish(
            tmp_path,
            "init",
            site.url,
            "--source",
            "album",
            "--inventory",
            f"{site.url}/sitemap.xml",
            "--pixels",
            site.pixels,
            "--label",
            "verified",
            "--model",
            "double",
        )
        _finish(tmp_path, "pull", "--workers", "8")
        _kill_generate(tmp_path, dice, model)
        persons = _kill_push(tmp_path, dice, site)

        patched = Counter(
            entry.image for entry in site.requests("PATCH") if entry.applied
        )
        assert not {image: n for image, n in patched.items() if n > 1}, "sent twice"
        for image, text in persons.items():
            assert site.document(image)["alt"] == text
        assert len(patched) + len(persons) == IMAGES


def _kill_generate(directory: Path, dice: random.Random, model: Double) -> None:
    kept: set[object] = set()
    for _ in range(ROUNDS):
        process = _command(directory, "generate", "--yes", "--workers", "4")
        _working(process, lambda: len(model.requests))
        time.sleep(dice.uniform(0, 0.2))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        now = {row[0] for row in _rows(directory, "SELECT id FROM candidates")}
        assert kept <= now, "a stored candidate was lost"
        kept = now
    _finish(directory, "generate", "--yes", "--workers", "4")
    assert _rows(
        directory, "SELECT count(DISTINCT image_id), count(*) FROM candidates"
    ) == [(IMAGES, IMAGES)]


def _kill_push(directory: Path, dice: random.Random, site: DemoSite) -> dict[str, str]:
    """Returns what persons wrote meanwhile."""
    _finish(directory, "approve", "--all")
    persons: dict[str, str] = {}
    for number in range(ROUNDS):
        process = _command(directory, "push", "--yes", "--workers", "2")
        _working(process, lambda: len(site.requests("PATCH")))
        time.sleep(dice.uniform(0, 0.2))
        untouched = [i for i in site.ids if not site.document(i)["alt"]]
        if number % 5 == 0 and untouched:
            image = dice.choice(untouched)
            persons[image] = f"A person's words {number}"
            site.edit(image, alt=persons[image])
        process.send_signal(signal.SIGKILL)
        process.communicate()
    _finish(directory, "push", "--yes", codes=(0, 4))
    _finish(directory, "pull")
    _finish(directory, "push", "--yes", codes=(0, 4))
    assert not _rows(directory, "SELECT 1 FROM push_items WHERE status = 'intended'")
    return persons
