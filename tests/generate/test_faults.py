"""One image's fault is that image's failure: the others' answers are stored, what was
paid is on record, and the run goes on until a row of its kind is long enough."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import llm
import pytest

from altsync.errors import AltsyncError, ModelStopped, SourceError, Unreachable
from altsync.generate import opening, work
from altsync.generate.ending import IN_A_ROW
from altsync.generate.task import Outcome, Task
from altsync.models import SiteImage, Tag
from altsync.sources.memory import MemorySource
from altsync.store import ledger
from tests.doubles.providers.openai import Act, Double
from tests.generate.conftest import CALL, Bench

GOOD = Act.alt("A cat on a mat.")
Filled = Callable[[int], Bench]


class FarAway(MemorySource):
    """A site of which some pictures cannot be had."""

    far: Callable[[int], bool]

    def pixels(self, image: SiteImage, max_bytes: int = 60_000_000) -> bytes:
        if self.far(int(image.name[1:])):
            raise Unreachable("The site did not answer.")
        return super().pixels(image, max_bytes)


def away(bench: Bench, far: Callable[[int], bool]) -> Bench:
    site = FarAway()
    site.__dict__.update(bench.source.__dict__)
    site.far = far
    bench.source = site
    return bench


def spent(bench: Bench) -> list[tuple[int, int, int]]:
    """Candidates, failures and thousandths of a cent, by model."""
    lines = ledger.spent(bench.store.conn, "model")
    return [
        (line.candidates, line.failures, round((line.cost_usd or 0) * 100_000))
        for line in lines
    ]


@pytest.mark.parametrize("threads", [1, 8])
def test_pictures_that_do_not_come_say_nothing_of_the_model(
    filled: Filled, double: Double, threads: int
) -> None:
    """Three of four fail at once, and overtake the answers that take their time."""
    bench = away(filled(24), lambda number: number % 4 != 0)
    double.latency = 0.2
    done = bench.run(threads=threads)
    assert (done.made, done.failed) == (6, 18)


def test_a_site_that_gives_no_picture_stops_the_run_in_its_own_name(
    filled: Filled, double: Double
) -> None:
    bench = away(filled(40), lambda number: number > 3)
    with pytest.raises(SourceError, match="5 images in a row failed, the last one so"):
        bench.run()
    assert bench.rows("SELECT count(*) FROM candidates") == [(double.paid,)]
    assert bench.rows("SELECT count(*) FROM failures")[0][0] < 20


def test_other_hosts_that_do_not_answer_are_not_the_site(
    bench: Bench, double: Double
) -> None:
    """The same, with pictures that a text takes from elsewhere."""
    page = "https://site.example/old"
    for number in range(2 * IN_A_ROW):
        far = f"https://gone{number}.example/a.jpg"
        bench.add(number, alt=None, tag=Tag.IMG, image_url=far, page_url=page)
    bench.add(99)
    away(bench, lambda number: number < 99)
    bench.pull()
    assert (bench.run().made, double.calls) == (1, 1)


def test_old_texts_whose_pictures_are_gone_stop_nothing(
    bench: Bench, double: Double
) -> None:
    """The run could never get past them: they come first again each time."""
    for number in range(2 * IN_A_ROW):
        bench.add(number, alt=None, tag=Tag.IMG)
    bench.source._pixels.clear()
    bench.add(99)
    bench.pull()
    done = bench.run()
    assert (done.made, done.failed, double.calls) == (1, 2 * IN_A_ROW, 1)


def test_a_paid_answer_before_the_run_stops_is_on_record(
    filled: Filled, double: Double
) -> None:
    bench = filled(3)
    double.acts = [Act(""), Act.status(401)]
    with pytest.raises(ModelStopped, match="refused the key"):
        bench.run()
    assert spent(bench) == [(0, 1, 150)]
    assert bench.rows("SELECT work_key FROM failures") == [(None,)], "not given up"


def test_a_model_that_is_paid_for_nothing_is_asked_no_more(
    filled: Filled, double: Double
) -> None:
    bench = filled(30)
    double.acts = [Act("")]
    with pytest.raises(ModelStopped, match="no usable text for the first 10 images"):
        bench.run()
    assert double.paid == 2 * 10


class Broken:
    """Answers as `work` does, but breaks on the calls of these numbers."""

    def __init__(self, breaks: Callable[[int], bool]) -> None:
        self.calls = 0
        self._breaks = breaks

    def __call__(self, task: Task) -> Outcome:
        self.calls += 1
        number = self.calls
        outcome = work.work(task)
        if self._breaks(number):
            raise KeyError("secret")
        return outcome


@pytest.mark.parametrize("threads", [1, 4])
def test_an_unexpected_error_takes_no_other_answer_with_it(
    filled: Filled, double: Double, threads: int
) -> None:
    bench = filled(12)
    double.latency = 0.05
    done = bench.run(threads=threads, answer=Broken(lambda number: number == 5))
    assert (done.made, done.failed, double.paid) == (11, 1, 12)
    (error,) = bench.rows("SELECT error FROM failures")[0]
    assert error.startswith("altsync failed on this image (KeyError, ")
    assert "secret" not in error


def test_errors_in_a_row_end_the_run_and_keep_what_arrived(
    filled: Filled, double: Double
) -> None:
    bench = filled(30)
    broken = Broken(lambda number: number > 3)
    with pytest.raises(AltsyncError, match="5 images in a row failed"):
        bench.run(answer=broken)
    assert bench.rows("SELECT count(*) FROM candidates") == [(3,)]
    assert double.paid == 3 + IN_A_ROW


def test_what_nobody_knows_the_cost_of_counts_in_the_budget(
    filled: Filled, double: Double
) -> None:
    """A call that broke may have been paid for: its share stays spent."""
    bench = filled(30)
    broken = Broken(lambda number: number % 2 == 0)
    bench.run(budget=10 * CALL, answer=broken)
    assert double.paid <= 10


def test_an_answer_that_cannot_be_stored_is_that_images_failure(
    filled: Filled, double: Double
) -> None:
    bench = filled(6)
    bench.store.conn.execute(
        "CREATE TRIGGER odd BEFORE INSERT ON candidates WHEN NEW.image_id = 'a/n00002'"
        " BEGIN SELECT raise(ABORT, 'odd'); END"
    )
    done = bench.run(threads=3)
    assert (done.made, done.failed, double.paid) == (5, 1, 6)
    assert spent(bench) == [(5, 1, 6 * 150)]
    assert bench.run(threads=3).made == 0
    assert double.paid == 6, "nothing is paid for twice"


LOST = (1700 + 100 * 10) / 1_000_000
"""Dollars for an answer that was lost before any came: 1,400 tokens in and 90 out."""


@pytest.mark.parametrize("how", ["reset", "short", "chunk", "break"])
def test_what_was_lost_on_its_way_is_estimated_and_said_so(
    filled: Filled, double: Double, how: str
) -> None:
    bench = filled(2)
    double.acts = [Act.alt("A cat.", how=how), GOOD, GOOD]
    done = bench.run()
    assert (done.made, double.calls) == (2, 3)
    assert bench.rows(
        "SELECT input_tokens, output_tokens, lost_calls, estimated_usd, cost_usd"
        " FROM candidates ORDER BY id"
    ) == [
        (2700, 150, 1, pytest.approx(LOST), pytest.approx(LOST + CALL)),
        (1000, 50, 0, None, pytest.approx(CALL)),
    ]
    (line,) = ledger.spent(bench.store.conn, "model")
    assert line.lost == 1
    assert line.estimated_usd == pytest.approx(LOST)


def test_an_answer_is_lost_twice_at_most_and_its_part_is_kept(
    filled: Filled, double: Double
) -> None:
    bench = filled(1)
    double.acts = [Act.alt("A cat.", how="short")]
    assert bench.run().failed == 1
    assert double.calls == 2
    error, lost, dollars, part, key = bench.rows(
        "SELECT error, lost_calls, cost_usd, answer, work_key FROM failures"
    )[0]
    assert error.startswith("The answer of double was lost on its way (")
    assert (lost, dollars, key) == (2, pytest.approx(2 * LOST), None)
    assert part.startswith('{"id": "chatcmpl-')
    double.acts = [GOOD]
    assert bench.run().made == 1, "it may be had another time"


def test_what_was_lost_counts_in_the_budget(filled: Filled, double: Double) -> None:
    bench = filled(40)
    double.acts = [Act.alt("A cat.", how="short"), GOOD] * 40
    budget = 12 * CALL
    done = bench.run(budget=budget)
    assert 0 < done.spent <= budget
    assert double.calls * CALL <= budget
    assert "budget" in done.stopped


def test_what_was_no_text_is_kept_as_it_arrived(filled: Filled, double: Double) -> None:
    bench = filled(2)
    double.acts = [Act("[" * 1500), Act("[" * 1500), Act(raw=b"null")]
    bench.run()
    kept = bench.rows("SELECT answer FROM failures ORDER BY id")
    assert kept == [("[" * 1500,), ("null",)]


class RefusalOfAPlugin(Exception):
    """What llm-anthropic raises over a refusal: HTTP 200, billed, after it has noted the
    usage (providers' documents)."""


class Refusing(llm.Model):
    """A model of another plugin, with a client that is none of altsync's."""

    model_id = "refusing"
    attachment_types = {"image/jpeg"}  # noqa: RUF012
    supports_schema = True

    def __init__(self, error: type[Exception], ending: str) -> None:
        self.error = error
        self.ending = ending
        self.calls = 0

    def execute(
        self, prompt: Any, stream: Any, response: Any, conversation: Any
    ) -> Any:
        self.calls += 1
        response.response_json = {"stop_reason": self.ending}
        response.set_usage(input=1000, output=50)
        raise self.error("no")


@pytest.mark.parametrize(
    ("error", "ending", "calls"),
    [
        (RefusalOfAPlugin, "refusal", 1),
        (KeyError, "refusal", 1),
        (KeyError, "end_turn", 2),
        (TypeError, "end_turn", 2),
    ],
)
def test_an_answer_over_which_a_plugin_fails_is_paid_and_final(
    filled: Filled,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
    ending: str,
    calls: int,
) -> None:
    model = Refusing(error, ending)
    monkeypatch.setattr(llm, "get_model", lambda name: model)
    opening.forget()
    bench = filled(1)
    prices = {"refusing": {"input": 1.0, "output": 10.0}}
    for _ in range(2):
        bench.run(models=("refusing",), prices=prices)
    opening.forget()
    assert model.calls == calls, "not asked again"
    assert spent(bench) == [(0, 1, calls * 150)]
    (answer,) = bench.rows("SELECT answer FROM failures")[0]
    assert json.loads(answer) == {"stop_reason": ending}
