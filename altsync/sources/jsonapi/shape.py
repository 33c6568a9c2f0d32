"""Resource documents -> slots and SiteImages. Pure: no request, no clock.

A slot is one item of an image field. Its id is `<type>.<field>/<Drupal
id>.<language>.<file id>`, with `.1` for the second use of a file in one field, by
order: reordering a gallery moves no text, exchanging the file makes another image.
Images in texts stand beside the slots: see `in_text`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from altsync.errors import BadAnswer, FilesOff
from altsync.models import Flat, Label, OutOfReach, SiteImage
from altsync.sources.jsonapi import in_text, says
from altsync.sources.jsonapi.beside import (
    CARRIED,
    PAGE_TEXT,
    page_text,
    page_url,
    title_of,
)
from altsync.sources.jsonapi.carriers import (
    MISSING,
    Standing,
    claim_of,
    hides_parent,
    is_inline,
    is_paragraph,
)
from altsync.sources.jsonapi.document import is_blind, is_name, is_text, listed
from altsync.sources.jsonapi.guards import revision_of
from altsync.sources.jsonapi.in_text import FormattedText, InText
from altsync.sources.jsonapi.schema import Schema, number_of
from altsync.sources.jsonapi.where import Addresses
from altsync.sources.jsonapi.words import text_of
from altsync.sources.labels import label_of

META = ("alt", "title", "width", "height")
"""What is sent back of an item's meta, as read. Anything else is refused or ignored by
core (213, 266)."""
PAGE = "page"
"""In `raw` of a paragraph's image: the entity that shows it, null where that cannot be
known; not there, as long as nobody has looked."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One image of an entity in one language."""

    id: str
    field: str
    delta: int
    item: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """An entity in one language, as a document shows it."""

    schema: Schema
    uuid: str
    language: str
    attributes: Mapping[str, Any]
    fields: Mapping[str, list[dict[str, Any]]]
    """Image field -> its items in order, dead ones (`missing`) included."""
    many: frozenset[str]
    """The fields that hold a list."""
    slots: tuple[Slot, ...]
    dead: int = 0
    """Items whose file was deleted: their alt cannot be read nor written (074, 230)."""
    unseen: tuple[str, ...] = ()
    """Configured fields that the document does not show."""
    revision: int | None = None
    """The revision that the document shows, where the type has revisions."""
    texts: Mapping[str, FormattedText] = field(default_factory=dict)
    """Text field -> what was read of it, of those that are not empty."""

    @property
    def in_text(self) -> tuple[InText, ...]:
        """The images in its texts."""
        return tuple(one for text in self.texts.values() for one in text.images)

    @property
    def number(self) -> str:
        return number_of(self.schema, self.uuid, self.attributes)

    @property
    def labelled(self) -> bool:
        """The site has the label field on this entity."""
        return (
            self.schema.label is not None and self.schema.label.field in self.attributes
        )

    @property
    def shared_label(self) -> bool:
        """The label speaks for several texts, so it says nothing of one of them."""
        return len(self.schema.fields) > 1 or bool(self.many)

    @property
    def inline(self) -> bool:
        """A block of one Layout Builder page: never written."""
        return is_inline(self.schema.entity, self.attributes)

    @property
    def paragraph(self) -> bool:
        """It belongs to a parent that has to list it."""
        return is_paragraph(self.schema.entity, self.attributes)

    @property
    def unattached(self) -> bool:
        """A paragraph that says itself that it has no parent (519)."""
        told = self.paragraph and not hides_parent(self.attributes)
        return told and claim_of(self.attributes) is None

    def label(self) -> Label | None:
        """The label that the entity carries. A value that is not configured protects
        the text: HUMAN."""
        config = self.schema.label
        if config is None:
            return None
        return label_of(config, self.attributes.get(config.field))

    def flats(self) -> dict[str, Flat]:
        """The editable document of every image, by its id: alike in a listing, a fresh
        read and a PATCH's answer."""
        in_fields = {slot.id: self.flat(slot) for slot in self.slots}
        return in_fields | {one.id: one.flat() for one in self.in_text}

    def spelled(self) -> dict[str, str]:
        """How the alts in texts are written, by image; of those without one, nothing."""
        slots = ((one.id, one.slot.spelled) for one in self.in_text)
        return {image: written for image, written in slots if written is not None}

    def flat(self, slot: Slot) -> Flat:
        """That of one slot."""
        meta = slot.item["meta"]
        flat: Flat = {
            "alt": meta.get("alt"),
            "title": meta.get("title"),
            "caption": self.caption(),
        }
        if self.labelled:
            label = self.own_label()
            flat["label"] = None if label is None else str(label)
        described = self.description()
        if described is not None:
            flat["long_description"] = described
        return flat

    def own_label(self) -> Label | None:
        """The label, where it speaks of this image alone."""
        if self.shared_label or not self.labelled:
            return None
        return self.label()

    def description(self) -> str | None:
        """What stands in the field for long descriptions: '' for nothing, None where
        the entity has no such field, or a list of texts there."""
        name = self.schema.description
        if not name or name not in self.attributes:
            return None
        value = self.attributes[name]
        if isinstance(value, dict):
            value = value.get("value")
        if value is None:
            return ""
        return value if is_text(value) else None

    def caption(self) -> str | None:
        """The caption field, where it can only belong to this image."""
        if self.schema.caption is None or self.shared_label:
            return None
        return text_of(self.attributes.get(self.schema.caption))


