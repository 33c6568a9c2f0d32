"""How the demonstration site guards its writes: by ETag, by time, or not at all, and how
proxies spoil that."""

from __future__ import annotations

import hashlib
from collections import Counter
from email.utils import formatdate, parsedate_to_datetime
from typing import Literal

Guarding = Literal["", "etag", "weak", "modified", "gzip", "spoilt"]
"""gzip: a server before the site compresses where it may, and marks the ETag then, as
Apache's mod_deflate does. spoilt: a proxy marks every ETag. The site knows neither mark.
"""
START = 1_767_225_600
"""2026-01-01, when nothing has been saved yet; each save is a second later."""


class SiteGuard:
    """Versions of images. `kind` may be changed at any time."""

    def __init__(self) -> None:
        self.kind: Guarding = ""
        self._saves: Counter[str] = Counter()

    def saved(self, image_id: str) -> None:
        """The image has another version now."""
        self._saves[image_id] += 1

    def headers(self, image_id: str, asked: dict[str, str]) -> dict[str, str]:
        """What GET says of the version."""
        if not self.kind:
            return {}
        if self.kind == "modified":
            when = START + self._saves[image_id]
            return {"Last-Modified": formatdate(when, usegmt=True)}
        tag = self._tag(image_id)
        zipped = "gzip" in asked.get("accept-encoding", "")
        if self.kind == "spoilt" or (self.kind == "gzip" and zipped):
            tag = f'{tag[:-1]}-gzip"'
        return {"ETag": f"W/{tag}" if self.kind == "weak" else tag}

    def refuses(self, image_id: str, asked: dict[str, str]) -> bool:
        """A PATCH with these headers is for another version (412)."""
        if not self.kind:
            return False
        wanted = asked.get("if-match")
        if wanted is not None:
            tags = [tag.strip() for tag in wanted.split(",")]
            known = [] if self.kind == "weak" else [self._tag(image_id), "*"]
            return not any(tag in known for tag in tags)
        since = asked.get("if-unmodified-since")
        if self.kind != "modified" or since is None:
            return False
        return START + self._saves[image_id] > parsedate_to_datetime(since).timestamp()

    def _tag(self, image_id: str) -> str:
        version = f"{image_id} {self._saves[image_id]}"
        return f'"{hashlib.sha256(version.encode()).hexdigest()[:16]}"'
