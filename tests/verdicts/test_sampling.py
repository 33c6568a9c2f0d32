"""The bound is exact, the sample is drawn once, and only a bound that holds approves
what nobody read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import AltsyncError, MovedOn, Unsafe, UsageError
from altsync.models import Decision, Origin, Scope, Selection, SiteImage, Verdict
from altsync.planning import Plan, Request
from altsync.pull import Pull
from altsync.push import Push
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates, looks
from altsync.store.samples import Sample
from altsync.store.store import Store
from altsync.verdicts import bounds, reading, sampling, telling
from altsync.verdicts.acts import Given
from altsync.verdicts.bounds import Stop
from altsync.verdicts.policy import Way
from altsync.verdicts.statements import Statement, statement
from tests.verdicts.conftest import PERSONS, Desk
from tests.verdicts.given import ERROR, WARNING, approve_all, meanwhile
from tests.web.mirrors import candidate


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty images; texts of one model for all of them, the last five flagged by the lint."""
    site = MemorySource(
        [
            SiteImage(id=f"a/{n:02}", album="a", name=f"{n:02}", alt=None)
            for n in range(40)
        ]
    )
    path = tmp_path_factory.mktemp("made") / "a.db"
    found = Store.open(path, create=True)
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
    found.close()
    return path


@pytest.fixture
def store(tmp_path: Path, made: Path) -> Iterator[Store]:
    """A copy of it."""
    shutil.copy(made, tmp_path)
    with Store.open(tmp_path / made.name) as found:
        yield found


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
    sample = sampling.draw(store, bound=0.01, confidence=0.99, by="maria")
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
    done = sampling.approve_rest(store, sample.id)
    assert done.approved == 35 - sample.size
    assert done.said.holds
    rows = store.conn.execute(
        "SELECT reviewer, scope, note FROM reviews WHERE reviewer LIKE 'sample:%'"
    ).fetchall()
    assert {(row[0], row[1]) for row in rows} == {(f"sample:{sample.id}", "bulk")}
    assert "at most" in rows[0][2]
    waiting = store.conn.execute(
        "SELECT count(*) FROM image_states WHERE state = 'needs-review'"
    ).fetchone()[0]
    assert waiting == 5, "the flagged ones still wait for a person"
    with store.write() as tx:
        (one, *_) = statement(tx, sample.id).texts
        candidates.judge(tx, one.candidate, Verdict.REJECTED, "maria")
        told = list(telling.besides(statement(tx, sample.id)))
    assert "It held then." in told[-1]


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
        assert statement(conn, sample.id).open == sample.size


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
    assert ["1 are still to judge" in str(error) for error in refused] == [True]


