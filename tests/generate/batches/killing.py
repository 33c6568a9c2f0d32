"""One command about batches in a process of its own, which dies (SIGKILL) at a point of
it. Run as a module: TOML MODEL COMMAND POINT."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from altsync.config import load
from altsync.generate.batches.fetching import Fetch
from altsync.generate.batches.stage import SendBatches
from altsync.generate.choosing import Targets
from altsync.generate.settings import Settings
from altsync.models import SiteImage
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store.store import Store
from altsync.store.worklist import Worklist
from tests.generate.conftest import photo

ROOM = "altsync.generate.batches"


@dataclass(frozen=True)
class Point:
    """Between two steps."""

    command: str
    where: str
    """`module:attribute`, that is called there."""
    after: bool = False
    """It dies when that has been done, not before."""
    call: int = 1
    """The how manieth of such calls."""


SUBMIT = {
    "openai": f"{ROOM}.openai:OpenAIBatches.submit",
    "anthropic": f"{ROOM}.anthropic:AnthropicBatches.submit",
}
POINTS = {
    "lines written": Point("send", f"{ROOM}.writing:Writing._begin"),
    "on record": Point("send", f"{ROOM}.writing:Writing._submit"),
    "uploaded": Point("send", f"{ROOM}.openai:OpenAIBatches._upload", after=True),
    "answer not heard": Point("send", "submit", after=True),
    "sent": Point("send", f"{ROOM}.lines:LineFile.remove"),
    "looked at": Point("fetch", "altsync.store.handovers:ended"),
    "first line": Point("fetch", "altsync.generate.keeping:Keeper.keep"),
    "between lines": Point("fetch", "altsync.generate.keeping:Keeper.keep", call=2),
    "all lines": Point("fetch", "altsync.store.handovers:fetched"),
    "file deleted": Point("fetch", "altsync.store.handovers:deleted"),
}
"""Every two steps, and what comes between them."""


class Site(MemorySource):
    """Its pictures are those of `photo`, by their names."""

    def pixels(self, image: SiteImage, max_bytes: int = 0) -> bytes:
        return photo(int(image.name[1:]))


class Trap:
    """What stands at a point, and in its place what dies there."""

    def __init__(self, point: Point, die: Callable[[], None]) -> None:
        module, _, attribute = point.where.partition(":")
        self.owner: Any = importlib.import_module(module)
        *above, self.name = attribute.split(".")
        for one in above:
            self.owner = getattr(self.owner, one)
        self._inner: Callable[..., Any] = getattr(self.owner, self.name)
        self._after = point.after
        self._left = point.call
        self._die = die

    @property
    def dying(self) -> Callable[..., Any]:
        """A function, which is bound where a method was."""

        def dying(*args: Any, **how: Any) -> Any:
            self._left -= 1
            if self._left == 0 and not self._after:
                self._die()
            found = self._inner(*args, **how)
            if self._left == 0:
                self._die()
            return found

        return dying


def die(point: Point) -> None:
    """From now on."""
    trap = Trap(point, lambda: os.kill(os.getpid(), signal.SIGKILL))
    setattr(trap.owner, trap.name, trap.dying)


def main(toml: str, model: str, command: str) -> None:
    """The command, in the thread of a process."""
    config = load(Path(toml))
    with Store.open(config.database) as store, store.snapshot() as conn:
        if command == "fetch":
            Fetch(config, store).run()
            return
        settings = Settings((model,), batch=True, prices=config.generate.prices)
        targets = Targets(conn, Worklist(models=(model,)))
        SendBatches(Context(Site(), store, threads=2), settings, targets).run()


if __name__ == "__main__":
    _, where, name, provider, at = sys.argv
    chosen = POINTS[at]
    if chosen.where == "submit":
        chosen = Point(chosen.command, SUBMIT[provider], after=True)
    die(chosen)
    main(where, name, chosen.command)
