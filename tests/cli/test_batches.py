"""`altsync generate --batch` and its kin, as an owner types them."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync.generate.batches import calls, settling
from altsync.generate.batches.openai import OpenAIBatches as Hosted
from tests.cli.conftest import Owner
from tests.cli.printed import document
from tests.cli.test_generating import PRICES, configure, missing
from tests.doubles.providers.base import Act, decided
from tests.doubles.providers.batching import Came, Said
from tests.doubles.providers.openai import serving
from tests.doubles.providers.openai_batches import OpenAIBatches

GENERATE = ("generate", "-m", "double")


@pytest.fixture
def double(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIBatches]:
    """OpenAI's batches, with llm in a home of its own."""
    home = tmp_path / "llm"
    monkeypatch.setenv("LLM_USER_PATH", str(home))
    monkeypatch.setattr(settling, "SETTLES", 0.01)
    with serving(home, OpenAIBatches) as server:
        assert isinstance(server, OpenAIBatches)
        yield server


def test_from_the_batch_to_the_candidates(
    mirrored: Owner, double: OpenAIBatches
) -> None:
    configure(mirrored, PRICES)
    images = missing(mirrored)
    double.looks = None
    sent = mirrored.run(*GENERATE, "--batch", "--limit", "3")
    assert "3 images with double: about $" in sent.err
    assert "half price; altsync.toml" in sent.err
    assert "3 lines handed over in 1 batch; about $" in sent.out
    assert "within 24 hours" in sent.err
    assert "altsync generate --batch-fetch" in sent.err

    told = mirrored.run("generate", "--batch-status")
    assert told.out.splitlines()[0].split() == [
        *("batch", "model", "lines", "answered", "failed", "open"),
        *("since", "(UTC)", "until", "(UTC)"),
    ]
    assert told.out.splitlines()[1].split()[:6] == ["1", "double", "3", "0", "0", "3"]
    assert "under way" in told.out
    (item,) = document(
        "batch-status", mirrored.run("generate", "--batch-status", "--json").out
    )
    assert (item["state"], item["open"], item["provider"]) == ("waits", 3, "openai")
    funnel = mirrored.run("status")
    assert "3 lines open in 1 batch: altsync generate --batch-fetch" in funnel.out

    rest = mirrored.run(*GENERATE, "--limit", "2")
    assert "3 images passed over: the question is handed over" in rest.err
    assert "altsync generate --batch-fetch" in rest.err
    assert "2 candidates stored" in rest.out

    (lot,) = double.lots.values()
    double.work(lot)
    double.end(lot, "completed")
    assert "ended: fetch it" in mirrored.run("generate", "--batch-status").out
    done = mirrored.run("generate", "--batch-fetch")
    assert "3 candidates stored; cost $0.0023" in done.out, done
    assert "Deleted at the provider, as nothing needs it any more: 1 file." in done.err
    assert missing(mirrored) == images - 5
    again = mirrored.run("generate", "--batch-fetch")
    assert "No batch is under way" in again.err
    assert max(double.paid_for.values()) == 1
    mirrored.run("approve", "--all", "--by", "ann")
    by_batch = "(double, by batch 1, approved by ann)"
    assert mirrored.run("diff").out.count(by_batch) == 3
    mirrored.run("diff", "--html", "audit.html")
    page = Path("audit.html").read_text("utf-8")
    assert page.count("double, by batch 1, approved by ann") == 3
    assert "double, approved by ann" in page, "of what was asked live"
    cost = json.loads(mirrored.run("cost", "--json").out)
    assert cost[0]["cost_usd"] == pytest.approx(3 * 0.00075 + 2 * 0.0015)


def test_documents(mirrored: Owner, double: OpenAIBatches) -> None:
    configure(mirrored, PRICES)
    sent = document(
        "batch-sent", mirrored.run(*GENERATE, "--batch", "--limit", "2", "--json").out
    )
    assert (sent["lines"], sent["next"]) == (2, "altsync generate --batch-fetch")
    assert sent["estimate_usd"] == pytest.approx(sent["batches"][0]["estimate_usd"])
    done = document(
        "batch-fetch", mirrored.run("generate", "--batch-fetch", "--json").out
    )
    assert (done["made"], done["next"]) == (2, "altsync review")
    assert done["deleted"] == 1
    assert done["batches"][0]["state"] == "done"
    nothing = document(
        "batch-fetch", mirrored.run("generate", "--batch-fetch", "--json").out
    )
    assert nothing["batches"] == []


