"""What the reference says of commands, keys, tables, exit codes: read from what altsync is.

The pages call these functions through cog (`make docs` writes them, `make lint` compares).
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import os
import textwrap
import typing
from collections.abc import Iterator
from typing import Any

import click
import yaml
from click.testing import CliRunner

from altsync import config, errors
from altsync.cli import cli
from altsync.render.terminal import MEANING
from altsync.sources.kinds import KINDS, SourceConfig
from altsync.web.serve import metadata_file

SECTIONS: tuple[tuple[str, type], ...] = (
    ("site", config.SiteConfig),
    *((name, kind.config) for name, kind in KINDS.items()),
    ("generate", config.GenerateConfig),
    ("lint", config.LintConfig),
    ("review", config.ReviewConfig),
    ("run", config.RunConfig),
)
"""The tables of altsync.toml, in the order in which the file has them."""


def commands() -> str:
    """The help of every command, those below another one too."""
    os.environ["COLUMNS"] = "100"
    pieces = [_help([])]
    for name in cli.list_commands(click.Context(cli)):
        pieces += [f"## altsync {name}\n\n", _help([name])]
        pieces += list(_below(name))
    return "\n".join(pieces)


def _below(name: str) -> Iterator[str]:
    command = cli.get_command(click.Context(cli), name)
    if not isinstance(command, click.Group):
        return
    for inner in command.list_commands(click.Context(command)):
        yield f"### altsync {name} {inner}\n\n"
        yield _help([name, inner])


def _help(names: list[str]) -> str:
    result = CliRunner().invoke(
        cli, [*names, "--help"], prog_name="altsync", terminal_width=100
    )
    return f"```text\n{result.output}```\n"


def settings() -> str:
    """A table for each table of altsync.toml: key, type, default, what it is for."""
    pieces = []
    for name, section in SECTIONS:
        if section is SourceConfig or not dataclasses.is_dataclass(section):
            continue
        pieces.append(f"## [{name}]\n\n{_rows(section)}")
    return "\n".join(pieces)


def _rows(section: type) -> str:
    lines = ["| key | value | without it | for |", "|---|---|---|---|"]
    said = _sentences(section)
    hints = typing.get_type_hints(section)
    for field in dataclasses.fields(section):
        lines.append(
            f"| `{field.name}` | {_kind(hints[field.name])} | {_default(field)}"
            f" | {said.get(field.name, '')} |"
        )
    return "\n".join(lines) + "\n"


def _sentences(section: type) -> dict[str, str]:
    """Field -> the docstring below it, also of the classes that it is made of."""
    found: dict[str, str] = {}
    for part in reversed(section.__mro__):
        if dataclasses.is_dataclass(part):
            found |= _sentences_of(part)
    return found


def _sentences_of(section: type) -> dict[str, str]:
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(section))).body
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    name = ""
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            if name:
                found[name] = _cell(str(node.value.value))
        else:
            name = ""
    return found


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


_SIMPLE: dict[Any, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "true, false",
}


def _kind(hint: Any) -> str:
    """What may stand there, in words of TOML."""
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return ", ".join(f"`{value!r}`".replace("'", '"') for value in inside)
    if origin is tuple:
        return "list of texts" if inside[0] is str else "list of tables"
    if origin is dict or dataclasses.is_dataclass(hint):
        return "table"
    return " or ".join(_kind(one) for one in inside if one is not type(None))


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        value = field.default
    elif field.default_factory is not dataclasses.MISSING:
        value = field.default_factory()
    else:
        return "**needed**"
    if value is None or value == "" or value == () or value == {}:
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f'`"{value}"`'
    return f"`{value}`"


def states() -> str:
    """What `altsync status` says of each state, in its order."""
    lines = ["| state | meaning |", "|---|---|"]
    return "\n".join(
        [*lines, *(f"| {state} | {meaning} |" for state, meaning in MEANING.items())]
    )


def exit_codes() -> str:
    """Code -> what it means, as the errors of altsync say it."""
    said: dict[int, list[str]] = {0: ["Done."], 1: [_ANYTHING_ELSE]}
    for error in errors.AltsyncError.__subclasses__():
        if "exit_code" in vars(error):
            said.setdefault(error.exit_code, []).append(_cell(_first(error)))
    lines = ["| code | means |", "|---|---|"]
    lines += [f"| {code} | {' '.join(said[code])} |" for code in sorted(said)]
    return "\n".join(lines) + "\n"


_ANYTHING_ELSE = (
    "An error: stderr says what happened, why altsync stopped and what to do."
)


def _first(error: type[errors.AltsyncError]) -> str:
    """The first paragraph of its docstring."""
    return inspect.cleandoc(error.__doc__ or "").split("\n\n")[0]


def tables() -> str:
    """Every table and view that Datasette shows, with what its columns hold."""
    pieces = []
    for name, table in _mirror()["tables"].items():
        if table.get("hidden"):
            continue
        pieces.append(f"### {name}\n\n{_cell(table.get('description', ''))}\n")
        columns = table.get("columns", {})
        if columns:
            lines = ["| column | holds |", "|---|---|"]
            lines += [f"| `{c}` | {_cell(said)} |" for c, said in columns.items()]
            pieces.append("\n".join(lines) + "\n")
    return "\n".join(pieces)


def queries() -> str:
    """The ready-made questions: address, what they ask."""
    lines = ["| address | question |", "|---|---|"]
    for name, query in _mirror()["queries"].items():
        said = _cell(f"{query['title']}. {query.get('description', '')}")
        lines.append(f"| `/altsync/{name}` | {said} |")
    return "\n".join(lines) + "\n"


def _mirror() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(metadata_file().read_text("utf-8"))
    mirror: dict[str, Any] = found["databases"]["altsync"]
    return mirror
