"""Logins that end and are renewed, tokens that are fetched, front doors and challenge
pages: over real sockets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import (
    AltsyncError,
    Challenged,
    ConfigError,
    FrontDoor,
    GuardMoved,
    Hidden,
    LoginFailed,
    NotAllowed,
    Rejected,
)
from altsync.models import SiteImage
from altsync.planning import Plan, Request
from altsync.push import Push
from altsync.sources.base import Fresh
from altsync.sources.credentials import Basic
from altsync.sources.jsonapi import JsonapiSource, discover
from altsync.sources.kinds import JsonapiConfig
from altsync.store.store import Store
from tests.doubles.drupal import Challenge, Consumer, DemoDrupal, OAuth
from tests.doubles.drupal import FrontDoor as Door
from tests.doubles.drupal.oauth import Token
from tests.scene import Scene
from tests.sources.jsonapi.world import QUICK, listed, send, source_of, state

SECRET = "altsync-lab-secret"
OPEN = Basic("staging", "staging-lab-pass")


def hidden_media(site: DemoDrupal, number: int) -> None:
    """Items that only a login sees, after as many that everybody sees."""
    for _ in range(number):
        site.add_media("for all")
    for _ in range(number):
        site.add_media("for some", status=False)


def logins(site: DemoDrupal) -> int:
    return len(site.requests("POST", "/user/login"))


def tokens(site: DemoDrupal) -> int:
    return len(site.requests("POST", "/oauth/token"))


def by_token(site: DemoDrupal, **config: Any) -> JsonapiSource:
    given: dict[str, Any] = {"login": "oauth", "client": "altsync", "user": ""}
    return source_of(site, **(given | {"secret": SECRET} | config))


def write(source: JsonapiSource, fresh: Fresh, image: SiteImage) -> object:
    new = fresh.flats[image.id].copy()
    new["alt"] = "new"
    return source.write(fresh, {image.id: new}, "")


@dataclass
class Ending:
    """A gate that lets everything through, and ends all sessions at one PATCH."""

    site: DemoDrupal
    after: int
    done: bool = False

    def answer(self, method: str, path: str, headers: object) -> None:
        self.after -= method == "PATCH"
        if self.after <= 0 and not self.done:
            self.done = True
            self.site.end_sessions()

    def through(self, headers: Mapping[str, str]) -> dict[str, str]:
        return dict(headers)


# A session that ends


def test_a_session_that_ended_is_renewed_once_in_a_push(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entity = site.add_media("")
    (image,) = listed(source).values()
    site.end_sessions()
    send(source, image, alt="new")
    assert site.alt(entity) == "new"
    assert logins(site) == 2
    site.end_sessions()
    with pytest.raises(LoginFailed, match="ended a second time") as error:
        send(source, image, alt="newer")
    assert "password" not in str(error.value)
    assert site.alt(entity) == "new"
    with pytest.raises(LoginFailed, match="ended a second time"):
        source.check()
    assert logins(site) == 2


def test_a_session_that_ends_between_reading_and_writing(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entity = site.add_media("")
    (image,) = listed(source).values()
    fresh = source.fresh([image])
    site.end_sessions()
    write(source, fresh, image)
    assert site.alt(entity) == "new"
    assert [seen.status for seen in site.requests("PATCH")] == [403, 200]
    assert logins(site) == 2


def test_what_may_have_been_read_as_nobody_is_read_again(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    """Nothing told that the session had ended when the item was read."""
    entity = site.add_media("")
    (image,) = listed(source).values()
    site.switches.silent_ends = True
    site.end_sessions()
    fresh = source.fresh([image])
    with pytest.raises(GuardMoved, match="read while the login had ended"):
        write(source, fresh, image)
    assert site.alt(entity) == ""
    send(source, image, alt="new")
    assert site.alt(entity) == "new"
    assert logins(site) == 2


def test_a_refusal_to_nobody_is_none_where_another_thread_logged_in_again(
    site: DemoDrupal, source: JsonapiSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asked then was logged in, and the item was told to want a permission."""
    site.add_media("")
    (image,) = listed(source).values()
    client = source._client
    patch = client.patch

    def refused(*sent: Any) -> Any:
        try:
            return patch(*sent)
        except NotAllowed:
            assert not client.confirm()  # as another thread does meanwhile
            raise

    monkeypatch.setattr(client, "patch", refused)
    fresh = source.fresh([image])
    site.switches.silent_ends = True
    site.end_sessions()
    with pytest.raises(GuardMoved, match="read while the login had ended"):
        write(source, fresh, image)
    assert logins(site) == 2


