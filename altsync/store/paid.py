"""What came of asking a model, as one row of the books: it can be stored now, or kept as
a line of text until the database can be written again."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass, field
from typing import Any

from altsync.models import (
    Decision,
    Finding,
    LineCame,
    NewCandidate,
    Origin,
    Severity,
)
from altsync.store import candidates, handovers, ledger
from altsync.store.ledger import NewFailure
from altsync.store.rows import value
from altsync.store.store import now


class NoRow(ValueError):
    """A line that is no row of the books: cut, or written by something else."""


@dataclass(frozen=True, slots=True)
class SettledLine:
    """The line of a handover that an answer is for, and what came of it."""

    handover: int
    work_key: str
    came: LineCame
    again: str = ""
    """What the model is told when it is asked once more."""

    def settle(self, tx: sqlite3.Connection) -> bool:
        """Note it; False where it was answered before."""
        named = (self.handover, self.work_key)
        return handovers.settle(tx, *named, self.came, self.again)


@dataclass(frozen=True, slots=True)
class PaidAnswer:
    """A candidate, or an answer that could not be used, with the prompt that it answers."""

    row: NewCandidate | NewFailure
    system: str | None = None
    prompt: str | None = None
    """The prompt's words; None where no model was asked."""
    at: str = field(default_factory=now)
    """When it arrived. With its image and model it names the row: a model never answered
    twice about one image in one microsecond."""
    line: SettledLine | None = None
    """Where somebody else answered: its row stands only with this, and once."""

    @property
    def run(self) -> int | None:
        """The `runs` row of the generate that asked."""
        return self.row.run_id

    def store(self, tx: sqlite3.Connection) -> bool:
        """Make it a row. False, and there is none, where its line was answered before."""
        if self.line is not None and not self.line.settle(tx):
            return False
        if self.prompt is not None:
            candidates.add_prompt(tx, self.system, self.prompt)
        if isinstance(self.row, NewCandidate):
            candidates.add(tx, self.row, self.at)
        else:
            ledger.fail(tx, self.row, self.at)
        return True

    def stored(self, conn: sqlite3.Connection) -> bool:
        """Whether it is a row already."""
        table = "failures"
        if isinstance(self.row, NewCandidate):
            table = "candidates"
        sql = f"""
        SELECT 1 FROM {table} WHERE image_id = ? AND created_at = ? AND model IS ?
        """  # noqa: S608
        named = (self.row.image_id, self.at, self.row.model)
        return value(conn, sql, named) is not None

    def as_dict(self) -> dict[str, Any]:
        """As plain data; `read` is the way back."""
        kind = "failure"
        row = asdict(self.row)
        if isinstance(self.row, NewCandidate):
            kind = "candidate"
            row["findings"] = [finding.as_dict() for finding in self.row.findings]
        asked = {"system": self.system, "prompt": self.prompt}
        found = {"at": self.at, **asked, kind: row}
        if self.line is not None:
            found["line"] = asdict(self.line)
        return found


def read(data: dict[str, Any]) -> PaidAnswer:
    """What `as_dict` wrote. Raises NoRow, also where a newer altsync wrote more
    than this one can keep."""
    try:
        asked = data["system"], data["prompt"]
        return PaidAnswer(_row(data), *asked, _text(data["at"]), _line(data))
    except (LookupError, TypeError, ValueError) as error:
        raise NoRow(str(error)) from error


def _row(data: dict[str, Any]) -> NewCandidate | NewFailure:
    if "failure" in data:
        return NewFailure(**data["failure"])
    row = dict(data["candidate"])
    row["origin"] = Origin(row["origin"])
    row["decision"] = Decision(row["decision"])
    row["findings"] = tuple(
        Finding(found["rule"], Severity(found["severity"]), found["message"])
        for found in row["findings"]
    )
    return NewCandidate(**row)


def _line(data: dict[str, Any]) -> SettledLine | None:
    """Of no handover, as it was before there were any: None."""
    found = data.get("line")
    if found is None:
        return None
    named = int(found["handover"]), _text(found["work_key"])
    return SettledLine(*named, LineCame(found["came"]), _text(found["again"]))


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError("a time is text")
    return given
