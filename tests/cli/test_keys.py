"""altsync keys: llm's store, reached without an `llm` on the PATH."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from altsync.cli import main
from tests.processes import PATIENT

KEY = "sk-never-shown"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "llm"))
    return tmp_path / "llm"


def _pipe(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def _kept(home: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((home / "keys.json").read_text("utf-8"))
    return found


def test_a_piped_key_is_kept_for_its_owner_alone_and_never_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _pipe(monkeypatch, f" {KEY} \r\nnot this\n")
    main(["keys", "set", "openai"])
    assert _kept(home)["openai"] == KEY
    assert (home / "keys.json").stat().st_mode & 0o077 == 0
    main(["keys", "list"])
    main(["keys", "path"])
    printed = capsys.readouterr()
    assert printed.out.splitlines() == ["openai", str(home / "keys.json")]
    assert printed.err.splitlines() == ["Stored as openai."]
    assert KEY not in printed.out + printed.err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "No key was given"),
        (" \n", "No key was given"),
        ("a\x1b[A\n", "a sign"),
        ("caf\ufffd\n", "not UTF-8"),
    ],
)
def test_what_can_be_no_key_is_not_stored(
    home: Path,
    given: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _pipe(monkeypatch, given)
    with pytest.raises(SystemExit, match="2"):
        main(["keys", "set", "altsync"])
    assert said in capsys.readouterr().err
    assert not (home / "keys.json").exists()


def test_a_key_in_the_arguments_is_refused_and_not_repeated(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["keys", "set", "openai", KEY])
    said = capsys.readouterr().err
    assert "history of your shell" in said
    assert KEY not in said
    assert not home.exists()


def test_a_name_that_no_model_asks_for_is_doubted_and_stored(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _pipe(monkeypatch, KEY)
    main(["keys", "set", "opanai"])
    said = capsys.readouterr().err.splitlines()
    assert said[0] == (
        "No model that is installed here asks for a key 'opanai'. Did you mean `openai`?"
    )
    assert "opanai" in _kept(home)


def test_on_a_terminal_it_is_asked_for_unseen(home: Path) -> None:
    """In a real process, whose stdin is a terminal: nothing that is typed comes back."""
    here, there = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "altsync", "keys", "set", "altsync"],
        stdin=there,
        stdout=there,
        stderr=there,
        start_new_session=True,
        env={**os.environ, "LLM_LOAD_PLUGINS": ""},
    )
    os.close(there)
    seen = b""
    while b"Key for altsync" not in seen:
        seen += os.read(here, 1000)
    os.write(here, KEY.encode() + b"\r")
    process.wait(PATIENT)
    seen += os.read(here, 1000)
    os.close(here)
    assert process.returncode == 0
    assert KEY.encode() not in seen
    assert b"Stored as altsync." in seen
    assert _kept(home)["altsync"] == KEY


@pytest.mark.parametrize("name", ["", " ", "// Note", "a\nb"])
def test_what_can_be_no_name_is_not_stored(
    home: Path,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`altsync keys set "$NAME"` where there is no NAME; llm's note is no key."""
    _pipe(monkeypatch, KEY)
    with pytest.raises(SystemExit, match="2"):
        main(["keys", "set", name])
    assert "nothing was stored" in capsys.readouterr().err
    assert not (home / "keys.json").exists()


def test_a_key_in_place_of_another_is_said_to_be(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for key in ("first", KEY):
        _pipe(monkeypatch, key)
        main(["keys", "set", "openai"])
    said = "Stored as openai, in place of the one that was there."
    assert capsys.readouterr().err.splitlines()[-1] == said
    assert _kept(home)["openai"] == KEY


@pytest.mark.parametrize("broken", ['{"openai": "sk-1",}', "[]", ""])
def test_keys_that_cannot_be_read_are_not_written_over(
    home: Path,
    broken: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """llm takes a comma too many for no keys at all, and writes its file anew."""
    home.mkdir()
    (home / "keys.json").write_text(broken)
    _pipe(monkeypatch, KEY)
    with pytest.raises(SystemExit, match="2"):
        main(["keys", "set", "altsync"])
    said = capsys.readouterr().err
    assert "keys.json is no JSON object any more, so nothing was stored" in said
    assert (home / "keys.json").read_text() == broken


def test_the_plugin_that_asks_for_a_key_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("altsync.cli.keys._asked_for", lambda: {"altsync", "openai"})
    _pipe(monkeypatch, KEY)
    main(["keys", "set", "anthropic"])
    said = capsys.readouterr().err
    assert "altsync plugins install llm-anthropic" in said


def test_a_stdin_that_is_closed_gives_no_key(home: Path) -> None:
    """`<&-`: the same for every command that asks. stderr may be closed, too."""
    typed = 'exec "$0" -m altsync keys set altsync <&-'
    for closed, said in (("", b"No key was given"), (" 2>&-", b"")):
        ran = subprocess.run(
            ["sh", "-c", typed + closed, sys.executable],
            env={**os.environ, "LLM_LOAD_PLUGINS": ""},
            capture_output=True,
            check=False,
        )
        assert ran.returncode == 2
        assert said in ran.stderr
