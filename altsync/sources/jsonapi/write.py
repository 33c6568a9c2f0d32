"""The one PATCH of an entity in one language. Pure: documents in, document out.

A field that is sent replaces the field (recordings 202, 263), so every item of it goes
back with alt, title, width and height exactly as freshly read, and only the texts that
were asked for are new.

The label belongs to the whole entity. Where the entity can hold several texts it says
nothing of one of them, so it is never read for one, and it is written only where it is
true of all: every text there comes from this write with the same label and the entity
carried none, or a person's words come to an entity that was labelled as a machine's;
and it is taken away when a revert brings back all that was there before.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from altsync.errors import NotThere, PartRefused, Rejected, SourceError
from altsync.models import Flat, Label, is_blank
from altsync.sources.jsonapi import write_texts
from altsync.sources.jsonapi.carriers import MISSING
from altsync.sources.jsonapi.guards import guards
from altsync.sources.jsonapi.says import see
from altsync.sources.jsonapi.schema import LOGS
from altsync.sources.jsonapi.shape import META, Item, Slot
from altsync.sources.labels import value_of

TEXTS: tuple[Literal["alt"], Literal["title"]] = ("alt", "title")
LONGEST = {"alt": 512, "title": 1024}
"""Code points: the width of Drupal's columns. Core's JSON:API does not check it (220);
MySQL would answer 500."""
_SURROGATE = re.compile("[\ud800-\udfff]")
LONGEST_DESCRIPTION = 10_000
"""More than altsync ever proposes: a revert may bring back a longer one of its own."""
PLAIN = (None, "plain_text")
"""Formats that show every text as it is; core's, by its usual name."""
_TAG = re.compile(r"<[a-zA-Z/!?]")


@dataclass(frozen=True, slots=True)
class Body:
    """A PATCH, ready to be sent."""

    attributes: dict[str, Any]
    relationships: dict[str, Any]
    log: str | None
    texts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """Formatted texts, as the answer has to show them again."""

    def document(self, item: Item) -> dict[str, Any]:
        log = {self.log_name(item): self.log} if self.log is not None else {}
        data: dict[str, Any] = {"type": item.schema.kind, "id": item.uuid}
        attributes = {**guards(item), **self.attributes, **self.texts, **log}
        if attributes:
            data["attributes"] = attributes
        if self.relationships:
            data["relationships"] = self.relationships
        return {"data": data}

    @staticmethod
    def log_name(item: Item) -> str:
        return next(name for name in LOGS if name in item.attributes)


def body(
    item: Item, old: Mapping[str, Flat], new: Mapping[str, Flat], message: str
) -> Body | None:
    """What to send so that the slots say `new`; None where nothing differs. Raises
    Rejected, NotThere: not sent; PartRefused: the rest may be sent without them."""
    texts = write_texts.texts(item, old, new)
    in_texts = write_texts.images_by_text(item, new).values()
    apart = set(chain.from_iterable(in_texts))
    new = {image: flat for image, flat in new.items() if image not in apart}
    changes = _changes(item, old, new)
    attributes = {**_label(item, old, new), **_description(item, old, new)}
    if not changes and not attributes and not texts:
        return None
    if texts.keys() & attributes.keys():
        raise Rejected(
            f"{item.schema.kind} {item.number}: one field is named for long descriptions"
            " and holds a picture whose alt text is new. One at a time: nothing was sent."
        )
    relationships = {}
    for field in sorted({field for field, _ in changes}):
        sent = [
            _item(item, field, delta, changes.get((field, delta), {}))
            for delta in range(len(item.fields[field]))
        ]
        relationships[field] = {"data": sent if field in item.many else sent[0]}
    logged = any(name in item.attributes for name in LOGS)
    log = message if logged and message else None
    return Body(attributes, relationships, log, texts)


def _changes(
    item: Item, old: Mapping[str, Flat], new: Mapping[str, Flat]
) -> dict[tuple[str, int], dict[str, Any]]:
    """(field, delta) -> the texts that differ there. Raises NotThere; PartRefused for
    the images whose texts cannot go."""
    slots = {slot.id: slot for slot in item.slots}
    changes = {}
    refused: dict[str, SourceError] = {}
    for image_id, flat in new.items():
        slot = slots.get(image_id)
        if slot is None or image_id not in old:
            raise NotThere(f"{image_id} is not on the site any more.")
        try:
            texts = _texts(item, slot, old[image_id], flat)
        except Rejected as error:
            refused[image_id] = error
            continue
        if texts:
            changes[slot.field, slot.delta] = texts
    if refused:
        raise PartRefused(refused)
    return changes


def _texts(item: Item, slot: Slot, old: Flat, new: Flat) -> dict[str, Any]:
    if slot.field in item.schema.read_only and new != old:
        raise Rejected(
            f"{slot.id}: jsonapi.read_only in altsync.toml names its field, so it is"
            f" not written. {see('read-only-fields')}"
        )
    if "caption" in new and new["caption"] != old.get("caption"):
        raise Rejected(
            f"{slot.id}: altsync writes alt and title through JSON:API, not captions."
        )
    differ = [key for key in TEXTS if key in new and new[key] != old.get(key)]
    for key in differ:
        _fits(f"{slot.id}: the {key}", new[key], LONGEST[key])
    return {key: new[key] for key in differ}


