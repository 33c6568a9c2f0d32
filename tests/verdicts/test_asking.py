"""Who is unsure asks a colleague: nothing goes on before somebody has answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from altsync.errors import MovedOn, UnknownImage, UsageError
from altsync.models import How, Scope, State, Verdict
from altsync.store import candidates, looks, worklist
from altsync.store.worklist import Worklist
from altsync.verdicts import acts, asking, sampling, telling
from altsync.verdicts.acts import Given, Judged
from altsync.verdicts.asides import LONGEST_NOTE, NONE, Aside, aside
from altsync.verdicts.policy import Way
from altsync.verdicts.statements import statement
from tests.verdicts.conftest import Desk
from tests.verdicts.given import approve, approve_all, reject
from tests.verdicts.test_acts import no_findings, seen

WHY = "somebody is unsure of it and asked a colleague"
NOTE = "Is this Aizkorri or Aketegi?"


def ask(desk: Desk, image: str, candidate: int, by: str = "maria", **more: Any) -> int:
    """From the page, as it stands now."""
    given = seen(desk, image, candidate, **{"note": NOTE, **more})
    with desk.store.write() as tx:
        return asking.ask(tx, given, by)


def ask_named(desk: Desk, *images: str, said: Aside | None = None) -> Judged:
    with desk.store.write() as tx:
        return asking.ask_named(tx, images, "maria", said or Aside(NOTE, "jon"))


def latest(desk: Desk) -> tuple[Any, ...]:
    sql = """
    SELECT verdict, reviewer, note, asked, how FROM reviews ORDER BY id DESC LIMIT 1
    """
    found: tuple[Any, ...] = desk.store.conn.execute(sql).fetchone()
    return found


def test_a_question_is_kept_with_whom_it_asks_and_waits(desk: Desk) -> None:
    one = desk.propose("a/1", "A ridge.")
    ask(desk, "a/1", one, note=f"  {NOTE}\r\nOr none? ", asked=" jon ", how=How.WORDS)
    assert latest(desk) == ("unsure", "maria", f"{NOTE}\nOr none?", "jon", "words")
    assert desk.state("a/1") == State.UNSURE
    shown = looks.look(desk.store.conn, "a/1")
    assert shown is not None
    (card,) = shown.candidates
    assert (card.verdict, card.asked, card.scope) == (Verdict.UNSURE, "jon", Scope.ONE)
    ask(desk, "a/1", one, by="jon", asked="  ")
    assert latest(desk) == ("unsure", "jon", NOTE, None, None), "anybody"


# What is asked about goes on by no way over many, nor does anything else of its image.


def _over_many(way: Way) -> Callable[[Desk], Judged]:
    def act(desk: Desk) -> Judged:
        return approve_all(desk.store, way=way)

    return act


def _in_the_grid(desk: Desk) -> Judged:
    marked = [
        seen(desk, group[0].image, one.id)
        for group in candidates.open_candidates(desk.store.conn)
        for one in group
    ]
    with desk.store.write() as tx:
        return acts.sweep(tx, marked, Verdict.APPROVED, "maria", "grid: all")


@pytest.mark.parametrize(
    "act",
    [_over_many(Way.BULK), _over_many(Way.UNFLAGGED), _in_the_grid],
    ids=["all", "unflagged", "grid"],
)
@pytest.mark.parametrize("later", [False, True], ids=["alone", "with a later one"])
def test_no_way_over_many_approves_it_nor_what_else_its_image_has(
    desk: Desk, act: Callable[[Desk], Judged], later: bool
) -> None:
    ask(desk, "a/1", desk.propose("a/1", "A ridge."))
    if later:
        desk.propose("a/1", "Another ridge.")
    desk.propose("a/2", "A valley.")
    done = act(desk)
    assert done.judged == 1
    assert desk.plan() == ["a/2: send A valley."]
    assert set(done.left) == {("a/1", WHY)}
    assert desk.state("a/1") == State.UNSURE


def test_no_rule_replaces_a_persons_words_there(desk: Desk) -> None:
    desk.edit("a/1", "IMG_1.JPG")
    one = desk.propose("a/1", "A cat.", "IMG_1.JPG", replaces="file-name")
    ask(desk, "a/1", one)
    desk.propose("a/1", "A dog.", "IMG_1.JPG", replaces="file-name")
    assert desk.state("a/1") == State.UNSURE
    with desk.store.write() as tx:
        done = acts.approve_replacing(
            tx, "maria", ["file-name"], lambda _: ["file-name"]
        )
    assert (done.judged, done.left) == (0, [("a/1", WHY)])


def test_no_sample_draws_it_nor_lets_it_pass(desk: Desk) -> None:
    mine = [desk.propose(f"a/{n}", f"Text {n}.") for n in (1, 2, 3, 4)]
    ask(desk, "a/1", mine[0])
    desk.propose("a/1", "Another.")
    run = sampling.draw(desk.store, bound=0.5, confidence=0.5, by="maria")
    assert run.population == 3
    drawn = {one.candidate for one in statement(desk.store.conn, run.id).texts}
    for one in drawn:
        desk.judge(one, "approved")
    unread = sorted(set(mine[1:]) - drawn)
    ask(desk, f"a/{unread[0]}", unread[0])
    done = sampling.approve_rest(desk.store, run.id)
    assert done.approved == len(unread) - 1
    assert done.left == [(f"a/{unread[0]}", WHY)]


def test_what_was_approved_before_waits_for_the_answer(desk: Desk) -> None:
    """A yes, to this very text or to another one, is not sent past a later doubt."""
    one, other = desk.propose("a/1", "A ridge."), desk.propose("a/1", "A range.")
    approve(desk.store, ["a/1"])
    assert desk.plan() == ["a/1: send A range."]
    ask(desk, "a/1", one)
    assert (desk.plan(), desk.state("a/1")) == ([], State.UNSURE)
    desk.judge(one, "rejected", "jon")
    assert desk.plan() == ["a/1: send A range."], "the earlier yes counts again"
    ask(desk, "a/1", other)
    assert desk.plan() == []


def test_who_edits_the_site_has_answered(desk: Desk) -> None:
    ask(desk, "a/1", desk.propose("a/1", "A ridge."))
    desk.edit("a/1", "Aketegi in autumn.")
    assert desk.state("a/1") == State.HUMAN


@pytest.mark.parametrize("models", [("m",), ("m", "other")])
def test_no_model_is_asked_about_it_again(desk: Desk, models: tuple[str, ...]) -> None:
    ask(desk, "a/1", desk.propose("a/1", "A ridge.", model="m"))
    chosen = worklist.select(desk.store.conn, Worklist(models=models))
    assert [one.image.id for one in chosen] == ["a/2", "a/3", "a/4"]


# The answer is an ordinary verdict.


def test_an_approval_by_name_answers_it(desk: Desk) -> None:
    ask(desk, "a/1", desk.propose("a/1", "A ridge."))
    approve(desk.store, ["a/1"], by="jon")
    assert desk.plan() == ["a/1: send A ridge."]
    assert [row[1:3] for row in desk.reviews()] == [
        ("unsure", "maria"),
        ("approved", "jon"),
    ]


def test_a_rejection_by_name_answers_it(desk: Desk) -> None:
    ask(desk, "a/1", desk.propose("a/1", "A ridge."))
    reject(desk.store, ["a/1"], by="jon")
    assert desk.state("a/1") == State.REJECTED


def test_a_colleagues_own_text_answers_it(desk: Desk) -> None:
    one = desk.propose("a/1", "A ridge.")
    ask(desk, "a/1", one)
    given = seen(desk, "a/1", one, text="Aketegi.", note=" I was there. ")
    with desk.store.write() as tx:
        acts.approve(tx, given, "jon", no_findings)
    assert latest(desk) == ("approved", "jon", "I was there.", None, None)
    assert desk.plan() == ["a/1: send Aketegi."]
    with pytest.raises(UsageError, match="nothing to approve"):
        approve(desk.store, ["a/1"])


def test_undo_takes_a_question_back(desk: Desk) -> None:
    ask(desk, "a/1", desk.propose("a/1", "A ridge."))
    with desk.store.write() as tx:
        assert acts.undo(tx, "maria") == "a/1"
    assert desk.state("a/1") == State.NEEDS_REVIEW
    assert approve_all(desk.store).judged == 1


def test_a_question_judges_no_sample(desk: Desk) -> None:
    one = desk.propose("a/1", "A ridge.")
    run = sampling.draw(desk.store, bound=0.5, confidence=0.5, by="maria").id

    def judged() -> tuple[str | None, str | None, str | None]:
        (text,) = statement(desk.store.conn, run).texts
        return text.judged, text.first, text.now

    ask(desk, "a/1", one)
    assert judged() == (None, None, None)
    desk.judge(one, "rejected", "jon")
    assert judged() == ("wrong", "wrong", "wrong")
    ask(desk, "a/1", one)
    assert judged() == (None, "wrong", None), "to be judged again; the first counts"


# What is refused.


def test_a_question_says_what_is_unclear(desk: Desk) -> None:
    one = desk.propose("a/1", "A ridge.")
    with pytest.raises(UsageError, match="Say what is unclear"):
        ask(desk, "a/1", one, note=" \r\n ")
    with pytest.raises(UsageError, match="Say what is unclear"):
        ask_named(desk, "a/1", said=NONE)
    assert desk.reviews() == []


def test_what_nobody_has_to_decide_is_not_asked_about(desk: Desk) -> None:
    old = desk.propose("a/1", "A ridge.")
    desk.edit("a/1", "A person's.")
    with pytest.raises(UsageError, match="earlier text or picture"):
        ask(desk, "a/1", old)
    with pytest.raises(MovedOn):
        ask(desk, "a/1", old + 1)
    with pytest.raises(MovedOn), desk.store.write() as tx:
        asking.ask(tx, Given("a/1", "another sight", old, note=NOTE), "maria")


def test_images_are_asked_about_by_name_all_or_none(desk: Desk) -> None:
    desk.propose("a/1", "A ridge.")
    desk.propose("a/2", "A valley.")
    with pytest.raises(UsageError, match="a/3 has nothing to ask about"):
        ask_named(desk, "a/1", "a/3")
    with pytest.raises(UnknownImage):
        ask_named(desk, "a/1", "a/nowhere")
    assert desk.reviews() == []
    done = ask_named(desk, "a/1", "a/2")
    assert (done.judged, desk.state("a/1"), desk.state("a/2")) == (
        2,
        State.UNSURE,
        State.UNSURE,
    )
    assert latest(desk) == ("unsure", "maria", NOTE, "jon", None)


# Notes.


def test_a_note_goes_with_any_verdict(desk: Desk) -> None:
    one = desk.propose("a/1", "A ridge.")

    def give(act: Callable[..., int], *more: Any, **fields: Any) -> tuple[Any, ...]:
        given = seen(desk, "a/1", one, note=" So. ", how=How.PICTURE, **fields)
        with desk.store.write() as tx:
            act(tx, given, "maria", *more)
        return latest(desk)[::2]

    told = ("So.", "picture")
    assert give(acts.approve, no_findings) == ("approved", *told)
    assert give(acts.reject) == ("rejected", *told)
    assert give(acts.decorative, no_findings) == ("approved", *told)
    assert give(acts.approve, no_findings, text="My own.") == ("approved", *told)
    with desk.store.write() as tx:
        acts.reject_named(tx, ["a/1"], "maria", aside("No."))
    assert latest(desk)[2] == "No."
    desk.propose("a/2", "A valley.")
    with desk.store.write() as tx:
        acts.approve_named(tx, ["a/2"], "maria", aside("Yes."))
    assert latest(desk)[2] == "Yes."


def test_nothing_of_a_note_is_cut() -> None:
    fits = "ü" * LONGEST_NOTE
    assert aside(f"  {fits}\n").note == fits
    with pytest.raises(UsageError, match="501 characters; 500 are the most"):
        aside(fits + "!")
    assert aside("", " Jon \n Doe ") == Aside(None, "Jon Doe")
    with pytest.raises(UsageError, match="you ask must have 100 characters at most"):
        aside("", "x" * 101)
    with pytest.raises(UsageError, match="you ask must be another"):
        aside("", "sample:1")
    assert aside(" ", "") == NONE


def test_a_note_that_is_too_long_writes_nothing(desk: Desk) -> None:
    one = desk.propose("a/1", "A ridge.")
    given = seen(desk, "a/1", one, text="My own.", note="x" * 501)
    with pytest.raises(UsageError, match="nothing was cut"), desk.store.write() as tx:
        acts.approve(tx, given, "maria", no_findings)
    assert desk.reviews() == []
    sql = "SELECT count(*) FROM candidates"
    assert desk.store.conn.execute(sql).fetchone() == (1,)


# Who judged a sample, and what they were shown.


def test_a_statement_says_who_judged_how(desk: Desk) -> None:
    """The first verdict on each text is the one that counts, so it is whose and how."""
    for n in (1, 2, 3, 4):
        desk.propose(f"a/{n}", f"Text {n}.")
    run = sampling.draw(desk.store, bound=0.1, confidence=0.9, by="maria").id
    places = [one.candidate for one in statement(desk.store.conn, run).texts]
    assert list(telling.judged_by(statement(desk.store.conn, run))) == []
    desk.judge(places[0], "approved", "maria", how=How.PICTURE)
    desk.judge(places[1], "rejected", "jon", how=How.WORDS)
    desk.judge(places[1], "approved", "maria", how=How.PICTURE)
    desk.judge(places[2], "unsure", "jon", note=NOTE, how=How.WORDS)
    said = statement(desk.store.conn, run)
    told = list(telling.besides(said))
    assert told[:2] == [
        "Judged: jon 1 by words alone, maria 1 with the picture.",
        "1 of these 2 were judged without the picture: nobody looked there for what only"
        " the picture shows to be wrong.",
    ]
    desk.judge(places[2], "approved", "jon", how=How.PICTURE)
    desk.judge(places[3], "approved", "jon")
    (line, _) = telling.judged_by(statement(desk.store.conn, run))
    assert line == (
        "Judged: jon 1 with the picture, jon 1 by words alone, jon 1 (how is not"
        " recorded), maria 1 with the picture."
    )


def test_what_a_bound_rests_on_is_kept_with_each_verdict(desk: Desk) -> None:
    for n in (1, 2, 3, 4):
        desk.propose(f"a/{n}", f"Text {n}.")
    run = sampling.draw(desk.store, bound=0.5, confidence=0.5, by="maria").id
    for one in statement(desk.store.conn, run).texts:
        desk.judge(one.candidate, "approved", "jon", how=How.WORDS)
    said = statement(desk.store.conn, run)
    assert sampling.approve_rest(desk.store, run).approved == 4 - said.read
    assert f", {said.read} judged without the picture" in latest(desk)[2]
