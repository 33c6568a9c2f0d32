"""The tables: migrations are appended, never edited, and every past version opens."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from altsync import clock
from altsync.errors import NewerDatabase
from altsync.models import Match, Use
from altsync.pull import Pulled, since_last
from altsync.store import migrations, pulls, usages
from altsync.store import store as module
from altsync.store.store import Store
from tests.lengths import LENGTH
from tests.processes import PATIENT
from tests.store.conftest import Shelf

PINNED = {
    "m001_the_loop": "bb7770cee3b5a609",
    "m002_generate": "bf67bbc37cc60f0a",
    "m003_audit": "b61f414b28647abe",
    "m004_review_pages": "14f067119106f309",
    "m005_namesakes": "ddd931f8840f8ddf",
    "m006_order": "1b8093120c6700be",
    "m007_lost_answers": "d987f7593e3f0595",
    "m008_pictures": "72de22a6ba986dca",
    "m009_out_of_reach": "f727cae702d35ae8",
    "m010_unseen": "a3da2317e62c38f8",
    "m011_asked": "7aca5cca688302bd",
    "m012_reasons": "8123ea503bace2f1",
    "m013_prices": "8c8d2ed33e08bf2c",
    "m014_questions": "f0ce8efcaea39d70",
    "m015_uses": "f6768077e9b9b996",
    "m016_long_descriptions": "daa7a66795aaed91",
    "m017_texts": "aff8572420df1b86",
    "m018_judgement": "aa2b24532845d06c",
    "m019_colleagues": "cad0690ccba75b02",
    "m020_search": "588862f3261b3b02",
    "m021_packets": "ae4018ffeac8d875",
    "m022_passed": "a9b6dcde2900c55c",
    "m023_handovers": "fabe4eb9354fb76e",
    "m024_deleted": "445ee7b116addbf3",
}
"""Every migration in its order, by a hash of the statements that it runs. Somebody's
database was made by them: a change goes into a new migration, and its hash goes here."""


def names() -> list[str]:
    return [one.name for one in migrations.altsync._migrations]


class Recorder(sqlite3.Connection):
    """Remembers what it was asked to run."""

    ran: list[str]

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        self.ran.append(sql)
        return super().execute(sql, *values)


def statements() -> Iterator[tuple[str, list[str]]]:
    """(migration, what it runs), one after the other on one database."""
    with closing(sqlite3.connect(":memory:", factory=Recorder)) as conn:
        conn.ran = []
        db = sqlite_utils.Database(conn)
        for one in migrations.altsync._migrations:
            conn.ran = []
            one.fn(db)
            yield one.name, conn.ran


def test_no_migration_is_ever_edited_or_moved() -> None:
    found = {
        name: hashlib.sha256("\n".join(ran).encode()).hexdigest()[:16]
        for name, ran in statements()
    }
    assert list(found.items()) == list(PINNED.items())


ROWS = """
INSERT INTO site VALUES (1, 'https://example.org', 'memory', '2026-01-01');
INSERT INTO images (id, album, name, alt, origin, entity, pulled_at, raw) VALUES
  ('a/1', 'a', '1', 'Sent.', 'ai', 'a/1', '2026-01-05', '{}'),
  ('a/2', 'a', '2', '', NULL, 'a/2', '2026-01-01', '{}');
INSERT INTO candidates (id, image_id, base, alt, decision, origin, model, context,
  created_at) VALUES
  (1, 'a/1', '', 'Sent.', 'informative', 'ai', 'm', '{}', '2026-01-02'),
  (2, 'a/2', '', 'Waits.', 'informative', 'ai', 'm', '{}', '2026-01-02');
INSERT INTO reviews (candidate_id, verdict, reviewer, created_at) VALUES
  (1, 'approved', 'anna', '2026-01-03');
INSERT INTO pushes (id, checksum, planned, started_at) VALUES (1, 'x', 1, '2026-01-04');
INSERT INTO push_items (id, push_id, candidate_id, image_id, patch, status, created_at,
  settled_at) VALUES (1, 1, 1, 'a/1', '[]', 'applied', '2026-01-04', '2026-01-05');
