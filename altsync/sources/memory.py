"""A site that lives in this process: for tests, and for trying altsync's library without
a server.

    site = MemorySource([SiteImage(id="a/b", album="a", name="b", alt="")])
    site.edit("a/b", alt="A person's words")      # somebody changes the site
    site.before = lambda step, ids: ...           # may raise, as a site or a crash would

`before` is called with the step (check, probe, list, read, fresh, write, stored, pixels)
and the image ids; where it raises, the step was not done. `after` is called when a write
was done; where it raises, the answer is lost. Images that share an `entity` are written
together. `lies`, `stores` and `answers` make it a site that is not to be believed.
"""

from __future__ import annotations

import dataclasses
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from altsync.errors import (
    ChangedMeanwhile,
    Hidden,
    LeftOut,
    NotThere,
    PictureError,
    RateLimited,
    Rejected,
    SourceError,
    Unreachable,
)
from altsync.models import FileFacts, Flat, Label, SiteImage
from altsync.sources.base import Fresh, ImageFile, Note, Unread

if TYPE_CHECKING:
    from altsync.config import Config

Hook = Callable[[str, tuple[str, ...]], None]


@dataclass(frozen=True, slots=True)
class MemoryFresh:
    """What the site says now, and at which revision of the entity."""

    flats: Mapping[str, Flat]
    entity: str = ""
    revision: int = 0


class MemoryListing:
    """One walk. Its images are taken when it starts."""

    def __init__(
        self, items: Iterable[str | SiteImage | Unread], notes: Sequence[str]
    ) -> None:
        self._items = items
        self.notes = tuple(notes)
        self.complete = False

    def __iter__(self) -> Iterator[str | SiteImage | Unread]:
        yield from self._items
        self.complete = not self.notes


def open_memory(config: Config, *, workers: int) -> MemorySource:
    """An empty site."""
    return MemorySource()


