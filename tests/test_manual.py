"""Messages lead to documents that there are, and to commands that are on the PATH of who
installed altsync alone."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import altsync
from altsync.manual import SITE, Page, address

ROOT = Path(__file__).parents[1]
CODE = Path(altsync.__file__).parent
SHOWN = (".py", ".html", ".js")
LACKING = re.compile(r"\bdocs/|README|CONTRIBUTING|CHANGELOG")
"""Files of the checkout: a wheel has none of them."""
UNREACHED = re.compile(
    r"`llm |\bllm (keys|install|uninstall|plugins|models|templates)\b"
)
"""Commands of llm: pipx and uv put only altsync's own on the PATH."""


@cache
def _texts() -> tuple[tuple[str, str], ...]:
    """File -> every text in it that could be shown: docstrings of modules, classes and
    functions are for who reads the code, but those of commands are help."""
    return tuple(_read())


def _read() -> Iterator[tuple[str, str]]:
    for path in sorted(CODE.rglob("*")):
        name = str(path.relative_to(CODE))
        if path.suffix == ".py":
            tree = ast.parse(path.read_text("utf-8"))
            inside: set[ast.AST] = set()
            if not name.startswith("cli/"):
                inside.update(_docstrings(tree))
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and node not in inside:
                    yield name, str(node.value)
        elif path.suffix in SHOWN:
            yield name, path.read_text("utf-8")


def _docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    """Every text that stands alone as a statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _naming(pattern: re.Pattern[str]) -> list[str]:
    return [f"{name}: {text}" for name, text in _texts() if pattern.search(text)]


def test_no_message_names_a_file_that_a_wheel_lacks() -> None:
    assert _naming(LACKING) == []


def test_no_message_names_a_command_that_is_not_on_the_path() -> None:
    assert _naming(UNREACHED) == []


def test_the_texts_are_looked_through() -> None:
    """The check itself finds what stands in commands' help, in f-strings and pages."""
    names = {name for name, text in _texts() if "altsync pull" in text}
    assert {"cli/review.py", "store/worklist.py"} & {name for name, _ in _texts()}
    assert any(name.endswith(".html") for name, _ in _texts())
    assert "errors.py" in names


def _anchors(page: Page) -> set[str]:
    """The paragraphs of a page: named ones, and headings as site builders call them."""
    text = (ROOT / "docs" / f"{page}.md").read_text("utf-8")
    headings = re.findall(r"^#+ (.+?)(?: \{#.*\})?$", text, re.M)
    slugs = {re.sub(r"[^\w]+", "-", one.lower()).strip("-") for one in headings}
    return {*re.findall(r'(?:<a id="|\{#)([\w-]+)', text), *slugs}


def _named() -> set[tuple[Page, str]]:
    """Every page and paragraph that the code names."""
    code = "".join(path.read_text("utf-8") for path in CODE.rglob("*.py"))
    pages = re.findall(r"address\(Page\.([A-Z_]+)(?:, ['\"]([\w-]+)['\"])?\)", code)
    seen = re.findall(r"""\bsee\(["']([a-z-]+)["']\)""", code)
    return {(Page[name], paragraph) for name, paragraph in pages} | {
        (Page.DRUPAL, paragraph) for paragraph in seen
    }


def test_every_paragraph_that_a_message_names_is_there() -> None:
    named = _named()
    assert {page for page, _ in named} == set(Page)
    assert len(named) > 20
    lost = [at for at in named if at[1] and at[1] not in _anchors(at[0])]
    assert lost == []


@pytest.mark.parametrize("page", Page)
def test_an_address_is_the_sites(page: Page) -> None:
    assert address(page) == f"{SITE}{page}.html"
    assert address(page, "there") == f"{SITE}{page}.html#there"


def test_the_site_is_stated_once() -> None:
    """pyproject.toml says the same, and no other file of the package."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    urls = told["project"]["urls"]
    assert set(urls) >= {"Homepage", "Documentation", "Changelog", "Source", "Issues"}
    assert {url for url in urls.values() if not url.startswith(SITE)} == set()
    assert SITE.startswith("https://")
    assert SITE.endswith("/")
    saying = [
        path.name for path in CODE.rglob("*.py") if SITE in path.read_text("utf-8")
    ]
    assert saying == ["manual.py"]
