"""The mirror: images and observations. Only `pull` and a confirmed push write them.

Raw `executemany` in place of sqlite-utils here: this is the hot path (libraries.md 3:
upsert_all costs 3 to 6 times as much, and would null the columns that a partial row
leaves out).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from operator import attrgetter
from typing import Any

from altsync.models import (
    Drift,
    DriftKind,
    Flat,
    Label,
    Mirrored,
    Origin,
    OutOfReach,
    PushStatus,
    SiteImage,
    WhereInText,
    is_blank,
    is_typed_blank,
    mangled,
    same_text,
)
from altsync.store.rows import column, rows, value
from altsync.store.store import now, numbers
from altsync.whose import OnRecord, who_wrote

FIELDS = tuple(field.name for field in fields(SiteImage))
"""The columns of `images` that the site fills."""
_COLUMNS = ", ".join(FIELDS)
_IMAGE = ", ".join(f'i.{name} AS "image.{name}"' for name in FIELDS)
_INSERT = f"""
INSERT INTO images ({_COLUMNS}, origin, pulled_at)
VALUES ({", ".join("?" * len(FIELDS))}, ?, ?)
"""  # noqa: S608
_UPDATE = f"""
UPDATE images
SET ({_COLUMNS}) = ({", ".join("?" * len(FIELDS))}), origin = ?, pulled_at = ?,
  gone_at = NULL
