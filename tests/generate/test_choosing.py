"""Which images a run works on, and that it resumes by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from altsync.config import parse
from altsync.errors import UnknownImage, UsageError
from altsync.generate import ages
from altsync.generate.choosing import Targets, Wanted, choose
from altsync.generate.describing import Describer
from altsync.generate.settings import Settings, Ways
from altsync.generate.stage import Generate
from altsync.models import Label, Mirrored, NewCandidate, Origin, Tag
from altsync.planning import Plan, Request
from altsync.push import Push
from altsync.stage import Context
from altsync.store import candidates, worklist
from altsync.store.worklist import Worklist
from tests.doubles.providers.openai import Double, words_of
from tests.generate.conftest import PRICES, Bench

Filled = Callable[[int], Bench]
HOUSE = parse('[site]\nurl = "http://site.test"\nsource = "memory"\n')


def publish(
    bench: Bench,
    image: str,
    alt: str,
    model: str | None,
    prompt: str = "old words",
    age: str = "",
) -> None:
    """altsync puts a text on the site, through the real plan and push."""
    base = bench.source.now(image).alt
    with bench.store.write() as tx:
        key = candidates.add_prompt(tx, None, prompt)
        made = candidates.add(
            tx, NewCandidate(image, base, alt, Origin.AI, model=model, prompt_id=key)
        )
        if age:
            tx.execute("DROP TRIGGER candidates_fixed")
            tx.execute("UPDATE candidates SET created_at = ? WHERE id = ?", (age, made))
        candidates.judge(tx, made, "approved", "me")
    with Plan.of(bench.store, Request()) as plan:
        Push(Context(bench.source, bench.store), plan).run()


def chosen(bench: Bench, **how: object) -> list[str]:
    asked = Worklist(**how)  # type: ignore[arg-type]
    with bench.store.snapshot() as conn:
        found = [image.image.id for image in worklist.select(conn, asked)]
        assert worklist.count(conn, asked) == len(found)
    return found


@pytest.fixture
def mixed(bench: Bench) -> Bench:
    """0 and 1 missing, 2 a person's, 3 an AI text of nobody knows which model, 4 of
    gpt-old, 5 of gpt-new."""
    for number in range(2):
        bench.add(number, has_label=True)
    bench.add(2, alt="A person's words", has_label=True)
    bench.add(3, alt="Machine words.", label=Label.AI, has_label=True)
    for number in (4, 5):
        bench.add(number, has_label=True, album="b", id=f"b/n0000{number}")
    bench.pull()
    publish(
        bench,
        "b/n00004",
        "Old text.",
        "gpt-old",
        "old",
        "2020-01-01T00:00:00.000000+00:00",
    )
    publish(bench, "b/n00005", "New text.", "gpt-new", "new")
    return bench


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, ["a/n00000", "a/n00001"]),
        ({"limit": 1}, ["a/n00000"]),
        ({"album": "b"}, []),
        ({"stale_model": "gpt-old"}, ["b/n00004"]),
        ({"stale_model": "gpt-other"}, []),
        ({"stale_unknown": True}, ["a/n00003"]),
        ({"before": ages.before("6mo")}, ["b/n00004"]),
        ({"where": "state = 'ai'"}, ["a/n00003", "b/n00004", "b/n00005"]),
        (
            {"where": "1 = 1"},
            ["a/n00000", "a/n00001", "a/n00003", "b/n00004", "b/n00005"],
        ),
        ({"images": ("a/n00002",)}, []),
        ({"images": ("a/n00002",), "suggest_for_human": True}, ["a/n00002"]),
        ({"images": ("b/n00004", "a/n00000")}, ["a/n00000", "b/n00004"]),
    ],
)
def test_selections(mixed: Bench, how: dict[str, object], expected: list[str]) -> None:
    assert chosen(mixed, **how) == expected


def test_what_may_be_replaced_is_chosen_whoever_wrote_it(mixed: Bench) -> None:
    """Of what is published only what is flagged, and once; of two models each."""

    def flagged(target: Mirrored) -> bool:
        return target.image.alt in ("A person's words", "Machine words.")

    both = ["a/n00002", "a/n00003"]
    assert chosen(mixed, replace=flagged) == both
    assert chosen(mixed, replace=lambda _: False) == []
    with mixed.store.write() as tx:
        for image, base in zip(
            both, ("A person's words", "Machine words."), strict=True
        ):
            by_rule = "cut" if image == both[0] else None
            made = NewCandidate(image, base, "New.", Origin.AI, model="one")
            candidates.add(tx, replace(made, replaces=by_rule))
    assert chosen(mixed, replace=flagged, models=("one",)) == []
    assert chosen(mixed, replace=flagged, models=("one", "two")) == both[:1]


@pytest.mark.parametrize("where", ["1)) OR ((1", "1))) OR (((1"])
def test_a_condition_never_reaches_past_its_brackets_to_a_persons_words(
    mixed: Bench, where: str
) -> None:
    with pytest.raises(UsageError, match="--where"):
        chosen(mixed, where=where)


def test_stale_prompts(mixed: Bench) -> None:
    current = candidates.prompt_id(None, "new")
    assert chosen(mixed, stale_prompts=(current,)) == ["b/n00004"]
    assert chosen(mixed, stale_prompts=()) == ["b/n00004", "b/n00005"]


def test_redone_texts_stay_until_approved_and_are_not_chosen_again(
    mixed: Bench, double: Double
) -> None:
    done = mixed.run(Worklist(stale_model="gpt-old"))
    assert done.made == 1
    assert mixed.source.now("b/n00004").alt == "Old text."
    assert mixed.rows("SELECT base FROM candidates WHERE model = 'double'") == [
        ("Old text.",)
    ]
    assert chosen(mixed, stale_model="gpt-old") == []


@pytest.mark.parametrize(
    "sql",
    [
        "nonsense here",
        "DROP TABLE images",
        "1; DELETE FROM images",
        "no_such_column = 1",
    ],
)
def test_a_condition_that_is_none(mixed: Bench, sql: str) -> None:
    with (
        mixed.store.snapshot() as conn,
        pytest.raises(UsageError, match="not a condition"),
    ):
        worklist.count(conn, Worklist(where=sql))
    assert mixed.rows("SELECT count(*) FROM images") == [(6,)]


def test_the_owners_sql_cannot_write(mixed: Bench) -> None:
    import sqlite3

    with (
        mixed.store.snapshot() as conn,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        conn.execute("DELETE FROM images")


def test_named_images_are_checked(mixed: Bench) -> None:
    with mixed.store.snapshot() as conn:
        worklist.check_named(conn, ["a/n00000", "b/n00004"])
        worklist.check_named(conn, ["a/n00002"], suggest=True)
        with pytest.raises(UsageError, match="suggest-for-human"):
            worklist.check_named(conn, ["a/n00002"])
        with pytest.raises(UnknownImage, match="no image a/nowhere in"):
            worklist.check_named(conn, ["a/nowhere"])


def test_with_several_models_a_half_done_image_is_missing_still(
    filled: Filled, double: Double
) -> None:
    bench = filled(2)
    bench.run(Worklist(images=("a/n00000",)))
    assert chosen(bench, models=("double",)) == ["a/n00001"]
    both = ("double", "double-2")
    assert chosen(bench, models=both) == ["a/n00000", "a/n00001"]
    done = bench.run(Worklist(models=both), models=both)
    assert (done.made, done.known, double.paid) == (3, 1, 4)
    assert chosen(bench, models=both) == []


def test_ages() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert ages.before("1d", now).startswith("2026-11-21")
    assert ages.before("6mo", now).startswith("2026-05")
    assert ages.before("1y", now).startswith("2025-11")
    with pytest.raises(UsageError, match="no age"):
        ages.before("soon", now)


def test_what_a_person_wrote_meanwhile_is_not_asked_about(
    filled: Filled, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pull during a long run: the next page is read as the mirror is by then."""
    monkeypatch.setattr(worklist, "PAGE", 2)
    bench = filled(6)
    with bench.store.snapshot() as conn:
        conn.rollback()
        targets = worklist.select(conn, Worklist())
        assert [next(targets).image.id, next(targets).image.id] == [
            "a/n00000",
            "a/n00001",
        ]
        bench.source.edit("a/n00003", alt="A person's words")
        bench.pull()
        assert [image.image.id for image in targets] == [
            "a/n00002",
            "a/n00004",
            "a/n00005",
        ]


