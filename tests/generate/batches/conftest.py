"""A mirror whose questions are handed to a provider's batches: real plugins and clients,
doubles of the hosts. Waits are short; and what the plugins leave to the collector is no
fault of a test's."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config, parse
from altsync.generate.batches import calls, settling
from altsync.generate.batches.cancelling import Cancel
from altsync.generate.batches.fetching import BatchesFetched, Fetch
from altsync.generate.batches.stage import BatchesSent, SendBatches
from altsync.generate.choosing import Targets
from altsync.generate.generated import Generated
from altsync.generate.settings import Settings, Ways
from altsync.models import BatchSeen, Handover
from altsync.stage import Context
from altsync.store import handovers
from altsync.store.worklist import Worklist
from tests.doubles.providers.batching import Batching, Lot
from tests.doubles.providers.openai_batches import OpenAIBatches
from tests.generate.batches.house import HOUSE, MODELS
from tests.generate.conftest import Bench, Hosts

HALF = 0.00075
"""1,000 tokens in and 50 out: what a line costs."""


@dataclass
class Handing:
    """Everything that handing over needs."""

    bench: Bench
    double: Batching
    model: str
    provider: str
    config: Config
    stop: threading.Event = field(default_factory=threading.Event)

    def settings(self, **how: Any) -> Settings:
        usual = {
            "models": (self.model,),
            "prices": self.config.generate.prices,
            "batch": True,
            "timeout": self.config.generate.timeout,
        }
        return Settings(**{**usual, **how})

    def send(self, chosen: Worklist | None = None, **how: Any) -> BatchesSent:
        """`generate --batch`."""
        source, store = self.bench.source, self.bench.store
        context = Context(source, store, threads=2, stop=self.stop)
        settings = self.settings(**how)
        with store.snapshot() as conn:
            usual = Worklist(models=(self.model,))
            targets = Targets(conn, chosen or usual)
            return SendBatches(context, settings, targets, Ways()).run()

    def fetch(self) -> BatchesFetched:
        """`generate --batch-fetch`."""
        return Fetch(self.config, self.bench.store, stop=self.stop).run()

    def cancel(self, number: int | None = None, **how: Any) -> list[BatchSeen]:
        """`generate --batch-cancel`."""
        return Cancel(self.config, self.bench.store, self.stop).run(number, **how)

    def live(self, **how: Any) -> Generated:
        """A plain `generate`."""
        usual = Worklist(models=(self.model,))
        prices = self.config.generate.prices
        return self.bench.run(usual, models=(self.model,), prices=prices, **how)

    def lot(self) -> Lot:
        """The newest batch, as its host holds it, looked over."""
        return self.begun(list(self.double.lots.values())[-1])

    def begun(self, lot: Lot) -> Lot:
        """Looked over."""
        if isinstance(self.double, OpenAIBatches) and lot.state == "validating":
            self.double.validate(lot)
        return lot

    def end(self, lot: Lot) -> None:
        """Every line is answered."""
        if lot.ended is None:
            self.double.work(self.begun(lot))
            self.double.end(lot, self.ended["done"])

    def handovers(self) -> list[Handover]:
        with self.bench.store.read() as conn:
            return list(handovers.every(conn))

    @property
    def ended(self) -> dict[str, str]:
        """The provider's words for batches that are over."""
        if self.provider == "openai":
            return {"expired": "expired", "cancelled": "cancelled", "done": "completed"}
        return {"expired": "ended", "cancelled": "ended", "done": "ended"}

    def left(self) -> list[Path]:
        """Files of lines."""
        return list(self.config.database.parent.glob("*.batch-*"))

    def uploads(self) -> int:
        """Files with questions and pictures that a provider has: OpenAI's alone does."""
        files = getattr(self.double, "files", {})
        return sum(file in files for file in getattr(self.double, "uploads", ()))

    def paid_twice(self) -> int:
        return sum(number - 1 for number in self.double.paid_for.values())

    def texts(self) -> list[tuple[Any, ...]]:
        return self.bench.rows("SELECT image_id, alt FROM candidates ORDER BY image_id")


Hands = Callable[[int], Handing]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts that are asked again are asked at once."""
    monkeypatch.setattr(calls, "BACKOFF", 0.005)
    monkeypatch.setattr(settling, "SETTLES", 0.01)


@pytest.fixture(autouse=True, scope="module")
def _collected() -> Iterator[None]:
    """The clients that plugins leave to the collector are gone with their tests."""
    yield
    gc.collect()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Plugins open a client for each call, and leave it to the collector."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(
                pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
            )


@pytest.fixture(params=["openai", "anthropic"])
def hands(
    request: pytest.FixtureRequest,
    bench: Bench,
    hosts: Hosts,
    tmp_path: Path,
) -> Hands:
    """`hands(n)`: n images without a text, and a provider with batches."""
    double = hosts(request.param)

    def make(count: int) -> Handing:
        for number in range(count):
            bench.add(number)
        bench.pull()
        model = MODELS[request.param]
        config = parse(HOUSE.format(model=model), tmp_path / "altsync.toml")
        return Handing(bench, double, model, request.param, config)

    return make
