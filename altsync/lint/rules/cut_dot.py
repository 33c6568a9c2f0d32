"""Part of `cut`: a text whose last dot belongs to an initial, an abbreviation, a
version, a sum or a domain."""

from __future__ import annotations

import re

from altsync.lint.gate import Gated
from altsync.lint.rule import WARNING, Hit
from altsync.lint.text import EXTENSIONS, Seen
from altsync.lint.tongues import tongues
from altsync.lint.words import listed

_STRIP = "\"'“”‘’(),;:[]"
_ARTICLES = ("the", "a", "an", "The", "A", "An")
_TLDS = "com|org|net|gov|edu|js|co[-_.]uk"
"""What may follow a word in a *file name* to read as a domain; not "de" or "app", which
file names have for themselves."""

_LETTERED = listed(
    "letter letters grade vitamin hepatitis plan type point option class model section"
    " appendix exhibit part gate terminal hall track building block room wing group"
    " team level tier series schedule size key column row zone platform malcolm"
    " generation gen vector variable factor form table figure label labeled labelled"
    " marked called named reading reads a an shaped like os person company site user"
    " product project module customer server brand country city step maker taker node"
    " page region area image channel phase scenario quadrant axis version round"
    " question answer item box vendor student candidate bus line train route exit"
    " highway side chart category variant test branch environment stage layer studio"
    " lot pier dock cabin unit apartment suite floor seat chapter volume season string"
    " note chord minor major program vehicle letra buchstabe lettre klasse typ groep"
    " groupe gruppe grupo zaal salle halle sala vitamine vitamina punt punkt punto"
)
"""Words that a single letter may rightly follow: vitamin C, plan B, an L."""
_NEUTRAL = listed(
    "in of to and or & from with as on at und en et y oder ou o van von de di for = + -"
    " vs vs."
)
_SHOWS = listed(
    "shows displays depicts features toont montre zeigt muestra by the la les los"
)
"""Before a single letter, these leave no doubt that more was to come; so does a word in
-ing."""
_TITLES = listed(
    "mr mrs ms prof rev hon capt lt sgt sen rep gov pres mt vol fig nos pt gen col mme"
    " mlle sra hr ph"
)
"""Written with a capital, these want a name or a number after them."""
_STREETS = frozenset(["st", "dr", "ft"])
"""After a name the end of an address ("Main St."), else a title or a saint."""
_WANTING = listed("vs e.g i.e approx bzw d.h z.b ca dhr mevr drs p.ej o.a bv vgl")
_SMALL = re.compile(r"[^\W\d_A-Z][^\W_A-Z]+")
_HOUR = re.compile(r"(?:1[0-2]|0?[1-9])(?:[:.]\d\d)?$")
"""Before "p." a time of day; in other languages "2 A." is a measure."""
_IN_ADDRESS = tuple("_/.@-")
_CLOSERS = ('"', "'", "”", "’", "»", ")", "]")
_WANT_MORE = _TITLES | _STREETS | _WANTING
_COMPARE = Gated(
    r"\b(?:comparing|compares|comparison of|compared|vergelijking van|vergleich von"
    r"|comparaison de)\b(.*)$"
)
_PAIR = re.compile(
    r",|&|/|\b(?:and|or|with|to|vs|versus|against|than|before|after|across|over|each|en|met|und|mit|et|avec|y|con)\b"
)
_PREPOSITION = re.compile(
    r"\b(?:in|for|of|by|on|at|from|using|van|voor|für|von|pour|de|para)\b"
)


