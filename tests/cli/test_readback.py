"""push on a site that lies or mangles, as an owner sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from altsync.demo.faults import WAYS
from altsync.push import readback
from tests.cli.conftest import Owner


@pytest.fixture
def approved(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> Owner:
    # A site that lies is not given time to show that it only lags behind.
    monkeypatch.setattr(readback, "_is_old", lambda flat, old: False)
    owner.init()
    owner.run("pull")
    owner.run("generate")
    owner.run("approve", "--all", "--by", "ann")
    owner.site.forget()
    return owner


def test_a_site_that_stores_nothing(approved: Owner) -> None:
    approved.site.fail("lies")
    ran = approved.run("push", "--yes", "--workers", "1", code=1)
    assert "Push 1: 0 applied" in ran.out
    assert "5 failures in a row" in ran.err
    assert "The site answered that it was done. The site still has the old" in ran.err
    pulled = approved.run("pull")
    assert "nothing changed on the site" in pulled.out
    assert "cleared" not in pulled.out


def test_a_text_that_the_site_mangled_is_not_proposed_anew(
    approved: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recorded answer, for the base that the site made of it: once approved, each push
    said that the site still has the old text. Where a person wrote since, it is proposed."""
    monkeypatch.setitem(WAYS, "cut", lambda text: text[:20])
    approved.site.fail("mangles", way="cut")
    approved.run("push", "--yes", "--workers", "1", code=None)
    approved.site.forget()
    ((image,), *_) = approved.rows(
        "SELECT image_id FROM push_items WHERE status = 'applied' ORDER BY id DESC"
    )
    number = approved.rows("SELECT count(*) FROM candidates")
    ran = approved.run("generate", image)
    assert approved.rows("SELECT count(*) FROM candidates") == number, ran
    assert "had been answered before: not asked again (--again does)" in ran.err
    approved.site.edit(image, alt="A person's own words.")
    approved.run("pull")
    ran = approved.run("generate", image, "--suggest-for-human")
    assert "took an answer that had been paid for already" in ran.err


def test_a_site_that_mangles_stops_push_and_can_be_taken_back_and_sent_again(
    approved: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(WAYS, "cut", lambda text: text[:20])
    before = {i: approved.site.document(i)["alt"] for i in approved.site.ids}
    approved.site.fail("mangles", way="cut")
    plan = json.loads(approved.run("diff", "--json").out)
    meant = {entry["image"]: entry["patch"][-1]["value"] for entry in plan["changes"]}
    ran = approved.run("push", "--yes", "--workers", "1", code=None)
    mangled = {
        i for i in meant if approved.site.document(i)["alt"] not in ("", meant[i])
    }
    assert ran.code == 1
    assert 3 <= len(mangled) <= 5
    assert "Stopped: the site mangled 3 texts as it stored them" in ran.err
    for image_id in mangled:
        said = f"Mangled at {image_id}: cut after 20 characters. Sent: "
        (line,) = [one for one in ran.err.splitlines() if one.startswith(said)]
        assert meant[image_id][:20] in line.partition("The site has: ")[2]
        assert "\\n" not in line
    assert "mangled by the site)" in ran.out
    assert "Take it back with: altsync revert 1" in ran.err
    assert "nothing changed on the site" in approved.run("pull").out
    assert "by a person" not in approved.run("who", *mangled).out
    approved.site.heal()
    approved.run("revert", "1", "--yes")
    assert {i: approved.site.document(i)["alt"] for i in before} == before
    approved.run("revert", "2", "--yes")
    assert {i: approved.site.document(i)["alt"] for i in mangled} == {
        i: meant[i] for i in mangled
    }


def test_all_are_read_back_where_the_owner_wants_it(approved: Owner) -> None:
    approved.site.answers = "stored"
    file = Path("altsync.toml")
    text = file.read_text("utf-8")
    file.write_text(text.replace("[site]\n", '[site]\nread_back = "all"\n'), "utf-8")
    approved.run("push", "--yes")
    methods = [entry.method for entry in approved.site.ledger]
    assert methods.count("GET") == 2 * methods.count("PATCH")
    file.write_text(text.replace("[site]\n", '[site]\nread_back = "some"\n'), "utf-8")
    wrong = approved.run("diff", code=2).err
    assert "`site.read_back` must be one of first, all, not the text" in wrong


def test_init_says_that_nothing_guards_the_write(owner: Owner) -> None:
    said = owner.init().out
    assert said.count("The site gives neither a strong ETag nor Last-Modified.") == 1
    assert "/album.html#guard-the-write" in said
