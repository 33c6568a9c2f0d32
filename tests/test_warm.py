"""What is forked from a process that waits is a process like any other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import PATIENT
from tests.warm import WARM, parent

TELL = """
import os, sys
sys.stdout.write(f"{sys.argv[1:]} {os.getcwd()} {sys.stdin.read()} {os.getppid()} ")
print("altsync.generate.stage" in sys.modules, dict(os.environ), file=sys.stderr)
sys.exit(7)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it forks by prctl")


def test_it_has_what_it_was_given_and_is_our_child(tmp_path: Path) -> None:
    ran = subprocess.run(
        [*WARM, "-c", TELL, "a b", "ü"],
        input="words",
        cwd=tmp_path,
        env={"ONE": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENT,
    )
    assert ran.stdout == f"['a b', 'ü'] {tmp_path} words {os.getpid()} "
    assert ran.stderr == "True {'ONE': '1'}\n"
    assert ran.returncode == 7


def test_the_one_that_waits_has_one_thread() -> None:
    """What another one holds at a fork is held for ever."""
    subprocess.check_call([*WARM, "-c", "pass"])  # it has imported everything
    waits = str(parent().process.pid)
    assert [one.name for one in Path(f"/proc/{waits}/task").iterdir()] == [waits]


def test_other_modules_are_looked_for_by_a_new_interpreter(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("")
    code = "import mine, sys; print('altsync.generate.stage' in sys.modules)"
    command = [*WARM, "-c", code]
    paths = os.pathsep.join(
        [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    told = subprocess.check_output(command, env={**os.environ, "PYTHONPATH": paths})
    assert told == b"False\n"


def test_it_can_be_killed_and_none_knows_of_another() -> None:
    ask = "import sys; sys.told = getattr(sys, 'told', 0) + 1; print(sys.told); input()"
    both = [
        subprocess.Popen(
            [*WARM, "-c", ask],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    first, second = both
    with first, second:
        assert [one.stdout.readline() for one in both if one.stdout] == [b"1\n"] * 2
        first.kill()
        assert first.wait(PATIENT) == -signal.SIGKILL
        second.send_signal(signal.SIGINT)
        _, said = second.communicate(timeout=PATIENT)
    assert second.returncode == -signal.SIGINT
    assert said.endswith(b"KeyboardInterrupt\n")


def test_a_module_runs_as_the_interpreter_runs_it(tmp_path: Path) -> None:
    ran = {
        command[1]: subprocess.run(
            [*command, "-m", "altsync", "diff", "--csv"],
            cwd=tmp_path,
            capture_output=True,
            timeout=PATIENT,
        )
        for command in (WARM, [sys.executable, "-P"])
    }
    warm, cold = ran.values()
    assert (warm.returncode, warm.stdout, warm.stderr) == (
        cold.returncode,
        cold.stdout,
        cold.stderr,
    )
    assert b"altsync.toml" in cold.stderr
