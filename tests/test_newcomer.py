"""The tutorial, typed by a newcomer: a fresh environment, the wheel, no checkout."""

from __future__ import annotations

import http.cookiejar
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.snippets import ROOT, Line, lines, shows, snippets
from tests.processes import PATIENT

TUTORIAL = ROOT / "docs" / "tutorial.md"
PORT = "8765"
"""As the tutorial has it; here a free one."""
NO_INDEX = re.compile("No matching distribution|Could not find a version|onnection")
LINK = re.compile(r"http://127\.0\.0\.1:\d+/\S+")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        "NEWCOMER" not in os.environ, reason="it installs everything: make newcomer"
    ),
]


class Terminal:
    """A shell that remembers where it is and what was exported."""

    def __init__(self, directory: Path) -> None:
        self._home = directory
        self._where = directory
        self._environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(directory),
            "LANG": "C.UTF-8",
        }
        self._environment |= {
            name: value
            for name, value in os.environ.items()
            if name.startswith(("PIP_", "SSL_")) or name.lower().endswith("_proxy")
        }

    def type(self, words: list[str]) -> tuple[int, str]:
        """What it ended with, and what it printed."""
        kept = self._home / "kept"
        line = f'{_typed(words)}; ended=$?; pwd > "{kept}"; env -0 >> "{kept}"; exit $ended'
        ran = subprocess.run(
            ["bash", "-c", line],
            cwd=self._where,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        where, _, variables = kept.read_text("utf-8").partition("\n")
        self._where = Path(where)
        self._environment = dict(
            one.split("=", 1) for one in variables.split("\0") if "=" in one
        )
        return ran.returncode, ran.stdout

    def begin(self, words: list[str], until: re.Pattern[str]) -> tuple[Running, str]:
        """Start what stays; the first words that it prints of those."""
        file = self._home / f"{words[1]}.txt"
        with file.open("w", encoding="utf-8") as out:
            process = subprocess.Popen(
                words,
                cwd=self._where,
                env=self._environment,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        running = Running(process)
        while not (found := until.search(file.read_text("utf-8"))):
            assert process.poll() is None, file.read_text("utf-8")
            time.sleep(0.1)
        return running, found[0]


class Running:
    """A command that stays until Ctrl-C."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENT)


def _typed(words: list[str]) -> str:
    if words[0] == ".":
        return f". {words[1]}"
    return shlex.join(words)


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return str(found.getsockname()[1])


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Of the checkout as it is."""
    place = tmp_path / "wheel"
    command = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps")
    built = subprocess.run(
        [*command, "--wheel-dir", str(place), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    if NO_INDEX.search(built.stderr) and built.returncode:
        pytest.skip("the index of packages does not answer: nothing can be built")
    assert built.returncode == 0, built.stderr
    (found,) = place.glob("*.whl")
    return found


@pytest.fixture
def started() -> Iterator[list[Running]]:
    running: list[Running] = []
    yield running
    for one in reversed(running):
        one.stop()


def first_page(link: str) -> str:
    """What a browser gets that opens the printed link, and follows the page that goes on
    by itself."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    first = opener.open(link).read().decode()
    onward = re.search(r'(?:url=|href=")(/[^"\s]+)', first)
    if onward is None:
        return str(first)
    base = "/".join(link.split("/")[:3])
    return str(opener.open(base + onward[1]).read().decode())


def test_a_newcomer_can_type_the_tutorial(
    wheel: Path, tmp_path: Path, started: list[Running]
) -> None:
    typed: list[Line] = [
        line
        for snippet in snippets(TUTORIAL)
        if snippet.language == "console"
        for line in lines(snippet)
    ]
    assert len(typed) > 15
    home = tmp_path / "newcomer"
    home.mkdir()
    terminal, port = Terminal(home), free_port()
    begun = time.monotonic()
    for line in typed:
        words = [port if word == PORT else word for word in line.words]
        if words[-2:] == ["install", "."]:
            words[-1] = str(wheel)
        if words[:2] == ["altsync", "demo"]:
            running, _ = terminal.begin(words, re.compile("Serving until Ctrl-C"))
            started.append(running)
        elif words == ["altsync", "review"]:
            running, link = terminal.begin([*words, "--no-open"], LINK)
            assert "in-the-mountains/aizkorri-in-autumn" in first_page(link)
            print(f"The first page came after {time.monotonic() - begun:.0f} s.")
            running.stop()
        else:
            ended, printed = terminal.type(words)
            if ended and words[-2] == "install" and NO_INDEX.search(printed):
                pytest.skip("the index of packages does not answer")
            assert ended == 0, printed
            assert shows(line, printed) is None, printed
    assert not (home / "altsync").exists()