def test_what_is_replaced_is_looked_at_again_as_it_is_taken(
    bench: Bench, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is asked about words that somebody wrote since the list was read, nor about
    those that the rules find nothing in. What was paid for as a suggestion is taken."""
    for number, alt in enumerate(("IMG_1234.JPG", "IMG_1235.JPG", "A heron.")):
        bench.add(number, alt=alt)
    bench.pull()
    with bench.store.snapshot() as conn:
        listed = list(worklist.select(conn, Worklist(replace=lambda _: True)))
    bench.source.edit("a/n00000", alt="A person's better words.")
    bench.pull()
    bench.run(Worklist(images=("a/n00001",), suggest_for_human=True), suggest=True)
    monkeypatch.setattr(worklist, "select", lambda *_: iter(listed))
    for reused, known in ((1, 0), (0, 1)):
        done = bench.run(Worklist(replace=lambda _: True), replace=("file-name",))
        assert (done.made, done.reused, done.known) == (0, reused, known)
    assert bench.rows("SELECT image_id, base, replaces FROM candidates") == [
        ("a/n00001", "IMG_1235.JPG", None),
        ("a/n00001", "IMG_1235.JPG", "file-name"),
    ]
    assert len(double.requests) == 1


def choice(bench: Bench, *, suggest: bool = False, **words: Any) -> list[str]:
    """What the owner's words choose, by their ids."""
    settings = Settings(("double",), suggest=suggest)
    with bench.store.snapshot() as conn:
        targets = choose(conn, HOUSE, settings, Wanted(**words))
        ids = [target.image.id for target in targets]
        assert len(targets) == len(ids)
    return ids


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, ["a/n00000", "a/n00001"]),
        ({"limit": 1}, ["a/n00000"]),
        ({"album": "b"}, []),
        ({"stale": "model=gpt-old"}, ["b/n00004"]),
        ({"stale": "unknown"}, ["a/n00003"]),
        ({"stale": "prompt"}, ["b/n00004", "b/n00005"]),
        ({"older_than": "6mo"}, ["b/n00004"]),
        ({"where": "state = 'ai' AND album = 'b'"}, ["b/n00004", "b/n00005"]),
        ({"rules": ("cut", "leak")}, []),
        ({"images": ("b/n00004", "a/n00000")}, ["a/n00000", "b/n00004"]),
    ],
)
def test_the_owners_words(
    mixed: Bench, double: Double, words: dict[str, Any], expected: list[str]
) -> None:
    assert choice(mixed, **words) == expected


