"""The ledger of pulls: what a listing named, what is gone, and where the next begins."""

from __future__ import annotations

import pytest

from altsync.models import Drift, DriftKind
from altsync.store import pulls
from tests.scene import image
from tests.store.conftest import Shelf


def test_what_a_listing_names_twice_is_named_once(two: Shelf) -> None:
    with two.store.write() as tx:
        pulls.begin(tx, "full")
        assert pulls.see(tx, ["a/1", "a/2", "a/1"]) == ["a/1", "a/2"]
        assert pulls.see(tx, ["a/2", "a/3"]) == ["a/3"]
        pulls.begin(tx, "full")
        assert pulls.see(tx, ["a/2"]) == ["a/2"], "each pull begins anew"


def test_only_what_a_listing_did_not_name_is_gone_and_only_once(shelf: Shelf) -> None:
    shelf.pull(*(image(f"a/{n}", f"Text {n}.") for n in range(1, 4)))
    with shelf.store.write() as tx:
        pulls.begin(tx, "full")
        pulls.see(tx, ["a/1", "a/3"])
        assert pulls.unseen(tx) == (1, 3)
        assert pulls.mark_gone(tx) == [Drift("a/2", DriftKind.GONE, "Text 2.")]
    gone = shelf.all("SELECT id, gone_at FROM images WHERE gone_at IS NOT NULL")
    assert [name for name, _ in gone] == ["a/2"]
    with shelf.store.write() as tx:
        pulls.begin(tx, "full")
        pulls.see(tx, ["a/1", "a/3"])
        assert pulls.unseen(tx) == (0, 2), "what is gone is missed no more"
        assert pulls.mark_gone(tx) == []
    assert (
        shelf.all("SELECT id, gone_at FROM images WHERE gone_at IS NOT NULL") == gone
    ), "and keeps the moment when it went"


def test_what_the_listing_may_not_show_is_not_gone(shelf: Shelf) -> None:
    shelf.pull(
        image("a/1", entity="node/1"),
        image("a/2", entity="node/1"),
        image("a/3", entity="node/2"),
        image("a/4", entity="node/3"),
    )
    with shelf.store.write() as tx:
        pulls.begin(tx, "full")
        pulls.see(tx, ["a/4"])
        pulls.see_hidden(tx, {"node/1", "node/9"})
        assert [one.image for one in pulls.mark_gone(tx)] == ["a/3"]


COUNTS = {
    "listed": 11,
    "new": 12,
    "changed": 13,
    "returned": 14,
    "gone": 15,
    "failed": 16,
}


@pytest.mark.parametrize(("complete", "kind"), [(True, "full"), (False, "incremental")])
def test_a_pull_has_one_row_in_its_ledger(
    shelf: Shelf, complete: bool, kind: str
) -> None:
    with shelf.store.write() as tx:
        other = pulls.begin(tx, "full")
        pull = pulls.begin(tx, "incremental")
        pulls.end(tx, pull, complete=complete, error="why", counts=COUNTS)
    assert shelf.one(
        "SELECT kind, complete, error, listed, new, changed, returned, gone, failed,"
        " finished_at >= started_at FROM pulls WHERE id = ?",
        (pull,),
    ) == (kind, int(complete), "why", 11, 12, 13, 14, 15, 16, 1)
    assert shelf.one(
        "SELECT kind, finished_at, listed FROM pulls WHERE id = ?", (other,)
    ) == ("full", None, 0)


def test_where_the_next_pull_begins(shelf: Shelf) -> None:
    """A pull that ended in an error, or read not everything, is no place to go on
    from."""

    def last() -> tuple[str | None, str | None]:
        with shelf.store.read() as conn:
            return pulls.last_complete(conn), pulls.last_good(conn)

    assert last() == (None, None)
    with shelf.store.write() as tx:
        tx.executemany(
            "INSERT INTO pulls (id, kind, started_at, finished_at, complete, error,"
            " failed) VALUES (?, 'full', ?, ?, ?, ?, ?)",
            [
                (1, "first", "x", 1, None, 0),
                (2, "second", "x", 1, None, 3),
                (3, "third", "x", 0, None, 0),
                (4, "fourth", "x", 1, "broke", 0),
                (5, "fifth", None, 0, None, 0),
                (6, "sixth", "x", 0, None, 2),
            ],
        )
    assert last() == ("second", "third")


def test_a_failure_is_noted(two: Shelf) -> None:
    with two.store.write() as tx:
        pulls.fail(tx, "a/1", "generate", "why", 3, "m")
        pulls.fail(tx, None, "pull", "broke off")
    assert two.all(
        "SELECT image_id, stage, error, attempt, model FROM failures ORDER BY id"
    ) == [("a/1", "generate", "why", 3, "m"), (None, "pull", "broke off", 1, None)]
