"""What headers tell of a limit: the forms that providers use, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altsync.generate.allowance import Allowance, told

SENT = st.text(max_size=20) | st.from_regex(r"[0-9.dhms+TZ:-]{1,12}", fullmatch=True)


def of_openai(**given: str) -> dict[str, str]:
    """`limit_requests`: x-ratelimit-limit-requests."""
    return {
        f"x-ratelimit-{name.replace('_', '-')}": text for name, text in given.items()
    }


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [
        ("1s", 1.0),
        ("20ms", 0.02),
        ("1.5s", 1.5),
        ("6m0s", 360.0),
        ("1h2m3s", 3723.0),
        ("1d", 86400.0),
        ("2m59.56s", 179.56),
    ],
)
def test_requests_of_the_openai_family(reset: str, seconds: float) -> None:
    headers = of_openai(
        limit_requests="60", remaining_requests="59", reset_requests=reset
    )
    found = told(headers, None)
    assert found is not None
    assert found.calls == 59.0
    assert found.per_second == pytest.approx(1 / seconds)


def test_tokens_are_told_in_calls() -> None:
    headers = of_openai(
        limit_tokens="150000", remaining_tokens="140000", reset_tokens="4s"
    )
    assert told(headers, None) is None
    assert told(headers, 1000.0) == Allowance(140.0, 2.5)


def test_the_tightest_limit_counts() -> None:
    headers = of_openai(
        limit_requests="500",
        remaining_requests="400",
        reset_requests="12s",
        limit_tokens="30000",
        remaining_tokens="1000",
        reset_tokens="58s",
    )
    assert told(headers, 1000.0) == Allowance(1.0, 0.5)


def test_anthropic_names_the_moment_by_its_own_clock() -> None:
    headers = {
        "date": "Sat, 28 Nov 2026 10:00:00 GMT",
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "40",
        "anthropic-ratelimit-requests-reset": "2026-11-28T10:00:12Z",
    }
    found = told(headers, None)
    assert found is not None
    assert found.calls == 40.0
    assert found.per_second == pytest.approx(10 / 12)
    del headers["date"]
    assert told(headers, None) is None


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"limit_requests": "60", "remaining_requests": "60", "reset_requests": "0s"},
        {"limit_requests": "60", "remaining_requests": "61", "reset_requests": "1s"},
        {"limit_requests": "60", "remaining_requests": "-1", "reset_requests": "1s"},
        {"limit_requests": "60", "remaining_requests": "1", "reset_requests": "soon"},
        {"limit_requests": "60", "remaining_requests": "1", "reset_requests": ""},
        {"limit_requests": "sixty", "remaining_requests": "1", "reset_requests": "1s"},
        {"limit_requests": "9" * 50, "remaining_requests": "1", "reset_requests": "1s"},
    ],
)
def test_what_makes_no_sense_tells_nothing(given: dict[str, str]) -> None:
    assert told(of_openai(**given), 1000.0) is None


@given(SENT, SENT, SENT, SENT)
@settings(max_examples=50)
def test_whatever_a_host_sends_raises_nothing(
    limit: str, left: str, reset: str, date: str
) -> None:
    for sent in (reset, f"{reset}T{date}", "1s"):
        headers = {
            "date": date,
            "anthropic-ratelimit-requests-limit": limit,
            "anthropic-ratelimit-requests-remaining": left,
            "anthropic-ratelimit-requests-reset": sent,
        }
        headers |= of_openai(
            limit_requests=limit, remaining_requests=left, reset_requests=sent
        )
        found = told(headers, 1.0)
        assert found is None or (found.calls >= 0 and found.per_second > 0)
