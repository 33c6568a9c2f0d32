"""What this login does not see of the site, or altsync does not read, with numbers where
they can be known.

Per type that may hold content it costs one page of items; where that is not all there
are, and the type is not walked anyway, at most `MOST_PAGES` more, of texts with a picture
in them (467-469). Numbers that would need more are said as "at least".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import (
    Callable,
    Collection,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
)
from dataclasses import dataclass, field
from typing import Any

from altsync.errors import BadAnswer, NotThere, Rejected, SourceError
from altsync.models import SiteImage, Tag, Unseen, UnseenKind
from altsync.sources.base import Unread
from altsync.sources.jsonapi import holding, sample, tags
from altsync.sources.jsonapi.carriers import is_inline
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.content import entity_of, may_hold_images
from altsync.sources.jsonapi.document import listed
from altsync.sources.jsonapi.listing import JsonapiListing
from altsync.sources.jsonapi.sample import TypeSample
from altsync.sources.jsonapi.schema import Schema
from altsync.sources.jsonapi.tags import Pictures
from altsync.sources.jsonapi.text_fields import TextFields
from altsync.sources.jsonapi.walk import Query, RowPage, condition, has_next, rows_of

MOST_PAGES = 4
"""Pages of texts of one type, beyond its sample."""
MOST_TYPES = 300
MOST_FILES = 16
"""Requests to count picture files."""
FILES = "file--file"
_UNREADABLE = (Rejected, NotThere, BadAnswer)


@dataclass(slots=True)
class Walked:
    """What a walk over all rows told on its way."""

    texts: dict[str, dict[str, Pictures]] = field(default_factory=dict)
    """Type -> attribute -> pictures in texts that are not mirrored, of each type that was
    walked whole."""
    mirrored: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Type -> the texts whose pictures are images of the mirror."""
    hidden: dict[str, int] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    """The uuids of the files that images use, of those that everybody may fetch."""


class FullListing(JsonapiListing):
    """A walk over the whole site, and then a look at what it could not see."""

    def __init__(
        self,
        client: Client,
        fields: Mapping[str, Collection[str]],
        learn: Callable[[str], Schema],
        texts: TextFields,
        samples: MutableMapping[str, TypeSample],
    ) -> None:
        """`samples`: those that `learn` takes; they are used up."""
        super().__init__(client, list(fields), learn, None, texts)
        self._samples = samples
        self._fields = fields
        self._walked = Walked({kind: {} for kind in fields}, mirrored=self.mirrored)
        self.unseen: Sequence[Unseen] | None = None
        """Counts after the last item; None where nothing could be asked."""
        self._unasked = ""
        """Why nothing of it could be asked."""

    @property
    def notes(self) -> Sequence[str]:
        told = list(super().notes)
        if self._unasked:
            told.append(f"What is not seen could not be counted: {self._unasked}")
        return told

    def __iter__(self) -> Iterator[str | SiteImage | Unread]:
        for item in super().__iter__():
            if isinstance(item, SiteImage) and item.file and _is_public(item):
                self._walked.files.add(item.file)
            yield item
        entities = {entity for entity, _ in self.hidden}
        hidden = Counter(entity.partition("/")[0] for entity in entities)
        self._walked.hidden = {kind: hidden[kind] for kind in self._fields}
        self._survey()

    def _survey(self) -> None:
        """Once the walk is whole: a site that is busy now takes nothing of it back.
        Raises SourceErrors that stop everything."""
        samples = dict(self._samples)
        self._samples.clear()
        survey = Survey(self._client, self._fields, self._walked, samples)
        try:
            facts = survey.all()
            if self._client.confirm():
                self.unseen = facts
            else:
                self._unasked = "the login ended meanwhile. Run `altsync pull --full`."
        except SourceError as error:
            if error.stops_run:
                raise
            self._unasked = str(error)

    def _seen(
        self, schema: Schema, page: RowPage, language: str | None
    ) -> Iterator[SiteImage | Unread]:
        others = set(self._languages) - {language}
        shown = [row for row in page.rows if _language_of(schema, row) not in others]
        if language != self._languages[0]:
            # What falls back to another language was counted in the first one.
            shown = [row for row in shown if _language_of(schema, row) == language]
        counted = self._walked.texts.get(schema.kind)
        if counted is not None:
            tags.tally(shown, counted, without=schema.html)
        yield from super()._seen(schema, page, language)


