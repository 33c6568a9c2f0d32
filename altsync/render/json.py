"""The plan as JSON: the public document of `altsync diff --json`, and its changes back
from it. Pure, and streamed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from altsync.models import (
    Change,
    Conflict,
    Converged,
    Entry,
    Finding,
    Label,
    Origin,
    Severity,
    Summary,
)
from altsync.render.shown import Head, Shown


def change(entry: Change) -> dict[str, Any]:
    """One change; `patch` is RFC 6902 on the flat document."""
    shown: dict[str, Any] = {
        "image": entry.image,
        "title": entry.title,
        "entity": entry.entity,
        "language": entry.language,
        "candidate": entry.candidate,
        "origin": None if entry.origin is None else str(entry.origin),
        "model": entry.model,
        "reviewer": entry.reviewer,
        "patch": entry.patch,
        "findings": [f.as_dict() for f in entry.findings],
    }
    return shown if entry.reverts is None else {**shown, "reverts": entry.reverts}


def change_of(item: Mapping[str, Any]) -> Change:
    """The inverse of `change`: texts and labels are read from its patch.

    Raises KeyError, TypeError or ValueError for what is none. Whether the patch says
    more than a change can is for the caller to compare.
    """
    tested = _values(item["patch"], "test")
    replaced = _values(item["patch"], "replace")
    label = _label(tested.get("/label"))
    found = Change(
        image=item["image"],
        entity=item["entity"],
        language=item["language"],
        candidate=item["candidate"],
        base=tested["/alt"],
        new=replaced["/alt"],
        origin=None if item["origin"] is None else Origin(item["origin"]),
        model=item["model"],
        reviewer=item["reviewer"],
        label=label,
        new_label=_label(replaced["/label"]) if "/label" in replaced else label,
        has_label="/label" in tested,
        findings=tuple(map(_finding, item["findings"])),
        reverts=item.get("reverts"),
        title=item["title"],
    )
    names = (found.image, found.entity, found.reviewer)
    if not all(isinstance(name, str) for name in names):
        raise TypeError("image, entity and reviewer must be texts")
    return found


def _values(patch: Sequence[Mapping[str, Any]], op: str) -> dict[str, Any]:
    return {step["path"]: step["value"] for step in patch if step["op"] == op}


def _label(value: str | None) -> Label | None:
    return None if value is None else Label(value)


def _finding(item: Mapping[str, str]) -> Finding:
    return Finding(item["rule"], Severity(item["severity"]), item["message"])


def conflict(entry: Conflict) -> dict[str, Any]:
    """One conflict: the three texts."""
    shown: dict[str, Any] = {
        "image": entry.image,
        "title": entry.title,
        "candidate": entry.candidate,
        "base": entry.base,
        "site": entry.site,
        "new": entry.new,
    }
    return {**shown, "why": entry.why} if entry.why else shown


def document(
    summary: Summary, entries: Iterable[Entry], asked: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """Pieces of one JSON object. Changes are streamed; what is no change waits, being few.

    `asked` is what the plan was asked for (narrowing and permissions): with it the
    document is a plan that push takes.
    """
    yield (
        f'{{\n  "site": {_dump(summary.site)},\n  "checksum": {_dump(summary.checksum)}'
    )
    if asked is not None:
        yield f',\n  "asked": {_dump(asked)}'
    yield ',\n  "changes": ['
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
            converged.append(
                {
                    "image": entry.image,
                    "candidate": entry.candidate,
                    "site": entry.value,
                }
            )
        else:
            refused.append(
                {
                    **change(entry.change),
                    "permission": entry.permission,
                    "reason": entry.reason,
                }
            )
    yield "]" if first else "\n  ]"
    for name, items in (
        ("conflicts", conflicts),
        ("converged", converged),
        ("refused", refused),
    ):
        yield f',\n  "{name}": ['
        yield ",".join("\n    " + _dump(item) for item in items) + (
            "\n  ]" if items else "]"
        )
    totals = {
        "changes": summary.changes,
        "conflicts": summary.conflicts,
        "converged": summary.converged,
        "refused": summary.refused,
    }
    yield f',\n  "summary": {_dump(totals)}\n}}'


def moved_document(
    head: Head, since: str, until: str, shown: Iterable[Shown]
) -> Iterator[str]:
    """Two moments as one JSON object, streamed: what is no longer as it was, and in
    which numbers."""
    about = {"site": head.site, "from": since, "to": until}
    yield (
        "{\n"
        + "".join(f"  {_dump(k)}: {_dump(v)},\n" for k, v in about.items())
        + '  "changes": ['
    )
    counts = {"new": 0, "changed": 0, "gone": 0}
    for one in shown:
        first = not any(counts.values())
        counts[one.kind] += 1
        item = {
            "image": one.image,
            "kind": one.kind,
            "origin": one.origin,
            "model": one.model,
            "patch": one.patch,
        }
        yield ("" if first else ",") + "\n    " + _dump(item)
    yield (
        "\n  ]" if any(counts.values()) else "]"
    ) + f',\n  "summary": {_dump(counts)}\n}}'


def patch_lines(shown: Iterable[Shown]) -> Iterator[str]:
    """One line per image that changes: its id and one RFC 6902 document."""
    for one in shown:
        if one.patch and one.kind != "refused":
            yield _dump({"image": one.image, "patch": one.patch})


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
