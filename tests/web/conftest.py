"""Fixtures of the web tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config
from tests.web.client import Browser
from tests.web.mirrors import build
from tests.web.shown import chromium


@pytest.fixture(scope="module")
def window() -> Iterator[Any]:
    """One browser for all tests of a file; each opens windows of its own. Not for a
    whole session: playwright keeps a loop running, which others could not have."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A mirror on disk."""
    return build(tmp_path)[0]


@pytest.fixture
def browser(config: Config) -> Browser:
    """Datasette over it, asked as the owner."""
    return Browser(config)
