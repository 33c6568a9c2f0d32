"""Which medium is which: what a text embeds says a uuid only, not the type, the picture,
or that there is one.

Media that a walk meets on its way tell it. Of the others many are asked for at a time,
type by type; and what that does not find, since any filter hides unpublished media
(692), one by one. What is not found then is hidden from this login, or not on the site.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from altsync.errors import BadAnswer, LoginFailed, NotAllowed, NotThere, Rejected
from altsync.sources.jsonapi.carriers import MISSING
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.document import is_name, listed
from altsync.sources.jsonapi.placing import ASKED, one_of
from altsync.sources.jsonapi.schema import Schema
from altsync.sources.jsonapi.shape import Item
from altsync.sources.jsonapi.walk import Query, files_of, rows_of
from altsync.sources.jsonapi.where import Addresses, Medium

MOST = 100_000
"""So many media are known at a time."""
ALONE = 50
"""So many are asked for one by one."""
_UNREADABLE = (Rejected, NotAllowed, NotThere, BadAnswer)


class Media:
    """The media that texts embed, as far as one walk or one look needs them."""

    def __init__(self, client: Client, learn: Callable[[str], Schema]) -> None:
        self._client = client
        self._learn = learn
        self.known: dict[str, Medium] = {}
        """Uuid -> the medium."""
        self.unseen: set[str] = set()
        """Uuids that were asked for and not found."""
        self._alone = ALONE

    def meet(self, item: Item, addresses: Addresses) -> None:
        """A walk met a medium; any other item tells nothing."""
        if item.schema.entity != "media":
            return
        schema = item.schema
        if not schema.picture or schema.picture in item.fields:
            file = _file(item.fields.get(schema.picture))
            self._add(schema, item.uuid, file, addresses.files)

    def look_up(self, uuids: Iterable[str]) -> None:
        """Make these known, or unseen. Raises SourceErrors that are about the whole site."""
        wanted = self._unknown(uuids)
        for kind in self._kinds():
            if not wanted:
                return
            self._ask(kind, wanted)
            wanted = self._unknown(wanted)
        for uuid in wanted:
            if self._alone > 0:
                self._alone -= 1
                self._look_for(uuid)
        self.unseen.update(self._unknown(wanted))

    def now(self, uuid: str) -> Medium | None:
        """What it is at this moment, None where it is not found. Raises as `look_up`."""
        self.known.pop(uuid, None)
        self.unseen.discard(uuid)
        self.look_up([uuid])
        return self.known.get(uuid)

    def _unknown(self, uuids: Iterable[str]) -> list[str]:
        return [
            uuid
            for uuid in dict.fromkeys(uuids)
            if uuid not in self.known and uuid not in self.unseen
        ]

    def _kinds(self) -> list[str]:
        """The types of media, and those that may be some, as of jsonapi_extras' names;
        first what altsync.toml names, then what is called an image."""
        named = {field.partition(".")[0] for field in self._client.config.fields}
        entities = {kind: kind.partition("--")[0] for kind in self._client.paths}
        kinds = [kind for kind, entity in entities.items() if entity in ("media", kind)]
        return sorted(kinds, key=lambda kind: (kind not in named, "image" not in kind))

    def _media_type(self, kind: str) -> Schema | None:
        if kind not in self._client.paths:
            return None  # jsonapi_extras may switch it off
        try:
            schema = self._learn(kind)
        except _UNREADABLE:
            return None
        return schema if schema.entity == "media" else None

    def _ask(self, kind: str, uuids: list[str]) -> None:
        schema = self._media_type(kind)
        if schema is None:
            return
        url = self._client.url(kind, None)
        for start in range(0, len(uuids), ASKED):
            some = one_of("id", uuids[start : start + ASKED])
            with contextlib.suppress(*_UNREADABLE):
                document, _ = self._client.get(url, [*some, *_query(schema)])
                for row in rows_of(document):
                    self._note(schema, row, document)

    def _look_for(self, uuid: str) -> None:
        """One medium. The path of any type of media leads to it, and the answer says of
        which it is (seen on 10.6)."""
        any_type = next(filter(None, map(self._media_type, self._kinds())), None)
        if any_type is None:
            return
        told = self._item(any_type.kind, uuid, [])
        schema = self._media_type(told["data"]["type"]) if told else None
        document = self._item(schema.kind, uuid, _query(schema)) if schema else None
        if schema is not None and document is not None:
            self._note(schema, document["data"], document)

    def _item(self, kind: str, uuid: str, query: Query) -> dict[str, Any] | None:
        """The document of one; None where it is hidden or not there."""
        try:
            document, _ = self._client.get(self._client.url(kind, None, uuid), query)
        except LoginFailed as error:
            if error.status != 401 or self._client.config.login != "none":
                raise
            return None
        except _UNREADABLE:
            return None
        return document if isinstance(document["data"], dict) else None

    def _note(
        self, schema: Schema, row: Mapping[str, Any], document: dict[str, Any]
    ) -> None:
        if row["type"] != schema.kind:
            return
        link = (row.get("relationships") or {}).get(schema.picture) or {}
        self._add(
            schema, row["id"], _file(listed(link.get("data"))), files_of(document)
        )

    def _add(
        self, schema: Schema, uuid: str, file: str | None, files: Mapping[str, str]
    ) -> None:
        if len(self.known) >= MOST:
            del self.known[next(iter(self.known))]
        url = files.get(file) if file else None
        entity = f"{schema.kind}/{uuid}"
        self.known[uuid] = Medium(entity, bool(schema.picture), file, url)


def _query(schema: Schema) -> Query:
    """Of a medium its picture only."""
    asked = [(f"fields[{schema.kind}]", schema.picture or schema.langcode)]
    if schema.picture:
        asked += [("include", schema.picture), ("fields[file--file]", "uri")]
    return asked


def _file(items: Iterable[Mapping[str, Any]] | None) -> str | None:
    """The uuid of the first file that is there."""
    ids = (item.get("id") for item in items or ())
    return next((one for one in ids if is_name(one) and one != MISSING), None)
