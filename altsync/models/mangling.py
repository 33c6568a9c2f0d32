"""A text that the site has otherwise than altsync sent it: mangled on its way into the
site, or another text and so somebody's words?

Sites cut texts at the width of a column, escape them as HTML or turn their quotation
marks, and say nothing. In doubt a text is a person's.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from altsync.models.site import fold, is_blank, same_text, without_references

USUAL = (255, 512, 256, 254, 511, 1024, 1023)
"""Widths that nobody keeps to by hand: a cut between two words counts there too."""
COLUMNS = (
    *USUAL,
    *(50, 64, 80, 100, 120, 125, 127, 128, 140, 150, 160, 191, 200, 250),
    *(300, 400, 500, 1000, 2000, 2047, 2048),
)
"""Widths at which sites cut, the likeliest first: characters, or bytes of UTF-8."""
_SENTENCE_END = re.compile(r"[.!?…。！？]['\"’”»)\]]*$")
_TURNED = str.maketrans("“”„‟‘’‚‛", "\"\"\"\"''''")
_ESCAPED = (
    *(("&quot;", quote) for quote in ("&#039;", "&#39;", "&#x27;", "&apos;", "'")),
    ('"', "'"),
)
"""How " and ' may be written where &, < and > are escaped."""
_HALF_ENTITY = re.compile(r"&[#\w]{0,8}$")
_ELLIPSIS = re.compile(r"\s*(…|\.\.\.)$")


def mangled(
    sent: str | None, stored: str | None, *, at_once: bool = False
) -> str | None:
    """How the site mangled `sent`, such as "cut at 255 characters", so that it has
    `stored` now; None where that is another text, or the same to a reader.

    `at_once`: it was read in answer to the very PATCH that sent it, so nobody can have
    worked on it yet, and any beginning of it is a cut. Without, somebody may have: a
    cut has to be one that a person does not make (at the width of a column, not at the
    end of a sentence), quotation marks have to be turned throughout, and entities that
    turned into characters are a person's mending.
    """
    if sent is None or stored is None or is_blank(sent) or is_blank(stored):
        return None
    if same_text(sent, stored):
        return None
    return _respelt(sent, stored, at_once) or _cut(sent, stored, at_once)


def _respelt(sent: str, stored: str, at_once: bool) -> str | None:
    """The same words, otherwise written."""
    if any(same_text(sent, read) for read in _read(stored)):
        return "escaped as HTML"
    if same_text(sent, re.sub(r"\\(['\"\\])", r"\1", stored)):
        return "with backslashes before its quotation marks"
    if at_once and any(same_text(read, stored) for read in _read(sent)):
        return "with its HTML entities decoded"
    for read in (stored, *_read(stored)):
        turned = at_once or _turned_throughout(read)
        if turned and same_text(_straight(sent), _straight(read)):
            return "with other quotation marks"
    return None


def _read(text: str) -> tuple[str, str]:
    """What a browser reads, where it was escaped once, and twice."""
    once = without_references(text)
    return once, without_references(once)


def _straight(text: str) -> str:
    """With typewriter's quotation marks: one character for one."""
    return text.translate(_TURNED)


def _turned_throughout(text: str) -> bool:
    """All its quotation marks are turned, or all are straight: a machine does not stop
    half way."""
    straight = set("'\"") & set(text)
    return not straight or text == _straight(text)


def _cut(sent: str, stored: str, at_once: bool) -> str | None:
    for spelt in _spellings(sent):
        at = _column(_straight(spelt), _straight(stored)) or _column(spelt, stored)
        if at and (at_once or _no_hand(spelt, stored, at)):
            return f"cut at {at}"
    if at_once and _begins(sent, stored):
        return f"cut after {len(stored)} characters"
    return None


def _spellings(sent: str) -> Iterator[str]:
    """The text as a site may have it before it cuts it."""
    yield sent
    yield unicodedata.normalize("NFC", sent)
    yield unicodedata.normalize("NFD", sent)
    safe = html.escape(sent, quote=False)
    for double, single in _ESCAPED:
        yield safe.replace('"', double).replace("'", single)


def _column(spelt: str, stored: str) -> str | None:
    """The width of the column that explains `stored`: so much of `spelt`, without what
    is blank at its ends."""
    kept = stored.strip()
    raw = spelt.encode("utf-8", "surrogatepass")
    for width in COLUMNS:
        if len(spelt) > width and spelt[:width].strip() == kept:
            return f"{width} characters"
        whole = raw[:width].decode("utf-8", "ignore")
        if len(raw) > width and whole.strip() == kept:
            return f"{width} bytes"
    return None


def _no_hand(spelt: str, stored: str, at: str) -> bool:
    """A person who shortens a text ends it at a sentence or between two words."""
    if _SENTENCE_END.search(stored.rstrip()):
        return False
    width = int(at.split()[0])
    if width in USUAL:
        return True
    kept = len(stored.strip())
    around = spelt.lstrip()[kept - 1 : kept + 1]
    return len(around) == 2 and around.isalnum()


def _begins(sent: str, stored: str) -> bool:
    """`stored` is the beginning of the text, whatever its spelling; three dots may
    stand for the rest."""
    without = _HALF_ENTITY.sub("", _ELLIPSIS.sub("", stored.rstrip()))
    whole = _plain(sent)
    kept = _plain(without)
    return bool(kept) and len(kept) < len(whole) and whole.startswith(kept)


def _plain(text: str) -> str:
    return fold(_straight(_read(text)[1]))