def survey(
    client: Client,
    fields: Mapping[str, Collection[str]],
    samples: Mapping[str, TypeSample],
) -> tuple[Unseen, ...]:
    """The same without a walk; nothing where the site is too busy to be asked."""
    try:
        return tuple(Survey(client, fields, samples=samples).all())
    except SourceError as error:
        if error.stops_run:
            raise
        return ()


@dataclass(slots=True)
class Survey:
    """One look at the site. `all` does it, once."""

    client: Client
    fields: Mapping[str, Collection[str]]
    """Type -> the image fields that altsync.toml names."""
    walked: Walked = field(default_factory=Walked)
    samples: Mapping[str, TypeSample] = field(default_factory=dict)
    """Those that were taken already."""

    def all(self) -> list[Unseen]:
        """Every fact. Raises SourceErrors that are about the whole site."""
        kinds = sorted(filter(may_hold_images, self.client.paths))
        found: list[Unseen] = []
        for kind in kinds[:MOST_TYPES]:
            found += self._type(kind)
        found += [_unreadable(kind) for kind in kinds[MOST_TYPES:]]
        found += self._files()
        return found

    def _type(self, kind: str) -> Iterator[Unseen]:
        seen = self.samples.get(kind)
        if seen is None:
            try:
                seen = sample.take(self.client, kind)
            except _UNREADABLE:
                yield _unreadable(kind)
                return
        yield from self._texts(kind, seen)
        yield from self._hidden(kind, seen)
        yield from self._fields(kind, seen)

    def _texts(self, kind: str, seen: TypeSample) -> Iterator[Unseen]:
        """Pictures in texts that are not mirrored, by field and tag."""
        mirrored = self.walked.mirrored.get(kind, ())
        walked = self.walked.texts.get(kind)
        if walked is None:
            counted, whole = self._read(kind, seen, mirrored)
            yield from _in_texts(kind, counted, at_least=not whole)
            return
        yield from _in_texts(kind, walked, at_least=False)
        # A list of texts that is not mirrored is not what a walk asks for.
        shown: dict[str, Pictures] = {}
        tags.tally(seen.rows, shown, without=(*mirrored, *walked))
        yield from _in_texts(kind, shown, at_least=not seen.whole)

    def _read(
        self, kind: str, seen: TypeSample, mirrored: Collection[str]
    ) -> tuple[dict[str, Pictures], bool]:
        """(attribute -> pictures, these are all) of a type that was not walked, or for
        some of its texts only."""
        counted: dict[str, Pictures] = {}
        tags.tally(seen.rows, counted, without=mirrored)
        names = sorted(counted)
        if seen.whole or not names:
            return counted, seen.whole
        by_filter: dict[str, Pictures] = {}
        whole = self._pages(kind, names, holding.holding(names), by_filter)
        if any(by_filter.values()):
            return by_filter, whole
        # Filters hide all rows of some types (504-514): these are read without one.
        unfiltered: dict[str, Pictures] = {}
        if any(counted.values()):
            whole = self._pages(kind, names, [], unfiltered)
        return unfiltered, whole

    def _pages(
        self, kind: str, names: Sequence[str], query: Query, into: dict[str, Pictures]
    ) -> bool:
        """Count on some pages. True where they were all."""
        url = self.client.url(kind, None)
        wanted = [("sort", "id"), (f"fields[{kind}]", ",".join(names)), *query]
        for page in range(MOST_PAGES):
            try:
                offset = ("page[offset]", str(50 * page))
                document, _ = self.client.get(url, [offset, *wanted])
            except _UNREADABLE:
                return False
            tags.tally(rows_of(document), into)
            if not has_next(document):
                return True
        return False

    def _hidden(self, kind: str, seen: TypeSample) -> Iterator[Unseen]:
        walked = self.walked.hidden.get(kind)
        if kind.startswith("user--") and kind not in self.fields:
            return  # other people's accounts, whose pictures are left out anyway
        if walked is not None:
            count, more = walked, False
        else:
            count, more = seen.hidden, not seen.whole
        if count:
            yield Unseen(UnseenKind.HIDDEN, kind, count, at_least=more)

    def _fields(self, kind: str, seen: TypeSample) -> Iterator[Unseen]:
        """What the items show, and no image of the mirror stands for."""
        more = not seen.whole
        named = self.fields.get(kind, ())
        for name, count in _image_fields(seen.rows).items():
            if name not in named:
                what = f"{kind}.{name}"
                yield Unseen(UnseenKind.LEFT_OUT, what, count, at_least=more)
        entity = entity_of(kind, seen.rows)
        inline = [one for one in seen.rows if _is_inline(entity, one)]
        if inline and not named:
            yield Unseen(UnseenKind.INLINE, kind, len(inline), at_least=more)
        videos = [one for one in seen.rows if _is_video(one)]
        if videos:
            yield Unseen(UnseenKind.THUMBNAIL, kind, len(videos), at_least=more)

    def _files(self) -> Iterator[Unseen]:
        """Picture files beyond those that images use."""
        if FILES not in self.client.paths or not self.walked.files:
            return
        known = len(self.walked.files)
        try:
            count = self._count_files(known)
        except _UNREADABLE:
            count = None
        more = count is not None and count < 0
        number = None if count is None else abs(count) - known
        if number is None or number > 0:
            yield Unseen(UnseenKind.UNUSED_FILE, FILES, number, at_least=more)

    def _count_files(self, known: int) -> int:
        """How many picture files there are, looked for by halves from `known` on; below
        zero where there are at least so many. JSON:API counts nothing itself."""
        url = self.client.url(FILES, None)
        only = condition("pictures", "filemime", "STARTS_WITH", "image/")
        left = MOST_FILES

        def beyond(offset: int) -> bool:
            nonlocal left
            left -= 1
            at = [("page[limit]", "1"), ("page[offset]", str(offset))]
            document, _ = self.client.get(url, [*at, (f"fields[{FILES}]", "id"), *only])
            return bool(rows_of(document)) or has_next(document)

        low, step = known - 1, 1
        while left and beyond(low + step):
            low, step = low + step, step * 4
        high = low + step
        while left and high - low > 1:
            middle = (low + high) // 2
            if beyond(middle):
                low = middle
            else:
                high = middle
        return low + 1 if high - low <= 1 else -(low + 1)


