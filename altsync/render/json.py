"""The plan as JSON: the public document of `altsync diff --json`, and its changes back
from it. Pure, and streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from altsync.models import (
    Change,
    Conflict,
    Converged,
    Entry,
    Finding,
    Label,
    Origin,
    Refused,
    Severity,
    Summary,
)
from altsync.render import standing
from altsync.render.shown import Head, Shown
from altsync.render.text import json_text

if TYPE_CHECKING:
    from altsync.documents.plan import (
        ChangeItem,
        ConflictItem,
        ConvergedItem,
        FindingItem,
        MovedItem,
        MovedKind,
        MovedOperationItem,
        OperationItem,
        RefusedItem,
    )
    from altsync.documents.seen import WhereItem

    Rest = dict[str, list[Any]]


def change(entry: Change) -> ChangeItem:
    """One change; `patch` is RFC 6902 on the flat document."""
    shown: ChangeItem = {
        "image": entry.image,
        "title": entry.title,
        "entity": entry.entity,
        "language": entry.language,
        "candidate": entry.candidate,
        "origin": entry.origin,
        "model": entry.model,
        "reviewer": entry.reviewer,
        "patch": cast("list[OperationItem]", entry.patch),
        "findings": list(map(_found, entry.findings)),
    }
    if entry.reverts is not None:
        shown["reverts"] = entry.reverts
    if entry.over_person:
        shown["replaces_human"] = True
    if entry.replaces:
        shown["replaces"] = entry.replaces.split(",")
    if entry.kept_back:
        shown["kept_back"] = entry.kept_back
    if where := _where(entry):
        shown["where"] = where
    return shown


def _found(finding: Finding) -> FindingItem:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
    }


def _where(entry: Change | Conflict | Converged | Shown) -> WhereItem | None:
    """Where an image in a text stands: for people, and read back by nobody."""
    return standing.as_dict(entry.image, entry.where)


def change_of(item: Mapping[str, Any]) -> Change:
    """The inverse of `change`: texts and labels are read from its patch.

    Raises KeyError, TypeError or ValueError for what is none. Whether the patch says
    more than a change can is for the caller to compare.
    """
    tested = _values(item["patch"], "test")
    replaced = _values(item["patch"], "replace")
    label = new_label = _label(tested.get("/label"))
    if "/label" in replaced:
        new_label = _label(replaced["/label"])
    found = Change(
        image=item["image"],
        entity=item["entity"],
        language=item["language"],
        candidate=item["candidate"],
        base=tested["/alt"],
        new=replaced["/alt"],
        origin=_origin(item["origin"]),
        model=item["model"],
        reviewer=item["reviewer"],
        label=label,
        new_label=new_label,
        has_label="/label" in tested,
        findings=tuple(map(_finding, item["findings"])),
        reverts=item.get("reverts"),
        title=item["title"],
        described=_described(tested, replaced),
        kept_back=item.get("kept_back", ""),
        in_text="/place" in tested,
        place=tested.get("/place"),
        over_person=item.get("replaces_human") is True,
        replaces=",".join(item.get("replaces", ())) or None,
    )
    names = (found.image, found.entity, found.reviewer)
    if not all(isinstance(name, str) for name in names):
        raise TypeError("image, entity and reviewer must be texts")
    return found


def _described(
    tested: Mapping[str, Any], replaced: Mapping[str, Any]
) -> tuple[str, str] | None:
    """The long description before and after, where the patch speaks of it."""
    if "/long_description" not in replaced:
        return None
    return tested["/long_description"], replaced["/long_description"]


def _values(patch: Sequence[Mapping[str, Any]], op: str) -> dict[str, Any]:
    return {step["path"]: step["value"] for step in patch if step["op"] == op}


def _origin(value: str | None) -> Origin | None:
    return None if value is None else Origin(value)


def _label(value: str | None) -> Label | None:
    return None if value is None else Label(value)


def _finding(item: Mapping[str, str]) -> Finding:
    return Finding(item["rule"], Severity(item["severity"]), item["message"])


def conflict(entry: Conflict) -> ConflictItem:
    """One conflict: the three texts."""
    shown: ConflictItem = {
        "image": entry.image,
        "title": entry.title,
        "candidate": entry.candidate,
        "base": entry.base,
        "site": entry.site,
        "new": entry.new,
    }
    if entry.why:
        shown["why"] = entry.why
    if where := _where(entry):
        shown["where"] = where
    return shown


def _converged(entry: Converged) -> ConvergedItem:
    shown: ConvergedItem = {
        "image": entry.image,
        "candidate": entry.candidate,
        "site": entry.value,
    }
    if where := _where(entry):
        shown["where"] = where
    return shown


def _refused(entry: Refused) -> RefusedItem:
    return {
        **change(entry.change),
        "permission": entry.permission,
        "reason": entry.reason,
    }


def document(
    summary: Summary, entries: Iterable[Entry], asked: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """Pieces of one JSON object. Changes are streamed; what is no change waits, being few.

    `asked` is what the plan was asked for (narrowing and permissions): with it the
    document is a plan that push takes.
    """
    yield f'{{\n  "site": {json_text(summary.site)},\n'
    yield f'  "checksum": {json_text(summary.checksum)},\n'
    if asked is not None:
        yield f'  "asked": {json_text(asked)},\n'
    rest: Rest = {"conflicts": [], "converged": [], "refused": []}
    yield '  "changes": '
    yield from _array(_changes(entries, rest))
    for name, items in rest.items():
        yield f',\n  "{name}": '
        yield from _array(items)
    totals = {
        "changes": summary.changes,
        "conflicts": summary.conflicts,
        "converged": summary.converged,
        "refused": summary.refused,
    }
    yield f',\n  "summary": {json_text(totals)}\n}}'


def _changes(entries: Iterable[Entry], rest: Rest) -> Iterator[ChangeItem]:
    """The changes; what is none goes into `rest`."""
    for entry in entries:
        if isinstance(entry, Change):
            yield change(entry)
        elif isinstance(entry, Conflict):
            rest["conflicts"].append(conflict(entry))
        elif isinstance(entry, Converged):
            rest["converged"].append(_converged(entry))
        else:
            rest["refused"].append(_refused(entry))


def _array(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A JSON array as a value of the outermost object, one item a line."""
    yield "["
    after = "]"
    for item in items:
        yield ("\n    " if after == "]" else ",\n    ") + json_text(item)
        after = "\n  ]"
    yield after


