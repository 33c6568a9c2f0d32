"""What can be taken back: each applied row with what it sent and what it replaced."""

from __future__ import annotations

from collections.abc import Sequence

from altsync.models import Flat, Label, Origin, PushStatus, RevertRow, Tag
from altsync.store import journal, mirror, reverts
from tests.scene import image
from tests.store.conftest import Shelf, made


def back(shelf: Shelf, *targets: str | int) -> list[RevertRow]:
    with shelf.store.read() as conn:
        return list(reverts.rows(conn, [str(target) for target in targets]))


def send(shelf: Shelf, push: int, site: Flat, **change: object) -> int:
    """A change of a/1 that the site confirmed with `site`; the journal row."""
    one = made("a/1", **change)
    with shelf.store.write() as tx:
        item = journal.intend(tx, push, one, one.patch)
        journal.settle(tx, item, PushStatus.APPLIED)
        mirror.confirm(tx, "a/1", site, one.origin, item)
    return item


def labelled(shelf: Shelf) -> None:
    """`a/1`: a person's text, with a label, a language and an entity of its own."""
    one = image(
        "a/1",
        "A person's.",
        title="Title",
        page_title="Page",
        label=Label.REVIEWED,
        has_label=True,
        language="nl",
        entity="node/3",
    )
    shelf.pull(one)


def test_every_column_of_a_row_to_take_back_is_the_right_one(shelf: Shelf) -> None:
    """No two values are the same, so that none can stand in for another."""
    labelled(shelf)
    candidate = shelf.approve(
        "a/1", "Sent.", base="A person's.", model="asked", resolved_model="answered"
    )
    for _ in range(3):
        push = shelf.begin_push()
    shelf.intend(push, "a/1", candidate, "Something before.")
    item = send(
        shelf,
        push,
        {"alt": "Confirmed.", "label": "ai"},
        candidate=candidate,
        base="A person's.",
        new="Sent.",
        label=Label.REVIEWED,
        new_label=Label.AI,
        has_label=True,
    )
    one = image(
        "a/1",
        "Edited since.",
        title="Title",
        page_title="Page",
        label=Label.HUMAN,
        has_label=True,
        language="nl",
        entity="node/3",
    )
    shelf.pull(one)
    assert back(shelf, push) == [
        RevertRow(
            image="a/1",
            entity="node/3",
            language="nl",
            album="a",
            item=item,
            push=push,
            site="Edited since.",
            label=Label.HUMAN,
            has_label=True,
            sent="Confirmed.",
            sent_label=Label.AI,
            former="A person's.",
            former_label=Label.REVIEWED,
            labelled=True,
            former_origin=Origin.HUMAN,
            model="asked",
            shares_label=False,
            title="Title",
        )
    ]


def test_without_a_note_of_the_answer_the_patch_says_what_was_sent(
    two: Shelf,
) -> None:
    candidate = two.approve("a/1", "Sent.")
    item = two.intend(two.begin_push(), "a/1", candidate, "Sent.")
    with two.store.write() as tx:
        journal.settle(tx, item, PushStatus.APPLIED)
    (row,) = back(two, "a/1")
    assert (row.sent, row.sent_label, row.labelled) == ("Sent.", None, False)
    assert (row.former, row.former_label, row.former_origin) == ("", None, None)
    assert row.title is None


def test_only_the_newest_row_of_an_image_is_taken_back(two: Shelf) -> None:
    two.apply("a/1", two.approve("a/1", "First."), "First.")
    newest = two.apply("a/1", two.approve("a/1", "Second.", base="First."), "Second.")
    other = two.apply("a/2", two.approve("a/2", "Other."), "Other.")
    pushes = [push for (push,) in two.all("SELECT id FROM pushes ORDER BY id")]
    assert [row.item for row in back(two, "a/1", "a/2")] == [newest, other]
    assert [row.item for row in back(two, *pushes)] == [newest, other]
    assert [row.sent for row in back(two, pushes[0])] == ["First."]
    assert [row.item for row in back(two, "a/1", pushes[2])] == [newest, other]
    assert back(two, 99, "no/such") == []


def test_what_was_not_applied_or_sent_nothing_is_not_taken_back(two: Shelf) -> None:
    push = two.begin_push()
    failed = two.intend(push, "a/1", two.approve("a/1", "Lost."), "Lost.")
    two.intend(push, "a/1", two.approve("a/1", "Open."), "Open.")
    there = made("a/2", candidate=two.approve("a/2", "There."))
    found = [{"op": "test", "path": "/alt", "value": "There."}]
    with two.store.write() as tx:
        journal.settle(tx, failed, PushStatus.FAILED)
        item = journal.intend(tx, push, there, found)
        journal.settle(tx, item, PushStatus.APPLIED)
    assert back(two, push, "a/1", "a/2") == []
    with two.store.read() as conn:
        assert reverts.nothing_sent(conn, str(push))
        assert reverts.nothing_sent(conn, "a/2")


def test_an_image_that_is_gone_is_not_taken_back(two: Shelf) -> None:
    two.apply("a/1", two.approve("a/1", "One."), "One.")
    two.apply("a/2", two.approve("a/2", "Two."), "Two.")
    two.pull(image("a/2", "Two."))
    assert [row.image for row in back(two, "a/1", "a/2")] == ["a/2"]


def test_what_one_patch_changes_stands_together(shelf: Shelf) -> None:
    slots = {
        "a/1": ("node/2", "nl"),
        "a/2": ("node/1", "en"),
        "a/3": ("node/2", "en"),
        "a/4": ("node/1", "en"),
    }
    shelf.pull(
        *(
            image(one, entity=entity, language=language)
            for one, (entity, language) in slots.items()
        )
    )
    for one in slots:
        shelf.apply(one, shelf.approve(one, "Sent."), "Sent.")
    assert [row.image for row in back(shelf, *slots)] == ["a/2", "a/4", "a/3", "a/1"]


