"""`generate --dask` with two local workers beside the threads of one process.

    python -m benchmarks cluster [--images 60] [--rounds 3]

The same command on the same machine, in turn, on photos of 12 megapixels that a site
serves over loopback; once where the model answers at once, so that pictures are the work,
and once where it takes two seconds, so that waiting is. On one machine a cluster has
nothing to win: what it costs is measured.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from altsync.demo.pictures import DemoImage
from altsync.demo.site import DemoSite
from benchmarks.measure import altsync, in_turn, process
from benchmarks.texts import NoCorpus
from tests.doubles.providers.openai import Double, write_models

SIZE = (4032, 3024)
HOUSE = """\
[site]
url = "{url}"
[album]
inventory = ["{url}/sitemap.xml"]
pixels = "{pixels}"
[generate]
model = "double"
workers = 8
prices = {{ double = {{ input = 1.0, output = 10.0 }} }}
"""


@dataclass(slots=True)
class Photo(DemoImage):
    """Of 12 megapixels, with a file of its own."""

    jpeg: bytes = b""

    def pixels(self) -> tuple[bytes, str]:
        # after the end of the JPEG: other bytes, same picture
        return self.jpeg + self.id.encode(), "image/jpeg"


def photo() -> bytes:
    """With as much detail as a photo has."""
    small = Image.effect_noise((SIZE[0] // 4, SIZE[1] // 4), 60)
    out = io.BytesIO()
    small.resize(SIZE).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def serve(pipe: Any, images: int) -> None:
    """The site and the model, in a process of their own."""
    jpeg = photo()
    photos = [Photo(f"a/{number:05}", jpeg=jpeg) for number in range(images)]
    with Double(keep=False) as double, DemoSite(photos, token="t") as site:
        pipe.send((double.base, site.url, site.pixels, len(jpeg)))
        while (latency := pipe.recv()) is not None:
            double.latency = latency
            pipe.send(double.paid)


@contextmanager
def house(images: int) -> Iterator[tuple[Path, Any]]:
    """A mirror that was pulled, and the pipe to its site's process."""
    here, there = multiprocessing.Pipe()
    serving = multiprocessing.get_context("spawn").Process(
        target=serve, args=(there, images), daemon=True
    )
    serving.start()
    base, url, pixels, size = here.recv()
    print(f"   {images} photos of {size / 1e6:.1f} MB", flush=True)
    with tempfile.TemporaryDirectory() as tmp:
        directory = Path(tmp)
        home = directory / "llm"
        home.mkdir()
        os.environ.update(LLM_USER_PATH=str(home), ALTSYNC_TOKEN="t")
        write_models(home, base)
        toml = HOUSE.format(url=url, pixels=pixels)
        (directory / "altsync.toml").write_text(toml)
        process(altsync("pull"), directory)
        shutil.copytree(directory / "data", directory / "pulled")
        yield directory, here
    here.send(None)
    serving.join(5)


def generated(directory: Path, *more: str) -> float:
    """Seconds of the whole command, on a mirror without texts."""
    shutil.rmtree(directory / "data")
    shutil.copytree(directory / "pulled", directory / "data")
    used = process(altsync("generate", "--yes", *more), directory)
    way = "cluster" if more else "threads"
    print(f"   {way}: {used.wall:6.1f} s, CPU of the command {used.cpu:6.1f} s")
    return used.wall


def _ways(directory: Path, address: str) -> tuple[Callable[[], float], ...]:
    return (
        lambda: generated(directory),
        lambda: generated(directory, "--dask", address),
    )


def main() -> None:
    """Both, in turn."""
    parser = argparse.ArgumentParser("benchmarks cluster")
    parser.add_argument("--images", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(sys.argv[1:])
    try:
        from distributed import LocalCluster

        local: Any = LocalCluster
    except ImportError:
        raise NoCorpus("   left out: it needs the extra altsync[dask]") from None
    with (
        house(given.images) as (directory, pipe),
        local(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=None,
            env=dict(os.environ),
        ) as cluster,
    ):
        threads, workers = _ways(directory, cluster.scheduler_address)
        workers()  # its workers have imported what they need
        for latency in (0.0, 2.0):
            pipe.send(latency)
            before = pipe.recv()
            ours, theirs, ratio = in_turn(threads, workers, given.rounds)
            pipe.send(latency)
            paid = pipe.recv() - before
            assert paid == 2 * given.rounds * given.images, paid
            print(
                f"   a model that takes {latency:.0f} s: threads {ours:.1f} s, two local"
                f" workers {theirs:.1f} s: {1 / ratio:.2f} times as long",
                flush=True,
            )


if __name__ == "__main__":
    main()
