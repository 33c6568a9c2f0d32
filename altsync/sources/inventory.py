"""Which images an album site has: text file, directory, sitemap, JSON endpoint, or
their union (album-api, inventory).

There is no list call, so nothing here is taken on trust: whatever is missing,
unreadable, empty or left out is a gap, and a listing with a gap is not complete. Ids
are streamed as they are read, never gathered.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urljoin

from requests.utils import parse_header_links

from altsync import addresses
from altsync.errors import BadAnswer, ConfigError, NotThere, SourceError
from altsync.models import SiteImage
from altsync.sources import names, sitemap
from altsync.sources.answers import HttpAnswer, origin, place
from altsync.sources.base import Unread
from altsync.sources.endless import Barren
from altsync.sources.http import Http
from altsync.sources.sitemap import Gap

MAX_PAGE_BYTES = 64_000_000

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*", re.DOTALL)


class Inventory(Protocol):
    """One entry of `album.inventory`."""

    name: str
    """As the notes show it, without secrets."""

    def ids(self, gap: Gap) -> Iterator[str]:
        """Ids as they come, unchecked. Tells `gap` what it leaves out; raises
        SourceError where it cannot go on."""


class AlbumListing:
    """The union of inventories, as a `Listing`. Ids may repeat."""

    inventory = True
    """It is the owner's list, not the site's."""

    def __init__(self, inventories: Sequence[Inventory]) -> None:
        self._inventories = inventories
        self._gaps: dict[tuple[str, str], tuple[int, str]] = {}
        self._done = False
        self.counts: dict[str, int] = {}
        """Usable ids per inventory, while and after iterating."""
        self.absent = False
        """An inventory is not on the site at all."""
        self.faults: list[str] = []
        """Inventories that gave nothing, broke off, or named mostly what is no image."""

    @property
    def complete(self) -> bool:
        return self._done and not self._gaps

    @property
    def notes(self) -> Sequence[str]:
        """One sentence a kind of gap, however many there are of it."""
        return [
            f"{where}: {reason}{_how_often(count, example)}"
            for (where, reason), (count, example) in self._gaps.items()
        ]

    def __iter__(self) -> Iterator[str | SiteImage | Unread]:
        if not self._inventories:
            self._gap(
                "altsync.toml",
                "album.inventory names nothing, so no image is known",
                "",
            )
            self.faults.append("album.inventory")
        for inventory in self._inventories:
            yield from self._one(inventory)
        self._done = True

    def _one(self, inventory: Inventory) -> Iterator[str]:
        name, before = inventory.name, len(self._gaps)
        self.counts[name] = bad = 0

        broke_off = False

        def gap(reason: str, example: str, *, rest: bool = False) -> None:
            nonlocal bad, broke_off
            bad += 1
            broke_off |= rest
            self._gap(name, reason, example)

        try:
            for image_id in inventory.ids(gap):
                why = names.unusable(image_id)
                if why:
                    gap(f"an entry is {why}", ascii(image_id)[:120])
                else:
                    self.counts[name] += 1
                    yield image_id
        except SourceError as error:
            self.absent |= isinstance(error, NotThere)
            gap(str(error), "", rest=True)
        if not self.counts[name] and len(self._gaps) == before:
            self._gap(name, "it names no image", "")
        mostly_bad = bad > self.counts[name] or not self.counts[name]
        if mostly_bad or broke_off:
            self.faults.append(name)

    def _gap(self, where: str, reason: str, example: str) -> None:
        count, first = self._gaps.get((where, reason), (0, example))
        self._gaps[where, reason] = (count + 1, first)


def is_address(entry: str) -> bool:
    """Is this an address of the web, and no path?"""
    return entry.lower().startswith(("http://", "https://"))


def from_environment(address: str) -> str:
    """The address with each {ALTSYNC_NAME} replaced by that variable, to be sent and
    never stored. Raises ConfigError where one is not set."""
    try:
        return addresses.filled(address, os.environ)
    except KeyError as error:
        raise ConfigError(
            f"altsync.toml: {addresses.shown(address)} takes the value of"
            f" {error.args[0]} from the environment, where it is not set. Set it, then"
            " run again."
        ) from None


def open_inventory(entry: str, base: Path, http: Http) -> Inventory:
    """The inventory that an entry of altsync.toml names; local paths count from `base`."""
    if is_address(entry):
        return WebInventory(entry, http)
    path = base / Path(entry).expanduser()
    if path.is_dir():
        return DirectoryInventory(path, entry)
    return FileInventory(path, entry, http)


class FileInventory:
    """A text file of `album/image` lines, or a sitemap that was saved.

    `#` starts a comment at the start of a line or after white space; a name may hold
    one inside.
    """

    def __init__(self, path: Path, name: str, http: Http) -> None:
        self.name = name
        self._path = path
        self._http = http

    def ids(self, gap: Gap) -> Iterator[str]:
        try:
            if self._path.name.lower().endswith((".xml", ".xml.gz")):
                yield from self._sitemap(gap)
            else:
                yield from self._lines(gap)
        except FileNotFoundError:
            raise BadAnswer(
                "there is no such file or directory. Check album.inventory in"
                " altsync.toml."
            ) from None
        except OSError as error:
            raise BadAnswer(f"it cannot be read ({error.strerror}).") from None

    def _sitemap(self, gap: Gap) -> Iterator[str]:
        if self._path.stat().st_size > sitemap.MAX_BYTES:
            raise BadAnswer("the file is too large for a sitemap.")
        url = f"{self._http.base}/{self._path.name}"
        yield from sitemap.ids(self._http, url, self._path.read_bytes(), gap)

    def _lines(self, gap: Gap) -> Iterator[str]:
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                encoding = "utf-8-sig" if number == 1 else "utf-8"
                try:
                    text = _COMMENT.sub("", line.decode(encoding)).strip()
                except UnicodeDecodeError:
                    gap("a line is not UTF-8", f"line {number}")
                    continue
                if text:
                    yield text


class DirectoryInventory:
    """`DIR/<album>/<image>.<ext>`, albums nested one level at most. Other files are not
    images and no gap."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self.path = path

    def ids(self, gap: Gap) -> Iterator[str]:
        yield from self._folder(self.path, (), gap)

    def _folder(self, folder: Path, album: tuple[str, ...], gap: Gap) -> Iterator[str]:
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            reason = f"a directory cannot be read ({error.strerror})"
            gap(reason, _shown(folder), rest=True)
            return
        for entry in entries:
            if not entry.name.startswith("."):
                yield from self._entry(entry, album, gap)

    def _entry(
        self, entry: os.DirEntry[str], album: tuple[str, ...], gap: Gap
    ) -> Iterator[str]:
        path = Path(entry.path)
        if entry.is_symlink() and not self._leads_inside(path):
            gap(
                "a symbolic link leads out of the directory or nowhere, and was not"
                " followed",
                _shown(path),
            )
        elif entry.is_dir() and len(album) < 2:
            yield from self._folder(path, (*album, entry.name), gap)
        elif entry.is_dir():
            gap(
                "a directory is nested more than one level below its album",
                _shown(path),
            )
        elif path.suffix.lower() in names.EXTENSIONS and album:
            yield "/".join((*album, path.stem))
        elif path.suffix.lower() in names.EXTENSIONS:
            gap("an image lies in no album", _shown(path))

    def _leads_inside(self, path: Path) -> bool:
        try:
            return path.resolve(strict=True).is_relative_to(
                self.path.resolve(strict=True)
            )
        except (OSError, RuntimeError):
            return False


