"""Open the database: connections, transactions, migrations, views.

One process writes through one connection in short IMMEDIATE transactions (deferred ones
fail at once under contention: 30 of 640 against 640 of 640, libraries.md 3); readers
use their own and see one snapshot. WAL, so Datasette reads while a stage writes.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import threading
import weakref
import zlib
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from altsync import clock
from altsync.errors import NewerDatabase, OtherSite, StoreError
from altsync.store import backup
from altsync.store.refusal import refusal
from altsync.store.rows import value

_HERE = Path(__file__).parent
TIMEOUT = 30.0
"""Seconds to wait for another writer (Datasette, a second command)."""


def now() -> str:
    """UTC, ISO 8601 with microseconds. For people to read: it orders nothing."""
    return clock.now().isoformat(timespec="microseconds")


class Store:
    """The database of one site. Any thread may `write()`, one at a time, and `read()`,
    none waiting for another."""

    def __init__(self, path: Path, conn: sqlite3.Connection) -> None:
        self.path = path
        self.conn = conn
        self._lock = threading.RLock()
        self._writer: int | None = None
        self._readers = _Readers(path)
        self.notes: list[str] = []
        """Sentences for the owner about what opening did."""

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Store:
        """Open and bring up to date. Raises StoreError where there is no database and
        `create` is False."""
        if not create and not path.exists():
            raise StoreError(
                f"There is no database {path} yet. Make it with `altsync pull`."
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            conn = _connect(path)
            kept = _migrate(conn, path)
        except (sqlite3.DatabaseError, OSError) as error:
            raise StoreError(
                f"The database {path} cannot be opened: {error}. Is it a SQLite file"
                " that you may write?"
            ) from error
        store = cls(path, conn)
        if kept is not None:
            store.notes.append(
                f"The database was brought up to date. It is kept as it was in {kept}."
            )
        return store

    @contextlib.contextmanager
    def write(self, wait: float | None = None) -> Iterator[sqlite3.Connection]:
        """One transaction: everything inside is stored, or nothing.

        `wait`: seconds for another writer to end, TIMEOUT where None. Raises Locked
        where it did not, and Unwritable where the disk refuses.
        """
        with self._lock, self._refusing():
            self._begin(TIMEOUT if wait is None else wait)
            self._writer = threading.get_ident()
            try:
                yield self.conn
                self.conn.commit()
            except BaseException:
                # a COMMIT that failed too: it leaves its transaction open
                self.conn.rollback()
                raise
            finally:
                self._writer = None

    def _begin(self, wait: float) -> None:
        milliseconds = int(wait * 1000)
        self.conn.execute(f"PRAGMA busy_timeout={milliseconds}")
        self.conn.execute("BEGIN IMMEDIATE")

    @contextlib.contextmanager
    def _refusing(self) -> Iterator[None]:
        """What SQLite cannot write, in a sentence of ours."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            refused = refusal(error, self.path)
            if refused is None:
                raise
            raise refused from error

    @contextlib.contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A read-only connection that sees one moment: all that is committed by now.

        For short reads: what a query has not given by the end of the block, it never
        gives. A thread that is in a `write()` gets that transaction, and sees what it
        has written.
        """
        if self._writer == threading.get_ident():
            yield self.conn
            return
        with self._readers.one() as conn:
            yield conn

    def durable(self) -> None:
        """From here on a commit survives a power cut too: for the journal, and for
        answers that were paid for."""
        self.conn.execute("PRAGMA synchronous=full")

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """As `read`, for a look that takes long: a connection of its own, which sees
        only what is committed, in a `write()` too."""
        with reading(self.path) as conn:
            yield conn

    @contextlib.contextmanager
    def alone(self, stage: str) -> Iterator[None]:
        """One process at a time: two pushes would settle each other's journal, two
        generates would pay twice.

        Raises StoreError where another one is at work. The lock is SQLite's own, on an
        empty file beside the database: it works wherever the database does, and a
        killed process leaves it open.
        """
        conn = sqlite3.connect(
            self.path.with_name(f"{self.path.name}.{stage}"),
            timeout=0,
            check_same_thread=False,
        )
        try:
            try:
                conn.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                raise StoreError(
                    f"Another {stage} is at work on {self.path}. Nothing was done. "
                    "Let it end, or stop it with Ctrl-C; then run this again."
                ) from None
            yield
        finally:
            conn.close()

    def site(self) -> tuple[str, str] | None:
        """(url, source) of the site that this database mirrors; None before the first pull."""
        with self.read() as conn:
            for url, source in conn.execute("SELECT url, source FROM site"):
                return url, source
        return None

    def claim(self, url: str, source: str) -> None:
        """Bind the database to its site at the first pull. Raises OtherSite where it
        mirrors another one."""
        known = self.site()
        if known is None:
            with self.write() as tx:
                tx.execute("INSERT INTO site VALUES (1, ?, ?, ?)", (url, source, now()))
        elif known != (url, source):
            raise OtherSite(
                f"{self.path} mirrors {known[0]} ({known[1]}), but altsync.toml names"
                f" {url} ({source}). Nothing was done. One database holds one site:"
                " name another file as site.database."
            )

    def close(self) -> None:
        """Close the connections, after the transaction that another thread may be in.

        A later write or read raises sqlite3.ProgrammingError; closing under a running
        write would crash the interpreter. The writing one is the last: only such a one
        can take the `-wal` file into the database, so that the file is all there is.
        """
        self._readers.close()
        with self._lock:
            self.conn.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Reader(sqlite3.Connection):
    """A connection that knows its cursors. An unfinished one would hold the moment that
    it began in, and the next reader of this connection would see that one too."""

    def __init__(self, path: str, **options: Any) -> None:
        super().__init__(path, **options)
        self._cursors: list[weakref.ref[sqlite3.Cursor]] = []

    def execute(self, *args: Any) -> sqlite3.Cursor:
        cursor = super().execute(*args)
        self._cursors.append(weakref.ref(cursor))
        return cursor

    def let_go(self) -> None:
        """End the transaction and whatever still reads in it."""
        for cursor in self._cursors:
            unfinished = cursor()
            if unfinished is not None:
                unfinished.close()
        self._cursors.clear()
        self.rollback()


class _Readers:
    """Reading connections, each lent to one thread at a time: a new one reads the whole
    schema first, which takes as long as thirty reads of an image."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: deque[_Reader] = deque()
        self._closed = False

    @contextlib.contextmanager
    def one(self) -> Iterator[sqlite3.Connection]:
        """Lend one out for a moment."""
        if self._closed:
            raise sqlite3.ProgrammingError("Cannot read from a closed database.")
        try:
            conn = self._idle.pop()
        except IndexError:
            conn = _read_only(self._path, _Reader)
        try:
            conn.execute("BEGIN")
            yield conn
        finally:
            conn.let_go()
            self._idle.append(conn)
            self._tidy()

    def close(self) -> None:
        """Close all; those that are lent out when they come back."""
        self._closed = True
        self._tidy()

    def _tidy(self) -> None:
        while self._closed and self._idle:
            with contextlib.suppress(IndexError):  # another thread was faster
                self._idle.pop().close()


