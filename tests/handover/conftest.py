"""A mirror whose questions are given away, and an engine of somebody's own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config, parse
from altsync.generate.choosing import Targets
from altsync.generate.opening import given_away
from altsync.generate.settings import Settings
from altsync.handover.incoming import Import, TakenBack
from altsync.handover.outgoing import Destination, Export, HandedOut
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store.store import Store
from altsync.store.worklist import Worklist
from tests.doubles.providers.base import decided
from tests.generate.conftest import Bench, bench, filled, llm_home

__all__ = ["bench", "filled", "llm_home"]

ENGINE = "Qwen/Qwen2.5-VL-7B-Instruct"
TOML = """
[site]
url = "http://site.test"
source = "memory"
database = "altsync.db"
[generate.prices]
"Qwen/Qwen2.5-VL-7B-Instruct" = { input = 1.0, output = 10.0 }
"""
CALL = 0.0015
"""Dollars of an answer of 1,000 tokens in and 50 out."""


def config_of(store: Store) -> Config:
    """Of a database, wherever it is."""
    return parse(TOML, store.path.with_name("altsync.toml"))


def export(
    source: MemorySource,
    store: Store,
    file: Path,
    *,
    threads: int = 2,
    again: Sequence[str] = (),
) -> HandedOut:
    """Every question that is to be asked, for ENGINE; or about these images, though they
    have a text of its."""
    settings = Settings((ENGINE,), again=bool(again))
    with (
        given_away(ENGINE, {}, settings.timeout),
        store.snapshot() as conn,
    ):
        targets = Targets(conn, Worklist(images=tuple(again)))
        context = Context(source, store, threads=threads)
        return Export(context, settings, targets, to=Destination(file)).run()


def take(store: Store, file: Path) -> TakenBack:
    """The answers of a file."""
    with file.open("rb") as given:
        return Import(config_of(store), store, given).run()


def answers(questions: Sequence[dict[str, Any]]) -> bytes:
    """What the engine says to them, a line each."""
    return b"".join(
        json.dumps(
            {
                "work_key": one["work_key"],
                "text": decided(f"A picture of {one['image']}."),
                "model": ENGINE,
                "usage": {"input_tokens": 1000, "output_tokens": 50},
            }
        ).encode()
        + b"\n"
        for one in questions
    )


def questions(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@pytest.fixture
def site(bench: Bench) -> Bench:
    """Images without a text."""
    for number in range(12):
        bench.add(number)
    bench.pull()
    return bench