class MemorySource:
    """Implements `Source` over a dict. Thread-safe.

    `whole`: the listing carries whole images, as JSON:API's does, instead of ids to
    read. `guarded`: a write fails with ChangedMeanwhile if its entity was saved since
    `fresh`. Album sites do not guard.
    """

    kind = "memory"

    def __init__(
        self,
        images: Iterable[SiteImage] = (),
        *,
        whole: bool = False,
        guarded: bool = False,
    ) -> None:
        self._lock = threading.RLock()
        self._images: dict[str, SiteImage] = {}
        self._pixels: dict[str, bytes] = {}
        self._revisions: Counter[str] = Counter()
        self._cached: dict[str, SiteImage] = {}
        self.whole = whole
        self.guarded = guarded
        self.before: Hook | None = None
        self.after: Hook | None = None
        self.stale = False
        """`read` answers from a cache that is filled at the first read and never
        expires; `fresh` does not."""
        self.lies = False
        """A write is answered as if it were done, and nothing is stored."""
        self.stores: Callable[[str], str] | None = None
        """What a write makes of an alt that it stores; None: nothing."""
        self.answers: Literal["stored", "echo", "nothing"] = "stored"
        """What the answer to a write shows."""
        self.reading = ""
        """How the configuration has it read."""
        self.notes: list[str] = []
        """A note makes every listing partial."""
        self.hidden: set[str] = set()
        """Images that are there, and that the login may not see: not listed."""
        self.left_out: set[str] = set()
        """Albums that the configuration does not name any more: not listed."""
        self.unread: list[Unread] = []
        """Images that exist and cannot be read: listed as such."""
        self.counts: Counter[str] = Counter()
        """Steps that reached the site: read, fresh and stored (GET), write (PATCH), pixels,
        list.
        """
        self.written: list[tuple[str, dict[str, Any]]] = []
        """(image id, the fields that a write changed), in order."""
        for image in images:
            self.add(image)

    def add(self, image: SiteImage, pixels: bytes | None = None) -> None:
        """Put an image on the site, or replace it. An empty entity becomes its id."""
        with self._lock:
            image = (
                image if image.entity else dataclasses.replace(image, entity=image.id)
            )
            self._images[image.id] = image
            self._revisions[image.entity] += 1
            if pixels is not None:
                self._pixels[image.id] = pixels

    def edit(self, image_id: str, **fields: Any) -> None:
        """A person changes fields of SiteImage on the site."""
        with self._lock:
            self.add(dataclasses.replace(self._images[image_id], **fields))

    def remove(self, image_id: str) -> None:
        """A person deletes the image."""
        with self._lock:
            image = self._images.pop(image_id)
            self._revisions[image.entity] += 1

    def now(self, image_id: str) -> SiteImage:
        """The truth, uncounted and past every cache and hook. KeyError where there is none."""
        return self._images[image_id]

    @property
    def ids(self) -> list[str]:
        """Every image on the site."""
        with self._lock:
            return list(self._images)

    def check(self) -> None:
        """Nothing to check; the hooks may say otherwise."""
        self._step("check", ())

    def probe(self) -> Sequence[Note]:
        try:
            self._step("probe", ())
        except Unreachable:
            raise
        except SourceError as error:
            return [Note(False, str(error))]
        return [Note(True, f"A site in memory with {len(self._images):,} images.")]

    def listing(self, since: str | None = None) -> MemoryListing:
        self._step("list", ())
        with self._lock:
            shown = [image for image in self._images.values() if self._shows(image)]
            items: list[str | SiteImage | Unread] = list(
                shown if self.whole else (image.id for image in shown)
            )
            return MemoryListing([*items, *self.unread], self.notes)

    def read(self, image_id: str) -> SiteImage:
        self._step("read", (image_id,))
        self._seen(image_id)
        with self._lock:
            if self.stale and image_id in self._cached:
                return self._cached[image_id]
            image = self._found(image_id)
            self._cached[image_id] = image
            return image

    def fresh(self, images: Sequence[SiteImage]) -> MemoryFresh:
        asked = tuple(image.id for image in images)
        self._step("fresh", asked)
        for image_id in asked:
            self._seen(image_id)
        with self._lock:
            found = [
                self._images[image_id] for image_id in asked if image_id in self._images
            ]
            entity = found[0].entity if found else ""
            if any(image.entity != entity for image in found):
                raise ValueError("the images of one fresh read must share one entity")
            return MemoryFresh(
                {image.id: image.flat() for image in found},
                entity,
                self._revisions[entity],
            )

    def write(
        self, fresh: Fresh, new: Mapping[str, Flat], message: str
    ) -> Mapping[str, Flat]:
        changes = {
            i: _difference(fresh.flats[i], flat)
            for i, flat in new.items()
            if i in fresh.flats
        }
        if missing := [i for i in new if i not in changes]:
            raise NotThere(f"{missing[0]!a} is not on the site any more.")
        if not any(changes.values()):
            return {image_id: fresh.flats[image_id] for image_id in new}
        ids = tuple(changes)
        self._step("write", ids)
        with self._lock:
            if (
                self.guarded
                and isinstance(fresh, MemoryFresh)
                and self._revisions[fresh.entity] != fresh.revision
            ):
                raise ChangedMeanwhile(f"{ids[0]!a} was saved since it was read.")
            found = {image_id: self._found(image_id) for image_id in ids}
            if any(
                "label" in change and not found[i].has_label
                for i, change in changes.items()
            ):
                raise Rejected("This site has no label field.")
            if any(
                "long_description" in change and found[i].long_description is None
                for i, change in changes.items()
            ):
                raise Rejected("This site has no field for long descriptions.")
            if not self.lies:
                self._store(found, changes)
            shown = self._shown(ids, new)
        if self.after and not self.lies:
            self.after("write", ids)
        return shown

    def _store(
        self, found: Mapping[str, SiteImage], changes: Mapping[str, dict[str, Any]]
    ) -> None:
        for image_id, change in changes.items():
            if not change:
                continue
            kept = dict(change)
            if self.stores is not None and isinstance(kept.get("alt"), str):
                kept["alt"] = self.stores(kept["alt"])
            self.add(_changed(self._images[image_id], kept))
            if "long_description" in kept:
                self._describe(found[image_id], kept["long_description"])
            self.written.append((image_id, dict(change)))

    def _describe(self, image: SiteImage, long_description: str) -> None:
        """The field is one for all images of an entity in a language."""
        for other in list(self._images.values()):
            beside = (other.entity, other.language) == (image.entity, image.language)
            if beside and other.long_description is not None:
                self.edit(other.id, long_description=long_description)

    def _shown(self, ids: Sequence[str], new: Mapping[str, Flat]) -> Mapping[str, Flat]:
        """What the answer to a write says of these images."""
        if self.answers == "nothing":
            return {}
        if self.answers == "echo":
            return {image_id: new[image_id] for image_id in ids}
        return {image_id: self._images[image_id].flat() for image_id in ids}

    def stored(self, images: Sequence[SiteImage]) -> Mapping[str, Flat]:
        asked = tuple(image.id for image in images)
        self._step("stored", asked)
        for image_id in asked:
            self._seen(image_id)
        with self._lock:
            return {
                image_id: self._images[image_id].flat()
                for image_id in asked
                if image_id in self._images
            }

    def may_be_put_back(self, image: SiteImage) -> bool:
        return False

    def leaves_out(
        self, album: str, language: str | None, in_text: bool = False
    ) -> bool:
        return album in self.left_out

    def pixels(self, image: SiteImage, max_bytes: int = 60_000_000) -> bytes:
        self._step("pixels", (image.id,))
        if image.id not in self._pixels:
            raise NotThere(f"{image.id!a} has no picture.")
        data = self._pixels[image.id]
        if len(data) > max_bytes:
            raise PictureError(
                f"The picture of {image.id!a} is larger than {max_bytes:,} bytes.",
                kind="too big",
            )
        return data

    def file(self, image: SiteImage, max_bytes: int = 60_000_000) -> ImageFile:
        data = self.pixels(image, max_bytes)
        return ImageFile(data, _facts_of(data))

    def facts(self, image: SiteImage) -> FileFacts:
        try:
            self._step("facts", (image.id,))
        except (Unreachable, RateLimited):
            raise
        except SourceError:
            return FileFacts()
        data = self._pixels.get(image.id)
        return FileFacts() if data is None else _facts_of(data)

    def halt(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nothing to give back."""

    def _step(self, step: str, ids: tuple[str, ...]) -> None:
        if self.before:
            self.before(step, ids)
        with self._lock:
            self.counts[step] += 1

    def _shows(self, image: SiteImage) -> bool:
        return image.id not in self.hidden and image.album not in self.left_out

    def _seen(self, image_id: str) -> None:
        """Raises Hidden and LeftOut."""
        image = self._images.get(image_id)
        if image is not None and image.album in self.left_out:
            raise LeftOut(f"{image_id!a} is left out.")
        if image is not None and image_id in self.hidden:
            raise Hidden(f"{image_id!a} is not visible to this login.")

    def _found(self, image_id: str) -> SiteImage:
        if image_id not in self._images:
            raise NotThere(f"{image_id!a} is not on the site.")
        return self._images[image_id]


def _facts_of(data: bytes) -> FileFacts:
    return FileFacts(f'"{zlib.crc32(data):08x}"', None, len(data))


def _difference(old: Flat, new: Flat) -> dict[str, Any]:
    return {field: value for field, value in new.items() if old.get(field) != value}


def _changed(image: SiteImage, change: dict[str, Any]) -> SiteImage:
    fields = dict(change)
    if fields.get("label") is not None:
        fields["label"] = Label(fields["label"])
    return dataclasses.replace(image, **fields)
