"""A long description on its way to the site, under the same promises as its text: a
person's is never overwritten, what was shown is sent, and it comes back to the byte."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync import canary
from altsync.errors import AnswerLost, GuardMoved, Rejected
from altsync.models import (
    Change,
    Conflict,
    Converged,
    Entry,
    Label,
    Origin,
    PushStatus,
    Refused,
)
from altsync.plan import Permissions, checksum
from altsync.planning import Plan, Request
from altsync.push import Push, by_hand, recover
from altsync.sources.memory import MemorySource
from altsync.store import journal, mirror
from tests.scene import URL, Scene, image, scene

LONG = "# Rain\n\n- 2010: 800 mm\n- 2019: 1,200 mm"
OTHER = "# Rain a year\n\nIt rises."
CHART = "a/chart"
HUMAN = Permissions(replace_human=True)


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Scene]:
    """A chart whose entity has the field, and an image whose entity has none."""
    site = MemorySource(
        [image(CHART, "", long_description=""), image("a/plain", "")], whole=True
    )
    made = scene(tmp_path, site)
    yield made
    made.store.close()


def described(loop: Scene, alt: str = "A chart.", long: str | None = LONG) -> int:
    return loop.propose(CHART, alt, long_description=long)


def only(entries: list[Entry]) -> Any:
    (entry,) = entries
    return entry


def texts(loop: Scene) -> tuple[str | None, str | None]:
    """What the site says, which the mirror must say too."""
    now = loop.site.now(CHART)
    (known,) = mirror.named(loop.store.conn, [CHART])
    assert (known.image.alt, known.image.long_description) == (
        now.alt,
        now.long_description,
    )
    return now.alt, now.long_description


def ledger(loop: Scene) -> list[tuple[str, str | None]]:
    sql = "SELECT status, error FROM push_items ORDER BY id"
    return loop.store.conn.execute(sql).fetchall()


def test_it_goes_with_its_text_in_one_patch_that_tests_both(loop: Scene) -> None:
    described(loop)
    change = only(loop.plan())
    assert change.patch == [
        {"op": "test", "path": "/alt", "value": ""},
        {"op": "test", "path": "/long_description", "value": ""},
        {"op": "replace", "path": "/alt", "value": "A chart."},
        {"op": "replace", "path": "/long_description", "value": LONG},
    ]
    done = loop.push()
    assert (done.applied, loop.site.counts["write"]) == (1, 1)
    assert texts(loop) == ("A chart.", LONG)
    loop.pull()
    assert loop.plan() == []


def test_without_a_field_nothing_of_a_plan_changes(loop: Scene) -> None:
    loop.propose("a/plain", "Plain.", by="anna", long_description=LONG)
    with_one = loop.plan()
    assert [op["path"] for op in only(with_one).patch] == ["/alt", "/alt"]
    assert only(with_one).kept_back == ""
    loop.push()
    assert loop.site.now("a/plain") == image("a/plain", "Plain.", entity="a/plain")


def test_the_checksum_names_what_is_sent(loop: Scene) -> None:
    described(loop)
    change = only(loop.plan())
    sums = {
        checksum(URL, [change]),
        checksum(URL, [_with(change, described=("", OTHER))]),
        checksum(URL, [_with(change, described=None)]),
    }
    assert len(sums) == 3


def _with(change: Change, **more: Any) -> Change:
    return dataclasses.replace(change, **more)


def test_a_persons_stays_and_the_plan_says_so(loop: Scene) -> None:
    loop.site.edit(CHART, long_description="A person's.")
    loop.pull()
    described(loop)
    change = only(loop.plan(HUMAN))
    assert change.described is None
    assert "did not write" in change.kept_back
    loop.push(HUMAN)
    assert texts(loop) == ("A chart.", "A person's.")


def test_what_altsync_sent_itself_may_be_sent_anew(loop: Scene) -> None:
    described(loop)
    loop.push()
    described(loop, "A chart of rain.", OTHER)
    loop.push()
    assert texts(loop) == ("A chart of rain.", OTHER)
    loop.site.edit(CHART, long_description=f"{OTHER} And falls.")
    loop.pull()
    described(loop, "Rain.", LONG)
    loop.push()
    assert texts(loop) == ("Rain.", f"{OTHER} And falls.")


def test_line_ends_that_a_form_turned_are_no_persons_work(loop: Scene) -> None:
    described(loop)
    loop.push()
    turned = LONG.replace("\n", "\r\n")
    loop.site.edit(CHART, long_description=turned)
    loop.pull()
    described(loop, "Rain.", OTHER)
    number = loop.push().push_id
    assert texts(loop) == ("Rain.", OTHER)
    loop.revert(number)
    assert texts(loop) == ("A chart.", turned)


@pytest.mark.parametrize("moved", ["A person's.", None])
def test_one_that_moved_since_the_pull_is_a_conflict(
    loop: Scene, moved: str | None
) -> None:
    described(loop)
    loop.site.edit(CHART, long_description=moved)
    done = loop.push()
    assert (done.applied, done.conflicts) == (0, 1)
    assert loop.site.now(CHART).alt == ""
    ((_, why),) = ledger(loop)
    assert "long description" in str(why)


def test_a_text_alone_does_not_mind_who_edits_the_other(loop: Scene) -> None:
    described(loop, long=None)
    loop.site.edit(CHART, long_description="A person's.")
    assert loop.push().applied == 1
    loop.pull()
    assert texts(loop) == ("A chart.", "A person's.")


def test_it_goes_alone_where_the_text_is_there(loop: Scene) -> None:
    described(loop, long=None)
    loop.push()
    loop.propose(CHART, "A chart.", origin=Origin.HUMAN, long_description=LONG)
    change = only(loop.plan())
    assert (change.base, change.new, change.described) == (
        "A chart.",
        "A chart.",
        ("", LONG),
    )
    number = loop.push().push_id
    assert texts(loop) == ("A chart.", LONG)
    assert loop.site.written[-1] == (CHART, {"long_description": LONG})
    assert loop.origin(CHART) == "human", "who worked on one made both theirs"
    assert loop.plan() == []
    loop.revert(number)
    assert texts(loop) == ("A chart.", "")
    assert loop.origin(CHART) == "ai"


@pytest.mark.parametrize("label", [None, Label.HUMAN])
def test_beside_a_persons_text_it_needs_no_permission_and_relabels_nothing(
    loop: Scene, label: Label | None
) -> None:
    loop.site.edit(CHART, alt="A chart.", label=label, has_label=True)
    loop.pull()
    described(loop)
    loop.push()
    assert texts(loop) == ("A chart.", LONG)
    assert loop.site.now(CHART).label is label
    assert loop.origin(CHART) == "human"


def test_a_persons_text_keeps_both_back(loop: Scene) -> None:
    loop.site.edit(CHART, alt="Theirs.")
    loop.pull()
    described(loop)
    refused = only(loop.plan())
    assert isinstance(refused, Refused)
    assert refused.permission == "--replace-human"


def test_it_comes_back_with_its_text_to_the_byte(loop: Scene) -> None:
    loop.site.edit(CHART, long_description="  ")
    loop.pull()
    described(loop)
    number = loop.push().push_id
    change = only(loop.undo(number))
    assert change.described == (LONG, "  ")
    back = loop.revert(number).push_id
    assert texts(loop) == ("", "  ")
    loop.revert(back)
    assert texts(loop) == ("A chart.", LONG)
    loop.revert(number)
    assert texts(loop) == ("", "  ")


def test_what_a_person_made_of_it_is_not_taken_back(loop: Scene) -> None:
    described(loop)
    number = loop.push().push_id
    loop.site.edit(CHART, long_description="Better.")
    loop.pull()
    conflict = only(loop.undo(number))
    assert isinstance(conflict, Conflict)
    assert "somebody was there" in conflict.why
    loop.revert(number)
    assert texts(loop) == ("A chart.", "Better.")


def test_the_text_comes_back_where_the_field_is_no_more(loop: Scene) -> None:
    described(loop)
    number = loop.push().push_id
    loop.site.edit(CHART, long_description=None)
    loop.pull()
    change = only(loop.undo(number))
    assert (change.described, change.kept_back) == (
        None,
        "the site has no field for it any more",
    )
    loop.revert(number)
    assert texts(loop) == ("", None)


def test_a_text_that_is_back_already_leaves_the_other_to_take_back(
    loop: Scene,
) -> None:
    described(loop)
    number = loop.push().push_id
    loop.site.edit(CHART, alt="")
    loop.pull()
    loop.revert(number)
    assert texts(loop) == ("", "")
    assert isinstance(only(loop.undo(number)), Conflict | Converged)


def test_one_field_takes_the_first_of_an_entity(tmp_path: Path) -> None:
    both = [image(f"a/{n}", "", long_description="", entity="node/1") for n in (1, 2)]
    made = scene(tmp_path, MemorySource(both))
    for one in both:
        made.propose(one.id, f"Chart {one.name}.", long_description=LONG + one.name)
    first, second = made.plan()
    assert isinstance(first, Change)
    assert isinstance(second, Change)
    assert first.described == ("", f"{LONG}1")
    assert second.described is None
    assert second.kept_back == "the one field of its item takes that of a/1"
    assert made.push().applied == 2
    (known,) = mirror.named(made.store.conn, ["a/2"])
    assert known.image.long_description == f"{LONG}1"
    assert made.site.now("a/2").long_description == f"{LONG}1"
    made.propose("a/2", "Anew.", long_description=LONG)
    assert "did not write" in only(made.plan()).kept_back
    made.pull()
    drift = "SELECT count(*) FROM observations WHERE pull_id = 2"
    assert made.store.conn.execute(drift).fetchone() == (0,)
    made.store.close()


def test_what_is_sent_for_one_is_known_of_its_neighbours(tmp_path: Path) -> None:
    """The next pull would else tell of it as somebody's change."""
    both = [image(f"a/{n}", "", long_description="", entity="node/1") for n in (1, 2)]
    made = scene(tmp_path, MemorySource(both))
    made.propose("a/1", "Chart.", long_description=LONG)
    number = made.push().push_id
    (known,) = mirror.named(made.store.conn, ["a/2"])
    assert known.image.long_description == LONG
    made.revert(number)
    (known,) = mirror.named(made.store.conn, ["a/2"])
    assert known.image.long_description == ""
    made.store.close()


