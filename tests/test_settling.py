"""What a crash left open: a row that cannot be settled never blocks the others, and a
person can settle it by hand."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import (
    AltsyncError,
    Interrupted,
    Locked,
    LoginFailed,
    Rejected,
    SourceError,
    StoreError,
    UnknownImage,
    Unreachable,
    UsageError,
)
from altsync.models import Change, Label, Origin, SiteImage
from altsync.planning import Plan, Request
from altsync.push import Pushed, by_hand, nothing_to_do, recover
from altsync.stage import Context
from altsync.store import journal, mirror, reports
from tests.doubles.storage import held
from tests.test_push import Bench, image


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    with contextlib.ExitStack() as stack:

        def build(*images: SiteImage, **more: Any) -> Bench:
            made = Bench(
                tmp_path, list(images) or [image(f"a/{i}") for i in range(4)], **more
            )
            stack.callback(made.store.close)
            made.propose()
            return made

        yield build


Make = Callable[..., Bench]


def crash(bench: Bench, *images: str) -> None:
    """What a SIGKILL between the journal rows and their settling leaves."""
    with bench.store.snapshot() as conn:
        changes = [
            entry
            for entry in Plan.on(conn, Request()).entries()
            if isinstance(entry, Change) and entry.image in images
        ]
    assert {change.image for change in changes} == set(images)
    with bench.store.write() as tx:
        push = journal.begin_push(tx, "x", len(changes))
        for change in changes:
            journal.intend(tx, push, change, change.patch)


def refuse(bench: Bench, *images: str, error: SourceError | None = None) -> None:
    """The site does not show these images any more."""
    said = error or Rejected("The site refuses this image (403).", status=403)

    def before(step: str, ids: tuple[str, ...]) -> None:
        if step == "fresh" and set(ids) & set(images):
            raise said

    bench.site.before = before


def ledger(bench: Bench) -> list[tuple[Any, ...]]:
    return bench.store.conn.execute(
        "SELECT finished_at IS NOT NULL, applied, error FROM pushes ORDER BY id"
    ).fetchall()


def test_what_cannot_be_read_stays_open(make: Make) -> None:
    """It is said, is not sent again, and the others are."""
    bench = make()
    crash(bench, "a/1", "a/2")
    bench.site.edit("a/2", alt="new a/2")
    refuse(bench, "a/1")
    for push in range(3):
        bench.report.said.clear()
        outcome = bench.push()
        assert (outcome.left_open, outcome.waiting, outcome.failed) == (1, 1, 0)
        assert outcome.applied == (2 if push == 0 else 0)
        said = [line for line in bench.report.said if line.startswith("Left open")]
        assert len(said) == 1
        assert "a/1, of push 1" in said[0]
        assert "The site refuses this image (403)." in said[0]
        assert "altsync settle a/1 --applied (or --not-applied)" in said[0]
    assert sorted(i for i, _ in bench.site.written) == ["a/0", "a/3"]
    assert [s for i, s, _ in bench.journal() if i == "a/1"] == ["intended"]
    with bench.store.read() as conn:
        assert [one.image for one in reports.status(conn).open] == ["a/1"]
    bench.site.before = None
    assert bench.push().applied == 1, "once it can be read, it is settled and sent"
    assert bench.site.now("a/1").alt == "new a/1"


def test_a_refusal_of_all_or_a_site_that_is_down_stops(make: Make) -> None:
    """The rows stay open, nothing is asked about, and the ledger says why."""
    bench = make()
    crash(bench, "a/1", "a/2")
    for error in (Unreachable("The site is down."), LoginFailed("Wrong token.")):

        def before(step: str, ids: tuple[str, ...], error: SourceError = error) -> None:
            raise error

        bench.site.before = before
        bench.site.counts.clear()
        with pytest.raises(type(error)):
            bench.push()
        assert not bench.site.counts
        assert ledger(bench)[-1] == (1, 0, str(error))
    assert [s for _, s, _ in bench.journal()] == ["intended", "intended"]
    with bench.store.read() as conn:
        assert journal.unsettled(conn)


def test_an_error_of_the_configuration_is_about_that_row_too(make: Make) -> None:
    """As where altsync.toml no longer names the field of an image."""
    bench = make()
    crash(bench, "a/1")

    def before(step: str, ids: tuple[str, ...]) -> None:
        if ids == ("a/1",):
            raise UsageError("altsync.toml names no such field.")

    bench.site.before = before
    assert bench.push().applied == 3


def test_nothing_of_the_same_patch_is_sent(make: Make) -> None:
    """One PATCH sets all slots of an entity in one language; another language is
    another PATCH."""
    bench = make(
        image("n/1.en.a", entity="n/1", language="en"),
        image("n/1.en.b", entity="n/1", language="en"),
        image("n/1.nl.a", entity="n/1", language="nl"),
        image("n/2.en.a", entity="n/2", language="en"),
    )
    crash(bench, "n/1.en.a")
    refuse(bench, "n/1.en.a")
    outcome = bench.push()
    assert (outcome.applied, outcome.waiting) == (2, 2)
    assert sorted(i for i, _ in bench.site.written) == ["n/1.nl.a", "n/2.en.a"]


def test_what_a_pull_saw_arrive_needs_no_reading(make: Make) -> None:
    bench = make()
    crash(bench, "a/1")
    bench.site.edit("a/1", alt="new a/1")
    bench.pull()
    refuse(bench, "a/1")
    assert bench.push().left_open == 0
    assert bench.journal()[0][1] == "applied"


@pytest.mark.parametrize("form", ["NFD", "trimmed"])
def test_what_a_pull_saw_in_another_form_had_arrived(make: Make, form: str) -> None:
    """The site decomposed it, or took its blanks: what a person did afterwards stays."""
    bench = make(image("a/1"))
    bench.propose(text=" cafe\u0301" if form == "trimmed" else "caf\u00e9")
    crash(bench, "a/1")
    bench.site.edit("a/1", alt="cafe\u0301 a/1")
    bench.pull()
    bench.site.edit("a/1", alt="")  # a person removes it: base again, yet it was done
    with pytest.raises(UsageError, match="Say --applied"):
        by_hand(bench.store, "a/1", applied=False, by="ann")
    bench.push()
    assert not bench.site.written
    assert bench.journal()[0][1] == "applied"
    bench.pull()
    assert bench.state("a/1") == "cleared"


def test_an_open_image_that_left_the_mirror_blocks_nothing(make: Make) -> None:
    bench = make()
    crash(bench, "a/1")
    with bench.store.snapshot() as conn:
        plan = Plan.on(conn, Request())
        forget(bench, "a/1")
        outcome = bench.send(plan)
    assert (outcome.applied, outcome.left_open) == (3, 1)
    assert outcome.failed == 1
    assert any("not in the mirror any more" in line for line in bench.report.said)
    by_hand(bench.store, "a/1", applied=True, by="ann")
    assert [s for i, s, _ in bench.journal() if i == "a/1"] == ["applied"]


def forget(bench: Bench, image_id: str) -> None:
    """An image is gone from the mirror, as another program or an import may have it."""
    conn = bench.store.conn
    conn.execute("PRAGMA foreign_keys=off")
    conn.execute("DELETE FROM images WHERE id = ?", (image_id,))
    conn.execute("PRAGMA foreign_keys=on")


def test_a_long_list_of_open_rows_is_counted(make: Make) -> None:
    bench = make(*[image(f"a/{i:02}") for i in range(14)])
    ids = [f"a/{i:02}" for i in range(13)]
    crash(bench, *ids)
    refuse(bench, *ids)
    assert bench.push().applied == 1
    named = [line for line in bench.report.said if line.startswith("Left open")]
    assert len(named) == 10
    assert bench.report.said[10].startswith("13 changes of earlier pushes stay open")


def test_stopped_while_recovering_leaves_the_rows(make: Make) -> None:
    bench = make()
    crash(bench, "a/1", "a/2")
    refuse(bench, "a/1", error=Interrupted("Stopped."))  # type: ignore[arg-type]
    done = recover(Context(bench.site, bench.store, bench.report))
    assert (done.settled, [row.image for row in done.left]) == (0, ["a/1", "a/2"])
    assert not bench.report.said


def test_interrupted_between_two_languages_sends_no_further_one(make: Make) -> None:
    bench = make(
        image("n/1.en", entity="n/1", language="en"),
        image("n/1.nl", entity="n/1", language="nl"),
    )
    refuse(bench, "n/1.en", error=Interrupted("Stopped."))  # type: ignore[arg-type]
    bench.site.counts.clear()
    bench.push()
    assert not bench.site.counts
    assert not bench.site.written


def test_a_database_that_cannot_be_written_leaves_no_row_open_for_long(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no matter of one image: the push ends with it, though the ledger cannot say
    so; the next one goes on."""
    bench = make()
    crash(bench, "a/1")
    monkeypatch.setattr("altsync.store.store.TIMEOUT", 0.2)
    with contextlib.ExitStack() as stack:

        def before(step: str, ids: tuple[str, ...]) -> None:
            if step == "fresh":
                stack.enter_context(held(bench.store.path))

        bench.site.before = before
        with pytest.raises(Locked):
            bench.push()
    bench.site.before = None
    assert not bench.report.said
    assert bench.push().applied == 4


