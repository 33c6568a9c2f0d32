"""`altsync packet DIR`: a folder with everything that somebody needs to judge, and a way
to say it.

    DIR/packet.html            the page, which works from a disk
    DIR/packet.csv             the same for spreadsheets
    DIR/packet.xlsx            the same, where openpyxl is there
    DIR/pictures/HASH.jpg

The pictures are written first. The lines are kept in the database before a file names
them: what comes back is always known.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from altsync.atomic import make_directory, replacing
from altsync.config import Config
from altsync.doubts import Doubts
from altsync.errors import UsageError
from altsync.models import Origin, Verdict
from altsync.models.packet import ID_LENGTH, PacketLine, letters
from altsync.models.underway import Work
from altsync.packets import tables, xlsx
from altsync.pictures.cache import Cache
from altsync.pictures.thumbnails import Thumbnails
from altsync.render import packet as rendering
from altsync.render.packet import PacketHead, PacketImage, PacketText
from altsync.render.uses import summary, tag
from altsync.report import Quiet, Report
from altsync.store import looks, packets, queue, search
from altsync.store.looks import Candidate, Look
from altsync.store.queue import Filter
from altsync.store.store import Store
from altsync.uses import whereabouts
from altsync.verdicts import acts, asides

PAGE, CSV, XLSX, PICTURES = "packet.html", "packet.csv", "packet.xlsx", "pictures"
SIDE = 768
"""Pixels of a picture's longer side."""
SCORED = 500
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Packed:
    """What was written."""

    packet: str
    images: int
    lines: int
    left: int
    """Images that the filter has and the packet has not."""
    pictures: int
    page: Path
    xlsx: bool


@dataclass(frozen=True, slots=True)
class Packing:
    """Write what waits to `directory`, for somebody else to judge."""

    config: Config
    store: Store
    directory: Path
    wanted: Filter
    in_words: str
    """The same, in words."""
    by: str
    given_to: str = ""
    limit: int = 200
    """At most so many images."""
    new: bool = False
    """None that another packet has already."""
    report: Report = field(default_factory=Quiet)

    def run(self) -> Packed:
        """Do it once. Raises UsageError where nothing waits, or where the directory
        holds something: verdicts may stand in it."""
        self._check_room()
        name = letters(secrets.token_bytes(ID_LENGTH), ID_LENGTH)
        self._score()
        with self.store.snapshot() as conn:
            pictures = self._pictures(conn, list(self._images(conn)))
        with self.store.write() as tx:
            wanted = list(self._images(tx))
            if not wanted:
                raise UsageError(
                    f"No image fits ({self.in_words}): no packet was written."
                )
            left = queue.count(tx, self.wanted) - len(wanted)
            images = list(self._gathered(tx, name, wanted))
            lines = [one.line for image in images for one in image.texts]
            packets.add(tx, name, self.by, self.given_to, self.in_words, lines)
        shown = [replace(one, picture=pictures.get(one.image)) for one in images]
        return self._put(name, shown, left)

    def _check_room(self) -> None:
        there = self.directory.exists() and any(self.directory.iterdir())
        if there:
            raise UsageError(
                f"{self.directory} is not empty; nothing was written, since verdicts may"
                " stand in it. Name another directory."
            )

    def _score(self) -> None:
        """The queue's order is by risk, which is worked out when it is asked for; so is
        what is said of images."""
        doubts = Doubts(self.config)
        left = 1
        while left:
            with self.store.write() as tx:
                left = queue.score(tx, doubts.at(tx).of_image, SCORED)
                left += search.fill(tx) if self.wanted.words else 0

    def _images(self, tx: sqlite3.Connection) -> Iterator[str]:
        """The first of the queue, as many as are wanted."""
        after, wanted = "", self.limit
        while wanted:
            found = queue.waiting(tx, self.wanted, self.limit, after=after)
            if not found:
                return
            after = found[-1]
            taken = set(packets.handed_out(tx, found)) if self.new else set()
            fresh = [one for one in found if one not in taken][:wanted]
            wanted -= len(fresh)
            yield from fresh

    def _gathered(
        self, tx: sqlite3.Connection, packet: str, images: Iterable[str]
    ) -> Iterator[PacketImage]:
        number = 0
        for image in images:
            look = looks.look(tx, image)
            if look is None:
                continue
            texts = []
            for one in _offered(look):
                number += 1
                texts.append(_text(look, one, packet, number))
            yield _image(tx, look, tuple(texts))

    def _pictures(
        self, conn: sqlite3.Connection, images: Sequence[str]
    ) -> dict[str, str]:
        """Write the pictures, and say where. They take longest, so they come first: where
        that ends early, nothing counts as handed out."""
        if not images:
            return {}
        make_directory(self.directory / PICTURES)
        thumbnails = Thumbnails(Cache.beside(self.config.database), conn, SIDE)
        self.report.start(Work.WRITE_PACKET, len(images))
        found = {}
        for image in images:
            jpeg = thumbnails.jpeg(image)
            self.report.step()
            if jpeg is None:
                continue
            name = f"{PICTURES}/{hashlib.sha256(jpeg).hexdigest()[:32]}.jpg"
            with replacing(self.directory / name) as part:
                part.write_bytes(jpeg)
            found[image] = name
        return found

    def _put(self, packet: str, shown: Sequence[PacketImage], left: int) -> Packed:
        """Write the files that name the packet."""
        head = PacketHead(
            packet,
            self.config.site.url,
            self.by,
            self.given_to,
            acts.LONGEST,
            asides.LONGEST_NOTE,
        )
        script, style = (
            (_HERE / name).read_text("utf-8") for name in ("packet.js", "packet.css")
        )
        page = self.directory / PAGE
        _write(page, rendering.page(head, shown, script, style))
        rows = list(_rows(shown, self.given_to))
        _write(self.directory / CSV, tables.document(rows))
        return Packed(
            packet=packet,
            images=len(shown),
            lines=len(rows),
            left=left,
            pictures=sum(one.picture is not None for one in shown),
            page=page,
            xlsx=xlsx.write(self.directory / XLSX, rows),
        )


