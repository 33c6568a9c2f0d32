"""Gates are derived from their patterns: whatever a pattern matches, its gate lets pass.
They cannot drift apart."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
import warnings
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altsync import lint
from altsync.lint import gate, people, rules
from altsync.lint.gate import AnyOf, Gate, Gated, all_of, any_of, derived
from altsync.lint.rules import cut, leak, redundant_text, untrusted_name
from altsync.lint.text import Seen, slug
from tests.lengths import LENGTH


def seen(text: str) -> Seen:
    return Seen(lint.Text(text))


def gated() -> dict[str, Gated]:
    """Every gated pattern of every rule."""
    found: dict[str, Gated] = {}
    for module in pkgutil.iter_modules(rules.__path__, "altsync.lint.rules."):
        for name, value in vars(importlib.import_module(module.name)).items():
            where = f"{module.name.rsplit('.', 1)[-1]}.{name}"
            if isinstance(value, Gated):
                found[where] = value
            elif isinstance(value, AnyOf):
                each = {f"{where}[{n}]": one for n, one in enumerate(value.patterns)}
                found.update(each)
    phrases = people._PHRASES.patterns[:3]
    return found | {f"people[{n}]": one for n, one in enumerate(phrases)}


GATED = gated()
RAW = {
    name
    for name, one in GATED.items()
    if one in (leak._JSON, *leak._MARKDOWN.patterns, *leak._SEVERAL.patterns)
}
"""Patterns that a rule looks for in the text as it was written, not case folded."""


def test_they_are_found() -> None:
    assert {"leak._SAYING[0]", "hedge._PHRASE", "people[0]"} <= set(GATED)


@pytest.mark.parametrize("name", GATED)
@settings(max_examples=30 * LENGTH, derandomize=LENGTH == 1)
@given(data=st.data())
def test_whatever_a_pattern_matches_its_gate_lets_pass(
    name: str, data: st.DataObject
) -> None:
    pattern = GATED[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Hypothesis on look-arounds
        example = data.draw(st.from_regex(pattern.compiled))
    one = seen(example)
    for text in (one.raw, one.text) if name in RAW else (one.low, one.unquoted):
        assert pattern.opens(one) or not pattern.compiled.search(text)


@pytest.mark.parametrize("name", GATED)
def test_every_gate_is_closed_for_most_texts(name: str) -> None:
    """A gate that stands open is right, and no use."""
    assert GATED[name].gate is not None
    texts = (
        "A dog on a beach.",
        "Two men at a desk by the window",
        "The harbour of a small town at night.",
    )
    assert not any(GATED[name].opens(seen(text)) for text in texts)


def test_every_pattern_on_folded_text_is_folded_itself() -> None:
    """Case folding makes "ss" of "ß": what is not folded could never match."""
    for name in set(GATED) - RAW:
        letters = re.sub(r"\\[A-Za-z]", "", GATED[name].pattern)
        assert letters == letters.casefold(), name


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        (r"\b(?:his|her) (?:wife|hus?band)\b", {"wife", "husband", "huband"}),
        (r"\b(?:dark|light)[- ]skinned\b", {"skinned"}),
        (r"\bcolou?rs?\b", {"color", "colors", "colour", "colours"}),
        (r"\b20\d\d (?:sales|costs)\b", {"sales", "costs"}),
        (r"\b[2-4]0s\b", {"20s", "30s", "40s"}),
        (r"(?<!\w)yes(?!\w)", {"yes"}),
        (r"(?<![\w*])yes(?![\w-])", {"yes"}),
        (r"\bone(?: \w+){0,9} two\b", {"one"}),
        (r"\bmax_tokens\b", {"max_tokens"}),
        (r"\bsay\W", {"say"}),
        (r"\bsay\b(?= so)", {"say"}),
        (r"\b(?:aa|bb|cc|dd|ee|ff|gg|hh|ii|jj|kk|ll)+ say\b", {"say"}),
        (r"\bsay\s+(?:so)?\b", {"say"}),
        (r"(?i)\bOr\b", {"or"}),
        (r"(?i:\bOr\b)", {"or"}),
        (r"\b(a) dog\b", {"dog"}),
        (r"```", {"`"}),
        (r"\[[^\]]+\]", {"["}),
        (r"#+x", {"#"}),
    ],
)
def test_a_gate_has_what_every_match_has(pattern: str, parts: set[str]) -> None:
    found = derived(pattern)
    assert found is not None
    assert found.parts == parts


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d+",
        r"dog",  # of "dogged"
        r"\bdog",
        r"\bdog\B",
        r"\bdog(?!y)",
        r"\bdog(?![^\w])",
        r"\bdog(?!\wx|y)",
        r"\bcat\b|\bdog",
        r"\b(?>dog)\b",
        r"\b[a-z]\b",
        r"\b[^b]\b",
        r"\b[b\d]\b",
        r"(x)\1",
        r"\bdog\b|\d",
        r"(?:\bdog\b)?",
        r"(?:\bdog\b){0,9}",
        r"\b(?:" + "|".join(f"[abc]{n}[def]" for n in range(999)) + r")x*\b",
    ],
)
def test_where_nothing_is_in_every_match_the_gate_stands_open(pattern: str) -> None:
    assert derived(pattern) is None
    assert Gated(pattern).opens(seen("A cat."))


def test_a_word_at_an_apostrophe_opens() -> None:
    assert Gated(r"\bhis (?:wife|son)\b").search(seen("At his wife's"), "at his wife's")


def test_it_finds_what_the_bare_pattern_finds() -> None:
    pattern = Gated(r"\b(?:cat|dog)s?\b|!")
    assert pattern.gate == Gate(frozenset({"cat", "cats", "dog", "dogs", "!"}))
    for text, found in (("two cats", "cats"), ("ha!", "!"), ("a dog", "dog")):
        match = pattern.search(seen(text), text)
        assert match is not None
        assert match.group() == found
    assert pattern.search(seen("a doggy"), "a doggy") is None
    assert pattern.every(seen("cats! dogs"), "cats! dogs") == ["cats", "!", "dogs"]
    assert pattern.every(seen("a bird"), "a bird") == []


def test_outside_quotation_marks() -> None:
    pattern = Gated(r"\bsorry\b")
    assert pattern.unquoted(seen('A sign "Sorry" and no more')) is None
    assert pattern.unquoted(seen("A bird")) is None
    assert pattern.unquoted(seen("Sorry, a bird"))


def test_alternatives_that_stand_apart_are_one_pattern() -> None:
    """The first match counts, and of two at one place the first alternative."""
    apart = any_of(r"\bdogs?\b", r"\bcat\b", r"\bdog\b", r"!")
    whole = Gated(r"\bdogs?\b|\bcat\b|\bdog\b|!")
    for text in ("a cat, a dog", "dogs!", "a dog “!” cat", "a bird", "“cat” dog"):
        for found, told in (
            (apart.search(seen(text), text), whole.search(seen(text), text)),
            (apart.unquoted(seen(text)), whole.unquoted(seen(text))),
        ):
            assert (found and found.span()) == (told and told.span())
    assert all_of(apart, whole).patterns == (*apart.patterns, whole)


def test_a_gate_may_be_derived_from_a_pattern_that_spells_less() -> None:
    pattern = Gated(r"\bdogs? (?:run|sit|lie)s?\b", wider=r"\bdogs? .*")
    assert pattern.gate == Gate(frozenset({"dog", "dogs"}))
    assert pattern.search(seen("A dog sits."), "a dog sits.")
    assert not pattern.search(seen("A dog."), "a dog.")


def test_without_pythons_parser_every_gate_stands_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "re._parser", None)
    assert derived(r"\bdog\b") is None
    assert Gated(r"\bdog\b").search(seen("A dog."), "a dog.")
    assert AnyOf(lambda: (Gated(r"\bdog\b"),)).opens(seen("A cat."))


PIECES = (
    *("Art", "Deco", "Karlijn", "Joomla", "based", "a", "USA", "D2", "Ghents"),
    *("Vermont", "Foo_Bar", "_", "-", ".", "&", "'s", '"', "“", "”", " ", " "),
)
WORDS = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)


@given(WORDS, st.sampled_from(["", "Joomla, Vermont and ghent"]))
def test_a_text_that_may_have_no_name_has_none(text: str, title: str) -> None:
    one = Seen(lint.Text(text, title=title))
    if not untrusted_name.may_name(one):
        assert untrusted_name.names(one) == []


@given(
    st.text("abß1 _-.'’É", max_size=8),
    st.sampled_from(["{}", "{}-2", "x/{}.jpg", "2019 {}"]),
    st.sampled_from([str.upper, str.title, str.strip]),
)
def test_a_file_that_is_called_like_a_text_has_its_words(
    text: str, name: str, spelled: Callable[[str], str]
) -> None:
    file = spelled(name.format(text))
    if redundant_text._is_file(slug(seen(text).low), file):
        assert redundant_text._has_words_of(seen(text), file)


@given(st.text("ab1 \"“”„«»‘’'()[]:;.,-/&+–—", max_size=12).map(str.strip))
def test_what_is_left_open_was_opened(text: str) -> None:
    if text and cut.unclosed(text):
        assert not cut._OPEN.isdisjoint(seen(text).signs)


def test_the_order_of_gates() -> None:
    rare, often = Gate(frozenset({"grandmother"})), Gate(frozenset({"her"}))
    assert rare.leak < Gate(frozenset({"image"})).leak < often.leak
    assert often.leak < Gate(frozenset({","})).leak
    assert gate.Gate(frozenset({"dog", "#"})).signs == {"#"}
