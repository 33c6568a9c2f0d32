"""The table of commands is complete, and what is not altsync's own error is said in one
line where it can be."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import altsync.cli
from altsync.cli import COMMANDS, cli
from altsync.store.store import Store
from tests.cli.conftest import Owner

ROOT = Path(__file__).parent.parent.parent
COMMANDS_PAGE = ROOT / "docs" / "reference" / "commands.md"


def test_the_table_names_every_command_file_and_no_other() -> None:
    files = {
        p.stem.rstrip("_")
        for p in Path(altsync.cli.__file__).parent.glob("*.py")
        if not p.name.startswith("_")
    }
    assert files == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help
    assert COMMANDS[name].endswith(".")
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.help, f"{name} {parameter.opts} has no help"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert f"## altsync {name}\n" in COMMANDS_PAGE.read_text("utf-8")


def test_an_unknown_command_is_a_usage_error(owner: Owner) -> None:
    assert "No such command 'pul'" in owner.run("pul", code=2).err


def test_a_database_that_fails_is_one_sentence(
    mirrored: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Store) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Store, "site", full)
    assert "disk is full" in mirrored.run("status", code=1).err
