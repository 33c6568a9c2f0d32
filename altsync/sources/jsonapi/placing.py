"""Tells each paragraph where it stands: what may list it is walked, along with its own
images or for this alone, and the paragraph's images get what their page tells.

Never one request per paragraph. A walk over everything reads each type that may list
some. A walk for what changed asks for the pages of the changed ones, many at a time; any
filter hides what is unpublished (657), so what it does not find says nothing, and such a
paragraph keeps what is known of it.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from altsync.errors import BadAnswer, NotThere, Rejected
from altsync.models import SiteImage
from altsync.sources.jsonapi import beside, properties, shape, walk
from altsync.sources.jsonapi.carriers import Carriers, SaidParent, claim_of
from altsync.sources.jsonapi.client import NEUTRAL, Client
from altsync.sources.jsonapi.content import may_hold_images
from altsync.sources.jsonapi.schema import Schema
from altsync.sources.jsonapi.shape import Item
from altsync.sources.jsonapi.walk import Ask
from altsync.sources.jsonapi.where import Addresses

ASKED = 40
"""Paragraphs that one question is about: more make an address that servers refuse."""
QUESTIONS = 10
"""Of so many questions no more paragraphs are asked about than the newest: where a type
tells no time of change, a walk for what changed reads all of it, and the mirror knows most.
"""
REFUSED = (Rejected, NotThere, BadAnswer)
"""A type that cannot be walked: whom it lists is not known."""

Asks = Callable[[Schema, str | None], Ask]
"""What asks for pages of a type in a language."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A paragraph in one language, until it is known where it stands."""

    uuid: str
    number: str
    language: str
    claim: SaidParent | None
    images: Sequence[SiteImage]


