"""What `altsync init URL` finds out, and the file it writes."""

from __future__ import annotations

from typing import Any

import pytest

from altsync.config import parse
from altsync.errors import LoginFailed, NotThere
from altsync.sources import open_source
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.discover import discover, find
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


def test_fields_are_found_by_looking_without_the_settings(filled: DemoDrupal) -> None:
    found = look(filled)
    assert [(f.id, f.many, f.count, f.sampled) for f in found.fields] == [
        ("media--image.field_media_image", False, 7, True),
        ("node--article.field_gallery", True, 1, True),
        ("node--article.field_image", False, 1, True),
    ]
    assert any("empty on the first 50 items" in note.sentence for note in found.notes)


def test_where_files_cannot_be_filtered_all_items_are_counted(
    filled: DemoDrupal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.doubles.drupal import query

    test = query._test

    def guarded(condition: Any, *more: Any) -> Any:
        return (
            (lambda *_: False)
            if condition.path.endswith(".id")
            else test(condition, *more)
        )

    monkeypatch.setattr(query, "_test", guarded)
    assert [(f.name, f.count) for f in look(filled).fields] == [
        ("field_media_image", 7),
        ("field_gallery", 2),
        ("field_image", 2),
    ]


def test_an_administrator_gets_them_from_the_settings(filled: DemoDrupal) -> None:
    found = look(filled, user="admin")
    assert {f.id for f in found.fields if not f.sampled} == {
        "media--image.field_media_image",
        "node--article.field_gallery",
        "node--article.field_image",
    }
    assert not any(f.sampled for f in found.fields)
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


def test_a_site_without_it_is_told_what_to_install() -> None:
    with (
        DemoDrupal(state=state(), prefix="/hidden") as site,
        pytest.raises(
            NotThere, match=r"tried /jsonapi, /api.*docs/drupal\.md#json-api"
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


def test_the_file_of_an_empty_site_is_valid() -> None:
    with DemoDrupal(state=state()) as site:
        assert parse(config_toml(look(site))).table(JsonapiConfig).fields == ()


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 16, 17, 63, 65])
def test_counting_by_halves(site: DemoDrupal, n: int) -> None:
    for _ in range(n):
        site.add_media("words")
    client = Client(site.url, JsonapiConfig(login="none"), patience=QUICK)
    client.ready()
    assert count(client, "media--image", "field_media_image") == n
    assert len(site.requests("GET", "/media/image")) <= 14
