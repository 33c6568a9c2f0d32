"""Tables for a spreadsheet: every cell quoted, and none that a spreadsheet would run as
a formula. Pure, streamed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

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
)


def cell(value: object) -> str:
    """A cell as text. What a spreadsheet could take for a formula gets an apostrophe in
    front, which it hides.

    White space and invisible characters before the sign do not help an attacker: they
    are looked through.
    """
    text = "" if value is None else str(value)
    shown = text.lstrip(" \xa0\u200b\u200c\u200d\u2060\ufeff'\"")
    return f"'{text}" if shown.startswith(_STARTS) or text.startswith(_STARTS) else text


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Lines of CSV (RFC 4180, CRLF), the head first. Numbers stay numbers; only text is
    guarded."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in _all(columns, rows):
        writer.writerow(
            [value if isinstance(value, int | float) else cell(value) for value in row]
        )
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _all(
    columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> Iterator[Sequence[object]]:
    yield columns
    yield from rows


def document(shown: Iterable[Shown]) -> Iterator[str]:
    """A diff as a table, one line an image."""
    return table(_COLUMNS, (_row(one) for one in shown))


def _row(one: Shown) -> Sequence[object]:
    label = one.label or (None, None)
    remarks = [f"{f.severity}: {f.message} [{f.rule}]" for f in one.findings]
    remarks += [f"{name}: {was or ''} -> {now or ''}" for name, was, now in one.fields]
    if one.kind not in ("change", "changed", "new"):
        remarks.insert(0, one.said)
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
        "; ".join(remarks),
        one.title,
    )
