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


@pytest.mark.parametrize("columns", [40, 130])
def test_rules_are_explained_as_wide_as_the_terminal(
    columns: int, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    _, said = typed.run("rules", "cut")
    what = said.partition("What:")[2].partition("Example:")[0].splitlines()
    assert columns * 0.8 < max(map(len, what)) <= columns
    _, every = typed.run("rules", "-q")
    assert columns * 0.8 < max(map(len, every.splitlines())) <= columns


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


LOOP = (
    "pull",
    "pages",
    "generate",
    "approve --all --by ann",
    "push --yes",
    "pull",
    "lint --format text",
    "export",
    "packet out",
    "cost",
)
"""A day's work."""


def test_quiet_says_nothing_of_what_went_well(owner: Owner) -> None:
    assert owner.init("-q").out == ""
    for line in LOOP:
        ran = owner.run(*line.split(), "--quiet")
        assert ran.err == "", line
        printed = line.split()[0] in ("lint", "cost")
        assert bool(ran.out) is printed, line


def test_without_quiet_each_says_something(owner: Owner) -> None:
    owner.init()
    for line in LOOP:
        ran = owner.run(*line.split())
        assert ran.out + ran.err, line


def test_quiet_says_errors_and_what_is_not_whole(mirrored: Owner) -> None:
    assert mirrored.run("-q", "approve", "no/such", code=2).err
    mirrored.site.fail("status", status=401)
    assert "refused the token" in mirrored.run("-q", "pull", code=1).err


def test_verbose_says_what_is_taken_for_granted(mirrored: Owner) -> None:
    here = mirrored.directory
    err = mirrored.run("pull", "-v").err
    assert f"[v] Configuration: {here / 'altsync.toml'}\n" in err
    assert f"[v] Database: {here / 'data' / 'altsync.db'}\n" in err
    assert "[v] altsync " in err
    assert ", Python 3." in err
    assert f"[v] GET {mirrored.site.url}/sitemap.xml: 200, " in err
    assert "[v]" not in mirrored.run("pull").err, "the listener is gone with its run"
    err = mirrored.run("generate", "--limit", "1", "-v").err
    assert "[v] altsync-demo: answered after 0." in err


def test_verbose_says_what_fails_and_when_it_is_asked_again(mirrored: Owner) -> None:
    mirrored.site.fail("reset", times=1)
    err = mirrored.run("pull", "-v").err
    assert "[v] asked again in " in err


def test_verbose_shows_no_secret(mirrored: Owner) -> None:
    path = mirrored.directory / "altsync.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("/sitemap.xml", "/sitemap.xml?key={ALTSYNC_KEY}"))
    mirrored.run("pull", "-v", code=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALTSYNC_KEY", "s3cret-key")
        err = mirrored.run("pull", "-v").err
    assert "sitemap.xml: 200" in err
    assert "s3cret-key" not in err


def test_a_demonstration_passes_on_how_to_talk(typed: Typed) -> None:
    asked = _command.AskedFor(verbose=True, progress="json")
    assert asked.passed_on() == ["-v", "--progress", "json"]
    code, said = typed.run("demo", "here", "-q")
    assert code == 0
    assert "Next: altsync pull" not in said
    assert "Push 1" not in said
    assert "Plan " in said, "diff was asked to print"


def test_init_says_which_file_counts_no_more(
    mirrored: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    above = mirrored.directory / "altsync.toml"
    (mirrored.directory / "below").mkdir()
    monkeypatch.chdir(mirrored.directory / "below")
    assert "missing" in mirrored.run("status").out, "the file above counts"
    assert f"From here on it counts in place of {above}.\n" in mirrored.init().err
    monkeypatch.chdir(mirrored.directory)
    other = mirrored.init("--config", "other.toml").err
    assert "in place of" not in other


def test_a_configuration_that_the_environment_names_is_told_so(
    mirrored: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was set somewhere else, maybe long ago."""
    monkeypatch.setenv("ALTSYNC_CONFIG", "lost.toml")
    ran = mirrored.run("status", code=2)
    assert ran.err.startswith("There is no lost.toml, which ALTSYNC_CONFIG names. ")
    ran = mirrored.run("status", "--config", "other.toml", code=2)
    assert ran.err.startswith("There is no other.toml. ")
