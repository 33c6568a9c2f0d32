"""Which database, which configuration, who may see and who may write: what every page
asks first."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from altsync.config import Config, SiteConfig, load
from altsync.errors import AltsyncError, ConfigError, Locked, MovedOn, StoreError
from altsync.reviewers import OWNER
from altsync.store.store import Store
from altsync.web.login import Login
from altsync.web.open_now import OpenNow
from altsync.web.proxy import Proxy

T = TypeVar("T")
TABLES = ("images", "candidates", "reviews", "push_items")
"""The pages show what is in these; who may not see one of them sees no page and no
picture."""
REFUSED = 503
"""The status where the database took no verdict."""
WAIT = 5.0
"""Seconds that a verdict waits for another command that writes."""


def status_of(error: AltsyncError) -> int:
    """The status of a page that says why a verdict was refused."""
    if isinstance(error, MovedOn):
        return 409
    if isinstance(error, StoreError):
        return REFUSED
    return 400


class Busy(StoreError):
    """Another command held the write lock for longer than a page waits (5 seconds).
    Nothing was written."""

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
    """The name under which the owner gives verdicts: the user of the machine."""
    hosts: frozenset[str] = frozenset()
    """Host names that are answered; empty: all, because somebody else (a proxy) takes
    care of it."""
    login: Login | None = None
    """Without it nothing is answered; None: others take care of who may see what."""
    proxy: Proxy | None = None
    """It does, where altsync itself serves many."""
    open_now: OpenNow = field(default_factory=OpenNow)

    @property
    def base(self) -> str:
        """The path that everything is served beneath."""
        return "/" if self.login is None else self.login.path


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
        return bool(self.db.is_mutable) and writes(self.setup, self.actor)

    @property
    def reviewer(self) -> str:
        """The name in `reviews.reviewer`."""
        name = str((self.actor or {}).get("id", ""))
        if name in owners(self.setup):
            return self.setup.owner or name
        return name

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
        Raises StoreError (Busy among them): nothing was written.

        On a connection of altsync's own: those of Datasette only read.
        """

        def in_one_go() -> T:
            with Store.open(Path(self.db.path)) as store, store.write(WAIT) as tx:
                return work(tx)

        try:
            return await asyncio.to_thread(in_one_go)
        except Locked:
            raise Busy from None


async def _awaited(result: Awaitable[T]) -> T:
    return await result


def owners(setup: Setup) -> tuple[str, ...]:
    """Who the owner of the process is: by altsync's link, else by Datasette's --root.
    Nobody behind a proxy: there each has a name."""
    if setup.proxy is not None:
        return ()
    return ("root",) if setup.login is None else (OWNER,)


def writes(setup: Setup, actor: dict[str, Any] | None) -> bool:
    """Only the owner of the process and configured actors write."""
    name = (actor or {}).get("id")
    return isinstance(name, str) and (
        name in owners(setup) or name in setup.config.review.actors
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
        elif await is_mirror(db):
            setup = Setup(_config_of(db.path))
            _setups[datasette] = setup
            return db, setup
    return None


async def is_mirror(db: Any) -> bool:
    """Whether a database has altsync's tables."""
    found = [await db.table_exists(name) for name in ("image_heads", "candidates")]
    return all(found)


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
