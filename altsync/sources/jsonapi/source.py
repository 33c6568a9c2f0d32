"""`JsonapiSource`: any Drupal 10 or 11 with core's JSON:API, and no module beyond core.

What core does was read off a real one; numbers in comments are recordings
(tests/doubles/drupal/recorded.ndjson.gz). The traps: a wrong password is silently
anonymous, a page may be short or empty and not the last, a field that is sent is
replaced whole, a translation that is not there falls back in silence, and two writers
of one item can wedge Drupal's cache.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from altsync.errors import (
    BadAnswer,
    ConfigError,
    Hidden,
    LeftOut,
    LoginFailed,
    NotAllowed,
    NotThere,
    PathGone,
    Rejected,
    SourceError,
    Unreachable,
    UsageError,
)
from altsync.models import FileFacts, Flat, SiteImage
from altsync.sources.answers import HttpAnswer, place
from altsync.sources.base import Fresh, ImageFile, Note
from altsync.sources.credentials import Basic
from altsync.sources.http import Http
from altsync.sources.jsonapi import aliases, in_text, naming, never, sample, says, shape
from altsync.sources.jsonapi.behind import is_behind
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.fetching import Fetching
from altsync.sources.jsonapi.formats import Formats
from altsync.sources.jsonapi.guards import age
from altsync.sources.jsonapi.listing import JsonapiListing
from altsync.sources.jsonapi.media import Media
from altsync.sources.jsonapi.sample import TypeSample
from altsync.sources.jsonapi.schema import Schema, learn, usual_number
from altsync.sources.jsonapi.sending import Writer
from altsync.sources.jsonapi.shape import Item
from altsync.sources.jsonapi.text_fields import TextFields
from altsync.sources.jsonapi.unseen import FullListing
from altsync.sources.jsonapi.walk import condition, files_of, rows_of
from altsync.sources.jsonapi.where import Addresses
from altsync.sources.kinds import JsonapiConfig, LabelField, reading
from altsync.sources.labels import refuse_a_mistyped
from altsync.sources.tries import Patience

Ask = Callable[[Schema, str | None, str], tuple[Item, HttpAnswer]]
"""Reads an item: (type, language, uuid) -> the item, and the answer that it stood in."""
SETTLED = 2.0
"""Seconds after a save until `changed` (1 s resolution) tells a later save apart
(361-363)."""


@dataclass(frozen=True, slots=True)
class JsonapiFresh:
    """What the site says now of one entity in one language. `item` None: it is not
    there (any more)."""

    flats: Mapping[str, Flat]
    item: Item | None = field(default=None, repr=False)
    language: str | None = None
    spelled: Mapping[str, str] = field(default_factory=dict)


class JsonapiSource:
    """See `base.Source`. Asks nothing of the site until the first call."""

    kind = "jsonapi"

    def __init__(
        self,
        url: str,
        config: JsonapiConfig,
        *,
        secret: str | None = None,
        front: Basic | None = None,
        workers: int = 8,
        timeout: float = 30.0,
        patience: Patience | None = None,
    ) -> None:
        self._config = config
        self.reading = reading(config)
        self._fields = naming.by_type(config.fields)
        self._read_only = naming.by_type(config.read_only, "read_only")
        self.read_only = config.read_only
        """Albums that are never written."""
        self.describes = bool(config.long_description)
        """A field for long descriptions is named."""
        self._client = Client(
            url,
            config,
            secret=secret,
            front=front,
            workers=workers,
            timeout=timeout,
            patience=patience,
        )
        media = Media(self._client, self._learnt)
        self._fetching = Fetching(self._client, self._item_of, media.now)
        self._texts = TextFields(self._client)
        self._schemas: dict[str, Schema] = {}
        self._samples: dict[str, TypeSample] = {}
        """Of types that were learnt; a listing takes them away."""
        self._label_checked = False
        self._lock = threading.Lock()
        self.formats = Formats(self._client)
        """Which text formats this login may use, as far as it was asked."""
        self._writer = Writer(self._client, self.formats)

    def check(self) -> None:
        """Log in and ask who is logged in. Raises LoginFailed, NotThere, Unreachable; a
        wrong login never twice.

        After the first call it asks again, for one request: a session may have ended,
        and is renewed then, once.
        """
        if not self._client.ready():
            self._client.confirm()

    def probe(self) -> Sequence[Note]:
        """The site in sentences. Raises nothing but Unreachable."""
        from altsync.sources.jsonapi.probe import notes

        try:
            return notes(self._client, self._config, self._fields)
        except Unreachable:
            raise
        except (SourceError, ConfigError) as error:
            return [Note(False, str(error))]

    def listing(self, since: str | None = None) -> JsonapiListing:
        if not (self._fields or self._config.texts):
            raise ConfigError(
                "altsync.toml: jsonapi.fields is empty, and jsonapi.texts asks for no"
                " text. Run `altsync init URL`, or name fields such as"
                ' "media--image.field_media_image".'
            )
        if since is None:
            return FullListing(
                self._client,
                self._fields,
                self._learnt,
                self._texts,
                self._samples,
            )
        return JsonapiListing(
            self._client, list(self._fields), self._learnt, since, self._texts
        )

    def read(self, image_id: str) -> SiteImage:
        self._client.ready()
        kind, number, language = naming.parsed(image_id)
        schema = self._with_texts(self._schema(kind), [image_id.partition("/")[0]])
        by_uuid = schema.number == "id" or "-" in number
        key = "id" if by_uuid else schema.number
        query = [*condition("this", key, "=", number), *schema.query()]
        document, _ = self._client.get(self._client.url(kind, language), query)
        items = [shape.read(schema, row) for row in rows_of(document)]
        media = Media(self._client, self._learnt)
        texts = [text for item in items for text in item.texts.values()]
        media.look_up(in_text.embedded(texts))
        here = Addresses(
            self._client.http.base,
            self._client.language_path(language),
            files_of(document),
            media.known,
        )
        for item in items:
            for image in self.formats.marked(item, shape.images(item, here)):
                if image.id == image_id:
                    return image
        raise NotThere(f"{image_id} is not on the site, or not visible to this login.")

    def fresh(self, images: Sequence[SiteImage]) -> JsonapiFresh:
        found = self._fresh(images, self._settled)
        if found.item is not None:
            never.refuse(images, found.item)
        return found

    def stored(self, images: Sequence[SiteImage]) -> Mapping[str, Flat]:
        return self._fresh(images, self._now).flats

    def _fresh(self, images: Sequence[SiteImage], ask: Ask) -> JsonapiFresh:
        self._client.ready()
        if not images:
            return JsonapiFresh({})
        kind, _, uuid = images[0].entity.partition("/")
        language = images[0].language
        self._refuse_what_is_left_out(images)
        schema = self._with_texts(
            self._learnt(kind), {one.album for one in images if one.in_text}
        )
        try:
            item, _ = ask(schema, language, uuid)
        except PathGone as error:
            raise Rejected(str(error), status=error.status) from None
        except NotThere:
            return JsonapiFresh({})
        except LoginFailed as error:
            if error.status != 401 or self._config.login != "none":
                raise
            raise Hidden(
                f"{images[0].id} is not visible without a login (401)."
                f" {says.see('unpublished')}",
                status=401,
            ) from None
        if language is not None and item.language != language:
            # The translation was deleted: what came is another one (098).
            return JsonapiFresh({})
        asked = {image.id for image in images}
        if item.unseen and any(
            naming.field_of(one.album) in item.unseen for one in images
        ):
            raise Hidden(
                f"{images[0].album} is not shown to this login. {says.see('permissions')}"
            )
        flats = {key: flat for key, flat in item.flats().items() if key in asked}
        return JsonapiFresh(flats, item, language, item.spelled())

    def _item_of(self, image: SiteImage) -> Item | None:
        return self._fresh([image], self._now).item

    def may_be_put_back(self, image: SiteImage) -> bool:
        """Of a paragraph: the page's own date stands still when it is written, so that
        Drupal does not refuse the form that was open (962, 963)."""
        kind = image.entity.partition("/")[0]
        known = self._schemas.get(kind)
        return "paragraph" in (kind.partition("--")[0], known and known.entity)

    def is_stale(self, image: SiteImage, fresh: Fresh | None = None) -> bool:
        """See `base.Source`; one request."""
        self._client.ready()
        item = fresh.item if isinstance(fresh, JsonapiFresh) else None
        schema = self._learnt(image.entity.partition("/")[0])
        return is_behind(self._client, schema, image, item)

    def leaves_out(
        self, album: str, language: str | None, in_text: bool = False
    ) -> bool:
        return self._config.leaves_out(album, language, in_text)

    def _refuse_what_is_left_out(self, images: Sequence[SiteImage]) -> None:
        for image in images:
            if self.leaves_out(image.album, image.language, image.in_text):
                where = "jsonapi.texts" if image.in_text else "jsonapi.fields"
                raise LeftOut(
                    f"altsync.toml leaves {image.id} out: {where} or"
                    " jsonapi.languages does not name it (any more).",
                    needed="altsync.toml does not name its field or language (any more).",
                    grant=f"Name it again in {where} or jsonapi.languages.",
                    alone=True,
                )

    def _settled(
        self, schema: Schema, language: str | None, uuid: str
    ) -> tuple[Item, HttpAnswer]:
        """The item, read when its last save is old enough for `changed` to guard it."""
        for _ in range(3):
            item, answer = self._now(schema, language, uuid)
            wait = SETTLED - age(item, answer, SETTLED)
            if wait <= 0:
                break
            time.sleep(min(wait, SETTLED))
        return item, answer

    def _now(
        self, schema: Schema, language: str | None, uuid: str
    ) -> tuple[Item, HttpAnswer]:
        """The item as it is at this moment."""
        url = self._client.url(schema.kind, language, uuid)
        query = [(f"fields[{schema.kind}]", schema.to_write())]
        document, answer = self._client.get(url, query, fresh=True)
        data = document["data"]
        if not isinstance(data, dict):
            raise BadAnswer(f"{place(url)} answered without the item.")
        return shape.read(schema, data), answer

    def write(
        self, fresh: Fresh, new: Mapping[str, Flat], message: str
    ) -> Mapping[str, Flat]:
        """One PATCH; see `sending`."""
        self._client.ready()
        item = fresh.item if isinstance(fresh, JsonapiFresh) else None
        if item is None or not isinstance(fresh, JsonapiFresh):
            raise NotThere("The item is not on the site any more.")
        return self._writer.write(item, fresh.language, fresh.flats, new, message)

    def pixels(self, image: SiteImage, max_bytes: int = 60_000_000) -> bytes:
        return self.file(image, max_bytes).data

    def file(self, image: SiteImage, max_bytes: int = 60_000_000) -> ImageFile:
        return self._fetching.file(image, max_bytes)

    @property
    def remarks(self) -> Sequence[str]:
        """See `base.Source`."""
        return self._fetching.remarks

    def facts(self, image: SiteImage) -> FileFacts:
        return self._fetching.facts(image)

    @contextlib.contextmanager
    def visiting(self, *, logged_in: bool = False) -> Iterator[Http]:
        """See `base.Source`. Pages refuse a login by HTTP Basic, those too that everybody
        sees (783); a token opens them as a session does (897)."""
        if not logged_in:
            with contextlib.closing(self._client.visitor()) as http:
                yield http
            return
        if self._config.login in ("none", "basic"):
            raise UsageError(
                f'altsync.toml: jsonapi.login = "{self._config.login}" cannot log in on'
                ' pages. --logged-in needs login = "cookie" or a token.'
                f" {says.see('login')}"
            )
        self.check()
        yield self._client.http

    def page_addresses(self, tell: Callable[[str], object]) -> Iterator[str]:
        """The addresses of the site's nodes that this login sees published. See
        `base.Source`."""
        self._client.ready()
        yield from aliases.addresses(self._client, self._learnt, tell)

    def halt(self) -> None:
        self._client.http.halt()

    def close(self) -> None:
        self._client.http.close()

    def _schema(self, kind: str) -> Schema:
        """What is known of a type that altsync.toml names. Raises LeftOut for another."""
        named = kind in self._fields or kind in self._texts.kinds()
        schema = self._learnt(kind) if named else None
        if schema is None or not (schema.fields or schema.html):
            raise LeftOut(
                f"altsync.toml leaves `{kind}` out: jsonapi.fields and jsonapi.texts name"
                " no field of it."
            )
        return schema

    def _with_texts(self, schema: Schema, albums: Iterable[str]) -> Schema:
        """The type with the texts of these albums: where all of them are empty by now,
        its items do not tell that they are texts."""
        known = {naming.field_of(album) for album in albums}
        more = sorted(known - {*schema.fields, *schema.html})
        return dataclasses.replace(schema, html=(*schema.html, *more))

    def _learnt(self, kind: str) -> Schema:
        """What is known of any type, from a sample page once in the life of this source."""
        with self._lock:
            known = self._schemas.get(kind)
            if known is None:
                seen = sample.take(self._client, kind)
                if self._config.label and kind in self._fields:
                    self._check_label(self._config.label, kind, seen)
                learnt = learn(
                    kind,
                    self._fields.get(kind, ()),
                    seen.rows,
                    self._config.label,
                    self._read_only.get(kind, ()),
                    number=None if seen.rows else self._number_of_none(kind),
                    description=self._config.long_description,
                )
                known = self._schemas[kind] = dataclasses.replace(
                    learnt,
                    html=self._texts.of(learnt, seen),
                    externals=self._config.texts_external,
                )
                self._samples[kind] = sample.without_words(seen, known.html)
            return known

    def _check_label(self, label: LabelField, kind: str, seen: TypeSample) -> None:
        """Refuse a label field that no type has, once in the life of this source. One of
        several types is enough; where items of one cannot be seen, nobody knows. `seen`:
        the sample of `kind`, which is at hand."""
        if self._label_checked:
            return
        self._label_checked = True
        known = {kind: seen}
        there: set[str] = set()
        for one in self._fields:
            try:
                rows = (known.get(one) or sample.take(self._client, one)).rows
            except (Rejected, NotAllowed, NotThere, BadAnswer):
                return
            names = (rows[0].get("attributes") or {}) if rows else {}
            if label.field in names or not rows:
                return
            there.update(names)
        refuse_a_mistyped(label, sorted(there), "jsonapi")

    def _number_of_none(self, kind: str) -> str:
        """What to sort a type by of which no item can be seen: its usual number, where
        the site knows it by that name (812), else the uuid, which always works (830).
        """
        if kind not in self._fields:
            return "id"  # of one of which only texts are mirrored nothing is walked
        usual = usual_number(kind.partition("--")[0])
        try:
            self._client.get(
                self._client.url(kind, None), [("sort", usual), ("page[limit]", "1")]
            )
        except Rejected:
            return "id"
        return usual
