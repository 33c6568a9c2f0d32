"""Events and ownership, read from the append-only tables."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.models import Event, How, Label, Origin, Ownership, Scope, Verdict
from altsync.plan import Permissions
from altsync.render import history as lines
from altsync.render import who as render
from altsync.store import candidates, history, ledger, pulls
from altsync.store.ledger import NewFailure
from tests.scene import Scene, image, scene
from tests.store.conftest import Shelf

ALL = Permissions(replace_human=True, allow_empty=True)


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Scene]:
    made = scene(tmp_path)
    yield made
    made.store.close()


def owners(loop: Scene, *images: str) -> list[Ownership]:
    with loop.store.read() as conn:
        return list(history.who(conn, images))


def owner(loop: Scene, image: str) -> Ownership:
    (found,) = owners(loop, image)
    return found


def events(loop: Scene, *images: str, **narrowed: Any) -> list[Event]:
    with loop.store.read() as conn:
        return list(history.events(conn, images, **narrowed))


def test_who_follows_the_text_through_undo_and_edits(loop: Scene) -> None:
    one = "cats/three"
    assert render.sentence(owner(loop, one)) == "a person, on the site"
    loop.propose(one, "First.", model="m-1", by="anna")
    first = loop.push(ALL).push_id
    loop.propose(one, "Second.", model="m-2", by="bob")
    second = loop.push(ALL).push_id
    assert (
        owner(loop, one).model,
        owner(loop, one).reviewer,
        owner(loop, one).push,
    ) == ("m-2", "bob", second)
    loop.revert(second)
    back = owner(loop, one)
    assert (back.alt, back.model, back.reviewer, back.push) == (
        "First.",
        "m-1",
        "anna",
        first,
    )
    loop.revert(first)
    assert (owner(loop, one).origin, owner(loop, one).model, owner(loop, one).push) == (
        "human",
        None,
        None,
    )
    loop.site.edit(one, alt="Second.")  # somebody types a machine's words again
    loop.pull()
    assert owner(loop, one).model == "m-2"
    loop.site.edit(one, alt="My own.")
    loop.pull()
    assert render.sentence(owner(loop, one)) == "a person, on the site"


def test_a_rewrite_in_review_is_a_persons_and_vouching_is_said(loop: Scene) -> None:
    loop.propose("cats/one", "Rewritten.", origin=Origin.HUMAN, model=None, by="anna")
    loop.propose("dogs/one", "Machine.", by="anna")
    loop.push(ALL)
    assert render.sentence(owner(loop, "cats/one")) == "a person: anna, in review"
    loop.site.edit("dogs/one", label=Label.HUMAN)
    loop.pull()
    assert (
        render.sentence(owner(loop, "dogs/one"))
        == "a machine: test-model; a person vouches for it"
    )


def test_who_tells_when_a_text_began_to_stand(loop: Scene) -> None:
    first = owner(loop, "cats/three").since
    loop.site.edit("cats/three", title="other")
    loop.pull()
    assert owner(loop, "cats/three").since == first
    loop.site.edit("cats/three", alt="New.")
    loop.pull()
    assert str(owner(loop, "cats/three").since) > str(first)


def test_exports_of_who_are_safe_and_whole(loop: Scene) -> None:
    evil = '=cmd|"/c calc"!A1 </script> \u2028'
    loop.propose("cats/one", evil, by="@anna", context='{"a": 1}')
    loop.push(ALL)
    rows = list(
        csv.DictReader(io.StringIO("".join(render.table(owners(loop))), newline=""))
    )
    assert len(rows) == 7
    assert not any(
        cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values()
    )
    page = json.loads(
        "".join(render.json_ld("https://example.org/", owners(loop), lambda key: None))
    )
    notes = {note["body"]["value"]: note for note in page["items"]}
    assert set(notes) == {
        evil,
        "Zwölf Kätzchen, von Hand beschrieben.",
        "  An old text ",
    }
    assert notes[evil]["creator"] == {
        "type": "Software",
        "name": "test-model",
        "nickname": "test-model",
    }
    assert notes[evil]["altsync:context"] == '{"a": 1}'
    assert notes["  An old text "]["creator"] == {"type": "Person"}


def test_events_come_in_order_whatever_table_they_are_from(loop: Scene) -> None:
    loop.propose("cats/one", "Sent.")
    number = loop.push().push_id
    loop.revert(number)
    loop.site.edit("cats/one", alt="Mine\x1b[31m.")
    loop.pull()
    kinds = [e.kind for e in events(loop, "cats/one")]
    assert kinds == ["pulled", "proposed", "judged", "pushed", "reverted", "edited"]
    everything = events(loop)
    assert [e.at for e in everything] == sorted(e.at for e in everything)
    assert {e.kind for e in everything} == {
        "pull",
        "pulled",
        "proposed",
        "judged",
        "push",
        "pushed",
        "reverted",
        "edited",
    }
    last = everything[-1].at
    assert [e.kind for e in events(loop, since=last)] == ["edited"]
    assert {e.kind for e in events(loop, run=("push", number))} == {
        "push",
        "pushed",
    }
    assert all(line.isprintable() for line in lines.lines(everything))
    assert len(json.loads("".join(lines.document(everything)))) == len(everything)
    assert json.loads("".join(lines.document([]))) == []


def test_every_column_of_an_ownership_is_the_right_one(two: Shelf) -> None:
    """No two values are the same, so that none can stand in for another."""
    with two.store.write() as tx:
        prompt = candidates.add_prompt(tx, "System.", "Text.")
    for number in range(3):
        two.propose("a/2", f"Another image's {number}.")
    first = two.approve("a/1", "First.")
    two.begin_push()
    candidate = two.propose(
        "a/1",
        "Sent.",
        model="asked",
        resolved_model="answered",
        prompt_id=prompt,
        context='{"context": 1}',
        recorded=True,
        image_sha256="f" * 64,
    )
    two.judge(first, Verdict.WITHDRAWN)
    said: dict[str, Any] = {"note": "As on the map.", "how": How.WORDS}
    two.judge(candidate, by="rita", scope=Scope.BULK, **said)
    item = two.apply("a/1", candidate, "Sent.")
    two.pull(
        image(
            "a/1",
            "Sent.",
            title="Title",
            page_title="Page",
            label=Label.HUMAN,
            has_label=True,
            language="nl",
            image_url="https://x.test/1.jpg",
            page_url="https://x.test/page",
        ),
        image("a/2"),
    )
    with two.store.read() as conn:
        (found,) = history.who(conn, ["a/1"])
        others = [one.image for one in history.who(conn, albums=["a"])]
        assert list(history.who(conn, albums=["b"])) == []
    made, judged, sent, since, push = two.one(
        "SELECT c.created_at, r.created_at, p.settled_at, o.seen_at, p.push_id"
        " FROM push_items p JOIN candidates c ON c.id = p.candidate_id"
        " JOIN reviews r ON r.candidate_id = c.id"
        " JOIN observations o ON o.push_item_id = p.id WHERE p.id = ?",
        (item,),
    )
    assert others == ["a/1", "a/2"]
    assert len({made, judged, sent, since}) == 4
    assert found == Ownership(
        image="a/1",
        album="a",
        alt="Sent.",
        origin=Origin.HUMAN,
        label=Label.HUMAN,
        language="nl",
        image_url="https://x.test/1.jpg",
        page_url="https://x.test/page",
        since=since,
        candidate=candidate,
        written_by=Origin.AI,
        model="asked",
        resolved_model="answered",
        prompt=prompt,
        context='{"context": 1}',
        recorded=True,
        proposed_at=made,
        reviewer="rita",
        scope=Scope.BULK,
        judged_at=judged,
        push=push,
        sent_at=sent,
        sha256="f" * 64,
        title="Title",
        note="As on the map.",
        how=How.WORDS,
    )


def test_what_each_event_says(two: Shelf) -> None:
    with two.store.write() as tx:
        run = ledger.begin(tx, '["m"]', "{}")
        ledger.fail(tx, NewFailure("a/2", "no answer", "m", run, answer="Hm."))
        ledger.fail(tx, NewFailure("a/1", "It failed.", "m", run, reason="Slow."))
        ledger.end(tx, run, "why")
    candidate = two.propose("a/1", "Sent.", model="m", run_id=run)
    with two.store.write() as tx:
        candidates.judge(tx, candidate, "rejected", "bob", "bulk", "a note")
        candidates.judge(
            tx, candidate, "unsure", "maria", "one", "Who?", "jon", "words"
        )
        candidates.judge(tx, candidate, "unsure", "jon", note="Where?")
        candidates.judge(tx, candidate, "approved", "anna")
        pulls.fail(tx, "a/1", "push", "refused")
    two.apply("a/1", candidate, "Sent.")
    two.pull(image("a/1", "Typed.", label=Label.HUMAN, has_label=True))
    with two.store.read() as conn:
        found = list(history.events(conn))
    assert {one.kind: one.answer for one in found if one.answer} == {"failed": "Hm."}
    told = {
        (one.kind, one.image, one.run, one.alt, one.by, one.detail) for one in found
    }
    assert {one.by: one.note for one in found if one.note} == {
        "bob": "a note",
        "maria": "Who?",
        "jon": "Where?",
    }
    assert told == {
        ("pull", None, "pull 1", None, None, "full, 0 listed"),
        ("pull", None, "pull 2", None, None, "full, 0 listed"),
        ("pulled", "a/1", "pull 1", "", None, None),
        ("pulled", "a/2", "pull 1", "", None, None),
        ("edited", "a/1", "pull 2", "Typed.", "human", "label human"),
        ("gone", "a/2", None, "", None, None),
        ("generate", None, "generate 1", None, '["m"]', "why"),
        ("failed", "a/2", "generate 1", None, "m", "generate: no answer"),
        (
            "failed",
            "a/1",
            "generate 1",
            None,
            "m",
            'generate: It failed. It says: "Slow."',
        ),
        ("failed", "a/1", None, None, None, "push: refused"),
        ("proposed", "a/1", "generate 1", "Sent.", "m", "informative"),
        ("judged", "a/1", None, "Sent.", "bob", "rejected, in bulk"),
        (
            "judged",
            "a/1",
            None,
            "Sent.",
            "maria",
            "unsure, asks jon, without the picture",
        ),
        ("judged", "a/1", None, "Sent.", "jon", "unsure, asks anybody"),
        ("judged", "a/1", None, "Sent.", "anna", "approved"),
        ("push", None, "push 1", None, "otto", "plan abc, 1 planned"),
        ("pushed", "a/1", "push 1", "Sent.", "m", "applied"),
    }


def test_events_are_narrowed_to_a_run_and_to_images(two: Shelf) -> None:
    with two.store.write() as tx:
        run = ledger.begin(tx, "[]", "{}")
    two.propose("a/1", "One.", run_id=run)
    two.propose("a/2", "Two.", run_id=run)

    def kinds(images: list[str], run: tuple[str, int]) -> list[str]:
        with two.store.read() as conn:
            return [one.kind for one in history.events(conn, images, run=run)]

    assert kinds([], ("generate", run)) == ["generate", "proposed", "proposed"]
    assert kinds(["a/1"], ("generate", run)) == ["proposed"]
    assert kinds([], ("pull", 1)) == ["pull", "pulled", "pulled"]
    assert kinds(["a/1"], ("pull", 2)) == []
    assert kinds([], ("nonsense", 1)) == []


def test_the_words_of_a_prompt(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        key = candidates.add_prompt(tx, None, "Text.")
    with shelf.store.read() as conn:
        assert history.prompt(conn, key) == (None, "Text.")
        assert history.prompt(conn, "no such") is None


def test_images_that_the_mirror_does_not_have(two: Shelf) -> None:
    with two.store.read() as conn:
        assert history.unknown(conn, ["b/1", "a/1", "c/1"]) == ["b/1", "c/1"]
