"""The album API: a site with two hand-made endpoints, `GET .../get` and `PATCH
.../patch`, and no list call.

The contract says little, and what it does not say is not depended on: not the PATCH
answer's body, not the presence of the label, not that a name is harmless. Which images
exist comes from inventories, see `inventory.py`.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from altsync.config import Config, secret
from altsync.errors import (
    BadAnswer,
    ChangedMeanwhile,
    ConfigError,
    LoginFailed,
    NotThere,
    RateLimited,
    Rejected,
    SourceError,
    Unreachable,
    UsageError,
)
from altsync.models import FileFacts, Flat, SiteImage
from altsync.sources import album_document, album_probe, names
from altsync.sources.album_door import ASKED, Door
from altsync.sources.answers import HttpAnswer, facts_of, place
from altsync.sources.base import Fresh, ImageFile, Note
from altsync.sources.credentials import Basic, Token, front_of, one_header
from altsync.sources.guard import PLAIN, guard_of
from altsync.sources.http import Http
from altsync.sources.inventory import (
    AlbumListing,
    DirectoryInventory,
    Inventory,
    WebInventory,
    from_environment,
    is_address,
    open_inventory,
)
from altsync.sources.kinds import AlbumConfig, reading
from altsync.sources.labels import refuse_a_mistyped
from altsync.sources.tries import Patience

_TEXTS: tuple[Literal["title"], Literal["alt"], Literal["caption"]] = (
    "title",
    "alt",
    "caption",
)
_FRESH = {"Cache-Control": "no-cache", **PLAIN}


def open_album(config: Config, *, workers: int) -> AlbumSource:
    """The source of altsync.toml, with the token of the environment or llm's key store."""
    return AlbumSource(
        config.site.url,
        config.table(AlbumConfig),
        token=secret("ALTSYNC_TOKEN", "altsync"),
        front=front_of(config.site.front),
        base=config.base,
        workers=workers,
        timeout=config.site.timeout,
    )


