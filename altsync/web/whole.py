"""No answer is cut without a word. Datasette ends custom SQL after 1,000 rows: the page
says so, with how many there are, and CSV and JSON have all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs
from weakref import WeakSet

Scope = dict[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]

_FORMATS = ("csv", "json")
_all: ContextVar[bool] = ContextVar("altsync_all_rows", default=False)
"""Whether what is answered now is for a program, or to be kept."""

_whole: WeakSet[Any] = WeakSet()
"""Databases whose CSV and JSON have all rows: nothing is said of others."""


def whole(app: App) -> App:
    """Let a request for CSV or JSON have every row of a query."""

    async def answered(scope: Scope, receive: Any, send: Any) -> None:
        token = _all.set(_is_data(scope))
        try:
            await app(scope, receive, send)
        finally:
            _all.reset(token)

    return answered


def _is_data(scope: Scope) -> bool:
    if scope["type"] != "http":
        return False
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    formats = {scope["path"].rpartition(".")[2], *asked.get("_format", ())}
    return not formats.isdisjoint(_FORMATS)


def gives_all(database: Any) -> None:
    """The rows of this database are cut only where they are shown."""
    execute = database.execute

    async def asked(
        sql: str, params: Any = None, truncate: bool = False, **more: Any
    ) -> Any:
        cut = truncate and not _all.get()
        return await execute(sql, params, truncate=cut, **more)

    database.execute = asked
    _whole.add(database)


def counted(datasette: Any) -> Callable[..., Awaitable[str]]:
    """For the template: the sentence about a query whose rows were cut; '' for others."""

    async def sentence(
        database: str, sql: str, params: Mapping[str, Any] | None, shown: int
    ) -> str:
        asked = datasette.databases[database]
        if shown < datasette.max_returned_rows or asked not in _whole:
            return ""
        there = await _count(asked, sql, params or {})
        if there == shown:
            return ""
        of = f"{there:,}" if there is not None else f"more than {shown:,}"
        return (
            f"The first {shown:,} of {of} rows are shown here. CSV and JSON have all."
        )

    return sentence


async def _count(database: Any, sql: str, params: Mapping[str, Any]) -> int | None:
    """How many rows it has; None where that takes too long, or cannot be asked."""
    inner = sql.strip().rstrip(";")
    try:
        found = await database.execute(f"SELECT count(*) FROM ({inner}\n)", params)  # noqa: S608 - the page's own SQL, on a connection that only reads
    except (
        Exception
    ):  # too slow, or no SELECT: what Datasette raises differs by release
        return None
    return int(found.rows[0][0])