def test_a_csrf_token_that_ended_is_renewed(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    """Drupal lets nobody log in who is logged in: the session is dropped first."""
    entity = site.add_media("")
    (image,) = listed(source).values()
    site.forget_tokens()
    send(source, image, alt="new")
    assert site.alt(entity) == "new"
    assert logins(site) == 2


def test_a_session_that_ended_is_no_wrong_password_but_one_is(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    site.add_media("")
    (image,) = listed(source).values()
    site.end_sessions()
    site.state.users["editor"].password = "another"
    for _ in range(3):
        with pytest.raises(LoginFailed, match=r"ended while .* logging in again"):
            send(source, image, alt="new")
    assert sum(site.site.users.login_failures.values()) == 1


def test_a_walk_reads_again_what_was_answered_to_nobody(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    hidden_media(site, 60)
    site.state.users["editor"].may |= {"administer media"}
    listing = source.listing()
    walk = iter(listing)
    found = [next(walk)]
    site.end_sessions()
    found += walk
    ids = {item.id for item in found if isinstance(item, SiteImage)}
    assert len(ids) == 120
    assert listing.complete
    assert not listing.hidden
    assert logins(site) == 2


def test_a_walk_that_was_silently_nobodys_is_partial(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    hidden_media(site, 60)
    site.state.users["editor"].may |= {"administer media"}
    site.switches.silent_ends = True
    listing = source.listing()
    walk = iter(listing)
    next(walk)
    site.end_sessions()
    with pytest.raises(LoginFailed, match="ended while media--image was read"):
        list(walk)
    assert not listing.complete
    assert len(listed(source)) == 120  # logged in again
    assert logins(site) == 2


@pytest.mark.parametrize("silent", [False, True])
def test_a_whole_push_goes_on_over_an_end_of_the_session(
    site: DemoDrupal, source: JsonapiSource, tmp_path: Path, silent: bool
) -> None:
    entities = [site.add_media("") for _ in range(12)]
    scene = Scene(source, Store.open(tmp_path / "altsync.db", create=True))
    scene.pull()
    for (image,) in scene.store.conn.execute("SELECT id FROM images").fetchall():
        scene.propose(image, f"Words for {image}")
    site.switches.silent_ends = silent
    ends = Ending(site, after=4)
    site.site.gates.append(ends)
    with Plan.of(scene.store, Request()) as plan:
        done = Push(scene.context, plan, pauses=()).run()
    scene.store.close()
    assert ends.done
    assert (done.applied, done.conflicts, done.failed) == (12, 0, 0)
    assert all(site.alt(entity) for entity in entities)
    assert logins(site) == 2


def test_a_whole_push_stops_at_the_second_end(
    site: DemoDrupal, source: JsonapiSource, tmp_path: Path
) -> None:
    for _ in range(12):
        site.add_media("")
    scene = Scene(source, Store.open(tmp_path / "altsync.db", create=True))
    scene.pull()
    for (image,) in scene.store.conn.execute("SELECT id FROM images").fetchall():
        scene.propose(image, f"Words for {image}")
    site.site.gates += [Ending(site, after=3), Ending(site, after=6)]
    with Plan.of(scene.store, Request()) as plan:
        done = Push(scene.context, plan, pauses=()).run()
    scene.store.close()
    assert "ended a second time" in done.stopped
    assert 0 < done.applied < 12
    assert logins(site) == 2


def test_many_threads_log_in_again_once(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    for _ in range(16):
        site.add_media("", status=False)
    site.state.users["editor"].may |= {"administer media"}
    images = list(listed(source).values())
    site.switches.latency = 0.002
    site.end_sessions()
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda image: source.fresh([image]).flats, images))
    assert [len(flats) for flats in done] == [1] * 16
    assert logins(site) == 2


@pytest.mark.parametrize("login", ["basic", "header"])
def test_a_login_that_cannot_be_renewed_is_said(site: DemoDrupal, login: str) -> None:
    site.add_media("")
    site.site.users.keys["Api-Key", "editor-lab-pass"] = "editor"
    source = source_of(site, login=login, header="Api-Key")
    (image,) = listed(source).values()
    site.state.users["editor"].blocked = True
    site.site.users.keys.clear()
    with pytest.raises(LoginFailed, match="The login ended while altsync was at work"):
        send(source, image, alt="new")
    with pytest.raises(LoginFailed, match="The login ended while altsync was at work"):
        source.check()


def test_a_permission_that_is_missing_is_no_login_that_ended(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    site.add_media("")
    (image,) = listed(source).values()
    site.state.users["editor"].may -= {"edit any image media"}
    with pytest.raises((NotAllowed, Rejected), match="image: edit any media"):
        send(source, image, alt="new")
    assert logins(site) == 1


# Tokens


def test_a_token_is_fetched_and_fetched_again_when_it_ends() -> None:
    with DemoDrupal(state=state(), oauth=OAuth()) as site:
        entity = site.add_media("")
        source = by_token(site)
        (image,) = listed(source).values()
        assert tokens(site) == 1
        (asked,) = site.requests("POST", "/oauth/token")
        assert b"grant_type=client_credentials&client_id=altsync" in asked.body
        assert b"scope" not in asked.body
        for alt in ("one", "two", "three"):
            site.clock.now += 301
            send(source, image, alt=alt)
            assert site.alt(entity) == alt
        assert tokens(site) == 4


def test_a_write_that_the_end_of_the_token_refused_is_done_once() -> None:
    with DemoDrupal(state=state(), oauth=OAuth()) as site:
        entity = site.add_media("")
        source = by_token(site, scope="altsync")
        (image,) = listed(source).values()
        fresh = source.fresh([image])
        vid = entity.vid
        site.site.users.oauth.expire()  # type: ignore[union-attr]
        write(source, fresh, image)
        assert [seen.status for seen in site.requests("PATCH")] == [401, 200]
        assert (site.alt(entity), entity.vid) == ("new", vid + 1)
        assert b"scope=altsync" in site.requests("POST", "/oauth/token")[0].body


def test_many_threads_fetch_one_token() -> None:
    with DemoDrupal(state=state(), oauth=OAuth()) as site:
        for _ in range(16):
            site.add_media("")
        source = by_token(site)
        images = list(listed(source).values())
        site.switches.latency = 0.002
        site.site.users.oauth.expire()  # type: ignore[union-attr]
        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(lambda image: source.fresh([image]).flats, images))
        assert [len(flats) for flats in done] == [1] * 16
        assert tokens(site) == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"secret": "wrong-secret"}, "invalid_client: there is no consumer `altsync`"),
        ({"client": "nobody"}, "invalid_client: there is no consumer `nobody`"),
        ({"scope": "nope"}, r"invalid_scope \(Check the `nope` scope\)"),
    ],
)
def test_a_client_that_is_refused_is_not_tried_again(
    given: dict[str, str], words: str
) -> None:
    with DemoDrupal(state=state(), oauth=OAuth()) as site:
        source = by_token(site, **given)
        for _ in range(3):
            with pytest.raises(LoginFailed, match=words) as error:
                source.check()
            assert "wrong-secret" not in str(error.value)
        assert tokens(site) == 1


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (
            200,
            b'{"access_token": "a\\r\\nX-Other: b"}',
            "token that a request can carry",
        ),
        (200, b'{"access_token": ["a"]}', "token that a request can carry"),
        (401, b"<html>Unauthorized</html>", "client `altsync` no token .401"),
    ],
)
def test_a_token_endpoint_that_gives_none(status: int, body: bytes, words: str) -> None:
    """Each spoke of a token that the owner had set."""
    gate = Challenge(status, "/oauth/token", body=body, headers={})
    with DemoDrupal(state=state(), oauth=OAuth(), gates=[gate]) as site:
        with pytest.raises(LoginFailed, match=words):
            by_token(site).check()
        assert tokens(site) == 1


