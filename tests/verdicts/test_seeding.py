"""Known-bad texts: made of true ones, mixed in unseen, judged like the others, never a
candidate; and what they tell of a reader."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import MovedOn, UsageError
from altsync.models import Label, SiteImage, Verdict
from altsync.plan import Permissions
from altsync.planning import Plan, Request
from altsync.pull import Pull
from altsync.push import Push
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates, looks
from altsync.store.samples import DrawnText
from altsync.store.seeds import SeededText
from altsync.store.store import Store
from altsync.verdicts import acts, bounds, reading, sampling, seeding, telling
from altsync.verdicts.policy import Way
from altsync.verdicts.sampling import Planting
from altsync.verdicts.statements import Statement, statement
from tests.verdicts.given import WARNING
from tests.web.mirrors import candidate

TRUE = "Two dogs sit on a red blanket."


def text(number: int) -> str:
    """No two are alike, whatever is turned in them."""
    return f"Cats sleep in box {chr(65 + number // 26)}{chr(65 + number % 26)}."


def nothing_found(*_: Any) -> tuple[()]:
    return ()


def photos() -> MemorySource:
    """Sixty images: a person wrote the texts of five."""
    return MemorySource(
        SiteImage(
            id=f"a/{n:02}",
            album="a",
            name=f"{n:02}",
            alt=TRUE if n >= 55 else None,
            has_label=True,
            label=Label.HUMAN if n >= 55 else None,
        )
        for n in range(60)
    )


@pytest.fixture
def site() -> MemorySource:
    return photos()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the other images ten texts have been approved by themselves, and 45 wait."""
    path = tmp_path_factory.mktemp("made") / "a.db"
    with Store.open(path, create=True) as found:
        found.claim("https://x.example", "memory")
        Pull(Context(photos(), found)).run()
        with found.write() as tx:
            tx.execute("INSERT INTO prompts VALUES ('p1', 's', 't', '2026')")
            for n in range(55):
                one = candidates.add(tx, candidate(f"a/{n:02}", text(n)))
                if n >= 45:
                    candidates.judge(tx, one, Verdict.APPROVED, "maria")
    return path


@pytest.fixture
def store(tmp_path: Path, made: Path) -> Iterator[Store]:
    """A copy of it."""
    shutil.copy(made, tmp_path)
    with Store.open(tmp_path / made.name) as found:
        yield found


def draw(store: Store, number: int | None = None, **how: Any) -> Statement:
    values = {"bound": 0.1, "confidence": 0.95, "by": "maria", **how}
    planting = Planting(number, nothing_found)
    sample = sampling.draw(store, planting=planting, **values)
    return said(store, sample.id)


def said(store: Store, run: int = 1) -> Statement:
    with store.snapshot() as conn:
        return statement(conn, run)


def judge(
    store: Store,
    one: DrawnText | SeededText,
    act: str,
    text: str | None = None,
    by: str = "maria",
) -> str:
    with store.write() as tx:
        given = acts.Given(one.image, looks.sight(tx, one.image), text=text)
        return reading.judge(tx, 1, one.place, act, given, by, nothing_found)


def read_all(store: Store, missed: int = 0) -> Statement:
    """A reader who finds every text right but the known-bad ones, and misses some of
    those."""
    while waiting := reading.open_places(said(store)):
        one = waiting[0]
        act = "approve"
        if isinstance(one, SeededText) and missed <= 0:
            act = "reject"
        missed -= isinstance(one, SeededText)
        judge(store, one, act)
    return said(store)


def test_how_many_there_are_unless_somebody_says() -> None:
    assert [seeding.number_for(read) for read in (8, 50, 104, 149)] == [5, 5, 10, 15]


