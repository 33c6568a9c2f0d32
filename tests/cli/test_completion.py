"""Tab: what a shell is answered, how quickly nothing is made, and that no name of a
mirror is more than a name to the shell."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest

from altsync import lint
from altsync.cli import COMMANDS, _complete, _shells, cli
from altsync.generate.opening import PACKAGES
from altsync.lint import redo
from tests.cli.conftest import Owner, Typed

bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
NASTY = (
    "a b",
    "a'b",
    'a"b',
    "a$(touch pwned)",
    "a`touch pwned`",
    "a;touch pwned",
    "a,b",
    "a*",
    "a\\b",
    "a!b",
    "aé山",
    "a#b",
    "a{b,c}",
    "a&&b|c>d<e",
    "a:b=c",
    "a~b",
    "a\tb",
)
HIDDEN = ("a\nb", "a\x1b[2Jb", "a\u202eb", "a\rtouch pwned")
"""Nobody types these: they are left out."""


@pytest.fixture
def nasty(mirrored: Owner) -> Owner:
    conn = sqlite3.connect(mirrored.directory / "data" / "altsync.db")
    (image,) = conn.execute("SELECT min(id) FROM images").fetchone()
    columns = [row[1] for row in conn.execute("PRAGMA table_info(images)")]
    others = ", ".join(name for name in columns if name not in ("id", "album"))
    for name in (*NASTY, *HIDDEN):
        conn.execute(
            f"INSERT INTO images (id, album, {others})"
            f" SELECT ?, ?, {others} FROM images WHERE id = ?",
            (name, name, image),
        )
    conn.commit()
    conn.close()
    return mirrored


def _answer(
    line: str, monkeypatch: pytest.MonkeyPatch, breaks: str = "=:"
) -> list[str]:
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_BREAKS", breaks)
    said = _shells.of("bash").complete().splitlines()
    return [one.removeprefix("plain,") for one in said]


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("altsync stat", ["status"]),
        ("altsync --vers", ["--version"]),
        ("altsync push --cana", ["--canary"]),
        ("altsync help pus", ["push"]),
        ("altsync packet re", ["read"]),
        ("altsync approve at-home/c", ["at-home/chelsea", "at-home/coffee-break"]),
        ("altsync who --album at", ["at-home"]),
        ("altsync packet out --album sp", ["space"]),
        ("altsync generate -m altsync-demo-h", []),
        ("altsync generate -m altsync-d", ["altsync-demo"]),
        ("altsync lint --rule cut,le", ["cut,leak", "cut,length"]),
        ("altsync generate --replace rule=f", ["file-name"]),
        ("altsync generate --stale pro", ["prompt"]),
        ("altsync packet out --state need", ["needs-review"]),
        ("altsync approve --by an", ["ann"]),
        ("altsync revert 1", ["1"]),
        ("altsync log --run pus", ["push:"]),
        ("altsync log --run push:", ["1"]),
        ("altsync log --run generate:", []),
        ("altsync verify --push ", ["1"]),
        ("altsync --config altsync.toml who --album at", ["at-home"]),
        ("altsync --config nosuch.toml who --album at", []),
        ("altsync -v who --album at", ["at-home"]),
        ("altsync keys set anth", ["anthropic"]),
        ("altsync plugins install llm-op", ["llm-openrouter"]),
        ("altsync plugins uninstall alt", []),
        ("altsync caption pho", ["file"]),
        ("altsync status --config alt", ["file"]),
        ("altsync init --user an", []),
        ("altsync status --progress j", ["json"]),
    ],
)
def test_tab_completes(
    line: str, answers: list[str], approved: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    conn = sqlite3.connect(approved.directory / "data" / "altsync.db")
    conn.execute(
        "INSERT INTO pushes (checksum, planned, started_at) VALUES ('x', 1, 'now')"
    )
    conn.commit()
    conn.close()
    assert _answer(line, monkeypatch) == answers
    assert approved.capsys.readouterr().err == ""


def test_every_parameter_that_is_completed_is_one() -> None:
    names: set[str | None] = set()
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        names |= {one.name for each in _all(command) for one in each.params}
    assert set(_complete.known()) <= names


def test_whatever_help_calls_an_album_an_image_or_a_model_is_completed() -> None:
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        for parameter in (one for each in _all(command) for one in each.params):
            called = (parameter.metavar or "").strip("[]….")
            if called in ("ALBUM", "IMAGE", "MODEL", "RUN", "PUSH|IMAGE"):
                found = _complete.values_of(name, parameter.name or "")
                assert found or name == "init", (name, parameter.name)


def _all(command: click.Command | None) -> list[click.Command]:
    assert command is not None
    below = command.commands.values() if isinstance(command, click.Group) else ()
    return [command, *below]


def test_rules_are_those_that_there_are() -> None:
    assert set(_complete.rules()) == {rule.id for rule in lint.all_rules()}
    assert tuple(redo.TRUSTED) == _complete.TRUSTED


def test_plugins_are_those_that_altsync_knows_by_name() -> None:
    assert tuple(PACKAGES.values()) == _complete.PLUGINS


def test_nothing_is_made_and_nothing_is_said_where_there_is_no_mirror(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _answer("altsync approve a", monkeypatch) == []
    (typed.directory / "altsync.toml").write_text("[site\n")
    assert _answer("altsync approve a", monkeypatch) == []
    text = '[site]\nurl = "https://example.org"\ndatabase = "there.db"\n'
    (typed.directory / "altsync.toml").write_text(text)
    assert _answer("altsync approve a", monkeypatch) == []
    (typed.directory / "there.db").write_bytes(b"no database at all" * 100)
    assert _answer("altsync approve a", monkeypatch) == []
    assert sorted(one.name for one in typed.directory.iterdir()) == [
        "altsync.toml",
        "there.db",
    ]


def test_an_unknown_shell_and_every_error_are_silent(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for asked in ("ksh_complete", "bash_complete", ""):
        monkeypatch.setenv("_ALTSYNC_COMPLETE", asked)
        monkeypatch.setattr(_shells, "split", lambda line: 1 / 0)
        assert _shells.answer() == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("line", "words", "quote"),
    [
        ("a b", ["a", "b"], ""),
        ("a ", ["a", ""], ""),
        ("a 'b c' d", ["a", "b c", "d"], ""),
        ("a 'b c", ["a", "b c"], "'"),
        ('a "b $c \\" \\x', ["a", 'b $c " \\x'], '"'),
        ("a b\\ c", ["a", "b c"], ""),
        ("a '' \"\" \\", ["a", "", "", ""], ""),
        ('a x"y z"w\t"', ["a", "xy zw", ""], '"'),
        ("a --b='c d'e", ["a", "--b=c de"], ""),
    ],
)
def test_a_line_is_split_as_bash_means_it(
    line: str, words: list[str], quote: str
) -> None:
    assert _shells.split(line)[:2] == (words, quote)


@pytest.mark.parametrize(
    ("typed", "breaks", "answers"),
    [
        ("--album=at", "=:", ["at-home"]),
        ("--album=at", "", ["--album=at-home"]),
        ("--album='at", "=:", ["at-home"]),
        ("'--album=at", "=:", ["--album=at-home"]),
    ],
)
def test_what_stands_after_an_option_s_sign_is_completed_where_bash_cuts_it(
    typed: str,
    breaks: str,
    answers: list[str],
    mirrored: Owner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert _answer(f"altsync who {typed}", monkeypatch, breaks) == answers


def test_a_colon_after_an_option_s_sign_is_where_bash_cuts_it(
    approved: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _answer("altsync log --run=pull:", monkeypatch) == ["1"]


SOURCED = """
eval "$(altsync completion bash)"
COMP_LINE=$1 COMP_POINT=${#1}
_altsync_completion altsync
for reply in "${COMPREPLY[@]}"; do
    eval "words=($2$reply$3)"
    printf '%s\\0' "${#words[@]}" "${words[0]}"
done
"""
"""What bash makes of each answer, once it stands on the line."""


@bash
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_a_name_is_one_word_to_bash_and_runs_nothing(
    nasty: Owner, quote: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = nasty.directory
    program = here / "bin" / "altsync"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m altsync "$@"\n')
    program.chmod(0o755)
    ran = subprocess.run(
        ["bash", "--norc", "-c", SOURCED, "-", f"altsync who {quote}a", quote, quote],
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"},
        capture_output=True,
        timeout=60,
    )
    assert ran.stderr == b""
    counts, words = _pairs(ran.stdout.decode().split("\0")[:-1])
    expected = {one for one in NASTY if one.isprintable()}
    if quote == '"':
        expected.discard("a!b")
    assert expected <= set(words)
    assert not set(words) & set(HIDDEN)
    assert set(counts) == {"1"}
    assert not (here / "pwned").exists()


def _pairs(flat: list[str]) -> tuple[list[str], list[str]]:
    return flat[::2], flat[1::2]


def test_the_end_of_a_word_is_answered_where_bash_cuts_it(
    nasty: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _answer("altsync who a:b", monkeypatch) == ["b=c"]
    assert _answer("altsync who a:b=", monkeypatch) == ["c"]
    assert _answer("altsync who a:b", monkeypatch, "=") == ["a:b=c"]
    assert _answer("altsync who 'a:b", monkeypatch) == ["a:b=c"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_a_name_whole_and_on_one_line(
    nasty: Owner, shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cword = "2" if shell == "zsh" else "a"
    monkeypatch.setenv("COMP_WORDS", "altsync who a")
    monkeypatch.setenv("COMP_CWORD", cword)
    said = _shells.of(shell).complete()
    lines = said.split("\n")
    names = lines[1::3] if shell == "zsh" else [one[len("plain,") :] for one in lines]
    assert {"a b", "a,b", "a$(touch pwned)"} <= set(names)
    assert "\x1b" not in said
    assert "\r" not in said


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_an_option_with_its_value(
    mirrored: Owner, shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They complete the whole word: `--album=at` must not become `at-home`."""
    cword = "2" if shell == "zsh" else "--album=at"
    monkeypatch.setenv("COMP_WORDS", "altsync who --album=at")
    monkeypatch.setenv("COMP_CWORD", cword)
    assert "--album=at-home" in _shells.of(shell).complete()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_printed_and_is_one(
    shell: str, typed: Typed
) -> None:
    code, script = typed.run("completion", shell)
    assert code == 0
    assert "_ALTSYNC_COMPLETE" in script
    if shutil.which(shell):
        path = typed.directory / "script"
        path.write_text(script)
        subprocess.run([shell, "-n", path], check=True, timeout=60)


def test_completing_is_quick_to_start() -> None:
    """It imports nothing that takes long."""
    code = (
        "import sys; from altsync.cli import _shells;"
        "_shells.of('bash').complete();"
        "print({'llm', 'requests', 'datasette', 'sqlite_utils', 'rich'}"
        " & sys.modules.keys())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "COMP_WORDS": "altsync approve a"},
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert ran.stdout == "set()\n", ran.stderr
