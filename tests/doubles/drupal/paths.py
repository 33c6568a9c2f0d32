"""What a path in a filter or a sort reads, and what a wrong one is answered: the 400 names
the properties of a field, and so its type, to anybody (482-497)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.doubles.drupal.document import Refusal
from tests.doubles.drupal.kinds import ResourceType
from tests.doubles.drupal.model import Entity, State, Translation, epoch, listed

_META = ("alt", "title", "width", "height")
_MOMENTS = ("changed", "created", "content_translation_changed")

Reader = Callable[[Entity, Translation], list[Any]]


def reader(path: str, kind: ResourceType, state: State) -> Reader:
    """What a filter path reads: every value of it, for one translation."""
    name = path.partition(".")[0]
    if path == "id":
        return lambda entity, _: [entity.uuid]
    if path == kind.id_key:
        return lambda entity, _: [entity.id]
    if path == kind.revision:
        return lambda entity, _: [entity.vid]
    if name in kind.texts:
        return _text(path, kind.texts[name])
    if name in kind.attributes:
        return _attribute(path)
    if name not in kind.relationships:
        raise _no_field(name, path)
    return _related(path, kind, state)


def _attribute(path: str) -> Reader:
    name, _, prop = path.partition(".")
    if prop and name != "path":
        raise Refusal(
            400,
            f"Invalid nested filtering. The property `{prop}`, given in the path"
            f" `{path}`, does not exist. Filter by `{name}`, not `{path}` (the JSON:API"
            " module elides property names from single-property fields).",
        )
    if name in _MOMENTS:
        return lambda _, translation: [epoch(translation.attributes.get(name))]
    return lambda _, translation: [translation.attributes.get(name)]


def _related(path: str, kind: ResourceType, state: State) -> Reader:
    name, _, rest = path.partition(".")
    if not rest:
        raise _incomplete(name, path, _specifiers(kind, name))
    if rest in _META and name in kind.images:
        raise Refusal(
            400,
            f"Invalid nested filtering. The property `{rest}`, given in the path"
            f" `{path}` belongs to the meta object of a relationship and must be"
            " preceded by `meta`.",
        )
    if rest.startswith("meta"):
        return _meta(path, kind)
    if name in kind.images:
        return _file(path, state)
    if rest == "id":
        # A paragraph is guarded by way of a reference too (907).
        return lambda _, translation: [
            item["id"]
            for item in listed(translation.relationships.get(name))
            if not item["type"].startswith("paragraph--")
        ]
    return _through(path, kind, state)


def _meta(path: str, kind: ResourceType) -> Reader:
    """A property of the reference itself; `meta` alone finds nothing (494)."""
    name, _, rest = path.partition(".")
    prop = rest.removeprefix("meta").removeprefix(".")
    if prop and f"meta.{prop}" not in _specifiers(kind, name):
        raise _no_field(prop, path)
    return lambda _, translation: [
        item["meta"].get(prop) for item in listed(translation.relationships.get(name))
    ]


_FILE = ("id", "filename", "uri.value", "uri", "filemime", "filesize", "status")


def _file(path: str, state: State) -> Reader:
    """An image's file: its uuid, or one of its attributes."""
    name, _, rest = path.partition(".")
    if rest not in _FILE:
        raise _no_field(rest, path)

    def read(_: Entity, translation: Translation) -> list[Any]:
        items = listed(translation.relationships.get(name))
        files = [state.files[i["id"]] for i in items if i["id"] in state.files]
        if rest == "id":
            return [file.uuid for file in files]
        return [file.attributes().get(rest) for file in files]

    return read


def _no_field(name: str, path: str) -> Refusal:
    return Refusal(
        400,
        f"Invalid nested filtering. The field `{name}`, given in the path `{path}`,"
        " does not exist.",
    )


def _incomplete(name: str, path: str, properties: Sequence[str]) -> Refusal:
    """A path that stops at a field names the field's properties, and so its type, to
    anybody (482-492)."""
    known = ", ".join(f"`{prop}`" for prop in properties)
    return Refusal(
        400,
        f"Invalid nested filtering. The field `{name}`, given in the path `{path}` is"
        f" incomplete, it must end with one of the following specifiers: {known}.",
    )


def _specifiers(kind: ResourceType, name: str) -> tuple[str, ...]:
    target = ("id", "meta.drupal_internal__target_id")
    if name not in kind.images:
        return target
    return (*target, "meta.alt", "meta.title", "meta.width", "meta.height")


def _text(path: str, properties: tuple[str, ...]) -> Reader:
    """One property of a formatted text; `processed` is computed, no column (471)."""
    name, _, prop = path.partition(".")
    if not prop:
        raise _incomplete(name, path, properties)
    if prop == "processed":
        raise Refusal(500, f"Invalid specifier '{prop}'")
    if prop not in properties:
        known = ", ".join(f"`{p}`" for p in properties)
        raise Refusal(
            400,
            f"Invalid nested filtering. The property `{prop}`, given in the path"
            f" `{path}`, does not exist. Must be one of the following property names:"
            f" {known}.",
        )
    return lambda _, t: [item.get(prop) for item in listed(t.attributes.get(name))]


def _through(path: str, kind: ResourceType, state: State) -> Reader:
    """A field of what is referred to. Paragraphs give nothing (516)."""
    name, _, rest = path.partition(".")
    family = kind.targets.get(name)
    readers: dict[str, Reader] = {}
    for target in state.types.values():
        first = rest.partition(".")[0]
        known = first in (*target.attributes, *target.relationships)
        if target.entity_type == family and known:
            readers[target.name] = reader(rest, target, state)
    if not readers:
        raise _no_field(rest.partition(".")[0], path)

    def read(_: Entity, translation: Translation) -> list[Any]:
        found: list[Any] = []
        for item in listed(translation.relationships.get(name)):
            other = state.of(item["type"]).get(item["id"])
            if other is None or family == "paragraph" or other.type not in readers:
                continue
            found += readers[other.type](other, other.translations[other.original])
        return found

    return read
