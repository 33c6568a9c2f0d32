"""simple_oauth 6 with client credentials (882-900): a token lives for minutes, and a bad
one is never silently anonymous."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tests.doubles.drupal.calls import Reply

_FORM = "application/x-www-form-urlencoded"
_FAILED = {
    "error": "invalid_client",
    "error_description": "Client authentication failed",
}
_UNVERIFIED = "Access token could not be verified"
_GARBLED = "Error while decoding from Base64Url, invalid base64 characters detected"
_PAGE = (
    b'<!DOCTYPE html>\n<html lang="en" dir="ltr"><head><title>Unauthorized | Demo'
    b"</title></head><body><h1>Unauthorized</h1></body></html>"
)


@dataclass
class Token:
    user: str
    ends: int
    """Seconds since 1970."""
    may: frozenset[str] | None = None
    """What the scope allows at most; None: whatever the user may."""


@dataclass
class Consumer:
    """One client of the site. Its tokens are of `user`; `user` None is a consumer that
    nobody finished setting up."""

    client_id: str = "altsync"
    secret: str = "altsync-lab-secret"
    user: str | None = "editor"
    life: int = 300
    scopes: dict[str, frozenset[str] | None] = field(
        default_factory=lambda: {"altsync": None}
    )
    """Scope -> what it allows at most. The first is the one that is taken where none is
    asked for (883)."""


@dataclass
class OAuth:
    """The module: consumers and the tokens that were given out."""

    consumers: tuple[Consumer, ...] = (Consumer(),)
    tokens: dict[str, Token] = field(default_factory=dict)

    def refusal(self, headers: Mapping[str, str], now: int) -> Reply | None:
        """The 401 for a bearer token that is wrong or too old, for public data too (891,
        895, 896); None where no or a good one came."""
        token = bearer(headers)
        if token is None or self.valid(token, now):
            return None
        why = _UNVERIFIED if token in self.tokens else _GARBLED
        challenge = (
            f'Bearer realm="OAuth", error="access_denied", error_description="{why}"'
        )
        return Reply(
            401, _PAGE, {"WWW-Authenticate": challenge}, "text/html; charset=UTF-8"
        )

    def valid(self, token: str, now: int) -> Token | None:
        found = self.tokens.get(token)
        return found if found is not None and now < found.ends else None

    def expire(self) -> None:
        """Every token that was given out is too old from now on."""
        for token in self.tokens.values():
            token.ends = 0

    def grant(self, headers: Mapping[str, str], body: bytes, now: int) -> Reply:
        """POST /oauth/token."""
        kind = headers.get("Content-Type", "").partition(";")[0].strip()
        form = parse_qs(body.decode("utf-8", "replace")) if kind == _FORM else {}
        given = {name: values[-1] for name, values in form.items()}
        if given.get("grant_type") != "client_credentials":
            return _said(
                400,
                error="unsupported_grant_type",
                error_description=(
                    "The authorization grant type is not supported by the"
                    " authorization server."
                ),
                hint="Check that all required parameters have been provided",
            )
        consumer = self._consumer(given, headers)
        if consumer is None:
            return _said(401, **_FAILED)
        asked = given.get("scope") or next(iter(consumer.scopes))
        unknown = next((s for s in asked.split() if s not in consumer.scopes), None)
        if unknown is not None:
            return _said(
                400,
                error="invalid_scope",
                error_description=(
                    "The requested scope is invalid, unknown, or malformed"
                ),
                hint=f"Check the `{unknown}` scope",
            )
        if consumer.user is None:
            return _said(500, error="server_error", error_description="Server error")
        token = secrets.token_urlsafe(48)
        limits = [consumer.scopes[scope] for scope in asked.split()]
        self.tokens[token] = Token(consumer.user, now + consumer.life, _either(limits))
        made = {
            "token_type": "Bearer",
            "expires_in": consumer.life,
            "access_token": token,
        }
        reply = _said(200, **made)
        reply.type = "application/json; charset=UTF-8"
        reply.headers["Cache-Control"] = "no-store, private"
        return reply

    def _consumer(
        self, given: Mapping[str, str], headers: Mapping[str, str]
    ) -> Consumer | None:
        """The client that proves itself in the form or by Basic."""
        named = (given.get("client_id"), given.get("client_secret"))
        scheme, _, value = headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                name, _, secret = base64.b64decode(value).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return None
            named = (name, secret)
        for consumer in self.consumers:
            if named == (consumer.client_id, consumer.secret):
                return consumer
        return None


def bearer(headers: Mapping[str, str]) -> str | None:
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    return value if scheme.lower() == "bearer" else None


def _either(limits: list[frozenset[str] | None]) -> frozenset[str] | None:
    """What several scopes allow together."""
    known = [limit for limit in limits if limit is not None]
    return frozenset().union(*known) if len(known) == len(limits) else None


def _said(status: int, **document: Any) -> Reply:
    return Reply(status, document, {"Vary": "X-Consumer-ID"}, "application/json")
