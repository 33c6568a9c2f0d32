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

from altsync.errors import BadAnswer, NotThere, Rejected
from altsync.sources.jsonapi.carriers import REVISED, claim_of, is_inline
from altsync.sources.jsonapi.client import NEUTRAL, Client
from altsync.sources.jsonapi.content import entity_of, may_hold_images
from altsync.sources.jsonapi.document import listed
from altsync.sources.jsonapi.says import shown
from altsync.sources.jsonapi.schema import learn
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
        """A page of a type, in core's names. Raises Rejected, NotThere; with a filter, no
        rows instead."""
        query = [("page[limit]", "50"), *self._shown(kind), *more]
        try:
            document, _ = self._client.get(self._client.url(kind, language), query)
        except (Rejected, NotThere):
            if not more:
                raise
            return []
        self._hidden.setdefault(kind, {}).update(_hidden_in(document))
        return list(_usual(kind, rows_of(document)))

    def _shown(self, kind: str) -> list[tuple[str, str]]:
        """The sparse fieldset; nothing where what is wanted may have another name."""
        return [] if self._client.renames else [(f"fields[{kind}]", SHOWN)]

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
        data = self._client.get(url, self._shown(kind))[0]["data"]
        row = data if isinstance(data, dict) else {"id": uuid, "type": kind}
        return next(_usual(kind, [row]))

    def _listed(self, kind: str, rows: Sequence[Row], depth: int) -> dict[str, str]:
        """Paragraph -> the type of what lists it, of a few that are listed up to a page."""
        found: dict[str, str] = {}
        claims = filter(None, (claim_of(_attributes(row)) for row in rows))
        for entity in {claim.entity for claim in claims}:
            for parent in self._types(entity):
                for row in self._carrying(parent, depth):
                    found |= dict.fromkeys(_children(row, kind), parent)
        return found

    def _types(self, entity: str) -> list[str]:
        """The types of an entity type; one that was renamed tells by an item."""
        kinds = [kind for kind in self._client.paths if entity_of(kind, ()) == entity]
        return kinds + [kind for kind in self._odd() if self._entity(kind) == entity]

    def _odd(self) -> list[str]:
        """The types whose name tells no entity type."""
        kinds = filter(may_hold_images, self._client.paths)
        return [kind for kind in kinds if not entity_of(kind, ())]

    def _entity(self, kind: str) -> str:
        return entity_of(kind, self._page(kind))

    def _page(self, kind: str) -> list[dict[str, Any]]:
        """The first page of a type, with all fields; no rows where it cannot be read."""
        if kind not in self._pages:
            try:
                url = self._client.url(kind, None)
                self._pages[kind] = rows_of(self._client.get(url)[0])
            except (Rejected, NotThere, BadAnswer):
                self._pages[kind] = []
        return self._pages[kind]

    def _carrying(self, parent: str, depth: int) -> list[Row]:
        """Rows of what may list paragraphs, that visitors see."""
        rows, entity = self._page(parent), self._entity(parent)
        if entity != "paragraph":
            return [row for row in rows if not is_inline(entity, _attributes(row))]
        if depth <= 0:
            return []
        above = self._listed(parent, rows, depth - 1)
        return [row for row in rows if str(row["id"]) in above]


def _usual(kind: str, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """The rows with core's names of what jsonapi_extras may have renamed, and their entity
    type, which the name of a type may not tell."""
    schema = learn(kind, (), rows, None)
    names = {schema.langcode: "langcode", schema.changed: "changed"}
    for row in rows:
        shown = {names.get(name, name): v for name, v in _attributes(row).items()}
        yield {**row, "attributes": shown, "entity": schema.entity}


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


def _children(row: Row, kind: str) -> Iterator[str]:
    """The items of one type that a row lists as its own, whatever the field is called."""
    for link in (row.get("relationships") or {}).values():
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
        if here and not is_inline(row["entity"], attributes):
            yield Subject(
                str(row["id"]),
                me is not None and me in (_owner(row), row["id"]),
                _state(attributes),
                _guards(row["entity"], attributes),
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


def _guards(entity: str, attributes: Mapping[str, Any]) -> dict[str, str]:
    if entity not in GUARDED:
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
