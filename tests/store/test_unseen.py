"""What a pull found out about what it does not see, as the store keeps it."""

from __future__ import annotations

from collections.abc import Sequence

from altsync.models import Unseen, UnseenKind
from altsync.store import pulls, unseen
from altsync.store.store import Store
from tests.store.conftest import Shelf

FACTS = (
    Unseen(UnseenKind.IN_TEXT, "<img> in node--page.body", 12, 5, at_least=True),
    Unseen(UnseenKind.UNREADABLE, "node--secret", None),
)


def pulled(store: Store, facts: Sequence[Unseen] | None) -> int:
    with store.write() as tx:
        number = pulls.begin(tx, "full")
        pulls.end(tx, number, complete=True, error=None, counts=COUNTS)
        unseen.keep(tx, number, facts)
    return number


COUNTS = dict.fromkeys(("listed", "new", "changed", "returned", "gone", "failed"), 0)


def test_the_facts_of_the_last_pull_that_asked(shelf: Shelf) -> None:
    store = shelf.store
    with store.read() as conn:
        assert unseen.last(conn) == (None, ())
    pulled(store, FACTS[1:])
    number = pulled(store, FACTS)
    pulled(store, None)  # an incremental one asks nothing
    with store.read() as conn:
        when, facts = unseen.last(conn)
        (ended,) = conn.execute(
            "SELECT finished_at FROM pulls WHERE id = ?", (number,)
        ).fetchone()
    assert facts == FACTS
    assert when == ended


def test_what_is_seen_by_now_is_no_news_of_an_older_pull(shelf: Shelf) -> None:
    pulled(shelf.store, FACTS)
    number = pulled(shelf.store, ())
    with shelf.store.read() as conn:
        when, facts = unseen.last(conn)
        (ended,) = conn.execute(
            "SELECT finished_at FROM pulls WHERE id = ?", (number,)
        ).fetchone()
    assert (when, facts) == (ended, ())
