"""What every command has, whatever it does: four options, before or after its name, and
help that wraps where the terminal ends."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from altsync.cli import COMMANDS, _command, cli
from tests.cli.conftest import Owner, Typed


def _asked(*args: str) -> _command.AskedFor:
    """What the options of every command say in `altsync ARGS status ARGS`."""
    before, after = args[: args.index("status")], args[args.index("status") + 1 :]
    root = cli.make_context("altsync", [*before, "status"])
    with root:
        status = cli.get_command(root, "status")
        assert status is not None
        status.make_context("status", list(after), parent=root)
        return _command.asked()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("status",), _command.AskedFor()),
        (("status", "-q"), _command.AskedFor(quiet=True)),
        (("-q", "status"), _command.AskedFor(quiet=True)),
        (("status", "--verbose"), _command.AskedFor(verbose=True)),
        (("--config", "a", "status"), _command.AskedFor("a")),
        (("status", "--config", "b"), _command.AskedFor("b")),
        (("--config", "a", "status", "--config", "b"), _command.AskedFor("b")),
        (("status", "--progress", "json"), _command.AskedFor(progress="json")),
    ],
)
def test_an_option_of_every_command_stands_before_or_after_its_name(
    args: tuple[str, ...], said: _command.AskedFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALTSYNC_CONFIG", raising=False)
    assert _asked(*args) == said


def test_an_option_counts_more_than_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALTSYNC_CONFIG", "env.toml")
    assert _asked("status").config == "env.toml"
    assert _asked("status", "--config", "b").config == "b"


def test_quiet_and_verbose_are_not_both(typed: Typed) -> None:
    for args in (("-q", "status", "-v"), ("status", "-v", "-q"), ("-q", "-v", "cost")):
        code, said = typed.run(*args)
        assert code == 2
        assert "Say --quiet or --verbose, not both." in said


def test_the_configuration_may_be_named_after_the_command(mirrored: Owner) -> None:
    elsewhere = mirrored.directory / "elsewhere.toml"
    (mirrored.directory / "altsync.toml").rename(elsewhere)
    assert "missing" in mirrored.run("status", "--config", "elsewhere.toml").out
    assert "There is no altsync.toml" in mirrored.run("status", code=2).err


@pytest.mark.parametrize("columns", [40, 72, 130])
def test_help_wraps_where_the_terminal_ends(
    columns: int, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    longest = 0
    for name in ("", *COMMANDS):
        code, said = typed.run(*filter(None, [name, "--help"]))
        assert code == 0
        for line in _words(said):
            assert len(line) <= columns, (name, line)
            longest = max(longest, len(line))
    assert longest > columns * 0.9


def _words(said: str) -> list[str]:
    """The lines of a help, without the examples, which are typed as they are."""
    return said.partition("\nExamples:")[0].splitlines()


def test_every_command_has_the_options_of_every_command() -> None:
    wanted = {"--config", "--quiet", "--verbose", "--progress"}
    for command in _all(cli, click.Context(cli)):
        has = {name for one in command.params for name in one.opts}
        assert wanted <= has, command.name


def _all(group: click.Group, ctx: click.Context) -> list[click.Command]:
    found: list[click.Command] = []
    for name in group.list_commands(ctx):
        one = group.get_command(ctx, name)
        assert one is not None
        found.append(one)
        if isinstance(one, click.Group):
            found += _all(one, ctx)
    return found


def test_a_folder_of_a_packet_may_stand_before_the_options(
    mirrored: Owner, tmp_path: Path
) -> None:
    mirrored.run("packet", "out", "--state", "missing", "-q")
    assert (tmp_path / "out").is_dir()
