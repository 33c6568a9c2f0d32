"""`altsync verify` on the demonstration site, which shows what its database says until
its template is made to lie."""

from __future__ import annotations

import json

import pytest

from altsync.demo import pages
from altsync.store.store import Store
from tests.cli.conftest import Owner
from tests.store.conftest import Shelf

IMAGE = "at-home/chelsea"


def test_a_site_that_does_not_lie(mirrored: Owner) -> None:
    said = mirrored.run("verify")
    assert "Every place that can be told shows the mirror's text." in said.out
    assert "13 of 13 images" in said.out
    assert mirrored.run("verify", "--last").out == said.out
    found = json.loads(mirrored.run("verify", "--last", "--json").out)
    assert (found["different"], found["differences"]) == (0, [])
    assert found["places"]["same"] == 2 * 13


def test_an_edit_that_was_not_pulled_is_no_fault_of_the_page(mirrored: Owner) -> None:
    mirrored.site.edit(IMAGE, alt="A person's new words.")
    said = mirrored.run("verify").out
    assert "THE MIRROR IS OLDER: 2 places" in said
    assert '      the page    "A person\'s new words."' in said
    assert "run `altsync pull`" in said
    mirrored.run("pull")
    assert "OLDER" not in mirrored.run("verify", "--last").out


def test_a_template_that_writes_its_own_words(
    mirrored: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    lying = pages._FIGURE.replace('alt="{alt}"', 'alt="Photo" data-alt="{alt}"')
    monkeypatch.setattr(pages, "_FIGURE", lying)
    said = mirrored.run("verify", code=3).out
    assert "ANOTHER TEXT: 26 places" in said
    assert "… and 6 more: altsync verify --last --json" in said
    assert "26 places show something else: 26 other." in said
    found = json.loads(mirrored.run("verify", "--json", code=3).out)
    (first, *_) = found["differences"]
    assert (first["shows"], first["alt"], first["differs"]) == ("other", "Photo", True)
    assert {one["page"] for one in found["differences"]} >= {
        f"{mirrored.site.url}/album/{IMAGE}"
    }
    one = f"{mirrored.site.url}/album/{IMAGE}"
    assert (
        "1 page read: 1 place shows 1 of 13" in mirrored.run("verify", one, code=3).out
    )


def test_a_sample_and_a_push(mirrored: Owner) -> None:
    with Store.open(mirrored.directory / "data" / "altsync.db") as store:
        Shelf(store).approve(IMAGE, "A ginger cat, close by.")
    said = mirrored.run("verify", "--sample", "4").out
    assert "DRAWN AT RANDOM: 4 of " in said
    assert said.count(f"\n  {mirrored.site.url}/") == 4
    assert "at 95 % confidence at most 52.7 % of all pages" in said
    mirrored.run("push", "--yes")
    said = mirrored.run("verify", "--push", "1").out
    assert "arrived on every page that shows them" in said
    assert "not yet" not in said
    told = json.loads(mirrored.run("verify", "--push", "1", "--json").out)
    assert {one["arrival"] for one in told["sent"]} == {"arrived"}
    assert told["push"] == 1


def test_what_cannot_be_read_is_said(mirrored: Owner) -> None:
    mirrored.site.fail("status", status=500, image=IMAGE, route="page")
    said = mirrored.run("verify", code=5)
    assert "1 page could not be read" in said.err


def test_where_no_page_was_read_nothing_is_fine(mirrored: Owner) -> None:
    """It is no proof: what visitors may not read is named, and the exit code is none."""
    nothing = "No page was read: nothing is known of what visitors get."
    assert nothing in mirrored.run("verify", "--last", code=5).out
    mirrored.site.fail("status", status=403, image=IMAGE, route="page")
    page = f"{mirrored.site.url}/album/{IMAGE}"
    said = mirrored.run("verify", page, code=5)
    assert nothing in said.out
    assert f"Not public: 1 page ({page})" in said.err


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["--push", "1", "--sample", "2"], "leave SOURCE and --sample out"),
        (["--last", "--sample", "2"], "--last reads no page"),
        (["--push", "9"], "There is no push 9"),
        (["--last", "--push", "9"], "There is no push 9"),
        (["--last", "--push", "9" * 20], "larger than any that altsync keeps"),
        (["https://u:p@example.org/"], "A SOURCE holds a user name, a password"),
    ],
)
def test_what_makes_no_sense(mirrored: Owner, args: list[str], why: str) -> None:
    said = mirrored.run("verify", *args, code=2)
    assert why in said.err
    assert said.out == ""
