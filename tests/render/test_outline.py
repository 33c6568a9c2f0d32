"""A plan in short: which lines stand, and which command shows the others."""

from __future__ import annotations

from dataclasses import replace

from altsync.models import (
    Conflict,
    Converged,
    Entry,
    Finding,
    Severity,
    Summary,
)
from altsync.render import outline
from altsync.render.shown import of_plan, plan_head
from altsync.render.terminal import plan_lines, stat_lines
from tests.render.test_lines import CHANGE


def entries(changes: int, others: int) -> list[Entry]:
    plain = replace(CHANGE, findings=())
    made: list[Entry] = [replace(plain, image=f"a/{n}") for n in range(1, changes + 1)]
    made += [Conflict(f"b/{n}", n, None, "theirs", "ours") for n in range(1, others)]
    return [*made, Converged("c/1", "c/1", 1, "same", None)] if others else made


def heads(changes: int, others: int, most: int | None) -> list[str]:
    """The lines that begin an entry, and those that stand for others."""
    summary = Summary(
        "http://s", "0123456789ab", changes, max(0, others - 1), others > 0
    )
    lines = outline.lines(summary, entries(changes, others), most, "altsync diff")
    return [line.partition("  ")[0] for line in lines if not line.startswith("    ")]


def test_the_first_and_the_last_and_how_many_are_between() -> None:
    assert heads(7, 0, 2) == [
        "~ a/1",
        "~ a/2",
        "… 3 more changes, not shown here: altsync diff",
        "~ a/6",
        "~ a/7",
        "Plan 0123456789ab: 7 changes, 0 conflicts.",
    ]
    assert heads(5, 0, 2)[2] == "… 1 more change, not shown here: altsync diff"


def test_nothing_is_left_out_where_both_ends_meet() -> None:
    assert heads(4, 0, 2)[:4] == ["~ a/1", "~ a/2", "~ a/3", "~ a/4"]
    assert len(heads(4, 0, 2)) == 5


def test_of_what_is_no_change_the_first_stand() -> None:
    assert heads(1, 3, 2) == [
        "~ a/1",
        "! b/1",
        "! b/2",
        "… 1 more that are no change: altsync diff",
        "Plan 0123456789ab: 1 change, 2 conflicts, 1 already there.",
    ]
    assert heads(0, 2, 2) == ["! b/1", "= c/1", heads(0, 2, 0)[0]]


def test_the_summary_alone_and_everything() -> None:
    assert heads(3, 2, 0) == [
        "Plan 0123456789ab: 3 changes, 1 conflict, 1 already there."
    ]
    summary = Summary("http://s", "0123456789ab", 30, 2, 1)
    every = entries(30, 3)
    assert [*outline.lines(summary, every, None, "")] == [*plan_lines(summary, every)]
    none = Summary("http://s", "0123456789ab", 0)
    assert len([*outline.lines(none, [], 10, "")]) == 1


def test_what_is_grave_is_said_of_changes_that_are_not_shown() -> None:
    error = Finding("cut", Severity.ERROR, "It is cut.")
    info = Finding("long", Severity.INFO, "It is long.")
    plain = replace(CHANGE, findings=(info,))
    changes: list[Entry] = [
        plain,
        replace(plain, over_person=True),
        replace(plain, new="", findings=(*CHANGE.findings, error)),
        replace(plain, new=None, reverts=1),
        CHANGE,
        plain,
    ]
    summary = Summary("http://s", "0123456789ab", 6)
    told = [*outline.lines(summary, changes, 0, "altsync diff")]
    assert told == [
        "Of these changes: 1 in the place of a person's words, 1 that leave no text,"
        " 1 with an error of the lint, 1 with a warning of the lint.",
        "Plan 0123456789ab: 6 changes, 0 conflicts.",
    ]


def test_the_columns_of_albums_stand_below_each_other_in_any_script() -> None:
    changes = [replace(CHANGE, image=f"{album}/1") for album in ("犬と猫", "dogs", "é")]
    summary = Summary("http://s", "0123456789ab", 3)
    head = plan_head(summary, "3 changes.", "")
    assert [*stat_lines(of_plan(changes), head)] == [
        " dogs   |      1 ~",
        " é      |      1 ~",
        " 犬と猫 |      1 ~",
        "3 changes.",
    ]