def test_what_moved_since_a_revert_was_planned_is_left(loop: Scene) -> None:
    described(loop)
    entries = loop.undo(loop.push().push_id)
    loop.site.edit(CHART, long_description="Better.")
    loop.pull()
    loop.site.counts.clear()
    done = loop.send(entries, by="olga")
    assert (done.skipped, loop.site.counts["write"]) == (1, 0)


# The answer, the reading back, the canary.


@pytest.mark.parametrize("answers", ["stored", "echo", "nothing"])
def test_a_site_that_drops_it_is_found_out(loop: Scene, answers: Any) -> None:
    described(loop)
    loop.site.answers = answers
    loop.site.after = lambda step, ids: loop.site.edit(CHART, long_description="")
    done = loop.push()
    assert (done.applied, done.mangled) == (1, 1)
    assert texts(loop) == ("A chart.", "")


def test_one_that_went_alone_and_did_not_arrive_has_failed(
    loop: Scene,
) -> None:
    described(loop, long=None)
    loop.push()
    described(loop)
    loop.site.lies = True
    loop.site.counts.clear()
    done = Push(loop.context, loop.planned(), pauses=(0.0, 0.0)).run()
    assert loop.site.counts["stored"] == 3, "a cache may lag behind a write"
    assert (done.applied, done.failed) == (0, 1)
    assert ledger(loop)[-1][0] == PushStatus.FAILED


