"""What of an address is a secret, and what an owner is told about it."""

from __future__ import annotations

import pytest

from altsync.addresses import (
    as_address,
    filled,
    is_secret,
    of_site,
    same_site,
    shown,
    shown_in,
    trouble,
    typed,
    without_login,
    without_secrets,
)

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        *[
            (name, True)
            for name in (
                *("key", "api_key", "API-Key", "apikey", "token", "access_token"),
                *(
                    "auth",
                    "Authorization",
                    "password",
                    "pwd",
                    "secret",
                    "client_secret",
                ),
                *("sig", "signature", "X-Amz-Signature", "X-Amz-Credential", "sid"),
                *("X-Amz-Security-Token", "AWSAccessKeyId", "X-Goog-Signature", "jwt"),
            )
        ],
        *[
            (name, False)
            for name in (
                *("itok", "page", "keyword", "monkey", "max_tokens", "width", "v"),
                *("sort", "format", "expires", "author", "design", "temperature", ""),
            )
        ],
    ],
)
def test_names_of_secrets(name: str, secret: bool) -> None:
    assert is_secret(name) == secret


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"https://me:{SECRET}@example.org/a", "holds a user name or password"),
        (f"https://{SECRET}@example.org/a", "ALTSYNC_TOKEN"),
        (f"https://example.org/a?v=1&key={SECRET}", "Write key={ALTSYNC_PICTURES}"),
        (f"https://example.org/a?v=1;token={SECRET}", "the value of `token`"),
        (f"https://example.org/a#access_token={SECRET}", "`access_token`"),
        (f"/jsonapi?api-key={SECRET}", "`api-key`"),
        ("https://example.org/{ALTSYNC_X}/a", "before its `?`"),
        ("https://example.org/a?key={ALTSYNC_X}", ""),
        ("https://example.org/a?key={OTHER}", "`key`"),
        ("https://example.org/{album}/{image}.jpg?itok=abc&v=2", ""),
        ("https://example.org/a?key=", ""),
        ("https://example.org/a@2x.png", ""),
        ("data/pictures", ""),
        ("http://[", ""),
    ],
)
def test_what_an_owner_is_told(address: str, said: str) -> None:
    told = trouble(address)
    assert said in told
    assert bool(told) == bool(said)
    assert SECRET not in told


def test_the_environment_fills_what_is_sent() -> None:
    address = "https://x.example/{album}?a={ALTSYNC_A}&b={ALTSYNC_B2}"
    environment = {"ALTSYNC_A": "p&q=/é", "ALTSYNC_B2": "2"}
    assert filled(address, environment) == (
        "https://x.example/{album}?a=p%26q%3D%2F%C3%A9&b=2"
    )
    with pytest.raises(KeyError, match="ALTSYNC_B2"):
        filled(address, {"ALTSYNC_A": ""})


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        (f"https://me:{SECRET}@x.example:8/a?id=7", "https://x.example:8/a?id=7"),
        (f"https://x.example/a?id=7&key={SECRET}", "https://x.example/a?id=7&key=…"),
        (f"https://x.example/a#token={SECRET}", "https://x.example/a"),
        ("https://x.example/a?h=0123456789abcdef0123", "https://x.example/a?h=…"),
        ("https://x.example/a?itok=Ab3-_x9Q", "https://x.example/a?itok=Ab3-_x9Q"),
        ("https://x.example/a", "https://x.example/a"),
        ("http://[", "…"),
    ],
)
def test_what_is_shown(address: str, wanted: str) -> None:
    assert shown(address) == wanted


def test_addresses_in_a_text() -> None:
    said = f'Not "http://x.example/?key={SECRET}" (https://me:{SECRET}@y.example/).'
    assert shown_in(said) == 'Not "http://x.example/?key=…" (https://y.example/).'
    assert shown_in("no address: a@b.example, C:/x") == "no address: a@b.example, C:/x"


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        (f"https://me:{SECRET}@x.example/a?itok=1", "https://x.example/a?itok=1"),
        ("https://x.example/a@b", "https://x.example/a@b"),
        ("http://[", "http://["),
    ],
)
def test_without_login(address: str, wanted: str) -> None:
    assert without_login(address) == wanted


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        (f"http://me:{SECRET}@x.example/a?b=1#c", "http://x.example/a?b=1#c"),
        (f"/a?token={SECRET}&b=1&%70wd={SECRET}", "/a?token=…&b=1&%70wd=…"),
        (f"/a?b=1;sid={SECRET}#access_token={SECRET}", "/a?b=1;sid=…#access_token=…"),
        (f"/a#token={SECRET}", "/a#token=…"),
        ("/a?b=c?d&e=a=b&f&=g#h?i=1", "/a?b=c?d&e=a=b&f&=g#h?i=1"),
        ("mailto:a@b.example?subject=x", "mailto:a@b.example?subject=x"),
        ("", ""),
    ],
)
def test_without_secrets(address: str, wanted: str) -> None:
    assert without_secrets(address) == wanted


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "https://example.org/",
        "HTTPS://Example.ORG//",
        "https://example.org:443",
        " https://EXAMPLE.org:443/ ",
    ],
)
def test_one_site_has_one_address_however_it_is_written(address: str) -> None:
    assert of_site(address) == "https://example.org"
    assert same_site((address, "album"), ("https://example.org", "album"))
    assert not same_site((address, "album"), ("https://example.org", "jsonapi"))


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("http://Host:80/", "http://host"),
        ("http://host:443/", "http://host:443"),
        ("https://host:8443/Drupal/", "https://host:8443/Drupal"),
        ("http://[::1]:80/", "http://[::1]"),
        ("http://straße.test/", "http://straße.test"),
        ("http://host:port/", "http://host:port/"),
        ("ftp://Host/", "ftp://Host/"),
        ("https://me:pw@Host/", "https://me:pw@Host/"),
        ("Host/", "Host/"),
        ("", ""),
    ],
)
def test_what_tells_sites_apart_stays(address: str, written: str) -> None:
    assert of_site(address) == written


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("example.org", "https://example.org"),
        ("localhost", "http://localhost"),
        ("localhost:8080/drupal", "http://localhost:8080/drupal"),
        ("site.localhost", "http://site.localhost"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("192.168.0.7", "https://192.168.0.7"),
        ("https://localhost", "https://localhost"),
        ("[::1", "https://[::1"),
        (" ", ""),
    ],
)
def test_an_address_as_it_is_typed_is_made_whole(address: str, whole: str) -> None:
    assert typed(address) == whole


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("HTTPS://x.test/a", "HTTPS://x.test/a"),
        ("localhost:8080/a.jpg", "http://localhost:8080/a.jpg"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("pages/index.html", None),
        ("x.test", None),
        ("ftp://localhost/a", None),
        ("", None),
    ],
)
def test_what_may_be_a_path_is_an_address_only_where_it_says_so(
    text: str, address: str | None
) -> None:
    assert as_address(text) == address