def read(schema: Schema, resource: Mapping[str, Any]) -> Item:
    """A resource object of a checked document -> Item. Parts may be missing (012, 025).
    Raises BadAnswer, FilesOff."""
    uuid, kind = resource["id"], resource["type"]
    attributes = resource.get("attributes") or {}
    if kind != schema.kind or not isinstance(uuid, str):
        raise BadAnswer(f"The site answered with something else than a {schema.kind}.")
    language = attributes.get(schema.langcode) or "und"
    number = number_of(schema, uuid, attributes)
    if not isinstance(language, str) or not is_name(language) or not is_name(number):
        raise BadAnswer(
            f"{schema.kind} {uuid} has a number or a language that is none."
        )
    data = _image_data(schema, resource.get("relationships") or {})
    fields = {name: listed(value) for name, value in data.items()}
    slots: list[Slot] = []
    dead = 0
    for name, items in fields.items():
        made, lost = _slots(schema, name, items, number, language)
        slots += made
        dead += lost
    here = f"{schema.kind} {number}"
    texts = in_text.texts_of(here, schema.html, attributes, f"{number}.{language}")
    return Item(
        schema,
        uuid,
        language,
        attributes,
        fields=fields,
        many=frozenset(name for name, value in data.items() if isinstance(value, list)),
        slots=tuple(slots),
        dead=dead,
        unseen=(
            *(name for name in schema.fields if name not in fields),
            *(name for name in schema.html if name not in attributes),
        ),
        revision=revision_of(resource),
        texts=texts,
    )


def _image_data(schema: Schema, links: Mapping[str, Any]) -> dict[str, Any]:
    """Image field -> its `data`, for the fields that the document shows. Raises FilesOff
    where it shows every image as none."""
    shown = {name: links.get(name) for name in schema.fields}
    if any(isinstance(link, dict) and is_blind(link) for link in shown.values()):
        raise FilesOff(says.FILES_OFF)
    return {
        name: link["data"]
        for name, link in shown.items()
        if isinstance(link, dict) and "data" in link
    }


def _slots(
    schema: Schema, name: str, items: list[Any], number: str, language: str
) -> tuple[list[Slot], int]:
    """(slots, how many items are dead) of one field. Raises BadAnswer."""
    used: Counter[str] = Counter()
    slots = []
    for delta, item in enumerate(items):
        if not isinstance(item, dict) or item.get("id") == MISSING:
            continue
        file = _file(item, f"{schema.kind} {number}", name)
        again = f".{used[file]}" if used[file] else ""
        used[file] += 1
        slot_id = f"{schema.kind}.{name}/{number}.{language}.{file}{again}"
        slots.append(Slot(slot_id, name, delta, item))
    return slots, len(items) - len(slots)


