"""On which hosts the files of a site may be. Pure.

A whole path says which file of a site a picture is; on somebody else's host the same path
is another file: many sites have a `/sites/default/files/logo.png`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

NETWORKS = (
    ".amazonaws.com",
    ".azureedge.net",
    ".b-cdn.net",
    ".cloudfront.net",
    ".cloudinary.com",
    ".digitaloceanspaces.com",
    ".fastly.net",
    ".googleapis.com",
    ".imgix.net",
    ".kxcdn.com",
    ".windows.net",
    ".wp.com",
)
"""Hosts that keep copies for whoever pays: the same whole path there is the same file."""
_COPIES = re.compile(
    r"(?:cdn|static|media|assets?|images?|img|files?|pics?|pictures?|uploads?)[-\d]*\."
)
"""How the name of a host begins that keeps the files of the host beside or above it."""
COPIES = 3
"""A host with so many of the site's files, each at its whole path, keeps copies of them."""


class OwnHosts:
    """The hosts of a site, by their names without `www.`."""

    def __init__(self, hosts: Iterable[str]) -> None:
        """`hosts`: the site's, and those of the pictures in its mirror."""
        self._own = set(filter(None, hosts))
        self._seen: dict[str, set[str]] = {}

    def has(self, host: str, page: str = "") -> bool:
        """The site's files may be there: on a host of the site, of its pictures or of
        `page`; on one that keeps copies for these, by its name (`cdn.example.org`) or by
        what was seen there; or for everybody; or beside the page, where there is no
        host."""
        hosts = (*self._own, page)
        if not host or host in hosts or host.endswith(NETWORKS):
            return True
        copies = _COPIES.match(host)
        above = host[copies.end() :] if copies else ""
        return "." in above and any(
            own == above or own.partition(".")[2] == above for own in hosts
        )

    def saw(self, host: str, path: str) -> bool:
        """A file of the site has this path, and so has a picture there. Whether the host
        is the site's by now and was not before."""
        if self.has(host):
            return False
        paths = self._seen.setdefault(host, set())
        paths.add(path)
        if len(paths) < COPIES:
            return False
        self._own.add(host)
        return True
