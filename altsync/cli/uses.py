"""altsync uses"""

from __future__ import annotations

import click

from altsync.cli import _command, _json, _printing, _session


@_command.command(
    examples=(
        "altsync uses --all  # Every picture, with where it is used.",
        "altsync uses at-home/chelsea  # The places of one picture.",
    )
)
@click.argument("image", required=False, metavar="[IMAGE]")
@click.option("--all", "everything", is_flag=True, help="List all pictures.")
@_json.option
@click.pass_context
def command(
    ctx: click.Context, image: str | None, everything: bool, as_json: bool
) -> None:
    """Show the places of one picture, and what each makes of it.

    Without IMAGE it lists the pictures that stand in several places: first those that
    are a link here and an illustration there, or lead to several pages. With IMAGE it
    shows every image of that one's picture, the words around each, its text and whose
    that is, and which embedded media show the text of their medium.
    """
    from altsync.render import several as render
    from altsync.uses import several

    config = _session.load(ctx)
    with _session.opened(config, plans=True) as store, store.snapshot() as conn:
        if image is None:
            found = several.pictures(conn)
        else:
            one = several.of(conn, image)
    if image is None:
        if as_json:
            _json.show(render.list_dict(found))
        else:
            shown = None if everything else render.SHOWN
            _printing.paged(render.list_lines(found, shown))
    elif as_json:
        _json.show(render.as_dict(one))
    else:
        _printing.paged(render.lines(one))
