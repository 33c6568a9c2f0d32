"""Ids that differ only in case: found among what a pull saw, kept, forgotten."""

from __future__ import annotations

from altsync.store import journal, namesakes
from tests.scene import image
from tests.store.conftest import Shelf


def pulled(shelf: Shelf, *ids: str) -> list[list[str]]:
    shelf.pull(*[image(one, "") for one in ids])
    with shelf.store.write() as tx:
        return namesakes.groups(tx, 10)


def test_only_ids_that_differ_in_nothing_but_case(shelf: Shelf) -> None:
    found = pulled(
        shelf,
        "a/DSC_1",
        "a/dsc_1",
        "A/dsc_1",
        "a/DSC_2",
        "b/plain",
        "b/Straße",
        "b/STRASSE",
        "b/É",
        "b/e\u0301",
        "c/ß",
    )
    assert found == [
        ["A/dsc_1", "a/DSC_1", "a/dsc_1"],
        ["b/STRASSE", "b/Straße"],
        ["b/e\u0301", "b/É"],
    ]


def test_what_is_gone_or_was_not_seen_is_no_namesake(shelf: Shelf) -> None:
    pulled(shelf, "a/X", "a/x")
    assert pulled(shelf, "a/X") == []
    assert pulled(shelf, "a/x") == []


def test_an_id_that_was_listed_and_not_read_is_none(shelf: Shelf) -> None:
    from altsync.store import pulls

    shelf.pull(image("a/x", ""))
    with shelf.store.write() as tx:
        pulls.begin(tx, "full")
        pulls.see(tx, ["a/x", "a/X"])
        assert namesakes.groups(tx, 10) == []
        assert namesakes.keep(tx) == 0


def test_the_plan_names_what_the_site_takes_for_the_same(shelf: Shelf) -> None:
    pulled(shelf, "a/X", "a/x", "b/y")
    for one in ("a/X", "a/x", "b/y"):
        shelf.judge(shelf.propose(one, f"text of {one}"))
    with shelf.store.write() as tx:
        assert namesakes.keep(tx) == 2
        assert namesakes.keep(tx) == 2, "twice is once"
    assert plan(shelf) == {"a/X": "a/x", "a/x": "a/X", "b/y": None}
    with shelf.store.write() as tx:
        namesakes.forget(tx)
    assert plan(shelf) == {"a/X": None, "a/x": None, "b/y": None}


def plan(shelf: Shelf) -> dict[str, str | None]:
    with shelf.store.read() as conn:
        return {row.image: row.namesakes for row in journal.plan_rows(conn)}


def test_groups_are_found_by_an_index(shelf: Shelf) -> None:
    pulled(shelf, "a/X", "a/x")
    with shelf.store.write() as tx:
        steps = [
            row[3]
            for row in tx.execute(f"EXPLAIN QUERY PLAN {namesakes._GROUPS}", (3,))
        ]
    assert not [step for step in steps if step.startswith(("SCAN i", "SCAN s "))]
