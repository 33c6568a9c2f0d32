"""The recorded site, rebuilt from what a group of recordings shows of it.

Of each thing the first value that was seen is taken: what it was before the group's own
writes. What a PATCH sent is not, but for a guard that passed, which is what was stored.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

from tests.doubles.drupal import content, kinds
from tests.doubles.drupal.access import ADMIN, EDITOR, VIEWER
from tests.doubles.drupal.kinds import TEXT_LONG, ResourceType
from tests.doubles.drupal.model import (
    Entity,
    File,
    State,
    Translation,
    User,
    epoch,
    iso,
    linkage,
    listed,
)
from tests.doubles.drupal.recorded import Exchange, exchanges

ARTICLE = replace(
    kinds.NODE_ARTICLE,
    relationships=(
        *("node_type", "revision_uid", "uid", "field_blocks", "field_gallery"),
        *("field_image", "field_media", "field_tags"),
    ),
    attributes=kinds.NODE_ARTICLE.attributes
    | {"field_notes", "field_rows", "field_teaser", "moderation_state"},
    texts=kinds.NODE_ARTICLE.texts
    | {"field_teaser": TEXT_LONG, "field_rows": TEXT_LONG},
    strings={"field_notes": "string_long"},
    lists=frozenset({"field_blocks", "field_media", "field_tags"}),
    targets=kinds.NODE_ARTICLE.targets | {"field_blocks": "paragraph"},
)
LANDING = replace(
    kinds.NODE_PAGE,
    name="node--landing",
    relationships=("node_type", "revision_uid", "uid"),
    lists=frozenset(),
)
MEDIA_SLIDE = replace(
    kinds.PICTURE_TEXT,
    name="paragraph--media_slide",
    images={},
    relationships=("paragraph_type", "field_media"),
    attributes=kinds.PICTURE_TEXT.attributes - {"field_text"},
    texts={},
)
TYPES = {
    kind.name: kind
    for kind in (
        kinds.MEDIA_IMAGE,
        ARTICLE,
        kinds.AUDIO,
        kinds.BASIC,
        MEDIA_SLIDE,
        kinds.NODE_PAGE,
        replace(kinds.NODE_PAGE, name="node--event"),
        LANDING,
        kinds.PICTURE_TEXT,
        kinds.PICTURES,
        kinds.SECTION,
        kinds.PICTURE_BLOCK,
        kinds.TAGS,
        kinds.COMMENT,
        kinds.EXHIBIT,
    )
}
CONTENT_EDITOR = EDITOR | {
    "edit any event content",
    "edit any landing content",
    "use editorial transition create_new_draft",
    "use editorial transition publish",
    "use text format full_html",
    "view any unpublished content",
}
PEOPLE = {
    "admin": (ADMIN, "1cb37682-549a-4246-a352-f471ae4705d6"),
    "editor": (CONTENT_EDITOR, "fa7c5496-2c34-485a-a0ed-167be2f7fca0"),
    "author": (CONTENT_EDITOR, ""),
    "basic": (CONTENT_EDITOR - {"use text format full_html"}, ""),
    "reader": (VIEWER, ""),
    "own": (VIEWER | {"view own unpublished content"}, ""),
}


UNSEEN = "what stood here before"
"""The alt of a picture that was written before it was read."""
Written = set[tuple[str, str]]
"""(uuid, relationship) of what the group has written so far."""


def recorded(numbers: Collection[int]) -> list[Exchange]:
    """These recordings, in their order."""
    return [exchange for exchange in exchanges() if exchange.number in numbers]


def rebuilt(
    numbers: Collection[int], plain: Callable[[dict[str, Any]], None] | None = None
) -> State:
    """The site as it stood before the first of these recordings. `plain` gives a resource
    that was recorded under other names those that the fake stores."""
    state = State(types=dict(TYPES))
    for uid, (name, (may, uuid)) in enumerate(PEOPLE.items(), 1):
        password = content.PASSWORD.format(name)
        chosen = uuid or content.stable("user", name)
        state.users[name] = User(name, password, chosen, uid, may)
    written: Written = set()
    for exchange in recorded(numbers):
        for resource in _resources(exchange):
            if plain is not None:
                plain(resource)
            _see(state, exchange, resource, written)
    everything = [e for group in state.entities.values() for e in group.values()]
    for entity in everything:
        _relate(state, entity)
    for entity in everything:
        _complete(state, entity)
    for exchange in recorded(numbers):
        _draft(state, exchange)
    return state


def _resources(exchange: Exchange) -> Iterator[dict[str, Any]]:
    """What an answer shows of default revisions."""
    document = exchange.document
    draft = "resourceVersion=" in exchange.path
    if exchange.status != 200 or not isinstance(document, dict) or draft:
        return
    yield from (item for item in listed(document.get("data")) if "links" in item)
    yield from document.get("included", ())


def _draft(state: State, exchange: Exchange) -> None:
    """The newer revision that a working copy shows: what it says otherwise (533)."""
    if exchange.status != 200 or "rel:working-copy" not in exchange.path:
        return
    data = exchange.document["data"]
    entity, kind = state.find(data["id"]), state.types[data["type"]]
    a = dict(data["attributes"])
    vid = a.pop(kind.revision)
    if vid == entity.vid:
        return
    texts = copy.deepcopy(entity.translations)
    texts[entity.original].attributes.update(a)
    for name, part in data["relationships"].items():
        texts[entity.original].relationships[name] = copy.deepcopy(part["data"])
    entity.draft = (vid, texts)


def _see(
    state: State, exchange: Exchange, resource: dict[str, Any], written: Written
) -> None:
    kind = state.types.get(resource["type"])
    if resource["type"] == "file--file":
        _see_file(state, resource)
    if kind is None:
        return
    a = dict(resource.get("attributes", {}))
    links = {
        name: _stored(state, part.get("data"))
        for name, part in resource.get("relationships", {}).items()
    }
    language = a.get("langcode") or _prefix(state, exchange)
    number, vid = a.pop(kind.id_key, 0), a.pop(kind.revision, 0)
    entity = state.of(kind.name).get(resource["id"])
    if entity is None:
        owner = (links.get("uid") or {}).get("id", "")
        made = Translation({}, {})
        entity = Entity(
            kind.name, resource["id"], 0, 0, language, {language: made}, owner
        )
        state.of(kind.name)[entity.uuid] = entity
    if exchange.method == "PATCH" and entity.uuid in exchange.path:
        _unwrite(kind, exchange, a, links)
        sent = json.loads(exchange.body)["data"]
        for name, part in sent.get("relationships", {}).items():
            written.add((entity.uuid, name))
            _stored(state, part["data"])  # its files are on the site
        vid = 0
    entity.id = entity.id or number
    entity.vid = entity.vid or vid or _version(resource)
    mine = entity.translations.setdefault(language, Translation({}, {}))
    for name, value in a.items():
        mine.attributes.setdefault(name, value)
    for name, data in links.items():
        if (entity.uuid, name) in written and name not in mine.relationships:
            for item in listed(data):
                item["meta"]["alt"] = UNSEEN
        mine.relationships.setdefault(name, data)


def _prefix(state: State, exchange: Exchange) -> str:
    first = exchange.path.strip("/").partition("/")[0]
    return first if first in state.languages else state.languages[0]


def _version(resource: dict[str, Any]) -> int:
    href = resource.get("links", {}).get("self", {}).get("href", "")
    number = href.rpartition("id%3A")[2]
    return int(number) if number.isdigit() else 0


def _unwrite(
    kind: ResourceType, exchange: Exchange, a: dict[str, Any], links: dict[str, Any]
) -> None:
    """Take what the PATCH made out of its answer; a guard that passed is what was there."""
    data = json.loads(exchange.body)["data"]
    sent = data.get("attributes", {})
    times = {"changed", kind.guard, kind.revision_time, kind.log}
    for name in {*sent, *times, "revision_translation_affected"}:
        a.pop(name, None)
    for name in {*data.get("relationships", {}), kind.revision_user}:
        links.pop(name, None)
    if kind.guard in sent:
        a[kind.guard] = sent[kind.guard]


def _see_file(state: State, resource: dict[str, Any]) -> None:
    a = resource.get("attributes", {})
    known = state.files.get(resource["id"])
    uri = a.get("uri", {}).get("value", "public://unknown.jpg")
    number = a.get("drupal_internal__fid") or (known.fid if known else 0)
    size = known.size if known else None
    data = b"x" * a.get("filesize", 1)
    mime = a.get("filemime", "image/jpeg")
    file = File(resource["id"], number, uri, mime, data, size)
    file.created = epoch(a.get("changed")) or file.created
    file.owner = resource.get("relationships", {}).get("uid", {}).get("data")
    state.files[file.uuid] = file


def _stored(state: State, data: Any) -> Any:
    """Linkage as stored; a file that it names is on the site."""
    made = copy.deepcopy(data)
    for item in listed(made):
        if item["type"] != "file--file" or item["id"] == "missing":
            continue
        meta = item["meta"]
        meta.pop("arity", None)
        number = meta.get("drupal_internal__target_id", 0)
        file = File(item["id"], number, "public://unknown.jpg", data=b"x")
        known = state.files.setdefault(item["id"], file)
        known.size = known.size or (meta.get("width"), meta.get("height"))
    return made


def _relate(state: State, entity: Entity) -> None:
    """A page and the paragraphs that it lists tell each other's ids."""
    for text in entity.translations.values():
        for name, data in text.relationships.items():
            for item in listed(data):
                child = state.of(item["type"]).get(item["id"])
                if child is None or "target_revision_id" not in item["meta"]:
                    continue
                child.id = child.id or item["meta"]["drupal_internal__target_id"]
                a = child.translations[child.original].attributes
                entity.id = entity.id or int(a.get("parent_id") or 0)
                a.setdefault("parent_field_name", name)
                a.setdefault("parent_type", entity.type.partition("--")[0])
                if entity.id:
                    a.setdefault("parent_id", str(entity.id))


