"""The ledger of pulls: what a listing named, what is gone, and where the next begins."""

from __future__ import annotations

import pytest

from altsync.models import Drift, DriftKind, OutOfReach
from altsync.store import mirror, pulls
from altsync.store.pulls import Unlisted
from tests.scene import image
from tests.store.conftest import Shelf

NONE = dict.fromkeys(
    ("listed", "new", "changed", "returned", "gone", "hidden", "failed"), 0
)


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
        assert pulls.unlisted(tx) == [Unlisted("a/2", None, "a", None, False, ["a/2"])]
        assert pulls.there(tx) == 3
        assert pulls.mark_gone(tx, ["a/2"]) == [Drift("a/2", DriftKind.GONE, "Text 2.")]
    gone = shelf.all("SELECT id, gone_at FROM images WHERE gone_at IS NOT NULL")
    assert [name for name, _ in gone] == ["a/2"]
    with shelf.store.write() as tx:
        pulls.begin(tx, "full")
        pulls.see(tx, ["a/1", "a/3"])
        assert pulls.unlisted(tx) == [], "what is gone is missed no more"
        assert pulls.there(tx) == 2
        assert pulls.mark_gone(tx, ["a/2"]) == []
    assert (
        shelf.all("SELECT id, gone_at FROM images WHERE gone_at IS NOT NULL") == gone
    ), "and keeps the moment when it went"


def test_what_the_listing_may_not_show_is_hidden(shelf: Shelf) -> None:
    """An entity in a language; what it shows of it all the same is in reach."""
    images = [
        image("a/1", "One.", entity="node/1"),
        image("a/2", entity="node/1"),
        image("a/3", entity="node/1", language="nl"),
        image("a/4", entity="node/2"),
    ]
    shelf.pull(*images)
    with shelf.store.write() as tx:
        pulls.begin(tx, "full")
        pulls.see(tx, ["a/2"])
        hidden = pulls.hide(tx, {("node/1", None), ("node/9", None)})
        assert hidden == [Drift("a/1", DriftKind.HIDDEN, "One.")]
        left = [(one.ids, one.language) for one in pulls.unlisted(tx)]
        assert left == [(["a/3"], "nl"), (["a/4"], None)]
    states = [shelf.state(one.id) for one in images]
    assert states == ["hidden", "missing", "missing", "missing"]
    with shelf.store.write() as tx:
        pull = pulls.begin(tx, "full")
        pulls.see(tx, ["a/2"])
        assert pulls.hide(tx, {("node/1", None)}) == [], "told once"
        drift = mirror.save(tx, pull, images[:1])
    assert [one.kind for one in drift] == [DriftKind.RETURNED]
    assert shelf.state("a/1") == "human"


def test_what_is_gone_is_not_put_out_of_reach(shelf: Shelf) -> None:
    shelf.pull(image("a/1"), image("a/2"))
    shelf.pull(image("a/2"))
    with shelf.store.write() as tx:
        pulls.begin(tx, "full")
        put = pulls.put_out_of_reach(tx, ["a/1", "a/2"], OutOfReach.LEFT_OUT)
        assert put == [], "nothing happened on the site"
        assert pulls.there(tx) == 0
    assert [shelf.state("a/1"), shelf.state("a/2")] == ["gone", "left-out"]


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


def test_a_pull_that_was_cut_short_may_have_read_by_its_settings(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        assert pulls.readings(tx) == []
        for reading, error in (("a", "cut"), ("b", None), ("c", "cut"), ("d", None)):
            number = pulls.begin(tx, "full", reading)
            pulls.end(tx, number, complete=True, error=error, counts=NONE)
        assert pulls.readings(tx) == ["d"]
        pulls.end(tx, number, complete=True, error="cut", counts=NONE)
        assert pulls.readings(tx) == ["b", "c", "d"]