# How a push ends in the ledger.


def test_a_recovered_change_of_the_plan_had_arrived(make: Make) -> None:
    """It is not one that was taken back."""
    bench = make()
    crash(bench, "a/1")
    bench.site.edit("a/1", alt="new a/1")
    outcome = bench.push()
    assert outcome == Pushed(push_id=2, applied=3, arrived=1, recovered=1)


class Broken(Exception):
    """An error that nobody expected."""


@pytest.mark.parametrize(
    ("step", "error", "said"),
    [
        ("write", Broken("secret words"), "Broken"),
        ("fresh", Broken("secret words"), "Broken"),
        ("fresh", KeyboardInterrupt(), "KeyboardInterrupt"),
        ("check", OSError("No space left on device"), "OSError"),
    ],
)
def test_a_push_that_dies_is_closed_with_its_error(
    make: Make, step: str, error: BaseException, said: str
) -> None:
    bench = make()
    crash(bench, "a/0")

    def before(at: str, ids: tuple[str, ...]) -> None:
        if at == step and (step == "check" or "a/2" in ids):
            raise error

    bench.site.before = before
    with pytest.raises(type(error)):
        bench.push(threads=1)
    closed, applied, why = ledger(bench)[-1]
    assert (closed, why) == (1, said)
    assert applied == len(bench.site.written), "what arrived is counted"


