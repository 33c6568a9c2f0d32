"""What visitors get, against the mirror: beside the audit, which says what they will."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from altsync.models import Checked, Shows, Stranger, Verified
from altsync.render.visitors import MEANING, different, headers
from altsync.uses.visitors import WORTH_A_LINE, verified
from altsync.web.context import open_page
from altsync.web.pages.frame import arguments, first, number, show

SIZE = 50
STRANGERS = "strangers"
LABELS = {
    Shows.NO_ALT: "No alt attribute",
    Shows.CACHED: "A cached page",
    Shows.EARLIER: "An earlier text",
    Shows.COPY: "A copy",
    Shows.OTHER: "Another text",
    Shows.NEWER: "The mirror is older",
    Shows.BACKGROUND: "No place for an alt",
}


@dataclass(frozen=True, slots=True)
class FoundKind:
    """A kind of what was found, to choose."""

    key: str
    label: str
    count: int


async def visitors(datasette: Any, request: Any) -> Any:
    """GET: what the pages show, each as it was last read."""
    page = await open_page(datasette, request)
    found = await page.kept("visitors", verified)
    fields = arguments(page)
    kinds = _kinds(found)
    kind = _chosen(first(fields, "kind"), kinds)
    items = _of_kind(found, kind)
    pages = max(1, -(-len(items) // SIZE))
    here = min(max(1, number(first(fields, "page"), 1)), pages)
    on_page = items[SIZE * (here - 1) : SIZE * here]
    return await show(
        page,
        "visitors",
        found=found,
        said=different(found),
        kinds=kinds,
        kind=kind,
        label=next((one.label for one in kinds if one.key == kind), ""),
        meaning_of={str(shows): text for shows, text in MEANING.items()},
        places=[one for one in on_page if isinstance(one, Checked)],
        strangers=[one for one in on_page if isinstance(one, Stranger)],
        total=len(items),
        headers=headers,
        number=here,
        pages=pages,
    )


def _kinds(found: Verified) -> list[FoundKind]:
    """Only kinds that there are."""
    counted = [
        FoundKind(str(shows), LABELS[shows], found.places[shows])
        for shows in WORTH_A_LINE
    ]
    counted.append(FoundKind(STRANGERS, "No image of the mirror", len(found.strangers)))
    return [one for one in counted if one.count]


def _chosen(wanted: str, kinds: Sequence[FoundKind]) -> str:
    """The kind that was asked for, else the first that there is; '' where there is none."""
    keys = [one.key for one in kinds]
    if wanted in keys:
        return wanted
    return keys[0] if keys else ""


def _of_kind(found: Verified, kind: str) -> Sequence[Checked | Stranger]:
    if kind == STRANGERS:
        return found.strangers
    return [one for one in found.differences if one.shows == kind]
