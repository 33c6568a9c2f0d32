"""altsync lint"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from altsync.cli import _rules, _session

if TYPE_CHECKING:
    from altsync.lint import Ruleset
    from altsync.models import Audit, Finding, Severity


@click.command()
@click.option("--text", help="Check this one text instead of the site's.")
@click.option(
    "--ndjson",
    is_flag=True,
    help=(
        'Check objects {"text", "title", ...}, one a line of stdin; answer a line each.'
    ),
)
@click.option("--title", help="With --text: the image's title.")
@click.option("--caption", help="With --text: its caption.")
@click.option(
    "--album", help="Only this album; with --text, the album that the image is in."
)
@click.option("--file", "file_name", help="With --text: the file's name.")
@click.option("--before", help="With --text: the text before the image on its page.")
@click.option("--after", help="With --text: the text after it.")
@click.option("--page-title", help="With --text: the title of the page.")
@click.option("--language", help="With --text: the language of the image, such as nl.")
@click.option(
    "--rule",
    "only",
    multiple=True,
    metavar="ID[,ID]",
    help="Only these rules (`altsync rules` lists them).",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "csv", "markdown"]),
    default="text",
    show_default=True,
    help="How to print the findings.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    help="End with 3 where something is this grave.",
)
@click.pass_context
def command(
    ctx: click.Context,
    text: str | None,
    ndjson: bool,
    title: str | None,
    caption: str | None,
    album: str | None,
    file_name: str | None,
    before: str | None,
    after: str | None,
    page_title: str | None,
    language: str | None,
    only: tuple[str, ...],
    form: str,
    fail_on: str | None,
) -> None:
    """Say which alt texts are bad, and why: the site's, one text, or a stream of them."""
    from altsync.errors import ChangesPending, UsageError
    from altsync.models import Severity

    level = Severity(fail_on) if fail_on else None
    beside = {
        "title": title,
        "caption": caption,
        "file": file_name,
        "before": before,
        "after": after,
    }
    beside |= {"page_title": page_title, "language": language}
    if text is not None and ndjson:
        raise UsageError("Give --text or --ndjson, not both.")
    if text is None and (
        given := [name for name, value in beside.items() if value is not None]
    ):
        raise UsageError(
            f"--{given[0].replace('_', '-')} goes with --text TEXT, and there is none."
        )
    if ndjson and (album is not None or form != "text"):
        raise UsageError(
            "--ndjson reads the album from each object and answers in JSON: leave out"
            " --album and --format."
        )
    wanted = _rules.chosen(only)
    rules = _rules.configured(ctx, needed=text is None and not ndjson)
    rules = rules.only(wanted) if wanted else rules
    if ndjson:
        failed = _stream(rules, level)
    elif text is not None:
        failed = _one(rules, level, form, text=text, album=album, **beside)
    else:
        failed = _site(ctx, rules, level, form, album, everything=bool(only))
    if failed:
        raise ChangesPending("")


def _reaches(findings: tuple[Finding, ...], level: Severity | None) -> bool:
    from altsync import lint

    worst = lint.worst(findings)
    return level is not None and worst is not None and worst.gravity <= level.gravity


def _one(
    rules: Ruleset, level: Severity | None, form: str, **fields: str | None
) -> bool:
    """One text given on the command line."""
    from altsync import lint
    from altsync.lint.audit import grouped
    from altsync.lint.ndjson import answer
    from altsync.models import Audit, Remark

    text = lint.Text(**fields)  # type: ignore[arg-type]
    findings = lint.check(text, rules)
    if form == "json":
        click.echo(answer(text.text, findings))
    elif form == "text":
        from altsync.render.text import plain

        for one in findings:
            click.echo(f"{one.severity.upper()} {one.rule}: {plain(one.message)}")
        if not findings:
            click.echo("Nothing to remark.")
    else:
        name = text.file or "text"
        found = {
            (f.rule, f.severity): [Remark(name, text.album or "", text.text, f)]
            for f in findings
        }
        _print(Audit(1, bool(findings), grouped(found)), form, everything=True)
    return _reaches(findings, level)


def _stream(rules: Ruleset, level: Severity | None) -> bool:
    """stdin to stdout, an answer as soon as its line is there."""
    from altsync import lint
    from altsync.errors import PartlyDone
    from altsync.lint.ndjson import BadLine, answer, parse
    from altsync.render.text import count

    source, out = sys.stdin.buffer, sys.stdout.buffer
    failed, bad = False, 0
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            text = parse(line, number)
        except BadLine as error:
            bad += 1
            click.echo(str(error), err=True)
            out.write(answer(None, (), str(error)).encode() + b"\n")
        else:
            findings = lint.check(text, rules)
            failed = failed or _reaches(findings, level)
            out.write(answer(text.text, findings).encode() + b"\n")
        out.flush()
    if bad and failed:
        click.echo(
            f"{count(bad, 'line')} could not be read; the others are answered.",
            err=True,
        )
    elif bad:
        raise PartlyDone(
            f"{count(bad, 'line')} could not be read; the others are answered."
        )
    return failed


def _site(
    ctx: click.Context,
    rules: Ruleset,
    level: Severity | None,
    form: str,
    album: str | None,
    *,
    everything: bool,
) -> bool:
    """What the site publishes, as last pulled."""
    from altsync.errors import UsageError
    from altsync.lint.audit import CORPUS, audit
    from altsync.store import corpus, mirror, usages

    config = _session.load(ctx)
    with _session.opened(config) as store, store.snapshot() as conn:
        compared = (
            corpus.findings(conn, rules.limits(CORPUS)["repeated"])
            if CORPUS in rules
            else {}
        )
        where = "i.gone_at IS NULL" + ("" if album is None else " AND i.album = ?")
        result = audit(
            mirror.images(conn, where, () if album is None else (album,), "i.id"),
            rules,
            compared,
            lambda image: usages.of(conn, image),
        )
    if album is not None and not result.images:
        raise UsageError(
            f"The mirror has no image in an album “{album}”. Is it spelled so on the"
            " site?"
        )
    _print(result, form, everything=everything)
    return level is not None and result.reaches(level)


def _print(result: Audit, form: str, *, everything: bool) -> None:
    from altsync.render import audit as render

    def pieces() -> Iterator[str]:
        if form == "text":
            yield from (
                f"{line}\n"
                for line in render.text(result, None if everything else render.SHOWN)
            )
        elif form == "json":
            yield from render.as_json(result)
        elif form == "csv":
            yield from render.as_csv(result)
        elif form == "markdown":
            yield from render.as_markdown(result)
        else:
            from importlib.metadata import version

            from altsync.render import sarif

            yield from sarif.document(result, version("altsync"))

    out = sys.stdout.buffer
    for piece in pieces():
        out.write(piece.encode("utf-8", "backslashreplace"))
    out.flush()
