"""The journal of handovers: questions that somebody else answers, a provider's batch or
a file. It is written before anything leaves the machine; what comes of a line is noted
in the transaction that stores its candidate or failure, and once."""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from altsync.models import HandedLine, HandedTo, Handover, LineCame, NewCandidate
from altsync.store import candidates
from altsync.store.ledger import NewFailure
from altsync.store.rows import first, rows, value
from altsync.store.store import now

ANSWERED = "('made', 'unusable', 'refused')"
"""What a line is that was answered: `LineCame.answered`."""


@dataclass(frozen=True, slots=True)
class NewHandover:
    """Before it is begun. Fields as in `Handover`."""

    way: HandedTo
    model: str
    token: str
    run_id: int | None = None
    options: str = "{}"
    endpoint: str | None = None
    estimate_usd: float | None = None
    remote_file: str | None = None
    """The owner's name for an exported file."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line before its handover is begun. Fields as in `HandedLine`."""

    work_key: str
    image_id: str
    base: str | None
    place: str | None
    system: str | None
    """The prompt's words."""
    prompt: str
    context: str
    image_sha256: str
    question: str | None = None
    replaces: str | None = None
    reference: bool = False


_BEGIN = """
INSERT INTO handovers (run_id, way, model, options, endpoint, token, lines, estimate_usd,
  remote_file, created_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_LINE = """
INSERT INTO handover_lines (handover_id, work_key, image_id, base, place, prompt_id,
  context, image_sha256, question, replaces, reference, attempt)
SELECT :handover, :work_key, :image_id, :base, :place, :prompt, :context, :image_sha256,
  :question, :replaces, :reference, 1 + count(*)
FROM handover_lines WHERE work_key = :work_key AND came = 'unusable'
"""


class CountedLines(Protocol):
    """The lines of a handover, however many: read once, one at a time."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[NewLine]: ...


def begin(tx: sqlite3.Connection, new: NewHandover, lines: CountedLines) -> int:
    """The journal row of a handover and all of its lines, before anything is sent;
    returns its number. No two lines have the same key."""
    about = (new.run_id, new.way, new.model, new.options, new.endpoint, new.token)
    known = (len(lines), new.estimate_usd, new.remote_file, now())
    cursor = tx.execute(_BEGIN, (*about, *known))
    handover = int(cursor.lastrowid or 0)
    tx.executemany(_LINE, _values(tx, handover, lines))
    return handover


def _values(
    tx: sqlite3.Connection, handover: int, lines: Iterable[NewLine]
) -> Iterator[dict[str, object]]:
    """With the prompts that they need. Many lines have one prompt."""
    add = functools.cache(functools.partial(candidates.add_prompt, tx))
    for one in lines:
        yield {
            "handover": handover,
            "work_key": one.work_key,
            "image_id": one.image_id,
            "base": one.base,
            "place": one.place,
            "prompt": add(one.system, one.prompt),
            "context": one.context,
            "image_sha256": one.image_sha256,
            "question": one.question,
            "replaces": one.replaces,
            "reference": one.reference,
        }


def sent(
    tx: sqlite3.Connection,
    handover: int,
    remote_id: str | None = None,
    remote_file: str | None = None,
    expires_at: str | None = None,
) -> None:
    """It arrived, and this is what its provider calls it."""
    tx.execute(
        "UPDATE handovers SET sent_at = ?, remote_id = ?, remote_file = ?,"
        " expires_at = ?, error = NULL WHERE id = ?",
        (now(), remote_id, remote_file, expires_at, handover),
    )


def cancelled(tx: sqlite3.Connection, handover: int) -> None:
    """The owner asked to stop it."""
    _step(tx, handover, "cancelled_at")


def ended(tx: sqlite3.Connection, handover: int) -> None:
    """Nothing more comes of it than what can be fetched now."""
    _step(tx, handover, "ended_at")


def fetched(tx: sqlite3.Connection, handover: int) -> None:
    """No line of it is open any more."""
    _step(tx, handover, "fetched_at")


def deleted(tx: sqlite3.Connection, handover: int) -> None:
    """Nothing more is to be deleted at its provider. It is done."""
    _step(tx, handover, "deleted_at")


def _step(tx: sqlite3.Connection, handover: int, step: str) -> None:
    sql = f"UPDATE handovers SET {step} = ? WHERE id = ? AND {step} IS NULL"  # noqa: S608
    tx.execute(sql, (now(), handover))


_DONE = """
UPDATE handovers SET fetched_at = ?
WHERE id = ? AND fetched_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM handover_lines l WHERE l.handover_id = handovers.id AND l.came IS NULL)
"""


def fetched_if_none_is_open(tx: sqlite3.Connection, handover: int) -> None:
    """The same, where that is so."""
    tx.execute(_DONE, (now(), handover))


def troubled(tx: sqlite3.Connection, handover: int, error: str | None) -> None:
    """Why it does not go on, in a sentence."""
    tx.execute("UPDATE handovers SET error = ? WHERE id = ?", (error, handover))