def found(seen: Seen) -> Hit | None:
    """What speaks for a cut at the full stop in which `seen.text` ends."""
    end = seen.text[-80:-1]
    if _is_plain(end[end.rfind(" ") + 1 :], seen):  # most texts
        return None
    ahead, last = ["", *end.rsplit(" ", 2)][-2:]
    if last.endswith(_CLOSERS):
        return None
    before, last = ahead.strip(_STRIP), last.strip(_STRIP)
    hit = None
    if len(last) == 1 and last.isalpha():
        hit = _initial(seen, before, last, comma=ahead.endswith(","))
    elif last.casefold() in _WANT_MORE:
        hit = _abbreviation(seen, before, last)
    elif last[-1:].isdigit():
        hit = _number(seen, before, last) or _lone_comparison(seen)
    elif last[:1].isalpha() and "." not in last:
        hit = _domain(seen, before, last)
        if not hit and last[0].isupper():
            hit = _lone_comparison(seen)
    return hit


def _is_plain(last: str, seen: Seen) -> bool:
    """A small word that may end a sentence, and begins no domain on the page."""
    if not (len(last) > 1 and last.islower() and last.isalpha() and last.isascii()):
        return False
    return last not in _WANT_MORE and f"{last}." not in seen.trusted


def _says(seen: Seen, pattern: str) -> bool:
    """Whether trusted text has the pattern, in the owner's own spelling."""
    return bool(seen.trusted) and re.search(pattern, seen.trusted) is not None


def _initial(seen: Seen, before: str, last: str, *, comma: bool) -> Hit | None:
    if not _letter_was_cut(seen, before, last, comma=comma):
        return None
    discreet = (
        before[:1].isupper()
        and not comma
        and not seen.given.by_model
        and not _says(seen, rf"\b{last}\.")
    )
    return Hit(
        f"The alt text ends in the single letter “{last}.”: a name or an abbreviation"
        " was cut at its dot.",
        # a person may shorten a name on purpose, so that nobody is recognised
        WARNING if discreet else None,
    )


def _letter_was_cut(seen: Seen, before: str, last: str, *, comma: bool) -> bool:
    """By what the owner writes, then by the word before the letter."""
    if before and _says(seen, rf"{re.escape(before)} {last}(?![\w.])"):
        return False
    if _says(seen, rf"\b{last}\. ?[A-Za-z]"):
        if not before:
            return True
        if _says(seen, rf"{re.escape(before)},? {last}\."):
            return True
    low = before.casefold()
    if low in _LETTERED or _another_letter(seen):
        return False
    if before[-1:].isdigit():
        in_english = seen.language in ("", "en")
        return in_english and last in "apAP" and _HOUR.match(before) is not None
    if last.islower():
        return last in "ei" and low not in _NEUTRAL
    if last == "X":
        return False
    if low in _NEUTRAL:
        return _says(seen, rf"\b{last}\.[A-Za-z]")
    named = comma or before[:1].isupper() or not before
    return named or low in _SHOWS or low.endswith("ing")


def _another_letter(seen: Seen) -> bool:
    """ "From A to B": single letters stand for things here."""
    return sum(
        len(word) == 1 and word.isupper() and word not in "AI"
        for word in seen.words[:-1]
    ) > 0 or ("A" in seen.words[1:-1])


def _abbreviation(seen: Seen, before: str, last: str) -> Hit | None:
    low = last.casefold()
    if before and _says(
        seen, rf"{re.escape(before)} {re.escape(last)}\b(?!\.? [A-Z\d])"
    ):
        return None
    if low in _WANTING:
        wants = last == low  # not CA, VS
    else:
        street = low in _STREETS and before[:1].isupper()
        wants = last.istitle() and not before[-1:].isdigit() and not street
    if not wants:
        return None
    return Hit(
        f"The alt text ends in “{last}.”, which wants a name or a number after it: it"
        " was cut at the dot."
    )


def _number(seen: Seen, before: str, last: str) -> Hit | None:
    """A version or a sum: "Zwartevos 4." where the owner writes "Zwartevos 4.7", "$1." where
    he writes "$1.5 million"."""
    if not before and len(seen.words) > 1:
        return None
    phrase = re.escape(last)
    if before and last[0] not in "$€£":
        phrase = rf"{re.escape(before)} {phrase}"
    text = seen.evidence
    if last not in text or not re.search(
        rf"(?<![\w.,]){phrase}\.[\dx]", text, re.IGNORECASE
    ):
        return None
    alone = re.search(rf"(?<![\w.,]){phrase}(?!\w|\.[\dx])", text, re.IGNORECASE)
    return Hit(
        f"The alt text ends in “{last}.” where the page has a longer number: it was cut"
        " at the dot.",
        WARNING if alone and len(seen.words) > 3 else None,
    )


