"""What the reference is made of: it says something of every key, code and table."""

from __future__ import annotations

import dataclasses
import sqlite3
import sys
from pathlib import Path

import pytest

from altsync import errors
from altsync.store.store import Store

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

import generated  # noqa: E402


@pytest.mark.parametrize(("name", "section"), generated.SECTIONS)
def test_every_key_has_a_sentence(name: str, section: type) -> None:
    said = generated._sentences(section)
    keys = {field.name for field in dataclasses.fields(section)}
    assert keys - said.keys() == set()
    assert f"## [{name}]" in generated.settings() or keys == {"label"}


def test_every_exit_code_of_an_error_is_told() -> None:
    told = generated.exit_codes()
    for error in vars(errors).values():
        if isinstance(error, type) and issubclass(error, errors.AltsyncError):
            assert f"\n| {error.exit_code} | " in told, error


def test_every_table_that_people_are_shown_is_described(tmp_path: Path) -> None:
    with Store.open(tmp_path / "altsync.db", create=True):
        pass
    with sqlite3.connect(tmp_path / "altsync.db") as conn:
        there = {name for (name,) in conn.execute("SELECT name FROM sqlite_master")}
    conn.close()
    described = {
        line.removeprefix("### ")
        for line in generated.tables().splitlines()
        if line.startswith("### ")
    }
    assert {"images", "candidates", "reviews", "push_items"} <= described <= there
