"""The demonstration Drupal's web server, without a network: routing by sub-path, language
and prefix, switches, and a ledger."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Literal
from urllib.parse import parse_qsl, quote

from tests.doubles.drupal import files
from tests.doubles.drupal.access import COOKIE, Access, Asker
from tests.doubles.drupal.calls import JSON_API, Call, Reply
from tests.doubles.drupal.document import JSONAPI_11, Refusal
from tests.doubles.drupal.extras import Extras
from tests.doubles.drupal.gates import Gate
from tests.doubles.drupal.model import State
from tests.doubles.drupal.pages import Visit, page, refused
from tests.doubles.drupal.query import Query
from tests.doubles.drupal.routes import Routes

_DELETED = (
    f"{COOKIE}=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/;"
    " HttpOnly; SameSite=Lax"
)
"""What core's SessionManager::destroy sets where a session is not known any more (source,
11.4-dev)."""
_READ_ONLY = (
    "JSON:API is configured to accept only read operations. "
    "Site administrators can configure this at {}/admin/config/services/jsonapi."
)


@dataclass(frozen=True)
class Seen:
    """One line of the ledger."""

    method: str
    path: str
    query: str
    status: int
    user: str | None
    body: bytes = b""
    authorization: bool = False
    """The request carried credentials of any kind: Authorization, a session cookie, a
    key header."""


@dataclass
class Trouble:
    """The next `times` requests with one of `methods` go wrong: before the work is
    done, or after it."""

    status: int = 503
    """0: the connection is reset. 200 without a body: the answer breaks off."""
    times: int = 1
    methods: tuple[str, ...] = ("GET", "PATCH")
    after: bool = False
    retry_after: int | None = 0
    body: bytes | None = None
    """Sent in place of the answer, with `status`."""
    location: str | None = None
    path: str = ""
    """Only where the path contains this."""


@dataclass
class Switches:
    """What a test may turn while the site runs."""

    read_only: bool = False
    latency: float = 0.0
    max_age: int = 0
    """Drupal's page cache for anonymous readers, seconds (111-119)."""
    links_origin: str | None = None
    """A bad proxy: links name this origin (110)."""
    troubles: list[Trouble] = field(default_factory=list)
    basic_auth: bool = True
    silent_ends: bool = False
    """Something before the site keeps its Set-Cookie back: that a session has ended shows
    only in what is answered."""
    core: Literal[10, 11] = 10
    content_language: bool = True
    switcher: bool = True
    """The language switcher's block stands on every page; else only the links to an
    item's own translations name languages (761-764, 778)."""
    endless: Literal["", "repeat", "empty"] = ""
    """Every page of a list names a next one, and is the first again, or empty."""


