"""A few items of a type, to ask about: own ones and those of others, in each state, such
as a push could be about.

Not every item that a list shows tells something. A fallback of another language is no
translation (098), a block that belongs to one page only may not be written by anybody
(589), and a paragraph that no parent lists may be edited by everybody (553, 652): its
answer proves nothing. So of paragraphs only those are taken that their parent lists, up
to the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from altsync.errors import NotThere, Rejected
from altsync.sources.jsonapi.carriers import REVISED, claim_of, is_inline
from altsync.sources.jsonapi.client import NEUTRAL, Client
from altsync.sources.jsonapi.document import listed
from altsync.sources.jsonapi.says import shown
from altsync.sources.jsonapi.walk import condition, rows_of

GUARDS = ("changed", "content_translation_changed")
"""Moments that core lets nobody set to another than the present one (251, 877)."""
GUARDED = ("media", "node", "taxonomy_term", "block_content", "user", "paragraph")
"""Entity types in which a name of GUARDS is such a moment. What a site made itself may use
it for anything."""
SHOWN = ",".join(
    (
        *GUARDS,
        *("langcode", "status", "moderation_state", "reusable", "uid"),
        *("parent_id", "parent_type", "parent_field_name"),
    )
)
"""What has to be known of an item to ask about it."""
OF_A_GROUP = 2
"""Items taken of one owner (this login, others) and one state."""
DEEPEST = 3
"""Paragraphs within paragraphs that are followed up to their page."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """An item to ask about."""

    uuid: str
    own: bool
    """Made by this login."""
    state: str
    """Its state of moderation, else `published` or `unpublished`; of a paragraph, what it
    stands in."""
    guards: Mapping[str, str] = field(default_factory=dict)
    """The moments of its last change, as printed."""


class Askable:
    """Items of a site to ask about. Remembers the pages that it read."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._pages: dict[str, list[dict[str, Any]]] = {}
        """Type -> its first page, with all fields, to see whom it lists."""
        self._sought: set[str] = set()
        """Types of which own items were looked for."""
        self._hidden: dict[str, dict[str, str]] = {}
        """Type -> uuid of a row that is hidden -> why, in the site's words."""

    def hidden(self, kind: str) -> Counter[str]:
        """Why rows of the pages that were read are hidden from this login -> how many."""
        return Counter(self._hidden.get(kind, {}).values())

    def subjects(self, kind: str, language: str | None, most: int) -> list[Subject]:
        """At most `most` items of a type in a language."""
        rows = self._rows(kind, language)
        if any("parent_field_name" in _attributes(row) for row in rows):
            return _chosen(self._paragraphs(kind, language, rows, most), most)
        me = self._client.me
        if me and kind not in self._sought:
            self._sought.add(kind)
            owners = {_owner(row) for row in rows} - {None}
            if owners and me not in owners:
                # Past the first page, if anywhere.
                own = condition("own", "uid.id", "=", me)
                rows = [*rows, *self._rows(kind, language, own)]
        return _chosen(_readable(rows, me, language), most)

    def _rows(
        self,
        kind: str,
        language: str | None,
        more: Sequence[tuple[str, str]] = (),
    ) -> list[dict[str, Any]]:
        """A page of a type. Raises Rejected, NotThere; with a filter, no rows instead."""
        query = [("page[limit]", "50"), (f"fields[{kind}]", SHOWN), *more]
        try:
            document, _ = self._client.get(self._client.url(kind, language), query)
        except (Rejected, NotThere):
            if not more:
                raise
            return []
        self._hidden.setdefault(kind, {}).update(_hidden_in(document))
        return rows_of(document)

    def _paragraphs(
        self, kind: str, language: str | None, rows: Sequence[Row], most: int
    ) -> Iterator[Subject]:
        """Those that their parent lists: of these rows, else one by one."""
        above = self._listed(kind, rows, DEEPEST)
        shown = [row for row in rows if str(row["id"]) in above]
        if not shown:
            shown = [self._row(kind, language, uuid) for uuid in [*above][:most]]
        for subject in _readable(shown, None, language):
            yield Subject(
                subject.uuid, subject.own, above[subject.uuid], subject.guards
            )

    def _row(self, kind: str, language: str | None, uuid: str) -> Row:
        url = self._client.url(kind, language, uuid)
        data = self._client.get(url, [(f"fields[{kind}]", SHOWN)])[0]["data"]
        return data if isinstance(data, dict) else {"id": uuid, "type": kind}

    def _listed(self, kind: str, rows: Sequence[Row], depth: int) -> dict[str, str]:
        """Paragraph -> the type of what lists it, of a few that are listed up to a page."""
        found: dict[str, str] = {}
        for claim in {claim for row in rows if (claim := claim_of(_attributes(row)))}:
            for parent in self._types(claim.entity):
                for row in self._carrying(parent, depth):
                    found |= dict.fromkeys(_children(row, claim.field, kind), parent)
        return found

    def _types(self, entity: str) -> list[str]:
        return [kind for kind in self._client.paths if kind.startswith(f"{entity}--")]

    def _carrying(self, parent: str, depth: int) -> list[Row]:
        """Rows of what may list paragraphs, that visitors see."""
        if parent not in self._pages:
            try:
                url = self._client.url(parent, None)
                self._pages[parent] = rows_of(self._client.get(url)[0])
            except (Rejected, NotThere):
                self._pages[parent] = []
        rows = self._pages[parent]
        if not parent.startswith("paragraph--"):
            return [row for row in rows if not is_inline(parent, _attributes(row))]
        if depth <= 0:
            return []
        above = self._listed(parent, rows, depth - 1)
        return [row for row in rows if str(row["id"]) in above]


