"""The audit trail as an owner types it, on the demonstration site: formats, saved
plans, canary, undo, history."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import pty
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import jsonpatch
import pytest

from altsync.store.store import Store
from tests.cli.conftest import Owner
from tests.processes import PATIENT

HIGH = "in-the-mountains/high-path"


def documents(owner: Owner) -> dict[str, dict[str, Any]]:
    return {image: owner.site.document(image) for image in owner.site.ids}


def plan_of(owner: Owner, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(owner.run("diff", "--json", *options).out)
    return found


def test_all_formats_show_the_same_plan(approved: Owner) -> None:
    plan = plan_of(approved)
    images = [change["image"] for change in plan["changes"]]
    assert len(images) == 9
    patches = [
        json.loads(line) for line in approved.run("diff", "--patch").out.splitlines()
    ]
    assert patches == [
        {"image": c["image"], "patch": c["patch"]} for c in plan["changes"]
    ]
    rows = list(
        csv.DictReader(io.StringIO(approved.run("diff", "--csv").out, newline=""))
    )
    assert [row["image"] for row in rows] == images
    marked = approved.run("diff", "--markdown").out
    assert [
        line.split("`")[1] for line in marked.splitlines() if line.startswith("### ")
    ] == images
    shown = approved.run("diff")
    assert [
        line.split()[1] for line in shown.out.splitlines() if line.startswith("~ ")
    ] == images
    for text in (marked, shown.out, approved.run("diff", "--stat").out):
        assert plan["checksum"] in text
    page = approved.directory / "audit.html"
    assert approved.run("diff", "--html", str(page)).out == ""
    html = page.read_text("utf-8")
    assert [image for image in images if f">{image}</h2>" in html] == images
    assert html.count('<img src="data:image/jpeg;base64,') == 9, (
        "the pictures that generate prepared"
    )
    assert not list(approved.directory.glob("*.part"))
    assert "Choose one of" in approved.run("diff", "--json", "--csv", code=2).err


@pytest.mark.parametrize("option", ["--plan", "--html"])
@pytest.mark.parametrize("file", ["no-directory/file", "altsync.toml/file"])
def test_a_file_that_cannot_be_written_is_said_in_a_sentence(
    approved: Owner, option: str, file: str
) -> None:
    done = approved.run("diff", option, file, code=2)
    assert f"{file} cannot be written (" in done.err
    assert "Wrote" not in done.err


def test_narrowing_is_part_of_the_plan(approved: Owner) -> None:
    whole = plan_of(approved)
    albums = {c["image"].split("/")[0] for c in whole["changes"]}
    album = plan_of(approved, "--album", "in-the-mountains")
    assert (
        {c["image"].split("/")[0] for c in album["changes"]}
        == {"in-the-mountains"}
        < albums
    )
    assert [c["image"] for c in plan_of(approved, HIGH)["changes"]] == [HIGH]
    assert len(plan_of(approved, "--limit", "2")["changes"]) == 2
    assert plan_of(approved, "--rule", "markup")["changes"] == []
    assert (
        len({whole["checksum"], album["checksum"], plan_of(approved, HIGH)["checksum"]})
        == 3
    )
    assert f"altsync push {HIGH} --plan" in approved.run("diff", HIGH).err
    assert "no image in/none" in approved.run("diff", "in/none", code=2).err
    assert (
        "no longer"
        in approved.run("push", "--plan", album["checksum"], "--yes", code=4).err
    )
    approved.run(
        "push", "--album", "in-the-mountains", "--plan", album["checksum"], "--yes"
    )
    assert len(approved.site.requests("PATCH")) == len(album["changes"])


def test_a_saved_plan_is_sent_exactly_or_says_what_moved(approved: Owner) -> None:
    file = str(approved.directory / "plan.json")
    approved.run("diff", "--plan", file, "--limit", "3")
    saved = json.loads(Path(file).read_text("utf-8"))
    assert saved["asked"] == {"limit": 3}
    images = [change["image"] for change in saved["changes"]]
    approved.run("reject", images[1])
    said = approved.run("push", "--plan", file, "--yes", code=4).err
    assert f"{images[1]}: no longer in the plan" in said
    assert "new in the plan" in said
    assert approved.site.requests("PATCH") == []
    approved.run("diff", "--plan", file, "--limit", "3")
    images = [
        change["image"]
        for change in json.loads(Path(file).read_text("utf-8"))["changes"]
    ]
    approved.run("push", "--plan", file, "--yes")
    assert sorted(str(e.image) for e in approved.site.requests("PATCH")) == sorted(
        images
    )
    assert (
        "says itself"
        in approved.run("push", "--plan", file, "--limit", "1", "--yes", code=2).err
    )


def test_a_plan_that_was_changed_by_hand_is_refused(approved: Owner) -> None:
    file = approved.directory / "plan.json"
    approved.run("diff", "--plan", str(file))
    document = json.loads(file.read_text("utf-8"))
    document["changes"][0]["patch"][-1]["value"] = "Something else."
    file.write_text(json.dumps(document), encoding="utf-8")
    assert (
        "was changed after it was saved"
        in approved.run("push", "--plan", str(file), "--yes", code=2).err
    )
    file.write_text("[]", encoding="utf-8")
    assert (
        "is no plan" in approved.run("push", "--plan", str(file), "--yes", code=2).err
    )
    assert (
        "no checksum"
        in approved.run("push", "--plan", "nowhere.json", "--yes", code=2).err
    )
    assert approved.site.requests("PATCH") == []


def test_json_output_is_a_plan_too(approved: Owner) -> None:
    file = approved.directory / "printed.json"
    file.write_text(approved.run("diff", "--json").out, encoding="utf-8")
    assert "9 applied" in approved.run("push", "--plan", str(file), "--yes").out


def test_a_canary_is_read_back_before_the_rest(approved: Owner) -> None:
    approved.site.forget()
    done = approved.run("push", "--canary", "2", "--pause", "0", "--yes")
    assert "Canary: 2 of 2 read back as they were sent." in done.err
    assert done.out.splitlines() == [
        "Push 1: 2 applied, 0 conflicts, 0 failed.",
        "Push 2: 7 applied, 0 conflicts, 0 failed.",
    ]
    assert len(approved.site.requests("PATCH")) == 9
    steps = [e.method for e in approved.site.ledger if e.route in ("get", "patch")]
    assert steps.count("GET") >= 9 + 2
    assert len({row[0] for row in approved.rows("SELECT checksum FROM pushes")}) == 1


def test_both_pushes_of_a_canary_are_named_and_its_conflict_counts(
    approved: Owner,
) -> None:
    first = plan_of(approved)["changes"][0]["image"]
    approved.site.edit(first, alt="A person's words.")
    done = approved.run("push", "--canary", "2", "--pause", "0", "--yes", code=4)
    assert done.out.splitlines()[0] == "Push 1: 1 applied, 1 conflict, 0 failed."
    assert "Take it back with: altsync revert 1 2\n" in done.err
    assert "Conflicts remain" in done.err
    approved.run("revert", "1", "2", "--yes")
    assert approved.site.document(first)["alt"] == "A person's words."


def test_a_no_after_the_canary_says_what_was_sent(
    approved: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["yes", "no"])
    monkeypatch.setattr("click.prompt", lambda *_, **__: next(answers))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    said = approved.run("push", "--canary", "2", "--pause", "0", code=1).err
    assert (
        "The other 7 changes were not sent. Take it back with: altsync revert 1" in said
    )
    assert "Nothing was sent" not in said
    assert len(approved.site.requests("PATCH")) == 2


def test_a_canary_that_died_stops_the_rest(approved: Owner) -> None:
    def meddle() -> None:
        applied = "SELECT count(*) FROM push_items WHERE status = 'applied'"
        while approved.rows(applied) != [(2,)]:  # sent, and read back
            time.sleep(0.01)
        first = str(approved.site.requests("PATCH")[0].image)
        approved.site.edit(first, alt="A filter of the site cut it.")

    threading.Thread(target=meddle, daemon=True).start()
    done = approved.run("push", "--canary", "2", "--pause", "2", "--yes", code=1)
    assert "1 of the 2 images of the canary do not say what was sent" in done.err
    assert "The other 7 changes were not sent." in done.err
    assert "altsync revert 1" in done.err
    assert len(approved.site.requests("PATCH")) == 2


def test_the_library_does_in_a_few_lines_what_the_commands_do(approved: Owner) -> None:
    """The lines of docs/how-to/audit.md, with an album that is here."""
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "audit.md").read_text(
        "utf-8"
    )
    code = page.split("## From Python")[1].split("```python\n")[1].split("```")[0]
    code = code.replace("holiday", "in-the-mountains").replace("pause=5", "pause=0")
    found: dict[str, Any] = {}
    exec(compile(code, "docs/how-to/audit.md", "exec"), found)
    assert [push.applied for push in found["done"]] == [2, 2]
    patched = {str(entry.image) for entry in approved.site.requests("PATCH")}
    saved = json.loads(Path("plan.json").read_text("utf-8"))
    assert {change["image"] for change in saved["changes"]} == patched
    assert saved["asked"] == {"albums": ["in-the-mountains"], "limit": 100}


def test_without_a_terminal_nothing_is_sent_unasked(approved: Owner) -> None:
    assert "say --yes" in approved.run("push", code=2).err
    approved.run("push", "--yes")
    approved.site.forget()
    assert "say --yes" in approved.run("revert", "1", code=2).err
    assert approved.site.requests("PATCH") == []


def test_revert_and_revert_of_revert_on_the_album_site(approved: Owner) -> None:
    first = documents(approved)
    approved.run("push", "--yes")
    second = documents(approved)
    assert second != first
    shown = json.loads(approved.run("diff", "--revert", "1", "--json").out)
    for change in shown["changes"]:
        flat = {"alt": second[change["image"]]["alt"], "label": "ai"}
        assert (
            jsonpatch.JsonPatch(change["patch"]).apply(flat)["alt"]
            == first[change["image"]]["alt"]
        )
    done = approved.run("revert", "1", "--yes", "--by", "olga")
    assert "Push 2: 9 applied" in done.out
    assert documents(approved) == first
    assert "nothing changed on the site" in approved.run("pull").out
    assert approved.run("generate").err.startswith("Nothing to do")
    assert plan_of(approved)["changes"] == []
    assert json.loads(approved.run("status", "--json").out)["states"]["cleared"] == 9
    approved.run("revert", "2", "--yes")
    assert documents(approved) == second
    approved.run("revert", "3", HIGH, "--yes")
    assert documents(approved) == first
    said = approved.run("revert", "77", "--yes", code=2).err
    assert said == "There is no push 77. The last is 4. Nothing was done.\n"


def test_what_was_never_sent_cannot_be_taken_back(approved: Owner) -> None:
    approved.run("push", "--limit", "1", "--yes")
    sent = str(approved.site.requests("PATCH")[0].image)
    said = approved.run("revert", sent, "archive/visitors-chart", "--yes", code=2).err
    assert "never sent a text to archive/visitors-chart" in said
    assert len(approved.site.requests("PATCH")) == 1, "all that is named, or nothing"
    for image in approved.site.ids:
        approved.site.edit(image, alt="A person's words.")
    approved.run("push", "--yes", code=None)
    assert "Push 2 sent nothing" in approved.run("revert", "2", "--yes", code=2).err


def test_a_persons_edit_after_the_push_stays(approved: Owner) -> None:
    approved.run("push", "--yes")
    approved.site.edit(HIGH, alt="A person's words.")
    done = approved.run("revert", "1", "--yes", code=4)
    assert "8 applied, 1 conflict," in done.out
    assert approved.site.document(HIGH)["alt"] == "A person's words."
    approved.run("pull")
    assert "somebody" in approved.run("revert", HIGH, "--yes", code=4).err


def test_a_saved_plan_that_takes_back_is_sent_by_push(approved: Owner) -> None:
    first = documents(approved)
    approved.run("push", "--yes")
    approved.run("diff", "--revert", "1", "--plan", "undo.json")
    assert (
        "altsync push --plan FILE"
        in approved.run("revert", "1", "--plan", "undo.json", "--yes", code=2).err
    )
    approved.run("push", "--plan", "undo.json", "--yes")
    assert documents(approved) == first


def test_export_import_and_export_again(approved: Owner) -> None:
    approved.run("push", "--yes")
    approved.run("revert", HIGH, "--yes")
    assert "13 images" in approved.run("export").out
    tree = {
        str(p): p.read_bytes()
        for p in sorted(Path("data/export").rglob("*"))
        if p.is_file()
    }
    status = approved.run("status", "--json").out
    log = approved.run("log", "--json").out
    who = approved.run("who", "--csv").out
    done = approved.run("import")
    assert "is kept in" in done.err
    assert len(list(Path("data").glob("*.backup.db"))) == 1
    Path("data/altsync.db").unlink()
    for rest in Path("data").glob("altsync.db-*"):
        rest.unlink()
    assert "is kept in" not in approved.run("import", "data/export").err
    assert approved.run("status", "--json").out == status
    assert approved.run("log", "--json").out == log
    assert approved.run("who", "--csv").out == who
    assert "0 files changed" in approved.run("export").out
    assert tree == {
        str(p): p.read_bytes()
        for p in sorted(Path("data/export").rglob("*"))
        if p.is_file()
    }
    assert "nothing changed on the site" in approved.run("pull").out


def test_drift_between_moments(approved: Owner) -> None:
    approved.run("export", "before")
    approved.run("push", "--limit", "2", "--yes")
    approved.run("push", "--limit", "1", "--yes")
    approved.site.edit(
        "archive/visitors-chart", alt="A person's chart.", title="Edited"
    )
    approved.run("pull")
    (Path("copy.db")).write_bytes(_whole(approved))
    since = json.loads(approved.run("diff", "--from", "before", "--json").out)
    assert since["summary"] == {"new": 0, "changed": 4, "gone": 0}
    chart = {c["image"]: c for c in since["changes"]}["archive/visitors-chart"]
    assert {op["path"] for op in chart["patch"]} == {"/alt", "/label", "/title"}
    assert chart["origin"] == "human"
    assert (
        json.loads(approved.run("diff", "--from", "1", "--json").out)["summary"][
            "changed"
        ]
        == 4
    )
    assert (
        json.loads(approved.run("diff", "--from", "2", "--json").out)["summary"][
            "changed"
        ]
        == 2
    )
    assert (
        json.loads(approved.run("diff", "--from", "1", "--to", "2", "--json").out)[
            "summary"
        ]["changed"]
        == 2
    )
    assert "0 images differ" in approved.run("diff", "--from", "copy.db").out
    assert (
        "4 images differ"
        in approved.run("diff", "--from", "before", "--to", "copy.db").out
    )
    assert (
        json.loads(approved.run("diff", "--from", "2000-01-01", "--json").out)[
            "summary"
        ]["new"]
        == 13
    )
    assert "0 images differ" in approved.run("diff", "--from", "2100-01-01").out
    shown = approved.run("diff", "--from", "before", "archive/visitors-chart").out
    assert '    + "A person\'s chart."' in shown
    assert "title" in shown
    for form in ("--csv", "--markdown", "--patch", "--stat"):
        assert (
            "visitors-chart" in approved.run("diff", "--from", "before", form).out
            or form == "--stat"
        )
    approved.run("diff", "--from", "before", "--exit-code", code=3)
    assert (
        "no push number, date"
        in approved.run("diff", "--from", "yesterday", code=2).err
    )
    assert "There is no push 99" in approved.run("diff", "--from", "99", code=2).err


def _whole(owner: Owner) -> bytes:
    with Store.open(owner.directory / "data" / "altsync.db") as store:
        store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (owner.directory / "data" / "altsync.db").read_bytes()


def test_the_log_tells_everything_in_order(approved: Owner) -> None:
    approved.run("push", "--yes")
    approved.run("revert", HIGH, "--yes")
    approved.site.edit(HIGH, alt="A person's.")
    approved.run("pull")
    events = json.loads(approved.run("log", HIGH, "--json").out)
    assert [e["event"] for e in events] == [
        "pulled",
        "proposed",
        "judged",
        "pushed",
        "reverted",
        "edited",
    ]
    assert [e["at"] for e in events] == sorted(e["at"] for e in events)
    assert events[3]["run"] == "push 1"
    assert events[3]["by"] == "altsync-demo"
    assert events[4]["alt"] == ""
    assert events[5]["alt"] == "A person's."
    everything = json.loads(approved.run("log", "--json").out)
    assert [e["event"] for e in everything].count("pulled") == 13
    assert {
        e["image"] for e in json.loads(approved.run("log", "--run", "2", "--json").out)
    } == {None, HIGH}
    assert json.loads(approved.run("log", "--since", "2100-01-01", "--json").out) == []
    assert "edited on the site" in approved.run("log", HIGH).out
    assert "names no run" in approved.run("log", "--run", "x:1", code=2).err


def test_who_wrote_each_text(approved: Owner) -> None:
    approved.run("push", "--yes")
    one = approved.run("who", HIGH).out
    assert "written by  a machine: altsync-demo" in one
    assert "approved    by ann (in bulk)" in one
    assert "recorded    replayed" in one
    rows = {
        r["image"]: r
        for r in csv.DictReader(
            io.StringIO(approved.run("who", "--csv").out, newline="")
        )
    }
    assert len(rows) == 13
    assert {r["origin"] for r in rows.values()} == {"ai", "human", ""}
    assert rows[HIGH]["reviewer"] == "ann"
    assert rows[HIGH]["push"] == "1"
    page = json.loads(approved.run("who", "--jsonld").out)
    assert page["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    notes = {n["altsync:reviewer"]: n for n in page["items"] if "altsync:reviewer" in n}
    assert notes["ann"]["creator"]["type"] == "Software"
    assert notes["ann"]["altsync:prompt"]["text"]
    assert all(
        n["body"]["value"] and n["target"] and n["motivation"] == "describing"
        for n in page["items"]
    )
    approved.run("revert", HIGH, "--yes")
    assert "written by  nobody" in approved.run("who", HIGH).out


def test_the_static_site(approved: Owner) -> None:
    approved.run("push", "--yes")
    assert "13 images in 4 albums" in approved.run("export", "--html", "pages").out
    index = Path("pages/index.html").read_text("utf-8")
    assert index.count(".html") == 4
    page = Path("pages/album-in-the-mountains.html").read_text("utf-8")
    assert "a machine: altsync-demo" in page
    assert "approved by</dt><dd>ann" in page
    assert list(Path("pages/pictures").iterdir())
    assert "high-path" in Path("pages/words/0.js").read_text("utf-8")
    Path("mine").mkdir()
    Path("mine/diary.txt").write_text("dear")
    assert (
        "holds something else" in approved.run("export", "--html", "mine", code=2).err
    )


def test_a_terminal_is_paged_like_git(approved: Owner) -> None:
    pager = approved.directory / "pager"
    pager.write_text(f"#!/bin/sh\ncat > {approved.directory}/paged\n")
    pager.chmod(0o755)
    leader, follower = pty.openpty()
    env = {**os.environ, "PAGER": str(pager), "TERM": "xterm"}
    ran = subprocess.Popen(
        [sys.executable, "-c", "from altsync.cli import main; main(['diff'])"],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=env,
    )
    os.close(follower)
    said = b""
    while True:
        try:
            chunk = os.read(leader, 4096)
        except OSError:
            break
        if not chunk:
            break
        said += chunk
    os.close(leader)
    assert ran.wait(PATIENT) == 0
    paged = (approved.directory / "paged").read_text("utf-8")
    assert "\x1b[1m" in paged
    assert "9 changes" in paged
    assert "altsync push --plan" in said.decode()


def test_an_older_database_is_copied_before_it_is_brought_up_to_date(
    mirrored: Owner,
) -> None:
    path = mirrored.directory / "data" / "altsync.db"
    with Store.open(path) as store:
        store.conn.execute("DROP INDEX push_items_by_push")
        for sql in (
            "push_items DROP COLUMN reverts",
            "push_items DROP COLUMN origin",
            "pushes DROP COLUMN started_by",
        ):
            for name in (
                "head_push",
                "head_push_new",
                "push_items_fixed",
                "head_candidate",
                "head_review",
                "head_image",
                "head_picture",
            ):
                store.conn.execute(f"DROP TRIGGER IF EXISTS {name}")
            store.conn.execute("DROP VIEW IF EXISTS image_heads_now")
            store.conn.execute(f"ALTER TABLE {sql}")
        store.conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'm003_audit'")
        store.conn.execute("PRAGMA user_version = 0")
    said = mirrored.run("status").err
    (copy,) = path.parent.glob("*.backup.db")
    with contextlib.closing(sqlite3.connect(copy)) as old:
        tables = old.execute("SELECT sql FROM sqlite_master").fetchall()
    assert f"It is kept as it was in {copy.relative_to(mirrored.directory)}" in said
    assert "reverts" not in str(tables)
    assert mirrored.run("status").err == ""
    assert mirrored.rows("SELECT count(*) FROM images") == [(13,)]


def test_a_database_of_a_newer_altsync_is_refused(mirrored: Owner) -> None:
    with Store.open(mirrored.directory / "data" / "altsync.db") as store:
        store.conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES"
            " ('altsync', 'm999_later', '2030')"
        )
        store.conn.execute("PRAGMA user_version = 1")
    before = _bytes(mirrored)
    said = mirrored.run("status", code=1).err
    assert "written by a newer altsync" in said
    assert "m999_later" in said
    assert _bytes(mirrored) == before
    assert not list((mirrored.directory / "data").glob("*.backup.db"))


def _bytes(owner: Owner) -> list[tuple[Any, ...]]:
    return owner.rows("SELECT * FROM sqlite_master") + owner.rows(
        "SELECT * FROM images"
    )


def test_a_title_is_shown_and_found_where_the_name_does_not_say_it(
    mirrored: Owner,
) -> None:
    mirrored.run("export", "--html")
    site = mirrored.directory / "data" / "site"
    assert (
        '<h2 id="h4">neighbours</h2>\n<p dir="auto">The neighbours</p>'
        in (site / "album-at-home.html").read_text()
    )
    assert (
        '<h2 id="h1">chelsea</h2>\n<dl>' in (site / "album-at-home.html").read_text()
    ), "said once is enough"
    assert (
        '"at-home/neighbours", "The neighbours' in (site / "words" / "0.js").read_text()
    )
