"""altsync demo"""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
import time
from collections.abc import Iterator

import click


@click.command()
@click.argument("directory", default="altsync-demo", metavar="[DIR]")
@click.option(
    "--source",
    type=click.Choice(["album", "jsonapi"]),
    default="album",
    help="Which kind of site to show.",
)
@click.option(
    "--serve",
    is_flag=True,
    help="Keep the demonstration site up afterwards, to try things on.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port of the site (default: any free one).",
)
def command(directory: str, source: str, serve: bool, port: int) -> None:
    """Run the whole loop on a demonstration site: no key, no network, nothing real is
    touched."""
    from altsync.errors import UsageError

    if os.path.isdir(directory) and os.listdir(directory):  # noqa: PTH112, PTH208
        raise UsageError(
            f"{directory} is not empty; nothing was done. Name another directory:"
            " altsync demo DIR"
        )
    os.makedirs(directory, exist_ok=True)  # noqa: PTH103
    with _site(source, port) as (url, secrets, init), _inside(directory, secrets):
        click.echo(
            f"A demonstration site is up at {url} (13 photos in 4 albums).", err=True
        )
        _loop(init)
        _what_next(directory, url, secrets, serve)
        if serve:
            click.echo("Serving until Ctrl-C …", err=True)
            with contextlib.suppress(KeyboardInterrupt):
                while True:
                    time.sleep(3600)


@contextlib.contextmanager
def _site(source: str, port: int) -> Iterator[tuple[str, dict[str, str], list[str]]]:
    """(address, secrets for the environment, arguments of init) of a site that runs in
    this process."""
    if source == "album":
        from altsync.demo.site import DemoSite

        with DemoSite(port=port) as site:
            init = [
                "init",
                site.url,
                "--inventory",
                f"{site.url}/sitemap.xml",
                "--pixels",
                site.pixels,
            ]
            yield (
                site.url,
                {"ALTSYNC_TOKEN": site.token},
                [*init, "--label", "verified", "--model", "altsync-demo"],
            )
    else:
        from altsync.demo.drupal import DemoDrupal, photo_site

        with photo_site(DemoDrupal, port=port) as drupal:
            init = [
                "init",
                drupal.url,
                "--source",
                "jsonapi",
                "--user",
                drupal.user,
                "--model",
                "altsync-demo",
            ]
            yield drupal.url, {"ALTSYNC_PASSWORD": drupal.password}, init


@contextlib.contextmanager
def _inside(directory: str, secrets: dict[str, str]) -> Iterator[None]:
    """Work in the directory, with the site's own secrets and none of the owner's settings."""
    before, here = dict(os.environ), os.getcwd()  # noqa: PTH109
    os.environ.pop("ALTSYNC_CONFIG", None)
    os.environ.update(secrets)
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)


def _loop(init: list[str]) -> None:
    """The whole loop, before the reader's eyes."""
    for said, args in (
        ("Look at the site and write altsync.toml.", init),
        ("Mirror every image's metadata.", ["pull"]),
        (
            (
                "Propose texts for the images that have none (recorded answers, no"
                " model is asked)."
            ),
            ["generate"],
        ),
        (
            "Approve what waits. What wants a person's eye is left alone.",
            ["approve", "--all", "--by", "demo"],
        ),
        (
            "The chart is complex: approve it by name, as somebody who looked at it.",
            None,
        ),
        ("The audit: exactly what would be sent.", ["diff"]),
        (
            "Send exactly that plan: only what changed, each after a fresh look.",
            ["push", "--yes"],
        ),
        (
            "Pull again: the site now says what was approved, so nothing has drifted.",
            ["pull"],
        ),
        ("Where things stand.", ["status"]),
    ):
        if args is None:
            args = ["approve", _waiting(), "--by", "demo"]
        elif args[0] == "push":
            args = ["push", "--plan", _checksum(), "--yes"]
        _run(said, args)


def _checksum() -> str:
    """The checksum that diff has just shown."""
    from altsync.cli import _planned, _session
    from altsync.config import load

    config = load()
    with (
        _session.opened(config) as store,
        _planned.plan(config, store, _planned.Asked()) as plan,
    ):
        return plan.summary.checksum


def _waiting() -> str:
    """The image that the bulk approval left alone."""
    from altsync.config import load
    from altsync.store import mirror
    from altsync.store.store import Store

    with Store.open(load().database) as store:
        return next(
            m.image.id for m in mirror.images(store.conn, "s.state = 'needs-review'")
        )


def _run(said: str, args: list[str]) -> None:
    from altsync.cli import cli

    sys.stdout.flush()
    click.secho(f"\n# {said}", err=True, fg="cyan")
    click.secho(f"$ altsync {shlex.join(args)}", err=True, bold=True)
    cli.main(args=args, prog_name="altsync", standalone_mode=False)
    sys.stdout.flush()


def _what_next(directory: str, url: str, secrets: dict[str, str], serve: bool) -> None:
    name = shlex.quote(directory)
    lines = [
        "",
        (
            f"That was the whole loop. The mirror is {name}/data/altsync.db. Try next,"
            f" in {name}:"
        ),
        "  altsync browse      tables, queries and pictures in Datasette",
        "  altsync status      the funnel",
        "  altsync lint        what is wrong with the texts that the site publishes",
    ]
    if serve:
        exports = " ".join(
            f"{key}={shlex.quote(value)}" for key, value in secrets.items()
        )
        lines.append(
            f"The site stays at {url}; in another terminal: cd {name}; export"
            f" {exports}; altsync pull"
        )
    else:
        lines.append(
            "To have the site stay up for pull and push: altsync demo --serve"
            " another-directory"
        )
    lines.append("For your own site: altsync init https://example.org")
    click.echo("\n".join(lines), err=True)
