"""The function words of the languages that the rules know, and the guess that follows
from them.

Only words that carry no meaning by themselves and are common enough to turn up in one
sentence.
"""

from __future__ import annotations


def listed(text: str) -> frozenset[str]:
    """Words separated by white space, as a set."""
    return frozenset(text.split())


FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": listed(
        "the a an and or of with from by for to at in on is are was were its their his"
        " her this that which who while into over under near next behind between"
        " through"
    ),
    "nl": listed(
        "de het een en of van met voor door bij op in aan naar uit is zijn wordt worden"
        " die dat deze dit naast onder tussen terwijl er om te niet ook maar"
    ),
    "fr": listed(
        "le la les un une des du de et ou avec pour par sur dans au aux est sont qui"
        " que son sa ses leur leurs ce cette ces en entre sous devant à"
    ),
    "de": listed(
        "der die das den dem des ein eine einen einem einer eines und oder mit von vom"
        " für auf im in an am zu zum zur bei ist sind wird werden vor hinter neben"
        " unter über zwischen während nicht"
    ),
    "es": listed(
        "el la los las un una unos unas de del y o con para por en sobre al es son está"
        " están que su sus este esta entre bajo junto mientras"
    ),
}
"""Every other language gets the rules that need no words."""


_ALL = frozenset().union(*FUNCTION_WORDS.values())


def counts(bag: frozenset[str]) -> dict[str, int]:
    """How many of the (case-folded) words are function words of each language."""
    few = bag & _ALL
    return {language: len(few & words) for language, words in FUNCTION_WORDS.items()}


def guess(bag: frozenset[str]) -> str:
    """The one language that most of the function words among these are of; '' in doubt."""
    ranked = sorted(counts(bag).items(), key=lambda item: -item[1])
    (first, most), (_, next_) = ranked[0], ranked[1]
    return first if most > next_ else ""
