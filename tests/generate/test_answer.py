"""Tolerant of an answer's form, strict in its substance."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.generate import shapes
from altsync.generate.answer import MOST_READ, MOST_WHY, Unusable, read
from altsync.lint.evidence import INCOMPLETE
from altsync.models import Decision, is_blank
from tests.doubles.providers.openai import decided

CAT = "A ginger cat sleeps on a mat."
GIVEN: dict[str, Any] = json.loads(decided(CAT))


def with_parts(**parts: Any) -> str:
    return json.dumps({**GIVEN, **parts})


def without(*names: str) -> str:
    return json.dumps({key: GIVEN[key] for key in GIVEN if key not in names})


AROUND: dict[str, Callable[[str], str]] = {
    "nothing": str,
    "a fence": lambda given: f"```json\n{given}\n```",
    "a fence of no language": lambda given: f"```\n{given}\n```\n",
    "thought before": lambda given: f"<think>A cat {{or}} two?</think>\n\n{given}",
    "thought that began before": lambda given: (
        f'Maybe {{"alt": "x"}}.\n</think>\n{given}'
    ),
    "thought and a fence": lambda given: f"<think>Hm.</think>\n```json\n{given}\n```",
    "prose before": lambda given: f"Here is the object, {{as}} asked:\n{given}",
    "prose and a fence": lambda given: (
        f"Here it is:\n```json\n{given}\n```\nShall I go on?"
    ),
    "prose after": lambda given: f"{given}\n\nIs there anything else?",
    "a list": lambda given: f"[{given}]",
    "a mark at the front": lambda given: f"\ufeff{given}",
    "a string": json.dumps,
    "a string in a fence": lambda given: f"```json\n{json.dumps(given)}\n```",
    "the call of a tool, as text": lambda given: (
        f'{{"name": "out", "arguments": {given}}}'
    ),
    "twice the same": lambda given: f"{given}\n{given}",
    "the schema before": lambda given: f'{{"properties": {{"alt": {{}}}}}}\n{given}',
    "a comma too many": lambda given: f"{given[:-1]}, }}",
}


@pytest.mark.parametrize("around", AROUND)
def test_a_sound_object_is_read_in_every_shape(around: str) -> None:
    answer = read(AROUND[around](with_parts(people=True)), schema=True)
    assert (answer.alt, answer.decision) == (CAT, Decision.INFORMATIVE)
    assert answer.flags == {"people": True}


SOUND = (
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)
    .filter(lambda text: not is_blank(text.strip()))
    .filter(lambda text: "\x00" not in text)
)


@given(
    alt=SOUND,
    around=st.sampled_from(sorted(AROUND)),
    ascii_only=st.booleans(),
    gap=SOUND,
)
def test_any_sound_text_is_the_same_in_every_shape(
    alt: str, around: str, ascii_only: bool, gap: str
) -> None:
    given_ = json.dumps({**GIVEN, "alt": alt, "why": gap}, ensure_ascii=ascii_only)
    answer = read(AROUND[around](given_), schema=True)
    assert answer.alt == alt.strip()
    assert INCOMPLETE not in answer.flags


@given(
    st.text(max_size=60) | st.text('{}[]":,\\`<>/think alt\n', max_size=200),
    st.booleans(),
    st.none() | st.text(max_size=5),
)
def test_whatever_is_sent_is_an_answer_or_unusable(
    text: str, schema: bool, finish: str | None
) -> None:
    try:
        answer = read(text, schema=schema, finish=finish)
    except Unusable as error:
        assert error.reason
    else:
        assert bool(answer.alt) is (answer.decision is not Decision.DECORATIVE)


@pytest.mark.parametrize(
    ("text", "decision", "flags"),
    [
        (with_parts(decision="Text"), "text", {}),
        (with_parts(decision=" COMPLEX "), "complex", {}),
        (with_parts(people="false", unsure="False"), "informative", {}),
        (with_parts(people="true", unsure=None), "informative", {"people": True}),
        (with_parts(text_in_image=None, why=None), "informative", {}),
        (with_parts(confidence=0.9, alt_fr="Un chat."), "informative", {}),
        (with_parts().replace("false", "False"), "informative", {}),
        (without("why"), "informative", {}),
        (without("unsure", "people"), "informative", {INCOMPLETE: "people, unsure"}),
        (without("decision"), "informative", {INCOMPLETE: "decision"}),
        (
            with_parts(text_in_image=["STOP"]),
            "informative",
            {INCOMPLETE: "text_in_image"},
        ),
        (with_parts(people="two"), "informative", {INCOMPLETE: "people"}),
        (
            with_parts(decision="photo\x1b[1m"),
            "informative",
            {INCOMPLETE: "decision (“photo\\u001b[1m” is none)"},
        ),
        (
            json.dumps({"alt": CAT}),
            "informative",
            {INCOMPLETE: "decision, text_in_image, people, unsure"},
        ),
    ],
)
def test_parts_beside_the_alt(text: str, decision: str, flags: dict[str, Any]) -> None:
    answer = read(text, schema=True)
    assert (answer.alt, answer.decision, answer.flags) == (CAT, decision, flags)


LONG = "| month | visitors |\n|---|---|\n| May | 890 |"


@pytest.mark.parametrize(
    ("parts", "long", "flags"),
    [
        ({"decision": "complex", "long_description": f" {LONG}\n"}, LONG, {}),
        ({"decision": "text", "long_description": LONG}, LONG, {}),
        ({"decision": "informative", "long_description": LONG}, "", {}),
        ({"decision": "complex", "long_description": None}, "", {}),
        ({"decision": "complex", "long_description": [LONG]}, "", {}),
        ({"decision": "complex", "long_description": "x" * 1500}, "x" * 1500, {}),
        (
            {"decision": "complex", "long_description": "x" * 1501},
            "",
            {"long_description": "left out: 1,501 characters, over the limit of 1,500"},
        ),
        (
            {"decision": "complex", "long_description": "a\x00b"},
            "",
            {"long_description": "left out: it held a control character"},
        ),
        ({"decision": "complex", "long_description": "a\ud800b"}, "a?b", {}),
        ({"why": "It may be Ann Vega."}, "", {"why": "It may be Ann Vega."}),
        ({"why": "None."}, "", {}),
        ({"why": "It may be Ann.", "unsure": True}, "", {"unsure": "It may be Ann."}),
    ],
)
def test_what_comes_with_a_text_costs_it_nothing(
    parts: dict[str, Any], long: str, flags: dict[str, Any]
) -> None:
    """A long description is taken whole or not at all; a likely name is kept for who
    reads the text."""
    answer = read(with_parts(**parts), schema=True)
    assert (answer.alt, answer.long_description, answer.flags) == (CAT, long, flags)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (with_parts(alt=[CAT]), "not a text"),
        (with_parts(alt=None, decision="decorative"), "not a text"),
        (without("alt"), "not the object"),
        (with_parts() + with_parts(alt="A dog."), "more than one alt"),
        (f"[{with_parts()}, {with_parts(alt='')}]", "more than one alt"),
        (str(GIVEN), "not the object"),
        (CAT, "not the object"),
        (json.dumps(CAT), "not the object"),
        (with_parts()[:60], "not the object"),
        (f"<think>Maybe {with_parts()}", "thought alone"),
        ("```json\n```", "thought alone"),
        (with_parts(decision="decorative"), "this one has a text"),
        (with_parts(alt=" "), "not decorative"),
        (json.dumps({"alt": ""}), "not decorative"),
        (with_parts(alt="x" * 513), "513 characters"),
        (with_parts(alt="a\x00"), "control character"),
        (with_parts(alt="a\ud800"), "half a character"),
    ],
)
def test_what_a_model_could_do_better(text: str, reason: str) -> None:
    with pytest.raises(Unusable, match=reason) as caught:
        read(text, schema=True)
    assert caught.value.again
    assert not caught.value.refused


def test_the_text_itself_is_never_mended() -> None:
    for alt in (
        "```A cat```",
        "A cat </think>\n here.",
        '{"alt": "x"}',
        "A,}",
        "'A cat'",
    ):
        assert read(with_parts(alt=alt), schema=True).alt == alt


CUT = ("length", "max_tokens", "max_output_tokens", "MAX_TOKENS", "model_length")
REFUSED = (
    "content_filter",
    "refusal",
    "SAFETY",
    "RECITATION",
    "PROHIBITED_CONTENT",
    "BLOCKLIST",
    "SPII",
    "IMAGE_SAFETY",
)


@pytest.mark.parametrize("finish", [*CUT, *REFUSED])
def test_a_whole_object_is_no_answer_where_the_provider_says_so(finish: str) -> None:
    with pytest.raises(Unusable) as caught:
        read(with_parts(), schema=True, finish=finish)
    assert not caught.value.again
    assert caught.value.refused is (finish in REFUSED)


@pytest.mark.parametrize(
    ("text", "alt", "decision"),
    [
        (CAT, CAT, "informative"),
        (f"```\n{CAT}\n```", CAT, "informative"),
        (f"<think>Hm.</think>{CAT}", CAT, "informative"),
        (f"\ufeff{CAT}", CAT, "informative"),
        (with_parts(decision="text"), CAT, "text"),
        (f"```json\n{json.dumps({'alt': CAT})}\n```", CAT, "informative"),
        ("Decorative.", "", "decorative"),
        ("`DECORATIVE`", "", "decorative"),
        (f"```Cats\n{CAT}\n```", f"```Cats\n{CAT}\n```", "informative"),
        ('Code: {"alt": "x"}.', 'Code: {"alt": "x"}.', "informative"),
    ],
)
def test_an_answer_to_a_plain_question(text: str, alt: str, decision: str) -> None:
    answer = read(text, schema=False)
    assert (answer.alt, answer.decision, answer.flags) == (alt, decision, {})


def test_an_object_without_an_alt_is_no_plain_text_either() -> None:
    for text in ('{"description": "A cat."}', '["A cat."]'):
        with pytest.raises(Unusable, match="an object without an alt"):
            read(text, schema=False)


def test_a_model_that_cannot_is_not_asked_again() -> None:
    for text, schema, said in (
        ("Cannot", False, ""),
        (with_parts(alt="", why="It is black."), True, "It is black."),
    ):
        with pytest.raises(Unusable) as caught:
            read(text, schema=schema)
        assert caught.value.said == said
        assert caught.value.refused
        assert not caught.value.again


def test_a_flood_of_braces_is_given_up_at_once() -> None:
    for flood in (
        '{"a":' * 200_000,
        '{"' + '\\"' * 500_000,
        "{" * 1_000_000,
        "[" * 10_000,
    ):
        assert shapes.within(flood) == []


def test_what_a_model_says_beside_its_text_has_a_bound() -> None:
    """A page of a book, or the same word for ever: it was stored as it came, and shown
    beside every look at the image. The text itself is never cut."""
    words, why = "W" * (MOST_READ + 1), "y " * MOST_WHY
    flags = read(with_parts(text_in_image=words, why=why), schema=True).flags
    assert flags["text_in_image"] == (
        f"{'W' * MOST_READ}… (cut by altsync: 4,001 characters)"
    )
    assert flags["why"].endswith("y… (cut by altsync: 1,999 characters)")
    assert len(flags["why"]) < MOST_WHY + 50
    flags = read(with_parts(unsure=True, why=why), schema=True).flags
    assert flags["unsure"].endswith("y… (cut by altsync: 1,999 characters)")
    whole = "W" * MOST_READ
    flags = read(with_parts(text_in_image=whole), schema=True).flags
    assert flags["text_in_image"] == whole
