"""The breaker: a row of failures, ended by whatever goes well."""

from __future__ import annotations

from altsync.stage import Breaker


def test_only_a_row_of_failures_stops() -> None:
    breaker = Breaker(3)
    assert [breaker.failed(), breaker.failed()] == [False, False]
    breaker.passed()
    assert [breaker.failed() for _ in range(4)] == [False, False, True, True]
