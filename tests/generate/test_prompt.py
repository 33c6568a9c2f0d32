"""The prompt's words are its name: every stored candidate, and every question that was
paid for, is known by them. Whoever changes a word changes these ids, and says so."""

from __future__ import annotations

import pytest

from altsync.generate.context import Piece, Trust
from altsync.generate.prompt import Wishes, build, read_back
from altsync.models import Banned

HOUSE = Wishes("de", 120, "  Be brief.\n Use metres. ", ("Huygens", "Zürich"))
TEMPLATE = Wishes("en", system="Write as the museum does.", question="Known: {context}")


@pytest.mark.parametrize(
    ("wishes", "schema", "name"),
    [
        (Wishes(), True, "288322792b68803e"),
        (Wishes(), False, "6d22ca8408144bab"),
        (Wishes(language="nl"), True, "1a2347c16a9a38a9"),
        (Wishes(language="nl"), False, "96e0778b44f325f0"),
        (HOUSE, True, "819a6a92313f083b"),
        (HOUSE, False, "49cb3a2683b74097"),
        (TEMPLATE, True, "d825dc5a2141ec2d"),
        (TEMPLATE, False, "3bfe29eb1f6ff077"),
        (Wishes(question="Say it."), True, "90b15994d55a4385"),
        (Wishes(question="Say it."), False, "0fff6612c0caba07"),
        (Wishes(system="Only this."), True, "f659d8de9f387a0e"),
        (Wishes(system="Only this."), False, "d727eb5007c56538"),
    ],
)
def test_every_word_is_as_it_was(wishes: Wishes, schema: bool, name: str) -> None:
    assert build(wishes, schema).id == name


def test_the_context_stands_inside_its_delimiter_once() -> None:
    for wishes in (Wishes(), HOUSE, TEMPLATE, Wishes(question="Say it.")):
        asked = build(wishes, schema=True).ask(())
        assert asked.count("<context>\n(nothing is known)\n</context>") == 1


def test_the_reason_is_said_only_where_there_is_one() -> None:
    prompt = build(Wishes(), schema=True)
    assert "could not be used" not in prompt.ask(())
    again = prompt.ask((), "It was empty.")
    assert again.endswith(
        "\n\nYour last answer could not be used: It was empty. Answer again, mended."
    )


def test_a_model_is_told_which_words_the_house_does_not_use() -> None:
    banned = (Banned("stewardess", "flight attendant"), Banned("lad"))
    asked = build(Wishes(banned=banned), schema=True)
    assert (
        "\n- Words that the house does not use: “stewardess” (write “flight attendant”),"
        " “lad”.\n"
    ) in asked.system


def test_every_word_of_the_prompt_counts() -> None:
    ids = {
        build(wishes, schema).id
        for wishes in (
            Wishes(),
            Wishes("nl"),
            Wishes(length=120),
            Wishes(instructions="Be kind."),
            Wishes(glossary=("Aizkorri",)),
            Wishes(banned=(Banned("lad"),)),
            Wishes(system="Mine."),
            Wishes(question="Q {context}"),
        )
        for schema in (True, False)
    }
    assert len(ids) == 16
    assert build(Wishes(), True).id == build(Wishes(), True).id


def test_no_place_for_anything_is_left_open() -> None:
    title = Piece("title", "T", Trust.SITE, "title")
    asked = build(Wishes(), True).ask([title])
    assert "{" not in asked.replace('{"kind', "")


@pytest.mark.parametrize("schema", [True, False])
@pytest.mark.parametrize("question", ["", "Describe it.\n\n{\n{context}"])
def test_a_prompt_that_was_kept_is_read_back(schema: bool, question: str) -> None:
    asked = build(Wishes(system=question and "Be brief.", question=question), schema)
    again = read_back(asked.system, asked.text)
    assert again == asked
    assert again.id == asked.id
    assert read_back(None, asked.text).system == ""
