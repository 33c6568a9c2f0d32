"""altsync browse: a real process on loopback, a link that works once, Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from altsync.web.login import LEFT
from tests.processes import PATIENT, until
from tests.warm import WARM
from tests.web.mirrors import build
from tests.web.wire import ask


@contextmanager
def running(
    folder: Path, *args: str, path: Path | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command as a process, and the first line it prints; `path`: programs that are
    found first."""
    environment = dict(os.environ)
    if path is not None:
        environment["PATH"] = f"{path}:{environment['PATH']}"
    process = subprocess.Popen(
        [*WARM, "-c", "from altsync.cli import main; main()", *args],
        cwd=folder,
        env=environment,
        umask=0,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(PATIENT)
        process.stdout.close()
        process.stderr.close()


def left(folder: Path) -> list[Path]:
    """What stands in the directory of the database that is no database."""
    return [one for one in (folder / "data").iterdir() if one.name.startswith(LEFT)]


def test_browse_serves_the_mirror_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    build(tmp_path)
    with running(tmp_path, "browse", "--no-open", "--port", "0") as (process, link):
        assert left(tmp_path) == []
        assert urlsplit(link).hostname == "127.0.0.1"
        tables = link.split("/-/")[0] + "/altsync/images"
        assert ask(tables).status == 403
        first = ask(link)
        assert first.status == 200
        assert re.search('content="0; url=/[^"]+/altsync"', first.text)
        mine = {"cookie": first.headers["set-cookie"].split(";")[0]}
        assert "Every image (one alt slot)" in ask(tables, headers=mine).text
        assert ask(link, headers=mine).status == 302
        assert ask(link).status == 403
        assert ask(tables, headers={**mine, "host": "evil.example"}).status == 421
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENT) in (0, 130)
        assert process.stdout is not None
        assert process.stderr is not None
        token = link.partition("=")[2]
        assert token not in process.stdout.read() + process.stderr.read()


@pytest.fixture
def browser(tmp_path: Path) -> Path:
    """A directory with an `xdg-open` that writes down what it was asked, and what it can
    read there."""
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "xdg-open"
    seen = tmp_path / "seen"
    program.write_text(f'#!/bin/sh\necho "$*" > {seen}.part\nmv {seen}.part {seen}\n')
    program.chmod(0o755)
    return programs


def asked(folder: Path) -> str:
    """The arguments of `xdg-open`."""
    seen = folder / "seen"
    until(seen.exists)
    return seen.read_text().strip()


@pytest.mark.parametrize("command", ["browse", "review"])
def test_the_browser_gets_the_link_from_a_file_and_not_from_its_arguments(
    tmp_path: Path, browser: Path, command: str
) -> None:
    """Every user of the machine reads every argument list (`ps`)."""
    build(tmp_path)
    with running(tmp_path, command, "--port", "0", path=browser) as (_, link):
        arguments = asked(tmp_path)
        assert "token" not in arguments
        assert link.partition("=")[2] not in arguments
        assert link.split("/-/")[0] not in arguments
        file = Path(arguments)
        assert file.parent in left(tmp_path)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert f"url={link}" in file.read_text("utf-8")
        assert ask(link).status == 200
        assert left(tmp_path) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_file_goes_with_altsync(
    tmp_path: Path, browser: Path, how: signal.Signals
) -> None:
    build(tmp_path)
    with running(tmp_path, "browse", "--port", "0", path=browser) as (process, _):
        asked(tmp_path)
        assert len(left(tmp_path)) == 1
        process.send_signal(how)
        process.wait(PATIENT)
    assert left(tmp_path) == []


@pytest.mark.parametrize("command", ["browse", "review"])
def test_no_database_is_said_in_one_sentence(tmp_path: Path, command: str) -> None:
    (tmp_path / "altsync.toml").write_text(
        '[site]\nurl = "https://x.example"\n', "utf-8"
    )
    done = subprocess.run(
        [
            *WARM,
            "-c",
            "from altsync.cli import main; main()",
            command,
            "--no-open",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "altsync pull" in done.stderr
