"""Which fields of a site hold images, whoever asks.

    names    of a type's relationships: all of them, for one request (`properties`)
    kinds    of each: an item that fills it shows it; else the site is asked
    many     an empty field is `[]` where it takes many images, `null` where one

So a field is found that nobody has filled, and a type is passed over for one request
where it has no relationships of its own. A type of which no item can be seen does not
tell its names: there the names are tried that image fields have elsewhere, unless
something renames fields here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from altsync.errors import BadAnswer, NotAllowed, NotThere, Rejected
from altsync.sources.jsonapi import probe, properties, sample
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.content import may_hold_images
from altsync.sources.jsonapi.document import is_blind, listed
from altsync.sources.jsonapi.found import ImageField
from altsync.sources.jsonapi.sample import TypeSample
from altsync.sources.jsonapi.schema import Schema, learn
from altsync.sources.jsonapi.walk import has_next, rows_of

MOST_QUESTIONS = 150
"""Questions about fields that no item tells of, over all types."""
MOST_GUESSES = 3
"""Names tried on a type that shows no item."""
USUAL = ("field_image", "field_media_image")
"""What Drupal's own forms and recipes call an image field."""
SETTINGS = "field_config--field_config"
MOST_SETTINGS = 20
"""Pages of field settings, of 50."""
NOT_FIELDS = frozenset(
    {
        "block_content_type",
        "bundle",
        "comment_type",
        "entity_id",
        "node_type",
        "paragraph_type",
        "parent",
        "pid",
        "revision_uid",
        "revision_user",
        "roles",
        "thumbnail",
        "uid",
        "vid",
    }
)
"""What core itself relates an item to. The thumbnail is a copy that nobody edits (242)."""
_UNREADABLE = (Rejected, NotAllowed, NotThere, BadAnswer)


