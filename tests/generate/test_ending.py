"""Why a run ends: the owner, a reason, or too many failures in a row."""

from __future__ import annotations

import threading

import pytest

from altsync.errors import Interrupted, LoginFailed, ModelStopped
from altsync.generate.ending import IN_A_ROW, Ending

BROKEN = ModelStopped("m could not be reached.")


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


def test_failures_in_a_row_end_it_and_an_answer_ends_the_row() -> None:
    ending = Ending(threading.Event())
    for _ in range(IN_A_ROW - 1):
        ending.unanswered(BROKEN)
    ending.answered()
    for _ in range(IN_A_ROW - 1):
        ending.unanswered(BROKEN)
    assert not ending.is_set()
    ending.unanswered(BROKEN)
    assert ending.is_set()
    with pytest.raises(ModelStopped, match="5 images in a row failed, the last one so"):
        ending.check()
