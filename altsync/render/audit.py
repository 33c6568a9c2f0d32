"""The audit as lines, JSON, CSV and Markdown; SARIF is in sarif.py. Pure, and streamed.

The site's texts are untrusted: control characters never reach a terminal, a spreadsheet
never takes a cell for a formula, and Markdown shows text, not markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from altsync.models import Audit, Group, Remark
from altsync.render import csv, standing
from altsync.render.text import count, json_text, plain, quoted

if TYPE_CHECKING:
    from altsync.documents.written import RemarkItem

SHOWN = 20
"""Remarks of one rule on a terminal; `--rule` and the other formats give all."""
COLUMNS = (
    "severity",
    "rule",
    "image",
    "album",
    "alt",
    "message",
    "page",
    "picture",
    "origin",
    "in text",
)
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~&-])")


def text(audit: Audit, shown: int | None = SHOWN) -> Iterator[str]:
    """Lines for a terminal."""
    for group in audit.groups:
        images = count(len(group.remarks), "image")
        yield f"{group.severity.upper()} {group.rule}: {images}. {group.sentence}"
        for remark in group.remarks[:shown]:
            yield from _lines(remark)
        if shown is not None and len(group.remarks) > shown:
            more = len(group.remarks) - shown
            yield f"  … and {more:,} more: altsync lint --rule {group.rule}"
        yield ""
    yield totals(audit)


def _lines(remark: Remark) -> Iterator[str]:
    named = plain(remark.image) + standing.page(remark.where)
    yield f"  {named}  {quoted(remark.alt)}"
    yield from (f"      {line}" for line in standing.lines(remark.image, remark.where))
    yield f"      {plain(remark.finding.message)}"
    if remark.page:
        yield f"      used on {plain(remark.page)}"


def totals(audit: Audit) -> str:
    """`548 images, 92 with a finding: cut 28 errors, ...`"""
    parts = [
        f"{group.rule} {count(len(group.remarks), str(group.severity))}"
        for group in audit.groups
    ]
    head = f"{count(audit.images, 'image')} checked, {audit.flagged:,} with a finding"
    if not parts:
        return f"{head}."
    return f"{head}: {', '.join(parts)}."


def as_json(audit: Audit) -> Iterator[str]:
    """One JSON object, in pieces."""
    yield f'{{\n  "images": {audit.images},\n  "flagged": {audit.flagged},\n'
    yield '  "rules": ['
    before = "\n    "
    for group in audit.groups:
        head = {
            "rule": group.rule,
            "severity": str(group.severity),
            "about": group.sentence,
            "count": len(group.remarks),
        }
        yield f'{before}{json_text(head)[:-1]}, "images": ['
        yield ",".join(
            "\n      " + json_text(_in_json(remark)) for remark in group.remarks
        )
        yield "\n    ]}"
        before = ",\n    "
    yield "\n  ]\n}\n" if audit.groups else "]\n}\n"


def _in_json(remark: Remark) -> RemarkItem:
    shown = _entry(remark)
    where = standing.as_dict(remark.image, remark.where)
    if where is not None:
        shown["where"] = where
    return shown


def _entry(remark: Remark) -> RemarkItem:
    return {
        "image": remark.image,
        "album": remark.album,
        "alt": remark.alt,
        "message": remark.finding.message,
        "page": remark.page,
        "picture": remark.picture,
        "origin": remark.origin,
    }


def _stands(remark: Remark) -> str:
    return standing.sentence(remark.image, remark.where)


def as_csv(audit: Audit) -> Iterator[str]:
    """A table with a header, safe to open in a spreadsheet."""
    return csv.table(COLUMNS, _rows(audit))


def _rows(audit: Audit) -> Iterator[list[object]]:
    for group in audit.groups:
        for remark in group.remarks:
            entry = {
                "severity": str(group.severity),
                "rule": group.rule,
                **_entry(remark),
                "in text": _stands(remark),
            }
            yield [entry[name] for name in COLUMNS]


def as_markdown(audit: Audit) -> Iterator[str]:
    """A report to paste into an issue: a section a rule, a table a section."""
    yield f"# Alt texts\n\n{escaped(totals(audit))}\n"
    for group in audit.groups:
        yield from _section(group)


def _section(group: Group) -> Iterator[str]:
    number = f"{len(group.remarks):,}"
    yield f"\n## {group.severity.title()}: {group.rule} ({number})\n\n"
    yield f"{escaped(group.sentence)}\n\n"
    yield "| image | alt text | why | page |\n"
    yield "|---|---|---|---|\n"
    for remark in group.remarks:
        cells = (
            remark.image,
            quoted(remark.alt),
            remark.finding.message,
            "; ".join(filter(None, (remark.page, _stands(remark)))),
        )
        yield "| " + " | ".join(map(escaped, cells)) + " |\n"


def escaped(value: str) -> str:
    """Text that Markdown shows as it is."""
    return _MARKUP.sub(r"\\\1", plain(value))
