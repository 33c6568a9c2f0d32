"""Verdicts: what a yes over many may do, what it leaves, and whom it never overrides."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from altsync.errors import MovedOn, UnknownImage, UsageError
from altsync.models import Decision, Finding, Mirrored, Scope, Verdict
from altsync.store import candidates, journal, looks
from altsync.verdicts import acts
from altsync.verdicts.acts import Given, Judged
from altsync.verdicts.policy import Way
from tests.verdicts.conftest import PERSONS, Desk
from tests.verdicts.given import ERROR, WARNING, approve, approve_all, meanwhile, reject
from tests.web.mirrors import candidate


def no_findings(
    tx: sqlite3.Connection, mirrored: Mirrored, text: str, decision: Decision
) -> tuple[Finding, ...]:
    return ()


def seen(desk: Desk, image: str, candidate: int | None = None, **more: Any) -> Given:
    """A form of the page as it stands now."""
    return Given(image, looks.sight(desk.store.conn, image), candidate, **more)


def sweep(desk: Desk, *marked: Given, verdict: Verdict = Verdict.APPROVED) -> Judged:
    with desk.store.write() as tx:
        return acts.sweep(tx, marked, verdict, "maria", "grid: all")


def on_page(
    desk: Desk,
    act: Callable[..., int],
    image: str,
    candidate: int | None = None,
    **more: Any,
) -> int:
    """An approval, rewrite or decorative from the page."""
    with desk.store.write() as tx:
        return act(tx, seen(desk, image, candidate, **more), "maria", no_findings)


# Over many: what waits, and nothing that a person has decided.


def test_a_persons_words_are_replaced_over_many_by_their_rule_alone(desk: Desk) -> None:
    """And only while the lint still finds it in exactly these words."""
    suggested = desk.propose("a/person", "Suggested.", PERSONS)
    desk.edit("a/1", "IMG_1.JPG")
    by_rule = desk.propose("a/1", "A cat.", "IMG_1.JPG", replaces="file-name,cut")
    desk.propose("a/2", "No person's.")
    flags: list[str] = ["cut"]

    def replacing(rule: str) -> Judged:
        with desk.store.write() as tx:
            return acts.approve_replacing(tx, "maria", [rule], lambda _: flags)

    assert replacing("placeholder") == Judged(), "another rule's are not even named"
    left = replacing("file-name").left
    assert left == [("a/1", "the lint finds nothing of the kind in its words any more")]
    assert desk.reviews() == []
    assert replacing("cut").judged == 1
    assert desk.reviews() == [(by_rule, "approved", "maria", "bulk")]
    assert desk.plan() == [
        "a/1: refused, it would replace a person's words (cut, file-name)"
    ]
    assert desk.plan(replace_human=True) == ["a/1: send A cat."]
    desk.judge(suggested, "approved", scope="bulk")
    refused = (
        "refused, a suggestion for a person's words, and nobody approved this very"
    )
    assert any(refused in line for line in desk.plan(replace_human=True))
    desk.edit("a/1", "A person's.")
    assert "a/1: conflict" in desk.plan(replace_human=True)


def test_what_came_later_in_the_place_of_a_persons_words_is_named(desk: Desk) -> None:
    """An image that waits is never passed over in silence."""
    desk.edit("a/1", "IMG_1.JPG")
    desk.propose("a/1", "A cat.", "IMG_1.JPG", replaces="file-name")

    def left() -> list[tuple[str, str]]:
        with desk.store.write() as tx:
            done = acts.approve_replacing(tx, "maria", ["file-name"], lambda _: ["cut"])
        return done.left

    desk.propose("a/1", "Suggested.", "IMG_1.JPG")
    assert left() == [("a/1", "a suggestion for a person's words")]
    desk.propose("a/1", "A cat by a rule.", "IMG_1.JPG", replaces="cut")
    assert left() == [
        ("a/1", "a later candidate of other rules waits there: look at it")
    ]
    assert desk.reviews() == []


def test_the_newest_of_what_waits_is_approved(desk: Desk) -> None:
    desk.propose("a/1", "Old.")
    newest = desk.propose("a/1", "New.")
    other = desk.propose("a/2", "Other.")
    done = approve_all(desk.store)
    assert (done.judged, done.first, done.last, done.left) == (2, 1, 2, [])
    assert desk.reviews() == [
        (newest, "approved", "maria", "bulk"),
        (other, "approved", "maria", "bulk"),
    ]


def test_a_second_time_does_not_fall_back_to_an_older_text(desk: Desk) -> None:
    desk.propose("a/1", "Old.")
    desk.propose("a/1", "New.")
    approve_all(desk.store)
    assert approve_all(desk.store).judged == 0
    assert desk.plan() == ["a/1: send New."]


def test_after_a_rejection_the_older_text_waits(desk: Desk) -> None:
    desk.propose("a/1", "Old.")
    desk.judge(desk.propose("a/1", "New."), "rejected")
    approve_all(desk.store)
    assert desk.plan() == ["a/1: send Old."]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"findings": (ERROR,)}, "the lint found leak"),
        (
            {"decision": Decision.DECORATIVE},
            "decorative, which wants a person's eye",
        ),
        ({"decision": Decision.COMPLEX}, "complex, which wants a person's eye"),
    ],
)
def test_what_the_plan_would_refuse_is_left_with_the_reason(
    desk: Desk, more: dict[str, Any], reason: str
) -> None:
    one = desk.propose("a/1", "Text.", **more)
    assert approve_all(desk.store).left == [("a/1", reason)]
    assert sweep(desk, seen(desk, "a/1", one)).left == [("a/1", reason)]
    assert desk.reviews() == []


def test_a_suggestion_for_a_persons_words_is_left(desk: Desk) -> None:
    one = desk.propose("a/person", "A suggestion.", PERSONS)
    reason = "a suggestion for a person's words"
    assert approve_all(desk.store).left == [("a/person", reason)]
    assert sweep(desk, seen(desk, "a/person", one)).left == [("a/person", reason)]
    assert desk.plan(replace_human=True) == []


def test_texts_of_several_models_are_left_to_choose_from(desk: Desk) -> None:
    desk.propose("a/1", "One.")
    two = desk.propose("a/1", "Two.", model="other")
    reason = "candidates of several models to choose from"
    assert approve_all(desk.store).left == [("a/1", reason)]
    assert sweep(desk, seen(desk, "a/1", two)).left == [("a/1", reason)]
    desk.judge(two, "rejected")
    assert approve_all(desk.store).judged == 1


def test_only_unflagged_ones_where_that_was_asked(desk: Desk) -> None:
    desk.propose("a/1", "Text.", findings=(WARNING,))
    left = approve_all(desk.store, way=Way.UNFLAGGED).left
    assert left == [("a/1", "the lint has something to say")]
    assert approve_all(desk.store).judged == 1


def test_what_a_person_wrote_instead_is_never_replaced(desk: Desk) -> None:
    """The machine's text stays without a verdict beside it."""
    machine = desk.propose("a/1", "A machine's.")
    on_page(desk, acts.approve, "a/1", machine, text="My own.")
    assert approve_all(desk.store).judged == 0
    assert sweep(desk, seen(desk, "a/1", machine)).left == [
        ("a/1", "a person has chosen its text by itself")
    ]
    assert desk.plan() == ["a/1: send My own."]


