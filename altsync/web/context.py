"""Which database, which configuration, who may see and who may write: what every page
asks first."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from altsync.config import Config, SiteConfig, load
from altsync.errors import AltsyncError, ConfigError

T = TypeVar("T")
TABLES = ("images", "candidates", "reviews", "push_items")
"""The pages show what is in these; who may not see one of them sees no page and no
picture."""


class Busy(AltsyncError):
    """Another command held the write lock for longer than SQLite waits (5 seconds).
    Nothing was written."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "Another altsync command is writing to the database (pull, generate, push"
            " …). Try again when it has finished, or in a moment."
        )


@dataclass(slots=True)
class Setup:
    """How altsync was started. Nothing of it reaches Datasette's own configuration,
    which is public."""

    config: Config
    owner: str = ""
    """The name under which the actor `root` gives verdicts: the user of the machine."""
    hosts: frozenset[str] = frozenset()
    """Host names that are answered; empty: all, because somebody else (a proxy) takes
    care of it."""
    token: str | None = None
    """The one-time login; None once it was used."""
    landing: str = "/"


_setups: WeakKeyDictionary[Any, Setup] = WeakKeyDictionary()


_kept: WeakKeyDictionary[Any, dict[object, tuple[object, Any]]] = WeakKeyDictionary()


def set_up(datasette: Any, setup: Setup) -> None:
    """Bind a Datasette that altsync starts to its configuration."""
    _setups[datasette] = setup


def started_with(datasette: Any) -> Setup | None:
    """The setup, where altsync started this Datasette."""
    return _setups.get(datasette)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page works with: the database, the configuration, and who asks."""

    datasette: Any
    request: Any
    db: Any
    setup: Setup
    actor: dict[str, Any] | None

    @property
    def config(self) -> Config:
        return self.setup.config

    @property
    def may_write(self) -> bool:
        return writes(self.setup, self.actor)

    @property
    def reviewer(self) -> str:
        """The name in `reviews.reviewer`."""
        name = str((self.actor or {}).get("id", ""))
        return (self.setup.owner or name) if name == "root" else name

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` on a read-only connection that sees one moment."""

        def at_one_moment(conn: sqlite3.Connection) -> T:
            conn.execute("BEGIN")
            try:
                return work(conn)
            finally:
                conn.rollback()

        return await _awaited(self.db.execute_fn(at_one_moment))

    async def kept(
        self, key: object, work: Callable[[sqlite3.Connection], T], stamp: object = None
    ) -> T:
        """What `work` found, worked out once per state of the database (or per
        `stamp`): some counts read every row."""
        stamp = self.stamp() if stamp is None else stamp
        known = _kept.setdefault(self.datasette, {})
        if key not in known or known[key][0] != stamp:
            known[key] = (stamp, await self.read(work))
        found: T = known[key][1]
        return found

    def stamp(self) -> object:
        """Changes with every commit: of the database file, or of its write-ahead log."""
        found = []
        for file in (Path(self.db.path), Path(self.db.path + "-wal")):
            try:
                stat = file.stat()
                found.append((stat.st_mtime_ns, stat.st_size))
            except FileNotFoundError:
                found.append((0, 0))
        return found

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one transaction that holds the write lock from its beginning.
        Raises Busy: nothing was written."""

        def in_one_go(conn: sqlite3.Connection) -> T:
            if conn.in_transaction:  # Datasette 1.0 has begun one and ends it
                return work(conn)
            conn.execute("BEGIN IMMEDIATE")
            try:
                result = work(conn)
            except BaseException:
                conn.rollback()
                raise
            conn.commit()
            return result

        try:
            return await _awaited(self.db.execute_write_fn(in_one_go))
        except sqlite3.OperationalError as error:
            if (getattr(error, "sqlite_errorcode", 0) & 0xFF) not in (
                sqlite3.SQLITE_BUSY,
                sqlite3.SQLITE_LOCKED,
            ):
                raise
            raise Busy from None


async def _awaited(result: Awaitable[T]) -> T:
    return await result


def writes(setup: Setup, actor: dict[str, Any] | None) -> bool:
    """Only the owner of the process (root, by the one-time link) and configured actors
    write."""
    name = (actor or {}).get("id")
    return name == "root" or (
        isinstance(name, str) and name in setup.config.review.actors
    )


async def open_page(datasette: Any, request: Any) -> Visit:
    """The page's context. Raises Datasette's NotFound or Forbidden."""
    from datasette.utils.asgi import Forbidden, NotFound

    found = await mirror(datasette)
    if found is None:
        raise NotFound("None of these databases is a mirror of altsync.")
    db, setup = found
    if not await may_see(datasette, request.actor, db.name):
        raise Forbidden("You may not see this database.")
    return Visit(datasette, request, db, setup, request.actor)


async def mirror(datasette: Any) -> tuple[Any, Setup] | None:
    """The database that is altsync's mirror, and its configuration."""
    setup = _setups.get(datasette)
    for db in datasette.databases.values():
        if setup is not None:
            if db.path and _same(db.path, setup.config.database):
                return db, setup
        elif await db.table_exists("image_heads") and await db.table_exists(
            "candidates"
        ):
            setup = Setup(_config_of(db.path))
            _setups[datasette] = setup
            return db, setup
    return None


def _same(one: str | Path, other: Path) -> bool:
    return Path(one).resolve() == other.resolve()


def _config_of(path: str | None) -> Config:
    """altsync.toml, if it is about this database; else what can be known without one."""
    try:
        config = load()
        if path and _same(path, config.database):
            return config
    except ConfigError:
        pass
    return Config(
        site=SiteConfig(url="", database=str(Path(path or "altsync.db").resolve()))
    )


async def may_see(datasette: Any, actor: dict[str, Any] | None, database: str) -> bool:
    """Whether this actor may see the instance, the database and every table that the
    pages show."""
    try:
        from datasette.resources import DatabaseResource, TableResource
    except ImportError:  # Datasette before 1.0
        asked: list[tuple[str, Any]] = [
            ("view-instance", None),
            ("view-database", database),
        ]
        asked += [("view-table", (database, table)) for table in TABLES]
        for action, resource in asked:
            if not await datasette.permission_allowed(
                actor, action, resource, default=True
            ):
                return False
        return True
    if not await datasette.allowed(
        action="view-database", resource=DatabaseResource(database), actor=actor
    ):
        return False
    for table in TABLES:
        if not await datasette.allowed(
            action="view-table", resource=TableResource(database, table), actor=actor
        ):
            return False
    return True


def menu(
    datasette: Any, actor: dict[str, Any] | None
) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """Links for Datasette's menu."""

    async def links() -> list[dict[str, str]]:
        found = await mirror(datasette)
        if found is None or not await may_see(datasette, actor, found[0].name):
            return []
        return [
            {"href": datasette.urls.path(path), "label": label}
            for path, label in (
                ("/-/altsync", "altsync"),
                ("/-/altsync/review", "Review alt texts"),
            )
        ]

    return links
