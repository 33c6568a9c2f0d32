"""One walk over the site: every configured type in every language, by key, streamed.

Pages are asked for with `id > last`, not by offset: while somebody edits, offsets skip
and repeat rows. Under a filter core drops unpublished rows without a trace (041), so
what is hidden is asked for apart, with `sort=status`: hidden rows come first there, and
one page says that there are none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from altsync.errors import BadAnswer, ConfigError, LoginFailed, Rejected
from altsync.models import SiteImage
from altsync.sources.base import Unread
from altsync.sources.endless import Barren
from altsync.sources.jsonapi import says, shape
from altsync.sources.jsonapi.client import NEUTRAL, Client
from altsync.sources.jsonapi.document import is_text
from altsync.sources.jsonapi.schema import Schema, number_of
from altsync.sources.jsonapi.shape import Addresses

PAGE = 50
"""Core's maximum (005)."""
OVERLAP = 300
"""Seconds that an incremental walk looks back before `since`: clocks differ, saves take
a while, `changed` has 1 s."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where the next page begins."""

    last: str | None = None
    offset: int = 0
    """Only after a page in which no row could be seen: there is no key to go on from.
    """


class JsonapiListing:
    """See `base.Listing`. Images come whole, so no read of single items follows."""

    def __init__(
        self,
        client: Client,
        schemas: Sequence[tuple[str, tuple[str, ...]]],
        learn: Any,
        since: str | None,
    ):
        self._client = client
        self._types = schemas
        self._learn = learn
        self._since = None if since is None else _seconds(since) - OVERLAP
        self._finished = False
        self._dead = 0
        self._other: dict[str, int] = {}
        self._unseen: set[str] = set()
        self._broken = 0
        self._unchecked: set[str] = set()
        self._endless: dict[str, Barren] = {}
        self._omitted: set[str] = set()
        self.hidden: set[str] = set()
        """Entities (`type/uuid`) that exist though they were not listed, or not whole:
        they are not gone."""

    @property
    def complete(self) -> bool:
        """True where what was not listed is not on the site, but for what is `hidden`."""
        return self._finished and self._since is None and not self._unchecked

    @property
    def notes(self) -> Sequence[str]:
        notes = []
        if self._omitted:
            n = len(self._omitted)
            notes.append(
                f"{n:,} item{'s are' if n != 1 else ' is'} hidden from this login"
                " (unpublished): not pulled, and not taken for gone."
                f" {says.see('unpublished')}"
            )
        if self._broken:
            notes.append(f"{self._broken:,} item(s) could not be read.")
        notes += [
            f"Whether items of {kind} are hidden could not be asked, so nothing was"
            " marked gone."
            for kind in sorted(self._unchecked)
        ]
        if self._dead:
            notes.append(
                f"{self._dead:,} image field item(s) point to a deleted file: their alt"
                f" can neither be read nor written. {says.see('deleted-files')}"
            )
        for language, count in sorted(self._other.items()):
            notes.append(
                f"{count:,} item(s) are in `{language}` only, which jsonapi.languages"
                f" does not name. {says.see('languages')}"
            )
        notes += [
            f"The field {name} is not shown to this login. {says.see('permissions')}"
            for name in sorted(self._unseen)
        ]
        return notes

    def __iter__(self) -> Iterator[str | SiteImage | Unread]:
        self._client.ready()
        languages = self._languages()
        for kind, _ in self._types:
            schema: Schema = self._learn(kind)
            # Asked before and after: what is published or unpublished meanwhile is in
            # one of the two.
            self._find_hidden(schema, languages)
            for language in languages:
                yield from self._walk(schema, language, language == languages[0])
            self._find_hidden(schema, languages)
            if not self._client.confirm():
                # From some page on the site may have answered as to anonymous readers.
                raise LoginFailed(
                    f"The login ended while {kind} was read, so the walk may be partial"
                    " and nothing was marked gone. altsync is logged in again: run"
                    f" `altsync pull` again. {says.see('login')}"
                )
        if self._endless:
            raise BadAnswer(self._never_ended())
        self._finished = True

    def _never_ended(self) -> str:
        which = " and ".join(
            f"{kind} ({why})" for kind, why in sorted(self._endless.items())
        )
        return (
            f"The pages of {which} do not end, so the listing is not complete and"
            " nothing was marked gone. Does a cache in front of the site ignore the"
            " query of an address? Mend that, then run `altsync pull` again."
        )

    def _languages(self) -> list[str | None]:
        """Languages to walk, the default one first: rows of another language than asked
        are its fallback."""
        default = self._client.default_language
        configured = list(self._client.config.languages)
        if not configured:
            return [default]
        for language in configured:
            self._client.language_path(language)
        return sorted(configured, key=lambda code: code != default)

    def _walk(
        self, schema: Schema, language: str | None, first: bool
    ) -> Iterator[SiteImage | Unread]:
        client = self._client
        url = client.url(schema.kind, language)
        addresses = Addresses(client.http.base, client.language_path(language))
        key: Key | None = Key()
        told: set[str] = set()
        barren = Barren()
        while key is not None:
            document, _ = client.get(
                url, self._query(schema, key, None if first else language)
            )
            rows = rows_of(document)
            hidden = set(omitted(document))
            self._hide(schema, hidden)
            here = Addresses(
                addresses.base, addresses.language_path, files_of(document)
            )
            for row in rows:
                yield from self._images(schema, row, language, first, here)
            following = _next(schema, key, rows, document)
            if following is None:
                return
            news = following.last != key.last or not hidden <= told
            if barren.ends(news=news):
                self._endless[schema.kind] = barren
                return
            told |= hidden
            key = following

    def _images(
        self,
        schema: Schema,
        row: dict[str, Any],
        language: str | None,
        first: bool,
        addresses: Addresses,
    ) -> Iterator[SiteImage | Unread]:
        try:
            item = shape.read(schema, row)
        except BadAnswer as error:
            number = number_of(schema, str(row.get("id")), row.get("attributes") or {})
            self._broken += 1
            self.hidden.add(f"{schema.kind}/{row['id']}")
            yield Unread(f"{schema.kind}.{schema.fields[0]}/{number}.{language}", error)
            return
        neutral = first and item.language in NEUTRAL
        if language is not None and item.language != language and not neutral:
            # A silent fallback (098, 099): no translation here. It counts only where
            # nobody asks for its language.
            if first and item.language not in (
                *self._client.config.languages,
                *NEUTRAL,
            ):
                self._other[item.language] = self._other.get(item.language, 0) + 1
            return
        self._dead += item.dead
        if item.unseen:
            self._unseen |= {f"{schema.kind}.{name}" for name in item.unseen}
            self.hidden.add(f"{schema.kind}/{item.uuid}")
        yield from shape.images(item, addresses)

    def _query(
        self, schema: Schema, key: Key, translated: str | None
    ) -> list[tuple[str, str]]:
        query = [
            ("page[limit]", str(PAGE)),
            ("sort", schema.number),
            ("include", ",".join(schema.fields)),
            (f"fields[{schema.kind}]", schema.wanted()),
            ("fields[file--file]", "uri"),
        ]
        if key.offset:
            query.append(("page[offset]", str(key.offset)))
        if key.last is not None:
            query += condition("key", schema.number, ">", key.last)
        if translated is not None and schema.langcode in schema.attributes:
            # Only what has that translation; the rows come in the language of the
            # address (104).
            query += condition("language", schema.langcode, "=", translated)
        if self._since is not None and schema.changed in schema.attributes:
            # UNIX seconds: the ISO text that the site itself prints finds nothing,
            # silently (031).
            query += condition("since", schema.changed, ">=", str(self._since))
        return query

    def _find_hidden(self, schema: Schema, languages: Sequence[str | None]) -> None:
        """Unpublished rows sort first; the first page without an omitted row ends the search."""
        if self._since is not None or "status" not in schema.attributes:
            return
        for language in languages:
            url, offset, found = self._client.url(schema.kind, language), 0, True
            told: set[str] = set()
            barren = Barren()
            while found:
                query = [
                    ("page[limit]", str(PAGE)),
                    ("sort", f"status,{schema.number}"),
                    (f"fields[{schema.kind}]", "status"),
                    ("page[offset]", str(offset)),
                ]
                try:
                    document, _ = self._client.get(url, query)
                except Rejected:
                    self._unchecked.add(schema.kind)
                    return
                hidden = set(omitted(document))
                self._hide(schema, hidden)
                found, offset = bool(hidden) and has_next(document), offset + PAGE
                if found and barren.ends(news=not hidden <= told):
                    self._unchecked.add(schema.kind)
                    return
                told |= hidden

    def _hide(self, schema: Schema, uuids: Collection[str]) -> None:
        entities = {f"{schema.kind}/{uuid}" for uuid in uuids}
        self._omitted |= entities
        self.hidden |= entities


