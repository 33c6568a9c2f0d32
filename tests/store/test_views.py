"""The states of images (views.sql): derived from facts, the first that fits wins."""

from __future__ import annotations

import pytest

from altsync.models import (
    BLANK,
    Decision,
    Label,
    Origin,
    PushStatus,
    Scope,
    State,
    Tag,
    Verdict,
    is_blank,
)
from altsync.store import journal, mirror, samples
from tests.scene import image
from tests.store.conftest import Shelf, made


def test_without_a_candidate_the_site_says_it(shelf: Shelf) -> None:
    shelf.pull(
        image("a/1", ""),
        image("a/2", None),
        image("a/3", "A person's."),
        image("a/4", "A machine's.", label=Label.AI, has_label=True),
        image("a/5", " \xa0\t"),
        image("a/6", "", label=Label.HUMAN, has_label=True),
    )
    assert {f"a/{n}": shelf.state(f"a/{n}") for n in range(1, 7)} == {
        "a/1": State.MISSING,
        "a/2": State.MISSING,
        "a/3": State.HUMAN,
        "a/4": State.AI,
        "a/5": State.DECORATIVE,
        "a/6": State.DECORATIVE,
    }


def test_the_way_of_a_candidate(two: Shelf) -> None:
    assert two.state("a/1") == State.MISSING
    number = two.propose("a/1", "New.")
    assert two.state("a/1") == State.NEEDS_REVIEW
    two.judge(number, Verdict.REJECTED)
    assert two.state("a/1") == State.REJECTED
    two.judge(number, Verdict.WITHDRAWN)
    assert two.state("a/1") == State.NEEDS_REVIEW
    two.judge(number)
    assert two.state("a/1") == State.APPROVED
    two.apply("a/1", number, "New.")
    assert two.state("a/1") == State.AI
    two.pull(image("a/1", ""), image("a/2"))
    assert two.state("a/1") == State.CLEARED
    assert two.state("a/2") == State.MISSING
    two.pull()
    assert two.state("a/1") == State.GONE


def test_a_text_that_was_sent_and_deleted_is_never_approved_again(two: Shelf) -> None:
    older = two.approve("a/1", "Older.")
    two.apply("a/1", older, "Older.")
    two.pull(image("a/1", ""), image("a/2"))
    assert two.state("a/1") == State.CLEARED, "though base, site and new would fit"


def test_a_site_that_moved_under_an_approved_text_is_a_conflict(two: Shelf) -> None:
    two.approve("a/1", "New.")
    two.pull(image("a/1", "A person's."), image("a/2"))
    assert two.state("a/1") == State.CONFLICT
    two.pull(image("a/1", "New."), image("a/2"))
    assert two.state("a/1") == State.HUMAN, "the site says it by itself"


def test_no_text_and_an_empty_one_are_two_bases(shelf: Shelf) -> None:
    shelf.pull(image("a/1", None), image("a/2", ""))
    shelf.approve("a/1", "New.", base="")
    shelf.approve("a/2", "New.", base=None)
    assert shelf.state("a/1") == State.CONFLICT
    assert shelf.state("a/2") == State.CONFLICT


def test_of_two_approved_texts_the_latest_verdict_counts(two: Shelf) -> None:
    first = two.propose("a/1", "First.")
    two.approve("a/1", "Second.")
    two.judge(first)
    assert two.one("SELECT candidate_id FROM image_heads") == (first,)


def test_what_was_tried_and_not_sent_clears_nothing(two: Shelf) -> None:
    number = two.approve("a/1", "New.")
    item = two.intend(two.begin_push(), "a/1", number, "New.")
    with two.store.write() as tx:
        journal.settle(tx, item, PushStatus.FAILED, error="no answer")
    two.judge(number, Verdict.REJECTED)
    assert two.state("a/1") == State.REJECTED


def test_empty_on_purpose(two: Shelf) -> None:
    decorative = two.approve("a/1", "", decision=Decision.DECORATIVE)
    assert two.state("a/1") == State.DECORATIVE
    two.apply("a/1", decorative, "")
    assert two.state("a/1") == State.DECORATIVE
    blank = two.approve("a/2", " ", decision=Decision.DECORATIVE)
    assert two.state("a/2") == State.APPROVED, "the site has another emptiness"
    two.apply("a/2", blank, " ")
    assert two.state("a/2") == State.DECORATIVE


