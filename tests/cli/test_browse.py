"""altsync browse: a real process on loopback, a link that works once, Ctrl-C."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.web.mirrors import build


@contextmanager
def running(folder: Path, *args: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command as a process, and the first line it prints."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from altsync.cli import main; main()", *args],
        cwd=folder,
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
        process.wait(20)
        process.stdout.close()
        process.stderr.close()


def ask(
    link: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], str]:
    parts = urlsplit(link)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=20
    )
    connection.request(method, f"{parts.path}?{parts.query}", headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode("utf-8", "replace")
    connection.close()
    return (
        answer.status,
        {name.lower(): value for name, value in answer.getheaders()},
        body,
    )


def test_browse_serves_the_mirror_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    build(tmp_path)
    with running(tmp_path, "browse", "--no-open", "--port", "0") as (process, link):
        assert urlsplit(link).hostname == "127.0.0.1"
        status, headers, _ = ask(link)
        assert (status, headers["location"]) == (302, "/altsync")
        cookie = headers["set-cookie"].split(";")[0]
        assert (
            "Every image (one alt slot)"
            in ask(link.split("/-/")[0] + "/altsync/images", Cookie=cookie)[2]
        )
        assert ask(link)[0] == 403
        assert (
            ask(link.split("/-/")[0] + "/altsync/images", Host="evil.example")[0] == 421
        )
        process.send_signal(signal.SIGINT)
        assert process.wait(20) in (0, 130)


@pytest.mark.parametrize("command", ["browse", "review"])
def test_no_database_is_said_in_one_sentence(tmp_path: Path, command: str) -> None:
    (tmp_path / "altsync.toml").write_text(
        '[site]\nurl = "https://x.example"\n', "utf-8"
    )
    done = subprocess.run(
        [
            sys.executable,
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
