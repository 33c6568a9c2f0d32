"""A provider's batches and its host, for tests that look at both."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from altsync.generate import work
from altsync.generate.batches.base import (
    Batches,
    BatchLine,
    LineAnswer,
    Remote,
    Sought,
)
from altsync.generate.batches.providers import of_model
from altsync.generate.cut import Captured
from altsync.generate.opening import open_model
from altsync.generate.prompt import Wishes, build
from altsync.generate.task import Task
from tests.doubles.providers.base import Act
from tests.doubles.providers.batching import Batching, Lot
from tests.doubles.providers.hosting import key_of
from tests.generate.conftest import photo
from tests.pictures.made import shrunk

NOW = datetime.now(UTC)
TOKEN = "run-7-1"
KEYED = {"openai": "double-keyed", "anthropic": ""}
"""A model with a key of its own; '' where the usual one has."""


class Side:
    """A provider's batches, and its host."""

    def __init__(self, name: str, double: Batching, folder: Path) -> None:
        self.name = name
        self.double = double
        self.folder = folder
        self.model = open_model(KEYED[name] or double.model, {}, 5.0)
        self.batches: Batches = of_model(self.model)
        self.key = key_of("stubco" if name == "openai" else name)
        self.options: dict[str, Any] = {}

    def task(self, number: int) -> Task:
        prompt = build(Wishes(), True)
        jpeg = shrunk(photo(number))
        return Task(self.model.name, prompt, (), jpeg, self.options, timeout=5.0)

    def line(self, number: int) -> BatchLine:
        captured = work.would_send(self.task(number))
        assert isinstance(captured, Captured)
        return self.batches.line(key_at(number), captured)

    def written(self, count: int) -> tuple[Path, str]:
        """A file of so many lines, and their endpoint."""
        lines = [self.line(number) for number in range(count)]
        path = self.folder / "lines"
        path.write_bytes(b"".join(line.data for line in lines))
        (endpoint,) = {line.endpoint for line in lines}
        return path, endpoint

    def submit(self, count: int = 3) -> Remote:
        path, endpoint = self.written(count)
        return self.batches.submit(path, count, TOKEN, endpoint)

    def sought(self, count: int = 3, **how: Any) -> Sought:
        keys = {key_at(number) for number in range(count)}
        usual: dict[str, Any] = {"token": TOKEN, "count": count, "since": NOW}
        return Sought(**{**usual, "keys": keys, **how})

    @property
    def lot(self) -> Lot:
        """The only batch at the host."""
        (lot,) = self.double.lots.values()
        return lot

    def ended(self, count: int = 3) -> Remote:
        """A batch that has been worked on to its end."""
        made = self.submit(count)
        return self.batches.look(made.id)


def key_at(number: int) -> str:
    """As long as a work's key is."""
    return f"{number:064x}"


OURS = {key_at(number) for number in range(100)}
"""The keys of a batch's lines."""


def all_of(side: Side, remote: Remote) -> dict[str, LineAnswer]:
    return {one.custom_id: one for one in side.batches.answers(remote, OURS)}


def error(side: Side, code: int, kind: str, message: str) -> Act:
    """A line that is answered with an error."""
    said = side.double.error(code, kind, message)
    return Act(code=code, raw=said.data)
