"""Why a run ends: the owner, a reason, or too many failures in a row."""

from __future__ import annotations

import itertools
import threading
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.errors import Interrupted, LoginFailed, ModelStopped, SourceError
from altsync.generate.ending import IN_A_ROW, Ending, FailuresInARow

BROKEN = "m could not be reached."


def test_a_run_that_nothing_ended_goes_on() -> None:
    ending = Ending(threading.Event())
    assert not ending.is_set()
    ending.check()


def test_the_owner_ends_it() -> None:
    user = threading.Event()
    ending = Ending(user)
    user.set()
    assert ending.is_set()
    with pytest.raises(Interrupted, match="again to go on"):
        ending.check()


def test_the_first_reason_counts() -> None:
    ending = Ending(threading.Event())
    ending.because(LoginFailed("first"))
    ending.because(ModelStopped("second"))
    with pytest.raises(LoginFailed, match="first"):
        ending.check()


def fail(ending: Ending, row: FailuresInARow, count: int) -> None:
    for _ in range(count):
        ending.failed(row, row.begin(), BROKEN)


def test_failures_in_a_row_end_it_and_an_answer_ends_the_row() -> None:
    ending = Ending(threading.Event())
    row = ending.model("m").calls
    fail(ending, row, IN_A_ROW - 1)
    row.begin()  # answered
    fail(ending, row, IN_A_ROW - 1)
    assert not ending.is_set()
    fail(ending, row, 1)
    assert ending.is_set()
    with pytest.raises(ModelStopped, match="5 images in a row failed, the last one so"):
        ending.check()


def test_site_and_models_are_counted_each_for_itself() -> None:
    ending = Ending(threading.Event())
    rows = (ending.site, ending.model("m").calls, ending.model("n").calls)
    for _ in range(IN_A_ROW - 1):
        for row in rows:
            fail(ending, row, 1)
    assert not ending.is_set()
    fail(ending, ending.site, 1)
    with pytest.raises(SourceError, match="in a row"):
        ending.check()


@given(st.lists(st.booleans(), max_size=40), st.randoms(use_true_random=False))
def test_what_fails_fast_does_not_overtake(failed: list[bool], order: Random) -> None:
    """Whatever ends first: a row is one in the order in which the work was begun."""
    row = FailuresInARow(3, ModelStopped)
    turns = [(row.begin(), fails) for fails in failed]
    order.shuffle(turns)
    stopped = [row.failed(turn, BROKEN) for turn, fails in turns if fails]
    longest = max(
        (len(list(run)) for fails, run in itertools.groupby(failed) if fails),
        default=0,
    )
    assert any(stopped) == (longest >= 3)