def test_what_a_person_called_decorative_gets_no_text(desk: Desk) -> None:
    desk.propose("a/1", "A machine's.")
    on_page(desk, acts.decorative, "a/1")
    approve_all(desk.store)
    assert desk.plan(allow_empty=True) == ["a/1: send "]


def test_a_text_that_came_later_does_not_replace_a_chosen_one(desk: Desk) -> None:
    chosen = desk.propose("a/1", "Chosen.")
    desk.judge(chosen, "approved", scope=Scope.ONE)
    later = desk.propose("a/1", "Later.")
    reason = "a person has chosen its text by itself"
    assert approve_all(desk.store).left == [("a/1", reason)]
    assert sweep(desk, seen(desk, "a/1", later)).left == [("a/1", reason)]
    assert desk.plan() == ["a/1: send Chosen."]


def test_a_text_that_came_later_replaces_one_that_nobody_chose(desk: Desk) -> None:
    desk.propose("a/1", "First.")
    approve_all(desk.store)
    desk.propose("a/1", "Better.", model="other")
    approve_all(desk.store)
    assert desk.plan() == ["a/1: send Better."]


def test_a_rejected_text_does_not_come_back(desk: Desk) -> None:
    """Neither itself, nor the same words of another run."""
    one = desk.propose("a/1", "Rejected words.")
    desk.judge(one, "rejected")
    reason = "somebody rejected this very text"
    assert sweep(desk, seen(desk, "a/1", one)).left == [("a/1", reason)]
    desk.propose("a/1", "Rejected  words.")
    assert approve_all(desk.store).left == [("a/1", reason)]
    assert desk.plan() == []


