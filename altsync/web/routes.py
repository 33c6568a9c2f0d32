"""The addresses of the plugin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from altsync.web import cells, guard

ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"^/-/altsync/login$", guard.login),
    (r"^/-/altsync/picture/(?P<sha256>[0-9a-f]{64})\.jpg$", cells.picture),
]
