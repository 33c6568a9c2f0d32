"""Words that make a rule look closer are shared by all rules, until the first look."""

from __future__ import annotations

import dataclasses
import pickle
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altsync import lint
from altsync.cli._rules import about
from altsync.lint import cues
from altsync.lint.cues import EVERY
from altsync.lint.gate import Cues, Gated
from altsync.lint.text import Seen
from altsync.models import Banned, Decision


def test_a_text_is_held_against_the_cues_of_all_rules_once() -> None:
    seen = Seen(lint.Text("I am unable to describe his wife's zorgvlied."))
    assert {"unable", "wife"} <= seen.telling
    assert "zorgvlied" not in seen.telling


def test_what_joins_too_late_asks_for_all_that_a_text_has() -> None:
    cues.index()
    assert not cues.join(lambda: ["zorgvlied"])
    late = Seen(lint.Text("The zorgvlied."))
    assert (found := Cues(lambda: ["zorgvlied", "kruithuis"])).stand_in(late)
    assert found.of(late) == {"zorgvlied"}
    assert Gated(r"\bzorgvlied\b").search(late, late.low)
    assert not Cues(lambda: ["kruithuis"]).stand_in(late)
    assert Cues(lambda: ["."]).stand_in(late)
    assert not Cues(lambda: [cues.SINGLE]).stand_in(late)


def test_what_is_put_down_before_the_first_look_has_a_bit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever is asked for its cues may put down further gates."""
    monkeypatch.setattr(cues, "_BOOK", book := cues._Book())
    inner: list[int] = []

    def made() -> list[str]:
        inner[:] = inner or [cues.join(lambda: [".", "zorgvlied"])]
        return ["zorgvlied"]

    assert cues.join(made) == 1
    for _ in range(2):
        gates = book.close()
        assert inner == [2]
        assert (gates["zorgvlied"], gates["."], gates[EVERY]) == (3, 2, 0)
        assert not cues.join(lambda: ["kruithuis"])


def test_a_pattern_that_comes_from_another_process_joins_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = pickle.dumps(Gated(r"\bdogs\b", wider=r"\bdogs?\b"))
    monkeypatch.setattr(cues, "_BOOK", book := cues._Book())
    there = pickle.loads(sent)
    assert (there.pattern, there.wider) == (r"\bdogs\b", r"\bdogs?\b")
    assert book.close().keys() - cues.TRAITS == {"dog", "dogs"}


@pytest.mark.parametrize(
    ("text", "has"), [("Room 7", True), ("Room VII", False), ("٣ قوارب", True)]
)
def test_a_digit_of_any_script(text: str, has: bool) -> None:
    assert Seen(lint.Text(text)).has_digit is has


CUED = [
    (rule, rule.check, rule.cue())
    for rule in lint.all_rules()
    if rule.check and EVERY not in rule.cue()
]
RULES = lint.ruleset()
CASES = [
    case.text
    for rule in lint.all_rules()
    for case in (*about(rule).passes, *about(rule).flags)
]
"""Every rule's examples: what one flags the others are asked of, too."""
WORDS = sorted({word for text in CASES for word in (text.text or "").split(" ")})


def is_never_missed(text: lint.Text) -> None:
    """A rule that says something of a text would have been asked."""
    seen = Seen(text)
    has = frozenset([*seen.signs, *seen.traits, *seen.telling])
    asked = {one.rule.id for _, _, one in RULES.asked.of(seen)}
    for rule, check, cue in CUED:
        assert (rule.id in asked) is not cue.isdisjoint(has)
        if cue.isdisjoint(has):
            assert not list(check(seen, rule.limits)), (rule.id, text)


def test_most_rules_name_what_they_speak_of() -> None:
    ids = {rule.id for rule, _, _ in CUED}
    assert {"hedge", "leak", "person", "placeholder", "file-name"} <= ids
    every = {rule.id for rule in lint.all_rules() if rule.check}
    assert every - ids == {"cut", "length", "redundant-text"}