class WebInventory:
    """A sitemap or a JSON list at a URL: told apart by what comes, not by what it is
    called."""

    def __init__(self, url: str, http: Http) -> None:
        self.name = place(url)
        self._url = from_environment(url)
        self._http = http

    def ids(self, gap: Gap) -> Iterator[str]:
        headers = {"Accept": "application/json, application/xml;q=0.9, */*;q=0.5"}
        first = self._http.get(self._url, headers=headers, max_bytes=MAX_PAGE_BYTES)
        start = first.body.lstrip(b"\xef\xbb\xbf \t\r\n")
        if start.startswith((b"<", b"\x1f\x8b")) and not first.looks_like_html:
            yield from sitemap.ids(self._http, first.url, first.body, gap)
        else:
            yield from self._pages(first, gap)

    def _pages(self, answer: HttpAnswer, gap: Gap) -> Iterator[str]:
        home = origin(answer.url)
        seen = {self._url, answer.url}
        named: set[int] = set()
        barren = Barren()
        while True:
            document = answer.json()
            before = len(named)
            for image_id in _entries(document, gap):
                named.add(hash(image_id))
                yield image_id
            try:
                following = _next(answer, document)
                at_home = following is None or origin(following) == home
            except (ValueError, SourceError):
                reason = "the address of the next page cannot be read"
                gap(reason, place(answer.url), rest=True)
                return
            if following is None:
                return
            if not at_home:
                gap(
                    "the next page lies on another origin and was not read",
                    place(following),
                    rest=True,
                )
                return
            if following in seen:
                gap("the pages run in a circle", place(following), rest=True)
                return
            if barren.ends(news=len(named) > before):
                reason = f"{barren}, so the rest was not read"
                gap(reason, place(following), rest=True)
                return
            seen.add(following)
            answer = self._http.get(following, max_bytes=MAX_PAGE_BYTES)
            seen.add(answer.url)


