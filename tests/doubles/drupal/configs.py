"""Rows of configuration: the site's languages and workflows (740-743). Who may not
administer them gets a count of omitted ones: `lists.py`."""

from __future__ import annotations

from typing import Any

from tests.doubles.drupal.content import stable
from tests.doubles.drupal.model import State

LABELS = {"de": "German", "en": "English", "fr": "French", "nl": "Dutch"}
LANGUAGE = "configurable_language--configurable_language"
_LOCKED = {"und": ("Not specified", 2), "zxx": ("Not applicable", 3)}


def rows(state: State, name: str, base: str) -> list[dict[str, Any]]:
    """Every resource of a type that is only repeated, whoever asks."""
    if name in state.others:
        return state.others[name]
    if name == LANGUAGE:
        found = [
            _row(name, code, label=label_of(code), weight=0, locked=False)
            for code in sorted(state.languages)
        ]
        found += [
            _row(name, code, label=label, weight=weight, locked=True)
            for code, (label, weight) in _LOCKED.items()
        ]
    elif name == "workflow--workflow":
        found = [_row(name, w.name, label=w.label) for w in state.workflows]
    else:
        return []
    for row in found:
        href = f"{base}/{name.replace('--', '/')}/{row['id']}"
        row["links"] = {"self": {"href": href}}
    return found


def label_of(language: str) -> str:
    return LABELS.get(language, language)


def _row(name: str, number: str, **attributes: Any) -> dict[str, Any]:
    return {
        "type": name,
        "id": stable(name, number),
        "links": {},
        "attributes": {"drupal_internal__id": number, "direction": "ltr", **attributes},
    }
