"""export, import and two moments side by side, on a mirror of 100,000 images with
candidates, verdicts and a push."""

from __future__ import annotations

import tempfile
from pathlib import Path

from altsync.store import journal
from altsync.store.store import Store
from benchmarks.measure import altsync, process, row

IMAGES = 100_000
URL = "http://site.test"


PULL = """
INSERT INTO pulls (kind, started_at, finished_at, complete)
VALUES ('full', '2026', '2026', 1)
"""
IMAGE = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1)
INSERT INTO images (
  id, album, name, title, caption, alt, origin, entity, pulled_at, raw
)
SELECT
  printf('album-%04d/image-%06d', i / 200, i),
  printf('album-%04d', i / 200),
  printf('image-%06d', i),
  'Image ' || i,
  'A caption of an ordinary length, as captions go.',
  iif(i % 2, 'A text that was there before.', ''),
  iif(i % 2, 'human', NULL),
  printf('album-%04d/image-%06d', i / 200, i),
  '2026',
  '{"title": "Image", "alt": "", "verified": 0}'
FROM n
"""
SEEN = """
INSERT INTO observations (image_id, alt, origin, seen_at, pull_id)
SELECT id, alt, origin, '2026', 1 FROM images ORDER BY id
"""
CANDIDATE = """
INSERT INTO candidates (
  image_id, base, alt, decision, origin, model, context, created_at
)
SELECT
  id, alt, 'A dirt path climbs a grassy slope towards ' || name,
  'informative', 'ai', 'm', '{"title": {"value": "Image", "source": "site"}}', '2026'
FROM images WHERE origin IS NULL ORDER BY id
"""
REVIEW = """
INSERT INTO reviews (candidate_id, verdict, reviewer, scope, created_at)
SELECT id, 'approved', 'me', 'bulk', '2026' FROM candidates
"""
SENT = """
INSERT INTO push_items (
  push_id, candidate_id, image_id, patch, status, created_at, settled_at
)
SELECT
  ?, id, image_id,
  json_array(
    json_object('op', 'test', 'path', '/alt', 'value', base),
    json_object('op', 'replace', 'path', '/alt', 'value', alt)
  ),
  'applied', '2027', '2027'
FROM candidates WHERE id % 2
"""
CONFIRMED = """
UPDATE images
SET origin = 'ai', alt = (SELECT c.alt FROM candidates c WHERE c.image_id = images.id)
WHERE id IN (SELECT image_id FROM push_items)
"""
SEEN_AGAIN = """
INSERT INTO observations (image_id, alt, origin, seen_at, push_item_id)
SELECT p.image_id, i.alt, 'ai', '2027', p.id
FROM push_items p JOIN images i ON i.id = p.image_id
"""


def fill(directory: Path) -> None:
    """Half of the images with a verdict, a quarter sent; made inside SQLite."""
    (directory / "altsync.toml").write_text(
        f'[site]\nurl = "{URL}"\nsource = "memory"\n', "utf-8"
    )
    with Store.open(directory / "data" / "altsync.db", create=True) as store:
        store.claim(URL, "memory")
        with store.write() as tx:
            tx.execute(PULL)
            tx.execute(IMAGE, (IMAGES,))
            for sql in (SEEN, CANDIDATE, REVIEW):
                tx.execute(sql)
            push = journal.begin_push(tx, "0" * 12, IMAGES // 4)
            tx.execute(SENT, (push,))
            for sql in (CONFIRMED, SEEN_AGAIN):
                tx.execute(sql)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        fill(directory)
        for args, target in (
            (["export", "out"], "(under 30)"),
            (["export", "out"], "(again, nothing changed)"),
            (["diff", "--from", "out", "--stat"], ""),
            (["diff", "--from", "1", "--stat"], ""),
            (["diff", "--revert", "1", "--stat"], ""),
            (["who", "--csv"], ""),
            (["log", "--json"], ""),
            (["import", "out"], ""),
        ):
            used = process(altsync(*args), directory)
            row(f"altsync {' '.join(args)}: {used.peak:.0f} MB", used.wall, target, "s")