def _how_often(count: int, example: str) -> str:
    """What follows the reason of a gap: the number of times, and the first of them."""
    if count == 1:
        return f" ({example})" if example else ""
    times = f", {count} times"
    return f"{times} (first: {example})" if example else times


def _entries(document: Any, gap: Gap) -> Iterator[str]:
    """The ids of one page. Tells `gap` of an entry that names none."""
    for entry in _array(document):
        named = _named(entry)
        if named is None:
            gap(
                'an entry is neither "album/image" nor an object with album and image',
                json.dumps(entry)[:120],
            )
        else:
            yield named


def _array(document: Any) -> list[Any]:
    """An array, or the one that an object holds: in `data`, or the only one there."""
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        data = document.get("data")
        if isinstance(data, list):
            return data
        arrays = [value for value in document.values() if isinstance(value, list)]
        if len(arrays) == 1:
            return arrays[0]
    raise BadAnswer("the answer is not a JSON array of images, nor an object with one.")


def _named(entry: Any) -> str | None:
    """The id that an entry names; None where it is neither of the two shapes."""
    if isinstance(entry, str):
        return entry
    if not isinstance(entry, dict):
        return None
    album, image = entry.get("album"), entry.get("image")
    if isinstance(album, str) and isinstance(image, str):
        return f"{album}/{image}"
    return None


def _next(answer: HttpAnswer, document: Any) -> str | None:
    """The next page: `links.next` (a text, or an object with href), else RFC 8288
    `Link: <...>; rel="next"`."""
    target = _next_in(document)
    if target is None:
        target = _next_of(answer.headers.get("Link", ""))
    if target is None:
        return None
    if not isinstance(target, str) or not target:
        raise ValueError("not an address")
    return urljoin(answer.url, target)


def _next_in(document: Any) -> Any:
    if not isinstance(document, dict):
        return None
    links = document.get("links")
    if not isinstance(links, dict):
        return None
    target = links.get("next")
    if isinstance(target, dict):
        return target.get("href")
    return target


def _next_of(header: str) -> str | None:
    for link in parse_header_links(header):
        if "next" in link.get("rel", "").lower().split():
            return str(link["url"])
    return None


def _shown(path: Path) -> str:
    text = str(path)
    return text if text.isprintable() else ascii(text)
