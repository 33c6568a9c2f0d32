"""What `altsync init URL` finds out, and the file it writes."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from altsync.config import parse
from altsync.errors import LoginFailed, NotThere
from altsync.sources import open_source
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.discover import discover, find
from altsync.sources.jsonapi.fields import MOST_QUESTIONS, FieldSearch
from altsync.sources.jsonapi.found import Discovery
from altsync.sources.jsonapi.probe import count
from altsync.sources.jsonapi.toml import config_toml
from altsync.sources.kinds import JsonapiConfig
from tests.doubles.drupal import DemoDrupal
from tests.sources.jsonapi.world import QUICK, state


def look(site: DemoDrupal, url: str = "", **config: Any) -> Discovery:
    given: dict[str, Any] = {"login": "basic", "user": "editor"} | config
    secret = None if given["login"] == "none" else f"{given['user']}-lab-pass"
    return discover(
        url or site.url, JsonapiConfig(**given), secret=secret, patience=QUICK
    )


@pytest.fixture
def filled(site: DemoDrupal) -> DemoDrupal:
    for n in range(7):
        site.add_media("words" if n else None, label="human" if n else None)
    site.translate(site.entity("media--image", 1), "nl", "woorden")
    site.add_article("Story", ["a", None, ""])
    site.add_article("No picture", [])
    site.entity("node--article", 2).translations["en"].relationships["field_image"] = (
        None
    )
    return site


def test_fields_are_found_without_the_settings(filled: DemoDrupal) -> None:
    found = look(filled)
    assert [(f.id, f.many, f.count, f.items) for f in found.fields] == [
        ("media--image.field_media_image", False, 7, None),
        ("node--article.field_gallery", True, 1, None),
        ("node--article.field_image", False, 1, None),
    ]


def test_a_field_that_nobody_has_filled_is_found(site: DemoDrupal) -> None:
    for n in range(60):
        page = site.add_article(f"Story {n}", [])
        page.translations["en"].relationships["field_image"] = None
    found = look(site)
    assert {f.id: (f.count, f.looked_at, f.items) for f in found.fields} == {
        "media--image.field_media_image": (0, 0, None),
        "node--article.field_gallery": (0, 50, 60),
        "node--article.field_image": (0, 50, 60),
    }
    many = {f.name: f.many for f in found.fields}
    assert (many["field_gallery"], many["field_image"]) == (True, False)


def test_a_field_whose_files_were_all_deleted_is_found(site: DemoDrupal) -> None:
    site.delete_file(site.add_media("words"))
    (field,) = [f for f in look(site).fields if f.kind == "media--image"]
    assert field.id == "media--image.field_media_image"


def test_every_type_is_looked_at_also_without_bundles(site: DemoDrupal) -> None:
    page = site.add_page("A page")
    site.add_paragraph("words", parent=page)
    site.add_paragraph(["a", "b"], parent=page, kind="paragraph--pictures")
    site.add_block("words")
    site.add_term("words")
    site.add_user("a face", name="editor")
    site.add_comment("words", on=page)
    site.add_custom("words")
    seen = {f.id: f.count for f in look(site).fields if f.looked_at}
    assert seen == {
        "block_content--picture_block.field_block_image": 1,
        "comment--comment.field_comment_image": 1,
        "exhibit--exhibit.picture": 1,
        "paragraph--picture_text.field_picture": 1,
        "paragraph--pictures.field_pictures": 1,
        "taxonomy_term--tags.field_term_image": 1,
        "user--user.user_picture": 1,
    }


def test_more_than_a_page_is_counted_with_what_filters_hide(site: DemoDrupal) -> None:
    page = site.add_page("A page")
    for _ in range(90):
        site.add_paragraph("words", parent=page)
    (field,) = [f for f in look(site).fields if f.kind.startswith("paragraph--")]
    assert (field.count, field.looked_at, field.items) == (50, 50, 90)
    assert field.described == (
        "50 of the first 50 items with an image, one each; 90 in all"
    )


def test_a_page_full_of_hidden_items_hides_no_field(site: DemoDrupal) -> None:
    for _ in range(50):
        site.add_media("words", status=False)
    site.add_media("words")
    (field,) = [f for f in look(site, user="viewer").fields if f.looked_at]
    assert (field.id, field.count) == ("media--image.field_media_image", 1)


def test_a_type_that_shows_nothing_is_asked_for_the_names_of_its_like(
    site: DemoDrupal,
) -> None:
    site.add_media("words")
    kind = site.state.types["media--image"]
    site.state.types["media--photo"] = dataclasses.replace(kind, name="media--photo")
    found = look(site)
    (photo,) = [f for f in found.fields if f.kind == "media--photo"]
    assert photo.described == "no item to be seen yet"
    (note,) = [n for n in found.notes if "is to be seen" in n.sentence]
    assert "media--audio" in note.sentence
    assert "media--photo" not in note.sentence


def test_no_type_is_asked_more_than_twice_for_each_field_it_may_have(
    site: DemoDrupal,
) -> None:
    for kind in ("media--image", "node--article"):
        for number in range(30):
            name = f"{kind.partition('--')[0]}--kind{number}"
            site.state.types[name] = dataclasses.replace(
                site.state.types[kind], name=name
            )
    client = Client(site.url, JsonapiConfig(login="none"), patience=QUICK)
    client.ready()
    before = len(site.ledger)
    search = FieldSearch(client)
    assert len(search.run()) == 31 + 31  # no gallery: nothing shows its name
    assert len(site.ledger) - before <= 2 * search.types + MOST_QUESTIONS


def test_what_an_administrator_reads_in_the_settings_counts(filled: DemoDrupal) -> None:
    settings = filled.state.others["field_config--field_config"]
    settings[1]["attributes"]["settings"]["alt_field"] = False
    found = look(filled, user="admin")
    assert {f.id: f.alt for f in found.fields} == {
        "media--image.field_media_image": True,
        "node--article.field_gallery": True,
        "node--article.field_image": False,
    }
    assert [f.many for f in found.fields] == [False, True, False]


def test_languages_that_answer_are_named_the_default_first(filled: DemoDrupal) -> None:
    assert look(filled).languages == ("en", "de", "nl")


def test_the_label_field_is_guessed(filled: DemoDrupal) -> None:
    found = look(filled)
    assert [label.field for label in found.labels] == [
        "field_alt_source",
        "field_alt_reviewed",
    ]


def test_writes_are_asked_for_without_writing(filled: DemoDrupal) -> None:
    before = filled.everything()
    assert look(filled).writes is True
    filled.switches.read_only = True
    found = look(filled)
    assert found.writes is False
    (note,) = [n for n in found.notes if not n.ok]
    assert "/admin/config/services/jsonapi" in note.sentence
    assert filled.everything() == before


@pytest.mark.parametrize("login", ["cookie", "basic"])
def test_a_wrong_login_is_said_and_tried_once(filled: DemoDrupal, login: str) -> None:
    filled.state.users["editor"].password = "another"
    with pytest.raises(LoginFailed):
        look(filled, login=login)
    users = filled.site.users
    assert sum(users.failures.values()) + sum(users.login_failures.values()) == 1


def test_without_a_login_it_says_so(filled: DemoDrupal) -> None:
    found = look(filled, login="none", user="")
    assert not found.logged_in
    assert any("Not logged in" in note.sentence for note in found.notes if not note.ok)
    assert found.fields


@pytest.mark.parametrize(
    ("prefix", "base_path"),
    [("/api", ""), ("/jsonapi", "/sub/drupal"), ("/odd/path", "/sub")],
)
def test_json_api_is_found_under_a_sub_path_or_another_prefix(
    prefix: str, base_path: str
) -> None:
    with DemoDrupal(state=state(), prefix=prefix, base_path=base_path) as site:
        site.add_media("words")
        asked = prefix if prefix == "/odd/path" else "/jsonapi"
        assert find(site.url, JsonapiConfig(prefix=asked), patience=QUICK) == (
            site.url,
            prefix,
        )
        found = look(site, prefix=asked)
        assert found.config.prefix == prefix
        assert found.fields[0].count == 1


def test_the_address_of_json_api_itself_will_do(filled: DemoDrupal) -> None:
    assert find(filled.url + "/jsonapi", JsonapiConfig(), patience=QUICK) == (
        filled.url,
        "/jsonapi",
    )
    assert find(filled.url + "/jsonapi/", JsonapiConfig(), patience=QUICK) == (
        filled.url,
        "/jsonapi",
    )
    assert find(filled.url + "/nl", JsonapiConfig(), patience=QUICK) == (
        filled.url,
        "/jsonapi",
    )
    assert find(filled.url + "/some/page", JsonapiConfig(), patience=QUICK) == (
        filled.url,
        "/jsonapi",
    )


@pytest.mark.parametrize("base_path", ["", "/sub/drupal"])
def test_the_whole_address_of_a_path_with_several_parts_is_parted_where_the_site_ends(
    base_path: str,
) -> None:
    with DemoDrupal(state=state(), prefix="/api/v1", base_path=base_path) as site:
        site.add_media("words")
        there = (site.url, "/api/v1")
        for address in ("/api/v1", "/nl/api/v1"):
            assert find(site.url + address, JsonapiConfig(), patience=QUICK) == there
        found = discover(
            f"{site.url}/api/v1",
            user="editor",
            secret="editor-lab-pass",
            patience=QUICK,
        )
    assert (found.url, found.config.prefix) == there
    assert found.writes


def test_a_site_without_it_is_told_what_to_install() -> None:
    with (
        DemoDrupal(state=state(), prefix="/hidden") as site,
        pytest.raises(
            NotThere, match=r"/jsonapi: 404, /api: 404.*/drupal\.html#json-api"
        ),
    ):
        find(site.url, JsonapiConfig(), patience=QUICK)


def test_the_file_it_writes_works(
    filled: DemoDrupal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALTSYNC_PASSWORD", "editor-lab-pass")
    text = config_toml(look(filled))
    assert "editor-lab-pass" not in text
    config = parse(text)
    assert config.table(JsonapiConfig).fields == (
        "media--image.field_media_image",
        "node--article.field_gallery",
        "node--article.field_image",
    )
    assert config.table(JsonapiConfig).languages == ("en", "de", "nl")
    assert config.label is not None
    assert (config.label.field, config.label.ai, config.label.human) == (
        "field_alt_source",
        "ai",
        "human",
    )
    source = open_source(config)
    assert len(list(source.listing())) == 7 + 1 + 4
    source.close()


def test_the_file_of_an_empty_site_names_the_fields_that_it_has() -> None:
    with DemoDrupal(state=state()) as site:
        config = parse(config_toml(look(site))).table(JsonapiConfig)
        assert config.fields == (
            "media--image.field_media_image",
            "node--article.field_image",
        )


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 16, 17, 63, 65])
def test_counting_by_halves(site: DemoDrupal, n: int) -> None:
    for _ in range(n):
        site.add_media("words")
    client = Client(site.url, JsonapiConfig(login="none"), patience=QUICK)
    client.ready()
    assert count(client, "media--image", "field_media_image") == n
    assert len(site.requests("GET", "/media/image")) <= 14
