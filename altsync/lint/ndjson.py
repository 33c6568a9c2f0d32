"""The lint for other programs: one JSON object a line in, one out. Pure.

In:  {"text", "title", "caption", "album", "file", "before", "after", "page_title",
     "language", "heading", "link", "link_text", "link_title", "destination"}, all but
     text optional (and: notes, decision, button, stopped, by_model). "link" is the address that the
     image leads to, "" where it is known to be no link. Unknown keys are ignored, so that
     a caller may send its whole record.
Out: {"text", "findings": [{"rule", "severity", "message"}]}, for a bad line with "error"
     and "text": null.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from altsync.lint.evidence import Evidence
from altsync.lint.text import Text
from altsync.models import Decision, Finding

_STRINGS = (
    "title",
    "caption",
    "album",
    "file",
    "before",
    "after",
    "page_title",
    "language",
    "heading",
    "link",
    "link_text",
    "link_title",
    "destination",
)
_FLAGS = ("button", "stopped", "by_model")


class BadLine(ValueError):
    """A line that is not what the format says; the message names the line."""


def nothing(album: str | None) -> Iterable[str]:
    """What an owner without an altsync.toml says about an album."""
    return ()


def parse(
    line: bytes,
    number: int,
    house: Callable[[str | None], Iterable[str]] = nothing,
) -> Text:
    """One line -> Text. `house`: what the owner says about the images of an album.
    Raises BadLine."""
    given = _object(line, number)
    values: dict[str, Any] = {name: given.get(name) for name in (*_STRINGS, "notes")}
    for name, value in (("text", given["text"]), *values.items()):
        if value is not None and not isinstance(value, str):
            raise BadLine(f'Line {number}: "{name}" must be a text or null.')
    for name in _FLAGS:
        if not isinstance(given.get(name), bool | None):
            raise BadLine(f'Line {number}: "{name}" must be true or false.')
    notes = (values.pop("notes"), *house(values["album"]))
    values["notes"] = tuple(filter(None, notes))
    return Evidence(**values, button=given.get("button") is True).text(
        given["text"],
        _decision(given.get("decision"), number),
        stopped=given.get("stopped") is True,
        by_model=given.get("by_model") is True,
    )


def _object(line: bytes, number: int) -> dict[str, Any]:
    try:
        given = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        raise BadLine(f"Line {number} is not UTF-8.") from None
    except (ValueError, RecursionError) as error:
        why = str(error) or "too deep"
        raise BadLine(f"Line {number} is not JSON: {why}.") from None
    if not isinstance(given, dict):
        raise BadLine(f'Line {number} is not an object such as {{"text": "..."}}.')
    if "text" not in given:
        raise BadLine(f'Line {number} has no "text".')
    return given


def _decision(given: Any, number: int) -> Decision | None:
    if given is None:
        return None
    try:
        return Decision(given)
    except ValueError:
        offered = ", ".join(Decision)
        raise BadLine(f'Line {number}: "decision" must be one of {offered}.') from None


def answer(text: str | None, findings: tuple[Finding, ...], error: str = "") -> str:
    """One line of output, without its end."""
    value: dict[str, Any] = {
        "text": text,
        "findings": [one.as_dict() for one in findings],
    }
    if error:
        value["error"] = error
    line = json.dumps(value, ensure_ascii=False)
    if line.isprintable():
        return line
    # what could steer a terminal, and half of a surrogate pair, which UTF-8 cannot say
    return json.dumps(value)
