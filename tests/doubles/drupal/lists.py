"""Collections: which rows a list shows, which it names as omitted, and which it hides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from tests.doubles.drupal import configs, include, sight
from tests.doubles.drupal.calls import Call, Reply
from tests.doubles.drupal.document import (
    JSONAPI,
    file_resource,
    label_only,
    omitted,
    resource,
)
from tests.doubles.drupal.kinds import EMPTY, FILE, ResourceType
from tests.doubles.drupal.model import Entity, File, State, Translation
from tests.doubles.drupal.query import beginning, conditions, ordered

Row = tuple[Entity, int, Translation]
_CONFIG = {
    "configurable_language--configurable_language": "administer languages",
    "field_config--field_config": "administer {} fields",
    "field_storage_config--field_storage_config": "administer {} fields",
    "filter_format--filter_format": "administer filters",
    "image_style--image_style": "administer image styles",
    "jsonapi_resource_config--jsonapi_resource_config": "administer site configuration",
    "view--view": "administer views",
    "workflow--workflow": "administer workflows",
}
"""Configuration -> the permission without which every row of it is omitted (107-109, 466,
481, 740, 741, 874, 918)."""


def collection(state: State, call: Call, name: str) -> Reply:
    """The answer to a GET of a type's list."""
    if name == FILE.name:
        files = [as_row(file, state.base_path) for file in state.files.values()]
        return _listed(state, call, FILE, files)
    if name in state.types:
        rows = list(state.of(name).values())
        return _listed(state, call, state.types[name], rows)
    if name in EMPTY and name not in state.others:
        return _listed(state, call, EMPTY[name], [])
    return _repeated(state, call, name)


def as_row(file: File, base_path: str) -> Entity:
    """A file as a row: it has one language, and no revision."""
    text = Translation(file.attributes(base_path), {"uid": None})
    owner = (file.owner or {}).get("id", "")
    return Entity(FILE.name, file.uuid, file.fid, 0, "en", {"en": text}, owner)


def _listed(
    state: State, call: Call, kind: ResourceType, entities: list[Entity]
) -> Reply:
    query = call.query
    passes = conditions(query, kind, state) if query.filtered else None
    offset, limit = query.page()
    rows = ordered(entities, query.one("sort"), kind, state)
    rows = rows[beginning(query, kind, rows) :]
    skipped = 0
    if passes is None and not state.ungranted:
        skipped = min(offset, len(rows))  # every row is kept
    kept = _kept(state, call, passes, rows[skipped:])
    # One more than the page: there is a next.
    shown = list(islice(kept, offset - skipped + limit + 1))
    page = shown[offset - skipped :][:limit]
    return _page(
        state, call, kind, page, _links(call, offset, limit, skipped + len(shown))
    )


def _kept(
    state: State,
    call: Call,
    passes: Callable[[Entity, Translation], bool] | None,
    rows: list[Entity],
) -> Iterator[Row]:
    """The rows that the query finds. With a filter those that may not be seen vanish in
    it, without a trace (041, 043)."""
    draft = call.query.one("resourceVersion") == "rel:working-copy"
    for entity in rows:
        vid, texts = entity.vid, entity.translations
        if draft and entity.draft:
            vid, texts = entity.draft
        translation = texts[entity.resolve(call.language, state.fallback)]
        if not sight.granted(state, call.asker, entity):
            continue
        if passes is not None:
            if not sight.filtered(state, call.asker, entity, translation):
                continue
            if not any(passes(entity, text) for text in texts.values()):
                continue
        yield entity, vid, translation


def _page(
    state: State, call: Call, kind: ResourceType, page: list[Row], links: dict[str, Any]
) -> Reply:
    hidden, data, kept = [], [], []
    for entity, vid, translation in page:
        why = sight.hidden(state, call.asker, entity, translation)
        if why is None:
            data.append(printed(state, call, entity, vid, translation))
            kept.append(translation)
        elif kind.entity_type in sight.LABELLED:
            fields = call.query.fields().get(kind.name)
            data.append(label_only(state, entity, translation, call.base, fields))
        else:
            hidden.append((_href(call, kind.name, entity.uuid), why))
    body: dict[str, Any] = {"jsonapi": JSONAPI, "data": data}
    if call.query.one("include") and page:  # of no row it is never looked at (500)
        found = included(state, call, kind, kept)  # of hidden ones it is
        body |= {"included": found} if data else {}
    if hidden:
        body["meta"] = omitted(hidden)
    return Reply(body=body | {"links": links})


def _links(call: Call, offset: int, limit: int, total: int) -> dict[str, Any]:
    query, url = call.query, call.url.partition("?")[0]
    links = {}
    if offset > 0:
        links["first"] = {"href": query.link(url, 0, limit)}
    if offset + limit < total:
        links["next"] = {"href": query.link(url, offset + limit, limit)}
    if offset > 0:
        links["prev"] = {"href": query.link(url, max(0, offset - limit), limit)}
    return links | {"self": {"href": call.url}}


def _repeated(state: State, call: Call, name: str) -> Reply:
    """Types that the fake only repeats; configuration is for administrators."""
    offset, limit = call.query.page()
    rows = configs.rows(state, name, call.base)
    page = rows[offset : offset + limit]
    body: dict[str, Any] = {"jsonapi": JSONAPI, "data": page}
    locked = _CONFIG.get(name)
    if locked is not None and page:
        needed = [_needed(locked, row) for row in page]
        if not call.asker.may(needed[0]):
            reason = f"{sight.DENIED} The '{{}}' permission is required."
            body["data"] = []
            body["meta"] = omitted(
                [
                    (_href(call, name, row["id"]), reason.format(permission))
                    for row, permission in zip(page, needed, strict=True)
                ]
            )
    return Reply(body=body | {"links": _links(call, offset, limit, len(rows))})


def _needed(permission: str, row: dict[str, Any]) -> str:
    return permission.format(row["attributes"].get("entity_type"))


def _href(call: Call, name: str, uuid: str) -> str:
    return f"{call.base}/{name.replace('--', '/')}/{uuid}"


def printed(
    state: State, call: Call, entity: Entity, vid: int, translation: Translation
) -> dict[str, Any]:
    """One row, or the one item that a GET is about."""
    fields = call.query.fields().get(entity.type)
    if entity.type == FILE.name:
        return file_resource(state, entity.uuid, call.base, fields)
    if vid == entity.vid and entity.uuid in state.stuck:
        vid, texts = state.stuck[entity.uuid]
        language = translation.attributes["langcode"]
        translation = texts.get(language, translation)
    return resource(
        state,
        entity,
        vid,
        translation,
        call.base,
        fields=fields,
        anonymous=call.asker.user is None,
    )


def included(
    state: State, call: Call, kind: ResourceType, texts: list[Translation]
) -> list[dict[str, Any]]:
    """What `?include=` asks for. Raises Refusal 400 for what is no relationship."""
    paths = include.paths(call.query.one("include") or "", kind)
    asked = include.Asked(call.asker, call.language, call.base, call.query.fields())
    return include.included(state, asked, paths, texts)