def test_whose_words_come_back(shelf: Shelf) -> None:
    """Those that stood there when the row was written, not those of today."""
    shelf.pull(image("a/1", "A person's."))
    shelf.apply("a/1", shelf.approve("a/1", "First.", base="A person's."), "First.")
    shelf.apply("a/1", shelf.approve("a/1", "Second.", base="First."), "Second.")
    (row,) = back(shelf, 1)
    assert row.former_origin is Origin.HUMAN
    (row,) = back(shelf, 2)
    assert row.former_origin is Origin.AI


def test_the_label_of_an_entity_may_speak_of_a_text_that_stays(shelf: Shelf) -> None:
    def slot(name: str, alt: str, label: Label | None, **more: str) -> object:
        return image(name, alt, label=label, has_label=True, **more)

    def shares(*images: object, targets: Sequence[str] = ("a/1",)) -> list[bool]:
        shelf.pull(*images)  # type: ignore[arg-type]
        return [row.shares_label for row in back(shelf, *targets)]

    mine = slot("a/1", "Sent.", Label.AI, entity="node/1", language="en")
    shelf.pull(slot("a/1", "", None, entity="node/1", language="en"))  # type: ignore[arg-type]
    shelf.apply("a/1", shelf.approve("a/1", "Sent."), "Sent.")
    other = slot("a/2", "A machine's.", Label.AI, entity="node/1", language="en")
    assert shares(mine) == [False]
    assert shares(mine, other) == [True]
    in_text = image("a/2", "A machine's.", tag=Tag.IMG, entity="node/1", language="en")
    with shelf.store.write() as tx:
        tx.execute("UPDATE images SET origin = 'ai' WHERE id = 'a/2'")
    assert shares(mine, in_text) == [False], "the label is not about it"
    persons = slot("a/2", "A person's.", Label.HUMAN, entity="node/1", language="en")
    assert shares(mine, persons) == [False]
    tongue = slot("a/2", "A machine's.", Label.AI, entity="node/1", language="nl")
    assert shares(mine, tongue) == [False]
    apart = slot("a/2", "A machine's.", Label.AI, entity="node/2", language="en")
    assert shares(mine, apart) == [False]
    shelf.pull(mine, slot("a/2", "", None, entity="node/1", language="en"))  # type: ignore[arg-type]
    shelf.apply("a/2", shelf.approve("a/2", "Too."), "Too.")
    too = slot("a/2", "Too.", Label.AI, entity="node/1", language="en")
    assert shares(mine, too) == [True]
    assert shares(mine, too, targets=("a/1", "a/2")) == [False, False], "both go"


def test_a_revert_that_is_taken_back_brings_the_label_that_was_asked_for(
    shelf: Shelf,
) -> None:
    labelled(shelf)
    first = shelf.begin_push()
    sent = send(
        shelf,
        first,
        {"alt": "Sent.", "label": None},
        candidate=shelf.approve("a/1", "Sent.", base="A person's.", model="m"),
        base="A person's.",
        new="Sent.",
        label=Label.REVIEWED,
        new_label=Label.AI,
        has_label=True,
    )
    second = shelf.begin_push()
    taken = send(
        shelf,
        second,
        {"alt": "A person's.", "label": "reviewed"},
        base="Sent.",
        new="A person's.",
        origin=Origin.HUMAN,
        label=None,
        new_label=Label.REVIEWED,
        has_label=True,
        reverts=sent,
    )
    (row,) = back(shelf, second)
    assert (row.former, row.former_label, row.model) == ("Sent.", Label.AI, "m")
    third = shelf.begin_push()
    send(
        shelf,
        third,
        {"alt": "Sent.", "label": None},
        base="A person's.",
        new="Sent.",
        origin=Origin.AI,
        label=Label.REVIEWED,
        new_label=Label.AI,
        has_label=True,
        reverts=taken,
    )
    (row,) = back(shelf, third)
    assert (row.former, row.former_label) == ("A person's.", Label.REVIEWED)


def test_targets_that_are_neither_a_push_nor_an_image(two: Shelf) -> None:
    push = two.begin_push()
    with two.store.read() as conn:
        named = ["a/1", str(push), "99", "no/such"]
        assert reverts.unknown(conn, named) == ["99", "no/such"]


def test_where_nothing_was_ever_sent(two: Shelf) -> None:
    two.apply("a/1", two.approve("a/1", "Sent."), "Sent.")
    empty = two.begin_push()
    with two.store.read() as conn:
        nothing = {
            target: reverts.nothing_sent(conn, target)
            for target in ("a/1", "a/2", str(empty - 1), str(empty))
        }
    assert nothing == {
        "a/1": False,
        "a/2": True,
        str(empty - 1): False,
        str(empty): True,
    }


def test_the_place_that_a_text_was_sent_to_is_known(shelf: Shelf) -> None:
    shelf.pull(image("a/1", None, tag=Tag.IMG, place="1 of 2"))
    change = {"base": None, "new": "Sent.", "in_text": True, "place": "1 of 2"}
    send(shelf, shelf.begin_push(), {"alt": "Sent."}, **change)
    shelf.pull(image("a/1", "Sent.", tag=Tag.IMG, place="2 of 2"))
    (row,) = back(shelf, "a/1")
    assert (row.in_text, row.place, row.sent_place) == (True, "2 of 2", "1 of 2")
