"""What stands before Drupal and answers in its place: a front door with HTTP Basic, a
challenge page. Not recorded: written as nginx and Cloudflare are known to answer."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tests.doubles.drupal.calls import Reply

HTML = "text/html; charset=UTF-8"
_DOOR = (
    b"<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body>\r\n"
    b"<center><h1>401 Authorization Required</h1></center>\r\n<hr>\r\n</body>\r\n</html>"
)
_CHALLENGE = (
    b'<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>'
    b'<meta name="robots" content="noindex,nofollow"></head><body>'
    b"<h1>One moment, please</h1><p>This page looks whether you are a person. Switch"
    b" JavaScript and cookies on to go on.</p><noscript>No JavaScript, no entry."
    b"</noscript></body></html>"
)


class Gate(Protocol):
    """Something before the site."""

    def answer(
        self, method: str, path: str, headers: Mapping[str, str]
    ) -> Reply | None:
        """Its answer in place of the site's; None lets the request through."""

    def through(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers that the site gets to see."""


@dataclass
class FrontDoor:
    """HTTP Basic before the whole site, pictures and login page too, as staging sites have
    it.

    The server hands the header on, so a Drupal with the module basic_auth takes it for a
    login of its own and answers as anonymous (272), cookie or not: put
    `switches.basic_auth = False` beside it, or `hands_on=False`.
    """

    user: str = "staging"
    password: str = "staging-lab-pass"
    realm: str = "Staging"
    hands_on: bool = True

    def answer(
        self, method: str, path: str, headers: Mapping[str, str]
    ) -> Reply | None:
        if _basic(headers) == (self.user, self.password):
            return None
        challenge = {"WWW-Authenticate": f'Basic realm="{self.realm}"'}
        return Reply(401, _DOOR, challenge, "text/html")

    def through(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {
            name: value
            for name, value in headers.items()
            if self.hands_on or name != "Authorization"
        }


@dataclass
class Challenge:
    """A page that wants a browser, in place of every answer (or of those whose path
    contains `path`), after the first `spares` requests."""

    status: int = 403
    path: str = ""
    spares: int = 0
    body: bytes = _CHALLENGE
    headers: dict[str, str] = field(
        default_factory=lambda: {
            "Server": "cloudflare",
            "cf-mitigated": "challenge",
            "Cache-Control": "private, max-age=0, no-store",
        }
    )

    def answer(
        self, method: str, path: str, headers: Mapping[str, str]
    ) -> Reply | None:
        if self.path not in path:
            return None
        if self.spares > 0:
            self.spares -= 1
            return None
        return Reply(self.status, self.body, dict(self.headers), HTML)

    def through(self, headers: Mapping[str, str]) -> dict[str, str]:
        return dict(headers)


def _basic(headers: Mapping[str, str]) -> tuple[str, str] | None:
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, password
