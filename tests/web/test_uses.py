"""Images in texts on the pages: where they stand, and the places of one picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from altsync.config import Config, parse
from altsync.models import NewCandidate, Origin, Scope, Verdict
from altsync.store import candidates
from altsync.store.store import Store
from altsync.web.pages import uses
from tests.in_texts import (
    ALONE,
    EVERY,
    LINKED,
    MEDIUM,
    OVERRIDE,
    PLAIN,
    SITE,
    TWICE,
    embed,
    fill,
)
from tests.web.client import Browser
from tests.web.test_pages import text_of

NEAR = "leave at noon. [the image] Come early"


@pytest.fixture
def site(tmp_path: Path) -> Config:
    toml = f'[site]\nurl = "{SITE}"\nsource = "memory"\n[review]\nactors = ["anna"]\n'
    config = parse(toml, tmp_path / "altsync.toml")
    with Store.open(config.database, create=True) as store:
        store.claim(SITE, "memory")
        fill(store, *EVERY, embed(12, medium="media--image/gone"))
    return config


def test_the_list_leads_to_the_places_of_a_picture(site: Config) -> None:
    anna = Browser(site)
    page = anna.get("/-/altsync/uses").text
    assert "1 picture stands in several places" in text_of(page)
    assert f'href="/-/altsync/uses?image={MEDIUM.id.replace("/", "%2F")}"' in page
    text = text_of(anna.get(f"/-/altsync/uses?image={LINKED.id}").text)
    for said in (
        "6 images of one picture, at 5 places",
        f"Page 7 the one that you asked for {LINKED.id} inherits in body",
        "Its medium says A ferry at the pier.",
        "It is a link to https://example.org/tickets , with the words “Tickets”",
        "2 embeds show this text.",
        f"Page 10 {TWICE.id} human in body, 2 of 2 with this picture",
        "nothing: the medium has no text, or is no image of the mirror",
        NEAR,
    ):
        assert said in text, said


def test_what_the_site_says_is_no_markup_and_opens_no_door(site: Config) -> None:
    anna = Browser(site)
    for path in (
        f"/-/altsync/uses?image={TWICE.id}",
        f"/-/altsync/image?id={TWICE.id}",
        f"/-/altsync/review?image={TWICE.id}",
    ):
        page = anna.get(path).text
        assert "<b onclick" not in page
        assert "&lt;b onclick=" in page or "&#34;x&#34;&gt;*b*" in page
        assert "\u202e" not in page
        assert "token=secret" not in text_of(page)


def test_few_of_what_stands_everywhere_are_shown(
    site: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uses, "IMAGES", 2)
    anna = Browser(site)
    text = text_of(anna.get(f"/-/altsync/uses?image={MEDIUM.id}").text)
    assert "and 4 further images" in text
    monkeypatch.setattr(uses, "SIZE", 1)
    with Store.open(site.database) as store:
        fill(store, *(replace(ALONE, id=f"a/{n}", file="f") for n in range(2)))
    assert "Page 1 of 2 Next" in text_of(anna.get("/-/altsync/uses").text)
    further = text_of(anna.get("/-/altsync/uses?page=2").text)
    assert "Previous Page 2 of 2" in further
    assert "a/0" in further


def test_none_and_an_unknown_one(site: Config) -> None:
    anna = Browser(site)
    gone = anna.get("/-/altsync/uses?image=no/such")
    assert gone.status_code == 404
    assert "There is no image no/such" in text_of(gone.text)
    alone = text_of(anna.get(f"/-/altsync/uses?image={ALONE.id}").text)
    assert "1 image of one picture, at 1 place." in alone
    assert "No place of it is known." in alone


def test_an_empty_mirror_has_none(tmp_path: Path) -> None:
    config = parse(
        f'[site]\nurl = "{SITE}"\nsource = "memory"\n', tmp_path / "altsync.toml"
    )
    with Store.open(config.database, create=True) as store:
        store.claim(SITE, "memory")
        fill(store, ALONE)
    text = text_of(Browser(config).get("/-/altsync/uses").text)
    assert "None is known" in text


def test_the_review_shows_where_it_stands_and_what_is_heard_there(
    site: Config,
) -> None:
    anna = Browser(site)
    page = anna.get(f"/-/altsync/review?image={LINKED.id}")
    text = text_of(page.text)
    for said in (
        "In the text body of Page 7",
        "none of its own: its medium's is shown, A ferry at the pier.",
        "A screen reader says: “link, graphic, A ferry at the pier. , Tickets ”",
        f"altsync generate {LINKED.id} --use",
        "for this place alone",
        "All places of this picture",
        "Boats of page 7 leave at noon. [the image] Bring cash.",
    ):
        assert said in text, said
    assert '<details class="why" open><summary>The words around it' in page.text
    lone = text_of(anna.get(f"/-/altsync/review?image={embed(12).id}").text)
    assert "its medium has none, or is no image of the mirror" in lone
    assert "reads out the file name: “ferry.jpg, graphic”" in lone
    history = text_of(anna.get(f"/-/altsync/image?id={TWICE.id}").text)
    assert "In the text body, 2 of 2 with this picture of Page 10" in history


def test_the_audit_the_grid_and_the_overview(site: Config) -> None:
    with Store.open(site.database) as store, store.write() as tx:
        for image in (OVERRIDE, PLAIN):
            proposed = NewCandidate(image.id, image.alt, "Tickets", Origin.AI)
            one = candidates.add(tx, proposed)
            candidates.judge(tx, one, Verdict.APPROVED, "anna", Scope.ONE)
    anna = Browser(site)
    changes = text_of(anna.get("/-/altsync/audit").text)
    assert "Now none: its medium's own is shown Then Tickets" in changes
    text = text_of(anna.get("/-/altsync/audit?kind=refused").text)
    assert f"{OVERRIDE.id} Page 9 In body, a link to {SITE}/tickets?token=…" in text
    assert "“Boats of page 9 leave at noon. [the image] Bring cash.”" in text
    grid = text_of(anna.get("/-/altsync/grid?state=human").text)
    assert NEAR in grid
    assert "its medium's text" in text_of(
        anna.get("/-/altsync/grid?state=inherits").text
    )
    overview = text_of(anna.get("/-/altsync").text)
    assert "node--page.body in texts" in overview
    assert "Shows its medium's text 2" in overview
    assert "Pictures that stand in several places" in overview
