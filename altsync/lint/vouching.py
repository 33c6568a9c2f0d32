"""Whether a name stands in what is known of an image: in another spelling, without its
accents, or in another case of its language. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from altsync.wordlists import tables

_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = {
    **{"ł": "l", "ø": "o", "đ": "d", "ð": "d"},
    **{"ı": "i", "æ": "ae", "œ": "oe", "þ": "th"},
}
"""Letters that are no letter with a sign on it to Unicode."""
_APART = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
"""How they are written where a keyboard lacks them: "Mueller"."""
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_SHORT = 4
"""A name of fewer letters begins a word ("Ian" is not in "Italian"); a longer one may
stand within, as in addresses and the names of files."""
_STEM = 3
"""Letters that two cases of a name have in common at least."""


def _without_marks(found: re.Match[str]) -> str:
    return "".join(sign for sign in found.group() if not unicodedata.combining(sign))


def bare(text: str) -> str:
    """Case folded, without accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = _BEYOND.sub(_without_marks, apart)
    return _replaced(unicodedata.normalize("NFC", kept), _SIGNS)


def _replaced(text: str, signs: Mapping[str, str]) -> str:
    """A sign at a time: `translate` looks at each letter of a text, which takes 20
    times as long."""
    for sign, letters in signs.items():
        text = text.replace(sign, letters)
    return text


def spellings(text: str) -> set[str]:
    """A text as `bare` has it, and with "ue" for "ü"."""
    if text.isascii():
        return {text.lower()}
    folded = unicodedata.normalize("NFC", text).casefold()
    apart = _replaced(folded, _APART)
    if apart == text.casefold():
        return {bare(text)}
    return {bare(text), bare(apart)}


@dataclass(frozen=True, slots=True)
class _Cases:
    endings: frozenset[str]
    changing: str
    fleeting: str


@cache
def _cases(language: str) -> _Cases | None:
    """How names change in a language; None where they do not."""
    table = tables("altsync.lint.lists", "endings.toml").get(language)
    if table is None:
        return None
    endings = map(bare, table["endings"].split())
    changing, fleeting = table.get("changing", ""), table.get("fleeting", "")
    return _Cases(frozenset(["", *endings]), bare(changing), bare(fleeting))


class Vouching:
    """All that is known of one image, to look names up in."""

    def __init__(self, known: str, language: str) -> None:
        """`language`: of the texts, by its first two letters; '' where it is not known."""
        self._text = "\n".join(spellings(known))
        self._language = language
        self._all: frozenset[str] | None = None

    def has(self, name: str) -> bool:
        """Whether a word of a name, in some form, is known."""
        return any(self._is_there(form) for form in spellings(name))

    def _is_there(self, form: str) -> bool:
        if self._stands(form) or (len(form) > _SHORT and self._stands(form[:-1], form)):
            return True
        cases = _cases(self._language)
        return cases is not None and self._in_another_case(form, cases)

    def _stands(self, form: str, plural: str = "s") -> bool:
        if not plural.endswith("s"):
            return False
        if len(form) >= _SHORT:
            return form in self._text
        return re.search(rf"(?<![a-z]){re.escape(form)}", self._text) is not None

    @property
    def _words(self) -> frozenset[str]:
        if self._all is None:
            self._all = frozenset(_WORD.findall(self._text))
        return self._all

    def _in_another_case(self, form: str, cases: _Cases) -> bool:
        near = [word for word in self._words if word[:_STEM] == form[:_STEM]]
        bases = [base for word in near for base in _bases(word, cases)]
        pairs = [(stem, base) for base in bases for stem in _stems(form, cases)]
        return any(_fits(base, stem, cases) for stem, base in pairs)


def _fits(base: str, stem: str, cases: _Cases) -> bool:
    """The word is this stem and an ending, its last letters changed or not."""
    if base.startswith(stem) and base[len(stem) :] in cases.endings:
        return True
    steady = stem.rstrip(cases.changing)
    if len(steady) < _STEM or steady == stem or not base.startswith(steady):
        return False
    return base[len(steady) :].lstrip(cases.changing) in cases.endings


def _bases(word: str, cases: _Cases) -> list[str]:
    """What endings are put to: the word, and without a vowel that goes then."""
    if word[-2:-1] and word[-2] in cases.fleeting:
        return [word, word[:-2] + word[-1]]
    return [word]


def _stems(form: str, cases: _Cases) -> set[str]:
    """What is left of a name without each ending that it may have."""
    cut = (
        form[: len(form) - len(ending)]
        for ending in cases.endings
        if form.endswith(ending)
    )
    return {stem for stem in cut if len(stem) >= _STEM}
