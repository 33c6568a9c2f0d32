"""A file beside the database for paid answers that the database could not take:
`altsync.db.spill.ndjson`, one answer a line, each on the disk before anything else is done.

A line says which database it is for (its site, and when that was first pulled). It is
taken in at the next start of a command, and removed only after its row is committed:
whoever is killed in between finds the row, and does not store it again. One process at
a time appends or takes in.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import stat
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from altsync import flock
from altsync.errors import Unwritable
from altsync.store import handovers, ledger, paid
from altsync.store.paid import NoRow, PaidAnswer
from altsync.store.refusal import refusal
from altsync.store.store import Store

NAME = "{}.spill.ndjson"
ASIDE = "{}.spill.aside"
"""Where lines go that no altsync here can read or store: nothing is thrown away."""
ELSEWHERE = "altsync-spill-{:08x}-"
"""The beginning of the names of the last resort, in the temporary directory: by the
place of the database."""
OWNER_ONLY = 0o600
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
"""Windows has neither."""


@dataclass(slots=True)
class TakenIn:
    """What became of the lines."""

    stored: int = 0
    """New rows of the database."""
    told: list[str] = field(default_factory=list)
    """Sentences for the owner; none where there was nothing to take in."""


@dataclass(slots=True)
class _Lines:
    """The lines of a file, sorted."""

    mine: list[tuple[bytes, PaidAnswer]] = field(default_factory=list)
    foreign: list[tuple[bytes, str]] = field(default_factory=list)
    """Of another database: its site."""
    broken: list[bytes] = field(default_factory=list)


class Spill:
    """The file beside one database. Threads and processes may share it."""

    def __init__(self, database: Path) -> None:
        self._database = database.resolve()
        name = self._database.name
        self.path = self._database.with_name(NAME.format(name))
        self.aside = self._database.with_name(ASIDE.format(name))

        self._elsewhere = ELSEWHERE.format(zlib.crc32(os.fsencode(self._database)))

    def exists(self) -> bool:
        """Whether something waits to be taken in."""
        return self.path.exists() or bool(self._strays())

    def write_elsewhere(
        self, answers: Sequence[PaidAnswer], owner: dict[str, str]
    ) -> Path:
        """Keep them in a new file in the temporary directory: the last resort, where no
        file can be written beside the database. `take_in` finds it there. Raises
        OSError."""
        import tempfile

        file, name = tempfile.mkstemp(".ndjson", self._elsewhere, _temporary())
        try:
            _add(file, lines_of(answers, owner))
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        finally:
            os.close(file)
        return Path(name)

    def _strays(self) -> list[Path]:
        """Files of the last resort. Only this user's own: anybody may write there."""
        found = sorted(_temporary().glob(f"{self._elsewhere}*.ndjson"))
        return [path for path in found if _is_own(path)]

    def _gather(self) -> None:
        """Bring them back beside the database."""
        for stray in self._strays():
            with _locked(stray, create=False) as file:
                if file is not None:
                    self._keep(self.path, _read(file))
                    stray.unlink()

    def append(self, answers: Sequence[PaidAnswer], owner: dict[str, str]) -> None:
        """Keep them; they are on the disk when this returns. `owner`: see `identity`.
        Raises OSError, and then has kept none of them."""
        with _locked(self.path, create=True) as file:
            _add(file, lines_of(answers, owner))
        _sync(self.path.parent)

    def set_aside(self, answers: Sequence[PaidAnswer], owner: dict[str, str]) -> None:
        """Keep what the database does not take, whoever asks. Raises OSError."""
        self._keep(self.aside, lines_of(answers, owner))

    def take_in(self, store: Store, wait: float | None = None) -> TakenIn:
        """Make the lines rows of the database, in one transaction, and remove them.

        What is a row already is not stored again. Lines of another database stay where
        they are; those that cannot be read (the last one may be torn) or stored go
        into the file `aside`. Raises Locked and Unwritable, also where the file cannot
        be read, and then all stays. `wait` as in `Store.write`.
        """
        if not self.exists():
            return TakenIn()
        try:
            self._gather()
            return self._take_in(store, wait)
        except OSError as error:
            raise Unwritable(
                f"The paid answers in {self.path} could not be taken in:"
                f" {error.strerror or error}. They stay there. Mend that, then run this"
                " again."
            ) from error

    def _take_in(self, store: Store, wait: float | None) -> TakenIn:
        with _locked(self.path, create=False) as file:
            if file is None:
                return TakenIn()
            with store.read() as conn:
                found = _sorted(_read(file), identity(conn))
            stored, refused = 0, list[int]()
            if found.mine:
                store.durable()
                with store.write(wait) as tx:
                    answers = [answer for _, answer in found.mine]
                    stored, refused = store_all(tx, answers, store.path)
            broken = [*found.broken, *(found.mine[at][0] for at in refused)]
            told = self._told(stored, found, broken)
            # Where this fails the rows are there, and the lines once more: they are
            # known then.
            with contextlib.suppress(OSError):
                self._keep(self.aside, broken)
                self._leave([line for line, _ in found.foreign])
        return TakenIn(stored, told)

    def _told(self, stored: int, found: _Lines, broken: Sequence[bytes]) -> list[str]:
        told = []
        if stored:
            told.append(
                f"{_many(stored)} that could not be stored at the time"
                f" {_are(stored)} in the database now."
            )
        if found.foreign:
            number = len(found.foreign)
            told.append(
                f"{_many(number)} in {self.path} {_are(number)} not of this database"
                f" but of one of {found.foreign[0][1]}: left there. Move the file"
                " beside that database."
            )
        if broken:
            told.append(
                f"{len(broken):,} line{'s' * (len(broken) != 1)} of {self.path} could"
                " not be read (cut while it was written, or of a newer altsync): kept"
                f" in {self.aside}."
            )
        return told

    def _keep(self, path: Path, lines: Sequence[bytes]) -> None:
        if not lines:
            return
        with _locked(path, create=True) as file:
            _add(file, lines)

    def _leave(self, lines: Sequence[bytes]) -> None:
        """Only these remain; the file ends where there are none. In one step."""
        if not lines:
            self.path.unlink()
        else:
            part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
            try:
                with _locked(part, create=True) as file:
                    _add(file, lines)
                part.replace(self.path)
            finally:
                part.unlink(missing_ok=True)
        _sync(self.path.parent)


