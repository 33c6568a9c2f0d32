"""What turns the paths and uuids of a document into addresses. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

from altsync.addresses import without_login
from altsync.sources.jsonapi.document import is_text

_USUAL = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Medium:
    """What a `drupal-media` embeds."""

    entity: str
    """`type/uuid`."""
    is_image: bool = True
    """Its type shows a picture of its own, not a video, a sound or a document."""
    file: str | None = None
    """The uuid of its picture's file."""
    url: str | None = None
    """The file's URL as the site prints it."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """What a document is read with, beside itself."""

    base: str
    """The site's address."""
    language_path: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    """File uuid -> URL as the site prints it, mostly root-relative (093)."""
    media: Mapping[str, Medium] = field(default_factory=dict)
    """Uuid -> the medium, of those that are known."""

    def of(self, printed: str | None) -> str | None:
        """What the site prints, or what stands in a text, as an absolute address of the
        web, without a user and password, whoever wrote them there; None for what is none."""
        if not printed or not is_text(printed):
            return None
        try:
            whole = urljoin(self.base + "/", printed)
            parts = urlsplit(whole)
        except ValueError:  # such as half an IPv6 address
            return None
        if parts.scheme not in _USUAL or not parts.netloc:
            return None
        return without_login(whole)

    def is_ours(self, address: str | None) -> bool:
        """The address is one of the site: `www.`, and whether it is encrypted, make no
        other site."""
        if address is None:
            return False
        return _host(urlsplit(address)) == _host(urlsplit(self.base))


def _host(parts: SplitResult) -> tuple[str, int | None]:
    host = (parts.hostname or "").removeprefix("www.")
    try:
        port = parts.port
    except ValueError:
        return host, -1
    return host, None if port == _USUAL.get(parts.scheme) else port