@dataclass(frozen=True, slots=True)
class AlbumFresh:
    """What the site says now. On this API an image is an entity of its own."""

    flats: Mapping[str, Flat]
    guards: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Image id -> the headers that make a PATCH conditional on it; {} for none."""


class AlbumSource:
    """An album site at `url`. `token` None sends none, which such a site refuses;
    relative paths count from `base`."""

    kind = "album"

    def __init__(
        self,
        url: str,
        config: AlbumConfig,
        *,
        token: str | None = None,
        front: Basic | None = None,
        base: Path | None = None,
        workers: int = 8,
        timeout: float = 30.0,
        patience: Patience | None = None,
    ) -> None:
        if token:
            one_header(front, "the token in ALTSYNC_TOKEN")
        self._has_token = bool(token)
        self.reading = reading(config)
        self._label = config.label
        self._guarded = config.guard
        self._http = Http(
            url,
            auth=Token(token) if token else None,
            front=front,
            workers=workers,
            timeout=timeout,
            patience=patience,
            explain=self._explain,
            named=filter(is_address, (config.pixels, *config.inventory)),
        )
        self._visitor = partial(
            Http, url, front=front, workers=workers, timeout=timeout, patience=patience
        )
        here = base or Path()
        self._inventories: list[Inventory] = [
            open_inventory(entry, here, self._http) for entry in config.inventory
        ]
        self._template, self._folders = _pixels(config, here, self._inventories)
        self._tried: list[HttpAnswer] = []
        """Images that the token was tried on."""
        self._door = Door(self._get, self._first)

    def check(self) -> None:
        """Read one image, or the next where that one is refused by itself. Raises
        ConfigError where its label field is plainly mistyped in altsync.toml."""
        self._tried.clear()
        self._door.check()
        if self._label and self._tried:
            with contextlib.suppress(SourceError):
                document = self._tried[-1].json()
                there = document if isinstance(document, dict) else ()
                refuse_a_mistyped(self._label, there, "album")

    def _get(self, image_id: str) -> HttpAnswer:
        if not image_id:
            return self._http.get(self._http.base + "/")
        answer = self._http.get(self._url(image_id, "get"))
        self._tried.append(answer)
        return answer

    def _first(self) -> list[str]:
        """Some images of the inventory, to try the token on."""
        # A local inventory names an image without a request.
        near_first = sorted(
            self._inventories, key=lambda inventory: isinstance(inventory, WebInventory)
        )
        listed = (item for item in AlbumListing(near_first) if isinstance(item, str))
        return list(itertools.islice(listed, ASKED))

    def probe(self) -> Sequence[Note]:
        """The site in sentences: token, label, inventories, pixels."""
        return album_probe.notes(
            self,
            AlbumListing(self._inventories),
            self._label,
            lambda image_id: self._fresh([image_id]).guards.get(image_id, {}),
            has_token=self._has_token,
        )

    def listing(self, since: str | None = None) -> AlbumListing:
        """Walk every inventory; this API cannot say what changed after `since`."""
        return AlbumListing(self._inventories)

    def read(self, image_id: str) -> SiteImage:
        image, _ = self._read(image_id, None)
        return image

    def fresh(self, images: Sequence[SiteImage]) -> AlbumFresh:
        return self._fresh([image.id for image in images])

    def _fresh(self, image_ids: Iterable[str]) -> AlbumFresh:
        flats: dict[str, Flat] = {}
        guards: dict[str, Mapping[str, str]] = {}
        for image_id in image_ids:
            with contextlib.suppress(NotThere):
                image, answer = self._read(image_id, _FRESH)
                flats[image_id] = image.flat()
                if self._guarded:
                    guards[image_id] = guard_of(answer.headers)
        return AlbumFresh(flats, guards)

    def write(
        self, fresh: Fresh, new: Mapping[str, Flat], message: str
    ) -> Mapping[str, Flat]:
        """One PATCH an image, with only the fields that differ, and with the guard that
        the site gives. The API has no revision log for `message`."""
        before = fresh if isinstance(fresh, AlbumFresh) else AlbumFresh(fresh.flats)
        shown = {
            image_id: self._write(image_id, before, flat)
            for image_id, flat in new.items()
        }
        return {image_id: flat for image_id, flat in shown.items() if flat is not None}

    def stored(self, images: Sequence[SiteImage]) -> Mapping[str, Flat]:
        return self.fresh(images).flats

    def may_be_put_back(self, image: SiteImage) -> bool:
        return False

    def leaves_out(
        self, album: str, language: str | None, in_text: bool = False
    ) -> bool:
        """Never: an inventory names images, and what it does not name is asked for."""
        return False

    def pixels(self, image: SiteImage, max_bytes: int = 60_000_000) -> bytes:
        return self.file(image, max_bytes).data

    def file(self, image: SiteImage, max_bytes: int = 60_000_000) -> ImageFile:
        """From the directories first, then the URL template; worked out anew, never
        from what the mirror says."""
        where = self._file(image)
        if isinstance(where, Path):
            facts = _facts_of(where)
            return ImageFile(names.bytes_of(where, max_bytes), facts)
        try:
            answer = self._http.picture(where, max_bytes=max_bytes)
        except NotThere as error:
            raise NotThere(
                f"There is no picture at {place(where)} (404). Where pictures are is said"
                " by `pixels` below [album] in altsync.toml.",
                status=error.status,
            ) from None
        return ImageFile(answer.body, facts_of(answer.headers))

    def facts(self, image: SiteImage) -> FileFacts:
        try:
            where = self._file(image)
            if isinstance(where, Path):
                return _facts_of(where)
            return facts_of(self._http.look(where).headers)
        except (Unreachable, RateLimited):
            raise
        except SourceError:
            return FileFacts()

    def _file(self, image: SiteImage) -> Path | str:
        """Where the image's file is: a path, or an address. Raises NotThere."""
        for folder in self._folders:
            path = names.find_file(folder, image.id)
            if path is not None:
                return path
        if self._template:
            return names.fill(from_environment(self._template), image.id)
        if self._folders:
            raise NotThere(
                f"There is no image file for {image.id!a} in"
                f" {' or '.join(map(str, self._folders))}."
            )
        raise NotThere(
            "Where the pictures are is not set: give album.pixels in altsync.toml."
        )

    @contextlib.contextmanager
    def visiting(self, *, logged_in: bool = False) -> Iterator[Http]:
        """See `base.Source`. The token opens the images' data, and no page."""
        if logged_in:
            raise UsageError(
                "The token of an album site opens no page, so there is nothing to log in"
                " with. Leave --logged-in out."
            )
        with contextlib.closing(self._visitor()) as http:
            yield http

    def halt(self) -> None:
        self._http.halt()

    def close(self) -> None:
        self._http.close()

    def _url(self, image_id: str, end: str) -> str:
        if why := names.unusable(image_id):
            raise NotThere(f"{image_id!a} cannot be an image on this site: {why}.")
        path = f"{self._http.base}/album/{names.quoted(image_id)}"
        return f"{path}/{end}" if end else path

    def _read(
        self, image_id: str, headers: Mapping[str, str] | None
    ) -> tuple[SiteImage, HttpAnswer]:
        try:
            answer = self._http.get(self._url(image_id, "get"), headers=headers)
        except LoginFailed as error:
            raise self._door.meaning(image_id, error) from None
        self._door.opened(image_id)
        document = answer.json()
        where = place(answer.url)
        if not isinstance(document, dict):
            raise BadAnswer(f"{where} answered JSON that is not an object.")
        if "alt" not in document:
            # Taken for empty, it would be filled, perhaps over a person's words.
            raise BadAnswer(f"{where} answered without `alt`. Is this the album API?")
        title, alt, caption = (
            album_document.text_in(document.get(field), field, where)
            for field in _TEXTS
        )
        album, name = names.split(image_id)
        label, has_label = album_document.label_in(self._label, document)
        image = SiteImage(
            id=image_id,
            album=album,
            name=name,
            alt=alt,
            title=title,
            caption=caption,
            label=label,
            has_label=has_label,
            image_url=self._image_url(image_id),
            page_url=self._url(image_id, ""),
            entity=image_id,
            raw=album_document.raw_of(document),
        )
        return image, answer

    def _image_url(self, image_id: str) -> str | None:
        for folder in self._folders:
            if path := names.find_file(folder, image_id):
                return str(path)
        return names.fill(self._template, image_id) if self._template else None

    def _write(self, image_id: str, before: AlbumFresh, new: Flat) -> Flat | None:
        """What the answer to the PATCH shows; None where the alt is not in it."""
        if image_id not in before.flats:
            raise NotThere(f"{image_id!a} is not on the site any more.")
        old = before.flats[image_id]
        body: dict[str, Any] = {
            field: new[field]
            for field in _TEXTS
            if field in new and new[field] != old.get(field)
        }
        if "label" in new and new["label"] != old.get("label"):
            body.update(album_document.label_on_wire(self._label, new["label"]))
        if not body:
            return old
        answer = self._patch(image_id, before, body)
        confirmed: Flat = {
            **old,
            **{field: body[field] for field in _TEXTS if field in body},  # type: ignore[typeddict-item]
        }
        shown = album_document.answer_to_patch(answer)
        if "alt" not in shown:
            return None
        confirmed["alt"] = album_document.same_alt(
            shown["alt"], confirmed.get("alt"), answer
        )
        if "label" in old:
            label, labelled = album_document.label_in(self._label, {**body, **shown})
            if labelled:
                confirmed["label"] = None if label is None else str(label)
        return confirmed

    def _patch(
        self, image_id: str, before: AlbumFresh, body: Mapping[str, Any]
    ) -> HttpAnswer:
        url = self._url(image_id, "patch")
        guard = before.guards.get(image_id, {})
        try:
            return self._http.write("PATCH", url, body, headers=guard)
        except Rejected as error:
            if error.status != 412 or not guard:
                raise
        raise self._refused(image_id, before)

    def _refused(self, image_id: str, before: AlbumFresh) -> SourceError:
        """The guard held (412): somebody was there, or the site does not know its own
        ETag. It is never sent without the guard."""
        now = self._fresh([image_id])
        same = now.flats.get(image_id) == before.flats[image_id]
        if same and now.guards[image_id] == before.guards[image_id]:
            return Rejected(
                f"The site refuses to change {image_id!a} (412: it has changed), though"
                " it has not: it does not know the version that it gives itself. A proxy"
                " that rewrites the ETag does that. Let it leave the ETag alone, or write"
                " guard = false below [album] in altsync.toml to send without it.",
                status=412,
            )
        return ChangedMeanwhile(
            f"{image_id!a} was saved by somebody since it was read (412). Nothing was"
            " sent.",
            status=412,
        )

    def _explain(self, answer: HttpAnswer) -> SourceError | None:
        endpoint = answer.url.startswith(f"{self._http.base}/album/")
        if answer.status not in (401, 403) or not endpoint:
            return None
        known = "The site wants a token, and none is set"
        if self._has_token:
            known = "The site refused the token"
        return LoginFailed(
            f"{known} ({answer.status} at {place(answer.url)}). Put the right one into"
            " ALTSYNC_TOKEN, or run `altsync keys set altsync`; then run again.",
            status=answer.status,
        )


def _pixels(
    config: AlbumConfig, base: Path, inventories: Sequence[Inventory]
) -> tuple[str, list[Path]]:
    """The URL template ('' where there is none) and the directories that serve pictures."""
    given = config.pixels
    if is_address(given):
        if "{image}" not in given:
            raise ConfigError(
                "altsync.toml: album.pixels holds no {image}. Write the address of one"
                " picture with {album} and {image} in place of the names."
            )
        return given, []
    if given:
        return "", [base / Path(given).expanduser()]
    return "", [
        inventory.path
        for inventory in inventories
        if isinstance(inventory, DirectoryInventory)
    ]


def _facts_of(path: Path) -> FileFacts:
    try:
        found = path.stat()
    except OSError:
        return FileFacts()
    return FileFacts(modified=str(found.st_mtime_ns), length=found.st_size)
