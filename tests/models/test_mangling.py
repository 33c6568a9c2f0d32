"""mangled: what sites do to a text is ours; what a person does to it never is."""

from __future__ import annotations

import html
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from altsync.models import mangled, same_text
from altsync.models.mangling import COLUMNS

LONG = (
    'A café\'s "red" sign hangs over the door & two men wait below it, one of them'
    " with a bicycle. " + "Behind them the street goes on past the market hall, " * 9
)
QUOTED = "A child's drawing: \"Papa's boat\" & the sea."
CURLED = "A child’s drawing: “Papa’s boat” & the sea."


def by(sent: str, stored: str, *, at_once: bool = False) -> str | None:
    return mangled(sent, stored, at_once=at_once)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("stored", "how"),
    [
        (html.escape(QUOTED), "escaped as HTML"),
        (html.escape(QUOTED, quote=False), "escaped as HTML"),
        (html.escape(html.escape(QUOTED)), "escaped as HTML"),
        (QUOTED.replace("'", "&#039;"), "escaped as HTML"),
        (
            QUOTED.replace("'", r"\'").replace('"', r"\""),
            "with backslashes before its quotation marks",
        ),
        (CURLED, "with other quotation marks"),
        (html.escape(CURLED), "with other quotation marks"),
        (
            CURLED.replace("’", "&rsquo;").replace("&", "&amp;"),
            "with other quotation marks",
        ),
        (unicodedata.normalize("NFD", html.escape(QUOTED)), "escaped as HTML"),
        (f"  {html.escape(QUOTED)}\n", "escaped as HTML"),
    ],
)
def test_the_same_words_otherwise_written(stored: str, how: str, at_once: bool) -> None:
    assert by(QUOTED, stored, at_once=at_once) == how


def test_quotation_marks_are_straightened_too() -> None:
    assert by(CURLED, QUOTED) == "with other quotation marks"


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("stored", "how"),
    [
        (LONG[:255], "cut at 255 characters"),
        (LONG[:512], "cut at 512 characters"),
        (LONG[:160], "cut at 160 characters"),
        (LONG.encode()[:255].decode("utf-8", "ignore"), "cut at 255 bytes"),
        (html.escape(LONG, quote=False)[:255], "cut at 255 characters"),
        (html.escape(LONG).replace("&#x27;", "&#039;")[:255], "cut at 255 characters"),
        (html.escape(LONG)[:255], "cut at 255 characters"),
        (
            LONG.replace("'", "’")[:255],
            "cut at 255 characters",
        ),
        (unicodedata.normalize("NFD", LONG)[:255], "cut at 255 characters"),
        (f" {LONG[:255]} ", "cut at 255 characters"),
    ],
)
def test_a_cut_at_the_width_of_a_column(stored: str, how: str, at_once: bool) -> None:
    assert by(LONG, stored, at_once=at_once) == how


@pytest.mark.parametrize(
    "stored",
    [
        "Bar chart comparing Drupal 4.",
        "Bar chart",
        "Bar chart comparing…",
        "Bar chart comparing ...",
        "B",
        "Bar chart comparing Drupal 4.7 &am",
    ],
)
def test_any_beginning_is_a_cut_only_in_answer_to_the_patch(stored: str) -> None:
    sent = "Bar chart comparing Drupal 4.7 & 5.0."
    assert by(sent, stored, at_once=True) == f"cut after {len(stored)} characters"
    assert by(sent, stored) is None


def test_decoded_entities_are_a_persons_mending_later() -> None:
    sent, stored = "Tom &amp; Jerry &quot;at home&quot;", 'Tom & Jerry "at home"'
    assert by(sent, stored, at_once=True) == "with its HTML entities decoded"
    assert by(sent, stored) is None


def test_quotation_marks_that_are_turned_in_part_are_a_persons_later() -> None:
    stored = QUOTED.replace("'", "’", 1)
    assert by(QUOTED, stored, at_once=True) == "with other quotation marks"
    assert by(QUOTED, stored) is None


