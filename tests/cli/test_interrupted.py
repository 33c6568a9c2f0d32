"""Ctrl-C while the site says "busy, come back in half a minute": every stage ends soon,
with 130, and loses nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.conftest import Owner


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
        [sys.executable, "-m", "altsync", *args],
        cwd=owner.directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    ends = time.monotonic() + 30
    while (
        not [entry for entry in owner.site.ledger if entry.status == 429]
        and time.monotonic() < ends
    ):
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)  # each wait alone is longer
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
