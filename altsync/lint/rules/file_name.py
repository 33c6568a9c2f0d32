"""A file name or a code instead of a text: IMG_1234, sunset-beach-2.jpg, our trip to the
sea.jpg, Screenshot 2024-05-01 (in 25 languages), 640x480, a URL.

Two words with a dash between them are a name where the file is called so; a word that is
written with a dash ("follow-up"), or that the page itself writes so, is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from altsync.lint import cues
from altsync.lint.rule import ERROR, NONE, WARNING, Hit, Hits, Limits, Rule
from altsync.lint.text import Seen, file_slug
from altsync.lint.tongues import every_word
from altsync.lint.words import listed
from altsync.models import Severity
from altsync.wordlists import listed as split
from altsync.wordlists import tables

LONG = 80
"""Characters from which on only the two ends of a text are looked at."""
_ADDRESS = (
    "http://",
    "https://",
    "www.",
    "file:",
    "public://",
    "data:image/",
    "ftp://",
)
_AROUND = " \"'“”‘’()[]{}<>.,;:!`*"
_CAMERA_CODE = re.compile(r"p\d{7}$|[a-z]{1,4}[_-]?\d{5,}[a-z]?$|[a-z]{3,}[_-]\d{5,}$")
_CODE = re.compile(
    r"[0-9a-f]{16,}$|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$"
    r"|(?=.{12})(?:[a-z]*+\d++){4,}[a-z]*$|dall[·.-]e \d{4}-\d\d-\d\d"
    r"|[01][*_-](?=[a-z_-]*\d)[\w-]{14,24}$"
)
_BY = re.compile(r"\d ?-?[x×]")
_SIZE = re.compile(r"(?:\S+ ){0,2}\d{3,5} ?[x×] ?\d{2,5}(?: ?px)?$")
_SIZE_AT = re.compile(r"\d{3,5} ?-?[x×]-? ?\d{2,5}(?: ?px)?(?: ?[-–—:,_]+)?(?= \w)")
_SIZE_LAST = re.compile(r"(\w+) \d{3,5} ?[x×] ?\d{2,5}(?: ?px)?(?: ?\(\d\))?$")
_PIPED = re.compile(r"\|\d{2,4}x\d{2,4}(?:, ?\d+%)?$")
"""What an editor writes behind the name of an upload: "ferry|690x459, 75%"."""
_MEASURED = re.compile(
    r" ?(?:px|pixel|screen|display|monitor|resolution|mm|cm|inch|video|image|grid|matrix|tile"
    r"|poster|canvas|dpi)"
)
"""After a size: the text is about something of that size."""
_SIZED = listed("at of to is in size by with from resolution on a the and x")
"""Before a size, the same."""
_SEPARATOR = r"(?:[_.~@-]|\\(?=[_-]))*[_-](?:[_.~@-]|\\(?=[_-]))*"
_JOINED = re.compile(rf"[^\W_]+(?:{_SEPARATOR}[^\W_]+(?:\.[^\W_]+)*)+$")
_PARTS = re.compile(r"[\W_]+")
_HUMP = re.compile("[a-z0-9][A-Z]")
_BRAND = 8
"""Letters up to which one capital inside makes a name as people write it: "openSUSE"."""
_ESCAPED = re.compile(r"\w%(?:20\w|3a%2f)")


@dataclass(frozen=True, slots=True)
class _NameParts:
    """What names of files are made of, in all languages."""

    extensions: tuple[str, ...]
    camera: re.Pattern[str]
    shot: re.Pattern[str]
    begins: frozenset[str]
    """The first two signs of both where they are no digits, or the only one."""
    copied: re.Pattern[str]
    pictures: frozenset[str]
    mentions: frozenset[str]
    """Words of a text that speaks of a file."""
    mentioned: re.Pattern[str]
    """The same where no blanks are between words."""
    dashed: re.Pattern[str]
    """Words that are written with a dash."""


@cache
def _lists() -> _NameParts:
    found = tables("altsync.lint.lists", "file_name.toml")

    def every(key: str, *languages: str) -> list[str]:
        some = [found[one] for one in languages] or list(found.values())
        return [one for table in some for one in split(table.get(key, ""))]

    def one_of(words: list[str]) -> str:
        return "|".join(sorted(words, key=len, reverse=True))

    pictures, copies = every("pictures"), one_of(every("copies"))
    tails = one_of(every("tails"))
    named, shot = every("cameras"), [*every("shots"), *every("programs")]
    numbered = rf"(?:{one_of(named)})[ _-]?(?:\d{{3,}}|wa\d+)"
    counted = rf"(?:{one_of(pictures)})[_-]?\d{{2,}}|(?:{one_of(pictures)})[_-]\d"
    tail = rf"(?:[ _.()~-]*(?:\d+|wa\d+|e\d+|{copies}|{tails}))*\)?$"
    shots = one_of(shot)
    between = rf"[\d\W_]*(?:(?:{one_of(every('between'))})(?![^\W\d])[\d\W_]*)"
    dated = rf"(?:{one_of(pictures)})\W*\d{{1,4}}[-._]\d{{1,2}}[-._]\d{{1,4}}(?!\d)"
    dashed = [re.escape(one) for one in every("dashed")]
    return _NameParts(
        tuple(f".{one}" for one in every("extensions")),
        re.compile(f"(?:{numbered}|{counted}){tail}"),
        re.compile(
            rf"(?:{shots})[\W_]*{between}?\d{between}{{0,6}}[\d\W_]*$"
            rf"|\d[\d\W_]*(?:の ?)?(?:{shots})$|{dated}[\d\W_]*$"
        ),
        frozenset(one[:2] for one in [*named, *shot, *pictures]),
        re.compile(rf" ?(?:\d+ )?(?:{copies})(?: ?\(?\d+\)?)?$"),
        frozenset(pictures),
        frozenset(every("mentions")),
        re.compile(one_of(every("mentions", "ja", "zh", "ko"))),
        re.compile("|".join(map(_whole, dashed))),
    )


def _whole(dashed: str) -> str:
    """A pattern for words with a dash: whole, or all that begin or end so."""
    if dashed.startswith(r"\-"):
        return rf"[^-]+{dashed}$"
    return rf"{dashed}[^-]+$" if dashed.endswith(r"\-") else rf"{dashed}$"


def check(seen: Seen, limits: Limits) -> Hits:
    if not seen.low:
        return NONE
    hit = _in_words(seen) if " " in seen.low else _alone(seen)
    return (hit,) if hit else NONE


def _has_extension(text: str) -> bool:
    """Whether it ends like a file: something, a dot, an extension. A blank may stand
    before the dot, but not behind a small word: "saved as .png" speaks of a kind."""
    if "." not in text[-6:-2]:
        return False
    dot = text.rindex(".")
    if not dot or not text.endswith(_lists().extensions):
        return False
    if text[dot - 1] != " ":
        return text[dot - 1] != "."
    ahead = text[: dot - 1].rpartition(" ")[2]
    return ahead.isalnum() and ahead not in every_word()


def _in_words(seen: Seen) -> Hit | None:
    """Of a text of several words."""
    text = seen.low
    if _has_extension(text):
        return _ends_like_a_file(seen, text)
    if len(text) > LONG:
        return _sized_at(text)
    if not seen.has_digit:
        return _copied(text)
    if not any(map(str.isalpha, text)):
        return _digits(seen)
    return _named_by_a_program(text) or _sized(text) or _copied(text)


def _ends_like_a_file(seen: Seen, text: str) -> Hit | None:
    stem = text.rsplit(".", 1)[0]
    if _is_the_file(seen) or _named_by_a_program(stem):
        return Hit("The alt text is a file name.")
    lists = _lists()
    if seen.gives_words or not lists.mentions.isdisjoint(seen.runs):
        return None
    if not text.isascii() and lists.mentioned.search(text):
        return None
    sentence = stem.endswith(" ") and not every_word().isdisjoint(seen.bag)
    return Hit("The alt text is a file name.", WARNING if sentence else None)


def _copied(text: str) -> Hit | None:
    """A name that a copy of a file got."""
    if "-" in text and _lists().copied.match(text.rsplit("-", 1)[1]):
        return Hit("The alt text is the name of a copy of a file.")
    return None


def _sized(text: str) -> Hit | None:
    """A size before or after words."""
    if not _BY.search(text):
        return None
    if _SIZE.match(text) or _PIPED.search(text):
        return Hit("The alt text is a size in pixels.")
    last = _SIZE_LAST.search(text)
    if last and last[1] not in _SIZED:
        return Hit(
            "The alt text ends with a size in pixels, as a file name does.",
            WARNING,
        )
    return _sized_at(text)


def _sized_at(text: str) -> Hit | None:
    """A size before words."""
    first = _SIZE_AT.match(text)
    if first is None or _MEASURED.match(text, first.end()):
        return None
    return Hit(
        "The alt text starts with a size in pixels, as a file name does.",
        WARNING,
    )


def _alone(seen: Seen) -> Hit | None:
    """Of a text without a blank."""
    text = seen.low.strip(_AROUND)
    if text.startswith(_ADDRESS):
        return Hit("The alt text is a web address.")
    if _has_extension(text) or _ESCAPED.search(text):
        if not text.isascii() and _lists().mentioned.search(text):
            return None
        return Hit("The alt text is a file name.")
    if len(text) > 4 * LONG:
        return None
    if any(map(str.isdigit, text)):
        if not any(map(str.isalpha, text)):
            return _digits(seen)
        if hit := _named_by_a_program(text):
            return hit
    return _joined(seen, text) or _one_code(seen, text)


def _digits(seen: Seen) -> Hit | None:
    if seen.gives_words:
        return None
    return Hit("The alt text is only digits.")


def _named_by_a_program(text: str) -> Hit | None:
    if _CAMERA_CODE.match(text) or _CODE.match(text) or _is_listed(text):
        return Hit(
            "The alt text is the name that a camera, a phone or a program gave the"
            " file."
        )
    if " " not in text and (_SIZE.match(text) or _PIPED.search(text)):
        return Hit("The alt text is a size in pixels.")
    return None


def _is_listed(text: str) -> bool:
    """It is a name as those on the lists; by how these begin, most texts are none."""
    lists = _lists()
    start = text[:2]
    if lists.begins.isdisjoint((start, start[:1])) and not start[:1].isdigit():
        return False
    return bool(lists.camera.match(text) or lists.shot.match(text))


def _joined(seen: Seen, text: str) -> Hit | None:
    """Words joined by dashes or underscores."""
    if not _JOINED.match(text) or _is_a_word(seen, text):
        return None
    severity = _how_sure(seen, text, _PARTS.split(text))
    if severity is None:
        return None
    return Hit("The alt text looks like a file name: words joined by dashes.", severity)


def _is_a_word(seen: Seen, text: str) -> bool:
    """Whether it is written with a dash, or stands so in a text beside the image (which
    says more: a title is often the name of the file)."""
    parts = _PARTS.split(text)
    if len(parts) == 3 and parts[0] == parts[2]:  # step-by-step
        return True
    if "_" not in text and _lists().dashed.match(text):
        return True
    told = replace(seen.given, file=None).trusted
    beside = "\n".join(one for one in map(str.casefold, told) if one != text)
    whole = rf"(?<![\w/\\.-]){re.escape(text)}(?![\w/\\-]|\.\w)"
    return text in beside and re.search(whole, beside) is not None


def _how_sure(seen: Seen, text: str, parts: list[str]) -> Severity | None:
    """How sure joined words are the name of a file; None: not at all."""
    plain = seen.text == seen.low
    numbered = any(map(str.isdigit, text))
    named = _is_the_file(seen)
    if "_" in text or (named and plain and not numbered):
        return ERROR
    if len(parts) >= 3:
        sure = named or numbered or (plain and len(parts) > 3)
        return ERROR if sure else WARNING
    if (named and (plain or numbered)) or not plain:
        return WARNING if named else None
    if not _lists().pictures.isdisjoint(parts):
        return ERROR
    if numbered or not text.isascii():
        return None
    return WARNING


def _one_code(seen: Seen, text: str) -> Hit | None:
    """Letters and digits that the file is called by, or words that are joined by their
    capitals ("changeColorOnClick"); "OpenStreetMap" is written so, too."""
    if not text.isalnum() or not _is_the_file(seen):
        return None
    plain = seen.text == seen.low
    if plain and len(text) > 5 and not text.isalpha():
        return Hit("The alt text is the file's own name.")
    humps = len(_HUMP.findall(seen.text))
    if humps > 1 or (humps and seen.text[0].islower() and len(text) > _BRAND):
        return Hit("The alt text is the file's own name.", WARNING)
    return None


def _is_the_file(seen: Seen) -> bool:
    """Whether the file is called so, but for its extension and a counter at its end."""
    file, text = file_slug(seen.given.file or ""), file_slug(seen.low)
    return bool(file) and (file == text or file.rstrip("0123456789 ") == text)


def cue() -> frozenset[str]:
    """Digits, a dash, an extension, or one word alone."""
    return frozenset([*cues.DIGITS, "-", cues.DOTTED, cues.SINGLE, cues.FAR])


RULE = Rule(
    id="file-name",
    severity=ERROR,
    sentence=(
        "The text is a file name, a camera's or program's code, a web address, digits"
        " or a size: nobody wrote it."
    ),
    check=check,
    cue=cue,
)
