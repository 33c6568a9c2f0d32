"""Claims about people: what is found, and that the short way past a text is right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altsync import lint
from altsync.lint import people
from altsync.lint.text import Seen
from altsync.wordlists import tables

LANGUAGES = people._lexicons("")


def said(text: str, language: str | None = "en") -> list[tuple[str, str]]:
    seen = Seen(lint.Text(text, language=language))
    return [(one.kind, one.words) for one in people.said_of_people(seen)]


def words(lexicon: people.PeopleWords) -> list[str]:
    """A few of every list."""
    lists = (
        *(lexicon.people, lexicon.between, lexicon.claims, lexicon.alone),
        *(lexicon.felt, lexicon.seems, lexicon.own, lexicon.kin),
    )
    return [one for each in lists for one in sorted(each)[:4]]


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_text_that_may_claim_nothing_claims_nothing(data: st.DataObject) -> None:
    lexicon = data.draw(st.sampled_from(LANGUAGES))
    known = st.sampled_from([*words(lexicon), ",", "boat"])
    drawn = data.draw(st.lists(known, min_size=1, max_size=5))
    runs = frozenset(" ".join(drawn).split())
    carried = runs & people._carriers().keys()
    if not carried or not lexicon.may_claim(carried, runs):
        assert not list(lexicon.find(" ".join(drawn).split()))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a sad, tired woman", []),
        ("a woman looks at a boat, sad", []),
        ("a dog looks sad", []),
        ("a woman looks", []),
        ("an elderly dog looks sad", [("age", "elderly")]),
        ("a proud father", [("feelings", "proud father")]),
        ("a woman seems very sad", [("feelings", "seems sad")]),
        ("his little son", [("relation", "his son")]),
        ("his boat and son", []),
        ("his", []),
        ("a middle-aged man", [("age", "middle aged")]),
        ("a middle-aged dog looks sad", [("age", "middle aged")]),
        ("a woman looks up, sad", []),
        ("an african american woman", [("origin", "african american")]),
        ("a black old man", [("origin", "black old man")]),
        ("black women's shoes", []),
        ("a man in his forties", [("age", "in his forties")]),
    ],
)
def test_what_is_said_in_english(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text)[:1] == found


def test_a_language_that_is_known_is_the_only_one() -> None:
    assert said("Un niño triste.", None) == [("feelings", "niño triste")]
    assert said("Un niño triste.", "en") == []
    assert said("悲しい女性", None) == [("feelings", "悲しい")]
    assert said("悲しい女性", "zh") == []


def test_no_claim_by_itself_is_a_word_for_people_elsewhere() -> None:
    """In a text of which no language is known every list counts."""
    for one in LANGUAGES:
        for other in LANGUAGES:
            assert set(one.alone).isdisjoint(other.people)


def test_every_language_has_what_the_rule_promises() -> None:
    every = tables("altsync.lint.lists", "person.toml")
    assert len(every) == 25
    for language, table in every.items():
        for kind in ("origin", "feelings", "disability"):
            assert len(table[kind].split()) > 6, (language, kind)


def test_a_little_word_may_stand_between_a_person_and_what_is_claimed() -> None:
    assert said("Une femme très triste.", "fr") == [("feelings", "femme très triste")]
    assert said("Une maison très triste.", "fr") == []
    assert said("Très triste, une femme.", "fr") == []
    assert said("Une maison, jeune très triste.", "fr") == [
        ("feelings", "jeune très triste")
    ]