def test_the_reference_is_asked_by_the_batch_once_texts_are_there(
    mirrored: Owner, double: OpenAIBatches
) -> None:
    """In a batch of its own, at half price, within the same budget; one that has no
    batches is told of, and stops nothing."""
    configure(mirrored, PRICES + "double-2 = { input = 1.0, output = 10.0 }\n")
    path = mirrored.directory / "altsync.toml"
    plain = path.read_text()
    path.write_text(
        plain.replace("[generate]", '[generate]\nreference = "double-2"', 1)
    )
    double.act = lambda body: Act(decided("A dog.", unsure=True))
    first = mirrored.run(*GENERATE, "--batch", "--limit", "2")
    assert (
        "double-2 is asked about these once their texts are there: by the" in first.err
    )
    assert "2 candidates stored" in mirrored.run("generate", "--batch-fetch").out
    tight = mirrored.run(*GENERATE, "--batch", "--limit", "2", "--budget", "0.006")
    assert "double-2 was asked no more: The budget" in tight.err
    assert (
        "double-2 is asked about 2 images whose texts are there, for about $"
        in tight.err
    )
    sent = document(
        "batch-sent", mirrored.run(*GENERATE, "--batch", "--limit", "2", "--json").out
    )
    handed = {one["model"]: one["lines"] for one in sent["batches"]}
    assert handed == {"double": 2, "double-2": 2}
    assert sent["lines"] == 4
    again = mirrored.run("generate", "-m", "double", "--limit", "1")
    assert "to compare with: 2" not in again.err, "it is handed over"
    mirrored.run("generate", "--batch-fetch")
    rows = mirrored.rows(
        "SELECT model, cost_usd, count(*) FROM candidates WHERE reference"
        " AND handover_id IS NOT NULL GROUP BY 1"
    )
    assert rows == [("double-2", pytest.approx(0.00075), 2)]
    named = path.read_text()
    path.write_text(
        plain.replace("[generate]", '[generate]\nreference = "altsync-demo-hasty"', 1)
    )
    ran = mirrored.run(*GENERATE, "--batch", "--limit", "1")
    assert "The reference altsync-demo-hasty could not be asked" in ran.err
    assert "1 line handed over" in ran.out
    path.write_text(plain)
    mirrored.run(*GENERATE, "--yes")
    path.write_text(named)
    shutil.rmtree(mirrored.directory / "data" / "thumbnails")
    mirrored.site.fail("status", route="pixels", status=404)
    blind = mirrored.run(*GENERATE, "--batch", "--limit", "3")
    assert "double-2 had no text for 3 images" in blind.err
    mirrored.site.heal()
    alone = mirrored.run(*GENERATE, "--batch", "--limit", "3")
    assert "double-2, to compare with: 3 lines handed over; about $" in alone.err
    assert "altsync generate --batch-fetch" in alone.err
    assert "handed over in" not in alone.out


