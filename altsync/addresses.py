"""Secrets in addresses: found in what the owner writes, left out of what is shown.

The one place that knows how such a secret looks. An address of altsync.toml goes into
the mirror, into exports, into links that people click; so it may hold none itself, only
the name of an environment variable in its place:

    pixels = "https://cdn.example.org/{album}/{image}.jpg?key={ALTSYNC_PICTURES}"

The standard library only.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit, urlunsplit

_NAMES = frozenset(
    {
        *("key", "auth", "authorization", "bearer", "pass", "passwd", "passphrase"),
        *("pwd", "pw", "secret", "sig", "signature", "sas", "credentials", "session"),
        *("sessionid", "sid", "jwt", "hmac", "awsaccesskeyid"),
    }
)
_ENDS = (
    "token",
    "password",
    "secret",
    "signature",
    "credential",
    "apikey",
    "accesskey",
)
_RANDOM = re.compile(r"[A-Za-z0-9+/=_.~%-]{20,}")
"""A value as long as this is nothing that a person reads."""
_VARIABLE = re.compile(r"\{(ALTSYNC_[A-Z0-9_]+)\}")
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)

_PARAMETER = re.compile(r"([^&;=?]+=)[^&;]+")

HIDDEN = "…"


_USUAL = {"http": 80, "https": 443}


def of_site(address: str) -> str:
    """The one way to write a site's address, so that two that mean the same are equal:
    scheme and host in small letters, no port that goes without saying, no slash at the
    end. What is no such address stays as it is."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return address
    if not host or parts.scheme not in _USUAL or "@" in parts.netloc:
        return address  # what is wrong with it is said elsewhere
    place = f"[{host}]" if ":" in host else host
    if port not in (None, _USUAL[parts.scheme]):
        place = f"{place}:{port}"
    path = parts.path.rstrip("/")
    return urlunsplit((parts.scheme, place, path, parts.query, parts.fragment))


def same_site(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Two sites, each an address and its kind of source, are the same, however their
    addresses are written."""
    return one[1] == other[1] and of_site(one[0]) == of_site(other[0])


def typed(address: str) -> str:
    """An address as people type it, whole: where it says no scheme, https, but for this
    machine, which hardly ever has a certificate."""
    address = address.strip()
    if "://" in address or not address:
        return address
    guess = f"https://{address}"
    try:
        host = urlsplit(guess).hostname or ""
    except ValueError:
        return guess
    return f"http://{address}" if is_this_machine(host) else guess


def as_address(text: str) -> str | None:
    """The whole address where a text that may be a path is one: it says http or https,
    or names this machine. None for what is more likely a path."""
    if text.lower().startswith(("http://", "https://")):
        return text
    whole = typed(text)
    return whole if whole.startswith("http://") and "://" not in text else None


def is_this_machine(host: str) -> bool:
    """A host of an address that is this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified


def is_secret(name: str) -> bool:
    """Does a parameter or setting of this name hold a secret? `itok`, with which Drupal
    signs the sizes of its pictures, is none: it opens nothing that the page does not."""
    bare = re.sub(r"[^a-z0-9]", "", name.lower())
    return bare in _NAMES or (bare.endswith(_ENDS) and bare != "itok")


def trouble(address: str) -> str:
    """What is wrong with an address that an owner wrote, and how to do it right, to
    follow its name in a sentence; '' where nothing is. Never quotes the secret."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if "@" in parts.netloc:
        return (
            "holds a user name or password. Take them out. Secrets belong in"
            " ALTSYNC_TOKEN, which is sent to the site's own origin and nowhere else."
        )
    if _VARIABLE.search(parts.netloc + parts.path):
        return (
            "names an environment variable before its `?`. Only the value of a"
            " parameter can come from the environment, such as ?key={ALTSYNC_PICTURES}."
        )
    for name, value in _parameters(parts.query + "&" + parts.fragment):
        if is_secret(name) and value and not _VARIABLE.fullmatch(value):
            return (
                f"holds a secret, the value of `{name}`, which would stand in the mirror"
                f" and in every export. Write {name}={{ALTSYNC_PICTURES}} there, or"
                " another name that begins with ALTSYNC_, and put the value into the"
                " environment under that name."
            )
    return ""


def filled(address: str, environment: Mapping[str, str]) -> str:
    """The address with each `{ALTSYNC_NAME}` replaced, as it is sent and never stored.
    Raises KeyError with the name of a variable that is not set."""

    def value(found: re.Match[str]) -> str:
        return quote(environment[found[1]], safe="")

    return _VARIABLE.sub(value, address)


def shown(address: str) -> str:
    """An address to show: no user and password, and of the values of its parameters
    only those that are no secret by their name or their look."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return HIDDEN
    pairs = (
        [pair.partition("=") for pair in parts.query.split("&")] if parts.query else []
    )
    query = "&".join(
        name + sign + (HIDDEN if _is_hidden(name, value) else value)
        for name, sign, value in pairs
    )
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def shown_in(text: str) -> str:
    """A text in which every address is as `shown` shows it."""
    return _ADDRESS.sub(lambda found: shown(found[0]), text)


def without_login(address: str) -> str:
    """The address without the user and password that it may hold, which altsync sends
    to nobody."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    if "@" not in parts.netloc:
        return address
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def without_secrets(address: str) -> str:
    """An address of a page's link as it is kept: no user and password, and nothing of
    the values that are secrets by their name, before and behind a `#`."""
    bare = without_login(address)
    where, question, query = bare.partition("?")
    if not question:
        where, mark, place = bare.partition("#")
        return where + mark + _hidden(place)
    query, mark, place = query.partition("#")
    return f"{where}?{_hidden(query)}{mark}{_hidden(place)}"


def _hidden(parameters: str) -> str:
    return _PARAMETER.sub(_hide, parameters)


def _hide(found: re.Match[str]) -> str:
    return found[1] + HIDDEN if is_secret(unquote(found[1])) else found[0]


def _is_hidden(name: str, value: str) -> bool:
    return is_secret(name) or bool(_RANDOM.fullmatch(value))


def _parameters(query: str) -> list[tuple[str, str]]:
    pairs = (pair.partition("=") for pair in re.split("[&;]", query))
    return [(name, value) for name, _, value in pairs]
