"""`altsync packet read`: what came back of packets becomes verdicts, line by line, or is
refused with a reason.

All files are read first; then short transactions take their verdicts in the order in
which people gave them, and let others write in between. What only other packets changed
since a packet was written is no reason to refuse: the later verdict counts. What the
site, the pages or a push changed is.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

from altsync.config import Config
from altsync.doubts import Doubts
from altsync.errors import AltsyncError, MovedOn
from altsync.models.packet import (
    OnPaper,
    PacketLine,
    Ticked,
    differ,
    newest,
    same_line,
    standing,
)
from altsync.models.underway import Work
from altsync.packets import tables, understanding, xlsx
from altsync.packets.giving import Giving
from altsync.packets.tables import FilledIn, NoPacket, NoTable, Row
from altsync.packets.understanding import NoVerdict, Understood
from altsync.report import Quiet, Report
from altsync.store import packets
from altsync.store.store import Store, now

KINDS = {".json": tables.saved, ".csv": tables.parse, ".xlsx": xlsx.parse}
"""The files that are read, and how."""
LARGEST = 100_000_000
"""Bytes of a file that are read."""
HELD = 0.5
"""Seconds of the write lock: then others get it."""
BREATH = 0.12
"""Seconds between two: whoever waits for the lock asks for it every 0.1 s at least."""
CORRECTED = (
    "Said before and corrected since, so not taken again (who means it fills in “checked"
    " at”)"
)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One image that two people judged differently."""

    image: str
    said: tuple[OnPaper, ...]
    counts: tuple[OnPaper, ...]


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A file, or a row of one, that is no verdict."""

    where: str
    image: str
    reason: str


@dataclass(slots=True)
class CameBack:
    """What came of it."""

    taken: Counter[Ticked] = field(default_factory=Counter)
    packets: set[str] = field(default_factory=set)
    outdone: int = 0
    """Kept, and a later verdict on paper counts."""
    same: int = 0
    """Taken before, and unchanged."""
    empty: int = 0
    """Lines without a verdict."""
    refused: list[NotTaken] = field(default_factory=list)
    moved: int = 0
    """Of them: images that are not as they were handed out."""
    differences: list[Disagreement] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)
    """How verdicts that were taken were read."""
    notes: list[str] = field(default_factory=list)
    """About files."""


@dataclass(frozen=True, slots=True)
class _SaidThere:
    """A verdict and where it stands."""

    where: str
    said: OnPaper
    remarks: tuple[str, ...]


class Reading:
    """Take the verdicts of files and folders."""

    def __init__(
        self,
        config: Config,
        store: Store,
        paths: Sequence[Path],
        report: Report | None = None,
    ) -> None:
        self._config = config
        self._store = store
        self._paths = paths
        self._report = report or Quiet()
        self._doubts = Doubts(config)
        self._done = CameBack()
        self._moment = now()
        self._lines: dict[str, dict[int, PacketLine]] = {}
        self._given_to: dict[str, str] = {}

    def run(self) -> CameBack:
        """Do it once. Raises UsageError where a path is not there."""
        rows = list(self._rows())
        with self._store.snapshot() as conn:
            found = sorted(
                self._clear(conn, list(self._understood(conn, rows))),
                key=lambda one: one.said.order,
            )
        self._report.start(Work.TAKE_VERDICTS, len(found))
        touched: dict[str, None] = {}
        left = deque(found)
        while left:
            touched.update(dict.fromkeys(self._took_some(left)))
            if left:
                time.sleep(BREATH)
        with self._store.snapshot() as conn:
            for image in touched:
                self._compare(conn, image)
        return self._done

    def _took_some(self, left: deque[_SaidThere]) -> list[str]:
        """In one transaction, as many as fit into its time, one at least. The images of
        which something new was taken."""
        touched = []
        with self._store.write() as tx:
            giving = Giving(tx, self._doubts.findings)
            end = time.monotonic() + HELD
            while left:
                one = left.popleft()
                if self._took(tx, giving, one):
                    touched.append(one.said.image)
                if time.monotonic() > end:
                    break
        return touched

    def _rows(self) -> Iterator[tuple[str, Row]]:
        for path, named in _files(self._paths):
            try:
                table = _parsed(path)
            except NoTable as error:
                self._no_table(path, error, named)
                continue
            self._done.empty += table.empty
            for remark in table.remarks:
                self._done.notes.append(f"{path}: {remark}")
            for row in table.rows:
                yield str(path), row

    def _no_table(self, path: Path, error: NoTable, named: bool) -> None:
        """What lies in a folder beside packets is nobody's fault. What is broken may
        hold verdicts."""
        if named or not isinstance(error, NoPacket):
            self._done.refused.append(NotTaken(str(path), "", str(error)))
        else:
            self._done.notes.append(f"{path} was left out: {error}")

    def _understood(
        self, tx: sqlite3.Connection, rows: Iterable[tuple[str, Row]]
    ) -> Iterator[_SaidThere]:
        for file, row in rows:
            where = f"{file}, {row.where}"
            try:
                understood = self._understand(tx, row)
            except NoVerdict as error:
                self._refuse(where, row.text(tables.IMAGE), str(error))
                continue
            yield _SaidThere(where, understood.verdict, understood.remarks)

    def _clear(
        self, tx: sqlite3.Connection, found: Sequence[_SaidThere]
    ) -> Iterator[_SaidThere]:
        """Those of which it is clear what their line says last: two that differ and are
        of one time contradict each other, unless all but one were read before."""
        together: dict[tuple[str, int, str], set[tuple[object, ...]]] = defaultdict(set)
        for one in found:
            together[_moment_of(one.said)].add(one.said.content)
        for one in found:
            contents = together[_moment_of(one.said)]
            if len(contents) > 1:
                back = packets.returned(tx, one.said.image)
                mine = [b.verdict for b in back if same_line(b.verdict, one.said)]
                contents = contents - {before.content for before in mine}
            if len(contents) > 1 and one.said.content in contents:
                self._refuse(one.where, one.said.image, _CONTRADICTED)
            else:
                yield one

    def _understand(self, tx: sqlite3.Connection, row: Row) -> Understood:
        packet, number = understanding.place_of(row)
        if packet not in self._lines:
            known = packets.packet(tx, packet)
            if known is None:
                raise NoVerdict(f"there is no packet “{packet}” in this database")
            self._given_to[packet] = known.given_to
            self._lines[packet] = {one.line: one for one in packets.lines(tx, packet)}
        line = self._lines[packet].get(number)
        if line is None:
            raise NoVerdict(f"packet {packet} has no line {number}")
        return understanding.understand(row, line, self._given_to[packet], self._moment)

    def _refuse(self, where: str, image: str, reason: str) -> None:
        self._done.refused.append(NotTaken(where, image, reason))

    def _took(self, tx: sqlite3.Connection, giving: Giving, found: _SaidThere) -> bool:
        """Take one verdict, alone: what cannot be given leaves the others as they are.
        Whether it was a new one."""
        self._report.step()
        said = found.said
        tx.execute("SAVEPOINT line")
        try:
            new = self._take(tx, giving, said)
            self._done.remarks.update(found.remarks if new else ())
        except AltsyncError as error:
            tx.execute("ROLLBACK TO line")
            self._done.moved += isinstance(error, MovedOn)
            self._refuse(found.where, said.image, str(error).rstrip("."))
            return False
        finally:
            tx.execute("RELEASE line")
        self._done.packets.add(said.packet)
        return new

    def _take(self, tx: sqlite3.Connection, giving: Giving, said: OnPaper) -> bool:
        line = self._lines[said.packet][said.line]
        back = packets.returned(tx, said.image)
        mine = [one for one in back if same_line(one.verdict, said)]
        before = [one.verdict for one in mine]
        if _is_known(said, before):
            self._done.same += 1
            if not _is_exactly_known(said, before):
                self._done.remarks[CORRECTED] += 1
            return False
        giving.still(line, back)
        if said.at in [one.at for one in before]:
            said = replace(said, at=self._moment, timed=False)
        if giving.give(line, said, back):
            self._done.taken[said.answer] += 1
        else:
            self._done.outdone += 1
        return True

    def _compare(self, tx: sqlite3.Connection, image: str) -> None:
        """Note where people judged it differently."""
        said = newest([one.verdict for one in packets.returned(tx, image)])
        apart = [pair for pair in combinations(said, 2) if differ(*pair)]
        if not apart:
            return
        named = sorted({one for pair in apart for one in pair}, key=lambda o: o.order)
        counts = standing(said)
        self._done.differences.append(Disagreement(image, tuple(named), tuple(counts)))


def _moment_of(said: OnPaper) -> tuple[str, int, str]:
    return said.packet, said.line, said.at


_CONTRADICTED = (
    "the files say different things of this line, and not which of them later: fill in"
    " “checked at”, or leave one of them out"
)


def _is_known(said: OnPaper, before: Sequence[OnPaper]) -> bool:
    """The same line was read before, and says the same; or an older file of it is read
    again."""
    if not before:
        return False
    if newest(before)[-1].content == said.content:
        return True
    later = said.timed and said.at not in [one.at for one in before]
    return not later and said.content in [one.content for one in before]


def _is_exactly_known(said: OnPaper, before: Sequence[OnPaper]) -> bool:
    """It says what the line said last, or what it said at that very time."""
    if newest(before)[-1].content == said.content:
        return True
    return (said.content, said.at) in [(one.content, one.at) for one in before]


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Every file, and whether it was named itself."""
    for path in paths:
        if not path.is_dir():
            yield path, True
            continue
        for file in sorted(path.rglob("*")):
            hidden = file.name.startswith((".", "~$"))
            if file.suffix.lower() not in _BESIDES and not hidden and file.is_file():
                yield file, False


def _parsed(path: Path) -> FilledIn:
    """Raises NoTable."""
    parse = KINDS.get(path.suffix.lower())
    if parse is None:
        other = _OTHERS.get(path.suffix.lower())
        raise NoTable(other) if other else NoPacket(_OTHER)
    if not path.is_file():
        raise NoTable("it is no regular file")
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise NoTable(f"it cannot be read ({error.strerror or error})") from None
    if len(data) > LARGEST:
        raise NoTable("it is larger than any packet")
    return parse(data)


_BESIDES = (".html", ".jpg")
"""What else stands in the folder of a packet, and holds no verdicts."""
_OTHER = "only the saved verdicts (JSON), CSV and XLSX are read"
_OTHERS = {
    ".html": "the page holds no verdicts: open it, and press “Save my verdicts”",
    ".ods": "save it as XLSX or as CSV",
    ".xls": "save it as XLSX or as CSV",
    ".xlsb": "save it as XLSX or as CSV",
    ".numbers": "export it as XLSX or as CSV",
    ".zip": "unpack it",
}
