"""What an older altsync wrote under a wrong clock is put in order as far as its rows tell,
and never worse than by the clock."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altsync import clock
from altsync.models import Origin
from altsync.plan import Permissions
from altsync.sources.memory import MemorySource
from altsync.store import (
    candidates,
    history,
    journal,
)
from altsync.store.store import Store
from tests.clocks import Jumping
from tests.lengths import LENGTH, SHARED
from tests.scene import Scene, image, scene
from tests.store.test_order import COUNTED, states, three

OLD_TRIGGERS = "".join(
    f"CREATE TRIGGER {table}_fixed BEFORE UPDATE ON {table} BEGIN"
    f" SELECT raise(ABORT, '{table}'); END;"
    for table in ("candidates", "reviews", "observations", "push_items")
)


def forget(path: Path) -> None:
    """Make of a database what the altsync without numbers would have written."""
    with closing(sqlite3.connect(path)) as conn:
        made = conn.execute(
            "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger')"
        ).fetchall()
        for kind, name in reversed(made):
            conn.execute(f"DROP {kind} {name}")
        for table, columns in COUNTED.items():
            for column in columns:
                conn.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        conn.execute("DROP TABLE sequence")
        conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'm006_order'")
        conn.execute("PRAGMA user_version = 1")
        conn.executescript(OLD_TRIGGERS)


def again(loop: Scene) -> Scene:
    """The same mirror, as an older altsync wrote it and this one opens it."""
    path = loop.store.path
    loop.store.close()
    forget(path)
    return Scene(loop.source, Store.open(path))


def test_after_a_migration_what_was_emptied_stays_so(
    tmp_path: Path, jumping: Jumping
) -> None:
    """Generated with the clock ahead, corrected, pushed by an older altsync: the
    candidates that were sent, and all that were there by then, came before."""
    loop = three(tmp_path)
    jumping.hours = 2
    loop.propose("a/1", "Ours 1.")
    other = loop.propose("a/1", "Another.", by="")
    loop.propose("a/2", "Ours 2.")
    jumping.hours = 0
    loop.push()
    for n in (1, 2):
        loop.site.edit(f"a/{n}", alt="")
    loop = again(loop)
    loop.pull()
    assert states(loop) == ["cleared", "cleared", "missing"]
    assert candidates.is_spent(loop.store.conn, other)
    assert loop.push().applied == 0


def test_after_a_migration_what_was_taken_back_is_not_sent_again(
    tmp_path: Path, jumping: Jumping
) -> None:
    loop = three(tmp_path)
    jumping.hours = 2
    for n in (1, 2, 3):
        loop.propose(f"a/{n}", f"Ours {n}.")
    jumping.hours = 0
    loop.push()
    loop.revert(1)
    loop = again(loop)
    assert states(loop) == ["cleared"] * 3
    assert loop.push().applied == 0
    with loop.store.read() as conn:
        told = [event.kind for event in history.events(conn, ["a/1"])]
    assert told == ["pulled", "proposed", "judged", "pushed", "reverted"]


def test_after_a_migration_a_candidate_on_what_was_sent_is_open(
    tmp_path: Path, jumping: Jumping
) -> None:
    """Pushed with the clock ahead: what rests on the text that was sent came after, and
    whatever came after that."""
    loop = three(tmp_path)
    loop.propose("a/1", "Ours 1.")
    loop.propose("a/2", "Ours 2.")
    jumping.hours = 2
    loop.push()
    loop.site.edit("a/2", alt="")
    loop.site.edit("a/3", alt="A person's.")
    jumping.hours = 0
    loop.pull()
    better = loop.propose("a/1", "Better 1.")
    loop.propose("a/3", "Rests on what the pull saw.")
    filled = loop.propose("a/2", "Better 2.")
    loop = again(loop)
    with loop.store.read() as conn:
        assert not candidates.is_spent(conn, better)
        assert not candidates.is_spent(conn, filled)
        (who,) = history.who(conn, ["a/1"])
    assert who.reviewer == "anna"
    assert loop.plan() != []


def test_after_a_migration_the_words_that_come_back_are_known(
    tmp_path: Path, jumping: Jumping
) -> None:
    jumping.hours = 2
    loop = scene(tmp_path, MemorySource([image("a/1", "A person's.")]))
    jumping.hours = 0
    loop.propose("a/1", "Ours.")
    loop.push(Permissions(replace_human=True))
    loop = again(loop)
    loop.revert(1)
    assert loop.origin("a/1") == Origin.HUMAN


def test_after_a_migration_an_open_row_was_seen(
    tmp_path: Path, jumping: Jumping
) -> None:
    loop = three(tmp_path)
    loop.propose("a/1", "Ours.")
    (change,) = loop.plan()
    jumping.hours = 2
    with loop.store.write() as tx:
        item = journal.intend(tx, journal.begin_push(tx, "x", 1), change, change.patch)  # type: ignore[arg-type, union-attr]
    loop.site.edit("a/1", alt="Ours.")
    jumping.hours = 0
    loop.pull()
    loop = again(loop)
    with loop.store.read() as conn:
        assert journal.seen_since(conn, "a/1", "Ours.", item)
        assert not journal.seen_since(conn, "a/1", "", item)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["propose", "propose", "push", "push", "edit", "clear", "pull"]
        ),
        st.sampled_from([1, 2]),
        st.sampled_from([0.0, 0.0, 0.0, 2.0, -2.0]),
    ),
    min_size=3,
    max_size=24,
)


def written(directory: Path, steps: list[tuple[str, int, float]]) -> Scene:
    """A mirror with a history, while the clock jumps."""
    jumping = Jumping()
    loop = scene(directory, MemorySource([image("a/1"), image("a/2")]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", jumping)
        for number, (step, which, hours) in enumerate(steps):
            jumping.hours = hours
            name = f"a/{which}"
            if step == "propose":
                loop.propose(name, f"Ours {number}.", by="anna" if number % 3 else "")
            elif step == "push":
                loop.push()
            elif step == "pull":
                loop.pull()
            else:
                text = "" if step == "clear" else f"A person's {number}."
                loop.site.edit(name, alt=text)
    return loop


OPEN = "SELECT id FROM open_candidates"
BY_THE_CLOCK = """
SELECT c.id FROM candidates c
WHERE NOT EXISTS (
  SELECT 1 FROM push_items p
  WHERE p.image_id = c.image_id AND p.status = 'applied'
    AND p.settled_at >= c.created_at)
