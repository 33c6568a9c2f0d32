"""What samples prove."""

from __future__ import annotations

import sqlite3
from typing import Any

from altsync.render.text import percent
from altsync.store import samples
from altsync.verdicts import telling
from altsync.verdicts.statements import Statement, statement
from altsync.web.context import open_page
from altsync.web.pages.frame import arguments, first, number, show


async def sample(datasette: Any, request: Any) -> Any:
    """GET: samples that were drawn, and what each proves by now. Drawing and approving
    are commands."""
    page = await open_page(datasette, request)
    wanted = number(first(arguments(page), "run"))

    def work(conn: sqlite3.Connection) -> list[Statement]:
        return [
            statement(conn, one.id)
            for one in samples.all_samples(conn)
            if wanted in (0, one.id)
        ]

    said = await page.read(work)
    return await show(
        page,
        "sample",
        said=said,
        percent=percent,
        wanted=wanted,
        proves={one.sample.id: list(telling.proves(one)) for one in said},
        besides={one.sample.id: list(telling.besides(one)) for one in said},
    )
