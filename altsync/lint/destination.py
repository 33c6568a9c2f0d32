"""Whether a text names where a link leads: words compared across spellings, without a
word list of any language. Pure.

In doubt a word is shared: what is asked here accuses a text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from urllib.parse import unquote, urlsplit

from altsync.lint.tongues import every_word
from altsync.lint.vouching import bare
from altsync.lint.words import listed

_WORD = re.compile(r"[^\W_]+")
_EXTENSION = re.compile(r"\.[a-z][a-z0-9]{1,4}$", re.IGNORECASE)
_PICTURE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|tiff?|bmp|heic)$", re.IGNORECASE
)
_FRONT = re.compile(
    r"(?:[a-z]{2}(?:[-_][a-z]{2,4})?/?)?(?:index\.[a-z]{3,5})?", re.IGNORECASE
)
"""The path of a site's first page, or of one of its languages."""
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff가-힣]+"
)
"""Scripts in which words are not set apart, or hardly ever stand alone."""
_HAN = re.compile("[\u3400-\u9fff]")
_STEM = 4
"""So many letters at its beginning make a word of another form the same word."""
_MOST = 1000
"""Characters of a text that are compared."""
_PART = 5
"""So many letters of a word within a longer one make it a part of that."""
_TWICE = re.compile(r"(\w)\1")
_PLUMBING = listed(
    "www web http https html htm php asp aspx index node taxonomy term content default"
    " page id com org net gov edu info eu nl de fr es uk be at ch en it pt pl"
)
"""What addresses have for machines."""
HOME = listed(
    "home homepage startpagina hoofdpagina voorpagina accueil startseite hauptseite"
    " inicio portada início pagina inicial hem forside etusivu domů strona główna"
    " főoldal главная αρχική ホーム トップ 首页 首頁 홈"
)
"""What the first page of a site is called."""


def address_words(address: str) -> list[str]:
    """The words of an address as they are spelled there, the host's first, without
    what is there for machines."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return []
    return [*_telling(host.split(".")[:-1]), *path_words(address)]


def path_words(address: str) -> list[str]:
    """Those of its path alone: what tells one page of a site from another."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return []
    return _telling(_WORD.findall(_EXTENSION.sub("", path.rstrip("/"))))


def _telling(words: Iterable[str]) -> list[str]:
    """Without numbers, keys and plumbing."""
    return [
        word
        for word in words
        if len(word) > 1
        and not any(map(str.isdigit, word))
        and word.casefold() not in _PLUMBING
    ]


def without_query(address: str) -> str:
    """Host and path, as people read an address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.hostname or ''}{unquote(parts.path)}".rstrip("/")


def is_picture(address: str) -> bool:
    """It leads to a picture, a larger one most often: no page that could be named."""
    try:
        return bool(_PICTURE.search(urlsplit(address).path))
    except ValueError:
        return False


def is_home(address: str) -> bool:
    """It leads to the first page of a site, or of one of its languages."""
    try:
        path = urlsplit(address).path.strip("/")
    except ValueError:
        return False
    return _FRONT.fullmatch(path) is not None


def names(text: str, said: Iterable[str], *, home: bool = False) -> bool:
    """Does a text have a word of what is said, in whatever form? `home`: or of what the
    first page of a site is called."""
    mine = _words(text)
    theirs = [word for one in said for word in _words(one)]
    if home:
        theirs += _home()
    if _share_any(mine, theirs):
        return True
    return _within(mine, "".join(theirs)) or _within(theirs, "".join(mine))


def comparable(text: str, said: str) -> bool:
    """Are both of one script, so that a word in common could be seen at all?"""
    return bool(_scripts(text) & _scripts(said))


def _words(text: str) -> list[str]:
    """The words that mean something, without what inflection likes to change: doubled
    letters, a "y". Of scripts without spaces, every two signs that follow each other,
    and every sign that is a word by itself."""
    plain, empty = bare(text[:_MOST]), _empty()
    pairs: list[str] = []
    if not plain.isascii():
        pairs = _pairs(plain)
        plain = _UNSPACED.sub(" ", plain)
    words = _WORD.findall(plain)
    telling = [word for word in words if len(word) > 1 and word not in empty]
    joined = " ".join(telling).replace("y", "i")
    return pairs + _TWICE.sub(r"\1", joined).split()


def _pairs(plain: str) -> list[str]:
    runs = _UNSPACED.findall(plain)
    pairs = [run[at : at + 2] for run in runs for at in range(len(run) - 1)]
    return pairs + _HAN.findall(plain)


def _share_any(words: Iterable[str], others: Iterable[str]) -> bool:
    """The same word in two forms: "ferry" and "ferries", "boot" and "boten"; one of three
    letters begins the other, a shorter one is the same."""
    mine, theirs = _beginnings(words), _beginnings(others)
    if not mine.isdisjoint(theirs):
        return True
    return _begin_any(mine, theirs) or _begin_any(theirs, mine)


def _beginnings(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in words)


def _begin_any(some: frozenset[str], others: frozenset[str]) -> bool:
    short = tuple(word for word in some if len(word) == _STEM - 1)
    return bool(short) and any(word.startswith(short) for word in others)


def _within(words: Iterable[str], joined: str) -> bool:
    """Part of a longer word: compounds, and addresses that set no words apart."""
    return any(len(word) >= _PART and word[:_PART] in joined for word in words)


def _scripts(text: str) -> frozenset[str]:
    """The first words of the names of its letters: LATIN, GREEK, CJK."""
    if text.isascii():
        return frozenset(["LATIN"] if any(map(str.isalpha, text[:200])) else [])
    letters = {sign for sign in text[:200] if sign.isalpha()}
    return frozenset(unicodedata.name(sign, "?").split()[0] for sign in letters)


@cache
def _home() -> list[str]:
    return _words(" ".join(sorted(HOME)))


@cache
def _empty() -> frozenset[str]:
    """Words that tell no page from another."""
    return frozenset(map(bare, _PLUMBING | every_word()))
