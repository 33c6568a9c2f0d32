"""A diff in the formats that a plan and two moments of the site share. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from altsync.render import csv, html, json, markdown, terminal
from altsync.render.html import Thumbnail
from altsync.render.shown import Head, Shown


def pieces(
    form: str, head: Head, shown: Iterable[Shown], picture: Thumbnail
) -> Iterator[str]:
    """Text in pieces, line ends included: csv, html, patch, markdown or stat.

    `picture` gives the address of a small picture, for the page. Raises KeyError for
    another format.
    """
    if form == "csv":
        return csv.document(shown)
    if form == "html":
        return html.document(head, shown, picture)
    lines = {
        "patch": lambda: json.patch_lines(shown),
        "markdown": lambda: markdown.document(head, shown),
        "stat": lambda: terminal.stat_lines(shown, head),
    }[form]()
    return (f"{line}\n" for line in lines)
