"""Every command with --json: one document on stdout, as its schema has it, and the talk on
stderr."""

from __future__ import annotations

from tests.cli.conftest import Owner
from tests.cli.printed import document

HIGH = "in-the-mountains/high-path"


def test_what_is_known_of_the_site(mirrored: Owner) -> None:
    status = document("status", mirrored.run("status", "--json").out)
    assert status["next"].startswith("altsync pages")
    coverage = document("coverage", mirrored.run("coverage", "--json").out)
    assert coverage["images"] == status["images"] == 13
    models = document("models", mirrored.run("models", "--json").out)
    assert {"altsync-demo"} <= {one["model"] for one in models}
    mirrored.run("pages")
    verify = document("verify", mirrored.run("verify", "--sample", "2", "--json").out)
    assert verify["drawn"]["of"] == 18
    pictures = document("pictures", mirrored.run("uses", "--json").out)
    assert [one["places"] for one in pictures] == [2] * 13
    uses = document("uses", mirrored.run("uses", HIGH, "--json").out)
    assert uses["places"] == 2
    pieces = document("context", mirrored.run("context", HIGH, "--json").out)
    assert {"use"} <= {name for piece in pieces for name in piece}


def test_what_the_rules_say(mirrored: Owner) -> None:
    lint = document("lint", mirrored.run("lint", "--json").out)
    assert lint["flagged"] > 0
    assert (
        mirrored.run("lint", "--format", "json").out
        == mirrored.run("lint", "--json").out
    )
    one = document(
        "lint-text", mirrored.run("lint", "--text", "IMG_1.JPG", "--json").out
    )
    assert "file-name" in {finding["rule"] for finding in one["findings"]}
    fixes = mirrored.run("lint", "--fix-list", "--json").out
    assert document("fix-list", fixes) == []
    ran = mirrored.run("lint", "--json", "--format", "csv", code=2)
    assert "Choose one of --json, --format csv." in ran.err


def test_the_plan_and_what_came_before_it(approved: Owner) -> None:
    plan = document("plan", approved.run("diff", "--json").out)
    assert plan["summary"]["changes"] == len(plan["changes"]) == 9
    approved.run("diff", "--plan", "saved.json")
    saved = document("plan", (approved.directory / "saved.json").read_text("utf-8"))
    assert saved["checksum"] == plan["checksum"]
    events = document("log", approved.run("log", "--json").out)
    assert {"pulled", "proposed", "judged"} <= {one["event"] for one in events}
    cost = document("cost", approved.run("cost", "--json").out)
    assert [line["name"] for line in cost] == ["altsync-demo"]
    approved.run("push", "--yes")
    document("verify", approved.run("verify", "--push", "1", "--json").out)
    back = document("plan", approved.run("diff", "--revert", "1", "--json").out)
    assert {change["reverts"] for change in back["changes"]} == set(range(1, 10))
    since = ("diff", "--from", "2000-01-01", "--json")
    assert document("moved", approved.run(*since).out)["summary"]["new"] == 13
    assert document("moved", approved.run("diff", "--from", "1", "--json").out)[
        "changes"
    ]