@pytest.mark.parametrize(
    ("origin", "state"), [("human", State.DECORATIVE), (None, State.CLEARED)]
)
def test_an_emptiness_that_a_revert_brought_back(
    two: Shelf, origin: str | None, state: State
) -> None:
    item = two.apply("a/1", two.approve("a/1", "Sent."), "Sent.")
    back = made("a/1", base="Sent.", new="", reverts=item, origin=origin)
    push = two.begin_push()
    with two.store.write() as tx:
        row = journal.intend(tx, push, back, back.patch)
        journal.settle(tx, row, PushStatus.APPLIED)
        mirror.confirm(tx, "a/1", {"alt": ""}, back.origin, row)
    assert two.state("a/1") == state
    with two.store.write() as tx:
        tx.execute("UPDATE images SET origin = NULL WHERE id = 'a/1'")
    assert two.state("a/1") == State.CLEARED, "the state follows the origin"


def test_a_candidate_on_an_earlier_text_waits_for_nobody(two: Shelf) -> None:
    two.propose("a/1", "New.", base="Earlier.")
    two.judge(two.propose("a/2", "No.", base="Earlier."), Verdict.REJECTED)
    assert two.state("a/1") == State.MISSING
    assert two.state("a/2") == State.MISSING


def test_one_candidate_that_nobody_judged_is_enough_to_wait(two: Shelf) -> None:
    two.judge(two.propose("a/1", "No."), Verdict.REJECTED)
    two.propose("a/1", "Perhaps.")
    assert two.state("a/1") == State.NEEDS_REVIEW


def test_a_sample_counts_looks_at_that_very_text(shelf: Shelf) -> None:
    shelf.pull(*(image(f"a/{n}") for n in range(1, 7)))
    numbers = [shelf.propose(f"a/{n}", f"Text {n}.", model="m") for n in range(1, 7)]
    with shelf.store.write() as tx:
        drawn = samples.draw(
            tx,
            model="m",
            prompt_id=None,
            bound=0.1,
            confidence=0.9,
            tolerated=0,
            after=0,
            drawn_by="anna",
            stops=[(6, 0)],
            frame=numbers,
            items=[(n, number, f"a/{n}") for n, number in enumerate(numbers, 1)],
        )
    shelf.judge(numbers[0])
    shelf.judge(numbers[1], Verdict.REJECTED)
    shelf.judge(numbers[2], scope=Scope.BULK)
    shelf.judge(numbers[3], Verdict.REJECTED, scope=Scope.BULK)
    shelf.approve("a/5", "A person's.", origin=Origin.HUMAN)
    shelf.approve("a/6", "Another model's.", model="other")
    found = shelf.all(
        "SELECT image_id, judged FROM sample_verdicts WHERE sample_id = ?"
        " ORDER BY place",
        (drawn,),
    )
    assert found == [
        ("a/1", "right"),
        ("a/2", "wrong"),
        ("a/3", None),
        ("a/4", None),
        ("a/5", "wrong"),
        ("a/6", None),
    ]


def test_an_image_in_a_text_says_it_by_its_tag(shelf: Shelf) -> None:
    shelf.pull(
        image("a/1", None, tag=Tag.IMG),
        image("a/2", "", tag=Tag.IMG),
        image("a/3", " ", tag=Tag.IMG),
        image("a/4", None, tag=Tag.MEDIA),
        image("a/5", "", tag=Tag.MEDIA),
        image("a/6", "Here.", tag=Tag.MEDIA),
    )
    assert {f"a/{n}": shelf.state(f"a/{n}") for n in range(1, 7)} == {
        "a/1": State.MISSING,
        "a/2": State.DECORATIVE,
        "a/3": State.DECORATIVE,
        "a/4": State.INHERITS,
        "a/5": State.DECORATIVE,
        "a/6": State.HUMAN,
    }