@dataclass(slots=True)
class FieldSearch:
    """One look over all types. `run` it once."""

    client: Client
    fields: dict[tuple[str, str], ImageField] = field(default_factory=dict)
    samples: dict[str, TypeSample] = field(default_factory=dict)
    """Type -> items, of the types with relationships of their own."""
    types: int = 0
    """Types that were looked at."""
    empty: list[str] = field(default_factory=list)
    """Types that show no item to this login, and of which no field is known."""
    broken: list[str] = field(default_factory=list)
    """Why a type cannot be read, a sentence of each."""
    closed: list[str] = field(default_factory=list)
    """`type.field` that items do not show to this login."""
    unasked: list[str] = field(default_factory=list)
    """`type.field` that were too many to ask about."""
    _left: int = MOST_QUESTIONS
    _counted: dict[str, int | None] = field(default_factory=dict)

    def run(self) -> list[ImageField]:
        """Every image field, those of media first. Raises SourceErrors that are about the
        whole site."""
        told = dict(_settings(self.client))
        for kind in sorted(filter(may_hold_images, self.client.paths)):
            self.types += 1
            try:
                self._look_at(kind, told)
            except _UNREADABLE as error:
                self.broken.append(f"{kind} cannot be read. {error}")
        if not self.client.renames:
            for kind in self.empty:
                self._guess(kind, told)
        known = {kind for kind, _ in self.fields}
        self.empty = [kind for kind in self.empty if kind not in known]
        return sorted(self.fields.values(), key=self._order)

    @property
    def shut(self) -> list[str]:
        """Types of which this login sees no item, and some are hidden from it: what they
        hold is not known."""
        return [k for k, seen in self.samples.items() if seen.hidden and not seen.rows]

    def schema(self, kind: str) -> Schema:
        """What the sample tells of a type."""
        return learn(kind, (), self.sample(kind).rows, None)

    def sample(self, kind: str) -> TypeSample:
        return self.samples.get(kind, TypeSample())

    def _order(self, one: ImageField) -> tuple[bool, str, str]:
        return self.schema(one.kind).entity != "media", one.kind, one.name

    def _look_at(self, kind: str, told: Mapping[tuple[str, str], bool]) -> None:
        names = properties.names_of(self.client, kind)
        if names is None:
            self.samples[kind] = sample.take(self.client, kind)
            if not self.samples[kind].rows:
                self.empty.append(kind)
                return
            names = _shown(self.samples[kind])
        own = [name for name in names if name not in NOT_FIELDS]
        if own and kind not in self.samples:
            self.samples[kind] = sample.take(self.client, kind)
        for name in own:
            if self._holds_images(kind, name, (kind, name) in told):
                self._add(kind, name, told.get((kind, name), True))

    def _holds_images(self, kind: str, name: str, told: bool) -> bool:
        links = [_link(row, name) for row in self.sample(kind).rows]
        data = [link.get("data") for link in links if link is not None]
        if told or any(map(_shows_alt, data)):
            return True
        if any(map(_points_elsewhere, data)):
            return False
        if not data:
            self.closed.append(f"{kind}.{name}")
            return False
        return self._asked(kind, name)

    def _asked(self, kind: str, name: str) -> bool:
        if self._left <= 0:
            self.unasked.append(f"{kind}.{name}")
            return False
        self._left -= 1
        return properties.is_image(self.client, kind, name) is True

    def _guess(self, kind: str, told: Mapping[tuple[str, str], bool]) -> None:
        """Fields of a type of which nothing can be seen."""
        entity = kind.partition("--")[0]
        alike = Counter(
            one.name
            for one in self.fields.values()
            if one.kind.startswith(f"{entity}--")
        )
        settings = [name for one, name in told if one == kind]
        likely = [name for name, _ in alike.most_common(MOST_GUESSES)] or USUAL
        for name in settings or likely:
            if settings or self._asked(kind, name):
                self._add(kind, name, told.get((kind, name), True))

    def _add(self, kind: str, name: str, alt: bool) -> None:
        seen = self.sample(kind)
        links = [_link(row, name) or {} for row in seen.rows]
        data = [link.get("data") for link in links]
        blind = any(map(is_blind, links))
        self.fields[kind, name] = ImageField(
            kind,
            name,
            many=any(isinstance(one, list) for one in data),
            count=self._not_shown(kind, name)
            if blind
            else len(list(filter(listed, data))),
            items=None if blind or seen.whole else self._items(kind),
            looked_at=len(data),
            alt=alt,
            entity=self.schema(kind).entity,
            blind=blind,
        )

    def _not_shown(self, kind: str, name: str) -> int:
        """Items with an image that no document shows, as far as filters find them; 0 where
        that cannot be asked, as of paragraphs (504)."""
        try:
            return probe.count(self.client, kind, name)
        except _UNREADABLE:
            return 0

    def _items(self, kind: str) -> int | None:
        """All items of a type: without a filter, which would hide some (section 15)."""
        if kind not in self._counted:
            try:
                self._counted[kind] = probe.count(self.client, kind, None)
            except _UNREADABLE:
                self._counted[kind] = None
        return self._counted[kind]


def _settings(client: Client) -> Iterator[tuple[tuple[str, str], bool]]:
    """((type, field), asks for alt) from the field settings; nothing for a login that may
    not see them (107-109)."""
    if SETTINGS not in client.paths:
        return
    url = client.url(SETTINGS, None)
    for page in range(MOST_SETTINGS):
        query = [("filter[field_type]", "image"), ("page[offset]", str(50 * page))]
        try:
            document, _ = client.get(url, query)
        except _UNREADABLE:
            return
        for row in rows_of(document):
            yield from _setting(row.get("attributes") or {})
        if not has_next(document):
            return


def _setting(attributes: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], bool]]:
    entity, bundle = attributes.get("entity_type"), attributes.get("bundle")
    if attributes.get("field_type", "image") == "image" and entity and bundle:
        settings = attributes.get("settings")
        alt = not isinstance(settings, dict) or settings.get("alt_field") is not False
        yield (f"{entity}--{bundle}", str(attributes.get("field_name"))), alt


def _shown(seen: TypeSample) -> list[str]:
    names: dict[str, None] = {}
    for row in seen.rows:
        names |= dict.fromkeys(row.get("relationships") or {})
    return list(names)


def _link(row: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    link = (row.get("relationships") or {}).get(name)
    return link if isinstance(link, dict) else None


def _shows_alt(data: Any) -> bool:
    return any("alt" in (item.get("meta") or {}) for item in listed(data))


def _points_elsewhere(data: Any) -> bool:
    """To something that is no file (a deleted one is `missing`: 074)."""
    return any(item.get("type") != "file--file" for item in listed(data))