def _file(item: Mapping[str, Any], here: str, name: str) -> str:
    """The number of the item's file. Raises BadAnswer for an item that shows no texts."""
    meta = item.get("meta")
    if not isinstance(meta, dict) or "alt" not in meta:
        # Taken for empty, it would be filled, perhaps over a person's words.
        raise BadAnswer(
            f"{here}: the field {name} shows no `alt`. Is it an image field?"
        )
    for key in ("alt", "title"):
        if meta.get(key) is not None and not is_text(meta[key]):
            raise BadAnswer(f"{here}: the {key} in {name} is not a text.")
    file = str(meta.get("drupal_internal__target_id") or item["id"])
    if not is_name(file):
        raise BadAnswer(f"{here}: the file in {name} has a number that is none.")
    return file


def images(item: Item, addresses: Addresses) -> list[SiteImage]:
    """Every image of an item as a SiteImage, with the context that stands beside it."""
    if not item.slots and not item.in_text:
        return []
    beside: dict[str, Any] = {
        "language": None if item.language in ("und", "zxx") else item.language,
        "page_url": page_url(item, addresses),
        "page_title": title_of(item),
        "entity": f"{item.schema.kind}/{item.uuid}",
    }
    text = page_text(item, PAGE_TEXT if item.slots else CARRIED)
    in_fields = [_image(item, slot, addresses, beside, text) for slot in item.slots]
    beside["page_text"] = text and text[:CARRIED]
    return [*in_fields, *_in_text(item, addresses, beside)]


def _image(
    item: Item,
    slot: Slot,
    addresses: Addresses,
    beside: Mapping[str, Any],
    text: str | None,
) -> SiteImage:
    meta = slot.item["meta"]
    album, _, name = slot.id.partition("/")
    raw = {
        **_raw(item),
        "field": slot.field,
        "delta": slot.delta,
        "file": slot.item["id"],
        "meta": slot.item["meta"],
    }
    return SiteImage(
        id=slot.id,
        album=album,
        name=name,
        alt=meta.get("alt"),
        title=meta.get("title"),
        caption=item.caption(),
        label=item.own_label(),
        has_label=item.labelled,
        image_url=addresses.of(addresses.files.get(slot.item["id"])),
        page_text=text,
        width=_size(meta.get("width")),
        height=_size(meta.get("height")),
        out_of_reach=_out_of_reach(item, slot.field),
        raw=json.dumps(raw),
        long_description=item.description(),
        file=slot.item["id"],
        **beside,
    )


def _in_text(
    item: Item, addresses: Addresses, beside: Mapping[str, Any]
) -> Iterator[SiteImage]:
    """The label and the long description of an item speak of its image fields only."""
    for one in item.in_text:
        image = in_text.image_of(
            one,
            addresses,
            beside,
            _raw(item),
            out_of_reach=_out_of_reach(item, one.field),
            externals=item.schema.externals,
        )
        if image is not None:
            yield image


def _out_of_reach(item: Item, name: str) -> OutOfReach | None:
    """Why altsync may not change the images of a field, where the item or the
    configuration says so."""
    if item.inline:
        return OutOfReach.INLINE
    return OutOfReach.READ_ONLY if name in item.schema.read_only else None


def placed(image: SiteImage, place: Standing) -> SiteImage:
    """The image of a paragraph, with what its page tells; the paragraph's own words
    first."""
    raw = json.loads(image.raw) | {PAGE: place.carrier}
    image = replace(image, raw=json.dumps(raw))
    if place.out_of_reach is not None:
        image = replace(image, out_of_reach=place.out_of_reach)
    if place.page is None:
        return image
    page = place.page
    texts = filter(None, (image.page_text, page.text))
    return replace(
        image,
        page_url=page.url,
        page_title=page.title,
        page_text="\n\n".join(texts)[:PAGE_TEXT] or None,
    )


def _raw(item: Item) -> dict[str, Any]:
    """Of what a later run needs to find an image again, and a person may want to see,
    what all images of the item have in common."""
    return {
        "type": item.schema.kind,
        "uuid": item.uuid,
        "changed": item.attributes.get(item.schema.changed),
        "status": item.attributes.get("status"),
        "langcode": item.language,
    }


def _size(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 1_000_000 else None