class Site:
    """The request loop around `Routes`. One lock: the fake has no races, only those
    that a test asks for."""

    def __init__(
        self, state: State, prefix: str = "/jsonapi", base_path: str = ""
    ) -> None:
        self.state = state
        self.users = Access(state)
        self.routes = Routes(state, self.users)
        self.switches = Switches()
        self.ledger: list[Seen] = []
        self.prefix, self.base_path = prefix, base_path
        state.base_path = base_path
        self.lock = threading.RLock()
        self.origin = ""
        self.gates: list[Gate] = []
        """What stands before the site, outermost first."""
        self.extras: Extras | None = None
        """jsonapi_extras, where it is installed."""

    def answer(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Reply:
        """The answer to one request; nothing of the network in here."""
        path = target.partition("?")[0]
        self.state.clock.advance()
        credentials = "Authorization" in headers or COOKIE in headers.get("Cookie", "")
        for gate in self.gates:
            stopped = gate.answer(method, path, headers)
            if stopped is not None:
                return self._noted(method, target, stopped, None, body, credentials)
            headers = gate.through(headers)
        basic = headers.get("Authorization", "").lower().startswith("basic")
        if basic and not self.switches.basic_auth:
            headers = {k: v for k, v in headers.items() if k != "Authorization"}
        asker = self.users.asker(headers)
        reply = self._drupal(method, target, headers, body, asker)
        user = asker.user.name if asker.user else None
        credentials = credentials or asker.offered
        return self._noted(method, target, reply, user, body, credentials)

    def _noted(
        self,
        method: str,
        target: str,
        reply: Reply,
        user: str | None,
        body: bytes,
        credentials: bool,
    ) -> Reply:
        path, _, query = target.partition("?")
        if self.switches.endless:
            query = _first_page(query)
        self.ledger.append(
            Seen(method, path, query, reply.status, user, body, credentials)
        )
        return reply

    def _drupal(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        asker: Asker,
    ) -> Reply:
        path, _, raw_query = target.partition("?")
        if self.switches.endless:
            raw_query = _first_page(raw_query)
        url = (
            (self.switches.links_origin or self.origin)
            + path
            + (f"?{_requoted(raw_query)}" if raw_query else "")
        )
        if self.users.oauth is not None and "/sites/default/files/" not in path:
            untrue = self.users.oauth.refusal(headers, self.state.clock.now)
            if untrue is not None:
                return self._told(untrue, path)
        try:
            reply = self._route(method, path, raw_query, headers, body, asker, url)
        except Refusal as refusal:
            reply = self._refused(refusal, url, path, asker)
        if self.switches.endless and isinstance(reply.body, dict):
            self._go_on(reply.body)
        self._told(reply, path)
        if asker.ended and not self._is_static(path):
            reply.headers.setdefault("Set-Cookie", _DELETED)
        reply.headers.setdefault("Cache-Control", "must-revalidate, no-cache, private")
        core = self.switches.core
        reply.headers.setdefault(
            "X-Generator", f"Drupal {core} (https://www.drupal.org)"
        )
        if core > 10 and isinstance(reply.body, dict) and "jsonapi" in reply.body:
            reply.body["jsonapi"] = JSONAPI_11  # 939
        return reply

    def _told(self, reply: Reply, path: str) -> Reply:
        """Whatever Drupal answers, a refusal too, tells its language; what the web server
        hands out from the disk does not, nor a 304 (793)."""
        disk = "/sites/default/files/" in path or reply.status == 304
        if self.switches.content_language and not disk:
            language, _ = self._language(path.removeprefix(self.base_path))
            reply.headers.setdefault("Content-language", language)
        return reply

    def _is_static(self, path: str) -> bool:
        """Answered by the web server, or by what does not tell that a session ended."""
        return "/sites/default/files/" in path or self.switches.silent_ends

    def _go_on(self, document: dict[str, Any]) -> None:
        """A list without an end."""
        if isinstance(document.get("data"), list) and "next" not in document["links"]:
            document["links"]["next"] = document["links"]["self"]
        if self.switches.endless == "empty" and "included" in document:
            document["data"] = []

    def _route(
        self,
        method: str,
        path: str,
        raw_query: str,
        headers: Mapping[str, str],
        body: bytes,
        asker: Asker,
        url: str,
    ) -> Reply:
        local = path.removeprefix(self.base_path)
        if self.base_path and local == path:
            raise Refusal(404, "", html=True)
        language, rest = self._language(local)
        outside = self._outside(local, raw_query, method, headers, body, asker)
        if outside is None and not (rest + "/").startswith(self.prefix + "/"):
            visit = Visit(
                rest,
                language,
                asker,
                self.origin + self.base_path,
                basic=headers.get("Authorization", "").lower().startswith("basic"),
            )
            html = page(self.state, visit, switcher=self.switches.switcher)
            said = {"Content-language": language}
            made = Reply(200, html, said, "text/html; charset=UTF-8")
            outside = self._cached(made, method, headers, asker)
        return outside or self._jsonapi(
            method, path, local, raw_query, headers, body, asker, url
        )

    def _outside(
        self,
        local: str,
        raw_query: str,
        method: str,
        headers: Mapping[str, str],
        body: bytes,
        asker: Asker,
    ) -> Reply | None:
        """What is not JSON:API: files, the login, the session token, the front page."""
        if local.startswith(files.ROOTS):
            return files.answer(self.state, local, raw_query, headers, asker)
        if local == "/user/login" and method == "POST":
            return self._login(body, asker)
        if local == "/oauth/token" and method == "POST" and self.users.oauth:
            return self.users.oauth.grant(headers, body, self.state.clock.now)
        if self._language(local)[1] == "/session/token":
            token = "anonymous"
            if asker.session:
                token = self.users.sessions[asker.session][1]
            return Reply(body=token.encode(), type="text/plain; charset=UTF-8")
        return None

    def _login(self, body: bytes, asker: Asker) -> Reply:
        if asker.user is not None:
            # LoginStatusCheck (source).
            why = "This route can only be accessed by anonymous users."
            return Reply(403, {"message": why}, type="application/json")
        reply, session = self.routes.login(body)
        if session:
            cookie = (
                f"{COOKIE}={session}; Max-Age=2000000; path=/; HttpOnly; SameSite=Lax"
            )
            reply.headers["Set-Cookie"] = cookie
        return reply

    def _jsonapi(
        self,
        method: str,
        path: str,
        local: str,
        raw_query: str,
        headers: Mapping[str, str],
        body: bytes,
        asker: Asker,
        url: str,
    ) -> Reply:
        language, rest = self._language(local)
        base = (
            (self.switches.links_origin or self.origin)
            + path[: len(path) - len(rest)]
            + self.prefix
        )
        parts = [p for p in rest[len(self.prefix) :].split("/") if p]
        if method == "OPTIONS":
            return Reply(
                200,
                b"",
                {"Allow": "POST, GET, DELETE, PATCH"},
                "text/html; charset=UTF-8",
            )
        if method not in ("GET", "HEAD") and self.switches.read_only:
            raise Refusal(
                405, _READ_ONLY.format(base.removesuffix(self.prefix)), allow="GET"
            )
        kind = headers.get("Content-Type", "")
        if (
            method in ("PATCH", "POST", "PUT")
            and kind
            and kind.partition(";")[0].strip() != JSON_API
        ):
            raise Refusal(415, f'No route found that matches "Content-Type: {kind}"')
        query = Query.parse(parse_qsl(raw_query, keep_blank_values=True))
        call = Call(method, parts, query, headers, body, language, base, url, asker)
        if self.extras is None:
            reply = self.routes.jsonapi(call)
        else:
            reply = self.extras.jsonapi(self.routes, call)
        return self._cached(reply, method, headers, asker)

    def _language(self, path: str) -> tuple[str, str]:
        first, _, rest = path.lstrip("/").partition("/")
        if first in self.state.languages[1:]:
            return first, "/" + rest
        return self.state.languages[0], path

    def _cached(
        self, reply: Reply, method: str, headers: Mapping[str, str], asker: Asker
    ) -> Reply:
        """Validators only for anonymous readers, and 304 only where both were sent
        (113-119, 121)."""
        if (
            method not in ("GET", "HEAD")
            or not self.switches.max_age
            or asker.offered
            or reply.status != 200
        ):
            return reply
        tag, moment = (
            f'"{self.state.clock.now}"',
            formatdate(self.state.clock.now, usegmt=True),
        )
        if (
            self.state.clock.tick == 0
            and headers.get("If-None-Match") == tag
            and headers.get("If-Modified-Since")
        ):
            return Reply(
                304,
                None,
                {
                    "Cache-Control": f"max-age={self.switches.max_age}, public",
                    "Vary": "Cookie",
                },
            )
        reply.headers |= {
            "ETag": tag,
            "Last-Modified": moment,
            "Vary": "Cookie",
            "Cache-Control": f"max-age={self.switches.max_age}, public",
        }
        return reply

    def _refused(self, refusal: Refusal, url: str, path: str, asker: Asker) -> Reply:
        if refusal.html:
            language, _ = self._language(path.removeprefix(self.base_path))
            visit = Visit("", language, asker, self.origin + self.base_path)
            switcher = self.switches.switcher
            html = refused(self.state, visit, refusal.status, switcher=switcher)
            said = {"Content-language": language}
            return Reply(refusal.status, html, said, "text/html; charset=UTF-8")
        reply = Reply(refusal.status, refusal.body(url))
        if refusal.allow:
            reply.headers["Allow"] = refusal.allow
        if refusal.status == 401:
            reply.headers["WWW-Authenticate"] = 'Basic realm="Demo Drupal"'
        return reply

    def trouble(self, method: str, path: str) -> Trouble | None:
        """The trouble that this request meets, counted down."""
        for trouble in self.switches.troubles:
            if trouble.times > 0 and method in trouble.methods and trouble.path in path:
                trouble.times -= 1
                return trouble
        return None


def _first_page(query: str) -> str:
    """The query as a cache takes it that ignores where a page begins."""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [
        pair for pair in pairs if not pair[0].startswith(("filter[key]", "page[off"))
    ]
    return "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in kept)


def _requoted(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in pairs)