def test_a_cut_at_the_end_of_a_sentence_is_a_persons_later() -> None:
    first = "x" * 250 + " end."
    assert len(first) == 255
    sent = f"{first} The second sentence goes."
    assert by(sent, first) is None
    assert by(sent, first, at_once=True) == "cut at 255 characters"
    assert by(sent, f"{first}”") is None
    quoted = "x" * 249 + ' end."'
    assert by(f"{quoted} More.", quoted) is None


def test_a_cut_between_two_words_counts_at_the_usual_widths_only() -> None:
    usual, odd = "x" * 255, "x" * 200
    assert by(f"{usual} more", usual) == "cut at 255 characters"
    assert by(f"{odd} more", odd) is None
    assert by(f"{odd}more", odd) == "cut at 200 characters"


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("a text", "a text"),
        ("a text", " a  text\n"),
        ("a café", unicodedata.normalize("NFD", "a café")),
        ("a text", ""),
        ("a text", " \n"),
        ("a text", None),
        (None, "a text"),
        ("", "a text"),
        ("a text", "a text and more"),
        ("a text", "another text"),
        ("a text", "…"),
        ("a text", "&#" + "9" * 5000 + ";"),
    ],
)
def test_what_is_the_same_or_another_text_is_not_mangled(
    sent: str | None, stored: str | None, at_once: bool
) -> None:
    assert mangled(sent, stored, at_once=at_once) is None


WORD = st.text("abcdefghijklmnopqrstuvwxyzäéß", min_size=1, max_size=9)
TAIL = st.sampled_from(["", "'s", ",", '"', " &", ".", "!", "&amp;", "’"])
WORDS = st.lists(st.tuples(WORD, TAIL).map("".join), min_size=2, max_size=50)


@given(WORDS, st.data(), st.booleans())
def test_a_changed_word_is_a_persons(
    words: list[str], data: st.DataObject, at_once: bool
) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(WORD)
    edited = [*words[:at], other, *words[at + 1 :]]
    sent, stored = " ".join(words), " ".join(edited)
    letters = [
        "".join(filter(str.isalpha, html.unescape(text))) for text in (sent, stored)
    ]
    assume(letters[0] != letters[1])
    assume(not letters[0].startswith(letters[1]))
    assert mangled(sent, stored, at_once=at_once) is None


SENTENCE = WORDS.map(lambda words: " ".join(words).rstrip(" ,&") + ".")


@given(st.lists(SENTENCE, min_size=2, max_size=4), st.data())
def test_sentences_that_are_taken_away_are_a_persons(
    sentences: list[str], data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.sampled_from(sentences), min_size=1, unique=True))
    stored = " ".join(one for one in sentences if one in kept)
    assert mangled(" ".join(sentences), stored) is None


@given(WORDS, st.data())
def test_last_words_that_are_taken_away_are_a_persons(
    words: list[str], data: st.DataObject
) -> None:
    """But for a text that then fills a column of a usual width to the character."""
    kept = data.draw(st.integers(1, len(words) - 1))
    stored = " ".join(words[:kept])
    assume(len(stored.encode()) < 200)
    assert mangled(" ".join(words), stored) is None


WAYS = st.sampled_from(
    [
        html.escape,
        lambda text: html.escape(text).replace("&#x27;", "&#039;"),
        lambda text: html.escape(text, quote=False),
        lambda text: text.replace("'", "’").replace('"', "”"),
        lambda text: unicodedata.normalize("NFD", text),
        str.strip,
        lambda text: text,
    ]
)
PLAIN = st.lists(
    st.tuples(WORD, st.sampled_from(["", "'s", ",", '"', " &"])).map("".join),
    min_size=2,
    max_size=50,
)


@given(PLAIN, WAYS, st.sampled_from([*COLUMNS, 10**6]))
def test_what_a_site_does_is_always_ours_in_answer_to_the_patch(
    words: list[str], way: object, width: int
) -> None:
    assert callable(way)
    sent = " ".join(words)
    stored = way(sent)[:width].strip()
    same = same_text(sent, stored)
    assert same or mangled(sent, stored, at_once=True)


@given(PLAIN, WAYS)
def test_and_later_where_it_did_it_to_the_whole_text(
    words: list[str], way: object
) -> None:
    assert callable(way)
    sent = " ".join(words)
    stored = way(sent)
    assert same_text(sent, stored) or mangled(sent, stored)
