"""The tables, as sqlite-utils migrations: appended to, never edited. Views and triggers are in views.sql.

Times are UTC, ISO 8601 with microseconds. Ids of images are `album/name`.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

altsync = Migrations("altsync")


def run(db: Database, script: str) -> None:
    """Run several statements inside the migration's own transaction (`executescript` would commit it first)."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.conn.execute(statement)
            statement = ""
    if statement.strip():
        raise ValueError(f"unfinished statement: {statement!r}")


@altsync()
def m001_the_loop(db: Database) -> None:
    """Mirror, candidates, verdicts, journal."""
    run(
        db,
        """
CREATE TABLE site (
  id INTEGER PRIMARY KEY CHECK (id = 1), url TEXT NOT NULL, source TEXT NOT NULL, created_at TEXT NOT NULL
) STRICT;

CREATE TABLE pulls (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('full', 'incremental')),
  started_at TEXT NOT NULL, finished_at TEXT, complete INTEGER NOT NULL DEFAULT 0,
  listed INTEGER NOT NULL DEFAULT 0, new INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 0,
  returned INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
  error TEXT
) STRICT;

CREATE TABLE images (
  id TEXT PRIMARY KEY NOT NULL, album TEXT NOT NULL, name TEXT NOT NULL,
  title TEXT, caption TEXT, alt TEXT,
  label TEXT CHECK (label IN ('ai', 'human', 'reviewed')), has_label INTEGER NOT NULL DEFAULT 0,
  origin TEXT CHECK (origin IN ('ai', 'human')),
  blank INTEGER GENERATED ALWAYS AS (trim(coalesce(alt, ''), char(9, 10, 13, 32, 160)) = '') VIRTUAL,
  language TEXT, image_url TEXT, page_url TEXT, page_title TEXT, page_text TEXT,
  width INTEGER, height INTEGER, entity TEXT NOT NULL, pulled_at TEXT NOT NULL, gone_at TEXT, raw TEXT NOT NULL
) STRICT;
CREATE INDEX images_by_state ON images (id, gone_at, origin, blank);
CREATE INDEX images_by_entity ON images (entity) WHERE entity <> id;

CREATE TABLE observations (
  id INTEGER PRIMARY KEY, image_id TEXT NOT NULL REFERENCES images (id), alt TEXT, label TEXT, origin TEXT,
  seen_at TEXT NOT NULL, pull_id INTEGER REFERENCES pulls (id), push_item_id INTEGER REFERENCES push_items (id)
) STRICT;

CREATE INDEX observations_by_image ON observations (image_id);

CREATE TABLE prompts (id TEXT PRIMARY KEY NOT NULL, system TEXT, text TEXT NOT NULL, created_at TEXT NOT NULL) STRICT;

CREATE TABLE candidates (
  id INTEGER PRIMARY KEY, image_id TEXT NOT NULL REFERENCES images (id), base TEXT, alt TEXT NOT NULL,
  decision TEXT NOT NULL CHECK (decision IN ('informative', 'functional', 'text', 'complex', 'decorative')),
  origin TEXT NOT NULL CHECK (origin IN ('ai', 'human')),
  model TEXT, resolved_model TEXT, prompt_id TEXT REFERENCES prompts (id), context TEXT NOT NULL,
  image_sha256 TEXT, response_id TEXT, input_tokens INTEGER, output_tokens INTEGER, cost_usd REAL,
  duration_ms INTEGER, options TEXT NOT NULL DEFAULT '{}', flags TEXT NOT NULL DEFAULT '{}',
  findings TEXT NOT NULL DEFAULT '[]', work_key TEXT, recorded INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL
) STRICT;
CREATE INDEX candidates_by_image ON candidates (image_id);
CREATE INDEX candidates_by_work ON candidates (work_key) WHERE work_key IS NOT NULL;

CREATE TABLE reviews (
  id INTEGER PRIMARY KEY, candidate_id INTEGER NOT NULL REFERENCES candidates (id),
  verdict TEXT NOT NULL CHECK (verdict IN ('approved', 'rejected', 'withdrawn')),
  reviewer TEXT NOT NULL, scope TEXT NOT NULL DEFAULT 'one' CHECK (scope IN ('one', 'bulk')),
  note TEXT, created_at TEXT NOT NULL
) STRICT;
CREATE INDEX reviews_by_candidate ON reviews (candidate_id);

CREATE TABLE pushes (
  id INTEGER PRIMARY KEY, checksum TEXT NOT NULL, planned INTEGER NOT NULL, started_at TEXT NOT NULL,
  finished_at TEXT, applied INTEGER NOT NULL DEFAULT 0, conflicts INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0, error TEXT
) STRICT;

CREATE TABLE push_items (
  id INTEGER PRIMARY KEY, push_id INTEGER NOT NULL REFERENCES pushes (id),
  candidate_id INTEGER REFERENCES candidates (id), image_id TEXT NOT NULL REFERENCES images (id),
  patch TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('intended', 'applied', 'conflict', 'failed')),
  http_status INTEGER, error TEXT, created_at TEXT NOT NULL, settled_at TEXT
) STRICT;
CREATE INDEX push_items_by_candidate ON push_items (candidate_id);
CREATE INDEX push_items_by_image ON push_items (image_id);
CREATE INDEX push_items_open ON push_items (id) WHERE status = 'intended';

CREATE TABLE failures (
  id INTEGER PRIMARY KEY, image_id TEXT, stage TEXT NOT NULL CHECK (stage IN ('pull', 'generate', 'push')),
  error TEXT NOT NULL, attempt INTEGER NOT NULL DEFAULT 1, model TEXT, created_at TEXT NOT NULL
) STRICT;
CREATE INDEX failures_by_image ON failures (image_id, stage);

CREATE TABLE image_heads (
  image_id TEXT PRIMARY KEY NOT NULL, state TEXT, candidate_id INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX image_heads_by_state ON image_heads (state, image_id) WHERE state IS NOT NULL;
""",
    )


