"""The plan as JSON: the public document of `altsync diff --json`. Pure, and streamed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from altsync.models import Change, Conflict, Converged, Entry, Refused, Summary


def change(entry: Change) -> dict[str, Any]:
    """One change; `patch` is RFC 6902 on the flat document."""
    return {
        "image": entry.image,
        "candidate": entry.candidate,
        "origin": str(entry.origin),
        "model": entry.model,
        "reviewer": entry.reviewer,
        "patch": entry.patch,
        "findings": [f.as_dict() for f in entry.findings],
    }


def conflict(entry: Conflict) -> dict[str, Any]:
    """One conflict: the three texts."""
    return {
        "image": entry.image,
        "candidate": entry.candidate,
        "base": entry.base,
        "site": entry.site,
        "new": entry.new,
    }


def document(summary: Summary, entries: Iterable[Entry]) -> Iterator[str]:
    """Pieces of one JSON object. Changes are streamed; what is no change waits, being few."""
    yield f'{{\n  "site": {json.dumps(summary.site)},\n  "checksum": {json.dumps(summary.checksum)},\n  "changes": ['
    conflicts: list[dict[str, Any]] = []
    converged: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    first = True
    for entry in entries:
        if isinstance(entry, Change):
            yield ("" if first else ",") + "\n    " + _dump(change(entry))
            first = False
        elif isinstance(entry, Conflict):
            conflicts.append(conflict(entry))
        elif isinstance(entry, Converged):
            converged.append({"image": entry.image, "candidate": entry.candidate, "site": entry.value})
        elif isinstance(entry, Refused):
            refused.append({**change(entry.change), "permission": entry.permission, "reason": entry.reason})
    yield "]" if first else "\n  ]"
    for name, items in (("conflicts", conflicts), ("converged", converged), ("refused", refused)):
        yield f',\n  "{name}": ['
        yield ",".join("\n    " + _dump(item) for item in items) + ("\n  ]" if items else "]")
    totals = {
        "changes": summary.changes,
        "conflicts": summary.conflicts,
        "converged": summary.converged,
        "refused": summary.refused,
    }
    yield f',\n  "summary": {_dump(totals)}\n}}'


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
