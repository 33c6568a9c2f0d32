"""What every command has, whatever it does: the same four options, before or after its
name, examples in its help, and words that wrap where the terminal ends.

A command's file says `@_command.command(examples=(…,))` in place of click's own. What
was asked for is read with `asked()`; a line of talk is said with `say`.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar, cast

import click

from altsync.cli import _printing

C = TypeVar("C", bound=click.Command)
Function = Callable[..., Any]
Progress = Literal["auto", "words", "json"]
WAYS: tuple[Progress, ...] = ("auto", "words", "json")
NARROW = 60
"""Columns below which what an option does stands under it, not beside it."""
NARROWEST = 20
PIPED = 102
"""Columns of what no terminal shows."""


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What the options of every command say; kept on the root context."""

    config: str | None = None
    """The altsync.toml that --config or ALTSYNC_CONFIG names."""
    quiet: bool = False
    """Only what was asked for, and errors."""
    verbose: bool = False
    """Also what altsync takes for granted: which file, which database, each request."""
    progress: Progress = "auto"
    """How a stage says how far it is: a bar or words, words alone, or JSON lines."""

    def passed_on(self) -> list[str]:
        """The options of how to talk, for a command that types others."""
        quiet, verbose = ["-q"] * self.quiet, ["-v"] * self.verbose
        return [*quiet, *verbose, "--progress", self.progress]


def asked(ctx: click.Context | None = None) -> AskedFor:
    """What the options of every command say in this run; the defaults outside of one."""
    here = ctx or click.get_current_context(silent=True)
    found = here.find_root().obj if here else None
    return found if isinstance(found, AskedFor) else AskedFor()


def tell(sentence: str) -> None:
    """On stdout, what a command did that was asked to do something. --quiet leaves it
    out; what was asked to be printed is printed with click's own echo."""
    if not asked().quiet:
        click.echo(sentence)


def say(sentence: str, **style: Any) -> None:
    """A line of talk on stderr: how it goes, what to do next. --quiet leaves it out. What
    could steer a terminal is shown as its code."""
    from altsync.render.text import plain_lines

    if asked().quiet:
        return
    sentence = plain_lines(sentence)
    if style and _printing.colour(sys.stderr):
        sentence = click.style(sentence, **style)
    click.echo(sentence, err=True)


def say_each(noun: str, counts: Iterable[tuple[int, str]]) -> None:
    """A line for each number that is not 0, such as "2 images: what of them."."""
    from altsync.render.text import count

    for number, what in counts:
        if number:
            say(f"{count(number, noun)}: {what}.")


def warn(sentence: str) -> None:
    """A line on stderr that nobody leaves out: what failed, was refused or is not whole,
    and what has to be known before a question is answered. Escaped as in `say`."""
    from altsync.render.text import plain_lines

    click.echo(plain_lines(sentence), err=True)


def command(
    name: str | None = None, *, examples: Sequence[str] = ()
) -> Callable[[Function], click.Command]:
    """Make a function a command. `examples`: what to type, with a sentence about it:
    `altsync pull --full  # Walk the whole site.`; a test runs each."""
    return _made(click.command(name, cls=OneCommand), examples)


def group(
    cls: type[click.Group], *, examples: Sequence[str] = (), **how: Any
) -> Callable[[Function], click.Group]:
    """Make a function a group of commands, of the class `cls`."""
    kind = cast("type[click.Group]", type(cls.__name__, (Grouped, cls), {}))
    return _made(click.group(cls=kind, **how), examples)


def _made(
    make: Callable[[Function], C], examples: Sequence[str]
) -> Callable[[Function], C]:
    def made(function: Function) -> C:
        one = make(function)
        assert isinstance(one, Helpful)
        one.examples = tuple(examples)
        one.shared = tuple(shared_options())
        one.params.extend(one.shared)
        return one

    return made


def no_such(above: click.Context, name: str) -> click.UsageError:
    """What is said of a command that a group does not have."""
    from altsync.near import nearest
    from altsync.render.text import plain

    group = above.command
    known = group.list_commands(above) if isinstance(group, click.Group) else []
    path = above.command_path
    said = f"There is no command {plain(name)!r}."
    for near in nearest(name, known):
        return click.UsageError(f"{said} Did you mean `{path} {near}`?", above)
    return click.UsageError(f"{said} `{path} --help` lists them all.", above)


