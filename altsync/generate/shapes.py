"""Where an answer's object is, whatever a server or a model put around it: a byte order
mark, thought, a code fence, prose, a list, another object, a string.

Form alone is dealt with. A text is never mended: a string is taken as it stands
between its quotes, and what no quotes enclose is guessed by nobody (Python's single
ones: an apostrophe would end the text).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

BRACES = 100
"""Places in an answer where an object may begin: with more of them it is none."""
LONGEST = 10_000
"""Characters of an object that is read though it is not quite JSON."""
_JSON = json.JSONDecoder(strict=False)
"""A line break within a text is the model's own, escaped or not."""
_THOUGHT = re.compile(r"<(think|thinking|thought|reasoning)>", re.I)
_THOUGHT_ENDS = re.compile(r"</(?:think|thinking|thought|reasoning)>[ \t]*\r?\n", re.I)
"""Of one that began in the question, as chat templates of some servers have it."""
_FENCE = re.compile(
    r"```(?:json[5c]?|text|txt|plaintext|markdown|md)?[ \t]*\r?\n", re.I
)
_NOT_QUITE = re.compile(
    r"""("(?:[^"\\]|\\.)*+")|,(?=\s*[}\]])|\b(?:True|False|None)\b""", re.S
)
"""A string, which stays; a comma too many; Python's words."""
_MENDED = {"True": "true", "False": "false", "None": "null", ",": ""}


def bare(text: str) -> str:
    """An answer without its byte order mark, one block of thought, one code fence around
    the whole, and white space. '' where the thought does not end."""
    return _unfenced(_thoughtless(text.strip("\ufeff \t\r\n")).strip())


def _thoughtless(text: str) -> str:
    begun = _THOUGHT.match(text)
    if begun is None:
        ended = _THOUGHT_ENDS.search(text)
        return text[ended.end() :] if ended else text
    _, end, after = text.partition(f"</{begun[1]}>")
    return after if end else ""


def _unfenced(text: str) -> str:
    fence = _FENCE.match(text)
    if fence is None or not text.endswith("```"):
        return text
    return text[fence.end() :].removesuffix("```").strip()


def within(text: str) -> list[dict[str, Any]]:
    """Every object with an alt that stands somewhere in a bare answer, in its order."""
    found = whole(text)
    if found is not None:
        return found
    found = _somewhere(text)
    start = text.find("{")
    if not found and start >= 0 and len(text) - start <= LONGEST:
        found = _somewhere(_NOT_QUITE.sub(_mended, text[start:]))
    return found


def whole(text: str) -> list[dict[str, Any]] | None:
    """The objects with an alt, where a bare answer is JSON from end to end, an object in
    a string included; None where it is none, or a mere text or number."""
    value = _parsed(text)
    if isinstance(value, str):
        value = _parsed(value.strip())
    if not isinstance(value, dict | list):
        return None
    return list(_with_alt(value))


def _parsed(text: str) -> Any:
    try:
        return _JSON.decode(text)
    except (ValueError, RecursionError):  # no JSON, or a thousand brackets deep
        return None


def _somewhere(text: str) -> list[dict[str, Any]]:
    return [one for value in _embedded(text) for one in _with_alt(value)]


def _embedded(text: str) -> Iterator[Any]:
    """Objects among other words."""
    at = text.find("{")
    for _ in range(BRACES):
        if at < 0:
            return
        try:
            value, at = _JSON.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
        else:
            yield value
        at = text.find("{", at)


def _with_alt(value: Any) -> Iterator[dict[str, Any]]:
    """The outermost objects with an alt, however deep: under `arguments`, in a list."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if "alt" in one:
                yield one
                continue
            one = list(one.values())
        if isinstance(one, list):
            waiting.extend(reversed(one))


def _mended(found: re.Match[str]) -> str:
    return found[1] or _MENDED[found[0]]
