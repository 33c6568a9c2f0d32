"""The text ends in the middle: a quote or bracket left open, a comma, an article, or a
dot that was not the last one.

Programs that shorten a text "at the first full stop" break "Zwartevos 4.7", "Maasdorp.gov",
"Hendrik T. Bos" and "U.S." at their dot, and what is left looks like a sentence.
Trusted text is the evidence: where the page says "Maasdorp.gov" and never just "Maasdorp",
or the words could not end there, a text that stops at "Maasdorp." is cut (an error);
where the page says both, a person has to look (a warning). Sentences may rightly end in
a number, an acronym or an abbreviation, so without evidence these pass.
"""

from __future__ import annotations

import re
import unicodedata

from altsync.lint.rule import ERROR, NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.rules import cut_dot
from altsync.lint.text import Seen
from altsync.lint.tongues import tongues
from altsync.lint.words import listed

_OPEN = frozenset("\"“„«([‘'")
_MARKS = ".,!?\"'“”’)"
_SINGLE = re.compile(r"'(?<![\w']')(?=[A-Z])(?!(?:Til|Twas|Tis|Em|Cause|N)\b)")
_SINGLE_CLOSED = re.compile(r"'(?!(?:s|t|d|m|re|ve|ll|em|clock)\b)")
"""An apostrophe closes nothing where a word goes on as English words do; other languages
put endings behind a quotation."""
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_TAIL = re.compile(r"(?:[,;:\[–—]|(?<![:;])(?<![:;]-)\(|(?<=\s)[&/+-]|(?<=[a-z])-)$")
_TAILS = ",;:[–—(&/+-"
"""What any of these is."""
_CLOSES = re.compile(r'(?<=[^\s(\[])"(?!\w)')
_ENTITY = re.compile(r"&#?\w{2,8};$")
_APOSTROPHE = re.compile(r"‘(?=\d|(?:[tT]is|[tT]was|[nN]|[eE]m|[tT]il)\b)|(?<=\w)‘")

_NEVER_LAST = {
    "en": listed("the a an and or nor my your our their its than including featuring"),
    "nl": listed("de het een en mijn jouw zoals"),
    "fr": listed("le la les des du et ou mon ma mes ses aux"),
    "de": listed("der den dem des eine einen einem einer eines und oder"),
    "es": listed("el los las unos unas del y"),
}
"""Words that no sentence of the language ends in, with or without a full stop."""

_OWN_CLAUSE = listed(
    "what who whom how where why which that when to i we you he she they it us them"
    " there as than enough too his her their its our your my"
)
"""With one of these a preposition may end a text: "what the bridge is made of", "the
people we work with"."""
_ASKING = listed("what which who whom whose where how")
"""What begins with one of these may be a question without its mark: "Which boats do you
sail with"."""
_PREPOSITIONS = {
    "en": listed(
        "of with from for at by into during between among against toward towards"
    ),
    "nl": listed("met tussen tijdens"),
}
"""Without any such word nothing ends in these."""
_BEFORE_ARTICLE = {
    "fr": (listed("dans avec pour par sur chez en sous devant de à"), listed("un une")),
    "es": (listed("con en de para por sobre a ante bajo entre"), listed("un una la")),
    "de": (
        listed("mit von für bei in auf an unter über durch vor hinter neben"),
        listed("die das ein"),
    ),
}
"""A preposition and its article: what they lead to is missing."""

_SELDOM_LAST = {
    "en": listed(
        "of with from for to at by into onto during between among against toward"
        " towards is are was were that which who showing using as where whose while"
        " because has having"
    ),
    "nl": listed("van met voor bij tussen tijdens tegen of die dat naar"),
    "fr": listed("un une de avec pour par sur dans chez à en qui que"),
    "de": listed("die das ein von mit für bei zwischen im am zum zur vom"),
    "es": listed("de con para por sobre entre en la un una que o a"),
}
"""Words that a sentence may end in ("made of"), but hardly a text without a full stop.
"""


def check(seen: Seen, limits: Limits) -> Hits:
    hit = _cut(seen) if seen.bag else None
    return (hit,) if hit else NONE


def _cut(seen: Seen) -> Hit | None:
    text = seen.text
    if not _OPEN.isdisjoint(seen.signs) and (left := unclosed(text)):
        return Hit(
            f"The alt text opens with {left} and never closes it: it was cut off."
        )
    last = text[-1]
    if last in _TAILS and _trails(text):
        return Hit(
            f"The alt text ends in “{last}”: it was cut off.",
            WARNING if last == ":" else None,
        )
    if last == "…" or text.endswith("..."):
        return Hit("The alt text trails off in dots: it was cut off.", WARNING)
    if hit := _dangling(seen, last):
        return hit
    if last == ".":
        return cut_dot.found(seen)
    if seen.given.stopped and (last.isalnum() or _is_a_mark(last)):
        return Hit(
            "The model ran into its length limit and the alt text has no end: ask"
            " again, shorter."
        )
    return None


