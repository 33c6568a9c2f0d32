"""A mirror without a site: what a test needs, put there by the store's own functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from altsync.models import (
    Change,
    Flat,
    NewCandidate,
    Origin,
    PushStatus,
    Scope,
    SiteImage,
    Verdict,
)
from altsync.store import candidates, journal, mirror, pulls
from altsync.store.store import Store
from tests.scene import image


@dataclass
class Shelf:
    """A store, and one line for each thing that can happen to an image."""

    store: Store

    def pull(self, *images: SiteImage) -> int:
        """A pull that names these and nothing else. Returns its number."""
        with self.store.write() as tx:
            pull = pulls.begin(tx, "full")
            pulls.see(tx, [one.id for one in images])
            mirror.save(tx, pull, images)
            lost = [one for group in pulls.unlisted(tx) for one in group.ids]
            pulls.mark_gone(tx, lost)
            counts = dict.fromkeys(
                ("listed", "new", "changed", "returned", "gone", "failed"), 0
            )
            pulls.end(tx, pull, complete=True, error=None, counts=counts)
        return pull

    def propose(
        self, image_id: str, alt: str, base: str | None = "", **fields: Any
    ) -> int:
        """A candidate that nobody has judged yet."""
        values = {"origin": Origin.AI, **fields}
        with self.store.write() as tx:
            return candidates.add(tx, NewCandidate(image_id, base, alt, **values))

    def judge(
        self,
        candidate: int,
        verdict: Verdict = Verdict.APPROVED,
        by: str = "anna",
        scope: Scope = Scope.ONE,
        **said: Any,
    ) -> int:
        """A verdict. Returns its number."""
        with self.store.write() as tx:
            return candidates.judge(tx, candidate, verdict, by, scope, **said)

    def approve(
        self, image_id: str, alt: str, base: str | None = "", **fields: Any
    ) -> int:
        """A candidate that was approved at once."""
        candidate = self.propose(image_id, alt, base, **fields)
        self.judge(candidate)
        return candidate

    def begin_push(self) -> int:
        """Its number."""
        with self.store.write() as tx:
            return journal.begin_push(tx, "abc", 1, "otto")

    def intend(
        self,
        push: int,
        image_id: str,
        candidate: int | None,
        new: str,
        base: str | None = "",
    ) -> int:
        """A journal row before its PATCH; its number."""
        change = made(image_id, candidate=candidate, new=new, base=base)
        with self.store.write() as tx:
            return journal.intend(tx, push, change, change.patch)

    def apply(
        self,
        image_id: str,
        candidate: int,
        new: str,
        base: str | None = "",
        push: int | None = None,
    ) -> int:
        """Send a candidate, in a push of its own where none is named. Returns the
        journal row."""
        push = push or self.begin_push()
        item = self.intend(push, image_id, candidate, new, base)
        site: Flat = {"alt": new}
        with self.store.write() as tx:
            journal.settle(tx, item, PushStatus.APPLIED, http_status=200)
            mirror.confirm(tx, image_id, site, Origin.AI, item)
        return item

    def all(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Rows as they stand in the tables."""
        with self.store.read() as conn:
            return conn.execute(sql, values).fetchall()

    def one(self, sql: str, values: Sequence[object] = ()) -> Any:
        """The only row of a query."""
        (row,) = self.all(sql, values)
        return row

    def state(self, image_id: str) -> str:
        """The derived state."""
        sql = "SELECT state FROM image_states WHERE image_id = ?"
        return str(self.one(sql, (image_id,))[0])


def made(image_id: str, **fields: Any) -> Change:
    """A change of a plan; what is not named is of no matter."""
    values: dict[str, Any] = {
        "entity": image_id,
        "language": None,
        "candidate": None,
        "base": "",
        "new": "New.",
        "origin": Origin.AI,
        "model": "m",
        "reviewer": "anna",
        **fields,
    }
    return Change(image_id, **values)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """An empty mirror."""
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        store.claim("https://example.org", "memory")
        yield Shelf(store)


@pytest.fixture
def two(shelf: Shelf) -> Shelf:
    """`a/1` and `a/2`, both without a text."""
    shelf.pull(image("a/1"), image("a/2"))
    return shelf
