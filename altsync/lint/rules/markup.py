"""Characters that are not words: HTML, entities, backslash escapes, control, zero-width
and bidi override characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.lint import cues
from altsync.lint.rule import ERROR, INFO, NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen

_TAGS = "\U000e0000-\U000e007f"
_BIDI = "\u202a-\u202e\u2066-\u2069"
_BROKEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufff9-\ufffd\ud800-\udfff"
_HIDDEN = "\u200b\u2060-\u2064\ufeff\u2028\u2029\ue000-\uf8ff"
_SUSPECT = re.compile(rf"[<&\\{_TAGS}{_BIDI}{_BROKEN}{_HIDDEN}]")
"""Whatever is flagged here has one of these."""
_SIGNS = "<&\\￼�"
"""Those that can be printed."""
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]{0,200})?/?>|<!--")
_LONE_TAG = re.compile(r"<[a-zA-Z][a-zA-Z0-9]*>")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_ESCAPE = re.compile(r"\\[()\[\]_#!{}.+~|-]|\\u[0-9a-f]{4}|\\[nt](?![\w\\])")
_EMOJI_TAG = "\U0001f3f4"
"""A black flag: the emoji of England, Scotland and Wales are one followed by tag
characters."""
_ANY_TAG = re.compile(f"[{_TAGS}]")


_CHARACTERS = (
    (
        re.compile(f"[{_BIDI}]"),
        "There are characters in the alt text that turn the direction of reading: what"
        " shows is not what is read.",
        None,
    ),
    (
        re.compile(f"[{_BROKEN}]"),
        "There are control or broken characters in the alt text: it was damaged on its"
        " way.",
        None,
    ),
    (
        re.compile(f"[{_TAGS}]"),
        "There are invisible tag characters in the alt text, which can hide words from a"
        " person.",
        None,
    ),
    (
        re.compile(f"[{_HIDDEN}]"),
        "There are invisible characters in the alt text.",
        WARNING,
    ),
    (
        _ESCAPE,
        "There are backslashes in the alt text, left over from a program; they are read"
        " out.",
        INFO,
    ),
)
"""The gravest first."""


def check(seen: Seen, limits: Limits) -> Hits:
    text = seen.raw
    if text.isprintable() and not _has_sign(text):
        return NONE
    return _found(text) if _SUSPECT.search(text) else NONE


def _has_sign(text: str) -> bool:
    for sign in _SIGNS:  # noqa: SIM110 (any() takes twice as long)
        if sign in text:
            return True
    return False


def _found(text: str) -> Iterator[Hit]:
    if _TAG.search(text):
        # one bare opening tag may be what a text on web pages speaks of
        sure = _TAG.search(_LONE_TAG.sub("", text)) or "<br>" in text.casefold()
        yield Hit(
            "There is HTML in the alt text; a screen reader reads the tags out.",
            None if sure else WARNING,
        )
    elif found := _ENTITY.search(text):
        yield Hit(
            f"There is an HTML entity in the alt text ({found.group()}); a screen"
            " reader spells it."
        )
    else:
        yield from _odd_characters(text)


def _odd_characters(text: str) -> Iterator[Hit]:
    if _EMOJI_TAG in text:
        text = _ANY_TAG.sub("", text)
    for pattern, message, severity in _CHARACTERS:
        if pattern.search(text):
            yield Hit(message, severity)
            return


def cue() -> frozenset[str]:
    return frozenset([*_SIGNS, cues.UNPRINTABLE])


RULE = Rule(
    id="markup",
    severity=ERROR,
    sentence=(
        "There is HTML, an entity, a control character or an invisible character in the"
        " text."
    ),
    check=check,
    cue=cue,
)
