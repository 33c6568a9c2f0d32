"""Words as the search compares them: text of the site, and what a person types, read by
one rule. Pure.

A term is a run of letters or a run of digits, without case, accents and width: "IMG_1234"
has the terms `img` and `1234`, "Café" is `cafe`. Where words are written without blanks
between them (Japanese, Chinese, Thai, …) every character is a term, and so is every sign
that is no letter (an emoji, "€"): what is typed there is found anywhere. Terms that were
typed together have to stand side by side.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from altsync.near import nearest

EDGE = "\xb6"
"""Stands between two texts of one image, so that no phrase reaches from one into the
other. It is a term of nothing that anybody writes."""
MOST = 32
"""So many words of what a person types count."""
NEAR = 5
_ASCII = re.compile(r"[a-z]+|[0-9]+")
_DROPPED = re.compile(
    r"[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\ufe00-\ufe0f]"
)
"""Accents, once they are apart from their letters; the points of Hebrew and Arabic, which
people mostly leave out; and which way a sign is drawn."""
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uac00-\ud7a3"
    "\uf900-\ufaff\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
"""Characters of scripts that write words without a blank between them: Thai, Lao,
Burmese, Khmer, Japanese, Chinese; of Korean, which joins them; and emoji."""
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_TYPED = re.compile(r'"([^"]*)"|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms that have to stand side by side."""

    terms: tuple[str, ...]
    begun: bool = False
    """The last term may be the beginning of a longer one."""

    @property
    def match(self) -> str:
        """For SQLite's FTS5, quoted: no term of a person is ever read as its syntax."""
        return f'"{" ".join(self.terms)}"' + "*" * self.begun

    def stands_in(self, said: str) -> bool:
        """Whether a text, as `said` gives it, has these terms: what FTS5 says of it."""
        wanted = f" {' '.join(self.terms)}"
        return wanted in f" {said}" if self.begun else f"{wanted} " in f" {said} "


def terms(text: str) -> list[str]:
    """The terms of a text, in their order."""
    if text.isascii():
        return _ASCII.findall(text.lower())
    apart = unicodedata.normalize("NFKD", text.casefold())
    folded = unicodedata.normalize("NFC", _DROPPED.sub("", apart)).casefold()
    found = _ASCII if folded.isascii() else _any_script()
    return found.findall(folded)


def said(texts: Iterable[str | None]) -> str:
    """All that is said of an image, as the index has it: terms with a blank between."""
    return f" {EDGE} ".join(" ".join(terms(text)) for text in texts if text)


def asked(words: str) -> list[Phrase]:
    """What a person looks for: all of these. Words in quotation marks stand side by side
    as they are; the last word, where it is not in quotes, may be the beginning of one.
    Empty where nothing of it is a term."""
    typed = _TYPED.findall(words.translate(_QUOTES))
    found = [(quoted, tuple(terms(quoted or word))) for quoted, word in typed]
    found = [(quoted, there) for quoted, there in found if there][:MOST]
    last = len(found) - 1
    return [
        Phrase(there, begun=number == last and not quoted)
        for number, (quoted, there) in enumerate(found)
    ]


def match(phrases: Iterable[Phrase]) -> str:
    """All of them, for FTS5."""
    return " AND ".join(one.match for one in phrases)


def near(name: str, names: Sequence[str]) -> list[str]:
    """Names that may be meant by one that is none of them, at most NEAR: those of which
    its words are said, else those that are spelled almost so."""
    phrases = asked(name)
    saying = (one for one in names if _says(one, phrases)) if phrases else iter(())
    if found := list(islice(saying, NEAR)):
        return found
    return nearest(name, names, NEAR)


def _says(name: str, phrases: Iterable[Phrase]) -> bool:
    text = said([name])
    return all(one.stands_in(text) for one in phrases)


@cache
def _any_script() -> re.Pattern[str]:
    """Python knows which characters are signs and which are marks (the vowels of Hindi),
    and `re` has no name for them: they are looked up once, for the first text that is
    not plain ASCII. Beyond 16 bits only emoji are told apart: `re` is slow there."""
    signs, marks = (_characters(kind) for kind in "SM")
    letters = rf"[^\W0-9_{_ALONE}]"
    return re.compile(rf"[{_ALONE}{signs}]|[0-9]+|(?:{letters}+|[{marks}]+)+")


def _characters(kind: str) -> str:
    """Those of a kind, for a set of `re`."""
    every = map(chr, range(0x80, 0x10000))
    return re.escape("".join(c for c in every if unicodedata.category(c)[0] == kind))
