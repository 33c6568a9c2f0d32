"""llm's own log: a copy for people, that nothing waits for and nothing fails with."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from altsync.config import parse
from altsync.generate import setup
from altsync.generate.choosing import Targets
from altsync.generate.llmlog import LlmLog
from altsync.generate.stage import Generate, Settings
from altsync.generate.task import Reply
from altsync.report import Quiet
from altsync.stage import Context
from altsync.store.worklist import Worklist
from tests.doubles.openai import Double
from tests.generate.conftest import Bench

Filled = Callable[[int], Bench]


def run(bench: Bench, directory: Path, *, more: str = "") -> Quiet:
    """Generate with the ways of an altsync.toml in `directory`; what they said."""
    text = f'[site]\nurl = "http://site.test"\nsource = "memory"\n{more}'
    config = parse(text, directory / "altsync.toml")
    said = Quiet()
    with (
        bench.store.snapshot() as conn,
        setup.ways(config, conn, said) as ways,
    ):
        context = Context(bench.source, bench.store, threads=2)
        targets = Targets(conn, Worklist())
        done = Generate(context, Settings(("double",)), targets, ways).run()
    assert done.made == len(targets) > 0
    return said


def test_every_answer_is_in_the_log(
    filled: Filled, double: Double, tmp_path: Path
) -> None:
    said = run(filled(3), tmp_path)
    assert said.said == []
    conn = sqlite3.connect(tmp_path / "data" / "llm.db")
    assert conn.execute("SELECT count(*) FROM turns").fetchone() == (3,)
    conn.close()


def test_there_is_none_where_the_owner_wants_none(
    filled: Filled, double: Double, tmp_path: Path
) -> None:
    run(filled(1), tmp_path, more="[generate]\nlog = false\n")
    assert not (tmp_path / "data" / "llm.db").exists()


def test_a_log_that_cannot_be_written_costs_no_answer_and_is_said(
    filled: Filled, double: Double, tmp_path: Path
) -> None:
    (tmp_path / "data" / "llm.db").mkdir(parents=True)
    said = run(filled(3), tmp_path)
    assert len(said.said) == 1
    assert "llm's log" in said.said[0]
    assert "could not be written" in said.said[0]


def test_replies_that_came_from_elsewhere_are_not_logged(tmp_path: Path) -> None:
    with LlmLog(tmp_path / "llm.db") as log:
        log.put((Reply("A cat."),), None)
    assert (log.written, log.dropped, log.trouble) == (0, 0, "")


def test_what_was_left_out_is_counted(tmp_path: Path) -> None:
    log = LlmLog(tmp_path / "llm.db")
    log.dropped = 1200
    assert log.trouble == (
        "llm's log could not keep up: 1,200 responses are not in it."
    )
