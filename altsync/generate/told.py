"""A provider's own words, fit to be stored and shown: without keys and addresses, one
printable line, no longer than MOST."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

MOST = 300
"""Characters."""
READ = 4000
"""Characters that are looked at."""
KEY = "[key]"
ADDRESS = "[address]"
SHORTEST = 4
"""Characters: less is no secret, and would be found in many a word."""

_KEYS = (
    re.compile(r"\b(?:sk|pk|rk|gsk|csk|xai|pplx|hf|r8|nvapi|ghp)[-_][\w*.…-]{3,}"),
    re.compile(r"\bAIza[\w*.…-]*"),
    re.compile(r"\b(?:ya29|AQ)\.[\w*.-]+"),
    re.compile(r"\beyJ[\w-]+\.[\w.-]+"),
    re.compile(
        r"\b(?<=bearer |.basic )(?!token|auth|header|scheme)[^\s\"',;}]+",
        re.I,
    ),
    re.compile(r"\b(?<=bearer:|bearer=)[^\s\"',;}]+", re.I),
    re.compile(r"[^\s\"'(]*\*{3,}[^\s\"')]*"),
    re.compile(r"(?<!\w)(?=\w*\d)(?=\w*[A-Za-z])\w{32,}"),
)
"""By their shapes; shortened ones (sk-ab***yz) too. The last: what has no mark of its own,
as Mistral's."""
_NAMED = re.compile(
    r"\b((?:(?:api|access|auth|secret|x-api|x-goog-api)[ _-]?)?"
    r"(?:key|token|secret|password|authorization)(?: provided)?[\"']?\s*"
    r"(?:=\s*|:\s*(?=\S*[\d*])(?=\S{6}))[\"']?)"
    r"[^\s\"',;&}]+",
    re.I,
)
"""key=…, api_key: …; after a colon may stand a word."""
_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s\"'<>]*[^\s\"'<>.,;:)\]]", re.I)
_OPEN = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[\w./-]*)?", re.I)
"""An address that anybody may know: no credentials, no port, no query."""
_AT = re.compile(r"[^\s\"'<>()]+@[\w.-]+")
_DATA = re.compile(r"[A-Za-z0-9+/=_-]{64,}")
"""What a picture looks like in a question that is sent back."""


def fit(text: str, secrets: Iterable[str] = ()) -> str:
    """The words as they may be kept. `secrets`: texts that must not be in them, such as
    the model's key."""
    text = _one_line(without(text[:READ], secrets))
    text = _ADDRESS.sub(_shown, text)
    text = _AT.sub(ADDRESS, text)
    text = _NAMED.sub(rf"\1{KEY}", text)
    for shape in _KEYS:
        text = shape.sub(KEY, text)
    text = _DATA.sub("…", text)
    if len(text) <= MOST:
        return text
    return text[: MOST - 1].rstrip() + "…"


def without(text: str, secrets: Iterable[str]) -> str:
    """A text as it is, but for these, which a host may send back."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            text = text.replace(secret, KEY).replace(quote(secret, ""), KEY)
    return text


def with_reason(sentence: str, reason: str | None) -> str:
    """A sentence of ours, followed by the provider's words where there are any."""
    return f'{sentence} It says: "{reason}"' if reason else sentence


def _one_line(text: str) -> str:
    shown = (letter if _is_plain(letter) else " " for letter in text)
    return " ".join("".join(shown).split())


def _is_plain(letter: str) -> bool:
    """Printable, and no sign that turns a line round or hides in it."""
    return letter.isprintable() and unicodedata.category(letter) != "Cf"


def _shown(match: re.Match[str]) -> str:
    address = match[0]
    return address if _OPEN.fullmatch(address) else ADDRESS


def secrets_of(model: Any) -> tuple[str, ...]:
    """What a model of llm has that nobody may read: its key, and the values of headers of
    the owner's."""
    found = []
    with contextlib.suppress(Exception):  # none, or a plugin's own trouble with it
        found.append(model.get_key())
    headers = getattr(model, "headers", None)
    if isinstance(headers, Mapping):
        found += headers.values()
    return tuple(secret for secret in found if isinstance(secret, str) and secret)
