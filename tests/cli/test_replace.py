"""Words of a person that are only a file's name: listed, proposed for, approved by their
rule alone, sent with a permission, and taken back to the byte."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.conftest import Owner

CAT, SKY, PATH = "at-home/chelsea", "space/deep-field", "in-the-mountains/high-path"
NAME, CUT = "IMG_1234.JPG", "The view from the"


@pytest.fixture
def imported(owner: Owner) -> Owner:
    """An importer wrote a file's name, a person began a sentence, and one wrote a good
    text; all three vouch for it."""
    for image, alt in ((CAT, NAME), (SKY, CUT), (PATH, "A path above the clouds.")):
        owner.site.edit(image, alt=alt)
    owner.init()
    owner.run("pull")
    return owner


def states(owner: Owner) -> dict[str, str]:
    return dict(owner.rows("SELECT image_id, state FROM image_states"))


def test_the_list_of_what_could_be_redone(imported: Owner) -> None:
    text = imported.run("lint", "--fix-list")
    assert text.out.startswith(f'{CAT}  "{NAME}"\n    file-name; by a person\n')
    assert f'{SKY}  "{CUT}"\n    cut; by a person\n' in text.out
    assert PATH not in text.out
    assert text.out.endswith("2 texts to be written anew.\n")
    assert "altsync generate --replace rule=file-name,cut\n" in text.err
    found = json.loads(imported.run("lint", "--fix-list", "--format", "json").out)
    assert [(one["image"], one["alt"], one["rules"]) for one in found] == [
        (CAT, NAME, ["file-name"]),
        (SKY, CUT, ["cut"]),
    ]
    assert found[0]["origin"] == "human"
    assert found[0]["page"]
    table = imported.run("lint", "--fix-list", "--rule", "cut", "--format", "csv").out
    rows = list(csv.reader(io.StringIO(table)))
    assert [row[:5] for row in rows[1:]] == [[SKY, "space", CUT, "cut", "a person"]]
    shown = imported.run("lint", "--fix-list", "--album", "space", "--format=markdown")
    assert '| space/deep\\-field | "The view from the" | cut | a person |' in shown.out
    assert "rule=cut --album space" in shown.err
    imported.run("lint", "--fix-list", "--fail-on", "error", code=3)

    # What is refused.
    for typed, said in (
        ("lint --fix-list --rule hedge", "not trusted to replace"),
        ("lint --fix-list --format sarif", "text, json, csv, markdown"),
        ("lint --fix-list --text A.", "--fix-list is for what the site has"),
        ("lint --fix-list --album nowhere", "There is no album `nowhere`"),
        ("generate --replace rule=person", "not trusted to replace"),
        ("generate --replace cut", "say which rules"),
        ("generate --replace rule=cut --stale prompt", "leave out --stale"),
        ("approve --all --replacing rule=length", "not trusted to replace"),
        ("approve --unflagged --replacing rule=cut", "not both"),
        (f"approve {CAT} --replacing rule=cut", "Name the images"),
    ):
        assert said in imported.run(*typed.split(), code=2).err


def test_the_whole_way_and_back(imported: Owner) -> None:
    before = imported.site.document(CAT)
    made = imported.run("generate", "--replace", "rule=file-name")
    assert "1 candidate stored" in made.out
    assert imported.rows("SELECT image_id, base, replaces FROM candidates") == [
        (CAT, NAME, "file-name")
    ]
    assert states(imported)[CAT] == "would-replace"
    assert states(imported)[SKY] == "human"
    status = imported.run("status").out
    assert "1  would-replace a candidate would replace words of a person" in status

    # No other way over many approves it.
    for way in ("--all", "--unflagged"):
        left = imported.run("approve", way)
        assert left.out == "Approved 0 candidates.\n"
        assert "would replace words of a person" in left.err
    assert imported.run("approve", "--all", "--replacing", "rule=cut").out == (
        "Approved 0 candidates.\n"
    )
    told = imported.run("approve", "--all", "--replacing", "rule=file-name", "--by=ann")
    assert told.out == "Approved 1 candidate.\n"
    assert "altsync diff --replace-human" in told.err
    assert imported.rows("SELECT reviewer, scope, note FROM reviews") == [
        ("ann", "bulk", "replacing: file-name")
    ]

    refused = imported.run("diff").out
    assert "it would replace a person's words (file-name) (allow with --re" in refused
    assert refused.count("words") == 1
    imported.run("push", "--yes")
    assert imported.site.document(CAT) == before

    plan = json.loads(imported.run("diff", "--json", "--replace-human").out)
    assert [one["replaces"] for one in plan["changes"]] == [["file-name"]]
    assert plan["changes"][0]["replaces_human"] is True
    imported.run("diff", "--replace-human", "--plan", "plan.json")
    imported.run("diff", "--replace-human", "--html", "plan.html")
    html = (imported.directory / "plan.html").read_text("utf-8")
    for shown in (imported.run("diff", "--replace-human", "--markdown").out, html):
        assert "replaces words of a person" in shown
    pushed = imported.run("push", "--plan", "plan.json", "--yes")
    assert "1 applied" in pushed.out
    now = imported.site.document(CAT)
    assert now["alt"] not in (NAME, "")
    assert imported.rows("SELECT origin, label FROM images WHERE id = ?", CAT) == [
        ("ai", "ai")
    ]

    imported.run("revert", CAT, "--yes")
    assert imported.site.document(CAT) == before
    assert imported.rows("SELECT origin, alt FROM images WHERE id = ?", CAT) == [
        ("human", NAME)
    ]
    assert states(imported)[CAT] == "human"


def test_whose_words_are_better_by_now_keeps_them(imported: Owner) -> None:
    imported.run("generate", "--replace", "rule=file-name")

    # By a rule that the owner does not trust any more.
    toml = imported.directory / "altsync.toml"
    trusted = toml.read_text("utf-8")
    toml.write_text(trusted + '\n[lint.rules]\nfile-name = "off"\n')
    left = imported.run("approve", "--all", "--replacing", "rule=file-name")
    assert left.out == "Approved 0 candidates.\n"
    assert "finds nothing of the kind in its words any more" in left.err
    assert (
        "Nothing to do: no text that these rules find"
        in imported.run("generate", "--replace", "rule=file-name").err
    )

    # By a person, once it was approved.
    toml.write_text(trusted)
    imported.site.edit(CAT, alt="A cat looks up.")
    imported.run("approve", "--all", "--replacing", "rule=file-name")
    ran = imported.run("push", "--replace-human", "--yes", code=4)
    assert "0 applied, 1 conflict" in ran.out
    imported.run("pull")
    assert states(imported)[CAT] == "conflict"
    imported.run("push", "--replace-human", "--yes", code=4)
    assert imported.site.document(CAT)["alt"] == "A cat looks up."


def test_a_machines_text_is_redone_as_any_and_an_export_keeps_which_is_which(
    imported: Owner,
) -> None:
    imported.site.edit(CAT, alt=NAME, verified=0)
    imported.run("pull")
    imported.run("generate", CAT, SKY, PATH, "--replace", "rule=file-name,cut")
    made = "SELECT image_id, replaces FROM candidates ORDER BY image_id"
    assert imported.rows(made) == [(CAT, None), (SKY, "cut")]
    assert states(imported)[CAT] == "needs-review"
    imported.run("export", "kept")
    imported.run("import", "kept")
    assert imported.rows(made) == [(CAT, None), (SKY, "cut")]
    assert imported.run("approve", "--all").out == "Approved 1 candidate.\n"

    # One look approves as always.
    imported.run("approve", SKY)
    assert "2 applied" in imported.run("push", "--replace-human", "--yes").out
