"""The function words of the languages that the rules know, and the guess that follows from them.

Only words that carry no meaning by themselves and are common enough to turn up in one sentence.
"""

from __future__ import annotations

import re

LANGUAGES = ("en", "nl", "fr", "de", "es")
"""Languages with word lists; every other language gets the rules that need no words."""

FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(
        "the a an and or of with from by for to at in on is are was were its their his her this that which who while "
        "into over under near next behind between through".split()
    ),
    "nl": frozenset(
        "de het een en of van met voor door bij op in aan naar uit is zijn wordt worden die dat deze dit naast onder "
        "tussen terwijl er om te niet ook maar".split()
    ),
    "fr": frozenset(
        "le la les un une des du de et ou avec pour par sur dans au aux est sont qui que son sa ses leur leurs ce "
        "cette ces en entre sous devant à".split()
    ),
    "de": frozenset(
        "der die das den dem des ein eine einen einem einer eines und oder mit von vom für auf im in an am zu zum zur "
        "bei ist sind wird werden vor hinter neben unter über zwischen während nicht".split()
    ),
    "es": frozenset(
        "el la los las un una unos unas de del y o con para por en sobre al es son está están que su sus este esta "
        "entre bajo junto mientras".split()
    ),
}

_OF: dict[str, tuple[str, ...]] = {}
for _language, _list in FUNCTION_WORDS.items():
    for _one in _list:
        _OF[_one] = (*_OF.get(_one, ()), _language)

_TOKEN = re.compile(r"[^\W\d_]+")


def counts(low: str) -> dict[str, int]:
    """How many words of a case-folded text are function words of each language."""
    found = dict.fromkeys(LANGUAGES, 0)
    for word in _TOKEN.findall(low):
        for language in _OF.get(word, ()):
            found[language] += 1
    return found


def guess(low: str) -> str:
    """The one language whose function words a case-folded text has most of; '' in doubt."""
    ranked = sorted(counts(low).items(), key=lambda item: -item[1])
    (first, most), (_, next_) = ranked[0], ranked[1]
    return first if most > next_ else ""
