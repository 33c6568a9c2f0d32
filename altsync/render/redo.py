"""Texts that a person could write anew in one go, as lines, JSON, CSV and Markdown: a row
an image. Pure, and streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from altsync.models import Origin, ToRedo
from altsync.render import csv, standing
from altsync.render.audit import escaped
from altsync.render.shown import called
from altsync.render.text import brief, count, json_list, plain, quoted
from altsync.render.uses import TITLE

if TYPE_CHECKING:
    from altsync.documents.written import ToRedoItem

COLUMNS = ("image", "album", "alt", "rules", "by", "page", "edit", "in text")
Rows = Iterable[ToRedo]


def text(rows: Rows) -> Iterator[str]:
    """A line an image, and where to see it."""
    number = 0
    for one in rows:
        number += 1
        image, where = one.mirrored.image, one.where
        yield f"{plain(image.id)}{_called(one)}  {quoted(image.alt)}\n"
        yield f"    {', '.join(one.rules)}; by {_by(one)}\n"
        for line in standing.lines(image.id, where):
            yield f"    {line}\n"
        if one.page:
            yield f"    used on {plain(one.page)}\n"
        if one.edit:
            yield f"    edit it at {plain(one.edit)}\n"
    yield f"{total(number)}\n"


def _called(one: ToRedo) -> str:
    """What the site calls it, quoted, with a blank before it; '' where its id says it."""
    image = one.mirrored.image
    title = image.page_title if one.where.tag else image.title or image.page_title
    name = called(image.id, title)
    return f" {quoted(brief(name, TITLE))}" if name else ""


def total(number: int) -> str:
    """How many there are."""
    if not number:
        return "No text is only a file's name, a placeholder or cut."
    return f"{count(number, 'text')} to be written anew."


def as_json(rows: Rows) -> Iterator[str]:
    """A JSON array, an image a line."""
    return json_list(map(_entry, rows))


def _entry(one: ToRedo) -> ToRedoItem:
    image = one.mirrored.image
    entry: ToRedoItem = {
        "image": image.id,
        "album": image.album,
        "title": image.title or image.page_title,
        "alt": image.alt,
        "rules": list(one.rules),
        "messages": [finding.message for finding in one.findings],
        "origin": one.mirrored.origin,
        "state": one.mirrored.state,
        "page": one.page,
        "edit": one.edit,
        "picture": image.image_url,
    }
    where = standing.as_dict(image.id, one.where)
    if where is not None:
        entry["where"] = where
    return entry


def as_csv(rows: Rows) -> Iterator[str]:
    """A table with a header, safe to open in a spreadsheet."""
    return csv.table(COLUMNS, map(_cells, rows))


def as_markdown(rows: Rows) -> Iterator[str]:
    """A table to paste into an issue."""
    yield "| image | alt text | rules | by | page | edit |\n"
    yield "|---|---|---|---|---|---|\n"
    for one in rows:
        image, _, alt, rules, by, page, edit, stands = _cells(one)
        page = "; ".join(filter(None, (page, stands)))
        cells = (image, quoted(alt), rules, by, page, edit)
        yield "| " + " | ".join(map(escaped, cells)) + " |\n"


def _cells(one: ToRedo) -> tuple[str, ...]:
    image = one.mirrored.image
    return (
        image.id,
        image.album,
        image.alt or "",
        ", ".join(one.rules),
        _by(one),
        one.page or "",
        one.edit or "",
        standing.sentence(image.id, one.where),
    )


def _by(one: ToRedo) -> str:
    return "a machine" if one.mirrored.origin is Origin.AI else "a person"


FORMATS: dict[str, Callable[[Rows], Iterator[str]]] = {
    "text": text,
    "json": as_json,
    "csv": as_csv,
    "markdown": as_markdown,
}
