"""An export becomes the same mirror again, or nothing at all is changed."""

from __future__ import annotations

import contextlib
import json
import random
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from altsync.errors import NewerDatabase, OtherSite, StoreError, UsageError
from altsync.models import How, Scope, State, Verdict
from altsync.store import candidates, export, importing
from altsync.store.store import Store
from tests.lengths import LENGTH
from tests.processes import PATIENT
from tests.scene import scene
from tests.store.test_export import SITE, facts, full, write


def test_import_keeps_a_copy_of_what_it_replaces(tmp_path: Path) -> None:
    loop = full(tmp_path)
    write(loop.store, tmp_path / "a")
    before = facts(loop.store)
    loop.propose("cats/two", "After the export.")
    after = facts(loop.store)
    loop.store.close()
    done = importing.load(tmp_path / "a", tmp_path / "altsync.db", SITE)
    assert done.backup is not None
    with Store.open(tmp_path / "altsync.db") as store:
        assert facts(store) == before
    with Store.open(done.backup) as kept:
        assert facts(kept) == after


@pytest.mark.parametrize(
    ("file", "line", "says"),
    [
        ("images/cats.ndjson", b"{not json\n", "cats.ndjson, line 4"),
        ("images/cats.ndjson", b"[]\n", "line 4: not an object"),
        ("images/cats.ndjson", b'{"id": "cats/x", "evil": 1}\n', "unknown column evil"),
        (
            "images/cats.ndjson",
            b'{"id": "cats/one", "album": "cats", "name": "one"}\n',
            "line 4",
        ),
        (
            "candidates/cats.ndjson",
            (
                b'{"id": 99, "image_id": "no/such", "alt": "x", "decision":'
                b' "informative", "origin": "ai", "context": "", "options": "",'
                b' "flags": "", "findings": "", "recorded": 0, "reference": 0,'
                b' "created_at": ""}\n'
            ),
            "refers to a row of images",
        ),
        ("images/cats.ndjson", b'{"id": 7}\n', "line 4"),
    ],
)
def test_a_damaged_export_changes_nothing(
    tmp_path: Path, file: str, line: bytes, says: str
) -> None:
    loop = full(tmp_path)
    write(loop.store, tmp_path / "a")
    before = facts(loop.store)
    loop.store.close()
    with (tmp_path / "a" / file).open("ab") as out:
        out.write(line)
    with pytest.raises(UsageError, match=says):
        importing.load(tmp_path / "a", tmp_path / "altsync.db", SITE)
    assert not list(tmp_path.glob("*.backup.db"))
    assert not list(tmp_path.glob(".import-*"))
    with Store.open(tmp_path / "altsync.db") as store:
        assert facts(store) == before


def test_an_export_of_another_site_or_a_newer_altsync_is_refused(
    tmp_path: Path,
) -> None:
    loop = scene(tmp_path)
    write(loop.store, tmp_path / "a")
    loop.store.close()
    with pytest.raises(OtherSite, match=r"of https://example\.org"):
        importing.load(
            tmp_path / "a", tmp_path / "b.db", ("https://other.example", "memory")
        )
    about = json.loads((tmp_path / "a" / "export.json").read_text())
    about["migrations"].append("m999_later")
    (tmp_path / "a" / "export.json").write_text(json.dumps(about))
    with pytest.raises(NewerDatabase, match="m999_later"):
        importing.load(tmp_path / "a", tmp_path / "b.db", SITE)
    with pytest.raises(UsageError, match="no export of altsync"):
        importing.load(tmp_path, tmp_path / "b.db", SITE)
    assert not (tmp_path / "b.db").exists()


LATER = (
    "runs",
    "usages",
    "samples",
    "sample_items",
    "comparisons",
    "comparison_choices",
    "comparison_marks",
    "namesakes",
    "pictures",
    "unseen",
    "prices",
    "sample_frames",
    "seeded_texts",
    "seeded_verdicts",
    "picture_qualities",
    "picture_words",
    "packets",
    "packet_lines",
    "packet_verdicts",
    "handovers",
    "handover_lines",
)
"""Tables that the first migration did not have."""


