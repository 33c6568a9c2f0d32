"""Which texts are compared at all: of every choice one prompt's, on the same images."""

from __future__ import annotations

from typing import Any

import pytest

from altsync.errors import UsageError
from altsync.models import Origin
from altsync.models.comparison import HUMAN
from altsync.store import candidates, comparisons
from altsync.verdicts import comparing
from altsync.verdicts.comparing import Contest
from tests.verdicts.conftest import PERSONS, Desk
from tests.verdicts.given import meanwhile
from tests.web.mirrors import candidate

MODELS = ("gpt-5.4-mini", "other")
BOTH = Contest(MODELS)


def test_only_what_every_model_has_written_for_is_drawn(desk: Desk) -> None:
    for image in ("a/1", "a/2", "a/3"):
        desk.propose(image, "One.")
    for image in ("a/1", "a/2"):
        desk.propose(image, "Two.", model="other")
    run = comparing.draw(desk.store, BOTH, by="maria", size=10)
    drawn = comparisons.choices(desk.store.conn, run)
    assert {one.image for one in drawn} == {"a/1", "a/2"}
    assert comparing.lacking(desk.store, BOTH, ["a/1", "a/3"]) == ["a/3"]


def test_what_a_model_writes_at_that_moment_is_compared(desk: Desk) -> None:
    desk.propose("a/1", "One.")
    desk.propose("a/1", "Two.", model="other")
    meanwhile(
        desk.store,
        lambda: comparing.draw(desk.store, BOTH, by="maria"),
        lambda conn: candidates.add(conn, candidate("a/1", "Newest.")),
    )
    drawn = comparisons.choices(desk.store.conn, 1)
    assert {one.alt for one in drawn} == {"Newest.", "Two."}


def test_what_cannot_be_compared_is_a_sentence(desk: Desk) -> None:
    with pytest.raises(UsageError, match="needs two models"):
        Contest(("one", "one")).check()
    with pytest.raises(UsageError, match=r"text by one and other[.] Generate"):
        comparing.draw(desk.store, Contest(("one", "other")), by="maria")
    with pytest.raises(UsageError, match=r"text by one and by a person[.]"):
        comparing.draw(desk.store, Contest(("one",), human=True), by="maria")


def test_images_are_chosen_among_those_that_fit(desk: Desk) -> None:
    found = comparing.choose(desk.store, 10)
    assert sorted(found) == ["a/1", "a/2", "a/3", "a/4"]
    assert len(comparing.choose(desk.store, 2)) == 2
    assert comparing.choose(desk.store, 2, human=True) == ["a/person"]
    desk.edit("a/person", None)
    with pytest.raises(UsageError, match="by a person"):
        comparing.choose(desk.store, 2, human=True)


def test_no_image_needs_a_text(desk: Desk) -> None:
    for number in (1, 2, 3, 4):
        desk.edit(f"a/{number}", PERSONS)
    with pytest.raises(UsageError, match="--images"):
        comparing.choose(desk.store, 2)


def test_a_persons_text_is_compared_too(desk: Desk) -> None:
    desk.propose("a/person", "A suggestion.", PERSONS)
    run = comparing.draw(desk.store, Contest(MODELS[:1], human=True), by="maria")
    drawn = {one.model: one.alt for one in comparisons.choices(desk.store.conn, run)}
    assert drawn == {HUMAN: PERSONS, MODELS[0]: "A suggestion."}
    beside = Contest(("other",), human=True)
    lacking = comparing.lacking(desk.store, beside, ["a/1", "a/person", "unknown"])
    assert lacking == ["a/person", "unknown"], "no model is paid for what is left out"


def asked_twice(desk: Desk) -> None:
    """On three images by both models: by prompt p1 for two of the first model's, p2 for
    the third one's and, later, for one more."""
    with desk.store.write() as tx:
        for prompt in ("p2", "q1"):
            tx.execute(f"INSERT INTO prompts VALUES ('{prompt}', 's', 't', '2026')")
    for image, prompt in (("a/1", "p1"), ("a/2", "p1"), ("a/3", "p2"), ("a/1", "p2")):
        desk.propose(image, f"One by {prompt}.", prompt_id=prompt)
    for image in ("a/1", "a/2", "a/3"):
        desk.propose(image, "Two.", model="other", prompt_id="q1")


