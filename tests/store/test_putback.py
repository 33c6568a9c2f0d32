"""What was sent since the last pull, and where images of unknown places stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from altsync.models import DriftKind, OutOfReach
from altsync.store import mirror, pulls, putback
from tests.scene import image
from tests.store.conftest import Shelf


def sent(shelf: Shelf, *names: str) -> None:
    for name in names:
        shelf.apply(name, shelf.approve(name, f"Of {name}.", model="m"), f"Of {name}.")


def written(shelf: Shelf) -> list[str]:
    """What a pull that begins now has to read again."""
    with shelf.store.write() as tx:
        number = pulls.begin(tx, "full")
        return [one.id for one in putback.written_since(tx, number)]


def test_what_was_sent_since_a_pull_came_to_its_end_is_read_again(shelf: Shelf) -> None:
    shelf.pull(image("a/one"), image("a/two"))
    sent(shelf, "a/two")
    assert written(shelf) == ["a/two"]
    assert written(shelf) == ["a/two"], "the pull before was cut short"
    shelf.pull(image("a/one"), image("a/two", "Of a/two."))
    assert written(shelf) == []
    sent(shelf, "a/one")
    assert written(shelf) == ["a/one"]


def test_what_is_gone_or_out_of_reach_is_not_read_again(shelf: Shelf) -> None:
    shelf.pull(image("a/one"), image("a/two"), image("a/three"))
    sent(shelf, "a/one", "a/two", "a/three")
    with shelf.store.write() as tx:
        pulls.mark_gone(tx, ["a/one"])
        pulls.put_out_of_reach(tx, ["a/two"], OutOfReach.HIDDEN)
    assert written(shelf) == ["a/three"]


def drifts(shelf: Shelf, alt: str | None) -> list[tuple[DriftKind, bool]]:
    with shelf.store.write() as tx:
        number = pulls.begin(tx, "full")
        drift = mirror.save(tx, number, [image("a/one", alt)])
    return [(one.kind, one.put_back) for one in drift]


@pytest.mark.parametrize(
    ("before", "now", "back"),
    [
        ("", "", True),
        ("", None, True),
        (None, "", True),
        ("Old words.", "Old  words.", True),
        ("Old words.", "", False),
        ("", "New words.", False),
        ("", "\xa0", False),
        ("\xa0", "\xa0", True),
    ],
)
def test_what_stood_there_before_is_put_back_and_nothing_else(
    shelf: Shelf, before: str | None, now: str | None, *, back: bool
) -> None:
    shelf.pull(image("a/one", before))
    number = shelf.approve("a/one", "Of a/one.", base=before, model="m")
    shelf.apply("a/one", number, "Of a/one.", base=before)
    with shelf.store.read() as conn:
        found = putback.put_back(conn, [image("a/one", now), image("a/new", now)])
    assert [one.id for one in found] == ["a/one"] * back
    assert drifts(shelf, now) == [(DriftKind.CHANGED, back)]


def test_only_the_text_that_was_sent_last_is_put_back(shelf: Shelf) -> None:
    """A person's words came between: what follows them is a person's work."""
    shelf.pull(image("a/one"))
    sent(shelf, "a/one")
    assert drifts(shelf, "Mine.") == [(DriftKind.CHANGED, False)]
    assert drifts(shelf, "") == [(DriftKind.CHANGED, False)]


def test_nothing_is_put_back_where_nothing_was_sent(shelf: Shelf) -> None:
    shelf.pull(image("a/one"))
    assert drifts(shelf, "Mine.") == [(DriftKind.CHANGED, False)]


def test_where_nobody_can_tell_where_an_image_stands_it_stands_as_before(
    shelf: Shelf,
) -> None:
    page: dict[str, Any] = {"page_url": "/a", "page_title": "A", "page_text": "Words."}
    known = [
        image("a/unused", out_of_reach=OutOfReach.UNUSED),
        image("a/hidden", out_of_reach=OutOfReach.HIDDEN),
        image("a/placed", **page, raw='{"page": "node/1", "alt": "old"}'),
    ]
    shelf.pull(*known)
    ids = [one.id for one in known]
    seen = [image(one, "now", raw='{"alt": "now"}') for one in [*ids, "a/new"]]
    with shelf.store.read() as conn:
        kept = list(putback.as_known(conn, seen, [*ids, "a/new"]))
        decided = list(putback.as_known(conn, seen, []))
        waits = list(putback.as_known(conn, seen, ["a/new"], new=False))
    assert kept == [
        replace(seen[0], out_of_reach=OutOfReach.UNUSED),
        seen[1],
        replace(seen[2], **page, raw='{"page": "node/1", "alt": "now"}'),
        seen[3],
    ]
    assert decided == seen
    assert waits == seen[:3]
