"""When a provider may be asked again: in headers, in an error object, in words."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

LONGEST = 1e9
"""Seconds, thirty years: more is no date that can be shown."""
_PART = re.compile(
    r"(\d+(?:\.\d+)?)\s*"
    r"(ms|milliseconds?|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)"
    r"(?![a-z])",
    re.I,
)
_SECONDS = {"ms": 0.001, "mil": 0.001, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_IN_WORDS = re.compile(
    r"(?:retry|try again|try it again|wait|reset[s]?)[^.\d]{0,30}?"
    r"(?P<time>\d+(?:\.\d+)?\s*[a-z]+(?:[\s,]*(?:and\s*)?\d+(?:\.\d+)?\s*[a-z]+)*)",
    re.I,
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?(?!\d)"
_HOUR = r"(?:(?:,? at |, | |T)\d\d:\d\d(?::\d\d)?(?:\.\d+)?)?(?: ?(?:UTC|GMT|Z)\b)?"
_DATE = re.compile(
    rf"(?:(?<![\w-])\d{{4}}-\d\d-\d\d(?![\w-]*-)"
    rf"|\b(?:{_DAY} {_MONTH}|{_MONTH} {_DAY})(?:,? \d{{4}})?){_HOUR}"
)
_RESETS = ("x-ratelimit-reset-after", "x-ratelimit-reset", "ratelimit-reset")
_BUCKETS = ("requests", "tokens")


def told(
    headers: Mapping[str, str], error: Mapping[str, Any], words: str, *, limited: bool
) -> float | None:
    """Seconds until the provider may be asked again, by the most exact of what it says;
    None where it says nothing. `headers` by lower-case name; `limited`: it is about a
    limit, so that its allowances count."""
    found = _told(headers, error, words)
    if limited:
        found = itertools.chain(found, _allowances(headers, error))
    for seconds in found:
        if seconds is not None and seconds >= 0:
            return min(seconds, LONGEST)
    return None


def end(wait: float) -> str:
    """That many seconds from now, as it is shown."""
    at = datetime.fromtimestamp(time.time() + wait, UTC)
    return f"{at:%Y-%m-%d %H:%M} UTC"


def date_in(words: str) -> str | None:
    """The first date in a text, as it stands there."""
    found = _DATE.search(words)
    return found[0].strip() if found else None


def _told(
    headers: Mapping[str, str], error: Mapping[str, Any], words: str
) -> Iterator[float | None]:
    yield _number(headers.get("retry-after-ms"), 0.001)
    yield _moment(headers.get("retry-after"))
    for detail in _list(error.get("details")):
        yield _duration(detail.get("retryDelay"))
    metadata = _dict(error.get("metadata"))
    yield _moment(_inner(error).get("retry-after"))
    for holder in (error, metadata):
        yield _number(holder.get("retry_after"))
        yield _number(holder.get("retry_after_seconds"))
    found = _IN_WORDS.search(words)
    yield _duration(found["time"]) if found else None


def _allowances(
    headers: Mapping[str, str], error: Mapping[str, Any]
) -> Iterator[float | None]:
    """When those are renewed of which nothing is left."""
    for heads in (headers, _inner(error)):
        if str(heads.get("x-ratelimit-remaining", "0")) == "0":
            yield from (_moment(heads.get(name)) for name in _RESETS)
        for bucket in _BUCKETS:
            if str(heads.get(f"x-ratelimit-remaining-{bucket}")) == "0":
                yield _moment(heads.get(f"x-ratelimit-reset-{bucket}"))


def _inner(error: Mapping[str, Any]) -> Mapping[str, Any]:
    """Headers that OpenRouter puts into the error."""
    inner = _dict(_dict(error.get("metadata")).get("headers"))
    return {str(name).lower(): value for name, value in inner.items()}


def _moment(value: Any) -> float | None:
    """Seconds from now: of a number of seconds, of a moment (seconds or milliseconds
    since 1970, a date), of a duration (6m0s)."""
    number = _number(value)
    if number is not None:
        if number > 1e11:
            return _from_now(number / 1000)
        return _from_now(number) if number > 1e9 else number
    return _duration(value) if _dated(value) is None else _dated(value)


def _dated(value: Any) -> float | None:
    if not isinstance(value, str):
        return None
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = parse(value.strip())
        except (ValueError, TypeError):
            continue
        return _from_now(at.replace(tzinfo=at.tzinfo or UTC).timestamp())
    return None


def _from_now(at: float) -> float:
    """Negative for what is over: it says nothing."""
    return at - time.time()


def _number(value: Any, unit: float = 1.0) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value) * unit
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number < 1e15 else None


def _duration(value: Any) -> float | None:
    """Of a text such as 51.6s, 7m12s, 20 ms, 2 hours."""
    if not isinstance(value, str):
        return None
    parts = _PART.findall(value)
    if not parts:
        return None
    return sum(float(number) * _unit(unit.lower()) for number, unit in parts)


def _unit(name: str) -> float:
    for start in (name[:3], name[:2], name[:1]):
        if start in _SECONDS:
            return _SECONDS[start]
    return 1.0


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Mapping[str, Any]]:
    return (
        [one for one in value if isinstance(one, Mapping)]
        if isinstance(value, list)
        else []
    )
