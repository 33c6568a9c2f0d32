"""Mirror writes against a raw executemany of the same rows into the same table."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from functools import partial
from pathlib import Path

from altsync.models import SiteImage
from altsync.pull import BATCH
from altsync.store import mirror, pulls
from altsync.store.store import Store
from benchmarks.measure import in_turn, row

MARKS = ", ".join("?" * (len(mirror.FIELDS) + 1))


def images(count: int) -> list[SiteImage]:
    """Images of an ordinary size."""
    return [
        SiteImage(
            id=f"album-{n // 200:05}/image-{n:07}",
            album=f"album-{n // 200:05}",
            name=f"image-{n:07}",
            alt=(
                "A dirt path climbs a grassy slope towards grey peaks." if n % 3 else ""
            ),
            title=f"Image {n}",
            caption="The path climbs towards the last snow of the season.",
            image_url=f"https://example.org/{n}.jpg",
            page_url=f"https://example.org/album/{n}",
            raw='{"title": "Image", "alt": "", "caption": ""}',
        )
        for n in range(count)
    ]


def ours(rows: list[SiteImage]) -> float:
    """Seconds for the mirror, observations, drift and whose words they are included, in
    pull's own batches."""
    with (
        tempfile.TemporaryDirectory() as name,
        Store.open(Path(name) / "m.db", create=True) as store,
    ):
        started = time.perf_counter()
        with store.write() as tx:
            pull = pulls.begin(tx, "full")
        for start in range(0, len(rows), BATCH):
            with store.write() as tx:
                mirror.save(tx, pull, rows[start : start + BATCH])
        return time.perf_counter() - started


def raw(rows: list[SiteImage]) -> float:
    """Seconds for one executemany in one transaction, into the same table with its indexes."""
    with (
        tempfile.TemporaryDirectory() as name,
        Store.open(Path(name) / "m.db", create=True) as store,
    ):
        started = time.perf_counter()
        values = [(*mirror.row_of(image), "2026-01-01") for image in rows]
        conn: sqlite3.Connection = store.conn
        with store.write():
            conn.executemany(
                f"INSERT INTO images ({', '.join(mirror.FIELDS)}, pulled_at) VALUES"
                f" ({MARKS})",
                values,
            )
        return time.perf_counter() - started


def main() -> None:
    for count, rounds in ((9_000, 9), (100_000, 3)):
        rows = images(count)
        a, b, ratio = in_turn(partial(ours, rows), partial(raw, rows), rounds)
        row(
            f"{count:,} new images: mirror {a:.2f} s, raw executemany {b:.2f} s",
            ratio,
            "(at most 2)",
        )
