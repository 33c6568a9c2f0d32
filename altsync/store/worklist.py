"""Which images `generate` works on: queries over the mirror, so that whatever was
interrupted resumes by itself.

A person's words are never selected, whatever is asked, unless each image was named and
the owner asked for suggestions, or named the rules whose findings are to be replaced.
The owner's own SQL (`--where`) is only ever run on a read-only connection.
"""

from __future__ import annotations

import json
import shlex
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from altsync.errors import UnknownImage, UsageError
from altsync.manual import Page, address
from altsync.models import Mirrored, Origin, OutOfReach, SiteImage, State, Tag
from altsync.store import mirror
from altsync.store.handovers import OPEN_FOR_MODEL
from altsync.store.reach import IN_REACH, INHERITS
from altsync.store.rows import column, value
from altsync.store.vain import IN_VAIN

PAGE = 200

_MADE = """
SELECT 1 FROM candidates c
WHERE c.id = (
  SELECT p.candidate_id FROM push_items p
  WHERE p.image_id = i.id AND p.status = 'applied'
  ORDER BY p.id DESC LIMIT 1)
"""
"""The candidate whose text the site has, where altsync put it there."""
_NOT_OPEN = f"NOT {OPEN_FOR_MODEL.format(image='i.id', model='m.value')}"
_LACKS_A_MODEL = """
s.state IN {without} OR (s.state = '{waiting}' AND EXISTS (
  SELECT 1 FROM json_each(?) m
  WHERE {askable} AND NOT EXISTS (
    SELECT 1 FROM candidates c
    WHERE c.image_id = i.id AND c.base IS i.alt AND c.place IS i.place
      AND c.model = m.value AND NOT c.reference)))
"""
"""One of these models has not proposed a text yet; what it said as the reference is none
to choose."""
_NOT_OPEN_FOR_ONE = f"NOT {OPEN_FOR_MODEL.format(image='i.id', model='?')}"
_NOT_OPEN_FOR_ALL = f"EXISTS (SELECT 1 FROM json_each(?) m WHERE {_NOT_OPEN})"  # noqa: S608
_PUBLISHED = "('human', 'ai')"
_OWNERS = """
i.id IN (
  SELECT images.id FROM images
  JOIN image_states ON image_states.image_id = images.id
  WHERE (
{where}
))
"""


@dataclass(frozen=True, slots=True)
class _Part:
    """One condition, with the values of its question marks."""

    sql: str
    values: tuple[object, ...] = ()