def _complete(state: State, entity: Entity) -> None:
    """What no recording of the group shows, and the fake has to know."""
    kind = state.types[entity.type]
    entity.id = entity.id or state.number(kind.entity_type) + 100_000
    for language, text in entity.translations.items():
        a = text.attributes
        a.setdefault("langcode", language)
        a.setdefault("status", True)
        a.setdefault(kind.guard, iso(content.START))
        for name in kind.relationships:
            many = kind.images.get(name) or name in kind.lists
            text.relationships.setdefault(name, [] if many else None)


def page_of(
    state: State, paragraph: Entity, *, status: bool = True, lists: bool = True
) -> Entity:
    """A page as the paragraph's parent, where no recording shows it. `lists` False: it
    does not list the paragraph any more."""
    a = paragraph.translations[paragraph.original].attributes
    number = int(a["parent_id"])
    a.setdefault("parent_type", "node")
    kind = "paragraph--section" if a["parent_type"] == "paragraph" else "node--page"
    text = Translation({"status": status}, {})
    made = Entity(
        kind, content.stable(kind, number), number, number, "en", {"en": text}
    )
    state.of(kind)[made.uuid] = made
    _complete(state, made)
    if lists:
        attach(state, made, paragraph)
    return made


def attach(state: State, parent: Entity, paragraph: Entity) -> None:
    """The parent lists the paragraph in the field that it names."""
    a = paragraph.translations[paragraph.original].attributes
    name = a.get("parent_field_name") or "field_blocks"
    a.setdefault("parent_field_name", name)
    target = {
        "target_revision_id": paragraph.vid,
        "drupal_internal__target_id": paragraph.id,
    }
    item = {"type": paragraph.type, "id": paragraph.uuid, "meta": target}
    for text in parent.translations.values():
        if all(known["id"] != paragraph.uuid for known in text.relationships[name]):
            text.relationships[name].append(copy.deepcopy(item))


