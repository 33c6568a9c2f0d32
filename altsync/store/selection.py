"""Which images `generate` works on: queries over the mirror, so that whatever was interrupted resumes by itself.

A person's words are never selected, whatever is asked, unless each image was named and the owner asked for
suggestions. The owner's own SQL (`--where`) is only ever run on a read-only connection.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from altsync.errors import UsageError
from altsync.models import Mirrored, Origin, State
from altsync.store import mirror


@dataclass(frozen=True, slots=True)
class Selection:
    """What the owner asked for. Conditions add up; without any of the kinds it is the images in state missing."""

    images: tuple[str, ...] = ()
    """Named one by one."""
    album: str | None = None
    suggest_for_human: bool = False
    """The named images may hold a person's words."""
    limit: int | None = None

    def condition(self) -> tuple[str, list[object]]:
        """SQL on `i` (images) and `s` (image_states), with its values."""
        parts = ["i.gone_at IS NULL"]
        values: list[object] = []
        if self.images:
            parts.append("i.id IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(self.images))
        else:
            parts.append("s.state = 'missing'")
        if not self.suggest_for_human:
            parts.append("i.origin IS NOT 'human'")
        if self.album is not None:
            parts.append("i.album = ?")
            values.append(self.album)
        return " AND ".join(f"({part})" for part in parts), values


def count(conn: sqlite3.Connection, selection: Selection) -> int:
    """How many images that is."""
    where, values = selection.condition()
    row = conn.execute(
        f"SELECT count(*) FROM images i JOIN image_states s ON s.image_id = i.id WHERE {where}",  # noqa: S608
        values,
    ).fetchone()
    return int(row[0]) if selection.limit is None else min(int(row[0]), selection.limit)


def select(conn: sqlite3.Connection, selection: Selection) -> Iterator[Mirrored]:
    """The images, streamed, in the order of their ids."""
    where, values = selection.condition()
    for number, image in enumerate(mirror.images(conn, where, values, "i.id")):
        if selection.limit is not None and number >= selection.limit:
            return
        yield image


def check_named(conn: sqlite3.Connection, images: Sequence[str], suggest: bool = False) -> None:
    """Raises UsageError for a named image that is unknown, gone, or a person's."""
    found = {known.image.id: known for known in mirror.named(conn, images)}
    for image in images:
        known = found.get(image)
        if known is None:
            raise UsageError(
                f"The mirror has no image {image!r}. Names are ALBUM/NAME, as `altsync status` counts them."
            )
        if known.state is State.GONE:
            raise UsageError(f"{image} is not on the site any more.")
        if known.origin is Origin.HUMAN and not suggest:
            raise UsageError(
                f"{image} has a person's words (or a person emptied it): altsync does not replace them."
                " For a suggestion that stays one until you approve it: --suggest-for-human."
            )