def test_texts_of_the_question_that_knew_no_uses_are_stale(
    bench: Bench, double: Double
) -> None:
    bench.add(0, has_label=True)
    bench.pull()
    before = "f26ba10ec86d0a34"
    with bench.store.write() as tx:
        tx.execute(
            "INSERT INTO prompts (id, text, created_at) VALUES (?, 'Old.', '2026')",
            (before,),
        )
        old = NewCandidate("a/n00000", "", "Old.", Origin.AI, prompt_id=before)
        candidates.judge(tx, candidates.add(tx, old), "approved", "me")
    with Plan.of(bench.store, Request()) as plan:
        Push(Context(bench.source, bench.store), plan).run()
    bench.pull()
    assert choice(bench, stale="prompt") == ["a/n00000"]
    assert bench.run(Worklist(stale_prompts=())).made == 1
    assert choice(bench, stale="prompt") == []


def test_a_persons_image_is_only_suggested_for_by_name(
    mixed: Bench, double: Double
) -> None:
    named = ("a/n00002",)
    with pytest.raises(UsageError, match="--suggest-for-human"):
        choice(mixed, images=named)
    assert choice(mixed, images=named, suggest=True) == ["a/n00002"]
    with pytest.raises(UsageError, match="name one by one"):
        choice(mixed, suggest=True)


def test_words_that_mean_nothing(mixed: Bench, double: Double) -> None:
    with pytest.raises(UsageError, match="say model=NAME, unknown or prompt"):
        choice(mixed, stale="models=gpt-old")
    with pytest.raises(UsageError, match="no age"):
        choice(mixed, older_than="soon")


def test_the_number_is_of_the_snapshot_and_the_list_of_what_is_there_by_then(
    filled: Filled, double: Double
) -> None:
    bench = filled(3)
    with bench.store.snapshot() as conn:
        targets = Targets(conn, Worklist())
        bench.source.edit("a/n00001", alt="A person's words")
        bench.pull()
        assert len(targets) == 3
        assert [target.image.id for target in targets] == ["a/n00000", "a/n00002"]


def test_another_text_for_one_place_of_a_medium_is_asked_for_by_name_only(
    bench: Bench, double: Double
) -> None:
    medium = {"entity": "media--image/9b1c", "alt": "The ferry at noon."}
    bench.add(0, **medium)
    embed = bench.add(
        1, alt=None, tag=Tag.MEDIA, medium=medium["entity"], before="Buy."
    )
    bench.pull()
    settings = Settings(("double",), prices=PRICES)
    with bench.store.snapshot() as conn:
        assert len(choose(conn, HOUSE, settings, Wanted())) == 0
        with pytest.raises(UsageError, match="For the medium's text, wherever it is"):
            choose(conn, HOUSE, settings, Wanted((embed,)))
        with pytest.raises(UsageError, match="--use is for images that you name"):
            choose(conn, HOUSE, settings, Wanted(override=True))
        targets = choose(conn, HOUSE, settings, Wanted((embed,), override=True))
        ways = Ways(Describer(HOUSE, conn).pieces)
        done = Generate(
            Context(bench.source, bench.store), settings, targets, ways
        ).run()
    assert done.made == 1
    asked = words_of(double.requests[0])
    assert "this one place of a medium; elsewhere it says: The ferry at noon." in asked
    assert '"text before": "Buy."' in asked
    assert bench.rows("SELECT image_id, base FROM candidates") == [(embed, None)]
