"""Resource documents -> slots and SiteImages. Pure: no request, no clock.

A slot is one item of an image field. Its id is `<type>.<field>/<Drupal
id>.<language>.<file id>`, with `.1` for the second use of a file in one field, by
order: reordering a gallery moves no text, exchanging the file makes another image.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from altsync.errors import BadAnswer
from altsync.models import Flat, Label, SiteImage
from altsync.sources.jsonapi.document import is_name, is_text
from altsync.sources.kinds import LabelField

META = ("alt", "title", "width", "height")
"""What is sent back of an item's meta, as read. Anything else is refused or ignored by
core (213, 266)."""
MISSING = "missing"
"""The id of a file that was deleted (074)."""
LOGS = ("revision_log_message", "revision_log")
_TITLES = ("title", "name", "info", "label", "display_name", "admin_label")
_NUMBERS = {"media": "mid", "node": "nid", "taxonomy_term": "tid", "user": "uid"}
_NOT_NUMBERS = ("drupal_internal__vid", "drupal_internal__revision_id")
_CAPTIONS = ("caption", "legend", "bijschrift", "bildunterschrift")
PAGE_TEXT = 6000
"""Most characters of text beside an image that are mirrored."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What is known of a resource type: from its configured fields and a sample of its
    items."""

    kind: str
    fields: tuple[str, ...]
    """Its image fields, as configured."""
    number: str
    """The attribute with Drupal's own number; `id` (the uuid) where there is none."""
    attributes: tuple[str, ...] = ()
    """Every attribute seen."""
    texts: tuple[str, ...] = ()
    caption: str | None = None
    title: str | None = None
    label: LabelField | None = None

    def wanted(self) -> str:
        """The sparse fieldset of a walk: half the cost of whole items."""
        always = ["langcode", "changed", "status", "default_langcode", "path"]
        own = [
            name
            for name in (self.number, self.title, self.caption)
            if name and name != "id"
        ]
        label = [self.label.field] if self.label else []
        return ",".join(
            dict.fromkeys([*self.fields, *always, *own, *label, *self.texts])
        )

    def to_write(self) -> str:
        """The sparse fieldset of a fresh read and of a PATCH's answer."""
        own = [name for name in (self.number, self.caption) if name and name != "id"]
        label = [self.label.field] if self.label else []
        return ",".join(
            dict.fromkeys([*self.fields, "langcode", "changed", *own, *label, *LOGS])
        )


def learn(
    kind: str,
    fields: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    label: LabelField | None,
) -> Schema:
    """A schema from sample items, which may be none."""
    seen: dict[str, Any] = {}
    for row in rows:
        for name, value in (row.get("attributes") or {}).items():
            if seen.get(name) is None:
                seen[name] = value
    numbers = [
        n for n in seen if n.startswith("drupal_internal__") and n not in _NOT_NUMBERS
    ]
    guess = f"drupal_internal__{_NUMBERS.get(kind.partition('--')[0], 'id')}"
    number = guess if guess in numbers or not seen else numbers[0] if numbers else "id"
    own = {label.field} if label else set()
    texts = [
        n
        for n, v in seen.items()
        if n not in own and (_formatted(v) or (n.startswith("field_") and _prose(v)))
    ]
    caption = next(
        (n for n in seen if n not in own and any(word in n for word in _CAPTIONS)), None
    )
    title = next((n for n in _TITLES if n in seen), None)
    return Schema(
        kind,
        tuple(fields),
        number,
        tuple(seen),
        tuple(n for n in texts if n != caption),
        caption,
        title,
        label,
    )


def _formatted(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("value"), str)
        and "format" in value
    )


def _prose(value: Any) -> bool:
    return isinstance(value, str) and " " in value.strip()


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

    def label(self) -> Label | None:
        """The label that the entity carries. A value that is not configured protects
        the text: HUMAN."""
        config = self.schema.label
        value = self.attributes.get(config.field) if config else None
        if config is None or value is None:
            return None
        shown = _plain(value)
        if shown == _plain(config.ai):
            return Label.AI
        if config.reviewed not in (None, config.human) and shown == _plain(
            config.reviewed
        ):
            return Label.REVIEWED
        return Label.HUMAN

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
            label = None if self.shared_label else self.label()
            flat["label"] = None if label is None else str(label)
        return flat

    def caption(self) -> str | None:
        """The caption field, where it can only belong to this image."""
        if self.schema.caption is None or self.shared_label:
            return None
        return text_of(self.attributes.get(self.schema.caption))


def read(schema: Schema, resource: Mapping[str, Any]) -> Item:
    """A resource object of a checked document -> Item. Parts may be missing (012, 025).
    Raises BadAnswer."""
    uuid, kind = resource["id"], resource["type"]
    attributes = resource.get("attributes") or {}
    links = resource.get("relationships") or {}
    language = attributes.get("langcode") or "und"
    if kind != schema.kind or not isinstance(uuid, str):
        raise BadAnswer(f"The site answered with something else than a {schema.kind}.")
    if (
        not isinstance(language, str)
        or not is_name(language)
        or not is_name(number_of(schema, uuid, attributes))
    ):
        raise BadAnswer(
            f"{schema.kind} {uuid} has a number or a language that is none."
        )
    fields: dict[str, list[dict[str, Any]]] = {}
    many = set()
    slots: list[Slot] = []
    dead = 0
    for name in schema.fields:
        if not isinstance(links.get(name), dict) or "data" not in links[name]:
            continue
        data = links[name]["data"]
        if isinstance(data, list):
            many.add(name)
        items = data if isinstance(data, list) else [data] if data else []
        fields[name] = items
        made, lost = _slots(
            schema, name, items, number_of(schema, uuid, attributes), language
        )
        slots += made
        dead += lost
    unseen = tuple(name for name in schema.fields if name not in fields)
    return Item(
        schema,
        uuid,
        language,
        attributes,
        fields,
        frozenset(many),
        tuple(slots),
        dead,
        unseen,
    )


