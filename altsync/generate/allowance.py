"""What a provider tells of its limits in the headers of an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

REQUESTS = ("requests",)
TOKENS = ("tokens", "input-tokens", "output-tokens")
"""Kinds of limits that providers count in."""
_SPELLED = re.compile(
    r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:([\d.]+)s)?(?:([\d.]+)ms)?"
)
_UNITS = (86400.0, 3600.0, 60.0, 1.0, 0.001)
LONGEST = 40
"""Characters of a header that is read."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit, in calls."""

    calls: float
    per_second: float
    """What comes in again."""


def told(headers: Mapping[str, str], tokens: float | None) -> Allowance | None:
    """The tightest limit that headers (by lower-case names) tell of; None where they
    tell of none. `tokens`: that a call takes, where that is known.

    The forms: `x-ratelimit-remaining-requests` (OpenAI and those who copy it; a reset
    is the time until the bucket is full again, such as 6m0s), and
    `anthropic-ratelimit-requests-remaining` (a reset is a moment).
    """
    found = [_of(headers, kind, 1.0) for kind in REQUESTS]
    if tokens:
        found += [_of(headers, kind, tokens) for kind in TOKENS]
    known = [one for one in found if one is not None]
    return min(known, key=lambda one: one.calls, default=None)


def _of(headers: Mapping[str, str], kind: str, takes: float) -> Allowance | None:
    """The limit of one kind, of which a call takes so much."""
    for name in (f"x-ratelimit-{{}}-{kind}", f"anthropic-ratelimit-{kind}-{{}}"):
        limit = _number(headers.get(name.format("limit")))
        left = _number(headers.get(name.format("remaining")))
        seconds = _seconds(headers.get(name.format("reset")), headers.get("date"))
        if limit is None or left is None or seconds is None:
            continue
        if left < limit and seconds > 0:
            return Allowance(left / takes, (limit - left) / seconds / takes)
    return None


def _number(text: str | None) -> float | None:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > LONGEST:
        return None
    return float(text)


def _seconds(text: str | None, date: str | None) -> float | None:
    """Until a moment (by the host's own clock, `date`), or a time as Go spells it."""
    if not text or len(text) > LONGEST:
        return None
    try:
        return _until(text, date) if "T" in text else _spelled(text)
    except (ValueError, TypeError, OverflowError):
        return None


def _until(text: str, date: str | None) -> float | None:
    if not date:
        return None
    then = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (then - parsedate_to_datetime(date)).total_seconds()


def _spelled(text: str) -> float | None:
    found = _SPELLED.fullmatch(text)
    if found is None:
        return None
    parts = zip(found.groups(), _UNITS, strict=True)
    return sum(float(number) * unit for number, unit in parts if number)
