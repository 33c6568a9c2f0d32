"""Batches of many lines, built and read back: seconds, and the peak memory of the process
(target: 300 MB, with 10,000 lines).

    python -m benchmarks batches [--lines 10000] [--provider openai]

The doubles of both providers run in a process of their own, and each half of the work in
another one, which says itself what it used (ru_maxrss). The pictures are noise of 200 x
150, whose lines are longer than those of most photos of that size.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from altsync.config import load
from altsync.generate.batches.fetching import Fetch
from altsync.generate.batches.stage import SendBatches
from altsync.generate.choosing import Targets
from altsync.generate.settings import Settings
from altsync.models import SiteImage
from altsync.pull import Pull
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store.store import Store
from altsync.store.worklist import Worklist
from tests.generate.batches.house import HOUSE, MODELS

SIZE = (200, 150)


class Noise(MemorySource):
    """Another picture for each image, made when it is asked for."""

    def pixels(self, image: SiteImage, max_bytes: int = 0) -> bytes:
        """A JPEG of about 25 KB."""
        data = random.Random(image.name).randbytes(3 * SIZE[0] * SIZE[1])
        out = io.BytesIO()
        Image.frombytes("RGB", SIZE, data).save(out, "JPEG", quality=85)
        return out.getvalue()


def serve(pipe: Any, provider: str) -> None:
    """The double, until it is told to end."""
    from tests.doubles.providers.hosting import BATCHING

    with BATCHING[provider](keep=False) as double:
        pipe.send(double.base)
        while pipe.recv() != "end":
            pipe.send((double.paid, max(double.paid_for.values(), default=0)))  # type: ignore[attr-defined]


@contextmanager
def server(provider: str, home: Path) -> Iterator[tuple[Any, dict[str, str]]]:
    """(a pipe that tells what was paid, the environment in which llm asks it)"""
    from tests.doubles.providers.openai import write_models

    here, there = multiprocessing.Pipe()
    spawn = multiprocessing.get_context("spawn")
    process = spawn.Process(target=serve, args=(there, provider), daemon=True)
    process.start()
    base = here.recv()
    write_models(home, base)
    asked = {
        "LLM_USER_PATH": str(home),
        "LLM_LOAD_PLUGINS": "altsync,llm-anthropic",
        "ANTHROPIC_BASE_URL": base,
        "ANTHROPIC_API_KEY": "sk-none",
    }
    try:
        yield here, {**os.environ, **asked}
    finally:
        here.send("end")
        process.join(5)


def half(
    command: str, toml: Path, provider: str, env: dict[str, str]
) -> dict[str, Any]:
    """One half of the work, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.batches", command, str(toml), provider],
        env=env,
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def work(command: str, toml: Path, provider: str) -> None:
    """That half: what it did, and what it used, as JSON."""
    config = load(toml)
    model = MODELS[provider]
    began = time.perf_counter()
    with Store.open(config.database) as store, store.snapshot() as conn:
        if command == "build":
            settings = Settings((model,), batch=True, prices=config.generate.prices)
            targets = Targets(conn, Worklist(models=(model,)))
            sent = SendBatches(Context(Noise(), store), settings, targets).run()
            number, batches = sent.lines, len(sent.handovers)
        else:
            done = Fetch(config, store).run()
            number, batches = done.made, len(done.seen)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = time.perf_counter() - began
    told = {"lines": number, "batches": batches, "seconds": seconds, "peak": peak}
    print(json.dumps(told))


def measured(provider: str, lines: int) -> None:
    """Both halves, over a mirror of so many images."""
    with tempfile.TemporaryDirectory() as place:
        toml = Path(place, "altsync.toml")
        toml.write_text(HOUSE.format(model=MODELS[provider]), "utf-8")
        source = Noise()
        for at in range(lines):
            name = f"n{at:06d}"
            source.add(SiteImage(f"a/{name}", "a", name, alt="", title=f"Title {at}"))
        with Store.open(load(toml).database, create=True) as store:
            store.claim("http://site.test", "memory")
            Pull(Context(source, store)).run()
        with server(provider, Path(place, "llm")) as (pipe, env):
            for command in ("build", "read"):
                used = half(command, toml, provider, env)
                print(
                    f"{provider:10} {command:5}: {used['lines']:,} lines in"
                    f" {used['batches']} batches, {used['seconds']:.0f} s,"
                    f" peak {used['peak']:.0f} MB (target 300)",
                    flush=True,
                )
            pipe.send("paid")
            paid, most = pipe.recv()
            print(f"{provider:10} paid : {paid:,} lines, each {most} time at most")


def main() -> None:
    """Both providers."""
    if sys.argv[1:2] in (["build"], ["read"]):
        work(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--provider", choices=MODELS, action="append")
    given = parser.parse_args()
    for provider in given.provider or MODELS:
        measured(provider, given.lines)


if __name__ == "__main__":
    main()
