"""How far a reviewer has come today, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from statistics import median

PAUSE = 300.0
"""Seconds: who gave no verdict for so long did something else."""
ENOUGH = 5
"""Verdicts, before anything is said of a pace."""
HOUR = 60.0
"""Minutes."""


def pace(times: Sequence[datetime]) -> float | None:
    """Seconds between two verdicts, as it mostly is; None where too few tell. In any
    order, since clocks go back."""
    if len(times) < ENOUGH:
        return None
    gaps = [
        (after - before).total_seconds() for before, after in pairwise(sorted(times))
    ]
    working = [gap for gap in gaps if gap < PAUSE]
    return median(working) if working else None


def in_words(judged: int, left: int, times: Sequence[datetime]) -> str:
    """ "42 of 149 today, about 12 minutes left"; '' where nothing was judged today."""
    if not judged:
        return ""
    if not left:
        return f"{judged:,} judged today"
    said = f"{judged:,} of {judged + left:,} today"
    each = pace(times)
    return said if each is None else f"{said}, {lasting(each * left / 60)} left"


def lasting(minutes: float) -> str:
    """ "about 12 minutes", "about 2 hours", "less than a minute"."""
    if minutes < 1:
        return "less than a minute"
    if minutes < HOUR:
        return _about(round(minutes), "minute")
    return _about(round(minutes / HOUR), "hour")


def _about(number: int, unit: str) -> str:
    return f"about {number:,} {unit}{'' if number == 1 else 's'}"
