"""Server time of every review page on a mirror of 100,000 images: each has to stay
under 200 ms.

Asked over Datasette's own client, in this process: routing, permissions, queries and
template, no network. First column: right after a verdict was committed, when nothing
that was worked out before counts any more (median of three). Second: asked again. Third:
the processor's part of the first, which a busy machine does not stretch.
Datasette's threads have their connections by then; the very first page of a process is
slower.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from altsync.config import parse
from altsync.doubts import Doubts
from altsync.models import Finding, NewCandidate, Origin, Severity, SiteImage, Verdict
from altsync.store import candidates, mirror, pulls, queue, search
from altsync.store.store import Store
from altsync.web.context import Setup
from altsync.web.serve import application

LIMIT = 0.2
WARNING = Finding("untrusted-name", Severity.WARNING, "No trusted text names it.")
REVIEW, GRID, ALBUMS = "/-/altsync/review", "/-/altsync/grid", "/-/altsync/albums"


def name(number: int, images: int, albums: int) -> tuple[str, str]:
    """(album, id) of an image."""
    album = f"album-{number * albums // images:05}"
    return album, f"{album}/image-{number:07}"


def pages(images: int, albums: int) -> list[str]:
    """What is asked for: every kind of page, searches that find all, many, one, none."""
    album, image = name(images // 2, images, albums)
    return [
        "/-/altsync",
        REVIEW,
        f"{REVIEW}?image={image}",
        f"{REVIEW}?album={album}",
        f"{REVIEW}?rule=untrusted-name",
        f"{REVIEW}?rule=leak",
        f"{REVIEW}?model=m2",
        f"{REVIEW}?state=missing",
        f"{REVIEW}?state=human",
        f"{REVIEW}?words=season",
        f"{REVIEW}?words=number+5",
        f"{REVIEW}?words=season&image={image}",
        f"{REVIEW}?words={images // 2:07}",
        f"{REVIEW}?words=nowhere",
        f"{REVIEW}?words=grassy",
        f"{REVIEW}?state=human&words=grassy",
        GRID,
        f"{GRID}?after={image}",
        f"{GRID}?words=season",
        f"{GRID}?words=season&album={album}",
        f"{GRID}?words=image+{str(images // 2)[:2]}",
        f"{GRID}?album=albun-00007",
        ALBUMS,
        f"{ALBUMS}?sort=waiting&page=5",
        f"{ALBUMS}?words=7",
        "/-/altsync/audit",
        "/-/altsync/audit?page=50",
        "/-/altsync/compare",
        "/-/altsync/sample",
        f"/-/altsync/image?id={image}",
    ]


def fill(path: Path, images: int, albums: int) -> None:
    """A third with a person's text, candidates for the rest; a twentieth approved and
    not yet sent."""
    with Store.open(path, create=True) as store:
        store.claim("https://example.org", "memory")
        with store.write() as tx:
            pull = pulls.begin(tx, "full")
            rows = [
                SiteImage(
                    id=name(n, images, albums)[1],
                    album=name(n, images, albums)[0],
                    name=f"image-{n:07}",
                    alt="A dirt path climbs a grassy slope." if n % 3 == 0 else None,
                    title=f"Image {n}",
                    caption="The path climbs towards the last snow of the season.",
                    language="en",
                    page_url=f"https://example.org/album/{n}",
                )
                for n in range(images)
            ]
            for start in range(0, images, 1000):
                mirror.save(tx, pull, rows[start : start + 1000])
            tx.execute("INSERT INTO prompts VALUES ('p1', 's', 't', '2026')")
            for n, image in enumerate(rows):
                if n % 3 == 0 or n % 50 == 1:
                    continue
                number = candidates.add(
                    tx,
                    NewCandidate(
                        image_id=image.id,
                        base=None,
                        alt=f"A dirt path, number {n}.",
                        origin=Origin.AI,
                        model="m2" if n % 7 == 0 else "m1",
                        prompt_id="p1",
                        cost_usd=0.001,
                        duration_ms=1500,
                        image_sha256=f"{n:064x}",
                        context='[{"kind":"title","text":"x"}]',
                        findings=(WARNING,) if n % 11 == 0 else (),
                    ),
                )
                if n % 20 == 2:
                    candidates.judge(tx, number, Verdict.APPROVED, "maria")
        doubts = Doubts(parse('[site]\nurl = "https://example.org"'))
        while True:
            with store.write() as tx:
                if not queue.score(tx, doubts.at(tx).of_image, 2000):
                    break
        search.catch_up(store)
        store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def measure(path: Path, asked: Sequence[str]) -> bool:
    """Print a line per page; whether all stay under the limit."""
    config = parse(f'[site]\nurl = "https://example.org"\ndatabase = "{path}"')
    datasette = application(config, Setup(config, owner="maria"))
    await datasette.invoke_startup()
    cookies = {"ds_actor": datasette.sign({"a": {"id": "root"}}, "actor")}
    for page in ("/-/altsync", "/-/altsync/review") * 3:  # opens the connections
        await datasette.client.get(page, cookies=cookies)

    async def ask(page: str) -> tuple[float, float]:
        started, used = time.perf_counter(), time.process_time()
        answer = await datasette.client.get(page, cookies=cookies)
        assert answer.status_code == 200, (page, answer.status_code)
        return time.perf_counter() - started, time.process_time() - used

    fine = True
    with Store.open(path) as store:
        for page in asked:
            after, again = [], []
            for verdict in (Verdict.APPROVED, Verdict.WITHDRAWN, Verdict.WITHDRAWN):
                with store.write() as tx:
                    candidates.judge(tx, 9, verdict, "maria")
                after.append(await ask(page))
                again.append(await ask(page))
            (cold, used), (warm, _) = (
                tuple(map(statistics.median, zip(*times, strict=True)))
                for times in (after, again)
            )
            over = "" if max(cold, warm) < LIMIT else "  OVER 200 ms"
            fine = fine and not over
            figures = (f"{1000 * one:8.0f}" for one in (cold, warm, used))
            print(" ".join(figures), f"  {page}{over}", flush=True)
    return fine


def main() -> None:
    """`python -m benchmarks.review [IMAGES] [--albums ALBUMS] [--keep FILE]`"""
    parser = argparse.ArgumentParser(
        "benchmarks.review", description=(__doc__ or "").partition("\n\n")[0]
    )
    parser.add_argument("images", nargs="?", type=int, default=100_000)
    parser.add_argument("--albums", type=int, default=1000)
    parser.add_argument(
        "--keep", type=Path, help="make the mirror in this file, or use it as it is"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.keep or Path(folder) / "altsync.db"
        if not path.exists():
            fill(path, given.images, given.albums)
        print(f"{given.images:,} images in {given.albums:,} albums, milliseconds")
        print("   after    again  CPU after")
        if not asyncio.run(measure(path, pages(given.images, given.albums))):
            sys.exit(1)


if __name__ == "__main__":
    main()