def test_a_consumer_that_nobody_finished() -> None:
    oauth = OAuth((Consumer(user=None),))
    said = pytest.raises(LoginFailed, match=r"server_error: the consumer .* no user")
    with DemoDrupal(state=state(), oauth=oauth) as site, said:
        by_token(site).check()


def test_a_site_without_the_module(site: DemoDrupal) -> None:
    with pytest.raises(LoginFailed, match=r"needs the module Simple OAuth"):
        by_token(site).check()


def test_a_token_that_stays_refused_stops() -> None:
    with DemoDrupal(state=state(), oauth=OAuth((Consumer(life=0),))) as site:
        for _ in range(3):
            with pytest.raises(
                LoginFailed, match="refuses the token that it has just given"
            ):
                by_token(site).check()
        assert tokens(site) <= 6


def test_a_bearer_token_that_ended_says_so() -> None:
    with DemoDrupal(state=state(), oauth=OAuth()) as site:
        oauth = site.site.users.oauth
        assert oauth is not None
        oauth.tokens["a-token"] = Token("editor", site.clock.now + 1000)
        site.add_media("")
        source = source_of(site, login="bearer", secret="a-token")
        (image,) = listed(source).values()
        oauth.expire()
        with pytest.raises(LoginFailed, match=r'out of date.*login = "oauth"'):
            send(source, image, alt="new")