def drawn(
    desk: Desk, contest: Contest, **more: Any
) -> list[tuple[str, str, str | None]]:
    run = comparing.draw(desk.store, contest, by="maria", **more)
    found = comparisons.choices(desk.store.conn, run)
    return sorted((one.image, one.model, one.prompt) for one in found)


def test_texts_of_one_prompt_are_drawn_though_newer_ones_are_by_another(
    desk: Desk,
) -> None:
    asked_twice(desk)
    one, other = MODELS
    expected = [
        (f"a/{n}", model, p)
        for n in (1, 3)
        for model, p in ((one, "p2"), (other, "q1"))
    ]
    assert drawn(desk, BOTH) == expected, "of two that wrote as much, the newer"
    desk.propose("a/4", "One by p1.")
    desk.propose("a/4", "Two.", model="other", prompt_id="q1")
    assert {row[2] for row in drawn(desk, BOTH)} == {"p1", "q1"}, "the usual one"
    today = Contest(MODELS, asked=("p2", "q1"))
    assert drawn(desk, today) == expected
    assert comparing.lacking(desk.store, today, ["a/1", "a/2", "a/3"]) == ["a/2"]


def test_each_language_has_a_wording_of_its_own(desk: Desk) -> None:
    asked_twice(desk)
    with desk.store.write() as tx:
        tx.execute("UPDATE images SET language = 'de' WHERE id = 'a/3'")
    assert [row[2] for row in drawn(desk, BOTH)] == ["p1", "q1", "p1", "q1", "p2", "q1"]


def test_two_prompts_of_one_model_are_two_choices(desk: Desk) -> None:
    asked_twice(desk)
    one, other = MODELS
    two = Contest((one,), prompts=("p1", "p2"))
    assert drawn(desk, two) == [("a/1", one, "p1"), ("a/1", one, "p2")]
    with pytest.raises(UsageError, match="with every one of these prompts"):
        drawn(desk, two, images=["a/2", "a/3"])
    pair = Contest(MODELS, prompts=("p1", "q"))
    assert [row[:2] for row in drawn(desk, pair, images=["a/2", "a/3"])] == [
        ("a/2", one),
        ("a/2", other),
    ]


@pytest.mark.parametrize(
    ("models", "prompts", "said"),
    [
        (MODELS[:1], ("p1",), "needs two models, or one with two --prompt"),
        (MODELS[:1], ("p", "p2"), r"--prompt p may be p1 or p2: say more"),
        (MODELS[:1], ("p1", "x"), r"by --prompt x [(]known: p1, p2[)]"),
        (MODELS, ("p1", "p2"), "other has no text by --prompt p1, p2: name"),
        (MODELS[:1], ("p1", "p1x"), "by --prompt p1x"),
        (MODELS[1:], ("q", "q1"), "That is one choice"),
        (("gone", "lost"), ("p1",), "no text by gone to compare: name it as"),
    ],
)
def test_a_prompt_that_names_nothing_is_a_sentence(
    desk: Desk, models: tuple[str, ...], prompts: tuple[str, ...], said: str
) -> None:
    asked_twice(desk)
    with pytest.raises(UsageError, match=said):
        comparing.draw(desk.store, Contest(models, prompts=prompts), by="maria")


def test_what_the_reference_or_a_person_wrote_is_no_choice(desk: Desk) -> None:
    for image in ("a/1", "a/2"):
        desk.propose(image, "One.")
    desk.propose("a/1", "Two.", model="other", reference=True)
    desk.propose("a/2", "Two.", model="other", origin=Origin.HUMAN)
    assert comparing.lacking(desk.store, BOTH, ["a/1", "a/2"]) == ["a/1", "a/2"]
