"""What a request carries so that the site knows whose it is. Only requests to the site's
own origin carry any of it: `http.Http` sees to that."""

from __future__ import annotations

import base64
import os

from requests.auth import AuthBase
from requests.models import PreparedRequest

from altsync.errors import ConfigError, LoginFailed
from altsync.sources.answers import HttpAnswer

FRONT_USER, FRONT_PASSWORD = "ALTSYNC_FRONT_USER", "ALTSYNC_FRONT_PASSWORD"
"""The environment's variables for a front door."""


class Credentials(AuthBase):
    """One login. As it stands it adds nothing, and is never renewed."""

    turn = 0
    """Which login it is: counts up when it was renewed."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request

    def renewed(self, answer: HttpAnswer, turn: int) -> bool:
        """Was `answer` given to nobody, or may it have been, and is the login good
        again? Then the same request is to be sent once more. From any thread.

        `turn` was the login's when the request was made. Raises LoginFailed where the
        login has ended and cannot be renewed.
        """
        return False

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


class Token(Credentials):
    """`Authorization: <scheme> <token>`, or the bare token where `scheme` is empty."""

    def __init__(
        self, token: str, scheme: str = "", header: str = "Authorization"
    ) -> None:
        # requests and http.client would quote the whole value in their own error text.
        if not token or not all("!" <= c <= "~" for c in token):
            raise LoginFailed(
                "The token is empty or holds blanks, line breaks or letters outside"
                " ASCII, which no header can carry. Set it again, without quotes"
                " around it."
            )
        self._value = f"{scheme} {token}".strip()
        self._header = header

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers[self._header] = self._value
        return request


class Basic(Credentials):
    """HTTP Basic with UTF-8 (requests' own encodes Latin-1)."""

    def __init__(self, user: str, password: str) -> None:
        pair = f"{user}:{password}".encode()
        self._value = "Basic " + base64.b64encode(pair).decode("ascii")

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = self._value
        return request


def front_of(front: str) -> Basic | None:
    """What opens the front door of the site, with user and password of the environment;
    None where `front` (`[site] front` of altsync.toml) says that it has none.

    Raises ConfigError where they are not set, or can be no credentials.
    """
    if not front:
        return None
    user, password = os.environ.get(FRONT_USER), os.environ.get(FRONT_PASSWORD)
    if not user or not password:
        raise ConfigError(
            'altsync.toml: site.front = "basic" needs the user name and the password of'
            f" the front door. Put them into {FRONT_USER} and {FRONT_PASSWORD}, then run"
            " again."
        )
    if ":" in user:
        raise ConfigError(
            f"{FRONT_USER} holds a colon, which no user name of HTTP Basic can."
        )
    return Basic(user, password)


def one_header(front: Basic | None, what: str, instead: str = "") -> None:
    """Refuse, with ConfigError, a front door beside a login (`what`) that needs the same
    header: a request has one Authorization. `instead`: another way out."""
    if front is not None:
        raise ConfigError(
            f'altsync.toml: site.front = "basic" and {what} both need the header'
            f" Authorization, and a request has only one. {instead}Else have the front"
            " door let this computer's address in without a password, and take site.front"
            " away."
        )
