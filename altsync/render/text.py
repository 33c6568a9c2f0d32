"""Text from the site or a model, made safe and readable for a terminal. Pure."""

from __future__ import annotations

import unicodedata

_KEEP = {"\u200c", "\u200d"}
"""Joiners that scripts and emoji need; every other control, format or line separator is
shown as its code."""


def plain(text: str) -> str:
    """`text` without anything that could steer a terminal: control, bidi and zero-width characters as \\uXXXX."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in _KEEP or c == " " else _code(c) for c in text
    )


def _code(char: str) -> str:
    known = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\xa0": " "}
    if char in known:
        return known[char]
    number = ord(char)
    if unicodedata.category(char) == "Zs":
        return " "
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def quoted(text: str | None) -> str:
    """A value as a person reads it: NULL apart from '', the rest in quotes."""
    return "(none)" if text is None else '""' if text == "" else f'"{plain(text)}"'


def count(number: int, noun: str, plural: str = "") -> str:
    """1 image, 2 images, 9,000 images."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
