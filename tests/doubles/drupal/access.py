"""Who is asking, and what may they do: Basic, session cookies, CSRF tokens, the flood
lock, permissions. What a permission is good for is in sight.py and rights.py.

A wrong password is never a 401: the request goes on as anonymous (272-275); after five
failures on an account even the right one does (337-346).
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

from tests.doubles.drupal.document import Refusal
from tests.doubles.drupal.model import State, User

if TYPE_CHECKING:
    from tests.doubles.drupal.oauth import OAuth

FLOOD_LIMIT = 5
ADDRESS_LIMIT = 50
ADDRESS_TOO = (
    "Too many failed login attempts from your IP address. This IP address is temporarily"
    " blocked."
)
"""The lock of one account, as the default setting says it: for this address only."""
UID_ONLY = (
    "There have been more than 5 failed login attempts for this account. It is"
    " temporarily blocked. Try again later or request a new password."
)
"""The same with the setting uid_only."""
COOKIE = "SESS12ca17b49af2289436f303e0166030a2"

VIEWER = frozenset({"access content", "view media"})
EDITOR = VIEWER | {
    "edit any image media",
    "edit any article content",
    "edit any page content",
    "edit terms in tags",
    "edit any picture_block block content",
    "view own unpublished content",
    "view unpublished paragraphs",
    "use text format basic_html",
    "revision log",
}
MEDIA_ADMIN = EDITOR | {"administer media"}
ADMIN = frozenset({"*"})
"""User 1 may everything."""
AUTHOR = VIEWER | {
    "edit own image media",
    "edit own article content",
    "edit own page content",
    "revision log",
}


@dataclass
class Asker:
    """One request's user. `user` None is anonymous; `offered` tells whether any
    credentials came along."""

    user: User | None = None
    offered: bool = False
    session: str | None = None
    limit: frozenset[str] | None = None
    """What a token's scope allows at most (899)."""
    granted: frozenset[str] = frozenset()
    """An anonymous reader's permissions, or the user's."""
    ended: bool = False
    """The session that was brought is not known any more."""

    def may(self, permission: str) -> bool:
        if self.limit is not None and permission not in self.limit:
            return False
        return permission in self.granted or "*" in self.granted


@dataclass
class Access:
    """Sessions and failures. `headers` maps a header name and value (key modules) to a
    user; `tokens` Bearer ones."""

    state: State
    sessions: dict[str, tuple[User, str]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    """Failed Basic tries per account."""
    login_failures: Counter[str] = field(default_factory=Counter)
    uid_only: bool = False
    """Failed tries at /user/login: another counter (347)."""
    tokens: dict[str, str] = field(default_factory=dict)
    """Bearer token -> user name: an OAuth module. Core has none (276)."""
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    """(header, value) -> user name: a key module."""
    oauth: OAuth | None = None
    """simple_oauth, where it is installed."""

    def asker(self, headers: Mapping[str, str]) -> Asker:
        """Whoever the headers prove to come from: anonymous where they prove nothing."""
        found = self._asker(headers)
        found.granted = found.user.may if found.user else self.state.anonymous
        return found

    def _asker(self, headers: Mapping[str, str]) -> Asker:
        for (name, value), user in self.keys.items():
            if headers.get(name) == value:
                return Asker(self.state.users[user], True)
        scheme, _, value = headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            return Asker(self._basic(value), True)
        if scheme.lower() == "bearer" and value in self.tokens:
            return Asker(self.state.users[self.tokens[value]], True)
        if scheme.lower() == "bearer" and self.oauth is not None:
            token = self.oauth.valid(value, self.state.clock.now)
            if token is not None:
                return Asker(self.state.users[token.user], True, None, token.may)
        try:
            cookie = SimpleCookie(headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            cookie = None
        if cookie is not None and cookie.value in self.sessions:
            return Asker(self.sessions[cookie.value][0], True, cookie.value)
        # A session that has ended: anonymous, but core's Basic sends no challenge to who
        # brings a cookie, so that what is refused is 403 (source).
        return Asker(None, offered=cookie is not None, ended=cookie is not None)

    def _basic(self, value: str) -> User | None:
        try:
            name, _, password = base64.b64decode(value).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        user = self.state.users.get(name)
        if user is None or user.blocked or self.failures[name] >= FLOOD_LIMIT:
            return None
        if user.password != password:
            self.failures[name] += 1
            return None
        self.failures[name] = 0
        return user

    def login(self, name: object, password: object) -> tuple[User, str, str]:
        """(user, session, CSRF token). Raises Refusal 400 (328), and 403 before it looks
        at the password, in the words of core's UserAuthenticationController (source)."""
        if sum(self.login_failures.values()) >= ADDRESS_LIMIT:
            raise Refusal(
                403, "Access is blocked because of IP based flood prevention."
            )
        user = self.state.users.get(name) if isinstance(name, str) else None
        if user is not None and user.blocked:
            raise Refusal(400, "The user has not been activated or is blocked.")
        if user is not None and self.login_failures[user.name] >= FLOOD_LIMIT:
            raise Refusal(403, UID_ONLY if self.uid_only else ADDRESS_TOO)
        if user is None or user.password != password:
            self.login_failures[str(name)] += 1
            raise Refusal(400, "Sorry, unrecognized username or password.")
        session, token = secrets.token_urlsafe(36), secrets.token_urlsafe(32)
        self.sessions[session] = (user, token)
        return user, session, token

    def csrf(self, asker: Asker, headers: Mapping[str, str]) -> None:
        """A session cookie needs the token with it on every unsafe method (324, 325)."""
        if asker.session is None:
            return
        token = headers.get("X-CSRF-Token")
        if token is None:
            raise Refusal(403, "X-CSRF-Token request header is missing")
        if token != self.sessions[asker.session][1]:
            raise Refusal(403, "X-CSRF-Token request header is invalid")


def no_credentials() -> Refusal:
    return Refusal(401, "No authentication credentials provided.")
