"""The state of the demonstration Drupal: users, files, entities with translations and
revisions, and a clock.

Attributes and linkage are kept in the shape that core's JSON:API prints them, so that a
recording can seed them as is.
"""

from __future__ import annotations

import copy
import time
import uuid as uuids
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.doubles.drupal.kinds import MEDIA_IMAGE, NODE_ARTICLE, ResourceType

if TYPE_CHECKING:
    from tests.doubles.drupal.moderation import Workflow

WRITABLE_META = ("alt", "title", "width", "height")


Stores = Callable[[str | None, str | None], str | None]
"""(what was there, what was sent) -> what is stored."""


def iso(epoch: int) -> str:
    """Seconds since 1970 as core prints them."""
    return datetime.fromtimestamp(epoch, UTC).isoformat()


def epoch(text: Any) -> int | None:
    """The inverse of `iso`, for any offset; None for what is no RFC 3339 time."""
    return _epoch(text) if isinstance(text, str) else None


@lru_cache(65_536)
def _epoch(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int(moment.timestamp()) if moment.tzinfo else None


@dataclass
class User:
    """An account. `may` holds permissions: see `access.py`."""

    name: str
    password: str
    uuid: str = field(default_factory=lambda: str(uuids.uuid4()))
    uid: int = 0
    may: frozenset[str] = frozenset()
    blocked: bool = False


@dataclass
class File:
    """A file entity. `data` None: the bytes are gone from the disk, the entity is still
    there."""

    uuid: str
    fid: int
    uri: str
    filemime: str = "image/jpeg"
    data: bytes | None = b""
    size: tuple[int, int] | None = None
    """Width and height in pixels, as long as the bytes are there."""
    created: int = 1_709_280_000
    written: int = 1_709_280_000
    """When its bytes came to the disk."""
    owner: dict[str, Any] | None = None
    """Linkage of the account that uploaded it."""
    changed: int | None = None
    """None: as it was made."""
    filesize: int = -1
    """As the database has it: it stays where the bytes are overwritten (765, 768)."""
    styled: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    """Image style -> the copy's bytes and when they came to the disk: told by a module,
    jsonapi_image_styles (by its documentation, not recorded)."""

    def __post_init__(self) -> None:
        if self.filesize < 0:
            self.filesize = len(self.data or b"")

    @property
    def url(self) -> str:
        scheme, _, path = self.uri.partition("://")
        root = "/system/files/" if scheme == "private" else "/sites/default/files/"
        return root + quote(path.lstrip("/"))

    def attributes(self, base_path: str = "") -> dict[str, Any]:
        from tests.doubles.drupal.files import derivative

        styles = {name: base_path + derivative(self, name) for name in self.styled}
        module = {"image_style_uri": styles} if styles else {}
        return module | {
            "drupal_internal__fid": self.fid,
            "langcode": "en",
            "filename": self.uri.rpartition("/")[2],
            "uri": {"value": self.uri, "url": base_path + self.url},
            "filemime": self.filemime,
            "filesize": self.filesize,
            "status": True,
            "created": iso(self.created),
            "changed": iso(self.changed or self.created),
        }


@dataclass
class Translation:
    """One language of an entity, without ids and revision data: those are the entity's."""

    attributes: dict[str, Any]
    relationships: dict[str, Any]


@dataclass
class Entity:
    """Anything that is stored: media, node, paragraph, ... `translations` is the default
    revision, `draft` a newer one that is not."""

    type: str
    uuid: str
    id: int
    vid: int
    original: str
    translations: dict[str, Translation]
    owner: str = ""
    """uuid of the user that made it."""
    draft: tuple[int, dict[str, Translation]] | None = None
    revisions: dict[int, dict[str, Translation]] = field(default_factory=dict)

    def resolve(self, language: str, fallback: tuple[str, ...]) -> str:
        """The language that a GET in `language` is answered in: silently another one
        where there is none (098, 099)."""
        for candidate in (language, *fallback):
            if candidate in self.translations:
                return candidate
        return self.original


@dataclass
class Clock:
    """The fake's time. It moves `tick` seconds with every request, so that `changed` (1
    s resolution) tells writes apart; with tick 0 a test can put two writes into one
    second (361-363)."""

    now: int = 1_780_000_000
    tick: int = 2
    real: bool = False
    """Keep up with the computer's clock too, as a site that stays up for a person does.
    """

    def advance(self) -> None:
        self.now = max(self.now + self.tick, int(time.time()) if self.real else 0)


@dataclass
class State:
    """Everything that the site stores."""

    types: dict[str, ResourceType] = field(
        default_factory=lambda: {t.name: t for t in (MEDIA_IMAGE, NODE_ARTICLE)}
    )
    languages: tuple[str, ...] = ("en", "de", "nl")
    """The first is the default: it has no URL prefix."""
    users: dict[str, User] = field(default_factory=dict)
    anonymous: frozenset[str] = frozenset({"access content", "view media"})
    """What a reader without a login may."""
    workflows: tuple[Workflow, ...] = ()
    """Content moderation is on where there is one: see `moderation.py`."""
    files: dict[str, File] = field(default_factory=dict)
    entities: dict[str, dict[str, Entity]] = field(default_factory=dict)
    """Resource type -> uuid -> entity."""
    in_order: bool = False
    """Rows that are not sorted come by their id: so the first recordings have it, and
    later ones not (section 21)."""
    base_path: str = ""
    """Drupal in a sub-path: its file URLs begin with it."""
    others: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Resources of types that the fake only repeats, such as field_config--field_config.
    """
    new_revisions: dict[str, bool] = field(default_factory=dict)
    """Resource type -> does a save make a new revision? True if not said otherwise."""
    stores: Stores | None = None
    """A module's hook_entity_presave (inferred, not recorded): of the alt, or the text,
    that was there and the one that was sent, what is stored. The answer is built from
    what is stored."""
    clock: Clock = field(default_factory=Clock)
    ungranted: set[str] = field(default_factory=set)
    """uuids of nodes that node grants hide from all but those who bypass them."""
    denied: set[str] = field(default_factory=set)
    """uuids of what a module lets nobody see, after the query: named in `meta.omitted`."""
    pinned: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Inline block -> the page whose layout has it, and the block's revision that it
    shows."""
    numbers: dict[str, int] = field(default_factory=dict)
    """Entity type -> the highest id that was ever given."""
    stuck: dict[str, tuple[int, dict[str, Translation]]] = field(default_factory=dict)
    """uuid -> the revision and texts that JSON:API shows of it, whatever is stored: see
    `DemoDrupal.overtaken`."""
    _ids: dict[tuple[str, str], Entity] = field(default_factory=dict)

    @property
    def fallback(self) -> tuple[str, ...]:
        return tuple(reversed(self.languages))

    def of(self, kind: str) -> dict[str, Entity]:
        return self.entities.setdefault(kind, {})

    def find(self, uuid: str) -> Entity:
        """The entity with this uuid, whatever its type. Raises KeyError."""
        for group in self.entities.values():
            if uuid in group:
                return group[uuid]
        raise KeyError(uuid)

    def family(self, entity_type: str) -> Iterator[Entity]:
        """Every entity of this type, of any bundle: they share their ids."""
        for name, group in self.entities.items():
            if name.partition("--")[0] == entity_type:
                yield from group.values()

    def number(self, entity_type: str) -> int:
        """The next id of an entity type; the id of something deleted is not given again."""
        if entity_type not in self.numbers:
            known = (entity.id for entity in self.family(entity_type))
            self.numbers[entity_type] = max(known, default=0)
        self.numbers[entity_type] += 1
        return self.numbers[entity_type]

    def parent(self, paragraph: Entity) -> Entity | None:
        """What lists this paragraph now; None for one that nothing shows any more:
        removed, never attached, its parent deleted (518-520)."""
        text = paragraph.translations[paragraph.original].attributes
        name = str(text.get("parent_field_name"))
        above = self._numbered(text.get("parent_type"), text.get("parent_id"))
        if above is None:
            return None
        texts = above.translations.values()
        links = [i for t in texts for i in listed(t.relationships.get(name))]
        return above if any(i["id"] == paragraph.uuid for i in links) else None

    def _numbered(self, entity_type: Any, number: Any) -> Entity | None:
        """The entity with this id, which paragraphs keep as text."""
        found = self._ids.get((entity_type, number))
        if found is not None and found.uuid in self.of(found.type):
            return found
        for entity in self.family(entity_type) if entity_type and number else ():
            if str(entity.id) == number:
                self._ids[entity_type, number] = entity
                return entity
        return None

    def next_vid(self, entity: Entity) -> int:
        """The number of the next revision: those of an entity type are counted together."""
        kind = entity.type.partition("--")[0]
        last = (max(e.vid, e.draft[0] if e.draft else 0) for e in self.family(kind))
        return 1 + max(last)

    def save(
        self,
        entity: Entity,
        before: dict[str, Translation],
        user: User | None,
        log: str | None = None,
        sent: frozenset[str] = frozenset(),
    ) -> None:
        """Store what was changed in `entity.translations`, as core's save does.

        `changed` moves only where something really changed; a new revision is made
        either way (381-385).
        """
        self.stuck.pop(entity.uuid, None)
        kind = self.types[entity.type]
        now = iso(self.clock.now)
        newer = self.new_revisions.get(entity.type, not kind.in_place)
        if newer and kind.revision:
            entity.revisions[entity.vid] = before
            entity.vid = self.next_vid(entity)
        for language, translation in entity.translations.items():
            a = translation.attributes
            same = language in before and _content(before[language], kind) == _content(
                translation, kind
            )
            if not same and language in before:
                moved = {k: v for k, v in a.items() if k != "langcode"}
                old = {
                    k: v
                    for k, v in before[language].attributes.items()
                    if k != "langcode"
                }
                if (
                    moved != old
                    or translation.relationships != before[language].relationships
                ):
                    self._touch(a, kind, now)
            if newer and kind.log:
                a["revision_translation_affected"] = None if same else True
                a[kind.revision_time] = now
                a[kind.log] = log
                me = (
                    None
                    if user is None
                    else {
                        "type": "user--user",
                        "id": user.uuid,
                        "meta": {"drupal_internal__target_id": user.uid},
                    }
                )
                translation.relationships[kind.revision_user] = me
            elif log is not None:
                a[kind.log] = log
        if newer:
            self._renew_below(entity, sent)

    def _touch(self, attributes: dict[str, Any], kind: ResourceType, now: str) -> None:
        """A paragraph's guard that is NULL in the database stays so (935)."""
        if attributes.get(kind.guard) is not None or kind.guard == "changed":
            attributes[kind.guard] = now

    def _renew_below(self, entity: Entity, sent: frozenset[str] = frozenset()) -> None:
        """A new revision of each paragraph below it, though nothing in them changed (542,
        543, 881). A list that was sent keeps the revisions that it names (911)."""
        renewed: set[str] = set()
        for translation in entity.translations.values():
            for name, data in translation.relationships.items():
                for item in listed(data) if name not in sent else ():
                    below = self.of(item["type"]).get(item["id"])
                    if below is None or "target_revision_id" not in item["meta"]:
                        continue
                    if below.uuid not in renewed:
                        renewed.add(below.uuid)
                        below.revisions[below.vid] = snapshot(below)
                        below.vid = self.next_vid(below)
                        self._renew_below(below)
                    item["meta"]["target_revision_id"] = below.vid


def _content(translation: Translation, kind: ResourceType) -> Any:
    skip = {kind.log, kind.revision_time, "revision_translation_affected", kind.guard}
    links = {
        k: v for k, v in translation.relationships.items() if k != kind.revision_user
    }
    return {k: v for k, v in translation.attributes.items() if k not in skip}, links


def snapshot(entity: Entity) -> dict[str, Translation]:
    """A deep copy of the default revision, taken before an edit."""
    return copy.deepcopy(entity.translations)


def linkage(file: File, **meta: Any) -> dict[str, Any]:
    """One item of an image field, as stored."""
    values = {"alt": None, "title": "", "width": None, "height": None} | meta
    return {
        "type": "file--file",
        "id": file.uuid,
        "meta": {**values, "drupal_internal__target_id": file.fid},
    }


def listed(data: Any) -> list[Any]:
    """Linkage, which is a list, one item or nothing, as a list."""
    if isinstance(data, list):
        return data
    return [data] if data else []
