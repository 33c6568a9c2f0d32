"""Reconcile as a table; the plan, its refusals and its checksum; whose words a text is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.models import (
    Change,
    Conflict,
    Converged,
    Decision,
    Finding,
    Label,
    Origin,
    PlanRow,
    Refused,
    RevertRow,
    Scope,
    Selection,
    Severity,
)
from altsync.plan import (
    ELSEWHERE,
    Action,
    Permissions,
    build_plan,
    build_reverts,
    checksum,
    moved,
    narrow,
    new_label,
    reconcile,
    summarize,
)

A, B, C = Action.CHANGE, Action.CONVERGED, Action.CONFLICT


@pytest.mark.parametrize(
    ("base", "site", "new", "expected"),
    [
        ("", "", "new", A),
        (None, None, "new", A),
        ("old", "old", "new", A),
        ("  ", "  ", "new", A),
        (None, None, "", A),
        ("old", "old", "", A),
        ("", "new", "new", B),
        ("old", "new", "new", B),
        (None, "new", "new", B),
        ("", "", "", B),
        ("old", "new ", "new", B),
        ("old", "caf\u00e9", "cafe\u0301", B),
        ("", "a person's", "new", C),
        ("old", "a person's", "new", C),
        ("old", "", "new", C),
        ("old", None, "new", C),
        ("", None, "new", C),
        (None, "", "new", C),
        ("old", "old ", "new", C),
        (None, "", "", B),
        ("", None, "", C),
    ],
)
def test_reconcile(
    base: str | None, site: str | None, new: str, expected: Action
) -> None:
    assert reconcile(base, site, new) is expected


ROW = PlanRow(
    image="a/1",
    entity="a/1",
    language=None,
    album="a",
    site="",
    label=None,
    has_label=False,
    site_origin=None,
    candidate=1,
    base="",
    new="A dog.",
    origin=Origin.AI,
    decision=Decision.INFORMATIVE,
    model="m",
    reviewer="ann",
    scope=Scope.ONE,
)
ERROR = Finding("cut", Severity.ERROR, "It ends in the middle.")
WARNING = Finding("hedge", Severity.WARNING, "It hedges.")


def plan(*rows: PlanRow, **allowed: Any) -> list[Any]:
    limit = allowed.pop("limit", None)
    return list(build_plan(rows, Permissions(**allowed), limit=limit))


def test_a_change_is_a_json_patch_that_tests_first() -> None:
    (change,) = plan(ROW)
    assert isinstance(change, Change)
    assert change.patch == [
        {"op": "test", "path": "/alt", "value": ""},
        {"op": "replace", "path": "/alt", "value": "A dog."},
    ]
    doc = {"alt": "", "title": "t", "caption": None}
    assert jsonpatch.JsonPatch(change.patch).apply(doc) == {**doc, "alt": "A dog."}
    with pytest.raises(jsonpatch.JsonPatchTestFailed):
        jsonpatch.JsonPatch(change.patch).apply({**doc, "alt": "a person's"})


def test_the_label_is_tested_and_goes_with_the_text() -> None:
    (change,) = plan(replace(ROW, has_label=True, label=None))
    assert change.patch[1:] == [
        {"op": "test", "path": "/label", "value": None},
        {"op": "replace", "path": "/alt", "value": "A dog."},
        {"op": "replace", "path": "/label", "value": "ai"},
    ]
    (same,) = plan(replace(ROW, has_label=True, label=Label.AI))
    assert [op["op"] for op in same.patch] == ["test", "test", "replace"]


@pytest.mark.parametrize(
    ("row", "reviewed", "label"),
    [
        (ROW, None, None),
        (replace(ROW, has_label=True), None, Label.AI),
        (replace(ROW, has_label=True, origin=Origin.HUMAN), None, Label.HUMAN),
        (replace(ROW, has_label=True), Label.HUMAN, Label.HUMAN),
        (replace(ROW, has_label=True), Label.REVIEWED, Label.REVIEWED),
        (replace(ROW, has_label=True, scope=Scope.BULK), Label.HUMAN, Label.AI),
        (
            replace(ROW, has_label=True, origin=Origin.HUMAN, scope=Scope.BULK),
            Label.REVIEWED,
            Label.HUMAN,
        ),
    ],
)
def test_new_label(row: PlanRow, reviewed: Label | None, label: Label | None) -> None:
    assert new_label(row, reviewed) is label


@pytest.mark.parametrize(
    ("row", "allowed", "permission"),
    [
        (
            replace(ROW, site="old", base="old", site_origin=Origin.HUMAN),
            {},
            "--replace-human",
        ),
        (
            replace(ROW, site="old", base="old", site_origin=Origin.HUMAN),
            {"replace_human": True},
            None,
        ),
        (replace(ROW, site="old", base="old", site_origin=Origin.AI), {}, None),
        (replace(ROW, site=None, base=None, new=""), {}, "--allow-empty"),
        (replace(ROW, site=None, base=None, new=" "), {}, "--allow-empty"),
        (replace(ROW, site=None, base=None, new=""), {"allow_empty": True}, None),
        (replace(ROW, scope=Scope.BULK, findings=(ERROR,)), {}, ""),
        (replace(ROW, scope=Scope.BULK, findings=(WARNING,)), {}, None),
        (replace(ROW, scope=Scope.ONE, findings=(ERROR,)), {}, None),
        (replace(ROW, scope=Scope.BULK, decision=Decision.COMPLEX), {}, ""),
        (replace(ROW, scope=Scope.ONE, decision=Decision.COMPLEX), {}, None),
        (
            replace(ROW, scope=Scope.BULK, site_origin=Origin.HUMAN),
            {"replace_human": True},
            "",
        ),
        (
            replace(ROW, namesakes="A/1", scope=Scope.ONE),
            {"replace_human": True, "allow_empty": True},
            "",
        ),
    ],
)
def test_refusals(
    row: PlanRow, allowed: dict[str, bool], permission: str | None
) -> None:
    (entry,) = plan(row, **allowed)
    if permission is None:
        assert isinstance(entry, Change)
    else:
        assert isinstance(entry, Refused)
        assert entry.permission == permission


def test_conflicts_and_converged_are_apart() -> None:
    conflict, converged = plan(
        replace(ROW, site="a person's"), replace(ROW, image="a/2", site="A dog.")
    )
    assert conflict == Conflict("a/1", 1, "", "a person's", "A dog.")
    assert converged == Converged("a/2", "a/1", 1, "A dog.", Origin.AI)


def test_limit_counts_changes_only() -> None:
    rows = [
        replace(ROW, image=f"a/{i}", candidate=i, site="x" if i == 0 else "")
        for i in range(5)
    ]
    assert [type(e).__name__ for e in plan(*rows, limit=2)] == [
        "Conflict",
        "Change",
        "Change",
    ]


def test_the_checksum_names_exactly_what_is_sent() -> None:
    def of(*rows: PlanRow) -> str:
        return checksum("http://s", build_plan(rows))

    base = of(ROW)
    assert len(base) == 12
    assert base == of(ROW) == of(ROW, replace(ROW, image="a/9", site="x"))
    for other in (
        {"new": "A cat."},
        {"candidate": 2},
        {"image": "a/2"},
        {"reviewer": "bob"},
        {"has_label": True},
    ):
        assert of(replace(ROW, **other)) != base
    assert checksum("http://other", build_plan([ROW])) != base
    assert of(ROW, replace(ROW, image="b/1")) != of(replace(ROW, image="b/1"), ROW)


def test_a_summary_counts_what_there_is_of_each_kind() -> None:
    rows = [
        ROW,
        replace(ROW, site="x"),
        replace(ROW, site="A dog."),
        replace(ROW, new=""),
    ]
    rows[3] = replace(rows[3], site=None, base=None)
    summary = summarize("http://s", build_plan(rows))
    assert (summary.changes, summary.conflicts, summary.converged, summary.refused) == (
        1,
        1,
        1,
        1,
    )


HERE, THERE, ALONE = "1 of 2: a | b", "1 of 2: c | d", None
IN_TEXT = replace(ROW, in_text=True, place=HERE, proposed_place=HERE)


@pytest.mark.parametrize("site", ["", "A dog."])
@pytest.mark.parametrize(
    ("place", "proposed"), [(HERE, THERE), (HERE, ALONE), (ALONE, HERE)]
)
def test_a_text_for_another_place_is_a_conflict(
    site: str, place: str | None, proposed: str | None
) -> None:
    """Also where the site says so already: it is not altsync's text that stands there."""
    (entry,) = plan(replace(IN_TEXT, site=site, place=place, proposed_place=proposed))
    assert isinstance(entry, Conflict)
    assert (entry.site, entry.why) == (site, ELSEWHERE)


