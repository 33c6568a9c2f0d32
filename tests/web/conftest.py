"""Fixtures of the web tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from altsync.config import Config
from tests.web.client import Browser
from tests.web.mirrors import build
from tests.web.shown import chromium


class Compiled(BytecodeCache):
    """Templates as they were compiled by an earlier Datasette of this process: hundreds
    are started, each for a handful of pages. Found by name and source."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def _templates_are_compiled_once() -> Iterator[None]:
    compiled = Compiled()

    class Quick(Environment):
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **{**more, "bytecode_cache": compiled})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datasette.app.Environment", Quick)
        yield


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
