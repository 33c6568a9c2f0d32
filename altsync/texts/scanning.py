"""The tags of a text with their places in it, as a browser's tokenizer finds them.

After the WHATWG's standard of HTML, "Tokenization", in the body of a page: what opens
and ends a tag, a comment, an attribute and the elements whose content is letters only.
Offsets are code points of the text as it came; nothing is normalised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.entities import html5
from typing import NamedTuple

_BLANK = r"[\t\n\f\r ]"
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>))"""
_NAMED = r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
_REST = (
    rf"(?:[\t\n\f\r /]*+{_NAMED}"
    rf"(?:{_BLANK}*+={_BLANK}*+{_VALUE}|(?!{_BLANK}*+=)))*+[\t\n\f\r /]*+>"
)
_LETTERS_ONLY = "script|style|textarea|title|xmp|iframe|noembed|noframes|noscript"
_TOKEN = re.compile(
    rf"""
      <(?P<raw>{_LETTERS_ONLY})(?=[\t\n\f\r />]){_REST}
        (?P<content>.*?)(?=</(?P=raw)[\t\n\f\r />]|\Z)
    | <(?P<name>[a-z][^\t\n\f\r />]*+){_REST}
    | </(?P<closed>[a-z][^\t\n\f\r />]*+){_REST}
    | <!--(?:-?>|.*?(?:--!?>|\Z))
    | <(?:[!?]|/(?![a-z]))[^>]*+>?
    | </?[a-z].*
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTES = re.compile(
    rf"[\t\n\f\r /]*+(?P<name>{_NAMED})"
    rf"(?:{_BLANK}*+={_BLANK}*+(?P<value>{_VALUE}))?+"
)
_REFERENCE = re.compile(
    r"&(?:#(?:([0-9]+)|[xX]([0-9a-fA-F]+));?|([A-Za-z][A-Za-z0-9]*;?)(=?))"
)


class Mark(NamedTuple):
    """What is no text: a tag, or with the name '' a comment and the like, and an element
    whose content is letters only."""

    start: int
    end: int
    name: str
    """In lower case."""
    closing: bool


@dataclass(frozen=True, slots=True)
class Attribute:
    """Of a tag, with its place in the text."""

    name: str
    start: int
    name_end: int
    end: int
    raw: str | None
    """Its value as written, with its quotes; None where there is none, '' where nothing
    stands behind the `=`."""

    @property
    def value(self) -> str:
        """As a browser reads it."""
        raw = self.raw or ""
        return unescaped(raw[1:-1] if raw[:1] in ('"', "'") else raw)


def scan(text: str) -> list[Mark]:
    """Everything that is no text, in order."""
    return list(map(_token, _TOKEN.finditer(text)))


def _token(found: re.Match[str]) -> Mark:
    name, closed = found["name"], found["closed"]
    return Mark(
        found.start(),
        found.end(),
        (name or closed or "").lower(),
        closed is not None,
    )


def attributes(text: str, tag: Mark) -> list[Attribute]:
    """Of a tag that is no end, in order, the ones that do not count too."""
    inner = range(tag.start + 1 + len(tag.name), tag.end - 1)
    return [
        Attribute(
            one["name"].lower(),
            one.start("name"),
            one.end("name"),
            one.end(),
            one["value"],
        )
        for one in _ATTRIBUTES.finditer(text, inner.start, tag.end)
        if one.start("name") < inner.stop
    ]


def first(found: list[Attribute]) -> dict[str, Attribute]:
    """By their names; of equals the first counts, as in browsers."""
    return {one.name: one for one in reversed(found)}


def unescaped(raw: str) -> str:
    """The value of an attribute without its character references. What SQLite cannot keep
    is shown as browsers show it, by U+FFFD."""
    shown = _REFERENCE.sub(_referred, raw) if "&" in raw else raw
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", shown)


def _referred(found: re.Match[str]) -> str:
    decimal, hexadecimal, name, equals = found.groups()
    if name:
        known = html5.get(name)
        if known is None or (equals and not name.endswith(";")):
            return found[0]
        return known + equals
    return _numbered(int(decimal) if decimal else int(hexadecimal, 16))


def _numbered(number: int) -> str:
    if number == 0 or number > 0x10FFFF:
        return "\ufffd"
    if 0x80 <= number < 0xA0:
        try:
            return bytes([number]).decode("cp1252")
        except UnicodeDecodeError:
            return chr(number)
    return chr(number)