def _fits(what: str, text: str | None, longest: int) -> None:
    """Raises Rejected for a text that Drupal would not keep as it is."""
    if text is None:
        return
    if len(text) > longest:
        raise Rejected(
            f"{what} is {len(text)} characters long and Drupal keeps {longest}."
            f" Shorten it. {see('length')}"
        )
    if _SURROGATE.search(text):
        raise Rejected(f"{what} is not valid Unicode. Write it anew.")


def _item(
    item: Item, field: str, delta: int, texts: Mapping[str, Any]
) -> dict[str, Any]:
    stored = item.fields[field][delta]
    if stored.get("id") == MISSING:
        # Sending it is 404 (230), leaving it out would delete it from the list (263).
        raise Rejected(
            f"{item.schema.kind} {item.number}: another item of {field} points to a"
            " deleted file, and Drupal saves no such list through JSON:API. Remove the"
            f" dead item in Drupal's form, then push again. {see('deleted-files')}"
        )
    meta = {key: stored["meta"][key] for key in META if key in stored["meta"]}
    return {"type": stored["type"], "id": stored["id"], "meta": {**meta, **texts}}


def _label(
    item: Item, old: Mapping[str, Flat], new: Mapping[str, Flat]
) -> dict[str, Any]:
    """The label field to send, or nothing."""
    asked = _asked_labels(old, new)
    config = item.schema.label
    if not asked:
        back = config is not None and _taken_back(item, old, new)
        return {config.field: None} if back and config is not None else {}
    if config is None or not item.labelled:
        raise Rejected(
            "This site has no value for such a label. Check `label` below [jsonapi] in"
            " altsync.toml."
        )
    if asked == {None}:
        return {config.field: None}  # a revert: nobody had said
    label = _strongest(asked)
    if item.shared_label and not _true_of_all(item, new, label):
        return {}
    value: Any = value_of(config, label)
    now = item.attributes[config.field]
    if isinstance(now, bool):
        value = str(value) in ("1", "True", "true")
    return {} if now == value else {config.field: value}


def _description(
    item: Item, old: Mapping[str, Flat], new: Mapping[str, Flat]
) -> dict[str, Any]:
    """The field for long descriptions to send, or nothing.

    Everything beside the text goes back as read: a key that is left out is wiped (445,
    449). An empty field takes a bare text, whatever its type; one with formats then has
    none, and Drupal shows the text as it is, escaped (452).
    """
    asked = {
        flat["long_description"]
        for image_id, flat in new.items()
        if "long_description" in flat
        and flat["long_description"] != old[image_id].get("long_description")
    }
    if not asked:
        return {}
    what = f"{item.schema.kind} {item.number}: the long description"
    if len(asked) > 1 or item.description() is None:
        raise Rejected(f"{what} has no field of its own there. Nothing was sent.")
    (text,) = asked
    _fits(what, text, LONGEST_DESCRIPTION)
    name = item.schema.description
    now = item.attributes[name]
    if not text:
        return {name: None}
    if not isinstance(now, dict):
        return {name: text}
    if now.get("format") not in PLAIN and _TAG.search(text):
        raise Rejected(
            f"{what} holds what reads as HTML, and its field has the text format"
            f" {now['format']!a}, which may show it as such. Rewrite it without, or"
            f" choose a plain format for the field. {see('long-descriptions')}"
        )
    kept = {key: value for key, value in now.items() if key != "processed"}
    return {name: {**kept, "value": text}}


def _asked_labels(old: Mapping[str, Flat], new: Mapping[str, Flat]) -> set[str | None]:
    """The labels that differ from those that were there."""
    return {
        flat["label"]
        for image_id, flat in new.items()
        if "label" in flat and flat["label"] != old[image_id].get("label")
    }


def _strongest(asked: set[str | None]) -> Label:
    """One label for the entity: a person's words among them make it a person's."""
    if Label.HUMAN in asked:
        return Label.HUMAN
    return Label(min(str(one) for one in asked if one is not None))


def _taken_back(item: Item, old: Mapping[str, Flat], new: Mapping[str, Flat]) -> bool:
    """A shared label `ai` speaks of nothing any more: every text after this write is
    empty or is brought back by it.

    A machine's new text always asks for its label; what comes without one is what was
    there before.
    """
    shared = item.labelled and item.shared_label and not item.dead
    if not shared or item.label() is not Label.AI:
        return False
    back = {
        image_id
        for image_id, flat in new.items()
        if flat.get("alt") != old[image_id].get("alt") and flat.get("label") is None
    }
    others = [slot for slot in item.slots if slot.id not in back]
    return bool(back) and all(is_blank(_alt_after(slot, new)) for slot in others)


def _alt_after(slot: Slot, new: Mapping[str, Flat]) -> str | None:
    """The slot's text when the write is done."""
    flat = new.get(slot.id)
    if flat:
        return flat.get("alt")
    alt: str | None = slot.item["meta"].get("alt")
    return alt


def _true_of_all(item: Item, new: Mapping[str, Flat], label: Label) -> bool:
    now = item.label()
    if label is Label.HUMAN and now is Label.AI:
        return True
    return (
        now is None
        and not item.dead
        and all(_says(slot, new, label) for slot in item.slots)
    )


def _says(slot: Slot, new: Mapping[str, Flat], label: Label) -> bool:
    """This slot is empty after the write, or its text comes from it with this label."""
    if is_blank(_alt_after(slot, new)):
        return True
    flat = new.get(slot.id)
    return flat is not None and flat.get("label") == label