def _trails(text: str) -> bool:
    """Its last sign wants more after it, and ends no entity."""
    wants = _TAIL.match(text, len(text) - 1) is not None
    return wants and _ENTITY.search(text, -10) is None


def _is_a_mark(sign: str) -> bool:
    """A vowel sign of Devanagari, Telugu, Thai, which belongs to the letter before."""
    return unicodedata.category(sign).startswith("M")


def unclosed(text: str) -> str:
    """The sign that is open at the end of a text, or ''."""
    if '"' in text and _straight_open(text):
        return '"'
    low, high = text.rfind("„"), max(text.rfind("“"), text.rfind("”"))
    if low > high:
        return "„"
    if low < 0 and text.rfind("“") > max(text.rfind("”"), text.rfind('"')):
        return "“"
    if text.rfind("«") > text.rfind("»") and not _turned_round(text):
        return "«"
    if "‘" in text and _APOSTROPHE.sub("", text).rfind("‘") > text.rfind("’"):
        return "‘"
    for opening, closing in ("()", "[]"):
        if opening not in text:
            continue
        at = text.rfind(opening)
        if at > text.rfind(closing) and not text[:at].endswith((":", ";", ":-", ";-")):
            return opening
    if "'" not in text:
        return ""
    singles = [found.end() for found in _SINGLE.finditer(text)]
    return "'" if singles and not _SINGLE_CLOSED.search(text, singles[-1]) else ""


def _turned_round(text: str) -> bool:
    """Whether the first of these quotes is », as German books have it: »so«."""
    return -1 < text.find("»") < text.find("«")


def _straight_open(text: str) -> bool:
    """Whether a straight double quote is open at the end. An inch mark (5\") opens
    nothing; of quotes whose last one closes, another is missing, far from the end."""
    is_open = False
    at = text.find('"')
    while at >= 0:
        is_open = not is_open and not text[at - 1 : at].isdigit()
        at = text.find('"', at + 1)
    return is_open and not _CLOSES.search(text, text.rfind('"') - 1)


def _dangling(seen: Seen, end: str) -> Hit | None:
    """The last word cannot be the end of a sentence."""
    last = seen.text[seen.text.rfind(" ") + 1 :].strip(_MARKS)
    said = [last] if last.isalnum() else _WORD.findall(last)
    if said and said[-1] not in _ANY:  # most texts: nothing else is asked
        return None
    word = seen.words[-1]
    if word not in _ANY or len(seen.words) < 2:
        return None
    ended = end in ".!?"
    if not ended and not end.isalnum():
        return None
    language = _language(seen, word)
    if " ".join(seen.words[-2:]) in _ENDS.get(language, ()):
        return None
    if word in _NEVER_LAST.get(language, ()):
        return Hit(f"The alt text ends in “{word}”: it was cut off.")
    if not ended and language == "en" and seen.words[0].casefold() in _ASKING:
        return None
    if not ended and word in _SELDOM_LAST.get(language, ()):
        sure = seen.given.stopped or _no_end(seen, word, language)
        return Hit(
            f"The alt text ends in “{word}”: it was cut off.",
            None if sure else WARNING,
        )
    return None


def _no_end(seen: Seen, word: str, language: str) -> bool:
    """Whether no text, finished or not, can end in this word here."""
    before, articles = _BEFORE_ARTICLE.get(language, ((), ()))
    if word in articles and seen.words[-2].casefold() in before:
        return True
    return (
        len(seen.words) > 4
        and word in _PREPOSITIONS.get(language, ())
        and not seen.words[-2].endswith("ed")
        and _OWN_CLAUSE.isdisjoint(re.split("['’ ]", " ".join(seen.bag)))
    )


def _language(seen: Seen, word: str) -> str:
    """The declared language, else the guess where more than the last word speaks for it
    ("A lion's den"), else English."""
    if seen.given.language:
        return seen.language
    if not seen.language:
        return "en"
    others = seen.bag - {word}
    return seen.language if others & tongues()[seen.language].words else "en"


_ENDS = {"fr": ("dont un", "dont une")}
"""What a text may end in all the same: "two children, one of them"."""
_ANY = frozenset().union(*_NEVER_LAST.values(), *_SELDOM_LAST.values())

RULE = Rule(
    id="cut",
    severity=ERROR,
    sentence=(
        "The text ends in the middle: an open quote, a dangling word, or a name,"
        " version or domain broken at its dot."
    ),
    check=check,
)
