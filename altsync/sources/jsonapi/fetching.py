"""The pictures of images: fetched from where their files are, or taken out of the text
that they are written into.

The address that a text has of a file may be an old one: where the file was moved since,
only the file's uuid still leads to it (864).
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import unquote_to_bytes

from altsync.errors import (
    BadAnswer,
    LoginFailed,
    NotThere,
    PictureError,
    RateLimited,
    Rejected,
    SourceError,
    Unreachable,
)
from altsync.models import FileFacts, SiteImage, Tag
from altsync.sources.answers import facts_of, place
from altsync.sources.base import ImageFile
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.document import listed
from altsync.sources.jsonapi.shape import Item
from altsync.sources.jsonapi.styles import FILES, Styled
from altsync.sources.jsonapi.walk import files_of
from altsync.sources.jsonapi.where import Addresses, Medium

MOST = 10_000
"""So many files that were moved are remembered."""
_Found = TypeVar("_Found")


class Fetching:
    """Fetches pictures. Threads may share it."""

    def __init__(
        self,
        client: Client,
        read: Callable[[SiteImage], Item | None],
        medium: Callable[[str], Medium | None],
    ) -> None:
        """`read`: the item of an image as it is now, None where it is not there;
        `medium`: what a uuid of a medium embeds now."""
        self._client = client
        self._read = read
        self._medium = medium
        style = client.config.picture_style
        self._styled = Styled(client, style) if style else None
        self._lock = threading.Lock()
        self._moved: dict[str, str] = {}
        """File uuid -> where it is, of files that were moved; medium -> where its
        picture is, of media that have another file by now (776)."""

    @property
    def remarks(self) -> Sequence[str]:
        """See `base.Source`."""
        return () if self._styled is None else self._styled.remarks

    def file(self, image: SiteImage, max_bytes: int) -> ImageFile:
        """See `base.Source`. Credentials go along to the site's own origin only: private
        files need them (095)."""
        if _is_written(image):
            return self._written(image, max_bytes)
        return self._at(image, lambda url: self._fetched(image, url, max_bytes))

    def facts(self, image: SiteImage) -> FileFacts:
        """Of the file itself: what JSON:API says of it stands still where its bytes are
        overwritten on the disk (765-770)."""
        if _is_written(image):
            return _facts(image)
        try:
            self._follow(image)
            return self._at(image, self._looked)
        except (Unreachable, RateLimited):
            raise
        except SourceError:
            return FileFacts()

    def _fetched(self, image: SiteImage, url: str, max_bytes: int) -> ImageFile:
        if self._styled is not None:
            copy = self._styled.file(image, url, max_bytes)
            if copy is not None:
                return copy
        answer = self._client.http.picture(url, max_bytes=max_bytes)
        return ImageFile(answer.body, facts_of(answer.headers))

    def _looked(self, url: str) -> FileFacts:
        return facts_of(self._client.http.look(url).headers)

    def _at(self, image: SiteImage, work: Callable[[str], _Found]) -> _Found:
        """What `work` finds at the address of the image's file, or at that to which it
        was moved."""
        swapped = self._moved.get(image.medium or "")
        url = swapped or self._moved.get(image.file or "") or image.image_url
        if url is None:
            url = self._look_for(image)
        if url is None:
            raise NotThere(f"{image.id} has no file that this login may see.")
        self._open(url)
        try:
            return work(url)
        except NotThere as error:
            moved = self._look_for(image)
            if moved is None or moved == url:
                raise NotThere(
                    f"There is no picture at {place(url)} (404): visitors get none"
                    " there either.",
                    status=error.status,
                ) from None
        self._open(moved)
        return work(moved)

    def _open(self, url: str) -> None:
        """Private files are for who is logged in."""
        opened = self._client.config.login in ("cookie", "oauth")
        if opened and "/system/files/" in url:
            self._client.ready()

    def _look_for(self, image: SiteImage) -> str | None:
        """Where the file of an image is now, as the site tells; None where it does not."""
        self._client.ready()
        if not image.file or FILES not in self._client.paths:
            return None
        try:
            document, _ = self._client.get(
                self._client.url(FILES, None, image.file),
                [(f"fields[{FILES}]", "uri")],
            )
        except (Rejected, NotThere, BadAnswer):
            return None
        except LoginFailed:
            if self._client.config.login == "none":
                return None  # not for everybody (401)
            raise
        told = files_of({"included": listed(document["data"])})
        url = Addresses(self._client.http.base).of(told.get(image.file))
        if url is not None:
            self._remember(image.file, url)
        return url

    def _follow(self, image: SiteImage) -> None:
        """An embedded medium is the same one with another picture; the mirror knows that
        from the last pull."""
        if image.medium is None:
            return
        now = self._medium(image.medium.rpartition("/")[2])
        url = Addresses(self._client.http.base).of(now.url) if now else None
        if now is None or url is None:
            return
        if now.file == image.file:
            self._moved.pop(image.medium, None)
        else:
            self._remember(image.medium, url)

    def _remember(self, what: str, url: str) -> None:
        with self._lock:
            if len(self._moved) >= MOST:
                self._moved.clear()
            self._moved[what] = url

    def _written(self, image: SiteImage, max_bytes: int) -> ImageFile:
        """A picture that stands in the text itself; the mirror does not keep it."""
        item = self._read(image)
        here = [one for one in item.in_text if one.id == image.id] if item else []
        if not here:
            raise NotThere(f"{image.id} is not on the site any more.")
        data = _decoded(here[0].slot.src)
        if data is None:
            raise NotThere(
                f"{image.id} has no address that a picture can be fetched from."
            )
        if len(data) > max_bytes:
            raise PictureError(
                f"{image.id}: the picture in the text is larger than {max_bytes:,} bytes.",
                kind="too big",
            )
        return ImageFile(data, _facts(image))


def _is_written(image: SiteImage) -> bool:
    """It has no address, and no file: it is written into its text, if anything."""
    return image.tag is Tag.IMG and image.image_url is None and image.file is None


def _facts(image: SiteImage) -> FileFacts:
    """Its name has the hash of what is written: another picture is another image."""
    return FileFacts(etag=image.name.split(".")[2])


def _decoded(address: str) -> bytes | None:
    """The bytes of a `data:` address of a picture; None for any other."""
    head, comma, body = address.strip().partition(",")
    scheme, _, kind = head.lower().partition(":")
    if not comma or scheme != "data" or not kind.strip().startswith("image/"):
        return None
    data = unquote_to_bytes(body)
    if not kind.rstrip().endswith(";base64"):
        return data
    bare = b"".join(data.split()).rstrip(b"=")
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4))
    except binascii.Error:
        return None
