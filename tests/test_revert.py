"""Undo: the journal's patches turned round, sent by the same push, only where the site
still has what altsync sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jsonpatch
import pytest

from altsync.errors import AnswerLost, Unreachable, UsageError
from altsync.models import Change, Conflict, Converged, Decision, Label, Origin, Refused
from altsync.plan import Permissions
from altsync.planning import Plan, Request
from altsync.push import nothing_to_do, recover
from tests.scene import Scene, gallery, image, scene

ALL = Permissions(replace_human=True, allow_empty=True)
AI = "dogs/one"


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Scene]:
    made = scene(tmp_path)
    yield made
    made.store.close()


def everything(loop: Scene) -> int:
    """Propose for every image, a person's too, and push; return the push."""
    for n, image_id in enumerate(loop.site.ids):
        loop.propose(image_id, f"Machine text {n}.")
    done = loop.push(ALL)
    assert (done.applied, done.conflicts, done.failed) == (7, 0, 0)
    return done.push_id


def test_revert_returns_the_site_to_its_first_bytes_label_included(loop: Scene) -> None:
    first = loop.flats()
    number = everything(loop)
    assert all(loop.flats()[i] != first[i] for i in first)
    done = loop.revert(number)
    assert (done.applied, done.conflicts, done.failed) == (7, 0, 0)
    assert loop.flats() == first


def test_a_revert_can_be_reverted_and_again(loop: Scene) -> None:
    first = loop.flats()
    second = everything(loop)
    sent = loop.flats()
    back = loop.revert(second)
    assert loop.flats() == first
    again = loop.revert(back.push_id)
    assert loop.flats() == sent
    assert {loop.origin(i) for i in loop.site.ids} == {"ai"}
    loop.revert(again.push_id)
    assert loop.flats() == first


def test_every_patch_of_a_revert_is_the_journal_turned_round(loop: Scene) -> None:
    before = loop.flats()
    number = everything(loop)
    after = loop.flats()
    for entry in loop.undo(number):
        assert isinstance(entry, Change)
        assert (
            jsonpatch.JsonPatch(entry.patch).apply(after[entry.image])
            == before[entry.image]
        )


def test_one_request_per_entity_and_only_the_fields_that_change(loop: Scene) -> None:
    number = everything(loop)
    loop.site.counts.clear()
    loop.site.written.clear()
    loop.revert(number)
    assert loop.site.counts["write"] == 6, "two images share an entity"
    assert dict(loop.site.written)["cats/one"] == {"alt": ""}
    assert dict(loop.site.written)["dogs/two"] == {
        "alt": "  An old text ",
        "label": None,
    }
    assert dict(loop.site.written)["dogs/one"] == {"alt": ""}, (
        "the label was ai before and stays"
    )


def test_what_came_back_is_whose_it_was_and_is_not_proposed_again(loop: Scene) -> None:
    states = {i: loop.state(i) for i in loop.site.ids}
    assert states["cats/one"] == "missing"
    assert states["cats/three"] == "human"
    number = everything(loop)
    assert {loop.state(i) for i in loop.site.ids} == {"ai"}
    loop.revert(number)
    for _ in range(2):
        assert loop.state("cats/one") == "cleared"
        assert loop.state("cats/two") == "cleared"
        assert loop.state("cats/three") == "human"
        assert loop.origin("cats/three") == "human"
        assert loop.state("dogs/two") == "human"
        assert "missing" not in {loop.state(i) for i in loop.site.ids}
        assert loop.plan(ALL) == []
        loop.pull()
        loop.site.edit(
            "cats/one", title="A new title"
        )  # the row changes, whose text it is does not
        loop.site.edit("cats/three", title="A new title")


def test_a_persons_text_that_came_back_is_protected_again(loop: Scene) -> None:
    everything(loop)
    loop.revert("cats/three")
    loop.propose("cats/three", "Another machine text.")
    (entry,) = loop.plan()
    assert isinstance(entry, Refused)
    assert entry.permission == "--replace-human"


def test_a_persons_later_edit_stays(loop: Scene) -> None:
    number = everything(loop)
    loop.site.edit("cats/one", alt="A person wrote this.")
    # not pulled yet: the plan believes the mirror, the fresh read does not
    done = loop.revert(number)
    assert (done.applied, done.conflicts) == (6, 1)
    assert loop.site.now("cats/one").alt == "A person wrote this."
    loop.pull()
    entries = {e.image: e for e in loop.undo("cats/one") if isinstance(e, Conflict)}
    assert entries["cats/one"].site == "A person wrote this."
    assert loop.state("cats/one") == "human"


def test_a_person_who_vouched_by_the_label_keeps_the_text(loop: Scene) -> None:
    everything(loop)
    loop.site.edit(AI, label=Label.HUMAN)
    loop.pull()
    (entry,) = loop.undo(AI)
    assert isinstance(entry, Conflict)
    assert "label" in entry.why
    loop.revert(AI)
    assert loop.site.now(AI).alt == "Machine text 3."