C = TypeVar("C", bound=sqlite3.Connection)


def _read_only(path: Path, kind: type[C]) -> C:
    conn = sqlite3.connect(
        f"file:{_quoted(path)}?mode=ro",
        uri=True,
        timeout=TIMEOUT,
        check_same_thread=False,
        factory=kind,
    )
    conn.isolation_level = None
    return conn


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Any database of altsync, read-only and held still."""
    conn = _read_only(path, sqlite3.Connection)
    try:
        conn.execute("BEGIN")
        # a deferred BEGIN takes its snapshot at the first read
        conn.execute("SELECT 1 FROM site").fetchone()
        yield conn
    finally:
        conn.rollback()
        conn.close()


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path.absolute()))


def _connect(path: Path) -> sqlite3.Connection:
    conn = sqlite3.connect(path, timeout=TIMEOUT, check_same_thread=False)
    # transactions are ours: sqlite3's implicit ones would be deferred
    conn.isolation_level = None
    for pragma in (
        "journal_mode=wal",
        "synchronous=normal",
        "foreign_keys=on",
        "recursive_triggers=off",
    ):
        conn.execute(f"PRAGMA {pragma}")
    return conn


def _fingerprint() -> int:
    """Changes with any word of the schema; kept in `user_version`, so that a current
    database opens at once."""
    schema = (_HERE / "migrations.py").read_bytes() + views().encode()
    return zlib.crc32(schema) & 0x7FFFFFFF


def views() -> str:
    """The views and triggers, as SQL."""
    return (_HERE / "views.sql").read_text("utf-8")


def _migrate(conn: sqlite3.Connection, path: Path) -> Path | None:
    """Bring the tables up to date. Where that changes tables that hold something, copy
    the database first: the copy."""
    if value(conn, "PRAGMA user_version") == _fingerprint():
        return None
    import sqlite_utils  # 0.14 s: only when there is something to do

    from altsync.store import migrations

    db = sqlite_utils.Database(conn)
    known = {m.name for m in migrations.altsync._migrations}
    newer = [m.name for m in migrations.altsync.applied(db) if m.name not in known]
    if newer:
        raise NewerDatabase(
            f"{path} was written by a newer altsync (it holds {', '.join(newer)})."
            " Nothing was changed. Update altsync and run again."
        )
    pending = [m.name for m in migrations.altsync.pending(db)]
    kept = backup.copy(conn, path) if pending and len(pending) < len(known) else None
    conn.execute("BEGIN IMMEDIATE")
    try:
        migrations.altsync.apply(db)
        _make_views(conn)
    except BaseException:
        conn.rollback()
        raise
    conn.commit()
    return kept


def make_views(conn: sqlite3.Connection) -> None:
    """Put the views and triggers on tables that are up to date, and derive what
    triggers would have kept."""
    conn.execute("BEGIN IMMEDIATE")
    _make_views(conn)
    conn.commit()


_HEADS = """
REPLACE INTO image_heads
SELECT image_id, state, candidate_id FROM image_heads_now
WHERE image_id IN (
  SELECT image_id FROM candidates
  UNION
  SELECT image_id FROM push_items WHERE status = 'applied')