def test_the_place_is_tested_and_stays() -> None:
    (change,) = plan(IN_TEXT)
    assert change.patch == [
        {"op": "test", "path": "/alt", "value": ""},
        {"op": "test", "path": "/place", "value": HERE},
        {"op": "replace", "path": "/alt", "value": "A dog."},
    ]
    (alone,) = plan(replace(IN_TEXT, place=None, proposed_place=None))
    assert alone.patch[1] == {"op": "test", "path": "/place", "value": None}
    (there,) = plan(replace(IN_TEXT, site="A dog."))
    assert isinstance(there, Converged)
    assert (there.in_text, there.place) == (True, HERE)
    (moved,) = plan(replace(IN_TEXT, site="A person's.", place=THERE))
    assert (type(moved), moved.why) == (Conflict, ""), "the texts say it already"


texts = st.one_of(st.none(), st.sampled_from(["", " ", "a", "b"]), st.text(max_size=5))


@given(texts, texts, st.text(max_size=5))
def test_a_change_is_only_made_on_exactly_the_base(
    base: str | None, site: str | None, new: str
) -> None:
    if reconcile(base, site, new) is Action.CHANGE:
        assert site == base


REVERT = RevertRow(
    image="a/1",
    entity="a/1",
    language=None,
    album="a",
    item=7,
    push=1,
    site="A dog.",
    label=Label.AI,
    has_label=True,
    sent="A dog.",
    sent_label=Label.AI,
    former="",
    former_label=None,
    labelled=True,
    former_origin=None,
    model="m",
)