_SETTLE = f"""
UPDATE handover_lines SET came = :came, again = nullif(:again, '')
WHERE handover_id = :handover AND work_key = :key
  AND (came IS NULL OR :answered AND came NOT IN {ANSWERED})
"""  # noqa: S608


def settle(
    tx: sqlite3.Connection, handover: int, key: str, came: LineCame, again: str = ""
) -> bool:
    """Note what came of a line; False, and nothing is noted, where that was noted before
    (or there is no such line). An answer may come after its line was given up. `again`:
    what the model is told when it is asked once more."""
    values = {
        "handover": handover,
        "key": key,
        "came": came,
        "answered": came.answered,
        "again": again,
    }
    return tx.execute(_SETTLE, values).rowcount == 1


def give_up(tx: sqlite3.Connection, handover: int, came: LineCame) -> int:
    """Whatever is open of it goes on as ordinary work; how many lines that is."""
    sql = "UPDATE handover_lines SET came = ? WHERE handover_id = ? AND came IS NULL"
    return tx.execute(sql, (came, handover)).rowcount


_HANDOVERS = """
SELECT h.id, h.seq, h.run_id AS run, h.way, h.model, h.options, h.endpoint, h.token,
  h.lines, h.estimate_usd, h.remote_id, h.remote_file, h.created_at, h.sent_at,
  h.expires_at, h.cancelled_at, h.ended_at, h.fetched_at, h.error,
  h.deleted_at, (
    SELECT json_group_object(came, number) FROM (
      SELECT came, count(*) AS number FROM handover_lines
      WHERE handover_id = h.id AND came IS NOT NULL GROUP BY came)) AS came
FROM handovers h
WHERE {which}
ORDER BY h.id
"""


def every(conn: sqlite3.Connection) -> Iterator[Handover]:
    """All, in their order."""
    return rows(conn, Handover, _HANDOVERS.format(which="true"))


def not_done(conn: sqlite3.Connection) -> Iterator[Handover]:
    """Those of which something is still to come, in their order."""
    return rows(conn, Handover, _HANDOVERS.format(which="h.fetched_at IS NULL"))


_UNDELETED = "h.fetched_at IS NOT NULL AND h.deleted_at IS NULL AND h.way IN {ways}"
_WAYS = {True: "('openai')", False: "('openai', 'anthropic')"}
"""Whose batches have something to be deleted, by whether answers stay: Anthropic's are
answers and questions in one."""


def to_delete(conn: sqlite3.Connection, *, keep: bool) -> Iterator[Handover]:
    """Batches that are done, and of which something may be to delete, in their order.
    `keep`: their answers stay."""
    which = _UNDELETED.format(ways=_WAYS[keep])
    return rows(conn, Handover, _HANDOVERS.format(which=which))


def one(conn: sqlite3.Connection, handover: int) -> Handover | None:
    """The handover of this number."""
    return first(conn, Handover, _HANDOVERS.format(which="h.id = ?"), (handover,))


def known(conn: sqlite3.Connection, handover: int) -> bool:
    """Whether there is such a handover."""
    return value(conn, "SELECT 1 FROM handovers WHERE id = ?", (handover,)) is not None


_LINES = """
SELECT l.handover_id AS handover, l.work_key, l.image_id AS image, l.base, l.place,
  l.prompt_id AS prompt, l.context, l.image_sha256, l.question, l.replaces, l.reference,
  l.attempt, coalesce((
    SELECT p.again FROM handover_lines p
    WHERE p.work_key = l.work_key AND p.came = 'unusable' AND p.handover_id < l.handover_id
    ORDER BY p.handover_id DESC LIMIT 1), '') AS reason, l.came
FROM handover_lines l
WHERE {which}
"""
_OF_HANDOVER = _LINES.format(which="l.handover_id = ? ORDER BY l.work_key")
_OF_KEY = _LINES.format(which="l.handover_id = ? AND l.work_key = ?")
_EXPORTED = _LINES.format(
    which="""l.work_key = ?
  AND l.handover_id IN (SELECT id FROM handovers WHERE way = 'file')
ORDER BY l.came IS NULL DESC, l.handover_id DESC LIMIT 1"""
)


def lines(conn: sqlite3.Connection, handover: int) -> Iterator[HandedLine]:
    """Every line of a handover."""
    return rows(conn, HandedLine, _OF_HANDOVER, (handover,))


def line(conn: sqlite3.Connection, handover: int, key: str) -> HandedLine | None:
    """The line with this work key."""
    return first(conn, HandedLine, _OF_KEY, (handover, key))


def exported(conn: sqlite3.Connection, key: str) -> HandedLine | None:
    """The line of a file with this work key: one that is open before others, the newest
    of those."""
    return first(conn, HandedLine, _EXPORTED, (key,))


_SAID = """
SELECT alt, decision, long_description FROM candidates
WHERE work_key = ? AND handover_id = ? ORDER BY id LIMIT 1
"""


