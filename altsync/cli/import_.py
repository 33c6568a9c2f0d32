"""altsync import"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _json, _session, _talk

if TYPE_CHECKING:
    from altsync.documents.kept import ImportDocument


@_command.command(
    "import",
    examples=(
        "altsync import data/export  # The mirror, from what export wrote there.",
        (
            "altsync import data/export --config other.toml"
            "  # Into the database of another configuration."
        ),
    ),
)
@click.argument(
    "directory",
    default=None,
    required=False,
    metavar="[DIR]",
    type=click.Path(file_okay=False, path_type=Path),
)
@_json.option
@click.pass_context
def command(ctx: click.Context, directory: Path | None, as_json: bool) -> None:
    """Build the mirror again from an export (default: data/export). What was there
    before is copied first."""
    from altsync.models.underway import Work
    from altsync.render.text import count
    from altsync.store import importing

    config = _session.load(ctx)
    source = directory or config.database.with_name("export")
    site = (config.site.url, config.site.source)
    with _talk.talking() as talk:
        talk.start(Work.IMPORT)
        done = importing.load(source, config.database, site, talk.step)
    if done.backup is not None:
        _command.say(f"The database as it was is kept in {done.backup}.")
    document: ImportDocument = {
        "directory": str(source),
        "database": str(config.database),
        "rows": done.rows,
        "backup": None if done.backup is None else str(done.backup),
    }
    rows = count(done.rows, "row")
    imported = f"Imported {rows} from {source} into {config.database}."
    _json.result(as_json, document, imported)
