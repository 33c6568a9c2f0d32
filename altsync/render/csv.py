"""Tables for a spreadsheet: every cell quoted, and none that a spreadsheet would run as
a formula. Pure, streamed."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence

from altsync.render import standing
from altsync.render.shown import Shown

_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_COLUMNS = (
    "kind",
    "image",
    "before",
    "after",
    "site",
    "label before",
    "label after",
    "origin",
    "model",
    "reviewer",
    "candidate",
    "reverts",
    "remarks",
    "title",
    "in text",
)


def cell(value: object) -> str:
    """A cell as text. What a spreadsheet could take for a formula gets an apostrophe in
    front, which it hides.

    White space and invisible characters before the sign do not help an attacker: they
    are looked through.
    """
    if value is None:
        return ""
    text = str(value)
    shown = text.lstrip(" \xa0\u200b\u200c\u200d\u2060\ufeff'\"")
    if shown.startswith(_STARTS) or text.startswith(_STARTS):
        return f"'{text}"
    return text


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Lines of CSV (RFC 4180, CRLF), the head first. Numbers stay numbers; only text is
    guarded."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in itertools.chain([columns], rows):
        writer.writerow([_guarded(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _guarded(value: object) -> object:
    if isinstance(value, int | float):
        return value
    return cell(value)


def document(shown: Iterable[Shown]) -> Iterator[str]:
    """A diff as a table, one line an image."""
    return table(_COLUMNS, (_row(one) for one in shown))


def _row(one: Shown) -> Sequence[object]:
    label = one.label or (None, None)
    return (
        one.kind,
        one.image,
        one.before,
        one.after,
        one.site,
        *label,
        one.origin,
        one.model,
        one.reviewer,
        one.candidate,
        one.reverts,
        "; ".join(_remarks(one)),
        one.title,
        standing.sentence(one.image, one.where),
    )


def _remarks(one: Shown) -> Iterator[str]:
    if one.kind not in ("change", "changed", "new"):
        yield one.said
    elif one.kept:
        yield one.kept
    for finding in one.findings:
        yield f"{finding.severity}: {finding.message} [{finding.rule}]"
    for name, was, now in one.fields:
        yield f"{name}: {was or ''} -> {now or ''}"
