"""Every rule's own cases: what it passes and what it flags, and how gravely."""

from __future__ import annotations

import pytest

from altsync import lint
from altsync.cli._rules import Example, about, pages
from altsync.lint.words import listed
from altsync.models import Severity

RULES = {rule.id: rule for rule in lint.all_rules()}


def found(rule: str, case: Example) -> list[Severity]:
    only = lint.ruleset(banned=case.banned).only(frozenset([rule]))
    return [one.severity for one in lint.check(case.text, only)]


@pytest.mark.parametrize("rule", RULES)
def test_passes(rule: str) -> None:
    flagged = {
        str(case): severities
        for case in about(RULES[rule]).passes
        if (severities := found(rule, case))
    }
    assert flagged == {}


@pytest.mark.parametrize("rule", RULES)
def test_flags(rule: str) -> None:
    passed = [str(case) for case in about(RULES[rule]).flags if not found(rule, case)]
    assert passed == []


@pytest.mark.parametrize("rule", RULES)
def test_flags_as_gravely_as_it_says(rule: str) -> None:
    other = {
        str(case): severities
        for case in about(RULES[rule]).flags
        if case.severity and (severities := found(rule, case)) != [case.severity]
    }
    assert other == {}


def test_every_rule_has_cases_of_both_kinds() -> None:
    for rule in RULES.values():
        if rule.check is not None:
            assert len(about(rule).passes) > 2, rule.id
            assert len(about(rule).flags) > 2, rule.id
        assert about(rule).text
        assert rule.sentence.endswith(".")


LANGUAGES = listed(
    "nl fr de es it pt pl cs sk hu ro sv da nb fi el ru uk tr ar he ja zh ko"
)
"""Besides English, in which every rule has cases."""


@pytest.mark.parametrize("rule", ["placeholder", "redundant-words", "file-name"])
@pytest.mark.parametrize("which", ["passes", "flags"])
def test_every_language_has_cases(rule: str, which: str) -> None:
    cases = getattr(about(RULES[rule]), which)
    assert {case.text.language for case in cases} >= LANGUAGES


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_its_page(rule: str) -> None:
    """What, why, an example that it flags, and what could stand instead."""
    page = about(RULES[rule])
    assert len(page.text) > 40
    assert len(page.why) > 40
    assert page.example.text.text is not None
    assert page.instead.text.text
    if page.flags:
        assert found(rule, page.example)
        assert not found(rule, page.instead)


def test_the_page_of_every_rule_is_in_the_docs() -> None:
    made = pages()
    for rule in RULES.values():
        whole = about(rule)
        for part in (f"## {rule.id}\n", rule.sentence, whole.why, whole.text):
            assert part in made
    assert made.count("**Instead**: ") == len(RULES)
