"""altsync lint"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import click

from altsync.cli import (
    _command,
    _excel,
    _json,
    _names,
    _printing,
    _redo,
    _rules,
    _session,
    _talk,
)

if TYPE_CHECKING:
    from altsync.config import Config
    from altsync.lint import Ruleset
    from altsync.models import Audit, Finding, Severity


@_command.command(
    examples=(
        "altsync lint  # What is wrong with the texts that the site publishes.",
        "altsync lint --text 'IMG_2041.jpg'  # What is wrong with one text.",
        (
            "altsync lint --fix-list --excel > fix.csv"
            "  # What wants to be written anew, for a spreadsheet."
        ),
    )
)
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
@click.option("--heading", help="With --text: the nearest heading above it.")
@click.option(
    "--link", help="With --text: the address that it leads to; '' for no link."
)
@click.option("--link-text", help="With --text: the other words of that link.")
@click.option("--language", help="With --text: the language of the image, such as nl.")
@click.option(
    "--by-model",
    is_flag=True,
    help="With --text: a model wrote it, so its names have to be known from elsewhere.",
)
@click.option(
    "--rule",
    "only",
    multiple=True,
    metavar="ID[,ID]",
    help="Only these rules (`altsync rules` lists them).",
)
@click.option(
    "--fix-list",
    is_flag=True,
    help=(
        "Only texts to be written anew: file names, placeholders, cut ones. A row an"
        " image."
    ),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "csv", "markdown"]),
    help="How to print the findings.  [default: text]",
)
@_excel.option
@_json.option
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
    heading: str | None,
    link: str | None,
    link_text: str | None,
    language: str | None,
    by_model: bool,
    only: tuple[str, ...],
    fix_list: bool,
    form: str | None,
    as_json: bool,
    fail_on: str | None,
) -> None:
    """Say which alt texts are bad, and why: the site's, one text, or a stream of them."""
    from altsync.errors import ChangesPending, UsageError
    from altsync.models import Severity

    form = _excel.chosen(_json.chosen(form, as_json), "csv")
    level = Severity(fail_on) if fail_on else None
    alone = text is not None or ndjson
    beside = {
        "title": title,
        "caption": caption,
        "file": file_name,
        "before": before,
        "after": after,
        "page_title": page_title,
        "heading": heading,
        "link": link,
        "link_text": link_text,
        "language": language,
    }
    if text is not None and ndjson:
        raise UsageError("Give --text or --ndjson, not both.")
    if alone and fix_list:
        raise UsageError(
            "--fix-list is for what the site has: leave out the other one."
        )
    if text is None:
        _refuse_surroundings({**beside, "by_model": by_model or None})
    if ndjson and (album is not None or form != "text"):
        raise UsageError(
            "--ndjson reads the album from each object and answers in JSON: leave out"
            " --album and --format."
        )
    config = _rules.settings(ctx) if alone else _session.load(ctx)
    wanted = _rules.chosen(only)
    rules = _rules.configured(config)
    rules = rules.only(wanted) if wanted else rules
    if ndjson:
        failed = _stream(config, rules, level)
    elif text is not None:
        beside["album"] = album
        failed = _one(config, rules, level, form, text, beside, by_model=by_model)
    else:
        assert config is not None
        if fix_list:
            failed = _fix_list(config, wanted, level, form, album)
        else:
            failed = _site(config, rules, level, form, album, everything=bool(only))
    if failed:
        raise ChangesPending("")


def _refuse_surroundings(beside: Mapping[str, str | bool | None]) -> None:
    """The surroundings of a text go with a text."""
    from altsync.errors import UsageError

    given = [
        name.replace("_", "-") for name, value in beside.items() if value is not None
    ]
    if given:
        raise UsageError(f"--{given[0]} goes with --text TEXT, and there is none.")


def _house(config: Config | None) -> Callable[[str | None], Iterable[str]]:
    """What the owner says about the images of an album."""
    from altsync.lint.ndjson import nothing
    from altsync.uses import House

    return nothing if config is None else House(config).evidence