def _offered(look: Look) -> list[Candidate | None]:
    """The candidates to judge: all that nobody has rejected; else none, for a text of
    the reviewer's own."""
    found: list[Candidate | None] = [
        one for one in look.candidates if one.verdict is not Verdict.REJECTED
    ]
    return found or [None]


def _text(look: Look, one: Candidate | None, packet: str, number: int) -> PacketText:
    image = look.mirrored.image.id
    if one is None:
        line = PacketLine(packet, number, image, None, look.seen, "")
        return PacketText(line)
    line = PacketLine(
        packet, number, image, one.id, look.seen, one.alt, one.long_description or ""
    )
    return PacketText(line, one.author, one.findings, tuple(_remarks(look, one)))


def _remarks(look: Look, one: Candidate) -> Iterator[str]:
    if one.verdict is Verdict.UNSURE:
        yield f"{one.reviewer} is unsure and asks: {one.note or ''}"
    elif one.verdict is not None:
        yield f"{one.verdict.capitalize()} by {one.reviewer} already."
    if one.reference:
        yield "Asked for to compare others with."
    if not look.stands(one):
        yield (
            "Proposed for an earlier text or picture: if you approve it, it becomes your"
            " text."
        )
    if look.mirrored.origin is Origin.HUMAN:
        yield "The site has a person's words there."


def _image(
    tx: sqlite3.Connection, look: Look, texts: tuple[PacketText, ...]
) -> PacketImage:
    image = look.mirrored.image
    stands = summary(whereabouts.of(tx, image.id))
    rows = (("Title", image.title), ("Caption", image.caption), ("Stands", stands))
    return PacketImage(
        image=image.id,
        texts=texts,
        alt=image.alt,
        rows=tuple((name, value) for name, value in rows if value),
        language=tag(image.language),
        title=image.title or "",
        page=image.page_url or "",
    )


def _rows(images: Iterable[PacketImage], given_to: str) -> Iterator[dict[str, object]]:
    """The lines for a spreadsheet."""
    for image in images:
        for one in image.texts:
            line = one.line
            yield {
                tables.PACKET: line.packet,
                tables.LINE: line.line,
                tables.IMAGE: line.image,
                tables.CANDIDATE: "" if line.candidate is None else line.candidate,
                tables.TITLE: image.title,
                tables.PAGE: image.page,
                tables.PROPOSED: line.shown,
                tables.LONG: line.long_description,
                tables.BY: given_to,
                tables.CHECKSUM: line.checksum,
            }


def _write(path: Path, pieces: Iterable[str]) -> None:
    with (
        replacing(path) as part,
        part.open("w", encoding="utf-8", newline="") as file,
    ):
        file.writelines(pieces)