@pytest.mark.parametrize("verdict", [None, Verdict.REJECTED, Verdict.APPROVED])
def test_a_candidate_counts_at_the_place_that_it_was_made_for(
    shelf: Shelf, verdict: Verdict | None
) -> None:
    """And again when it is back there."""

    def at(place: str | None, alt: str | None = None) -> str:
        shelf.pull(image("a/1", alt, tag=Tag.IMG, place=place))
        return shelf.state("a/1")

    at("1 of 2")
    number = shelf.propose("a/1", "New.", base=None, place="1 of 2")
    if verdict is not None:
        shelf.judge(number, verdict)
    there = shelf.state("a/1")
    moved = State.CONFLICT if verdict is Verdict.APPROVED else State.MISSING
    for elsewhere in (None, "2 of 2"):
        assert at(elsewhere) == moved
        assert at("1 of 2") == there
    if verdict is Verdict.APPROVED:
        assert at("2 of 2", "New.") == State.CONFLICT, "it is not altsync's"


def test_an_emptiness_is_one_wherever_it_stands(shelf: Shelf) -> None:
    shelf.pull(image("a/1", "", tag=Tag.IMG, place="1 of 2"))
    shelf.approve("a/1", "", decision=Decision.DECORATIVE, place="2 of 2")
    assert shelf.state("a/1") == State.DECORATIVE


def test_sql_and_python_know_the_same_blanks(shelf: Shelf) -> None:
    every = [*BLANK, BLANK, "", "a", "\xa0a", "\u2800\u3164"]
    shelf.pull(*(image(f"a/{at}", text) for at, text in enumerate(every)))
    found = dict(shelf.all("SELECT name, blank FROM images"))
    assert found == {str(at): is_blank(text) for at, text in enumerate(every)}


def test_a_typed_blank_is_a_decision(two: Shelf) -> None:
    """Whatever was sent before; a candidate for it still waits, as over any words."""
    two.apply("a/1", two.approve("a/1", "Sent."), "Sent.")
    two.pull(image("a/1", "\u200b"), image("a/2", "\u3000"))
    assert two.state("a/1") == two.state("a/2") == State.DECORATIVE
    two.propose("a/2", "A machine's.", "\u3000")
    assert two.state("a/2") == State.NEEDS_REVIEW


def test_what_would_replace_a_persons_words(two: Shelf) -> None:
    two.pull(image("a/1", "IMG_1.JPG"), image("a/2", ""))
    suggested = two.propose("a/1", "A ferry.", "IMG_1.JPG")
    assert two.state("a/1") == State.NEEDS_REVIEW
    by_rule = two.propose("a/1", "The ferry.", "IMG_1.JPG", replaces="file-name")
    assert two.state("a/1") == State.WOULD_REPLACE
    two.judge(by_rule, Verdict.REJECTED)
    assert two.state("a/1") == State.NEEDS_REVIEW
    two.judge(suggested, Verdict.REJECTED)
    assert two.state("a/1") == State.REJECTED
    two.propose("a/1", "A ferry at sea.", "IMG_1.JPG", replaces="file-name")
    two.pull(
        image("a/1", "IMG_1.JPG", label=Label.AI, has_label=True), image("a/2", "")
    )
    assert two.state("a/1") == State.NEEDS_REVIEW, "the words are a machine's"
    two.pull(image("a/1", "A person's."), image("a/2", ""))
    assert two.state("a/1") == State.HUMAN


def test_a_colleague_who_was_asked_is_waited_for(two: Shelf) -> None:
    one = two.propose("a/1", "Aizkorri in autumn.")
    two.judge(one, Verdict.UNSURE)
    assert two.state("a/1") == State.UNSURE
    other = two.propose("a/1", "A ridge in autumn.")
    assert two.state("a/1") == State.UNSURE, "the other text waits for the answer"
    two.judge(one, Verdict.REJECTED)
    assert two.state("a/1") == State.NEEDS_REVIEW
    two.judge(one, Verdict.UNSURE)
    two.judge(other)
    assert two.state("a/1") == State.APPROVED
    two.judge(other, Verdict.WITHDRAWN)
    assert two.state("a/1") == State.UNSURE
