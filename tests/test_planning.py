"""The plan as a type: what it is asked for, that it stands still, its parts, its file,
and what moved since."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from altsync.errors import PlanMoved, UnknownImage, UsageError
from altsync.models import (
    Change,
    Conflict,
    Converged,
    Decision,
    Entry,
    Finding,
    Label,
    Origin,
    PlanRow,
    Refused,
    Scope,
    Selection,
    Severity,
)
from altsync.plan import Permissions, build_plan, build_reverts, checksum
from altsync.planning import Batch, Plan, Request
from tests.scene import URL, Scene, scene
from tests.test_plan import REVERT, ROW

ALL = Request(permissions=Permissions(replace_human=True, allow_empty=True))


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Scene]:
    made = scene(tmp_path)
    yield made
    made.store.close()


def approve_all(loop: Scene) -> None:
    for n, image in enumerate(loop.site.ids):
        loop.propose(image, f"Machine text {n}.")


# --- what it is asked for

WORDS = st.lists(st.text(max_size=8), max_size=3).map(tuple)
REQUESTS = st.builds(
    Request,
    st.builds(Selection, WORDS, WORDS, WORDS, WORDS, WORDS, st.text(max_size=4)),
    st.builds(Permissions, st.booleans(), st.booleans()),
    st.none() | st.integers(min_value=1, max_value=10**9),
)


@given(REQUESTS)
def test_a_request_comes_back_from_its_json(request: Request) -> None:
    about = json.loads(json.dumps(request.as_dict()))
    assert Request.of(about) == request


def test_a_request_says_only_what_was_asked_for() -> None:
    assert Request().as_dict() == {}
    whole = Request(Selection(("a/1",), by="ann"), Permissions(allow_empty=True), 3)
    assert whole.as_dict() == {
        "images": ("a/1",),
        "by": "ann",
        "limit": 3,
        "allow_empty": True,
    }


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"limit": True}, "limit must be a number"),
        ({"limit": "3"}, "limit must be a number"),
        ({"limit": 0}, "limit must be a number from 1"),
        ({"by": ["ann"]}, "by must be a text"),
        ({"images": "a/1"}, "images must be a list of texts"),
        ({"albums": [1]}, "albums must be a list of texts"),
        ({"replace_human": 1}, "replace_human must be true or false"),
        ({"force": True}, "force is no part of a request"),
    ],
)
def test_what_is_no_request_is_refused(about: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Request.of(about)


def test_a_request_as_words_of_the_command_line() -> None:
    assert Request().options == ""
    chosen = Selection(("a/1", "b c"), ("x",), ("m-1", "m-2"), ("cut",))
    request = Request(chosen, Permissions(True, True), 2)
    assert request.options == (
        " a/1 'b c' --album x --model m-1 --model m-2 --rule cut --limit 2"
        " --replace-human --allow-empty"
    )


def test_taking_back_keeps_the_narrowing() -> None:
    request = Request(Selection(albums=("x",)), limit=2).taking_back(["3"], "olga")
    assert request.takes_back
    assert request == Request(
        Selection(albums=("x",), reverts=("3",), by="olga"), limit=2
    )
    assert not Request().takes_back


def test_the_commands_that_show_and_send_it() -> None:
    """What was shown is what is sent: revert narrows by no album, a file does."""
    narrowed = Request(Selection(albums=("x y",)), limit=2)
    shown, sent = (
        "altsync diff --album 'x y' --limit 2",
        "altsync push --album 'x y' --limit 2",
    )
    assert (narrowed.shown_by, narrowed.sent_by) == (shown, sent)
    back = Request(limit=3).taking_back(["1", "a b"], "olga")
    assert back.shown_by == "altsync diff --revert 1 --revert 'a b' --limit 3"
    assert back.sent_by == "altsync revert 1 'a b' --limit 3"
    assert Plan.made("s", [], back).sent_by.startswith(f"{back.sent_by} --plan ")
    part = narrowed.taking_back(["3"], "olga")
    shown = "altsync diff --revert 3 --album 'x y' --limit 2"
    sent = f"{shown} --plan plan.json && altsync push --plan plan.json"
    assert (part.shown_by, part.sent_by) == (shown, sent)
    assert Plan.made("s", [], part).sent_by == sent


# --- the plan of a database


def test_a_plan_stands_still_and_gives_the_same_each_time(loop: Scene) -> None:
    approve_all(loop)
    with Plan.of(loop.store, ALL) as plan:
        before = list(plan.entries())
        loop.propose("cats/one", "A later text.")
        assert list(plan.entries()) == before
        assert list(plan.changes()) == before
        assert plan.summary.changes == len(before) == 7
        assert plan.summary.checksum == checksum(URL, before)
    with Plan.of(loop.store, ALL) as later:
        assert later.summary.checksum != plan.summary.checksum


def test_numbers_that_are_known_spare_a_run_through_the_plan(loop: Scene) -> None:
    approve_all(loop)
    known = loop.planned(ALL).summary
    plan = Plan.on(loop.store.conn, ALL, summary=known)
    assert plan.summary is known
    assert list(plan.entries()) == loop.plan(ALL.permissions)


def test_a_request_narrows_permits_and_limits(loop: Scene) -> None:
    approve_all(loop)

    def images(request: Request) -> list[str]:
        with Plan.of(loop.store, request) as plan:
            return [change.image for change in plan.changes()]

    assert images(Request(Selection(images=("cats/two",)))) == ["cats/two"]
    assert images(Request(Selection(albums=("cats",)))) == ["cats/one", "cats/two"]
    cats = Request(Selection(albums=("cats",)), ALL.permissions)
    assert images(cats) == ["cats/one", "cats/three", "cats/two"]
    assert images(replace(cats, limit=2)) == ["cats/one", "cats/three"]
    assert images(Request(Selection(models=("nobody",)))) == []
    assert images(Request(Selection(rules=("cut",)))) == []


def test_the_label_of_a_reviewed_text_is_the_callers(loop: Scene) -> None:
    loop.propose("dogs/one", "A dog.")
    for reviewed, label in ((None, Label.AI), (Label.REVIEWED, Label.REVIEWED)):
        with Plan.of(loop.store, Request(), reviewed=reviewed) as plan:
            (change,) = plan.changes()
            assert change.new_label is label


def test_a_change_says_what_was_proposed_by_whom_and_who_approved_it(
    loop: Scene,
) -> None:
    remark = Finding("hedge", Severity.WARNING, "It hedges.")
    number = loop.propose(
        "dogs/big/four",
        "A big dog.",
        by="ann",
        model="asked-for",
        resolved_model="that-answered",
        findings=(remark,),
    )
    (found,) = loop.planned().changes()
    assert found == Change(
        image="dogs/big/four",
        entity="node/1",
        language=None,
        candidate=number,
        base="",
        new="A big dog.",
        origin=Origin.AI,
        model="asked-for",
        reviewer="ann",
        label=Label.AI,
        new_label=Label.AI,
        has_label=True,
        findings=(remark,),
    )
    loop.push()
    undo = Request(Selection(reverts=("1",), by="olga"))
    (back,) = loop.planned(undo).changes()
    assert back == replace(
        found,
        candidate=None,
        base="A big dog.",
        new="",
        origin=None,
        reviewer="olga",
        findings=(),
        reverts=1,
    )


def test_an_image_that_is_gone_is_in_no_plan(loop: Scene) -> None:
    approve_all(loop)
    loop.site.remove("cats/two")
    loop.pull(allow_shrink=True)
    assert "cats/two" not in {c.image for c in loop.planned(ALL).changes()}
    named = Request(Selection(images=("cats/two",)))
    assert loop.planned(named).summary.changes == 0


def test_what_is_unknown_is_refused_before_anything_is_planned(loop: Scene) -> None:
    with (
        pytest.raises(UnknownImage, match="no image cats/nine in the mirror"),
        Plan.of(loop.store, Request(Selection(images=("cats/one", "cats/nine")))),
    ):
        pass
    with (
        pytest.raises(
            UsageError, match=r"There is no push 77\. Nothing was pushed yet."
        ),
        Plan.of(loop.store, Request(Selection(reverts=("77",)))),
    ):
        pass


def test_what_was_never_sent_cannot_be_taken_back(loop: Scene) -> None:
    loop.propose("cats/one", "A cat.")
    loop.push()
    undo = Request(Selection(reverts=("cats/one", "1"), by="olga"))
    with Plan.of(loop.store, undo) as plan:
        assert [change.reverts for change in plan.changes()] == [1]
        assert plan.request.takes_back
    with pytest.raises(UsageError, match="altsync never sent a text to cats/two"):
        Plan.on(loop.store.conn, Request(Selection(reverts=("1", "cats/two"))))
    loop.push()
    with pytest.raises(UsageError, match="Push 2 sent nothing"):
        Plan.on(loop.store.conn, Request(Selection(reverts=("2",))))


# --- entries of one entity

ENTITIES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=12)


def change(number: int, entity: str) -> Change:
    return Change(
        f"{entity}/{number}", entity, None, number, "", "New.", Origin.AI, "m", "ann"
    )


@given(ENTITIES, st.randoms())
def test_batches_are_the_plan_in_order_neighbours_together(
    names: list[str], dice: Any
) -> None:
    entries: list[Entry] = []
    for number, entity in enumerate(names):
        one = change(number, entity)
        there = Converged(one.image, entity, number, "New.", Origin.AI)
        aside = Conflict(f"z/{number}", number, "", "x", "New.")
        entries += dice.choice([[one], [there], [aside, one], [Refused(one, "", "no")]])
    batches = list(Plan.made(URL, entries).batches())
    done = [e for e in entries if isinstance(e, Change | Converged)]
    assert [c for b in batches for c in b.changes] == [
        e for e in done if isinstance(e, Change)
    ]
    assert [c for b in batches for c in b.converged] == [
        e for e in done if isinstance(e, Converged)
    ]
    for batch in batches:
        done_there: list[Change | Converged] = [*batch.changes, *batch.converged]
        assert {entry.entity for entry in done_there} == {batch.entity}
    names_in_order = [batch.entity for batch in batches]
    assert all(one != two for one, two in itertools.pairwise(names_in_order))


def test_what_is_refused_or_in_conflict_is_in_no_batch() -> None:
    one = change(1, "a")
    plan = Plan.made(
        URL, [Refused(one, "", "no"), Conflict("b/1", 2, "", "x", "y"), one]
    )
    assert list(plan.batches()) == [Batch("a", (one,))]


# --- its file


def everything() -> list[Entry]:
    """One of each kind, and changes with all that a change can have."""
    taken_back = replace(REVERT, image="b/1", entity="b/1")
    person = replace(
        ROW, image="a/3", site="Old.", base="Old.", site_origin=Origin.HUMAN
    )
    rows = [
        replace(ROW, entity="node/1", language="de", title="A title"),
        replace(
            ROW,
            image="a/2",
            has_label=True,
            label=Label.AI,
            findings=(Finding("cut", Severity.WARNING, "It ends too soon."),),
        ),
        person,
        replace(ROW, image="a/4", site="A person's."),
        replace(ROW, image="a/5", site=ROW.new),
    ]
    return [*build_plan(rows), *build_reverts([taken_back], Selection(by="olga"))]


def test_a_saved_plan_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    request = Request(Selection(albums=("a",)), limit=9)
    plan = Plan.made(URL, everything(), request)
    plan.save(file)
    found = Plan.load(file)
    assert found.request == request
    assert found.summary == plan.summary
    assert list(found.entries()) == list(plan.changes())
    assert (found.summary.conflicts, found.summary.refused) == (1, 1)
    assert list(plan.moved_since(found)) == []
    assert [one.name for one in tmp_path.iterdir()] == ["plan.json"]


TEXT = st.none() | st.text(max_size=6)
LABEL = st.sampled_from([None, *Label])
ROWS = st.builds(
    PlanRow,
    image=st.text(max_size=5),
    entity=st.text(max_size=5),
    language=TEXT,
    album=st.just("a"),
    site=TEXT,
    label=LABEL,
    has_label=st.booleans(),
    site_origin=st.sampled_from([None, *Origin]),
    candidate=st.integers(1, 99),
    base=TEXT,
    new=st.text(max_size=6),
    origin=st.sampled_from(Origin),
    decision=st.just(Decision.INFORMATIVE),
    model=TEXT,
    reviewer=st.text(max_size=5),
    scope=st.sampled_from(Scope),
    findings=st.just((Finding("cut", Severity.INFO, "m"),)) | st.just(()),
    title=TEXT,
).map(
    lambda row: replace(row, base=row.site, label=row.label if row.has_label else None)
)


@given(st.lists(ROWS, max_size=4), st.sampled_from([None, Label.REVIEWED]))
def test_every_change_comes_back_from_json(
    rows: list[PlanRow], reviewed: Label | None
) -> None:
    from altsync.render import json as document

    allowed = ALL.permissions
    for entry in build_plan(rows, allowed, reviewed=reviewed):
        if isinstance(entry, Change):
            item = json.loads(json.dumps(document.change(entry)))
            assert document.change_of(item) == entry


def test_a_file_without_a_request_is_asked_what_the_caller_says(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    plan = Plan.made(URL, everything())
    plan.save(file)
    document = json.loads(file.read_text("utf-8"))
    del document["asked"]  # as `diff --json` prints it
    file.write_text(json.dumps(document), "utf-8")
    given = Request(limit=3)
    assert Plan.load(file, given).request is given
    assert Plan.load(file).request == Request()


@pytest.mark.parametrize(
    "path",
    [
        ("changes", 0, "image"),
        ("changes", 0, "reviewer"),
        ("changes", 0, "patch", 0, "value"),
        ("changes", 0, "patch", 1, "value"),
        ("changes", 1, "patch", 1, "value"),
        ("site",),
        ("checksum",),
    ],
)
def test_a_plan_that_was_changed_by_hand_is_refused(
    tmp_path: Path, path: tuple[str | int, ...]
) -> None:
    def meddle(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = "human"

    said = refused(tmp_path, meddle)
    assert "was changed after it was saved" in said


def refused(tmp_path: Path, meddle: Any) -> str:
    """What is said of a saved plan once it was meddled with."""
    file = tmp_path / "plan.json"
    Plan.made(URL, everything()).save(file)
    document = json.loads(file.read_text("utf-8"))
    meddle(document)
    file.write_text(json.dumps(document), "utf-8")
    with pytest.raises(UsageError) as error:
        Plan.load(file)
    return str(error.value)


def test_a_step_that_no_change_has_is_no_way_round_the_checksum(tmp_path: Path) -> None:
    def add(document: Any) -> None:
        title = {"op": "replace", "path": "/title", "value": "x"}
        document["changes"][0]["patch"].append(title)

    assert "was changed after it was saved" in refused(tmp_path, add)

    def drop(document: Any) -> None:
        document["changes"].pop()

    assert "was changed after it was saved" in refused(tmp_path, drop)


def test_a_plan_of_an_older_altsync_is_refused_with_what_to_do(tmp_path: Path) -> None:
    def older(document: Any) -> None:
        for item in document["changes"]:
            del item["entity"], item["language"]

    said = refused(tmp_path, older)
    assert "an older altsync" in said
    assert "Save it again: altsync diff --plan" in said


@pytest.mark.parametrize(
    "meddle",
    [
        lambda d: d.pop("changes"),
        lambda d: d.pop("summary"),
        lambda d: d["changes"][0].pop("model"),
        lambda d: d["changes"].append(None),
        lambda d: d["changes"].append("a dog"),
        lambda d: d["changes"][0].update(image=["a"]),
        lambda d: d["changes"][0].update(reviewer=None),
        lambda d: d["changes"][0].update(origin="a dog"),
        lambda d: d["changes"][0]["patch"].pop(),
        lambda d: d["summary"].update(conflicts="many"),
        lambda d: d.update(asked={"force": True}),
        lambda d: d.update(asked=[]),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, meddle: Any) -> None:
    assert "is no plan (" in refused(tmp_path, meddle)


@pytest.mark.parametrize("text", ["", "[]", "3", "{}", "\udc80", "[" * 100_000])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "other.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match="is no plan"):
        Plan.load(file)
    with pytest.raises(UsageError, match=r"is no plan \(FileNotFoundError"):
        Plan.load(tmp_path / "none.json")


# --- what moved


def test_a_plan_is_held_against_one_that_was_shown(loop: Scene) -> None:
    approve_all(loop)
    shows = "altsync diff --replace-human --allow-empty"
    shown = Plan.made(URL, loop.planned(ALL).entries(), ALL)
    with Plan.of(loop.store, ALL) as plan:
        plan.raise_if_moved(shown)
        plan.raise_if_moved(shown.summary.checksum)
    loop.propose("cats/one", "A later text.")
    with Plan.of(loop.store, ALL) as plan:
        assert list(plan.moved_since(shown)) == [
            "cats/one: another text, or on top of another one"
        ]
        with pytest.raises(PlanMoved) as moved:
            plan.raise_if_moved(shown)
        head = (
            f"The plan is no longer {shown.summary.checksum}: it is"
            f" {plan.summary.checksum} now. Nothing was sent."
        )
        assert str(moved.value).splitlines() == [
            head,
            "  cats/one: another text, or on top of another one",
            f"Look at it again: {shows}",
        ]
        with pytest.raises(PlanMoved) as by_name:
            plan.raise_if_moved(shown.summary.checksum)
        assert str(by_name.value) == (
            f"{head} Look at it with `{shows}`. A checksum goes with the same narrowing"
            " and permissions."
        )


def test_ten_images_that_moved_are_named() -> None:
    shown = Plan.made(URL, [change(number, "a") for number in range(14)])
    now = Plan.made(URL, [change(number, "a") for number in range(3)])
    with pytest.raises(PlanMoved) as moved:
        now.raise_if_moved(shown)
    lines = str(moved.value).splitlines()
    assert len(lines) == 1 + 10 + 1 + 1
    assert lines[-2:] == ["  … and 1 more.", "Look at it again: altsync diff"]


def test_an_empty_plan_that_was_shown_has_nothing_to_name() -> None:
    with pytest.raises(PlanMoved, match="Look at it with `altsync diff`"):
        Plan.made(URL, [change(1, "a")]).raise_if_moved(Plan.made(URL, []))