def test_what_a_host_calls_its_batch_steers_no_terminal(
    mirrored: Owner, double: OpenAIBatches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(double, "new_id", lambda: "batch_\x1b[2J")
    mirrored.run(*GENERATE, "--batch", "--limit", "1")
    told = mirrored.run("generate", "--batch-fetch", code=5).err
    assert "knows no batch batch_\\u001b[2J" in told
    assert "\x1b" not in told


def test_a_batch_is_cancelled_by_its_number(
    mirrored: Owner, double: OpenAIBatches
) -> None:
    double.looks = None
    mirrored.run(*GENERATE, "--batch", "--limit", "2", "--yes")
    assert "no batch 7" in mirrored.run("generate", "--batch-cancel", "7", code=2).err
    gone = mirrored.run("generate", "--batch-cancel", "1")
    assert "being cancelled" in gone.out
    assert "by: altsync generate --batch-fetch" in gone.err
    done = mirrored.run("generate", "--batch-fetch")
    assert "2 lines not answered: the next altsync generate asks again" in done.err
    assert double.paid == 0
    assert "2 candidates stored" in mirrored.run(*GENERATE, "--limit", "2").out


def test_what_is_given_up_is_given_up_knowingly(
    mirrored: Owner, double: OpenAIBatches
) -> None:
    """A provider that is busy for a moment answers, and is paid, all the same."""
    double.looks = None
    mirrored.run(*GENERATE, "--batch", "--limit", "2")
    double.steps["look"] = [Act(code=403, error={"message": "Not now."})] * 9
    told = mirrored.run("generate", "--batch-cancel", code=5)
    assert "Not every batch could be stopped" in told.err
    asked = mirrored.run("generate", "--batch-cancel", "1", code=2)
    assert "its 2 lines are asked again; what its provider answers" in asked.err
    assert "say --yes" in asked.err
    double.steps["look"] = []
    lot = next(iter(double.lots.values()))
    double.validate(lot)
    double.work(lot)
    double.end(lot, "completed")
    double.steps["content"] = [Act(code=403, error={"message": "Not now."})] * 9
    stuck = mirrored.run("generate", "--batch-fetch", code=5)
    assert "altsync generate --batch-cancel NUMBER" in stuck.err
    asked = mirrored.run("generate", "--batch-cancel", "1", code=2)
    assert "say --yes" in asked.err
    given_up = mirrored.run("generate", "--batch-cancel", "1", "--yes")
    assert "is asked again by: altsync generate" in given_up.err
    assert "2 candidates stored" in mirrored.run(*GENERATE, "--limit", "2").out


def test_what_failed_is_said_and_asked_again(
    mirrored: Owner, double: OpenAIBatches
) -> None:
    double.acts = [
        Act(code=500, error={"message": "It broke.", "type": "server_error"})
    ]
    mirrored.run(*GENERATE, "--batch", "--limit", "1")
    done = mirrored.run("generate", "--batch-fetch", code=5)
    assert "1 line failed; the next altsync generate asks again." in done.err
    double.acts = []
    assert "1 candidate stored" in mirrored.run(*GENERATE, "--limit", "1").out


def test_with_wait_it_looks_until_every_batch_has_ended(
    mirrored: Owner, double: OpenAIBatches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("altsync.cli._batches.WAITS", (0.01,))
    double.looks = 3
    mirrored.run(*GENERATE, "--batch", "--limit", "2")
    for lot in double.lots.values():
        lot.looks = 1  # it ends before the other
    mirrored.run(*GENERATE, "--batch", "--limit", "1")
    done = mirrored.run("generate", "--batch-fetch", "--wait", "--json")
    assert "lines open; looking again in" in done.err
    told = document("batch-fetch", done.out)
    assert told["made"] == 3
    assert [one["state"] for one in told["batches"]] == ["done", "done"]


def test_where_it_ends_by_an_error_what_was_handed_over_is_said(
    mirrored: Owner, double: OpenAIBatches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hosted, "most_lines", 2)
    monkeypatch.setattr(calls, "TRIES", 1)
    double.looks = None
    double.steps["create"] = [None, Act.status(400)]
    ended = mirrored.run(*GENERATE, "--batch", "--limit", "4", code=1)
    assert "2 lines handed over in 1 batch before that" in ended.err
    assert "altsync generate --batch-status" in ended.err

    double.steps["create"] = ["lost"]
    double.steps["list"] = [None, Act.status(503)]
    ended = mirrored.run(*GENERATE, "--batch", "--limit", "1", code=1)
    assert "Nobody knows yet whether batch 3 arrived. Its 1 line will be" in ended.err
    assert "before that" not in ended.err
    assert "3 lines still open" in mirrored.run("generate", "--batch-fetch").err


def test_where_all_is_handed_over_that_is_said_and_no_image_is_called_done(
    mirrored: Owner, double: OpenAIBatches
) -> None:
    double.looks = None
    sent = mirrored.run(*GENERATE, "--batch")
    assert "in 1 batch; at a price that nobody here knows" in sent.out
    nothing = mirrored.run(*GENERATE, "--again")
    assert "all questions that may be asked are handed over" in nothing.err
    assert "passed over: the question is handed over" in nothing.err


def test_a_wait_that_is_broken_off_is_not_done(
    mirrored: Owner, double: OpenAIBatches, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script goes on after it only where every batch has ended."""
    double.looks = None
    mirrored.run(*GENERATE, "--batch", "--limit", "1")
    look = double._look

    def interrupting(came: Came) -> Said:
        os.kill(os.getpid(), signal.SIGINT)
        return look(came)

    monkeypatch.setattr(double, "_look", interrupting)
    stopped = mirrored.run("generate", "--batch-fetch", "--wait", code=130)
    assert "1 line still open" in stopped.err
    assert "Run the same command again to go on" in stopped.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--batch", "--batch-fetch"), "Choose one of --batch, --batch-fetch"),
        (("--wait",), "--wait is for --batch-fetch"),
        (("--batch", "--dask", "tcp://x:1"), "leave it out with --batch"),
        (("--batch-fetch", "at-home/x"), "name no image"),
        (("--batch-cancel", "x"), "no number of a batch"),
        (("--batch-cancel", "--album", "at-home"), "as a whole: leave out --album"),
        (("--batch-fetch", "-m", "altsync-demo"), "as a whole: leave out -m"),
    ],
)
def test_what_does_not_go_together(
    mirrored: Owner, words: tuple[str, ...], says: str
) -> None:
    assert says in mirrored.run("generate", *words, code=2).err


def test_a_model_without_batches_is_told_before_anything_is_done(
    mirrored: Owner,
) -> None:
    told = mirrored.run("generate", "-m", "altsync-demo", "--batch", code=2)
    assert "cannot be asked by the batch" in told.err
    assert "altsync work export" in told.err
    assert "images with" not in told.err


def test_a_run_that_nobody_watches_takes_in_what_has_ended_first(
    mirrored: Owner, double: OpenAIBatches
) -> None:
    toml = mirrored.directory / "altsync.toml"
    toml.write_text(toml.read_text().replace('"altsync-demo"', '"double"') + PRICES)
    double.looks = 2
    mirrored.run("generate", "--batch", "--limit", "2")
    ran = mirrored.run("run", "--limit", "1", code=None)
    assert "2 lines open in batches." in ran.out, ran
    assert "1 candidate stored" in ran.out
    ran = mirrored.run("run", "--limit", "1", code=None)
    assert "2 candidates of batches." in ran.out, ran
    assert max(double.paid_for.values()) == 1
