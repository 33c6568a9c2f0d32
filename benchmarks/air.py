"""Air: decisions per 100 lines of function and characters a line of a directory (altsync).

    python -m benchmarks.air [DIRECTORY …]

A decision is an `if`, a conditional expression, a loop, an `except`, a `case`, a
comprehension and each `if` in it, and each operand of `and` or `or` after the first. Lines
of function are those of functions and methods without blank, comment and docstring lines.
A character counts wherever it stands, indentation too; blank lines do not count.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import row

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
BRANCH = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.match_case,
)


@dataclass(slots=True)
class Air:
    """Sums over files."""

    decisions: int = 0
    function_lines: int = 0
    lines: int = 0
    characters: int = 0
    conditionals: int = 0

    def add(self, source: str) -> None:
        tree = ast.parse(source)
        lines = source.splitlines()
        told = docstring_lines(tree)
        for function in functions(tree):
            self.decisions += sum(map(weight, ast.walk(function)))
            numbers = set(range(function.lineno, (function.end_lineno or 0) + 1)) - told
            self.function_lines += sum(is_code(lines[n - 1]) for n in numbers)
        kept = [line for line in lines if line.strip()]
        self.lines += len(kept)
        self.characters += sum(map(len, kept))
        self.conditionals += sum(isinstance(n, ast.IfExp) for n in ast.walk(tree))


def weight(node: ast.AST) -> int:
    """How many decisions a node is by itself."""
    if isinstance(node, BRANCH):
        return 1
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    return 0


def functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The outermost functions and methods: one inside another belongs to it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTION):
            yield child
        else:
            yield from functions(child)


def docstring_lines(tree: ast.AST) -> set[int]:
    found: set[int] = set()
    for node in ast.walk(tree):
        if not isinstance(node, (*FUNCTION, ast.ClassDef)):
            continue
        first = node.body[0]
        if ast.get_docstring(node, clean=False) is not None:
            found |= set(range(first.lineno, (first.end_lineno or 0) + 1))
    return found


def is_code(line: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith("#")


def measured(directory: Path) -> Air:
    """Of a tree, or of one file. Raises FileNotFoundError where there is no Python."""
    files = sorted(directory.rglob("*.py")) if directory.is_dir() else [directory]
    if not files:
        raise FileNotFoundError(f"{directory} holds no Python")
    air = Air()
    for path in files:
        air.add(path.read_text("utf-8"))
    return air


def main() -> None:
    for name in sys.argv[1:] or ["altsync"]:
        air = measured(Path(name))
        decisions = 100 * air.decisions / max(1, air.function_lines)
        characters = air.characters / max(1, air.lines)
        conditionals = 1000 * air.conditionals / max(1, air.lines)
        row(f"{name}: decisions per 100 lines of function", decisions, "(aim: 25)", "")
        row(f"{name}: characters a line", characters, "(aim: 40)", "")
        row(f"{name}: conditional expressions per 1000 lines", conditionals, "", "")


if __name__ == "__main__":
    main()
