"""altsync export"""

from __future__ import annotations

from pathlib import Path

import click

from altsync.cli import _session


@click.command()
@click.argument(
    "directory",
    default=None,
    required=False,
    metavar="[DIR]",
    type=click.Path(file_okay=False, path_type=Path),
)
@click.option(
    "--html",
    "as_site",
    is_flag=True,
    help="Write a static site of the albums instead (default: data/site).",
)
@click.pass_context
def command(ctx: click.Context, directory: Path | None, as_site: bool) -> None:
    """Write the whole mirror and its provenance as text that diffs well in git
    (default: data/export).

    `altsync import DIR` builds the same mirror again. With --html: pages with pictures,
    texts and whose they are, that can be searched without a server.
    """
    from altsync.render.text import count

    config = _session.load(ctx)
    if as_site:
        from altsync.cli._pages import write

        write(config, directory or config.database.with_name("site"))
        return
    from altsync.store import export

    target = directory or config.database.with_name("export")
    with (
        _session.opened(config) as store,
        _session.talking() as talk,
        store.snapshot() as conn,
    ):
        talk.start("Exporting")
        done = export.write(conn, target, talk.step)
        talk.finish()
    rows = count(sum(done.rows.values()), "row")
    click.echo(
        f"Exported {rows} ({count(done.rows['images'], 'image')}) to {target}:"
        f" {count(done.written, 'file')} changed."
    )
