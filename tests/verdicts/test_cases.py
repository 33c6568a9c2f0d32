"""Which candidate a verdict is wanted for, as a table; what the policy is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from altsync.models import Decision, Origin, Scope, Verdict
from altsync.store.candidates import Open
from altsync.verdicts.cases import case_of, nameable, waiting

NOTHING: dict[str, Any] = {}
REJECTED = {"verdict": Verdict.REJECTED, "scope": Scope.ONE, "review": 1}
BULK = {"verdict": Verdict.APPROVED, "scope": Scope.BULK, "review": 2}
CHOSEN = {"verdict": Verdict.APPROVED, "scope": Scope.ONE, "review": 3}
UNSURE = {"verdict": Verdict.UNSURE, "scope": Scope.ONE, "review": 4}
MOVED = {"moved": True}
REFERENCE = {"reference": True, "model": "ref"}


def group(*each: dict[str, Any]) -> list[Open]:
    """Candidates 1, 2, … of one image."""
    return [_open(number, **more) for number, more in enumerate(each, 1)]


def _open(number: int, **more: Any) -> Open:
    values: dict[str, Any] = {
        "id": number,
        "image": "a/1",
        "alt": f"Text {number}.",
        "decision": Decision.INFORMATIVE,
        "origin": Origin.AI,
        "model": "m",
        "prompt": "p1",
        "findings": (),
        "verdict": None,
        "scope": None,
        "review": None,
        "over_person": False,
        "moved": False,
    }
    return Open(**{**values, **more})


@pytest.mark.parametrize(
    ("each", "waits", "named"),
    [
        ([NOTHING], 1, 1),
        ([NOTHING, NOTHING], 2, 2),
        ([NOTHING, REJECTED], 1, 1),
        ([NOTHING, BULK], None, 2),
        ([NOTHING, CHOSEN], None, None),
        ([BULK, NOTHING], 2, 2),
        ([CHOSEN, NOTHING], 2, 2),
        ([CHOSEN, BULK], None, None),
        ([{**BULK, "review": 4}, CHOSEN], None, 1),
        ([REJECTED], None, None),
        ([MOVED], None, None),
        ([NOTHING, MOVED], 1, 1),
        ([{**BULK, **MOVED}], None, None),
        ([NOTHING, {**CHOSEN, **MOVED}], None, None),
        ([NOTHING, REFERENCE], 1, 1),
        ([REFERENCE, NOTHING], 2, 2),
        ([REJECTED, REFERENCE], 2, 2),
        ([REFERENCE], 1, 1),
        ([BULK, REFERENCE], None, 1),
        ([CHOSEN, REFERENCE], None, None),
        ([UNSURE], None, 1),
        ([UNSURE, NOTHING], 2, 2),
        ([NOTHING, UNSURE], 1, 2),
        ([{**UNSURE, **MOVED}], None, None),
        ([BULK, UNSURE], None, 2),
        ([UNSURE, {**CHOSEN, "review": 5}], None, None),
    ],
)
def test_which_one_a_verdict_is_wanted_for(
    each: list[dict[str, Any]], waits: int | None, named: int | None
) -> None:
    found = group(*each)
    assert getattr(waiting(found), "id", None) == waits
    assert getattr(nameable(found), "id", None) == named


@pytest.mark.parametrize(
    ("each", "told"),
    [
        ([NOTHING], {}),
        ([MOVED], {"moved": True}),
        ([{"described": True}], {"described": True}),
        ([{"over_person": True}], {"over_person": True}),
        ([REJECTED], {"rejected": True}),
        ([{"alt": " Text  2."}, REJECTED], {"rejected": True}),
        ([NOTHING, REJECTED], {}),
        ([CHOSEN], {"chosen": True}),
        ([NOTHING, CHOSEN], {"chosen": True}),
        ([NOTHING, {**CHOSEN, **MOVED}], {"chosen": True}),
        ([NOTHING, BULK], {}),
        ([UNSURE], {"unsure": True}),
        ([NOTHING, UNSURE], {"unsure": True}),
        ([NOTHING, {**UNSURE, **MOVED}], {"unsure": True}),
        ([NOTHING, {"model": "other"}], {"models": 2}),
        ([NOTHING, REFERENCE], {}),
        ([{**REFERENCE, **REJECTED}], {"reference": True, "rejected": True}),
        ([NOTHING, {"model": None}, {"model": "other"}], {"models": 3}),
        ([NOTHING, {"model": "other", **REJECTED}], {}),
        ([NOTHING, {"model": "other", **MOVED}], {}),
        ([{**BULK, "model": "old"}, NOTHING], {"models": 2}),
    ],
)
def test_what_the_policy_is_told_of_the_first(
    each: list[dict[str, Any]], told: dict[str, Any]
) -> None:
    found = group(*each)
    case = case_of(found[0], found)
    expected = {
        "decision": Decision.INFORMATIVE,
        "origin": Origin.AI,
        "findings": (),
        "over_person": False,
        "moved": False,
        "rejected": False,
        "chosen": False,
        "unsure": False,
        "described": False,
        "models": 1,
        **told,
    }
    assert {name: getattr(case, name) for name in expected} == expected
