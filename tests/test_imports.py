"""The direction of the rooms, and that the everyday commands import nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import altsync
from altsync.store.store import Store

ROOT = Path(altsync.__file__).parent
RANK = {
    "errors": 0,
    "addresses": 0,
    "derivatives": 0,
    "manual": 0,
    "installation": 0,
    "near": 0,
    "variables": 0,
    "reviewers": 0,
    "models": 0,
    "sources.kinds": 0,
    "verdicts.policy": 1,
    "descriptions": 1,
    "texts": 1,
    "wordlists": 0,
    "terms": 1,
    "claims": 1,
    "lint": 2,
    "documents": 1,
    "render": 1,
    "report": 1,
    "workers": 1,
    "atomic": 1,
    "flock": 0,
    "config": 2,
    "typed_tables": 1,
    "upwards": 1,
    "plan": 2,
    "whose": 1,
    "clock": 0,
    "store": 3,
    "sources": 3,
    "planning": 4,
    "verdicts": 4,
    "pictures": 4,
    "pictures.previews": 6,
    "uses": 4,
    "stage": 5,
    "lookalikes": 5,
    "outdated": 5,
    "finding": 6,
    "doors": 4,
    "linting": 5,
    "pages": 7,
    "verify": 8,
    "gallery": 5,
    "packets.cells": 2,
    "packets.tables": 3,
    "packets.understanding": 4,
    "packets": 6,
    "namesakes": 6,
    "absent": 6,
    "ahead": 4,
    "putback": 6,
    "stale": 5,
    "doubts": 5,
    "pull": 7,
    "generate": 6,
    "handover": 7,
    "handover.answers": 2,
    "handover.lines": 2,
    "push": 6,
    "canary": 7,
    "unattended": 8,
    "demo": 7,
    "web": 9,
    "cli": 10,
    "__main__": 11,
}
"""Every room with its height: a room may know only rooms below it. `verdicts.policy` is a
room of its own, a pure table that the plan asks too; so is `sources.kinds`, which tells the
configuration what a file may say."""
PURE = (
    "manual",
    "plan",
    "whose",
    "descriptions",
    "texts",
    "wordlists",
    "terms",
    "claims",
    "lint",
    "documents",
    "render",
    "models",
    "addresses",
    "derivatives",
    "reviewers",
    "near",
    "variables",
    "typed_tables",
    "verdicts.policy",
    "sources.kinds",
    "packets.cells",
    "packets.tables",
    "packets.understanding",
    "handover.answers",
    "handover.lines",
)
EFFECTS = {
    "requests",
    "llm",
    "sqlite_utils",
    "datasette",
    "click",
    "sqlite3",
    "socket",
    "subprocess",
    "urllib.request",
    "os",
    "shutil",
    "tempfile",
}


OTHERS = {
    "clock": "the time",
    "errors": "what every room raises",
    "installation": "what is installed here",
    "report": "what is told meanwhile",
    "workers": "threads",
}
"""Rooms that import nothing with an effect, and are not among the pure ones: what they
are about instead."""


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return known(parts)


def known(parts: Sequence[str]) -> str:
    """The room of a dotted name, without the package's own: the longest that is one."""
    two = ".".join(parts[:2])
    return two if two in RANK else parts[0]


@cache
def imported(path: Path) -> frozenset[str]:
    """Dotted names that a file imports, those for the type checker alone left out."""
    found: set[str] = set()
    left: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while left:
        node = left.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
        left.extend(
            one for one in ast.iter_child_nodes(node) if isinstance(one, BLOCKS)
        )
    return frozenset(found)


BLOCKS = (ast.stmt, ast.ExceptHandler, ast.match_case)
"""Where an import may stand: in a statement, or in one that holds statements."""
FILES = sorted(
    p for p in ROOT.rglob("*.py") if p.name != "__init__.py" or p.parent != ROOT
)


