"""The tags of a text with their places in it, as a browser's tokenizer finds them.

After the WHATWG's standard of HTML, "Tokenization", for text in the body of a page: what
opens and ends a tag, a comment, an attribute, and the elements whose content is letters
only. Offsets are code points of the text as it came; nothing is normalised.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html.entities import html5
from typing import NamedTuple

BLANK = "\t\n\f\r "
"""What HTML calls white space."""

_NAMED = r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
_EQUALS = r"[\t\n\f\r ]*+=[\t\n\f\r ]*+"
_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>))"""
_REST = (
    rf"(?:[\t\n\f\r /]*+{_NAMED}(?:{_EQUALS}{_VALUE}|(?![\t\n\f\r ]*+=)))*+"
    r"[\t\n\f\r /]*+>"
)
"""A tag behind its name."""
_LETTERS_ONLY = "style|textarea|title|xmp|iframe|noembed|noframes|noscript|template"
"""`noscript` as in a browser that runs scripts. What `template` holds is shown nowhere;
which end is its own is for the referee to say."""
_ENDS = r"(?=[\t\n\f\r />])"
_TWICE = (
    rf"<script{_ENDS}(?:[^<-]++|(?!-->|</script{_ENDS})[<-])*+(?:</script{_ENDS})?+"
)
"""A script in what hides a script from browsers of 1995: its end ends nothing else."""
_HIDDEN = rf"<!(?=--)(?:[^<-]++|{_TWICE}|(?!-->|</?script{_ENDS})[<-])*+(?:-->)?+"
_SCRIPT = rf"(?:[^<]++|{_HIDDEN}|(?!<!--|</script{_ENDS})<)*+"

_TOKEN = re.compile(
    rf"""
      <(?P<name>(?!(?:script|plaintext|{_LETTERS_ONLY}){_ENDS})[a-z][^\t\n\f\r />]*+){_REST}
    | </(?P<closed>[a-z][^\t\n\f\r />]*+){_REST}
    | <(?P<letters>{_LETTERS_ONLY}){_ENDS}{_REST}.*?(?=</(?P=letters){_ENDS}|\Z)
    | <(?P<script>script){_ENDS}{_REST}{_SCRIPT}
    | <(?P<plain>plaintext){_ENDS}{_REST}.*
    | <!--(?:-?>|.*?(?:--!?>|\Z))
    | <!\[CDATA\[.*?(?:\]\]>|\Z)
    | <(?:[!?]|/(?![a-z]))[^>]*+>?+
    | </?[a-z].*
    """,
    re.ASCII | re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
"""The last is a tag that never ends: what follows it is shown to nobody."""
_ATTRIBUTE = re.compile(
    rf"[\t\n\f\r /]*+(?P<name>{_NAMED})(?:{_EQUALS}(?P<value>{_VALUE}))?+"
)
_REFERENCE = re.compile(
    r"&(?:#(?:([0-9]+)|[xX]([0-9a-fA-F]+));?|([A-Za-z][A-Za-z0-9]*;?)(=?))"
)
_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_MOST_DIGITS = 7
"""More are no character, and a long number takes Python long to read."""


class Mark(NamedTuple):
    """What is no text: a tag; or with the name '' a comment and the like, or an element
    whose content is letters only, up to its end tag."""

    start: int
    end: int
    name: str
    """In lower case."""
    closing: bool


@dataclass(frozen=True, slots=True)
class Attribute:
    """Of a tag, with its place in the text."""

    name: str
    """In lower case."""
    start: int
    name_end: int
    end: int
    raw: str | None
    """Its value as written, with its quotes; None where there is none, '' where nothing
    stands behind the `=`."""

    @property
    def value(self) -> str:
        """As a browser reads it, but for its line ends, which are as written."""
        raw = self.raw or ""
        return unescaped(raw[1:-1] if raw[:1] in ('"', "'") else raw)


def scan(text: str) -> list[Mark]:
    """Everything that is no text, in order. Where the text holds foreign content (svg,
    math) or a template it may be wrong about what is an element, see `scan_around`."""
    return [_mark(found) for found in _TOKEN.finditer(text)]


def scan_around(text: str, elements: Collection[int]) -> Iterator[Mark]:
    """The same where it is known already at which offsets elements stand: what is taken
    for letters only ends before the first of them."""
    known = sorted(elements, reverse=True)
    at = 0
    while found := _TOKEN.search(text, at):
        mark = _mark(found)
        while known and known[-1] <= mark.start:
            known.pop()
        if (
            any(found.group("letters", "script", "plain"))
            and known
            and known[-1] < mark.end
        ):
            mark = Mark(mark.start, known[-1], "", False)
        yield mark
        at = mark.end


def mark_at(text: str, offset: int) -> Mark | None:
    """The tag or the like that stands at an offset."""
    found = _TOKEN.match(text, offset)
    return None if found is None else _mark(found)


def _mark(found: re.Match[str]) -> Mark:
    start, end = found.span()
    name, closed = found.group("name", "closed")
    if name is not None:
        return Mark(start, end, name.lower(), False)
    return Mark(start, end, (closed or "").lower(), closed is not None)


def attributes(text: str, tag: Mark) -> list[Attribute]:
    """Of a start tag, all of them in order, also those that do not count."""
    found = []
    one = _ATTRIBUTE.match(text, tag.start + 1 + len(tag.name), tag.end)
    while one is not None:
        found.append(
            Attribute(
                name=one["name"].lower(),
                start=one.start("name"),
                name_end=one.end("name"),
                end=one.end(),
                raw=one["value"],
            )
        )
        one = _ATTRIBUTE.match(text, one.end(), tag.end)
    return found


def by_name(found: list[Attribute]) -> dict[str, Attribute]:
    """Of equals the first counts, as in browsers."""
    return {one.name: one for one in reversed(found)}


def unescaped(raw: str) -> str:
    """The value of an attribute without its character references. What no database can
    keep, NUL and half of a surrogate pair, is U+FFFD, as browsers show it."""
    shown = _REFERENCE.sub(_referred, raw) if "&" in raw else raw
    return _UNKEPT.sub("\ufffd", shown)


def _referred(found: re.Match[str]) -> str:
    decimal, hexadecimal, name, equals = found.groups()
    if not name:
        return _numbered(decimal or hexadecimal, 10 if decimal else 16)
    known = html5.get(name)
    if known is None or (equals and not name.endswith(";")):
        return found[0]
    return known + equals


def _numbered(digits: str, base: int) -> str:
    said = digits.lstrip("0") or "0"
    number = int(said[: _MOST_DIGITS + 1], base)
    if number == 0 or number > 0x10FFFF or len(said) > _MOST_DIGITS:
        return "\ufffd"
    if 0x80 <= number < 0xA0:
        return bytes([number]).decode("cp1252", "ignore") or chr(number)
    return chr(number)
