"""Server time of every review page on a mirror of 100,000 images: each has to stay
under 200 ms.

Asked over Datasette's own client, in this process: routing, permissions, queries and
template, no network. First column: right after a verdict was committed, when nothing
that was worked out before counts any more (median of three). Second: asked again.
Datasette's threads have their connections by then; the very first page of a process is
slower.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from altsync.config import parse
from altsync.doubts import Doubts
from altsync.models import Finding, NewCandidate, Origin, Severity, SiteImage, Verdict
from altsync.store import candidates, mirror, pulls, queue
from altsync.store.store import Store
from altsync.web.context import Setup
from altsync.web.serve import application

LIMIT = 0.2
WARNING = Finding("untrusted-name", Severity.WARNING, "No trusted text names it.")
PAGES = (
    "/-/altsync",
    "/-/altsync/review",
    "/-/altsync/review?image=album-00250/image-0050000",
    "/-/altsync/review?album=album-00100",
    "/-/altsync/review?rule=untrusted-name",
    "/-/altsync/review?rule=leak",
    "/-/altsync/review?model=m2",
    "/-/altsync/review?state=missing",
    "/-/altsync/review?state=human",
    "/-/altsync/grid",
    "/-/altsync/grid?after=album-00250/image-0050000",
    "/-/altsync/audit",
    "/-/altsync/audit?page=50",
    "/-/altsync/compare",
    "/-/altsync/sample",
    "/-/altsync/image?id=album-00250/image-0050000",
)


def fill(path: Path, images: int) -> None:
    """A third with a person's text, candidates for the rest; 5,000 of them approved and
    not yet sent."""
    with Store.open(path, create=True) as store:
        store.claim("https://example.org", "memory")
        with store.write() as tx:
            pull = pulls.begin(tx, "full")
            rows = [
                SiteImage(
                    id=f"album-{n // 200:05}/image-{n:07}",
                    album=f"album-{n // 200:05}",
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
        store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def measure(path: Path) -> bool:
    """Print a line per page; whether all stay under the limit."""
    config = parse(f'[site]\nurl = "https://example.org"\ndatabase = "{path}"')
    datasette = application(config, Setup(config, owner="maria"))
    await datasette.invoke_startup()
    cookies = {"ds_actor": datasette.sign({"a": {"id": "root"}}, "actor")}
    for page in ("/-/altsync", "/-/altsync/review") * 3:  # opens the connections
        await datasette.client.get(page, cookies=cookies)

    async def ask(page: str) -> float:
        started = time.perf_counter()
        answer = await datasette.client.get(page, cookies=cookies)
        assert answer.status_code == 200, (page, answer.status_code)
        return time.perf_counter() - started

    fine = True
    with Store.open(path) as store:
        for page in PAGES:
            after, again = [], []
            for verdict in (Verdict.APPROVED, Verdict.WITHDRAWN, Verdict.WITHDRAWN):
                with store.write() as tx:
                    candidates.judge(tx, 9, verdict, "maria")
                after.append(await ask(page))
                again.append(await ask(page))
            cold, warm = statistics.median(after), statistics.median(again)
            over = "" if max(cold, warm) < LIMIT else "  OVER 200 ms"
            fine = fine and not over
            print(f"{cold * 1000:8.0f} {warm * 1000:8.0f} ms  {page}{over}")
    return fine


def main() -> None:
    """`python -m benchmarks.review [IMAGES]`"""
    images = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "altsync.db"
        fill(path, images)
        print(f"{images:,} images\n   after   again")
        if not asyncio.run(measure(path)):
            sys.exit(1)


if __name__ == "__main__":
    main()