def too_high(path: Path) -> list[str]:
    """What a file imports from a room that is not below its own."""
    room = room_of(path)
    found = []
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "altsync" or len(parts) < 2 or parts[1] not in RANK:
            continue
        other = known(parts[1:])
        if other != room and RANK[other] >= RANK[room]:
            found.append(f"{room} may not import {other} ({name})")
    return found


def test_a_room_knows_only_rooms_below_it() -> None:
    assert {
        str(p.relative_to(ROOT)): high for p in FILES if (high := too_high(p))
    } == {}


def test_pure_rooms_have_no_effects() -> None:
    effects = {
        str(path.relative_to(ROOT)): names
        for path in FILES
        if room_of(path) in PURE
        and (names := {n for n in imported(path) if {n, n.split(".")[0]} & EFFECTS})
    }
    assert effects == {}


def without_effects() -> set[str]:
    """Rooms that import none, and only from such rooms."""
    rooms: dict[str, set[str]] = {}
    for path in FILES:
        rooms.setdefault(room_of(path), set()).update(imported(path))
    asked = {
        room: {
            known(name.split(".")[1:]) for name in names if name.startswith("altsync.")
        }
        & RANK.keys()
        for room, names in rooms.items()
    }
    found = {
        room
        for room, names in rooms.items()
        if not {part for name in names for part in (name, name.split(".")[0])} & EFFECTS
    }
    while reaching := {room for room in found if asked[room] - found - {room}}:
        found -= reaching
    return found


def test_no_room_without_effects_is_forgotten() -> None:
    """What is pure is said to be, and is then held to it."""
    assert without_effects() == {*PURE, *OTHERS}


def test_every_line_of_a_pure_room_is_to_be_covered() -> None:
    path = ROOT.parent / ".ci" / "covered.py"
    covered: Any = ModuleType("covered")
    sys.modules[covered.__name__] = covered  # its dataclass looks itself up
    exec(compile(path.read_text("utf-8"), path, "exec"), vars(covered))
    whole = [room for room in covered.ROOMS.values() if room.percent == 100]
    free = [
        name
        for path in FILES
        if room_of(path) in PURE
        and (name := path.relative_to(ROOT.parent).as_posix())
        and not any(room.has(name) for room in whole)
    ]
    assert free == []


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "util", "misc"])
def test_no_drawer_for_everything(name: str) -> None:
    assert not list(ROOT.rglob(f"{name}.py"))


@pytest.mark.parametrize("args", [["--help"], ["diff"], ["diff", "--json"], ["status"]])
def test_everyday_commands_import_nothing_heavy(
    args: list[str], tmp_path: Path
) -> None:
    """llm costs 0.4 to 1.4 s, datasette 0.8 s, sqlite_utils 0.14 s, requests 0.2 s,
    rich 0.07 s (libraries measured)."""
    (tmp_path / "altsync.toml").write_text(
        '[site]\nurl = "http://site.test"\nsource = "memory"\n', "utf-8"
    )
    Store.open(tmp_path / "data" / "altsync.db", create=True).close()
    script = (
        f"import sys\nfrom altsync.cli import main\ntry: main({args!r})\nexcept"
        " SystemExit as e: assert not e.code, e.code\nbad = {'llm', 'datasette',"
        " 'sqlite_utils', 'requests', 'rich', 'PIL', 'jsonpatch'} &"
        " set(sys.modules)\nassert not bad, bad\n"
    )
    subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )


def test_no_two_classes_share_a_name() -> None:
    """A word has one meaning and one class."""
    names = Counter(
        node.name
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, number in names.items() if number > 1] == []


def test_every_module_of_the_store_has_its_tests() -> None:
    tests = Path(__file__).parent / "store"
    modules = {path.stem for path in (ROOT / "store").glob("*.py")} - {"__init__"}
    assert {
        name for name in modules if not (tests / f"test_{name}.py").exists()
    } == set()
