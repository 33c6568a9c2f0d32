"""Who lists whom: paragraphs, and what has them in a field. Pure: no request, no clock.

A paragraph that its page does not list any more stays in JSON:API and looks alive: it is
published, it still names its old page, and anybody may change it, without a login too
(518-520, 551-554). What visitors see is only what the field of its parent lists, in the
parent's default revision (529, 908); a paragraph in a paragraph counts where that one
does (523, 530).

Nothing of a paragraph says that it is listed, and no filter finds paragraphs (504-514).
So whatever may list some is walked as a whole, and `Carriers` gathers what the rows say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from altsync.models import OutOfReach
from altsync.sources.jsonapi.document import is_name, listed

REVISED = "target_revision_id"
"""In the meta of an item that a field lists as its own: paragraphs, not mere references
(529)."""
MISSING = "missing"
"""The id of an item that was deleted."""
PARENT = ("parent_id", "parent_type", "parent_field_name")
"""What a paragraph says of its parent, true or not any more (518-520)."""
MOST = 100
"""Entities that are looked at for one paragraph: nested deeper, it is not known where it
stands."""


@dataclass(frozen=True, slots=True)
class SaidParent:
    """Where a paragraph says that it stands."""

    entity: str
    """The parent's entity type, such as `node` or `paragraph`."""
    field: str


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the page of a paragraph tells about the images in it, in one language."""

    title: str | None = None
    url: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a paragraph stands, as far as it can be known."""

    carrier: str | None = None
    """The entity that shows it, such as `node--page/UUID`."""
    page: PageFacts | None = None
    out_of_reach: OutOfReach | None = None
    sure: bool = True
    """False: nothing that was seen lists it, but not all that may list it could be
    seen."""


@dataclass(slots=True)
class _Top:
    """A carrier that is no paragraph."""

    entity: str
    """`type/uuid`."""
    inline: bool
    pages: dict[str, PageFacts] = field(default_factory=dict)
    """By language, its first one first."""


def is_paragraph(entity: str, attributes: Mapping[str, Any]) -> bool:
    """The item belongs to a parent that has to list it."""
    return entity == "paragraph" or "parent_field_name" in attributes


def hides_parent(attributes: Mapping[str, Any]) -> bool:
    """A paragraph that does not show where it says that it stands: jsonapi_extras may
    rename or hide that. It is not one that stands nowhere."""
    return not all(name in attributes for name in PARENT)


def is_inline(entity: str, attributes: Mapping[str, Any]) -> bool:
    """A block that belongs to one page of Layout Builder: one PATCH hides it from
    everybody, for ever, and the page shows its old words (589, 865-869). A block that
    does not say whether it is one is taken for one."""
    reusable = attributes.get("reusable", entity != "block_content")
    return reusable is False


def claim_of(attributes: Mapping[str, Any]) -> SaidParent | None:
    """None for a paragraph that was never attached to anything (519)."""
    number, entity, name = (attributes.get(key) for key in PARENT)
    if number is None or not is_name(entity) or not is_name(name):
        return None
    return SaidParent(str(entity), str(name))


def children(row: Mapping[str, Any], names: Collection[str]) -> Iterator[str]:
    """The uuids of what a row lists in these fields, as far as it shows them."""
    for name, link in (row.get("relationships") or {}).items():
        if name not in names or not isinstance(link, dict):
            continue
        for item in listed(link.get("data")):
            if item["id"] != MISSING and REVISED in (item.get("meta") or {}):
                yield str(item["id"])


def listing_fields(row: Mapping[str, Any]) -> Iterator[str]:
    """The fields in which a row lists paragraphs, as far as it has some."""
    for name in row.get("relationships") or {}:
        if next(children(row, [name]), None) is not None:
            yield name


class Carriers:
    """What lists the paragraphs of a site, gathered row by row."""

    def __init__(self) -> None:
        self._above: dict[str, list[str]] = {}
        """Paragraph -> what lists it."""
        self._claims: dict[str, SaidParent | None] = {}
        self.untold: set[str] = set()
        """Paragraphs that do not show where they say that they stand."""
        self._tops: dict[str, _Top] = {}
        self._searched: set[SaidParent] = set()
        self._given_up: set[SaidParent] = set()

    def claim(self, uuid: str, attributes: Mapping[str, Any]) -> None:
        """Note where a paragraph says that it stands."""
        self._claims[uuid] = claim_of(attributes)
        if hides_parent(attributes):
            self.untold.add(uuid)

    def carry(
        self, row: Mapping[str, Any], entity: str, names: Collection[str]
    ) -> bool:
        """Note what a row, of this entity type, lists in these fields. True where it
        lists any."""
        carrier = str(row["id"])
        attributes = row.get("attributes") or {}
        below = list(children(row, names))
        if is_paragraph(entity, attributes):
            self.claim(carrier, attributes)
        elif below and carrier not in self._tops:
            here = f"{row['type']}/{carrier}"
            self._tops[carrier] = _Top(here, is_inline(entity, attributes))
        for child in below:
            above = self._above.setdefault(child, [])
            if carrier not in above:
                above.append(carrier)
        return bool(below)

    def tell(self, carrier: str, language: str, page: PageFacts) -> None:
        """Note what a carrier that is no paragraph tells in one language."""
        top = self._tops.get(carrier)
        if top is not None:
            top.pages.setdefault(language, page)

    def wanted(self) -> set[SaidParent]:
        """Where paragraphs say that they stand, as far as nobody has looked there."""
        claims = {claim for claim in self._claims.values() if claim is not None}
        return claims - self._searched - self._given_up

    def fields(self, entity: str) -> set[str]:
        """The fields of an entity type in which paragraphs say that they stand."""
        claims = filter(None, self._claims.values())
        return {claim.field for claim in claims if claim.entity == entity}

    def searched(self, claim: SaidParent) -> None:
        """All that may list a paragraph there was seen, but for what is hidden from this
        login: its paragraphs are hidden too (528, 703)."""
        self._searched.add(claim)

    def give_up(self, claim: SaidParent) -> None:
        """Not all that may list a paragraph there can be seen."""
        self._given_up.add(claim)

    def place(self, uuid: str, language: str) -> Standing:
        """Where a paragraph stands. `unused` only where that is sure."""
        met = self._climb(uuid)
        tops = [self._tops[one] for one in met if one in self._tops]
        shown = [top for top in tops if not top.inline]
        if tops:
            top, why = (shown or tops)[0], None if shown else OutOfReach.INLINE
            return Standing(top.entity, _page(top, language), why)
        if len(met) < MOST and all(map(self._is_settled, met)):
            return Standing(out_of_reach=OutOfReach.UNUSED)
        return Standing(sure=False)

    def _climb(self, uuid: str) -> dict[str, None]:
        """The paragraph and all that it stands in, from the inside out; at most MOST."""
        met = {uuid: None}
        waiting = [uuid]
        while waiting and len(met) < MOST:
            for above in self._above.get(waiting.pop(0), ()):
                if above not in met and len(met) < MOST:
                    met[above] = None
                    waiting.append(above)
        return met

    def _is_settled(self, paragraph: str) -> bool:
        """Nothing that was not seen can list it."""
        claim = self._claims.get(paragraph)
        nowhere = claim is None and paragraph not in self.untold
        return nowhere or claim in self._searched


def _page(top: _Top, language: str) -> PageFacts | None:
    """In the paragraph's language, else in the page's first."""
    return top.pages.get(language) or next(iter(top.pages.values()), None)
