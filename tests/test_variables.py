"""Every variable of the environment that the code reads is explained."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import altsync
from altsync import variables

ROOT = Path(altsync.__file__).parent
NOT_READ = {"ALTSYNC_NAME", "ALTSYNC_PICTURES", "ALTSYNC_"}
"""Names that stand for any."""
ELSEWHERE = {"HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE"}
"""Read by requests."""
BY_CLICK = {"PAGER", "COLUMNS", "_ALTSYNC_COMPLETE", "COMP_CWORD"}


def _explained() -> set[str]:
    names = variables.OWN | variables.SHARED
    return {one.strip() for name in names for one in name.split(",")} - {"ALTSYNC_…"}


def test_every_name_of_altsyncs_own_is_explained() -> None:
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        if path.name != "variables.py":
            found |= set(re.findall(r"\bALTSYNC_[A-Z_]*", path.read_text("utf-8")))
    assert found - NOT_READ <= _explained()


def test_what_is_read_is_explained_and_what_is_explained_is_read() -> None:
    read = {name for path in ROOT.rglob("*.py") for name in _read(path)}
    own = {name for name in variables.OWN if name.startswith("ALTSYNC_")}
    assert read <= _explained()
    assert _explained() - own - ELSEWHERE - BY_CLICK <= read


def _read(path: Path) -> Iterator[str]:
    """The names in `environ.get("NAME")`, `environ["NAME"]` and their kin."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            of, key = ast.unparse(node.func), node.args[0]
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            of, key = ast.unparse(node.value), node.slice
        else:
            continue
        is_one = re.search(r"(environ(\.(get|setdefault|pop))?|getenv)$", of)
        if is_one and isinstance(key, ast.Constant) and key.value != "":
            yield str(key.value)


def test_the_table_has_a_row_for_each() -> None:
    rows = variables.markdown().splitlines()[2:]
    assert len(rows) == len(variables.OWN) + len(variables.SHARED)
    assert all(row.count("|") == 3 for row in rows)