_IN_REACH = _Part(IN_REACH)
_NOT_A_PERSONS = _Part("i.origin IS NOT 'human'")
_OF_ITS_OWN = _Part(f"NOT {INHERITS}")


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
    replace: Callable[[Mirrored], bool] | None = None
    """Texts on the site, a person's too, that this says yes to: rules that may be
    trusted with it find no text there."""
    override: bool = False
    """The named images may be media in texts that show the medium's own text: a text of
    their own, for this one place."""
    in_vain: bool = False
    """Only those for which a model had no text before."""
    passed_over: tuple[str, ...] = ()
    """Not these."""
    handed_over: bool = False
    """Also those about which somebody else has a question to each of these models."""
    limit: int | None = None

    @property
    def redo(self) -> bool:
        """Whether AI texts are to be done anew."""
        asked = (self.stale_model, self.stale_prompts, self.before, self.flagged)
        return self.stale_unknown or any(item is not None for item in asked)

    def condition(self) -> tuple[str, list[object]]:
        """SQL on `i` (images) and `s` (image_states), with its values."""
        parts = [_IN_REACH]
        if not self.suggest_for_human and self.replace is None:
            parts.append(_NOT_A_PERSONS)
        if not self.override:
            parts.append(_OF_ITS_OWN)
        parts.append(self._kind())
        parts += self._narrowed()
        sql = " AND ".join(f"({part.sql})" for part in parts)
        return sql, [value for part in parts for value in part.values]

    def _kind(self) -> _Part:
        """Which images at all; the first that was asked for."""
        if self.images:
            named = "i.id IN (SELECT value FROM json_each(?))"
            return _Part(named, (json.dumps(self.images),))
        if self.redo:
            return _Part("s.state = 'ai'")
        if self.replace is not None:
            return self._without_a_text(_PUBLISHED, State.WOULD_REPLACE)
        if self.where is not None:
            return _Part("s.state IN ('missing', 'ai')")
        return self._without_a_text("('missing')", State.NEEDS_REVIEW)

    def _without_a_text(self, without: str, waiting: State) -> _Part:
        """Images of which not every model has said something."""
        if len(self.models) > 1:
            askable = "true" if self.handed_over else _NOT_OPEN
            lacks = _LACKS_A_MODEL.format(
                without=without, waiting=waiting, askable=askable
            )
            return _Part(lacks, (json.dumps(self.models),))
        return _Part(f"s.state IN {without}")

    def _not_handed_over(self) -> Iterator[_Part]:
        """One of the models has no question about it that somebody else is to answer."""
        if len(self.models) == 1:
            yield _Part(_NOT_OPEN_FOR_ONE, self.models)
        elif self.models:
            yield _Part(_NOT_OPEN_FOR_ALL, (json.dumps(self.models),))

    def lets_through(self, image: Mirrored) -> bool:
        """What no SQL can say."""
        asked = (self.flagged, self.replace)
        return all(says is None or says(image) for says in asked)

    def _narrowed(self) -> Iterator[_Part]:
        """What adds up."""
        if self.album is not None:
            yield _Part("i.album = ?", (self.album,))
        if self.stale_model is not None:
            wrote = f"EXISTS ({_MADE} AND ? IN (c.model, c.resolved_model))"
            yield _Part(wrote, (self.stale_model,))
        if self.stale_unknown:
            yield _Part(f"NOT EXISTS ({_MADE} AND c.model IS NOT NULL)")
        if self.stale_prompts is not None:
            others = "c.prompt_id NOT IN (SELECT value FROM json_each(?))"
            values = (json.dumps(self.stale_prompts),)
            yield _Part(f"EXISTS ({_MADE} AND {others})", values)
        if self.before is not None:
            older = f"EXISTS ({_MADE} AND c.created_at < ?)"
            yield _Part(older, (self.before,))
        if self.in_vain:
            yield _Part(IN_VAIN)
        if self.passed_over:
            others = "i.id NOT IN (SELECT value FROM json_each(?))"
            yield _Part(others, (json.dumps(self.passed_over),))
        if not self.handed_over:
            yield from self._not_handed_over()
        if self.where is not None:
            yield _Part(_OWNERS.format(where=self.where))


_COUNT = """
SELECT count(*) FROM images i JOIN image_states s ON s.image_id = i.id WHERE {where}
"""


_ALONE = """
EXPLAIN SELECT CASE WHEN
{where}
THEN 1 END
FROM images JOIN image_states ON image_states.image_id = images.id
"""
"""The owner's condition between words instead of brackets: what closes a bracket of
ours (`1))) OR (((1`), to stand beside the conditions that protect a person's words, is
no condition there."""


def _condition(conn: sqlite3.Connection, chosen: Worklist) -> tuple[str, list[object]]:
    """SQL and values. Raises UsageError where the owner's own is not one condition."""
    if chosen.where is not None:
        with _owners_sql(chosen):
            conn.execute(_ALONE.format(where=chosen.where)).close()
    return chosen.condition()


def count(conn: sqlite3.Connection, chosen: Worklist) -> int:
    """How many images that is. Raises UsageError where `where` is no condition."""
    if chosen.flagged is not None or chosen.replace is not None:
        return sum(1 for _ in select(conn, chosen))
    where, values = _condition(conn, chosen)
    with _owners_sql(chosen):
        number = int(value(conn, _COUNT.format(where=where), values))
    return number if chosen.limit is None else min(number, chosen.limit)


