"""altsync export"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from altsync.cli import _command, _formats, _json, _session, _talk

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.documents.kept import ExportDocument, ExportPagesDocument


@_command.command(
    examples=(
        "altsync export  # The mirror as text, into data/export.",
        (
            "altsync export --html site"
            "  # A static site of the albums, into the directory site."
        ),
    )
)
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
@_json.option
@click.pass_context
def command(
    ctx: click.Context, directory: Path | None, as_site: bool, as_json: bool
) -> None:
    """Write the whole mirror and its provenance as text that diffs well in git
    (default: data/export).

    `altsync import DIR` builds the same mirror again. With --html: pages with pictures,
    texts and whose they are, that can be searched without a server.
    """
    config = _session.load(ctx)
    if as_site:
        _pages(config, directory or config.database.with_name("site"), as_json)
    else:
        _text(config, directory or config.database.with_name("export"), as_json)


def _text(config: Config, directory: Path, as_json: bool) -> None:
    from altsync.models.underway import Work
    from altsync.render.text import count
    from altsync.store import export

    with (
        _session.opened(config) as store,
        _talk.talking() as talk,
        store.snapshot() as conn,
        _formats.writable(directory),
    ):
        talk.start(Work.EXPORT)
        done = export.write(conn, directory, talk.step)
    rows = count(sum(done.rows.values()), "row")
    images = count(done.rows["images"], "image")
    changed = count(done.written, "file")
    document: ExportDocument = {
        "directory": str(directory),
        "rows": done.rows,
        "written": done.written,
        "removed": done.removed,
    }
    exported = f"Exported {rows} ({images}) to {directory}: {changed} changed."
    _json.result(as_json, document, exported)


def _pages(config: Config, directory: Path, as_json: bool) -> None:
    from altsync.gallery import Gallery
    from altsync.pictures.cache import Cache
    from altsync.render.text import count

    cache = Cache.beside(config.database)
    with (
        _session.opened(config) as store,
        _talk.talking() as talk,
        _formats.writable(directory),
    ):
        done = Gallery(store, cache, config.site.url, directory, talk).run()
    images, albums = count(done.images, "image"), count(done.albums, "album")
    document: ExportPagesDocument = {
        "index": str(done.index),
        "images": done.images,
        "albums": done.albums,
    }
    _json.result(as_json, document, f"Wrote {images} in {albums}. Open {done.index}")
