"""What the lint looks at: one alt text with everything that is known about its image.

`Text` is the caller's value. `Seen` is the same text prepared once for all rules: every
property is worked out at most once and only when a rule asks, because a million texts
have to pass in under a minute.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import filterfalse
from typing import Any, Generic, TypeVar

from altsync.lint import cues, words
from altsync.lint.tongues import guess
from altsync.models import Decision, ReadLine, fold

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_DIGIT = re.compile(r"\d")
_RUN = re.compile(r"\w+")
_SLUG = re.compile(r"[\W_]+")
_ASCII = [chr(code) for code in range(128)]
_PLAIN = "".join(sign if _RUN.match(sign) else " " for sign in _ASCII)
"""By its number, each sign of ASCII; a blank for all that are no part of a word. What
has no other signs is split by it in a third of the time that a pattern takes."""
_PLAIN_SLUG = _PLAIN.replace("_", " ")
_QUOTE = re.compile("[\"“”„«»]|(?<!\\w)['‘]")
_QUOTED = re.compile(
    '"[^"]*"|[“„][^“”„]*[”“]|«[^«»]*»'
    "|(?<!\\w)['‘][^\"\n'‘’]*(?:(?<=\\w)['‘’](?=\\w)[^\"\n'‘’]*)*['’](?!\\w)"
)
"""Between two single marks there are only apostrophes: a text of marks that nothing closes
would else be searched to its end from each."""
_FAR = re.compile(
    "[^\x00-\x7f\xa0-\xa9\xab\xb0\xb7\xbb\xbf-\u024f\u2010-\u2026\u20ac\u2122]"
)
"""Neither a letter of Latin as most languages write it, nor a mark that stands between
such letters."""
_EAST = re.compile("[\u3040-\u30ff\u3400-\u9fff가-힣]")
_EXTENSION = re.compile(r"\.[a-z][a-z0-9]{1,4}$", re.IGNORECASE)
EXTENSIONS = words.listed(
    "jpg jpeg jpe jfif png apng gif webp avif jxl svg svgz tif tiff bmp ico heic heif"
    " psd xcf eps raw dng cr2 cr3 nef arw orf indd jp2 pdf epub doc docx odt rtf xls xlsx"
    " ods ppt pptx odp txt csv tsv ics kml kmz gpx zip rar gz tgz mp3 mp4 m4a m4v wav ogg"
    " ogv flac mov avi mkv webm html htm css php xml json yml yaml"
)
"""What ends the name of a file and no domain."""


T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 (used as a decorator, like property)
    """Worked out at the first look, then an ordinary attribute. functools' own takes a
    lock until Python 3.12: 1 µs."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make = make
        self.name = make.__name__

    def __get__(self, instance: object, owner: type) -> T:
        value = instance.__dict__[self.name] = self.make(instance)
        return value


@dataclass(frozen=True, slots=True)
class Text:
    """One alt text and its surroundings. Only `text` is needed; whatever is None or
    empty is not known.

    Trusted texts (title, caption, album, file, before, after, page_title, heading, what
    is said of a link, notes) come from the owner of the site and are evidence. `text`
    itself, from a model or from the site, is never trusted. `altsync.lint.evidence`
    makes one of what is known.
    """

    text: str | None
    title: str | None = None
    caption: str | None = None
    album: str | None = None
    file: str | None = None
    """The file's name on the site, with or without its extension."""
    before: str | None = None
    """The text right before the image on its page; where a source only has "beside", it
    goes here."""
    after: str | None = None
    page_title: str | None = None
    language: str | None = None
    """BCP 47 tag of the image; only its first part counts."""
    notes: str | None = None
    """Anything else that is known: further pages, the owner's notes, glossary."""
    words: str | None = None
    """Words that a model read in the picture: they vouch for a name, and accuse no text."""
    read: tuple[ReadLine, ...] = ()
    """Lines that a program of its own read in the picture."""
    heading: str | None = None
    """The nearest heading before the image, or that of its own piece of the page."""
    link: str | None = None
    """Where the image leads: an address; '' where it is no link on any page that was
    read. A link to the picture's own file is none."""
    link_text: str | None = None
    """The other words of the link or button that the image is in."""
    link_title: str | None = None
    destination: str | None = None
    """The title of the page that the image leads to."""
    button: bool = False
    """The image is a button, or in one."""
    same: str | None = None
    """What the page says right beside the image that says the same as this text."""
    elsewhere: str | None = None
    """What this same text is on the same picture at other places, where it is something
    else there: such as `a link to “Tickets” on “Home”`."""
    unheard: bool = False
    """On every page that was read the image is hidden from who listens, or a background."""
    decision: Decision | None = None
    by_model: bool = False
    """A model's words, and no person answers for them: a candidate, as it came, or what
    was approved in bulk and stands on the site."""
    incomplete: str | None = None
    """What the model was asked besides, and did not say: parts of its answer."""
    stopped: bool = False
    """The model ran into its token limit while it wrote this text."""

    @property
    def trusted(self) -> tuple[str, ...]:
        """Every trusted text that there is."""
        parts = (
            self.title,
            self.caption,
            self.album,
            without_extension(self.file or ""),
            self.page_title,
            self.before,
            self.after,
            self.heading,
            self.link_text,
            self.link_title,
            self.destination,
            self.notes,
        )
        return tuple(filter(None, parts))

    @property
    def functional(self) -> bool | None:
        """Whether the image is a link or button wherever it can be seen; None where
        that is not known, or not the same everywhere."""
        if self.button or self.link:
            return True
        return None if self.link is None else False

    @property
    def alone(self) -> bool:
        """It is a link or button, and nothing else names it."""
        return bool(self.functional) and not (self.link_text or self.link_title)


