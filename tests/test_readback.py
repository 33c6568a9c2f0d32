"""What a site answers to a write is not what it has: push reads back, tells a mangled text
from a person's, and stops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.demo.faults import WAYS
from altsync.errors import Interrupted, Unreachable
from altsync.models import Label, Origin, PushStatus
from altsync.push import recover
from altsync.push.readback import FIRST, ReadBack
from altsync.store import journal, mirror
from tests.test_push import Bench, image

TEXT = 'A café\'s "red" sign & two men, ' + "who wait below it with bicycles, " * 9
"""Longer than 255 characters, with what sites stumble over; its number goes before it."""


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def build(number: int = 8, **more: Any) -> Bench:
        images = [image(f"a/{i:02}", **more) for i in range(number)]
        made.append(Bench(tmp_path, images))
        return made[-1]

    yield build
    for one in made:
        one.store.close()


Make = Callable[..., Bench]


def push(bench: Bench, **more: Any) -> Any:
    from altsync.planning import Plan, Request
    from altsync.push import Push
    from altsync.stage import Context

    more.setdefault("pauses", ())
    threads = more.pop("threads", 1)
    with Plan.of(bench.store, Request()) as plan:
        context = Context(bench.site, bench.store, bench.report, threads)
        return Push(context, plan, **more).run()


def origin(bench: Bench, image_id: str) -> Origin | None:
    return mirror.named(bench.store.conn, [image_id])[0].origin


# What is read back


@pytest.mark.parametrize(
    ("answers", "read_all", "reads"),
    [
        ("stored", False, FIRST),
        ("echo", False, FIRST),
        ("echo", True, FIRST + 5),
        ("nothing", False, FIRST + 5),
    ],
)
def test_the_first_20_and_what_no_answer_shows(
    make: Make, answers: Any, read_all: bool, reads: int
) -> None:
    bench = make(FIRST + 5)
    bench.propose()
    bench.site.counts.clear()
    bench.site.answers = answers
    assert push(bench, read_all=read_all).applied == FIRST + 5
    assert dict(bench.site.counts) == {
        "fresh": FIRST + 5,
        "write": FIRST + 5,
        "stored": reads,
    }
    bench.site.counts.clear()
    bench.pull()
    assert bench.state("a/00") == "ai"


def test_the_images_of_one_entity_are_read_back_at_once(tmp_path: Path) -> None:
    slots = [image(f"n/{n}", entity="node/1") for n in range(3)]
    bench = Bench(tmp_path, slots)
    bench.propose()
    bench.site.counts.clear()
    assert push(bench).applied == 3
    assert dict(bench.site.counts) == {"fresh": 1, "write": 1, "stored": 1}
    bench.store.close()


# Lies


def test_the_old_text_is_the_old_one_even_where_it_looks_like_a_mangled_new_one(
    make: Make,
) -> None:
    """A site that stores nothing, and had a beginning of the new text before."""
    bench = make(1, alt="new a", label=Label.AI, has_label=True)
    bench.propose()
    bench.site.lies, bench.site.answers = True, "echo"
    done = push(bench)
    assert (done.applied, done.failed) == (0, 1)
    ((_, status, why),) = bench.journal()
    assert status == PushStatus.FAILED
    assert "still has the old text" in why


@pytest.mark.parametrize("answers", ["stored", "echo", "nothing"])
def test_a_site_that_stores_nothing_is_found_out_and_stops_the_push(
    make: Make, answers: Any
) -> None:
    bench = make(12)
    bench.propose()
    bench.site.lies, bench.site.answers = True, answers
    done = push(bench)
    assert (done.applied, done.failed in (5, 6)) == (0, True)
    assert done.stopped == (
        "5 failures in a row; the last: The site answered that it was done. The site"
        " still has the old text; the next push tries again."
    )
    assert {status for _, status, _ in bench.journal()} == {"failed"}
    bench.pull()
    assert bench.state("a/00") == "approved", "not cleared: nobody emptied it"
    bench.site.lies = False
    assert push(bench).applied == 12


def test_a_site_whose_reading_lags_behind_is_believed(make: Make) -> None:
    bench = make(1)
    bench.propose()
    looks = iter([1, 2])
    stored = bench.site.stored

    def lagging(images: Any) -> Any:
        if next(looks, None) is not None:
            return {one.id: {**one.flat(), "alt": ""} for one in images}
        return stored(images)

    bench.site.stored = lagging  # type: ignore[method-assign]
    assert push(bench, pauses=(0.0, 0.0, 0.0)).applied == 1
    assert [status for _, status, _ in bench.journal()] == ["applied"]


def test_an_owner_who_stops_leaves_it_to_the_next_push(make: Make) -> None:
    bench = make(1)
    bench.site.lies = True
    (images, stop) = ([bench.site.now("a/00")], threading.Event())
    stop.set()
    read_back = ReadBack(bench.site, stop, pauses=(60.0,))
    with pytest.raises(Interrupted):
        read_back.read(images, {"a/00": {"alt": ""}})


def test_a_reading_back_that_fails_leaves_the_row_open(make: Make) -> None:
    bench = make(1)
    bench.propose()

    def down(step: str, ids: tuple[str, ...]) -> None:
        if step == "stored":
            raise Unreachable("The site is down.")

    bench.site.before = down
    done = push(bench)
    assert (done.applied, done.failed) == (0, 1)
    assert bench.journal() == [("a/00", "intended", None)]
    bench.site.before = None
    assert push(bench).recovered == 1
    assert bench.journal() == [("a/00", "applied", "confirmed by reading")]


# Mangled


WAYS_THAT_SHOW = [way for way in WAYS if way not in ("trim", "nfd")]


@pytest.mark.parametrize("answers", ["stored", "echo", "nothing"])
@pytest.mark.parametrize("way", WAYS_THAT_SHOW)
def test_a_mangled_text_is_ours_is_said_and_stops_after_three(
    make: Make, way: str, answers: Any
) -> None:
    bench = make()
    bench.propose(text=TEXT + "in the rain. But not for long. " * 9)
    bench.site.stores, bench.site.answers = WAYS[way], answers
    done = push(bench)
    assert done.applied == done.mangled in (3, 4), "what was in flight arrives"
    assert (done.failed, done.conflicts) == (0, 0)
    assert done.stopped.startswith("the site mangled 3 texts as it stored them")
    said = [line for line in bench.report.said if line.startswith("Mangled at a/00")]
    assert [TEXT[:50] in line for line in said] == [True], "with both texts"
    assert " Sent: " in said[0]
    assert " The site has: " in said[0]
    for status, error in [(s, e) for _, s, e in bench.journal()]:
        assert status == "applied"
        assert error.startswith("confirmed by reading, mangled by the site: ")
    bench.pull()
    for image_id in ("a/00", "a/01", "a/02"):
        assert origin(bench, image_id) is Origin.AI
        assert bench.state(image_id) == "ai"
        row = mirror.named(bench.store.conn, [image_id])[0]
        assert row.image.alt == bench.site.now(image_id).alt
    assert bench.state("a/04") == "approved"


@pytest.mark.parametrize("way", ["trim", "nfd"])
def test_what_reads_the_same_is_said_once_and_stops_nothing(
    make: Make, way: str
) -> None:
    bench = make()
    bench.propose(text=f" {TEXT} é")
    bench.site.stores = WAYS[way]
    done = push(bench)
    assert (done.applied, done.mangled, done.stopped) == (8, 0, "")
    (said,) = bench.report.said
    assert "with other white space or in another Unicode form" in said
    bench.pull()
    assert origin(bench, "a/00") is Origin.AI


def test_a_text_that_another_wrote_at_that_moment_is_theirs(make: Make) -> None:
    bench = make(1)
    bench.propose()
    bench.site.after = lambda step, ids: bench.site.edit("a/00", alt="A person's.")
    assert push(bench).failed == 1
    bench.pull()
    assert origin(bench, "a/00") is Origin.HUMAN


def test_a_mangled_text_that_a_crash_left_is_recognised(make: Make) -> None:
    bench = make(2)
    bench.propose(text=TEXT)
    with bench.store.write() as tx:
        number = journal.begin_push(tx, "x", 2)
        for change in bench.changes():
            journal.intend(tx, number, change, change.patch)
            bench.site.edit(change.image, alt=WAYS["cut"](change.new))
    bench.site.edit("a/01", alt="Something else.")
    from altsync.stage import Context

    recover(Context(bench.site, bench.store, bench.report))
    assert [(s, e and e[:50]) for _, s, e in bench.journal()] == [
        ("applied", "confirmed by reading, mangled by the site: cut at "),
        ("conflict", "an earlier push was interrupted The site has a thi"),
    ]
    assert origin(bench, "a/00") is Origin.AI
    assert bench.report.said[0].startswith("Mangled at a/00: cut at 255 characters.")


def test_what_a_pull_saw_of_a_crash_settles_it_though_a_person_came_since(
    make: Make,
) -> None:
    bench = make(1)
    bench.propose(text=TEXT)
    (change,) = bench.changes()
    with bench.store.write() as tx:
        number = journal.begin_push(tx, "x", 1)
        journal.intend(tx, number, change, change.patch)
    bench.site.edit("a/00", alt=WAYS["quotes"](change.new))
    bench.pull()
    assert origin(bench, "a/00") is Origin.AI
    bench.site.edit("a/00", alt="")
    bench.pull()
    bench.site.counts.clear()
    push(bench)
    assert bench.site.counts["write"] == 0
    assert bench.journal()[0][1] == PushStatus.APPLIED
    assert bench.state("a/00") == "cleared"


# What only a later pull sees


def believed(bench: Bench, way: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A push that believed an echo, on a site that stored the text in its own way."""
    monkeypatch.setattr("altsync.push.readback.FIRST", 0)
    bench.site.answers = "echo"
    bench.site.stores = WAYS[way] if way else None
    assert push(bench).mangled == 0
    bench.site.answers, bench.site.stores = "stored", None


