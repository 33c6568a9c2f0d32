"""The words of a text attribute, without its HTML. Pure."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from altsync.sources.jsonapi.document import is_text


class _Words(HTMLParser):
    """The words of a piece of HTML, a line for each block."""

    _BLOCKS = frozenset(
        {
            "p",
            "br",
            "li",
            "div",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "tr",
            "figcaption",
            "blockquote",
        }
    )
    _SILENT = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._muted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._muted += tag in self._SILENT
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._muted -= tag in self._SILENT and self._muted > 0
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._muted:
            self.parts.append(data)


MARKUP = 8
"""Of so many characters of HTML at least one is taken for a word's."""


def text_of(value: Any, most: int | None = None) -> str | None:
    """A text attribute as plain words: a string as it is, formatted text without its
    HTML; None for anything else. `most`: no more characters of it are wanted."""
    if isinstance(value, str):
        return value if is_text(value) else value.encode("utf-8", "replace").decode()
    if not isinstance(value, dict):
        return None
    html = value.get("processed") or value.get("value")
    if not isinstance(html, str):
        return None
    if most is not None and len(html) > most * MARKUP:
        html = html[: most * MARKUP]
        if html.rfind("<") > html.rfind(">"):
            html = html[: html.rfind("<")]  # not half a tag
    words = _Words()
    words.feed(html.encode("utf-8", "replace").decode())
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).splitlines())
    return "\n".join(line for line in lines if line)
