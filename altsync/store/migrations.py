"""The tables, as sqlite-utils migrations: appended to, never edited. Views and triggers are in views.sql.

Times are UTC, ISO 8601 with microseconds. Ids of images are `album/name`.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from altsync.store import numbering

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
    run(db, numbering.COUNTED)
    run(db, numbering.PROVEN)
    run(db, numbering.ORDERED)


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


@altsync()
def m008_pictures(db: Database) -> None:
    """What the file of an image was when altsync looked at it last."""
    run(
        db,
        """
CREATE TABLE pictures (
  image_id TEXT PRIMARY KEY NOT NULL REFERENCES images (id), sha256 TEXT NOT NULL, etag TEXT, modified TEXT,
  length INTEGER, seen_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
""",
    )


@altsync()
def m009_out_of_reach(db: Database) -> None:
    """Images that are on the site and none of altsync's to change, and why (models.OutOfReach); how many a pull found
    to be hidden."""
    run(
        db,
        """
ALTER TABLE images ADD COLUMN out_of_reach TEXT;
DROP INDEX images_by_state;
CREATE INDEX images_by_state ON images (id, gone_at, out_of_reach, origin, blank);
ALTER TABLE pulls ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
""",
    )


@altsync()
def m010_unseen(db: Database) -> None:
    """What a pull found out about what it does not see (models.Unseen)."""
    run(
        db,
        """
CREATE TABLE unseen (
  id INTEGER PRIMARY KEY, pull_id INTEGER NOT NULL REFERENCES pulls (id), kind TEXT NOT NULL, what TEXT NOT NULL,
  count INTEGER, places INTEGER, at_least INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX unseen_by_pull ON unseen (pull_id);
""",
    )


@altsync()
def m011_asked(db: Database) -> None:
    """A pull that asked what it does not see, and found that there is nothing."""
    run(
        db,
        """
ALTER TABLE pulls ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
UPDATE pulls SET asked = 1 WHERE id IN (SELECT pull_id FROM unseen);
""",
    )


@altsync()
def m012_reasons(db: Database) -> None:
    """What a provider said of its own about a failure."""
    run(db, "ALTER TABLE failures ADD COLUMN reason TEXT;")


@altsync()
def m013_prices(db: Database) -> None:
    """What altsync.toml says that models cost, in dollars per million tokens: for answers whose cost nobody knew."""
    run(
        db,
        """
CREATE TABLE prices (
  model TEXT PRIMARY KEY NOT NULL, input REAL NOT NULL, output REAL NOT NULL, set_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
""",
    )


@altsync()
def m014_questions(db: Database) -> None:
    """What a model was asked in vain, as far as it is known without the file: not asked again by itself."""
    run(
        db,
        """
ALTER TABLE failures ADD COLUMN question TEXT;
CREATE INDEX failures_by_question ON failures (image_id, question) WHERE question IS NOT NULL;
""",
    )


@altsync()
def m015_uses(db: Database) -> None:
    """Every place where a page shows an image, and every picture there that is none of the mirror's."""
    run(
        db,
        """
CREATE TABLE usages_new (
  image_id TEXT NOT NULL REFERENCES images (id), page_url TEXT NOT NULL, place INTEGER NOT NULL,
  kind TEXT NOT NULL DEFAULT 'img', page_title TEXT, language TEXT, region TEXT NOT NULL, heading TEXT, caption TEXT,
  link TEXT, link_text TEXT, labelled INTEGER NOT NULL DEFAULT 0, link_title TEXT, to_file INTEGER NOT NULL,
  button INTEGER NOT NULL, hidden INTEGER NOT NULL, width INTEGER, height INTEGER, before TEXT, after TEXT, alt TEXT,
  same TEXT, match TEXT NOT NULL, pulled_at TEXT NOT NULL,
  PRIMARY KEY (image_id, page_url, place)
) STRICT;
INSERT INTO usages_new (image_id, page_url, place, page_title, region, to_file, button, hidden, before, after, match,
  pulled_at)
SELECT image_id, page_url, 0, page_title, 'main', 0, 0, 0, before, after, 'name', pulled_at FROM usages;
DROP TABLE usages;
ALTER TABLE usages_new RENAME TO usages;
CREATE INDEX usages_by_page ON usages (page_url);
CREATE TABLE page_runs (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('pages', 'verify')), sources TEXT NOT NULL,
  started_at TEXT NOT NULL, finished_at TEXT, counts TEXT, seq INTEGER
) STRICT;
ALTER TABLE pages ADD COLUMN title TEXT;
ALTER TABLE pages ADD COLUMN language TEXT;
ALTER TABLE pages ADD COLUMN text TEXT;
ALTER TABLE pages ADD COLUMN caching TEXT;
ALTER TABLE pages ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pages ADD COLUMN run_id INTEGER REFERENCES page_runs (id);
CREATE TABLE strangers (
  page_url TEXT NOT NULL, place INTEGER NOT NULL, address TEXT NOT NULL, kind TEXT NOT NULL, region TEXT NOT NULL,
  heading TEXT, alt TEXT, hidden INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (page_url, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE asked (
  run_id INTEGER NOT NULL REFERENCES page_runs (id), image_id TEXT NOT NULL REFERENCES images (id),
  mirror TEXT, alt TEXT, gone INTEGER NOT NULL, asked_at TEXT NOT NULL, PRIMARY KEY (run_id, image_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE met_pages (
  run_id INTEGER NOT NULL REFERENCES page_runs (id), url TEXT NOT NULL, met TEXT NOT NULL, PRIMARY KEY (run_id, url)
) STRICT, WITHOUT ROWID;
CREATE TABLE picture_hashes (name TEXT PRIMARY KEY NOT NULL, hash TEXT NOT NULL) STRICT, WITHOUT ROWID;
""",
    )


@altsync()
def m016_long_descriptions(db: Database) -> None:
    """What a model says at length about a complex image; the site's own, where it has a field for it."""
    run(
        db,
        """
ALTER TABLE candidates ADD COLUMN long_description TEXT;
ALTER TABLE images ADD COLUMN long_description TEXT;
""",
    )


@altsync()
def m017_texts(db: Database) -> None:
    """Pictures inside texts are images: by which tag, at which place of their text, and what is said around them."""
    run(
        db,
        """
ALTER TABLE images ADD COLUMN tag TEXT;
ALTER TABLE images ADD COLUMN place TEXT;
ALTER TABLE images ADD COLUMN before TEXT;
ALTER TABLE images ADD COLUMN after TEXT;
ALTER TABLE images ADD COLUMN heading TEXT;
ALTER TABLE images ADD COLUMN link TEXT;
ALTER TABLE images ADD COLUMN link_text TEXT;
ALTER TABLE images ADD COLUMN file TEXT;
ALTER TABLE images ADD COLUMN medium TEXT;
CREATE INDEX images_by_file ON images (file) WHERE file IS NOT NULL;
CREATE INDEX images_by_medium ON images (medium) WHERE medium IS NOT NULL;
ALTER TABLE candidates ADD COLUMN place TEXT;
ALTER TABLE push_items ADD COLUMN was TEXT;
DROP INDEX images_by_state;
CREATE INDEX images_by_state ON images (id, gone_at, out_of_reach, origin, blank, tag);
-- Whatever was complete before had no texts: the next pull looks at the whole site.
UPDATE pulls SET complete = 0;
""",
    )


@altsync()
def m018_judgement(db: Database) -> None:
    """What judging rests on: which texts a sample could draw, known-bad ones among them, what pictures look like and say."""
    _blank_again(db)
    run(
        db,
        """
ALTER TABLE candidates ADD COLUMN replaces TEXT;
ALTER TABLE candidates ADD COLUMN reference INTEGER NOT NULL DEFAULT 0;
ALTER TABLE samples ADD COLUMN review_id INTEGER;
ALTER TABLE samples ADD COLUMN looks TEXT;
CREATE TABLE sample_frames (
  sample_id INTEGER NOT NULL REFERENCES samples (id), candidate_id INTEGER NOT NULL REFERENCES candidates (id),
  PRIMARY KEY (sample_id, candidate_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE seeded_texts (
  id INTEGER PRIMARY KEY, sample_id INTEGER NOT NULL REFERENCES samples (id), place INTEGER NOT NULL,
  image_id TEXT NOT NULL REFERENCES images (id), made_from INTEGER REFERENCES candidates (id),
  alt TEXT NOT NULL, swap TEXT NOT NULL
) STRICT;
CREATE TABLE seeded_verdicts (
  id INTEGER PRIMARY KEY, seeded_id INTEGER NOT NULL REFERENCES seeded_texts (id), verdict TEXT NOT NULL,
  reviewer TEXT NOT NULL, created_at TEXT NOT NULL, seq INTEGER
) STRICT;
CREATE TABLE picture_qualities (
  name TEXT PRIMARY KEY NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, sharpness REAL NOT NULL,
  brightness REAL NOT NULL, contrast REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE picture_words (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, engine TEXT NOT NULL, words TEXT NOT NULL, read_at TEXT NOT NULL,
  UNIQUE (name, engine)
) STRICT;
-- Risks are worked out by other rules from here on.
UPDATE image_risks SET scored_to = 0;
""",
    )


@altsync()
def m019_colleagues(db: Database) -> None:
    """A verdict of its own for who is unsure, whom they ask, and whether the picture was shown to who judged."""
    kept = _views_and_triggers(db)
    _drop(db, kept)
    run(
        db,
        """
CREATE TABLE reviews_new (
  id INTEGER PRIMARY KEY, candidate_id INTEGER NOT NULL REFERENCES candidates (id),
  verdict TEXT NOT NULL CHECK (verdict IN ('approved', 'rejected', 'unsure', 'withdrawn')),
  reviewer TEXT NOT NULL, scope TEXT NOT NULL DEFAULT 'one' CHECK (scope IN ('one', 'bulk')),
  note TEXT, created_at TEXT NOT NULL, seq INTEGER, asked TEXT, how TEXT CHECK (how IN ('picture', 'words'))
) STRICT;
INSERT INTO reviews_new (id, candidate_id, verdict, reviewer, scope, note, created_at, seq)
SELECT id, candidate_id, verdict, reviewer, scope, note, created_at, seq FROM reviews;
DROP TABLE reviews;
ALTER TABLE reviews_new RENAME TO reviews;
CREATE INDEX reviews_by_candidate ON reviews (candidate_id);
CREATE INDEX reviews_by_asked ON reviews (asked) WHERE asked IS NOT NULL;
ALTER TABLE seeded_verdicts ADD COLUMN note TEXT;
ALTER TABLE seeded_verdicts ADD COLUMN asked TEXT;
ALTER TABLE seeded_verdicts ADD COLUMN how TEXT CHECK (how IN ('picture', 'words'));
""",
    )
    for _, _, sql in reversed(kept):
        db.conn.execute(sql)


@altsync()
def m020_search(db: Database) -> None:
    """An index of the words that are said of images (search.py). Derived: it is filled later, and made again from the
    rest.

    FTS5 keeps no sizes of the texts (`columnsize=0`): nothing is ranked. Its `ascii` leaves every letter beyond ASCII
    as it is: terms are folded already.
    """
    run(
        db,
        """
CREATE TABLE image_numbers (id INTEGER PRIMARY KEY, image_id TEXT NOT NULL UNIQUE) STRICT;
CREATE VIRTUAL TABLE image_terms USING fts5 (said, tokenize = 'ascii', columnsize = 0);
CREATE TABLE terms_due (image_id TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE terms_stamp (id INTEGER PRIMARY KEY CHECK (id = 1), stamp INTEGER NOT NULL) STRICT;
INSERT INTO terms_stamp VALUES (1, random());
""",
    )


@altsync()
def m021_packets(db: Database) -> None:
    """Verdicts on paper: what was handed out, line by line, and what came back."""
    run(
        db,
        """
CREATE TABLE packets (
  id TEXT PRIMARY KEY NOT NULL, made_by TEXT NOT NULL, given_to TEXT NOT NULL, selection TEXT NOT NULL,
  created_at TEXT NOT NULL, seq INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE packet_lines (
  packet_id TEXT NOT NULL REFERENCES packets (id), line INTEGER NOT NULL,
  image_id TEXT NOT NULL REFERENCES images (id), candidate_id INTEGER REFERENCES candidates (id),
  seen TEXT NOT NULL, shown TEXT NOT NULL, long_description TEXT NOT NULL, PRIMARY KEY (packet_id, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE packet_verdicts (
  id INTEGER PRIMARY KEY, packet_id TEXT NOT NULL, line INTEGER NOT NULL,
  image_id TEXT NOT NULL REFERENCES images (id),
  verdict TEXT NOT NULL CHECK (verdict IN ('approve', 'reject', 'own text', 'decorative', 'unsure')),
  text TEXT NOT NULL, note TEXT NOT NULL, reviewer TEXT NOT NULL, checked_at TEXT NOT NULL, timed INTEGER NOT NULL,
  review_id INTEGER REFERENCES reviews (id), seen_before TEXT NOT NULL, seen_after TEXT NOT NULL,
  created_at TEXT NOT NULL, seq INTEGER,
  FOREIGN KEY (packet_id, line) REFERENCES packet_lines (packet_id, line)
) STRICT;
CREATE INDEX packet_lines_by_image ON packet_lines (image_id);
CREATE INDEX packet_verdicts_by_image ON packet_verdicts (image_id);
CREATE INDEX packet_verdicts_by_review ON packet_verdicts (review_id) WHERE review_id IS NOT NULL;
""",
    )


@altsync()
def m022_passed(db: Database) -> None:
    """What failed and was read since; how a pull was told to read, and what was only read otherwise."""
    run(
        db,
        """
ALTER TABLE failures ADD COLUMN passed_seq INTEGER;
CREATE INDEX failures_to_read ON failures (image_id) WHERE stage = 'pull' AND passed_seq IS NULL;
ALTER TABLE pulls ADD COLUMN reading TEXT;
ALTER TABLE observations ADD COLUMN reread INTEGER;
CREATE INDEX observations_reread ON observations (image_id) WHERE reread IS NOT NULL;
-- A complete pull named again whatever it could not read.
UPDATE failures SET passed_seq = seq
WHERE stage = 'pull' AND seq < (SELECT max(seq) FROM pulls WHERE complete AND error IS NULL);
""",
    )


@altsync()
def m023_handovers(db: Database) -> None:
    """Questions that somebody else answers, a provider's batch or a file: what was handed over, line by line, and what
    came of each; when a candidate was asked for, and by which handover."""
    run(
        db,
        """
CREATE TABLE handovers (
  id INTEGER PRIMARY KEY, seq INTEGER, run_id INTEGER REFERENCES runs (id),
  way TEXT NOT NULL CHECK (way IN ('openai', 'anthropic', 'file')), model TEXT NOT NULL,
  options TEXT NOT NULL DEFAULT '{}', endpoint TEXT, token TEXT NOT NULL UNIQUE, lines INTEGER NOT NULL,
  estimate_usd REAL, remote_id TEXT, remote_file TEXT, created_at TEXT NOT NULL, sent_at TEXT, expires_at TEXT,
  cancelled_at TEXT, ended_at TEXT, fetched_at TEXT, error TEXT
) STRICT;
CREATE INDEX handovers_open ON handovers (id) WHERE fetched_at IS NULL;

CREATE TABLE handover_lines (
  handover_id INTEGER NOT NULL REFERENCES handovers (id), work_key TEXT NOT NULL,
  image_id TEXT NOT NULL REFERENCES images (id), base TEXT, place TEXT,
  prompt_id TEXT NOT NULL REFERENCES prompts (id), context TEXT NOT NULL, image_sha256 TEXT NOT NULL, question TEXT,
  replaces TEXT, reference INTEGER NOT NULL DEFAULT 0, attempt INTEGER NOT NULL DEFAULT 1,
  came TEXT CHECK (came IN ('made', 'unusable', 'refused', 'failed', 'expired', 'cancelled', 'unsent')), again TEXT,
  PRIMARY KEY (handover_id, work_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX handover_lines_open ON handover_lines (image_id) WHERE came IS NULL;
CREATE INDEX handover_lines_by_work ON handover_lines (work_key);

ALTER TABLE candidates ADD COLUMN asked_seq INTEGER;
ALTER TABLE candidates ADD COLUMN handover_id INTEGER REFERENCES handovers (id);
ALTER TABLE failures ADD COLUMN handover_id INTEGER REFERENCES handovers (id);
""",
    )


@altsync()
def m024_deleted(db: Database) -> None:
    """Since when nothing more of a batch is to be deleted at its provider."""
    run(db, "ALTER TABLE handovers ADD COLUMN deleted_at TEXT;")


def _views_and_triggers(db: Database) -> list[tuple[str, str, str]]:
    """(kind, name, statement) of each, an owner's too."""
    return db.conn.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY type"
    ).fetchall()


def _drop(db: Database, them: list[tuple[str, str, str]]) -> None:
    for kind, name, _ in them:
        quoted = name.replace('"', '""')
        db.conn.execute(f'DROP {kind} IF EXISTS "{quoted}"')


def _blank_again(db: Database) -> None:
    """`images.blank` knows every blank that an editor can type; one that is there is a person's decision.

    SQLite drops no column while any view or trigger, an owner's too, cannot be read or names it: they go meanwhile.
    """
    kept = _views_and_triggers(db)
    _drop(db, kept)
    run(
        db,
        """
DROP INDEX images_by_state;
ALTER TABLE images DROP COLUMN blank;
ALTER TABLE images ADD COLUMN blank INTEGER GENERATED ALWAYS AS (trim(coalesce(alt, ''), char(
  9, 10, 11, 12, 13, 32, 133, 160, 173, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199,
  8200, 8201, 8202, 8203, 8204, 8205, 8232, 8233, 8239, 8287, 8288, 10240, 12288, 12644, 65279)) = '') VIRTUAL;
CREATE INDEX images_by_state ON images (id, gone_at, out_of_reach, origin, blank, tag);
-- A blank that somebody typed says that the image only decorates.
UPDATE images SET origin = 'human' WHERE blank AND alt <> '' AND origin IS NULL;
""",
    )
    for _, _, sql in reversed(kept):
        db.conn.execute(sql)
