"""The whole mirror as text, and back: byte for byte, for a mirror with every kind of
row."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from altsync.errors import UsageError
from altsync.models import (
    Decision,
    Finding,
    HandedTo,
    Label,
    Origin,
    Scope,
    Severity,
    SiteImage,
    Verdict,
)
from altsync.plan import Permissions
from altsync.sources.memory import MemorySource
from altsync.store import candidates, export, handovers, importing, pulls, usages
from altsync.store.handovers import NewHandover, NewLine
from altsync.store.store import Store
from tests.scene import EVERY_FIELD, URL, Scene, image, keep_use, scene

SITE = (URL, "memory")
ALL = Permissions(replace_human=True, allow_empty=True)


def tree(directory: Path) -> dict[str, bytes]:
    """Every file of an export."""
    return {
        str(p.relative_to(directory)): p.read_bytes()
        for p in sorted(directory.rglob("*"))
        if p.is_file()
    }


def write(store: Store, directory: Path) -> export.Exported:
    with store.snapshot() as conn:
        return export.write(conn, directory)


def full(directory: Path) -> Scene:
    """A mirror with every kind of row: all tables, all states of the journal, both
    sides of every NULL."""
    loop = scene(directory)
    loop.propose(
        "cats/one",
        "Sent.",
        context='{"title": "x"}',
        cost_usd=0.1 + 0.2,
        findings=(Finding("length", Severity.WARNING, "Long."),),
    )
    loop.propose(
        "cats/three",
        'Human "rewrite"\u2028\U0001f408.',
        origin=Origin.HUMAN,
        model=None,
        scope=Scope.BULK,
    )
    loop.propose("dogs/one", "", decision=Decision.DECORATIVE)
    number = loop.push(ALL).push_id
    loop.revert(number)
    loop.propose("cats/two", "Waits.", by="")
    loop.propose("dogs/two", "Conflict to be.")
    loop.site.edit("dogs/two", alt="Edited [meanwhile]", label=Label.HUMAN)
    loop.push(ALL)
    loop.site.remove("dogs/big/four")
    loop.pull(allow_shrink=True)
    with loop.store.write() as tx:
        prompt = candidates.add_prompt(tx, "System", "{title}")
        assert prompt
        pulls.fail(tx, None, "pull", "the listing broke off")
        pulls.fail(tx, "cats/two", "generate", "[not json", 2, "m")
        candidates.judge(tx, 1, Verdict.WITHDRAWN, "anna", "one", "a note")
        tx.execute(
            "INSERT INTO runs (models, started_at, budget_usd) VALUES ('[\"m\"]',"
            " '2026', 1.5)"
        )
        keep_use(tx, "cats/two", EVERY_FIELD)
        line = NewLine("k" * 64, "cats/two", "", None, "S", "P", "[]", "f" * 64)
        about = NewHandover(HandedTo.OPENAI, "m", "token", 1, "{}", "/v1/x", 0.5)
        handover = handovers.begin(tx, about, [line])
        handovers.sent(tx, handover, "batch_1", "file_1", "2026-12-01")
        tx.execute(
            "INSERT INTO push_items (push_id, candidate_id, image_id, patch, status,"
            " created_at) VALUES (1, NULL, 'cats/two', '[{\"op\":\"test\"}]',"
            " 'intended', '2026')"
        )
    return loop


def facts(store: Store) -> dict[str, Any]:
    """Every table but `pulled_at`, and every derived state."""
    found: dict[str, Any] = {}
    with store.read() as conn:
        for table in export.tables(conn):
            columns, key = ", ".join(table.columns), ", ".join(table.key)
            sql = f"SELECT {columns} FROM {table.name} ORDER BY {key}"
            found[table.name] = conn.execute(sql).fetchall()
        states = conn.execute("SELECT * FROM image_states ORDER BY image_id")
        found["states"] = states.fetchall()
    return found


def test_round_trip_is_the_same_to_the_byte(tmp_path: Path) -> None:
    loop = full(tmp_path)
    write(loop.store, tmp_path / "a")
    before = facts(loop.store)
    assert all(
        before[name]
        for name in (
            "failures",
            "reviews",
            "push_items",
            "prompts",
            "observations",
            "pulls",
            "runs",
            "usages",
        )
    )
    other = tmp_path / "new" / "altsync.db"
    done = importing.load(tmp_path / "a", other, SITE)
    assert done.backup is None
    with Store.open(other) as store:
        assert facts(store) == before
        with store.read() as conn:
            assert usages.of(conn, "cats/two") == [EVERY_FIELD]
        write(store, tmp_path / "b")
        with store.read() as conn:
            assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        with (
            pytest.raises(sqlite3.IntegrityError, match="append-only"),
            store.write() as tx,
        ):
            tx.execute("DELETE FROM candidates")
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    loop.store.close()


TEXT = (
    st.none()
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
    | st.sampled_from(
        ["", "[]", "{}", '{"a": 1}', "null", "=1+1", "\u2028", "\r\n", " x\xa0"]
    )
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(
            ["a", "A", "a/b", "..", ".git", "ä ö", "x" * 200, "con", "%41", ""]
        ),
        st.sampled_from("pqrs"),
        TEXT,
        TEXT,
        st.sampled_from([None, *Label]),
        st.booleans(),
        st.none()
        | st.sampled_from(
            [
                "{}",
                '{"b":1,"a":[1.0,2]}',
                '{"a": 1}',
                "[1, 2]",
                '{"a": "\\u00e9"}',
                "[",
                '{"a": 1e999}',
            ]
        ),
    ),
    max_size=12,
    unique_by=lambda row: (row[0], row[1]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS, st.data())
def test_round_trip_of_any_mirror(
    rows: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    room = Path(tempfile.mkdtemp())
    try:
        site = MemorySource(
            SiteImage(
                f"{album}/{name}",
                album,
                name,
                alt,
                title=title,
                label=label if has else None,
                has_label=has,
                raw=raw or "{}",
            )
            for album, name, alt, title, label, has, raw in rows
        )
        loop = scene(room, site)
        for row in rows:
            text = data.draw(TEXT) or ""
            loop.propose(
                f"{row[0]}/{row[1]}",
                text,
                by=data.draw(st.sampled_from(["", "anna"])),
                context=row[6] or "{}",
            )
        done = loop.push(ALL)
        taken_back = data.draw(st.booleans())
        if done.applied and taken_back:
            loop.revert(done.push_id)
        write(loop.store, room / "a")
        importing.load(room / "a", room / "b.db", SITE)
        with Store.open(room / "b.db") as store:
            assert facts(store) == facts(loop.store)
            write(store, room / "b")
        assert tree(room / "a") == tree(room / "b")
        loop.store.close()
    finally:
        shutil.rmtree(room)


def test_what_moves_by_itself_is_not_exported(tmp_path: Path) -> None:
    loop = full(tmp_path)
    write(loop.store, tmp_path / "a")
    first = tree(tmp_path / "a")
    assert not any(
        b"pulled_at" in text for name, text in first.items() if name.endswith(".ndjson")
    )
    assert not any("image_heads" in name for name in first)
    loop.pull()
    assert write(loop.store, tmp_path / "a").written == 1, (
        "a pull of an unchanged site adds a line to its ledger"
    )
    changed = {n for n, text in tree(tmp_path / "a").items() if first.get(n) != text}
    assert changed == {"pulls/pulls.ndjson"}
    loop.store.close()


def test_git_diff_around_a_push_touches_only_the_changed_images(tmp_path: Path) -> None:
    loop = scene(tmp_path)
    loop.propose("cats/one", "Sent one.")
    loop.propose("dogs/two", "Sent two.")
    out = tmp_path / "export"

    def git(*args: str) -> str:
        return subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *args],
            cwd=out,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    write(loop.store, out)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "before")
    loop.push(ALL)
    write(loop.store, out)
    lines = git("diff", "-U0", "--", "images").splitlines()
    removed = [json.loads(x[1:])["id"] for x in lines if x.startswith("-{")]
    added = [json.loads(x[1:])["id"] for x in lines if x.startswith("+{")]
    assert removed == added == ["cats/one", "dogs/two"]
    git("add", "-A")
    stat = git("diff", "--cached", "--numstat").split("\n")
    files = {row.split("\t")[2]: row.split("\t")[:2] for row in stat if row}
    assert files == {
        "images/cats.ndjson": ["1", "1"],
        "images/dogs.ndjson": ["1", "1"],
        "observations/cats.ndjson": ["1", "0"],
        "observations/dogs.ndjson": ["1", "0"],
        "push_items/cats.ndjson": ["1", "0"],
        "push_items/dogs.ndjson": ["1", "0"],
        "pushes/pushes.ndjson": ["1", "0"],
    }
    loop.store.close()


def test_albums_never_share_a_file_or_leave_the_directory(tmp_path: Path) -> None:
    albums = [
        "a",
        "A",
        "..",
        ".",
        "a/b",
        "a%2Fb",
        "CON",
        "",
        "ä",
        "x" * 300,
        "x" * 299 + "y",
    ]
    loop = scene(
        tmp_path, MemorySource(SiteImage(f"{a}/i", a, "i", "t") for a in albums)
    )
    write(loop.store, tmp_path / "a")
    names = [p.name.lower() for p in (tmp_path / "a" / "images").iterdir()]
    assert len(names) == len(set(names)) == len(albums)
    assert [row["album"] for row in export.images(tmp_path / "a")] == sorted(albums)
    loop.store.close()


def test_an_album_that_is_no_more_leaves_no_file(tmp_path: Path) -> None:
    loop = scene(tmp_path)
    write(loop.store, tmp_path / "a")
    (tmp_path / "a" / "images" / "old.ndjson").write_text('{"id": "old/x"}\n')
    assert write(loop.store, tmp_path / "a").removed == 1
    loop.store.close()


def test_a_directory_with_something_else_is_left_alone(tmp_path: Path) -> None:
    loop = scene(tmp_path)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "diary.txt").write_text("dear")
    with pytest.raises(UsageError, match="something else than an export"):
        write(loop.store, tmp_path / "notes")
    assert [p.name for p in (tmp_path / "notes").iterdir()] == ["diary.txt"]
    loop.store.close()


def test_image_builder_names_albums() -> None:
    assert image("a/b/c").album == "a/b"


def test_an_export_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    loop = scene(tmp_path)
    write(loop.store, tmp_path / "a")
    loop.store.close()
    about = tmp_path / "a" / "export.json"
    known = json.loads(about.read_text())
    about.write_text(json.dumps(known | {"format": 2}))
    with pytest.raises(UsageError, match=r"format 2.*Update altsync"):
        export.manifest(tmp_path / "a")
    for broken in ("{", "[]", "{}"):
        about.write_text(broken)
        with pytest.raises(UsageError, match="cannot be read"):
            export.manifest(tmp_path / "a")


def test_a_column_of_json_that_is_none_stays_as_it_is() -> None:
    columns = ("raw", "patch", "error")
    assert export.line(columns, ["{", '{"a": 1}', '{"a": 1}']) == (
        b'{"raw": "{", "patch": {"a": 1}, "error": "{\\"a\\": 1}"}\n'
    )


def test_an_empty_directory_is_room_enough(tmp_path: Path) -> None:
    loop = scene(tmp_path)
    (tmp_path / "a").mkdir()
    assert write(loop.store, tmp_path / "a").written > 0
    loop.store.close()


def test_a_file_of_the_same_length_is_not_the_same(tmp_path: Path) -> None:
    loop = scene(tmp_path)
    write(loop.store, tmp_path / "a")
    one = tmp_path / "a" / "images" / "cats.ndjson"
    right = one.read_bytes()
    one.write_bytes(right.replace(b"Two", b"Too"))
    assert write(loop.store, tmp_path / "a").written == 1
    assert one.read_bytes() == right
    loop.store.close()


def test_an_album_without_an_image_in_its_file_is_passed_over(tmp_path: Path) -> None:
    loop = scene(tmp_path)
    write(loop.store, tmp_path / "a")
    (tmp_path / "a" / "images" / "none.ndjson").touch()
    assert len(list(export.images(tmp_path / "a"))) == len(loop.site.ids)
    loop.store.close()