@pytest.mark.parametrize("way", ["cut", "escape", "escape and cut", "quotes", "nfd"])
def test_a_later_pull_knows_its_own_text(
    make: Make, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    bench = make(1)
    bench.propose(text=TEXT + " é")
    believed(bench, way, monkeypatch)
    drifted = bench.drift()
    now = bench.site.now("a/00").alt
    assert (drifted.after, drifted.by) == (now, Origin.AI)
    assert bool(drifted.mangled) == (way != "nfd")
    assert origin(bench, "a/00") is Origin.AI
    bench.pull()
    bench.site.edit("a/00", title="A person's title")
    bench.pull()
    assert origin(bench, "a/00") is Origin.AI


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.partition(", ")[0] + ".",
        lambda text: text.replace("men", "women"),
        lambda text: text.replace("'", "’", 1).replace('"', "“", 1),
        lambda text: "",
    ],
    ids=["shortened", "a word", "a quotation mark", "emptied"],
)
def test_a_persons_work_right_after_a_push_is_a_persons(
    make: Make, monkeypatch: pytest.MonkeyPatch, edit: Callable[[str], str]
) -> None:
    bench = make(1)
    bench.propose(text=TEXT)
    believed(bench, None, monkeypatch)
    bench.site.edit("a/00", alt=edit(bench.site.now("a/00").alt or ""))
    assert not bench.drift().mangled
    expected = Origin.HUMAN if bench.site.now("a/00").alt else None
    assert origin(bench, "a/00") is expected


