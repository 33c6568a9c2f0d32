"""Fixtures of the tests of packets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packets.desk import Desk
from tests.web.conftest import window

__all__ = ["window"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.at(tmp_path)
    yield made
    made.store.close()
