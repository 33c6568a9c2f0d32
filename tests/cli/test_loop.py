"""The whole loop as an owner types it, and what each command prints, writes and ends
with."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jsonpatch
import pytest

from altsync.errors import ConfigError
from altsync.sources.album_door import ASKED
from tests.cli.conftest import Owner
from tests.processes import PATIENT
from tests.web.wire import ask

CHART = "archive/visitors-chart"
HIGH = "in-the-mountains/high-path"


def test_the_whole_loop(owner: Owner) -> None:
    before = {i: owner.site.document(i) for i in owner.site.ids}
    said = owner.init()
    assert "13 images" in said.out
    assert "altsync pull" in said.err
    pulled = owner.run("pull")
    assert "13 images listed: 13 new." in pulled.out
    assert "Next: altsync pages (what each image is for), then" in pulled.out
    assert "10 candidates stored" in owner.run("generate").out
    assert owner.run("generate").err.startswith("Nothing to do")
    assert "Approved 9 candidates." in owner.run("approve", "--all", "--by", "ann").out
    owner.run("approve", CHART, "--by", "ann")
    plan = json.loads(owner.run("diff", "--json").out)
    assert plan["summary"] == {
        "changes": 10,
        "conflicts": 0,
        "converged": 0,
        "refused": 0,
    }
    owner.site.forget()
    pushed = owner.run("push", "--plan", plan["checksum"], "--yes")
    assert "10 applied, 0 conflicts, 0 failed" in pushed.out
    assert len(owner.site.requests("PATCH")) == 10
    methods = [entry.method for entry in owner.site.ledger]
    assert methods.count("GET") == 20, "each is read before, and read back"
    for entry in plan["changes"]:
        flat = {"alt": before[entry["image"]]["alt"], "label": "ai"}
        assert (
            owner.site.document(entry["image"])["alt"]
            == jsonpatch.JsonPatch(entry["patch"]).apply(flat)["alt"]
        )
        sent = [
            json.loads(e.body)
            for e in owner.site.requests("PATCH")
            if e.image == entry["image"]
        ]
        assert sent == [{"alt": entry["patch"][-1]["value"]}]
    for image, document in before.items():
        if document["alt"]:
            assert owner.site.document(image) == document
    assert "nothing changed on the site" in owner.run("pull").out
    owner.site.forget()
    assert "0 changes, 0 conflicts" in owner.run("push").err
    assert not owner.site.ledger
    status = json.loads(owner.run("status", "--json").out)
    assert (status["images"], status["coverage"], status["states"]["ai"]) == (
        13,
        1.0,
        11,
    )


def test_a_pull_of_an_unchanged_site_writes_no_row_but_its_ledgers(
    mirrored: Owner,
) -> None:
    tables = ("images", "observations", "failures", "candidates")
    before = [mirrored.rows(f"SELECT * FROM {table}") for table in tables]
    mirrored.run("pull")
    assert [mirrored.rows(f"SELECT * FROM {table}") for table in tables] == before
    assert len(mirrored.rows("SELECT * FROM pulls")) == 2


def test_a_candidate_knows_where_it_came_from(approved: Owner) -> None:
    row = approved.rows(
        "SELECT base, origin, model, resolved_model, prompt_id, image_sha256, recorded,"
        " context, duration_ms FROM candidates WHERE image_id = ?",
        HIGH,
    )[0]
    assert row[:4] == ("", "ai", "altsync-demo", "recorded")
    assert row[4]
    assert len(row[5]) == 64
    assert row[6] == 1
    assert "The path climbs" in row[7]
    assert approved.rows("SELECT count(*) FROM prompts WHERE id = ?", row[4]) == [(1,)]


def test_diff_shows_conflicts_apart_and_push_leaves_them(approved: Owner) -> None:
    approved.site.edit(HIGH, alt="A person's words.")
    pulled = approved.run("pull")
    assert f"changed   {HIGH} by a person" in pulled.out
    shown = approved.run("diff")
    assert f"! {HIGH}  conflict" in shown.out
    assert "8 changes, 1 conflict." in shown.out
    document = json.loads(approved.run("diff", "--json").out)
    assert document["conflicts"][0]["site"] == "A person's words."
    assert set(document) == {
        "site",
        "checksum",
        "changes",
        "conflicts",
        "converged",
        "refused",
        "summary",
    }
    approved.run("push", "--yes", code=4)
    assert approved.site.document(HIGH)["alt"] == "A person's words."


def test_push_finds_what_a_person_did_since_the_pull(approved: Owner) -> None:
    approved.site.edit(HIGH, alt="A person's words.")
    ran = approved.run("push", "--yes", code=4)
    assert "8 applied, 1 conflict," in ran.out
    assert "altsync pull" in ran.err
    assert approved.site.document(HIGH)["alt"] == "A person's words."


def test_diff_exit_code(mirrored: Owner) -> None:
    mirrored.run("diff", "--exit-code", code=0)
    mirrored.run("generate")
    mirrored.run("approve", HIGH)
    mirrored.run("diff", "--exit-code", code=3)
    mirrored.site.edit(HIGH, alt="A person's words.")
    mirrored.run("pull")
    mirrored.run("diff", code=0)
    mirrored.run("diff", "--exit-code", code=4)


def test_push_asks_and_heeds_the_checksum(approved: Owner) -> None:
    ran = approved.run("push", code=2)
    assert "--yes" in ran.err
    checksum = json.loads(approved.run("diff", "--json").out)["checksum"]
    approved.run("reject", HIGH, "--by", "ann")
    ran = approved.run("push", "--plan", checksum, "--yes", code=4)
    assert f"no longer {checksum}" in ran.err
    assert not approved.site.requests("PATCH")
    assert f"~ {HIGH}" not in approved.run("diff").out


def test_limit_sends_a_part_and_the_next_push_the_rest(approved: Owner) -> None:
    assert "3 applied" in approved.run("push", "--limit", "3", "--yes").out
    assert "6 applied" in approved.run("push", "--yes").out


def test_rejected_images_are_not_proposed_again(mirrored: Owner) -> None:
    mirrored.run("generate")
    mirrored.run("reject", HIGH)
    assert mirrored.rows("SELECT state FROM image_states WHERE image_id = ?", HIGH) == [
        ("rejected",)
    ]
    assert "Nothing to do" in mirrored.run("generate").err


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("approve",), "say --all"),
        (("approve", HIGH, "--all"), "say --all"),
        (("approve", "no/such"), "There is no image no/such"),
        (("approve", HIGH), "has nothing to approve (its state is missing)"),
        (("reject", HIGH), "has nothing to reject"),
        (("generate", "no/such"), "no/such"),
    ],
)
def test_a_verdict_on_nothing_is_an_error(
    mirrored: Owner, args: tuple[str, ...], sentence: str
) -> None:
    assert sentence in mirrored.run(*args, code=2).err
    assert mirrored.rows("SELECT count(*) FROM reviews") == [(0,)]


def test_a_site_that_refuses_the_token_stops_before_any_work(
    mirrored: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALTSYNC_TOKEN", "wrong-token")
    ran = mirrored.run("pull", code=1)
    assert "ALTSYNC_TOKEN" in ran.err
    assert "wrong-token" not in ran.err


def test_a_push_with_a_wrong_token_stops_before_any_patch(
    approved: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALTSYNC_TOKEN", "wrong-token")
    approved.site.forget()
    assert "ALTSYNC_TOKEN" in approved.run("push", "--yes", code=1).err
    assert not approved.site.requests("PATCH")
    in_flight, listing = 9, 1
    assert len(approved.site.requests("GET")) <= in_flight + listing + ASKED


def test_one_image_that_fails_ends_with_5(mirrored: Owner) -> None:
    mirrored.site.fail("status", image=HIGH, status=500)
    ran = mirrored.run("pull", code=5)
    assert HIGH in ran.err
    assert mirrored.rows("SELECT image_id FROM failures WHERE stage = 'pull'") == [
        (HIGH,)
    ]
    mirrored.site.heal()
    mirrored.run("pull")


def test_init_writes_a_file_that_loads_and_never_over_another(owner: Owner) -> None:
    owner.init()
    text = (owner.directory / "altsync.toml").read_text("utf-8")
    assert "is there already" in owner.run("init", "http://other.test", code=2).err
    assert (owner.directory / "altsync.toml").read_text("utf-8") == text


def test_init_finds_the_sitemap_and_the_label_by_itself(owner: Owner) -> None:
    ran = owner.run("init", owner.site.url)
    assert "taken as the inventory" in ran.out
    assert "taken as the label" in ran.out
    assert "Next: altsync pull" in ran.err
    assert "13 new" in owner.run("pull").out
    assert owner.rows("SELECT count(*) FROM images WHERE has_label") == [(13,)]


def test_init_of_a_site_that_does_not_answer_writes_nothing(owner: Owner) -> None:
    ran = owner.run("init", "http://127.0.0.1:9", code=1)
    assert "No answer" in ran.err
    assert not (owner.directory / "altsync.toml").exists()


def test_init_says_what_to_mend(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALTSYNC_TOKEN")
    ran = owner.init()
    assert "!!" in ran.out
    assert "Next: put the site's token into ALTSYNC_TOKEN" in ran.err


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[site]\nurl = 3\n", "`site.url` must be a text"),
        ('[site]\nurl = "https://x.test"\nworker = 3\n', "`site.worker` is not a key"),
        ('[site]\nurl = "https://x.test"\n[albums]\n', "`albums` is not a key"),
        ('[site]\nurl = "https://x.test\n', "line 2"),
        ('[site]\nurl = "ftp://x.test"\n', "http or https"),
        ('[site]\nurl = "https://me:pw@x.test"\n', "Secrets belong"),
    ],
)
def test_a_bad_configuration_names_its_key(
    owner: Owner, text: str, sentence: str
) -> None:
    (owner.directory / "altsync.toml").write_text(text, "utf-8")
    ran = owner.run("status", code=ConfigError.exit_code)
    assert sentence in ran.err
    assert "pw" not in ran.err


def test_no_configuration_and_no_database(owner: Owner) -> None:
    assert "altsync init URL" in owner.run("status", code=2).err
    owner.init()
    assert "altsync pull" in owner.run("status", code=1).err


def test_another_site_does_not_mix_in(mirrored: Owner) -> None:
    path = mirrored.directory / "altsync.toml"
    path.write_text(
        path.read_text("utf-8").replace(mirrored.site.url, "http://127.0.0.1:9"),
        "utf-8",
    )
    assert "One database holds one site" in mirrored.run("status", code=1).err


def test_the_demo_command_runs_the_loop_and_touches_no_directory_with_files(
    owner: Owner,
) -> None:
    ran = owner.run("demo", "here")
    assert "5 applied, 0 conflicts, 0 failed" in ran.out
    assert "18 pages read: 26 places show 13 of 13 images." in ran.out
    assert "altsync demo --serve" in ran.err
    assert "not empty" in owner.run("demo", "here", code=2).err


def test_the_demo_leaves_the_best_page_and_says_what_to_type(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line works as it is typed, though the site is gone and the owner has settings
    of another site; and what it shows is worth judging."""
    monkeypatch.setenv("ALTSYNC_CONFIG", str(owner.directory / "elsewhere.toml"))
    said = owner.run("demo", "a new site").err
    assert "5 images wait for your eye" in said
    (line,) = re.findall(r"^  (cd .* review)$", said, re.MULTILINE)
    process = subprocess.Popen(
        ["sh", "-c", f"{line} --no-open --port 0 --by 'Maria M.'"],
        cwd=owner.directory,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        link = process.stdout.readline().strip()
        first = ask(link)
        page = ask(
            link.partition("-/altsync")[0] + "-/altsync/review",
            headers={"cookie": first.headers["set-cookie"].partition(";")[0]},
        )
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=PATIENT)
    assert page.status == 200
    assert "<strong>5</strong> needs-review" in page.text
    assert "Judging as <strong>Maria M.</strong>" in page.text
    for part in ("altsync-demo-hasty", "/picture/", "<table", "contradicted", "≠"):
        assert part in page.text


