"""Image ids and what they become: URLs, and file paths only after a check.

An id is `album/name`, or `outer/album/name` where albums are nested one level. Each
segment is any text; the slash separates. `.` and `..` cannot be told apart from "here"
and "up" by most servers, so their dots are quoted too.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from urllib.parse import quote, unquote

from altsync.errors import BadAnswer, PictureError

EXTENSIONS = (
    ".jpg",
    ".jpeg",
    ".png",
    ".webp",
    ".gif",
    ".heic",
    ".heif",
    ".avif",
    ".tif",
    ".tiff",
    ".bmp",
    ".jxl",
    ".svg",
)
"""What counts as an image file in a directory, the most common first."""


def split(image_id: str) -> tuple[str, str]:
    """`a/b/name` -> (`a/b`, `name`)."""
    album, _, name = image_id.rpartition("/")
    return album, name


def unusable(image_id: str) -> str | None:
    """Why this cannot be an image id, in words, or None."""
    segments = image_id.split("/")
    if not 2 <= len(segments) <= 3 or not all(segments):
        return "not of the form album/image (albums nest one level at most)"
    if any(ord(c) < 32 or ord(c) == 127 for c in image_id):
        return "holds a control character"
    if any("\ud800" <= c <= "\udfff" for c in image_id):
        return "is not valid Unicode"
    return None


def quoted(part: str) -> str:
    """An album, name or whole id for a URL's path: each segment quoted, the slashes kept."""
    return "/".join(map(_quoted, part.split("/")))


def _quoted(segment: str) -> str:
    if not segment.strip("."):
        return segment.replace(".", "%2E")
    return quote(segment, safe="")


def fill(template: str, image_id: str) -> str:
    """A URL template with {album} and {image}, filled with quoted names."""
    parts = dict(zip(("album", "image"), split(image_id), strict=True))
    return re.sub(r"\{(album|image)\}", lambda found: quoted(parts[found[1]]), template)


def from_path(path: str, base: str = "") -> str | None:
    """The id in a page's URL path `{base}/album/{album}/{image}`, or None where the
    path is something else.

    Raises ValueError for a segment that cannot be a name: not UTF-8, or with a quoted
    slash.
    """
    prefix = f"{base}/album/"
    if not path.startswith(prefix):
        return None
    segments = path[len(prefix) :].rstrip("/").split("/")
    if not 2 <= len(segments) <= 3 or not all(segments):
        return None
    names = [unquote(segment, errors="strict") for segment in segments]
    if any("/" in name for name in names):
        raise ValueError("a quoted slash")
    return "/".join(names)


def find_file(root: Path, image_id: str) -> Path | None:
    """The image file `root/album/name.ext`, or None. Never outside `root`, neither by
    `..` nor by a symbolic link."""
    *albums, name = image_id.split("/")
    if unusable(image_id) or any(map(_climbs, (*albums, name))):
        return None
    folder = root.joinpath(*albums)
    for extension in (*EXTENSIONS, *map(str.upper, EXTENSIONS)):
        path = folder / (name + extension)
        if is_inside(root, path):
            return path
    return None


def _climbs(segment: str) -> bool:
    """The segment means another directory than the one of its name."""
    if segment in (".", "..") or "\\" in segment:
        return True
    return os.name == "nt" and ":" in segment


def is_inside(root: Path, path: Path) -> bool:
    """`path` is a regular file that lies, links resolved, below `root`."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        return path.resolve(strict=True).is_relative_to(root.resolve(strict=True))
    except (OSError, ValueError, RuntimeError):
        return False


def bytes_of(path: Path, most: int) -> bytes:
    """What a file holds. Raises PictureError past `most` bytes, BadAnswer where it
    cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise BadAnswer(f"{path} cannot be read ({error.strerror}).") from None
    if len(data) > most:
        raise PictureError(f"{path} is larger than {most:,} bytes.", kind="too big")
    return data
