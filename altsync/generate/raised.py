"""What is known of a call that failed, by the machine's parts: status, codes, times; from
the exception and what it came from, and from the HTTP exchange that was heard."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

from altsync.generate import waits

PARSED = 1_000_000
"""Bytes: an error that is larger is not read."""
CHAIN = 5
"""Exceptions, each the cause of the one before."""
OK = 200
BEGINNING = 1000
"""Characters in which a stream of Anthropic's says that it begins."""
SPACE = tuple(", \t\r\n")
"""Between documents."""
STATUS_OF = {
    "invalid_request_error": 400,
    "invalid_argument": 400,
    "authentication_error": 401,
    "unauthenticated": 401,
    "billing_error": 402,
    "payment_required": 402,
    "permission_error": 403,
    "permission_denied": 403,
    "not_found_error": 404,
    "not_found": 404,
    "timeout_error": 504,
    "deadline_exceeded": 504,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "resource_exhausted": 429,
    "api_error": 500,
    "server_error": 500,
    "internal": 500,
    "internal_server_error": 500,
    "unavailable": 503,
    "overloaded_error": 529,
}
"""The status that a code stands for, where the exchange has none of its own: an error
inside an answer of 200."""
_LEADING = re.compile(r"([45]\d\d): ")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.I | re.S)


class Exchange(Protocol):
    """One HTTP exchange, as it was heard (`hearing.Heard`)."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def whole(self) -> bool: ...


class Raised:
    """What an exception and its exchange say. Whatever a provider sends may be of any
    shape; nothing here raises over it."""

    def __init__(self, error: BaseException, heard: Exchange | None = None) -> None:
        self.error = error
        self.heard = heard
        self.chain = causes(error)
        self.name = type(error).__name__
        self.names = [type(one).__name__ for one in self.chain]

    @cached_property
    def http(self) -> int | None:
        """The status of the exchange."""
        if self.heard is not None:
            return self.heard.status
        for one in self.chain:
            for holder in (one, getattr(one, "response", None)):
                status = getattr(holder, "status_code", None)
                if isinstance(status, int) and 100 <= status <= 599:
                    return status
        return None

    @cached_property
    def status(self) -> int | None:
        """The status that the provider means: the exchange's, where that is an error's;
        else what its error object says. None where nobody says."""
        if self.http is not None and self.http >= 400:
            return self.http
        for code in (self.object.get("code"), *sorted(self.codes)):
            found = _as_status(code) or STATUS_OF.get(str(code).lower())
            if found:
                return found
        leading = _LEADING.match(str(self.error))
        if self.heard is None and leading:
            return int(leading[1])
        return None

    @cached_property
    def object(self) -> Mapping[str, Any]:
        """The provider's error object; empty where there is none."""
        for data, bare in self._bodies():
            found = error_in(data, bare=bare)
            if found:
                return found
        return {}

    @cached_property
    def metadata(self) -> Mapping[str, Any]:
        """Of OpenRouter's errors."""
        found = self.object.get("metadata")
        return found if isinstance(found, Mapping) else {}

    @cached_property
    def details(self) -> list[Mapping[str, Any]]:
        """Of Google's errors."""
        found = self.object.get("details")
        if not isinstance(found, list):
            return []
        return [one for one in found if isinstance(one, Mapping)]

    @cached_property
    def codes(self) -> frozenset[str]:
        """Every word that the error is named with, in lower case."""
        inner = self.object.get("innererror")
        named = [self.object.get(part) for part in ("type", "code", "status")]
        named += [one.get("reason") for one in self.details]
        named += [self.metadata.get("error_type")]
        named += [inner.get("code")] if isinstance(inner, Mapping) else []
        named += [getattr(self.error, part, None) for part in ("type", "code")]
        return frozenset(one.lower() for one in named if isinstance(one, str))

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """By lower-case name."""
        if self.heard is not None:
            return self.heard.headers
        for one in self.chain:
            for holder in (getattr(one, "response", None), one):
                headers = getattr(holder, "headers", None)
                if isinstance(headers, Mapping):
                    return {str(name).lower(): str(headers[name]) for name in headers}
        return {}

    @cached_property
    def wait(self) -> float | None:
        """Seconds until it may be asked again, where the provider says so."""
        limited = self.status in (429, None)
        return waits.told(self.headers, self.object, self.words, limited=limited)

    @cached_property
    def message(self) -> str:
        """The provider's own sentence; '' where the error is not the provider's."""
        said = self.object.get("message")
        if isinstance(said, str) and said.strip():
            return f"{said} {self._upstream()}".strip()
        if self.is_page:
            title = _TITLE.search(self._text)
            return title[1] if title else ""
        known = self.name in ("ModelError", "ResponseError") or self.is_refusal
        if known or (self.http is not None and self.http >= 400):
            return str(self.error)
        return ""

    @cached_property
    def words(self) -> str:
        """Everything that is said, for where nothing but words is left."""
        return f"{self.message} {self.error} {' '.join(sorted(self.codes))}"

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Whether the words say so."""
        return bool(pattern.search(self.words))

    @cached_property
    def is_refusal(self) -> bool:
        """A refusal of the model's, which its plugin raises (llm-anthropic) or fails on."""
        if any("Refusal" in name for name in self.names):
            return True
        return any(_is_blocked(data) for data in _parsed(self._text))

    @cached_property
    def is_page(self) -> bool:
        """A web page came in place of an answer: of a proxy, most likely."""
        kind = self.headers.get("content-type", "")
        return "html" in kind.lower() or self._text.lstrip()[:1] == "<"

    @cached_property
    def is_cut(self) -> bool:
        """An answer began to arrive, and did not to its end."""
        heard = self.heard
        if heard is None or heard.status >= 400:
            return False
        return not heard.whole or broke_off(heard)

    @property
    def is_ollama(self) -> bool:
        return any(type(one).__module__.startswith("ollama") for one in self.chain)

    @cached_property
    def _text(self) -> str:
        """The body as it was heard."""
        if self.heard is None or len(self.heard.body) > PARSED:
            return ""
        return self.heard.body.decode("utf-8", "replace")

    def _bodies(self) -> Iterator[tuple[Any, bool]]:
        """Every body that may hold an error object, and whether it may be one."""
        failed = (self.http or 0) >= 400
        for data in _parsed(self._text):
            yield data, failed
        for one in self.chain:
            body = getattr(one, "body", None)
            if not isinstance(body, str):
                yield body, True
                continue
            for data in _parsed(body[:PARSED]):
                yield data, True

    def _upstream(self) -> str:
        """What the provider behind OpenRouter said."""
        raw = self.metadata.get("raw")
        if not isinstance(raw, str):
            return ""
        for data in _parsed(raw):
            said = error_in(data, bare=True).get("message")
            if isinstance(said, str):
                return said
        return raw


