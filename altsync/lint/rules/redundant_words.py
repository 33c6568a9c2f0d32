"""Words that a screen reader has just said: "image of", "this photo shows", "in this
picture", "alt text:", and the same in 25 languages, where a language says it last
(「…の画像」, "koiran kuva") at the end.

Not flagged where the medium is the point: screenshot, chart, oil painting, ultrasound
image, animated GIF.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from altsync.lint import cues
from altsync.lint.gate import AnyOf, Found, Gated, any_of
from altsync.lint.rule import NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen
from altsync.wordlists import listed, tables

UNSPACED = ("ja", "zh", "ko")
"""Languages whose words are looked for anywhere: no blanks, or particles at the word."""
SHORT = 9
"""Words of a text from which on its last word is not what it is about."""
_NAMED = re.compile(r"\{([a-z]+)\}")
_ANY = {"verbs": ".*", "kinds": ".*"}
"""Lists that spell thousands of texts with the others, and tell less than the nouns."""
_OPEN = '^["“”„«(]?'
_DOT = r"(?:[.!。]?$| ?[;；|｜])"
"""The end of the text, or of what stands before the name of a site."""


@dataclass(frozen=True, slots=True)
class _Spaced:
    """The languages with blanks between words. Patterns on case-folded text."""

    start: AnyOf
    own: dict[str, Gated]
    """By language: how only its texts start."""
    end: AnyOf
    kept: re.Pattern[str]


@cache
def _spaced() -> _Spaced:
    found = tables("altsync.lint.lists", "redundant_words.toml")
    spaced = [table for name, table in found.items() if name not in UNSPACED]
    lists = [_lists(table) for table in spaced]
    wider = [_lists({**table, **_ANY}) for table in spaced]
    pairs = zip(lists, wider, strict=True)
    starts = [Gated(_starts(one), wider=_starts(less)) for one, less in pairs]
    own = {
        name: Gated(rf"{_OPEN}(?:{_lists(table)['own']})(?![\w-])")
        for name, table in found.items()
        if "own" in table
    }
    ended = [one["end"] for one in lists if "end" in one]
    kept = "|".join(one["kept"] for one in lists if "kept" in one)
    end = any_of(*(rf"\W(?:{one}){_DOT}" for one in ended))
    ends = "|".join(ended)
    unlike = re.compile(rf"(?<!\w)(?:{kept}) (?:{ends}){_DOT}")
    return _Spaced(AnyOf(lambda: starts), own, end, unlike)


def _patterns() -> tuple[Gated, ...]:
    spaced = _spaced()
    return *spaced.start.patterns, *spaced.end.patterns, *spaced.own.values()


_GATE = AnyOf(_patterns)
"""Whether a text may have any of their words."""


def _starts(lists: dict[str, str]) -> str:
    return _start(lists, r"(?![\w-])")


def _start(lists: dict[str, str], edge: str) -> str:
    named = f"{lists['labels']}|{lists['nouns']}"
    starts = lists["start"]
    if "verbs" in lists:  # photo A shows
        starts += rf"|(?:{lists['nouns']}) \(?[a-h]\)? (?:{lists['verbs']})"
    return f"{_OPEN}(?:(?:{starts}){edge}|(?:{named}) ?[:：])"


def _lists(table: dict[str, Any]) -> dict[str, str]:
    """Every list of a language as the alternatives of a regular expression, with what it
    names filled in."""
    kinds = listed(table.get("kinds", ""))
    parts = {"unlike": "".join(f"(?<!{kind})" for kind in kinds)}
    for name, value in table.items():
        parts[name] = "|".join(listed(value))

    def part(found: re.Match[str]) -> str:
        return f"(?:{_NAMED.sub(part, parts[found[1]])})"

    return {name: _NAMED.sub(part, text) for name, text in parts.items()}


@cache
def _unspaced() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Of the other languages: letters that every match has, how it starts, how it ends."""
    found = tables("altsync.lint.lists", "redundant_words.toml")
    lists = [_lists(found[name]) for name in UNSPACED]
    words = "".join(f"{one['nouns']}{one['labels']}" for one in lists)
    signs = "".join(sorted({sign for sign in words if not sign.isascii()}))
    ends = "|".join(one["end"] for one in lists)
    start = "|".join(_start(one, "") for one in lists)
    return re.compile(f"[{signs}]"), re.compile(start), re.compile(f"(?:{ends}){_DOT}")


def check(seen: Seen, limits: Limits) -> Hits:
    hit = None
    if _GATE.opens(seen):
        start = _spaced().start.match(seen, seen.low) or _own(seen)
        hit = _hit(seen, start, _ends(seen))
    if hit is None and seen.eastern:
        letters, starting, ending = _unspaced()
        if letters.search(seen.low):
            hit = _hit(seen, starting.match(seen.low), ending.search(seen.low))
    return (hit,) if hit else NONE


def _own(seen: Seen) -> Found:
    """A start that means this in the language of the text alone."""
    for language, pattern in _spaced().own.items():
        if (found := pattern.match(seen, seen.low)) and seen.language in ("", language):
            return found
    return None


def _ends(seen: Seen) -> Found:
    """What ends a short text, unless the kind of image is the point."""
    if len(seen.bag) >= SHORT or not _spaced().end.opens(seen):
        return None
    if len(seen.words) >= SHORT:
        return None
    found = _spaced().end.search(seen, seen.low)
    return None if found and _spaced().kept.search(seen.low) else found


def _hit(seen: Seen, start: Found, end: Found) -> Hit | None:
    """What to say of what was found at the start or else at the end."""
    if start:
        said = seen.text[: start.end()].strip()
        return Hit(
            f"The alt text starts with “{said}”: a screen reader says that it is an"
            " image by itself."
        )
    if end:
        said = seen.text[end.start() : end.end()].strip(" .!。;；|｜")
        return Hit(
            f"The alt text ends with “{said}”: a screen reader says that it is an"
            " image by itself."
        )
    return None


def cue() -> frozenset[str]:
    return _GATE.all | {cues.EASTERN}


RULE = Rule(
    id="redundant-words",
    severity=WARNING,
    sentence=(
        "The text starts or ends with words such as “image of” that a screen reader"
        " says by itself."
    ),
    check=check,
    cue=cue,
)
