"""The text is not in the image's language, or not even in its script.

Cheap evidence first: the script of the letters (Unicode's own character names), function
words of 25 languages, words for what is seen in pictures, letters that only some of them
have. What these leave open is read by CLD2 as well, which ships its tables in its wheel
(import 5 ms, 15 µs a text; nothing is downloaded): its word counts only for languages of
the list, and of a short text only where it is sure. Names, products and code are of every
language, and English lends its words to all, so in doubt nothing is said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from altsync.lint import cues, words
from altsync.lint.rule import NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen, base_language
from altsync.lint.tongues import (
    Leaning,
    WrittenWords,
    every_pictured,
    every_word,
    pictured,
    tongues,
)

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
_LATIN = "LATIN"
_BEYOND = re.compile("[^\\W\\d_a-zA-Z\xc0-\u024f\u1e00-\u1eff]")
"""A letter that is none of Latin, or a rare one."""
_KANA = ("HIRAGANA", "KATAKANA")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_CODE = re.compile(
    r"(?<!\S)[^\s\d_./:()=<>@#]*+(?:[\d_/=<>@#]|(?<=\w)\((?=[\w)])|[.:](?=[\w/]))\S*"
)
"""A word that no language has: code, an address, a version; not one before a full stop
or within brackets."""
_IN_CODE = frozenset("0123456789_:/=<>@#(")
"""One of these is in all of it, or a full stop."""
_JOINING = frozenset("0123456789_-'")
"""With one of these a text may have other words than those between its signs."""
_NOTHING = Leaning("")
_FEW = 4
"""Words, or function words of the declared language, that settle it."""
_LETTERS = 20
"""Letters that CLD2 needs."""
_HINTED = 8
"""Those that are enough to say what a word said, too."""
_TOLD = 16
"""Those that are enough of a text that has no word of any list."""
_LENDS = "en"
"""Its words are taken along into all others: "street art", "open source software"."""
_LENT = words.listed(
    "airport app art arts backstage bar barbecue beach bike blog book box brand brunch"
    " building burger business camp camping canyon card cash center centre chat check"
    " city cloud club cocktail coding comedy community computer computing content cool"
    " cosplay country coworking crowdfunding dance dark dashboard data deal design dj"
    " drag drink drop email escape event fair fan fantasy fashion fast festival film"
    " fitness flash flyer food free freestyle full game gamer games gaming garden glamping"
    " gospel graffiti green guide hackathon hall happy hard hardware headset hip hop home"
    " hostel hot hotel hour house indie influencer internet jazz job jogging keynote kit"
    " lab laptop leadership learning lifestyle light live lobby logo lounge love machine"
    " mainstream makeup management map mapping marketing media meeting meetup menu mobile"
    " mobility model mountain movie music musical network networking news newsletter"
    " night off office old online open outdoor outfit painting panel park parking party"
    " patchwork people performance photo planning player podcast pool pop poster premium"
    " print prototype pub punk quiz racing radio rap real reality remix resort road rock"
    " room rooftop science screen screenshot selfie server service set shirt shop shopping"
    " show shuttle single skate sketch skyline slam slide smart smartphone snack social"
    " software song soul sound source space speaker sport sprint stage stand standard star"
    " start startup station store storm story storytelling stream streaming street streetart"
    " studio style summit surf swing tablet talk team test thinking thriller ticket time"
    " top tour trail trailer training trend trip truck tutorial unplugged up update urban"
    " user van video vintage virtual vlog watch web webinar week weekend wellness wifi"
    " windsurf wireless work workflow workout workshop world yoga zoom"
)
"""Those of its words that nearly every language has taken along."""
_EVERYWHERE = words.listed(
    "alpaca atelier ballet bandana banjo barista baseball basketball bazaar bikini bistro"
    " cactus café canyon cello chimpanzee cricket depot flamingo gala gorilla graffiti"
    " hamburger hockey iguana jeep judo kangaroo karate kayak kimono kiosk labrador laptop"
    " lava marina mural orchestra panda parasol pasta piano pilot pizza plaza poncho pony"
    " poster puma rabbi radio ramen restaurant robot rugby safari salon sandwich sauna"
    " scooter selfie ski skateboard snowboard sofa spa studio sudoku surf sushi taco tango"
    " taxi tennis terrier ticket tiara timer toast torso tram trombone tuba tunnel tutu"
    " ukulele video villa volleyball yoga zebra"
)
"""Words of all languages, or nearly."""
_LENT_ALL = _LENT | words.listed("and by for in of off on out to up")
"""With the small words that go along: "stand-up", "drag and drop"."""
_SAME = {"no": "nb", "nn": "nb", "iw": "he"}
"""Other names of languages of the list."""
_SURE = 90
"""Per cent of the text that have to be in the language that CLD2 names."""


def check(seen: Seen, limits: Limits) -> Hits:
    if not seen.given.language or seen.gives_words:
        return NONE
    declared = base_language(seen.given.language)
    if declared not in _SCRIPTS or _is_settled(seen, declared):
        return NONE
    return _another(seen, declared, limits["words"])


def _another(seen: Seen, declared: str, short: int) -> Iterator[Hit]:
    scripts = _SCRIPTS[declared]
    latin = _LATIN in scripts and seen.near
    own, other = (1, 0) if latin else _scripts(seen.said, scripts)
    if other > own * (1 if _LATIN in scripts else 9):
        if _is_foreign(seen.said, own, scripts):
            yield Hit(
                f"The image's language is “{declared}”, but the alt text is written in"
                " another script."
            )
        return
    found = _other(seen, declared, short)
    if found == _LENDS and seen.bag <= _LENT_ALL:
        return
    if found:
        yield Hit(
            f"The image's language is “{declared}”, but the alt text seems to be in"
            f" “{found}”."
        )


def _is_settled(seen: Seen, declared: str) -> bool:
    """All function words are of the declared language: most texts end here."""
    if declared not in tongues():
        return False
    few = seen.bag & every_word()
    own = few & tongues()[declared].words
    if len(own) > 1:
        return len(own) >= _FEW * (len(few) - len(own))
    if len(few) > len(own) or not seen.low.isascii():
        return False
    seen_there = seen.bag & every_pictured()
    if not seen_there:
        return len(own) > 0 or _says_too_little(seen, declared)
    if not all(declared in pictured()[word] for word in seen_there):
        return False
    return len(own) > 0 or len(seen.bag) <= _FEW * len(seen_there)


def _says_too_little(seen: Seen, declared: str) -> bool:
    """Whether a text none of whose words is on any list is too short for CLD2 to be
    asked, and has no letter (nor ß, which case folding hides) that hints at a language."""
    if not seen.text.isascii() or not _JOINING.isdisjoint(seen.signs):
        return False
    short = len(seen.text) < _TOLD or len(seen.words) < 2
    return short and _LATIN in _SCRIPTS[declared]


def _scripts(text: str, scripts: tuple[str, ...]) -> tuple[int, int]:
    """Letters of these scripts, and of others, or whether there are any of others."""
    if _LATIN in scripts and _BEYOND.search(text) is None:
        return 1, 0
    if text.isascii():
        return 0, any(map(str.isalpha, text))
    letters_of = [_script(char) for char in text[:200] if char.isalpha()]
    own = sum(one in scripts for one in letters_of)
    return own, len(letters_of) - own


@cache
def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").partition(" ")[0]


def _is_foreign(text: str, own: int, scripts: tuple[str, ...]) -> bool:
    """Few letters are of these scripts, and it is no row of names, which any script
    takes along in Latin."""
    latin = _LATIN in scripts
    if latin and own < _FEW:
        return True
    written = WrittenWords(_CODE.sub(" ", text))
    telling = [word for word in written.telling() if len(word) > 1]
    if latin:
        return not any(map(str.isascii, telling))
    if not _is_latin(text, scripts):
        return True
    if own:
        return len(telling) > 1
    names = len(written.all) - len(written.small) + len(_CODE.findall(text))
    if telling or len(written.small) > names:
        return True
    return _is_plain_english(written)


def _is_latin(text: str, scripts: tuple[str, ...]) -> bool:
    """What is not of these scripts is Latin."""
    either = (_LATIN, *scripts)
    return all(_script(char) in either for char in text if char.isalpha())


def _other(seen: Seen, declared: str, short: int) -> str:
    """The language that the text is in, where that is another; '' in doubt."""
    if declared in ("ja", "zh"):
        return _of_han(seen.said, declared)
    said = seen.said
    if not _IN_CODE.isdisjoint(seen.signs) or "." in said[:-1] or not seen.near:
        said = _CODE.sub(" ", said)
    written = WrittenWords(said)
    leaning = _NOTHING if _is_silent(seen) else written.leaning(declared)
    if len(seen.words) < short or len(seen.text) < _LETTERS:
        if declared not in tongues():
            return ""
        return _told(said, written, declared, leaning)
    strong = leaning.evidence > 1 and not leaning.against
    strong = strong or leaning.evidence > max(2, leaning.against * 3)
    weak = leaning.evidence or leaning.leads or len(written.small) > 1
    if not strong and (leaning.against or not weak):
        return ""
    hinted = leaning.evidence or leaning.leads
    detected, sure = _detected(said, _HINTED if hinted else _LETTERS)
    if declared not in tongues():
        return detected if strong and sure and detected == leaning.language else ""
    if strong:
        return "" if sure and detected == declared else leaning.language
    if detected == declared or detected not in tongues():
        return ""
    if detected == _LENDS and not leaning.evidence and _may_be_lent(written, sure):
        return ""
    return detected if sure or detected == leaning.language else ""


def _may_be_lent(written: WrittenWords, sure: bool) -> bool:
    """Whether English words are so few that another language may have them as its own."""
    if len(written.small) >= _FEW:
        return False
    return not sure or len(set(written.small) - _LENT) < _FEW - 1


def _is_silent(seen: Seen) -> bool:
    """No word or letter of it is a hint at any language."""
    if not seen.text.isascii() or not _JOINING.isdisjoint(seen.signs):
        return False
    return seen.bag.isdisjoint(every_word()) and seen.bag.isdisjoint(every_pictured())


def _told(said: str, written: WrittenWords, declared: str, leaning: Leaning) -> str:
    """The language of which a short text has a word, and none of its own; '' in doubt."""
    if leaning.against or leaning.known:
        return ""
    many = leaning.pictured > 1 and leaning.language != _LENDS
    if leaning.letters or many:
        return leaning.language
    if (
        leaning.language == _LENDS
        and leaning.pictured > 1
        and _is_plain_english(written)
    ):
        return _LENDS
    if leaning.words and _tells(written.telling(declared), declared):
        return leaning.language
    if len(written.small) < 2 and not leaning.language:
        return ""
    detected, sure = _detected(said, _HINTED if leaning.language else _TOLD)
    if detected in (declared, _LENDS) or detected not in tongues():
        return ""
    told = sure and len(written.small) > 1
    return detected if told or detected == leaning.language else ""


def _is_plain_english(written: WrittenWords) -> bool:
    """Each word is English, two at least for what is seen in pictures, and none is lent
    to other languages: "Blue butterfly", no "Street food" and no name."""
    said = {word.casefold() for word in (*written.all[:1], *written.small)}
    if len(said) < len({word.casefold() for word in written.all}):
        return False
    seen = [word for word in said if _LENDS in pictured().get(word, ())]
    lent = _LENT_ALL | _EVERYWHERE
    return len(seen) > 1 and lent.isdisjoint(said) and all(map(_is_english, said))


def _is_english(word: str) -> bool:
    return _LENDS in pictured().get(word, ()) or word in tongues()[_LENDS].words


def _tells(words: frozenset[str], declared: str) -> bool:
    """Whether any of these, and no single letter, is of another language."""
    others = words - tongues()[declared].words
    return any(len(one) > 1 or not one.isascii() for one in others)


def _of_han(text: str, declared: str) -> str:
    """Japanese has kana between its signs; Chinese has words that Japanese has not."""
    kana = sum(_script(char) in _KANA for char in text)
    if declared == "zh":
        return "ja" if kana > 2 else ""
    telling = tongues()["zh"].words - {"上", "下", "中"}
    chinese = not kana and any(word in text for word in telling)
    return "zh" if chinese else ""


def _detected(text: str, least: int) -> tuple[str, bool]:
    """What CLD2 takes it for, and whether it is sure; '' where it cannot tell or is not
    there."""
    detect = _cld2()
    letters = _NO_LETTERS.sub(" ", text.casefold())
    if detect is None or len(letters) - letters.count(" ") < least:
        return "", False
    said = letters.encode("utf-8", "ignore")
    sure, _, details = detect(said)
    if not sure:
        details = detect(said, bestEffort=True)[2]
    code, share = str(details[0][1]), details[0][2]
    return (_SAME.get(code, code), sure) if share >= _SURE else ("", False)


@cache
def _cld2() -> Callable[..., Any] | None:
    try:
        import pycld2
    except ImportError:
        return None
    detect: Callable[..., Any] = pycld2.detect
    return detect


def cue() -> frozenset[str]:
    return frozenset([cues.TAGGED])


RULE = Rule(
    id="language",
    severity=WARNING,
    sentence="The text is not in the language that the site gives for this image.",
    check=check,
    cue=cue,
    limits={"words": 4},
)
