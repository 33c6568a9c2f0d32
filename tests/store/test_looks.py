"""One image as a reviewer sees it."""

from __future__ import annotations

from altsync.models import (
    Decision,
    FileFacts,
    Finding,
    How,
    Origin,
    PushStatus,
    Scope,
    Severity,
    Tag,
    Verdict,
)
from altsync.store import candidates, files, journal, looks
from altsync.store.files import SeenFile
from altsync.store.looks import Candidate, Look
from tests.scene import image
from tests.store.conftest import Shelf

LONG = Finding("length", Severity.WARNING, "Long.")


def look(shelf: Shelf, image_id: str = "a/1") -> Look | None:
    with shelf.store.read() as conn:
        return looks.look(conn, image_id)


def seen(shelf: Shelf) -> str:
    found = look(shelf)
    assert found is not None
    return found.seen


def test_every_column_of_a_candidate_is_the_right_one(two: Shelf) -> None:
    """No two values are the same, so that none can stand in for another."""
    with two.store.write() as tx:
        prompt = candidates.add_prompt(tx, "System.", "Text.")
    two.propose("a/2", "Another image's.")
    number = two.propose(
        "a/1",
        "Alt.",
        base="Base.",
        origin=Origin.HUMAN,
        decision=Decision.TEXT,
        model="asked",
        resolved_model="answered",
        prompt_id=prompt,
        context='{"context": 1}',
        image_sha256="f" * 64,
        cost_usd=0.11,
        duration_ms=12,
        flags='{"unsure": "why"}',
        findings=(LONG,),
        long_description="At length.",
        place="1 of 2",
    )
    said = {"note": "It is another.", "asked": "jon", "how": How.WORDS}
    two.judge(number, Verdict.REJECTED, "rita", Scope.BULK, **said)
    with two.store.read() as conn:
        (found,) = looks.candidates_of(conn, "a/1")
    made, judged = two.one(
        "SELECT c.created_at, r.created_at FROM candidates c"
        " JOIN reviews r ON r.candidate_id = c.id"
    )
    assert made != judged
    assert found == Candidate(
        id=number,
        alt="Alt.",
        base="Base.",
        decision=Decision.TEXT,
        origin=Origin.HUMAN,
        model="asked",
        resolved_model="answered",
        prompt_id=prompt,
        context='{"context": 1}',
        image_sha256="f" * 64,
        cost_usd=0.11,
        duration_ms=12,
        flags={"unsure": "why"},
        findings=(LONG,),
        created_at=made,
        spent=False,
        verdict=Verdict.REJECTED,
        reviewer="rita",
        judged_at=judged,
        long_description="At length.",
        place="1 of 2",
        scope=Scope.BULK,
        note="It is another.",
        asked="jon",
        how=How.WORDS,
    )


def test_a_look_shows_what_can_still_be_applied_the_newest_first(two: Shelf) -> None:
    sent = two.approve("a/1", "Sent.", image_sha256="f" * 64)
    two.apply("a/1", sent, "Sent.")
    later = [two.propose("a/1", f"Later {n}.", base="Sent.") for n in range(2)]
    found = look(two)
    assert found is not None
    assert found.mirrored.image.alt == "Sent."
    assert [one.id for one in found.candidates] == [later[1], later[0]]
    assert found.file == "f" * 64
    with two.store.read() as conn:
        every = looks.candidates_of(conn, "a/1")
    assert [(one.id, one.spent) for one in every] == [
        (later[1], False),
        (later[0], False),
        (sent, True),
    ]


def test_there_is_nothing_to_see_of_an_unknown_image(two: Shelf) -> None:
    assert look(two, "no/such") is None
    with two.store.read() as conn:
        assert looks.sight(conn, "no/such") != looks.sight(conn, "a/1")


def test_a_sight_changes_with_what_a_verdict_stands_on(two: Shelf) -> None:
    sights = [seen(two)]
    candidate = two.propose("a/1", "New.")
    assert seen(two) == sights[0], "a further candidate changes nothing"
    two.judge(two.propose("a/2", "Another image's."))
    assert seen(two) == sights[0]
    two.judge(candidate)
    sights.append(seen(two))
    item = two.intend(two.begin_push(), "a/1", candidate, "New.")
    assert seen(two) == sights[-1], "nothing was sent yet"
    with two.store.write() as tx:
        journal.settle(tx, item, PushStatus.APPLIED)
    sights.append(seen(two))
    two.pull(image("a/1", "Typed."), image("a/2"))
    sights.append(seen(two))
    two.pull(image("a/2"))
    sights.append(seen(two))
    two.pull(image("a/1", "Typed.", tag=Tag.IMG, place="1 of 2"), image("a/2"))
    sights.append(seen(two))
    two.pull(image("a/1", "Typed.", tag=Tag.IMG, place="2 of 2"), image("a/2"))
    sights.append(seen(two))
    assert len(set(sights)) == len(sights)


def test_a_candidate_stands_on_the_text_the_place_and_the_picture(shelf: Shelf) -> None:
    shelf.pull(image("a/1", None, tag=Tag.IMG, place="1 of 2"))
    here = {"base": None, "place": "1 of 2", "image_sha256": "f" * 64}
    for other in ({}, {"base": ""}, {"place": "2 of 2"}, {"image_sha256": "e" * 64}):
        shelf.propose("a/1", "New.", **{**here, **other})
    with shelf.store.write() as tx:
        files.remember(tx, "a/1", SeenFile("f" * 64, FileFacts()))
    found = look(shelf)
    assert found is not None
    stands = [found.stands(one) for one in reversed(found.candidates)]
    assert stands == [True, False, False, False]


def test_the_latest_three_things_that_happened_to_an_image(two: Shelf) -> None:
    candidate = two.approve("a/1", "Sent.")
    two.approve("a/2", "Another image's.")
    two.apply("a/1", candidate, "Sent.")
    two.pull(image("a/1", None), image("a/2"))
    with two.store.read() as conn:
        found = looks.latest_events(conn, "a/1")
    assert [(one.verdict, one.reviewer, one.sent, one.alt) for one in found] == [
        (None, None, False, None),
        (None, None, True, "Sent."),
        (Verdict.APPROVED, "anna", False, "Sent."),
    ]
    times = [one.at for one in found]
    assert times == sorted(times, reverse=True)
