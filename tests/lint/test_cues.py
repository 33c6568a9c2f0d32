"""Words that make a rule look closer are shared by all rules, until the first look."""

from __future__ import annotations

import pickle

import pytest

from altsync import lint
from altsync.lint import cues
from altsync.lint.gate import Cues, Gated
from altsync.lint.text import Seen


def test_a_text_is_held_against_the_cues_of_all_rules_once() -> None:
    seen = Seen(lint.Text("I am unable to describe his wife's zorgvlied."))
    assert {"unable", "wife"} <= seen.cues
    assert "zorgvlied" not in seen.cues


def test_what_joins_too_late_asks_all_words() -> None:
    cues.every()
    assert not cues.join(lambda: ["zorgvlied"])
    late = Seen(lint.Text("The zorgvlied."))
    assert Cues(lambda: ["zorgvlied"]).stand_in(late)
    assert Gated(r"\bzorgvlied\b").search(late, late.low)
    assert not Cues(lambda: ["kruithuis"]).stand_in(late)


def test_what_is_put_down_before_the_first_look_is_shared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cues, "_BOOK", book := cues._Book())
    assert cues.join(lambda: ["zorgvlied"])
    assert book.close() == {"zorgvlied"}
    assert not cues.join(lambda: ["kruithuis"])
    assert book.close() == {"zorgvlied"}


def test_a_pattern_that_comes_from_another_process_joins_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = pickle.dumps(Gated(r"\bdogs\b", wider=r"\bdogs?\b"))
    monkeypatch.setattr(cues, "_BOOK", book := cues._Book())
    there = pickle.loads(sent)
    assert (there.pattern, there.wider) == (r"\bdogs\b", r"\bdogs?\b")
    assert book.close() == {"dog", "dogs"}


@pytest.mark.parametrize(
    ("text", "has"), [("Room 7", True), ("Room VII", False), ("٣ قوارب", True)]
)
def test_a_digit_of_any_script(text: str, has: bool) -> None:
    assert Seen(lint.Text(text)).has_digit is has
