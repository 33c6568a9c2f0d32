"""Formatted texts in a PATCH: the field is replaced whole, a format is for those who may
use it, and what lacks a value is gone (436-459, 912, 922-932).

`processed` is not stored: `filters.py` makes it anew for each answer.
"""

from __future__ import annotations

from typing import Any

from tests.doubles.drupal.access import Asker
from tests.doubles.drupal.document import Refusal
from tests.doubles.drupal.filters import FORMATS, PLAIN
from tests.doubles.drupal.kinds import ResourceType
from tests.doubles.drupal.model import Translation, listed

Violation = tuple[str, str]


def formatted(value: str, form: str | None, properties: tuple[str, ...]) -> Any:
    """A text as stored."""
    made = {"value": value, "format": form}
    return made | ({"summary": None} if "summary" in properties else {})


def check_properties(kind: ResourceType, attributes: dict[str, Any]) -> None:
    """Raises Refusal 422 for a property that the field's type has not: before anything
    else is looked at (454, 478, 479, 859)."""
    for name, sent in attributes.items():
        for item in listed(sent):
            known = _properties(kind, name)
            if known is None or not isinstance(item, dict):
                continue
            for key in item:
                if key not in known and key != "processed":
                    raise _unknown(kind, name, key, known)


def _properties(kind: ResourceType, name: str) -> tuple[str, ...] | None:
    if name in kind.texts:
        return tuple(p for p in kind.texts[name] if p != "processed")
    return ("value",) if name in kind.strings else None


def _unknown(
    kind: ResourceType, name: str, key: str, known: tuple[str, ...]
) -> Refusal:
    field_type = kind.strings.get(name)
    if field_type is None:
        field_type = "text_with_summary" if "summary" in known else "text_long"
    writable = ", ".join(f"'{p}'" for p in known)
    return Refusal(
        422,
        f"The property '{key}' does not exist on the '{name}' field of type"
        f" '{field_type}'. Writable properties are: {writable}.",
    )


def stored(properties: tuple[str, ...], sent: Any) -> Any:
    """What a sent text becomes. One without a value is empty, format and all (456, 912,
    932), unless a summary keeps it alive, which is refused (450)."""
    if isinstance(sent, list):
        return [item for item in (stored(properties, i) for i in sent) if item]
    if not isinstance(sent, dict):
        return None if sent in (None, "") else formatted(str(sent), None, properties)
    value, summary = sent.get("value"), sent.get("summary")
    if value in (None, "") and not summary:
        return None
    if value is None:
        return {"value": None, "format": sent.get("format"), "summary": summary}
    made = formatted(value, sent.get("format"), properties)
    if "summary" in properties:
        made["summary"] = summary
    return made


def violations(
    kind: ResourceType, asker: Asker, translation: Translation, sent: set[str]
) -> list[Violation]:
    """What validation says of the texts that were sent."""
    found = []
    for name in sorted(kind.texts.keys() & sent):
        data = translation.attributes.get(name)
        for delta, item in enumerate(listed(data)):
            at = f"/data/attributes/{name}" + (
                f"/{delta}" if isinstance(data, list) else ""
            )
            if item["value"] is None:
                null = f"{name}.{delta}.value: This value should not be null."
                found.append((null, at + "/value"))
            if not may_use(asker, item["format"]):
                wrong = f"{name}.{delta}.format: The value you selected is not a valid choice."
                found.append((wrong, at + "/format"))
    return found


def may_use(asker: Asker, form: str | None) -> bool:
    """Text formats by their machine names; no format is anybody's (446)."""
    if form in (None, PLAIN):
        return True
    return form in FORMATS and asker.may(f"use text format {form}")
