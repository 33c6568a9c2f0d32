"""Whether a text only says what an icon shows ("magnifying glass", "arrow pointing
right", "logo"): in a link or button that is never what it does. Pure; by the words of 25
languages (`lists/signs.toml`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from altsync.wordlists import tables

_WORD = re.compile(r"[^\W_]+")
_EAST = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_MOST = 7
"""Words of a text that may be no more than an icon."""


@dataclass(frozen=True, slots=True)
class IconWords:
    """The words of one language; phrases as words between single blanks."""

    signs: frozenset[str]
    things: frozenset[str]
    icon: frozenset[str]
    little: frozenset[str]
    logo: frozenset[str]
    every: frozenset[str]
    """Each word of these: a text with another one is no sign in this language."""
    parting: re.Pattern[str]
    """What sets words apart where no blanks do."""


def is_sign(text: str, language: str = "") -> bool:
    """`language`: first part of its tag; English counts besides, every one where it is
    none that is known."""
    if len(text) > 80:
        return False
    words = _WORD.findall(text.casefold())
    if not 0 < len(words) <= _MOST:
        return False
    joined = len(words) == 1 and _EAST.search(words[0]) is not None
    return any(
        _is_of(words, known)
        for known in _lists(language)
        if joined or known.every.issuperset(words)
    )


def _is_of(words: list[str], known: IconWords) -> bool:
    if " ".join(words) in known.logo:
        return True
    words = _apart(words, known)
    kept = [word for word in words if word not in known.icon]
    with_icon = len(kept) < len(words)
    for telling in (kept, [word for word in kept if word not in known.little]):
        said = " ".join(telling)
        if said in known.signs or (with_icon and (not said or said in known.things)):
            return True
    return False


def _apart(words: list[str], known: IconWords) -> list[str]:
    """Words of a script without spaces, as far as they are on the lists."""
    if len(words) > 1 or not _EAST.search(words[0]):
        return words
    return [one for one in known.parting.split(words[0]) if one]


@cache
def _lists(language: str) -> tuple[IconWords, ...]:
    every = tables("altsync.lint.lists", "signs.toml")
    chosen = ("en", language) if language in every else tuple(every)
    return tuple(_of(every[key]) for key in dict.fromkeys(chosen))


def _of(table: dict[str, Any]) -> IconWords:
    def listed(name: str) -> frozenset[str]:
        phrases = table[name].casefold().split(",")
        return frozenset(" ".join(_WORD.findall(one)) for one in phrases)

    kinds = [*map(listed, ("signs", "things", "icon", "little", "logo"))]
    signs, things, icon, little, logo = kinds
    every = frozenset(" ".join(map(" ".join, kinds)).split())
    ends = "|".join(sorted(icon | little, key=len, reverse=True))
    return IconWords(signs, things, icon, little, logo, every, re.compile(f"({ends})"))