def condition(name: str, path: str, operator: str, value: str) -> list[tuple[str, str]]:
    """One filter condition in JSON:API's long form."""
    root = f"filter[{name}][condition]"
    return [
        (f"{root}[path]", path),
        (f"{root}[operator]", operator),
        (f"{root}[value]", value),
    ]


def rows_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    data = document["data"]
    return data if isinstance(data, list) else []


def has_next(document: dict[str, Any]) -> bool:
    """More rows exist. A short or empty page says nothing (034)."""
    return bool(document.get("links", {}).get("next"))


def omitted(document: dict[str, Any]) -> list[str]:
    """The uuids of rows that this login may not see."""
    try:
        links = document["meta"]["omitted"]["links"]
    except (KeyError, TypeError):
        return []
    return [
        str(link["href"]).rpartition("/")[2]
        for name, link in links.items()
        if name != "help" and isinstance(link, dict) and "href" in link
    ]


def files_of(document: dict[str, Any]) -> dict[str, str]:
    """File uuid -> URL, of the files that came along."""
    found = {}
    for resource in document.get("included") or ():
        uri = (resource.get("attributes") or {}).get("uri")
        if isinstance(uri, dict) and is_text(uri.get("url")):
            found[resource["id"]] = uri["url"]
    return found


def _next(
    schema: Schema, key: Key, rows: list[dict[str, Any]], document: dict[str, Any]
) -> Key | None:
    if not has_next(document):
        return None
    numbers = [
        number_of(schema, str(row.get("id")), row.get("attributes") or {})
        for row in rows
    ]
    if not numbers:
        return Key(key.last, key.offset + PAGE)
    if key.last is not None:
        # A site that repeats a page does not lead back.
        numbers.append(key.last)
    return Key(max(numbers, key=_by_number))


def _by_number(number: str) -> tuple[int, int, str]:
    """Numbers by size, however long, before what is none."""
    return (0, len(number), number) if number.isdigit() else (1, 0, number)


def _seconds(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f"{text!r} is not a time such as 2026-11-22T20:00:00+00:00."
        ) from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
