"""What a plan is narrowed to, what may be taken back, and what a saved plan says of one
that moved."""

from __future__ import annotations

from dataclasses import replace

import jsonpatch
import pytest

from altsync.models import (
    Change,
    Conflict,
    Converged,
    Finding,
    Label,
    RevertRow,
    Selection,
    Severity,
)
from altsync.plan import build_plan, build_reverts, checksum, moved, narrow
from tests.test_plan import ROW


def test_narrowing_takes_what_every_given_word_allows() -> None:
    rows = [
        replace(
            ROW,
            image="a/1",
            album="a",
            model="m",
            findings=(Finding("length", Severity.WARNING, "Long."),),
        ),
        replace(ROW, image="b/2", album="b", model="n"),
    ]

    def left(selection: Selection) -> list[str]:
        return [row.image for row in narrow(rows, selection)]

    assert left(Selection()) == ["a/1", "b/2"]
    assert left(Selection(albums=("b",))) == ["b/2"]
    assert left(Selection(models=("m", "n"))) == ["a/1", "b/2"]
    assert left(Selection(rules=("length",))) == ["a/1"]
    assert left(Selection(images=("b/2",), models=("m",))) == []


REVERT = RevertRow(
    "a/1",
    "a/1",
    None,
    "a",
    7,
    3,
    "sent",
    Label.AI,
    True,
    "sent",
    Label.AI,
    "old",
    None,
    True,
    None,
)


@pytest.mark.parametrize(
    ("site", "label", "sent", "former", "expected"),
    [
        ("sent", Label.AI, "sent", "old", Change),
        ("sent", Label.AI, "sent", "", Change),
        ("sent", Label.AI, "sent", None, Change),
        ("sent", Label.HUMAN, "sent", "old", Conflict),
        ("sent", Label.REVIEWED, "sent", "old", Conflict),
        ("sent", None, "sent", "old", Conflict),
        ("edited", Label.AI, "sent", "old", Conflict),
        ("sent ", Label.AI, "sent", "old", Change),  # white space is no word
        ("", Label.AI, "sent", "old", Conflict),
        (None, Label.AI, "", "old", Conflict),
        ("old", Label.AI, "sent", "old", Converged),
        ("", None, "sent", "", Converged),
    ],
)
def test_what_may_be_taken_back(
    site: str | None,
    label: Label | None,
    sent: str | None,
    former: str | None,
    expected: type,
) -> None:
    row = replace(REVERT, site=site, label=label, sent=sent, former=former)
    (entry,) = build_reverts([row], Selection(by="olga"))
    assert type(entry) is expected
    if isinstance(entry, Change):
        flat = {
            "alt": site,
            "title": "T",
            "caption": None,
            "label": label and str(label),
        }
        back = jsonpatch.JsonPatch(entry.patch).apply(flat)
        assert back == {**flat, "alt": former, "label": None}
        assert (entry.candidate, entry.reverts, entry.reviewer) == (None, 7, "olga")


def test_a_revert_of_a_row_that_knew_no_label_respects_the_label_of_now() -> None:
    row = replace(REVERT, labelled=False, label=Label.HUMAN, sent_label=None)
    assert isinstance(next(build_reverts([row], Selection())), Conflict)
    (entry,) = build_reverts([replace(row, label=Label.AI)], Selection())
    assert isinstance(entry, Change)
    assert not entry.relabels


def test_the_checksum_of_a_revert_names_what_it_takes_back() -> None:
    sums = {
        checksum("s", build_reverts([replace(REVERT, item=n)], Selection(by=by)))
        for n in (7, 8)
        for by in "ab"
    }
    assert len(sums) == 4


def test_a_plan_that_moved_says_where() -> None:
    row = replace(ROW, base="", site="", candidate=1, reviewer="me")
    rows = [replace(row, image=f"a/{n}", entity=f"a/{n}") for n in (0, 1, 2, 3, 9)]
    saved = [entry for entry in build_plan(rows) if isinstance(entry, Change)]
    now = [
        rows[0],
        replace(rows[1], new="Another text."),
        replace(rows[2], site="A person's."),
        replace(rows[3], reviewer="bob"),
    ]
    entries = list(build_plan(now))
    assert list(moved(saved, entries)) == [
        "a/1: another text, or on top of another one",
        "a/2: the site has changed",
        "a/3: on the word of bob now, not of me",
        "a/9: no longer in the plan (sent, taken back, or off the site)",
    ]
    assert next(moved(saved[1:4], entries)) == "a/0: new in the plan"
