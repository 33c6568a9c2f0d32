"""What somebody else is to answer is not asked from here, however it is chosen."""

from __future__ import annotations

from typing import Any

import pytest

from altsync.generate.choosing import Wanted, choose
from altsync.generate.settings import Settings
from altsync.models import HandedTo, LineCame
from altsync.store import compared, handovers
from altsync.store.compared import Among
from altsync.store.handovers import NewHandover, NewLine
from altsync.store.worklist import Worklist
from tests.doubles.providers.openai import Double
from tests.generate.conftest import PRICES, Bench
from tests.generate.test_choosing import HOUSE, Filled, publish
from tests.generate.test_fallback import REFUSAL, answering, asked


def hand_over(
    bench: Bench, *images: str, model: str = "double", key: str | None = None
) -> int:
    """Open lines about these images."""
    lines = [
        NewLine(key or image.ljust(64, "0"), image, "", None, None, "x", "[]", "f" * 64)
        for image in images
    ]
    with bench.store.write() as tx:
        token = f"{model} {images} {key}"
        handover = handovers.begin(
            tx, NewHandover(HandedTo.OPENAI, model, token), lines
        )
        handovers.sent(tx, handover, token)
    return handover


def choice(bench: Bench, wanted: Wanted, **how: Any) -> tuple[list[str], int]:
    """What is chosen, and how many wait elsewhere."""
    settings = Settings(**{"models": ("double",), "prices": PRICES, **how})
    with bench.store.snapshot() as conn:
        targets = choose(conn, HOUSE, settings, wanted)
        return [one.image.id for one in targets], targets.waiting


ZERO, ONE, TWO = "a/n00000", "a/n00001", "a/n00002"


@pytest.mark.parametrize(
    ("wanted", "how"),
    [
        (Wanted(), {}),
        (Wanted((ZERO, ONE)), {}),
        (Wanted((ZERO, ONE)), {"again": True}),
        (Wanted(album="a"), {}),
        (Wanted(where="1 = 1"), {}),
        (Wanted(limit=1), {}),
        (Wanted(), {"again": True}),
    ],
)
def test_an_image_with_an_open_question_is_passed_over(
    filled: Filled, double: Double, wanted: Wanted, how: dict[str, Any]
) -> None:
    bench = filled(2)
    assert choice(bench, wanted, **how)[0][0] == ZERO
    handover = hand_over(bench, ZERO)
    assert choice(bench, wanted, **how) == ([ONE], 1)
    assert choice(bench, wanted, **{**how, "models": ("double-2",)})[0][0] == ZERO
    with bench.store.write() as tx:
        handovers.give_up(tx, handover, LineCame.EXPIRED)
    assert choice(bench, wanted, **how)[0][0] == ZERO
    assert choice(bench, wanted, **how)[1] == 0


def test_texts_that_are_done_anew_wait_too(filled: Filled, double: Double) -> None:
    bench = filled(2)
    for image in (ZERO, ONE):
        publish(bench, image, "Old.", "gpt-old")
    hand_over(bench, ONE)
    for wanted in (Wanted(stale="model=gpt-old"), Wanted(stale="prompt")):
        assert choice(bench, wanted) == ([ZERO], 1)


def test_images_that_got_no_text_wait_too(filled: Filled, double: Double) -> None:
    bench = filled(2)
    answering(double, double=REFUSAL)
    bench.run()
    wanted = Wanted()
    both = {ZERO, ONE}
    assert set(choice(bench, wanted, retry=True)[0]) == both
    hand_over(bench, ONE)
    assert choice(bench, wanted, retry=True) == ([ZERO], 1)


def test_of_two_models_the_other_one_is_asked(filled: Filled, double: Double) -> None:
    bench = filled(2)
    hand_over(bench, ZERO)
    both = ("double", "double-2")
    done = bench.run(Worklist(models=both), models=both)
    assert (done.made, done.waiting) == (3, 1)
    asked = bench.rows("SELECT image_id, model FROM candidates ORDER BY 1, 2")
    assert asked == [(ZERO, "double-2"), (ONE, "double"), (ONE, "double-2")]
    assert choice(bench, Wanted(), models=both) == ([], 1)


def test_a_fallback_that_is_to_answer_is_not_asked_either(
    filled: Filled, double: Double
) -> None:
    bench = filled(1)
    answering(double, double=REFUSAL)
    hand_over(bench, ZERO, model="double-2")
    done = bench.run(fallbacks=("double-2",))
    assert (done.waiting, done.made, done.failed) == (0, 0, 1)
    assert "refused to describe" in done.problem
    assert choice(bench, Wanted(), fallbacks=("double-2",))[0] == []
    assert asked(double) == ["double"]


def test_the_same_question_about_another_image_takes_its_answer_later(
    filled: Filled, double: Double
) -> None:
    """At no cost."""
    bench = filled(1)
    bench.run()
    ((key,),) = bench.rows("SELECT work_key FROM candidates")
    bench.add(1, pixels=bench.source.file(bench.source.now(ZERO)).data, title="Title 0")
    bench.pull()
    handover = hand_over(bench, ZERO, key=key)
    assert (bench.run().waiting, len(double.requests)) == (1, 1)
    with bench.store.write() as tx:
        assert handovers.settle(tx, handover, key, LineCame.MADE)
    done = bench.run()
    assert (done.waiting, done.reused, len(double.requests)) == (0, 1, 1)


def test_the_reference_waits_too(filled: Filled, double: Double) -> None:
    bench = filled(2)
    bench.run()
    with bench.store.read() as conn:
        assert compared.waiting(conn, "double-2", Among()) == [ZERO, ONE]
    hand_over(bench, ZERO, model="double-2")
    with bench.store.read() as conn:
        assert compared.waiting(conn, "double-2", Among()) == [ONE]
