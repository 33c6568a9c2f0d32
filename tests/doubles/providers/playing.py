"""A situation, run through the whole stage: what was asked, kept and paid."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from altsync.errors import ModelStopped
from altsync.generate import rate, standstill, work
from tests.doubles.providers.base import Act, Provider
from tests.doubles.providers.situations import Situation, Verdict
from tests.generate.conftest import Bench

IMAGES = 2
PRICE = {"input": 1.0, "output": 10.0}


def hurry(patch: pytest.MonkeyPatch) -> None:
    """Shorter pauses before a call that broke, and before a model is given up that says
    nothing but that it is asked too fast (90 s)."""
    patch.setattr(work, "BACKOFF", 0.01)
    patch.setattr(rate, "REST", 0.1)
    patch.setattr(standstill, "BRIEF", 0.1)
    patch.setattr(standstill, "ROUNDS", 2)


@dataclass(frozen=True)
class Books:
    """What is on record in the database."""

    arrived: int
    """Calls that were answered."""
    lost: int
    """Calls whose answer was lost on its way."""
    dollars: float
    estimated: float
    """Of those: for answers that were lost."""

    @property
    def calls(self) -> int:
        return self.arrived + self.lost


@dataclass(frozen=True)
class Played:
    """What came of a run."""

    verdict: Verdict
    calls: int
    """At the provider, for the images of the situation."""
    paid: int
    """Of all: those that a provider bills."""
    books: Books
    made: int
    said: str
    """To the owner: the sentence, and the provider's own reason where it is kept."""
    seconds: float


def play(situation: Situation, double: Provider, bench: Bench) -> Played:
    """Run generate over IMAGES images of `bench`."""
    asked: Counter[bytes] = Counter()
    double.act = _script(situation, double, asked)
    began = time.monotonic()
    stopped = ""
    model = situation.model or double.model
    try:
        bench.run(
            models=(model,),
            prices={model: PRICE},
            options=situation.options,
            timeout=situation.timeout,
        )
    except ModelStopped as error:
        stopped = str(error)
    seconds = time.monotonic() - began
    while double.flying:  # it answers, and is paid, whoever has gone
        time.sleep(0.01)
    made = count(bench, "candidates")
    failed = count(bench, "failures")
    calls = sum(asked.values()) if situation.always else _first(asked)
    verdict = _verdict(stopped, made, failed, calls)
    said = " ".join([stopped, *_problems(bench)])
    return Played(verdict, calls, double.paid, on_record(bench), made, said, seconds)


def _verdict(stopped: str, made: int, failed: int, calls: int) -> Verdict:
    if stopped:
        return Verdict.STOP
    if failed:
        assert made == IMAGES - failed
        return Verdict.SKIP
    assert made == IMAGES
    return Verdict.GO_ON if calls > 1 else Verdict.ANSWER


def _script(
    situation: Situation, double: Provider, asked: Counter[bytes]
) -> Callable[[dict[str, Any]], Act]:
    """The acts for the first picture that comes, in their order; a usable text for all
    others. Counts the calls of each picture in `asked`."""

    def act(body: dict[str, Any]) -> Act:
        picture = double.picture(body)
        asked[picture] += 1
        number = asked[picture] - 1
        meant = situation.always or picture == next(iter(asked))
        if meant and situation.forever:
            number = min(number, len(situation.acts) - 1)
        if meant and number < len(situation.acts):
            return situation.acts[number]
        return double.described(body)

    return act


def _first(asked: Counter[bytes]) -> int:
    return next(iter(asked.values()), 0)


def count(bench: Bench, table: str) -> int:
    """Rows of a table."""
    (found,) = bench.rows(f"SELECT count(*) FROM {table}")[0]
    return int(found)


def on_record(bench: Bench) -> Books:
    """Candidates and failures together. The doubles count 1,000 tokens into each call
    that they answer."""
    sums = "coalesce(sum(input_tokens), 0), coalesce(sum(lost_calls), 0),"
    sums += " coalesce(sum(cost_usd), 0), coalesce(sum(estimated_usd), 0)"
    table = "SELECT {} FROM {} WHERE coalesce(lost_calls, 0) = 0"
    sure = [
        bench.rows(table.format(sums, name))[0] for name in ("candidates", "failures")
    ]
    whole = [
        bench.rows(f"SELECT {sums} FROM {name}")[0]
        for name in ("candidates", "failures")
    ]
    tokens = sum(row[0] for row in sure)
    lost = sum(row[1] for row in whole)
    assert tokens % 1000 == 0
    return Books(
        arrived=tokens // 1000 + _beside_lost(bench),
        lost=lost,
        dollars=sum(row[2] for row in whole),
        estimated=sum(row[3] for row in whole),
    )


def _beside_lost(bench: Bench) -> int:
    """Answers that arrived, of images of which another was lost: a candidate has one."""
    (found,) = bench.rows("SELECT count(*) FROM candidates WHERE lost_calls > 0")[0]
    return int(found)


def _problems(bench: Bench) -> list[str]:
    columns = {row[1] for row in bench.rows("PRAGMA table_info(failures)")}
    told = "error || ' ' || coalesce(reason, '')" if "reason" in columns else "error"
    return [str(row[0]) for row in bench.rows(f"SELECT {told} FROM failures")]
