"""One listing of the site: every configured type in every language, its rows made into
images, and what could not be seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from altsync.errors import BadAnswer, ConfigError, LoginFailed
from altsync.models import OutOfReach, SiteImage
from altsync.sources.base import Place, Unread
from altsync.sources.jsonapi import holding, in_text, says, shape, told, walk
from altsync.sources.jsonapi.client import NEUTRAL, Client
from altsync.sources.jsonapi.formats import Formats
from altsync.sources.jsonapi.guards import TRANSLATED
from altsync.sources.jsonapi.languages import in_settings
from altsync.sources.jsonapi.media import Media
from altsync.sources.jsonapi.placing import Placing
from altsync.sources.jsonapi.schema import Schema, number_of
from altsync.sources.jsonapi.shape import Item
from altsync.sources.jsonapi.text_fields import TextFields
from altsync.sources.jsonapi.walk import Ask, Endless, Query, RowPage, condition
from altsync.sources.jsonapi.where import Addresses

OVERLAP = 300
"""Seconds that an incremental walk looks back before `since`: clocks differ, saves take
a while, `changed` has 1 s."""
Met = AbstractSet[tuple[str | None, str]]
"""Rows, by the language that was asked for and their uuid."""


class JsonapiListing:
    """See `base.Listing`. Images come whole, so no read of single items follows."""

    def __init__(
        self,
        client: Client,
        kinds: Sequence[str],
        learn: Callable[[str], Schema],
        since: str | None,
        texts: TextFields,
    ):
        """`kinds`: the types with image fields; `texts` tells of which others the texts
        are mirrored."""
        self._client = client
        self._kinds = kinds
        self._texts = texts
        self._learn = learn
        self._since = None if since is None else _seconds(since) - OVERLAP
        self._languages: list[str | None] = []
        self._finished = False
        self._dead = 0
        self._other: dict[str, int] = {}
        self._not_named = 0
        """So many languages of the site are not walked."""
        self._unseen: set[str] = set()
        self._broken = 0
        self._endless: dict[str, str] = {}
        self._unread: dict[str, str] = {}
        """Type -> why its texts could not be read."""
        self.mirrored: dict[str, tuple[str, ...]] = {}
        """Type that was walked -> its texts whose pictures are images."""
        self.hidden: set[Place] = set()
        """What is there, and this login may not see it, or not whole."""
        self.reread: set[Place] = set()
        """What a walk for what changed met: the items show all their images."""
        self._omitted: set[str] = set()
        self._described = False
        """An item has the field for long descriptions."""
        self._placing = Placing(client, learn, self._ask)
        self._media = Media(client, learn)
        self._formats = Formats(client)
        self._out_of_reach: Counter[OutOfReach] = Counter()
        self._left_alone: Counter[str] = Counter()

    @property
    def complete(self) -> bool:
        """True where what was not listed is not on the site, but for what is `hidden`."""
        return self._finished and self._since is None

    @property
    def undecided(self) -> Collection[str]:
        """Ids of listed images of which the mirror knows better where they stand."""
        return self._placing.undecided

    @property
    def notes(self) -> Sequence[str]:
        notes = []
        if self._omitted:
            n = len(self._omitted)
            notes.append(
                f"{n:,} item{'s are' if n != 1 else ' is'} hidden from this login"
                " (unpublished, or a permission is missing): not pulled, and not taken for"
                " gone."
                f" {says.see('unpublished')}"
            )
        # A walk for what changed decides nothing of a paragraph, which is no news.
        undecided = len(self.undecided) if self._since is None else 0
        notes += told.out_of_reach(self._out_of_reach, undecided)
        notes += self._formats.told(self._out_of_reach[OutOfReach.FORMAT])
        if self._broken:
            notes.append(f"{self._broken:,} item(s) could not be read.")
        if self._dead:
            notes.append(
                f"{self._dead:,} image field item(s) point to a deleted file: their alt"
                f" can neither be read nor written. {says.see('deleted-files')}"
            )
        for language, number in sorted(self._other.items()):
            notes.append(
                f"{number:,} item(s) are in `{language}` only, which jsonapi.languages"
                f" does not name. {says.see('languages')}"
            )
        if self._not_named > 0:
            notes.append(
                f"The site has {self._not_named} more language(s) than jsonapi.languages"
                " names: what is translated into them is not pulled. `altsync init` with"
                f" --config another.toml finds their codes. {says.see('languages')}"
            )
        notes += told.unseen_media(len(self._media.unseen))
        notes += told.left_alone(self._left_alone)
        notes += told.unread(self._unread)
        notes += told.unasked(self._texts.unasked)
        notes += [
            f"The field {name} is not shown to this login. {says.see('permissions')}"
            for name in sorted(self._unseen)
        ]
        name = self._client.config.long_description
        if name and self.complete and not self._described:
            notes.append(
                f"No item shows the field {name} (jsonapi.long_description) with one"
                " text: long descriptions are kept, and not sent."
                f" {says.see('long-descriptions')}"
            )
        return notes

    def __iter__(self) -> Iterator[str | SiteImage | Unread]:
        self._client.ready()
        self._languages = self._placing.languages = self._asked()
        if self._since is None:
            _, there = in_settings(self._client)
            self._not_named = (there or 0) - len(self._languages)
        texts = [one for one in self._texts.kinds() if one not in self._kinds]
        for kind in sorted([*self._kinds, *texts], key=_is_carried, reverse=True):
            try:
                if kind in texts:
                    yield from self._texts_of(kind)
                else:
                    yield from self._type(self._learn(kind))
            except Endless as error:
                self._endless[kind] = str(error)
            if kind not in texts:
                self.mirrored[kind] = self._learn(kind).html
                self._confirm(kind)
        if texts:
            self._confirm("the texts")
        if self._placing.waits:
            self._place()
            self._confirm("what lists the paragraphs")
        yield from map(self._counted, self._placing.released())
        if self._endless:
            raise BadAnswer(self._never_ended())
        self._finished = True

    def _confirm(self, what: str) -> None:
        """Raises LoginFailed where the site may have answered as to anonymous readers,
        from some page on."""
        if not self._client.confirm():
            raise LoginFailed(
                f"The login ended while {what} was read, so the walk may be partial and"
                " nothing was marked gone. altsync is logged in again: run `altsync"
                f" pull` again. {says.see('login')}"
            )

    def _place(self) -> None:
        """See what lists the paragraphs that are held back."""
        if self._since is None:
            self._placing.look_everywhere()
        else:
            self._placing.look_for_pages()

    def _counted(self, image: SiteImage) -> SiteImage:
        if image.out_of_reach is not None:
            self._out_of_reach[image.out_of_reach] += 1
        return image

    def _never_ended(self) -> str:
        which = " and ".join(
            f"{kind} ({why})" for kind, why in sorted(self._endless.items())
        )
        return (
            f"The pages of {which} do not end, so the listing is not complete and"
            " nothing was marked gone. Does a cache in front of the site ignore the"
            " query of an address? Mend that, then run `altsync pull` again."
        )

    def _asked(self) -> list[str | None]:
        """Languages to walk, the default one first: rows of another language than asked
        are its fallback."""
        default = self._client.default_language
        configured = list(self._client.config.languages)
        if not configured:
            return [default]
        for language in configured:
            self._client.language_path(language)
        return sorted(configured, key=lambda code: code != default)

    def _type(self, schema: Schema) -> Iterator[SiteImage | Unread]:
        """Every image of one type, or those of items that changed since."""
        when = next(
            (
                name
                for name in (schema.changed, TRANSLATED)
                if name in schema.attributes
            ),
            None,
        )
        if self._since is None or when is None:
            yield from self._whole(schema)
        elif when == schema.changed:
            yield from self._changed(schema, self._since)
        else:
            yield from self._newest(schema, f"-{when}", when, self._since)

    def _whole(self, schema: Schema) -> Iterator[SiteImage | Unread]:
        schema = self._placing.with_lists(schema)
        for language in self._languages:
            for page in walk.whole(self._ask(schema, language), schema.number):
                yield from self._seen(schema, page, language)
        self._placing.walked(schema)

    def _texts_of(self, kind: str) -> Iterator[SiteImage | Unread]:
        """The images of a type of which only texts are mirrored. One that cannot be read
        takes nothing from the others, and what the mirror has of it is not taken for
        gone: the site is asked for each."""
        try:
            schema = self._learn(kind)
            if not schema.html:
                return
            if self._since is None and holding.filters_find(self._client, schema):
                yield from self._with_pictures(schema)
            else:
                yield from self._type(schema)
            self.mirrored[kind] = schema.html
        except Endless:
            raise
        except holding.UNREADABLE as error:
            if error.stops_run:
                raise
            self._unread[kind] = str(error)

    def _with_pictures(self, schema: Schema) -> Iterator[SiteImage | Unread]:
        """Of a type of which only texts are mirrored."""
        asks = {language: self._ask(schema, language) for language in self._languages}
        logged_in = self._client.config.login != "none"
        for language, page in holding.pages(schema, asks, logged_in=logged_in):
            yield from self._seen(schema, page, language)

    def _changed(self, schema: Schema, since: int) -> Iterator[SiteImage | Unread]:
        """What a filter finds to have changed, and what filters hide: unpublished items,
        or all of a type that has no rule for them."""
        met: Met = set()
        for language in self._languages:
            # UNIX seconds: the ISO text that the site itself prints finds nothing,
            # silently (031).
            conditions = condition("since", schema.changed, ">=", str(since))
            if language != self._languages[0]:
                conditions += holding.only_in(schema, language)
            for page in walk.by_key(self._ask(schema, language), schema, conditions):
                met |= {(language, row["id"]) for row in page.rows}
                yield from self._seen(schema, page, language)
        if not met:
            yield from self._newest(schema, f"-{schema.changed}", schema.changed, since)
        elif "status" in schema.attributes:
            # What is published was found: the others come first.
            yield from self._newest(
                schema, f"status,-{schema.changed}", schema.changed, since, met
            )

    def _newest(
        self, schema: Schema, sort: str, when: str, since: int, met: Met = frozenset()
    ) -> Iterator[SiteImage | Unread]:
        """`met`: what this listing has had, and counts once."""

        def is_news(row: dict[str, Any]) -> bool:
            return _moment((row.get("attributes") or {}).get(when)) >= since

        asks = {language: self._ask(schema, language) for language in self._languages}
        for language, page in walk.newest(asks, sort, is_news):
            rows = [row for row in page.rows if (language, row["id"]) not in met]
            yield from self._seen(schema, replace(page, rows=rows), language)

    def _ask(self, schema: Schema, language: str | None) -> Ask:
        """Asks for pages of the type in a language, with all that its images need."""
        url = self._client.url(schema.kind, language)
        wanted = schema.query()

        def ask(query: Query) -> dict[str, Any]:
            document, _ = self._client.get(url, [*query, *wanted])
            return document

        return ask

    def _seen(
        self, schema: Schema, page: RowPage, language: str | None
    ) -> Iterator[SiteImage | Unread]:
        """The images of a page; what it hides is noted."""
        self._omitted |= {f"{schema.kind}/{uuid}" for uuid in page.hidden}
        self._hide(schema, page.hidden, language)
        here = Addresses(
            self._client.http.base,
            self._client.language_path(language),
            page.files,
            self._media.known,
        )
        read: list[tuple[dict[str, Any], Item]] = []
        for row in page.rows:
            try:
                read.append((row, shape.read(schema, row)))
            except BadAnswer as error:
                self._broken += 1
                yield Unread(_some_id(schema, row, language), error)
        for _, item in read:
            self._media.meet(item, here)
        self._media.look_up(
            uuid for _, item in read for uuid in in_text.embedded(item.texts.values())
        )
        for row, item in read:
            yield from self._images(row, item, language, here)

    def _images(
        self,
        row: dict[str, Any],
        item: Item,
        language: str | None,
        addresses: Addresses,
    ) -> Iterator[SiteImage]:
        schema = item.schema
        first = language == self._languages[0]
        self._placing.saw(row, item, addresses, language)
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
        if self._since is not None:
            spoken = None if item.language in NEUTRAL else item.language
            self.reread.add((f"{schema.kind}/{item.uuid}", spoken))
        self._dead += item.dead
        alone = sum(text.left_alone for text in item.texts.values())
        if alone:
            self._left_alone[f"{schema.kind} {item.number}"] += alone
        if item.unseen:
            self._unseen |= {f"{schema.kind}.{name}" for name in item.unseen}
            self._hide(schema, [item.uuid], language)
        images = self._formats.marked(item, shape.images(item, addresses))
        self._described |= item.description() is not None
        if item.paragraph:
            self._placing.hold(item, images)
        else:
            yield from map(self._counted, images)

    def _hide(self, schema: Schema, uuids: Iterable[str], language: str | None) -> None:
        """Note that items are there, though this language of them cannot be seen."""
        languages = {language}
        if language == self._languages[0]:
            languages.add(None)  # an item without a language is asked for here
        for uuid in uuids:
            self.hidden |= {(f"{schema.kind}/{uuid}", each) for each in languages}


def _some_id(schema: Schema, row: Mapping[str, Any], language: str | None) -> str:
    """What to call an item that cannot be read."""
    number = number_of(schema, str(row.get("id")), row.get("attributes") or {})
    return f"{schema.kind}.{(*schema.fields, *schema.html)[0]}/{number}.{language}"


def _is_carried(kind: str) -> bool:
    """Paragraphs are walked before what may list them: one that is made meanwhile is
    not missed where it is listed."""
    return kind.startswith("paragraph--")


def _moment(value: Any) -> float:
    """Seconds since 1970; before everything, where the item does not say."""
    try:
        return datetime.fromisoformat(str(value)).timestamp()
    except (ValueError, OverflowError):
        return -1.0


def _seconds(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            f"{text!r} is not a time such as 2026-11-22T20:00:00+00:00."
        ) from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