def test_an_export_of_an_older_altsync_is_brought_up_to_date(tmp_path: Path) -> None:
    loop = scene(tmp_path)
    image_count = len(loop.site.ids)
    write(loop.store, tmp_path / "a")
    loop.store.close()
    about = json.loads((tmp_path / "a" / "export.json").read_text())
    about["migrations"] = about["migrations"][:1]
    about["tables"] = {k: v for k, v in about["tables"].items() if k not in LATER}
    (tmp_path / "a" / "export.json").write_text(json.dumps(about))
    for file in (tmp_path / "a").glob("*/*.ndjson"):
        file.write_text(
            re.sub(
                r', "(seq|settled_seq|gone_seq|hidden|asked)": \d+',
                "",
                file.read_text(),
            )
        )
    importing.load(tmp_path / "a", tmp_path / "b.db", SITE)
    with Store.open(tmp_path / "b.db") as store, store.read() as conn:
        images = conn.execute("SELECT count(*) FROM images").fetchone()
        assert images == (image_count,)
        assert conn.execute("SELECT reverts FROM push_items").fetchall() == []
        assert store.notes == []
        order = "SELECT 'pull', seq FROM pulls UNION ALL SELECT 'seen', seq FROM observations"
        assert conn.execute(f"{order} ORDER BY 2").fetchall() == [
            ("pull", 1),
            *(("seen", number) for number in range(2, image_count + 2)),
        ]


def test_what_is_there_must_be_of_the_same_site(tmp_path: Path) -> None:
    loop = scene(tmp_path)
    write(loop.store, tmp_path / "a")
    loop.store.close()
    with Store.open(tmp_path / "b.db", create=True) as other:
        other.claim("https://other.example", "memory")
    with pytest.raises(OtherSite, match=r"of https://other\.example"):
        importing.load(tmp_path / "a", tmp_path / "b.db", SITE)
    with Store.open(tmp_path / "b.db") as other:
        assert other.site() == ("https://other.example", "memory")
    assert not list(tmp_path.glob("*.backup.db"))


def test_a_database_of_nobody_is_replaced_and_kept(tmp_path: Path) -> None:
    loop = scene(tmp_path)
    write(loop.store, tmp_path / "a")
    loop.store.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "b.db")) as conn:
        conn.execute("CREATE TABLE mine (a)")
    assert importing.load(tmp_path / "a", tmp_path / "b.db", SITE).backup is not None
    (tmp_path / "c.db").touch()
    assert importing.load(tmp_path / "a", tmp_path / "c.db", SITE).backup is None, (
        "an empty file holds nothing to keep"
    )


def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    loop = scene(tmp_path)
    write(loop.store, tmp_path / "a")
    loop.store.close()
    (tmp_path / "b.db").write_text("not a database " * 100)
    with pytest.raises(StoreError, match="cannot be replaced"):
        importing.load(tmp_path / "a", tmp_path / "b.db", SITE)
    assert (tmp_path / "b.db").read_text().startswith("not a database")


def test_a_table_that_no_migration_makes_is_refused(tmp_path: Path) -> None:
    loop = scene(tmp_path)
    write(loop.store, tmp_path / "a")
    loop.store.close()
    about = json.loads((tmp_path / "a" / "export.json").read_text())
    about["tables"]["strange"] = {}
    (tmp_path / "a" / "export.json").write_text(json.dumps(about))
    with pytest.raises(UsageError, match="do not make: strange"):
        importing.load(tmp_path / "a", tmp_path / "b.db", SITE)


def test_how_far_it_is_adds_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = full(tmp_path)
    with loop.store.snapshot() as conn:
        exported = export.write(conn, tmp_path / "a")
    loop.store.close()
    monkeypatch.setattr(importing, "STEP", 2)
    steps: list[int] = []
    done = importing.load(tmp_path / "a", tmp_path / "b.db", SITE, steps.append)
    assert sum(steps) == done.rows == sum(exported.rows.values())
    assert max(steps) == 2


@pytest.mark.parametrize("stage", ["push", "generate", "import"])
def test_nobody_else_is_at_work_on_it_meanwhile(tmp_path: Path, stage: str) -> None:
    loop = full(tmp_path)
    write(loop.store, tmp_path / "a")
    before = facts(loop.store)
    with (
        loop.store.alone(stage),
        pytest.raises(StoreError, match=f"{stage} is at work on .*Nothing was done"),
    ):
        importing.load(tmp_path / "a", tmp_path / "altsync.db", SITE)
    assert facts(loop.store) == before
    loop.store.close()


