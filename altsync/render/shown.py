"""What every format shows of one image, whether it comes from a plan or from two
moments of the site. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from altsync.models import (
    IN_NO_TEXT,
    Change,
    Conflict,
    Entry,
    Finding,
    Moved,
    Refused,
    Summary,
    WhereInText,
)
from altsync.render.text import count

DESCRIPTION = "long description"
MARKS = {
    "change": "~",
    "conflict": "!",
    "converged": "=",
    "refused": "x",
    "new": "+",
    "changed": "~",
    "gone": "-",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One image of a diff. Texts are exact; making them safe is the format's task."""

    kind: str
    """change, conflict, converged, refused; between two moments: new, changed, gone."""
    image: str
    album: str
    before: str | None
    after: str | None
    site: str | None = None
    """Of a conflict: the third text, which the site has now."""
    said: str = ""
    """Who, which model, or why, as half a sentence."""
    origin: str | None = None
    model: str | None = None
    reviewer: str | None = None
    candidate: int | None = None
    reverts: int | None = None
    label: tuple[str | None, str | None] | None = None
    """(before, after) where the label changes."""
    fields: tuple[tuple[str, str | None, str | None], ...] = ()
    """Other fields that changed: (name, before, after)."""
    kept: str = ""
    """What is approved and not sent, with its reason; `said` has it too."""
    findings: tuple[Finding, ...] = ()
    patch: list[dict[str, Any]] = field(default_factory=list)
    title: str | None = None
    where: WhereInText = IN_NO_TEXT

    @property
    def called(self) -> str:
        """What a person calls the image, where its id does not say that already: an id
        may be numbers only."""
        return called(self.image, self.title)

    @property
    def mark(self) -> str:
        """One character for a list."""
        return MARKS[self.kind]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above and below a diff."""

    title: str
    site: str
    total: str
    """The one total line."""
    next: str = ""
    """The command that goes on."""


def of_plan(entries: Iterable[Entry]) -> Iterator[Shown]:
    """Each entry of a plan."""
    return (of(entry) for entry in entries)


def of(entry: Entry) -> Shown:
    """One entry of a plan."""
    if isinstance(entry, Change):
        return _change(entry, "change", _by(entry))
    if isinstance(entry, Refused):
        allow = f" (allow with {entry.permission})" if entry.permission else ""
        return _change(entry.change, "refused", f"{entry.reason}{allow}")
    if isinstance(entry, Conflict):
        return Shown(
            kind="conflict",
            image=entry.image,
            album=_album(entry.image),
            before=entry.base,
            after=entry.new,
            site=entry.site,
            said=entry.why or "the site has changed",
            title=entry.title,
            where=entry.where,
        )
    return Shown(
        kind="converged",
        image=entry.image,
        album=_album(entry.image),
        before=entry.value,
        after=entry.value,
        said="the site already says so",
        origin=_text(entry.origin),
        candidate=entry.candidate,
        title=entry.title,
        where=entry.where,
    )


def _change(change: Change, kind: str, said: str) -> Shown:
    label = None
    if change.relabels:
        label = (_text(change.label), _text(change.new_label))
    kept = ""
    if change.kept_back:
        kept = f"its long description is not sent: {change.kept_back}"
        said += f"; {kept}"
    if change.over_person and kind == "change":
        said += f"; replaces words of a person{_fell_under(change)}"
    fields: tuple[tuple[str, str | None, str | None], ...] = ()
    if change.described is not None:
        fields = ((DESCRIPTION, *change.described),)
    return Shown(
        kind=kind,
        image=change.image,
        album=_album(change.image),
        before=change.base,
        after=change.new,
        said=said,
        fields=fields,
        kept=kept,
        origin=_text(change.origin),
        model=change.model,
        reviewer=change.reviewer,
        candidate=change.candidate,
        reverts=change.reverts,
        label=label,
        findings=change.findings,
        patch=change.patch,
        title=change.title,
        where=change.where,
    )


def _fell_under(change: Change) -> str:
    return f" ({change.replaces})" if change.replaces else ""


def _by(change: Change) -> str:
    if change.reverts is not None:
        what = f"the text of {change.model}" if change.model else "what was sent"
        by = f", by {change.reviewer}" if change.reviewer else ""
        return f"takes back {what}{by}"
    handed = f", by {change.handed}" if change.handed else ""
    return f"{change.model or change.origin}{handed}, approved by {change.reviewer}"


WHO = {"ai": "a machine's text", "human": "a person's text", None: "no text"}


def of_moved(moved: Iterable[Moved]) -> Iterator[Shown]:
    """Each image that differs between two moments."""
    for one in moved:
        was: dict[str, Any] = dict(one.before or {})
        now: dict[str, Any] = dict(one.after or {})
        yield Shown(
            kind=_kind(one),
            image=one.image,
            album=one.album,
            before=was.get("alt"),
            after=now.get("alt"),
            said=_whose(one),
            origin=_text(one.origin),
            model=one.model,
            label=_both(was, now, "label"),
            fields=tuple(_fields(was, now)),
            patch=patch_of(one),
            title=one.where.page or now.get("title") or was.get("title"),
            where=one.where,
        )


def _kind(moved: Moved) -> str:
    if moved.before is None:
        return "new"
    if moved.after is None:
        return "gone"
    return "changed"


def _whose(moved: Moved) -> str:
    if _kind(moved) == "gone":
        return "not on the site any more"
    if moved.model:
        return f"{WHO[moved.origin]} ({moved.model})"
    return WHO[moved.origin]


def _fields(
    was: Mapping[str, str | None], now: Mapping[str, str | None]
) -> Iterator[tuple[str, str | None, str | None]]:
    for name in ("title", "caption", "long_description"):
        values = _both(was, now, name)
        if values is not None:
            yield (name.replace("_", " "), *values)


def _both(
    was: Mapping[str, str | None], now: Mapping[str, str | None], name: str
) -> tuple[str | None, str | None] | None:
    """Both values of a field that both moments know, where they differ."""
    if name not in was or name not in now or was[name] == now[name]:
        return None
    return was[name], now[name]


def patch_of(moved: Moved) -> list[dict[str, Any]]:
    """What happened as RFC 6902, with a test before each step: applied to the old
    document it gives the new one.

    An image that was not there is the document null.
    """
    if moved.before is None or moved.after is None:
        return [
            {"op": "test", "path": "", "value": moved.before},
            {"op": "replace", "path": "", "value": moved.after},
        ]
    was: dict[str, Any] = dict(moved.before)
    now: dict[str, Any] = dict(moved.after)
    ops: list[dict[str, Any]] = []
    for name in sorted(was.keys() | now.keys()):
        path = f"/{name}"
        if name not in was:
            ops.append({"op": "add", "path": path, "value": now[name]})
        elif name not in now:
            ops += [
                {"op": "test", "path": path, "value": was[name]},
                {"op": "remove", "path": path},
            ]
        elif was[name] != now[name]:
            ops += [
                {"op": "test", "path": path, "value": was[name]},
                {"op": "replace", "path": path, "value": now[name]},
            ]
    return ops


def plan_head(summary: Summary, total: str, following: str) -> Head:
    """What stands above and below a plan."""
    return Head(f"altsync plan {summary.checksum}", summary.site, total, following)


def moved_head(site: str, since: str, until: str, counts: dict[str, int]) -> Head:
    """What stands above and below a diff of two moments."""
    parts = [f"{counts.get(kind, 0):,} {kind}" for kind in ("new", "changed", "gone")]
    number = sum(counts.values())
    differ = "differs" if number == 1 else "differ"
    total = f"{count(number, 'image')} {differ}: {', '.join(parts)}."
    return Head(f"altsync: from {since} to {until}", site, total)


def called(image: str, title: str | None) -> str:
    """The title of an image, or '' where its id says it already."""
    shown = (title or "").strip()
    if _letters(shown) in _letters(image):
        return ""
    return shown


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _album(image: str) -> str:
    return image.rpartition("/")[0]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
