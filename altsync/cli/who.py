"""altsync who"""

from __future__ import annotations

import click

from altsync.cli import _command, _excel, _json, _names, _printing, _session


@_command.command(
    examples=(
        "altsync who at-home/chelsea  # Whose text one image has.",
        (
            "altsync who --album at-home --excel > texts.csv"
            "  # A table of one album, for a spreadsheet."
        ),
    )
)
@click.argument("images", nargs=-1, metavar="[IMAGE]…")
@click.option(
    "--album",
    "albums",
    multiple=True,
    metavar="ALBUM",
    help="Only images of this album.",
)
@_json.option
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
    as_json: bool,
    form: str | None,
) -> None:
    """Say whose each text is: person or machine, which model, prompt and context, who
    approved it, when."""
    from altsync.errors import UnknownImage, UsageError
    from altsync.render import who as render
    from altsync.store import history

    if as_json and form is not None:
        raise UsageError(f"Choose one of --json, --{form}.")
    form = _excel.chosen("json" if as_json else form or "", "csv")
    config = _session.load(ctx)
    with _session.opened(config) as store, store.snapshot() as conn:
        for image in history.unknown(conn, images):
            raise UnknownImage(image)
        _names.check(conn, albums=albums)
        owned = history.who(conn, images, albums)
        if not form:
            _printing.paged(render.lines(owned))
            return

        def prompt(key: str) -> str | None:
            found = history.prompt(conn, key)
            if found is None:
                return None
            return "\n\n".join(part for part in found if part)

        if form == "json":
            pieces = render.document(owned)
        elif form == "csv":
            pieces = render.table(owned)
        else:
            pieces = render.json_ld(config.site.url, owned, prompt)
        for piece in _excel.marked(pieces):
            _printing.put(piece)
