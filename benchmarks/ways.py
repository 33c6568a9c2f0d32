"""Every way to have questions answered, under kills: what was booked, paid twice, lost.

    python -m benchmarks ways [live openai anthropic file dask]

Real processes, ended by SIGKILL, against the doubles of the providers, which count what
they would bill; the doubles and the deaths are those of the tests. `paid twice` is what
the provider was paid beyond one answer an image, `lost` are images without a text in the
end though somebody was paid. A live call that is on its way when its process dies is
paid for and asked again, since nobody can know its answer: a batch has none of that.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
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
from tests.generate.batches.conftest import HOUSE, MODELS, Handing
from tests.generate.batches.killing import POINTS
from tests.generate.batches.test_killed import IMAGES, answered, killed
from tests.generate.conftest import Bench
from tests.generate.test_killed import WORKERS, kill_rounds

HEAD = """\
| way | kills | images | calls or lines | booked | paid twice | lost |
|---|---|---|---|---|---|---|"""


PATIENCE = 900.0
"""Seconds for a process to come to its death, whatever else the machine does."""


@dataclass
class Kept:
    """What came of one way."""

    kills: int = 0
    images: int = 0
    asked: int = 0
    """Calls or lines that were paid for."""
    booked: float = 0.0
    twice: int = 0
    lost: int = 0

    def row(self, way: str) -> str:
        """Of the table."""
        return (
            f"| {way} | {self.kills} | {self.images} | {self.asked} |"
            f" ${self.booked:.4f} | {self.twice} | {self.lost} |"
        )


@contextlib.contextmanager
def _bench(place: Path) -> Any:
    home = place / "llm"
    with Patch.context() as patch:
        patch.setenv("LLM_USER_PATH", str(home))
        with Store.open(place / "altsync.db", create=True) as store:
            store.claim("http://site.test", "memory")
            yield Bench(MemorySource(), store, home)


def _texts(bench: Bench) -> tuple[int, float]:
    """Images with a text, and what was booked."""
    ((texts,),) = bench.rows("SELECT count(DISTINCT image_id) FROM candidates")
    ((booked,),) = bench.rows("SELECT sum(cost_usd) FROM payments")
    return int(texts), float(booked or 0.0)


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
        texts, booked = _texts(bench)
    return Kept(kills, images, paid, booked, paid - images, images - texts)


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
            texts, booked = _texts(bench)
            kept.kills += 1
            kept.images += IMAGES
            kept.asked += hand.double.paid
            kept.booked += booked
            kept.twice += hand.paid_twice()
            kept.lost += IMAGES - texts
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
        texts, booked = _texts(bench)
        ((rows,),) = bench.rows("SELECT count(*) FROM candidates")
    return Kept(4 * LENGTH, 36, rows, booked, rows - texts, 36 - texts)


def dask() -> Kept:
    """A worker that is killed while calls are on their way: they are on record as lost."""
    from altsync.cli import main as altsync
    from altsync.demo.site import DemoSite
    from tests.generate import test_cluster as cluster

    with (
        tempfile.TemporaryDirectory() as place,
        contextlib.chdir(place),
        Patch.context() as patch,
        DemoSite(8, token="t") as site,
    ):
        patch.setenv("LLM_USER_PATH", f"{place}/llm")
        patch.setenv("ALTSYNC_TOKEN", "t")
        Path("altsync.toml").write_text(cluster.HOUSE.format(site=site), "utf-8")
        with hosted("openai", Path(place, "llm")) as double:
            double.latency = 1.5
            _quiet(altsync, "pull")
            with cluster.cluster_of(2, processes=True) as made:
                killer = threading.Thread(
                    target=cluster.kill_one, args=(made, double), daemon=True
                )
                killer.start()
                at = made.scheduler_address
                _quiet(altsync, "generate", "--dask", at, "--workers", "4")
            paid = double.paid
        with Store.open(Path("data/altsync.db")) as store, store.read() as conn:
            (texts,) = conn.execute(
                "SELECT count(DISTINCT image_id) FROM candidates"
            ).fetchone()
            (booked,) = conn.execute("SELECT sum(cost_usd) FROM payments").fetchone()
    return Kept(1, 8, paid, booked, paid - 8, 8 - texts)


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
    "dask": ("Dask, a worker dies", dask),
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