def test_a_terminal_is_not_steered_by_the_site(mirrored: Owner) -> None:
    mirrored.site.edit(HIGH, alt="\x1b[2J\u202eevil", verified=0)
    out = mirrored.run("pull").out
    assert "\x1b" not in out
    assert "\\u001b[2J\\u202eevil" in out


def test_init_where_json_api_wants_a_login_says_both_ways_on(owner: Owner) -> None:
    class Guarded(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(401)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Guarded) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        ran = owner.run("init", url, code=2)
        server.shutdown()
    assert f"altsync init {url} --user NAME" in ran.err
    assert f"altsync init {url} --source album --inventory WHERE" in ran.err
    assert not (owner.directory / "altsync.toml").exists()


def test_pictures_of_images_that_no_model_has_seen(mirrored: Owner) -> None:
    ran = mirrored.run("pull", "--pictures")
    assert ran.out.endswith("13 pictures fetched and prepared.\n")
    assert [r for r in mirrored.site.requests() if "/files/" in r.path], (
        "that is how a picture is asked for"
    )
    mirrored.run("export", "--html")
    page = mirrored.directory / "data" / "site" / "album-at-home.html"
    assert "no picture" not in page.read_text()
    assert page.read_text().count("<img ") == 4
    asked = len(mirrored.site.requests())
    assert mirrored.run("pull", "--pictures").out.endswith(
        "0 pictures fetched and prepared.\n"
    )
    assert not [r for r in mirrored.site.requests()[asked:] if "/files/" in r.path]
    assert mirrored.rows("SELECT count(*) FROM candidates") == [(0,)]