def test_a_consumer_that_is_taken_back_meanwhile_stops() -> None:
    with DemoDrupal(state=state(), oauth=OAuth()) as site:
        site.add_media("")
        source = by_token(site)
        (image,) = listed(source).values()
        oauth = site.site.users.oauth
        assert oauth is not None
        oauth.expire()
        oauth.consumers = ()
        for _ in range(3):
            with pytest.raises(LoginFailed, match="invalid_client"):
                source.fresh([image])
        assert tokens(site) == 2


# A front door


@pytest.mark.parametrize("login", ["cookie", "none", "header"])
def test_behind_a_front_door(login: str) -> None:
    with DemoDrupal(state=state(), gates=[Door(hands_on=False)]) as site:
        site.site.users.keys["Api-Key", "editor-lab-pass"] = "editor"
        entity = site.add_media("words")
        source = source_of(site, login=login, header="Api-Key", front=OPEN)
        source.check()
        (image,) = listed(source).values()
        assert source.file(image).data
        if login != "none":
            send(source, image, alt="new")
            assert site.alt(entity) == "new"
        assert {seen.status for seen in site.ledger} == {200}


@pytest.mark.parametrize("login", ["cookie", "basic", "none"])
def test_a_front_door_that_nobody_told_of(login: str) -> None:
    with DemoDrupal(state=state(), gates=[Door()]) as site:
        source = source_of(site, login=login)
        with pytest.raises(
            FrontDoor, match=r"HTTP Basic, not Drupal's own login.*--front basic"
        ):
            source.check()
        assert sum(site.site.users.failures.values()) == 0


def test_a_front_door_that_refuses() -> None:
    with DemoDrupal(state=state(), gates=[Door()]) as site:
        wrong = Basic("staging", "wrong-pass")
        with pytest.raises(FrontDoor, match="refused ALTSYNC_FRONT_USER") as error:
            source_of(site, front=wrong).check()
        assert "wrong-pass" not in str(error.value)


def test_drupals_own_basic_takes_the_front_doors_password_for_a_login() -> None:
    said = pytest.raises(LoginFailed, match="front door's password for a login")
    with DemoDrupal(state=state(), gates=[Door()]) as site, said:
        source_of(site, front=OPEN).check()


@pytest.mark.parametrize("login", ["basic", "bearer", "oauth", "header"])
def test_two_that_need_one_header(site: DemoDrupal, login: str) -> None:
    with pytest.raises(ConfigError, match=r"both need the header Authorization"):
        source_of(
            site, login=login, client="altsync", header="authorization", front=OPEN
        )
    assert not site.ledger


def test_drupals_own_401_is_no_front_door(site: DemoDrupal) -> None:
    site.add_media("words", status=False)
    source = source_of(site, login="none", secret=None)
    with pytest.raises(Hidden) as error:
        source.fresh(
            [
                SiteImage(
                    id="media--image.field_media_image/1.en.1",
                    album="media--image.field_media_image",
                    name="1.en.1",
                    alt="",
                    entity=f"media--image/{site.entity('media--image', 1).uuid}",
                    language="en",
                )
            ]
        )
    assert not isinstance(error.value, FrontDoor)


def test_the_front_doors_password_goes_nowhere_else(site: DemoDrupal) -> None:
    other = source_of(site, login="none", secret=None, front=OPEN)
    with DemoDrupal(state=state()) as elsewhere:
        picture = next(iter(elsewhere.state.files.values()), None)
        if picture is None:
            elsewhere.add_media("words")
            picture = next(iter(elsewhere.state.files.values()))
        image = SiteImage(
            id="a/b", album="a", name="b", alt="", image_url=elsewhere.url + picture.url
        )
        assert other.file(image).data
        assert not any(seen.authorization for seen in elsewhere.ledger)


# Challenge pages

