"""What a pull found out about what it does not see, as the store keeps it."""

from __future__ import annotations

from altsync.models import Unseen, UnseenKind
from altsync.store import pulls, unseen
from altsync.store.store import Store
from tests.store.conftest import Shelf

FACTS = (
    Unseen(UnseenKind.IN_TEXT, "<img> in node--page.body", 12, 5, at_least=True),
    Unseen(UnseenKind.UNREADABLE, "node--secret", None),
)


def pulled(store: Store, *facts: Unseen) -> int:
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
    pulled(store, FACTS[1])
    number = pulled(store, *FACTS)
    pulled(store)  # an incremental one asks nothing
    with store.read() as conn:
        when, facts = unseen.last(conn)
        (ended,) = conn.execute(
            "SELECT finished_at FROM pulls WHERE id = ?", (number,)
        ).fetchone()
    assert facts == FACTS
    assert when == ended
