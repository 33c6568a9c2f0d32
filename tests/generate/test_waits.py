"""When a provider may be asked again: every place in which one says it."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.generate import waits

HOUR = 3600.0
LEFT = "x-ratelimit-remaining"
RESET = "x-ratelimit-reset"


def info(delay: Any) -> dict[str, Any]:
    return {"details": [{"@type": "RetryInfo", "retryDelay": delay}]}


@pytest.mark.parametrize(
    ("headers", "error", "words", "wait"),
    [
        ({}, {}, "", None),
        ({"retry-after": "2"}, {}, "", 2.0),
        ({"retry-after-ms": "300", "retry-after": "2"}, {}, "", 0.3),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, {}, "", None),
        ({"retry-after": "soon"}, {}, "", None),
        ({"retry-after": "-5"}, {}, "", None),
        ({"retry-after": "nan"}, {}, "", None),
        ({"retry-after-ms": "1e17"}, {}, "", waits.LONGEST),
        ({}, info("9" * 400 + "s"), "", waits.LONGEST),
        ({}, info("51s"), "retry in 9s", 51.0),
        ({}, info("0.25s"), "", 0.25),
        ({}, info(None), "", None),
        ({}, {"details": "x"}, "", None),
        ({}, {"retry_after": 12}, "", 12.0),
        ({}, {"metadata": {"retry_after_seconds": 3}}, "", 3.0),
        ({}, {"metadata": {"headers": {"Retry-After": "8"}}}, "", 8.0),
        ({}, {}, "Please retry in 51.6s.", 51.6),
        ({}, {}, "Try again in 20ms", 0.02),
        ({}, {}, "try again in 1h2m3s", 3723.0),
        ({}, {}, "Wait 5 minutes and 10 seconds.", 310.0),
        ({}, {}, "Retry after 30 sec", 30.0),
        ({}, {}, "It resets in 2 hours", 7200.0),
        ({}, {}, "Try again on 3 December", None),
        ({}, {}, "Limit 60, used 60: 20 seconds it was", None),
        ({RESET: "30"}, {}, "", 30.0),
        ({RESET: "30", LEFT: "7"}, {}, "", None),
        ({f"{RESET}-tokens": "6m0s", f"{LEFT}-tokens": "0"}, {}, "", 360.0),
        ({f"{RESET}-tokens": "6m0s", f"{LEFT}-tokens": "12"}, {}, "", None),
    ],
)
def test_when_it_may_be_asked_again(
    headers: dict[str, str], error: dict[str, Any], words: str, wait: float | None
) -> None:
    assert waits.told(headers, error, words, limited=True) == pytest.approx(wait)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("retry-after", partial(formatdate, usegmt=True)),
        (RESET, "{:.0f}".format),
        (RESET, lambda then: f"{then * 1000:.0f}"),
    ],
    ids=["a date", "seconds since 1970", "milliseconds since 1970"],
)
def test_a_moment_in_an_hour(name: str, written: Callable[[float], str]) -> None:
    """The moment is made here: the list of tests is made minutes before."""
    headers = {name: written(time.time() + HOUR)}
    found = waits.told(headers, {}, "", limited=True)
    assert found == pytest.approx(HOUR, abs=30)


def test_allowances_count_only_where_a_limit_is_met() -> None:
    assert waits.told({RESET: "30"}, {}, "", limited=False) is None


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("access on 2026-12-01 at 00:00 UTC.", "2026-12-01 at 00:00 UTC"),
        ("until 2026-12-01.", "2026-12-01"),
        ("at 2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z"),
        ("on December 1, 2026 at 00:00 UTC", "December 1, 2026 at 00:00 UTC"),
        ("on Dec 1", "Dec 1"),
        ("from 1 December 2026 on", "1 December 2026"),
        ("the model seer-2026-10-01 and seer-2026-10-01-vision", None),
        ("You may", None),
        ("no date", None),
    ],
)
def test_a_date_in_words(words: str, date: str | None) -> None:
    assert waits.date_in(words) == date


@given(
    st.dictionaries(
        st.sampled_from(["retry-after", RESET, f"{RESET}-tokens"]), st.text()
    ),
    st.dictionaries(
        st.sampled_from(["details", "metadata", "retry_after"]),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=8), inner, max_size=3)
            ),
            max_leaves=5,
        ),
    ),
    st.text(),
)
def test_nothing_that_is_sent_breaks_it(
    headers: dict[str, str], error: dict[str, Any], words: str
) -> None:
    found = waits.told(headers, error, words, limited=True)
    assert found is None or found >= 0
