"""What is imported is declared, and what is declared is used."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
OWN = {"altsync", "tests", "benchmarks", "docs", "generated"}
OPTIONAL = {"heic", "by-picture", "place", "svg", "dask", "ocr", "xlsx"}
"""The extras that altsync itself imports from, inside the functions that need them."""
LARGE = {"ocr"}
"""Not in `all`: 350 MB on the disk. `make test-newest` has it."""
FOR_TESTS = {"test", "providers"}
"""The extras that only tests need. Plugins of llm are imported by their names, by
tests/doubles/providers."""
FOR_DOCUMENTS = {"docs"}
"""What builds the documentation site."""
OF_PLUGINS = {"anthropic": "llm-anthropic"}
"""Clients that a plugin of llm brings along -> the plugin: they are imported only where
one of its models is open, and nobody else installs them."""
TOOLS = {
    "axe-playwright-python": "tests/axe.py reads the script out of it",
    "cogapp": "make docs, make lint",
    "coverage": "make coverage",
    "furo": "docs/conf.py names it",
    "lxml-html-clean": "trafilatura, by an extra of lxml that older pips do not find",
    "mypy": "make lint",
    "myst-parser": "docs/conf.py names it",
    "pytest-timeout": "an option of pytest: timeout",
    "pytest-xdist": "make test: -n 4",
    "ruff": "make lint",
    "types-defusedxml": "mypy",
    "types-jsonschema": "mypy",
    "types-openpyxl": "mypy",
    "types-pyyaml": "mypy",
    "types-requests": "mypy",
}
"""Declared, and imported by no file: what uses it."""


def name(text: str) -> str:
    """The distribution of a requirement, as packages spell it to each other."""
    found = re.match(r"[\w.-]+", text)
    assert found is not None, text
    return re.sub(r"[-_.]+", "-", found[0]).lower()


@cache
def project() -> dict[str, Any]:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    found: dict[str, Any] = tomllib.loads(text)["project"]
    return found


def requirements(*extras: str) -> list[str]:
    """What the package needs, with these extras (`all` names the others and is left out)."""
    chosen = list(project()["dependencies"])
    for extra in extras:
        chosen += project()["optional-dependencies"][extra]
    return [line for line in chosen if name(line) != "altsync"]


def declared(*extras: str) -> set[str]:
    return {name(line) for line in requirements(*extras)}


@cache
def imported(room: str) -> dict[str, list[str]]:
    """Top-level module of somebody else -> files of the room that import it."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / room).rglob("*.py")):
        for module in set(_modules(ast.parse(path.read_text("utf-8")))):
            if module not in sys.stdlib_module_names and module not in OWN:
                found.setdefault(module, []).append(str(path.relative_to(ROOT)))
    return found


def _modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@cache
def providers() -> dict[str, set[str]]:
    """Module -> the distributions that bring it, of those that are installed."""
    found = importlib.metadata.packages_distributions()
    return {module: set(map(name, given)) for module, given in found.items()}


def undeclared(room: str, known: Iterable[str]) -> dict[str, list[str]]:
    allowed = set(known)
    return {
        module: files
        for module, files in imported(room).items()
        if not providers().get(module, {name(module)}) & allowed
    }


def test_the_package_imports_only_what_it_declares() -> None:
    assert set(OF_PLUGINS.values()) <= declared(*FOR_TESTS)
    assert undeclared("altsync", declared(*OPTIONAL) | OF_PLUGINS.keys()) == {}


@pytest.mark.parametrize("room", ["tests", "benchmarks", "docs"])
def test_tests_benchmarks_and_docs_import_only_what_is_declared(room: str) -> None:
    extras = (*OPTIONAL, *FOR_TESTS, *FOR_DOCUMENTS)
    assert undeclared(room, declared(*extras)) == {}


def test_an_import_that_nobody_declared_is_found() -> None:
    """The check itself: without requests among the dependencies, its files are named."""
    found = undeclared("altsync", declared(*OPTIONAL) - {"requests"})
    assert "altsync/sources/http.py" in found["requests"]