def test_what_is_in_flight_when_a_worker_dies_is_counted(make: Make) -> None:
    bench = make(*[image(f"a/{i:02}") for i in range(90)])

    def before(step: str, ids: tuple[str, ...]) -> None:
        if step == "write" and ids == ("a/03",):
            raise Broken
        time.sleep(0.005)

    bench.site.before = before
    with pytest.raises(Broken):
        bench.push(threads=4)
    assert 0 < len(bench.site.written) < 80
    assert ledger(bench)[-1] == (1, len(bench.site.written), "Broken")


# By hand.


def test_applied_by_hand_is_ours_at_the_next_pull(make: Make) -> None:
    bench = make(image("a/1", has_label=True), image("a/2", has_label=True))
    crash(bench, "a/1")
    bench.site.edit("a/1", alt="new a/1", label=Label.AI)
    (row,) = by_hand(bench.store, "a/1", applied=True, by="ann")
    assert (row.image, row.push) == ("a/1", 1)
    assert bench.journal() == [
        ("a/1", "applied", "settled by hand: applied, says ann"),
    ]
    now = mirror.named(bench.store.conn, ["a/1"])[0]
    assert (now.image.alt, now.image.label, now.origin) == (
        "new a/1",
        Label.AI,
        Origin.AI,
    )
    before = count(bench)
    bench.pull()
    assert count(bench) == before, "nothing drifted"
    assert bench.state("a/1") == "ai"
    assert [c.image for c in bench.changes()] == ["a/2"]


def count(bench: Bench) -> int:
    return int(
        bench.store.conn.execute("SELECT count(*) FROM observations").fetchone()[0]
    )


def test_not_applied_by_hand_is_open_again_and_overwrites_nothing(make: Make) -> None:
    bench = make(image("a/1"))
    crash(bench, "a/1")
    by_hand(bench.store, "a/1", applied=False, by="ann")
    assert bench.journal()[0][1:] == (
        "failed",
        "settled by hand: not applied, says ann",
    )
    assert bench.state("a/1") == "approved"
    bench.site.edit("a/1", alt="a person's")
    assert bench.push().conflicts == 1
    assert bench.site.now("a/1").alt == "a person's"
    bench.site.edit("a/1", alt="")
    assert bench.push().applied == 1


