"""The text is not in the image's language, or not even in its script.

Cheap evidence first: the function words of the five languages with lists, and the
script of the letters (Unicode's own character names). Only where these speak against
the text is CLD2 asked, which ships its tables in its wheel (import 5 ms, 15 µs a text;
nothing is downloaded). Alt texts are short and full of names, so in doubt nothing is
said. Without CLD2 (no wheel for this machine) the function words alone decide.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from altsync.lint import words
from altsync.lint.rule import Hit, Limits, Rule
from altsync.lint.text import Seen, base_language
from altsync.models import Decision, Severity

_SCRIPTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("ru", "uk", "bg", "be", "mk", "kk", "ky", "mn"), ("CYRILLIC",)),
    **dict.fromkeys(("ar", "fa", "ur", "ps"), ("ARABIC",)),
    **dict.fromkeys(("hi", "mr", "ne", "sa"), ("DEVANAGARI",)),
    **dict.fromkeys(("he", "iw", "yi"), ("HEBREW",)),
    "el": ("GREEK",),
    "ja": ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"),
    "zh": ("CJK",),
    "ko": ("HANGUL", "CJK"),
    "th": ("THAI",),
    "ka": ("GEORGIAN",),
    "hy": ("ARMENIAN",),
    "bn": ("BENGALI",),
    "ta": ("TAMIL",),
    "te": ("TELUGU",),
    "gu": ("GUJARATI",),
    "km": ("KHMER",),
    "my": ("MYANMAR",),
    **dict.fromkeys(
        words.listed(
            "en nl fr de es it pt ca gl eu ro pl cs sk sl hr hu fi et lv lt sv da no nb"
            " nn is ga cy mt sq tr vi id ms af fy lb la eo sw tl br oc"
        ),
        ("LATIN",),
    ),
}
_KIN = tuple(
    words.listed(kin)
    for kin in (
        "no nb nn da sv",
        "hr sr bs sl",
        "id ms",
        "cs sk",
        "es gl ca pt oc",
        "nl af fy lb de",
        "ru uk bg be mk sr",
        "zh ja",
    )
)
"""Too alike to tell apart by a sentence; Dutch and German only where function words do
not speak."""


def check(seen: Seen, limits: Limits) -> Iterator[Hit]:
    declared = base_language(seen.given.language)
    if not declared or seen.given.decision is Decision.TEXT or declared not in _SCRIPTS:
        return
    text = seen.unquoted
    if len(seen.words) < limits["words"] and text.isascii():
        return
    if _other_script(text, _SCRIPTS[declared]) and (
        not text.isascii() or words.guess(seen.bag)
    ):
        yield Hit(
            f"The image's language is “{declared}”, but the alt text is written in"
            " another script."
        )
        return
    if not _speaks_against(seen, declared):
        return
    other = _detected(seen, text)
    if (
        other
        and other != declared
        and not any(declared in kin and other in kin for kin in _KIN)
    ):
        yield Hit(
            f"The image's language is “{declared}”, but the alt text seems to be in"
            f" “{other}”."
        )


def _other_script(text: str, scripts: tuple[str, ...]) -> bool:
    """Fewer than one letter in ten is of these scripts."""
    if text.isascii():
        return "LATIN" not in scripts
    letters = [char for char in text[:200] if char.isalpha()]
    own = sum(
        unicodedata.name(char, "?").partition(" ")[0] in scripts for char in letters
    )
    return len(letters) > 3 and own * 10 < len(letters)


def _speaks_against(seen: Seen, declared: str) -> bool:
    """Function words of another language, and none (or for a language without a list,
    many) of the declared one."""
    if (
        declared in words.FUNCTION_WORDS
        and len(seen.bag & words.FUNCTION_WORDS[declared]) > 3
    ):
        return False
    found = words.counts(seen.bag)
    if declared in found:
        own = found.pop(declared)
        most = max(found.values())
        return own * 3 <= most and most != 1
    return True


def _detected(seen: Seen, text: str) -> str:
    """What CLD2 is sure of, else what the function words say, else ''."""
    detect = _cld2()
    if detect is None:
        return words.guess(seen.bag) if max(words.counts(seen.bag).values()) > 1 else ""
    letters = "".join(char if char.isalpha() else " " for char in text)
    if len(letters.replace(" ", "")) < 20:
        return ""
    sure, _, details = detect(letters.encode("utf-8", "ignore"))
    code, share = details[0][1], details[0][2]
    if not sure or share < 90:
        return ""
    found = words.counts(seen.bag)
    return "" if code in found and not found[code] else str(code)


@cache
def _cld2() -> Callable[[bytes], Any] | None:
    try:
        import pycld2
    except ImportError:
        return None
    detect: Callable[[bytes], Any] = pycld2.detect
    return detect


RULE = Rule(
    id="language",
    severity=Severity.WARNING,
    sentence="The text is not in the language that the site gives for this image.",
    check=check,
    limits={"words": 4},
)
