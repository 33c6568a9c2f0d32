"""What a plan is made of, and the life of a journal row."""

from __future__ import annotations

import json

import pytest

from altsync.models import (
    Converged,
    Decision,
    Finding,
    Label,
    Origin,
    PlanRow,
    PushStatus,
    Scope,
    Severity,
    Verdict,
)
from altsync.store import journal
from altsync.store.journal import Intent
from tests.scene import image
from tests.store.conftest import Shelf, made

LONG = Finding("length", Severity.WARNING, "Long.")


def planned(shelf: Shelf) -> list[str]:
    with shelf.store.read() as conn:
        return [row.image for row in journal.plan_rows(conn)]


def test_every_column_of_a_plan_row_is_the_right_one(shelf: Shelf) -> None:
    """No two values are the same, so that none can stand in for another."""
    shelf.pull(
        image(
            "album/7",
            "On the site.",
            title="Title",
            page_title="Page",
            label=Label.REVIEWED,
            has_label=True,
            language="nl",
            entity="node/3",
        )
    )
    for number in range(4):
        shelf.propose("album/7", f"Nobody judged this: {number}.")
    candidate = shelf.propose(
        "album/7",
        "Proposed.",
        base="Earlier.",
        decision=Decision.FUNCTIONAL,
        model="asked",
        resolved_model="answered",
        findings=(LONG,),
    )
    shelf.judge(candidate, by="rita", scope=Scope.BULK)
    with shelf.store.read() as conn:
        (row,) = journal.plan_rows(conn)
    assert row == PlanRow(
        image="album/7",
        entity="node/3",
        language="nl",
        album="album",
        site="On the site.",
        label=Label.REVIEWED,
        has_label=True,
        site_origin=Origin.HUMAN,
        candidate=candidate,
        base="Earlier.",
        new="Proposed.",
        origin=Origin.AI,
        decision=Decision.FUNCTIONAL,
        model="asked",
        reviewer="rita",
        scope=Scope.BULK,
        findings=(LONG,),
        title="Title",
    )


def test_what_the_site_does_not_say_is_none(shelf: Shelf) -> None:
    shelf.pull(image("a/1", None, title="", page_title="Page"))
    shelf.approve("a/1", "New.", base=None, model=None)
    with shelf.store.read() as conn:
        (row,) = journal.plan_rows(conn)
    assert (row.site, row.label, row.has_label, row.site_origin) == (
        None,
        None,
        False,
        None,
    )
    assert (row.language, row.base, row.model, row.findings) == (None, None, None, ())
    assert row.title == "Page"


def test_what_one_patch_changes_stands_together(shelf: Shelf) -> None:
    """By entity, then language, then id: not in the order of ids or of candidates."""
    slots = {
        "a/1": ("node/2", "nl"),
        "a/2": ("node/1", "en"),
        "a/3": ("node/2", "en"),
        "a/4": ("node/1", "en"),
        "a/5": ("node/2", "nl"),
        "a/6": ("node/2", "en"),
        "a/7": ("node/1", None),
    }
    shelf.pull(
        *(
            image(one, entity=entity, language=language)
            for one, (entity, language) in slots.items()
        )
    )
    for one in ("a/6", "a/1", "a/4", "a/7", "a/3", "a/5", "a/2"):
        shelf.approve(one, "New.")
    assert planned(shelf) == ["a/7", "a/2", "a/4", "a/3", "a/6", "a/1", "a/5"]


def test_an_image_that_is_gone_is_in_no_plan(two: Shelf) -> None:
    two.approve("a/1", "One.")
    two.approve("a/2", "Two.")
    two.pull(image("a/2"))
    assert two.state("a/1") == "gone"
    assert planned(two) == ["a/2"]


def test_only_what_is_approved_and_unspent_is_in_a_plan(shelf: Shelf) -> None:
    shelf.pull(*(image(f"a/{n}") for n in range(1, 8)))
    shelf.approve("a/1", "Approved.")
    shelf.approve("a/2", "The site says something else.", base="Earlier.")
    shelf.propose("a/3", "Nobody judged it.")
    shelf.judge(shelf.propose("a/4", "Rejected."), Verdict.REJECTED)
    shelf.approve("a/5", "", decision=Decision.DECORATIVE)
    shelf.apply("a/6", shelf.approve("a/6", "Sent."), "Sent.")
    withdrawn = shelf.approve("a/7", "Withdrawn.")
    shelf.judge(withdrawn, Verdict.WITHDRAWN)
    assert planned(shelf) == ["a/1", "a/2"]


def test_what_the_site_says_already_is_in_the_plan_to_be_recorded(
    shelf: Shelf,
) -> None:
    shelf.pull(image("a/1", ""))
    shelf.approve("a/1", "New.")
    shelf.pull(image("a/1", "New."))
    assert planned(shelf) == ["a/1"]


