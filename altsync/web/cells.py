"""Pictures: the prepared files, as cells of Datasette's tables and as a route. Never
the original of the site."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from altsync.web.context import Setup, mirror, open_page, started_with

_SHA = re.compile(r"[0-9a-f]{64}")


def file_of(setup: Setup, sha256: str | None) -> Path | None:
    """The prepared picture of an image file, if there is one. The name is a hash: no
    path from outside gets here."""
    if not sha256 or not _SHA.fullmatch(sha256):
        return None
    folder = setup.config.thumbnails / sha256[:2]
    return min(folder.glob(f"{sha256}*.jpg"), default=None) if folder.is_dir() else None


def render(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any
) -> Any:
    """The cell, as an awaitable; None leaves it to Datasette. Called for every cell:
    the cheap questions come first."""
    if column not in ("image_id", "image_url", "image_sha256") or not value:
        return None
    setup = started_with(datasette)
    if setup is not None and database != setup.config.database.stem:
        return None
    plain = value["value"] if isinstance(value, dict) else value
    if not isinstance(plain, str):
        return None
    image = plain if column == "image_id" else None
    if column == "image_url":
        if table != "images":
            return None
        image = str(row["id"])
    return lambda: _cell(datasette, database, column, plain, image)


async def _cell(
    datasette: Any, database: str, column: str, value: str, image: str | None
) -> Any:
    from markupsafe import Markup

    from altsync.store import history

    found = await mirror(datasette)
    if found is None or found[0].name != database:
        return None
    db, setup = found
    sha256 = (
        value
        if image is None
        else await db.execute_fn(lambda conn: history.picture(conn, image))
    )
    there = file_of(setup, sha256) is not None
    picture = Markup("")
    if there:
        source = datasette.urls.path(f"/-/altsync/picture/{sha256}.jpg")
        picture = Markup('<img src="{}" alt="" width="120" loading="lazy"><br>').format(
            source
        )
    if column == "image_sha256":
        return Markup("{}{}…").format(picture, value[:12]) if there else None
    if column == "image_url":
        return Markup("{}{}").format(picture, _link(value)) if there else None
    page = datasette.urls.path("/-/altsync/image?id=" + _quoted(value))
    return Markup('<a href="{}">{}{}</a>').format(page, picture, value)


def _link(url: str) -> Any:
    """A link to the site, where it is one; any other scheme is shown as text."""
    from markupsafe import Markup

    if not url.lower().startswith(("http://", "https://")):
        return url
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(url, url)


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="/")


async def picture(datasette: Any, request: Any) -> Any:
    """One prepared picture, for those who may see the database."""
    from datasette.utils.asgi import NotFound, Response

    page = await open_page(datasette, request)
    file = file_of(page.setup, request.url_vars["sha256"])
    if file is None:
        raise NotFound("There is no prepared picture of that name.")
    return Response(
        body=file.read_bytes(),
        content_type="image/jpeg",
        headers={
            "cache-control": "private, max-age=86400, immutable",
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
            "cross-origin-resource-policy": "same-origin",
        },
    )
