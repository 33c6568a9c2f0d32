"""Characters that are not words: HTML, entities, backslash escapes, control, zero-width
and bidi override characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.lint.rule import Hit, Limits, Rule
from altsync.lint.text import Seen
from altsync.models import Severity

_SUSPECT = re.compile(
    "[<&\\\\\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd"
    "\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e007f]"
)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]{0,200})?/?>|<!--")
_LONE_TAG = re.compile(r"<[a-zA-Z][a-zA-Z0-9]*>")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_ESCAPE = re.compile(r"\\[()\[\]_#!{}.+~|-]|\\u[0-9a-f]{4}|\\[nt](?![\w\\])")
_FLAG_OR_JOINER = re.compile("[\U000e0000-\U000e007f]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufff9-\ufffd\ud800-\udfff]")
_HIDDEN = re.compile("[\u200b\u2060-\u2064\ufeff\u2028\u2029\ue000-\uf8ff]")
_EMOJI_TAG = "\U0001f3f4"
"""A black flag: the emoji of England, Scotland and Wales are one followed by tag
characters."""


def check(seen: Seen, limits: Limits) -> Iterator[Hit]:
    text = seen.raw
    if not _SUSPECT.search(text):
        return
    if _TAG.search(text):
        # one bare opening tag may be what a text on web pages speaks of
        sure = _TAG.search(_LONE_TAG.sub("", text)) or "<br>" in text.casefold()
        yield Hit(
            "There is HTML in the alt text; a screen reader reads the tags out.",
            None if sure else Severity.WARNING,
        )
    elif found := _ENTITY.search(text):
        yield Hit(
            f"There is an HTML entity in the alt text ({found.group()}); a screen"
            " reader spells it."
        )
    elif _BIDI.search(text):
        yield Hit(
            "There are characters in the alt text that turn the direction of reading:"
            " what shows is not what is read."
        )
    elif _BROKEN.search(text):
        yield Hit(
            "There are control or broken characters in the alt text: it was damaged on"
            " its way."
        )
    elif _FLAG_OR_JOINER.search(text) and _EMOJI_TAG not in text:
        yield Hit(
            "There are invisible tag characters in the alt text, which can hide words"
            " from a person."
        )
    elif _HIDDEN.search(text):
        yield Hit("There are invisible characters in the alt text.", Severity.WARNING)
    elif _ESCAPE.search(text):
        yield Hit(
            "There are backslashes in the alt text, left over from a program; they are"
            " read out.",
            Severity.INFO,
        )


RULE = Rule(
    id="markup",
    severity=Severity.ERROR,
    sentence=(
        "There is HTML, an entity, a control character or an invisible character in the"
        " text."
    ),
    check=check,
)
