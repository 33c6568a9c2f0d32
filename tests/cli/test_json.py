"""Every command with --json: one document on stdout, as its schema has it, and the talk on
stderr."""

from __future__ import annotations

from pathlib import Path

import click

import altsync
from altsync.cli import COMMANDS, cli
from tests.cli.conftest import Owner
from tests.cli.printed import document
from tests.cli.test_settle import crashed

ROOT = Path(altsync.__file__).parent
NO_DATA = {"help", "completion", "keys", "metadata"}
"""Commands about the command line itself, llm's own, and one that prints YAML."""
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


def test_the_loop_as_documents(owner: Owner) -> None:
    owner.init()
    image = owner.site.ids[0]
    owner.site.fail("status", image=image, route="get", status=500)
    ran = owner.run("pull", "--json", code=5)
    pull = document("pull", ran.out)
    assert (pull["listed"], pull["new"], pull["failed"]) == (13, 12, 1)
    assert pull["status"]["next"] == document("status", _status(owner))["next"]
    assert "could not be read" in ran.err
    owner.site.heal()
    pull = document("pull", owner.run("pull", "--full", "--pictures", "--json").out)
    assert pull["pictures"] == {"made": 13, "failed": {}, "stopped": ""}
    pages = document("pages", owner.run("pages", "--json").out)
    assert (pages["pages"]["read"], pages["uses"]) == (18, 26)
    ran = owner.run("generate", "--json")
    made = document("generate", ran.out)
    assert made["made"] == made["images"] > 0
    assert made["next"] == "altsync review, or altsync approve --all"
    assert "Look at them with" in ran.err
    again = document("generate", owner.run("generate", "--json").out)
    assert (again["run"], again["images"], again["next"]) == (None, 0, None)


def _status(owner: Owner) -> str:
    return owner.run("status", "--json").out


def test_verdicts_as_documents(approved: Owner) -> None:
    image = _waiting(approved)[0]
    ask = ("ask", image, "--note", "Which year?", "--of", "bob", "--json")
    assert document("ask", approved.run(*ask).out) == {"images": 1, "asked": "bob"}
    ran = approved.run("approve", image, "--json")
    told = document("approve", ran.out)
    assert (told["approved"], told["next"]) == (1, "altsync diff")
    assert told["left"] == told["chosen"] == []
    left = document("approve", approved.run("approve", "--all", "--json").out)
    assert (left["approved"], left["next"]) == (0, None)
    rejected = document("reject", approved.run("reject", image, "--json").out)
    assert rejected == {"rejected": 1}
    owned = document("who", approved.run("who", "--json").out)
    assert {one["origin"] for one in owned} == {"human", "ai", None}
    ran = approved.run("who", "--json", "--csv", code=2)
    assert "Choose one of --json, --csv." in ran.err


def _waiting(owner: Owner) -> list[str]:
    sql = "SELECT image_id FROM image_states WHERE state = 'needs-review'"
    return [one for (one,) in owner.rows(sql)]


def test_samples_and_comparisons_as_documents(mirrored: Owner) -> None:
    mirrored.run("generate")
    draw = ("sample", "--bound", "60%", "--confidence", "0.8", "--json")
    sample = document("sample", mirrored.run(*draw).out)
    assert (sample["right"], sample["wrong"], sample["holds"]) == (0, 0, None)
    assert sample["next"] == "altsync review --sample 1"
    shown = document("sample", mirrored.run("sample", "--show", "1", "--json").out)
    assert shown == sample
    models = ("-m", "altsync-demo", "-m", "altsync-demo-hasty")
    ran = mirrored.run("compare", *models, "--sample", "2", "--json")
    drawn = document("comparison-drawn", ran.out)
    assert drawn["writers"] == ["altsync-demo", "altsync-demo-hasty"]
    graded = document(
        "comparison", mirrored.run("compare", "--show", "1", "--json").out
    )
    assert graded["images"] == 2
    packet = document("packet", mirrored.run("packet", "out", "--json").out)
    assert packet["page"] == "out/packet.html"
    read = mirrored.run("packet", "read", "out/packet.csv", "--json").out
    assert document("packet-read", read)["empty"] == packet["lines"]


def test_what_is_kept_as_documents(mirrored: Owner) -> None:
    export = document("export", mirrored.run("export", "out", "--json").out)
    assert export["rows"]["images"] == 13
    found = document("import", mirrored.run("import", "out", "--json").out)
    assert found["rows"] == sum(export["rows"].values())
    pages = mirrored.run("export", "--html", "site", "--json").out
    assert document("export-pages", pages)["images"] == 13
    rules = document("rules", mirrored.run("rules", "--json").out)
    (cut,) = document("rules", mirrored.run("rules", "cut", "--json").out)
    assert cut in rules
    failing = document("failures", mirrored.run("failures", "--json").out)
    assert failing == []


def test_a_settled_change_as_a_document(approved: Owner) -> None:
    image = crashed(approved)
    ran = approved.run("settle", image, "--not-applied", "--by", "ann", "--json")
    told = document("settle", ran.out)
    assert told["settled"][0]["push"] == 1
    assert (told["applied"], told["next"]) == (False, "altsync diff")


def test_texts_for_a_file_are_a_document(mirrored: Owner) -> None:
    photo = next((ROOT / "demo" / "photos").rglob("*.jpg"))
    model = ("-m", "altsync-demo", "--json")
    one = document("captions", mirrored.run("caption", str(photo), *model).out)
    assert one["captions"]["altsync-demo"]
    two = mirrored.run("caption", str(photo), "lost.jpg", *model, code=5).out
    assert "errors" in document("captions", two)[1]


def test_an_error_prints_no_document(mirrored: Owner) -> None:
    for args in (
        ("approve", "no/such", "--json"),
        ("push", "--plan", "0123456789ab", "--yes", "--json"),
        ("uses", "no/such", "--json"),
        ("status", "--config", "lost.toml", "--json"),
    ):
        ran = mirrored.run(*args, code=None)
        assert (ran.code > 0, ran.out) == (True, ""), args
        assert ran.err


def test_every_command_that_prints_takes_it() -> None:
    """What only serves pages, or makes a site up, does not."""
    without = {"review", "browse", "demo", "init"}
    context = click.Context(cli)
    commands = {name: cli.get_command(context, name) for name in COMMANDS}
    options = {
        name: {one for param in _params(command) for one in param.opts}
        for name, command in commands.items()
    }
    lacking = {name for name, known in options.items() if "--json" not in known}
    assert lacking - NO_DATA == without


def _params(command: click.Command | None) -> list[click.Parameter]:
    assert command is not None
    if isinstance(command, click.Group):
        return [one for each in command.commands.values() for one in each.params]
    return command.params
