"""Order is a number, never a time: whatever the clock says, what came before what stays
so."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from altsync.models import Origin, State
from altsync.plan import Permissions
from altsync.sources.memory import MemorySource
from altsync.store import (
    candidates,
    export,
    history,
    importing,
    journal,
    ledger,
    looks,
    mirror,
    moments,
    pulls,
    reports,
    store,
)
from altsync.store.store import Store
from tests.clocks import Jumping
from tests.scene import URL, Scene, image, scene

SITE = (URL, "memory")
COUNTED = {
    "pulls": ("seq",),
    "observations": ("seq",),
    "runs": ("seq",),
    "candidates": ("seq",),
    "reviews": ("seq",),
    "pushes": ("seq",),
    "push_items": ("seq", "settled_seq"),
    "failures": ("seq",),
    "images": ("gone_seq",),
}


def three(directory: Path) -> Scene:
    directory.mkdir(exist_ok=True)
    return scene(directory, MemorySource([image(f"a/{n}") for n in (1, 2, 3)]))


def states(loop: Scene) -> list[str]:
    return [loop.state(f"a/{n}") for n in (1, 2, 3)]


def test_what_a_person_emptied_stays_so_though_the_clock_was_ahead(
    tmp_path: Path, jumping: Jumping
) -> None:
    loop = three(tmp_path)
    jumping.hours = 2
    for n in (1, 2, 3):
        loop.propose(f"a/{n}", f"Ours {n}.")
    jumping.hours = 0
    assert loop.push().applied == 3
    for n in (1, 2):
        loop.site.edit(f"a/{n}", alt="")
    loop.pull()
    assert states(loop) == ["cleared", "cleared", "ai"]
    assert loop.plan() == []
    assert loop.push().applied == 0
    assert [loop.site.now(f"a/{n}").alt for n in (1, 2, 3)] == ["", "", "Ours 3."]


def test_what_was_taken_back_is_not_sent_again(
    tmp_path: Path, jumping: Jumping
) -> None:
    loop = three(tmp_path)
    jumping.hours = 2
    for n in (1, 2, 3):
        loop.propose(f"a/{n}", f"Ours {n}.")
    jumping.hours = 0
    loop.push()
    assert loop.revert(1).applied == 3
    assert states(loop) == ["cleared"] * 3
    assert loop.push().applied == 0


def test_a_candidate_that_comes_after_a_push_is_open_though_the_clock_was_ahead(
    tmp_path: Path, jumping: Jumping
) -> None:
    loop = three(tmp_path)
    loop.propose("a/1", "Ours.")
    jumping.hours = 2
    loop.push()
    jumping.hours = 0
    later = loop.propose("a/1", "Better.")
    assert not candidates.is_spent(loop.store.conn, later)
    assert [c.new for c in loop.planned().changes()] == ["Better."]


def test_a_text_that_was_taken_back_is_a_persons_again(
    tmp_path: Path, jumping: Jumping
) -> None:
    """The first pull's clock was ahead of the push."""
    jumping.hours = 2
    loop = scene(tmp_path, MemorySource([image("a/1", "A person's.")]))
    jumping.hours = 0
    loop.propose("a/1", "Ours.")
    loop.push(Permissions(replace_human=True))
    loop.revert(1)
    assert loop.site.now("a/1").alt == "A person's."
    assert loop.origin("a/1") == Origin.HUMAN


def test_a_pull_after_a_crash_has_seen_the_text_though_the_clock_went_back(
    tmp_path: Path, jumping: Jumping
) -> None:
    """Else a text that a person replaced since would be a conflict, not spent."""
    loop = three(tmp_path)
    number = loop.propose("a/1", "Ours.")
    (change,) = loop.plan()
    jumping.hours = 2
    with loop.store.write() as tx:
        push = journal.begin_push(tx, "x", 1)
        item = journal.intend(tx, push, change, change.patch)  # type: ignore[arg-type, union-attr]
    loop.site.edit("a/1", alt="Ours.")  # the PATCH was done, then the process died
    jumping.hours = 0
    loop.pull()
    loop.site.edit("a/1", alt="")
    assert loop.push().applied == 0
    sql = "SELECT status, error FROM push_items WHERE id = ?"
    settled = loop.store.conn.execute(sql, (item,)).fetchone()
    assert settled == ("applied", "seen on the site by a later pull")
    assert candidates.is_spent(loop.store.conn, number)


