"""The breaker, and the sentence of a run that ended early."""

from __future__ import annotations

from altsync.errors import Interrupted, StoreError
from altsync.stage import Breaker, in_the_ledger


def test_only_a_row_of_failures_stops() -> None:
    breaker = Breaker(3)
    assert [breaker.failed(), breaker.failed()] == [False, False]
    breaker.passed()
    assert [breaker.failed() for _ in range(4)] == [False, False, True, True]


def test_the_ledger_keeps_only_sentences_of_our_own() -> None:
    assert in_the_ledger(StoreError("The disk is full.")) == "The disk is full."
    assert in_the_ledger(Interrupted("")) == "Interrupted"
    assert in_the_ledger(ValueError("token=abc")) == "ValueError"