def test_they_stand_among_the_others_and_are_no_candidates(store: Store) -> None:
    def kept() -> list[Any]:
        return store.conn.execute("SELECT * FROM candidates ORDER BY id").fetchall()

    before = kept()
    found = draw(store, 7)
    assert kept() == before
    assert len(found.seeds) == 7
    places = [one.place for one in found.texts]
    places += [one.place for one in found.seeds]
    assert sorted(places) == list(range(1, len(places) + 1))
    of_frame = {one.image for one in found.texts}
    for one in found.seeds:
        assert one.image not in of_frame
        assert one.image >= "a/45"
        swap = json.loads(one.swap)
        assert one.alt == swap["text"]
        assert swap["was"] not in one.alt
    assert len({one.image for one in found.seeds}) == 7
    assert {one.image[:3] for one in found.seeds} == {"a/4", "a/5"}
    assert all(one.image < "a/55" for one in found.seeds), "those like the sample first"


def test_a_persons_words_are_turned_where_nothing_else_is_true(store: Store) -> None:
    found = draw(store, 12)
    assert sum(one.image >= "a/55" for one in found.seeds) == 2
    rows = store.conn.execute(
        "SELECT image_id >= 'a/55', made_from IS NULL FROM seeded_texts"
    )
    assert all(a == b for a, b in rows)


def test_as_many_as_can_be_made(store: Store) -> None:
    assert len(draw(store, 40).seeds) == 15


def test_none_that_the_lint_would_give_away(store: Store) -> None:
    sample = {"bound": 0.1, "confidence": 0.95, "by": "maria"}
    planting = Planting(5, lambda *_: (WARNING,))
    with pytest.raises(UsageError, match="No known-bad text can be made"):
        sampling.draw(store, planting=planting, **sample)  # type: ignore[arg-type]
    assert not store.conn.execute("SELECT * FROM samples").fetchall()


def test_those_who_may_end_early_have_read_them_all_by_then(store: Store) -> None:
    found = draw(store, 9, tolerated=2, early=True)
    last = found.texts[found.stops[0].read - 1].place
    assert all(one.place <= last + 9 for one in found.seeds)
    before = sum(one.place < last for one in found.seeds)
    assert before + sum(one.place > last for one in found.seeds) == 9
    assert read_all(store).at == 0


def test_what_is_right_is_not_told_before_the_end(store: Store) -> None:
    found = draw(store, 5)
    assert telling.progress(found) == (
        f"Sample 1: 0 judged, {found.sample.size + 5} to judge."
    )
    judge(store, found.seeds[0], "reject")
    judge(store, found.texts[0], "approve")
    found = said(store)
    assert telling.progress(found) == (
        f"Sample 1: 2 judged, {found.sample.size + 3} to judge."
    )
    told = [*telling.proves(found), *telling.besides(found)]
    assert told == ["Judged: maria 2 (how is not recorded)."], "who, and not what"


def test_a_sample_is_not_finished_while_known_bad_texts_are_open(store: Store) -> None:
    found = draw(store, 5)
    for one in found.texts:
        judge(store, one, "approve")
    found = said(store)
    assert (found.at, found.open, found.right) == (None, 5, found.sample.size)
    assert {one.place for one in reading.open_places(found)} == {
        one.place for one in found.seeds
    }


def test_no_count_tells_one_from_another(store: Store) -> None:
    """As early as it may end: the first stop is reached while some of them are open."""
    counts = {draw(store, 5, bound=0.4, tolerated=1, early=True).whole}
    first = said(store).stops[0].read
    while (waiting := reading.open_places(now := said(store))) and now.at is None:
        drawn = [one for one in waiting if isinstance(one, DrawnText)]
        judge(store, (drawn or waiting)[0], "approve")
        counts.add(said(store).whole if said(store).at is None else first + 5)
    assert counts == {first + 5}
    assert said(store).read == first, "no more is read than it takes"


