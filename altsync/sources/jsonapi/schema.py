"""What is known of a resource type, from its configured fields and a sample of its
items. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from altsync.sources.kinds import LabelField

LOGS = ("revision_log_message", "revision_log")
_TITLES = ("title", "name", "info", "label", "display_name", "admin_label")
_NUMBERS = {"media": "mid", "node": "nid", "taxonomy_term": "tid", "user": "uid"}
_NOT_NUMBERS = ("drupal_internal__vid", "drupal_internal__revision_id")
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
    read_only: tuple[str, ...] = ()
    """Those of its fields that are never written."""

    def wanted(self) -> str:
        """The sparse fieldset of a walk: half the cost of whole items."""
        always = ("langcode", "changed", "status", "default_langcode", "path")
        own = self._own(self.number, self.title, self.caption)
        return _joined(self.fields, always, own, self.texts)

    def to_write(self) -> str:
        """The sparse fieldset of a fresh read and of a PATCH's answer."""
        own = self._own(self.number, self.caption)
        return _joined(self.fields, ("langcode", "changed"), own, LOGS)

    def _own(self, *names: str | None) -> list[str]:
        """The attributes among `names` that there are, and the label's."""
        label = self.label.field if self.label else None
        return [name for name in (*names, label) if name and name != "id"]


def _joined(*parts: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(chain.from_iterable(parts)))


def learn(
    kind: str,
    fields: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    label: LabelField | None,
    read_only: Sequence[str] = (),
) -> Schema:
    """A schema from sample items, which may be none. `read_only`: those of `fields`
    that are never written."""
    seen = _first_values(rows)
    own = label.field if label else None
    others = {name: value for name, value in seen.items() if name != own}
    caption = next(filter(_is_caption, others), None)
    texts = [name for name, value in others.items() if _is_text(name, value)]
    return Schema(
        kind,
        tuple(fields),
        number=_number(kind, seen),
        attributes=tuple(seen),
        texts=tuple(name for name in texts if name != caption),
        caption=caption,
        title=next((name for name in _TITLES if name in seen), None),
        label=label,
        read_only=tuple(read_only),
    )


def _first_values(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Every attribute of the rows, with its first value that is not null."""
    seen: dict[str, Any] = {}
    for row in rows:
        for name, value in (row.get("attributes") or {}).items():
            if seen.get(name) is None:
                seen[name] = value
    return seen


def _number(kind: str, seen: Iterable[str]) -> str:
    """The attribute with Drupal's number: by the kind's name, else the first that may
    be one."""
    guess = f"drupal_internal__{_NUMBERS.get(kind.partition('--')[0], 'id')}"
    names = list(seen)
    numbers = [
        name
        for name in names
        if name.startswith("drupal_internal__") and name not in _NOT_NUMBERS
    ]
    if guess in numbers or not names:
        return guess
    return numbers[0] if numbers else "id"


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


def _prose(value: Any) -> bool:
    return isinstance(value, str) and " " in value.strip()


def number_of(schema: Schema, uuid: str, attributes: Mapping[str, Any]) -> str:
    number = attributes.get(schema.number)
    return uuid if number is None else str(number)
