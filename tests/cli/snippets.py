"""The code blocks of the documents: where each stands, in which language, and what its
shell lines are.

`<!-- not run: REASON -->` before a block says in the source why no test runs it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
)
_NOT_RUN = re.compile(r"<!--\s*not run:\s*(.*?)\s*-->", re.DOTALL)
_INLINE = re.compile(r"^altsync ([a-z]+)\b")


@dataclass(frozen=True)
class Snippet:
    """One code block."""

    page: str
    """Its file, below the checkout."""
    line: int
    language: str
    text: str
    reason: str = ""
    """Why it is not run."""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Line:
    """What somebody types, and what they are then shown."""

    words: list[str]
    shown: list[str] = field(default_factory=list)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def snippets(path: Path) -> Iterator[Snippet]:
    """Every fenced block of a page, in order."""
    reason = ""
    for token in MarkdownIt().parse(path.read_text("utf-8")):
        if token.type == "html_block":
            found = _NOT_RUN.search(token.content)
            reason = found[1] if found else reason
        elif token.type == "fence":
            language = token.info.split()[0] if token.info else ""
            line = token.map[0] + 1 if token.map else 0
            yield Snippet(named(path), line, language, token.content, reason)
            reason = ""
        elif token.type.endswith("_open"):
            reason = ""


def mentions(path: Path) -> Iterator[str]:
    """Every `altsync …` within a sentence."""
    for token in _inline(MarkdownIt().enable("table").parse(path.read_text("utf-8"))):
        if token.type == "code_inline" and _INLINE.match(token.content):
            yield " ".join(token.content.split())


def _inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def lines(snippet: Snippet) -> Iterator[Line]:
    """The commands of a block, without comments; of a `console` block those behind `$ `,
    with the lines that follow."""
    if snippet.language != "console":
        for typed in snippet.text.splitlines():
            if words := shlex.split(typed, comments=True):
                yield Line(words)
        return
    line: Line | None = None
    for shown in snippet.text.splitlines():
        if shown.startswith("$ "):
            if line is not None:
                yield line
            line = Line(shlex.split(shown[2:], comments=True))
        elif line is not None:
            line.shown.append(shown)
    if line is not None:
        yield line


def shows(line: Line, printed: str) -> str | None:
    """The first line that was to be shown and was not, in order; `…` is anything."""
    rest = iter(printed.splitlines())
    for wanted in line.shown:
        pattern = re.compile(".*".join(map(re.escape, wanted.strip().split("…"))))
        if not any(pattern.fullmatch(one.strip()) for one in rest):
            return wanted
    return None