def test_no_stage_begins_during_an_import(tmp_path: Path) -> None:
    loop = full(tmp_path)
    write(loop.store, tmp_path / "a")
    met: list[str] = []

    def meanwhile(_: int) -> None:
        for begin in (loop.pull, loop.push):
            with pytest.raises(StoreError, match="is at work on") as refused:
                begin()
            met.append(str(refused.value))

    importing.load(tmp_path / "a", tmp_path / "altsync.db", SITE, meanwhile)
    assert any("An import is at work" in one for one in met)
    assert any("push is at work" in one for one in met)
    loop.pull()
    loop.store.close()


def test_a_pull_that_is_under_way_is_not_torn_apart(tmp_path: Path) -> None:
    loop = full(tmp_path)
    write(loop.store, tmp_path / "a")

    def meanwhile(step: str, ids: tuple[str, ...]) -> None:
        with pytest.raises(
            StoreError, match="A pull, pages, verify or another import is at work"
        ):
            importing.load(tmp_path / "a", tmp_path / "altsync.db", SITE)

    loop.site.before = meanwhile
    loop.pull()
    loop.store.close()


def test_who_has_the_database_open_goes_on_with_the_new_one(tmp_path: Path) -> None:
    """A review page, a second shell: no commit goes into a file that is gone."""
    loop = full(tmp_path)
    write(loop.store, tmp_path / "a")
    before = facts(loop.store)
    loop.propose("cats/two", "After the export.")
    number = (tmp_path / "altsync.db").stat().st_ino
    with loop.store.snapshot() as old:
        told = "SELECT count(*) FROM candidates WHERE alt = 'After the export.'"
        importing.load(tmp_path / "a", tmp_path / "altsync.db", SITE)
        assert old.execute(told).fetchone() == (1,), "a reader keeps its moment"
    assert facts(loop.store) == before
    loop.propose("cats/two", "After the import.")
    loop.store.close()
    assert (tmp_path / "altsync.db").stat().st_ino == number
    with Store.open(tmp_path / "altsync.db") as again, again.read() as conn:
        told = "SELECT count(*) FROM candidates WHERE alt = 'After the import.'"
        assert conn.execute(told).fetchone() == (1,)


def test_what_an_owner_added_gives_way_too_and_is_in_the_copy(tmp_path: Path) -> None:
    loop = full(tmp_path)
    write(loop.store, tmp_path / "a")
    conn = loop.store.conn
    conn.execute('CREATE TABLE "my ""own" (a)')
    conn.execute('CREATE INDEX "its index" ON "my ""own" (a)')
    conn.execute('CREATE VIEW mine AS SELECT a FROM "my ""own"')
    conn.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
    made = "SELECT name FROM sqlite_master WHERE name LIKE 'my%' OR name LIKE 'word%'"
    assert len(conn.execute(made).fetchall()) > 4
    done = importing.load(tmp_path / "a", tmp_path / "altsync.db", SITE)
    assert conn.execute(made).fetchall() == []
    loop.store.close()
    assert done.backup is not None
    with contextlib.closing(sqlite3.connect(done.backup)) as copy:
        assert len(copy.execute(made).fetchall()) > 4


def test_the_imported_schema_is_the_one_that_migrations_make(tmp_path: Path) -> None:
    loop = full(tmp_path)
    write(loop.store, tmp_path / "a")
    loop.store.close()
    importing.load(tmp_path / "a", tmp_path / "altsync.db", SITE)
    Store.open(tmp_path / "new.db", create=True).close()
    found = []
    for name in ("altsync.db", "new.db"):
        with contextlib.closing(sqlite3.connect(tmp_path / name)) as conn:
            found.append(
                conn.execute(
                    "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
                ).fetchall()
            )
            assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert found[0] == found[1]


