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
    SiteImage,
)
from altsync.plan import (
    Action,
    Known,
    Permissions,
    build_plan,
    build_reverts,
    checksum,
    moved,
    narrow,
    new_label,
    reconcile,
    summarize,
    who_wrote,
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
def test_reconcile(base: str | None, site: str | None, new: str, expected: Action) -> None:
    assert reconcile(base, site, new) is expected


ROW = PlanRow(
    image="a/1", entity="a/1", language=None, album="a", site="", label=None, has_label=False, site_origin=None,
    candidate=1, base="", new="A dog.", origin=Origin.AI, decision=Decision.INFORMATIVE, model="m", reviewer="ann",
    scope=Scope.ONE,
)  # fmt: skip
ERROR = Finding("cut", Severity.ERROR, "It ends in the middle.")
WARNING = Finding("hedge", Severity.WARNING, "It hedges.")


def plan(*rows: PlanRow, **allowed: Any) -> list[Any]:
    return list(build_plan(rows, Permissions(**allowed)))


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
        (replace(ROW, has_label=True, origin=Origin.HUMAN, scope=Scope.BULK), Label.REVIEWED, Label.HUMAN),
    ],
)
def test_new_label(row: PlanRow, reviewed: Label | None, label: Label | None) -> None:
    assert new_label(row, reviewed) is label


@pytest.mark.parametrize(
    ("row", "allowed", "permission"),
    [
        (replace(ROW, site="old", base="old", site_origin=Origin.HUMAN), {}, "--replace-human"),
        (replace(ROW, site="old", base="old", site_origin=Origin.HUMAN), {"replace_human": True}, None),
        (replace(ROW, site="old", base="old", site_origin=Origin.AI), {}, None),
        (replace(ROW, site=None, base=None, new=""), {}, "--allow-empty"),
        (replace(ROW, site=None, base=None, new=" "), {}, "--allow-empty"),
        (replace(ROW, site=None, base=None, new=""), {"allow_empty": True}, None),
        (replace(ROW, scope=Scope.BULK, findings=(ERROR,)), {}, ""),
        (replace(ROW, scope=Scope.BULK, findings=(WARNING,)), {}, None),
        (replace(ROW, scope=Scope.ONE, findings=(ERROR,)), {}, None),
    ],
)
def test_refusals(row: PlanRow, allowed: dict[str, bool], permission: str | None) -> None:
    (entry,) = plan(row, **allowed)
    if permission is None:
        assert isinstance(entry, Change)
    else:
        assert isinstance(entry, Refused)
        assert entry.permission == permission


def test_conflicts_and_converged_are_apart() -> None:
    conflict, converged = plan(replace(ROW, site="a person's"), replace(ROW, image="a/2", site="A dog."))
    assert conflict == Conflict("a/1", 1, "", "a person's", "A dog.")
    assert converged == Converged("a/2", "a/1", 1, "A dog.", Origin.AI)


def test_limit_counts_changes_only() -> None:
    rows = [replace(ROW, image=f"a/{i}", candidate=i, site="x" if i == 0 else "") for i in range(5)]
    assert [type(e).__name__ for e in plan(*rows, limit=2)] == ["Conflict", "Change", "Change"]


def test_the_checksum_names_exactly_what_is_sent() -> None:
    def of(*rows: PlanRow) -> str:
        return checksum("http://s", build_plan(rows))

    base = of(ROW)
    assert len(base) == 12
    assert base == of(ROW) == of(ROW, replace(ROW, image="a/9", site="x"))
    for other in ({"new": "A cat."}, {"candidate": 2}, {"image": "a/2"}, {"reviewer": "bob"}, {"has_label": True}):
        assert of(replace(ROW, **other)) != base
    assert checksum("http://other", build_plan([ROW])) != base
    assert of(ROW, replace(ROW, image="b/1")) != of(replace(ROW, image="b/1"), ROW)


def test_summarize_shows_every_entry_on_the_way() -> None:
    seen: list[Any] = []
    rows = [ROW, replace(ROW, site="x"), replace(ROW, site="A dog."), replace(ROW, new="")]
    rows[3] = replace(rows[3], site=None, base=None)
    summary = summarize("http://s", build_plan(rows), seen.append)
    assert (summary.changes, summary.conflicts, summary.converged, summary.refused) == (1, 1, 1, 1)
    assert len(seen) == 4


NOW = SiteImage(id="a/1", album="a", name="1", alt="text")
AI, HUMAN = Origin.AI, Origin.HUMAN
LABELLED = replace(NOW, has_label=True, label=Label.AI)