def test_what_is_declared_is_used() -> None:
    modules = {module for room in OWN for module in imported(room)}
    used: set[str] = set()
    for module in modules:
        used |= providers().get(module, {name(module)})
    extras = set(project()["optional-dependencies"]) - {"all", "providers"}
    assert declared(*extras) - used - set(TOOLS) == set()


def test_what_the_rooms_are_covered_to_is_no_chance() -> None:
    """Which branches are drawn differs from run to run."""
    ran = subprocess.run(
        ["make", "--dry-run", "coverage"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "-m 'not slow and not browser and not hypothesis'" in ran.stdout


def test_every_plugin_of_a_provider_has_a_double() -> None:
    doubles = (ROOT / "tests" / "doubles" / "providers").glob("*.py")
    words = "".join(path.read_text("utf-8") for path in doubles)
    plugins = declared("providers") - declared()
    assert plugins
    assert [one for one in plugins if one.replace("-", "_") not in words] == []


def test_every_requirement_has_a_lowest_version() -> None:
    """`make test-lowest` runs the tests on exactly these."""
    extras = set(project()["optional-dependencies"]) - {"all"}
    assert [line for line in requirements(*extras) if ">=" not in line] == []


def test_all_is_all_extras_but_the_tests_and_the_large_ones() -> None:
    (every,) = project()["optional-dependencies"]["all"]
    assert (
        set(every.removeprefix("altsync[").rstrip("]").split(",")) == OPTIONAL - LARGE
    )
    assert (
        set(project()["optional-dependencies"])
        == OPTIONAL | {"all"} | FOR_TESTS | FOR_DOCUMENTS
    )


def test_every_requirement_has_a_pinned_version() -> None:
    """constraints.txt says which versions `make` installs."""
    text = (ROOT / "constraints.txt").read_text("utf-8")
    pinned = {name(line) for line in text.splitlines()}
    extras = set(project()["optional-dependencies"]) - {"all"}
    assert declared(*extras) - pinned == set()
    assert "//" not in text, "no host of a registry"


def test_make_installs_what_is_pinned() -> None:
    """What comes out in the night makes no run red. The alpha may fail, and the lowest
    versions have the pinned ones above them."""
    pins = (ROOT / "constraints.txt").read_text("utf-8")
    pinned = {name(line) for line in pins.splitlines()}
    free: list[str] = []
    for line in (ROOT / "Makefile").read_text("utf-8").splitlines():
        _, installs, options = line.partition(" pip install ")
        _, held, asked = options.partition(" -c constraints.txt ")
        if held:
            free += [
                tool for tool in asked.split() if tool.isalnum() and tool not in pinned
            ]
        elif installs and not re.search(r"venv-alpha/| -c build/no-newer.txt ", line):
            free.append(line)
    assert [line for line in free if not line.startswith("INSTALL ?=")] == []


def test_the_version_is_told_once() -> None:
    """Whatever else says it reads it from there: a second place would lag behind."""
    version = project()["version"]
    saying = [
        str(path.relative_to(ROOT))
        for room in ("altsync", "docs", ".ci")
        for path in (ROOT / room).rglob("*.*")
        if path.suffix in (".py", ".toml", ".html")
        and f'"{version}"' in path.read_text("utf-8")
    ]
    assert saying == []


def test_the_oldest_python_is_among_those_that_are_named() -> None:
    lowest = project()["requires-python"].removeprefix(">=")
    assert f"Programming Language :: Python :: {lowest}" in project()["classifiers"]


def test_the_log_of_changes_begins_with_what_is_not_released() -> None:
    """And its sections have one order, each at most once in a release."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## \[([\w.]+)\](?: - (\d{4}-\d\d-\d\d))?$", text, re.M)
    assert headings[0] == ("Unreleased", "")
    assert [name for name, date in headings[1:] if not date] == []
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        sections = re.findall(r"^### (\w+)$", part, re.M)
        assert len(sections) == len(set(sections))
        assert set(sections) <= {"Added", "Changed", "Deprecated", "Fixed", "Removed"}
    for name, _ in headings:
        assert f"\n[{name}]: https://" in text
