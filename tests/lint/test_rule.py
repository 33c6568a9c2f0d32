"""Profiles and the owner's settings."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Any

import pytest

from altsync import lint
from altsync.cli._rules import about
from altsync.errors import ConfigError
from altsync.lint import cues
from altsync.lint.rule import Active, Hit, Rule, Ruleset
from altsync.lint.text import Seen
from altsync.models import Banned, Severity

GUESS = lint.Text("A dog, maybe asleep.")
PHOTO = lint.Text("A photo of a dog.")
LONG = lint.Text("A dog " + "and a dog " * 13)


def severities(text: lint.Text, rules: lint.Ruleset) -> list[tuple[str, Severity]]:
    return [(one.rule, one.severity) for one in lint.check(text, rules)]


def test_strict_stops_what_the_default_only_shows() -> None:
    strict = lint.ruleset("strict")
    assert severities(PHOTO, lint.ruleset()) == [("redundant-words", Severity.WARNING)]
    assert severities(PHOTO, strict) == [("redundant-words", Severity.ERROR)]
    assert severities(GUESS, lint.ruleset()) == []
    assert severities(GUESS, strict) == [("hedge", Severity.WARNING)]
    assert "length" in dict(severities(LONG, strict))
    assert "length" not in dict(severities(LONG, lint.ruleset()))


def test_a_rule_can_be_off_and_on_again() -> None:
    rules = lint.ruleset("default", {"redundant-words": "off"})
    assert "redundant-words" not in rules
    assert lint.check(PHOTO, rules) == ()
    with pytest.raises(KeyError):
        rules.severity("redundant-words")
    with pytest.raises(KeyError):
        rules.limits("redundant-words")
    assert "redundant-words" in lint.ruleset(
        "strict", {"redundant-words": {"severity": "info"}}
    )


def test_a_severity_of_the_owner_holds_for_every_hit() -> None:
    rules = lint.ruleset(
        "default", {"cut": "warning", "length": "error", "redundant-words": "info"}
    )
    assert severities(lint.Text("A dog on the"), rules) == [("cut", Severity.WARNING)]
    assert severities(lint.Text("Dog"), rules) == [("length", Severity.ERROR)]
    assert severities(PHOTO, rules) == [("redundant-words", Severity.INFO)]
    assert rules.severity("cut") is Severity.WARNING
    assert rules.severity("leak") is Severity.ERROR


def test_limits_change_one_by_one() -> None:
    rules = lint.ruleset("default", {"length": {"warning": 10}})
    assert rules.limits("length") == {
        "info": 160,
        "warning": 10,
        "error": 512,
        "words": 2,
        "letters": 3,
    }
    assert severities(lint.Text("A dog on a beach."), rules) == [
        ("length", Severity.WARNING)
    ]
    stricter = lint.ruleset("strict", {"length": {"error": 12}})
    (found,) = lint.check(lint.Text("A dog on a beach."), stricter)
    assert found.severity is Severity.ERROR
    assert found.message.startswith("The alt text has 17 characters, more than 12:")
    assert (
        lint.ruleset("strict", {"length": {"severity": "off"}}).active
        != lint.ruleset("strict").active
    )


def test_only() -> None:
    rules = lint.ruleset().only(frozenset(["cut"]))
    assert [one.rule.id for one in rules.active] == ["cut"]


@pytest.mark.parametrize(
    ("profile", "overrides", "message"),
    [
        (
            "gentle",
            {},
            'altsync.toml: lint.profile is "gentle"; it must be "default" or "strict".',
        ),
        (
            "default",
            {"cuts": "off"},
            (
                "altsync.toml: lint.rules.cuts is not a rule. `altsync rules` lists"
                " them all."
            ),
        ),
        (
            "default",
            {"cut": "fatal"},
            (
                'altsync.toml: lint.rules.cut is "fatal"; it must be "off", "info",'
                ' "warning" or "error".'
            ),
        ),
        (
            "default",
            {"cut": {"severity": 3}},
            (
                'altsync.toml: lint.rules.cut is "3"; it must be "off", "info",'
                ' "warning" or "error".'
            ),
        ),
        (
            "default",
            {"cut": True},
            (
                'altsync.toml: lint.rules.cut must be "off", "warning", "error" or a'
                " table, not True."
            ),
        ),
        (
            "default",
            {"cut": {"most": 3}},
            (
                "altsync.toml: lint.rules.cut.most is not a limit of this rule; it has"
                " none."
            ),
        ),
        (
            "default",
            {"hedge": {"max": 3}},
            (
                "altsync.toml: lint.rules.hedge.max is not a limit of this rule; it"
                " has: severity, most."
            ),
        ),
        (
            "default",
            {"hedge": {"most": -1}},
            (
                "altsync.toml: lint.rules.hedge.most must be a whole number from 0 up,"
                " not -1."
            ),
        ),
        (
            "default",
            {"hedge": {"most": True}},
            (
                "altsync.toml: lint.rules.hedge.most must be a whole number from 0 up,"
                " not True."
            ),
        ),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(
    profile: str, overrides: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        lint.ruleset(profile, overrides)
    assert str(caught.value) == message


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in lint.all_rules()]
    assert len(set(ids)) == len(ids) == 25


LAD = Banned("lad", "boy")


def test_words_of_the_house_have_a_better_one_in_the_sentence() -> None:
    rules = lint.ruleset(banned=[LAD, Banned("So-so"), Banned(" ")])
    (found,) = lint.check(lint.Text("A LAD in a boat on the sea."), rules)
    assert found.message == "“lad” is a word that the house does not use: write “boy”."
    (found,) = lint.check(lint.Text("A so-so boat on the sea."), rules)
    assert found.message == "“So-so” is a word that the house does not use."
    (found,) = lint.check(lint.Text("A so-so lad, so so in a boat."), rules)
    assert found.message == (
        "Words that the house does not use: “So-so”, “lad” (write “boy”)."
    )
    assert lint.check(lint.Text("A lad in a boat on the sea.")) == ()


def test_words_of_the_house_are_what_its_rule_is_asked_for() -> None:
    (rule,) = lint.ruleset(banned=[LAD]).only(frozenset(["banned"])).active
    assert rule.rule.cue() == {"lad"}


def test_words_of_the_house_go_with_the_rules_into_another_process() -> None:
    rules = lint.ruleset("default", {"banned": "error"}, [LAD])
    assert severities(lint.Text("A lad in a boat on the sea."), rules)
    copy = pickle.loads(pickle.dumps(rules))
    assert copy == rules
    assert severities(lint.Text("A lad in a boat on the sea."), copy) == [
        ("banned", Severity.ERROR)
    ]


NEEDED: dict[str, dict[str, Any]] = {
    cues.TAGGED: {"language": None},
    cues.BY_MODEL: {"by_model": False},
    cues.INCOMPLETE: {"incomplete": None},
    cues.ELSEWHERE: {"elsewhere": None},
    cues.READ: {"read": ()},
}


@pytest.mark.parametrize("cue", NEEDED)
def test_a_rule_says_nothing_of_a_text_without_what_it_needs(cue: str) -> None:
    """Such a text is not shown to it."""
    needing = [rule for rule in lint.all_rules() if rule.cue() == {cue}]
    assert needing
    for rule in needing:
        assert rule.check is not None
        for case in about(rule).flags:
            without = Seen(dataclasses.replace(case.text, **NEEDED[cue]))
            assert not list(rule.check(without, rule.limits)), case
            asked = lint.ruleset().asked.of(without)
            assert rule.id not in {one.rule.id for _, _, one in asked}
            assert rule.id in dict(severities(case.text, lint.ruleset())), case


def test_a_rule_is_told_once_in_each_severity() -> None:
    hits = (Hit("One."), Hit("Another."), Hit("A remark.", Severity.INFO))
    rule = Rule("twice", Severity.WARNING, "Says it twice.", lambda seen, limits: hits)
    found = lint.check(lint.Text("A dog."), Ruleset((Active(rule, None, {}),)))
    assert [one.message for one in found] == ["One.", "A remark."]
