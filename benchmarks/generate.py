"""The engine of generate against a loopback OpenAI-compatible server: time, CPU, memory.
A limited rate: `benchmarks rate`.

    python -m benchmarks.generate [speed] [cpu] [memory] [log]

Each line gives what was measured beside its ideal, their ratio, and the target of the
project. The server runs in a process of its own; sources are 1280 pixels wide.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image, ImageDraw

from altsync.generate import arenas, opening, pace
from altsync.generate.choosing import Targets
from altsync.generate.llmlog import LlmLog
from altsync.generate.stage import Generate, Generated, Settings, Ways
from altsync.models import SiteImage
from altsync.pictures import apart
from altsync.pictures import prepare as pictures
from altsync.pictures.cache import Cache
from altsync.pictures.drawn import Drawn
from altsync.pictures.prepare import prepare
from altsync.pictures.shape import fit
from altsync.pull import Pull
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store.store import Store
from altsync.store.worklist import Worklist
from tests.doubles.providers.limits import Limit
from tests.doubles.providers.openai import Double, write_models

PRICES = {"double": {"input": 1.0, "output": 10.0}}


def serve(pipe: Any, latency: float, limit: Limit | None) -> None:
    with Double(keep=False) as double:
        double.latency = latency
        double.limit = limit
        pipe.send(double.base)
        while pipe.recv() != "end":
            pipe.send((double.calls, double.paid, double.limited, double.connections))


@contextmanager
def server(latency: float = 0.0, limit: Limit | None = None) -> Iterator[Any]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=serve, args=(there, latency, limit), daemon=True
    )
    process.start()
    base = here.recv()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LLM_USER_PATH"] = home
        write_models(Path(home), base)
        opening.forget()
        pace.forget()
        try:
            yield here
        finally:
            opening.forget()
            here.send("end")
            process.join(5)


def ask(pipe: Any) -> tuple[int, int, int, int]:
    pipe.send("counts")
    counts: tuple[int, int, int, int] = pipe.recv()
    return counts


class Site(MemorySource):
    """Every image has a photo of its own, made when it is asked for from one of a few
    encoded ones."""

    def __init__(self, count: int, width: int = 1280) -> None:
        super().__init__(
            SiteImage(id=f"a/{n:06d}", album="a", name=f"{n:06d}", alt="")
            for n in range(count)
        )
        noise = (
            Image.effect_noise((width // 4, width * 3 // 16), 60)
            .resize((width, width * 3 // 4))
            .convert("RGB")
        )
        out = io.BytesIO()
        ImageDraw.Draw(noise).ellipse((100, 100, 600, 500), fill=(200, 90, 40))
        noise.save(out, "JPEG", quality=85)
        self.photo = out.getvalue()

    def pixels(self, image: SiteImage, max_bytes: int = 60_000_000) -> bytes:
        # after the end of the JPEG: other bytes, same picture
        return self.photo + image.id.encode()


def run(
    site: Site, directory: Path, threads: int, *, logged: bool = False
) -> tuple[Generated, float, float]:
    """(what it did, seconds, CPU seconds) of a run over the whole site."""
    settings = Settings(
        ("double",), prices=PRICES, cache=Cache(directory / "thumbnails")
    )
    with Store.open(directory / "altsync.db", create=True) as store:
        store.claim("http://site.test", "memory")
        Pull(Context(site, store)).run()
        settings.opened()  # importing llm and openai is not part of a call
        context = Context(site, store, threads=threads)
        with store.snapshot() as conn:
            targets = Targets(conn, Worklist())
            wall, cpu = time.perf_counter(), time.process_time()
            with LlmLog(directory / "llm.db") as log:
                ways = Ways(log=log if logged else None)
                done = Generate(context, settings, targets, ways).run()
                seconds = time.perf_counter() - wall
            if logged:
                kept = (log.written, log.dropped, log.error)
                assert kept == (done.made, 0, ""), kept
            return done, seconds, time.process_time() - cpu


def line(name: str, value: float, ideal: float, target: float, unit: str = "s") -> None:
    ratio = value / ideal
    print(
        f"{name:44} {value:8.2f} {unit:3} ideal {ideal:8.2f}   ratio {ratio:5.2f}  "
        f" target {target:.2f}   {'met' if ratio <= target else 'NOT MET'}",
        flush=True,
    )


def speed(count: int = 640, workers: int = 32, latency: float = 0.8) -> None:
    site = Site(count)
    with server(latency) as pipe, tempfile.TemporaryDirectory() as tmp:
        done, wall, cpu = run(site, Path(tmp), workers)
        assert done.made == count, done
        line(
            f"{count} images, {workers} workers, {latency} s latency",
            wall,
            count * latency / workers,
            1.25,
        )
        print(
            f"   CPU {1000 * cpu / count:.1f} ms an image with its preparation;"
            f" connections {ask(pipe)[3]}"
        )


def cpu(count: int = 320, workers: int = 32, latency: float = 0.2) -> None:
    """Of one call, with a picture of 1.9 megapixels: for the picture, its decoder's
    process counted, and for the rest; and what the picture took before, in turn."""
    site = Site(count, 1600)
    photos = [site.pixels(site.now(image)) for image in site.ids]
    with server(latency), tempfile.TemporaryDirectory() as tmp:
        before, now = [], []
        for number in range(4):
            part = photos[number::4]
            with as_before():
                before.append(_each(part, Path(tmp) / f"before-{number}"))
            now.append(_each(part, Path(tmp) / f"now-{number}"))
        ran_before = _of_decoders()
        done, _, used = run(site, Path(tmp), workers)
        assert done.made == count, done
        used += _of_decoders() - ran_before
        print(f"   the picture as it was prepared before: {min(before):.1f} ms")
        line("CPU of a call, the picture", min(now), 12.0, 1.0, "ms")
        beside = 1000 * used / count - median(now)
        line("CPU of a call, beside the picture", beside, 12.0, 1.0, "ms")


@contextmanager
def as_before() -> Iterator[None]:
    """Pictures are prepared as they were until that was made quicker."""
    kept = pictures.SHRINK, apart._MALLOC
    pictures.SHRINK = "benchmarks.generate:shrink_as_before"
    apart._MALLOC = {"MALLOC_ARENA_MAX": "1"}
    try:
        yield
    finally:
        pictures.SHRINK, apart._MALLOC = kept


def shrink_as_before(data: bytes, side: int) -> bytes:
    """All channels at once with LANCZOS."""
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        size = fit(image.size, side)
        image.draft(None, size)
        small = image.resize(size, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=85)
    return Drawn(out.getvalue()).pack()


def _each(photos: list[bytes], directory: Path) -> float:
    """Milliseconds of processor for each, in this process and in a new decoder. The
    cache's folders are there, as they are after some hundred pictures."""
    apart._close_all()
    cache = Cache(directory)
    for number in range(256):
        cache.path(f"{number:02x}", 768).parent.mkdir(parents=True)
    prepare(photos[0] + b"to start the decoder", cache=cache)
    start = time.process_time() + _of_decoders()
    for photo in photos:
        prepare(photo, cache=cache)
    return 1000 * (time.process_time() + _of_decoders() - start) / len(photos)


