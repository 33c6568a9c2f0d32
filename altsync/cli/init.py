"""altsync init"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from altsync.config import Config
    from altsync.sources.base import Note


@click.command()
@click.argument("url")
@click.option(
    "--source",
    type=click.Choice(["album", "jsonapi"]),
    help="Do not look for it: the site speaks this.",
)
@click.option(
    "--inventory",
    multiple=True,
    metavar="WHERE",
    help="Album site: where its images are listed. Repeatable.",
)
@click.option(
    "--pixels",
    metavar="TEMPLATE",
    help="Album site: picture URL with {album} and {image}, or a directory.",
)
@click.option(
    "--label",
    metavar="FIELD",
    help="Album site: the field that says who wrote a text (0 machine, 1 person).",
)
@click.option(
    "--user",
    metavar="NAME",
    default="",
    help="JSON:API: log in as this user (password: ALTSYNC_PASSWORD).",
)
@click.option(
    "--model", metavar="MODEL", default="", help="The vision model for generate."
)
@click.pass_context
def command(
    ctx: click.Context,
    url: str,
    source: str | None,
    inventory: tuple[str, ...],
    pixels: str | None,
    label: str | None,
    user: str,
    model: str,
) -> None:
    """Look at the site, write altsync.toml, and say what was found and what to do next."""
    from pathlib import Path

    from altsync import config as configuration
    from altsync.atomic import replacing
    from altsync.errors import UsageError

    path = Path(ctx.find_root().obj or configuration.DEFAULT_FILE)
    if path.exists():
        raise UsageError(
            f"{path} is there already; nothing was written. Change it by hand, or name"
            " another file with --config PATH."
        )
    url = url.rstrip("/") if "://" in url else f"https://{url.rstrip('/')}"
    notes: Sequence[Note] = ()
    text = (
        None
        if source == "album" or inventory or pixels
        else _jsonapi(url, user, model, insist=source == "jsonapi")
    )
    if text is None:
        if not inventory:
            inventory, label = _album(url, label)
        text = album_toml(url, inventory, pixels, label, model)
    config = configuration.parse(text, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part:
        part.write_text(text, "utf-8")
    click.echo(f"Wrote {path} for {url}.")
    if config.site.source == "album":
        notes = _probe(config)
        for note in notes:
            click.echo(f"  {'ok' if note.ok else '!!'}  {note.sentence}")
    if all(note.ok for note in notes):
        click.echo("Next: altsync pull", err=True)
    else:
        click.echo(
            f"Next: mend what is marked !! (in {path} or the environment), then altsync"
            " pull",
            err=True,
        )


def _jsonapi(url: str, user: str, model: str, *, insist: bool) -> str | None:
    """altsync.toml for a Drupal with JSON:API, or None where the site has none."""
    from altsync.errors import SourceError, Unreachable, UsageError
    from altsync.sources import jsonapi

    try:
        found = jsonapi.discover(url, user=user)
    except SourceError as error:
        if not (insist or user) and error.status in (401, 403):
            raise UsageError(
                f"{url} shows its JSON:API to nobody who is not logged in"
                f" ({error.status}). Say who you are: altsync init {url} --user NAME."
                f" If it is an album site: altsync init {url} --source album"
                " --inventory WHERE. Nothing was written."
            ) from None
        if insist or error.stops_run or isinstance(error, Unreachable):
            raise
        click.echo(f"No JSON:API here ({error}) Taking it for an album site.", err=True)
        return None
    for note in found.notes:
        click.echo(f"  {'ok' if note.ok else '!!'}  {note.sentence}")
    return jsonapi.config_toml(found, model=model)


def _album(url: str, label: str | None) -> tuple[tuple[str, ...], str | None]:
    """An album site whose inventory was not named: its sitemap, if that lists images,
    and its label field, if the first image has the usual one."""
    import json

    from altsync import config as configuration
    from altsync.errors import AltsyncError
    from altsync.sources import open_source

    sitemap = f"{url}/sitemap.xml"
    try:
        source = open_source(
            configuration.parse(album_toml(url, [sitemap], None, None, ""))
        )
    except AltsyncError:
        return (), label
    first = None
    try:
        first = next((item for item in source.listing() if isinstance(item, str)), None)
        if first is None:
            return (), label
        click.echo(f"  ok  {sitemap} lists images: taken as the inventory.")
        if label is None and json.loads(source.read(first).raw).get("verified") in (
            0,
            1,
        ):
            label = "verified"
            click.echo(
                "  ok  The images have the field `verified`: taken as the label (0"
                " machine, 1 person)."
            )
        return (sitemap,), label
    except AltsyncError:
        return ((sitemap,), label) if first is not None else ((), label)
    finally:
        source.close()


def _probe(config: Config) -> Sequence[Note]:
    from altsync.errors import AltsyncError
    from altsync.sources import open_source
    from altsync.sources.base import Note

    try:
        source = open_source(config)
    except AltsyncError as error:
        return [Note(False, str(error))]
    try:
        return source.probe()
    except AltsyncError as error:
        return [Note(False, str(error))]
    finally:
        source.close()


def album_toml(
    url: str,
    inventory: Sequence[str],
    pixels: str | None,
    label: str | None,
    model: str,
) -> str:
    """The text of altsync.toml for an album site."""
    import json

    def text(value: str) -> str:
        return json.dumps(
            value, ensure_ascii=False
        )  # a JSON string is a TOML basic string

    lines = [
        "[site]",
        f"url = {text(url)}",
        'source = "album"                 # album | jsonapi',
        'database = "data/altsync.db"',
        "workers = 8",
        "",
        "[album]",
        (
            "# Which images exist: text files of album/image lines, directories of"
            " image files, sitemaps, JSON endpoints."
        ),
        (
            "inventory ="
            f" [{', '.join(text(i) for i in inventory) or text('data/inventory.txt')}]"
        ),
        "# The pictures: a URL with {album} and {image}, or a directory.",
        f"pixels = {text(pixels or url + '/files/cache/{album}/{image}-1280w.jpg')}",
        "# The field that says who wrote a text, where the site has one.",
        (
            f"label = {{ field = {text(label)}, ai = 0, human = 1 }}"
            if label
            else '# label = { field = "verified", ai = 0, human = 1 }'
        ),
        "",
        "[generate]",
        "# A vision model of the llm library: `altsync models` lists them.",
        f"model = {text(model)}",
        "",
    ]
    return "\n".join(lines)
