"""The Datasette plugin: pictures in cells, the review pages, the audit. `serve` starts
Datasette with it.

Datasette finds it by its entry point. Light to import: the hooks import what they need
when they are called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pluggy import HookimplMarker

hookimpl = HookimplMarker("datasette")


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """Everything under /-/altsync."""
    from altsync.web import routes

    return routes.ROUTES


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any
) -> Any:
    """A prepared picture where a cell names an image."""
    from altsync.web import cells

    return cells.render(row, value, column, table, database, datasette)


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Refuse requests for other hosts, where altsync itself started Datasette."""
    from altsync.web.guard import only_known_hosts

    return lambda app: only_known_hosts(app, datasette)


@hookimpl
def startup() -> None:
    """Keep rich out of Datasette's error pages."""
    from altsync.web.guard import plain_errors

    plain_errors()


@hookimpl
def menu_links(datasette: Any, actor: dict[str, Any] | None) -> Any:
    """A way from Datasette's pages to the review pages, for those who may see them."""
    from altsync.web.context import menu

    return menu(datasette, actor)