def test_a_yes_to_one_text_is_not_made_a_yes_to_many(desk: Desk) -> None:
    one = desk.propose("a/1", "Text.", findings=(WARNING,))
    approve(desk.store, ["a/1"])
    assert sweep(desk, seen(desk, "a/1", one)).judged == 0
    assert desk.reviews() == [(one, "approved", "maria", "one")]


# At the same moment.


def test_a_rejection_at_that_moment_is_not_overridden(desk: Desk) -> None:
    one = desk.propose("a/1", "Wrong.")
    two = desk.propose("a/2", "Right.")
    meanwhile(
        desk.store,
        lambda: approve_all(desk.store),
        lambda conn: candidates.judge(conn, one, Verdict.REJECTED, "anna"),
    )
    assert desk.reviews() == [
        (one, "rejected", "anna", "one"),
        (two, "approved", "maria", "bulk"),
    ]
    assert desk.plan() == ["a/2: send Right."]


def test_a_name_is_looked_up_under_the_lock_too(desk: Desk) -> None:
    desk.propose("a/1", "Old.")
    meanwhile(
        desk.store,
        lambda: approve(desk.store, ["a/1"]),
        lambda conn: candidates.add(conn, candidate("a/1", "Newer.")),
    )
    assert desk.plan() == ["a/1: send Newer."]


def test_a_second_rejection_at_that_moment_is_not_doubled(desk: Desk) -> None:
    one = desk.propose("a/1", "Wrong.")
    meanwhile(
        desk.store,
        lambda: reject(desk.store, ["a/1"]),
        lambda conn: candidates.judge(conn, one, Verdict.REJECTED, "anna"),
    )
    assert desk.reviews() == [(one, "rejected", "anna", "one")]


# By name.


def test_a_name_approves_whatever_the_lint_says(desk: Desk) -> None:
    desk.propose("a/1", "Text.", findings=(ERROR,))
    assert approve(desk.store, ["a/1"]).judged == 1
    assert desk.plan() == ["a/1: send Text."]


def test_what_was_approved_over_many_can_be_approved_by_name(desk: Desk) -> None:
    """Verdicts of before this rule, or of an older altsync, are not a dead end."""
    desk.propose("a/1", "Older, never judged.")
    one = desk.propose("a/1", "Text.", findings=(ERROR,))
    desk.judge(one, "approved", scope=Scope.BULK)
    assert desk.plan() == [
        "a/1: refused, the lint found leak, and nobody approved this very text"
    ]
    approve(desk.store, ["a/1"])
    assert desk.reviews()[-1] == (one, "approved", "maria", "one")
    assert desk.plan() == ["a/1: send Text."]
    with pytest.raises(UsageError, match="nothing to approve"):
        approve(desk.store, ["a/1"])


def test_the_text_that_counts_is_the_one_approved_last(desk: Desk) -> None:
    chosen = desk.propose("a/1", "Chosen.")
    newer = desk.propose("a/1", "Newer.")
    desk.judge(newer, "approved", scope=Scope.BULK)
    desk.judge(chosen, "approved", scope=Scope.ONE)
    with pytest.raises(UsageError, match="nothing to approve"):
        approve(desk.store, ["a/1"])


def test_one_unknown_name_and_nothing_is_judged(desk: Desk) -> None:
    desk.propose("a/1", "Text.")
    with pytest.raises(UnknownImage, match="no image a/nowhere"):
        approve(desk.store, ["a/1", "a/nowhere"])
    with pytest.raises(UsageError, match="a/2 has nothing to approve"):
        approve(desk.store, ["a/1", "a/2"])
    with pytest.raises(UsageError, match="a/2 has nothing to reject"):
        reject(desk.store, ["a/1", "a/2"])
    assert desk.reviews() == []


def test_an_earlier_texts_candidate_can_be_rejected(desk: Desk) -> None:
    """Else it would be sent on the day when the site has that text again."""
    desk.propose("a/1", "Text.")
    approve(desk.store, ["a/1"])
    desk.edit("a/1", "A person's.")
    assert desk.plan() == ["a/1: conflict"]
    assert reject(desk.store, ["a/1"]).judged == 1
    desk.edit("a/1", None)
    assert desk.plan() == []