def reverts(*rows: RevertRow, limit: int | None = None, **selection: Any) -> list[Any]:
    return list(build_reverts(rows, Selection(by="ann", **selection), limit))


def test_a_revert_is_the_patch_turned_round() -> None:
    (change,) = reverts(REVERT)
    assert change.patch == [
        {"op": "test", "path": "/alt", "value": "A dog."},
        {"op": "test", "path": "/label", "value": "ai"},
        {"op": "replace", "path": "/alt", "value": ""},
        {"op": "replace", "path": "/label", "value": None},
    ]
    assert (change.candidate, change.reverts, change.reviewer, change.origin) == (
        None,
        7,
        "ann",
        None,
    )


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (REVERT, Change),
        (replace(REVERT, site="A person's."), Conflict),
        (replace(REVERT, label=Label.HUMAN), Conflict),
        (replace(REVERT, labelled=False, label=Label.HUMAN), Conflict),
        (replace(REVERT, labelled=False, label=None), Change),
        (replace(REVERT, has_label=False, label=None), Change),
        (replace(REVERT, site=""), Converged),
    ],
)
def test_only_what_altsync_sent_is_taken_back(row: RevertRow, kind: type) -> None:
    (entry,) = reverts(row)
    assert type(entry) is kind


def test_a_revert_tests_the_place_too() -> None:
    row = replace(REVERT, has_label=False, label=None, in_text=True)
    row = replace(row, former=None, place=HERE, sent_place=HERE)
    (change,) = reverts(row)
    assert change.patch == [
        {"op": "test", "path": "/alt", "value": "A dog."},
        {"op": "test", "path": "/place", "value": HERE},
        {"op": "replace", "path": "/alt", "value": None},
    ]
    for place, sent in ((THERE, HERE), (ALONE, HERE), (HERE, ALONE)):
        (entry,) = reverts(replace(row, place=place, sent_place=sent))
        assert isinstance(entry, Conflict)
        assert entry.why == ELSEWHERE


def test_reverts_are_narrowed() -> None:
    rows = [
        REVERT,
        replace(REVERT, image="a/2"),
        replace(REVERT, image="b/1", album="b", model="other"),
    ]
    assert [e.image for e in reverts(*rows, images=("a/2",))] == ["a/2"]
    assert [e.image for e in reverts(*rows, albums=("b",))] == ["b/1"]
    assert [e.image for e in reverts(*rows, models=("m",))] == ["a/1", "a/2"]
    assert [e.image for e in reverts(*rows, limit=1)] == ["a/1"]


def test_a_plan_is_narrowed() -> None:
    rows = [
        replace(ROW, image="a/1", findings=(WARNING,)),
        replace(ROW, image="a/2", model="other"),
        replace(ROW, image="b/1", album="b"),
    ]

    def chosen(**selection: Any) -> list[str]:
        return [row.image for row in narrow(rows, Selection(**selection))]

    assert chosen() == ["a/1", "a/2", "b/1"]
    assert chosen(images=("a/1", "b/1")) == ["a/1", "b/1"]
    assert chosen(albums=("b",)) == ["b/1"]
    assert chosen(models=("other",)) == ["a/2"]
    assert chosen(rules=("hedge",)) == ["a/1"]


def test_what_moved_since_a_plan_was_saved() -> None:
    (change,) = plan(ROW)

    def said(*entries: Any, **was: Any) -> list[str]:
        return list(moved([replace(change, **was)], entries))

    assert said(change) == []
    assert "new in the plan" in said(change, replace(change, image="a/2"))[0]
    assert "another text" in said(change, new="Another.")[0]
    assert "on top of another one" in said(change, base="Another.")[0]
    assert said(change, reviewer="bob") == ["a/1: on the word of ann now, not of bob"]
    assert said(change, candidate=9) == ["a/1: on the word of ann now, not of ann"]
    assert said(replace(change, reviewer=""))[0].startswith(
        "a/1: on the word of somebody else now"
    )
    assert said(Conflict("a/1", 1, "", "x", "y")) == ["a/1: the site has changed"]
    assert said(Converged("a/1", "a/1", 1, "x", Origin.AI)) == [
        "a/1: the site already says so"
    ]
    assert said(Refused(change, "", "why")) == ["a/1: refused"]
    assert said(change, Conflict("a/9", 1, "", "x", "y")) == []
    assert "no longer in the plan" in said()[0]