@altsync()
def m002_generate(db: Database) -> None:
    """Runs of generate and what they paid, also for answers that could not be used; pages that use an image."""
    run(
        db,
        """
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, models TEXT NOT NULL, options TEXT NOT NULL DEFAULT '{}', budget_usd REAL,
  estimate_usd REAL, started_at TEXT NOT NULL, finished_at TEXT, made INTEGER NOT NULL DEFAULT 0,
  reused INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0, cost_usd REAL, error TEXT
) STRICT;

ALTER TABLE candidates ADD COLUMN run_id INTEGER REFERENCES runs (id);
ALTER TABLE candidates ADD COLUMN reused_from INTEGER REFERENCES candidates (id);
CREATE INDEX candidates_by_run ON candidates (run_id) WHERE run_id IS NOT NULL;

ALTER TABLE failures ADD COLUMN work_key TEXT;
ALTER TABLE failures ADD COLUMN prompt_id TEXT REFERENCES prompts (id);
ALTER TABLE failures ADD COLUMN input_tokens INTEGER;
ALTER TABLE failures ADD COLUMN output_tokens INTEGER;
ALTER TABLE failures ADD COLUMN cost_usd REAL;
ALTER TABLE failures ADD COLUMN run_id INTEGER REFERENCES runs (id);
CREATE INDEX failures_by_work ON failures (work_key) WHERE work_key IS NOT NULL;
CREATE INDEX failures_by_run ON failures (run_id) WHERE run_id IS NOT NULL;

CREATE TABLE usages (
  image_id TEXT NOT NULL REFERENCES images (id), page_url TEXT NOT NULL, page_title TEXT, before TEXT, after TEXT,
  pulled_at TEXT NOT NULL, PRIMARY KEY (image_id, page_url)
) STRICT, WITHOUT ROWID;
CREATE INDEX usages_by_page ON usages (page_url);
CREATE TABLE pages (
  url TEXT PRIMARY KEY NOT NULL, sha256 TEXT NOT NULL, etag TEXT, modified TEXT, pulled_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
""",
    )


@altsync()
def m003_audit(db: Database) -> None:
    """What a journal row takes back, who started a push, and the indexes that history is read by."""
    run(
        db,
        """
ALTER TABLE push_items ADD COLUMN reverts INTEGER REFERENCES push_items (id);
ALTER TABLE push_items ADD COLUMN origin TEXT CHECK (origin IN ('ai', 'human'));
ALTER TABLE pushes ADD COLUMN started_by TEXT;
CREATE INDEX push_items_by_push ON push_items (push_id);
""",
    )