def said(
    conn: sqlite3.Connection, handover: int, key: str
) -> tuple[str, str, str | None] | None:
    """Alt, decision and long description of the candidate that a line became; None where
    it became none."""
    found: tuple[str, str, str | None] | None
    found = conn.execute(_SAID, (key, handover)).fetchone()
    return found


_BEFORE = f"""
SELECT 1 FROM handover_lines l
WHERE l.work_key = :key AND l.handover_id <> :handover AND l.came IN {ANSWERED}
  AND (EXISTS (
    SELECT 1 FROM candidates c
    WHERE c.work_key = l.work_key AND c.handover_id = l.handover_id
      AND c.alt = :alt AND c.decision = :decision
      AND c.long_description IS :long_description AND c.resolved_model IS :resolved_model
      AND c.input_tokens IS :input_tokens AND c.output_tokens IS :output_tokens)
  OR :alt IS NULL AND coalesce(:input_tokens, :cost_usd) IS NOT NULL AND EXISTS (
    SELECT 1 FROM failures f
    WHERE f.image_id = l.image_id AND f.handover_id = l.handover_id
      AND f.answer IS :answer
      AND f.input_tokens IS :input_tokens AND f.output_tokens IS :output_tokens))
LIMIT 1
"""  # noqa: S608
_COMPARED = (
    "alt",
    "decision",
    "long_description",
    "resolved_model",
    "answer",
    "input_tokens",
    "output_tokens",
    "cost_usd",
)


def taken_before(
    conn: sqlite3.Connection, key: str, row: NewCandidate | NewFailure
) -> bool:
    """Whether this very answer, to the last token, came to another handover with the same
    question: a file of answers from before, taken once more. One that is no text, and of
    which nobody knows what it took, is not told apart from a second one like it."""
    said = {name: getattr(row, name, None) for name in _COMPARED}
    named = {**said, "key": key, "handover": row.handover_id}
    return value(conn, _BEFORE, named) is not None


_REASON = """
SELECT again FROM handover_lines WHERE work_key = ? AND came = 'unusable'
ORDER BY handover_id DESC LIMIT 1
"""


def reason(conn: sqlite3.Connection, key: str) -> str:
    """What a model is to be told of its last answer to this work, which could not be
    used; '' where there was none."""
    return str(value(conn, _REASON, (key,)) or "")


IN_WORDS = """
(SELECT iif(h.way = 'file', 'file ', 'batch ') || h.id FROM handovers h
 WHERE h.id = {candidate}.handover_id)"""
"""By which handover a candidate came; NULL for an answer to a live call."""
OPEN_FOR_MODEL = """
EXISTS (
  SELECT 1 FROM handover_lines l JOIN handovers h ON h.id = l.handover_id
  WHERE l.image_id = {image} AND l.came IS NULL AND h.model = {model})
"""
"""A question about this image, to this model, is handed over and open."""
_WAITS = f"""
SELECT 1 WHERE {OPEN_FOR_MODEL.format(image=":image", model=":model")}
OR EXISTS (SELECT 1 FROM handover_lines WHERE work_key = :key AND came IS NULL)
"""  # noqa: S608
_PAIRS = """
SELECT DISTINCT l.image_id, h.model
FROM handover_lines l JOIN handovers h ON h.id = l.handover_id
WHERE l.came IS NULL AND h.model IN (SELECT value FROM json_each(?))
"""
_ANY = "SELECT 1 FROM handover_lines WHERE came IS NULL LIMIT 1"


def waits(conn: sqlite3.Connection, image: str, model: str, key: str) -> bool:
    """Whether somebody else has a question about this image to this model, or this very
    work, also about another image."""
    named = {"image": image, "model": model, "key": key}
    return value(conn, _WAITS, named) is not None


def open_pairs(conn: sqlite3.Connection, models: Sequence[str]) -> set[tuple[str, str]]:
    """(image, model) of the questions to these models that are handed over and open."""
    return set(conn.execute(_PAIRS, (json.dumps(models),)))


_LACKING = """
SELECT count(DISTINCT l.image_id) FROM handover_lines l
JOIN image_states s ON s.image_id = l.image_id
WHERE l.came IS NULL AND s.state = 'missing'
"""


def lacking(conn: sqlite3.Connection) -> int:
    """How many images miss a text, and have such a question."""
    return int(value(conn, _LACKING))


_ANY_BATCH = f"""
SELECT 1 FROM handovers h
WHERE h.way <> 'file' AND h.fetched_at IS NULL OR {_UNDELETED}
LIMIT 1
"""  # noqa: S608


def any_batch(conn: sqlite3.Connection, *, keep: bool) -> bool:
    """Whether any provider's batch has something to be fetched, or to be deleted."""
    return value(conn, _ANY_BATCH.format(ways=_WAYS[keep])) is not None


def any_open(conn: sqlite3.Connection) -> bool:
    """Whether anything is handed over and open."""
    return value(conn, _ANY) is not None
