"""`[jsonapi] picture_style`: an image style's smaller copy of a file in place of the file.

Core tells no address of such a copy: it ends with a token that only the site can make
(794). Two modules tell it on the file's resource: JSON:API Image Styles in the attribute
`image_style_uri`, Consumer Image Styles among the links. (Both by their documentation,
not by a recording.) Without them the file itself is taken, and `remarks` says so.

A copy stays as it was where the file is overwritten on the disk. So it counts only where
the server says that it is younger than the file; else the file itself is taken. What is
known of an image's file, by which a replaced picture is found out, is always what the
server says of the file itself.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

from altsync.addresses import without_login
from altsync.errors import (
    Interrupted,
    PictureError,
    RateLimited,
    SourceError,
    Unreachable,
)
from altsync.models import FileFacts, SiteImage
from altsync.sources.answers import HttpAnswer, facts_of
from altsync.sources.base import ImageFile
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.document import is_text

FILES = "file--file"
RASTER = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif")
"""Of which Drupal makes copies; an SVG has none on any site."""

NO_MODULE = (
    "[jsonapi] picture_style: this site does not say where the copies of its image styles"
    " are, so the original files were taken. The module JSON:API Image Styles"
    " (jsonapi_image_styles) tells it."
)
NO_STYLE = (
    "[jsonapi] picture_style: the site tells of no image style named {style}, so the"
    " original files were taken. It has: {known}."
)
STALE = (
    "[jsonapi] picture_style: of some pictures the copy is older than the file, or nobody"
    " can tell: their original files were taken."
)


class Styled:
    """Finds and fetches the copies in one style. Threads may share it."""

    def __init__(self, client: Client, style: str) -> None:
        self._client = client
        self._style = style
        self._lock = threading.Lock()
        self._absent = False
        """No file of this site tells of copies: it is not asked again."""
        self.remarks: list[str] = []
        """Sentences for the owner: each once."""

    def file(self, image: SiteImage, original: str, max_bytes: int) -> ImageFile | None:
        """The copy, with the facts of the file at `original`; None where that has to be
        taken. Raises PictureError, Unreachable, RateLimited, Interrupted."""
        try:
            address = self._address(image)
            if address is None:
                return None
            facts = facts_of(self._client.http.look(original).headers)
            copy = self._client.http.picture(address, max_bytes=max_bytes)
        except (Interrupted, PictureError, RateLimited, Unreachable):
            raise
        except SourceError as error:
            if error.stops_run:
                raise
            return None
        if not _is_younger(copy, facts):
            self._say(STALE)
            return None
        return ImageFile(copy.body, facts)

    def _address(self, image: SiteImage) -> str | None:
        uuid = json.loads(image.raw).get("file")
        if self._absent or not is_text(uuid):
            return None
        self._client.ready()
        document, _ = self._client.get(self._client.url(FILES, None, uuid))
        known = _told(document.get("data"))
        if known is None:
            self._absent = True
            self._say(NO_MODULE)
            return None
        if known and self._style not in known:
            self._say(
                NO_STYLE.format(style=self._style, known=", ".join(sorted(known)))
            )
        address = known.get(self._style)
        if address is None:
            return None
        try:
            whole = urljoin(self._client.http.base + "/", address)
        except ValueError:  # such as half an IPv6 address
            return None
        return without_login(whole)

    def _say(self, sentence: str) -> None:
        with self._lock:
            if sentence not in self.remarks:
                self.remarks.append(sentence)


def _told(data: Any) -> dict[str, str] | None:
    """Style -> address, as the file's resource tells; None where the site does not tell
    of any, though this file would have some."""
    if not isinstance(data, Mapping):
        return {}
    attributes = _object(data.get("attributes"))
    if attributes.get("filemime") not in RASTER:
        return {}
    told = attributes.get("image_style_uri")
    parts = told if isinstance(told, list) else [told]  # a list until version 2
    found: dict[str, str] = {}
    for part in parts:
        if isinstance(part, Mapping):
            found |= {str(name): url for name, url in part.items() if is_text(url)}
    for name, link in _object(data.get("links")).items():
        derived = "derivative" in json.dumps(_object(link).get("meta"))
        if derived and is_text(link.get("href")):
            found[name] = link["href"]
    return found or None


def _object(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _is_younger(copy: HttpAnswer, file: FileFacts) -> bool:
    """The copy was made of the file as it is now."""
    made = facts_of(copy.headers).modified
    try:
        return parsedate_to_datetime(str(made)) >= parsedate_to_datetime(
            str(file.modified)
        )
    except (TypeError, ValueError):
        return False