def test_the_canary_looks_at_it_too(loop: Scene) -> None:
    described(loop)
    changes = [entry for entry in loop.plan() if isinstance(entry, Change)]
    loop.push()
    assert canary.read_back(loop.source, loop.store, changes, [CHART]) == []
    loop.site.edit(CHART, long_description="Another.")
    (strayed,) = canary.read_back(loop.source, loop.store, changes, [CHART])
    assert strayed.described
    said = canary._line(strayed)
    assert said == "  a/chart: the long description is another one"


def test_a_site_without_the_field_refuses_it(loop: Scene) -> None:
    fresh = loop.source.fresh([loop.site.now("a/plain")])
    with pytest.raises(Rejected, match="no field for long descriptions"):
        loop.source.write(
            fresh, {"a/plain": {**fresh.flats["a/plain"], "long_description": "x"}}, ""
        )


def test_a_guard_that_moved_lets_it_go_on_once(loop: Scene) -> None:
    described(loop)
    stale = iter([True])

    def before(step: str, ids: tuple[str, ...]) -> None:
        if step == "write" and next(stale, False):
            raise GuardMoved("Somebody saved the page.")

    loop.site.before = before
    assert loop.push().applied == 1
    assert texts(loop) == ("A chart.", LONG)


# What a crash left open.


