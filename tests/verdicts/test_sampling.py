"""The bound is exact, the sample is drawn once, and only a bound that holds approves
what nobody read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import AltsyncError, Unsafe, UsageError
from altsync.models import Decision, Origin, Scope, SiteImage, Verdict
from altsync.pull import Pull
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates
from altsync.store.store import Store
from altsync.verdicts import sampling
from tests.verdicts.conftest import PERSONS, Desk
from tests.verdicts.given import ERROR, WARNING, meanwhile
from tests.web.mirrors import candidate


@pytest.mark.parametrize(
    ("wrong", "size", "confidence", "known"),
    [
        # one-sided Clopper-Pearson: R's binom.test(k, n, alternative = "less",
        # conf.level = c)$conf.int[2]
        (0, 250, 0.95, 1 - 0.05 ** (1 / 250)),
        (0, 1000, 0.95, 1 - 0.05 ** (1 / 1000)),
        (0, 1, 0.95, 0.95),
        (1, 10, 0.95, 0.394163),
        (5, 100, 0.95, 0.102253),
        (10, 10, 0.95, 1.0),
    ],
)
def test_the_bound_is_clopper_pearsons(
    wrong: int, size: int, confidence: float, known: float
) -> None:
    assert sampling.upper(wrong, size, confidence) == pytest.approx(known, abs=1e-5)


def test_the_rule_of_three_is_its_upper_neighbour() -> None:
    for size in (50, 250, 1000, 9000):
        assert sampling.upper(0, size, 0.95) < 3 / size


@pytest.mark.parametrize("tolerated", [0, 1, 3])
def test_the_size_is_the_smallest_that_proves_the_bound(tolerated: int) -> None:
    size = sampling.size_for(0.02, 0.95, tolerated)
    assert (
        sampling.upper(tolerated, size, 0.95)
        <= 0.02
        < sampling.upper(tolerated, size - 1, 0.95)
    )
    assert tolerated or size == math.ceil(math.log(0.05) / math.log(0.98))


@pytest.mark.parametrize("bad", [(-1, 5, 0.95), (6, 5, 0.95), (0, 5, 0.0), (0, 5, 1.0)])
def test_nonsense_has_no_bound(bad: tuple[int, int, float]) -> None:
    with pytest.raises(ValueError, match="no bound"):
        sampling.upper(*bad)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Forty images; texts of one model for all of them, the last five flagged by the lint."""
    site = MemorySource(
        [
            SiteImage(id=f"a/{n:02}", album="a", name=f"{n:02}", alt=None)
            for n in range(40)
        ]
    )
    found = Store.open(tmp_path / "a.db", create=True)
    found.claim("https://x.example", "memory")
    Pull(Context(site, found)).run()
    with found.write() as tx:
        tx.execute("INSERT INTO prompts VALUES ('p1', 's', 't', '2026')")
        for n in range(40):
            candidates.add(
                tx,
                candidate(
                    f"a/{n:02}",
                    f"Text number {n}.",
                    findings=(WARNING,) if n >= 35 else (),
                ),
            )
    yield found
    found.close()


def judge(store: Store, run: int, *, wrong: int = 0, scope: Scope = Scope.ONE) -> None:
    items = store.conn.execute(
        "SELECT candidate_id FROM sample_items WHERE sample_id = ? ORDER BY place",
        (run,),
    ).fetchall()
    with store.write() as tx:
        for number, (candidate,) in enumerate(items):
            verdict = Verdict.REJECTED if number < wrong else Verdict.APPROVED
            candidates.judge(tx, candidate, verdict, "maria", scope)


def test_only_unflagged_texts_are_drawn(store: Store) -> None:
    sample = sampling.draw(store, bound=0.01, confidence=0.95, by="maria")
    assert (sample.population, sample.size) == (35, 35)
    drawn = {row[0] for row in store.conn.execute("SELECT image_id FROM sample_items")}
    assert drawn == {f"a/{n:02}" for n in range(35)}


