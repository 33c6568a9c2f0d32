"""altsync import"""

from __future__ import annotations

from pathlib import Path

import click

from altsync.cli import _command, _session, _talk


@_command.command("import")
@click.argument(
    "directory",
    default=None,
    required=False,
    metavar="[DIR]",
    type=click.Path(file_okay=False, path_type=Path),
)
@click.pass_context
def command(ctx: click.Context, directory: Path | None) -> None:
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
    rows = count(done.rows, "row")
    _command.tell(f"Imported {rows} from {source} into {config.database}.")
