"""What the names of files and addresses say to somebody who reads them. Pure."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from altsync.lint.words import listed

_EXTENSIONS = re.compile(r"(?:\.[a-z][a-z0-9]{1,4})+$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"(?=\w*\d)[0-9a-f]{6,}|(?=\w*\d)(?=\w*[a-z])\w{16,}", re.IGNORECASE)
"""A hash, or another name that a program gave."""
_EMPTY = listed(
    "bild capture copy crop cropped default dsc dscf dscn download edit edited final foto"
    " full gopr header hero image images imag img index large logo medium mvi new original"
    " photo pict picture pxl resized scaled scan screen screenshot shot small temp thumb"
    " thumbnail unnamed untitled upload web whatsapp"
)
"""Words of cameras, programs and editors that say nothing of a picture."""
SHOWN = 80
"""Characters of an address that are shown."""


def telling_name(name: str) -> str:
    """A file's name without its extensions where it says something; '' for a camera's
    or a program's."""
    stem = _EXTENSIONS.sub("", name)
    words = _WORD.findall(_CODE.sub(" ", stem))
    says = any(_is_word(word) and word.casefold() not in _EMPTY for word in words)
    return stem if says else ""


def _is_word(word: str) -> bool:
    return len(word) > 2 or not word.isascii()


def slug_words(address: str) -> str:
    """The last part of an address as words; '' where it says nothing."""
    last = unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2]
    return re.sub(r"[-_+]+", " ", telling_name(last)).strip()


def short_address(address: str, page: str) -> str:
    """An address as a person would say it: of the page's own site without the host; no
    query, no more than SHOWN characters."""
    parts = urlsplit(address)
    path = unquote(parts.path)
    if parts.hostname and parts.hostname != urlsplit(page).hostname:
        path = parts.hostname + path
    elif not parts.hostname:
        path = f"{parts.scheme}:{path}" if parts.scheme else path
    return path if len(path) <= SHOWN else path[: SHOWN - 1] + "…"
