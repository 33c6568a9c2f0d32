"""`python -m tests.soak`: kill altsync again and again, over both kinds of site, and
count what came of it.

The processes are real; the sites and the model server are the doubles, over loopback
sockets, with ledgers of their own. A cycle takes a new site through pull, generate,
push and revert; every command is ended several times at a random moment (SIGKILL,
SIGTERM, SIGINT) and then allowed to finish. Persons write on the site between. One lane
for each kind of site, side by side.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from altsync.demo.site import DemoSite
from tests.doubles.drupal import DemoDrupal
from tests.doubles.providers.openai import Double, write_models
from tests.warm import WARM

IMAGES = 40
WORKERS = 4
"""Of generate: so many answers may be in flight when it is killed."""

SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
Kills = Mapping[str, int]
KILLS: Kills = {"pull": 2, "generate": 4, "push": 5, "revert": 2}
"""Rounds of each command in one cycle."""
FEW: Kills = {"pull": 1, "generate": 2, "push": 2, "revert": 1}
"""The same, where the whole run has minutes."""
PROMPTLY = 120
"""Seconds in which any command has to end."""


@dataclass
class Counts:
    """What came of it. All below `in_flight` has to be 0."""

    rounds: int = 0
    landed: int = 0
    """Signals that reached a process that was still at work."""
    patches: int = 0
    answers: int = 0
    in_flight: int = 0
    """Answers on their way when a SIGKILL came: the most that may be paid again."""
    double_patches: int = 0
    lost_answers: int = 0
    overwritten_words: int = 0
    tracebacks: int = 0
    unfinished: int = 0
    """Commands that did not end well once nobody stopped them; journal rows left open;
    images without their text; damaged databases."""

    def add(self, other: Counts) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    def faults(self) -> int:
        names = [one.name for one in fields(self)]
        below = names[names.index("in_flight") + 1 :]
        return sum(getattr(self, name) for name in below)

    def lines(self) -> Iterator[str]:
        for one in fields(self):
            yield f"{one.name.replace('_', ' '):18} {getattr(self, one.name):6,}"


class House(ABC):
    """A site with its person, seen from outside altsync."""

    init: tuple[str, ...]
    secrets: dict[str, str]

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def ids(self) -> list[str]:
        """Every image."""

    @abstractmethod
    def text(self, image: str) -> str | None: ...

    @abstractmethod
    def write(self, image: str, text: str) -> None:
        """A person does."""

    @abstractmethod
    def sent(self) -> list[tuple[str, str]]:
        """(image, text) of every PATCH that changed the site, in order."""

    @abstractmethod
    def requests(self) -> int:
        """How often it was asked anything."""

    @abstractmethod
    def patches(self) -> int:
        """How often it was asked to change something."""


class AlbumHouse(House):
    def __init__(self) -> None:
        self.site = DemoSite(IMAGES).start()
        self.site.latency = 0.02
        self.secrets = {"ALTSYNC_TOKEN": self.site.token}
        self.init = (
            *("init", self.site.url, "--source", "album", "--label", "verified"),
            *("--inventory", f"{self.site.url}/sitemap.xml"),
            *("--pixels", self.site.pixels, "--model", "double"),
        )

    def close(self) -> None:
        self.site.close()

    def ids(self) -> list[str]:
        return self.site.ids

    def text(self, image: str) -> str | None:
        text: str | None = self.site.document(image)["alt"]
        return text

    def write(self, image: str, text: str) -> None:
        self.site.edit(image, alt=text, verified=1)

    def sent(self) -> list[tuple[str, str]]:
        done = [entry for entry in self.site.requests("PATCH") if entry.applied]
        return [(entry.image or "", entry.json["alt"]) for entry in done]

    def requests(self) -> int:
        return len(self.site.ledger)

    def patches(self) -> int:
        return len(self.site.requests("PATCH"))


class DrupalHouse(House):
    def __init__(self) -> None:
        self.site = DemoDrupal(media=IMAGES)
        self.site.switches.latency = 0.02
        self.site.__enter__()
        self.media = dict(self.site.state.of("media--image"))
        self.secrets = {"ALTSYNC_PASSWORD": self.site.password}
        self.init = (
            *("init", self.site.url, "--source", "jsonapi"),
            *("--user", self.site.user, "--model", "double"),
        )

    def close(self) -> None:
        self.site.close()

    def ids(self) -> list[str]:
        return list(self.media)

    def text(self, image: str) -> str | None:
        text: str | None = self.site.alt(self.media[image])
        return text

    def write(self, image: str, text: str) -> None:
        self.site.edit(self.media[image], alt=text)

    def sent(self) -> list[tuple[str, str]]:
        found = []
        for seen in self.site.requests("PATCH"):
            if seen.status == 200:
                data = json.loads(seen.body)["data"]
                (link,) = data["relationships"].values()
                found.append((data["id"], link["data"]["meta"]["alt"]))
        return found

    def requests(self) -> int:
        return len(self.site.ledger)

    def patches(self) -> int:
        return len(self.site.requests("PATCH"))


HOUSES: dict[str, Callable[[], House]] = {"album": AlbumHouse, "jsonapi": DrupalHouse}


def sent_twice(sent: Sequence[tuple[str, str]]) -> int:
    """PATCHes that set what the PATCH before had set there already."""
    last: dict[str, str] = {}
    twice = 0
    for image, text in sent:
        twice += last.get(image) == text
        last[image] = text
    return twice


@dataclass
class Cycle:
    """One site, from the first pull to what was taken back."""

    directory: Path
    house: House
    model: Double
    dice: random.Random
    environment: dict[str, str]
    kills: Kills

    def __post_init__(self) -> None:
        self.counts = Counts()
        self.persons: dict[str, str] = {}
        self.rounds = 0

    def run(self, rounds: int) -> Counts:
        """At most so many rounds."""
        self.rounds = rounds
        self._finish(*self.house.init)
        self._stage("pull", "pull", "--workers", "4")
        self._stage("generate", "generate", "--yes", "--workers", str(WORKERS))
        self._finish("approve", "--all")
        self._stage("push", "push", "--yes", "--workers", "2")
        self._finish("pull")
        self._finish("push", "--yes")
        self._whole()
        self._stage("revert", "revert", self._last_push(), "--yes")
        self._finish("pull")
        self._finish("push", "--yes")
        self._judge()
        return self.counts

    def _stage(self, name: str, *args: str) -> None:
        for _ in range(self.kills[name]):
            if self.counts.rounds == self.rounds:
                break
            self._somebody_writes()
            self._round(*args)
        self._finish(*args)

    def _somebody_writes(self) -> None:
        """Only where nothing is sent at that moment: between GET and PATCH lie some
        milliseconds in which no client can guard a site that has no ETag."""
        untouched = [one for one in self.house.ids() if one not in self.persons]
        if untouched and self.dice.random() < 0.3:
            image = self.dice.choice(untouched)
            text = f"A person's words {len(self.persons)}"
            self.house.write(image, text)
            self.persons[image] = text

    def _round(self, *args: str) -> None:
        """Start a command, end it at a random moment of its work, count."""
        paid, kept = self.model.paid, self._candidates()
        at_work = self._at_work(args[0])
        process = self._start(*args)
        while process.poll() is None and not at_work():
            time.sleep(0.005)
        time.sleep(self.dice.uniform(0, 0.3))
        number = self.dice.choice(SIGNALS)
        landed = process.poll() is None
        process.send_signal(number)
        self._end(process)
        while self.model.flying:  # it answers, and is paid, whoever has gone
            time.sleep(0.01)
        self.counts.rounds += 1
        self.counts.landed += landed

        new = self._candidates() - kept
        missing = self.model.paid - paid - new
        in_flight = min(missing, WORKERS) if number is signal.SIGKILL else 0
        self.counts.in_flight += in_flight
        self.counts.lost_answers += missing - in_flight

    def _at_work(self, command: str) -> Callable[[], bool]:
        """Whether a command that starts now does what it is there for; now and then,
        whether it has begun at all."""
        count: Callable[[], int] = self.house.requests
        if self.dice.random() < 0.75:
            asked = {"generate": self._model_asked, "pull": count}
            count = asked.get(command, self.house.patches)
        before = count()
        return lambda: count() > before

    def _model_asked(self) -> int:
        return len(self.model.requests)

    def _start(self, *args: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*WARM, "-m", "altsync", *args],
            cwd=self.directory,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def _end(self, process: subprocess.Popen[bytes]) -> str:
        try:
            _, err = process.communicate(timeout=PROMPTLY)
        except subprocess.TimeoutExpired:
            process.kill()
            _, err = process.communicate()
            self._fault(f"{process.args!r} did not end")
        said = err.decode("utf-8", "replace")
        if "Traceback" in said or "does not know" in said:
            self.counts.tracebacks += 1
            print(said, file=sys.stderr)
        return said

    def _finish(self, *args: str) -> None:
        process = self._start(*args)
        said = self._end(process)
        if process.returncode not in (0, 4):  # 4: a person's words are a conflict
            self._fault(f"{args} ended with {process.returncode}: {said}")

    def _fault(self, what: str) -> None:
        self.counts.unfinished += 1
        print(what, file=sys.stderr)

    def _whole(self) -> None:
        """After the push: every image has its text, from a machine or a person."""
        for image in self.house.ids():
            if not self.house.text(image):
                self._fault(f"{image} has no text")

    def _judge(self) -> None:
        sent = self.house.sent()
        self.counts.patches += len(sent)
        self.counts.double_patches += sent_twice(sent)
        self.counts.answers += self.model.paid
        for image, text in self.persons.items():
            self.counts.overwritten_words += self.house.text(image) != text
        if self._rows("SELECT id FROM push_items WHERE status = 'intended'"):
            self._fault("journal rows are left open")
        if self._rows("PRAGMA integrity_check") != [("ok",)]:
            self._fault("the database is damaged")
        candidates = self._candidates()
        if (
            candidates
            != self._rows("SELECT count(DISTINCT image_id) FROM candidates")[0][0]
        ):
            self._fault("an image was paid for twice")

    def _last_push(self) -> str:
        sql = (
            "SELECT coalesce(max(push_id), 0) FROM push_items WHERE status = 'applied'"
        )
        return str(self._rows(sql)[0][0])

    def _candidates(self) -> int:
        if not self._database.exists():
            return 0
        count: int = self._rows("SELECT count(*) FROM candidates")[0][0]
        return count

    @property
    def _database(self) -> Path:
        return self.directory / "data" / "altsync.db"

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        conn = sqlite3.connect(self._database, timeout=60)
        try:
            return conn.execute(sql).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            return [(0,)]  # killed before its first migration
        finally:
            conn.close()


@contextmanager
def prepared(kind: str, dice: random.Random, kills: Kills = KILLS) -> Iterator[Cycle]:
    """A site of this kind, a model server and a directory, all new."""
    house = HOUSES[kind]()
    with tempfile.TemporaryDirectory() as place, Double() as model:
        home = Path(place) / "llm"
        home.mkdir()
        write_models(home, model.base)
        model.latency = 0.1
        directory = Path(place) / "site"
        directory.mkdir()
        environment = {
            **os.environ,
            **house.secrets,
            "LLM_USER_PATH": str(home),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        try:
            yield Cycle(directory, house, model, dice, environment, kills)
        finally:
            house.close()


def lane(kind: str, rounds: int, seed: int, kills: Kills = KILLS) -> Counts:
    """So many rounds over sites of one kind."""
    dice = random.Random(f"{kind} {seed}")
    total = Counts()
    while total.rounds < rounds:
        with prepared(kind, dice, kills) as cycle:
            total.add(cycle.run(rounds - total.rounds))
    return total


def soak(rounds: int, seed: int) -> Counts:
    """All lanes side by side; their counts together."""
    found: dict[str, Counts] = {}
    broken: list[BaseException] = []

    def work(kind: str) -> None:
        try:
            found[kind] = lane(kind, rounds // len(HOUSES), seed)
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=work, args=(kind,)) for kind in HOUSES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    total = Counts()
    for counts in found.values():
        total.add(counts)
    return total


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the counts; end with 1 where one is not 0 that has to be."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    given = parser.parse_args(arguments)
    began = time.monotonic()
    print(f"seed {given.seed}", flush=True)
    counts = soak(given.rounds, given.seed)
    for line in counts.lines():
        print(line)
    print(f"{'minutes':18} {(time.monotonic() - began) / 60:6.1f}")
    sys.exit(bool(counts.faults()))


if __name__ == "__main__":
    main()
