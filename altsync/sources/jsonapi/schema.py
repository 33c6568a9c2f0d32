"""What is known of a resource type, from its configured fields and a sample of its
items. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile
from typing import Any

from altsync.sources.jsonapi.carriers import MISSING, listing_fields
from altsync.sources.jsonapi.content import entity_of
from altsync.sources.jsonapi.document import listed
from altsync.sources.jsonapi.guards import BESIDE, TRANSLATED
from altsync.sources.kinds import LabelField

LOGS = ("revision_log_message", "revision_log")
BELONGS = {
    "paragraph": ("parent_id", "parent_type", "parent_field_name"),
    "block_content": ("reusable",),
}
"""What an item of these entity types says of that which it belongs to."""
_TITLES = (
    "title",
    "name",
    "info",
    "label",
    "headline",
    "display_name",
    "admin_label",
)
_NUMBERS = {
    "media": "mid",
    "node": "nid",
    "taxonomy_term": "tid",
    "user": "uid",
    "comment": "cid",
}
_REVISIONS = ("drupal_internal__vid", "drupal_internal__revision_id")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*\Z")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+Z-]")
_SAVED = re.compile("chang|updat|modif", re.IGNORECASE)
_CAPTIONS = ("caption", "legend", "bijschrift", "bildunterschrift")


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
    description: str = ""
    """The attribute that takes a long description; '' for none."""
    read_only: tuple[str, ...] = ()
    """Those of its fields that are never written."""
    entity: str = ""
    """The entity type (`node`, `media`), also where the resource type was renamed; ''
    where nothing tells."""
    langcode: str = "langcode"
    """The attribute that is core's `langcode`, whatever jsonapi_extras calls it."""
    changed: str = "changed"
    """The attribute that is core's `changed`, whatever jsonapi_extras calls it."""
    lists: tuple[str, ...] = ()
    """Fields in which an item of the sample lists paragraphs."""
    carries: tuple[str, ...] = ()
    """Fields in which the items of this walk may list paragraphs."""
    html: tuple[str, ...] = ()
    """Its fields with formatted texts of which every picture is an image."""
    externals: bool = False
    """Pictures in these texts that are no files of the site are in reach."""
    picture: str = ""
    """Of a type of media: the field with the picture that it shows; '' where it shows
    none of its own, as a video."""

    def query(self) -> list[tuple[str, str]]:
        """What a question for items of the type asks of each, for all their images."""
        asked = [(f"fields[{self.kind}]", self.wanted())]
        if self.fields:
            asked += [
                ("include", ",".join(self.fields)),
                ("fields[file--file]", "uri"),
            ]
        return asked

    def wanted(self) -> str:
        """The sparse fieldset of a walk: half the cost of whole items."""
        always = (
            self.langcode,
            self.changed,
            TRANSLATED,
            "status",
            "default_langcode",
            "path",
        )
        own = self._own(self.number, self.title, self.caption)
        belongs = (*self.carries, *self._belongs())
        return _joined(self.fields, self.html, always, own, self.texts, belongs)

    def to_write(self) -> str:
        """The sparse fieldset of a fresh read and of a PATCH's answer."""
        own = self._own(self.number, self.caption)
        always = (self.langcode, self.changed, *BESIDE, "moderation_state")
        return _joined(self.fields, self.html, always, own, LOGS, self._belongs())

    def _belongs(self) -> tuple[str, ...]:
        """What tells whether an item stands by itself."""
        return BELONGS.get(self.entity, ())

    def _own(self, *names: str | None) -> list[str]:
        """The attributes among `names` that there are, and those that altsync writes."""
        label = self.label.field if self.label else None
        own = (*names, label, self.description)
        return [name for name in own if name and name != "id"]


def _joined(*parts: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(chain.from_iterable(parts)))


def learn(
    kind: str,
    fields: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    label: LabelField | None,
    read_only: Sequence[str] = (),
    number: str | None = None,
    description: str = "",
) -> Schema:
    """A schema from sample items, which may be none. `read_only`: those of `fields`
    that are never written. `number`: the number attribute, where no item tells it.
    `description`: the one for long descriptions, which need not be there."""
    seen = _first_values(rows)
    own = (label.field if label else None, description)
    others = {name: value for name, value in seen.items() if name not in own}
    caption = next(filter(_is_caption, others), None)
    texts = [name for name, value in others.items() if _is_text(name, value)]
    learnt = _number(seen, versioned=any(map(_is_versioned, rows)))
    entity = entity_of(kind, rows)
    return Schema(
        kind,
        tuple(fields),
        number=learnt or number or "id",
        attributes=tuple(seen),
        texts=tuple(name for name in texts if name != caption),
        caption=caption,
        title=next((name for name in _TITLES if name in seen), None),
        label=label,
        description=description,
        read_only=tuple(read_only),
        entity=entity,
        langcode=_langcode(seen),
        changed=_changed(seen),
        lists=tuple(dict.fromkeys(chain.from_iterable(map(listing_fields, rows)))),
        picture=_picture(fields, rows) if entity == "media" else "",
    )


