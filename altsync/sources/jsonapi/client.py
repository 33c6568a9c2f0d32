"""One Drupal over HTTP: addresses by language, the probe of the login, documents.

Core answers a wrong password as anonymous, with 200 (recordings 273, 350). So the login
is asked for by name, once: `meta.links.me` of the entry point is there only for a user
who is really logged in. `login` has what is tried again, and when.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from altsync.errors import (
    BadAnswer,
    ConfigError,
    LoginFailed,
    NotThere,
    Rejected,
    SourceError,
)
from altsync.sources.answers import HttpAnswer, origin
from altsync.sources.barriers import challenged, is_page
from altsync.sources.credentials import Basic
from altsync.sources.http import Http
from altsync.sources.jsonapi import says, turned_away
from altsync.sources.jsonapi.document import checked, is_name
from altsync.sources.jsonapi.login import LOGIN, TOKEN, Renewable, login_of
from altsync.sources.kinds import JsonapiConfig
from altsync.sources.tries import Patience

MEDIA_TYPE = "application/vnd.api+json"
EXTRAS = "jsonapi_resource_config--jsonapi_resource_config"
DOORS = (LOGIN, TOKEN, "/session/token")
NEUTRAL = ("und", "zxx")
"""Drupal's codes for "no language": such an item is walked and written in the default
language."""


class Client:
    """The site's JSON:API. Thread-safe; the first call of `ready` logs in and later
    ones cost nothing."""

    def __init__(
        self,
        url: str,
        config: JsonapiConfig,
        *,
        secret: str | None = None,
        front: Basic | None = None,
        workers: int = 8,
        timeout: float = 30.0,
        patience: Patience | None = None,
    ) -> None:
        self.config = config
        self.login = login_of(config, secret, front)
        self._fronted = front is not None
        self._connect = partial(
            Http, url, front=front, workers=workers, timeout=timeout, patience=patience
        )
        self.http = self._connect(
            auth=self.login,
            headers={"Accept": MEDIA_TYPE},
            explain=self._explain,
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
        if isinstance(self.login, Renewable):
            self.login.open(self.http)
        answer = self._entry()
        if self.config.login != "none" and me(answer.json()) is None:
            taken = self._fronted and self.config.login == "cookie"
            raise turned_away.wrong_login(self.config, fronted=taken)
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

    def confirm(self, since: int | None = None) -> bool:
        """Ask the entry point who is logged in. True: still the one who shall be, or
        nobody shall; in the login's turn `since`, where it is given.

        False: nobody was, or another thread has renewed the login since; altsync is
        logged in again, and what was answered before may be what everybody sees. Raises
        LoginFailed where that cannot be.
        """
        turn = self.login.turn
        if self.config.login == "none" or me(self._entry().json()) is not None:
            return since in (None, self.login.turn)
        if not isinstance(self.login, Renewable):
            raise turned_away.ended_login(self.config)
        self.login.renew(turn)
        if me(self._entry().json()) is None:
            raise turned_away.ended_login(self.config)
        return False

    def _explain(self, answer: HttpAnswer) -> SourceError | None:
        """The error of a status of 400 or more."""
        if answer.method == "POST" and isinstance(self.login, Renewable):
            refused = self.login.refusal(answer)
            if refused is not None:
                return refused
        if self._is_foreign(answer):
            return challenged(answer)
        if answer.status == 401 and self.config.login == "oauth":
            return turned_away.token_refused(self.config, answer)
        logged_in = self._state is True and self.config.login != "none"
        if answer.status == 401 and logged_in:
            return turned_away.ended_login(self.config)
        return says.explain(answer)

    def _is_foreign(self, answer: HttpAnswer) -> bool:
        """A page refuses, where Drupal shows nobody one, whatever it refuses?"""
        if answer.status != 403 or not is_page(answer):
            return False
        if origin(answer.url) != self.http.origin:
            return False
        path = urlsplit(answer.url).path.removeprefix(urlsplit(self.http.base).path)
        below = re.match(rf"(/[\w-]{{2,12}})?{re.escape(self.prefix)}(/|\Z)", path)
        return below is not None or path in DOORS

    @property
    def renames(self) -> bool:
        """jsonapi_extras is there (805, 823), so that types and fields may have other names
        than core's. A filter still takes the old name of a field (809): what it finds may
        be no name to ask by."""
        usual = all(
            path == "/" + kind.replace("--", "/") for kind, path in self.paths.items()
        )
        return not usual or EXTRAS in self.paths

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

    def visitor(self) -> Http:
        """Reads pages as somebody who is not logged in gets them. To be closed."""
        return self._connect(headers={"Accept": "text/html"})

    def refusal(self, url: str, query: Sequence[tuple[str, str]]) -> HttpAnswer | None:
        """The 400 to a question that is wrong on purpose; None where it was answered."""
        answer = self.http.get(f"{url}?{urlencode(query)}", wanted=400)
        return answer if answer.status == 400 else None

    def patch(
        self, url: str, query: Sequence[tuple[str, str]], document: Mapping[str, Any]
    ) -> HttpAnswer:
        return self.http.write(
            "PATCH", f"{url}?{urlencode(query)}", document, content_type=MEDIA_TYPE
        )

    def ask(self, url: str, document: Mapping[str, Any]) -> HttpAnswer:
        """A PATCH that the site has to refuse: its answer, of whatever status (`rights`)."""
        answer = self.http.ask("PATCH", url, document, content_type=MEDIA_TYPE)
        if self._is_foreign(answer):
            raise challenged(answer)
        return answer


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