def test_what_is_rejected_at_that_moment_is_not_drawn(store: Store) -> None:
    [(rejected,)] = store.conn.execute("SELECT min(id) FROM candidates")
    meanwhile(
        store,
        lambda: sampling.draw(store, bound=0.01, confidence=0.99, by="maria"),
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
    assert sampling.approve_rest(desk.store, sample.id).approved == 0
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
        statement(store.conn, 7)


def test_nothing_unflagged_is_nothing_to_draw_from(desk: Desk) -> None:
    with pytest.raises(UsageError, match="no text of such a model"):
        sampling.draw(desk.store, bound=0.5, confidence=0.5, by="maria")
    desk.propose("a/1", "Text.", findings=(WARNING,))
    with pytest.raises(UsageError, match="no unflagged text"):
        sampling.draw(desk.store, bound=0.5, confidence=0.5, by="maria")


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
    for change in (
        "DELETE FROM sample_items",
        "UPDATE samples SET size = 1",
        "DELETE FROM samples",
        "DELETE FROM sample_frames",
        "UPDATE sample_frames SET candidate_id = 1",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.conn.execute(change)


# The frame: what could be drawn, and nothing else.


def numbers(store: Store, sql: str, *values: object) -> set[int]:
    return {row[0] for row in store.conn.execute(sql, values)}


def drawn(store: Store, **how: Any) -> tuple[Sample, list[int], list[int]]:
    """A sample that holds, its texts, and the unread ones of its frame."""
    values: dict[str, Any] = {"bound": 0.2, "confidence": 0.9, "by": "maria", **how}
    sample = sampling.draw(store, **values)
    items = numbers(store, "SELECT candidate_id FROM sample_items")
    frame = numbers(store, "SELECT candidate_id FROM sample_frames")
    return sample, sorted(items), sorted(frame - items)


def test_what_was_rejected_at_the_draw_and_taken_back_since_is_not_approved(
    store: Store,
) -> None:
    """As it was: forty of them were approved under "at most 1.99 % wrong"."""
    with store.write() as tx:
        for one in range(1, 11):
            candidates.judge(tx, one, Verdict.REJECTED, "anna")
    sample, _, rest = drawn(store)
    assert sample.population == 25
    judge(store, sample.id)
    with store.write() as tx:
        for one in range(1, 11):
            candidates.judge(tx, one, Verdict.WITHDRAWN, "anna")
    done = sampling.approve_rest(store, sample.id)
    assert numbers(
        store, "SELECT candidate_id FROM reviews WHERE reviewer = 'sample:1'"
    ) == set(rest)
    assert done.left == [(f"a/{n:02}", sampling.NEWCOMER) for n in range(10)]
    again = sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    assert again.population == 10, "they were in no frame yet"


def test_what_left_the_frame_is_left_with_a_reason(store: Store) -> None:
    sample, _, rest = drawn(store)
    judge(store, sample.id)
    rejected, back, approved, moved, gone, newer, fine = rest[:7]
    image = {one: f"a/{one - 1:02}" for one in rest}
    with store.write() as tx:
        candidates.judge(tx, rejected, Verdict.REJECTED, "anna")
        candidates.judge(tx, back, Verdict.REJECTED, "anna")
        candidates.judge(tx, back, Verdict.WITHDRAWN, "anna")
        candidates.judge(tx, approved, Verdict.APPROVED, "anna", Scope.BULK)
        candidates.add(tx, candidate(image[newer], "Newer.", findings=(WARNING,)))
        tx.execute("UPDATE images SET alt = 'Else.' WHERE id = ?", (image[moved],))
        tx.execute("UPDATE images SET gone_at = '2026' WHERE id = ?", (image[gone],))
    done = sampling.approve_rest(store, sample.id)
    assert dict(done.left) == {
        image[rejected]: "somebody rejected it since",
        image[back]: "somebody rejected it since",
        image[approved]: "somebody approved it since",
        image[moved]: "proposed for an earlier text or picture",
        image[gone]: "it, or a later text, was sent since, or its image is gone",
        image[newer]: "a newer text of its image was proposed or approved since",
    }
    assert done.approved == len(rest) - 6
    assert fine in numbers(
        store, "SELECT candidate_id FROM reviews WHERE reviewer LIKE 'sample:%'"
    )


def test_a_sample_of_an_older_altsync_approves_nothing(store: Store) -> None:
    sample, _, _ = drawn(store)
    judge(store, sample.id)
    copy = """
    INSERT INTO samples SELECT 7, model, prompt_id, bound, confidence, tolerated,
      population, size, after, upto, drawn_by, created_at, NULL, NULL FROM samples
    """
    with store.write() as tx:
        tx.execute(copy)
        tx.execute(
            "INSERT INTO sample_items SELECT 7, place, candidate_id, image_id FROM"
            " sample_items"
        )
    old = statement(store.conn, 7)
    assert old.holds, "what it found can be looked at"
    assert not old.may_approve
    assert any("it approves nothing" in one for one in telling.besides(old))
    again = r"altsync sample --bound 20% -m gpt-5.4-mini --prompt p1$"
    with pytest.raises(Unsafe, match=again):
        sampling.approve_rest(store, 7)
    with store.write() as tx:
        tx.execute(
            "INSERT INTO samples SELECT 8, model, prompt_id, bound, confidence,"
            " tolerated, population, size, after, upto, drawn_by, created_at,"
            " review_id, NULL FROM samples WHERE id = 1"
        )
        late = candidates.add(tx, candidate("a/38", "Late."))
        candidates.judge(tx, late, Verdict.REJECTED, "anna")
        tx.execute("INSERT INTO sample_items VALUES (8, 1, ?, 'a/38')", (late,))
    with pytest.raises(Unsafe, match="It found wrong ones"):
        sampling.approve_rest(store, 8)
    assert not numbers(store, "SELECT id FROM reviews WHERE reviewer LIKE 'sample:%'")


def test_what_says_the_same_of_an_image_again_is_not_drawn_anew(store: Store) -> None:
    sample, _, rest = drawn(store)
    judge(store, sample.id, wrong=sample.size)
    with store.write() as tx:
        candidates.add(tx, candidate("a/00", "  Text   number 0. "))
        candidates.add(tx, candidate("a/01", "Another text."))
        if rest[0] != 1:
            candidates.judge(tx, 1, Verdict.WITHDRAWN, "maria")
    again = sampling.draw(store, bound=0.2, confidence=0.9, by="maria")
    assert again.population == 1
    assert numbers(
        store, "SELECT candidate_id FROM sample_frames WHERE sample_id = 2"
    ) == {42}


def test_a_lost_text_is_replaced_by_chance_and_the_sample_goes_on(store: Store) -> None:
    sample, items, rest = drawn(store)
    lost = f"a/{items[0] - 1:02}"
    with store.write() as tx:
        tx.execute("UPDATE images SET gone_at = '2026' WHERE id = ?", (lost,))
    judge(store, sample.id)
    said = statement(store.conn, sample.id)
    assert (said.right, said.lost) == (sample.size, 0), "it was judged all the same"
    with store.write() as tx:
        candidates.judge(tx, items[0], Verdict.WITHDRAWN, "maria")
    said = statement(store.conn, sample.id)
    assert (said.open, said.lost, said.most) == (1, 1, None)
    assert any("draws others" in one for one in telling.besides(said))
    assert sampling.refill(store, sample.id) == 1
    assert sampling.refill(store, sample.id) == 0
    more = numbers(store, "SELECT candidate_id FROM sample_items") - set(items)
    assert len(more) == 1
    assert more < set(rest)
    with store.write() as tx:
        candidates.judge(tx, more.pop(), Verdict.APPROVED, "maria")
    assert statement(store.conn, sample.id).holds


def test_a_frame_that_is_used_up_ends_with_what_can_be_read(store: Store) -> None:
    sample = sampling.draw(store, bound=0.1, confidence=0.999, by="maria")
    items = numbers(store, "SELECT candidate_id FROM sample_items")
    every = numbers(store, "SELECT candidate_id FROM sample_frames")
    lost = {*(every - items), *sorted(items)[:2]}
    with store.write() as tx:
        for one in lost:
            name = f"a/{one - 1:02}"
            tx.execute("UPDATE images SET gone_at = '2026' WHERE id = ?", (name,))
        for one in items - lost:
            candidates.judge(tx, one, Verdict.APPROVED, "maria")
    assert sampling.refill(store, sample.id) == 0, "there is no other"
    said = statement(store.conn, sample.id)
    assert (said.open, said.most, said.holds) == (0, 0, True)
    left = len(items - lost)
    assert list(telling.proves(said)) == [
        f"All {left} texts were read: 0 (0.00%) are wrong. The bound of 10% holds."
    ]
    assert any("no other text is left to draw" in one for one in telling.besides(said))
    assert sampling.approve_rest(store, sample.id).approved == 0


@pytest.mark.parametrize("what", ["text", "label", "picture"])
def test_what_changed_on_the_site_since_the_draw_is_not_asked_about(
    desk: Desk, what: str
) -> None:
    """Its reader sees no text of the site: a yes there would have put a machine's text,
    as that reader's own words, in the place of a person's."""
    for number in range(1, 5):
        desk.propose(f"a/{number}", f"Text {number}.", image_sha256="old")
    sample = sampling.draw(desk.store, bound=0.5, confidence=0.6, by="maria")
    assert (sample.population, sample.size) == (4, 1)
    one = statement(desk.store.conn, sample.id).texts[0]
    image = one.image
    with desk.store.write() as tx:
        given = Given(image, looks.sight(tx, image))
    if what == "text":
        desk.edit(image, PERSONS)
    with desk.store.write() as tx:
        if what == "label":
            tx.execute("UPDATE images SET origin = 'human' WHERE id = ?", (image,))
        if what == "picture":
            seen = "INSERT INTO pictures (image_id, sha256, seen_at) VALUES (?, 'new', '2026')"
            tx.execute(seen, (image,))
    for seen_before in (True, False):
        with desk.store.write() as tx, pytest.raises(MovedOn):
            if not seen_before:
                given = replace(given, seen=looks.sight(tx, image))
            reading.judge(
                tx, sample.id, one.place, "approve", given, "maria", lambda *_: ()
            )
    assert not desk.reviews()
    said = statement(desk.store.conn, sample.id)
    assert (said.open, said.lost) == (1, 1)
    assert any("or changed there" in line for line in telling.besides(said))
    assert sampling.refill(desk.store, sample.id) == 1
    places = reading.open_places(statement(desk.store.conn, sample.id))
    assert len(places) == 1
    assert places[0].image != image


# The first verdict counts.


def judged(store: Store, *acts: tuple[str, Scope]) -> Statement:
    """What one text of a sample of one says after these verdicts."""
    sample, (first, *others), _ = drawn(store)
    with store.write() as tx:
        for other in others:
            candidates.judge(tx, other, Verdict.APPROVED, "maria")
        for verdict, scope in acts:
            candidates.judge(tx, first, verdict, "maria", scope)
    return statement(store.conn, sample.id)


YES, NO, BACK = Verdict.APPROVED, Verdict.REJECTED, Verdict.WITHDRAWN
ONE, BULK = Scope.ONE, Scope.BULK


@pytest.mark.parametrize(
    ("acts", "counts", "now"),
    [
        ([(YES, ONE)], "right", "right"),
        ([(NO, ONE)], "wrong", "wrong"),
        ([(NO, ONE), (YES, ONE)], "wrong", "right"),
        ([(NO, ONE), (BACK, ONE), (YES, ONE)], "wrong", "right"),
        ([(YES, ONE), (BACK, ONE), (NO, ONE)], "right", "wrong"),
        ([(YES, ONE), (BACK, ONE)], None, None),
        ([(YES, BULK)], None, None),
        ([(NO, BULK), (YES, ONE)], "right", "right"),
        ([(YES, ONE), (NO, BULK)], "right", "right"),
    ],
)
def test_the_first_verdict_on_a_text_counts(
    store: Store, acts: list[tuple[str, Scope]], counts: str | None, now: str | None
) -> None:
    said = judged(store, *acts)
    first = min(said.texts, key=lambda one: one.candidate)
    assert (first.judged, first.now) == (counts, now)
    assert said.turned == [first] * (counts != now)
    told = [one for one in telling.besides(said) if one.startswith("Turned")]
    words = f"{first.image} (first {counts}, now {now})"
    assert [words in one for one in told] == [True] * (counts != now)
    assert said.holds is (counts == now == "right")


def test_a_text_that_was_turned_to_wrong_is_told_with_the_bound_that_it_leaves(
    store: Store,
) -> None:
    said = judged(store, (YES, ONE), (NO, ONE))
    assert (said.wrong, said.most) == (0, 7)
    assert said.most_turned is not None
    assert said.most_turned > 7
    assert f"at most {said.most_turned} (" in " ".join(telling.besides(said))
    with pytest.raises(Unsafe, match="Nothing was approved"):
        sampling.approve_rest(store, said.sample.id)


@pytest.mark.parametrize(
    ("text", "counts"), [("Better.", "wrong"), ("Text number {}.", "right")]
)
def test_what_a_person_wrote_in_its_place_judges_a_text(
    store: Store, text: str, counts: str
) -> None:
    """Approving what was proposed for an earlier text of the site writes it anew."""
    _, (first, *_), _ = drawn(store)
    with store.write() as tx:
        image = f"a/{first - 1:02}"
        own = candidate(image, text.format(first - 1), origin=Origin.HUMAN, model=None)
        candidates.judge(tx, candidates.add(tx, own), Verdict.APPROVED, "maria")
    found = {one.candidate: one.judged for one in statement(store.conn, 1).texts}
    assert found[first] == counts


# Ending early, and failing early.


def test_a_sample_may_end_early(store: Store) -> None:
    sample, _, _ = drawn(store, bound=0.15, tolerated=2, early=True)
    stops = [Stop(*stop) for stop in sample.stops]
    assert stops == list(bounds.planned(35, 0.15, 0.9, 2, early=True))
    assert len(stops) == 3
    read = [
        row[0]
        for row in store.conn.execute(
            "SELECT candidate_id FROM sample_items ORDER BY place"
        )
    ]

    def give(verdict: str, some: list[int]) -> Statement:
        with store.write() as tx:
            for one in some:
                candidates.judge(tx, one, verdict, "maria")
        return statement(store.conn, sample.id)

    first, second = stops[0].read, stops[1].read
    assert give(NO, read[:1]).open == second - 1, "not at the first stop any more"
    said = give(YES, read[1:first])
    assert (said.at, said.open) == (None, second - first)
    said = give(YES, read[first:second])
    assert (said.at, said.open, said.holds) == (1, 0, True)
    assert sampling.approve_rest(store, sample.id).approved == 35 - second


def test_a_sample_that_cannot_hold_any_more_says_so(store: Store) -> None:
    sample, items, _ = drawn(store)
    with store.write() as tx:
        candidates.judge(tx, items[3], Verdict.REJECTED, "maria")
    said = statement(store.conn, sample.id)
    assert said.failed
    assert said.open == sample.size - 1
    assert "You can stop here" in " ".join(telling.proves(said))
    with pytest.raises(AltsyncError, match="Nothing was approved"):
        sampling.approve_rest(store, sample.id)


def test_a_full_census_with_none_wrong_is_none_wrong(store: Store) -> None:
    sample, _, rest = drawn(store, bound=0.001, confidence=0.99)
    judge(store, sample.id)
    said = statement(store.conn, sample.id)
    assert (said.upper, said.rest, rest) == (0.0, 0, [])
    assert list(telling.proves(said)) == [
        "All 35 texts were read: 0 (0.00%) are wrong. The bound of 0.1% holds."
    ]


# What is approved past a sample.


def test_an_open_sample_that_stands_for_texts_is_told(store: Store) -> None:
    sample, _, _ = drawn(store)
    with store.snapshot() as conn:
        [(said, count)] = sampling.stood_for(conn, Way.BULK)
    assert (said.sample.id, count) == (sample.id, 35)
    judge(store, sample.id)
    with store.snapshot() as conn:
        assert sampling.stood_for(conn, Way.BULK) == [], "it holds"


def test_a_push_in_between_spoils_nothing(desk: Desk) -> None:
    texts = {n: desk.propose(f"a/{n}", f"Text {n}.") for n in (1, 2, 3, 4)}
    sample = sampling.draw(desk.store, bound=0.01, confidence=0.99, by="maria")
    approve_all(desk.store)
    with Plan.of(desk.store, Request()) as plan:
        Push(Context(desk.site, desk.store), plan, pauses=()).run()
    said = statement(desk.store.conn, sample.id)
    assert (said.open, [one.sent for one in said.texts]) == (4, [True] * 4)
    desk.judge(texts[2], Verdict.REJECTED, "maria")
    for n in (1, 3, 4):
        desk.judge(texts[n], Verdict.APPROVED, "maria")
    said = statement(desk.store.conn, sample.id)
    assert (said.right, said.wrong) == (3, 1)
    assert "altsync revert a/2" in list(telling.besides(said))[-1]
    hostile = replace(said.to_revert[0], image="a/$(x) y")
    told = telling.besides(replace(said, texts=(hostile,)))
    assert "altsync revert 'a/$(x) y'" in list(told)[-1], "it can be pasted"
    reverting = Request(Selection(reverts=("a/2",), by="maria"))
    with Plan.of(desk.store, reverting) as plan:
        Push(Context(desk.site, desk.store), plan, pauses=()).run()
    said = statement(desk.store.conn, sample.id)
    assert said.wrong == 1
    assert said.to_revert == []


def test_what_was_sent_unread_is_told_of_a_sample_that_does_not_hold(
    desk: Desk,
) -> None:
    for number in range(1, 5):
        desk.propose(f"a/{number}", f"Text {number}.")
    sample = sampling.draw(desk.store, bound=0.5, confidence=0.6, by="maria")
    approve_all(desk.store)
    with Plan.of(desk.store, Request()) as plan:
        Push(Context(desk.site, desk.store), plan, pauses=()).run()
    one = statement(desk.store.conn, sample.id).texts[0]
    desk.judge(one.candidate, Verdict.REJECTED, "maria")
    said = statement(desk.store.conn, sample.id)
    assert (said.failed, said.most_of_rest) == (True, 3)
    told = (
        "Nobody read 3 texts here that push 1 sent all the same, of which 3 may be wrong."
        " A push is taken back whole with: altsync revert 1"
    )
    assert told in list(telling.besides(said))
    reverting = Request(Selection(reverts=("1",), by="maria"))
    with Plan.of(desk.store, reverting) as plan:
        Push(Context(desk.site, desk.store), plan, pauses=()).run()
    assert statement(desk.store.conn, sample.id).sent_unread == ()
