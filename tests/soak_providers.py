"""`python -m tests.soak_providers`: kill `altsync generate` again and again while it asks
three providers at once through their real plugins, and count what came of it.

The processes are real, each signal is SIGKILL; the site and the providers (an
OpenAI-compatible server, Anthropic, Ollama) are doubles over loopback sockets, with
ledgers of their own. Nothing paid may be lost, and nothing paid for twice, but what was
on its way when a kill came.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.doubles.providers.anthropic import Anthropic
from tests.doubles.providers.base import Provider
from tests.doubles.providers.ollama import Ollama
from tests.doubles.providers.openai import Double, write_models
from tests.soak import IMAGES, PROMPTLY, AlbumHouse
from tests.warm import WARM

WORKERS = 4
"""So many answers may be on their way when a kill comes."""
KILLS = 10
"""Of one site, before a new one."""


@dataclass
class Tally:
    """What came of it. All below `in_flight` have to be 0."""

    kills: int = 0
    answers: int = 0
    """That the providers were paid for."""
    in_flight: int = 0
    """Of these: on their way when a kill came, and paid for again."""
    lost: int = 0
    """More than could be on their way."""
    twice: int = 0
    """Paid for again, though it was stored or nothing was on its way."""
    unfinished: int = 0
    """Commands that did not end well once nobody killed them; images without a text."""
    by_model: Counter[str] = field(default_factory=Counter)
    """Answers paid for, by model."""

    @property
    def faults(self) -> int:
        return self.lost + self.twice + self.unfinished

    def lines(self) -> Iterator[str]:
        names = ("kills", "answers", "in_flight", "lost", "twice", "unfinished")
        for name in names:
            yield f"{name.replace('_', ' '):12} {getattr(self, name):6,}"
        for model, paid in sorted(self.by_model.items()):
            yield f"{paid:6,} of {model}"

    def round(self, paid: int, kept: int) -> None:
        """A kill between: so many answers paid for since the last, and stored."""
        self.kills += 1
        missing = paid - kept
        self.in_flight += min(missing, WORKERS)
        self.lost += max(0, missing - WORKERS)

    def model(self, name: str, paid: int, kept: Mapping[str, int]) -> None:
        """A site is done: `kept` are the candidates of each image by this model."""
        self.answers += paid
        self.by_model[name] += paid
        self.twice += sum(kept.values()) - len(kept)
        self.unfinished += IMAGES - len(kept)


@dataclass
class Run:
    """One site, from nothing to a text of each model for every image."""

    directory: Path
    house: AlbumHouse
    doubles: Sequence[Provider]
    environment: Mapping[str, str]
    dice: random.Random
    tally: Tally = field(default_factory=Tally)

    def go(self, kills: int) -> Tally:
        """With at most so many kills."""
        tally = self.tally
        before = tally.in_flight + tally.lost
        self._finish(*self.house.init)
        self._finish("pull")
        while tally.kills < kills and self._round():
            pass
        self._finish(*self._asking)
        for double in self.doubles:
            tally.model(double.model, double.paid, self._kept(double.model))
        missing = tally.in_flight + tally.lost - before
        tally.twice += max(0, self._paid() - self._stored() - missing)
        return tally

    @property
    def _asking(self) -> tuple[str, ...]:
        named = [part for double in self.doubles for part in ("-m", double.model)]
        return ("generate", "--yes", "--workers", str(WORKERS), *named)

    def _round(self) -> bool:
        """Start, kill at a random moment of its work, count. False where it was done
        before."""
        paid, kept = self._paid(), self._stored()
        calls = self._calls()
        process = self._start(*self._asking)
        while process.poll() is None and self._calls() == calls:
            time.sleep(0.005)
        time.sleep(self.dice.uniform(0, 0.8))
        landed = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PROMPTLY)
        while any(double.flying for double in self.doubles):
            time.sleep(0.01)  # they answer, and are paid, whoever has gone
        if landed:
            self.tally.round(self._paid() - paid, self._stored() - kept)
        return landed

    def _start(self, *args: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*WARM, "-m", "altsync", *args],
            cwd=self.directory,
            env=dict(self.environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def _finish(self, *args: str) -> None:
        process = self._start(*args)
        _, said = process.communicate(timeout=PROMPTLY)
        if process.returncode:
            self.tally.unfinished += 1
            print(f"{args} ended with {process.returncode}: {said!r}", file=sys.stderr)

    def _paid(self) -> int:
        return sum(double.paid for double in self.doubles)

    def _calls(self) -> int:
        return sum(double.calls for double in self.doubles)

    def _stored(self) -> int:
        return sum(sum(self._kept(double.model).values()) for double in self.doubles)

    def _kept(self, model: str) -> dict[str, int]:
        """How many candidates of this model each image has."""
        conn = sqlite3.connect(self.directory / "data" / "altsync.db", timeout=60)
        sql = "SELECT image_id, count(*) FROM candidates WHERE model = ? GROUP BY 1"
        try:
            return dict(conn.execute(sql, (model,)).fetchall())
        finally:
            conn.close()


@contextmanager
def prepared(dice: random.Random) -> Iterator[Run]:
    """A site, three providers and a directory, all new."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        double, claude, ollama = (
            stack.enter_context(kind()) for kind in (Double, Anthropic, Ollama)
        )
        for one in (double, claude, ollama):
            one.latency = 0.1
        house = AlbumHouse()
        stack.callback(house.close)
        write_models(place / "llm", double.base)
        (place / "site").mkdir()
        environment = {
            **os.environ,
            **house.secrets,
            "LLM_USER_PATH": str(place / "llm"),
            "LLM_LOAD_PLUGINS": "altsync,llm-anthropic,llm-ollama",
            "ANTHROPIC_API_KEY": "sk-ant-0123456789abcdef",
            "ANTHROPIC_BASE_URL": claude.base,
            "OLLAMA_HOST": ollama.base,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        doubles = (double, claude, ollama)
        yield Run(place / "site", house, doubles, environment, dice)


def soak(kills: int, seed: int) -> Tally:
    """Over as many sites as it takes."""
    dice = random.Random(seed)
    total = Tally()
    while total.kills < kills:
        with prepared(dice) as run:
            run.tally = total
            run.go(min(kills, total.kills + KILLS))
    return total


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the counts; end with 1 where one is not 0 that has to be."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak_providers")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    given = parser.parse_args(arguments)
    began = time.monotonic()
    print(f"seed {given.seed}", flush=True)
    tally = soak(given.kills, given.seed)
    for line in tally.lines():
        print(line)
    print(f"{'minutes':12} {(time.monotonic() - began) / 60:6.1f}")
    sys.exit(bool(tally.faults))


if __name__ == "__main__":
    main()
