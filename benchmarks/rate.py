"""How soon generate finds the rate that a provider admits, against a loopback server.

    python -m benchmarks rate [NAME ...]

Every line: how many times the ideal a run of the whole stage takes (200 images, 32
workers, 0.2 s an answer), what share of the calls was refused, and what was lost. The
server runs in a process of its own, and so does each of two that share a limit.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.generate import Site, ask, run, server
from tests.doubles.providers.limits import Limit

COUNT = 200
WORKERS = 32
LATENCY = 0.2
SLOWEST = 1.25
"""Times the ideal."""
SHARED = 1.3
REFUSED = 0.15
TOKENS = (700.0, 1050.0, 1400.0)
"""That three calls take."""


@dataclass(frozen=True)
class Scene:
    """A provider and those who ask it."""

    name: str
    limit: Callable[[], Limit]
    ideal: float
    """Seconds in which it would admit COUNT calls."""
    processes: int = 1


def _changing(bucket: float) -> Limit:
    return Limit(10, bucket, then=((5, 3), (15, 20)))


def _tokens(**more: Any) -> Limit:
    """Ten calls a second, and the bucket holds twenty."""
    return Limit(10 * 1050, 20 * 1050, takes=TOKENS, **more)


SCENES = (
    Scene("one", lambda: Limit(10, 1), 20.0),
    Scene("bucket", lambda: Limit(10, 10), 19.0),
    Scene("used-up", lambda: Limit(10, 10, empty=True), 20.0),
    Scene("silent", lambda: Limit(10, 1, retry_after=None), 20.0),
    Scene("silent-bucket", lambda: Limit(10, 10, retry_after=None), 19.0),
    Scene("tokens", _tokens, 18.0),
    Scene("tokens-silent", lambda: _tokens(retry_after=None), 18.0),
    Scene("tokens-told", lambda: _tokens(shown="tokens"), 18.0),
    Scene("told", lambda: Limit(10, 1, shown="requests"), 20.0),
    Scene("changing", lambda: _changing(1), 21.0),
    Scene("changing-bucket", lambda: _changing(10), 20.5),
    Scene("two", lambda: Limit(10, 10), 19.0, processes=2),
    Scene("two-told", lambda: Limit(10, 10, shown="requests"), 19.0, processes=2),
    Scene("two-one", lambda: Limit(10, 1), 20.0, processes=2),
)


def measure(scene: Scene) -> None:
    """Print its line."""
    with server(LATENCY, limit=scene.limit()) as pipe:
        if scene.processes == 1:
            ends = [_process(COUNT)]
        else:
            ends = _together(scene.processes, COUNT // scene.processes)
        calls, paid, limited, _ = ask(pipe)
    seconds = max(end for end, _ in ends)
    lost = COUNT - sum(made for _, made in ends)
    ratio, share = seconds / scene.ideal, limited / calls
    most = SLOWEST if scene.processes == 1 else SHARED
    met = ratio <= most and share < REFUSED and not lost and paid == COUNT
    each = " ".join(f"{end:.1f}" for end, _ in ends)
    print(
        f"  {scene.name:16} {each:>10} s  ideal {scene.ideal:4.1f}  ratio {ratio:5.2f}"
        f" (at most {most})  refused {share:6.1%}  lost {lost}"
        f"  {'met' if met else 'NOT MET'}",
        flush=True,
    )


def _together(processes: int, count: int) -> list[tuple[float, int]]:
    """What each of several processes made of it, begun at the same time."""
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    ready = context.Barrier(processes)
    started = [
        context.Process(target=_one_of, args=(results, ready, count))
        for _ in range(processes)
    ]
    for process in started:
        process.start()
    ends = [results.get() for _ in started]
    for process in started:
        process.join()
    return ends


def _one_of(results: Any, ready: Any, count: int) -> None:
    results.put(_process(count, ready.wait))


def _process(
    count: int, ready: Callable[[], object] = lambda: None
) -> tuple[float, int]:
    """(seconds, texts) of a run over so many images."""
    site = Site(count, 320)
    with tempfile.TemporaryDirectory() as directory:
        ready()
        done, seconds, _ = run(site, Path(directory), WORKERS)
        return seconds, done.made


def main() -> None:
    """Those that the command line names, or all."""
    begin = time.perf_counter()
    for scene in SCENES:
        if scene.name in sys.argv[1:] or not sys.argv[1:]:
            measure(scene)
    print(f"  in {time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
