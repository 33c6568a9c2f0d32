"""The doubles of providers, with the real plugins before them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.doubles.providers.base import Provider
from tests.doubles.providers.hosting import PLUGINS, hosted

Serve: TypeAlias = Callable[[str], Provider]


@pytest.fixture(autouse=True, scope="module")
def _collected() -> Iterator[None]:
    """The clients that plugins leave to the collector are gone with their tests."""
    yield
    gc.collect()


@pytest.fixture
def serve(llm_home: Path) -> Iterator[Serve]:
    """`serve("gemini")`: its double, behind its real plugin, until the test ends. Its
    `model` is what llm calls the model."""
    with ExitStack() as stack:

        def start(name: str) -> Provider:
            if name in PLUGINS:
                pytest.importorskip(PLUGINS[name])
            return stack.enter_context(hosted(name, llm_home))

        yield start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Plugins open a client for each call, and leave it to the collector."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(
                pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
            )