"""
"""A little of everything that the first migration had a table for."""


def old(path: Path, past: str) -> None:
    """A database as the altsync of a migration left it."""
    later = names()[names().index(past) + 1 :]
    with closing(sqlite3.connect(path)) as conn:
        migrations.altsync.apply(
            sqlite_utils.Database(conn), stop_before=later[:1] or None
        )
        conn.executescript(ROWS)


@pytest.mark.parametrize("past", names())
def test_every_past_version_is_brought_up_to_date(tmp_path: Path, past: str) -> None:
    """With its rows; what is derived is worked out; a copy is kept where tables
    change."""
    path = tmp_path / "altsync.db"
    old(path, past)
    with Store.open(path) as store, store.read() as conn:
        assert store.site() == ("https://example.org", "memory")
        applied = conn.execute("SELECT name FROM _sqlite_migrations ORDER BY id")
        assert [name for (name,) in applied] == names()
        assert dict(conn.execute("SELECT image_id, state FROM image_states")) == {
            "a/1": "ai",
            "a/2": "needs-review",
        }
        assert conn.execute("SELECT count(*) FROM image_risks").fetchone() == (2,)
        assert conn.execute(
            "SELECT candidate_id, reverts FROM push_items"
        ).fetchall() == [(1, None)]
        notes = store.notes
    copies = list(tmp_path.glob("*.backup.db"))
    assert len(copies) == len(notes) == int(past != names()[-1])
    for copy in copies:
        assert str(copy) in notes[0]
        with closing(sqlite3.connect(copy)) as conn:
            newest = "SELECT name FROM _sqlite_migrations ORDER BY id DESC LIMIT 1"
            assert conn.execute(newest).fetchone() == (past,)
            assert conn.execute("SELECT count(*) FROM images").fetchone() == (2,)
    with Store.open(path) as again:
        assert again.notes == [], "once is enough"


def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "altsync.db"
    old(path, names()[0])
    monkeypatch.setattr(module, "views", lambda: "CREATE VIEW broken AS SELECT;")
    with pytest.raises(Exception, match="syntax error"):
        Store.open(path)
    with closing(sqlite3.connect(path)) as conn:
        applied = conn.execute("SELECT name FROM _sqlite_migrations").fetchall()
        assert applied == [(names()[0],)]
        assert conn.execute("SELECT count(*) FROM images").fetchone() == (2,)


def test_a_script_that_breaks_off_is_refused() -> None:
    with closing(sqlite3.connect(":memory:")) as conn:
        db = sqlite_utils.Database(conn)
        with pytest.raises(ValueError, match="unfinished statement"):
            migrations.run(db, "CREATE TABLE one (a);\nCREATE TABLE")


def test_every_table_is_strict(shelf: Shelf) -> None:
    made = shelf.all(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
        " AND name NOT LIKE '!_%' ESCAPE '!' AND name IN"
        " (SELECT name FROM pragma_table_list WHERE type = 'table')"
    )
    assert len(made) > 15
    assert [name for name, sql in made if "STRICT" not in sql] == []


def test_a_newer_database_is_refused_and_untouched(shelf: Shelf) -> None:
    store = shelf.store
    store.conn.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES"
        " ('altsync', 'm999_future', 'x')"
    )
    store.conn.execute("PRAGMA user_version = 1")
    store.close()
    with pytest.raises(NewerDatabase, match=r"m999_future.*Update altsync"):
        Store.open(store.path)


def test_views_are_made_anew_and_the_owners_own_stay(
    two: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = two.store
    two.approve("a/1", "New.")
    store.conn.execute("CREATE VIEW mine AS SELECT 1 AS one")
    store.close()
    changed = module.views().replace(
        "-- Views and triggers", "-- The views and triggers"
    )
    monkeypatch.setattr(module, "views", lambda: changed)
    with Store.open(store.path) as again:
        assert again.conn.execute("SELECT one FROM mine").fetchone() == (1,)
        states = again.conn.execute("SELECT image_id, state FROM image_states")
        assert dict(states) == {"a/1": "approved", "a/2": "missing"}


OPENING = """
import sys
from pathlib import Path
from altsync.store.store import Store
print("ready", flush=True)
sys.stdin.readline()
Store.open(Path(sys.argv[1])).close()
"""


def opening(path: Path) -> subprocess.Popen[bytes]:
    """A process that opens the database when it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", OPENING, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    return process


