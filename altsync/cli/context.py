"""altsync context"""

from __future__ import annotations

import click

from altsync.cli import _session


@click.command()
@click.argument("image", required=False)
@click.option(
    "--pages",
    metavar="SOURCE",
    help=(
        "Read pages that use images: a directory of Markdown or HTML, a page, a"
        " sitemap."
    ),
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option(
    "--prompt", "show_prompt", is_flag=True, help="The whole question, word for word."
)
@click.pass_context
def command(
    ctx: click.Context,
    image: str | None,
    pages: str | None,
    as_json: bool,
    show_prompt: bool,
) -> None:
    """Show all that a model would be told about IMAGE, or fill in what pages say around
    the images.

    Each line names where it came from and who could have written it. Pages are read
    again only if they changed.
    """
    from altsync.errors import UsageError

    if (image is None) == (pages is None):
        raise UsageError(
            "Name one image (altsync context ALBUM/NAME), or pages to read (--pages"
            " SOURCE)."
        )
    if pages is not None:
        _read(ctx, pages)
    elif image is not None:
        _show(ctx, image, as_json, show_prompt)


def _show(ctx: click.Context, image: str, as_json: bool, show_prompt: bool) -> None:
    import json

    from altsync.errors import AltsyncError, UsageError
    from altsync.generate import context, prompt
    from altsync.generate.describing import Describer
    from altsync.generate.setup import wishes
    from altsync.render.text import plain
    from altsync.store import mirror

    config = _session.load(ctx)
    with _session.opened(config) as store:
        found = mirror.named(store.conn, [image])
        if not found:
            raise UsageError(
                f"The mirror has no image {image!r}. Names are ALBUM/NAME."
            )
        with Describer(config, store.conn) as describer:
            pieces = describer.pieces(found[0])
            try:
                with _session.site(config) as source:
                    pieces += describer.in_file(source.pixels(found[0].image))
            except AltsyncError as error:
                click.echo(f"The file itself could not be asked: {error}", err=True)
    kept = context.fit(pieces, config.generate.context_budget)
    if as_json:
        click.echo(
            json.dumps(json.loads(context.as_json(kept)), indent=2, ensure_ascii=False)
        )
    elif show_prompt:
        asked = prompt.build(wishes(config, found[0].image.language), schema=True)
        click.echo(f"{plain_lines(asked.system)}\n\n{plain_lines(asked.ask(kept))}")
    else:
        for piece in kept:
            click.echo(
                f"{piece.kind:24} {piece.trust:6} {plain(piece.source)[:40]:40}"
                f" {plain(piece.text)}"
            )
        left = sum(len(p.text) for p in pieces) - sum(len(p.text) for p in kept)
        if left > 0:
            click.echo(
                f"Left out or shortened to fit {config.generate.context_budget:,}"
                f" characters: {left:,}.",
                err=True,
            )


def plain_lines(text: str) -> str:
    """Safe for a terminal, line by line."""
    from altsync.render.text import plain

    return "\n".join(plain(line) for line in text.splitlines())


def _read(ctx: click.Context, pages: str) -> None:
    from pathlib import Path

    from altsync.errors import PartlyDone
    from altsync.generate.pages import Read, from_addresses, from_path, read_pages
    from altsync.render.text import count

    config = _session.load(ctx)
    done = Read()
    with _session.opened(config) as store, _session.talking() as talk:
        talk.start("Reading pages")
        if pages.startswith(("http://", "https://")):
            from altsync.sources.http import Http
            from altsync.sources.pages import addresses, fetch

            http = Http(
                pages,
                timeout=config.site.timeout,
                headers={"Accept": "text/html, application/xml"},
            )
            try:
                found = from_addresses(
                    addresses(http, pages),
                    lambda url: fetch(http, url),
                    done.failed.append,
                )
                read_pages(found, store, done, talk.step)
            finally:
                http.close()
        else:
            read_pages(from_path(Path(pages)), store, done, talk.step)
        talk.finish()
        for failure in done.failed[:10]:
            talk.say(failure)
    click.echo(
        f"{count(done.pages, 'page')} looked at, {done.unchanged:,} unchanged;"
        f" {count(done.usages, 'usage')} found."
    )
    if done.failed:
        raise PartlyDone(
            f"{count(len(done.failed), 'page')} could not be read; the rest is kept."
        )
