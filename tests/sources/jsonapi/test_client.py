"""Login: probed once, never retried, in four ways; and where JSON:API is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from altsync.config import parse
from altsync.errors import (
    AltsyncError,
    BadAnswer,
    ConfigError,
    LeftOut,
    LoginFailed,
    NotThere,
    SourceError,
)
from altsync.manual import SITE
from altsync.sources import open_source
from altsync.sources.jsonapi import JsonapiSource
from tests.doubles.drupal import DemoDrupal
from tests.sources.jsonapi.world import listed, send, source_of


@pytest.mark.parametrize("login", ["cookie", "basic"])
def test_a_wrong_password_is_recognised_and_tried_once(
    site: DemoDrupal, login: str
) -> None:
    site.add_media("")
    source = source_of(site, login=login, secret="wrong")
    for _ in range(10):
        with pytest.raises(
            LoginFailed,
            match=r"answers as if nobody were logged in.*/drupal\.html#login",
        ):
            source.check()
        with pytest.raises(LoginFailed):
            list(source.listing())
    assert (
        sum(site.site.users.failures.values())
        + sum(site.site.users.login_failures.values())
        == 1
    )


@pytest.mark.parametrize("login", ["cookie", "basic"])
def test_many_threads_with_a_wrong_password_try_once(
    site: DemoDrupal, login: str
) -> None:
    source = source_of(site, login=login, secret="wrong")

    def attempt(_: int) -> type[Exception]:
        with pytest.raises(AltsyncError) as error:
            source.check()
        return error.type

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(attempt, range(16))) == {LoginFailed}
    assert (
        sum(site.site.users.failures.values())
        + sum(site.site.users.login_failures.values())
        == 1
    )


@pytest.mark.parametrize("uid_only", [False, True])
def test_a_locked_account_is_said(site: DemoDrupal, uid_only: bool) -> None:
    """Core speaks of the IP address there, unless it is set otherwise: it was called a
    lock of the address, of an hour."""
    site.site.users.login_failures["editor"] = 5
    site.site.users.uid_only = uid_only
    with pytest.raises(
        LoginFailed,
        match=r"locked the account `editor`.*six hours.*drupal\.html#locked",
    ):
        source_of(site).check()


def test_a_locked_address_is_said(site: DemoDrupal) -> None:
    site.site.users.login_failures["somebody"] = 50
    with pytest.raises(LoginFailed, match=r"nobody log in.*address for an hour.*flood"):
        source_of(site).check()


def test_a_flooded_basic_login_is_recognised_with_the_right_password(
    site: DemoDrupal,
) -> None:
    site.site.users.failures["editor"] = 5
    with pytest.raises(LoginFailed, match="blocked or locked"):
        source_of(site, login="basic").check()


def test_a_blocked_account_is_recognised(site: DemoDrupal) -> None:
    for login, said in ("cookie", "account `blocked` is blocked"), ("basic", "blocked"):
        with pytest.raises(LoginFailed, match=said):
            source_of(
                site, login=login, user="blocked", secret="blocked-lab-pass"
            ).check()


def test_a_good_login_costs_one_probe(site: DemoDrupal) -> None:
    source = source_of(site, login="basic")
    source.check()
    assert [(seen.method, seen.path) for seen in site.ledger] == [("GET", "/jsonapi")]


@pytest.mark.parametrize("login", ["cookie", "basic", "bearer", "header"])
def test_every_way_of_login_writes(site: DemoDrupal, login: str) -> None:
    entity = site.add_media("")
    site.site.users.tokens["good-token"] = "editor"
    site.site.users.keys["Api-Key", "good-token"] = "editor"
    secret = "good-token" if login in ("bearer", "header") else "editor-lab-pass"
    source = source_of(site, login=login, secret=secret, header="Api-Key")
    (image,) = listed(source).values()
    send(source, image, alt="new")
    assert site.alt(entity) == "new"
    assert {seen.user for seen in site.requests("PATCH")} == {"editor"}


@pytest.mark.parametrize("login", ["bearer", "header"])
def test_a_wrong_token_is_recognised(site: DemoDrupal, login: str) -> None:
    source = source_of(site, login=login, secret="bad-token", header="Api-Key")
    with pytest.raises(LoginFailed, match=r"the token is wrong.*/drupal\.html#tokens"):
        source.check()


def test_a_password_in_any_script(site: DemoDrupal) -> None:
    site.state.users["editor"].password = "pässwörd 日本"
    for login in ("cookie", "basic"):
        source_of(site, login=login, secret="pässwörd 日本").check()


def test_no_json_api_says_what_to_do(site: DemoDrupal) -> None:
    source = source_of(site, prefix="/nowhere", login="basic")
    with pytest.raises(
        NotThere, match=r"no JSON:API at .*/nowhere.*/drupal\.html#json-api"
    ):
        source.check()


def test_a_page_that_is_no_json_api(site: DemoDrupal) -> None:
    site.trouble(200, times=9, methods=("GET",), body=b'{"hello": 1}')
    with pytest.raises(BadAnswer, match="not as JSON:API does"):
        source_of(site, login="basic").check()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"user": ""}, "jsonapi.user is empty"),
        ({"login": "header", "secret": "x", "header": ""}, "jsonapi.header is empty"),
        ({"secret": None}, "No password or token is set"),
        ({"login": "bearer", "secret": None}, "ALTSYNC_TOKEN"),
    ],
)
def test_settings_that_cannot_work(
    site: DemoDrupal, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises((ConfigError, LoginFailed), match=words):
        source_of(site, **settings)


def test_the_configuration_opens_it(
    site: DemoDrupal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALTSYNC_PASSWORD", "editor-lab-pass")
    site.add_media("words")
    config = parse(
        f'[site]\nurl = "{site.url}"\nsource = "jsonapi"\n[jsonapi]\n'
        'fields = ["media--image.field_media_image"]\nuser = "editor"\n'
    )
    source = open_source(config)
    source.check()
    assert [item.id for item in source.listing() if not isinstance(item, str)] == [
        "media--image.field_media_image/1.en.1"
    ]
    source.close()


def test_a_site_that_does_not_tell_its_language(site: DemoDrupal) -> None:
    entity = site.add_media("words")
    site.translate(entity, "nl", "woorden")
    site.switches.content_language = False
    source = source_of(site, languages=("en", "nl"))
    assert [image.alt for image in listed(source).values()] == ["words", "woorden"]


def test_an_image_of_a_field_that_is_configured_no_more(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    site.add_media("words")
    (image,) = listed(source).values()
    other = source_of(site, fields=("node--article.field_image",))
    with pytest.raises(LeftOut, match=r"altsync\.toml leaves media--image.* out"):
        other.fresh([image])
    with pytest.raises(LeftOut, match="leaves `media--image` out"):
        other.read(image.id)
    assert other.leaves_out(image.album, "en")
    assert not source.leaves_out(image.album, "en")
    assert not source.leaves_out(image.album, None)
    dutch = source_of(site, languages=("nl",))
    assert [dutch.leaves_out(image.album, code) for code in ("en", "nl", None)] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "image_id",
    ["a/b", "media--image.field_media_image/1", "media--image.x/9.en.9", "x"],
)
def test_ids_that_are_none(
    site: DemoDrupal, source: JsonapiSource, image_id: str
) -> None:
    site.add_media("words")
    with pytest.raises(SourceError):
        source.read(image_id)


def test_probe_tells_of_read_only_and_of_no_login(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    site.add_media("words")
    site.add_article("Story", [""])
    assert all(note.ok for note in source.probe())
    before = site.everything()
    site.switches.read_only = True
    assert [note.sentence for note in source.probe() if not note.ok] == [
        f"JSON:API is read-only here. Switch writing on. See {SITE}how-to/drupal.html#read-only."
    ]
    anonymous = source_of(site, login="none", secret=None)
    assert any(
        "No login is configured" in note.sentence
        for note in anonymous.probe()
        if not note.ok
    )
    assert site.everything() == before