PAGES: dict[str, dict[str, Any]] = {
    "Cloudflare": {},
    "Cloudflare, ": {"status": 503, "headers": {"Server": "cloudflare"}},
    "Sucuri": {
        "headers": {"X-Sucuri-Block": "1"},
        "body": b"<html><title>Access denied</title></html>",
    },
    "Akamai": {
        "headers": {"Server": "AkamaiGHost"},
        "body": b"<HTML><HEAD>\n<TITLE>Access Denied</TITLE></HEAD></HTML>",
    },
    "Anubis": {
        "status": 200,
        "headers": {},
        "body": b'<!doctype html><script id="anubis_challenge"></script>',
    },
    "A firewall": {
        "headers": {"Server": "nginx"},
        "body": b"<html><body>403 Forbidden</body></html>",
    },
    "A firewall in": {
        "headers": {},
        "body": b"192.0.2.1 has been banned",
    },
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("login", ["cookie", "oauth", "basic", "none"])
def test_a_challenge_page_at_the_login(name: str, login: str) -> None:
    gate = Challenge(**PAGES[name])
    with DemoDrupal(state=state(), gates=[gate], oauth=OAuth()) as site:
        source = source_of(site, login=login, client="altsync")
        with pytest.raises(Challenged, match=r"takes altsync for a robot") as error:
            source.check()
        said = str(error.value)
        assert said.startswith(name)
        assert "altsync/" in said
        for wrong in ("locked", "six hours", "wrong", "ALTSYNC_PASSWORD"):
            assert wrong not in said


@pytest.mark.parametrize("name", PAGES)
def test_a_challenge_page_in_the_middle(name: str) -> None:
    with DemoDrupal(state=state()) as site:
        entity = site.add_media("")
        source = source_of(site)
        (image,) = listed(source).values()
        fresh = source.fresh([image])
        site.site.gates.append(Challenge(**PAGES[name]))

        asked: list[Callable[[], object]] = [
            lambda: write(source, fresh, image),
            lambda: source.fresh([image]),
            lambda: list(source.listing()),
            source.check,
        ]
        for ask in asked:
            with pytest.raises(Challenged):
                ask()
        assert site.alt(entity) == ""


def test_a_challenge_in_place_of_a_foreign_picture_is_that_pictures(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    with DemoDrupal(gates=[Challenge()]) as elsewhere:
        image = SiteImage(
            id="a/b", album="a", name="b", alt="", image_url=f"{elsewhere.url}/a.png"
        )
        with pytest.raises(Rejected, match="takes altsync for a robot"):
            source.file(image)


def test_a_page_about_a_picture_is_that_pictures(site: DemoDrupal) -> None:
    """As with Basic credentials on a private file (800)."""
    source = source_of(site, prefix="/jsonapi", login="none", secret=None)
    path = "/sites/default/files/jsonapi/a.png"
    page = b"<!DOCTYPE html><html>Access denied</html>"
    site.trouble(403, methods=("GET",), path=path, body=page)
    image = SiteImage(id="a/b", album="a", name="b", alt="", image_url=site.url + path)
    with pytest.raises(Rejected, match=r"jsonapi/a\.png"):
        source.file(image)


@pytest.mark.parametrize("prefix", ["", "/nl"])
def test_a_page_below_a_language_is_a_firewalls(site: DemoDrupal, prefix: str) -> None:
    source = source_of(site, login="none", secret=None, languages=("en", "nl"))
    page = b"<!DOCTYPE html><html>Forbidden</html>"
    path = f"{prefix}/jsonapi/media/image"
    site.trouble(403, times=9, methods=("GET",), path=path, body=page)
    site.add_media("words")
    with pytest.raises(Challenged):
        list(source.listing())


def test_a_site_in_maintenance_is_no_challenge(site: DemoDrupal) -> None:
    site.trouble(503, times=99, body=b"<html><title>Site under maintenance</title>")
    source = source_of(site, login="basic")
    with pytest.raises(AltsyncError, match="busy or in maintenance"):
        source.check()


def test_discovery_stops_at_both() -> None:
    config = JsonapiConfig(login="cookie", user="editor")
    for gate, error in ((Door(), FrontDoor), (Challenge(), Challenged)):
        with DemoDrupal(state=state(), gates=[gate]) as site, pytest.raises(error):
            discover(site.url, config, secret="editor-lab-pass", patience=QUICK)
        with DemoDrupal(state=state(), gates=[gate]) as site, pytest.raises(error):
            discover(site.url, patience=QUICK)


def test_discovery_behind_a_front_door() -> None:
    config = JsonapiConfig(login="cookie", user="editor")
    with DemoDrupal(media=3, gates=[Door(hands_on=False)]) as site:
        found = discover(
            site.url, config, secret="editor-lab-pass", front=OPEN, patience=QUICK
        )
    assert "media--image.field_media_image" in [field.id for field in found.fields]
