"""The reference: whom it is asked about, what its texts are, and what they never are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from altsync.config import Config, GenerateConfig, SiteConfig
from altsync.errors import ModelStopped
from altsync.generate import reference
from altsync.generate.choosing import Wanted
from altsync.generate.generated import Generated
from altsync.generate.reference import Reference, drawn, settings_of
from altsync.generate.settings import Settings, Ways
from altsync.models import Verdict
from altsync.stage import Context
from altsync.store import candidates
from altsync.store.worklist import Worklist
from altsync.verdicts.cases import decided, waiting
from altsync.verdicts.policy import Way
from tests.doubles.providers.openai import Act, Double
from tests.doubles.providers.openai import decided as decided_by
from tests.generate.conftest import PRICES, Bench

Filled = Callable[[int], Bench]
NAME = "double-2"
SETTINGS = Settings(models=("double",), timeout=60.0, prices=PRICES)
CONFIG = Config(
    SiteConfig("http://site.test", "memory"), generate=GenerateConfig(reference=NAME)
)


DOUBTED = decided_by("A dog on a lawn.", unsure=True, why="it may be a cat")
SURE = decided_by("A dog on a lawn.")
OTHER = decided_by("A cat on a lawn.")


def answering(server: Double, first: str, second: str = OTHER) -> None:
    """What each of the two models says of every picture."""
    said = {"double": first, NAME: second}
    server.act = lambda body: Act(said[body["model"]])


def ask(bench: Bench, wanted: Wanted | None = None, **how: Any) -> Generated | None:
    """A run, and the reference after it."""
    settings = replace(SETTINGS, **how)
    done = bench.run(budget=settings.budget)
    asked = settings_of(settings, NAME)
    assert asked is not None
    context = Context(bench.source, bench.store, threads=1)
    return Reference(asked, wanted or Wanted(), CONFIG).ask(context, Ways(), done)


def of_reference(bench: Bench) -> list[str]:
    sql = "SELECT image_id FROM candidates WHERE reference ORDER BY image_id"
    return [image for (image,) in bench.rows(sql)]


@pytest.fixture
def halves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chance draws a half in place of a tenth."""
    monkeypatch.setattr(reference, "SHARE", 0.5)


def test_chance_draws_a_tenth_and_the_same_again() -> None:
    images = [f"album/{number}" for number in range(5000)]
    found = [image for image in images if drawn(image, "m")]
    assert 430 < len(found) < 570
    assert found == [image for image in images if drawn(image, "m")]
    assert found != [image for image in images if drawn(image, "other")]


def test_it_is_asked_about_those_that_chance_draws_and_never_twice(
    filled: Filled, double: Double, halves: None
) -> None:
    bench = filled(5)
    answering(double, SURE)
    found = ask(bench)
    expected = [f"a/n{n:05d}" for n in range(5) if drawn(f"a/n{n:05d}", NAME)]
    assert 0 < len(expected) < 5
    assert of_reference(bench) == expected
    assert found is not None
    assert found.made == len(expected)
    paid = double.paid
    assert ask(bench) is None
    assert double.paid == paid


def test_it_is_asked_about_the_doubtful(filled: Filled, double: Double) -> None:
    bench = filled(3)
    answering(double, DOUBTED)
    ask(bench)
    assert of_reference(bench) == [f"a/n{number:05d}" for number in range(3)]


def test_what_it_says_is_nothing_to_choose_against(
    filled: Filled, double: Double
) -> None:
    bench = filled(1)
    answering(double, DOUBTED)
    ask(bench)
    (group,) = candidates.open_candidates(bench.store.conn)
    assert [one.reference for one in group] == [False, True]
    assert waiting(group) is group[0]
    ((one, reason),) = decided([group], Way.BULK)
    assert (one, reason) == (group[0], None)
    assert not bench.rows("SELECT 1 FROM image_states WHERE state <> 'needs-review'")


