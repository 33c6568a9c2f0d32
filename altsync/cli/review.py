"""altsync review"""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from altsync.cli import _command, _serving, _session
from altsync.manual import Page, address


@_command.command(
    examples=(
        "altsync review  # Judge what waits, the riskiest first.",
        "altsync review --filter 'album=at-home'  # Only one album.",
        (
            "altsync review --no-open --port 8042"
            "  # Print the link and open nothing, as over ssh -L 8042:localhost:8042."
        ),
    )
)
@click.option(
    "--sample",
    "run",
    type=click.IntRange(1),
    help="Judge this sample (altsync sample draws one).",
)
@click.option(
    "--filter",
    "kept",
    metavar="ADDRESS",
    help=(
        "Begin with the filter of this address, as a page of the review or the grid had"
        " it: all of it, or what stands behind its question mark."
    ),
)
@_serving.options
@click.option(
    "--socket",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help=(
        "For many people: serve on this Unix socket, to a proxy that logs them in."
        f" {address(Page.HOSTING)} has all of it."
    ),
)
@click.option("--host", default="", help="With --socket: the name that people open.")
@click.option(
    "--header",
    default="Remote-User",
    show_default=True,
    help="With --socket: the header in which the proxy says who asks.",
)
@click.option(
    "--group",
    default="",
    help="With --socket: a group that may open it (default: this user alone).",
)
@click.pass_context
def command(
    ctx: click.Context,
    run: int | None,
    kept: str | None,
    port: int | None,
    no_open: bool,
    by: str,
    socket: Path | None,
    host: str,
    header: str,
    group: str,
) -> None:
    """Judge candidates by eye and keyboard, riskiest first, in the browser.

    Serves on this machine only, and answers only who comes by the printed link, which
    works once. With --socket it serves the people that `[review] actors` names, behind a
    proxy that logs them in.
    """
    from altsync.cli.browse import start
    from altsync.errors import UsageError
    from altsync.render.text import count
    from altsync.verdicts.sampling import refill

    if socket is not None:
        _host(ctx, socket, host, header, group)
        return
    named = ctx.get_parameter_source("header") is ParameterSource.COMMANDLINE
    if host or group or named:
        raise UsageError("--host, --group and --header are for --socket PATH.")
    landing = _landing(kept, run)
    config = _session.load(ctx)
    with _session.opened(config) as store:
        if run is not None and (more := refill(store, run)):
            drawn = f"{count(more, 'text')} drawn in place of as many"
            _command.warn(f"{drawn} that left the site, or changed there, unjudged.")
    start(config, landing, by, port, no_open)


def _landing(kept: str | None, run: int | None) -> str:
    """The page to begin with. Raises UsageError for an address without a filter, and for
    both at once: a sample has none."""
    from urllib.parse import parse_qs, urlsplit

    from altsync.errors import UsageError
    from altsync.web.manner import manner_of
    from altsync.web.pages import frame, grid, review

    if kept is None:
        return review.PATH if run is None else f"{review.PATH}?sample={run}"
    if run is not None:
        raise UsageError("--filter is for the queue. A sample is judged whole.")
    at = urlsplit(kept if "?" in kept else f"?{kept}")
    fields = parse_qs(at.query, keep_blank_values=True)
    wanted = {key: one for key, one in fields.items() if key not in frame.PASSING}
    query = {**frame.query_of(frame.filter_of(wanted)), **manner_of(wanted).query}
    default = {"state": "needs-review", "risk": "0"}
    for key, (given, *_) in wanted.items():
        if given not in ("", default.get(key)) and not query.get(key):
            raise UsageError(f"--filter: {key}={given} is no part of a filter.")
    if not wanted:
        raise UsageError(f"--filter: there is no filter in {kept!r}.")
    page = grid.PATH if at.path.endswith(grid.PATH) else review.PATH
    return f"{page}?{frame.query_text(query)}".rstrip("?")


def _host(ctx: click.Context, path: Path, name: str, header: str, group: str) -> None:
    """Serve many. Raises UsageError for options that are for one."""
    from altsync.cli.browse import ready_to_show
    from altsync.errors import UsageError
    from altsync.web.proxy import behind
    from altsync.web.serve import host

    for option in ("port", "by", "run", "kept"):
        if ctx.get_parameter_source(option) is ParameterSource.COMMANDLINE:
            called = {"run": "sample", "kept": "filter"}.get(option, option)
            raise UsageError(
                f"--{called} is for one person. With --socket the proxy says who judges,"
                " and a sample or a filter is chosen on the page."
            )
    config = _session.load(ctx)
    proxy = behind(name, header, config.review.actors)
    ready_to_show(config)

    def ready() -> None:
        click.echo(f"https://{proxy.host}/-/altsync/review")
        who = ", ".join(config.review.actors)
        _command.say(
            f"On the socket {path}, for the proxy alone, which says who asks in"
            f" {header}. Judging: {who}. Ctrl-C ends it.",
        )

    host(config, proxy, path, group=group, ready=ready)
