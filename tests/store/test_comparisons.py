"""Comparisons of models on the same images: kept as they were shown."""

from __future__ import annotations

from altsync.models import Finding, Origin, Severity, Verdict
from altsync.store import comparisons
from altsync.store.comparisons import HUMAN, Choice, Comparison
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


def mark(shelf: Shelf, choice: int, *values: str) -> None:
    with shelf.store.write() as tx:
        for value in values:
            comparisons.mark(tx, choice, value, "rita")


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
    mark(two, machine.id, "C", "picked", "B")
    mark(two, person.id, "picked", "not picked")
    mark(two, alone.id, "F")
    with two.store.read() as conn:
        alone, person, machine = comparisons.choices(conn, run)
        assert comparisons.choices(conn, run, 2) == [person, machine]
        assert comparisons.choices(conn, run, 3) == []
        assert comparisons.choices(conn, run + 1) == []
    assert machine == Choice(
        id=machine.id,
        place=2,
        slot=2,
        image="a/1",
        alt="A machine's.",
        model="asked",
        cost_usd=0.11,
        duration_ms=12,
        findings=(LONG,),
        grade="B",
        picked=True,
    )
    assert machine.id == 3
    assert person == Choice(
        id=person.id,
        place=2,
        slot=1,
        image="a/1",
        alt="A person's.",
        model=HUMAN,
        cost_usd=None,
        duration_ms=None,
        findings=(),
        grade=None,
        picked=False,
    )
    assert (alone.place, alone.slot, alone.grade, alone.picked) == (1, 1, "F", None)


def test_images_for_which_every_model_has_proposed_a_text(shelf: Shelf) -> None:
    shelf.pull(*(image(f"a/{n}") for n in range(1, 5)))
    shelf.propose("a/1", "Older.", model="m-1")
    one = shelf.propose("a/1", "One.", model="m-1")
    two = shelf.propose("a/1", "Two.", model="m-2")
    shelf.propose("a/2", "Only one.", model="m-1")
    other = (
        shelf.propose("a/3", "Three.", model="m-1"),
        shelf.propose("a/3", "Drei.", model="m-2"),
    )
    for model in ("m-1", "m-2"):
        shelf.propose("a/4", "Gone.", model=model)
    shelf.pull(*(image(f"a/{n}") for n in range(1, 4)))
    first = ("a/1", [(one, "One."), (two, "Two.")])
    with shelf.store.read() as conn:
        found = comparisons.comparable(conn, ["m-1", "m-2", "m-1"], None, human=False)
        assert found == [first, ("a/3", [(other[0], "Three."), (other[1], "Drei.")])]
        named = comparisons.comparable(conn, ["m-1", "m-2"], ["a/1", "a/2"], False)
        assert named == [first]
        assert comparisons.comparable(conn, ["m-3"], None, human=False) == []


def test_a_persons_text_joins_where_there_is_one(shelf: Shelf) -> None:
    shelf.pull(image("a/1", "A person's."), image("a/2", ""), image("a/3", "Sent."))
    one = shelf.propose("a/1", "One.", base="A person's.", model="m")
    shelf.propose("a/2", "Two.", model="m")
    with shelf.store.read() as conn:
        assert comparisons.comparable(conn, ["m"], None, human=True) == [
            ("a/1", [(one, "One."), (None, "A person's.")])
        ]


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
