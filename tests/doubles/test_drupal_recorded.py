"""What was recorded of paragraphs, blocks, texts, probes and hidden rows, and the fake
answers alike. What is not compared stands in NOT_COVERED, with its reason."""

from __future__ import annotations

from tests.doubles.drupal.rebuilt import rebuilt
from tests.doubles.replay import replayed


def test_texts_in_a_patch() -> None:
    numbers = range(431, 460)
    state = rebuilt(numbers)
    wrong = replayed(state, numbers)
    assert not wrong, "\n".join(wrong)
