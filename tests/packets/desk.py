"""A mirror, packets of it, and what came back: for the tests of verdicts on paper."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from altsync.config import Config, parse
from altsync.models.packet import PacketLine
from altsync.packets import tables
from altsync.packets.reading import CameBack, Reading
from altsync.packets.writing import Packed, Packing
from altsync.sources.memory import MemorySource
from altsync.store import candidates, packets
from altsync.store.queue import Filter
from altsync.store.store import Store
from tests.web.mirrors import build, candidate

Cells = Mapping[str, str]


@dataclass
class Desk:
    """An owner with a mirror of ten images, seven of which wait."""

    folder: Path
    config: Config
    site: MemorySource
    store: Store
    packed: dict[str, Path] = field(default_factory=dict)

    @classmethod
    def at(cls, folder: Path) -> Desk:
        config, site = build(folder)
        return cls(folder, config, site, Store.open(config.database))

    @classmethod
    def at_again(cls, folder: Path) -> Desk:
        """A copy of the mirror that `at` made, in another folder."""
        file = folder / "altsync.toml"
        config = parse(file.read_text("utf-8"), file)
        return cls(folder, config, MemorySource([]), Store.open(config.database))

    def propose(self, image: str, text: str, **more: Any) -> int:
        with self.store.write() as tx:
            return candidates.add(tx, candidate(image, text, **more))

    def hand_out(self, given_to: str = "Anna", **more: Any) -> Packed:
        """One packet of everything that waits, unless more is said."""
        wanted = more.pop("wanted", Filter())
        folder = self.folder / f"packet-{len(self.packed)}"
        done = Packing(
            self.config, self.store, folder, wanted, "all", "owner", given_to, **more
        ).run()
        self.packed[done.packet] = folder
        return done

    def lines(self, packet: str) -> dict[str, PacketLine]:
        """By image; of several of one image the first."""
        with self.store.read() as conn:
            found = list(packets.lines(conn, packet))
        return {one.image: one for one in reversed(found)}

    def written(self, packet: str) -> list[dict[str, str]]:
        """The rows of its CSV."""
        text = (self.packed[packet] / "packet.csv").read_text("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def come_back(
        self, packet: str, said: Mapping[str, Cells], name: str = "back.csv"
    ) -> Path:
        """Its CSV with these cells by image; a file that somebody sends."""
        rows = self.written(packet)
        for row in rows:
            row.update(said.get(row["image"].removeprefix("'"), {}))
        file = self.folder / f"{packet}-{name}"
        file.write_bytes(saved(rows))
        return file

    def read(self, *paths: Path) -> CameBack:
        return Reading(self.config, self.store, paths).run()

    def say(self, packet: str, image: str, verdict: str, **cells: str) -> CameBack:
        """One line comes back and is read."""
        return self.read(self.come_back(packet, {image: said(verdict, **cells)}))

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self.store.read() as conn:
            return list(map(tuple, conn.execute(sql, values)))

    def reviews(self) -> list[tuple[Any, ...]]:
        """(image, text, verdict, by, scope), in order."""
        return self.rows(
            "SELECT c.image_id, c.alt, r.verdict, r.reviewer, r.scope FROM reviews r"
            " JOIN candidates c ON c.id = r.candidate_id ORDER BY r.id"
        )

    def state(self, image: str) -> str:
        sql = "SELECT state FROM image_states WHERE image_id = ?"
        return str(self.rows(sql, image)[0][0])

    def approved(self, image: str) -> str | None:
        """The text that would be sent."""
        found = self.rows(
            "SELECT c.alt FROM image_heads h JOIN candidates c ON c.id = h.candidate_id"
            " WHERE h.image_id = ? AND h.state = 'approved'",
            image,
        )
        return None if not found else str(found[0][0])


def said(
    verdict: str, text: str = "", note: str = "", by: str = "", at: str = ""
) -> Cells:
    """What somebody fills in."""
    cells = {tables.VERDICT: verdict, tables.TEXT: text, tables.NOTE: note}
    if by:
        cells[tables.BY] = by
    if at:
        cells[tables.AT] = at
    return cells


def saved(
    rows: list[dict[str, str]], separator: str = ",", encoding: str = "utf-8-sig"
) -> bytes:
    """The rows as a spreadsheet would save them."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding, "replace")