COMMITTING = """
import sys
from pathlib import Path
from altsync.store.store import Store
with Store.open(Path(sys.argv[1])) as store:
    number = 0
    while True:
        number += 1
        mark = f"{sys.argv[2]}-{number}"
        with store.write() as tx:
            tx.execute("INSERT INTO failures (stage, error, created_at) VALUES"
                " ('pull', ?, 'x')", (mark,))
        print(mark, flush=True)
"""
IMPORTING = """
import sys
from pathlib import Path
from altsync.store import importing
importing.load(Path(sys.argv[1]), Path(sys.argv[2]), tuple(sys.argv[3:]))
"""


def importer(tmp_path: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            IMPORTING,
            tmp_path / "a",
            tmp_path / "altsync.db",
            *SITE,
        ]
    )


def told(files: list[Path]) -> set[str]:
    found: set[str] = set()
    for file in files:
        with contextlib.closing(sqlite3.connect(file)) as conn:
            assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            found.update(
                error for (error,) in conn.execute("SELECT error FROM failures")
            )
    return found


def test_no_commit_falls_between_the_copy_and_what_takes_its_place(
    tmp_path: Path,
) -> None:
    loop = full(tmp_path)
    write(loop.store, tmp_path / "a")
    loop.store.close()
    path = tmp_path / "altsync.db"
    command = [sys.executable, "-c", COMMITTING, str(path)]
    with contextlib.ExitStack() as ending:
        writers = [
            ending.enter_context(
                subprocess.Popen([*command, str(name)], stdout=subprocess.PIPE)
            )
            for name in range(4)
        ]
        for writer in writers:
            ending.callback(writer.kill)
        ready = [writer.stdout.readline() for writer in writers if writer.stdout]
        assert all(ready)
        for _ in range(4):
            assert importer(tmp_path).wait(PATIENT) == 0
        said = b"".join(ready)
        for writer in writers:
            writer.kill()
            said += writer.communicate()[0].rpartition(b"\n")[0] + b"\n"
    copies = list(tmp_path.glob("*.backup.db"))
    assert len(copies) == 4
    assert set(said.decode().split()) <= told([path, *copies])


@pytest.mark.slow
@pytest.mark.timeout(120 * LENGTH)
def test_killed_imports_leave_nothing_and_lose_nothing(tmp_path: Path) -> None:
    loop = full(tmp_path)
    write(loop.store, tmp_path / "a")
    loop.store.close()
    path = tmp_path / "altsync.db"
    dice = random.Random(8)
    began = time.monotonic()
    assert importer(tmp_path).wait(PATIENT) == 0
    takes = time.monotonic() - began
    for number in range(12 * LENGTH):
        with Store.open(path) as store, store.write() as tx:
            tx.execute(
                "INSERT INTO failures (stage, error, created_at) VALUES"
                " ('pull', ?, 'x')",
                (f"before {number}",),
            )
        process = importer(tmp_path)
        time.sleep(dice.uniform(takes / 3, takes))
        process.kill()
        process.wait()
        with Store.open(path):
            left = [one.name for one in tmp_path.iterdir() if one.name[0] == "."]
            assert left == []
        copies = list(tmp_path.glob("*.backup.db"))
        assert {f"before {n}" for n in range(number + 1)} <= told([path, *copies])


def test_what_reviewers_said_goes_out_and_comes_in(tmp_path: Path) -> None:
    """Whom they asked, beside which note, and what they were shown; the image still waits
    for the answer."""
    loop = scene(tmp_path)
    one = loop.propose("cats/one", "A cat.", by="")
    with loop.store.write() as tx:
        said = ("Which\n“cat”?", "jon", How.WORDS)
        candidates.judge(tx, one, Verdict.UNSURE, "maria", Scope.ONE, *said)
    write(loop.store, tmp_path / "a")
    loop.store.close()
    exported = (tmp_path / "a" / "reviews" / "cats.ndjson").read_text("utf-8")
    assert json.loads(exported)["note"] == "Which\n“cat”?"
    importing.load(tmp_path / "a", tmp_path / "b.db", SITE)
    with Store.open(tmp_path / "b.db") as store:
        sql = "SELECT verdict, reviewer, note, asked, how FROM reviews"
        assert store.conn.execute(sql).fetchall() == [("unsure", "maria", *said)]
        sql = "SELECT state FROM image_states WHERE image_id = 'cats/one'"
        assert store.conn.execute(sql).fetchone() == (State.UNSURE,)