def test_what_a_running_pull_read_is_older_than_a_push_though_the_clock_went_back(
    tmp_path: Path, jumping: Jumping
) -> None:
    loop = three(tmp_path)
    loop.propose("a/1", "Ours.")
    read = loop.site.now("a/1")
    jumping.hours = 2
    with loop.store.write() as tx:
        pull = pulls.begin(tx, "full")
    jumping.hours = 0
    loop.push()
    with loop.store.write() as tx:
        assert mirror.save(tx, pull, [read]) == []
    assert loop.state("a/1") == State.AI


def test_the_log_the_last_events_and_who_tell_what_came_first(
    tmp_path: Path, jumping: Jumping
) -> None:
    loop = three(tmp_path)
    jumping.hours = 2
    loop.propose("a/1", "Ours.")
    jumping.hours = -3
    loop.push()
    jumping.hours = 0
    loop.site.edit("a/1", alt="A person's.")
    loop.pull()
    with loop.store.read() as conn:
        told = [event.kind for event in history.events(conn, ["a/1"])]
        last = [(one.reviewer, one.sent) for one in looks.latest_events(conn, "a/1")]
    assert told == ["pulled", "proposed", "judged", "pushed", "edited"]
    assert last == [(None, False), (None, True), ("anna", False)]
    loop.site.edit("a/1", alt="Ours.")
    loop.pull()
    with loop.store.read() as conn:
        (who,) = history.who(conn, ["a/1"])
    assert (who.reviewer, who.push) == ("anna", 1)


def test_the_whole_log_begins_a_run_before_what_it_did(
    tmp_path: Path, jumping: Jumping
) -> None:
    loop = three(tmp_path)
    loop.propose("a/1", "Ours.")
    jumping.hours = -2
    loop.push()
    jumping.hours = -4
    loop.site.remove("a/1")
    loop.pull(allow_shrink=True)
    with loop.store.write() as tx:
        pulls.fail(tx, "a/2", "pull", "why")
    with loop.store.read() as conn:
        told = [event.kind for event in history.events(conn)]
    assert told == [
        *["pull", "pulled", "pulled", "pulled", "proposed", "judged", "push"],
        *["pushed", "pull", "gone", "failed"],
    ]


def test_a_push_names_the_moment_before_it(tmp_path: Path, jumping: Jumping) -> None:
    loop = three(tmp_path)
    loop.propose("a/1", "Ours.")
    jumping.hours = -2
    loop.push()
    jumping.hours = -4
    loop.site.remove("a/2")
    loop.pull(allow_shrink=True)
    with (
        loop.store.read() as conn,
        moments.moment(loop.store, conn, "1") as then,
        moments.moment(loop.store, conn, None) as now,
    ):
        moved = list(moments.compare(then.images(), now.images()))
    assert [(one.image, one.before and one.before["alt"]) for one in moved] == [
        ("a/1", ""),
        ("a/2", ""),
    ]
    assert moved[1].after is None


def test_status_counts_since_the_last_pull(tmp_path: Path, jumping: Jumping) -> None:
    jumping.hours = 2
    loop = three(tmp_path)
    loop.push()
    with loop.store.write() as tx:
        pulls.fail(tx, "a/1", "pull", "before the last pull")
    jumping.hours = 0
    loop.pull()
    loop.propose("a/2", "Ours.")
    loop.push()
    with loop.store.write() as tx:
        for image_id in ("a/2", "a/3"):
            pulls.fail(tx, image_id, "pull", "why")
    with loop.store.read() as conn:
        found = reports.status(conn)
    assert found.failures == 2
    assert (found.last_pull or "") < store.now()
    assert (found.last_push or "") < store.now()


def test_the_account_begins_with_what_was_asked_first(
    tmp_path: Path, jumping: Jumping
) -> None:
    loop = three(tmp_path)
    loop.propose("a/1", "One.", model="first")
    jumping.hours = -2
    loop.propose("a/2", "Two.", model="second")
    with loop.store.read() as conn:
        assert [line.name for line in ledger.spent(conn, "model")] == [
            "first",
            "second",
        ]


