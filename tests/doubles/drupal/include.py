"""`?include=`: what the rows refer to, as far as it may be seen, each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.doubles.drupal import sight
from tests.doubles.drupal.access import Asker
from tests.doubles.drupal.document import Refusal, file_resource, resource
from tests.doubles.drupal.kinds import ResourceType
from tests.doubles.drupal.model import State, Translation, listed


@dataclass(frozen=True)
class Asked:
    """Who asked, in which language, below which root, for which fields."""

    asker: Asker
    language: str
    base: str
    fields: dict[str, set[str]]


def paths(include: str, kind: ResourceType) -> list[list[str]]:
    """Raises Refusal 400, which names every relationship, for one that does not exist
    (497, 498)."""
    found = [path.split(".") for path in include.split(",") if path]
    for name, *_ in found:
        if name not in kind.relationships:
            known = ", ".join(kind.relationships)
            raise Refusal(
                400,
                f"`{name}` is not a valid relationship field name. Possible values:"
                f" {known}.",
            )
    return found


def included(
    state: State, asked: Asked, asked_paths: list[list[str]], rows: list[Translation]
) -> list[dict[str, Any]]:
    """What lies along the paths. It is always the default revision, never the one that a
    `target_revision_id` names (532, 533). What is missing or hidden is not there."""
    found: dict[str, dict[str, Any]] = {}
    for path in asked_paths:
        texts = rows
        for name in path:
            texts = [
                t for text in texts for t in _step(state, asked, name, text, found)
            ]
    return list(found.values())


def _step(
    state: State,
    asked: Asked,
    name: str,
    text: Translation,
    found: dict[str, dict[str, Any]],
) -> Iterator[Translation]:
    """One relationship of one row: into `found`, and what the path can go on from."""
    for item in listed(text.relationships.get(name)):
        kind, uuid = item["type"], item["id"]
        if kind == "file--file" and uuid in state.files:
            made = file_resource(state, uuid, asked.base, asked.fields.get(kind))
            found.setdefault(uuid, made)
        entity = state.of(kind).get(uuid)
        if entity is None or kind not in state.types:
            continue
        language = entity.resolve(asked.language, state.fallback)
        translation = entity.translations[language]
        if sight.hidden(state, asked.asker, entity, translation) is not None:
            continue
        if uuid not in found:
            found[uuid] = resource(
                state,
                entity,
                entity.vid,
                translation,
                asked.base,
                fields=asked.fields.get(kind),
                anonymous=asked.asker.user is None,
            )
        yield translation