class Seen:
    """A `Text` prepared for the rules. Lives for one `check`."""

    def __init__(self, given: Text) -> None:
        self.given = given
        self.raw = given.text or ""
        self.text = fold(self.raw)
        """NFC, runs of white space as one blank: what a reader gets."""
        self.low = self.text.casefold()

    @once
    def words(self) -> list[str]:
        """The words as written, without punctuation."""
        text = self.text
        if "'" in text or "’" in text:
            return _WORD.findall(text)
        if text.isascii():
            return text.translate(_PLAIN).split()
        return _RUN.findall(text)  # a sixth faster

    @once
    def bag(self) -> frozenset[str]:
        """The words, case folded: most rules look here first, which is what makes them quick."""
        low = self.low
        if len(low) != len(self.text):  # a letter became two
            return frozenset(map(str.casefold, self.words))
        if low.isascii() and "'" not in low:
            return frozenset(low.translate(_PLAIN).split())
        pieces = frozenset(low.replace(",", " ").replace(".", " ").split())
        odd = frozenset(filterfalse(str.isalnum, pieces))  # few: for these the pattern
        return (pieces - odd).union(_WORD.findall(" ".join(odd)))

    @once
    def runs(self) -> frozenset[str]:
        """The runs of letters and digits, case folded: "wife" and "s" of "wife's"."""
        whole = "'" not in self.low and "’" not in self.low
        if whole and len(self.low) == len(self.text):  # no letter became two
            return self.bag
        if not self.low.isascii():
            return frozenset(_RUN.findall(self.low))
        joined = [word for word in self.bag if "'" in word]
        return self.bag.union(*(word.split("'") for word in joined))

    @once
    def cues(self) -> frozenset[str]:
        """Those of its runs that make any rule look closer."""
        return self.runs & cues.every()

    @once
    def has_digit(self) -> bool:
        """A digit stands in it somewhere."""
        low = self.low
        for digit in "0123456789":  # a third of the time that a pattern takes
            if digit in low:
                return True
        return not self.near and _DIGIT.search(low) is not None

    @once
    def near(self) -> bool:
        """All its letters are Latin: who looks for other signs has nothing to look for."""
        return self.text.isascii() or _FAR.search(self.text) is None

    @once
    def eastern(self) -> bool:
        """It has signs of Chinese, Japanese or Korean, which set no words apart."""
        return not self.near and _EAST.search(self.low) is not None

    @once
    def unquoted(self) -> str:
        """The case-folded text without what stands between quotes: words that the image
        itself says.

        A text that is nothing but a quotation stays whole: models like to quote their
        own answer.
        """
        left = _QUOTED.sub(" ", self.low) if _QUOTE.search(self.low) else self.low
        return left if any(map(str.isalpha, left)) else self.low

    @once
    def quoted(self) -> list[str]:
        """What stands between quotes, without these."""
        if not _QUOTE.search(self.text):
            return []
        return [phrase[1:-1] for phrase in _QUOTED.findall(self.text)]

    @once
    def said(self) -> str:
        """As `unquoted`, but with the capitals that it has."""
        if not _QUOTE.search(self.text):
            return self.text
        left = _QUOTED.sub(" ", self.text)
        return left if any(map(str.isalpha, left)) else self.text

    @once
    def trusted(self) -> str:
        """All trusted texts, one a line: evidence in the owner's spelling."""
        return "\n".join(self.given.trusted)

    @once
    def vouched(self) -> str:
        """What can vouch for a name or a claim, case folded: all trusted texts, and
        the words in the picture."""
        words = self.given.words
        return (
            f"{self.trusted}\n{words}".casefold() if words else self.trusted.casefold()
        )

    @once
    def evidence(self) -> str:
        """Trusted texts, with the file's name spelled as words: "zwartevos-4.7-page" says
        "Zwartevos 4.7" too."""
        return (
            f"{self.trusted}\n{re.sub('[-_]', ' ', self.given.file)}"
            if self.given.file
            else self.trusted
        )

    @once
    def language(self) -> str:
        """First part of the image's language tag, else a guess by function words, else
        ''. Lower case."""
        return base_language(self.given.language) or guess(self.bag)


@functools.lru_cache(maxsize=256)
def base_language(tag: str | None) -> str:
    """'pt-BR' -> 'pt'; '' where there is no tag or Drupal's "und"/"zxx" (not specified,
    not applicable)."""
    if not tag:
        return ""
    base = tag.replace("_", "-").split("-", 1)[0].strip().casefold()
    return "" if base in ("und", "zxx", "x", "mul") else base


def is_spaceless(text: str) -> bool:
    """It has letters of a script (Thai to Han, Hangul) in which one "word" may be a
    sentence."""
    if text.isascii():
        return False
    return any("\u0e00" <= c <= "\u9fff" or "가" <= c <= "힣" for c in text[:40])


def slug(text: str) -> str:
    """Letters and digits only, one blank between runs, case folded: how a text compares
    with a file name."""
    if text.isascii():
        return " ".join(text.lower().translate(_PLAIN_SLUG).split())
    return _SLUG.sub(" ", text.casefold()).strip()


def without_extension(name: str) -> str:
    """A file's name without ".jpg": "Maasdorp.gov" stays, and so does what has none."""
    stem, _, ending = name.rpartition(".")
    return stem if ending.lower() in EXTENSIONS else name


def file_slug(name: str) -> str:
    """A file name as words: no folder, no extension."""
    stem = _EXTENSION.sub("", name.replace("\\", "/").rsplit("/", 1)[-1])
    return slug(stem)


def without_numbers(slugged: str) -> str:
    """Without the words that are only digits: counters and years that files and their
    texts do not share."""
    return " ".join(word for word in slugged.split() if not word.isdigit())
