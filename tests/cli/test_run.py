"""`altsync run`: the loop while nobody watches, on the real demonstration site."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from altsync.errors import AtWork
from altsync.store.store import Store
from tests.cli.conftest import EDITOR, Owner
from tests.cli.printed import document
from tests.doubles.drupal import DemoDrupal
from tests.doubles.providers.openai import Double, serving
from tests.generate.conftest import CALL
from tests.processes import PATIENT
from tests.warm import WARM

PRICED = """
[generate.prices]
double = { input = 1.0, output = 10.0 }
"""


def setting(owner: Owner, **run: object) -> None:
    """Write the table [run] of altsync.toml."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in run.items()]
    with (owner.directory / "altsync.toml").open("a") as file:
        file.write("\n[run]\n" + "\n".join(lines) + "\n")


def without_model(owner: Owner) -> None:
    path = owner.directory / "altsync.toml"
    path.write_text(path.read_text().replace('model = "altsync-demo"', ""))


def alts(owner: Owner) -> dict[str, object]:
    """What the site really says."""
    return {image: owner.site.document(image)["alt"] for image in owner.site.ids}


def fates(owner: Owner, *args: str, code: int) -> dict[str, str]:
    """What became of each stage."""
    ran = owner.run("run", "--json", *args, code=code)
    found = document("run", ran.out)
    assert found["exit_code"] == code
    return {one["stage"]: one["fate"] for one in found["stages"]}


def test_nobody_pays_unawares(owner: Owner) -> None:
    owner.init()
    ran = owner.run("run", code=2)
    assert "--budget, --limit" in ran.err
    assert "Nothing was done." in ran.err
    assert not (owner.directory / "data").exists()
    assert "bounds nothing" in owner.run("run", "--budget", "inf", code=2).err
    setting(owner, budget=0)
    assert "run.budget" in owner.run("run", code=2).err


def test_a_run_proposes_and_leaves_the_rest_to_a_person(owner: Owner) -> None:
    owner.init()
    ran = owner.run("run", "--limit", "5", "--summary", "report.md", code=3)
    assert "generate  done     5 candidates stored; cost $0.00." in ran.out
    assert ran.out.endswith("For a person:\n  5 images to judge (altsync review)\n")
    assert "10 errors in the texts of 13 images." in ran.out
    report = (owner.directory / "report.md").read_text("utf-8")
    assert "- **5 images to judge \\(altsync review\\)**" in report
    assert "| needs-review | 5 |" in report
    assert fates(owner, "--budget", "1", code=3) == {
        "pull": "done",
        "pages": "unwanted",
        "push": "unwanted",
        "generate": "done",
        "lint": "done",
    }
    assert owner.rows("SELECT count(*) FROM reviews") == [(0,)]
    assert owner.rows("SELECT count(*) FROM pushes") == [(0,)]


def test_quiet_is_silent_where_nothing_waits(mirrored: Owner) -> None:
    """cron mails whatever is printed. Without a model nothing is paid for, so no bounds
    are asked for."""
    without_model(mirrored)
    quiet = mirrored.run("run", "-q")
    assert (quiet.out, quiet.err) == ("", "")
    said = mirrored.run("run").out
    assert "altsync.toml names no model." in said
    assert said.endswith("Nothing waits for a person.\n")
    setting(mirrored, fail_on="error")
    assert "(altsync lint)" in mirrored.run("run", "-q", code=3).out