def test_a_sample_is_never_drawn_again(store: Store) -> None:
    sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    with pytest.raises(Unsafe, match="never drawn again"):
        sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    with store.write() as tx:
        candidates.add(tx, candidate("a/39", "A new text."))
    again = sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    assert again.population == 1, "only what came after the first draw"


def test_a_sample_that_holds_approves_the_unflagged_rest(store: Store) -> None:
    sample = sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    judge(store, sample.id)
    done, said = sampling.approve_rest(store, sample.id)
    assert done == 35 - sample.size
    assert said.holds
    rows = store.conn.execute(
        "SELECT reviewer, scope, note FROM reviews WHERE reviewer LIKE 'sample:%'"
    ).fetchall()
    assert {(row[0], row[1]) for row in rows} == {(f"sample:{sample.id}", "bulk")}
    assert "at most" in rows[0][2]
    waiting = store.conn.execute(
        "SELECT count(*) FROM image_states WHERE state = 'needs-review'"
    ).fetchone()[0]
    assert waiting == 5, "the flagged ones still wait for a person"


@pytest.mark.parametrize(("wrong", "left"), [(1, 0), (0, 1)])
def test_a_sample_that_does_not_hold_approves_nothing(
    store: Store, wrong: int, left: int
) -> None:
    sample = sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    judge(store, sample.id, wrong=wrong)
    if left:
        with store.write() as tx:
            first = tx.execute(
                "SELECT candidate_id FROM sample_items LIMIT 1"
            ).fetchone()[0]
            candidates.judge(tx, first, Verdict.WITHDRAWN, "maria")
    with pytest.raises(AltsyncError, match="Nothing was approved"):
        sampling.approve_rest(store, sample.id)
    assert not store.conn.execute(
        "SELECT 1 FROM reviews WHERE reviewer LIKE 'sample:%'"
    ).fetchall()


def test_verdicts_over_many_do_not_judge_a_sample(store: Store) -> None:
    sample = sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    judge(store, sample.id, scope=Scope.BULK)
    with store.snapshot() as conn:
        assert sampling.statement(conn, sample.id).open == sample.size


def test_texts_that_came_after_the_draw_are_not_approved_by_it(store: Store) -> None:
    sample = sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    judge(store, sample.id)
    with store.write() as tx:
        late = candidates.add(tx, candidate("a/38", "Came later."))
    sampling.approve_rest(store, sample.id)
    assert not store.conn.execute(
        "SELECT 1 FROM reviews WHERE candidate_id = ?", (late,)
    ).fetchall()


def test_a_rejection_at_that_moment_is_not_overridden(store: Store) -> None:
    sample = sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    judge(store, sample.id)
    [(rejected,)] = store.conn.execute(
        "SELECT max(id) FROM candidates WHERE findings = '[]' AND id NOT IN (SELECT"
        " candidate_id FROM sample_items)"
    )
    meanwhile(
        store,
        lambda: sampling.approve_rest(store, sample.id),
        lambda conn: candidates.judge(conn, rejected, Verdict.REJECTED, "anna"),
    )
    verdicts = store.conn.execute(
        "SELECT verdict, reviewer FROM reviews WHERE candidate_id = ?", (rejected,)
    ).fetchall()
    assert verdicts == [("rejected", "anna")]


def test_a_verdict_of_the_sample_that_is_taken_back_at_that_moment_counts(
    store: Store,
) -> None:
    """The bound is stated and used under one lock."""
    sample = sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    judge(store, sample.id)
    [(judged,)] = store.conn.execute("SELECT min(candidate_id) FROM sample_items")
    refused: list[AltsyncError] = []

    def approve() -> None:
        try:
            sampling.approve_rest(store, sample.id)
        except AltsyncError as error:
            refused.append(error)

    meanwhile(
        store,
        approve,
        lambda conn: candidates.judge(conn, judged, Verdict.WITHDRAWN, "anna"),
    )
    assert ["1 of 11 are open" in str(error) for error in refused] == [True]