@altsync()
def m004_review_pages(db: Database) -> None:
    """The order of the review queue; samples that were drawn; comparisons of models."""
    run(
        db,
        """
CREATE TABLE image_risks (
  image_id TEXT PRIMARY KEY NOT NULL REFERENCES images (id), risk REAL NOT NULL, scored_to INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX image_risks_by_risk ON image_risks (risk DESC, image_id);
CREATE INDEX image_risks_by_scored ON image_risks (scored_to);

CREATE TABLE samples (
  id INTEGER PRIMARY KEY, model TEXT, prompt_id TEXT, bound REAL NOT NULL, confidence REAL NOT NULL,
  tolerated INTEGER NOT NULL, population INTEGER NOT NULL, size INTEGER NOT NULL, after INTEGER NOT NULL,
  upto INTEGER NOT NULL, drawn_by TEXT NOT NULL, created_at TEXT NOT NULL
) STRICT;
CREATE TABLE sample_items (
  sample_id INTEGER NOT NULL REFERENCES samples (id), place INTEGER NOT NULL,
  candidate_id INTEGER NOT NULL REFERENCES candidates (id), image_id TEXT NOT NULL REFERENCES images (id),
  PRIMARY KEY (sample_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE comparisons (
  id INTEGER PRIMARY KEY, models TEXT NOT NULL, human INTEGER NOT NULL DEFAULT 0, drawn_by TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE TABLE comparison_choices (
  id INTEGER PRIMARY KEY, comparison_id INTEGER NOT NULL REFERENCES comparisons (id), place INTEGER NOT NULL,
  slot INTEGER NOT NULL, image_id TEXT NOT NULL REFERENCES images (id),
  candidate_id INTEGER REFERENCES candidates (id), alt TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX comparison_choices_by_place ON comparison_choices (comparison_id, place, slot);
CREATE TABLE comparison_marks (
  id INTEGER PRIMARY KEY, choice_id INTEGER NOT NULL REFERENCES comparison_choices (id),
  mark TEXT NOT NULL CHECK (mark IN ('A', 'B', 'C', 'D', 'E', 'F', 'picked', 'not picked')),
  reviewer TEXT NOT NULL, created_at TEXT NOT NULL
) STRICT;
CREATE INDEX comparison_marks_by_choice ON comparison_marks (choice_id);
""",
    )


@altsync()
def m005_namesakes(db: Database) -> None:
    """Ids that differ only in case, where the site takes them for one image."""
    run(
        db,
        """
CREATE TABLE namesakes (
  image_id TEXT PRIMARY KEY NOT NULL REFERENCES images (id), fold TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX namesakes_by_fold ON namesakes (fold);
""",
    )


@altsync()
def m006_order(db: Database) -> None:
    """What came before what, as a number: `seq`, counted over all tables by triggers.

    Rows that are there already are put into order by their times, but for what other
    rows prove: the clock may have jumped while they were written.
    """
    run(db, _COUNTED)
    run(db, _PROVEN)
    run(db, _ORDERED)


