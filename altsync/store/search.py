"""Search by words: in the ids, titles, captions and alt texts of images, and in all that
was proposed for them.

The index (`image_terms`, FTS5) holds an image's terms (terms.py) under a number of its
own (`image_numbers`): the row ids of `images` may change with VACUUM. Triggers note whose
words changed (`terms_due`), whoever writes; `fill` brings the index up to them, outside
of what must be quick. What is still due is read as it is, so no answer is ever stale.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from altsync.store.rows import column, value
from altsync.terms import Phrase, asked, match, said

if TYPE_CHECKING:
    from altsync.store.store import Store

STEP = 2000
"""Images in one transaction of `catch_up`."""
FEW = 3000
"""So many images are handed to SQLite as a list; of more it asks one by one, which is
quicker where most of a mirror is found."""
_WORDS = """
SELECT w.image_id, i.id IS NOT NULL AS known, i.id, i.title, i.caption, i.alt,
  (SELECT json_group_array(c.alt) FROM candidates c WHERE c.image_id = i.id) AS proposed
FROM (SELECT image_id FROM terms_due LIMIT :limit) w
LEFT JOIN images i ON i.id = w.image_id
"""
_NUMBERED = """
SELECT m.image_id, m.id FROM image_numbers m
WHERE m.image_id IN (SELECT value FROM json_each(?))
"""
_HITS = """
SELECT m.image_id FROM image_terms t JOIN image_numbers m ON m.id = t.rowid
WHERE image_terms MATCH ?
"""


def _due(conn: sqlite3.Connection, limit: int) -> dict[str, str | None]:
    """What is said of images whose words changed; None of one that is no more."""
    found = {}
    for image, known, *texts, proposed in conn.execute(_WORDS, {"limit": limit}):
        found[image] = said([*texts, *json.loads(proposed)]) if known else None
    return found


def fill(tx: sqlite3.Connection, limit: int = STEP) -> int:
    """Bring the index up to the words of images that are due. Returns how many they were;
    0 when it is up to date."""
    words = _due(tx, limit)
    if not words:
        return 0
    images = json.dumps(list(words))
    tx.executemany(
        "INSERT OR IGNORE INTO image_numbers (image_id) VALUES (?)",
        ([image] for image in words),
    )
    numbers = dict(tx.execute(_NUMBERED, (images,)).fetchall())
    gone = [numbers[image] for image, text in words.items() if text is None]
    there = [
        (numbers[image], text) for image, text in words.items() if text is not None
    ]
    tx.executemany("REPLACE INTO image_terms (rowid, said) VALUES (?, ?)", there)
    for table, key in (("image_terms", "rowid"), ("image_numbers", "id")):
        sql = f"DELETE FROM {table} WHERE {key} = ?"  # noqa: S608
        tx.executemany(sql, ([number] for number in gone))
    tx.execute(
        "DELETE FROM terms_due WHERE image_id IN (SELECT value FROM json_each(?))",
        (images,),
    )
    tx.execute("UPDATE terms_stamp SET stamp = random()")
    return len(words)


def catch_up(store: Store, step: Callable[[int], object] = lambda _: None) -> None:
    """Bring the index up to all words, in short transactions: others write between.
    `step` hears of each."""
    while True:
        with store.write() as tx:
            done = fill(tx)
        if not done:
            return
        step(done)


def found(conn: sqlite3.Connection, words: str) -> AbstractSet[str]:
    """Ids of the images of which all these words are said, gone ones too. None where
    nothing of `words` is a letter, a digit or a sign."""
    phrases = asked(words)
    if not phrases:
        return frozenset()
    hits = _hits(conn, phrases)
    due = _due(conn, -1)
    if not due:
        return hits
    fresh = {image for image, text in due.items() if _says(text, phrases)}
    return (hits - due.keys()) | fresh


def _says(text: str | None, phrases: Sequence[Phrase]) -> bool:
    return text is not None and all(one.stands_in(text) for one in phrases)


_last: dict[tuple[object, str], frozenset[str]] = {}
"""The last long answer: a page asks four times, and comes again after each verdict."""


def _hits(conn: sqlite3.Connection, phrases: Sequence[Phrase]) -> frozenset[str]:
    """What the index has, right or not for images that are due."""
    wanted = match(phrases)
    # another number after every change of the index, in whichever database
    key = (value(conn, "SELECT stamp FROM terms_stamp"), wanted)
    if (known := _last.get(key)) is not None:
        return known
    hits = frozenset(column(conn, _HITS, (wanted,)))
    if len(hits) > FEW:
        _last.clear()
        _last[key] = hits
    return hits


def condition(conn: sqlite3.Connection, words: str) -> tuple[str, dict[str, object]]:
    """SQL on `i` (images) that is true of what these words find, and its values. For
    this connection, at this moment."""
    images = found(conn, words)
    if len(images) <= FEW:
        listed = json.dumps(list(images))
        return "i.id IN (SELECT value FROM json_each(:found))", {"found": listed}
    conn.create_function("altsync_found", 1, images.__contains__, deterministic=True)
    return "altsync_found(i.id)", {}
