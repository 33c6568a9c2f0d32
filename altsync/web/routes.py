"""The addresses of the plugin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from altsync.web import cells
from altsync.web.pages.albums import albums
from altsync.web.pages.audit import audit, image
from altsync.web.pages.compare import compare
from altsync.web.pages.dashboard import dashboard
from altsync.web.pages.grid import grid
from altsync.web.pages.review import check, review
from altsync.web.pages.sample import sample
from altsync.web.pages.uses import uses
from altsync.web.pages.visitors import visitors

ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"^/-/altsync/?$", dashboard),
    (r"^/-/altsync/review$", review),
    (r"^/-/altsync/check$", check),
    (r"^/-/altsync/grid$", grid),
    (r"^/-/altsync/albums$", albums),
    (r"^/-/altsync/audit$", audit),
    (r"^/-/altsync/image$", image),
    (r"^/-/altsync/visitors$", visitors),
    (r"^/-/altsync/uses$", uses),
    (r"^/-/altsync/compare$", compare),
    (r"^/-/altsync/sample$", sample),
    (cells.ROUTE, cells.picture),
]
