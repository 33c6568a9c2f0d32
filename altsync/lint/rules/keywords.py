"""A list of search words in place of a description: terms between commas that no
sentence holds together, terms that come back, and words that only a shop says. Search
engines ignore it, and who listens gets a pile of words.

A plain list of things seen ("Apples, pears and a knife."), names of places, labels and
numbers on a chart, and the words of an image pass. A list of a few plain words without
an end passes too; from six terms on it is taken for one. Where nothing is set apart
("best hotel cheap hotel hotel deals"), a word that comes back again and again shows it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from altsync.lint import cues
from altsync.lint.gate import Cues
from altsync.lint.rule import NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen
from altsync.lint.tongues import every_word
from altsync.models import Decision
from altsync.wordlists import tables

_FULL = (Decision.TEXT, Decision.COMPLEX)
"""Texts that list what can be read in a picture."""
_SEPARATORS = ",|#•·،、，｜；؛"
_APART = re.compile(f"[{_SEPARATORS}]|;(?= |$)")
_ENTITY = re.compile(r"&#?\w{2,8};")
_ENDS = ".!?…。！？؟:"
_ENDING = frozenset(_ENDS)
_SHORT, _STUFFED = 3, 5
"""Words of a term; of one that a shop would write."""
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff가-힣]")
_FEW = 3
"""Terms, of which several have words of a shop or are the same."""
_LEAST = 4
"""Words that nothing sets apart, of which one comes back."""
_MOST = 100
"""Terms that are looked at."""
_SIGNS = 12
"""Characters of a term in scripts without spaces; what is longer is a clause."""


def check(seen: Seen, limits: Limits) -> Hits:
    text = seen.text
    ended = text[-1:] in _ENDING
    if ended and not (_SHOP.stand_in(seen) and _may_list(text) and _sells(seen)):
        return NONE
    if seen.given.decision in _FULL:
        return NONE
    if _APART.search(text):
        hit = _list(seen, limits["terms"], ended=ended)
    else:
        hit = _stuffing(_again(seen))
    return (hit,) if hit else NONE


def _may_list(text: str) -> bool:
    """Far quicker than to look for any separator."""
    return "," in text or ";" in text or not text.isascii()


def _sells(seen: Seen) -> bool:
    return not _words("shop").isdisjoint(seen.bag)


def _list(seen: Seen, most: int, *, ended: bool) -> Hit | None:
    text = _ENTITY.sub(" ", seen.text) if "&" in seen.text else seen.text
    joined = _joined(text.casefold().rstrip(_ENDS))
    pieces = map(str.strip, _APART.split(joined, _MOST))
    terms = [one for one in pieces if one]
    if len(terms) < _FEW or not _is_list(terms, seen):
        return None
    if said := _stuffed(terms):
        return _stuffing(said)
    if not ended and len(terms) >= most and _is_plain(terms, text):
        return Hit(
            f"The alt text is {len(terms)} words or terms between commas, and no"
            " sentence: say in one what the image shows."
        )
    return None


def _stuffing(said: str) -> Hit | None:
    """`said`: what shows it; '' nothing."""
    if not said:
        return None
    return Hit(
        f"The alt text is a list of search words ({said}): write one sentence of"
        " what the image shows."
    )


def _joined(low: str) -> str:
    """What a shop says in several words ("for sale") as one: "for_sale"."""
    for phrase in _phrases():
        if phrase in low:
            low = low.replace(phrase, phrase.replace(" ", "_"))
    return low


def _again(seen: Seen) -> str:
    """The word that comes back where no sentence holds the words together; '' none."""
    if len(seen.words) < _LEAST or len(seen.bag) == len(seen.words):
        return ""
    words = seen.low.split()
    if not every_word().isdisjoint(words):
        return ""
    word, times = Counter(words).most_common(1)[0]
    sold = not _words("shop").isdisjoint(words)
    if times < _FEW or not word.isalpha() or not (sold or times * 2 > len(words)):
        return ""
    return f"“{word}” {times} times"


def _is_list(terms: Sequence[str], seen: Seen) -> bool:
    """Short terms, none of which is part of a sentence."""
    little = _words("little", seen.language)
    for term in terms:
        words = term.split()
        if len(words) > _STUFFED or (len(term) > _SIGNS and _UNSPACED.search(term)):
            return False
        if not little.isdisjoint(words):
            return False
    return True


def _stuffed(terms: Sequence[str]) -> str:
    """What shows that it was written for search engines; '' nothing."""
    shop = _words("shop")
    words = [_parts(term) for term in terms]
    sold = [each & shop for each in words if each & shop]
    if len(sold) > 1 and len(frozenset().union(*sold)) > 1:
        return ", ".join(f"“{word}”" for word in sorted(frozenset().union(*sold))[:3])
    often = Counter(word for each in words for word in each if word.isalpha())
    word, times = next(iter(often.most_common(1)), ("", 0))
    if times >= _FEW and times > len(terms) / 2 and (word in terms or sold):
        return f"“{word}” {times} times"
    return ""


def _parts(term: str) -> frozenset[str]:
    """The words of a term; in scripts without spaces those of a shop that it has."""
    found = frozenset(term.split())
    if term.isascii() or not _UNSPACED.search(term):
        return found
    return found.union(one for one in _words("shop") if len(one) > 1 and one in term)


def _is_plain(terms: Sequence[str], text: str) -> bool:
    """Words as things are called: no names, no numbers, none longer than a few words."""
    if any(len(term.split()) > _SHORT for term in terms):
        return False
    written = [one.strip() for one in _APART.split(text) if one.strip()][1:]
    names = sum(one[0].isupper() or one[0].isdigit() for one in written)
    numbers = sum(any(map(str.isdigit, one)) for one in terms)
    return names * 3 <= len(terms) and numbers * 3 <= len(terms)


@cache
def _words(kind: str, language: str = "") -> frozenset[str]:
    """Of one language; of all where it is none that is known."""
    every = tables("altsync.lint.lists", "keywords.toml")
    chosen = [every[language]] if language in every else every.values()
    return frozenset(
        word.casefold() for table in chosen for word in table[kind].split()
    )


@cache
def _phrases() -> tuple[str, ...]:
    """What a shop says in several words."""
    several = (word for word in _words("shop") if "_" in word)
    return tuple(sorted(word.replace("_", " ") for word in several))


_SHOP = Cues(lambda: _words("shop"))


def cue() -> frozenset[str]:
    """What sets terms apart, or a word that comes back."""
    return frozenset([*_SEPARATORS, ";", cues.AGAIN])


RULE = Rule(
    id="keywords",
    severity=WARNING,
    sentence=(
        "The text is a list of search words between commas, and no sentence says what"
        " the image shows."
    ),
    check=check,
    cue=cue,
    limits={"terms": 6},
)
