"""`altsync export --html`: the static site of the albums, written file by file, one
album in memory at a time."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from altsync.cli import _session

if TYPE_CHECKING:
    import sqlite3

    from altsync.config import Config
    from altsync.models import Ownership
    from altsync.render.gallery import GalleryItem

MARK = "altsync-site.txt"
WORDS = 20_000
"""Images per script of words."""


def write(config: Config, directory: Path) -> None:
    """Write the site to `directory`. Raises UsageError where something else is in it."""
    from altsync.errors import UsageError
    from altsync.render import gallery
    from altsync.render.text import count
    from altsync.store import export, history

    if (
        directory.exists()
        and any(directory.iterdir())
        and not (directory / MARK).is_file()
    ):
        raise UsageError(
            f"{directory} holds something else; nothing was written. Name another"
            " directory."
        )
    (directory / "words").mkdir(parents=True, exist_ok=True)
    (directory / "pictures").mkdir(exist_ok=True)
    (directory / MARK).write_text(
        "Made by `altsync export --html`; files here are overwritten.\n",
        encoding="utf-8",
    )
    (directory / "search.js").write_text(gallery.SEARCH, encoding="utf-8")
    albums: list[tuple[str, str, int]] = []
    with (
        _session.opened(config) as store,
        _session.talking() as talk,
        store.snapshot() as conn,
    ):
        talk.start("Writing pages")
        found = _WordScripts(directory / "words")
        for name, owned in itertools.groupby(
            history.who(conn), key=lambda one: one.album
        ):
            file = f"album-{export.file_name(name)}.html".replace("%", "_")
            items = [_item(config, conn, one, directory) for one in owned]
            _put(directory / file, gallery.album(config.site.url, name, items))
            found.add(
                (file, gallery.anchor(n), i.image, f"{i.called} {i.alt or ''}".strip())
                for n, i in enumerate(items, 1)
            )
            albums.append((name, file, len(items)))
            talk.step(len(items))
        parts = found.close()
        talk.finish()
    _put(directory / "index.html", gallery.index(config.site.url, albums, parts))
    images = sum(number for _, _, number in albums)
    click.echo(
        f"Wrote {count(images, 'image')} in {count(len(albums), 'album')}. Open"
        f" {directory / 'index.html'}"
    )


class _WordScripts:
    """Scripts of words, each of at most so many images."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.rows: list[tuple[str, str, str, str]] = []
        self.parts = 0

    def add(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        for row in rows:
            self.rows.append(row)
            if len(self.rows) == WORDS:
                self._flush()

    def close(self) -> int:
        if self.rows:
            self._flush()
        return self.parts

    def _flush(self) -> None:
        from altsync.render import gallery

        (self.directory / f"{self.parts}.js").write_text(
            gallery.words(self.rows), encoding="utf-8"
        )
        self.parts += 1
        self.rows = []


def _item(
    config: Config, conn: sqlite3.Connection, one: Ownership, directory: Path
) -> GalleryItem:
    from altsync.pictures.cache import Cache
    from altsync.pictures.thumbnails import Thumbnails
    from altsync.render import who
    from altsync.render.gallery import GalleryItem
    from altsync.render.shown import called

    small = Thumbnails(Cache.beside(config.database), conn).jpeg(one.image)
    picture = None
    if small is not None:
        picture = f"pictures/{hashlib.sha256(small).hexdigest()[:32]}.jpg"
        (directory / picture).write_bytes(small)
    name, title = one.image.rpartition("/")[2], called(one.image, one.title)
    return GalleryItem(
        one.image, name, one.alt, who.sentence(one), tuple(_rows(one)), picture, title
    )


def _rows(one: Ownership) -> Iterator[tuple[str, str]]:
    for name, value in (
        ("model", one.model),
        ("approved by", one.reviewer),
        ("sent", one.sent_at and one.sent_at[:10]),
        ("seen since", one.since and one.since[:10]),
    ):
        if value:
            yield name, value


def _put(path: Path, pieces: Iterable[str]) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)
    part.replace(path)
