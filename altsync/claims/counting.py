"""What numbers, and the things that they are said of, are to each other."""

from __future__ import annotations

from collections.abc import Sequence

from altsync.claims import groups
from altsync.claims.account import ROUGH
from altsync.models import Claim

_ROUNDED = 1.1
"""A number that is no exact one may be so many times another."""


def near(a: Claim, b: Claim) -> bool:
    """Of the same thing, or both of nothing that could be told."""
    return bool(set(a.about) & set(b.about)) or a.about == b.about


def is_some_of(a: Claim, b: Claim) -> bool:
    """Two children of a family of four."""
    fewer, more = sorted((a, b), key=lambda one: one.value.rjust(9))
    children = {"child", "boy", "girl", "baby"} & set(fewer.about)
    return bool(children) and more.about[-1:] == ("person",)


def sum_up(parts: Sequence[Claim], total: Claim) -> bool:
    """At least two parts are as many as the whole."""
    values = [one.value for one in (*parts, total)]
    whole = len(parts) > 1 and all(one.isdecimal() for one in values)
    return whole and sum(int(one.value) for one in parts) == int(total.value)


def is_part(part: Claim, total: Claim) -> bool:
    """Women are some of five people, and none of five men or children."""
    if not near(part, total):
        return False
    here, there = part.about[-1], total.about[-1]
    return here == there or "person" not in part.about or groups.is_one(there, here)


def same_thing(a: Claim, b: Claim) -> bool:
    return a.about[-1:] == b.about[-1:]


def vague(a: Claim, b: Claim) -> bool:
    values = {a.value, b.value}
    if "some" in values:
        return not values & {"0", "1"}
    return _rounds(a, b) or _rounds(b, a)


def _rounds(rough: Claim, exact: Claim) -> bool:
    """About 5,000 are 5,400."""
    if not rough.value.startswith(ROUGH):
        return False
    try:
        one, other = float(rough.value[1:]), float(exact.value)
    except ValueError:
        return False
    return min(one, other) * _ROUNDED >= max(one, other)
