"""What a path in a filter or a sort reads, and what a wrong one is answered: the 400 names
the properties of a field, and so its type, to anybody (482-497)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.doubles.drupal import moderation
from tests.doubles.drupal.document import Refusal
from tests.doubles.drupal.kinds import ResourceType
from tests.doubles.drupal.model import Entity, State, Translation, epoch, listed

_META = ("alt", "title", "width", "height")
_MOMENTS = ("changed", "created", "content_translation_changed")

Reader = Callable[[Entity, Translation], list[Any]]


@dataclass(frozen=True)
class _Path:
    """A path as it was given, and what of it is still to go."""

    whole: str
    left: str

    @property
    def name(self) -> str:
        return self.left.partition(".")[0]

    @property
    def rest(self) -> str:
        return self.left.partition(".")[2]

    def below(self) -> _Path:
        """After the first name; `entity:TYPE` says only what is meant anyway (496)."""
        left = self.rest
        if left.startswith("entity:"):
            left = left.partition(".")[2]
        return _Path(self.whole, left)


def reader(path: str, kind: ResourceType, state: State) -> Reader:
    """What a filter path reads: every value of it, for one translation. Raises Refusal 400
    for what is no path to a value."""
    return _reader(_Path(path, path), kind, state)


def _reader(path: _Path, kind: ResourceType, state: State) -> Reader:
    name = path.name
    if path.left == "id":
        return lambda entity, _: [entity.uuid]
    if path.left == kind.id_key:
        return lambda entity, _: [entity.id]
    if path.left == kind.revision:
        return lambda entity, _: [entity.vid]
    if name in kind.texts:
        return _text(path, kind.texts[name])
    if name == moderation.FIELD and moderation.applies(state, kind.name):
        raise Refusal(500, f"'{name}' not found")  # it is computed (739)
    if name in kind.attributes:
        return _attribute(path)
    if name not in kind.relationships:
        raise _no_field(name, path)
    return _related(path, kind, state)


def _attribute(path: _Path) -> Reader:
    name, prop = path.name, path.rest
    if prop and name != "path":
        raise Refusal(
            400,
            f"Invalid nested filtering. The property `{prop}`, given in the path"
            f" `{path.whole}`, does not exist. Filter by `{name}`, not `{path.whole}` (the JSON:API"
            " module elides property names from single-property fields).",
        )
    if name in _MOMENTS:
        return lambda _, translation: [epoch(translation.attributes.get(name))]
    return lambda _, translation: [translation.attributes.get(name)]


def _related(path: _Path, kind: ResourceType, state: State) -> Reader:
    name, rest = path.name, path.rest
    if not rest:
        raise _incomplete(path, _specifiers(kind, name))
    if rest in _META and name in kind.images:
        raise Refusal(
            400,
            f"Invalid nested filtering. The property `{rest}`, given in the path"
            f" `{path.whole}` belongs to the meta object of a relationship and must be"
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


def _meta(path: _Path, kind: ResourceType) -> Reader:
    """A property of the reference itself; `meta` alone finds nothing (494)."""
    name, rest = path.name, path.rest
    prop = rest.removeprefix("meta").removeprefix(".")
    if prop and f"meta.{prop}" not in _specifiers(kind, name):
        raise _no_field(prop, path)
    return lambda _, translation: [
        item["meta"].get(prop) for item in listed(translation.relationships.get(name))
    ]


_FILE = ("id", "filename", "uri.value", "uri", "filemime", "filesize", "status")


def _file(path: _Path, state: State) -> Reader:
    """An image's file: its uuid, or one of its attributes."""
    name, rest = path.name, path.rest
    if rest not in _FILE:
        raise _no_field(rest, path)

    def read(_: Entity, translation: Translation) -> list[Any]:
        items = listed(translation.relationships.get(name))
        files = [state.files[i["id"]] for i in items if i["id"] in state.files]
        if rest == "id":
            return [file.uuid for file in files]
        return [file.attributes().get(rest) for file in files]

    return read


def _no_field(name: str, path: _Path) -> Refusal:
    return Refusal(
        400,
        f"Invalid nested filtering. The field `{name}`, given in the path `{path.whole}`,"
        " does not exist.",
    )


def _incomplete(path: _Path, properties: Sequence[str]) -> Refusal:
    """A path that stops at a field names the field's properties, and so its type, to
    anybody (482-492)."""
    known = ", ".join(f"`{prop}`" for prop in properties)
    return Refusal(
        400,
        f"Invalid nested filtering. The field `{path.name}`, given in the path `{path.whole}` is"
        f" incomplete, it must end with one of the following specifiers: {known}.",
    )


def _specifiers(kind: ResourceType, name: str) -> tuple[str, ...]:
    target = ("id", "meta.drupal_internal__target_id")
    if name in kind.files:
        return (*target, "meta.display", "meta.description")
    if name not in kind.images:
        return target
    return (*target, "meta.alt", "meta.title", "meta.width", "meta.height")


def _text(path: _Path, properties: tuple[str, ...]) -> Reader:
    """One property of a formatted text; `processed` is computed, no column (471)."""
    name, prop = path.name, path.rest
    if not prop:
        raise _incomplete(path, properties)
    if prop == "processed":
        raise Refusal(500, f"Invalid specifier '{prop}'")
    if prop not in properties:
        known = ", ".join(f"`{p}`" for p in properties)
        raise Refusal(
            400,
            f"Invalid nested filtering. The property `{prop}`, given in the path"
            f" `{path.whole}`, does not exist. Must be one of the following property names:"
            f" {known}.",
        )
    return lambda _, t: [item.get(prop) for item in listed(t.attributes.get(name))]


def _through(path: _Path, kind: ResourceType, state: State) -> Reader:
    """A field of what is referred to. Paragraphs give nothing (516)."""
    name, below = path.name, path.below()
    family = kind.targets.get(name)
    readers: dict[str, Reader] = {}
    for target in state.types.values():
        known = below.name in (*target.attributes, *target.relationships)
        if target.entity_type == family and known:
            readers[target.name] = _reader(below, target, state)
    if not readers:
        raise _no_field(below.name, path)

    def read(_: Entity, translation: Translation) -> list[Any]:
        found: list[Any] = []
        for item in listed(translation.relationships.get(name)):
            other = state.of(item["type"]).get(item["id"])
            if other is None or family == "paragraph" or other.type not in readers:
                continue
            found += readers[other.type](other, other.translations[other.original])
        return found

    return read
