"""A name that nobody knows: said with the one that was meant, ended with 2, and nothing
done."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Owner, Typed
from tests.cli.test_fallen_short import TOML
from tests.doubles.drupal import DemoDrupal
from tests.sources.jsonapi.world import MEDIA, state

IMAGE = "in-the-mountains/high-path"
MISTYPED = "in-the-mountain/high-paths"
MEANT = f"There is no image {MISTYPED} in the mirror. Did you mean {IMAGE}?"
ALBUM = ("--album", "in-the-mountain")
NO_ALBUM = "There is no album `in-the-mountain` in the mirror. Did you mean `in-the-mountains`?"
MODEL = ("--model", "altsync-deno")
NO_MODEL = (
    "No text on record is by the model `altsync-deno`. Did you mean `altsync-demo`?"
)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        *(
            (args, MEANT)
            for args in (
                ("who", MISTYPED),
                ("log", MISTYPED),
                ("diff", MISTYPED),
                ("push", MISTYPED, "--yes"),
                ("revert", MISTYPED, "--yes"),
                ("approve", MISTYPED),
                ("reject", MISTYPED),
                ("ask", MISTYPED, "--note", "A dog?"),
                ("generate", MISTYPED),
                ("uses", MISTYPED),
                ("context", MISTYPED),
                ("settle", MISTYPED, "--applied"),
                ("diff", "--from", "2000-01-01", MISTYPED),
            )
        ),
        *(
            (args, NO_ALBUM)
            for args in (
                ("who", *ALBUM),
                ("diff", *ALBUM),
                ("push", *ALBUM, "--yes"),
                ("generate", *ALBUM),
                ("lint", *ALBUM),
                ("lint", "--fix-list", *ALBUM),
                ("packet", "out", *ALBUM),
            )
        ),
        *(
            (args, NO_MODEL)
            for args in (
                ("diff", *MODEL),
                ("push", *MODEL, "--yes"),
                ("packet", "out", *MODEL),
                ("generate", "--stale", "model=altsync-deno"),
                ("sample", "--bound", "50%", *MODEL),
            )
        ),
        *(
            ((*args, "--album", ""), "There is no album `` in the mirror.")
            for args in (
                ("who",),
                ("diff",),
                ("push", "--yes"),
                ("generate",),
                ("lint",),
                ("lint", "--fix-list"),
                ("packet", "out"),
            )
        ),
        *(
            ((*args, ""), "No text on record is by the model ``.")
            for args in (
                ("push", "--yes", "--model"),
                ("packet", "out", "--model"),
                ("sample", "--bound", "50%", "--model"),
                ("approve", "in-the-mountains/high-path", "--model"),
            )
        ),
        (("generate", "--stale", "model="), "No text on record is by the model ``."),
        (("packet", "out", "--language", ""), "No image has the language ``."),
        (("packet", "out", "--asked", ""), "Nobody called `` judged or was asked."),
        (("packet", "out", "--rule", ""), "There is no rule “”."),
        (("push", "--yes", "--rule", ""), "There is no rule “”."),
        (("lint", "--rule", ""), "There is no rule “”."),
        (("generate", "--rule", ""), "There is no rule “”."),
        (("push", "--yes", ""), "There is no image  in the mirror."),
        (("revert", "--yes", ""), "There is no image  in the mirror."),
        (("generate", "-m", ""), "There is no model ``."),
        (("generate", "--fallback", ""), "There is no model ``."),
        (("compare", "-m", "", "-m", "x"), "There is no model ``."),
        (("generate", "-m", "altsync-deno"), "Did you mean `altsync-demo`?"),
        (("compare", "-m", "altsync-deno", "-m", "x"), "Did you mean `altsync-demo`?"),
        (("packet", "out", "--language", "x"), "No image has the language `x`."),
        (("packet", "out", "--asked", "an"), "Nobody called `an` judged or was asked."),
        (("packet", "out", "--rule", "leek"), "no rule “leek”. Did you mean `leak`?"),
        (("lint", "--rule", "hegde"), "no rule “hegde”. Did you mean `hedge`?"),
        (("rules", "hegde"), "no rule “hegde”. Did you mean `hedge`?"),
        (("generate", "--rule", "hegde"), "no rule “hegde”. Did you mean `hedge`?"),
        (("generate", "--replace", "rule=file-nam"), "Did you mean `file-name`?"),
        (("approve", "--replacing", "rule=hedge"), "is not trusted to replace"),
        (("diff", "--rule", "hegde"), "no rule “hegde”. Did you mean `hedge`?"),
        (("log", "--run", "7"), "There is no push 7. There is none yet."),
        (("log", "--run", "pull:7"), "There is no pull 7. The last is 1."),
        (("revert", "7", "--yes"), "There is no push 7. Nothing was pushed yet."),
        (("diff", "--from", "7"), "There is no push 7. Nothing was pushed yet."),
        (("verify", "--push", "7"), "There is no push 7."),
        (("sample", "--show", "7"), "There is no sample 7"),
        (("compare", "--show", "7"), "There is no comparison 7"),
        (("approve", "--by-sample", "7"), "There is no sample 7"),
    ],
)
def test_it_is_told_and_nothing_is_done(
    approved: Owner, args: tuple[str, ...], said: str
) -> None:
    tables = ("candidates", "reviews", "pushes", "runs", "samples", "packets")
    counts = ", ".join(f"(SELECT count(*) FROM {one})" for one in tables)
    before = approved.rows(f"SELECT {counts}")
    approved.site.forget()
    ran = approved.run(*args, code=2)
    assert said in ran.err
    assert ran.out == ""
    assert approved.rows(f"SELECT {counts}") == before
    assert not approved.site.requests("PATCH")


def test_what_was_pushed_and_judged_is_known(approved: Owner) -> None:
    approved.run("push", "--yes")
    assert "The last is 1." in approved.run("revert", "2", "--yes", code=2).err
    assert "The last is 1." in approved.run("diff", "--from", "2", code=2).err
    assert "pushed" in approved.run("log", "--run", "1").out
    ran = approved.run("packet", "out", "--asked", "anne", code=2)
    assert "Did you mean `ann`?" in ran.err


def test_an_id_that_is_like_none_is_told_what_ids_look_like(mirrored: Owner) -> None:
    ran = mirrored.run("who", "qqq/zzz", code=2)
    assert "Ids look like album/name" in ran.err


def test_a_label_that_is_mistyped_in_altsync_toml(mirrored: Owner) -> None:
    toml = mirrored.directory / "altsync.toml"
    toml.write_text(toml.read_text().replace('"verified"', '"verifed"'))
    ran = mirrored.run("pull", code=2)
    assert ran.err == (
        "altsync.toml: album.label names the field `verifed`, which the site does not"
        " have. Did you mean `verified`? Nothing was done.\n"
    )
    assert mirrored.rows("SELECT count(*) FROM pulls") == [(1,)]
    toml.write_text(toml.read_text().replace('"verifed"', '"who_said_it"'))
    mirrored.run("pull")


def test_a_label_of_a_drupal_that_is_mistyped(typed: Typed) -> None:
    with DemoDrupal(state=state()) as site:
        site.add_media("words")
        (typed.directory / "altsync.toml").write_text(
            f'[site]\nurl = "{site.url}"\nsource = "jsonapi"\n[jsonapi]\n'
            f'user = "editor"\nfields = ["{MEDIA}"]\n'
            'label = { field = "field_alt_sorce", ai = "ai", human = "human" }\n'
        )
        code, said = typed.run("pull")
    assert code == 2
    assert "Did you mean `field_alt_source`? Nothing was done." in said


def test_a_label_that_one_type_of_several_has_is_no_mistake(typed: Typed) -> None:
    """Images of articles have none, and `field_text` is only another name in Drupal's
    way."""
    with DemoDrupal(media=2, articles=2) as site:
        site.add_paragraph("", parent=site.add_page("A page"), words="Words.")
        types = ["paragraph--picture_text.field_picture", MEDIA]
        (typed.directory / "altsync.toml").write_text(
            f'[site]\nurl = "{site.url}"\nsource = "jsonapi"\n[jsonapi]\n'
            f'user = "editor"\nfields = {json.dumps(types)}\n'
            'label = { field = "field_alt_source", ai = "ai", human = "human" }\n'
        )
        code, said = typed.run("pull")
    assert code == 0, said
    assert "3 new" in said


def test_pixels_that_are_wrong_are_named_with_one_address(owner: Owner) -> None:
    (owner.directory / "list.txt").write_text("\n".join(owner.site.ids))
    toml = TOML.format(site=owner.site, inventory=json.dumps("list.txt"))
    wrong = toml.replace("-1280w.jpg", "-nosuch.jpg")
    (owner.directory / "altsync.toml").write_text(wrong)
    owner.run("pull")
    ran = owner.run("generate", "-m", "altsync-demo", "--workers", "1", code=1)
    assert (
        "5 images in a row failed, the last one so: There is no picture at" in ran.err
    )
    assert f"{owner.site.url}/files/cache/" in ran.err
    assert "-nosuch.jpg (404)" in ran.err
    assert "`pixels` below [album] in altsync.toml" in ran.err
    ran = owner.run("pull", "--pictures", code=None)
    assert "`pixels` below [album] in altsync.toml" in ran.err
