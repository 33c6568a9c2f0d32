"""A file of answers, line by line. Pure.

Two forms are told apart line by line: altsync's own (`work_key`), and that of OpenAI's
batch files (`custom_id`), which vLLM's `run-batch` and others write. A line is whatever
somebody's script made of it: what is not exactly an answer is refused with a reason, and
the next line is read.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from altsync.render.text import brief

LONGEST = 16_000_000
"""Bytes of a line: a completion has some thousands. As of an answer that is heard."""
LONGEST_NAME = 300
"""Characters of a model's."""
WORDS = 400
"""Characters of somebody's error that are kept."""
MOST_TOKENS = 1_000_000_000
"""In one answer: a number beyond is none."""
MOST_DOLLARS = 1_000_000
"""For one answer: likewise."""
OTHERS = (
    (b"\x1f\x8b", "The file is packed (gzip): unpack it first."),
    (codecs.BOM_UTF16_LE, "The file is in UTF-16: save it as UTF-8."),
    (codecs.BOM_UTF16_BE, "The file is in UTF-16: save it as UTF-8."),
)
"""How a file begins that is none of lines, and what can be done about it."""
ARRAY = "The file is one array: it has to have a line for each answer."
BOTH = 'It has an "error" and an answer: which is it?'
_HASH = re.compile(r"[0-9a-f]{64}")
_DONE = range(200, 300)


