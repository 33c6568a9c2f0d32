"""A word that stands where a text should come, in 25 languages: image, photo, logo,
untitled, null, n/a, alt text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from altsync.lint import cues
from altsync.lint.gate import AnyOf, Cues, Gated, telling
from altsync.lint.rule import ERROR, NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen, slug
from altsync.models import Severity
from altsync.wordlists import listed, tables

_TEMPLATE = re.compile(r"[\[{%<$(]+ ?[\w .:|-]{1,40} ?[\]}%>)]+$|\$\w{1,30}$")
_TEMPLATES = frozenset("[{%<$(")
"""How any of these begins."""
_NUMBER = re.compile(r"^[\d ]+|(?: ?(?:\d+[a-z]?|[一二三四五六七八九十①-⑳]))+$")
_KEYS = (
    *("words", "fields", "before", "after", "kinds", "nouns"),
    *("automatic", "ending"),
)
_TWICE = re.compile(r"([^()/]+)[(/]([^()/]+)\)?$")
"""In two languages: "screenshot (schermafbeelding)"."""
_HALVING = frozenset("(/")
_AROUND = 12
"""Letters of small words and numbers that a placeholder has around it at most."""


@dataclass(frozen=True, slots=True)
class _SaysNothing:
    """What says nothing, of all languages together."""

    words: frozenset[str]
    """As `slug` spells them."""
    fields: frozenset[str]
    """What a form asks for: the name."""
    kinds: re.Pattern[str]
    """Words that make of an image no more than one: "blog image"."""
    longest: int
    before: re.Pattern[str]
    """Small words that make a placeholder no more than one: "our logo"."""
    after: re.Pattern[str]
    begins: frozenset[str]
    """The first words of `before`: only behind one of these it is looked for."""
    closes: frozenset[str]
    """The last words of `after`, likewise."""
    vocabulary: frozenset[str]
    """Every word of which a placeholder is made."""
    automatic: tuple[str, ...]
    """How what a program writes by itself begins."""
    ending: tuple[str, ...]
    """… and how it ends."""

    def has(self, run: str) -> bool:
        """Whether letters and digits with another beginning or end are a word of a
        placeholder, or a number."""
        word = run.strip("0123456789_")
        return len(word) < 2 or word in self.vocabulary or not word.isascii()

    def without_small_words(self, words: str) -> tuple[str, str]:
        """Without those before it, and without those on both sides."""
        left = words
        if words.partition(" ")[0] in self.begins:
            left = self.before.sub("", words)
        bare = left
        if left.rpartition(" ")[2] in self.closes:
            bare = self.after.sub("", left)
        return left, _without_numbers(bare)

    def is_automatic(self, text: str) -> bool:
        return text.startswith(self.automatic) or text.endswith(self.ending)


@cache
def _lists() -> _SaysNothing:
    found = tables("altsync.lint.lists", "placeholder.toml").values()
    every = {
        key: [one for table in found for one in listed(table.get(key, ""))]
        for key in _KEYS
    }
    spoken = [one for key in _KEYS[:-2] for one in every[key]]
    kinds = "|".join(
        f"(?:(?:{'|'.join(listed(table['kinds']))}) )+(?:{'|'.join(listed(table['nouns']))})$"
        for table in found
        if "kinds" in table
    )
    words = frozenset(map(slug, every["words"]))
    return _SaysNothing(
        words,
        frozenset(map(slug, every["fields"])),
        re.compile(kinds),
        max(map(len, words)) + _AROUND,
        re.compile(f"^(?:(?:{'|'.join(map(slug, every['before']))}) )+"),
        re.compile(f"(?: (?:{'|'.join(map(slug, every['after']))}))+$"),
        frozenset(slug(one).partition(" ")[0] for one in every["before"]),
        frozenset(slug(one).rpartition(" ")[2] for one in every["after"]),
        frozenset(re.findall(r"[^\W\d_]+", " ".join(spoken).casefold())),
        tuple(every["automatic"]),
        tuple(every["ending"]),
    )


def _named() -> frozenset[str]:
    """A word of all that says nothing: without one of these, a number at a word or a
    letter that is not Latin, no text is a placeholder."""
    found = tables("altsync.lint.lists", "placeholder.toml").values()
    phrases = (
        slug(one)
        for table in found
        for key in ("words", "fields", "nouns")
        for one in listed(table.get(key, ""))
    )
    return telling(phrases)


def _written_by_programs() -> Iterator[Gated]:
    lists = _lists()
    yield Gated(f"^(?:{'|'.join(map(re.escape, lists.automatic))})")
    for one in lists.ending:
        if " " in one:  # the others are of scripts that have none
            yield Gated(f"{re.escape(one)}$")


_NAMED = Cues(_named)
_BY_PROGRAMS = AnyOf(_written_by_programs)


def cue() -> frozenset[str]:
    around = [*cues.DIGITS, "_", *_TEMPLATES, cues.FAR]
    return _NAMED.all | _BY_PROGRAMS.all | frozenset(around)


def check(seen: Seen, limits: Limits) -> Hits:
    lists = _lists()
    written = _BY_PROGRAMS.opens(seen) or not seen.near
    if written and lists.is_automatic(seen.low):
        said = "The alt text is what a program puts where nobody wrote a text."
        return (Hit(said),)
    if 0 < len(seen.low) <= lists.longest and (sure := _says_nothing(seen, lists)):
        said = (
            f"The alt text is only “{seen.text}”, a placeholder: it says nothing about"
            " this image."
        )
        return (Hit(said, sure),)
    if seen.low[:1] in _TEMPLATES and _TEMPLATE.match(seen.low):
        said = "The alt text is a template's variable that nobody filled in."
        return (Hit(said),)
    return NONE


def _says_nothing(seen: Seen, lists: _SaysNothing) -> Severity | None:
    """How sure a text is a placeholder, whatever small words stand around it; None: it
    is none."""
    if not all(map(lists.has, seen.runs - lists.vocabulary)):
        return None
    twice = _TWICE.match(seen.low) if _HALVING & seen.signs else None
    if twice and all(slug(one) in lists.words for one in twice.groups()):
        return ERROR
    words = _without_numbers(slug(seen.low))
    left, bare = lists.without_small_words(words)
    if not lists.words.isdisjoint((words, left, bare)) or lists.kinds.match(left):
        return ERROR
    return WARNING if words in lists.fields else None


def _without_numbers(words: str) -> str:
    """Without those that it begins or ends with."""
    if not any(map(str.isnumeric, words[:1] + words[-2:])):  # "7 logos", "logo 7b"
        return words
    return _NUMBER.sub("", words)


RULE = Rule(
    id="placeholder",
    severity=ERROR,
    sentence=(
        "The text is a word that stands where a text should come, such as image, logo,"
        " untitled, null or n/a."
    ),
    check=check,
    cue=cue,
)
