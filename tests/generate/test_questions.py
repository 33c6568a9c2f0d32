"""Images that no model has a text for are passed over, until something of the question
changes, or the owner asks on purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from altsync.config import parse
from altsync.generate.choosing import Targets, Wanted, choose
from altsync.generate.generated import Generated
from altsync.generate.prompt import Wishes
from altsync.generate.settings import Settings
from altsync.generate.stage import Generate
from altsync.stage import Context
from tests.doubles.providers.openai import Act, Double
from tests.generate.conftest import PRICES, Bench, photo

Filled = Callable[[int], Bench]
HOUSE = parse('[site]\nurl = "http://site.test"\nsource = "memory"\n')
NONE = Act("", refusal="I cannot help with that.")


def generate(
    bench: Bench, wanted: Wanted | None = None, **how: Any
) -> tuple[Targets, Generated]:
    """As the command does it."""
    settings = Settings(**{"models": ("double",), "prices": PRICES, **how})
    with bench.store.snapshot() as conn:
        targets = choose(conn, HOUSE, settings, wanted or Wanted())
        context = Context(bench.source, bench.store, threads=1)
        return targets, Generate(context, settings, targets).run()


@pytest.fixture
def dead(filled: Filled, double: Double) -> Bench:
    """Two of five have no text, and the model would have one for them now."""
    bench = filled(5)
    double.acts = [NONE]
    generate(bench, Wanted(limit=2))
    assert double.calls == double.paid == 2
    double.acts = []
    return bench


def asked(bench: Bench) -> list[str]:
    found = bench.rows("SELECT image_id FROM candidates ORDER BY image_id")
    return [image.removeprefix("a/n0000") for (image,) in found]


def test_a_limit_reaches_others(dead: Bench, double: Double) -> None:
    targets, done = generate(dead, Wanted(limit=2))
    assert (len(targets), done.made, done.refused) == (2, 2, 0)
    assert asked(dead) == ["2", "3"]
    assert list(targets.passed_over) == ["a/n00000", "a/n00001"]
    assert "refused" in targets.passed_over["a/n00000"]
    targets, done = generate(dead)
    assert (len(targets), done.made, asked(dead)) == (1, 1, ["2", "3", "4"])
    targets, done = generate(dead)
    assert (len(targets), len(targets.passed_over), double.paid) == (0, 2, 5)


@pytest.mark.parametrize(
    "change",
    [
        "title",
        "address",
        "size",
        "prompt",
        "note",
        "model",
        "option",
        "fallback",
        "side",
    ],
)
def test_what_changed_makes_a_fresh_question(dead: Bench, change: str) -> None:
    wanted = Wanted(limit=2)
    how: dict[str, Any] = {}
    if change == "title":
        dead.source.edit("a/n00000", title="Another")
        dead.pull()
    elif change == "address":
        dead.source.edit("a/n00000", image_url="http://site.test/another.png")
        dead.pull()
    elif change == "size":
        dead.source.edit("a/n00000", width=7)
        dead.pull()
    elif change == "note":
        wanted = Wanted(limit=2, note="All of them show cats.")
    else:
        changes: dict[str, dict[str, Any]] = {
            "prompt": {"wishes": Wishes(instructions="Be brief.")},
            "model": {"models": ("double-2",)},
            "option": {"options": {"seed": 7}},
            "fallback": {"fallbacks": ("double-2",)},
            "side": {"side": 512},
        }
        how = changes[change]
    settings = Settings(**{"models": ("double",), **how})
    with dead.store.snapshot() as conn:
        targets = choose(conn, HOUSE, settings, wanted)
        assert "a/n00000" in [target.image.id for target in targets]


def test_a_text_for_the_picture_beside_it_makes_no_fresh_question(dead: Bench) -> None:
    dead.source.edit("a/n00002", alt="A person's words")
    dead.pull()
    with dead.store.snapshot() as conn:
        targets = choose(conn, HOUSE, Settings(("double",)), Wanted())
    assert list(targets.passed_over) == ["a/n00000", "a/n00001"]


@pytest.mark.parametrize(
    ("wanted", "how", "made", "calls"),
    [
        (Wanted(), {"retry": True}, ["0", "1"], 2),
        (Wanted(limit=1), {"retry": True}, ["0"], 1),
        (Wanted(images=("a/n00001", "a/n00003")), {"retry": True}, ["1", "3"], 2),
        (Wanted(images=("a/n00001",)), {}, [], 0),
        (Wanted(limit=3), {"again": True}, ["0", "1", "2"], 3),
    ],
    ids=["retry", "limit", "named", "named without", "again"],
)
def test_asked_again_on_purpose(
    dead: Bench,
    double: Double,
    wanted: Wanted,
    how: dict[str, bool],
    made: list[str],
    calls: int,
) -> None:
    before = double.calls
    targets, done = generate(dead, wanted, **how)
    assert (asked(dead), double.calls - before) == (made, calls)
    assert done.made == len(made)
    assert not targets.passed_over


def test_images_of_one_question_are_passed_over_and_asked_again_together(
    bench: Bench, double: Double
) -> None:
    """Three images of one picture are one question, paid for once a run."""
    for number in range(3):
        bench.add(number, pixels=photo(7), title="The same")
    bench.pull()
    double.acts = [NONE]
    for paid in (1, 2):
        targets, done = generate(bench, retry=paid == 2)
        assert (len(targets), done.failed, done.refused) == (3, 1, 2)
        assert double.paid == paid
        assert bench.rows("SELECT count(*) FROM payments") == [(paid,)]
    targets, done = generate(bench)
    assert (len(targets), len(targets.passed_over)) == (0, 3)
    double.acts = []
    targets, done = generate(bench, retry=True)
    assert (done.made, done.reused, double.paid) == (1, 2, 3)


def test_a_failure_from_before_questions_is_found_by_its_picture_once(
    dead: Bench, double: Double
) -> None:
    with dead.store.write() as tx:
        tx.execute("UPDATE failures SET question = NULL")
    targets, done = generate(dead)
    assert (len(targets), done.refused, done.made) == (5, 2, 3)
    targets, done = generate(dead)
    assert (len(targets), len(targets.passed_over), double.paid) == (0, 2, 5)


def test_what_a_fallback_is_left_is_known_before(dead: Bench, double: Double) -> None:
    """Of five images two are for the fallback alone."""
    settings = Settings(models=("double",), fallbacks=("double-2",))
    with dead.store.snapshot() as conn:
        targets = choose(conn, HOUSE, settings, Wanted())
        assert (len(targets), targets.for_others()) == (5, 2)
        targets = choose(conn, HOUSE, settings, Wanted(limit=1))
        assert (len(targets), targets.for_others()) == (1, 1)
    double.acts = [NONE]
    generate(dead, Wanted(limit=1), fallbacks=("double-2",))
    with dead.store.snapshot() as conn:
        targets = choose(conn, HOUSE, settings, Wanted())
        assert (len(targets), targets.for_others()) == (4, 1)


def test_of_two_models_one_without_a_text_holds_no_place(
    dead: Bench, double: Double
) -> None:
    """Once the other has proposed its own."""
    both = ("double", "double-2")
    for expected in (["0"], ["0", "1"], ["0", "1", "2", "2"]):
        generate(dead, Wanted(limit=1), models=both)
        assert asked(dead) == expected


def test_retrying_a_few_reaches_others_the_next_time(
    dead: Bench, double: Double
) -> None:
    double.acts = [NONE]
    for _ in range(2):
        generate(dead, Wanted(limit=1), retry=True)
    double.acts = []
    found = dead.rows("SELECT image_id, count(*) FROM failures GROUP BY image_id")
    assert [times for _, times in found] == [2, 2]