def identity(conn: sqlite3.Connection) -> dict[str, str]:
    """Which database it is: its site, and when that was first pulled. An export and its
    import keep it."""
    for row in conn.execute("SELECT url, source, created_at FROM site"):
        return dict(zip(("url", "source", "created_at"), row, strict=True))
    return {}


def lines_of(answers: Sequence[PaidAnswer], owner: dict[str, str]) -> list[bytes]:
    """As they stand in the file, without their ends: ASCII, so that no text can refuse
    to be written."""
    data = ({"database": owner, **answer.as_dict()} for answer in answers)
    return [json.dumps(one).encode() for one in data]


def _temporary() -> Path:
    return Path(os.environ.get("TMPDIR") or "/tmp")  # noqa: S108  names are not guessed


def _is_own(path: Path) -> bool:
    found = path.lstat()
    own = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return stat.S_ISREG(found.st_mode) and own


def _sorted(lines: Sequence[bytes], owner: dict[str, str]) -> _Lines:
    found = _Lines()
    for line in lines:
        try:
            data = _parsed(line)
            if data["database"] != owner:
                found.foreign.append((line, str(data["database"].get("url"))))
            else:
                found.mine.append((line, paid.read(data)))
        except NoRow:
            found.broken.append(line)
    return found


def _parsed(line: bytes) -> dict[str, Any]:
    """Raises NoRow."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NoRow("no JSON") from error
    if not isinstance(data, dict) or not isinstance(data.get("database"), dict):
        raise NoRow("no answer")
    return data


def store_all(
    tx: sqlite3.Connection, answers: Sequence[PaidAnswer], path: Path
) -> tuple[int, list[int]]:
    """Make answers rows that came too late for their run; each is stored once. (how many
    are new rows, the places of those that the database does not take)."""
    stored, refused = 0, list[int]()
    for at, answer in enumerate(answers):
        if answer.stored(tx):
            continue
        if _fits(tx, answer, path):
            stored += 1
        else:
            refused.append(at)
    for run in {answer.run for answer in answers} - {None}:
        ledger.late(tx, int(run or 0))
    return stored, refused


def _fits(tx: sqlite3.Connection, answer: PaidAnswer, path: Path) -> bool:
    """Store one; False, and nothing was stored, where the database will never take it."""
    # an older copy of the database was put back
    if answer.run is not None and not ledger.known(tx, answer.run):
        answer = replace(answer, row=replace(answer.row, run_id=None))
    if answer.line is not None and not handovers.known(tx, answer.line.handover):
        answer = replace(answer, line=None, row=replace(answer.row, handover_id=None))
    tx.execute("SAVEPOINT answer")
    try:
        answer.store(tx)
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        if isinstance(error, sqlite3.Error) and refusal(error, path) is not None:
            raise
        tx.execute("ROLLBACK TO answer")
        return False
    tx.execute("RELEASE answer")
    return True


@contextlib.contextmanager
def _locked(path: Path, *, create: bool) -> Iterator[Any]:
    """The file, while no other process has it; None where it is not there.

    Whoever took its lines in has put another one, or none, in its place: then that one
    is opened.
    """
    flags = os.O_RDWR | os.O_APPEND | _FLAGS
    if create:
        flags |= os.O_CREAT
    while True:
        try:
            file = os.open(path, flags, OWNER_ONLY)
        except FileNotFoundError:
            if create:
                raise
            yield None
            return
        try:
            flock.lock(file)
            if _is(file, path):
                yield file
                return
        finally:
            os.close(file)


def _is(file: int, path: Path) -> bool:
    """Whether this open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _read(file: int) -> list[bytes]:
    data = b""
    while piece := os.pread(file, 1 << 20, len(data)):
        data += piece
    return [line for line in data.split(b"\n") if line.strip()]


def _add(file: int, lines: Sequence[bytes]) -> None:
    """Append whole lines, and wait until they are on the disk. Raises OSError, and the
    file is then as it was."""
    end = os.lseek(file, 0, os.SEEK_END)
    torn = end > 0 and os.pread(file, 1, end - 1) != b"\n"
    left = memoryview(b"\n" * torn + b"".join(line + b"\n" for line in lines))
    try:
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(file, end)
        raise


def _sync(directory: Path) -> None:
    """A new name is on the disk once its directory is."""
    with contextlib.suppress(OSError):  # some file systems cannot
        file = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)


def _many(number: int) -> str:
    return f"{number:,} paid answer{'s' * (number != 1)}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
