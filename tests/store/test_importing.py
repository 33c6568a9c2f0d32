"""An export becomes the same mirror again, or nothing at all is changed."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from pathlib import Path

import pytest

from altsync.errors import NewerDatabase, OtherSite, StoreError, UsageError
from altsync.store import export, importing
from altsync.store.store import Store
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
                b' "flags": "", "findings": "", "recorded": 0, "created_at": ""}\n'
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
            re.sub(r', "(seq|settled_seq|gone_seq)": \d+', "", file.read_text())
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