WHERE id = ?
"""  # noqa: S608
SENT_BY = "iif(p.reverts IS NULL, coalesce(c.origin, 'human'), p.origin)"
"""Whose words a journal row sends: its candidate's, or those that a revert brings back
(NULL: nobody's)."""
_OBSERVE = """
INSERT INTO observations (image_id, alt, label, origin, seen_at, pull_id, push_item_id,
  reread, seq)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


_texts = attrgetter("alt", "title", "caption", "label")


def _visible(image: SiteImage) -> tuple[object, ...]:
    """What somebody sees of it. That there is a field for a long description, and
    nothing in it, nobody does."""
    return (*_texts(image), image.long_description or "")


def _as_read_now(old: SiteImage, image: SiteImage, *, otherwise: bool) -> SiteImage:
    """The old image, with what differs from the new one only because it was not read, or
    read in another way. `otherwise`: altsync.toml has changed in what it says of that."""
    same: dict[str, Any] = {}
    if otherwise:
        same["caption"] = image.caption
    if otherwise or old.has_label != image.has_label:
        same["label"] = image.label
    if otherwise or None in (old.long_description, image.long_description):
        same["long_description"] = image.long_description
    return replace(old, **same)


def row_of(image: SiteImage) -> tuple[object, ...]:
    """The mirrored columns, in the order of FIELDS, as SQLite has them: it takes long
    over an enum or a bool."""
    return (
        image.id,
        image.album,
        image.name,
        image.alt,
        image.title,
        image.caption,
        _plain(image.label),
        int(image.has_label),
        image.language,
        image.image_url,
        image.page_url,
        image.page_title,
        image.page_text,
        image.width,
        image.height,
        image.entity or image.id,
        _plain(image.out_of_reach),
        image.raw,
        image.long_description,
        _plain(image.tag),
        image.place,
        image.before,
        image.after,
        image.heading,
        image.link,
        image.link_text,
        image.file,
        image.medium,
    )


def _plain(word: StrEnum | None) -> str | None:
    return None if word is None else word.value


@dataclass(frozen=True, slots=True)
class _Old:
    """An image as the mirror has it."""

    image: SiteImage
    origin: Origin | None
    gone_at: str | None


_OLD = f"""
SELECT {_IMAGE}, i.origin, i.gone_at
FROM images i
WHERE i.id IN (SELECT value FROM json_each(?))
"""  # noqa: S608
_THERE = f"""
SELECT {_COLUMNS} FROM images
WHERE gone_at IS NULL AND id IN (SELECT value FROM json_each(?))
"""  # noqa: S608


def save(
    tx: sqlite3.Connection,
    pull_id: int,
    images: Sequence[SiteImage],
    *,
    otherwise: bool = False,
    untold: bool = False,
) -> list[Drift]:
    """Bring the mirror up to these images; an image that is unchanged is not written.
    Returns what drifted. `otherwise`: altsync.toml has the site read in another way than
    the last pull did, so that captions, labels and long descriptions prove nothing.
    `untold`: nobody knows whether it has, so that labels alone prove nothing."""
    batch = _Batch(tx, pull_id, otherwise=otherwise, untold=untold)
    moved = _moved(tx, images)
    ids = json.dumps([image.id for image in moved])
    known = {old.image.id: old for old in rows(tx, _Old, _OLD, (ids,))}
    for image in moved:
        old = known.get(image.id)
        if old is None:
            batch.add(image)
        else:
            batch.update(old, image)
    batch.write()
    return batch.drift


def _moved(tx: sqlite3.Connection, images: Sequence[SiteImage]) -> list[SiteImage]:
    """Those that the mirror does not have just so. Most pulls find hardly any: whole
    rows are compared, which takes a third of the time of reading them into images."""
    ids = json.dumps([image.id for image in images])
    there = set(tx.execute(_THERE, (ids,)))
    return [image for image in images if row_of(image) not in there]


def _named(image: SiteImage) -> SiteImage:
    """With its entity, which is the image itself where the source names none."""
    return image if image.entity else replace(image, entity=image.id)


def _seen_again(old: _Old, image: SiteImage) -> bool:
    hidden = OutOfReach.HIDDEN
    return old.image.out_of_reach is hidden and image.out_of_reach is not hidden


class _Batch:
    """What a page of a listing changes: gathered, then written at once."""

    def __init__(
        self, tx: sqlite3.Connection, pull_id: int, *, otherwise: bool, untold: bool
    ) -> None:
        self.drift: list[Drift] = []
        self._otherwise = otherwise
        self._doubted = otherwise or untold
        self._tx = tx
        self._pull_id = pull_id
        self._stamp = now()
        self._inserts: list[tuple[object, ...]] = []
        self._updates: list[tuple[object, ...]] = []
        self._observations: list[tuple[object, ...]] = []

    def add(self, image: SiteImage) -> None:
        """An image that the mirror did not have."""
        origin = who_wrote(image, None)
        self._inserts.append((*row_of(image), _plain(origin), self._stamp))
        self._observe(image, origin)
        self.drift.append(Drift(image.id, DriftKind.NEW, None, image.alt, origin))

    def update(self, old: _Old, image: SiteImage) -> None:
        """An image that was gone or hidden, or is not what it was."""
        image = _named(image)
        origin, ours = old.origin, None
        if old.image != image:
            if _pushed_since(self._tx, image.id, self._pull_id):
                # read before or after the push that ran meanwhile, nobody knows: the
                # next pull reads it again
                return
            known, ours = _known(self._tx, old, image, self._doubted)
            origin = who_wrote(image, known)
            if origin is not known.ours:
                ours = None  # the label says otherwise
        self._updates.append((*row_of(image), _plain(origin), self._stamp, image.id))
        before = _as_read_now(old.image, image, otherwise=self._otherwise)
        changed = _visible(before) != _visible(image)
        lost = old.origin is Origin.AI and origin is Origin.HUMAN
        relearnt = before.label != old.image.label
        reread = not changed and relearnt
        was = (old.image.alt, old.image.label, old.origin)
        if was != (image.alt, image.label, origin):
            self._observe(image, origin, ours, reread=reread if relearnt else None)
        if old.gone_at is not None or _seen_again(old, image):
            self._drifted(DriftKind.RETURNED, old, image, origin)
        elif changed or (lost and not reread):
            self._drifted(DriftKind.CHANGED, old, image, origin, ours)
        elif _visible(before) != _visible(old.image):
            self._drifted(DriftKind.REREAD, old, image, origin)

    def write(self) -> None:
        """Into the database."""
        self._tx.executemany(_INSERT, self._inserts)
        self._tx.executemany(_UPDATE, self._updates)
        seqs = numbers(self._tx, len(self._observations))
        counted = zip(self._observations, seqs, strict=True)
        self._tx.executemany(_OBSERVE, ((*seen, seq) for seen, seq in counted))

    def _observe(
        self,
        image: SiteImage,
        origin: Origin | None,
        ours: _Mangled | None = None,
        *,
        reread: bool | None = None,
    ) -> None:
        """`reread`: its label was read in another way than before, and nothing else is
        new (False: something is); None: as before."""
        label, by = _plain(image.label), _plain(origin)
        item = None if ours is None else ours.item
        again = None if reread is None else int(reread)
        seen = (image.id, image.alt, label, by, self._stamp, self._pull_id, item, again)
        self._observations.append(seen)

    def _drifted(
        self,
        kind: DriftKind,
        old: _Old,
        image: SiteImage,
        origin: Origin | None,
        ours: _Mangled | None = None,
    ) -> None:
        how = "" if ours is None else ours.how
        was, alt = old.image.alt, image.alt
        back = was != alt and is_put_back(self._tx, image.id, was, alt)
        where = WhereInText.of(image)
        self.drift.append(Drift(image.id, kind, was, alt, origin, how, back, where))


_PUSHED_SINCE = """
SELECT 1 FROM observations
WHERE image_id = ? AND push_item_id IS NOT NULL AND pull_id IS NULL
  AND seq > (SELECT seq FROM pulls WHERE id = ?)
LIMIT 1
"""


def _pushed_since(tx: sqlite3.Connection, image_id: str, pull_id: int) -> bool:
    """A push confirmed this image after this pull began: what the pull read of it may
    be older than that."""
    return value(tx, _PUSHED_SINCE, (image_id, pull_id)) is not None


@dataclass(frozen=True, slots=True)
class _Journalled:
    """A PATCH of an image, whatever became of it."""

    id: int
    status: PushStatus
    origin: Origin | None
    patch: list[dict[str, object]]
    stored: str | None
    """What the site was seen to have made of it."""
    error: str | None

    def is_text(self, alt: str | None) -> bool:
        """It sent this text, or the site made this one of it."""
        sent = sent_text(self.patch)
        if is_typed_blank(alt) or is_typed_blank(sent):
            return sent == alt  # another nothing is somebody's
        if same_text(sent, alt):
            return True
        return not is_blank(alt) and same_text(self.stored, alt)

    @property
    def is_applied(self) -> bool:
        """The mirror has had it, so what differs from the mirror came later."""
        return self.status is PushStatus.APPLIED

    @property
    def place(self) -> object:
        """Of an image in a text: where it stood, as in `SiteImage`."""
        return next((op["value"] for op in self.patch if op["path"] == "/place"), None)

    @property
    def unread(self) -> bool:
        """Nobody has read what the site made of it: its answer was believed, or there
        was none."""
        believed = self.status is PushStatus.APPLIED and self.error is None
        return believed or self.status is PushStatus.INTENDED


@dataclass(frozen=True, slots=True)
class _Mangled:
    """A text of the site that is one of altsync's own: of which journal row, and how the
    site changed it."""

    item: int
    how: str


_JOURNALLED = f"""
SELECT p.id, p.status, {SENT_BY} AS origin, p.patch, p.error,
  (
    SELECT o.alt FROM observations o
    WHERE o.image_id = p.image_id AND o.push_item_id = p.id
    ORDER BY o.id DESC LIMIT 1
  ) AS stored
FROM push_items p
LEFT JOIN candidates c ON c.id = p.candidate_id
WHERE p.image_id = ?
ORDER BY p.id
"""  # noqa: S608


def _known(
    tx: sqlite3.Connection, old: _Old, image: SiteImage, doubted: bool
) -> tuple[OnRecord, _Mangled | None]:
    """What is on record about an image whose row changed. `doubted`: its label may
    have been read by other settings."""
    pushed, ours, last = False, None, None
    # words that come back are altsync's still; that nothing is to be said anybody can say
    emptied = image.in_text and is_blank(image.alt)
    for sent in rows(tx, _Journalled, _JOURNALLED, (image.id,)):
        pushed = True  # whatever became of it: a lost PATCH may have set the label
        if sent.status is PushStatus.CONFLICT or sent.place != image.place:
            continue
        last = sent
        if sent.is_text(image.alt) and not (emptied and sent.is_applied):
            ours = sent.origin
    found = None
    if ours is None and last is not None:
        found = _mangled(tx, last, old, image)
        if found is not None:
            ours = last.origin
    texts = _texts_seen(tx, image.id)
    known = OnRecord(
        alt=old.image.alt,
        label=old.image.label,
        origin=old.origin,
        pushed=pushed,
        had_text=bool(texts),
        ours=ours,
        place=old.image.place,
        label_is_new=doubted or _missed(tx, old, image),
        one_text=all(same_text(text, image.alt) for text in texts),
    )
    return known, found


def stands(conn: sqlite3.Connection, image_id: str, text: str, now: str | None) -> bool:
    """Whether a text is what the site has (`now`), also where the site made that of it
    when a push sent it."""
    if is_blank(now):
        return False
    if same_text(text, now):
        return True
    return any(
        same_text(sent_text(sent.patch), text) and sent.is_text(now)
        for sent in rows(conn, _Journalled, _JOURNALLED, (image_id,))
    )


_LAST_SEEN = """
SELECT iif(pull_id IS NULL, push_item_id, NULL) FROM observations
WHERE image_id = ? ORDER BY id DESC LIMIT 1
"""


def _mangled(
    tx: sqlite3.Connection, sent: _Journalled, old: _Old, image: SiteImage
) -> _Mangled | None:
    """The text that altsync sent last, as the site mangled it.

    Only where nobody has read it yet, and nothing else was seen on the site since: what
    changes afterwards is a person's work.
    """
    how = mangled(sent_text(sent.patch), image.alt)
    if how is None or not sent.unread:
        return None
    if sent.status is PushStatus.APPLIED:
        seen_last = value(tx, _LAST_SEEN, (image.id,)) == sent.id
    else:
        seen_last = old.image.alt == sent.patch[0]["value"]
    return _Mangled(sent.id, how) if seen_last else None


def _texts_seen(tx: sqlite3.Connection, image_id: str) -> list[str]:
    seen = column(tx, "SELECT alt FROM observations WHERE image_id = ?", (image_id,))
    return [alt for alt in seen if not is_blank(alt)]


_FAILED = """
SELECT 1 FROM failures WHERE stage = 'pull' AND passed_seq IS NULL AND image_id = ?
"""


def _missed(tx: sqlite3.Connection, old: _Old, image: SiteImage) -> bool:
    """The last pull read no label of it, or not the image itself: which settings held
    when its label was read, nobody knows."""
    if old.image.has_label != image.has_label or old.gone_at is not None:
        return True
    return _seen_again(old, image) or value(tx, _FAILED, (image.id,)) is not None


def sent_text(patch: Sequence[dict[str, object]]) -> str | None:
    """The alt that a journalled patch sets (or found already there)."""
    text = None
    for op in patch:
        if op["path"] == "/alt":
            text = op["value"]
    return text if isinstance(text, str) else None


_LAST_SENT = """
SELECT patch FROM push_items
WHERE image_id = ? AND status = 'applied'
ORDER BY id DESC LIMIT 1
"""


def is_put_back(
    tx: sqlite3.Connection, image_id: str, was: str | None, now: str | None
) -> bool:
    """The text that altsync sent last stood there, and now what stood there before."""
    for patch in column(tx, _LAST_SENT, (image_id,)):
        operations = json.loads(patch)
        before, sent = operations[0]["value"], sent_text(operations)
        if is_typed_blank(now) and now != before:
            return False  # somebody typed it
        again = same_text(before, now) or (is_blank(before) and is_blank(now))
        return sent is not None and same_text(sent, was) and again
    return False


_CONFIRM = """
UPDATE images
SET alt = :alt, label = iif(:labelled, :label, label), origin = :origin, pulled_at = :at,
  long_description = coalesce(:long, long_description)
WHERE id = :image
"""
_BESIDE = """
UPDATE images SET long_description = :long
WHERE entity = (SELECT x.entity FROM images x WHERE x.id = :image) AND entity <> id
  AND language IS (SELECT x.language FROM images x WHERE x.id = :image)
  AND long_description <> :long
"""
"""The field is one for all images of an entity in a language."""
_PLACES = """
SELECT i.place, (
    SELECT json_extract(j.value, '$.value') FROM json_each(p.patch) j
    WHERE json_extract(j.value, '$.path') = '/place')
FROM images i
JOIN push_items p ON p.id = ?
WHERE i.id = ? AND i.tag IS NOT NULL
"""
"""Of an image in a text: where the mirror has it, and where the row sent its text."""
_CONFIRMED = """
INSERT INTO observations (image_id, alt, label, origin, seen_at, push_item_id)
SELECT id, alt, label, origin, pulled_at, :item FROM images WHERE id = :image
"""


def confirm(
    tx: sqlite3.Connection, image_id: str, site: Flat, origin: Origin | None, item: int
) -> None:
    """A push item is confirmed: the mirror now says what the site says. A document
    without a label, or without a long description, leaves it. The place of an image in a
    text is for pull to move; a text that is found elsewhere is a person's."""
    label = site.get("label")
    vouched_for = label is not None and label != Label.AI
    if vouched_for and (origin is not None or not is_blank(site["alt"])):
        origin = Origin.HUMAN
    if _has_moved(tx, image_id, site, item):
        origin = None if site["alt"] is None else Origin.HUMAN
    values = {
        "image": image_id,
        "item": item,
        "alt": site["alt"],
        "labelled": "label" in site,
        "label": label,
        "origin": origin,
        "at": now(),
        "long": site.get("long_description"),
    }
    tx.execute(_CONFIRM, values)
    if values["long"] is not None:
        tx.execute(_BESIDE, values)
    tx.execute(_CONFIRMED, values)


def _has_moved(tx: sqlite3.Connection, image_id: str, site: Flat, item: int) -> bool:
    """An image in a text stands, or stood at the last pull, elsewhere than its text was
    sent to: by the rule of `who_wrote` it is a person's."""
    for known, sent in tx.execute(_PLACES, (item, image_id)):
        return {known, site.get("place", sent)} != {sent}
    return False


_IMAGES = f"""
SELECT {_IMAGE}, i.origin, i.pulled_at, i.gone_at, s.state
FROM images i
JOIN image_states s ON s.image_id = i.id
"""  # noqa: S608


def images(
    conn: sqlite3.Connection,
    where: str = "1",
    values: Sequence[object] = (),
    order: str = "",
) -> Iterator[Mirrored]:
    """Rows of the mirror with their state, streamed. `where` and `order` are altsync's
    own SQL on `i` and `s`."""
    sql = f"{_IMAGES} WHERE {where}"
    if order:
        sql += f" ORDER BY {order}"
    return rows(conn, Mirrored, sql, values)


def number(
    conn: sqlite3.Connection, where: str = "1", values: Sequence[object] = ()
) -> int:
    """How many rows `images` gives for a condition on `i`."""
    return int(value(conn, f"SELECT count(*) FROM images i WHERE {where}", values))  # noqa: S608


def named(conn: sqlite3.Connection, ids: Sequence[str]) -> list[Mirrored]:
    """The images of these ids, in no order; unknown ids are left out."""
    wanted = json.dumps(list(ids))
    return list(images(conn, "i.id IN (SELECT value FROM json_each(?))", (wanted,)))
