"""altsync plugins: llm's own commands, and what stays where pipx or uv keep a list."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from altsync.cli import _llm, main
from altsync.generate.installed import no_plugins
from tests.cli.printed import document

Ran = list[tuple[str, ...]]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Ran:
    """What llm was told, and not done: pip would change the environment of the tests."""
    told: Ran = []

    def apart(*args: str) -> int:
        told.append(args)
        return int("nosuch" in args)

    monkeypatch.setattr(_llm, "apart", apart)
    return told


def test_plugins_are_listed_with_their_versions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["plugins", "list", "--json"])
    printed = document("plugins", capsys.readouterr().out)
    found = {one["name"]: one["version"] for one in printed}
    assert found["altsync"] == metadata.version("altsync")
    main(["plugins", "list"])
    shown = capsys.readouterr()
    assert [line.split()[0] for line in shown.out.splitlines()] == list(found)
    assert "altsync plugins install llm-anthropic" in shown.err


def test_llm_installs_by_itself(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    main(["plugins", "install", "-U", "altsync"])
    assert ran == [("install", "--upgrade", "altsync")]
    assert capsys.readouterr().err.splitlines() == [
        "`altsync models` lists what there is now, and names its keys."
    ]


def test_an_ordinary_package_is_told_to_be_no_plugin(
    ran: Ran, capsys: pytest.CaptureFixture[str]
) -> None:
    """`openai` for `llm-openai` installs, and no model comes of it."""
    main(["plugins", "install", "openai"])
    assert "openai is no plugin of llm" in capsys.readouterr().err
    assert no_plugins(["./a.whl", "altsync==1", "click", "Altsync"]) == ["click"]


def test_pip_that_fails_fails_the_command(
    ran: Ran, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="1"):
        main(["plugins", "install", "nosuch"])
    assert "Nothing was installed" in capsys.readouterr().err


@pytest.mark.parametrize("package", ["--index-url=https://x.test", " ", ""])
def test_options_of_pip_and_blanks_are_no_packages(ran: Ran, package: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["plugins", "install", "--", package])
    assert ran == []


def test_where_pipx_keeps_the_list_it_is_told_too(
    ran: Ran,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "pipx_metadata.json").write_text("{}")
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    main(["plugins", "install", "altsync"])
    said = capsys.readouterr().err.splitlines()
    assert said[0] == (
        "pipx does not know of it, and takes it away when it builds altsync anew. So that"
        f" it stays: pipx inject {tmp_path.name} altsync"
    )


@pytest.mark.parametrize("package", ["click", "altsync", "llm"])
def test_only_plugins_are_taken_away(
    ran: Ran, package: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["plugins", "uninstall", "-y", package])
    assert f"{package} is no plugin of llm here" in capsys.readouterr().err
    assert ran == []


def test_a_plugin_is_taken_away(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("altsync.generate.installed.OWN", "another")
    main(["plugins", "uninstall", "-y", "altsync"])
    assert ran == [("uninstall", "altsync", "--yes")]


def test_a_plugin_is_asked_about_and_without_a_terminal_stays(
    ran: Ran, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """pip would end in a traceback where nobody answers."""
    monkeypatch.setattr("altsync.generate.installed.OWN", "another")
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(SystemExit, match="2"):
        main(["plugins", "uninstall", "altsync"])
    assert "without a terminal, say --yes" in capsys.readouterr().err.lower()
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("altsync.cli.plugins.click.confirm", lambda *_, **__: True)
    assert ran == []
    main(["plugins", "uninstall", "altsync"])
    assert ran == [("uninstall", "altsync", "--yes")]


@pytest.mark.parametrize("args", [("install", "llm-x"), ("uninstall", "-y", "altsync")])
def test_where_there_is_no_pip_it_is_said_how_to_bring_it(
    ran: Ran,
    args: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("altsync.generate.installed.OWN", "another")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="1"):
        main(["plugins", *args])
    said = capsys.readouterr().err
    assert "There is no pip in altsync's environment" in said
    assert "-m ensurepip" in said
    assert ran == []


def test_quiet_reaches_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str | None] = []

    def run(*args: object, env: dict[str, str], **how: object) -> object:
        told.append(env.get("PIP_QUIET"))
        return subprocess.CompletedProcess([], 0)

    monkeypatch.setattr(subprocess, "run", run)
    main(["plugins", "install", "altsync"])
    main(["-q", "plugins", "install", "altsync"])
    assert told == [None, "2"]


def test_llm_runs_apart_from_its_plugins(capfd: pytest.CaptureFixture[str]) -> None:
    """A broken one would stop it; what it prints is talk."""
    assert _llm.apart("plugins", "--all") == 0
    printed = capfd.readouterr()
    assert printed.out == ""
    names = [one["name"] for one in json.loads(printed.err)]
    assert names == [one for one in names if one.startswith("llm.default_plugins.")]