"""
"""What an older altsync took for open."""


def found(loop: Scene, sql: str) -> set[int]:
    return {number for (number,) in loop.store.conn.execute(sql)}


@pytest.mark.slow
@settings(
    max_examples=30 * LENGTH,
    deadline=None,
    suppress_health_check=SHARED,
)
@given(steps=STEPS)
def test_a_migration_is_never_more_wrong_than_the_clock(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, float]]
) -> None:
    """Where the derived order and the true one differ about a candidate, the clock says
    the same wrong thing; where the clock was right, nothing changes."""
    loop = written(tmp_path_factory.mktemp("old"), steps)
    true, clocked = found(loop, OPEN), found(loop, BY_THE_CLOCK)
    loop = again(loop)
    derived = found(loop, OPEN)
    loop.store.close()
    assert derived ^ true <= clocked ^ true


@pytest.mark.slow
@settings(
    max_examples=15 * LENGTH,
    deadline=None,
    suppress_health_check=SHARED,
)
@given(steps=STEPS)
def test_under_a_right_clock_a_migration_gives_the_very_order(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, float]]
) -> None:
    """Kind for kind, as far as rows are not of one microsecond."""
    right = [(step, which, 0.0) for step, which, _ in steps]
    loop = written(tmp_path_factory.mktemp("old"), right)
    order = "SELECT kind, image FROM ({}) ORDER BY seq".format(
        " UNION ALL ".join(
            f"SELECT '{table}' AS kind, id AS image, {column} AS seq FROM {table}"
            for table, columns in COUNTED.items()
            for column in columns
            if table != "images"
        )
    )
    before = loop.store.conn.execute(order).fetchall()
    loop = again(loop)
    after = loop.store.conn.execute(order).fetchall()
    loop.store.close()
    assert after == before
