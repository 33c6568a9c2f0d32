"""Text from the site or a model, made safe and readable for a terminal. Pure."""

from __future__ import annotations

import unicodedata

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


def quoted(text: str | None) -> str:
    """A value as a person reads it: NULL apart from '', the rest in quotes."""
    if text is None:
        return "(none)"
    return f'"{plain(text)}"'


def count(number: int, noun: str, plural: str = "") -> str:
    """1 image, 2 images, 9,000 images."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {plural or noun + 's'}"