def _reaches(findings: tuple[Finding, ...], level: Severity | None) -> bool:
    from altsync import lint

    worst = lint.worst(findings)
    return level is not None and worst is not None and worst.gravity <= level.gravity


def _one(
    config: Config | None,
    rules: Ruleset,
    level: Severity | None,
    form: str,
    text: str,
    beside: dict[str, str | None],
    *,
    by_model: bool,
) -> bool:
    """One text given on the command line."""
    from altsync import lint
    from altsync.lint.ndjson import answer

    said = tuple(_house(config)(beside["album"]))
    evidence = lint.Evidence(**beside, notes=said)  # type: ignore[arg-type]
    findings = lint.check(evidence.text(text, by_model=by_model), rules)
    if form == "json":
        click.echo(answer(text, findings))
    elif form == "text":
        from altsync.render.text import plain

        for one in findings:
            click.echo(f"{one.severity.upper()} {one.rule}: {plain(one.message)}")
        if not findings:
            click.echo("Nothing to remark.")
    else:
        _print(_alone(text, beside, findings), form, everything=True)
    return _reaches(findings, level)


def _alone(
    text: str, beside: dict[str, str | None], findings: tuple[Finding, ...]
) -> Audit:
    """What was found in one text, as if it were all that a site has."""
    from altsync.lint.audit import grouped
    from altsync.models import Audit, Remark

    name, album = beside["file"] or "text", beside["album"] or ""
    found = {
        (one.rule, one.severity): [Remark(name, album, text, one)] for one in findings
    }
    return Audit(1, bool(findings), grouped(found))


def _stream(config: Config | None, rules: Ruleset, level: Severity | None) -> bool:
    """stdin to stdout, an answer as soon as its line is there."""
    from altsync import lint
    from altsync.errors import PartlyDone
    from altsync.lint.ndjson import BadLine, answer, parse
    from altsync.render.text import count

    source, out = sys.stdin.buffer, sys.stdout.buffer
    house = _house(config)
    failed, bad = False, 0
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            text = parse(line, number, house)
        except BadLine as error:
            bad += 1
            _command.warn(str(error))
            out.write(answer(None, (), str(error)).encode() + b"\n")
        else:
            findings = lint.check(text, rules)
            failed = failed or _reaches(findings, level)
            out.write(answer(text.text, findings).encode() + b"\n")
        out.flush()
    if bad:
        sentence = f"{count(bad, 'line')} could not be read; the others are answered."
        if not failed:
            raise PartlyDone(sentence)
        _command.warn(sentence)
    return failed


def _site(
    config: Config,
    rules: Ruleset,
    level: Severity | None,
    form: str,
    album: str | None,
    *,
    everything: bool,
) -> bool:
    """What the site publishes, as last pulled."""
    from altsync import linting

    with (
        _session.opened(config) as store,
        store.snapshot() as conn,
        _talk.talking() as talk,
    ):
        _names.check(conn, albums=[album])
        result = linting.of_site(conn, config, rules, talk, album)
    _print(result, form, everything=everything)
    return level is not None and result.reaches(level)


def _fix_list(
    config: Config,
    wanted: frozenset[str],
    level: Severity | None,
    form: str,
    album: str | None,
) -> bool:
    """Of that what could be written anew in one go. All of it is an error."""
    from altsync.linting import published
    from altsync.uses import Known

    _redo.refuse(wanted, form)
    with _session.opened(config) as store, store.snapshot() as conn:
        _names.check(conn, albums=[album])
        known, images = Known(config, conn), published(conn, album)
        found = _redo.listed(images, known, wanted, form, album, _edited(config))
    return found and level is not None


def _edited(config: Config) -> Callable[[str], str | None]:
    """Where a person edits an image, by its id."""
    from altsync.sources.kinds import KINDS

    table = config.table(KINDS[config.site.source].config)

    def address(image: str) -> str | None:
        path = table.edit_path(image)
        return path and config.site.url.rstrip("/") + path

    return address


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

    for piece in _excel.marked(pieces()):
        _printing.put(piece)