def test_what_they_tell_of_the_reader(store: Store) -> None:
    draw(store, 10)
    found = read_all(store, missed=1)
    assert (found.caught, found.wrong, found.most) == (9, 0, 4)
    caught = bounds.lower(9, 10, 0.975)
    assert found.most_missed == bounds.most_wrong_missed(
        45, found.stops, 0, 0, 0.975, caught
    )
    assert found.most_missed > 4
    assert list(telling.proves(found)) == [
        "At most 4 (8.89%) of all 45 texts are wrong, at 95% confidence: the bound of"
        " 10% holds.",
        f"Of the {found.rest} that nobody read, at most 4 ({4 / found.rest:.2%}).",
        "You caught 9 of 10 planted errors [0.55, 1.00].",
        f"With what you may have missed, at most {found.most_missed}"
        f" ({found.most_missed / 45:.2%}) of all 45 texts are wrong, at 95% confidence.",
    ]


def test_what_several_readers_caught_is_told_of_all(store: Store) -> None:
    judge(store, draw(store, 5).seeds[0], "approve", by="otto")
    told = " ".join(telling.proves(read_all(store)))
    assert "Its readers together caught 4 of 5 planted errors" in told
    assert "With what they may have missed, at most" in told


@pytest.mark.parametrize(
    ("act", "text", "verdict", "caught"),
    [
        ("approve", None, "approved", False),
        ("approve", TRUE, "rewritten", True),
        ("reject", None, "rejected", True),
        ("decorative", None, "decorative", True),
    ],
)
def test_each_verdict_on_one(
    store: Store, act: str, text: str | None, verdict: str, caught: bool
) -> None:
    one = draw(store, 5).seeds[2]
    reviews = store.conn.execute("SELECT count(*) FROM reviews").fetchone()
    assert judge(store, one, act, text) == one.image
    again = said(store).seeds[2]
    assert (again.first, again.now, again.caught) == (verdict, verdict, caught)
    assert store.conn.execute("SELECT count(*) FROM reviews").fetchone() == reviews
    with pytest.raises(MovedOn, match=rf"You have .*{verdict} this text already"):
        judge(store, one, act, text)


@pytest.mark.parametrize("act", ["approve", "reject", "decorative"])
def test_who_was_faster_is_told_of_both_kinds_alike(store: Store, act: str) -> None:
    found = draw(store, 5)
    said_of = set()
    for one in (found.seeds[1], found.texts[0]):
        judge(store, one, act)
        look = acts.Given(one.image, looks.sight(store.conn, one.image))
        with store.write() as tx, pytest.raises(MovedOn) as refused:
            reading.judge(tx, 1, one.place, "reject", look, "anna", nothing_found)
        said_of.add(re.sub(r"\d{4}-.*UTC", "THEN", str(refused.value)))
    done = {"approve": "approved", "reject": "rejected"}.get(act, "marked decorative")
    assert said_of == {f"Somebody was faster. maria has {done} this text, THEN."}


@pytest.mark.parametrize(
    ("act", "text", "error"),
    [
        ("approve", " ", UsageError),
        ("approve", "x" * 513, UsageError),
        ("undo", None, UsageError),
        ("withdrawn", None, UsageError),
    ],
)
def test_what_is_refused_is_refused_alike(
    store: Store, act: str, text: str | None, error: type[Exception]
) -> None:
    found = draw(store, 5)
    told = set()
    for one in (found.seeds[0], found.texts[0]):
        with pytest.raises(error) as refused:
            judge(store, one, act, text)
        told.add(str(refused.value))
    assert len(told) == 1


def test_an_image_that_changed_is_refused_alike(store: Store) -> None:
    found = draw(store, 5)
    for one in (found.seeds[0], found.texts[0]):
        given = acts.Given(one.image, "another sight")
        with store.write() as tx, pytest.raises(MovedOn) as refused:
            reading.judge(tx, 1, one.place, "reject", given, "maria", nothing_found)
        assert str(refused.value) == reading.FASTER
        elsewhere = acts.Given("a/99", "")
        with store.write() as tx, pytest.raises(MovedOn):
            reading.judge(tx, 1, one.place, "reject", elsewhere, "maria", nothing_found)


