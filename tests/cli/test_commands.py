"""The table of commands is complete, and what is not altsync's own error is said in one
line where it can be."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import altsync.cli
from altsync import variables
from altsync.cli import COMMANDS, cli
from altsync.store.store import Store
from tests.cli.conftest import Owner, Typed

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


def test_a_database_that_fails_is_one_sentence(
    mirrored: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Store) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Store, "site", full)
    assert "disk is full" in mirrored.run("status", code=1).err


@pytest.mark.parametrize("args", [("psuh",), ("help", "psuh")])
def test_a_command_that_was_meant_is_named(typed: Typed, args: tuple[str, ...]) -> None:
    code, said = typed.run(*args)
    assert code == 2
    assert "There is no command 'psuh'. Did you mean `altsync push`?" in said


def test_a_command_of_a_command_that_was_meant_is_named(typed: Typed) -> None:
    for line, meant in (("keys sett", "keys set"), ("help plugins instal", "plugins")):
        code, said = typed.run(*line.split())
        assert code == 2
        assert f"Did you mean `altsync {meant}" in said


def test_a_command_that_nobody_meant_leads_to_the_list(typed: Typed) -> None:
    code, said = typed.run("zzz")
    assert code == 2
    assert "There is no command 'zzz'. `altsync --help` lists them all." in said


def test_an_option_that_was_meant_is_named(typed: Typed) -> None:
    code, said = typed.run("push", "--alow-empty")
    assert code == 2
    assert "No such option '--alow-empty'. Did you mean '--allow-empty'?" in said


def test_help_explains_a_command_as_its_option_does(typed: Typed) -> None:
    for names in ((), ("push",), ("packet",), ("packet", "read"), ("help",)):
        assert typed.run("help", *names) == typed.run(*names, "--help")


def test_help_of_no_command(typed: Typed) -> None:
    assert typed.run("help", "push", "x") == (
        2,
        "altsync push has no commands of its own.\n",
    )
    code, said = typed.run("help", "packet", "raed")
    assert code == 2
    assert "Did you mean `altsync packet read`?" in said


def test_help_explains_the_environment(typed: Typed) -> None:
    code, said = typed.run("help", "variables")
    assert code == 0
    for name in variables.OWN | variables.SHARED:
        assert name in said


def test_yes_is_y_wherever_it_is() -> None:
    found = 0
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        for one in command.params:
            if "--yes" in one.opts:
                found += 1
                assert "-y" in one.opts, name
    assert found >= 4
