"""How altsync is logged in on a Drupal, and that it stays so.

Core answers a wrong password, and a session that has ended, as anonymous: with 200
(273, 350). A session that Drupal does not know any more has one trace: the answer
deletes its cookie (core's SessionManager::destroy). Such an answer was given to nobody;
the login is renewed, once, and the same request is sent again. A token of Simple OAuth
lives for minutes, and is refused with 401 afterwards (891, 895, 896): a new one is
fetched each time.
"""

from __future__ import annotations

import json
import re
import threading
from typing import Any

from requests.models import PreparedRequest

from altsync.errors import (
    AnswerLost,
    ConfigError,
    LoginFailed,
    SourceError,
    Unreachable,
)
from altsync.sources.answers import HttpAnswer
from altsync.sources.barriers import is_front_door
from altsync.sources.credentials import Basic, Credentials, Token, one_header
from altsync.sources.http import FORM, Http
from altsync.sources.jsonapi import says, turned_away
from altsync.sources.kinds import JsonapiConfig

LOGIN, TOKEN = "/user/login", "/oauth/token"
_SESSION = re.compile(r"S?SESS[\w-]+\Z")
_TOKEN = re.compile(r"[!-~]{1,8000}\Z")
"""What a header carries, and servers take: they refuse longer ones."""
_SAFE = ("GET", "HEAD")


def secret_of(login: str) -> str | None:
    """The password, token or client secret for a login: ALTSYNC_PASSWORD or
    ALTSYNC_TOKEN, else llm's key store under `altsync`."""
    from altsync.config import secret

    return secret(
        "ALTSYNC_PASSWORD" if login in ("cookie", "basic") else "ALTSYNC_TOKEN",
        "altsync",
    )


class Renewable(Credentials):
    """A login that has to be opened, and may be renewed. From any thread."""

    def __init__(self) -> None:
        self._http: Http | None = None
        self._lock = threading.RLock()
        self._failed: LoginFailed | None = None

    def open(self, http: Http) -> None:
        """Log in, before the first request. Raises SourceError."""
        self._http = http
        with self._lock:
            self._enter(http)

    def renew(self, turn: int) -> None:
        """Log in again, unless another thread has since `turn`. Raises LoginFailed
        where that cannot be, at once where it could not before."""
        with self._lock:
            if self._failed is not None:
                raise self._failed
            if self._http is None or turn != self.turn:
                return
            try:
                self._again(self._http)
            except LoginFailed as error:
                self._failed = error
                raise
            self.turn += 1

    def refusal(self, answer: HttpAnswer) -> SourceError | None:
        """The error that an answer to the login itself means; None for the general one."""
        return None

    def _enter(self, http: Http) -> None:
        """Get what the requests need."""

    def _again(self, http: Http) -> None:
        self._enter(http)


