"""What the lint looks at: one alt text with everything that is known about its image.

`Text` is the caller's value. `Seen` is the same text prepared once for all rules: every
property is worked out at most once and only when a rule asks, because a million texts
have to pass in under a minute.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import filterfalse
from typing import Any, Generic, TypeVar

from altsync.lint import cues, words
from altsync.lint.tongues import guess
from altsync.models import Decision, ReadLine, fold

_WORDS = Decision.TEXT
"""Python 3.11 takes half a µs to find a member of an enum."""
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_DIGIT = re.compile(r"\d")
_DIGITS = frozenset(cues.DIGITS)
_RUN = re.compile(r"\w+")
_SLUG = re.compile(r"[\W_]+")
_ASCII = [chr(code) for code in range(128)]
_PLAIN_SLUG = "".join(sign if sign.isalnum() else " " for sign in _ASCII)
"""By its number, each sign of ASCII; a blank for all that are no part of a word."""
_LETTERS = bytes(ord(sign) for sign in _ASCII if sign.isalpha() or sign == " ")
_APOSTROPHES = frozenset("'’")
_WITHIN = _APOSTROPHES | {"_"}
"""Signs that words have within."""
_BETWEEN = bytes(
    ord(sign if sign.isalnum() or sign in _WITHIN else " ") for sign in _ASCII
).ljust(256)
"""By its number, each sign of ASCII; a blank for all that stand between words."""
_QUOTE = re.compile("\"|“|”|„|«|»|'(?<!\\w')|‘(?<!\\w‘)")
"""Each begins with a sign: Python finds that in a tenth of the time that anything else
takes, such as what must not stand before it. So below."""
_QUOTES = frozenset("\"“”„«»'‘")
_WITHIN_SINGLE = "[^\"\n'‘’]*(?:(?<=\\w)['‘’](?=\\w)[^\"\n'‘’]*)*['’](?!\\w)"
_QUOTED = re.compile(
    '"[^"]*"|“[^“”„]*[”“]|„[^“”„]*[”“]|«[^«»]*»'
    f"|'(?<!\\w'){_WITHIN_SINGLE}|‘(?<!\\w‘){_WITHIN_SINGLE}"
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
    lock until Python 3.12: 1 µs. It is set as one, too: who looks at `__dict__` gets a
    dictionary made, and every attribute after that is slower."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make = make
        self.name = make.__name__

    def __get__(self, instance: object, owner: type) -> T:
        value = self.make(instance)
        setattr(instance, self.name, value)
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
        self.gives_words = given.decision is _WORDS
        """It was written to give the words of an image."""
        self.near = True
        """All its letters are Latin: who looks for other signs has nothing to look for."""
        self.eastern = False
        """It has signs of Chinese, Japanese or Korean, which set no words apart."""
        self.marks = _without_letters(self.raw)
        """Its characters that are no letters, more than once where they are: signs,
        digits, what stands over letters."""
        if not self.raw.isascii():
            self._look_beyond()
        self.signs = frozenset(self.marks)
        """Each of these once."""
        self.again = True
        """A word may stand in it three times, or two of them twice."""
        self.bag = self._bag()
        """The words, case folded: most rules look here first, which is what makes them
        quick."""
        self.runs = self.bag
        """The runs of letters and digits, case folded: "wife" and "s" of "wife's"."""
        if not _APOSTROPHES.isdisjoint(self.signs) or len(self.low) != len(self.text):
            self.runs = self._runs()
        index = cues.index()
        self.telling = self.runs & index.words
        """Those that are a cue to any rule: most texts have none."""
        self.open = self._opened(index.gates)
        """The gates that it opens, each a bit (`cues`)."""

    def _opened(self, gates: Mapping[str, int]) -> int:
        found = gates[cues.EVERY]
        for sign in self.signs:
            if sign in gates:
                found |= gates[sign]
        for word in self.telling:
            found |= gates[word]
        for trait in self.traits:
            found |= gates[trait]
        return found

    def _look_beyond(self) -> None:
        """What letters beyond ASCII make of it."""
        left = self.marks if self.raw == self.text else _without_letters(self.text)
        self.near = _FAR.search(left) is None
        self.eastern = not self.near and _EAST.search(self.low) is not None
        if not self.near or self.raw != self.text or len(self.low) != len(self.raw):
            # NFC or case folding may have made another sign of one
            left = _without_letters(self.raw + self.low)
        self.marks = "".join(filterfalse(str.isalpha, left))

    def _bag(self) -> frozenset[str]:
        if len(self.low) != len(self.text):  # a letter became two
            return frozenset(map(str.casefold, self.words))
        all_pieces = self._spaced(self.low).split()
        pieces = frozenset(all_pieces)
        self.again = len(all_pieces) > len(pieces) + 1
        if _APOSTROPHES.isdisjoint(self.signs):
            return pieces
        odd = frozenset(filterfalse(str.isalnum, pieces))
        return (pieces - odd).union(_WORD.findall(" ".join(odd)))

    def _runs(self) -> frozenset[str]:
        if len(self.low) != len(self.text):
            return frozenset(_RUN.findall(self.low))
        odd = [word for word in self.bag if "'" in word or "’" in word]
        return self.bag.union(*(word.replace("’", "'").split("'") for word in odd))

    @once
    def words(self) -> list[str]:
        """The words as written, without punctuation."""
        pieces = self._spaced(self.text).split()
        if _APOSTROPHES.isdisjoint(self.signs):
            return pieces
        return [word for piece in pieces for word in _parted(piece)]

    def _spaced(self, text: str) -> str:
        """With a blank for each sign between words: that takes a third of the time that
        a pattern takes."""
        if text.isascii():
            return text.encode().translate(_BETWEEN).decode("ascii")
        for sign in self.signs - _WITHIN:
            if not sign.isalnum():
                text = text.replace(sign, " ")
        return text

    @property
    def traits(self) -> list[str]:
        """What it is like (`cues`), and what is known of it; a list is quicker than a
        generator."""
        raw, low = self.raw, self.low
        found = self._known()
        if self.again:
            found.append(cues.AGAIN)
        if not self.bag:
            found.append(cues.WORDLESS)
        if " " not in low:
            found.append(cues.SINGLE)
        if "." in low[-6:-2]:
            found.append(cues.DOTTED)
        if raw.isupper():
            found.append(cues.LOUD)
        if not raw.isprintable():
            found.append(cues.UNPRINTABLE)
        if not self.near:
            found.append(cues.FAR)
            if self.eastern:
                found.append(cues.EASTERN)
        if len(self.marks) >= cues.MANY and self.is_numbered:
            found.append(cues.NUMBERED)
        return found

    def _known(self) -> list[str]:
        given = self.given
        found = [cues.TAGGED] if given.language else []
        if given.by_model:
            found.append(cues.BY_MODEL)
        if given.button or given.link is not None:
            found.append(cues.PLACED)
        if given.incomplete:
            found.append(cues.INCOMPLETE)
        if given.elsewhere:
            found.append(cues.ELSEWHERE)
        if given.read:
            found.append(cues.READ)
        return found

    @once
    def is_numbered(self) -> bool:
        """It may have as many digits as cues.MANY."""
        return sum(map(str.isdigit, self.marks)) >= cues.MANY

    @property
    def has_digit(self) -> bool:
        """A digit stands in it somewhere."""
        if not _DIGITS.isdisjoint(self.signs):
            return True
        return not self.near and _DIGIT.search(self.low) is not None

    @property
    def _has_quotes(self) -> bool:
        if _QUOTES.isdisjoint(self.signs):
            return False
        return _QUOTE.search(self.text) is not None

    @once
    def unquoted(self) -> str:
        """The case-folded text without what stands between quotes: words that the image
        itself says.

        A text that is nothing but a quotation stays whole: models like to quote their
        own answer.
        """
        if not self._has_quotes:
            return self.low
        left = _QUOTED.sub(" ", self.low)
        return left if any(map(str.isalpha, left)) else self.low

    @once
    def quoted(self) -> list[str]:
        """What stands between quotes, without these."""
        if not self._has_quotes:
            return []
        return [phrase[1:-1] for phrase in _QUOTED.findall(self.text)]

    @once
    def said(self) -> str:
        """As `unquoted`, but with the capitals that it has."""
        if not self._has_quotes:
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


def _parted(piece: str) -> list[str]:
    """The words of what stands between blanks: one, but for apostrophes at its ends."""
    return [piece] if piece.isalnum() else _WORD.findall(piece)


def _without_letters(text: str) -> str:
    """Without letters of ASCII and blanks; by bytes, in a third of the time that
    characters take."""
    left = text.encode("utf-8", "surrogatepass").translate(None, _LETTERS)
    return left.decode("utf-8", "surrogatepass")


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
