"""Changing altsync.toml is no change of the site: neither in what pull says, nor in
histories, nor between moments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from altsync.store import history, pulls
from altsync.store.store import Store
from tests.cli.conftest import Owner, Typed
from tests.doubles.drupal import DemoDrupal
from tests.sources.jsonapi.world import MEDIA, state

LABEL = 'label = { field = "verified", ai = 0, human = 1 }'
DEEP = "space/deep-field"


def configure(owner: Owner, label: str) -> None:
    toml = (owner.directory / "altsync.toml").read_text("utf-8")
    kept = [one for one in toml.splitlines() if not one.startswith("label")]
    kept.insert(kept.index("[album]") + 1, label)
    (owner.directory / "altsync.toml").write_text("\n".join(kept) + "\n")


def events(directory: Path) -> dict[str, list[str]]:
    """Image -> the kinds of what happened to it."""
    found: dict[str, list[str]] = {}
    with Store.open(directory / "data/altsync.db") as store, store.read() as conn:
        for event in history.events(conn):
            found.setdefault(event.image or "", []).append(event.kind)
    return found


def moved(owner: Owner, *moments: str) -> int:
    """Images that the site changed between two moments."""
    ran = owner.run("diff", *moments, "--json")
    return len(json.loads(ran.out)["changes"])


def test_a_label_that_is_named_later_changes_nothing_on_the_site(
    mirrored: Owner,
) -> None:
    since = mirrored.rows("SELECT max(finished_at) FROM pulls")[0][0]
    configure(mirrored, "")
    ran = mirrored.run("pull")
    assert "13 images listed; nothing changed on the site." in ran.out
    assert "by altsync.toml (label): that is no change of the site." in ran.out
    before = {row[0]: row for row in mirrored.rows("SELECT id, label FROM images")}
    configure(mirrored, LABEL)
    ran = mirrored.run("pull")
    assert "nothing changed on the site." in ran.out
    assert "read otherwise than before, by altsync.toml (label)" in ran.out
    after = {row[0]: row for row in mirrored.rows("SELECT id, label FROM images")}
    labelled = [one for one in after if after[one] != before[one]]
    assert labelled
    for kinds in events(mirrored.directory).values():
        assert "edited" not in kinds
    shown = mirrored.run("log", labelled[0]).out
    assert "read otherwise" in shown
    assert "edited on the site" not in shown
    assert moved(mirrored, "--from", since) == 0
    mirrored.site.edit(DEEP, alt="A person's words.")
    assert "1 changed." in mirrored.run("pull").out
    assert events(mirrored.directory)[DEEP][-1] == "edited"
    assert moved(mirrored, "--from", since) == 1
    assert "otherwise" not in mirrored.run("pull").out


def test_other_values_of_the_label_are_read_and_whose_the_texts_are_follows(
    mirrored: Owner,
) -> None:
    configure(mirrored, 'label = { field = "verified", ai = 1, human = 0 }')
    ran = mirrored.run("pull")
    assert "nothing changed on the site." in ran.out
    assert "images read otherwise" in ran.out
    assert mirrored.rows("SELECT changed FROM pulls ORDER BY id DESC LIMIT 1") == [(0,)]


def test_a_label_that_is_named_before_a_push_is_heard_though_no_pull_has_read_it(
    owner: Owner,
) -> None:
    owner.init()
    configure(owner, "")
    owner.run("pull")
    owner.run("generate", DEEP)
    owner.run("approve", DEEP, "--by", "ann")
    configure(owner, LABEL)
    owner.site.edit(DEEP, verified=1)
    owner.site.forget()
    ran = owner.run("push", "--yes", code=4)
    assert 'label now says "human": somebody vouches for that text' in ran.out + ran.err
    assert not owner.site.requests("PATCH")
    owner.site.edit(DEEP, verified=0)
    owner.run("push", "--yes")


DRUPAL = """
[site]
url = "{url}"
source = "jsonapi"
[jsonapi]
user = "editor"
texts = false
fields = ["{field}"]
{more}
"""
SAID = 'label = {{ field = "field_alt_source", ai = "{}", human = "{}" }}'


@pytest.fixture
def typed_drupal(typed: Typed) -> Any:
    with DemoDrupal(state=state()) as running:
        for number in range(3):
            running.add_media(f"words {number}", label="ai")
        yield running


def test_settings_of_a_drupal_ask_for_the_whole_site_once_and_change_nothing(
    typed: Typed, typed_drupal: DemoDrupal
) -> None:
    def reads(more: str = "") -> None:
        toml = DRUPAL.format(url=typed_drupal.url, field=MEDIA, more=more)
        (typed.directory / "altsync.toml").write_text(toml)

    reads()
    code, said = typed.run("pull")
    assert (code, "3 new" in said) == (0, True), said
    assert "images listed; nothing" not in said
    reads(SAID.format("ai", "human"))
    code, said = typed.run("pull")
    assert "3 images listed; nothing changed on the site." in said, "not only the news"
    assert "3 images read otherwise than before, by altsync.toml (label)" in said
    _, said = typed.run("pull")
    assert "0 images listed; nothing changed on the site." in said, "the news again"
    reads(SAID.format("human", "ai"))
    _, said = typed.run("pull")
    assert "3 images listed; nothing changed on the site." in said
    reads(SAID.format("human", "ai") + '\nlong_description = "field_caption"')
    _, said = typed.run("pull")
    assert "3 images listed; nothing changed on the site." in said
    kinds = {kind for each in events(typed.directory).values() for kind in each}
    assert kinds == {"pull", "pulled", "reread"}
    with (
        Store.open(typed.directory / "data/altsync.db") as store,
        store.read() as conn,
    ):
        assert "editor" not in "".join(pulls.readings(conn))


@pytest.mark.parametrize("stored", ["written otherwise", "as it is"])
def test_the_same_site_is_known_however_its_address_is_written(
    mirrored: Owner, stored: str
) -> None:
    toml = mirrored.directory / "altsync.toml"
    plain = mirrored.site.url
    otherwise = plain.replace("http://", "HTTP://") + "/"
    mirrored.run("export", "out")
    if stored == "written otherwise":
        mirrored.run("status")
        database = mirrored.directory / "data/altsync.db"
        with Store.open(database) as store, store.write() as tx:
            tx.execute("UPDATE site SET url = ?", (otherwise,))
    else:
        toml.write_text(toml.read_text().replace(f'"{plain}"', f'"{otherwise}"'))
    ran = mirrored.run("pull")
    assert "13 images listed; nothing changed on the site." in ran.out
    mirrored.run("diff", "--from", "out")
    mirrored.run("import", "out")
    mirrored.run("status")


def test_this_machine_needs_no_scheme_where_an_address_is_typed(
    mirrored: Owner,
) -> None:
    here = mirrored.site.url.removeprefix("http://")
    assert "1 page" in mirrored.run("pages", f"{here}/album/space/deep-field").out
    picture = mirrored.site.pixels.format(album="space", image="deep-field")
    args = ("caption", picture.removeprefix("http://"), "-m", "altsync-demo")
    assert mirrored.run(*args).out.strip()
    (mirrored.directory / "localhost").mkdir()
    ran = mirrored.run("pages", "localhost", code=2)
    assert "There is no page below localhost" in ran.err, "a directory that is there"
