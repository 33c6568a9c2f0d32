"""`altsync init` where something else answers in the site's place, and the commands behind
a front door: real commands on real sockets."""

from __future__ import annotations

import pytest

from altsync.demo.site import DemoSite
from tests.cli.conftest import Typed
from tests.doubles.drupal import Challenge, DemoDrupal, FrontDoor, OAuth


@pytest.mark.parametrize("status", [403, 503])
@pytest.mark.parametrize("more", [(), ("--user", "editor")])
def test_init_writes_nothing_from_a_challenge_page(
    typed: Typed, status: int, more: tuple[str, ...]
) -> None:
    with DemoDrupal(media=3, gates=[Challenge(status)]) as site:
        code, said = typed.run("init", site.url, *more)
    assert code == 1
    assert "Cloudflare, a firewall in front of the site, answered in its place" in said
    assert "user agent altsync/" in said
    assert "Nothing was written." in said
    assert "six hours" not in said
    assert typed.toml is None


def test_init_writes_nothing_while_a_page_says_that_the_site_is_busy(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Maintenance, or a firewall that is not known: nobody can tell what site it is."""
    monkeypatch.setattr("altsync.sources.tries._Tries.sleep", lambda *_: None)
    page = b"<html><title>One moment</title></html>"
    gate = Challenge(503, body=page, headers={"Server": "nginx"})
    with DemoDrupal(media=3, gates=[gate]) as site:
        code, said = typed.run("init", site.url)
    assert code == 1
    assert "A page came with it: a firewall, perhaps." in said
    assert typed.toml is None


def test_init_at_a_login_that_is_challenged(typed: Typed) -> None:
    with DemoDrupal(media=3, gates=[Challenge(path="/user/login")]) as site:
        code, said = typed.run("init", site.url, "--user", "editor")
    assert code == 1
    assert "takes altsync for a robot" in said
    assert "locked" not in said
    assert typed.toml is None


@pytest.mark.parametrize(
    ("status", "more", "said"),
    [
        (406, ("--user", "editor"), "/jsonapi: 406"),
        (200, ("--user", "editor"), "/jsonapi: no JSON"),
        (520, (), "520 at"),
    ],
)
def test_init_guesses_no_album_site(
    typed: Typed, status: int, more: tuple[str, ...], said: str
) -> None:
    """Who names a user means a Drupal; and nobody can tell what a site is that fails."""
    page = b"<html><title>Not Acceptable!</title></html>"
    with DemoDrupal(gates=[Challenge(status, body=page, headers={})]) as site:
        code, printed = typed.run("init", site.url, *more)
    assert code == 1
    assert said in printed
    assert "album" not in printed
    assert typed.toml is None


@pytest.mark.parametrize("door", ["/user/login", "/oauth/token"])
@pytest.mark.parametrize(
    ("status", "headers"), [(200, {}), (302, {"Location": "https://sso.example/in"})]
)
def test_init_at_a_login_that_leads_elsewhere(
    typed: Typed,
    monkeypatch: pytest.MonkeyPatch,
    door: str,
    status: int,
    headers: dict[str, str],
) -> None:
    """A single sign-on, say: JSON:API was there, so it is no album site. init wrote a file
    for one, and ended with 0."""
    monkeypatch.setenv("ALTSYNC_TOKEN", "altsync-lab-secret")
    gate = Challenge(status, door, body=b"<html>Sign in</html>", headers=headers)
    asked = ("--client", "altsync") if "oauth" in door else ("--user", "editor")
    with DemoDrupal(media=3, gates=[gate], oauth=OAuth()) as site:
        code, said = typed.run("init", site.url, *asked)
    assert code == 1
    assert door in said
    assert "album" not in said
    assert typed.toml is None


def test_init_says_what_to_do_about_a_front_door(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = FrontDoor(hands_on=False)
    with DemoDrupal(media=3, gates=[door]) as site:
        code, said = typed.run("init", site.url, "--user", "editor")
        assert code == 1
        assert "A front door asks for a user name and a password" in said
        assert "--front basic" in said
        assert typed.toml is None

        told = ("init", site.url, "--user", "editor", "--front", "basic")
        code, said = typed.run(*told)
        assert code == 2
        assert "Put them into ALTSYNC_FRONT_USER and ALTSYNC_FRONT_PASSWORD" in said

        monkeypatch.setenv("ALTSYNC_FRONT_USER", door.user)
        monkeypatch.setenv("ALTSYNC_FRONT_PASSWORD", door.password)
        code, said = typed.run(*told)
        assert code == 0
        assert 'front = "basic"' in (typed.toml or "")
        assert door.password not in (typed.toml or "") + said
        code, said = typed.run("pull")
        assert code == 0
        assert "3 images" in said


def test_an_album_site_behind_a_front_door(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its token needs the same header."""
    monkeypatch.setenv("ALTSYNC_FRONT_USER", "staging")
    monkeypatch.setenv("ALTSYNC_FRONT_PASSWORD", "staging-lab-pass")
    monkeypatch.setenv("ALTSYNC_TOKEN", "s3cret-t0ken")
    with DemoSite(token="s3cret-t0ken") as site:
        source = ("--source", "album", "--inventory", f"{site.url}/sitemap.xml")
        typed.run("init", site.url, *source, "--front", "basic")
        assert 'front = "basic"' in (typed.toml or "")
        code, said = typed.run("pull")
    assert code == 2
    assert "the token in ALTSYNC_TOKEN both need the header Authorization" in said


def test_init_with_a_client(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALTSYNC_TOKEN", "altsync-lab-secret")
    with DemoDrupal(media=3, oauth=OAuth()) as site:
        code, said = typed.run("init", site.url, "--client", "altsync")
        assert code == 0
        assert "Logged in as the client `altsync`" in said
        toml = typed.toml or ""
        assert 'login = "oauth"\nclient = "altsync"' in toml
        assert "altsync-lab-secret" not in toml + said
        code, said = typed.run("pull")
        assert code == 0
        assert "3 images" in said


def test_init_refuses_two_that_need_one_header(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ALTSYNC_FRONT_USER", "ALTSYNC_FRONT_PASSWORD", "ALTSYNC_TOKEN"):
        monkeypatch.setenv(name, "x")
    with DemoDrupal() as site:
        told = ("--client", "altsync", "--front", "basic")
        code, said = typed.run("init", site.url, *told)
        assert code == 2
        assert "both need the header Authorization" in said
        assert not site.ledger
    assert typed.toml is None
