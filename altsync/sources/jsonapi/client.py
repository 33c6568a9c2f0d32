"""One Drupal over HTTP: addresses by language, the login and its one probe, documents.

Core answers a wrong password as anonymous, with 200 (recordings 273, 350). So the login
is asked for by name, once: `meta.links.me` of the entry point is there only for a user
who is really logged in. Nothing is tried a second time.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from requests.auth import AuthBase
from requests.models import PreparedRequest

from altsync.errors import (
    BadAnswer,
    ConfigError,
    LoginFailed,
    NotThere,
    Rejected,
    SourceError,
)
from altsync.sources.answers import HttpAnswer
from altsync.sources.http import Http, Token
from altsync.sources.jsonapi import says
from altsync.sources.jsonapi.document import checked, is_name
from altsync.sources.kinds import JsonapiConfig
from altsync.sources.tries import Patience

MEDIA_TYPE = "application/vnd.api+json"
NEUTRAL = ("und", "zxx")
"""Drupal's codes for "no language": such an item is walked and written in the default
language."""


class Basic(AuthBase):
    """HTTP Basic with UTF-8 (requests' own encodes Latin-1)."""

    def __init__(self, user: str, password: str) -> None:
        self._value = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode(
            "ascii"
        )

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = self._value
        return request

    def __repr__(self) -> str:
        return "Basic(...)"


def authenticator(config: JsonapiConfig, secret: str | None) -> AuthBase | None:
    """What goes with every request. None for a cookie login and for none. Raises
    LoginFailed without a secret."""
    login = config.login
    if login == "none":
        return None
    if login in ("cookie", "basic") and not config.user:
        raise ConfigError(
            "altsync.toml: jsonapi.user is empty. Write the Drupal user name there, or"
            ' login = "none".'
        )
    if not secret:
        hint = says.PASSWORD_HINT if login in ("cookie", "basic") else says.TOKEN_HINT
        raise LoginFailed(
            f'No password or token is set for login = "{login}". {hint}; then run'
            " again."
        )
    if login == "basic":
        return Basic(config.user, secret)
    if login == "bearer":
        return Token(secret, "Bearer")
    if login == "header":
        if not config.header:
            raise ConfigError(
                "altsync.toml: jsonapi.header is empty. Name the header, such as header"
                ' = "api-key".'
            )
        return Token(secret, header=config.header)
    return None


def secret_of(login: str) -> str | None:
    """The password or token for a login: ALTSYNC_PASSWORD or ALTSYNC_TOKEN, else llm's
    key store under `altsync`."""
    from altsync.config import secret

    return secret(
        "ALTSYNC_PASSWORD" if login in ("cookie", "basic") else "ALTSYNC_TOKEN",
        "altsync",
    )


class Client:
    """The site's JSON:API. Thread-safe; the first call of `ready` logs in and later
    ones cost nothing."""

    def __init__(
        self,
        url: str,
        config: JsonapiConfig,
        *,
        secret: str | None = None,
        workers: int = 8,
        timeout: float = 30.0,
        patience: Patience | None = None,
    ) -> None:
        self.config = config
        self._secret = secret
        self.http = Http(
            url,
            auth=authenticator(config, secret),
            workers=workers,
            timeout=timeout,
            patience=patience,
            headers={"Accept": MEDIA_TYPE},
            explain=says.explain,
        )
        self.prefix = "/" + config.prefix.strip("/")
        self.default_language: str | None = None
        """The language of addresses without a language prefix; None where the site does
        not tell."""
        self.paths: dict[str, str] = {}
        """Resource type -> its path below the JSON:API root, as the entry point links it.
        """
        self.me: str | None = None
        """The uuid of the account that is logged in."""
        self._csrf: str | None = None
        self._lock = threading.Lock()
        self._state: SourceError | bool = False
        self._languages: set[str] = set()

    def ready(self) -> bool:
        """Log in and probe it, once in the life of this client: True where this call did it.

        A failure is final: it is raised again, unasked.
        """
        with self._lock:
            first = self._state is False
            if first:
                try:
                    self._open()
                except SourceError as error:
                    if isinstance(error, LoginFailed):
                        self._state = error
                    raise
                self._state = True
            elif isinstance(self._state, SourceError):
                raise self._state
            return first

    def _open(self) -> None:
        if self.config.login == "cookie":
            self._cookie_login()
        answer = self._entry()
        if self.config.login != "none" and me(answer.json()) is None:
            raise says.wrong_login(self.config.login, self.config.user)
        self._read_entry(answer)

    def _entry(self) -> HttpAnswer:
        """The entry point, never answered from a cache of ours. Raises NotThere with
        what to do."""
        try:
            answer = self.http.get(
                self.http.base + self.prefix, headers={"Cache-Control": "no-cache"}
            )
        except NotThere as error:
            raise NotThere(
                f"There is no JSON:API at {self.http.base}{self.prefix}. Install"
                " Drupal's module JSON:API, or set site.url and jsonapi.prefix in"
                f" altsync.toml. {says.see('json-api')}",
                status=error.status,
            ) from None
        if not is_entry(answer.json()):
            raise BadAnswer(
                f"{self.http.base}{self.prefix} answers, but not as JSON:API does."
                f" {says.see('json-api')}"
            )
        return answer

    def _read_entry(self, answer: HttpAnswer) -> None:
        self.me = me(answer.json())
        told = answer.headers.get("Content-language")
        self.default_language = told or next(iter(self.config.languages), None)
        below = urlsplit(self.http.base).path.rstrip("/") + self.prefix
        for name, link in answer.json()["links"].items():
            href = link.get("href") if isinstance(link, dict) else link
            known = name != "self" and "." not in name and is_name(name)
            if not known or not isinstance(href, str):
                continue
            # Behind a bad proxy scheme, host and port of a link may be wrong (110); its
            # path is right.
            path = urlsplit(href).path
            self.paths[name] = (
                path[len(below) :]
                if path.startswith(below + "/")
                else "/" + name.replace("--", "/")
            )

    def _cookie_login(self) -> None:
        given = {"name": self.config.user, "pass": self._secret}
        try:
            # Once: five tries lock the account.
            answer = self.http.write(
                "POST", f"{self.http.base}/user/login?_format=json", given, retry=False
            )
        except Rejected as error:
            raise says.wrong_login(
                "cookie", self.config.user, locked=error.status == 403
            ) from None
        except NotThere:
            raise LoginFailed(
                f"{self.http.base}/user/login is not there, so a cookie login cannot"
                " work. Check site.url, or set "
                f'login = "basic" below [jsonapi]. {says.see("login")}'
            ) from None
        said = answer.json()
        token = said.get("csrf_token") if isinstance(said, dict) else None
        self._csrf = token if isinstance(token, str) else self._token()

    def _token(self) -> str:
        return (
            self.http.get(f"{self.http.base}/session/token")
            .body.decode("ascii", "replace")
            .strip()
        )

    def still_logged_in(self) -> bool:
        """Ask the entry point again. True also where no login is configured."""
        return self.config.login == "none" or me(self._entry().json()) is not None

    def path_of(self, kind: str) -> str:
        """A resource type's path. Raises ConfigError where the site does not have it."""
        if kind not in self.paths:
            near = ", ".join(
                sorted(
                    n for n in self.paths if n.split("--")[0] == kind.split("--")[0]
                )[:6]
            )
            hint = f" It has {near}." if near else ""
            raise ConfigError(
                f"altsync.toml: the site has no resource type `{kind}`.{hint} Run"
                " `altsync init` to list them."
            )
        return self.paths[kind]

    def language_path(self, language: str | None) -> str:
        """'' for the default language, `/nl` for another. Asks once whether the site
        answers in it (ConfigError)."""
        if (
            language is None
            or language in NEUTRAL
            or language == (self.default_language or language)
        ):
            return ""
        with self._lock:
            if language not in self._languages:
                if not self.speaks(language):
                    raise ConfigError(
                        f"altsync.toml: jsonapi.languages names `{language}`, but"
                        f" {self.http.base}/{language}{self.prefix} does not answer in"
                        " it. Give the language that path prefix in Drupal, or take it"
                        f" off the list. {says.see('languages')}"
                    )
                self._languages.add(language)
        return f"/{language}"

    def speaks(self, language: str) -> bool:
        """Does the site answer below /<language>, in that language?"""
        try:
            answer = self.http.get(f"{self.http.base}/{language}{self.prefix}")
            told = answer.headers.get("Content-language")
            return is_entry(answer.json()) and told in (None, language)
        except (NotThere, BadAnswer, Rejected):
            return False

    def url(self, kind: str, language: str | None, uuid: str = "") -> str:
        """A collection or an item in a language. Links that the site prints are never followed."""
        return (
            self.http.base
            + self.language_path(language)
            + self.prefix
            + self.path_of(kind)
            + (uuid and f"/{uuid}")
        )

    def get(
        self, url: str, query: Sequence[tuple[str, str]] = (), *, fresh: bool = False
    ) -> tuple[dict[str, Any], HttpAnswer]:
        """A document. `fresh` asks past caches (Drupal's own never answers a logged-in
        user: recording 120)."""
        headers = {"Cache-Control": "no-cache"} if fresh else None
        answer = self.http.get(
            f"{url}?{urlencode(query)}" if query else url, headers=headers
        )
        return checked(answer.json(), answer.url), answer

    def refusal(self, url: str, query: Sequence[tuple[str, str]]) -> HttpAnswer | None:
        """The 400 to a question that is wrong on purpose; None where it was answered."""
        answer = self.http.get(f"{url}?{urlencode(query)}", refused=True)
        return answer if answer.status == 400 else None

    def patch(
        self, url: str, query: Sequence[tuple[str, str]], document: Mapping[str, Any]
    ) -> HttpAnswer:
        return self.http.write(
            "PATCH",
            f"{url}?{urlencode(query)}",
            document,
            headers=self._tokens(),
            content_type=MEDIA_TYPE,
        )

    def ask(self, url: str, document: Mapping[str, Any]) -> HttpAnswer:
        """A PATCH that the site has to refuse: its answer, of whatever status (`rights`)."""
        return self.http.ask(
            "PATCH", url, document, headers=self._tokens(), content_type=MEDIA_TYPE
        )

    def _tokens(self) -> dict[str, str] | None:
        return {"X-CSRF-Token": self._csrf} if self._csrf else None


def is_entry(document: Any) -> bool:
    """Is this the entry point of a JSON:API?"""
    return (
        isinstance(document, dict)
        and "jsonapi" in document
        and isinstance(document.get("links"), dict)
    )


def me(document: Any) -> str | None:
    """The uuid of the user who is really logged in (349), else None (350)."""
    try:
        found = document["meta"]["links"]["me"]["meta"]["id"]
    except (KeyError, TypeError):
        return None
    return found if isinstance(found, str) else None