_COUNTED = """
-- made anew from views.sql afterwards
DROP TRIGGER IF EXISTS candidates_fixed;
DROP TRIGGER IF EXISTS reviews_fixed;
DROP TRIGGER IF EXISTS observations_fixed;
DROP TRIGGER IF EXISTS push_items_fixed;

ALTER TABLE pulls ADD COLUMN seq INTEGER;
ALTER TABLE observations ADD COLUMN seq INTEGER;
ALTER TABLE runs ADD COLUMN seq INTEGER;
ALTER TABLE candidates ADD COLUMN seq INTEGER;
ALTER TABLE reviews ADD COLUMN seq INTEGER;
ALTER TABLE pushes ADD COLUMN seq INTEGER;
ALTER TABLE push_items ADD COLUMN seq INTEGER;
ALTER TABLE push_items ADD COLUMN settled_seq INTEGER;
ALTER TABLE failures ADD COLUMN seq INTEGER;
ALTER TABLE images ADD COLUMN gone_seq INTEGER;
CREATE TABLE sequence (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL) STRICT;
"""
_PROVEN = """
-- Every verdict's candidate and those before it: candidates that were there by then.
CREATE TEMP TABLE judged AS
SELECT id, max(candidate_id) OVER (ORDER BY id) AS candidates FROM reviews;
CREATE UNIQUE INDEX temp.judged_by_id ON judged (id);

-- The verdict without which nothing of a candidate can have been sent.
CREATE TEMP TABLE allowed AS
SELECT candidate_id, min(id) AS review FROM reviews WHERE verdict = 'approved' GROUP BY candidate_id;
CREATE UNIQUE INDEX temp.allowed_by_candidate ON allowed (candidate_id);

-- The journal: which candidates were there when a row was written (all that its push, whose plan was made before, or a
-- push before it sent, and what was judged before those), and where its confirmation stands among the observations.
CREATE TEMP TABLE sent AS
SELECT p.id, p.push_id, p.image_id, p.candidate_id, p.status, p.created_at AS at,
  max(coalesce(p.settled_at, ''), p.created_at) AS settled,
  max(max(coalesce(p.candidate_id, 0), coalesce(j.candidates, 0))) OVER (ORDER BY p.push_id) AS candidates,
  a.review, o.id AS observation, 0 AS early
FROM push_items p
LEFT JOIN allowed a ON a.candidate_id = p.candidate_id
LEFT JOIN judged j ON j.id = a.review
LEFT JOIN (
  SELECT push_item_id, min(id) AS id FROM observations WHERE push_item_id IS NOT NULL GROUP BY push_item_id
) o ON o.push_item_id = p.id;
CREATE UNIQUE INDEX temp.sent_by_id ON sent (id);
CREATE INDEX temp.sent_by_image ON sent (image_id, status);
CREATE INDEX temp.sent_by_candidate ON sent (candidate_id);

-- A row that a crash left open was written before the mirror left its base for the last time.
UPDATE sent SET (at, early) = (
  SELECT min(sent.at, coalesce(min(o.seen_at), sent.at)), coalesce(min(o.seen_at) < sent.at, 0)
  FROM observations o JOIN push_items p ON p.id = sent.id
  WHERE o.image_id = sent.image_id AND o.pull_id IS NOT NULL AND o.id > coalesce((
    SELECT max(b.id) FROM observations b
    WHERE b.image_id = sent.image_id AND b.alt IS json_extract(p.patch, '$[0].value')), o.id))
WHERE status = 'intended';

-- Every candidate, and the newest observation that was there before it: the first with the base that it, or a
-- candidate before it, was proposed for.
CREATE TEMP TABLE based AS
SELECT c.id, c.image_id, max((
  SELECT min(o.id) FROM observations o WHERE o.image_id = c.image_id AND o.alt IS c.base
)) OVER (ORDER BY c.id) AS observation
FROM candidates c;

-- Every candidate beside what was applied to its image, and what is proven of the two: the candidate was there
-- when the row was written, or rests on something that was seen after it was settled. Else the clock says.
CREATE TEMP TABLE pairs AS
SELECT c.id, c.created_at AS made, s.at, s.settled, s.candidates >= c.id AS before,
  coalesce(s.candidates < c.id AND s.observation <= b.observation, 0) AS after
FROM candidates c JOIN based b ON b.id = c.id
JOIN sent s ON s.image_id = c.image_id AND s.status = 'applied';

-- Spent by one row is spent. A candidate that none has spent is moved behind those that it came after.
CREATE TEMP TABLE placed AS
SELECT id, min(iif(before, at, NULL)) AS before,
  iif(max(before OR (settled >= made AND NOT after)), NULL, max(iif(after, settled, NULL))) AS after
FROM pairs GROUP BY id;
CREATE UNIQUE INDEX temp.placed_by_id ON placed (id);
"""
_ORDERED = """
CREATE TEMP TABLE dated (kind TEXT NOT NULL, id INTEGER NOT NULL, at TEXT NOT NULL, rank INTEGER NOT NULL);
INSERT INTO dated
SELECT 'candidate', c.id,
  max(min(c.created_at, coalesce(p.before, c.created_at)), coalesce(p.after, '')),
  iif(p.after >= c.created_at, 8, 3)
FROM candidates c LEFT JOIN placed p ON p.id = c.id;
CREATE UNIQUE INDEX temp.dated_by_id ON dated (kind, id);

INSERT INTO dated
SELECT 'review', r.id, max(c.at, min(r.created_at, coalesce((
  SELECT min(s.at) FROM sent s WHERE s.candidate_id = r.candidate_id AND s.review >= r.id), r.created_at))),
  max(c.rank + 1, 4)
FROM reviews r JOIN dated c ON c.kind = 'candidate' AND c.id = r.candidate_id;

INSERT INTO dated SELECT 'item', id, at, iif(early, 0, 5) FROM sent;
INSERT INTO dated SELECT 'settled', id, settled, 6 FROM sent WHERE status <> 'intended';
INSERT INTO dated
SELECT 'push', u.id, min(u.started_at, coalesce((SELECT min(s.at) FROM sent s WHERE s.push_id = u.id), u.started_at)), 2
FROM pushes u;

-- What was noted before the confirmation of a row, and says that it was noted after: seen before that push.
INSERT INTO dated
SELECT 'observation', o.id, coalesce(s.settled, (
  SELECT min(o.seen_at, min(u.at)) FROM sent t JOIN dated u ON u.kind = 'push' AND u.id = t.push_id
  WHERE t.image_id = o.image_id AND t.observation > o.id AND t.settled < o.seen_at), o.seen_at),
  iif(s.id IS NULL, 1, 7)
FROM observations o LEFT JOIN sent s ON s.id = o.push_item_id;

INSERT INTO dated
SELECT 'pull', p.id, min(p.started_at, coalesce(o.at, p.started_at)), 0
FROM pulls p LEFT JOIN (
  SELECT n.pull_id, min(d.at) AS at
  FROM observations n JOIN dated d ON d.kind = 'observation' AND d.id = n.id
  GROUP BY n.pull_id
) o ON o.pull_id = p.id;
INSERT INTO dated
SELECT 'run', r.id, min(r.started_at, coalesce(c.at, r.started_at)), 2
FROM runs r LEFT JOIN (
  SELECT n.run_id, min(d.at) AS at
  FROM candidates n JOIN dated d ON d.kind = 'candidate' AND d.id = n.id
  GROUP BY n.run_id
) c ON c.run_id = r.id;
INSERT INTO dated SELECT 'failure', id, created_at, 10 FROM failures;
INSERT INTO dated SELECT 'gone', rowid, gone_at, 11 FROM images WHERE gone_at IS NOT NULL;

CREATE TEMP TABLE counted (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, id INTEGER NOT NULL);
INSERT INTO counted (kind, id) SELECT kind, id FROM dated ORDER BY at, rank, id;
CREATE UNIQUE INDEX temp.counted_by_id ON counted (kind, id);

UPDATE pulls SET seq = (SELECT n.seq FROM counted n WHERE n.kind = 'pull' AND n.id = pulls.id);
UPDATE observations SET seq = (SELECT n.seq FROM counted n WHERE n.kind = 'observation' AND n.id = observations.id);
UPDATE runs SET seq = (SELECT n.seq FROM counted n WHERE n.kind = 'run' AND n.id = runs.id);
UPDATE candidates SET seq = (SELECT n.seq FROM counted n WHERE n.kind = 'candidate' AND n.id = candidates.id);
UPDATE reviews SET seq = (SELECT n.seq FROM counted n WHERE n.kind = 'review' AND n.id = reviews.id);
UPDATE pushes SET seq = (SELECT n.seq FROM counted n WHERE n.kind = 'push' AND n.id = pushes.id);
UPDATE push_items SET
  seq = (SELECT n.seq FROM counted n WHERE n.kind = 'item' AND n.id = push_items.id),
  settled_seq = (SELECT n.seq FROM counted n WHERE n.kind = 'settled' AND n.id = push_items.id);
UPDATE failures SET seq = (SELECT n.seq FROM counted n WHERE n.kind = 'failure' AND n.id = failures.id);
UPDATE images SET gone_seq = (SELECT n.seq FROM counted n WHERE n.kind = 'gone' AND n.id = images.rowid)
WHERE gone_at IS NOT NULL;
INSERT INTO sequence SELECT 1, coalesce(max(seq), 0) FROM counted;

DROP TABLE temp.counted;
DROP TABLE temp.dated;
DROP TABLE temp.placed;
DROP TABLE temp.pairs;
DROP TABLE temp.based;
DROP TABLE temp.sent;
DROP TABLE temp.allowed;
DROP TABLE temp.judged;
"""


@altsync()
def m007_lost_answers(db: Database) -> None:
    """Calls whose answer was lost on its way, which cost what is estimated; and what a model sent that was no text."""
    run(
        db,
        """
ALTER TABLE candidates ADD COLUMN lost_calls INTEGER;
ALTER TABLE candidates ADD COLUMN estimated_usd REAL;
ALTER TABLE failures ADD COLUMN lost_calls INTEGER;
ALTER TABLE failures ADD COLUMN estimated_usd REAL;
ALTER TABLE failures ADD COLUMN answer TEXT;
""",
    )