def test_an_earlier_texts_candidate_is_approved_in_no_way(desk: Desk) -> None:
    one = desk.propose("a/1", "Text.")
    desk.edit("a/1", "A person's.")
    assert approve_all(desk.store).judged == 0
    left = sweep(desk, seen(desk, "a/1", one)).left
    assert left == [("a/1", "proposed for an earlier text or picture")]
    with pytest.raises(UsageError, match="nothing to approve"):
        approve(desk.store, ["a/1"])


def test_nor_by_name_where_it_was_approved_over_many(desk: Desk) -> None:
    one = desk.propose("a/1", "Text.")
    desk.judge(one, "approved", scope=Scope.BULK)
    desk.edit("a/1", "A person's.")
    with pytest.raises(UsageError, match="its state is conflict"):
        approve(desk.store, ["a/1"])


def test_an_earlier_texts_candidate_becomes_the_reviewers_own(desk: Desk) -> None:
    """What was proposed for one text is nobody's answer to another."""
    one = desk.propose("a/1", "Text.")
    desk.edit("a/1", "A person's.")
    on_page(desk, acts.approve, "a/1", one, text="Text.")
    assert desk.reviews() == [(one + 1, "approved", "maria", "one")]
    assert desk.plan(replace_human=True) == ["a/1: send Text."]


def test_a_candidate_for_another_place_becomes_the_reviewers_own(desk: Desk) -> None:
    """And is in nobody's bulk: it may be about another of several equals."""
    desk.move("a/1", "1 of 2")
    one = desk.propose("a/1", "Text.", place="1 of 2")
    desk.move("a/1", "2 of 2")
    assert desk.state("a/1") == "missing"
    assert approve_all(desk.store).judged == 0
    on_page(desk, acts.approve, "a/1", one, text="Text.")
    assert desk.reviews() == [(one + 1, "approved", "maria", "one")]
    assert desk.plan() == ["a/1: send Text."]
    desk.move("a/1", "1 of 2")
    assert desk.plan() == ["a/1: conflict"]
    empty = {"decision": Decision.DECORATIVE, "place": "1 of 2"}
    decorative = desk.propose("a/1", "", **empty)
    on_page(desk, acts.decorative, "a/1")
    assert desk.reviews()[-1][0] == decorative
    desk.move("a/1", None)
    on_page(desk, acts.decorative, "a/1")
    assert desk.reviews()[-1][0] == decorative + 1


def test_rejecting_twice_adds_no_second_verdict(desk: Desk) -> None:
    one = desk.propose("a/1", "One.")
    two = desk.propose("a/1", "Two.")
    reject(desk.store, ["a/1"])
    assert reject(desk.store, ["a/1"]).judged == 1
    assert desk.reviews() == [
        (one, "rejected", "maria", "one"),
        (two, "rejected", "maria", "one"),
    ]


# On the pages.


def test_a_verdict_stands_on_what_was_seen(desk: Desk) -> None:
    one = desk.propose("a/1", "Text.")
    mine = seen(desk, "a/1", one)
    desk.judge(one, "rejected", "anna")
    for act in (acts.approve, acts.decorative):
        with (
            pytest.raises(MovedOn, match=r"anna rejected “Text.”"),
            desk.store.write() as tx,
        ):
            act(tx, mine, "maria", no_findings)
    with pytest.raises(MovedOn, match="Somebody was faster"), desk.store.write() as tx:
        acts.reject(tx, mine, "maria")
    assert [image for image, _ in sweep(desk, mine).left] == ["a/1"]
    assert len(desk.reviews()) == 1


def test_a_text_that_changed_on_the_site_says_so(desk: Desk) -> None:
    one = desk.propose("a/1", "Text.")
    mine = seen(desk, "a/1", one)
    with desk.store.write() as tx:
        tx.execute("UPDATE images SET alt = 'Elsewhere.' WHERE id = 'a/1'")
        tx.execute("UPDATE images SET alt = 'Unseen.' WHERE id = 'a/2'")
    with (
        pytest.raises(MovedOn, match="A pull saw no text on the site"),
        desk.store.write() as tx,
    ):
        acts.approve(tx, mine, "maria", no_findings)


def test_an_unknown_image_or_candidate_is_a_sentence(desk: Desk) -> None:
    desk.propose("a/1", "Text.")
    with pytest.raises(UnknownImage), desk.store.write() as tx:
        acts.approve(tx, Given("a/nowhere", "x", 1), "maria", no_findings)
    with pytest.raises(MovedOn, match="applied or replaced"):
        on_page(desk, acts.approve, "a/1", 99)
    left = sweep(desk, seen(desk, "a/1", 99), Given("a/nowhere", "x", 1)).left
    assert [reason[:24] for _, reason in left] == [
        "That candidate was appli",
        "There is no image a/nowh",
    ]


