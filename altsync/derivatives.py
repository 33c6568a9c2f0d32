"""Which file the address of a picture shows: image styles, sizes and appended extensions
are mapped back to the file that they were made of.

    files_of("https://x.org/sites/default/files/styles/w/public/trip/pass.jpg.webp?itok=T")
    -> "/sites/default/files/trip/pass.jpg.webp", "/sites/default/files/trip/pass.jpg"

Two files are the same file only if their whole paths are. The looser `bare` leaves out
what names of derivatives add; it is for pictures that no whole path fits. Pure.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from urllib.parse import unquote, urlsplit

_STYLE = re.compile(r"/styles/[^/]+/(?:public|private|s3)/")
_SYSTEM = re.compile(r"^.*/system/files/")
_EXTENSION = re.compile(
    r"\.(jpe?g|jpe|jfif|png|gif|webp|avif|tiff?|bmp|heic|svg)$", re.I
)
_APPENDED = re.compile(r"\.(?:webp|avif)$", re.I)
_SIZE = re.compile(r"(?:[-_]\d+(?:w|px)|[-_.]\d+x\d+|@\dx|-scaled)+$", re.I)
_WORD = re.compile(r"[-_](?:thumb(?:nail)?|small|medium|large)$", re.I)
_END = 80
"""Characters at the end of a path that are looked at for sizes: a page may say anything,
and runs of sizes take time."""
_MOST = 4
"""Extensions behind one another."""
_JPEG = ("jpg", "jpeg", "jpe", "jfif")


def path_of(address: str) -> str:
    """The path of the file that an address shows, '' where it names none. An image
    style's folders are cut; the query only where the path ends as a picture's does, since
    `/image?id=7` and `/image?id=8` are two pictures."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme == "data":
        return ""
    path = unicodedata.normalize("NFC", unquote(parts.path))
    path = _STYLE.sub("/", path, count=1)
    path = _SYSTEM.sub("/system/files/", path)
    if not path.strip("/"):
        return ""
    if parts.query and not _EXTENSION.search(path):
        path += f"?{parts.query}"
    return f"/{path.lstrip('/')}"


@functools.lru_cache(4096)
def files_of(address: str) -> tuple[str, ...]:
    """The paths of the files that an address may show, the likeliest first: as it stands,
    and without an appended `.webp` or `.avif` where the original's own extension stands
    before it."""
    path = path_of(address)
    if not path:
        return ()
    original = _APPENDED.sub("", path)
    if original != path and _EXTENSION.search(original):
        return path, original
    return (path,)


@functools.lru_cache(4096)
def bare(path: str) -> str:
    """A path without extensions and size: the same for a file and for all whose names
    follow from its name."""
    for _ in range(_MOST):
        path = _EXTENSION.sub("", path)
    return path[:-_END] + _SIZE.sub("", path[-_END:])


def names_of(path: str) -> tuple[str, ...]:
    """The bare names of the files that a path may be made of: its own, and that without
    a word for its size. `house-small.jpg` may be made of `house.jpg`, and is never made
    of `house-large.jpg`."""
    name = bare(path)
    shorter = _WORD.sub("", name)
    return (name,) if shorter == name else (name, shorter)


def may_be_made_of(path: str, original: str) -> bool:
    """A derivative has the format of its file, or one that derivatives are made in."""
    kind, other = _kind(path), _kind(original)
    return kind in ("webp", "avif", "") or other in (kind, "")


def _kind(path: str) -> str:
    found = _EXTENSION.search(path)
    kind = found[1].lower() if found else ""
    return "jpg" if kind in _JPEG else kind


@functools.lru_cache(4096)
def host_of(address: str) -> str:
    """The host of an address, without `www.`; '' where it has none."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