def shared_options(envvar: str | None = None) -> list[click.Option]:
    """The four options, new for each command: what stands after a command's name counts
    more than what stands before it. `envvar`: names altsync.toml too."""
    return [
        click.Option(
            ["--config"],
            metavar="PATH",
            envvar=envvar,
            expose_value=False,
            callback=_note("config"),
            help="altsync.toml to use (default: here or above).",
        ),
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            default=None,
            expose_value=False,
            callback=_note("quiet"),
            help="Print only what was asked for, and errors.",
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            default=None,
            expose_value=False,
            callback=_note("verbose"),
            help="Say more: versions, files, each request.",
        ),
        click.Option(
            ["--progress"],
            type=click.Choice(WAYS),
            is_eager=True,
            expose_value=False,
            callback=_note("progress"),
            help="How far it is: a bar, words, or JSON lines.",
        ),
    ]


def _note(field: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """Keep what an option says on the root context, where it was given."""

    def noted(ctx: click.Context, option: click.Parameter, given: Any) -> None:
        if given is None:
            return
        before = asked(ctx)
        now = replace(before, **{field: given})
        if now.quiet and now.verbose:
            raise click.UsageError("Say --quiet or --verbose, not both.", ctx)
        ctx.find_root().obj = now
        if now.verbose and not (before.verbose or ctx.resilient_parsing):
            from altsync.cli import _more

            _more.listen(ctx.find_root())
        if now.progress == "json":
            from altsync.cli import _talk

            _talk.in_json()

    return noted


def _is_utf8(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def width() -> int:
    """Where words on stdout wrap: at the end of the terminal, or at `PIPED` columns."""
    columns = shutil.get_terminal_size((PIPED, 24)).columns
    return max(columns, NARROWEST)


class Wrapping(click.HelpFormatter):
    """Help as wide as the terminal, however wide or narrow that is."""

    def __init__(
        self,
        indent_increment: int = 2,
        width: int | None = None,
        max_width: int | None = None,
    ) -> None:
        if width is None:
            width = max(shutil.get_terminal_size().columns, NARROWEST)
        super().__init__(indent_increment, width, max_width)

    def write_dl(self, rows: Any, col_max: int = 30, col_spacing: int = 2) -> None:
        """Two columns; where there is no room for them, one under the other."""
        if self.width >= NARROW:
            super().write_dl(rows, col_max, col_spacing)
            return
        for term, words in rows:
            self.write_text(term)
            with self.indentation():
                self.write_text(words)


class Here(click.Context):
    """A context whose help wraps at the terminal."""

    formatter_class = Wrapping


class Helpful(click.Command):
    """A command, or a group, whose help tells its own options from every command's, and
    ends with examples."""

    context_class = Here
    examples: tuple[str, ...] = ()
    shared: tuple[click.Option, ...] = ()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it; words that are no UTF-8 are a usage error here, and not
        SQLite's somewhere below. The names of files may be any bytes."""
        rest = super().parse_args(ctx, args)
        for value in ctx.params.values():
            given = value if isinstance(value, tuple) else (value,)
            for text in given:
                if isinstance(text, str) and not _is_utf8(text):
                    shown = text.encode("utf-8", "backslashreplace").decode()
                    raise click.UsageError(
                        f"“{shown}” is no UTF-8. Set the terminal, or what wrote this"
                        " line, to UTF-8.",
                        ctx,
                    )
        return rest

    def format_options(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Its own, then every command's."""
        params = self.get_params(ctx)
        self._section(ctx, formatter, "Options", set(params) - set(self.shared))
        self._section(ctx, formatter, "Options of every command", set(self.shared))
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def _section(
        self,
        ctx: click.Context,
        formatter: click.HelpFormatter,
        title: str,
        options: set[click.Parameter],
    ) -> None:
        records = [
            record
            for one in self.get_params(ctx)
            if one in options
            and not isinstance(one, click.Argument)
            and (record := one.get_help_record(ctx))
        ]
        if records:
            with formatter.section(title):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples: what to type, as it is, and what that does."""
        if not self.examples:
            return
        with formatter.section("Examples"):
            for example in self.examples:
                typed, _, about = example.partition("  # ")
                formatter.write(f"{'':>{formatter.current_indent}}{typed}\n")
                with formatter.indentation():
                    formatter.write_text(about)


class OneCommand(Helpful):
    """A command that is no group."""


class Grouped(Helpful, click.Group):
    """A group that says which of its commands was perhaps meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise no_such(ctx, error.command_name) from None