def test_vouching_between_plan_and_push_is_seen_by_the_fresh_read(loop: Scene) -> None:
    everything(loop)
    entries = loop.undo(AI)
    loop.site.edit(AI, label=Label.HUMAN)
    assert loop.send(entries).conflicts == 1
    assert loop.site.now(AI).alt == "Machine text 3."


def test_a_text_that_was_already_there_is_not_ours_to_take_back(loop: Scene) -> None:
    loop.propose("cats/one", "The same words.")
    entries = loop.plan()
    loop.site.edit("cats/one", alt="The same words.")
    assert loop.send(entries).applied == 1
    with pytest.raises(UsageError, match="never sent a text to cats/one"):
        loop.undo("cats/one")


def test_what_has_moved_in_the_mirror_meanwhile_is_not_taken_back(loop: Scene) -> None:
    """The site says again what was sent, but between plan and push a pull saw other
    words: nobody looked at taking those back."""
    everything(loop)
    entries = loop.undo("cats/one")
    loop.site.edit("cats/one", alt="A person's.")
    loop.pull()
    loop.site.edit("cats/one", alt="Machine text 0.")
    count = loop.store.conn.execute("SELECT count(*) FROM push_items").fetchone()
    done = loop.send(entries)
    assert (done.applied, done.skipped, done.conflicts) == (0, 1, 0)
    assert loop.site.now("cats/one").alt == "Machine text 0."
    now = loop.store.conn.execute("SELECT count(*) FROM push_items").fetchone()
    assert now == count


def test_reverting_twice_says_that_it_is_done(loop: Scene) -> None:
    number = everything(loop)
    loop.revert(number)
    count = loop.store.conn.execute("SELECT count(*) FROM push_items").fetchone()
    entries = loop.undo(number)
    assert {type(e) for e in entries} == {Converged}
    with Plan.of(loop.store, Request().taking_back([str(number)], "anna")) as plan:
        assert nothing_to_do(loop.store, plan)
    loop.site.counts.clear()
    loop.send(entries)
    assert loop.site.counts["write"] == 0
    assert (
        loop.store.conn.execute("SELECT count(*) FROM push_items").fetchone() == count
    )


def test_two_texts_of_ours_are_taken_back_one_by_one(loop: Scene) -> None:
    loop.propose("cats/one", "First.")
    first = loop.push().push_id
    loop.propose("cats/one", "Second.")
    second = loop.push(ALL).push_id
    (entry,) = loop.undo(first)
    assert isinstance(entry, Conflict), (
        "the site no longer has what the first push sent"
    )
    loop.revert(second)
    assert loop.site.now("cats/one").alt == "First."
    assert (loop.origin("cats/one"), loop.state("cats/one")) == ("ai", "ai")
    loop.revert(first)
    assert loop.site.now("cats/one").alt == ""
    assert loop.state("cats/one") == "cleared"


def test_what_a_later_push_replaced_is_not_taken_back_over_a_persons_doing(
    loop: Scene,
) -> None:
    """The site may say again by a person's hand what a revert had left there: emptied by
    a person is not emptied by altsync."""
    loop.propose("cats/one", "Ours.")
    pushed = loop.push().push_id
    emptied = loop.revert(pushed).push_id
    loop.revert(emptied)
    assert loop.site.now("cats/one").alt == "Ours."
    loop.site.edit("cats/one", alt="")
    loop.pull()
    (entry,) = loop.undo(emptied)
    assert isinstance(entry, Conflict)
    assert entry.why.startswith("a later push replaced what this one sent")
    loop.send([entry])
    assert loop.site.now("cats/one").alt == ""


def test_a_decorative_text_goes_and_comes_back(loop: Scene) -> None:
    loop.propose("cats/two", "", decision=Decision.DECORATIVE)
    number = loop.push(ALL).push_id
    assert loop.state("cats/two") == "decorative"
    back = loop.revert(number).push_id
    assert loop.site.now("cats/two").alt is None
    assert loop.state("cats/two") == "cleared"
    loop.revert(back)
    assert loop.state("cats/two") == "decorative"


def test_a_persons_empty_on_purpose_comes_back_as_such(tmp_path: Path) -> None:
    source = gallery()
    source.add(image("deco/line", "", label=Label.HUMAN, has_label=True))
    loop = scene(tmp_path, source)
    assert loop.state("deco/line") == "decorative"
    loop.propose("deco/line", "A line.")
    number = loop.push(ALL).push_id
    loop.revert(number)
    assert source.now("deco/line").flat() == {
        "alt": "",
        "title": None,
        "caption": None,
        "label": "human",
    }
    assert (loop.origin("deco/line"), loop.state("deco/line")) == (
        "human",
        "decorative",
    )
    loop.store.close()


