"""Resource documents -> slots and SiteImages. Pure: no request, no clock.

A slot is one item of an image field. Its id is `<type>.<field>/<Drupal
id>.<language>.<file id>`, with `.1` for the second use of a file in one field, by
order: reordering a gallery moves no text, exchanging the file makes another image.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urljoin

from altsync.addresses import without_login
from altsync.errors import BadAnswer, FilesOff
from altsync.models import Flat, Label, OutOfReach, SiteImage
from altsync.sources.jsonapi import says
from altsync.sources.jsonapi.carriers import (
    PageFacts,
    Standing,
    claim_of,
    hides_parent,
    is_inline,
    is_paragraph,
)
from altsync.sources.jsonapi.document import is_blind, is_name, is_text, listed
from altsync.sources.jsonapi.guards import revision_of
from altsync.sources.jsonapi.schema import Schema, number_of
from altsync.sources.jsonapi.words import text_of
from altsync.sources.labels import label_of

META = ("alt", "title", "width", "height")
"""What is sent back of an item's meta, as read. Anything else is refused or ignored by
core (213, 266)."""
MISSING = "missing"
"""The id of a file that was deleted (074)."""
PAGE_TEXT = 6000
"""Most characters of text beside an image that are mirrored."""
PAGE = "page"
"""In `raw` of a paragraph's image: the entity that shows it, null where that cannot be
known; not there, as long as nobody has looked."""
CARRIED = 1000
"""Most characters of a page's text that are told of each image in its paragraphs."""


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

    def flat(self, slot: Slot) -> Flat:
        """The editable document of one slot: alike in a listing, a fresh read and a
        PATCH's answer."""
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
    return Item(
        schema,
        uuid,
        language,
        attributes,
        fields=fields,
        many=frozenset(name for name, value in data.items() if isinstance(value, list)),
        slots=tuple(slots),
        dead=dead,
        unseen=tuple(name for name in schema.fields if name not in fields),
        revision=revision_of(resource),
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


@dataclass(frozen=True, slots=True)
class Addresses:
    """What turns the paths in a document into addresses."""

    base: str
    """The site's address."""
    language_path: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    """File uuid -> URL as the site prints it, mostly root-relative (093)."""


def _image_url(base: str, url: str) -> str:
    """Absolute; without a user and password, whoever wrote them there."""
    return without_login(urljoin(base + "/", url))


def images(item: Item, addresses: Addresses) -> list[SiteImage]:
    """Every slot of an item as a SiteImage, with the context that stands beside it."""
    schema = item.schema
    beside: dict[str, Any] = {
        "caption": item.caption(),
        "label": item.own_label(),
        "has_label": item.labelled,
        "language": None if item.language in ("und", "zxx") else item.language,
        "page_url": page_url(item, addresses),
        "page_title": _title(item),
        "page_text": _page_text(item),
        "entity": f"{schema.kind}/{item.uuid}",
        "long_description": item.description(),
    }
    return [_image(item, slot, addresses, beside) for slot in item.slots]


def _image(
    item: Item, slot: Slot, addresses: Addresses, beside: Mapping[str, Any]
) -> SiteImage:
    meta = slot.item["meta"]
    url = addresses.files.get(slot.item["id"])
    album, _, name = slot.id.partition("/")
    return SiteImage(
        id=slot.id,
        album=album,
        name=name,
        alt=meta.get("alt"),
        title=meta.get("title"),
        image_url=_image_url(addresses.base, url) if url else None,
        width=_size(meta.get("width")),
        height=_size(meta.get("height")),
        out_of_reach=_out_of_reach(item, slot),
        raw=json.dumps(_raw(item, slot)),
        **beside,
    )


def _out_of_reach(item: Item, slot: Slot) -> OutOfReach | None:
    """Why altsync may not change the slot, where the item or the configuration says so."""
    if item.inline:
        return OutOfReach.INLINE
    return OutOfReach.READ_ONLY if slot.field in item.schema.read_only else None


def page_of(item: Item, addresses: Addresses) -> PageFacts:
    """What an entity tells as the page of what it lists."""
    text = _page_text(item)
    return PageFacts(_title(item), page_url(item, addresses), text and text[:CARRIED])


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


def _raw(item: Item, slot: Slot) -> dict[str, Any]:
    """What a later run needs to find the slot again, and what a person may want to see."""
    return {
        "type": item.schema.kind,
        "uuid": item.uuid,
        "field": slot.field,
        "delta": slot.delta,
        "file": slot.item["id"],
        "meta": slot.item["meta"],
        "changed": item.attributes.get(item.schema.changed),
        "status": item.attributes.get("status"),
        "langcode": item.language,
    }


def _title(item: Item) -> str | None:
    name = item.schema.title
    return text_of(item.attributes.get(name)) if name else None


def page_url(item: Item, addresses: Addresses) -> str | None:
    """The page of the entity: its alias, quoted as the site itself does, or /node/N.
    Other entities rarely have a page of their own."""
    path = item.attributes.get("path")
    alias = path.get("alias") if isinstance(path, dict) else None
    if not isinstance(alias, str) or not alias.startswith("/") or not is_text(alias):
        if item.schema.entity != "node" or item.number == item.uuid:
            return None
        alias = f"/node/{item.number}"
    return addresses.base + addresses.language_path + quote(alias)


def _page_text(item: Item) -> str | None:
    names = list(item.schema.texts)
    if item.schema.caption and item.shared_label:
        names.append(item.schema.caption)
    texts = [text_of(item.attributes.get(name)) for name in names]
    return "\n\n".join(filter(None, texts))[:PAGE_TEXT] or None


def _size(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 1_000_000 else None