def test_a_push_has_one_row_in_its_ledger(two: Shelf) -> None:
    with two.store.write() as tx:
        push = journal.begin_push(tx, "checksum", 9, "otto")
    assert two.one("SELECT checksum, planned, started_by, finished_at FROM pushes") == (
        "checksum",
        9,
        "otto",
        None,
    )
    with two.store.write() as tx:
        other = journal.begin_push(tx, "other", 1)
        journal.end_push(tx, push, 3, 4, 5, "why")
    assert two.all(
        "SELECT id, applied, conflicts, failed, error, finished_at >= started_at"
        " FROM pushes ORDER BY id"
    ) == [(push, 3, 4, 5, "why", 1), (other, 0, 0, 0, None, None)]


def test_a_candidate_is_still_approved_until_something_overtakes_it(two: Shelf) -> None:
    candidate = two.approve("a/1", "New.")
    other = two.approve("a/2", "Other.")
    with two.store.read() as conn:
        assert journal.still_approved(conn, "a/1", candidate)
        assert not journal.still_approved(conn, "a/1", other)
        assert not journal.still_approved(conn, "a/2", candidate)
        assert not journal.still_approved(conn, "a/1", None)
    two.judge(candidate, Verdict.WITHDRAWN)
    with two.store.read() as conn:
        assert not journal.still_approved(conn, "a/1", candidate)
        assert journal.still_approved(conn, "a/2", other)


def test_a_later_approval_of_another_text_overtakes_it(two: Shelf) -> None:
    first = two.approve("a/1", "First.")
    second = two.approve("a/1", "Second.")
    with two.store.read() as conn:
        assert not journal.still_approved(conn, "a/1", first)
        assert journal.still_approved(conn, "a/1", second)


def test_a_decorative_text_that_stands_there_is_not_approved_any_more(
    two: Shelf,
) -> None:
    candidate = two.approve("a/1", "", decision=Decision.DECORATIVE)
    assert two.one("SELECT candidate_id FROM image_heads") == (candidate,)
    with two.store.read() as conn:
        assert not journal.still_approved(conn, "a/1", candidate)


def test_a_candidate_is_not_approved_any_more_once_it_was_sent(two: Shelf) -> None:
    candidate = two.approve("a/1", "New.")
    two.apply("a/1", candidate, "New.")
    with two.store.read() as conn:
        assert not journal.still_approved(conn, "a/1", candidate)


def test_a_revert_is_still_planned_while_its_text_stands_in_the_mirror(
    two: Shelf,
) -> None:
    item = two.apply("a/1", two.approve("a/1", "Sent."), "Sent.")
    back = made("a/1", base="Sent.", new=None, reverts=item)
    other = made("a/2", base="Sent.", new=None, reverts=item)
    with two.store.read() as conn:
        assert journal.still_planned(conn, back)
        assert not journal.still_planned(conn, other), "that image says something else"
    two.pull(image("a/1", "A person's."), image("a/2"))
    with two.store.read() as conn:
        assert not journal.still_planned(conn, back)


def test_a_revert_of_an_emptiness_tells_null_from_empty(shelf: Shelf) -> None:
    shelf.pull(image("a/1", None))
    with shelf.store.read() as conn:
        assert journal.still_planned(conn, made("a/1", base=None, reverts=1))
        assert not journal.still_planned(conn, made("a/1", base="", reverts=1))


def test_a_change_is_still_planned_while_its_candidate_is_approved(two: Shelf) -> None:
    candidate = two.approve("a/1", "New.")
    change = made("a/1", candidate=candidate)
    with two.store.read() as conn:
        assert journal.still_planned(conn, change)
    two.judge(candidate, Verdict.REJECTED)
    with two.store.read() as conn:
        assert not journal.still_planned(conn, change)


def test_every_column_of_an_open_intent_is_the_right_one(two: Shelf) -> None:
    candidate = two.approve("a/1", "Sent.", origin=Origin.HUMAN)
    first = two.apply("a/1", candidate, "Sent.")
    later = two.approve("a/1", "Later.", base="Sent.", origin=Origin.AI)
    push = two.begin_push()
    open_change = two.intend(push, "a/1", later, "Later.")
    back = made("a/2", base="Sent.", new=None, reverts=first, origin=Origin.HUMAN)
    with two.store.write() as tx:
        open_revert = journal.intend(tx, push, back, back.patch)
    with two.store.read() as conn:
        sent, taken_back = journal.open_intents(conn)
    assert sent == Intent(
        id=open_change,
        image="a/1",
        candidate=later,
        patch=made("a/1", new="Later.").patch,
        origin=Origin.AI,
        reverts=None,
        push=push,
    )
    assert taken_back == Intent(
        id=open_revert,
        image="a/2",
        candidate=None,
        patch=back.patch,
        origin=Origin.HUMAN,
        reverts=first,
        push=push,
    )


