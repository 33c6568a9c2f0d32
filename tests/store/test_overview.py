"""What the dashboard shows besides the funnel."""

from __future__ import annotations

from pathlib import Path

import yaml

from altsync.models import Decision, Origin, Verdict
from altsync.store import journal, ledger, overview, page_runs, pulls
from altsync.store.ledger import NewFailure
from altsync.store.overview import Album, ModelCost, Run
from tests.in_texts import EVERY
from tests.scene import image
from tests.store.conftest import Shelf


def test_albums_with_most_to_do_come_first(shelf: Shelf) -> None:
    shelf.pull(
        image("a/1", "A person's."),
        image("b/1", ""),
        image("b/2", None),
        image("b/3", ""),
        image("b/4", "Text."),
        image("c/1", ""),
        image("d/1", ""),
    )
    shelf.propose("b/1", "Waits.")
    shelf.approve("b/2", "", base=None)
    shelf.approve("c/1", "", decision=Decision.DECORATIVE)
    shelf.pull(
        image("a/1", "A person's."),
        image("b/1", ""),
        image("b/2", None),
        image("b/3", ""),
        image("b/4", "Text."),
        image("c/1", ""),
    )
    with shelf.store.read() as conn:
        found = overview.albums(conn)
    assert found == [
        Album("b", images=4, covered=1, waiting=1, approved=1),
        Album("a", images=1, covered=1, waiting=0, approved=0),
        Album("c", images=1, covered=1, waiting=0, approved=0),
    ]
    assert [one.open for one in found] == [3, 0, 0]


def test_an_album_of_a_text_field_is_told_from_one_of_an_image_field(
    shelf: Shelf,
) -> None:
    shelf.pull(*EVERY)
    with shelf.store.read() as conn:
        told = {one.name: one.in_text for one in overview.albums(conn)}
    assert told == {
        "media--image.field_media_image": False,
        "node--page.body": True,
        "node--page.field_image": False,
    }


def test_datasettes_query_says_of_albums_what_the_overview_says(shelf: Shelf) -> None:
    """Media that show their own text are no part of the coverage."""
    shelf.pull(*EVERY)
    file = Path(__file__).parents[2] / "metadata.yml"
    named = yaml.safe_load(file.read_text("utf-8"))["databases"]["altsync"]["queries"]
    with shelf.store.read() as conn:
        shown = {one.name: one.images for one in overview.albums(conn)}
        rows = list(conn.execute(named["coverage_by_album"]["sql"]))
    assert {name: images for name, images, *_ in rows} == shown
    assert shown["node--page.body"] == 2


def test_what_each_model_cost_the_dearest_first(two: Shelf) -> None:
    first = two.propose("a/1", "One.", model="m", cost_usd=0.5, duration_ms=100)
    second = two.propose("a/1", "Two.", model="m", cost_usd=None, duration_ms=300)
    two.propose("a/1", "Reused.", model="m", cost_usd=0.0, reused_from=first)
    third = two.propose("a/2", "Three.", model="dear", cost_usd=9.0, duration_ms=7)
    two.propose("a/2", "Free.", model="free")
    two.propose("a/2", "A person's.", model="m", origin=Origin.HUMAN, cost_usd=99.0)
    two.propose("a/2", "No model.", model=None)
    two.judge(first)
    two.judge(second, Verdict.REJECTED)
    two.judge(third, Verdict.REJECTED)
    two.judge(third, Verdict.WITHDRAWN)
    with two.store.write() as tx:
        run = ledger.begin(tx, "[]", "{}")
        ledger.fail(tx, NewFailure("a/1", "why", "m", run, cost_usd=0.25))
        ledger.fail(tx, NewFailure("a/1", "no picture", None, run))
        ledger.fail(tx, NewFailure("a/1", "why", "only failed", run))
        pulls.fail(tx, "a/1", "push", "why", model="m")
    with two.store.read() as conn:
        found = overview.spent(conn)
    assert found == [
        ModelCost("dear", 1, 9.0, 0, 7, approved=0, rejected=0),
        ModelCost("m", 2, 0.75, 1, 200, approved=1, rejected=1),
        ModelCost("free", 1, None, 1, None, approved=0, rejected=0),
        ModelCost("only failed", 0, None, 1, None, approved=0, rejected=0),
    ]


def test_what_was_paid_counts_anew_with_whatever_changes_it(two: Shelf) -> None:
    """Not with a verdict, after which the overview is asked for most."""

    def up_to() -> object:
        with two.store.read() as conn:
            return overview.paid_up_to(conn)

    before = up_to()
    number = two.propose("a/1", "One.", model="m", cost_usd=0.5)
    proposed = up_to()
    assert proposed != before
    two.judge(number)
    assert up_to() == proposed
    with two.store.write() as tx:
        run = ledger.begin(tx, "[]", "{}")
        ledger.fail(tx, NewFailure("a/1", "why", "m", run, cost_usd=0.25))
    failed = up_to()
    assert failed != proposed
    with two.store.write() as tx:
        tx.execute("INSERT INTO prices VALUES ('m', 1.0, 2.0, '2026-01-01')")
    assert up_to() != failed


def test_the_last_verify(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        assert overview.last_verify(tx) is None
        run, _ = page_runs.begin(tx, "verify", "")
        page_runs.met(tx, run, "u/a", "read")
        page_runs.end(tx, run)
        page_runs.begin(tx, "pages", "")
        found = overview.last_verify(tx)
    began, ended = shelf.one(
        "SELECT started_at, finished_at FROM page_runs WHERE id = 1"
    )
    assert found == Run(run, began, ended, counts={"read": 1}, error=None)


def test_the_last_pull_and_the_last_push(shelf: Shelf) -> None:
    with shelf.store.read() as conn:
        assert overview.last_pull(conn) is None
        assert overview.last_push(conn) is None
    counts = {
        "listed": 11,
        "new": 12,
        "changed": 13,
        "returned": 14,
        "gone": 15,
        "hidden": 17,
        "failed": 16,
    }
    with shelf.store.write() as tx:
        pulls.begin(tx, "full")
        pull = pulls.begin(tx, "full")
        pulls.end(tx, pull, complete=True, error="why", counts=counts)
        journal.begin_push(tx, "x", 9)
        push = journal.begin_push(tx, "x", 7)
        journal.end_push(tx, push, 4, 5, 6, None)
    times = "SELECT started_at, finished_at FROM {} WHERE id = ?"
    pull_began, pull_ended = shelf.one(times.format("pulls"), (pull,))
    push_began, push_ended = shelf.one(times.format("pushes"), (push,))
    sent = {"planned": 7, "applied": 4, "conflicts": 5, "failed": 6}
    with shelf.store.read() as conn:
        last = overview.last_pull(conn), overview.last_push(conn)
    assert last == (
        Run(pull, pull_began, pull_ended, counts=counts, error="why"),
        Run(push, push_began, push_ended, counts=sent, error=None),
    )
