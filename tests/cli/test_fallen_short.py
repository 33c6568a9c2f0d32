"""A pull that did not see the whole site is not called done: both kinds of source, every
form of an inventory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Owner, Typed
from tests.cli.printed import document
from tests.doubles.drupal import DemoDrupal
from tests.sources.jsonapi.world import MEDIA, PASSWORD, state

TOML = """
[site]
url = "{site.url}"
[album]
inventory = [{inventory}]
pixels = "{site.pixels}"
"""
DRUPAL = """
[site]
url = "{site.url}"
source = "jsonapi"
[jsonapi]
login = "{login}"
fields = ["{field}"]
texts = false
languages = ["en", "de", "nl"]
"""


def lists(owner: Owner, *inventory: str) -> None:
    """altsync.toml, with these inventories."""
    named = ", ".join(map(json.dumps, inventory))
    toml = TOML.format(site=owner.site, inventory=named)
    (owner.directory / "altsync.toml").write_text(toml)


def write(owner: Owner, name: str, text: str) -> str:
    path = owner.directory / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return name


@pytest.mark.parametrize(
    ("inventory", "why"),
    [
        ("nosuch.txt", "there is no such file or directory. Check album.inventory"),
        ("empty.txt", "it names no image"),
        ("empty/", "it names no image"),
        ("empty.xml", "empty.xml: "),
        ("{site.url}/nosuch.xml", "nosuch.xml (404)"),
        ("{site.url}/nosuch.json", "nosuch.json (404)"),
        ("http://127.0.0.1:9/list.json", "No answer from"),
        ("nonsense.txt", "an entry is not of the form album/image"),
        ("", "album.inventory names nothing"),
    ],
)
def test_an_inventory_without_an_image_is_not_done(
    owner: Owner, inventory: str, why: str
) -> None:
    write(owner, "empty.txt", "# nothing\n")
    write(owner, "empty.xml", "<urlset></urlset>")
    write(owner, "empty/note.txt", "no picture")
    write(owner, "nonsense.txt", "one\ntwo\n")
    lists(owner, *filter(None, [inventory.format(site=owner.site)]))
    ran = owner.run("pull", code=5)
    assert why in ran.err
    assert "No image was listed; the mirror stays as it was." in ran.out
    assert "so this pull brought nothing. Why stands above. Mend that" in ran.err
    assert "no images yet" in ran.out
    assert "%" not in ran.out
    assert "no images yet" in owner.run("status").out
    assert "no images yet" in owner.run("coverage").out


def test_nothing_that_was_mirrored_is_gone_by_a_list_that_is_not_there(
    mirrored: Owner,
) -> None:
    for inventory in ("nosuch.txt", f"{mirrored.site.url}/nosuch.json"):
        lists(mirrored, inventory)
        ran = mirrored.run("pull", code=5)
        assert "so no image was marked gone:" in ran.err
        assert "13 images, last pull" in ran.out
    assert mirrored.rows("SELECT count(gone_at), count(out_of_reach) FROM images") == [
        (0, 0)
    ]


def test_one_of_two_lists_that_fails_is_named_and_the_other_is_mirrored(
    owner: Owner,
) -> None:
    write(owner, "good.txt", "\n".join(owner.site.ids[:3]))
    lists(owner, "good.txt", "nosuch.txt")
    ran = owner.run("pull", code=5)
    assert "3 images listed: 3 new." in ran.out
    assert "What nosuch.txt should list is not all known" in ran.err
    write(owner, "mostly.txt", "\n".join([owner.site.ids[0], "what", "that"]))
    lists(owner, "good.txt", "mostly.txt")
    assert "What mostly.txt should list" in owner.run("pull", code=5).err
    write(owner, "mostly.txt", "\n".join([owner.site.ids[0], "what"]))
    ran = owner.run("pull")
    assert "an entry is not of the form" in ran.err, "told, and done"


def test_over_half_unread_says_so_and_failures_lists_them(owner: Owner) -> None:
    owner.site.fail("status", status=404, every=2)
    write(owner, "all.txt", "\n".join([*owner.site.ids[:4], "a/1", "a/2", "a/3"]))
    lists(owner, "all.txt")
    ran = owner.run("pull", "--workers", "1", code=5)
    assert "of the 7 images listed could not be read: over half" in ran.err
    failing = owner.run("failures", "--json", code=3)
    failed = {one["image"] for one in document("failures", failing.out)}
    assert {"a/1", "a/2", "a/3"} < failed
    told = owner.run("failures", "--stage", "pull", code=3)
    assert "(404)" in told.out
    assert f"{len(failed)} images still fail." in told.err
    assert owner.run("failures", "--stage", "push").err == "Nothing fails.\n"
    assert f"{len(failed)} more images are listed" in owner.run("coverage").out
    owner.site.heal()
    ran = owner.run("pull", code=5)
    assert "3 images could not be read; the rest is mirrored" in ran.err
    assert "3 images still fail." in owner.run("failures", code=3).err
    write(owner, "all.txt", "\n".join(owner.site.ids[:4]))
    owner.run("pull")
    assert owner.run("failures").out == ""


@pytest.fixture
def drupal() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as running:
        yield running


def reads(typed: Typed, drupal: DemoDrupal, login: str = "none") -> None:
    toml = DRUPAL.format(site=drupal, login=login, field=MEDIA)
    (typed.directory / "altsync.toml").write_text(toml)


def test_a_drupal_that_has_no_image_is_done(typed: Typed, drupal: DemoDrupal) -> None:
    reads(typed, drupal)
    code, said = typed.run("pull")
    assert code == 0, said
    assert "The site answered, hides nothing from this login, and has no image." in said
    assert "no images yet" in said


def test_a_drupal_that_hides_all_is_not(
    typed: Typed, drupal: DemoDrupal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ALTSYNC_PASSWORD", PASSWORD)
    for number in range(3):
        drupal.add_media(f"words {number}", status=False)
    reads(typed, drupal)
    code, said = typed.run("pull")
    assert code == 5
    assert "hidden from this login" in said
    assert "so this pull brought nothing" in said