def test_it_can_be_taken_by_itself_and_not_in_bulk(
    filled: Filled, double: Double
) -> None:
    bench = filled(1)
    answering(double, DOUBTED)
    ask(bench)
    with bench.store.write() as tx:
        candidates.judge(tx, 1, Verdict.REJECTED, "kim")
    (group,) = candidates.open_candidates(bench.store.conn)
    ((one, reason),) = decided([group], Way.BULK)
    assert one.reference
    assert reason == "the reference model's text, which a person takes by itself or not"
    with bench.store.write() as tx:
        candidates.judge(tx, one.id, Verdict.APPROVED, "kim")
    assert bench.rows("SELECT state FROM image_states") == [("approved",)]


def test_a_model_that_was_the_reference_still_lacks_a_text_to_choose(
    filled: Filled, double: Double
) -> None:
    """And what it said then is taken: nobody pays twice."""
    bench = filled(1)
    answering(double, DOUBTED)
    ask(bench)
    paid = double.paid
    both = ("double", NAME)
    done = bench.run(Worklist(models=both), models=both)
    assert (done.made, done.reused, double.paid) == (0, 1, paid)
    assert bench.rows("SELECT model, reference, cost_usd > 0 FROM candidates") == [
        ("double", 0, 1),
        (NAME, 1, 1),
        (NAME, 0, 0),
    ]
    assert bench.run(Worklist(models=both), models=both).known == 0


def test_it_is_compared_also_where_its_own_text_stands_on_the_site(
    filled: Filled, double: Double
) -> None:
    """What it said once is taken for the text that is proposed in its place: else it was
    due for ever, and compared never."""
    bench = filled(1)
    answering(double, DOUBTED)
    ask(bench)
    with bench.store.write() as tx:
        tx.execute("UPDATE images SET alt = 'A cat on a lawn.', origin = 'ai'")
    bench.run(Worklist(images=("a/n00000",)))
    paid = double.paid
    found = ask(bench, Wanted(images=("a/n00000",)))
    assert found is not None
    assert (found.reused, double.paid) == (1, paid)
    assert ask(bench, Wanted(images=("a/n00000",))) is None


def test_a_model_that_is_asked_anyway_is_not_asked_as_the_reference(
    bench: Bench, double: Double
) -> None:
    assert settings_of(replace(SETTINGS, models=("double", NAME)), NAME) is None
    assert settings_of(SETTINGS, "") is None
    assert settings_of(replace(SETTINGS, replace=("cut",)), NAME) is None
    with pytest.raises(ModelStopped):
        settings_of(SETTINGS, "no-such-model")


def test_a_limit_and_a_budget_hold_for_it_too(filled: Filled, double: Double) -> None:
    bench = filled(3)
    answering(double, DOUBTED)
    found = ask(bench, Wanted(limit=2), budget=1.0)
    assert found is not None
    assert found.made == 2
    bench.add(3)
    bench.pull()
    found = ask(bench, budget=0.0035)
    assert found is not None
    assert (found.made, found.stopped != "") == (0, True)


def test_by_a_condition_it_is_about_the_texts_of_the_run(
    filled: Filled, double: Double
) -> None:
    bench = filled(2)
    answering(double, DOUBTED)
    bench.run(Worklist(images=("a/n00000",)))
    assert ask(bench, Wanted(where="album = 'a'")) is not None
    assert of_reference(bench) == ["a/n00001"]


def test_what_it_will_cost_is_said_before(filled: Filled, double: Double) -> None:
    bench = filled(3)
    answering(double, DOUBTED)
    asked = settings_of(SETTINGS, NAME)
    assert asked is not None
    plain = Reference(asked, Wanted(), CONFIG)
    some = replace(plain, wanted=Wanted(limit=1))
    where = replace(plain, wanted=Wanted(where="width > 1"))
    conn = bench.store.conn
    assert plain.expected(conn, 40).images == 4
    bench.run()
    assert plain.expected(conn, 40).images == 7
    assert some.expected(conn, 40).images == 1
    assert where.expected(conn, 40).images == 4


def test_what_it_had_no_text_for_is_not_asked_again(
    filled: Filled, double: Double
) -> None:
    bench = filled(1)
    answering(double, DOUBTED, "")
    found = ask(bench)
    assert found is not None
    assert found.failed == 1
    assert ask(bench) is None
    assert bench.rows("SELECT state FROM image_states") == [("needs-review",)]