def _domain(seen: Seen, before: str, last: str) -> Hit | None:
    """A domain: "at the Maasdorp." where the owner writes "Maasdorp.gov".

    Who is called after a domain may be named without it ("the office of Maasdorp."):
    where the owner does so too it is not cut, and where nothing but that dot speaks
    against the sentence it is no error.
    """
    longer = _goes_on(last, seen.trusted)
    named = last[0].isupper() and _names_the_file(last, seen.given.file or "")
    if not (longer or named) or _goes_on(last, seen.text):
        return None
    articled = last[0].isupper() and before in _ARTICLES
    if articled and _is_a_thing(last, seen.trusted):
        return None
    alone = _stands_alone(last, seen.trusted)
    if alone and not articled and not _is_led_to(before, last, seen.trusted):
        return None
    return Hit(
        f"The alt text ends in “{last}.” where the page has a longer name: it was cut"
        " at the dot.",
        None if articled or (named and not alone) else WARNING,
    )


def _stands_alone(phrase: str, text: str) -> bool:
    """Whether a text has it where no domain goes on."""
    pattern = rf"(?<![\w/.@-]){re.escape(phrase)}(?!\w|\.[a-z]{{2}}|-[a-z])"
    return bool(text) and re.search(pattern, text) is not None


def _is_led_to(before: str, name: str, text: str) -> bool:
    """Whether a text has "on NAME.org", and nowhere "on NAME" by itself."""
    phrase = f"{before} {name}"
    return _goes_on(phrase, text) > 0 and not _stands_alone(phrase, text)


def _is_a_thing(name: str, text: str) -> bool:
    """Whether a text speaks of "the NAME" by itself: nothing follows that it could only
    belong to, as in "the Drupal community"."""
    found = re.findall(
        rf"(?m)\b(?i:the|an?) {re.escape(name)}(?:$|[,;:!?)]|\.(?!\w)| (\S*))", text
    )
    return any(not after or after in tongues()["en"].words for after in found)


def _names_the_file(name: str, file: str) -> bool:
    """Whether the file is named after a domain that starts with the name:
    "maasdorp-gov-launch"."""
    return name.casefold() in file.casefold() and bool(
        re.search(
            rf"(?:^|[\W_]){re.escape(name)}[-_.](?:{_TLDS})(?:$|[\W_])",
            file,
            re.IGNORECASE,
        )
    )


def _goes_on(name: str, text: str) -> int:
    """How often "name.xy" stands in a text, outside addresses; a file is none. By hand:
    compiling a pattern per text costs 50 µs."""
    dotted = name + "."
    at = text.find(dotted)
    found = 0
    while at >= 0:
        end = at + len(dotted)
        ending, before = _SMALL.match(text, end), text[at - 1 : at]
        inside = before.isalnum() or before in _IN_ADDRESS
        if ending and ending.group() not in EXTENSIONS and not inside:
            found += 1
        at = text.find(dotted, end)
    return found


def _lone_comparison(seen: Seen) -> Hit | None:
    """One thing is compared with nothing, and the text stops at a name or a version."""
    found = _COMPARE.search(seen, seen.low)
    if not found or re.search(r"\d{4}\.$", seen.low) or _PAIR.search(found.group(1)):
        return None
    thing = _PREPOSITION.split(found.group(1), maxsplit=1)[0].strip(" .")
    if thing.endswith("s"):
        return None
    return Hit(
        "The alt text compares one thing with nothing: its second half may have been"
        " cut.",
        WARNING,
    )