def crash(loop: Scene) -> Change:
    """The journal's row is written, and nobody knows whether the PATCH was done."""
    change = only([e for e in loop.plan() if isinstance(e, Change)])
    with loop.store.write() as tx:
        push = journal.begin_push(tx, "x", 1)
        journal.intend(tx, push, change, change.patch)
    return change  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("alone", "site", "status", "says"),
    [
        (False, {}, "failed", ""),
        (False, {"alt": "A chart.", "long_description": LONG}, "applied", LONG),
        (False, {"alt": "A chart.", "long_description": "New."}, "applied", "New."),
        (False, {"alt": "Third.", "long_description": LONG}, "conflict", ""),
        (True, {}, "failed", ""),
        (True, {"long_description": LONG}, "applied", LONG),
        (True, {"long_description": LONG + " \n"}, "applied", LONG + " \n"),
        (True, {"long_description": "Third."}, "conflict", ""),
    ],
)
def test_a_crash_is_settled_by_what_the_site_says(
    loop: Scene, alone: bool, site: dict[str, str], status: str, says: str
) -> None:
    if alone:
        described(loop, long=None)
        loop.push()
    described(loop)
    crash(loop)
    loop.site.edit(CHART, **site)
    assert recover(loop.context).settled == 1
    assert ledger(loop)[-1][0] == status
    (known,) = mirror.named(loop.store.conn, [CHART])
    assert known.image.long_description == says


def test_a_pull_that_saw_the_old_text_does_not_settle_what_went_alone(
    loop: Scene,
) -> None:
    described(loop, long=None)
    loop.push()
    described(loop)
    crash(loop)
    loop.site.edit(CHART, label=Label.AI, has_label=True)
    loop.pull()
    recover(loop.context)
    assert ledger(loop)[-1][0] == PushStatus.FAILED
    loop.push()
    assert texts(loop) == ("A chart.", LONG)


def test_a_person_may_settle_it(loop: Scene) -> None:
    described(loop)
    crash(loop)
    loop.site.edit(CHART, alt="A chart.", long_description=LONG)
    by_hand(loop.store, CHART, applied=True, by="olga")
    assert texts(loop) == ("A chart.", LONG)


def test_a_lost_answer_is_settled_by_reading(loop: Scene) -> None:
    described(loop)

    def after(step: str, ids: tuple[str, ...]) -> None:
        raise AnswerLost("No answer.")

    loop.site.after = after
    assert loop.push().applied == 1
    assert texts(loop) == ("A chart.", LONG)


# Saved, and shown between two moments.


def test_a_saved_plan_has_it_and_what_was_kept_back(
    loop: Scene, tmp_path: Path
) -> None:
    described(loop)
    file = tmp_path / "plan.json"
    shown = loop.planned(Request())
    shown.save(file)
    assert list(Plan.load(file).changes()) == list(shown.changes())
    loop.planned(Request()).raise_if_moved(Plan.load(file))
    loop.site.edit(CHART, long_description="A person's.")
    loop.pull()
    kept = loop.planned(Request())
    kept.save(file)
    assert list(Plan.load(file).changes()) == list(kept.changes())
