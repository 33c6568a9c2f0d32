"""What an owner sees where the machine refuses, or where altsync itself is wrong: one
sentence, never a page of code, and no file of his is lost."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from altsync.cli import _unexpected, main
from altsync.cli import status as status_command
from tests.cli.conftest import Owner
from tests.processes import PATIENT
from tests.warm import WARM

IMPOSSIBLE = "/proc/nothing/x"
"""Nobody can make a file there, root neither."""


@pytest.fixture
def pulled(owner: Owner) -> Owner:
    owner.init()
    owner.run("pull")
    return owner


@pytest.mark.parametrize(
    "args",
    [
        ["diff", "--html", IMPOSSIBLE],
        ["diff", "--plan", IMPOSSIBLE],
        ["export", IMPOSSIBLE],
        ["export", "--html", IMPOSSIBLE],
        ["export", "/dev/null"],
        ["export", "--html", "/dev/null"],
        ["diff", "--html", "x" * 300],
    ],
)
def test_a_place_that_cannot_be_written_is_named(
    pulled: Owner, args: list[str]
) -> None:
    ran = pulled.run(*args, code=2)
    assert f"{args[-1]} cannot be written (" in ran.err
    assert "Name another place." in ran.err


def test_a_page_replaces_no_device_and_no_pipe(pulled: Owner) -> None:
    pipe = pulled.directory / "pipe"
    os.mkfifo(pipe)
    for place in ("/dev/null", str(pipe)):
        for form in ("--html", "--plan"):
            ran = pulled.run("diff", form, place, code=2)
            assert f"{place} cannot be written (it is no regular file)" in ran.err
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert pipe.is_fifo()


def test_a_page_replaces_what_a_link_leads_to(pulled: Owner) -> None:
    target = pulled.directory / "page.html"
    target.write_text("old")
    link = pulled.directory / "link.html"
    link.symlink_to(target)
    pulled.run("diff", "--html", str(link))
    assert link.is_symlink()
    assert "<html" in target.read_text("utf-8")


@pytest.mark.parametrize(
    "args",
    [
        ["--help"],
        ["status"],
        ["status", "--json"],
        ["diff", "--csv"],
        ["log"],
        ["lint", "--format", "json"],
        ["rules"],
    ],
)
@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_full_disk_under_stdout_is_one_sentence(
    pulled: Owner, args: list[str], buffered: str
) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [*WARM, "-m", "altsync", *args],
            cwd=pulled.directory,
            env={**os.environ, "PYTHONUNBUFFERED": buffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENT,
        )
    assert ran.returncode == 1
    (sentence,) = ran.stderr.splitlines()
    assert "No space left on device" in sentence


def test_a_closed_stdout_is_no_error(pulled: Owner) -> None:
    ran = subprocess.run(
        f"{sys.executable} -m altsync diff --csv >&-",
        shell=True,
        cwd=pulled.directory,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENT,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_closed_stdin_and_stderr_are_no_error(pulled: Owner) -> None:
    """As some daemons start what they run."""
    ran = subprocess.run(
        f"{sys.executable} -m altsync pull --json 2>&-; {sys.executable} -m altsync push <&-",
        shell=True,
        cwd=pulled.directory,
        capture_output=True,
        text=True,
        timeout=PATIENT,
    )
    assert ran.returncode == 0
    assert ran.stderr.endswith("0 conflicts.\nNothing to send.\n")
    assert json.loads(ran.stdout)["listed"] > 0


@pytest.mark.parametrize(
    "url", ["https://", "", "http://[bad", "https://:80", "file:///etc"]
)
def test_an_address_without_a_host_names_no_site(owner: Owner, url: str) -> None:
    ran = owner.run("init", url, code=2)
    assert f"{url!r} names no site. Write its address: altsync init https://" in ran.err
    assert not (owner.directory / "altsync.toml").exists()


def test_init_asks_no_site_where_it_cannot_write(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/proc")  # as a directory on a read-only disk
    ran = owner.run("init", owner.site.url, "--source", "album", code=2)
    assert "/proc cannot be written to (" in ran.err
    assert not owner.site.ledger


def broken(*args: object, **options: object) -> None:
    raise RuntimeError(
        "no thought of this: http://me:pass%20word@example.org/x?api_key=abcd-efgh"
        f" with {os.environ['ALTSYNC_TOKEN']}"
    )


def test_an_unexpected_error_is_a_file_to_hand_on(
    pulled: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_command, "print_status", broken)
    monkeypatch.setenv("ALTSYNC_TOKEN", "very-secret-token")
    ran = pulled.run("status", code=1)
    log = pulled.directory / _unexpected.NAME
    assert "an error that it does not know (RuntimeError)" in ran.err
    assert str(log) in ran.err
    assert len(ran.err.splitlines()) == 1
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    text = log.read_text("utf-8")
    assert "command: altsync status\n" in text
    assert "Python 3." in text
    assert "sqlite-utils " in text
    assert "in broken" in text
    for secret in ("very-secret", "pass%20word", "abcd-efgh"):
        assert secret not in text
    assert "http://example.org/x?api_key=…" in text


def test_the_log_goes_where_it_can(
    pulled: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.chdir("/proc")
    sentence = _unexpected.written(ValueError("x"), ["pull"])
    assert str(tmp_path / _unexpected.NAME) in sentence
    monkeypatch.setattr("tempfile.tempdir", "/proc")
    sentence = _unexpected.written(ValueError("x"), ["pull"])
    assert "could write no altsync-error.log" in sentence


def test_the_log_is_not_written_through_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / "mine"
    mine.write_text("mine")
    (tmp_path / _unexpected.NAME).symlink_to(mine)
    _unexpected.written(ValueError("x"), [])
    assert mine.read_text() == "mine"


def test_what_llm_keeps_as_a_key_is_not_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path))
    (tmp_path / "keys.json").write_text('{"openai": "sk-of-the-owner"}')
    _unexpected.written(ValueError("refused: sk-of-the-owner"), [])
    assert "sk-of" not in (tmp_path / _unexpected.NAME).read_text("utf-8")


def test_an_error_of_the_site_cannot_steer_a_terminal(
    pulled: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from altsync.errors import SourceError

    def lies(*args: object, **options: object) -> None:
        raise SourceError("the site says \x1b[2J\x9b31m")

    monkeypatch.setattr(status_command, "print_status", lies)
    ran = pulled.run("status", code=1)
    assert ran.err == "the site says \\u001b[2J\\u009b31m\n"


TELLING = """
import signal, sys
from altsync.__main__ import start

def telling(*given):
    before = quietly(*given)
    signal.signal = quietly
    print("on", file=sys.stderr, flush=True)
    return before

quietly, signal.signal = signal.signal, telling
start()
"""
"""Says when altsync has begun to heed a Ctrl-C."""


@pytest.mark.slow
def test_ctrl_c_right_after_the_start_shows_no_code(pulled: Owner) -> None:
    """Python's own first milliseconds are not ours, so they are waited for."""
    ends = set()
    for tenth in range(15):
        process = subprocess.Popen(
            [*WARM, "-c", TELLING, "status"],
            cwd=pulled.directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        assert process.stderr.readline() == "on\n"
        time.sleep(0.02 + 0.01 * tenth)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENT)
        assert "Traceback" not in err
        ends.add(process.returncode)
    assert ends <= {-signal.SIGINT, 130, 0}


def test_a_command_line_that_ends_well_says_nothing(
    pulled: Owner, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["status"])
    assert capsys.readouterr().err == ""