def moved_document(
    head: Head, since: str, until: str, shown: Iterable[Shown]
) -> Iterator[str]:
    """Two moments as one JSON object, streamed: what is no longer as it was, and in
    which numbers."""
    yield "{\n"
    for name, value in (("site", head.site), ("from", since), ("to", until)):
        yield f"  {json_text(name)}: {json_text(value)},\n"
    counts = {"new": 0, "changed": 0, "gone": 0}
    yield '  "changes": '
    yield from _array(_counted(shown, counts))
    yield f',\n  "summary": {json_text(counts)}\n}}'


def _counted(shown: Iterable[Shown], counts: dict[str, int]) -> Iterator[MovedItem]:
    """What moved, counted by its kind."""
    for one in shown:
        counts[one.kind] += 1
        told: MovedItem = {
            "image": one.image,
            "kind": cast("MovedKind", one.kind),
            "origin": None if one.origin is None else Origin(one.origin),
            "model": one.model,
            "patch": cast("list[MovedOperationItem]", one.patch),
        }
        if where := _where(one):
            told["where"] = where
        yield told


def patch_lines(shown: Iterable[Shown]) -> Iterator[str]:
    """One line per image that changes: its id and one RFC 6902 document."""
    for one in shown:
        if one.patch and one.kind != "refused":
            yield json_text({"image": one.image, "patch": one.patch})
