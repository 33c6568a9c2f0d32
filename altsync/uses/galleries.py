"""Pictures side by side.

A gallery is what its class or id calls one (two pictures at least), or a row of three or
more alike elements, one after the other, each with one picture and few words beside its caption.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from altsync.models import PictureKind
from altsync.uses import landmarks
from altsync.uses.pictured import Found

_HIGHEST = 40
"""Elements that are looked at above a picture."""
_ROW = 3
_FEW_WORDS = 40
"""Characters: a name, no sentence of an instruction."""


def in_galleries(pictures: Sequence[Found]) -> set[int]:
    """The `id()` of each that stands in a gallery."""
    shown = [found for found in pictures if found.kind is not PictureKind.CSS]
    if len(shown) < 2:
        return set()
    counts: dict[Any, int] = {}
    for found in shown:
        for node in _above(found.node):
            counts[node] = counts.get(node, 0) + 1
    named = {node for node, count in counts.items() if count > 1 and _is_named(node)}
    found_in: set[int] = set()
    rows: dict[Any, list[tuple[Any, Found]]] = {}
    for found in shown:
        above = list(_above(found.node))
        if any(node in named for node in above):
            found_in.add(id(found))
            continue
        cell = found.node
        for node in above:
            if counts[node] > 1:
                rows.setdefault(node, []).append((cell, found))
                break
            cell = node
    for cells in rows.values():
        found_in |= {id(found) for found in _in_row(cells)}
    return found_in


def _is_named(node: Any) -> bool:
    return landmarks.is_gallery(dict(node.items()))


def _above(node: Any) -> Iterator[Any]:
    for _ in range(_HIGHEST):
        node = node.getparent()
        if node is None or node.tag in ("body", "main", "html"):
            return
        yield node


def _in_row(cells: list[tuple[Any, Found]]) -> Iterator[Found]:
    """Those of alike neighbours that are three or more."""
    run: list[tuple[Any, Found]] = []
    for cell, found in [*cells, (None, None)]:
        if run and (cell is None or not _continues(run[-1][0], cell)):
            if len(run) >= _ROW:
                yield from (one for _, one in run)
            run = []
        if cell is not None and found is not None and _is_terse(cell, found):
            run.append((cell, found))


def _continues(cell: Any, following: Any) -> bool:
    return cell.getnext() is following and _look(cell) == _look(following)


def _look(cell: Any) -> tuple[str, str]:
    return cell.tag, (cell.get("class", "").split() or [""])[0]


def _is_terse(cell: Any, found: Found) -> bool:
    """Has it few words but for the picture's caption?"""
    caption = found.captioned()
    words = " ".join("".join(cell.itertext()).split())
    return len(words) - len(caption.text if caption else "") <= _FEW_WORDS