class Placing:
    """The paragraphs of one walk, held back until it is known where they stand."""

    def __init__(
        self,
        client: Client,
        learn: Callable[[str], Schema],
        asks: Asks,
    ) -> None:
        """`learn` tells of any type, also of one whose images nobody asked for."""
        self._client = client
        self.languages: Sequence[str | None] = [None]
        """Those of the walk, the default one first."""
        self._learn = learn
        self._asks = asks
        self._carriers = Carriers()
        self._held: deque[_Held] = deque()
        self._shown: dict[str, set[str]] = {}
        """Type of which rows were seen -> the fields that they showed."""
        self._walked: dict[str, set[str]] = {}
        """Type that was walked to its end -> the fields that were asked for."""
        self._everywhere = False
        """All that may list paragraphs was looked for."""
        self.undecided: set[str] = set()
        """Images of paragraphs that nothing was seen to list, though something may: they
        keep what is known of them."""

    def with_lists(self, schema: Schema) -> Schema:
        """For the walk of a type for its own images: its rows tell whom they list, too.
        `walked` ends it."""
        names = {*self._carriers.fields(schema.entity), *schema.lists}
        return replace(schema, carries=tuple(sorted(names)))

    def walked(self, schema: Schema) -> None:
        """All rows of the type were seen, in every language."""
        self._walked.setdefault(schema.kind, set()).update(schema.carries)

    def saw(
        self,
        row: Mapping[str, Any],
        item: Item,
        addresses: Addresses,
        asked: str | None,
    ) -> None:
        """Note whom a row lists, and what its item tells, `asked` for in a language; a
        fallback tells nothing new (098)."""
        schema = item.schema
        shown = self._shown.setdefault(schema.kind, set())
        shown.update((row.get("relationships") or {}).keys() & set(schema.carries))
        lists = self._carriers.carry(row, schema.entity, schema.carries)
        neutral = item.language in NEUTRAL and asked == self.languages[0]
        if lists and (neutral or asked in (None, item.language)):
            page = beside.page_of(item, addresses)
            self._carriers.tell(item.uuid, item.language, page)

    def hold(self, item: Item, images: Sequence[SiteImage]) -> None:
        """Keep a paragraph's images back."""
        self._carriers.claim(item.uuid, item.attributes)
        claim = claim_of(item.attributes)
        held = _Held(item.uuid, item.number, item.language, claim, images)
        if images:
            self._held.append(held)

    @property
    def waits(self) -> bool:
        """Something is held back."""
        return bool(self._held)

    def look_everywhere(self) -> None:
        """After a walk over everything: see all else that may list what is held back."""
        self._everywhere = True
        if self._carriers.untold:
            self._see_all_lists()
        while wanted := self._carriers.wanted():
            for entity in sorted({claim.entity for claim in wanted}):
                names = {claim.field for claim in wanted if claim.entity == entity}
                self._search(entity, names)

    def look_for_pages(self) -> None:
        """After a walk for what changed: ask for the pages of what is held back.
        Paragraphs in paragraphs stay undecided."""
        by_claim: dict[SaidParent, list[_Held]] = {}
        for held in self._held:
            if held.claim is not None:
                by_claim.setdefault(held.claim, []).append(held)
        for claim, some in by_claim.items():
            with contextlib.suppress(*REFUSED):
                self._ask_for_pages(claim, some)

    def released(self) -> Iterator[SiteImage]:
        """The images that were held back, with what is known of where they stand."""
        while self._held:
            held = self._held.popleft()
            standing = self._carriers.place(held.uuid, held.language)
            if not standing.sure:
                self.undecided |= {image.id for image in held.images}
            for image in held.images:
                looked = standing.sure or self._everywhere
                yield shape.placed(image, standing) if looked else image

    def _see_all_lists(self) -> None:
        """See whatever lists paragraphs, as far as a sample of its type shows that: some
        do not say where they stand."""
        for kind in filter(may_hold_images, self._client.paths):
            with contextlib.suppress(*REFUSED):
                self._see(kind, set(self._learn(kind).lists))

    def _search(self, entity: str, names: Collection[str]) -> None:
        """See all that may list paragraphs in these fields of an entity type."""
        found: set[str] = set()
        lost: set[str] = set()
        for kind in self._kinds(entity):
            try:
                found |= self._see(kind, self._known(kind, names))
            except REFUSED:
                lost |= set(names)
        for name in names:
            claim = SaidParent(entity, name)
            if name in found - lost:
                self._carriers.searched(claim)
            else:
                self._carriers.give_up(claim)

    def _kinds(self, entity: str) -> list[str]:
        """The resource types of an entity type, renamed ones among them."""
        return [kind for kind in self._client.paths if self._entity(kind) == entity]

    def _entity(self, kind: str) -> str:
        entity, dashes, _ = kind.partition("--")
        if dashes:
            return entity
        try:
            return self._learn(kind).entity
        except REFUSED:
            return ""

    def _known(self, kind: str, names: Collection[str]) -> set[str]:
        """Those of the fields that the type has."""
        shown = self._shown.get(kind, set())
        return {
            name
            for name in names
            if name in shown or properties.has(self._client, kind, name)
        }

    def _see(self, kind: str, names: set[str]) -> set[str]:
        """See whom the items of a type list in these fields, which it has. Raises
        BadAnswer where its rows show none, and what a walk raises."""
        if not names:
            return names
        renamed = set(self._learn(kind).lists) - names
        if not names <= self._walked.get(kind, set()):
            self._walk(kind, names | renamed)
        shown = self._shown.get(kind, names)
        # Paragraphs know a field by the name that jsonapi_extras hides (809).
        if not (names <= shown or renamed & shown):
            raise BadAnswer(f"{kind} does not show {', '.join(sorted(names))}.")
        return names

    def _walk(self, kind: str, names: set[str]) -> None:
        """See all items of a type, for whom they list alone."""
        schema = _only_lists(self._learn(kind), sorted(names))
        for language in self.languages:
            ask = self._asks(schema, language)
            for page in walk.whole(ask, schema.number):
                self._note(schema, page.rows, language)
        self.walked(schema)

    def _ask_for_pages(self, claim: SaidParent, some: Sequence[_Held]) -> None:
        """Ask for what lists these paragraphs (905)."""
        path = f"{claim.field}.meta.drupal_internal__target_id"
        numbers = {int(held.number) for held in some if held.number.isdecimal()}
        newest = [str(n) for n in sorted(numbers, reverse=True)[: ASKED * QUESTIONS]]
        spoken = {held.language for held in some}
        for kind in self._kinds(claim.entity):
            if not newest or not self._known(kind, {claim.field}):
                continue
            known = self._learn(kind)
            schema = _only_lists(known, (claim.field, *known.lists))
            for language in self._spoken(spoken):
                ask = self._asks(schema, language)
                for start in range(0, len(newest), ASKED):
                    query = one_of(path, newest[start : start + ASKED])
                    for page in walk.by_key(ask, schema, query):
                        self._note(schema, page.rows, language)

    def _spoken(self, languages: Collection[str]) -> list[str | None]:
        """Those of the languages of this walk in which something of these is known."""
        return [code for code in self.languages if code in languages] or [
            self.languages[0]
        ]

    def _note(
        self, schema: Schema, rows: Sequence[dict[str, Any]], language: str | None
    ) -> None:
        client = self._client
        here = Addresses(client.http.base, client.language_path(language))
        for row in rows:
            self.saw(row, shape.read(schema, row), here, language)


def _only_lists(schema: Schema, names: Sequence[str]) -> Schema:
    """For a walk of a type for whom its items list, and for nothing else."""
    return replace(schema, fields=(), html=(), carries=tuple(names))


def one_of(path: str, values: Sequence[str]) -> list[tuple[str, str]]:
    """A filter for any of these values."""
    root = "filter[any][condition]"
    return [
        (f"{root}[path]", path),
        (f"{root}[operator]", "IN"),
        *((f"{root}[value][]", value) for value in values),
    ]
