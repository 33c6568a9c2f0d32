"""Style sheets in a page -> the pictures that they show behind its elements.

Sheets in files of their own are not read: they belong to the theme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from altsync.uses import files

_MOST = 500_000
"""Characters of style sheets that are read of one page."""
_MOST_RULES = 1_000
_MOST_LAYERS = 20
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
_ASIDE = re.compile(r"\[[^\]]*\]|::?[\w-]+(?:\([^)]*\))?")
"""Conditions of a selector that say nothing of where it stands."""


def pictures_by_name(base: str, root: Any) -> dict[str, list[tuple[str, ...]]]:
    """`#id`, `.class` or tag -> the pictures, each with the addresses of its sizes, that
    the page's own style sheets show behind the elements of that name. Of a selector its
    last part counts."""
    text = "".join(_sheets(root))
    if "url(" not in text:
        return {}
    found: dict[str, list[tuple[str, ...]]] = {}
    for selectors, declarations in islice(_rules(_COMMENT.sub("", text)), _MOST_RULES):
        addresses = files.of_style(base, declarations)
        for selector in selectors.split(",")[:20]:
            for address in addresses:
                _add(found.setdefault(_name(selector), []), address)
    return found


def _add(pictures: list[tuple[str, ...]], address: str) -> None:
    """As another size of a picture, or as another picture."""
    for number, sizes in enumerate(pictures):
        if files.is_same(address, sizes):
            pictures[number] = tuple(dict.fromkeys((*sizes, address)))
            return
    if len(pictures) < _MOST_LAYERS:
        pictures.append((address,))


def _sheets(root: Any) -> Iterator[str]:
    left = _MOST
    for node in root.iter("style"):
        text = (node.text or "")[:left]
        left -= len(text)
        yield text


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of every rule with an address in it."""
    for piece in text.split("}"):
        if "url(" in piece:
            head, _, declarations = piece.rpartition("{")
            yield head.rpartition("{")[2].rpartition(";")[2], declarations


def _name(selector: str) -> str:
    parts = _ASIDE.sub("", selector[:500]).replace(">", " ").split()
    if not parts:
        return "body"
    tag, *names = re.split(r"(?=[#.])", parts[-1])
    by_id = (name for name in names if name.startswith("#"))
    return next(by_id, "") or (names[-1] if names else tag.lower())