def go(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.write(b"\n")
    process.stdin.flush()


def test_those_who_bring_it_up_to_date_at_once_keep_one_copy(tmp_path: Path) -> None:
    path = tmp_path / "altsync.db"
    old(path, names()[0])
    processes = [opening(path) for _ in range(3)]
    for process in processes:
        go(process)
    for process in processes:
        process.communicate(timeout=PATIENT)
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(list(tmp_path.glob("*.backup.db"))) == 1
    with Store.open(path) as store:
        assert store.notes == []


@pytest.mark.slow
@pytest.mark.timeout(120 * LENGTH)
def test_killed_migrations_keep_one_copy_and_leave_nothing(tmp_path: Path) -> None:
    dice = random.Random(8)
    old(tmp_path / "altsync.db", names()[0])
    whole = opening(tmp_path / "altsync.db")
    began = time.monotonic()
    go(whole)
    whole.communicate(timeout=PATIENT)
    takes = time.monotonic() - began
    for number in range(12 * LENGTH):
        path = tmp_path / str(number) / "altsync.db"
        path.parent.mkdir()
        old(path, names()[0])
        for _ in range(3):
            process = opening(path)
            go(process)
            time.sleep(dice.uniform(0, takes))
            process.kill()
            process.communicate()
        with Store.open(path) as store, store.read() as conn:
            assert conn.execute("SELECT count(*) FROM images").fetchone() == (2,)
            assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(list(path.parent.glob("*.backup.db"))) == 1
        assert [one.name for one in path.parent.iterdir() if one.name[0] == "."] == []


def test_the_words_of_pages_that_an_older_altsync_read_are_kept(tmp_path: Path) -> None:
    """Of what it did not look at, such as the alt there, nothing is said: place 0."""
    path = tmp_path / "altsync.db"
    old(path, "m014_questions")
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(
            "INSERT INTO usages (image_id, page_url, page_title, before, after,"
            " pulled_at) VALUES ('a/1', '/p', 'Page', 'before', 'after', '2026-01-01')"
        )
    with Store.open(path) as store, store.read() as conn:
        kept = Use("/p", "Page", "before", "after", match=Match.NAME)
        assert usages.of(conn, "a/1") == [kept]


def test_a_mirror_from_before_texts_is_pulled_whole(tmp_path: Path) -> None:
    """A pull for what changed would find the pictures of some texts only."""
    path = tmp_path / "altsync.db"
    old(path, "m016_long_descriptions")
    began = (clock.now() - timedelta(minutes=5)).isoformat()
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(
            "INSERT INTO pulls (kind, started_at, finished_at, complete)"
            " VALUES ('full', ?1, ?1, 1)",
            (began,),
        )
    with Store.open(path) as store:
        assert since_last(store) is None
        with store.write() as tx:
            counts = Pulled().counts
            number = pulls.begin(tx, "full")
            pulls.end(tx, number, complete=True, error=None, counts=counts)
        assert since_last(store) is not None


OWNERS = """
CREATE VIEW silent AS SELECT id FROM images WHERE blank;
CREATE VIEW unreadable AS SELECT x FROM long_gone;
CREATE TRIGGER theirs AFTER UPDATE ON images WHEN NEW.blank BEGIN SELECT 1; END;
UPDATE images SET alt = char(0x3000) WHERE id = 'a/2';
"""


def test_a_blank_that_an_older_altsync_took_for_missing(tmp_path: Path) -> None:
    """It is a person's; what the owner built on the tables is as it was."""
    path = tmp_path / "altsync.db"
    old(path, "m017_texts")
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(OWNERS)
        assert conn.execute("SELECT * FROM silent").fetchall() == []
    with Store.open(path) as store, store.read() as conn:
        whose = "SELECT origin FROM images WHERE id = 'a/2'"
        assert conn.execute(whose).fetchall() == [("human",)]
        assert conn.execute("SELECT * FROM silent").fetchall() == [("a/2",)]
        kept = (
            "SELECT count(*) FROM sqlite_master WHERE name IN ('unreadable', 'theirs')"
        )
        assert conn.execute(kept).fetchall() == [(2,)]


def test_what_an_older_altsync_could_not_read_fails_only_since_its_last_whole_pull(
    tmp_path: Path,
) -> None:
    """A complete pull noted anew whatever it could not read."""
    path = tmp_path / "altsync.db"
    old(path, "m021_packets")
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript(
            """
INSERT INTO failures (image_id, stage, error, created_at, seq) VALUES
  ('a/1', 'pull', 'old', 'x', 100), ('a/9', 'pull', 'old', 'x', 101);
INSERT INTO pulls (id, kind, started_at, finished_at, complete, seq) VALUES
  (7, 'full', 'x', 'x', 1, 102), (8, 'incremental', 'x', 'x', 0, 104);
INSERT INTO failures (image_id, stage, error, created_at, seq) VALUES
  ('a/9', 'pull', 'new', 'x', 103);
"""
        )
    with Store.open(path) as store, store.read() as conn:
        failing = "SELECT image_id, error FROM failures_now WHERE stage = 'pull'"
        assert conn.execute(failing).fetchall() == [("a/9", "new")]
        assert pulls.readings(conn) == []