def test_a_plain_text_is_shown_to_few_rules() -> None:
    asked = lint.ruleset().asked.of(Seen(lint.Text("Two dogs run on a wide beach.")))
    assert [one.rule.id for _, _, one in asked] == [
        "cut",
        "length",
        "redundant-text",
    ]


@pytest.mark.parametrize("decision", [None, Decision.FUNCTIONAL])
def test_no_rule_speaks_of_an_example_without_its_cue(
    decision: Decision | None,
) -> None:
    for text in CASES:
        is_never_missed(dataclasses.replace(text, decision=decision))
        for changed in (
            str.upper,
            str.title,
            "“{}”".format,
            "{}2".format,
            "{}_a".format,
        ):
            words = changed(text.text or "")
            is_never_missed(dataclasses.replace(text, text=words))


@settings(max_examples=400, deadline=None)
@given(
    words=st.lists(st.sampled_from(WORDS), max_size=5)
    | st.lists(st.text(max_size=6), max_size=4),
    between=st.sampled_from([" ", " ", "-", "_", "’", ", ", "\n", ": "]),
    end=st.sampled_from(["", ".", "!", "…", ".jpg", "\u037e", "\u1fef", "ß", "İ"]),
    link=st.sampled_from([None, "", "https://example.org/"]),
)
def test_no_rule_speaks_of_any_text_without_its_cue(
    words: list[str], between: str, end: str, link: str | None
) -> None:
    is_never_missed(lint.Text(between.join(words) + end, link=link))


def test_what_is_found_is_what_all_rules_together_find() -> None:
    """Nobody who is not asked would have said anything."""
    rules = lint.ruleset()
    for text in CASES:
        seen = Seen(text)
        found = {
            one.rule.id
            for one in rules.active
            if one.rule.check and list(one.rule.check(seen, one.limits))
        }
        assert {one.rule for one in lint.check(text, rules)} == found, text


def test_the_words_of_a_house_are_asked_for_though_they_came_too_late() -> None:
    cues.index()
    rules = lint.ruleset(banned=[Banned("zorgvlied", "park")])
    (found,) = lint.check(lint.Text("Two dogs in the Zorgvlied."), rules)
    assert found.rule == "banned"
    assert not lint.check(lint.Text("Two dogs run in a wide park."), rules)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Two dogs.", {"."}),
        ("Zoë’s ‘dog’ 7", {"’", "‘", "7"}),
        ("να\u0387 και", {"\u0387", "·"}),  # NFC makes another sign of it
        ("\u1fefa\u1fef", {"\u1fef", "`"}),
        ("a\ud800", {"\ud800"}),
    ],
)
def test_signs_are_those_of_the_text_as_it_came_and_as_it_is_read(
    text: str, signs: set[str]
) -> None:
    assert Seen(lint.Text(text)).signs == signs


@given(st.text(max_size=30) | st.text("aéß İ’'-_.7´\u0301\u0387Ⅷⓐ²東", max_size=12))
def test_words_are_what_a_pattern_finds(text: str) -> None:
    """They are told apart by bytes, which is quicker."""
    seen = Seen(lint.Text(text))
    assert seen.words == re.findall(r"\w+(?:['’]\w+)*", seen.text)
    runs = set(re.findall(r"\w+", seen.low))
    assert runs <= seen.runs <= runs | seen.bag
    if len(seen.low) == len(seen.text):
        assert seen.bag == set(re.findall(r"\w+(?:['’]\w+)*", seen.low))


@pytest.mark.parametrize(
    ("text", "comes_back"),
    [
        ("Cheap hotel hotel deals", False),
        ("Best hotel, cheap hotel, hotel", True),
        ("The hotel and the hotel dog", True),
        ("HOTEL Straße hotel", True),  # letters that become two: nobody counts
    ],
)
def test_a_text_in_which_words_come_back_is_known(text: str, comes_back: bool) -> None:
    assert (cues.AGAIN in Seen(lint.Text(text)).traits) is comes_back