class CookieLogin(Renewable):
    """Drupal's session, with the token that its writes need. Renewed once."""

    def __init__(self, config: JsonapiConfig, password: str) -> None:
        super().__init__()
        self._config = config
        self._password = password
        self._token: str | None = None
        self._cookies: frozenset[str] = frozenset()
        self._ended = False
        """The session has ended once, and was renewed."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if request.method not in _SAFE and self._token is not None:
            request.headers["X-CSRF-Token"] = self._token
        return request

    def renewed(self, answer: HttpAnswer, turn: int) -> bool:
        if self._http is None or answer.method == "POST":
            return False  # the login itself is the only POST
        with self._lock:
            if turn == self.turn and not self._has_ended(answer, self._http):
                return False
            self.renew(turn)
        # What was written was written, by whomever; a refusal wrote nothing.
        return answer.method in _SAFE or answer.status in (401, 403)

    def refusal(self, answer: HttpAnswer) -> SourceError | None:
        if answer.status == 404:
            return LoginFailed(
                f"{LOGIN} is not there, so a cookie login cannot work. Check site.url,"
                ' or set login = "basic" below [jsonapi].'
                f" {says.see('login')}",
                status=404,
            )
        read = _read(answer)
        said = _text(read.get("message"))
        if (answer.status == 403 and read) or "or is blocked" in said:
            return turned_away.login_refused(self._config.user, said)
        if answer.status in (400, 422):
            return turned_away.wrong_login(self._config)
        return None

    def _enter(self, http: Http) -> None:
        given = {"name": self._config.user, "pass": self._password}
        # Once: five tries lock the account.
        address = f"{http.base}{LOGIN}?_format=json"
        said = _object(http.write("POST", address, given, retry=False))
        token = said.get("csrf_token")
        self._token = token if isinstance(token, str) else _session_token(http)
        self._cookies = frozenset(_sessions(http))

    def _again(self, http: Http) -> None:
        if self._ended:
            raise LoginFailed(
                "The login ended a second time while altsync was at work, so it was not"
                " renewed again: something on the site ends sessions early. What was"
                f" done until then is kept. Run the command again. {says.see('login')}"
            )
        self._ended = True
        # Drupal refuses to log in who is logged in, and only the token may be stale.
        http.cookies.forget(_sessions(http))
        self._token, self._cookies = None, frozenset()
        try:
            self._enter(http)
        except LoginFailed as error:
            raise LoginFailed(
                "The login ended while altsync was at work, and logging in again did not"
                f" work. {error}"
            ) from None

    def _has_ended(self, answer: HttpAnswer, http: Http) -> bool:
        if answer.status == 401:
            return not is_front_door(answer)
        if answer.status == 403 and answer.method not in _SAFE:
            said = says.errors_of(answer)
            if any("X-CSRF-Token" in detail for detail, _ in said):
                return True
        return not self._cookies <= set(_sessions(http))


class OAuthLogin(Renewable):
    """Simple OAuth's client credentials: the token is fetched when it is needed, kept in
    memory only, and fetched anew when the site takes it no more."""

    def __init__(self, config: JsonapiConfig, secret: str) -> None:
        super().__init__()
        self._client = config.client
        self._asked = {
            "grant_type": "client_credentials",
            "client_id": config.client,
            "client_secret": secret,
        }
        if config.scope:
            self._asked["scope"] = config.scope
        self._token: Token | None = None

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if self._token is None or request.method == "POST":
            return request  # the token is asked for without one
        return self._token(request)

    def renewed(self, answer: HttpAnswer, turn: int) -> bool:
        if answer.status != 401 or answer.method == "POST" or self._http is None:
            return False
        if is_front_door(answer):
            return False
        self.renew(turn)
        return True

    def refusal(self, answer: HttpAnswer) -> SourceError | None:
        if answer.status == 404:
            return LoginFailed(
                f'{TOKEN} is not there: login = "oauth" needs the module Simple OAuth'
                f" (simple_oauth). {says.see('tokens')}",
                status=404,
            )
        said = _read(answer)
        code = _text(said.get("error"))
        if not code and answer.status == 401:
            return LoginFailed(
                f"The site gives the client `{self._client}` no token (401 at {TOKEN}), and"
                f" does not say why. {turned_away.CLIENT_HINT}; then run again."
                f" {says.see('tokens')}",
                status=401,
            )
        if not code:
            return None
        return turned_away.client_refused(self._client, code, _text(said.get("hint")))

    def _enter(self, http: Http) -> None:
        try:
            said = _object(
                http.write(
                    "POST", f"{http.base}{TOKEN}", self._asked, content_type=FORM
                )
            )
        except AnswerLost as error:
            # Nothing is written by asking, and what waited for the token was not done.
            raise Unreachable(
                f"No token could be fetched: {http.base}{TOKEN} gave no usable answer."
                " Look at the site's own log, then run again.",
                status=error.status,
            ) from None
        token = said.get("access_token")
        if not isinstance(token, str) or not _TOKEN.match(token):
            raise LoginFailed(
                f"{http.base}{TOKEN} answered without a token that a request can carry."
                f" Look at Simple OAuth in Drupal. {says.see('tokens')}"
            )
        self._token = Token(token, "Bearer")


def login_of(
    config: JsonapiConfig, secret: str | None, front: Basic | None = None
) -> Credentials:
    """The login that altsync.toml asks for. Asks nothing of the site yet.

    Raises ConfigError for settings that cannot work, LoginFailed without a secret.
    """
    login = config.login
    if login == "none":
        return Credentials()
    _check(config, front)
    if not secret:
        raise LoginFailed(
            f'No password or token is set for login = "{login}".'
            f" {turned_away.hint_of(login)}; then run again."
        )
    if login == "cookie":
        return CookieLogin(config, secret)
    if login == "oauth":
        return OAuthLogin(config, secret)
    if login == "basic":
        return Basic(config.user, secret)
    if login == "bearer":
        return Token(secret, "Bearer")
    return Token(secret, header=config.header)


def _check(config: JsonapiConfig, front: Basic | None) -> None:
    login = config.login
    if login in ("cookie", "basic") and not config.user:
        raise _empty("user", 'Write the Drupal user name there, or login = "none".')
    if login == "oauth" and not config.client:
        raise _empty("client", "Write the client id of the consumer there.")
    if login == "header" and not config.header:
        raise _empty("header", 'Name the header, such as header = "api-key".')
    header = login == "header" and config.header.lower() == "authorization"
    if login in ("basic", "bearer", "oauth") or header:
        one_header(
            front, f'jsonapi.login = "{login}"', 'Use login = "cookie" beside it. '
        )


def _empty(key: str, what: str) -> ConfigError:
    return ConfigError(f"altsync.toml: jsonapi.{key} is empty. {what}")


def _session_token(http: Http) -> str:
    answer = http.get(f"{http.base}/session/token")
    return answer.body.decode("ascii", "replace").strip()


def _sessions(http: Http) -> list[str]:
    """The names of Drupal's session cookies that we have."""
    return [name for name in http.cookies.names() if _SESSION.match(name)]


def _object(answer: HttpAnswer) -> dict[str, Any]:
    said = answer.json()
    return said if isinstance(said, dict) else {}


def _read(answer: HttpAnswer) -> dict[str, Any]:
    """What an error says, if it is JSON."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