def test_applied_by_hand_where_a_pull_saw_another_text_since(make: Make) -> None:
    """The mirror is newer than what was sent: it stays."""
    bench = make(image("a/1"))
    crash(bench, "a/1")
    bench.site.edit("a/1", alt="a person's")
    bench.pull()
    by_hand(bench.store, "a/1", applied=True, by="ann")
    now = mirror.named(bench.store.conn, ["a/1"])[0]
    assert (now.image.alt, now.origin) == ("a person's", Origin.HUMAN)
    assert not bench.changes()


def test_not_applied_is_refused_where_a_pull_saw_the_text(make: Make) -> None:
    """Else a text that a person removed afterwards would be sent again."""
    bench = make(image("a/1"))
    crash(bench, "a/1")
    bench.site.edit("a/1", alt="new a/1")
    bench.pull()
    with pytest.raises(UsageError, match="Say --applied"):
        by_hand(bench.store, "a/1", applied=False, by="ann")
    assert bench.journal()[0][1] == "intended"
    by_hand(bench.store, "a/1", applied=True, by="ann")
    bench.site.edit("a/1", alt="")
    bench.pull()
    assert bench.state("a/1") == "cleared"


@pytest.mark.parametrize("applied", [True, False])
def test_several_open_rows_of_one_image_are_settled_together(
    make: Make, applied: bool
) -> None:
    bench = make(image("a/1"), image("a/2"))
    crash(bench, "a/1")
    crash(bench, "a/1", "a/2")
    assert len(by_hand(bench.store, "a/1", applied=applied, by="ann")) == 2
    with bench.store.read() as conn:
        assert [row.image for row in journal.open_intents(conn)] == ["a/2"]
    assert bench.state("a/1") == ("ai" if applied else "approved")


def test_what_is_gone_from_the_site_can_be_settled(make: Make) -> None:
    bench = make(image("a/1"), *[image(f"b/{i}") for i in range(20)])
    crash(bench, "a/1")
    bench.site.remove("a/1")
    bench.pull()
    assert bench.state("a/1") == "gone"
    refuse(bench, "a/1")
    assert bench.push().left_open == 1
    by_hand(bench.store, "a/1", applied=False, by="ann")
    assert bench.state("a/1") == "gone"
    with Plan.of(bench.store, Request()) as plan:
        assert nothing_to_do(bench.store, plan)


def test_only_what_is_open_can_be_settled(make: Make) -> None:
    bench = make()
    crash(bench, "a/1")
    with pytest.raises(UnknownImage):
        by_hand(bench.store, "a/9", applied=True, by="ann")
    with pytest.raises(UsageError, match="No change of a/2 is open"):
        by_hand(bench.store, "a/2", applied=True, by="ann")
    with bench.store.alone("push"), pytest.raises(StoreError, match="Another push"):
        by_hand(bench.store, "a/1", applied=True, by="ann")
    assert [s for _, s, _ in bench.journal()] == ["intended"]


def test_a_revert_by_hand_says_whose_words_came_back(make: Make) -> None:
    bench = make(image("a/1", "A person's."))
    crash_a_revert(bench)
    bench.site.edit("a/1", alt="A person's.")
    by_hand(bench.store, "a/1", applied=True, by="ann")
    now = mirror.named(bench.store.conn, ["a/1"])[0]
    assert (now.image.alt, now.origin) == ("A person's.", Origin.HUMAN)


def crash_a_revert(bench: Bench) -> None:
    from altsync.models import Selection
    from altsync.plan import Permissions

    with Plan.of(bench.store, Request(permissions=Permissions(True))) as plan:
        assert bench.send(plan).applied == 1
    back = Request(Selection(reverts=("1",), by="ann"))
    with bench.store.snapshot() as conn:
        (change,) = Plan.on(conn, back).changes()
    with bench.store.write() as tx:
        push = journal.begin_push(tx, "x", 1)
        journal.intend(tx, push, change, change.patch)


def test_every_error_of_ours_leaves_the_row(make: Make) -> None:
    bench = make()
    crash(bench, "a/1")
    refuse(bench, "a/1", error=AltsyncError("Odd."))  # type: ignore[arg-type]
    assert bench.push().left_open == 1
