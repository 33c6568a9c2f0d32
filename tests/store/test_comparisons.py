"""Comparisons of models on the same images: kept as they were shown."""

from __future__ import annotations

from altsync.models import Finding, Origin, Severity, Verdict
from altsync.models.comparison import HUMAN, Choice, Comparison, GradeGiven
from altsync.store import comparisons
from altsync.store.comparisons import Comparable
from tests.scene import image
from tests.store.conftest import Shelf

LONG = Finding("length", Severity.WARNING, "Long.")


def begin(shelf: Shelf) -> tuple[int, int]:
    """(run, candidate): two places, with a person's text in one of them."""
    candidate = shelf.propose(
        "a/1",
        "A machine's.",
        model="asked",
        resolved_model="answered",
        cost_usd=0.11,
        duration_ms=12,
        findings=(LONG,),
    )
    texts = [(None, "A person's."), (candidate, "A machine's.")]
    with shelf.store.write() as tx:
        run = comparisons.begin(
            tx,
            ["m-1", "m-2"],
            human=True,
            drawn_by="anna",
            images=[("a/2", texts[:1]), ("a/1", texts)],
        )
    return run, candidate


def mark(shelf: Shelf, choice: int, *values: str, by: str = "rita") -> None:
    with shelf.store.write() as tx:
        for value in values:
            comparisons.mark(tx, choice, value, by)


def test_every_column_of_a_run_is_the_right_one(two: Shelf) -> None:
    run, _ = begin(two)
    with two.store.write() as tx:
        later = comparisons.begin(tx, [], human=False, drawn_by="bob", images=[])
    with two.store.read() as conn:
        newest, first = comparisons.all_runs(conn)
    (at,) = two.one("SELECT created_at FROM comparisons WHERE id = ?", (run,))
    assert first == Comparison(run, ("m-1", "m-2"), True, "anna", at)
    assert (newest.id, newest.models, newest.human) == (later, (), False)


def test_every_column_of_a_choice_is_the_right_one(two: Shelf) -> None:
    run, _ = begin(two)
    with two.store.read() as conn:
        alone, person, machine = comparisons.choices(conn, run)
        assert comparisons.choices(conn, run + 1) == []
    assert machine == Choice(
        id=3,
        place=2,
        slot=2,
        image="a/1",
        alt="A machine's.",
        model="asked",
        prompt=None,
        cost_usd=0.11,
        duration_ms=12,
        findings=(LONG,),
    )
    assert person == Choice(
        id=2,
        place=2,
        slot=1,
        image="a/1",
        alt="A person's.",
        model=HUMAN,
        prompt=None,
        cost_usd=None,
        duration_ms=None,
        findings=(),
    )
    assert (alone.id, alone.place, alone.slot) == (1, 1, 1)


def test_marks_are_kept_apart_by_grader_and_the_latest_counts(two: Shelf) -> None:
    run, _ = begin(two)
    mark(two, 3, "C", "picked", "B")
    mark(two, 2, "picked", "not picked")
    mark(two, 3, "A", by="bo")
    mark(two, 1, "F", by="bo")
    with two.store.read() as conn:
        assert comparisons.marks(conn, run) == [
            GradeGiven(3, "rita", "B", True),
            GradeGiven(2, "rita", None, False),
            GradeGiven(3, "bo", "A", None),
            GradeGiven(1, "bo", "F", None),
        ]
        assert comparisons.marks(conn, run + 1) == []


def test_of_each_model_and_prompt_the_newest_text(shelf: Shelf) -> None:
    shelf.pull(*(image(f"a/{n}") for n in range(1, 4)))
    with shelf.store.write() as tx:
        tx.execute("INSERT INTO prompts VALUES ('p', 's', 't', '2026')")
        tx.execute("UPDATE images SET language = 'nl' WHERE id = 'a/1'")
    shelf.propose("a/1", "Older.", model="m-1")
    one = shelf.propose("a/1", "One.", model="m-1")
    asked = shelf.propose("a/1", "By p.", model="m-1", prompt_id="p")
    two = shelf.propose("a/2", "Two.", model="m-2")
    shelf.propose("a/2", "Others.", model="m-3")
    shelf.propose("a/2", "To compare with.", model="m-1", reference=True)
    shelf.propose("a/2", "Rewritten.", model="m-1", origin=Origin.HUMAN)
    shelf.propose("a/3", "Gone.", model="m-1")
    shelf.pull(image("a/1"), image("a/2"))
    with shelf.store.write() as tx:
        tx.execute("UPDATE images SET language = 'nl' WHERE id = 'a/1'")
    first = Comparable("a/1", "nl", "m-1", None, one, "One.", "")
    by_p = Comparable("a/1", "nl", "m-1", "p", asked, "By p.", "")
    with shelf.store.read() as conn:
        found = comparisons.comparable(conn, ["m-1", "m-2"], None, human=False)
        assert found[:2] == [first, by_p]
        assert [(row.image, row.candidate) for row in found[2:]] == [("a/2", two)]
        named = comparisons.comparable(conn, ["m-1"], ["a/1", "a/2"], False)
        assert named == [first, by_p]
        assert comparisons.comparable(conn, ["m-1"], [], human=False) == []


def test_a_persons_text_joins_where_there_is_one(shelf: Shelf) -> None:
    shelf.pull(image("a/1", "A person's."), image("a/2", ""), image("a/3", "Sent."))
    one = shelf.propose("a/1", "One.", base="A person's.", model="m")
    shelf.propose("a/2", "Two.", model="m")
    with shelf.store.read() as conn:
        [found] = comparisons.comparable(conn, ["m"], None, human=True)
        without = comparisons.without_words(conn, ["a/1", "a/2", "none"])
    assert (found.candidate, found.own) == (one, "A person's.")
    assert without == ["a/2"]


def test_the_pool_that_a_comparison_may_draw_from(shelf: Shelf) -> None:
    shelf.pull(
        image("a/1", "A person's."),
        image("a/2", ""),
        image("a/3", ""),
        image("a/4", ""),
        image("a/5", ""),
        image("a/6", "Gone."),
    )
    shelf.propose("a/3", "Waits.")
    shelf.judge(shelf.propose("a/4", "No."), Verdict.REJECTED)
    shelf.apply("a/5", shelf.approve("a/5", "Sent.", origin=Origin.AI), "Sent.")
    shelf.pull(
        image("a/1", "A person's."),
        image("a/2", ""),
        image("a/3", ""),
        image("a/4", ""),
        image("a/5", "Sent."),
    )
    with shelf.store.read() as conn:
        assert comparisons.pool(conn, human=True) == ["a/1"]
        assert comparisons.pool(conn, human=False) == ["a/2", "a/3"]
