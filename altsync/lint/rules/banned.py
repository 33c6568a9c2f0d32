"""Words that the house does not use, with what it says in their place: `[lint] banned`
in altsync.toml. There are none until an owner names some.

Whole words, whatever their capitals, with a hyphen or a blank between their parts; other
forms of a word are words of their own. A better word that differs in its capitals alone
("JavaScript") passes as it is written. In scripts that set no words apart a word is found
anywhere. What stands between quotation marks is what a picture says, and passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from altsync.lint.gate import Gated
from altsync.lint.rule import NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen
from altsync.models import Banned, fold

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
)
_JOINTS = " ‐‑-"
_JOINT = re.compile(f"[{_JOINTS}]")
_APOSTROPHE = re.compile("['’]")


@dataclass(frozen=True)
class BannedWords:
    """The check for the words of one house; it can be sent to another process."""

    words: tuple[Banned, ...]

    @cached_property
    def _pattern(self) -> Gated:
        longest_first = sorted(self._better, key=len, reverse=True)
        return Gated("|".join(map(_whole, longest_first)))

    @cached_property
    def _better(self) -> dict[str, Banned]:
        return {_key(one.word): one for one in self.words}

    def cue(self) -> frozenset[str]:
        return self._pattern.all

    def __call__(self, seen: Seen, limits: Limits) -> Hits:
        if not self._pattern.opens(seen):
            return NONE
        return self._found(seen)

    def _found(self, seen: Seen) -> Iterator[Hit]:
        said: dict[str, Banned] = {}
        for found in self._pattern.every(seen, seen.unquoted):
            one = self._better[_key(found)]
            if _key(one.better) == _key(found) and one.better in seen.said:
                continue
            said.setdefault(one.word, one)
        if len(said) == 1:
            (one,) = said.values()
            instead = f": write “{one.better}”" if one.better else ""
            yield Hit(f"“{one.word}” is a word that the house does not use{instead}.")
        elif said:
            told = ", ".join(map(_instead, said.values()))
            yield Hit(f"Words that the house does not use: {told}.")


def _instead(one: Banned) -> str:
    return f"“{one.word}” (write “{one.better}”)" if one.better else f"“{one.word}”"


def _key(word: str) -> str:
    """As a text is looked at, with one sign for all hyphens and blanks, and one for all
    apostrophes."""
    low = fold(word).casefold()
    return _APOSTROPHE.sub("'", _JOINT.sub(" ", low))


def _whole(key: str) -> str:
    spelled = re.escape(key).replace(r"\ ", f"[{_JOINTS}]").replace("'", "['’]")
    if _UNSPACED.search(key):
        return spelled
    return rf"(?<!\w){spelled}(?!\w)"


def of(words: Iterable[Banned]) -> Rule:
    """The rule for these words; without any it has nothing to look for."""
    kept = tuple(one for one in words if _key(one.word))
    if not kept:
        return RULE
    house = BannedWords(kept)
    return replace(RULE, check=house, cue=house.cue)


RULE = Rule(
    id="banned",
    severity=WARNING,
    sentence="The text has a word that the house does not use (`[lint] banned`).",
    check=None,
)
