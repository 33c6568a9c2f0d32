"""Colleagues, as the pages name them: who can be asked, and how much is asked of you."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass

from altsync.models import State
from altsync.store import queue
from altsync.store.queue import ME, Filter
from altsync.web.context import Visit


@dataclass(frozen=True, slots=True)
class Colleagues:
    """What a page says of them."""

    names: tuple[str, ...]
    """Everybody who judged or was asked, or is named in altsync.toml."""
    of_me: int
    """Images that somebody else asks the reviewer about, or nobody in particular."""


async def colleagues(page: Visit) -> Colleagues:
    """As they are now; the names a minute old at most."""
    minute = int(time.monotonic() // 60)
    known = await page.kept("reviewers", queue.reviewers, stamp=minute)
    names = sorted({*known, *page.config.review.actors})
    if not page.may_write:
        return Colleagues(tuple(names), 0)
    mine = asked_of(page.reviewer)

    def asked(conn: sqlite3.Connection) -> int:
        return queue.count(conn, mine)

    number = await page.kept(("asked", page.reviewer), asked)
    return Colleagues(tuple(names), number)


def asked_of(reviewer: str) -> Filter:
    """The queue of what this reviewer is asked."""
    return Filter(state=State.UNSURE, asked=ME, me=reviewer)
