"""`altsync init URL` on an album site: its altsync.toml, with what the site itself
shows filled in."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

from altsync.config import parse
from altsync.errors import AltsyncError
from altsync.sources import open_source
from altsync.sources.base import FoundSite, Hints, Listing, Note, Source


def probe_album(hints: Hints) -> FoundSite:
    """Take the site for an album site, whatever it is: the source's own `probe` says
    then what is missing."""
    notes: list[Note] = []
    if not hints.inventory:
        hints = _look(hints, notes)
    return FoundSite(album_toml(hints), notes, looked=False)


def _look(hints: Hints, notes: list[Note]) -> Hints:
    """The hints, with the sitemap as the inventory, if that lists images, and with the
    label field, if the first image has the usual one."""
    sitemap = f"{hints.url}/sitemap.xml"
    listed = dataclasses.replace(hints, inventory=(sitemap,))
    try:
        source = open_source(parse(album_toml(listed)))
    except AltsyncError:
        return hints
    try:
        listing = source.listing()
        first = _first(listing)
        if first is None:
            notes.extend(_why_none(listing))
            return hints
        notes.append(
            Note(True, f"{sitemap} lists images: taken as the inventory."),
        )
        if hints.label or not _is_labelled(source, first):
            return listed
        notes.append(
            Note(
                True,
                "The images have the field `verified`:"
                " taken as the label (0 machine, 1 person).",
            )
        )
        return dataclasses.replace(listed, label="verified")
    finally:
        source.close()


def _first(listing: Listing) -> str | None:
    try:
        return next((item for item in listing if isinstance(item, str)), None)
    except AltsyncError:
        return None


def _why_none(listing: Listing) -> Iterator[Note]:
    """Why the sitemap is no inventory; nothing where the site has none."""
    if not getattr(listing, "absent", False):
        for sentence in listing.notes:
            yield Note(False, f"{sentence.rstrip('.')}.", "mend that list")


def _is_labelled(source: Source, image_id: str) -> bool:
    try:
        document = json.loads(source.read(image_id).raw)
    except AltsyncError:
        return False
    return document.get("verified") in (0, 1)


def album_toml(hints: Hints) -> str:
    """The text of altsync.toml for an album site."""
    pixels = hints.pixels or hints.url + "/files/cache/{album}/{image}-1280w.jpg"
    label = '# label = { field = "verified", ai = 0, human = 1 }'
    if hints.label:
        label = f"label = {{ field = {_toml(hints.label)}, ai = 0, human = 1 }}"
    front = ""
    if hints.front:
        front = f"front = {_toml(hints.front)}\n"
    return f"""\
[site]
url = {_toml(hints.url)}
source = "album"                 # album | jsonapi
database = "data/altsync.db"
workers = 8
{front}
[album]
# Which images exist: text files of album/image lines, directories of image files, sitemaps, \
JSON endpoints.
inventory = [{", ".join(map(_toml, hints.inventory))}]
# The pictures: a URL with {{album}} and {{image}}, or a directory.
pixels = {_toml(pixels)}
# The field that says who wrote a text, where the site has one.
{label}

[generate]
# A vision model of the llm library: `altsync models` lists them.
model = {_toml(hints.model)}
# A strong one, asked about a tenth and the doubtful, to compare with:
# reference = "MODEL"
"""


def _toml(text: str) -> str:
    """A JSON string is a TOML basic string."""
    return json.dumps(text, ensure_ascii=False)