def select(conn: sqlite3.Connection, chosen: Worklist) -> Iterator[Mirrored]:
    """The images in the order of their ids, a page at a time. Raises UsageError where
    `where` is no condition.

    Outside a transaction each page sees the mirror as it is by then: what a person
    wrote since the run began, and a pull has seen, is not selected any more; and a run
    of hours holds no snapshot open.
    """
    where, values = _condition(conn, chosen)
    where += " AND i.id > ?"
    after, number = "", 0
    while True:
        with _owners_sql(chosen):
            found = mirror.images(conn, where, [*values, after], f"i.id LIMIT {PAGE}")
            page = list(found)
        for image in page:
            if chosen.limit is not None and number >= chosen.limit:
                return
            if chosen.lets_through(image):
                number += 1
                yield image
        if len(page) < PAGE:
            return
        after = page[-1].image.id


def languages(conn: sqlite3.Connection) -> list[str | None]:
    """Every language that the mirror's images have."""
    sql = f"SELECT DISTINCT i.language FROM images i WHERE {IN_REACH}"  # noqa: S608
    return list(column(conn, sql))


def check_named(
    conn: sqlite3.Connection,
    images: Sequence[str],
    suggest: bool = False,
    override: bool = False,
) -> None:
    """Raises UnknownImage, or UsageError for a named image that is gone, a person's, or
    (without `override`) a medium in a text that shows the medium's own text; and with
    `override` for what is no medium in a text."""
    found = {known.image.id: known for known in mirror.named(conn, images)}
    for image in images:
        known = found.get(image)
        if known is None:
            raise UnknownImage(image)
        problem = _gone(known) or _protected(known, suggest)
        if not problem and override:
            problem = _no_medium(known.image)
        elif not problem and known.image.inherits:
            problem = _inheriting(conn, known.image)
        if problem:
            raise UsageError(problem)


_MENDED = {
    OutOfReach.EXTERNAL: (
        ": its picture is no file of the site, so nothing is proposed for it. With"
        " `texts_external = true` below [jsonapi] in altsync.toml, and another `altsync"
        " pull`, such pictures get texts too."
    ),
    OutOfReach.FORMAT: (
        ": this login may not use the text format of its text, so nothing could be sent."
        " Let its role use that format, then run `altsync pull --full`; see"
        f" {address(Page.DRUPAL, 'text-formats')}."
    ),
}
"""Out of reach, and what brings it into reach."""


def _gone(known: Mirrored) -> str:
    """Why nobody can propose anything for an image; '' where one can."""
    image = known.image
    if known.state is State.GONE:
        return f"{image.id} is not on the site any more."
    if image.out_of_reach is None:
        return ""
    more = _MENDED.get(
        image.out_of_reach,
        ", so nothing can be proposed for it. `altsync status` says what that means.",
    )
    return f"{image.id} is out of reach ({known.state})" + more


def _protected(known: Mirrored, suggest: bool) -> str:
    if known.origin is not Origin.HUMAN or suggest:
        return ""
    return (
        f"{known.image.id} has a person's words (or a person emptied it): altsync does"
        " not replace them. For a suggestion that stays one until you approve it:"
        " --suggest-for-human. Where it is only a file's name, a placeholder or cut:"
        " --replace rule=file-name,placeholder,cut."
    )


_OF_MEDIUM = """
SELECT m.id FROM images m
WHERE m.entity = ? AND m.entity <> m.id AND m.gone_at IS NULL
ORDER BY m.language IS NOT ?, m.id LIMIT 1
"""


def _inheriting(conn: sqlite3.Connection, image: SiteImage) -> str:
    """What can be done for a medium in a text: both ways."""
    own = value(conn, _OF_MEDIUM, (image.medium, image.language))
    everywhere = (
        f"For the medium's text, wherever it is shown: altsync generate {shlex.quote(own)}"
        if own
        else "The medium itself is no image of the mirror (`altsync coverage`)"
    )
    return (
        f"{image.id} shows the text of the medium that it embeds, which is an image of"
        f" its own. {everywhere}. For another text at this one place: altsync generate"
        f" {shlex.quote(image.id)} --use."
    )


def _no_medium(image: SiteImage) -> str:
    """Why --use is nothing for an image; '' where it is."""
    if image.tag is Tag.MEDIA:
        return ""
    return (
        f"{image.id} is no medium in a text: its text is shown at this one place only."
        f" Without --use: altsync generate {shlex.quote(image.id)}"
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