@pytest.mark.parametrize(
    ("now", "known", "expected"),
    [
        (NOW, None, HUMAN),
        (LABELLED, None, AI),
        (replace(LABELLED, label=Label.HUMAN), None, HUMAN),
        (replace(LABELLED, label=Label.REVIEWED), None, HUMAN),
        (replace(LABELLED, label=Label.HUMAN, alt=""), None, HUMAN),
        (replace(LABELLED, label=Label.HUMAN, alt=None), None, None),
        (replace(LABELLED, label=Label.HUMAN, alt=" "), None, None),
        (replace(NOW, alt=""), None, None),
        (replace(NOW, alt=None), None, None),
        (NOW, Known("", None, None, pushed=True, ours=AI), AI),
        (replace(LABELLED, label=Label.HUMAN), Known("", Label.AI, None, pushed=True, ours=AI), HUMAN),
        (NOW, Known("text", None, AI, pushed=True), AI),
        (NOW, Known("text ", None, AI, pushed=True), AI),
        (NOW, Known("ours", None, AI, pushed=True), HUMAN),
        (NOW, Known("", None, None), HUMAN),
        (LABELLED, Known("", Label.AI, None), AI),
        (LABELLED, Known("", Label.AI, None, pushed=True), HUMAN),
        (LABELLED, Known("", Label.AI, None, had_text=True), HUMAN),
        (LABELLED, Known("other", Label.AI, AI, had_text=True), HUMAN),
        (LABELLED, Known("other", Label.HUMAN, HUMAN), AI),
        (LABELLED, Known("text", None, HUMAN), AI),
        (LABELLED, Known("text", None, HUMAN, pushed=True), HUMAN),
        (LABELLED, Known("text", Label.AI, HUMAN, pushed=True), HUMAN),
        (replace(NOW, alt=""), Known("text", None, AI, pushed=True), None),
        (replace(NOW, alt=""), Known("", None, AI), AI),
    ],
)
def test_whose_words(now: SiteImage, known: Known | None, expected: Origin | None) -> None:
    assert who_wrote(now, known) is expected


texts = st.one_of(st.none(), st.sampled_from(["", " ", "a", "b"]), st.text(max_size=5))


@given(texts, texts, st.text(max_size=5))
def test_a_change_is_only_made_on_exactly_the_base(base: str | None, site: str | None, new: str) -> None:
    if reconcile(base, site, new) is Action.CHANGE:
        assert site == base


@given(texts, st.booleans(), st.sampled_from([None, *Label]), texts, st.booleans())
def test_in_doubt_it_is_a_persons(
    alt: str | None, has_label: bool, label: Label | None, before: str | None, pushed: bool
) -> None:
    """Only a label `ai`, or altsync's own record, makes a text a machine's."""
    now = replace(NOW, alt=alt, has_label=has_label, label=label)
    if who_wrote(now, Known(before, None, HUMAN, pushed=pushed)) is AI:
        assert label is Label.AI


def test_narrowing_takes_what_every_given_word_allows() -> None:
    rows = [
        replace(ROW, image="a/1", album="a", model="m", findings=(Finding("length", Severity.WARNING, "Long."),)),
        replace(ROW, image="b/2", album="b", model="n"),
    ]

    def left(selection: Selection) -> list[str]:
        return [row.image for row in narrow(rows, selection)]

    assert left(Selection()) == ["a/1", "b/2"]
    assert left(Selection(albums=("b",))) == ["b/2"]
    assert left(Selection(models=("m", "n"))) == ["a/1", "b/2"]
    assert left(Selection(rules=("length",))) == ["a/1"]
    assert left(Selection(images=("b/2",), models=("m",))) == []


REVERT = RevertRow("a/1", "a/1", None, "a", 7, 3, "sent", Label.AI, True, "sent", Label.AI, "old", None, True, None)


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
        ("sent ", Label.AI, "sent", "old", Conflict),
        ("", Label.AI, "sent", "old", Conflict),
        (None, Label.AI, "", "old", Conflict),
        ("old", Label.AI, "sent", "old", Converged),
        ("", None, "sent", "", Converged),
    ],
)
def test_what_may_be_taken_back(
    site: str | None, label: Label | None, sent: str | None, former: str | None, expected: type
) -> None:
    row = replace(REVERT, site=site, label=label, sent=sent, former=former)
    (entry,) = build_reverts([row], Selection(by="olga"))
    assert type(entry) is expected
    if isinstance(entry, Change):
        flat = {"alt": site, "title": "T", "caption": None, "label": label and str(label)}
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
    sums = {checksum("s", build_reverts([replace(REVERT, item=n)], Selection(by=by))) for n in (7, 8) for by in "ab"}
    assert len(sums) == 4


def test_a_plan_that_moved_says_where() -> None:
    def item(image: str, patch: list[dict[str, Any]]) -> dict[str, Any]:
        return {"image": image, "patch": patch, "candidate": 1, "reviewer": "me"}

    rows = [
        replace(ROW, image=f"a/{n}", entity=f"a/{n}", base="", site="", candidate=1, reviewer="me") for n in range(4)
    ]
    rows[1] = replace(rows[1], new="Another text.")
    rows[2] = replace(rows[2], site="A person's.")
    rows[3] = replace(rows[3], reviewer="bob")
    entries = list(build_plan(rows))
    first = entries[0]
    assert isinstance(first, Change)
    saved = [item(f"a/{n}", first.patch) for n in (0, 1, 2, 3, 9)]
    assert list(moved(saved, entries)) == [
        "a/1: another text, or on top of another one",
        "a/2: the site has changed",
        "a/3: on the word of bob now, not of me",
        "a/9: no longer in the plan (sent, taken back, or off the site)",
    ]
    assert next(moved(saved[1:4], entries)) == "a/0: new in the plan"