class ErrorInside(Exception):
    """An answer was an error object, and its plugin took it for a text."""


def holds_error(heard: Exchange | None) -> bool:
    """Whether an answer that went well is an error object."""
    if heard is None or heard.status >= 400:
        return False
    return bool(Raised(ErrorInside(), heard).object)


def broke_off(heard: Exchange | None) -> bool:
    """Whether an answer ends in the midst of itself, though its connection ended well:
    what stands between closes a stream politely, and some plugins take what came before
    for all of it."""
    if heard is None or heard.status != OK or len(heard.body) > PARSED:
        return False
    text = heard.body.decode("utf-8", "replace").strip()
    if "event: message_start" in text[:BEGINNING]:
        return "event: message_stop" not in text and "event: error" not in text
    if not heard.whole:  # a plugin may have read as far as it wanted
        return False
    return not text or (text[0] in "[{" and not _is_whole(text))


def _is_whole(text: str) -> bool:
    """Whether it is JSON to its end: one document, or several."""
    decoder = json.JSONDecoder(strict=False)
    at = 0
    while at < len(text):
        try:
            _, at = decoder.raw_decode(text, at)
        except ValueError:
            return False
        except RecursionError:
            return True
        while text[at : at + 1] in SPACE:
            at += 1
    return True


def error_in(data: Any, *, bare: bool) -> Mapping[str, Any]:
    """The error object in a provider's body: of the body itself, of an element of its
    list, or of a choice; empty where there is none. `bare`: the body may be that object
    itself."""
    found = (_error_of(one, bare=bare) for one in _elements(data))
    return next((one for one in found if one), {})


def _elements(data: Any) -> list[Mapping[str, Any]]:
    """The objects of a body. Not of lists within lists: no provider wraps so, and a host
    may send them a thousand deep."""
    several = data[:100] if isinstance(data, list) else [data]
    return [one for one in several if isinstance(one, Mapping)]


def _error_of(data: Mapping[str, Any], *, bare: bool) -> Mapping[str, Any]:
    if said := _said(data):
        return said
    if "choices" in data:
        choices = map(_said, _elements(data["choices"]))
        return next((one for one in choices if one), {})
    return _bare(data) if bare else {}


def _said(data: Mapping[str, Any]) -> Mapping[str, Any]:
    error = data.get("error")
    if isinstance(error, Mapping):
        return error
    if isinstance(error, str) and error:
        return {"message": error}
    return {}


def _bare(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Mistral's, and what openai's library keeps of an error."""
    for name in ("message", "detail"):
        said = data.get(name)
        if isinstance(said, str):
            return {**data, "message": said}
        if said:
            return {**data, "message": _written(said)}
    return {}


def _written(said: Any) -> str:
    try:
        return json.dumps(said, default=str)
    except (ValueError, RecursionError):
        return ""


def _is_blocked(data: Any) -> bool:
    """Gemini's word for a question that it does not answer."""
    feedbacks = (one.get("promptFeedback") for one in _elements(data))
    return any(isinstance(one, Mapping) and one.get("blockReason") for one in feedbacks)


def causes(error: BaseException) -> list[BaseException]:
    """An error and those that it came from, where the library says so: old versions of
    openai wrap whatever its transport raises."""
    chain = [error]
    while chain[-1].__cause__ is not None and len(chain) < CHAIN:
        chain.append(chain[-1].__cause__)
    return chain


def _parsed(text: str) -> Iterator[Any]:
    """A JSON document, those of an event stream, or the elements of an array that broke
    off."""
    try:
        yield json.loads(text)
    except (ValueError, RecursionError):
        for line in text.splitlines():
            if line.startswith("data:") and "error" in line:
                yield from _documents(line[5:])
        if text.startswith("["):
            yield from _documents(text[1:])


def _documents(text: str) -> Iterator[Any]:
    """Those that stand one after the other, as far as they are whole."""
    decoder = json.JSONDecoder()
    at = 0
    while True:
        while text[at : at + 1] in SPACE:
            at += 1
        try:
            document, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield document


def _as_status(code: Any) -> int | None:
    """An error's code that is a status: 429, "429"."""
    if isinstance(code, str) and code.isdecimal() and len(code) == 3:
        code = int(code)
    if isinstance(code, int) and not isinstance(code, bool) and 400 <= code <= 599:
        return code
    return None
