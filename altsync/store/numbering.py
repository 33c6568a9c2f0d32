"""What came before what among the rows of an older altsync, which had times only: the
statements of migration m006. As fixed as the migration is.

The clock says it, but for what other rows prove: it may have jumped while they were
written. Only candidates, verdicts, observations and the beginnings of runs are moved, and
a candidate only to where no pair of it and a journal row is told otherwise than it was,
unless that is proven.
"""

from __future__ import annotations

COUNTED = """
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
PROVEN = """
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
ORDERED = """
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
