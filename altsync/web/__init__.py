"""The Datasette plugin: pictures in cells, the review pages, the audit. `serve` starts
Datasette with it.

Datasette finds it by its entry point. Light to import: the hooks import what they need
when they are called.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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


@hookimpl(trylast=True)  # the last to wrap is the first to be asked
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Refuse who is not logged in and what is no verdict, where altsync itself started
    Datasette."""
    from altsync.web.guard import guarded
    from altsync.web.whole import whole

    return lambda app: guarded(whole(app), datasette)


@hookimpl
def extra_template_vars(datasette: Any) -> dict[str, Any]:
    """What Datasette's own pages say where rows were cut."""
    from altsync.web.whole import counted

    return {"altsync_cut": counted(datasette)}


@hookimpl(tryfirst=True)  # the first answer counts
def actor_from_request(datasette: Any, request: Any) -> Any:
    """Whom the guard let in, where altsync itself started Datasette: no cookie or token
    of Datasette's, and no other plugin, makes somebody else of them."""
    from altsync.web.context import started_with

    if started_with(datasette) is None:
        return None
    return request.scope.get("actor")


@hookimpl
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    """Let Datasette only read a mirror, whoever started it, give it the questions of
    metadata.yml, and keep rich out of its error pages."""
    from altsync.web.described import add_queries
    from altsync.web.guard import plain_errors
    from altsync.web.readonly import shield

    async def ready() -> None:
        await shield(datasette)
        await add_queries(datasette)

    plain_errors()
    return ready


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Datasette's own pages, for who does not see them."""
    from altsync.web.tables import mend

    mend(env)


@hookimpl
def extra_css_urls() -> list[str]:
    """Their contrast, and room for fingers. Datasette puts its base before it."""
    from altsync.web.pages.frame import version

    return [f"/-/static-plugins/altsync/tables.css?{version()}"]


@hookimpl
def menu_links(datasette: Any, actor: dict[str, Any] | None) -> Any:
    """A way from Datasette's pages to the review pages, for those who may see them."""
    from altsync.web.context import menu

    return menu(datasette, actor)