def test_what_is_gone_is_not_judged(desk: Desk) -> None:
    one = desk.propose("a/1", "Text.")
    mine = seen(desk, "a/1", one)
    with desk.store.write() as tx:
        tx.execute("UPDATE images SET gone_at = '2026' WHERE id = 'a/1'")
    assert approve_all(desk.store) == Judged()
    with pytest.raises(UsageError, match="its state is gone"):
        approve(desk.store, ["a/1"])
    assert sweep(desk, mine).left == [("a/1", "The image is not on the site any more.")]


def test_a_rewritten_text_says_what_it_was_made_from(desk: Desk) -> None:
    one = desk.propose("a/1", "Text.", decision=Decision.FUNCTIONAL)
    on_page(desk, acts.approve, "a/1", one, text="  My words. \r\n")
    row = desk.store.conn.execute(
        "SELECT alt, origin, decision, context FROM candidates ORDER BY id DESC"
    ).fetchone()
    assert row[:3] == ("My words.", "human", "functional")
    assert f'"candidate": {one}' in row[3]


def test_a_text_in_place_of_a_decorative_one_informs(desk: Desk) -> None:
    one = desk.propose("a/1", "", decision=Decision.DECORATIVE)
    on_page(desk, acts.approve, "a/1", one, text="A text.")
    [decision] = desk.store.conn.execute(
        "SELECT decision FROM candidates ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert decision == "informative"


def test_a_decorative_candidate_is_taken_where_there_is_one(desk: Desk) -> None:
    one = desk.propose("a/1", "", decision=Decision.DECORATIVE)
    on_page(desk, acts.decorative, "a/1")
    assert desk.reviews() == [(one, "approved", "maria", "one")]


def test_a_decorative_candidate_for_an_earlier_text_is_not_taken(desk: Desk) -> None:
    """It would wait for that text to come back."""
    desk.propose("a/1", "", base="Earlier.", decision=Decision.DECORATIVE)
    on_page(desk, acts.decorative, "a/1")
    ((judged, *_),) = desk.reviews()
    assert judged == 2, "a candidate of the person's own, on what the site has"
    assert desk.state("a/1") == "approved"


def test_a_text_too_long_is_not_cut(desk: Desk) -> None:
    with pytest.raises(UsageError, match="The text has 513 characters"):
        on_page(desk, acts.approve, "a/1", None, text="x" * 513)
    on_page(desk, acts.approve, "a/1", None, text="x" * 512)
    assert desk.plan() == [f"a/1: send {'x' * 512}"]


LONG = "# Rain\n\n- 2010: 800 mm\n- 2019: 1,200 mm"


def described(desk: Desk) -> list[tuple[Any, ...]]:
    sql = "SELECT alt, long_description, origin, decision FROM candidates ORDER BY id"
    return desk.store.conn.execute(sql).fetchall()


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"text": "A chart."},
        {"text": " A chart.\r\n", "long_description": LONG.replace("\n", "\r\n")},
    ],
)
def test_a_long_description_that_is_left_alone_stays_the_models(
    desk: Desk, more: dict[str, str]
) -> None:
    number = desk.propose("a/1", "A chart.", long_description=LONG)
    on_page(desk, acts.approve, "a/1", number, **more)
    assert described(desk) == [("A chart.", LONG, "ai", "informative")]


@pytest.mark.parametrize(
    ("more", "own"),
    [
        ({"text": "My chart."}, ("My chart.", LONG)),
        (
            {"long_description": " Mine.\r\nAll of it. "},
            ("A chart.", "Mine.\nAll of it."),
        ),
        ({"long_description": " "}, ("A chart.", None)),
        ({"text": "Mine.", "long_description": "Mine."}, ("Mine.", "Mine.")),
    ],
)
def test_who_works_on_one_of_the_two_texts_makes_both_theirs(
    desk: Desk, more: dict[str, str], own: tuple[str, str | None]
) -> None:
    """What a person wrote at length would else be replaced with the machine's alt."""
    number = desk.propose(
        "a/1", "A chart.", long_description=LONG, decision=Decision.COMPLEX
    )
    on_page(desk, acts.approve, "a/1", number, **more)
    assert described(desk)[1:] == [(*own, "human", "complex")]
    assert desk.plan() == [f"a/1: send {own[0]}"]


