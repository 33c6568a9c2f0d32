"""Ctrl-C while the site says "busy, come back in half a minute": every stage ends soon,
with 130, and loses nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Owner
from tests.doubles.providers.openai import Act, Double, serving
from tests.pictures.made import boxed
from tests.processes import PATIENT, until
from tests.warm import WARM


@pytest.mark.parametrize(
    ("args", "route"),
    [
        (["pull"], "get"),
        (["generate"], "pixels"),
        (["push", "--yes"], "get"),
        (["push", "--yes"], "patch"),
    ],
)
def test_an_interrupt_does_not_wait_for_a_busy_site(
    owner: Owner, args: list[str], route: str
) -> None:
    owner.init()
    wanted = 0
    if args != ["pull"]:
        owner.run("pull")
    if args[0] == "push":
        owner.run("generate")
        owner.run("approve", "--all")
        wanted = len(json.loads(owner.run("diff", "--json").out)["changes"])
        assert wanted > 5  # more than the failures in a row that stop a push
    owner.site.forget()
    owner.site.fail("status", route=route, status=429, retry_after=50)
    process = subprocess.Popen(
        [*WARM, "-m", "altsync", *args],
        cwd=owner.directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    until(lambda: any(entry.status == 429 for entry in owner.site.ledger), process)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=45)  # each wait alone is longer
    assert process.returncode == 130, err
    assert b"in a row" not in err
    assert owner.rows("SELECT count(*) FROM push_items WHERE status = 'intended'") == [
        (0,)
    ]
    owner.site.heal()
    owner.run(*args)
    applied = (
        "SELECT count(*), count(DISTINCT image_id) FROM push_items WHERE status ="
        " 'applied'"
    )
    assert owner.rows(applied) == [(wanted, wanted)]


def test_caption_shows_what_was_answered_before_an_interrupt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "llm"))
    with serving(tmp_path / "llm") as double:
        _interrupt_a_caption(tmp_path, double)


def _interrupt_a_caption(tmp_path: Path, double: Double) -> None:
    for name in ("a.png", "b.png", "c.png"):
        boxed().save(tmp_path / name)
    slow = Act.alt("Slow.", latency=1.5)
    double.acts = [Act.alt("First."), slow, slow]
    command = ["caption", "a.png", "b.png", "c.png", "-m", "double"]
    process = subprocess.Popen(
        [*WARM, "-m", "altsync", *command],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: double.calls == 2, process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENT)
    assert process.returncode == 130, err
    captions = [one["captions"].get("double") for one in json.loads(out)]
    assert captions == ["First.", "Slow."]
    assert double.paid == 2