def _of_decoders() -> float:
    """Seconds of processor that the decoders have used."""
    used = 0
    for decoder in apart._idle:
        stat = Path(f"/proc/{decoder.process.pid}/stat").read_text()
        used += sum(map(int, stat.rpartition(")")[2].split()[11:13]))
    return used / os.sysconf("SC_CLK_TCK")


def log(count: int = 640, workers: int = 32, latency: float = 0.8) -> None:
    """The same run without and with llm's own log, one after the other."""
    site = Site(count)
    with server(latency):
        seconds = []
        for logged in (False, True, False, True):
            with tempfile.TemporaryDirectory() as tmp:
                _, wall, cpu = run(site, Path(tmp), workers, logged=logged)
                seconds.append(wall)
                print(
                    f"   {'with' if logged else 'without'} llm's log: {wall:.2f} s,"
                    f" {1000 * cpu / count:.1f} ms CPU an image"
                )
        line(
            "a run with llm's log, to one without",
            min(seconds[1::2]),
            min(seconds[::2]),
            1.05,
        )


def memory() -> None:
    """Peak memory of a process each, for a few images and for many: it must not grow
    with their number."""
    for count in (200, 600):
        process = multiprocessing.get_context("spawn").Process(
            target=_memory, args=(count,)
        )
        process.start()
        process.join()


def _memory(count: int) -> None:
    site = Site(count, 4032 if count == 200 else 1280)
    arenas.keep_few()
    asking_costs = _resident()
    with server(0.05), tempfile.TemporaryDirectory() as tmp:
        done, _, _ = run(site, Path(tmp), 32)
        assert done.made == count, done
        peak = _peak()
        print(f"   before the run {asking_costs:.0f} MB, now {_resident():.0f} MB")
        line(
            f"peak memory, {count} images of {4032 if count == 200 else 1280} px",
            peak,
            300.0,
            1.0,
            "MB",
        )


def _peak() -> float:
    """Of this process alone: ru_maxrss would hand on the peak of the process that
    started it."""
    status = Path("/proc/self/status").read_text()
    return (
        int(
            next(
                row for row in status.splitlines() if row.startswith("VmHWM:")
            ).split()[1]
        )
        / 1024
    )


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


PARTS = {"speed": speed, "cpu": cpu, "memory": memory, "log": log}


def main() -> None:
    """The parts that the command line names, or all (as one of `python -m benchmarks`)."""
    for name in [name for name in sys.argv[1:] if name in PARTS] or list(PARTS):
        PARTS[name]()


if __name__ == "__main__":
    main()