def test_an_own_text_may_come_with_a_long_description(desk: Desk) -> None:
    on_page(desk, acts.approve, "a/1", text="Mine.", long_description=LONG)
    assert described(desk) == [("Mine.", LONG, "human", "complex")]


def test_a_long_description_too_long_is_not_cut(desk: Desk) -> None:
    number = desk.propose("a/1", "A chart.", long_description=LONG)
    with pytest.raises(UsageError, match=r"1,501 characters; 1,500 are the most"):
        on_page(desk, acts.approve, "a/1", number, long_description="x" * 1501)
    on_page(desk, acts.approve, "a/1", number, long_description="x" * 1500)


def test_what_comes_with_a_long_description_is_approved_by_eye(desk: Desk) -> None:
    desk.propose("a/1", "A chart.", long_description=LONG)
    done = approve_all(desk.store)
    assert (done.judged, done.left) == (
        0,
        [("a/1", "it comes with a long description, which wants a person's eye")],
    )


def test_a_long_description_that_changed_on_the_site_moves_the_sight(
    desk: Desk,
) -> None:
    number = desk.propose("a/1", "A chart.")
    given = seen(desk, "a/1", number)
    desk.store.conn.execute(
        "UPDATE images SET long_description = 'Theirs.' WHERE id = 'a/1'"
    )
    with pytest.raises(MovedOn), desk.store.write() as tx:
        acts.approve(tx, given, "maria", no_findings)


@pytest.mark.parametrize("text", ["", " \r\n", "\u2003", None])
def test_an_empty_text_is_not_approved_by_accident(
    desk: Desk, text: str | None
) -> None:
    with pytest.raises(UsageError, match="Mark decorative"):
        on_page(desk, acts.approve, "a/1", None, text=text)


def test_undo_goes_back_step_by_step(desk: Desk) -> None:
    one, two = desk.propose("a/1", "One."), desk.propose("a/2", "Two.")
    on_page(desk, acts.approve, "a/1", one)
    on_page(desk, acts.approve, "a/2", two)
    with desk.store.write() as tx:
        assert acts.undo(tx, "maria") == "a/2"
        assert acts.undo(tx, "maria") == "a/1"
        with pytest.raises(UsageError, match="no verdict of yours"):
            acts.undo(tx, "maria")
    assert desk.plan() == []


def applied(desk: Desk, candidate: int, image: str) -> None:
    with desk.store.write() as tx:
        push = journal.begin_push(tx, "x", 1)
        tx.execute(
            "INSERT INTO push_items (push_id, candidate_id, image_id, patch, status,"
            " created_at, settled_at) VALUES (?, ?, ?, '[]', 'applied', '2099', '2099')",
            (push, candidate, image),
        )


def test_what_was_sent_is_not_taken_back_here(desk: Desk) -> None:
    one, two = desk.propose("a/1", "One."), desk.propose("a/2", "Two.")
    done = sweep(desk, seen(desk, "a/1", one), seen(desk, "a/2", two))
    applied(desk, one, "a/1")
    with desk.store.write() as tx:
        back = acts.unsweep(tx, done.first, done.last, "maria", "grid: taken back")
    assert back.judged == 1
    assert [image for image, _ in back.left] == ["a/1"]
    on_page(desk, acts.approve, "a/2", two)
    applied(desk, two, "a/2")
    with desk.store.write() as tx, pytest.raises(MovedOn, match="sent to the site"):
        acts.undo(tx, "maria")


def test_a_sweep_taken_back_leaves_what_a_person_said_since(desk: Desk) -> None:
    one, two = desk.propose("a/1", "One."), desk.propose("a/2", "Two.")
    done = sweep(desk, seen(desk, "a/1", one), seen(desk, "a/2", two))
    approve(desk.store, ["a/1"], "anna")
    with desk.store.write() as tx:
        back = acts.unsweep(tx, done.first, done.last, "maria", "grid: taken back")
    assert back.judged == 1
    assert desk.plan() == ["a/1: send One."]


def test_a_sweep_that_rejects_asks_no_policy(desk: Desk) -> None:
    one = desk.propose("a/1", "Text.", findings=(ERROR,))
    assert sweep(desk, seen(desk, "a/1", one), verdict=Verdict.REJECTED).judged == 1
    assert desk.state("a/1") == "rejected"