def test_undo_goes_back_over_both_kinds_and_the_first_verdict_stays(
    store: Store,
) -> None:
    found = draw(store, 5)
    order: list[DrawnText | SeededText] = [
        found.texts[0],
        found.seeds[0],
        found.texts[1],
        found.seeds[1],
    ]
    for one in order:
        judge(store, one, "approve")
    for one in reversed(order):
        with store.write() as tx:
            assert reading.undo(tx, 1, "maria") == (one.place, one.image)
    with store.write() as tx, pytest.raises(UsageError, match="no verdict of yours"):
        reading.undo(tx, 1, "maria")
    assert said(store).open == found.open
    judge(store, order[1], "reject")
    again = said(store).seeds[0]
    assert (again.first, again.now, again.caught) == ("approved", "rejected", False)


def send(store: Store, site: MemorySource) -> set[str]:
    """Push what is approved; the texts that were sent."""
    with Plan.of(store, Request()) as plan:
        Push(Context(site, store), plan, pauses=()).run()
    return {str(new["alt"]) for _, new in site.written}


def test_undo_is_refused_once_the_text_was_sent(
    store: Store, site: MemorySource
) -> None:
    found = draw(store, 5)
    one = found.texts[0]
    judge(store, one, "approve")
    send(store, site)
    with store.write() as tx, pytest.raises(MovedOn, match="was sent to the site"):
        reading.undo(tx, 1, "maria")


def test_what_was_sent_is_judged_for_the_sample_alone(
    store: Store, site: MemorySource
) -> None:
    found = draw(store, 5)
    with store.write() as tx:
        acts.approve_waiting(tx, "maria", Way.BULK)
    sent = send(store, site)
    assert sent
    assert not sent & {one.alt for one in found.seeds}
    first, second, third, fourth = said(store).texts[:4]
    assert first.sent
    assert judge(store, first, "reject") == first.image
    judge(store, second, "approve")
    judge(store, third, "approve", "A better text.")
    judge(store, fourth, "decorative")
    texts = said(store).texts[:4]
    assert [one.judged for one in texts] == ["wrong", "right", "wrong", "wrong"]
    assert [one.image for one in said(store).to_revert] == [
        one.image for one in (first, third, fourth)
    ]
    with Plan.of(store, Request(permissions=Permissions(allow_empty=True))) as plan:
        assert {one.image for one in plan.changes()} == {third.image, fourth.image}
    with store.write() as tx:
        assert reading.undo(tx, 1, "maria")[1] == fourth.image


def test_lost_ones_are_left_out(store: Store) -> None:
    found = draw(store, 5)
    with store.write() as tx:
        image = found.seeds[0].image
        tx.execute("UPDATE images SET gone_at = '2026' WHERE id = ?", (image,))
    assert len(said(store).seeds) == 4
    assert len(read_all(store).seeds) == 4


def test_one_is_never_changed_or_taken_out(store: Store) -> None:
    found = draw(store, 5)
    judge(store, found.seeds[0], "reject")
    for change in (
        "DELETE FROM seeded_texts",
        "UPDATE seeded_texts SET alt = ''",
        "DELETE FROM seeded_verdicts",
        "UPDATE seeded_verdicts SET verdict = 'approved'",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.conn.execute(change)


def test_none_on_an_image_that_has_no_picture_where_the_drawn_ones_have(
    store: Store,
) -> None:
    with store.write() as tx:
        for image in ("a/00", "a/46", "a/57"):
            tx.execute(
                "INSERT INTO pictures (image_id, sha256, seen_at) VALUES (?, 'y', '')",
                (image,),
            )
    assert {one.image for one in draw(store, 9).seeds} == {"a/46", "a/57"}


def test_images_that_had_one_before_come_last(store: Store) -> None:
    first = {one.image for one in draw(store, 7).seeds}
    with store.write() as tx:
        candidates.add(tx, candidate("a/44", "Rain on a tin roof."))
    sample = sampling.draw(
        store,
        bound=0.1,
        confidence=0.95,
        by="maria",
        planting=Planting(8, nothing_found),
    )
    again = {one.image for one in said(store, sample.id).seeds}
    assert len(again) == 8
    assert not again & first
