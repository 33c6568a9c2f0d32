"""altsync who"""

from __future__ import annotations

import click

from altsync.cli import _command, _excel, _session


@_command.command()
@click.argument("images", nargs=-1, metavar="[IMAGE]…")
@click.option(
    "--album",
    "albums",
    multiple=True,
    metavar="ALBUM",
    help="Only images of this album.",
)
@click.option(
    "--csv", "form", flag_value="csv", help="Print a table for a spreadsheet."
)
@_excel.option
@click.option(
    "--jsonld",
    "form",
    flag_value="jsonld",
    help="Print Web Annotations (W3C) with the provenance.",
)
@click.pass_context
def command(
    ctx: click.Context,
    images: tuple[str, ...],
    albums: tuple[str, ...],
    form: str | None,
) -> None:
    """Say whose each text is: person or machine, which model, prompt and context, who
    approved it, when."""
    from altsync.errors import UnknownImage
    from altsync.render import who as render
    from altsync.store import history

    form = _excel.chosen(form or "", "csv")
    config = _session.load(ctx)
    with _session.opened(config) as store, store.snapshot() as conn:
        for image in history.unknown(conn, images):
            raise UnknownImage(image)
        owned = history.who(conn, images, albums)
        if not form:
            _session.paged(render.lines(owned))
            return

        def prompt(key: str) -> str | None:
            found = history.prompt(conn, key)
            if found is None:
                return None
            return "\n\n".join(part for part in found if part)

        if form == "csv":
            pieces = render.table(owned)
        else:
            pieces = render.json_ld(config.site.url, owned, prompt)
        for piece in _excel.marked(pieces):
            _session.put(piece)
