"""A process that dies between any two steps of a batch: nothing is paid twice, and nothing
is lost."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from tests.doubles.providers.batching import Batching
from tests.generate.batches.conftest import HALF, Handing, Hands
from tests.generate.batches.house import HOUSE
from tests.generate.batches.killing import POINTS
from tests.processes import PATIENT
from tests.warm import WARM

IMAGES = 3


def killed(hand: Handing, point: str, patience: float = PATIENT) -> None:
    """A process of its own begins, and dies there."""
    toml = hand.config.database.with_name("altsync.toml")
    toml.write_text(HOUSE.format(model=hand.model))
    done = subprocess.run(
        [
            *WARM,
            "-m",
            "tests.generate.batches.killing",
            str(toml),
            hand.model,
            hand.provider,
            point,
        ],
        env={**os.environ, "LLM_LOAD_PLUGINS": "altsync,llm-anthropic"},
        timeout=patience,
        check=False,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def answered(double: Batching, hand: Handing) -> None:
    """The provider comes to its end with whatever it has."""
    for lot in list(double.lots.values()):
        hand.end(lot)


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_whoever_dies_goes_on(hands: Hands, point: str) -> None:
    hand = hands(IMAGES)
    if point in ("uploaded", "file deleted") and hand.provider != "openai":
        pytest.skip("there is no file to upload")
    hand.double.looks = None
    if POINTS[point].command == "fetch":
        hand.send()
        answered(hand.double, hand)
    killed(hand, point)
    for _ in range(2):  # what nobody can know yet is known once its batch has ended
        hand.fetch()
        hand.send()
        answered(hand.double, hand)
    hand.fetch()
    found = hand.bench.rows("SELECT image_id, count(*) FROM candidates GROUP BY 1")
    assert [number for _, number in found] == [1] * IMAGES
    assert (hand.paid_twice(), hand.double.paid) == (0, IMAGES)
    booked = hand.bench.rows("SELECT sum(cost_usd) FROM payments")
    assert booked == [(pytest.approx(IMAGES * HALF),)]
    assert hand.left() == []
    assert hand.uploads() == 0, "pictures stay at the provider"
    assert all(one.open == 0 for one in hand.handovers())
