"""Many callers of one provider on a simulated clock: a minute of theirs takes
milliseconds."""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from altsync.generate import allowance
from altsync.generate.rate import Rate
from tests.doubles.providers.limits import Limit


@dataclass
class Party:
    """A process: its callers share a rate."""

    todo: int
    rate: Rate = field(default_factory=Rate)
    queue: deque[int] = field(default_factory=deque)
    """Callers whose turn it will be, by how often they were refused."""
    done: int = 0
    calls: int = 0
    refused: int = 0
    most: int = 0
    """Refusals of one image."""
    ended: float = 0.0
    looks: float = float("inf")
    """When it will see next whether a call may start."""


@dataclass
class Fleet:
    """`images` to be answered for each of so many processes, by `workers` at a time."""

    limit: Limit
    images: int = 200
    workers: int = 32
    latency: float = 0.2
    """Seconds that an answer takes, give or take a fifth."""
    away: float = 0.01
    """Seconds that a refusal takes."""
    moment: float = 0.003
    """Seconds that a thread takes to wake up, on average, and a packet on its way."""
    stalls: float = 0.0
    """The share of those moments in which a busy computer does nothing for a while."""
    parties: int = 1
    closed: tuple[float, float, float | None] | None = None
    """From when until when nothing is admitted, and what is told then."""
    seed: int = 1
    longest: float = 100_000.0
    """Seconds after which the run is given up."""

    def __post_init__(self) -> None:
        self.now = 0.0
        self.seen: list[tuple[float, bool]] = []
        """When each call came to the provider, and whether it was admitted."""
        self._chance = random.Random(self.seed)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self.all = [Party(self.images) for _ in range(self.parties)]

    @property
    def refused(self) -> float:
        """The share of the calls."""
        return sum(not admitted for _, admitted in self.seen) / len(self.seen)

    @property
    def ended(self) -> float:
        return max(party.ended for party in self.all)

    @property
    def done(self) -> int:
        return sum(party.done for party in self.all)

    def run(self) -> Fleet:
        """Until all is done."""
        for party in self.all:
            for _ in range(min(self.workers, self.images)):
                self._next(party)
        while self._events and self.now < self.longest:
            self.now, _, event = heapq.heappop(self._events)
            event()
        return self

    def _at(self, when: float, event: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (when, self._count, event))

    def _a_moment(self) -> float:
        moment = min(0.05, self._chance.expovariate(1 / self.moment))
        if self._chance.random() < self.stalls:
            moment += self._chance.uniform(0.05, 0.2)
        return moment

    def _next(self, party: Party) -> None:
        if party.todo:
            party.todo -= 1
            self._wait(party, 0)

    def _wait(self, party: Party, refused: int) -> None:
        party.queue.append(refused)
        party.most = max(party.most, refused)
        self._look(party)

    def _look(self, party: Party) -> None:
        """Let the first of the queue start, once it may."""
        if not party.queue:
            return
        due = party.rate.ready(self.now)
        if due > self.now:
            self._look_again(party, due + self._a_moment())
            return
        refused = party.queue.popleft()
        call = party.rate.start(self.now)
        party.calls += 1
        there = self.now + self.away / 2 + self._a_moment()
        self._at(there, lambda: self._arrive(party, call, refused))
        self._look(party)

    def _look_again(self, party: Party, when: float) -> None:
        if self.now < party.looks <= when:
            return
        party.looks = when
        self._at(when, lambda: self._look(party))

    def _arrive(self, party: Party, call: int, refused: int) -> None:
        admitted, headers = self._admits()
        self.seen.append((self.now, admitted))
        back = self.now + self.away / 2 + self._a_moment()
        told = {name.lower(): value for name, value in headers.items()}
        if admitted:
            back += self.latency * self._chance.uniform(0.8, 1.2)
            self._at(back, lambda: self._passed(party, call, told))
        else:
            self._at(back, lambda: self._limited(party, call, refused, told))

    def _admits(self) -> tuple[bool, dict[str, str]]:
        if self.closed is not None:
            begin, end, wait = self.closed
            if begin <= self.now < end:
                return False, {} if wait is None else {"Retry-After": str(wait)}
        return self.limit.admits(self.now)

    def _passed(self, party: Party, call: int, headers: Mapping[str, str]) -> None:
        party.rate.passed(call)
        self._hear(party, headers)
        party.done += 1
        party.ended = self.now
        self._next(party)
        self._look(party)

    def _limited(
        self, party: Party, call: int, refused: int, headers: Mapping[str, str]
    ) -> None:
        told = headers.get("retry-after")
        wait = None if told is None else float(told)
        party.refused += 1
        callers = min(self.workers, self.images)
        rest = party.rate.limited(call, wait, self.now, callers)
        self._hear(party, headers)
        rest *= self._chance.uniform(1.0, 1.1)
        self._at(self.now + rest, lambda: self._wait(party, refused + 1))
        self._look(party)

    def _hear(self, party: Party, headers: Mapping[str, str]) -> None:
        tokens = sum(self.limit.takes) / len(self.limit.takes)
        told = allowance.told(headers, tokens)
        if told is not None:
            party.rate.told(told)
