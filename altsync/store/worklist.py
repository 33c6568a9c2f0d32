"""Which images `generate` works on: queries over the mirror, so that whatever was
interrupted resumes by itself.

A person's words are never selected, whatever is asked, unless each image was named and
the owner asked for suggestions. The owner's own SQL (`--where`) is only ever run on a
read-only connection.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from altsync.errors import UnknownImage, UsageError
from altsync.models import Mirrored, Origin, State
from altsync.store import mirror

PAGE = 200

_MADE = (
    "SELECT 1 FROM candidates c WHERE c.id = (SELECT p.candidate_id FROM push_items p"
    " WHERE p.image_id = i.id AND p.status = 'applied' ORDER BY p.id DESC LIMIT 1)"
)
"""The candidate whose text the site has, where altsync put it there."""


@dataclass(frozen=True, slots=True)
class Worklist:
    """What the owner asked for. Conditions add up; without any of the kinds it is the
    images in state missing."""

    images: tuple[str, ...] = ()
    """Named one by one."""
    models: tuple[str, ...] = ()
    """The models that are asked: with several, an image that has a candidate of only
    some still counts as missing."""
    album: str | None = None
    stale_model: str | None = None
    """AI texts that this model wrote (as asked for, or as it answered)."""
    stale_unknown: bool = False
    """AI texts, as the site's label says, of which nobody knows the model."""
    stale_prompts: tuple[str, ...] | None = None
    """AI texts that were made with another prompt than these."""
    before: str | None = None
    """AI texts older than this moment (UTC, ISO 8601)."""
    where: str | None = None
    """The owner's SQL condition on the columns of `images` and `image_states`."""
    flagged: Callable[[Mirrored], bool] | None = None
    """AI texts that this says yes to (a finding of the lint)."""
    suggest_for_human: bool = False
    """The named images may hold a person's words."""
    limit: int | None = None

    @property
    def redo(self) -> bool:
        """Whether AI texts are to be done anew."""
        asked = (self.stale_model, self.stale_prompts, self.before, self.flagged)
        return self.stale_unknown or any(item is not None for item in asked)

    def condition(self) -> tuple[str, list[object]]:
        """SQL on `i` (images) and `s` (image_states), with its values."""
        parts: list[tuple[str, tuple[object, ...]]] = [("i.gone_at IS NULL", ())]
        if not self.suggest_for_human:
            parts.append(("i.origin IS NOT 'human'", ()))
        if self.images:
            parts.append(
                ("i.id IN (SELECT value FROM json_each(?))", (json.dumps(self.images),))
            )
        elif self.redo:
            parts.append(("s.state = 'ai'", ()))
        elif self.where is not None:
            parts.append(("s.state IN ('missing', 'ai')", ()))
        elif len(self.models) > 1:
            lacks = (
                "EXISTS (SELECT 1 FROM json_each(?) m WHERE NOT EXISTS (SELECT 1 FROM"
                " candidates c WHERE c.image_id = i.id AND c.base IS i.alt AND c.model"
                " = m.value))"
            )
            parts.append(
                (
                    f"s.state = 'missing' OR (s.state = 'needs-review' AND {lacks})",
                    (json.dumps(self.models),),
                )
            )
        else:
            parts.append(("s.state = 'missing'", ()))
        if self.album is not None:
            parts.append(("i.album = ?", (self.album,)))
        if self.stale_model is not None:
            parts.append(
                (
                    f"EXISTS ({_MADE} AND ? IN (c.model, c.resolved_model))",
                    (self.stale_model,),
                )
            )
        if self.stale_unknown:
            parts.append((f"NOT EXISTS ({_MADE} AND c.model IS NOT NULL)", ()))
        if self.stale_prompts is not None:
            other = f"EXISTS ({_MADE} AND c.prompt_id NOT IN (SELECT value FROM json_each(?)))"  # noqa: S608
            parts.append((other, (json.dumps(self.stale_prompts),)))
        if self.before is not None:
            parts.append((f"EXISTS ({_MADE} AND c.created_at < ?)", (self.before,)))
        if self.where is not None:
            chosen = (
                "SELECT images.id FROM images JOIN image_states ON"
                " image_states.image_id = images.id"
            )
            parts.append((f"i.id IN ({chosen} WHERE (\n{self.where}\n))", ()))
        return " AND ".join(f"({sql})" for sql, _ in parts), [
            value for _, values in parts for value in values
        ]


def count(conn: sqlite3.Connection, chosen: Worklist) -> int:
    """How many images that is. Raises UsageError where `where` is no condition."""
    if chosen.flagged is not None:
        return sum(1 for _ in select(conn, chosen))
    where, values = chosen.condition()
    with _owners_sql(chosen):
        row = conn.execute(
            "SELECT count(*) FROM images i JOIN image_states s ON s.image_id = i.id"  # noqa: S608
            f" WHERE {where}",
            values,
        ).fetchone()
    return int(row[0]) if chosen.limit is None else min(int(row[0]), chosen.limit)


def select(conn: sqlite3.Connection, chosen: Worklist) -> Iterator[Mirrored]:
    """The images in the order of their ids, a page at a time.

    Outside a transaction each page sees the mirror as it is by then: what a person
    wrote since the run began, and a pull has seen, is not selected any more; and a run
    of hours holds no snapshot open.
    """
    where, values = chosen.condition()
    after, number = "", 0
    while True:
        with _owners_sql(chosen):
            page = list(
                mirror.images(
                    conn,
                    f"{where} AND i.id > ?",
                    [*values, after],
                    f"i.id LIMIT {PAGE}",
                )
            )
        for image in page:
            if chosen.limit is not None and number >= chosen.limit:
                return
            if chosen.flagged is None or chosen.flagged(image):
                number += 1
                yield image
        if len(page) < PAGE:
            return
        after = page[-1].image.id


def languages(conn: sqlite3.Connection) -> list[str | None]:
    """Every language that the mirror's images have."""
    return [
        row[0]
        for row in conn.execute(
            "SELECT DISTINCT language FROM images WHERE gone_at IS NULL"
        )
    ]


def check_named(
    conn: sqlite3.Connection, images: Sequence[str], suggest: bool = False
) -> None:
    """Raises UnknownImage, or UsageError for a named image that is gone or a person's."""
    found = {known.image.id: known for known in mirror.named(conn, images)}
    for image in images:
        known = found.get(image)
        if known is None:
            raise UnknownImage(image)
        if known.state is State.GONE:
            raise UsageError(f"{image} is not on the site any more.")
        if known.origin is Origin.HUMAN and not suggest:
            raise UsageError(
                f"{image} has a person's words (or a person emptied it): altsync does"
                " not replace them. For a suggestion that stays one until you approve"
                " it: --suggest-for-human."
            )


class _owners_sql:  # noqa: N801
    """Turns SQLite's complaint about `--where` into the owner's words."""

    def __init__(self, chosen: Worklist) -> None:
        self._where = chosen.where

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: object, error: BaseException | None, trace: object
    ) -> None:
        if self._where is not None and isinstance(
            error, sqlite3.Error | sqlite3.Warning
        ):
            raise UsageError(
                f"--where {self._where!r} is not a condition that SQLite understands:"
                f" {error}. It may use the columns of images and image_states, such as"
                " \"state = 'ai' AND width > 300\"."
            ) from None