def number_of(schema: Schema, uuid: str, attributes: Mapping[str, Any]) -> str:
    number = attributes.get(schema.number)
    return uuid if number is None else str(number)


def _slots(
    schema: Schema, name: str, items: list[Any], number: str, language: str
) -> tuple[list[Slot], int]:
    used: Counter[str] = Counter()
    slots, dead = [], 0
    for delta, item in enumerate(items):
        if not isinstance(item, dict) or item.get("id") == MISSING:
            dead += 1
            continue
        meta = item.get("meta")
        if not isinstance(meta, dict) or "alt" not in meta:
            # Taken for empty, it would be filled, perhaps over a person's words.
            raise BadAnswer(
                f"{schema.kind} {number}: the field {name} shows no `alt`. Is it an"
                " image field?"
            )
        for key in ("alt", "title"):
            if meta.get(key) is not None and not is_text(meta[key]):
                raise BadAnswer(
                    f"{schema.kind} {number}: the {key} in {name} is not a text."
                )
        file = str(meta.get("drupal_internal__target_id") or item["id"])
        if not is_name(file):
            raise BadAnswer(
                f"{schema.kind} {number}: the file in {name} has a number that is none."
            )
        again = f".{used[file]}" if used[file] else ""
        used[file] += 1
        slots.append(
            Slot(
                f"{schema.kind}.{name}/{number}.{language}.{file}{again}",
                name,
                delta,
                item,
            )
        )
    return slots, dead


@dataclass(frozen=True, slots=True)
class Addresses:
    """What turns the paths in a document into addresses."""

    base: str
    """The site's address."""
    language_path: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    """File uuid -> URL as the site prints it, mostly root-relative (093)."""


def images(item: Item, addresses: Addresses) -> list[SiteImage]:
    """Every slot of an item as a SiteImage, with the context that stands beside it."""
    schema, a = item.schema, item.attributes
    title = text_of(a.get(schema.title)) if schema.title else None
    label = None if item.shared_label or not item.labelled else item.label()
    page_text = _page_text(item)
    made = []
    for slot in item.slots:
        meta = slot.item["meta"]
        url = addresses.files.get(slot.item["id"])
        album, _, name = slot.id.partition("/")
        raw = {
            "type": schema.kind,
            "uuid": item.uuid,
            "field": slot.field,
            "delta": slot.delta,
            "file": slot.item["id"],
            "meta": meta,
            "changed": a.get("changed"),
            "status": a.get("status"),
            "langcode": item.language,
        }
        made.append(
            SiteImage(
                id=slot.id,
                album=album,
                name=name,
                alt=meta.get("alt"),
                title=meta.get("title"),
                caption=item.caption(),
                label=label,
                has_label=item.labelled,
                language=None if item.language in ("und", "zxx") else item.language,
                image_url=urljoin(addresses.base + "/", url) if url else None,
                page_url=_page_url(item, addresses),
                page_title=title,
                page_text=page_text,
                width=_size(meta.get("width")),
                height=_size(meta.get("height")),
                entity=f"{schema.kind}/{item.uuid}",
                raw=json.dumps(raw),
            )
        )
    return made


def _page_url(item: Item, addresses: Addresses) -> str | None:
    """The page of the entity: its alias, or /node/N. Other entities rarely have a page
    of their own."""
    path = item.attributes.get("path")
    alias = path.get("alias") if isinstance(path, dict) else None
    if not isinstance(alias, str) or not alias.startswith("/") or not is_text(alias):
        if not item.schema.kind.startswith("node--") or item.number == item.uuid:
            return None
        alias = f"/node/{item.number}"
    return addresses.base + addresses.language_path + alias


def _page_text(item: Item) -> str | None:
    parts = []
    names = [
        *item.schema.texts,
        *([item.schema.caption] if item.schema.caption and item.shared_label else []),
    ]
    for name in names:
        text = text_of(item.attributes.get(name))
        if text:
            parts.append(text)
    return "\n\n".join(parts)[:PAGE_TEXT] or None


def _size(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 1_000_000 else None


def _plain(value: Any) -> str:
    """A label's value to compare: Drupal's booleans come as true, 1 or "1"."""
    return str(int(value) if isinstance(value, bool) else value)


class _Words(HTMLParser):
    """The words of a piece of HTML, a line for each block."""

    _BLOCKS = frozenset(
        {
            "p",
            "br",
            "li",
            "div",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "tr",
            "figcaption",
            "blockquote",
        }
    )
    _SILENT = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._muted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._muted += tag in self._SILENT
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._muted -= tag in self._SILENT and self._muted > 0
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._muted:
            self.parts.append(data)


def text_of(value: Any) -> str | None:
    """A text attribute as plain words: a string as it is, formatted text without its
    HTML; None for anything else."""
    if isinstance(value, str):
        return value if is_text(value) else value.encode("utf-8", "replace").decode()
    if not isinstance(value, dict):
        return None
    html = value.get("processed") or value.get("value")
    if not isinstance(html, str):
        return None
    words = _Words()
    words.feed(html.encode("utf-8", "replace").decode())
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).splitlines())
    return "\n".join(line for line in lines if line)