def test_a_revert_to_nothing_says_that_nobody_wrote_it(two: Shelf) -> None:
    item = two.apply("a/1", two.approve("a/1", "Sent."), "Sent.")
    back = made("a/1", base="Sent.", new="", reverts=item, origin=None)
    push = two.begin_push()
    with two.store.write() as tx:
        journal.intend(tx, push, back, back.patch)
    with two.store.read() as conn:
        (intent,) = journal.open_intents(conn)
    assert intent.origin is None


def test_a_row_is_written_before_and_settled_after(two: Shelf) -> None:
    candidate = two.approve("a/1", "New.")
    push = two.begin_push()
    change = made("a/1", candidate=candidate)
    with two.store.write() as tx:
        item = journal.intend(tx, push, change, change.patch)
    assert two.one(
        "SELECT push_id, candidate_id, image_id, status, reverts, origin, settled_at"
        " FROM push_items"
    ) == (push, candidate, "a/1", "intended", None, None, None)
    assert json.loads(two.one("SELECT patch FROM push_items")[0]) == change.patch
    with two.store.read() as conn:
        assert journal.unsettled(conn)
    with two.store.write() as tx:
        journal.settle(tx, item, PushStatus.FAILED, http_status=503, error="busy")
    assert two.one(
        "SELECT status, http_status, error, settled_at >= created_at FROM push_items"
    ) == ("failed", 503, "busy", 1)
    with two.store.read() as conn:
        assert not journal.unsettled(conn)
        assert journal.open_intents(conn) == []


def test_how_a_text_was_written_is_known_to_what_takes_it_back(two: Shelf) -> None:
    change = made("a/1", candidate=two.approve("a/1", "Sent."))
    with two.store.write() as tx:
        push = journal.begin_push(tx, "sum", 1)
        item = journal.intend(tx, push, change, change.patch, "alt=x")
        assert journal.spelled(tx, made("a/1", reverts=item)) == "alt=x"
        assert journal.spelled(tx, change) is None


def test_what_was_already_there_takes_nothing_back(two: Shelf) -> None:
    candidate = two.approve("a/1", "New.")
    entry = Converged("a/1", "a/1", candidate, "New.", Origin.AI)
    push = two.begin_push()
    with two.store.write() as tx:
        journal.intend(
            tx, push, entry, [{"op": "test", "path": "/alt", "value": "New."}]
        )
    assert two.one("SELECT candidate_id, reverts, origin FROM push_items") == (
        candidate,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("image_id", "alt", "late", "seen"),
    [
        ("a/1", "Seen.", False, True),
        ("a/1", "Seen.", True, False),
        ("a/1", "Another text.", False, False),
        ("a/1", "Sent.", False, False),
        ("a/2", "Seen.", False, False),
        ("a/2", None, False, True),
        ("a/2", "", False, False),
    ],
    ids=[
        "after that row, though the clock says before it",
        "only before it, though the clock says after it",
        "that very text",
        "what a push noted, no pull has seen",
        "that very image",
        "no text at all",
        "an empty text is another one",
    ],
)
def test_a_later_pull_tells_that_a_patch_was_done(
    shelf: Shelf, image_id: str, alt: str | None, late: bool, seen: bool
) -> None:
    shelf.pull(image("a/1", "First."), image("a/2", "First."))
    push = shelf.begin_push()
    item = shelf.intend(push, "a/1", None, "Sent.")
    when = "2099-01-01" if late else "2020-01-01"
    with shelf.store.write() as tx:
        tx.executemany(
            "INSERT INTO observations (image_id, alt, seen_at, pull_id, push_item_id)"
            " VALUES (?, ?, ?, ?, ?)",
            [
                ("a/1", "Seen.", when, 1, None),
                ("a/1", "Sent.", when, None, item),
                ("a/2", None, when, 1, None),
            ],
        )
    later = shelf.intend(push, "a/1", None, "Sent again.")
    asked = later if late else item
    with shelf.store.read() as conn:
        assert journal.seen_since(conn, image_id, alt, asked) is seen


def test_the_images_that_a_push_reached(two: Shelf) -> None:
    push = two.begin_push()
    done = two.intend(push, "a/1", two.approve("a/1", "One."), "One.")
    two.intend(push, "a/2", two.approve("a/2", "Two."), "Two.")
    with two.store.write() as tx:
        journal.settle(tx, done, PushStatus.APPLIED)
    with two.store.read() as conn:
        assert journal.applied(conn, push) == {"a/1"}
        assert journal.applied(conn, push + 1) == set()


def test_what_a_push_did_not_change(two: Shelf) -> None:
    push = two.begin_push()
    first = two.intend(push, "a/1", two.approve("a/1", "One."), "One.")
    second = two.intend(push, "a/2", two.approve("a/2", "Two."), "Two.")
    with two.store.write() as tx:
        journal.settle(tx, first, PushStatus.APPLIED)
        journal.settle(tx, second, PushStatus.FAILED, error="HTTP 500")
    with two.store.read() as conn:
        assert journal.not_applied(conn, push) == [
            journal.NotApplied("a/2", push, PushStatus.FAILED, "HTTP 500")
        ]
        assert journal.not_applied(conn, push + 1) == []