def test_what_a_pull_remarks_every_night_wakes_nobody(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told where something waits, and by any other pull."""
    monkeypatch.setenv("ALTSYNC_PASSWORD", EDITOR)
    with DemoDrupal() as drupal:
        drupal.add_paragraph("", parent=None)
        owner.run("init", drupal.url, "--user", "editor")
        quiet = owner.run("run", "-q")
        assert (quiet.out, quiet.err) == ("", "")
        shutil.rmtree(owner.directory / "data")
        assert "in paragraphs that no page shows" in owner.run("run").err
        shutil.rmtree(owner.directory / "data")
        setting(owner, fail_on="error")
        drupal.add_media("IMG_1.JPG")
        told = owner.run("run", "-q", code=3)
        assert "in paragraphs that no page shows" in told.err
        assert "(altsync lint)" in told.out
        again = owner.run("run", code=3).out
        assert "Only what changed was asked for: " in again


def test_only_what_people_approved_is_sent_and_only_where_that_is_asked_for(
    approved: Owner,
) -> None:
    """And never over a person's words, though that was approved too."""
    ((human,),) = approved.rows("SELECT id FROM images WHERE origin = 'human' LIMIT 1")
    approved.run("generate", human, "--suggest-for-human")
    approved.run("approve", human, "--by", "ann")
    before = alts(approved)
    ran = approved.run("run", "--limit", "5", code=3)
    assert "10 texts approved and not sent (altsync diff)" in ran.out
    assert alts(approved) == before
    setting(approved, push="approved", pages=True, limit=5)
    found = fates(approved, code=3)
    assert (found["push"], found["pages"]) == ("done", "done")
    after = alts(approved)
    changed = {image for image, alt in after.items() if alt != before[image]}
    assert len(changed) == 9
    assert human not in changed
    assert approved.rows("SELECT count(*) FROM pushes") == [(1,)]


def test_a_conflict_is_left_to_a_person(approved: Owner) -> None:
    setting(approved, push="approved", limit=5)
    ((image,),) = approved.rows(
        "SELECT image_id FROM image_states WHERE state = 'approved' LIMIT 1"
    )
    approved.site.edit(image, alt="Somebody was faster.", verified=1)
    ran = approved.run("run", code=4)
    assert "changed under an approved text" in ran.out
    assert alts(approved)[image] == "Somebody was faster."


def test_without_a_pull_nothing_is_sent_and_nothing_is_paid(
    approved: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(approved, push="approved", pages=True, limit=5)
    monkeypatch.setenv("ALTSYNC_TOKEN", "another")
    approved.site.forget()
    assert fates(approved, code=5) == {
        "pull": "failed",
        "pages": "skipped",
        "push": "skipped",
        "generate": "skipped",
        "lint": "done",
    }
    assert {one.route for one in approved.site.ledger} == {"sitemap", "get"}


def test_a_model_that_is_not_there_stops_nothing_else(mirrored: Owner) -> None:
    path = mirrored.directory / "altsync.toml"
    path.write_text(path.read_text().replace('"altsync-demo"', '"nosuch"'))
    ran = mirrored.run("run", "--limit", "5", code=5)
    assert "Not done, or not wholly: generate." in ran.err
    found = fates(mirrored, "--limit", "5", code=5)
    assert (found["pull"], found["generate"], found["lint"]) == (
        "done",
        "failed",
        "done",
    )


def test_two_runs_do_not_meet(mirrored: Owner) -> None:
    with (
        Store.open(mirrored.directory / "data" / "altsync.db") as store,
        store.alone_as("run", "process 4711 of ann"),
    ):
        mirrored.site.forget()
        ran = mirrored.run("run", "--limit", "5", code=AtWork.exit_code)
        assert "Another run is at work on" in ran.err
        assert "(process 4711 of ann). Nothing was done." in ran.err
        assert not mirrored.site.ledger
    mirrored.run("run", "--limit", "5", code=3)
    left = sorted(path.name for path in (mirrored.directory / "data").glob("*.who"))
    assert not left


def test_a_summary_that_cannot_be_written_is_said_before_anything_is_done(
    mirrored: Owner,
) -> None:
    mirrored.site.forget()
    args = ("--limit", "5", "--summary", "no/such/report.md")
    assert "report.md cannot be written (" in mirrored.run("run", *args, code=2).err
    assert not mirrored.site.ledger


def test_a_summary_that_cannot_be_written_in_the_end_is_printed_all_the_same(
    mirrored: Owner,
) -> None:
    ran = mirrored.run("run", "--limit", "5", "--summary", "/dev/full", code=1)
    assert ran.out.endswith("5 images to judge (altsync review)\n")
    assert "/dev/full could not be written" in ran.err


@pytest.fixture
def priced(
    mirrored: Owner,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Double]:
    """A model that costs something, and is asked one call at a time."""
    home = tmp_path_factory.mktemp("llm")
    monkeypatch.setenv("LLM_USER_PATH", str(home))
    path = mirrored.directory / "altsync.toml"
    text = path.read_text().replace('"altsync-demo"', '"double"\nworkers = 2')
    path.write_text(text + PRICED)
    with serving(home) as double:
        yield double


def paid(owner: Owner) -> list[tuple[int, float]]:
    sql = "SELECT count(*), round(sum(cost_usd), 6) FROM payments"
    return [(int(calls), float(dollars)) for calls, dollars in owner.rows(sql)]


def test_a_budget_is_never_passed_and_the_next_run_goes_on(
    mirrored: Owner, priced: Double
) -> None:
    budget = 6 * CALL
    ran = mirrored.run("run", "--budget", str(budget), "--json", code=3)
    found = document("run", ran.out)
    first = priced.paid
    assert 0 < first * CALL <= budget
    assert found["paid"] == {
        "dollars": pytest.approx(first * CALL),
        "unpriced": 0,
        "budget": budget,
    }
    generate = found["stages"][3]
    assert "does not cover another image" in generate["said"]
    assert generate["fate"] == "done", "what the owner asked for"
    mirrored.run("run", "--budget", "1", code=3)
    assert paid(mirrored) == [(10, round(10 * CALL, 6))]
    assert priced.paid == 10
    mirrored.run("run", "--budget", "1", code=3)
    assert priced.paid == 10


def test_a_budget_for_not_even_one_text_is_no_success(
    mirrored: Owner, priced: Double
) -> None:
    ran = mirrored.run("run", "--budget", str(CALL / 100), code=5)
    assert priced.paid == 0
    assert "does not cover another image" in ran.out


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda one: one.name
)
def test_a_run_that_is_ended_loses_no_answer_and_the_next_pays_for_none_again(
    mirrored: Owner, priced: Double, number: signal.Signals
) -> None:
    """SIGHUP as it comes with a terminal that is closed: by then nothing can be written
    to it, and both the shell and the kernel send it."""
    setting(mirrored, budget=1)
    priced.latency = 0.2
    leader, terminal = pty.openpty()
    os.set_blocking(leader, False)
    process = subprocess.Popen(
        [*WARM, "-m", "altsync", "run", "--json"],
        stdout=subprocess.PIPE,
        stderr=terminal if number is signal.SIGHUP else subprocess.PIPE,
        text=True,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(terminal)
    ends = time.monotonic() + 60
    while priced.paid < 3 and time.monotonic() < ends:
        assert process.poll() is None
        with contextlib.suppress(OSError):
            os.read(leader, 1 << 16)
        time.sleep(0.01)
    os.close(leader)
    if number is signal.SIGHUP:
        process.send_signal(number)
        time.sleep(0.05)
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENT)
    lost = 0
    if number is not signal.SIGKILL:
        assert process.returncode == 130, err
        found = document("run", out)
        assert found["interrupted"] is True
        assert found["paid"]["dollars"] == pytest.approx(priced.paid * CALL)
        assert paid(mirrored)[0][0] == priced.paid
    else:
        lost = priced.paid - paid(mirrored)[0][0]
        assert lost <= 2, "what was in flight"
    priced.latency = 0
    mirrored.run("run", code=3)
    assert paid(mirrored)[0][0] == 10
    assert priced.paid <= 10 + 2 * (number is signal.SIGKILL)