class NoAnswerLine(ValueError):
    """A line that is no answer; the message is the reason, a sentence."""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One line of a file of answers."""

    key: str
    """The work key of the question."""
    text: str | None = None
    """What a model wrote, in altsync's own form."""
    body: Mapping[str, Any] | None = None
    """The whole answer of a host, in OpenAI's form. Neither: there is no answer."""
    error: str = ""
    """Why there is none, in somebody's words, fit to be shown."""
    model: str = ""
    """The one that answered."""
    picture: str | None = None
    """SHA-256 of the file that was looked at, where the line says it."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int = 0
    cost_usd: float | None = None


def numbered(file: BinaryIO, longest: int = LONGEST) -> Iterator[tuple[int, bytes]]:
    """Every line that is not blank, with its number from 1. One that is too long comes
    as its first `longest` + 1 bytes: `read` refuses it. No more is ever in memory."""
    number = 0
    while line := file.readline(longest + 1):
        number += 1
        rest = line
        while len(rest) > longest and not rest.endswith(b"\n"):
            rest = file.readline(longest + 1)
        if line.strip():
            yield number, line


def read(line: bytes, number: int, longest: int = LONGEST) -> GivenAnswer:
    """One line. Raises NoAnswerLine."""
    if len(line) > longest:
        raise NoAnswerLine(f"It is longer than {longest:,} bytes.")
    try:
        return _read(_object(line, number))
    except RecursionError:
        raise NoAnswerLine("It is no JSON that anybody reads: too deep.") from None


def _read(given: Mapping[str, Any]) -> GivenAnswer:
    ours, theirs = "work_key" in given, "custom_id" in given
    if ours and theirs:
        raise NoAnswerLine('It has both "work_key" and "custom_id": which is it?')
    if ours:
        return _own(given)
    if theirs:
        return _openai(given)
    raise NoAnswerLine('It has neither a "work_key" nor a "custom_id".')


def _object(line: bytes, number: int) -> dict[str, Any]:
    for begins, reason in OTHERS:
        if number == 1 and line.startswith(begins):
            raise NoAnswerLine(reason)
    line = line.removeprefix(codecs.BOM_UTF8)  # files that were put together have many
    if number == 1 and line.strip() == b"[":
        raise NoAnswerLine(ARRAY)
    try:
        text = line.decode("utf-8")
        given = json.loads(text, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise NoAnswerLine("It is no UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"{error.msg}, character {error.colno:,}"
        raise NoAnswerLine(f"It is no JSON ({where}).") from None
    except ValueError as error:  # a number of thousands of digits, NaN
        raise NoAnswerLine(f"It is no JSON ({error}).") from None
    if not isinstance(given, dict):
        raise NoAnswerLine("It is no object: each answer has a line of its own.")
    return given


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _own(given: Mapping[str, Any]) -> GivenAnswer:
    key = _key(given["work_key"], "work_key")
    error = _own_error(given)
    picture = _picture(given.get("picture"))
    if error:
        return GivenAnswer(key, error=error, picture=picture)
    into, out, cached = _usage(given.get("usage"))
    return GivenAnswer(
        key,
        text=_text(given),
        model=_model(given.get("model")),
        picture=picture,
        input_tokens=into,
        output_tokens=out,
        cached_tokens=cached,
        cost_usd=_dollars(given.get("cost_usd")),
    )


def _own_error(given: Mapping[str, Any]) -> str:
    """'' where there is none; a runner may write null, false, or an empty text."""
    error = given.get("error")
    if not error:
        return ""
    if given.get("text") is not None or given.get("answer") is not None:
        raise NoAnswerLine(BOTH)
    return _words(error)


def _text(given: Mapping[str, Any]) -> str:
    """What the model wrote, in whichever of the two ways it is given."""
    text, answer = given.get("text"), given.get("answer")
    if text is not None and answer is not None:
        raise NoAnswerLine('It has a "text" and an "answer": give one.')
    if isinstance(text, str):
        return text
    if isinstance(answer, dict):
        return json.dumps(answer, ensure_ascii=False)
    if text is not None:
        raise NoAnswerLine('Its "text" is no text.')
    if answer is not None:
        raise NoAnswerLine('Its "answer" is no object.')
    raise NoAnswerLine('It has no "text", no "answer" and no "error".')


def _openai(given: Mapping[str, Any]) -> GivenAnswer:
    key = _key(given["custom_id"], "custom_id")
    response, error = given.get("response"), given.get("error")
    if error:
        if isinstance(response, dict) and response.get("status_code") in _DONE:
            raise NoAnswerLine(BOTH)  # it may have been paid for
        return GivenAnswer(key, error=_words(error))
    if not isinstance(response, dict):
        raise NoAnswerLine('It has no "response" and no "error".')
    status, body = response.get("status_code"), response.get("body")
    if not isinstance(status, int) or isinstance(status, bool):
        raise NoAnswerLine('Its response has no "status_code".')
    if status not in _DONE:
        return GivenAnswer(key, error=_status(status, body))
    if not isinstance(body, dict):
        raise NoAnswerLine('Its response has no "body".')
    return GivenAnswer(key, body=body, model=_model(body.get("model")))


def _status(status: int, body: Any) -> str:
    said = body.get("error") if isinstance(body, dict) else None
    words = "" if said is None else f": {_words(said)}"
    return f"status {status}{words}"


def _key(value: Any, name: str) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise NoAnswerLine(f'Its "{name}" is no work key (64 hexadecimal digits).')
    return value


def _model(value: Any) -> str:
    """Provenance stands with every text."""
    if not isinstance(value, str) or not value.strip():
        raise NoAnswerLine('It does not say which model answered ("model").')
    if len(value) > LONGEST_NAME:
        raise NoAnswerLine(f'Its "model" is longer than {LONGEST_NAME} characters.')
    return value.encode("utf-8", "replace").decode("utf-8").strip()


def _picture(value: Any) -> str | None:
    """The hash, or the question's whole `picture` sent back."""
    if isinstance(value, dict):
        value = value.get("sha256")
    if value is None:
        return None
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise NoAnswerLine('Its "picture" is no SHA-256.')
    return value


def _usage(value: Any) -> tuple[int | None, int | None, int]:
    """Tokens in, out, and of those in from a cache."""
    if value is None:
        return None, None, 0
    if not isinstance(value, dict):
        raise NoAnswerLine('Its "usage" is no object.')
    into = _tokens(value, "input_tokens", "prompt_tokens")
    out = _tokens(value, "output_tokens", "completion_tokens")
    return into, out, _tokens(value, "cached_tokens") or 0


def _tokens(usage: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        number = usage.get(name)
        if number is None:
            continue
        sound = _is_number(number) and 0 <= number <= MOST_TOKENS
        if not sound or number != int(number):
            raise NoAnswerLine(f'Its "{name}" is no number of tokens.')
        return int(number)
    return None


def _dollars(value: Any) -> float | None:
    if value is None:
        return None
    if not _is_number(value) or not 0 <= value <= MOST_DOLLARS:
        raise NoAnswerLine('Its "cost_usd" is no amount.')
    return float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _words(error: Any) -> str:
    """Somebody's reason in one line: a text, or the message of an object."""
    found = error
    for name in ("error", "message", "code"):
        if isinstance(found, dict) and found.get(name) is not None:
            found = found[name]
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return brief(text, WORDS) or "no reason was given"