def _in_texts(
    kind: str, counted: Mapping[str, Pictures], *, at_least: bool
) -> Iterator[Unseen]:
    for name, pictures in sorted(counted.items()):
        for tag in Tag:
            number, texts = pictures.tags[tag], pictures.texts[tag]
            if number:
                what = f"<{tag}> in {kind}.{name}"
                yield Unseen(UnseenKind.IN_TEXT, what, number, texts, at_least)


def _is_public(image: SiteImage) -> bool:
    return bool(image.image_url) and "/system/files/" not in str(image.image_url)


def _language_of(schema: Schema, row: Mapping[str, Any]) -> str:
    return str((row.get("attributes") or {}).get(schema.langcode))


def _unreadable(kind: str) -> Unseen:
    return Unseen(UnseenKind.UNREADABLE, kind, None)


def _image_fields(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Image field -> items with an image in it. The thumbnail is a copy that nobody
    edits (242)."""
    found: dict[str, int] = {}
    for row in rows:
        for name, link in (row.get("relationships") or {}).items():
            data = link.get("data") if isinstance(link, dict) else None
            if name != "thumbnail" and any(map(_is_image, listed(data))):
                found[name] = found.get(name, 0) + 1
    return found


def _is_image(item: Mapping[str, Any]) -> bool:
    return "alt" in (item.get("meta") or {})


def _is_inline(entity: str, row: Mapping[str, Any]) -> bool:
    return is_inline(entity, row.get("attributes") or {})


def _is_video(row: Mapping[str, Any]) -> bool:
    """A medium of another site, with a picture that was fetched from there."""
    names = row.get("attributes") or {}
    thumbnail = (row.get("relationships") or {}).get("thumbnail")
    return any("oembed" in name for name in names) and bool(
        isinstance(thumbnail, dict) and listed(thumbnail.get("data"))
    )