def _first_values(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Every attribute of the rows, with its first value that is not null."""
    seen: dict[str, Any] = {}
    for row in rows:
        for name, value in (row.get("attributes") or {}).items():
            if seen.get(name) is None:
                seen[name] = value
    return seen


def usual_number(entity: str) -> str:
    """The attribute that has the number of such an entity where nobody renamed it."""
    return f"drupal_internal__{_NUMBERS.get(entity, 'id')}"


def _number(seen: Mapping[str, Any], *, versioned: bool) -> str | None:
    """The attribute with Drupal's number; None where none is sure to be it.

    jsonapi_extras may rename it (811) or hide it (828). Core prints an entity's number
    first and the number of its revision, where there is one (`versioned`), second. One
    alone may be either: the uuid is then the number, for a number that moves with each
    save would make another image of each.
    """
    for name in seen:
        if name.startswith("drupal_internal__") and name not in _REVISIONS:
            return name
    leading = list(takewhile(lambda name: type(seen[name]) is int, list(seen)[:2]))
    if not leading or leading[0] in _REVISIONS:
        return None
    sure = len(leading) > 1 or not versioned or any(name in seen for name in _REVISIONS)
    return leading[0] if sure else None


def _is_versioned(row: Mapping[str, Any]) -> bool:
    """The item has revisions: its own link names the one that is shown."""
    links = row.get("links")
    link = links.get("self") if isinstance(links, dict) else None
    href = link.get("href") if isinstance(link, dict) else None
    return isinstance(href, str) and "resourceVersion=" in href


def _langcode(seen: Mapping[str, Any]) -> str:
    """Where it was renamed: one of the first attributes, and a language code."""
    if "langcode" in seen:
        return "langcode"
    first = [name for name in list(seen)[:3] if name not in _TITLES]
    return next((name for name in first if _is_language(seen[name])), "langcode")


def _is_language(value: Any) -> bool:
    return isinstance(value, str) and _LANGUAGE.match(value) is not None


def _changed(seen: Mapping[str, Any]) -> str:
    """Where it was renamed: the one moment whose name speaks of a change (806, 843), and
    that is no field of the site's own: as a guard, that would refuse every write."""
    if "changed" in seen:
        return "changed"
    moments = [name for name in seen if _is_moment(name, seen[name])]
    alone = len(moments) == 1 and not moments[0].startswith("field_")
    return moments[0] if alone else "changed"


def _is_moment(name: str, value: Any) -> bool:
    own = not name.startswith(("revision", "content_translation"))
    is_time = isinstance(value, str) and _MOMENT.match(value) is not None
    return own and is_time and _SAVED.search(name) is not None


def _is_caption(name: str) -> bool:
    return any(word in name for word in _CAPTIONS)


def _is_text(name: str, value: Any) -> bool:
    return _formatted(value) or (name.startswith("field_") and _prose(value))


def _formatted(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("value"), str)
        and "format" in value
    )


def _picture(fields: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """A medium that takes its source from elsewhere, or from a file that is no image,
    shows that."""
    shown: dict[str, bool] = {}
    for row in rows:
        if any("oembed" in name for name in row.get("attributes") or {}):
            return ""
        for name, link in (row.get("relationships") or {}).items():
            for item in _files(name, link):
                shown[name] = "alt" in (item.get("meta") or {})
    if not all(shown.values()):
        return ""
    return next(chain(shown, fields), "")


def _files(name: str, link: Any) -> list[Mapping[str, Any]]:
    """The files that a relationship points to. The thumbnail is a copy (242); of a file
    that was deleted nothing is told (074)."""
    data = link.get("data") if isinstance(link, Mapping) else None
    if name == "thumbnail":
        return []
    return [
        one
        for one in listed(data)
        if one.get("type") == "file--file" and one.get("id") != MISSING
    ]


def _prose(value: Any) -> bool:
    return isinstance(value, str) and " " in value.strip()


def number_of(schema: Schema, uuid: str, attributes: Mapping[str, Any]) -> str:
    number = attributes.get(schema.number)
    return uuid if number is None else str(number)
