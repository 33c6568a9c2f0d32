"""The formatted texts of an item, and the images in them. Pure.

The id of such an image is `<type>.<field>/<Drupal id>.<language>.<key>`, with the key
that its picture and its place among equals give it (`texts.TextSlot`): words and other
pictures that come or go make no other image of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from altsync.errors import BadAnswer
from altsync.models import Flat, OutOfReach, SiteImage, Tag
from altsync.sources.jsonapi.document import is_name, is_text
from altsync.sources.jsonapi.where import Addresses, Medium
from altsync.texts import TextSlot, left_alone, slots

PLAIN = (None, "plain_text")
"""Formats that show every text as it is; core's, by its usual name."""
_TAGS = ("<img", "<drupal-media", "<image")
_LETTERS = tuple(tag.replace("<", "&lt;") for tag in _TAGS)


@dataclass(frozen=True, slots=True)
class InText:
    """One image in a text of an entity in one language."""

    id: str
    field: str
    format: str | None
    """The text format of the text that it stands in."""
    slot: TextSlot

    def flat(self) -> Flat:
        """As of an image in a field, but that no label speaks of it, and that it has a
        place."""
        return {
            "alt": self.slot.alt,
            "title": self.slot.title,
            "caption": self.slot.caption,
            "place": self.slot.place,
        }


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A field with formatted texts, of an entity in one language, as a document shows it."""

    field: str
    values: tuple[Mapping[str, Any], ...]
    """Each text as read, with all its keys: `value`, `format`, `processed`, and `summary`
    where its type has one. What is sent of a text is its value, its format and its
    summary, all of them and exactly so: what is left out is wiped (445-449, 912)."""
    many: bool
    """The field holds a list, which a PATCH replaces whole (863)."""
    html: tuple[str, ...]
    """What `texts.slots` and `texts.spliced` take: each value, '' in the place of one
    that visitors are shown as letters, which holds no pictures."""
    images: tuple[InText, ...] = ()

    @property
    def left_alone(self) -> int:
        """How many pictures may or may not be some, see `texts.left_alone`."""
        return left_alone(self.html)


def texts_of(
    here: str, names: Iterable[str], attributes: Mapping[str, Any], prefix: str
) -> dict[str, FormattedText]:
    """Field -> its texts, of those fields that are there and not empty. `here` names the
    item in an error; `prefix` is `<Drupal id>.<language>`. Raises BadAnswer."""
    kind = here.partition(" ")[0]
    found = {}
    for name in names:
        value = attributes.get(name)
        if not is_formatted(value):
            continue
        values = tuple(value if isinstance(value, list) else [value])
        html = tuple(_html(here, name, one) for one in values)
        made = tuple(
            InText(
                f"{kind}.{name}/{prefix}.{slot.key}",
                name,
                values[slot.delta]["format"],
                slot,
            )
            for slot in slots(html)
        )
        found[name] = FormattedText(name, values, isinstance(value, list), html, made)
    return found


def is_formatted(value: Any) -> bool:
    """A text with a format, or a list of them; a bare string is none: a tag there is
    shown as letters (460)."""
    values = value if isinstance(value, list) else [value]
    return bool(values) and all(
        isinstance(one, dict) and "value" in one and "format" in one for one in values
    )


def _html(here: str, name: str, text: Mapping[str, Any]) -> str:
    """Raises BadAnswer for a text that cannot be stored or sent."""
    value = text["value"]
    if value is None:
        return ""
    if not is_text(value):
        raise BadAnswer(f"{here}: {name} holds what is not a text.")
    return "" if _as_letters(text) else str(value)


def _as_letters(text: Mapping[str, Any]) -> bool:
    """Visitors get the source: where no format is left (445-447), and where a format
    escapes it (434), whatever it is called."""
    processed = text.get("processed")
    if text["format"] is None or not isinstance(processed, str):
        return text["format"] in PLAIN
    shown = processed.casefold()
    escaped = any(letters in shown for letters in _LETTERS)
    return escaped and not any(tag in shown for tag in _TAGS)


def embedded(texts: Iterable[FormattedText]) -> Iterator[str]:
    """The uuids of the media in these texts."""
    for text in texts:
        for one in text.images:
            if one.slot.tag is Tag.MEDIA and is_name(one.slot.uuid):
                yield one.slot.uuid


def image_of(
    one: InText,
    addresses: Addresses,
    beside: Mapping[str, Any],
    facts: Mapping[str, Any],
    *,
    out_of_reach: OutOfReach | None,
    externals: bool,
) -> SiteImage | None:
    """The image, `beside` being what all images of the item have in common and `facts`
    what is kept of the item as `raw`; None for an embedded medium that shows no picture
    of its own. `externals`: pictures that are no files of the site are in reach."""
    slot = one.slot
    medium = addresses.media.get(slot.uuid) if slot.tag is Tag.MEDIA else None
    if medium is not None and not medium.is_image:
        return None
    file = _file(slot, medium)
    url = addresses.of(medium.url if medium is not None else slot.src)
    if out_of_reach is None and not externals and is_external(slot, addresses):
        out_of_reach = OutOfReach.EXTERNAL
    album, _, name = one.id.partition("/")
    raw = {
        **facts,
        "field": one.field,
        "key": slot.key,
        "delta": slot.delta,
        "format": one.format,
        "file": file,
    }
    return SiteImage(
        id=one.id,
        album=album,
        name=name,
        alt=slot.alt,
        title=slot.title,
        caption=slot.caption,
        image_url=url,
        width=slot.width,
        height=slot.height,
        out_of_reach=out_of_reach,
        raw=json.dumps(raw),
        tag=slot.tag,
        place=slot.place,
        before=slot.before,
        after=slot.after,
        heading=slot.heading,
        link=slot.link,
        link_text=slot.link_text,
        file=file,
        medium=None if medium is None else medium.entity,
        **beside,
    )


def is_external(slot: TextSlot, addresses: Addresses) -> bool:
    """The picture is no file of the site: of another host, or written into the text. One
    that names a file of the site is none, wherever the site keeps its files."""
    if slot.tag is Tag.MEDIA or slot.uuid:
        return False
    return not addresses.is_ours(addresses.of(slot.src))


def _file(slot: TextSlot, medium: Medium | None) -> str | None:
    """The uuid of the file that it shows."""
    if medium is not None:
        return medium.file
    uuid = slot.uuid if slot.tag is Tag.IMG else ""
    return uuid if uuid and is_name(uuid) else None