def test_a_crash_after_the_patch_is_settled_by_reading(loop: Scene) -> None:
    number = everything(loop)
    lost = AnswerLost("no answer.")

    def after(step: str, ids: tuple[str, ...]) -> None:
        loop.site.before = crash
        raise lost

    def crash(step: str, ids: tuple[str, ...]) -> None:
        raise Unreachable("gone.")

    loop.site.after = after
    done = loop.send([e for e in loop.undo(number) if e.image == "cats/three"])  # type: ignore[union-attr]
    assert done.failed == 1
    loop.site.before = loop.site.after = None
    assert (
        loop.store.conn.execute(
            "SELECT count(*) FROM push_items WHERE status = 'intended'"
        ).fetchone()[0]
        == 1
    )
    assert recover(loop.context).settled == 1
    assert loop.site.now("cats/three").alt == "Zwölf Kätzchen, von Hand beschrieben."
    assert loop.origin("cats/three") == "human", (
        "the journal row says whose words came back"
    )


def test_a_crash_while_taking_back_to_null_is_settled_too(loop: Scene) -> None:
    number = everything(loop)

    def after(step: str, ids: tuple[str, ...]) -> None:
        loop.site.before = down
        raise AnswerLost("no answer.")

    def down(step: str, ids: tuple[str, ...]) -> None:
        raise Unreachable("gone.")

    loop.site.after = after
    loop.send([e for e in loop.undo(number) if e.image == "cats/two"])  # type: ignore[union-attr]
    loop.site.before = loop.site.after = None
    recover(loop.context)
    row = loop.store.conn.execute(
        "SELECT alt, origin FROM images WHERE id = 'cats/two'"
    ).fetchone()
    assert row == (None, None)
    assert loop.state("cats/two") == "cleared"


def test_a_revert_that_was_not_done_says_to_ask_again(loop: Scene) -> None:
    """No later push sends it by itself, as it would a candidate."""
    number = everything(loop)

    def lose(step: str, ids: tuple[str, ...]) -> None:
        if step == "write":
            raise AnswerLost("No answer.")

    loop.site.before = lose
    done = loop.send([e for e in loop.undo(number) if e.image == "cats/two"])  # type: ignore[union-attr]
    loop.site.before = None
    assert done.failed == 1
    (why,) = loop.store.conn.execute(
        "SELECT error FROM push_items ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert why == (
        "No answer. The site still has the old text; ask for the revert again."
    )
    assert loop.push(ALL).applied == 0


def test_the_journal_says_who_takes_back_what(loop: Scene) -> None:
    number = everything(loop)
    done = loop.revert("cats/three")
    row = loop.store.conn.execute(
        "SELECT p.candidate_id, p.origin, o.push_id, u.started_by FROM push_items p"
        " JOIN push_items o ON o.id = p.reverts JOIN pushes u ON u.id = p.push_id WHERE"
        " p.push_id = ?",
        (done.push_id,),
    ).fetchone()
    assert row == (None, str(Origin.HUMAN), number, "olga")


def test_an_image_that_is_gone_is_left_out(loop: Scene) -> None:
    number = everything(loop)
    loop.site.remove("cats/one")
    loop.store.conn.execute(
        "UPDATE images SET gone_at = '2026-01-01' WHERE id = 'cats/one'"
    )
    assert "cats/one" not in {
        e.image for e in loop.undo(number) if isinstance(e, Change)
    }


def test_an_image_that_is_out_of_reach_is_left_out_and_said_where_it_is_named(
    loop: Scene,
) -> None:
    number = everything(loop)
    loop.site.hidden.add("cats/one")
    loop.pull(allow_shrink=True)
    taken = {e.image for e in loop.undo(number) if isinstance(e, Change)}
    assert taken
    assert "cats/one" not in taken
    with pytest.raises(UsageError, match=r"cats/one is out of reach \(hidden\)"):
        loop.undo("cats/one")


def test_a_label_that_another_slot_still_needs_stays(tmp_path: Path) -> None:
    """One label for the whole entity: it goes back with the last machine's text, not
    with the first."""
    one, two = "dogs/big/three", "dogs/big/four"
    source = gallery()
    for image_id in (one, two):
        source.edit(image_id, label=None)
    loop = scene(tmp_path, source)
    loop.propose(one, "One.")
    loop.propose(two, "Two.")
    loop.push(ALL)
    loop.revert(one)
    assert source.now(one).flat() == {
        "alt": None,
        "title": None,
        "caption": None,
        "label": "ai",
    }
    loop.revert(two)
    assert source.now(two).flat() == {
        "alt": "",
        "title": None,
        "caption": None,
        "label": None,
    }
    loop.store.close()
