"""The policy as a table: every clause, in every way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.models import Decision, Finding, Origin, Severity
from altsync.verdicts.policy import APPROVING, TABLE, Case, Way, answer, rules_of

PLAIN = Case(decision=Decision.INFORMATIVE, origin=Origin.AI)
REPLACING = replace(PLAIN, over_person=True, replaces=frozenset({"file-name"}))
NO_REPLACEMENT = "it was not proposed to replace words of a person"
BY_ITS_RULE = (
    "it would replace words of a person: look at it, or approve by its rule"
    " (altsync approve --all --replacing rule=…)"
)
ERROR = Finding("leak", Severity.ERROR, "A model is talking.")
CUT = Finding("cut", Severity.ERROR, "It ends in the middle.")
WARNING = Finding("hedge", Severity.WARNING, "It hedges.")
INFO = Finding("length", Severity.INFO, "It is long.")

CASES = {
    "plain": (PLAIN, None, ""),
    "only remarks for information": (replace(PLAIN, findings=(INFO,)), None, ""),
    "functional": (replace(PLAIN, decision=Decision.FUNCTIONAL), None, ""),
    "a person's own over a person's": (
        replace(PLAIN, origin=Origin.HUMAN, over_person=True),
        None,
        "",
    ),
    "in the place of a person's words": (
        REPLACING,
        BY_ITS_RULE,
        "BULK UNFLAGGED SAMPLE GRID",
    ),
    "in the place of words that are a machine's by now": (
        replace(REPLACING, over_person=False),
        BY_ITS_RULE,
        "BULK UNFLAGGED SAMPLE GRID",
    ),
    "an error in the place of a person's words": (
        replace(REPLACING, findings=(CUT,)),
        "the lint found cut",
        "REPLACING UNASKED",
    ),
    "moved": (
        replace(PLAIN, moved=True),
        "proposed for an earlier text or picture",
        "BULK UNFLAGGED SAMPLE GRID REPLACING",
    ),
    "rejected": (
        replace(PLAIN, rejected=True),
        "somebody rejected this very text",
        "BULK UNFLAGGED SAMPLE GRID REPLACING",
    ),
    "chosen": (
        replace(PLAIN, chosen=True),
        "a person has chosen its text by itself",
        "BULK UNFLAGGED SAMPLE GRID REPLACING",
    ),
    "somebody is unsure": (
        replace(PLAIN, unsure=True),
        "somebody is unsure of it and asked a colleague",
        "BULK UNFLAGGED SAMPLE GRID REPLACING",
    ),
    "over a person's": (
        replace(PLAIN, over_person=True),
        "a suggestion for a person's words",
        "BULK UNFLAGGED SAMPLE GRID REPLACING UNASKED",
    ),
    "decorative": (
        replace(PLAIN, decision=Decision.DECORATIVE),
        "decorative, which wants a person's eye",
        "BULK UNFLAGGED SAMPLE GRID REPLACING UNASKED",
    ),
    "with a long description": (
        replace(PLAIN, described=True),
        "it comes with a long description, which wants a person's eye",
        "BULK UNFLAGGED SAMPLE GRID REPLACING UNASKED",
    ),
    "complex": (
        replace(PLAIN, decision=Decision.COMPLEX),
        "complex, which wants a person's eye",
        "BULK UNFLAGGED SAMPLE GRID REPLACING UNASKED",
    ),
    "the reference model's": (
        replace(PLAIN, reference=True),
        "the reference model's text, which a person takes by itself or not",
        "BULK UNFLAGGED SAMPLE GRID REPLACING",
    ),
    "two models": (
        replace(PLAIN, models=2),
        "candidates of several models to choose from",
        "BULK UNFLAGGED SAMPLE GRID REPLACING",
    ),
    "errors": (
        replace(PLAIN, findings=(ERROR, WARNING, CUT, ERROR)),
        "the lint found cut, leak",
        "BULK UNFLAGGED SAMPLE GRID REPLACING UNASKED",
    ),
    "warning": (
        replace(PLAIN, findings=(INFO, WARNING)),
        "the lint has something to say",
        "UNFLAGGED SAMPLE",
    ),
}


def _otherwise(way: Way, case: Case) -> str | None:
    """What is said where the clause that a case is about says nothing."""
    if way is Way.REPLACING and not case.replaces:
        return NO_REPLACEMENT
    if way in APPROVING and way is not Way.REPLACING and case.replaces:
        return BY_ITS_RULE
    return None


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("name", CASES)
def test_every_clause_in_every_way(name: str, way: Way) -> None:
    case, reason, ways = CASES[name]
    expected = reason if way.name in ways.split() else _otherwise(way, case)
    assert answer(way, case) == expected


def test_no_clause_is_without_a_case() -> None:
    spoken = {
        clause
        for case, _, _ in CASES.values()
        for clause, _ in TABLE
        if clause(case) is not None
    }
    assert spoken == {clause for clause, _ in TABLE}


def test_the_first_reason_is_the_one_that_is_told() -> None:
    everything = Case(
        decision=Decision.COMPLEX,
        origin=Origin.AI,
        findings=(ERROR,),
        over_person=True,
        moved=True,
        rejected=True,
        chosen=True,
        models=2,
    )
    assert answer(Way.BULK, everything) == "proposed for an earlier text or picture"
    assert answer(Way.UNASKED, everything) == "a suggestion for a person's words"


cases = st.builds(
    Case,
    decision=st.sampled_from(Decision),
    origin=st.sampled_from(Origin),
    findings=st.lists(st.sampled_from([ERROR, CUT, WARNING, INFO])).map(tuple),
    over_person=st.booleans(),
    moved=st.booleans(),
    rejected=st.booleans(),
    chosen=st.booleans(),
    unsure=st.booleans(),
    described=st.booleans(),
    replaces=st.sampled_from([frozenset(), frozenset({"cut"})]),
    reference=st.booleans(),
    models=st.integers(1, 3),
)


@given(cases)
def test_what_is_not_sent_unasked_is_never_approved_unread(case: Case) -> None:
    """A verdict that the plan would refuse leaves its owner stuck."""
    if answer(Way.UNASKED, case) is None:
        return
    for way in APPROVING:
        assert answer(way, case) is not None


@given(cases)
def test_less_looking_never_lets_more_pass(case: Case) -> None:
    """What passes with nobody looking also passes where somebody glanced at it."""
    if answer(Way.SAMPLE, case) is None:
        assert answer(Way.UNFLAGGED, case) is None
        assert answer(Way.BULK, case) is None
        assert answer(Way.GRID, case) is None


@given(cases)
def test_a_persons_words_are_replaced_unasked_by_their_rule_alone(case: Case) -> None:
    """Whatever else holds: no way over many reaches them, but for the one that names the
    rule; and what no rule was named for is never sent unasked."""
    machine = case.origin is Origin.AI
    if case.over_person and machine:
        for way in APPROVING - {Way.REPLACING}:
            assert answer(way, case) is not None
        if not case.replaces:
            assert answer(Way.REPLACING, case) is not None
            assert answer(Way.UNASKED, case) is not None


def test_the_rules_of_a_candidate() -> None:
    assert rules_of(None) == rules_of("") == frozenset()
    assert rules_of("file-name,cut") == {"file-name", "cut"}
