"""Text from the site or a model, made safe and readable for a terminal. Pure.

ECMA-48 names what steers one: C0 (ESC among them), DEL and C1.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

_KEEP = {"\u200c", "\u200d"}
"""Joiners that scripts and emoji need; every other control, format or line separator is
shown as its code."""

_CODES = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def plain(text: str) -> str:
    """`text` without anything that could steer a terminal: control, bidi and zero-width
    characters as \\uXXXX."""
    if text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON as people read it, with the escapes of JSON for all that could steer a
    terminal and for what UTF-8 cannot say: it reads back as the same value."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if text.isprintable():
        return text
    return "".join(_escaped(char) for char in text)


def json_list(items: Iterable[Any]) -> Iterator[str]:
    """A JSON array in pieces, an item a line."""
    before = "[\n"
    for item in items:
        yield before + json_text(item)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _escaped(char: str) -> str:
    between_lines = char == "\n"  # within a string JSON escapes it itself
    if between_lines or _is_harmless(char):
        return char
    return json.dumps(char)[1:-1]


def _is_harmless(char: str) -> bool:
    return char.isprintable() or char in _KEEP or unicodedata.category(char) == "Zs"


def _shown(char: str) -> str:
    if char.isprintable() or char in _KEEP:
        return char
    if char in _CODES:
        return _CODES[char]
    if unicodedata.category(char) == "Zs":
        return " "
    number = ord(char)
    if number < 0x10000:
        return f"\\u{number:04x}"
    return f"\\U{number:08x}"


def brief(text: str, most: int = 600) -> str:
    """The same in one line: white space folded, and cut at `most` characters."""
    line = plain(" ".join(text.split()))
    if len(line) <= most:
        return line
    return line[: most - 1].rstrip() + "…"


def ending(text: str, most: int) -> str:
    """The same, of which the end is kept."""
    line = plain(" ".join(text.split()))
    if len(line) <= most:
        return line
    return "…" + line[1 - most :].lstrip()


def plain_lines(text: str) -> str:
    """The same for a text of several lines: line ends and tabs stay."""
    return re.sub(r"[^\r\n\t]+|\r(?!\n)", lambda found: plain(found[0]), text)


def quoted(text: str | None) -> str:
    """A value as a person reads it: NULL apart from '', the rest in quotes."""
    if text is None:
        return "(none)"
    return f'"{plain(text)}"'


def percent(share: float) -> str:
    """0.95 -> 95%, 0.999 -> 99.9%: as it was said, never rounded to what it is not."""
    exact = f"{100 * Decimal(repr(float(share))):f}"
    return f"{exact.rstrip('0').rstrip('.')}%"


def count(number: int, noun: str, plural: str = "") -> str:
    """1 image, 2 images, 9,000 images."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {plural or noun + 's'}"
