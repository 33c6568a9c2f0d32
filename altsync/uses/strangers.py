"""What a picture of a page probably is that is no image of the mirror. Pure."""

from __future__ import annotations

import re

from altsync.derivatives import host_of, path_of
from altsync.models import PictureKind

_OWN = re.compile(r"/(?:themes|core|modules|profiles|libraries)/")
_FILES = re.compile(r"/(?:sites/[^/]+/files|system/files|files)/")


def likely(address: str, kind: PictureKind, site: str) -> str:
    """What it probably is, and what can be done about it."""
    if kind is PictureKind.CSS:
        return "a background of the page's style, which has no alt"
    if address.startswith("data:"):
        return "written into the page itself"
    if kind is PictureKind.EMBED:
        return (
            "Drupal's tag for a medium that is no image of the mirror; the page shows"
            " nothing there"
        )
    if kind is PictureKind.OTHER:
        return "no img: a video's poster, an object, a drawing; altsync mirrors none"
    host = host_of(address)
    if host and host != host_of(site):
        return f"from another site, {host}"
    path = path_of(address)
    if _OWN.search(path):
        return "of the theme or a module: its template says the alt"
    if _FILES.search(path):
        return (
            "a file of the site: in a field, text or language that altsync does not see"
            " (`altsync coverage`), or newer than the last pull"
        )
    return "at an address that no image of the mirror has"
