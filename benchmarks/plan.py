"""diff and status on a mirror of 1,000,000 images with 10,000 approved changes, against
the plain SQL scan."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from altsync.planning import Plan, Request
from altsync.store.store import Store
from benchmarks.measure import altsync, in_turn, process, row

IMAGES, PENDING = 1_000_000, 10_000
SCAN = """
SELECT i.id, i.alt, c.base, c.alt
FROM images i JOIN candidates c ON c.image_id = i.id
WHERE i.alt IS c.base AND i.gone_at IS NULL
ORDER BY i.id
"""
"""The same question without altsync's tables of states: no index helps it but the keys.
"""
IMAGES_MADE = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1)
INSERT INTO images
  (id, album, name, title, caption, alt, origin, entity, pulled_at, raw)
SELECT
  printf('album-%05d/image-%07d', i / 200, i),
  printf('album-%05d', i / 200),
  printf('image-%07d', i),
  'Image ' || i,
  'A caption of an ordinary length.',
  iif(i % 10, 'A text that was there before.', ''),
  iif(i % 10, 'human', NULL),
  printf('album-%05d/image-%07d', i / 200, i),
  '2026-01-01',
  '{"title": "Image", "alt": ""}'
FROM n
"""
CANDIDATES_MADE = """
INSERT INTO candidates
  (image_id, base, alt, decision, origin, model, context, created_at)
SELECT
  id, alt, 'A dirt path climbs a grassy slope towards ' || name,
  'informative', 'ai', 'm', '{}', '2026-01-02'
FROM images WHERE origin IS NULL ORDER BY rowid LIMIT ?
"""
ALL_APPROVED = """
INSERT INTO reviews (candidate_id, verdict, reviewer, scope, created_at)
SELECT id, 'approved', 'me', 'bulk', '2026-01-03' FROM candidates
"""


def fill(directory: Path) -> None:
    """A mirror of that size, made inside SQLite."""
    (directory / "altsync.toml").write_text(
        '[site]\nurl = "http://site.test"\nsource = "memory"\n', "utf-8"
    )
    with Store.open(directory / "data" / "altsync.db", create=True) as store:
        store.claim("http://site.test", "memory")
        with store.write() as tx:
            tx.execute(IMAGES_MADE, (IMAGES,))
            tx.execute(CANDIDATES_MADE, (PENDING,))
            tx.execute(ALL_APPROVED)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        fill(directory)
        with Store.open(directory / "data" / "altsync.db") as store:

            def scan() -> float:
                started = time.perf_counter()
                assert len(store.conn.execute(SCAN).fetchall()) == PENDING
                return time.perf_counter() - started

            def full_scan() -> float:
                started = time.perf_counter()
                store.conn.execute(
                    "SELECT count(*) FROM images WHERE alt IS NULL OR length(alt) < 2"
                ).fetchone()
                return time.perf_counter() - started

            def planned() -> float:
                started = time.perf_counter()
                plan = Plan.on(store.conn, Request())
                assert plan.summary.changes == PENDING
                return time.perf_counter() - started

            a, b, ratio = in_turn(planned, full_scan)
            row(
                f"build the plan {a:.2f} s, scan the table of images {b:.2f} s",
                ratio,
                "(at most 3)",
            )
            a, b, ratio = in_turn(planned, scan)
            row(
                f"build the plan {a:.2f} s, join of images and candidates {b:.2f} s",
                ratio,
                "",
            )
        for args in (["diff"], ["diff", "--json"], ["status"]):
            used = process(altsync(*args), directory)
            row(f"altsync {' '.join(args)}: wall", used.wall, "(status: under 2)", "s")
            row(
                f"altsync {' '.join(args)}: peak memory", used.peak, "(under 300)", "MB"
            )
