"""Fixtures of the web tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from altsync.config import Config
from tests.web.client import Browser
from tests.web.mirrors import build


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A mirror on disk."""
    return build(tmp_path)[0]


@pytest.fixture
def browser(config: Config) -> Browser:
    """Datasette over it, asked as the owner."""
    return Browser(config)
