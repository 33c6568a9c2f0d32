"""Open the database: transactions, migrations, views.

One process writes through one connection in short IMMEDIATE transactions (deferred ones
fail at once under contention: 30 of 640 against 640 of 640, libraries.md 3); readers
use their own and see one snapshot. WAL, so Datasette reads while a stage writes.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

from altsync import clock
from altsync.addresses import same_site
from altsync.atomic import make_file
from altsync.errors import NewerDatabase, OtherSite, StoreError
from altsync.store import alone, backup, connecting
from altsync.store.connecting import TIMEOUT, Access, Readers
from altsync.store.refusal import refusal
from altsync.store.rows import column, value

_HERE = Path(__file__).parent


def now() -> str:
    """UTC, ISO 8601 with microseconds. For people to read: it orders nothing."""
    return clock.now().isoformat(timespec="microseconds")


def numbers(tx: sqlite3.Connection, many: int) -> range:
    """The next numbers in the order of all rows (`seq`), taken at once.

    For many rows: the triggers that count row by row (views.sql) take half as long
    again as storing them does.
    """
    sql = "UPDATE sequence SET last = last + ? RETURNING last"
    last = int(value(tx, sql, (many,)))
    return range(last - many + 1, last + 1)


class Store:
    """The database of one site. Any thread may `write()`, one at a time, and `read()`,
    none waiting for another."""

    def __init__(self, access: Access, conn: sqlite3.Connection) -> None:
        self.access = access
        self.path = access.file
        self.conn = conn
        self._lock = threading.RLock()
        self._writer: int | None = None
        self._readers = Readers(access)
        self.notes: list[str] = []
        """Sentences for the owner about what opening did."""

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Store:
        """Open and bring up to date. What cannot be written here is opened for reading.

        Raises StoreError where there is no database and `create` is False, or where it
        would have to be brought up to date and is read-only; Unwritable where `create`
        is True and it is read-only.
        """
        try:
            if create:
                make_file(path.resolve())
            elif not path.exists():
                raise StoreError(
                    f"There is no database {path} yet. Make it with `altsync pull`."
                )
            access = connecting.access(path)
            if access.refused:
                return cls._to_read(access, create)
            return cls._to_write(access)
        except (sqlite3.DatabaseError, OSError, RuntimeError) as error:
            raise StoreError(
                f"The database {path} cannot be opened: {error}. Is it a SQLite file"
                " that you may write, on a disk with room?"
            ) from error

    @classmethod
    def _to_write(cls, access: Access) -> Store:
        conn = connecting.connect(access.file)
        try:
            kept = _migrate(conn, access)
            _tidy(conn, access.file)
        except BaseException:
            conn.close()
            raise
        store = cls(access, conn)
        if kept is not None:
            store.notes.append(
                f"The database was brought up to date. It is kept as it was in {kept}."
            )
        return store

    @classmethod
    def _to_read(cls, access: Access, create: bool) -> Store:
        if create:
            access.writable()
        conn = connecting.read_only(access)
        try:
            _check_current(conn, access)
        except BaseException:
            conn.close()
            raise
        store = cls(access, conn)
        if access.copy is not None:
            store.notes.append(
                f"The database is read-only here ({access.refused}) and has a log that"
                " SQLite cannot read in place. A copy of both was read."
            )
        return store

    @contextlib.contextmanager
    def write(self, wait: float | None = None) -> Iterator[sqlite3.Connection]:
        """One transaction: everything inside is stored, or nothing.

        `wait`: seconds for another writer to end, TIMEOUT where None. Raises Locked
        where it did not, and Unwritable where the disk refuses.
        """
        self.access.writable()
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
        with connecting.held(self.access) as conn:
            yield conn

    @contextlib.contextmanager
    def alone(self, stage: str) -> Iterator[None]:
        """One process at a time: two pushes would settle each other's journal, two
        generates would pay twice.

        Raises StoreError where another one is at work, Unwritable where the database is
        read-only.
        """
        self.access.writable()
        with alone.alone(self.path, stage):
            yield

    @contextlib.contextmanager
    def alone_as(self, stage: str, who: str) -> Iterator[None]:
        """The same for a stage of which a second one is told `who` is at work. Raises
        AtWork, and Unwritable as well."""
        self.access.writable()
        with alone.named(self.path, stage, who):
            yield

    @contextlib.contextmanager
    def beside(self, stage: str) -> Iterator[None]:
        """Be at work where that stage must not be. Raises StoreError while it is."""
        self.access.writable()
        with alone.beside(self.path, stage):
            yield

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
            sql = "INSERT INTO site VALUES (1, ?, ?, ?) ON CONFLICT DO NOTHING"
            with self.write() as tx:
                tx.execute(sql, (url, source, now()))
            known = self.site()  # another process may have been first
        if known and not same_site(known, (url, source)):
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
        self.access.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _fingerprint() -> int:
    """Changes with any word of the schema; kept in `user_version`, so that a current
    database opens at once."""
    schema = (_HERE / "migrations.py").read_bytes() + views().encode()
    return zlib.crc32(schema) & 0x7FFFFFFF


def views() -> str:
    """The views and triggers, as SQL."""
    return (_HERE / "views.sql").read_text("utf-8")


def _migrate(conn: sqlite3.Connection, access: Access) -> Path | None:
    """Bring the tables up to date. Where that changes tables that hold something, copy
    the database first, under the same lock: the copy."""
    if value(conn, "PRAGMA user_version") == _fingerprint():
        return None
    import sqlite_utils  # 0.14 s: only when there is something to do

    from altsync.store import migrations

    db = sqlite_utils.Database(conn)
    hidden = None
    conn.execute("BEGIN IMMEDIATE")
    try:
        _refuse_newer(conn, access.file)
        pending = [m.name for m in migrations.altsync.pending(db)]
        if pending and len(pending) < len(_known()):
            with contextlib.closing(connecting.read_only(access)) as reader:
                hidden = backup.set_aside(reader, access.file)
        migrations.altsync.apply(db)
        _make_views(conn)
        conn.commit()
    except BaseException:
        conn.rollback()
        if hidden is not None:
            hidden.unlink()
        raise
    return None if hidden is None else backup.keep(hidden, access.file)


def _known() -> list[str]:
    from altsync.store import migrations

    return [m.name for m in migrations.altsync._migrations]


_APPLIED = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'altsync'"


def _refuse_newer(conn: sqlite3.Connection, path: Path) -> None:
    if not value(conn, "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"):
        return
    newer = [name for name in column(conn, _APPLIED) if name not in _known()]
    if newer:
        raise NewerDatabase(
            f"{path} was written by a newer altsync (it holds {', '.join(newer)})."
            " Nothing was changed. Update altsync and run again."
        )


def _check_current(conn: sqlite3.Connection, access: Access) -> None:
    """Raise StoreError where a database that cannot be written is not of this schema."""
    if value(conn, "PRAGMA user_version") == _fingerprint():
        return
    _refuse_newer(conn, access.file)
    raise StoreError(
        f"The database {access.file} is of another version of altsync and has to be"
        f" brought up to date, but it is read-only here: {access.refused}. Nothing was"
        " changed. Run `altsync status` once where it can be written."
    )


def _tidy(conn: sqlite3.Connection, file: Path) -> None:
    """What a killed import or migration left beside the database."""
    if not backup.left(file):
        return
    try:
        conn.execute("PRAGMA busy_timeout=0")
        conn.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return  # somebody writes, and may be at it
    finally:
        conn.execute(f"PRAGMA busy_timeout={int(TIMEOUT * 1000)}")
    try:
        backup.tidy(conn, file)
    finally:
        conn.rollback()


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
_TERMS = """
INSERT OR IGNORE INTO terms_due
SELECT id FROM images WHERE id NOT IN (SELECT image_id FROM image_numbers)
"""
_LAST = """
UPDATE sequence SET last = max(
  last, coalesce((SELECT max(seq) FROM pulls), 0),
  coalesce((SELECT max(seq) FROM observations), 0),
  coalesce((SELECT max(seq) FROM runs), 0),
  coalesce((SELECT max(seq) FROM page_runs), 0),
  coalesce((SELECT max(seq) FROM candidates), 0),
  coalesce((SELECT max(seq) FROM reviews), 0),
  coalesce((SELECT max(seq) FROM pushes), 0),
  coalesce((SELECT max(max(seq, coalesce(settled_seq, 0))) FROM push_items), 0),
  coalesce((SELECT max(seq) FROM failures), 0),
  coalesce((SELECT max(seq) FROM handovers), 0),
  coalesce((SELECT max(seq) FROM packets), 0),
  coalesce((SELECT max(seq) FROM packet_verdicts), 0),
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
    conn.execute(_TERMS)
    conn.execute(f"PRAGMA user_version = {_fingerprint()}")
