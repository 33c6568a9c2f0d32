"""Pictures: the prepared files, as cells of Datasette's tables and as a route. Never
the original of the site."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from altsync.pictures.cache import NAME, Cache, name_in
from altsync.web.context import Setup, mirror, open_page, started_with

ROUTE = rf"^/-/altsync/picture/(?P<name>{NAME})\.jpg$"
WITH_PICTURE = ("image_id", "image_url", "image_sha256")
"""Columns whose cells name an image."""
HEADERS = {
    "cache-control": "private, max-age=86400, immutable",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
}


def file_of(setup: Setup, name: str | None) -> Path | None:
    """The file of a prepared picture, where there is one."""
    return Cache.beside(setup.config.database).find(name)


def path_of(setup: Setup, name: str | None) -> str | None:
    """The path under which a prepared picture is served, where there is one."""
    if file_of(setup, name) is None:
        return None
    return f"/-/altsync/picture/{name}.jpg"


def render(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any
) -> Any:
    """The cell, as an awaitable; None leaves it to Datasette. Called for every cell:
    the cheap questions come first."""
    if column not in WITH_PICTURE or not value:
        return None
    if column == "image_url" and table != "images":
        return None
    setup = started_with(datasette)
    if setup is not None and database != setup.config.database.stem:
        return None
    plain = value["value"] if isinstance(value, dict) else value
    if not isinstance(plain, str):
        return None
    image = str(row["id"]) if column == "image_url" else plain
    return lambda: _cell(datasette, database, column, plain, image)


async def _cell(
    datasette: Any, database: str, column: str, value: str, image: str
) -> Any:
    """`image`: whose picture it is; of the column `image_sha256` the value says it."""
    from markupsafe import Markup

    found = await mirror(datasette)
    if found is None or found[0].name != database:
        return None
    db, setup = found
    name: str | None = value
    if column != "image_sha256":
        name = await db.execute_fn(lambda conn: name_in(conn, image))
    path = path_of(setup, name)
    if path is None and column != "image_id":
        return None
    picture = Markup("")
    if path is not None:
        picture = Markup('<img src="{}" alt="" width="120" loading="lazy"><br>').format(
            datasette.urls.path(path)
        )
    if column == "image_sha256":
        return picture + f"{value[:12]}…"
    if column == "image_url":
        return picture + _link(value)
    page = datasette.urls.path("/-/altsync/image?id=" + quote(value, safe="/"))
    return Markup('<a href="{}">{}{}</a>').format(page, picture, value)


def _link(url: str) -> Any:
    """A link to the site, where it is one; any other scheme is shown as text."""
    from markupsafe import Markup

    if not url.lower().startswith(("http://", "https://")):
        return url
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(url, url)


async def picture(datasette: Any, request: Any) -> Any:
    """One prepared picture, for those who may see the database."""
    from datasette.utils.asgi import NotFound, Response

    page = await open_page(datasette, request)
    file = file_of(page.setup, request.url_vars["name"])
    if file is None:
        raise NotFound("There is no prepared picture of that name.")
    return Response(
        body=file.read_bytes(), content_type="image/jpeg", headers=dict(HEADERS)
    )
