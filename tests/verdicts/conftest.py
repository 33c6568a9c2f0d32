"""A small mirror to judge in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from altsync.models import (
    Change,
    Conflict,
    Converged,
    Entry,
    Label,
    Refused,
    SiteImage,
    Tag,
)
from altsync.plan import Permissions
from altsync.planning import Plan, Request
from altsync.pull import Pull
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates
from altsync.store.store import Store
from tests.web.mirrors import candidate

PERSONS = "A person's words."


@dataclass
class Desk:
    """A site of five images, `a/1` to `a/4` without a text and `a/person` with a person's;
    its mirror; and somebody who adds candidates."""

    site: MemorySource
    store: Store

    def propose(
        self, image: str, text: str, base: str | None = None, **more: Any
    ) -> int:
        """A candidate's id."""
        with self.store.write() as tx:
            return candidates.add(tx, candidate(image, text, base, **more))

    def judge(self, candidate: int, verdict: str, by: str = "anna", **how: Any) -> int:
        """A verdict's id."""
        with self.store.write() as tx:
            return candidates.judge(tx, candidate, verdict, by, **how)

    def edit(self, image: str, alt: str | None) -> None:
        """A person changes a text on the site, and altsync pulls."""
        self.site.edit(image, alt=alt, label=None if alt is None else Label.HUMAN)
        Pull(Context(self.site, self.store)).run()

    def move(self, image: str, place: str | None) -> None:
        """It is an image in a text, and stands there now; altsync pulls."""
        self.site.edit(image, tag=Tag.IMG, place=place, has_label=False)
        Pull(Context(self.site, self.store)).run()

    def plan(self, **allowed: Any) -> list[str]:
        """What would be done, a line an image."""
        with Plan.of(self.store, Request(permissions=Permissions(**allowed))) as plan:
            return [_line(entry) for entry in plan.entries()]

    def reviews(self) -> list[tuple[Any, ...]]:
        """Every verdict: candidate, what, by whom and how."""
        sql = "SELECT candidate_id, verdict, reviewer, scope FROM reviews ORDER BY id"
        return self.store.conn.execute(sql).fetchall()

    def state(self, image: str) -> str:
        sql = "SELECT state FROM image_states WHERE image_id = ?"
        return str(self.store.conn.execute(sql, (image,)).fetchone()[0])


def _line(entry: Entry) -> str:
    match entry:
        case Change():
            return f"{entry.image}: send {entry.new}"
        case Refused():
            return f"{entry.change.image}: refused, {entry.reason}"
        case Conflict():
            return f"{entry.image}: conflict"
        case Converged():
            return f"{entry.image}: there"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    images = [
        SiteImage(id=f"a/{n}", album="a", name=f"{n}", alt=None, has_label=True)
        for n in (1, 2, 3, 4)
    ]
    images.append(
        SiteImage(
            id="a/person",
            album="a",
            name="person",
            alt=PERSONS,
            has_label=True,
            label=Label.HUMAN,
        )
    )
    site = MemorySource(images)
    with Store.open(tmp_path / "a.db", create=True) as store:
        store.claim("https://x.example", "memory")
        Pull(Context(site, store)).run()
        with store.write() as tx:
            tx.execute("INSERT INTO prompts VALUES ('p1', 's', 't', '2026')")
        yield Desk(site, store)