"""
_RISKS = """
INSERT OR IGNORE INTO image_risks SELECT DISTINCT image_id, 0.5, 0 FROM candidates
"""
_LAST = """
UPDATE sequence SET last = max(
  last, coalesce((SELECT max(seq) FROM pulls), 0),
  coalesce((SELECT max(seq) FROM observations), 0),
  coalesce((SELECT max(seq) FROM runs), 0),
  coalesce((SELECT max(seq) FROM candidates), 0),
  coalesce((SELECT max(seq) FROM reviews), 0),
  coalesce((SELECT max(seq) FROM pushes), 0),
  coalesce((SELECT max(max(seq, coalesce(settled_seq, 0))) FROM push_items), 0),
  coalesce((SELECT max(seq) FROM failures), 0),
  coalesce((SELECT max(gone_seq) FROM images), 0))
"""


def _make_views(conn: sqlite3.Connection) -> None:
    import sqlite_utils

    from altsync.store import migrations

    script = views()
    made = re.findall(r"^CREATE (VIEW|TRIGGER) (\w+)", script, re.MULTILINE)
    for kind, name in reversed(made):
        # ours only: the owner may have views of his own
        conn.execute(f"DROP {kind} IF EXISTS {name}")
    migrations.run(sqlite_utils.Database(conn), script)
    conn.execute(_LAST)
    conn.execute(_HEADS)
    conn.execute(_RISKS)
    conn.execute(f"PRAGMA user_version = {_fingerprint()}")