def test_an_import_goes_on_counting(tmp_path: Path, jumping: Jumping) -> None:
    loop = three(tmp_path)
    number = loop.propose("a/1", "Ours.")
    loop.push()
    loop.site.edit("a/1", alt="")
    loop.pull()
    with loop.store.read() as conn:
        export.write(conn, tmp_path / "out")
        (last,) = conn.execute("SELECT last FROM sequence").fetchone()
    loop.store.close()
    importing.load(tmp_path / "out", tmp_path / "new.db", SITE)
    jumping.hours = -2
    with Store.open(tmp_path / "new.db") as again:
        there = Scene(loop.source, again)
        assert again.conn.execute("SELECT last FROM sequence").fetchone() == (last,)
        later = there.propose("a/1", "Better.")
        assert candidates.is_spent(again.conn, number)
        assert not candidates.is_spent(again.conn, later)
        (seq,) = again.conn.execute("SELECT max(seq) FROM candidates").fetchone()
        assert seq == last + 1


@pytest.mark.parametrize("table", [*COUNTED])
def test_everything_has_a_number_of_its_own(tmp_path: Path, table: str) -> None:
    """Except the row of the journal that was settled as it was written."""
    loop = everything(tmp_path)
    for column in COUNTED[table]:
        all_of = f"SELECT count(*), count(DISTINCT {column}) FROM {table}"
        lacks = " WHERE gone_at IS NOT NULL" if table == "images" else ""
        number, different = loop.store.conn.execute(all_of + lacks).fetchone()
        assert number == different > 0


def everything(directory: Path) -> Scene:
    """A row in every table that is counted."""
    loop = three(directory)
    loop.propose("a/1", "Ours.")
    loop.push()
    loop.site.remove("a/3")
    loop.pull(allow_shrink=True)
    with loop.store.write() as tx:
        ledger.begin(tx, "[]", "{}")
        pulls.fail(tx, "a/2", "pull", "why")
    return loop


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE candidates SET seq = 1",
        "UPDATE reviews SET seq = 1",
        "UPDATE observations SET seq = 1",
        "UPDATE push_items SET seq = 1",
        "UPDATE push_items SET settled_seq = NULL",
        "UPDATE push_items SET seq = 1 WHERE status = 'intended'",
    ],
)
def test_the_order_is_never_changed(tmp_path: Path, change: str) -> None:
    loop = everything(tmp_path)
    with loop.store.write() as tx:
        push = journal.begin_push(tx, "x", 0)
        tx.execute(
            "INSERT INTO push_items (push_id, image_id, patch, status, created_at)"
            " VALUES (?, 'a/2', '[]', 'intended', 'x')",
            (push,),
        )
    with pytest.raises(sqlite3.IntegrityError, match=r"append-only|never changed"):
        loop.store.conn.execute(change)


THAN = r"(?:<=?(?!>)|(?<!<)>=?)"
BY_A_TIME = re.compile(
    rf".*(?:_at\b\s*{THAN}|{THAN}\s*[\w.]*_at\b"
    r"|ORDER BY .*(?:_at|\bat)\b|(?:min|max)\([\w.]*_at\b).*"
)
MAY = {
    # a date that the owner names
    "moments.py": ['_as_of("seen_at <= :at", "gone_at > :at")'],
    "worklist.py": ["c.created_at < ?"],
    # said, not gone by
    "ledger.py": ["min(created_at) AS first, max(created_at) AS last"],
    "today.py": ["r.created_at >= :since"],
}


def test_no_statement_goes_by_a_time() -> None:
    """But for those that an owner asks for by a date. (`--since` of the log puts its
    column in by name.)"""
    for path in sorted(Path(store.__file__).parent.glob("*.*")):
        if path.name == "numbering.py" or path.suffix not in (".py", ".sql"):
            continue
        found = [m.group() for m in BY_A_TIME.finditer(path.read_text("utf-8"))]
        allowed = MAY.get(path.name, [])
        assert len(found) == len(allowed), (path.name, found)
        for line, part in zip(found, allowed, strict=True):
            assert part in line