def test_what_was_read_back_cannot_be_mangled_later(make: Make) -> None:
    bench = make(1)
    bench.propose(text=TEXT)
    push(bench)
    bench.site.edit("a/00", alt=WAYS["quotes"](bench.site.now("a/00").alt or ""))
    assert not bench.drift().mangled
    assert origin(bench, "a/00") is Origin.HUMAN


def test_what_a_pull_has_seen_cannot_be_mangled_later(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make(1)
    bench.propose(text=TEXT)
    believed(bench, "quotes", monkeypatch)
    assert bench.drift().mangled
    bench.site.edit("a/00", alt=WAYS["cut"](TEXT + " a/00"))
    assert not bench.drift().mangled
    assert origin(bench, "a/00") is Origin.HUMAN


def test_a_label_of_a_person_wins(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = make(1, has_label=True)
    bench.propose(text=TEXT)
    believed(bench, "quotes", monkeypatch)
    bench.site.edit("a/00", label=Label.HUMAN)
    assert not bench.drift().mangled
    assert origin(bench, "a/00") is Origin.HUMAN


def test_a_text_that_was_mangled_once_is_known_when_it_comes_back(make: Make) -> None:
    bench = make(1)
    bench.propose(text=TEXT)
    bench.site.stores = WAYS["quotes"]
    push(bench)
    mangled = bench.site.now("a/00").alt
    for alt, whose in (("Others.", Origin.HUMAN), (mangled, Origin.AI)):
        bench.site.edit("a/00", alt=alt)
        bench.pull()
        assert origin(bench, "a/00") is whose


# Taking it back


@pytest.mark.parametrize("seen_by", ["read back", "a later pull"])
@pytest.mark.parametrize("way", ["cut", "escape", "quotes", "nfd"])
def test_revert_takes_back_what_the_site_has_and_revert_again_sends_what_was_meant(
    make: Make, monkeypatch: pytest.MonkeyPatch, way: str, seen_by: str
) -> None:
    bench = make(1)
    bench.propose(text=TEXT)
    if seen_by == "read back":
        bench.site.stores = WAYS[way]
        push(bench)
        bench.site.stores = None
    else:
        believed(bench, way, monkeypatch)
        monkeypatch.undo()
    bench.pull()
    assert bench.revert(1).applied == 1
    assert bench.site.now("a/00").alt == ""
    assert bench.revert(2).applied == 1
    assert bench.site.now("a/00").alt == TEXT + " a/00"
    bench.pull()
    assert origin(bench, "a/00") is Origin.AI
