"""Run a command as a process and say what it used, by the operating system's own
account."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Used:
    """Seconds of wall and CPU time, and the peak memory in MB, of one process."""

    wall: float
    cpu: float
    peak: float


def process(
    args: Sequence[str],
    cwd: Path | None = None,
    codes: Sequence[int] = (0,),
    **env: str,
) -> Used:
    """Run it to its end, its output thrown away. Raises where it ends with another code
    than `codes`."""
    started = time.perf_counter()
    child = subprocess.Popen(
        args,
        cwd=cwd,
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in codes:
        raise SystemExit(f"{args} ended with {child.returncode}")
    return Used(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def altsync(*args: str) -> list[str]:
    """The command line of altsync in this environment."""
    return [sys.executable, "-m", "altsync", *args]


def in_turn(
    first: Callable[[], float], second: Callable[[], float], rounds: int = 5
) -> tuple[float, float, float]:
    """Medians of both, and the median of their ratios pair by pair: holds though the
    machine's speed drifts."""
    pairs = [(first(), second()) for _ in range(rounds)]
    return (
        median(a for a, _ in pairs),
        median(b for _, b in pairs),
        median(a / b for a, b in pairs),
    )


def row(what: str, value: float, target: str, unit: str = "x") -> None:
    """One line of the report."""
    print(f"  {what:<66} {value:>8.2f} {unit:<6} {target}")
