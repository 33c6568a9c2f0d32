"""altsync demo"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from altsync.cli import _command


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A running site, and what altsync needs to work on it."""

    url: str
    secrets: dict[str, str]
    """Environment variables: token or password."""
    init: tuple[str, ...]
    """The arguments of `altsync init`."""


@_command.command(
    examples=(
        "altsync demo  # The whole loop, into the directory altsync-demo.",
        (
            "altsync demo --serve try"
            "  # Into the directory try, and the site stays up to try things on."
        ),
    )
)
@click.argument("directory", default="altsync-demo", metavar="[DIR]")
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
def command(directory: str, serve: bool, port: int) -> None:
    """Run the whole loop on a demonstration site: no key, no network, nothing real is
    touched."""
    with _album(port) as site:
        show(site, directory, serve=serve)


def show(site: Demonstration, directory: str, *, serve: bool = False) -> None:
    """Run the whole loop on `site` in `directory`, which is made where it is missing.

    Raises UsageError for a directory that is not empty. `serve`: wait for Ctrl-C
    afterwards, so that the site stays up.
    """
    _empty(directory)
    os.makedirs(directory, exist_ok=True)  # noqa: PTH103
    with _inside(directory, site.secrets):
        _command.say(
            f"A demonstration site is up at {site.url} (13 pictures in 4 albums).",
        )
        _loop(list(site.init))
        left = _left()
    _what_next(site, directory, left, serve=serve)
    if serve:
        _wait()


def _empty(directory: str) -> None:
    from altsync.errors import UsageError

    if os.path.isdir(directory) and os.listdir(directory):  # noqa: PTH112, PTH208
        raise UsageError(
            f"{directory} is not empty; nothing was done. Name another directory:"
            " altsync demo DIR"
        )


def _wait() -> None:
    _command.say("Serving until Ctrl-C …")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)


@contextlib.contextmanager
def _album(port: int) -> Iterator[Demonstration]:
    """The album site that ships, running in this process."""
    from altsync.demo.site import DemoSite

    with DemoSite(port=port) as site:
        yield Demonstration(
            url=site.url,
            secrets={"ALTSYNC_TOKEN": site.token},
            init=(
                *("init", site.url),
                *("--inventory", f"{site.url}/sitemap.xml"),
                *("--pixels", site.pixels),
                *("--label", "verified"),
                *("--model", "altsync-demo"),
            ),
        )


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
    _run("Look at the site and write altsync.toml.", init)
    _run("Mirror every image's metadata.", ["pull"])
    _run("Read the pages that show them: what each image is for there.", ["pages"])
    _run(
        "Propose texts for five images by two models, to choose from"
        " (recorded answers, no model is asked).",
        ["generate", "-m", "altsync-demo", "-m", "altsync-demo-hasty", "--limit", "5"],
    )
    _run("Propose texts for the others that have none.", ["generate"])
    _run(
        "Approve what waits. What wants a person's eye is left for you.",
        ["approve", "--all", "--by", "demo"],
    )
    _run("The audit: exactly what would be sent.", ["diff"])
    _run(
        "Send exactly that plan: only what changed, each after a fresh look.",
        ["push", "--plan", _checksum(), "--yes"],
    )
    _run(
        "Pull again: the site now says what was approved, so nothing has drifted.",
        ["pull"],
    )
    _run(
        "Read the pages once more, as visitors get them: do they say what the site"
        " says?",
        ["verify"],
    )
    _run("Where things stand.", ["status"])


def _checksum() -> str:
    """The checksum that diff has just shown."""
    from altsync.config import load
    from altsync.planning import Plan, Request
    from altsync.store.store import Store

    config = load()
    reviewed = config.reviewed_label
    with (
        Store.open(config.database) as store,
        Plan.of(store, Request(), reviewed=reviewed) as plan,
    ):
        return plan.summary.checksum


def _run(said: str, args: list[str]) -> None:
    from altsync.cli import cli

    sys.stdout.flush()
    _command.say(f"\n# {said}", fg="cyan")
    _command.say(f"$ altsync {shlex.join(args)}", bold=True)
    passed = _command.asked().passed_on()
    cli.main(args=[*passed, *args], prog_name="altsync", standalone_mode=False)
    sys.stdout.flush()


def _what_next(site: Demonstration, directory: str, left: str, *, serve: bool) -> None:
    name, typed = shlex.quote(directory), _typed()
    lines = [
        "",
        f"That was the whole loop. {left} The mirror is {name}/data/altsync.db.",
        "Now try:",
        f"  cd {name} && {typed} review",
        "And there, afterwards:",
        f"  {typed} diff      what would be sent now",
        f"  {typed} browse    tables, queries and pictures in Datasette, and what"
        " visitors get",
        f"  {typed} lint      what is wrong with the texts that the site publishes",
        _staying(site, name) if serve else _STAY,
        "For your own site: altsync init https://example.org",
    ]
    _command.say("\n".join(lines))


def _left() -> str:
    """What was left for the reader to judge."""
    from altsync.config import load
    from altsync.render.text import count
    from altsync.store import queue
    from altsync.store.store import Store

    with Store.open(load().database) as store, store.read() as conn:
        waiting = queue.count(conn, queue.Filter())
    verb = "waits" if waiting == 1 else "wait"
    return (
        f"{count(waiting, 'image')} {verb} for your eye: two models wrote for each, and"
        " do not always agree."
    )


def _typed() -> str:
    """How to call this very altsync: by its path where the shell would not find it, and
    with the directory's own settings where the owner's would be taken."""
    own = Path(sys.executable).with_name("altsync")
    found = shutil.which("altsync")
    if own.exists() and found != str(own):
        command = shlex.quote(str(own))
    elif found is None:
        command = f"{shlex.quote(sys.executable)} -m altsync"
    else:
        command = "altsync"
    if os.environ.get("ALTSYNC_CONFIG"):
        command += " --config altsync.toml"
    return command


_STAY = (
    "To have the site stay up for pull and push: altsync demo --serve another-directory"
)


def _staying(site: Demonstration, name: str) -> str:
    exports = " ".join(f"{key}={shlex.quote(v)}" for key, v in site.secrets.items())
    return (
        f"The site stays at {site.url}; in another terminal: cd {name};"
        f" export {exports}; altsync pull"
    )