def named(state: State, title: str) -> Entity:
    """The one item that was recorded with this title or name."""
    found = [
        entity
        for group in state.entities.values()
        for entity in group.values()
        for text in entity.translations.values()
        if title in (text.attributes.get("title"), text.attributes.get("name"))
    ]
    assert len(found) == 1
    return found[0]


def words(entity: Entity) -> Translation:
    return entity.translations[entity.original]


def put(state: State, kind: str, uuid: str, number: int = 0, **more: Any) -> Entity:
    """A thing that was on the site and that no recording of the group shows."""
    number = number or state.number(kind.partition("--")[0]) + 200_000
    links: dict[str, Any] = dict.fromkeys(state.types[kind].relationships)
    links |= {name: [] for name in state.types[kind].lists}
    a = {"langcode": "en", "status": True, **more}
    made = Entity(kind, uuid, number, number, "en", {"en": Translation(a, links)})
    state.of(kind)[uuid] = made
    return made


FIRST_PICTURE = "d5246c41-2fe6-4a11-8701-d53183d821a7"
"""The file that the recorded texts show most."""


def pictures_of_texts(state: State) -> None:
    """What the recorded texts show (430-433): files, and media with words, with none
    ('') and with NULL. No recording of the groups has them whole."""
    names = {
        FIRST_PICTURE: ("2026-01/DSC_0000.jpg", (800, 533)),
        content.stable("file", "campus"): ("2026-02/campus-visit-1.jpg", (800, 600)),
    }
    for number, (uuid, (name, size)) in enumerate(names.items(), 900):
        file = File(uuid, number, f"public://{name}", data=b"x")
        state.files.setdefault(uuid, file).size = size
    media: dict[str, tuple[str, tuple[int, int], dict[str, Any]]] = {
        "09ac65fc-2739-4e6e-b686-611ee1f54906": (
            *("2026-02/DSC_0100.jpg", (800, 600)),
            {"alt": "Alt of media A", "title": ""},
        ),
        "1ca4d2f1-b778-4764-8102-d2dce118bbc5": (
            *("2026-03/campus-visit-101.jpg", (800, 600)),
            {"alt": "", "title": ""},
        ),
        "a8dc025d-8035-4347-b794-5ef90b587c42": (
            *("2026-04/IMG_00102.jpg", (600, 600)),
            {"alt": None, "title": "Title 102"},
        ),
    }
    for number, (uuid, (name, size, meta)) in enumerate(media.items(), 910):
        file = File(content.stable(uuid), number, f"public://{name}", data=b"x")
        file.size = size
        state.files[file.uuid] = file
        item = linkage(file, width=size[0], height=size[1], **meta)
        medium = put(state, "media--image", uuid)
        words(medium).relationships["field_media_image"] = item


def rows(state: State, kind: str, numbers: Collection[int], **more: Any) -> None:
    """Rows that lie between those that a recorded list shows."""
    for number in numbers:
        put(state, kind, content.stable(kind, number), number, **more)


def config(kind: str, uuid: str, **attributes: Any) -> dict[str, Any]:
    return {"type": kind, "id": uuid, "attributes": attributes}