def _hidden_in(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Rows that this login may not see, with the site's words why (659)."""
    try:
        links = document["meta"]["omitted"]["links"].values()
        told = [
            (link["href"], link["meta"]["detail"]) for link in links if "meta" in link
        ]
    except (KeyError, TypeError, AttributeError):
        return
    for href, detail in told:
        if isinstance(href, str) and isinstance(detail, str):
            yield href.partition("?")[0].rpartition("/")[2], shown(detail)


def _children(row: Row, name: str, kind: str) -> Iterator[str]:
    """The items of one type that a row lists as its own in one field."""
    link = (row.get("relationships") or {}).get(name)
    for item in listed(link.get("data")) if isinstance(link, dict) else ():
        if item.get("type") == kind and REVISED in (item.get("meta") or {}):
            yield str(item["id"])


def _readable(
    rows: Iterable[Row], me: str | None, language: str | None
) -> Iterator[Subject]:
    """The rows that a push could be about."""
    for row in rows:
        attributes = _attributes(row)
        spoken = attributes.get("langcode")
        here = language is None or spoken in (None, language, *NEUTRAL)
        if here and not is_inline(row["type"], attributes):
            yield Subject(
                str(row["id"]),
                me is not None and me in (_owner(row), row["id"]),
                _state(attributes),
                _guards(row["type"], attributes),
            )


def _attributes(row: Row) -> Mapping[str, Any]:
    return row.get("attributes") or {}


def _owner(row: Row) -> str | None:
    link = (row.get("relationships") or {}).get("uid")
    data = link.get("data") if isinstance(link, dict) else None
    uuid = data.get("id") if isinstance(data, dict) else None
    return uuid if isinstance(uuid, str) else None


def _state(attributes: Mapping[str, Any]) -> str:
    moderation = attributes.get("moderation_state")
    if isinstance(moderation, str) and moderation:
        return moderation
    return "unpublished" if attributes.get("status") is False else "published"


def _guards(kind: str, attributes: Mapping[str, Any]) -> dict[str, str]:
    if kind.partition("--")[0] not in GUARDED:
        return {}
    shown = {name: attributes.get(name) for name in GUARDS}
    return {name: value for name, value in shown.items() if isinstance(value, str)}


def _chosen(subjects: Iterable[Subject], most: int) -> list[Subject]:
    """A few of each owner and state."""
    taken: Counter[tuple[bool, str]] = Counter()
    chosen = []
    for subject in subjects:
        group = (subject.own, subject.state)
        if taken[group] < OF_A_GROUP:
            taken[group] += 1
            chosen.append(subject)
    return chosen[:most]
