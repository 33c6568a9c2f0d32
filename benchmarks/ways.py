"""Every way to have questions answered, under kills: what was booked, paid twice, lost.

    python -m benchmarks ways [live openai anthropic file dask]

Real processes, ended by SIGKILL, against the doubles of the providers, which count what
they would bill; the doubles and the deaths are those of the tests.

- `paid`: calls or lines that the provider was paid for.
- `died on its way`: of these, whose answer nobody ever had, since who waited for it was
  killed. Nobody can know such an answer, so it is asked again. A batch has none of that.
- `on record`: of which the books say so, at an estimated cost. A process that is killed
  whole can write nothing down; one whose worker is killed can, and does.
- `paid twice`: answers that were here already, or at the provider to be fetched, and were
  paid for again.
- `lost`: images that have no text in the end. The same command goes on once where some
  have none.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["LLM_LOAD_PLUGINS"] = "altsync"  # before llm is imported

from altsync.config import load
from altsync.generate.batches import settling
from altsync.sources.memory import MemorySource
from altsync.store import ledger
from altsync.store.store import Store
from tests.doubles.providers.hosting import BATCHING, Patch, hosted
from tests.generate.batches.conftest import Handing
from tests.generate.batches.house import HOUSE, MODELS
from tests.generate.batches.killing import POINTS
from tests.generate.batches.test_killed import IMAGES, answered, killed
from tests.generate.conftest import Bench
from tests.generate.test_killed import WORKERS, kill_rounds

HEAD = """\
| way | kills | images | paid | booked | died on its way | on record | paid twice | lost |
|---|---|---|---|---|---|---|---|---|"""

PATIENCE = 900.0
"""Seconds for a process to come to its death, whatever else the machine does."""


@dataclass
class Kept:
    """What came of one way."""

    kills: int = 0
    images: int = 0
    paid: int = 0
    """Calls or lines that the provider was paid for."""
    booked: float = 0.0
    died: int = 0
    """Of these, on their way when who waited for them was killed."""
    recorded: int = 0
    """Of these, on record as lost."""
    twice: int = 0
    lost: int = 0

    def add(self, found: Found, *, kills: int, images: int, paid: int) -> None:
        """What one round came to."""
        self.kills += kills
        self.images += images
        self.paid += paid
        self.booked += found.booked
        self.died += paid - found.answers
        self.recorded += found.recorded
        self.twice += found.answers - found.texts
        self.lost += images - found.texts

    def row(self, way: str) -> str:
        """Of the table."""
        return (
            f"| {way} | {self.kills} | {self.images} | {self.paid} |"
            f" ${self.booked:.4f} | {self.died} | {self.recorded} | {self.twice} |"
            f" {self.lost} |"
        )


@dataclass(frozen=True)
class Found:
    """What the database says after a round."""

    texts: int
    """Images that have one."""
    answers: int
    """That arrived, and were stored."""
    booked: float
    recorded: int
    """Answers that are on record as lost on their way."""


def _found(store: Store) -> Found:
    with store.read() as conn:
        texts, answers = conn.execute(
            "SELECT count(DISTINCT image_id), count(*) FROM candidates"
        ).fetchone()
        (booked,) = conn.execute("SELECT sum(cost_usd) FROM payments").fetchone()
        (recorded,) = conn.execute(
            "SELECT (SELECT coalesce(sum(lost_calls), 0) FROM candidates)"
            " + (SELECT coalesce(sum(lost_calls), 0) FROM failures)"
        ).fetchone()
    return Found(texts, answers, booked or 0.0, recorded)


@contextlib.contextmanager
def _bench(place: Path) -> Any:
    home = place / "llm"
    with Patch.context() as patch:
        patch.setenv("LLM_USER_PATH", str(home))
        with Store.open(place / "altsync.db", create=True) as store:
            store.claim("http://site.test", "memory")
            yield Bench(MemorySource(), store, home)


def live() -> Kept:
    """Threads of a process that is killed at random moments."""
    images, kills = 60, 3
    with tempfile.TemporaryDirectory() as place, _bench(Path(place)) as bench:
        (bench.home).mkdir()
        (bench.home.parent / "altsync.toml").touch()
        with hosted("openai", bench.home) as double:
            kill_rounds(bench, double, images, kills)  # type: ignore[arg-type]
            paid = double.paid
        ledger.learn_prices(bench.store, {"double": (1.0, 10.0)})
        kept = Kept()
        kept.add(_found(bench.store), kills=kills, images=images, paid=paid)
    return kept


def _batches(provider: str) -> Kept:
    """A process that dies between every two steps."""
    kept = Kept()
    settling.SETTLES = 0.01
    for name in POINTS:
        if name == "uploaded" and provider != "openai":
            continue
        with (
            tempfile.TemporaryDirectory() as place,
            _bench(Path(place)) as bench,
            hosted(provider, bench.home, kind=BATCHING[provider]) as double,
        ):
            hand = _handing(bench, double, provider)
            _killed_at(hand, name)
            found, paid = _found(bench.store), hand.double.paid
            kept.add(found, kills=1, images=IMAGES, paid=paid)
            # who is paid for a line twice gives both answers to whoever asks
            twice = hand.paid_twice()
            kept.twice, kept.died = kept.twice + twice, kept.died - twice
    return kept


def _handing(bench: Bench, double: Any, provider: str) -> Handing:
    for number in range(IMAGES):
        bench.add(number)
    bench.pull()
    toml = bench.store.path.with_name("altsync.toml")
    toml.write_text(HOUSE.format(model=MODELS[provider]), "utf-8")
    double.looks = None
    return Handing(bench, double, MODELS[provider], provider, load(toml))


def _killed_at(hand: Handing, point: str) -> None:
    """It dies there, and the same commands go on."""
    if POINTS[point].command == "fetch":
        hand.send()
        answered(hand.double, hand)
    killed(hand, point, PATIENCE)
    for _ in range(2):
        hand.fetch()
        hand.send()
        answered(hand.double, hand)
    hand.fetch()


def openai() -> Kept:
    """A batch of OpenAI."""
    return _batches("openai")


def anthropic() -> Kept:
    """A batch of Anthropic."""
    return _batches("anthropic")


def file() -> Kept:
    """Two imports of one file at once, killed at random moments."""
    from tests.handover.test_killed import (
        test_two_imports_at_once_killed_at_random_take_each_answer_once as imports,
    )
    from tests.lengths import LENGTH

    with tempfile.TemporaryDirectory() as place, _bench(Path(place)) as bench:
        for number in range(12):
            bench.add(number)
        bench.pull()
        imports(bench, Path(place))
        kept, lines = Kept(), 36
        kept.add(_found(bench.store), kills=4 * LENGTH, images=lines, paid=lines)
    return kept


def dask() -> Kept:
    """Workers that are killed while calls are on their way."""
    from altsync.cli import main as altsync
    from altsync.demo.site import DemoSite
    from tests.generate import test_cluster as cluster

    images, kills = 16, 2
    with (
        tempfile.TemporaryDirectory() as place,
        contextlib.chdir(place),
        Patch.context() as patch,
        DemoSite(images, token="t") as site,
    ):
        patch.setenv("LLM_USER_PATH", f"{place}/llm")
        patch.setenv("ALTSYNC_TOKEN", "t")
        Path("altsync.toml").write_text(cluster.HOUSE.format(site=site), "utf-8")
        with hosted("openai", Path(place, "llm")) as double:
            double.latency = 1.5
            _quiet(altsync, "pull")
            with cluster.cluster_of(2, processes=True) as made:
                how = ("generate", "--dask", made.scheduler_address, "--workers", "4")
                killer = threading.Thread(
                    target=_kill, args=(made, double, kills), daemon=True
                )
                killer.start()
                _quiet(altsync, *how)
                killer.join()
                _quiet(altsync, *how)  # what failed, if any
            paid = double.paid
        with Store.open(Path("data/altsync.db")) as store:
            kept = Kept()
            kept.add(_found(store), kills=kills, images=images, paid=paid)
    return kept


def _kill(made: Any, double: Any, kills: int) -> None:
    """Workers, one after another: another one has come for each meanwhile."""
    from tests.generate import test_cluster as cluster

    for _ in range(kills):
        cluster.kill_one(made, double)
        time.sleep(3)


def _quiet(command: Callable[[tuple[str, ...]], object], *words: str) -> None:
    with (
        contextlib.suppress(SystemExit),
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        command(words)


WAYS: dict[str, tuple[str, Callable[[], Kept]]] = {
    "live": (f"live, {WORKERS} calls at a time", live),
    "openai": ("OpenAI batch", openai),
    "anthropic": ("Anthropic batch", anthropic),
    "file": ("file (`altsync work`)", file),
    "dask": ("Dask, workers die", dask),
}


def main() -> None:
    """The table."""
    warnings.simplefilter("ignore")
    named = [one for one in sys.argv[1:] if one in WAYS] or list(WAYS)
    print(HEAD)
    for name in named:
        way, run = WAYS[name]
        print(run().row(way), flush=True)


if __name__ == "__main__":
    main()