def test_what_is_rejected_at_that_moment_is_not_drawn(store: Store) -> None:
    [(rejected,)] = store.conn.execute("SELECT min(id) FROM candidates")
    meanwhile(
        store,
        lambda: sampling.draw(store, bound=0.01, confidence=0.95, by="maria"),
        lambda conn: candidates.judge(conn, rejected, Verdict.REJECTED, "anna"),
    )
    drawn = {
        row[0] for row in store.conn.execute("SELECT candidate_id FROM sample_items")
    }
    assert len(drawn) == 34
    assert rejected not in drawn


@pytest.mark.parametrize(
    ("image", "base", "more"),
    [
        ("a/1", None, {"decision": Decision.COMPLEX}),
        ("a/1", None, {"findings": (ERROR,)}),
        ("a/1", None, {"findings": (WARNING,)}),
        ("a/person", PERSONS, {}),
    ],
)
def test_what_the_policy_does_not_let_pass_is_neither_drawn_nor_approved(
    desk: Desk, image: str, base: str | None, more: dict[str, Any]
) -> None:
    fine = desk.propose("a/2", "Fine.")
    desk.propose(image, "Text.", base, **more)
    sample = sampling.draw(desk.store, bound=0.99, confidence=0.5, by="maria")
    assert sample.population == 1
    judge(desk.store, sample.id)
    assert sampling.approve_rest(desk.store, sample.id)[0] == 0
    assert [one[0] for one in desk.reviews()] == [fine]


def test_what_a_person_wrote_instead_is_not_replaced_by_the_rest(store: Store) -> None:
    sample = sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    judge(store, sample.id)
    [(image,)] = store.conn.execute(
        "SELECT max(image_id) FROM candidates WHERE findings = '[]' AND id NOT IN"
        " (SELECT candidate_id FROM sample_items)"
    )
    with store.write() as tx:
        own = candidates.add(
            tx, candidate(image, "My own.", origin=Origin.HUMAN, model=None)
        )
        candidates.judge(tx, own, Verdict.APPROVED, "anna")
    sampling.approve_rest(store, sample.id)
    head = store.conn.execute(
        "SELECT candidate_id FROM image_heads WHERE image_id = ?", (image,)
    ).fetchone()
    assert head == (own,)


def test_a_sample_that_there_is_not(store: Store) -> None:
    with pytest.raises(UsageError, match=r"no sample 7 .known: none yet"):
        sampling.statement(store.conn, 7)


def test_nothing_unflagged_is_nothing_to_draw_from(desk: Desk) -> None:
    with pytest.raises(UsageError, match="no text of such a model"):
        sampling.draw(desk.store, bound=0.5, confidence=0.5, by="maria")
    desk.propose("a/1", "Text.", findings=(WARNING,))
    with pytest.raises(UsageError, match="no unflagged text"):
        sampling.draw(desk.store, bound=0.5, confidence=0.5, by="maria")


@pytest.mark.parametrize(("share", "tail"), [(0, 1.0), (-1, 1.0), (1, 0.0), (2, 0.0)])
def test_the_tail_ends_at_certainty(share: float, tail: float) -> None:
    assert sampling.tail(1, 3, share) == tail
    assert sampling.tail(3, 3, share) == 1.0


def test_two_models_are_not_one_population(store: Store) -> None:
    with store.write() as tx:
        for n in range(30, 40):
            candidates.add(tx, candidate(f"a/{n}", "Another.", model="other"))
    with pytest.raises(UsageError, match="-m other"):
        sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    with pytest.raises(UsageError, match="nothing to draw from"):
        sampling.draw(store, bound=0.2, confidence=0.9, by="maria", model="nobody")


def test_what_was_drawn_cannot_be_changed(store: Store) -> None:
    import sqlite3

    sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    for statement in (
        "DELETE FROM sample_items",
        "UPDATE samples SET size = 1",
        "DELETE FROM samples",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.conn.execute(statement)
