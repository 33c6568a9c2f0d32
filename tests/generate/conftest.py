"""A store with images that need a text, a double of OpenAI, and llm in a home of its
own."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from PIL import Image

from altsync.generate.choosing import Targets
from altsync.generate.stage import Generate, Generated, Settings, Ways
from altsync.models import SiteImage
from altsync.pull import Pull
from altsync.report import Quiet
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store.store import Store
from altsync.store.worklist import Worklist
from tests.doubles.providers.batching import Batching
from tests.doubles.providers.hosting import BATCHING, PLUGINS, hosted
from tests.doubles.providers.openai import Double, serving

PRICES = {
    "double": {"input": 1.0, "output": 10.0},
    "double-2": {"input": 1.0, "output": 10.0},
}
"""1,000 tokens in and 50 out, as the double counts: $0.0015 a call."""
CALL = 0.0015
SECRET = "sk-gateway-0123456789"
HEADED = f"""\
- model_id: double-headed
  model_name: double-headed
  api_base: {{base}}
  headers: {{{{x-gateway: {SECRET}}}}}
  vision: true
  supports_schema: true
"""
"""A model whose owner says what its host is told beside the key."""


def photo(number: int, size: tuple[int, int] = (64, 48)) -> bytes:
    """A small PNG, another one for each number."""
    picture = Image.new("RGB", size, (number % 256, number // 256 % 256, 90))
    picture.paste((255, 255, 255), (number % 50, 3, number % 50 + 9, 20))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@dataclass
class Bench:
    """Everything that a run needs."""

    source: MemorySource
    store: Store
    home: Path

    def add(self, number: int, **fields: Any) -> str:
        """An image on the site; `pixels` gives its file."""
        pixels = fields.pop("pixels", None) or photo(number)
        name = f"n{number:05d}"
        image = SiteImage(
            **{
                "id": f"a/{name}",
                "album": "a",
                "name": name,
                "alt": "",
                "title": f"Title {number}",
                **fields,
            }
        )
        self.source.add(image, pixels)
        return image.id

    def pull(self) -> None:
        Pull(Context(self.source, self.store)).run()

    def run(self, chosen: Worklist | None = None, **how: Any) -> Generated:
        """Generate, with one thread unless said otherwise."""
        ways = Ways(
            **{key: how.pop(key) for key in ("answer", "log", "reader") if key in how}
        )
        context = Context(
            self.source,
            self.store,
            threads=how.pop("threads", 1),
            stop=how.pop("stop", None) or threading.Event(),
            report=how.pop("report", None) or Quiet(),
        )
        usual = {"models": ("double",), "timeout": 60.0, "prices": PRICES}
        settings = Settings(**{**usual, **how})
        with self.store.snapshot() as conn:
            targets = Targets(conn, chosen or Worklist())
            return Generate(context, settings, targets, ways).run()

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self.store.conn.execute(sql, values).fetchall()


@pytest.fixture
def llm_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "llm"
    monkeypatch.setenv("LLM_USER_PATH", str(home))
    for name in (
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def double(llm_home: Path) -> Iterator[Double]:
    with serving(llm_home) as server:
        yield server


Hosts: TypeAlias = Callable[[str], Batching]


@pytest.fixture
def hosts(llm_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    """`hosts("anthropic")`: the double of a host that has batches, behind its real
    plugin, until the test ends. OpenAI's own models go there too."""
    with ExitStack() as stack:

        def start(name: str) -> Batching:
            pytest.importorskip(PLUGINS.get(name, "openai"))
            found = stack.enter_context(hosted(name, llm_home, kind=BATCHING[name]))
            assert isinstance(found, Batching)
            if name == "openai":
                monkeypatch.setenv("OPENAI_BASE_URL", found.base)
                with (llm_home / "extra-openai-models.yaml").open("a") as models:
                    models.write(HEADED.format(base=found.base))
            return found

        yield start


@pytest.fixture
def bench(tmp_path: Path, llm_home: Path) -> Iterator[Bench]:
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        store.claim("http://site.test", "memory")
        yield Bench(MemorySource(), store, llm_home)


@pytest.fixture
def filled(bench: Bench) -> Callable[[int], Bench]:
    """`filled(n)`: a mirror of n images without a text."""

    def fill(count: int) -> Bench:
        for number in range(count):
            bench.add(number)
        bench.pull()
        return bench

    return fill
