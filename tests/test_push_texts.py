"""Pictures that stand more than once in one text, over the whole loop: what people move
while a candidate waits, during a push, after it, and before a revert."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync.errors import AnswerLost, Unreachable
from altsync.models import Conflict, Decision, Origin, SiteImage, Tag
from altsync.plan import ELSEWHERE, THEIRS, Permissions
from altsync.push import by_hand
from altsync.sources.memory import MemorySource
from altsync.store import export, history, importing
from altsync.store.store import Store
from altsync.texts import slots
from tests.scene import Scene, image, scene
from tests.store.test_export import SITE, facts

UUID = "6f2c0000-0000-4000-8000-000000000001"
FIRST, SECOND = (f"node--page.body/1.en.img-{UUID}{more}" for more in ("", ".1"))
Piece = tuple[str, str | None]
"""The words of a paragraph, and the alt of the picture in it."""


def html(*pieces: Piece) -> str:
    """A text in which each paragraph shows the same picture."""
    alts = ("" if alt is None else f' alt="{alt}"' for _, alt in pieces)
    return "".join(
        f'<p>{words} <img src="/a.jpg" data-entity-uuid="{UUID}"{alt}></p>'
        for (words, _), alt in zip(pieces, alts, strict=True)
    )


def images(*pieces: Piece) -> list[SiteImage]:
    """The images that this text is, as a source tells them."""
    return [
        image(
            f"node--page.body/1.en.{one.key}",
            one.alt,
            tag=one.tag,
            place=one.place,
            before=one.before,
            after=one.after,
            entity="node--page/1",
            language="en",
        )
        for one in slots([html(*pieces)])
    ]


def save(site: MemorySource, *pieces: Piece) -> None:
    """A person saves the page with these paragraphs."""
    there = images(*pieces)
    for one in there:
        site.add(one)
    for gone in set(site.ids) - {one.id for one in there}:
        site.remove(gone)


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Scene]:
    """Two copies of one picture: the first lacks a text, the second has a person's."""
    made = scene(tmp_path, MemorySource(images(("Cats.", None), ("Dogs.", "Theirs."))))
    yield made
    made.store.close()


SWAPPED = (("Dogs.", "Theirs."), ("Cats.", None))
MOVES: dict[str, tuple[Piece, ...]] = {
    "swapped": SWAPPED,
    "copied": (("Cats.", None), ("Cats.", None), ("Dogs.", "Theirs.")),
    "first removed": (("Dogs.", "Theirs."),),
    "second removed": (("Cats.", None),),
    "words edited": (("Kittens.", None), ("Dogs.", "Theirs.")),
}
EVERY = pytest.mark.parametrize("pieces", MOVES.values(), ids=list(MOVES))


@EVERY
def test_moved_while_a_candidate_waits(loop: Scene, pieces: tuple[Piece, ...]) -> None:
    loop.propose(FIRST, "Machine.")
    assert loop.state(FIRST) == "approved"
    save(loop.site, *pieces)
    loop.pull(allow_shrink=True)
    assert loop.state(FIRST) == "conflict"
    (entry,) = loop.plan()
    assert isinstance(entry, Conflict)
    assert entry.why == ("" if entry.site else ELSEWHERE)
    before = loop.flats()
    loop.push(Permissions(replace_human=True, allow_empty=True))
    assert loop.flats() == before


@EVERY
def test_moved_after_the_plan_was_made(loop: Scene, pieces: tuple[Piece, ...]) -> None:
    """Nobody pulled: the test before the PATCH finds it."""
    loop.propose(FIRST, "Machine.")
    save(loop.site, *pieces)
    before = loop.flats()
    done = loop.push()
    assert (done.applied, done.conflicts) == (0, 1)
    assert loop.flats() == before
    (why,) = loop.store.conn.execute("SELECT error FROM push_items").fetchone()
    assert why in (ELSEWHERE, 'the site now says "Theirs."')


@EVERY
def test_moved_after_the_push(loop: Scene, pieces: tuple[Piece, ...]) -> None:
    """What altsync wrote is a person's from then on, and is not taken back."""
    loop.propose(FIRST, "Machine.")
    number = loop.push().push_id
    assert (loop.origin(FIRST), loop.state(FIRST)) == ("ai", "ai")
    sent = {"Cats.": "Machine.", "Kittens.": "Machine."}
    save(loop.site, *((words, sent.get(words, alt)) for words, alt in pieces))
    before = loop.flats()
    assert loop.revert(number).conflicts == 1, "nobody pulled yet"
    loop.pull(allow_shrink=True)
    assert {loop.origin(one) for one in loop.site.ids} == {"human"}
    (entry,) = loop.undo(number)
    assert isinstance(entry, Conflict)
    assert entry.why == ELSEWHERE
    loop.revert(number)
    assert loop.flats() == before


def test_who_says_no_model_where_nobody_knows(loop: Scene) -> None:
    loop.propose(FIRST, "Machine.")
    loop.push()
    loop.pull()

    def wrote() -> tuple[str | None, str | None]:
        with loop.store.read() as conn:
            (found,) = history.who(conn, [FIRST])
        return found.origin, found.model

    assert wrote() == ("ai", "test-model")
    save(loop.site, ("Kittens.", "Machine."), ("Dogs.", "Theirs."))
    loop.pull()
    assert wrote() == ("human", None)


def test_the_alts_of_a_text_move_no_place() -> None:
    """What altsync writes makes no person's text of its neighbours."""
    places = [
        [one.place for one in images(("Cats.", alts[0]), ("Dogs.", alts[1]))]
        for alts in ((None, None), ("A cat.", None), ("", 'A <dog> & "more".'))
    ]
    assert places[1:] == places[:1] * 2


def test_an_export_keeps_where_a_text_was_proposed(loop: Scene, tmp_path: Path) -> None:
    loop.propose(FIRST, "Machine.")
    loop.propose(SECOND, "Theirs too.", by="")
    save(loop.site, ("Kittens.", None), ("Cats.", "Theirs."))
    loop.pull()
    before = facts(loop.store)
    with loop.store.read() as conn:
        export.write(conn, tmp_path / "a")
    importing.load(tmp_path / "a", tmp_path / "b.db", SITE)
    with Store.open(tmp_path / "b.db") as store:
        assert facts(store) == before


def test_what_was_not_moved_is_sent_and_taken_back(loop: Scene) -> None:
    before = loop.flats()
    loop.propose(FIRST, "Machine.")
    done = loop.push()
    assert done.applied == 1
    assert loop.site.now(FIRST).alt == "Machine."
    assert loop.site.now(SECOND).alt == "Theirs."
    loop.pull(allow_shrink=True)
    assert (loop.origin(FIRST), loop.origin(SECOND)) == ("ai", "human")
    assert loop.revert(done.push_id).applied == 1
    assert loop.flats() == before
    loop.pull(allow_shrink=True)
    assert loop.state(FIRST) == "cleared"


def test_moved_there_and_back_it_stays_a_persons(loop: Scene) -> None:
    """The text is at its old place again, but who put it there nobody knows; and what is
    said around it, where altsync keeps it, changes nothing about that."""
    loop.propose(FIRST, "Machine.")
    loop.push()
    for pieces in (
        (("Dogs.", "Theirs."), ("Cats.", "Machine.")),
        (("Cats.", "Machine."), ("Dogs.", "Theirs.")),
    ):
        save(loop.site, *pieces)
        loop.pull(allow_shrink=True)
    loop.site.edit(FIRST, heading="New")
    loop.pull(allow_shrink=True)
    assert loop.origin(FIRST) == "human"
    (entry,) = loop.undo(FIRST)
    assert isinstance(entry, Conflict)
    assert entry.why == THEIRS


def test_nothing_to_be_said_is_said_by_whoever_says_it_last(loop: Scene) -> None:
    """altsync called it decorative, somebody took that away, somebody said it again."""
    allowed = Permissions(allow_empty=True)
    loop.propose(FIRST, "", decision=Decision.DECORATIVE)
    loop.push(allowed)
    loop.pull()
    assert loop.origin(FIRST) == "ai"
    for alt, origin in ((None, None), ("", "human")):
        loop.site.edit(FIRST, alt=alt)
        loop.pull()
        assert loop.origin(FIRST) == origin
    (entry,) = loop.undo(FIRST)
    assert isinstance(entry, Conflict)
    assert entry.why == THEIRS


def test_words_that_come_back_are_taken_back(loop: Scene) -> None:
    loop.propose(FIRST, "Machine.")
    loop.push()
    for alt, origin in (("Somebody's.", "human"), ("Machine.", "ai")):
        loop.site.edit(FIRST, alt=alt)
        loop.pull()
        assert loop.origin(FIRST) == origin
    assert loop.revert(FIRST).applied == 1
    assert loop.site.now(FIRST).alt is None


@pytest.mark.parametrize("pulled", [False, True])
def test_what_is_there_already_is_recorded_with_its_place(
    loop: Scene, pulled: bool
) -> None:
    loop.propose(FIRST, "The same.")
    loop.site.edit(FIRST, alt="The same.")
    if pulled:
        loop.pull()
    done = loop.push()
    assert (done.converged, done.applied) == ((1, 0) if pulled else (0, 1))
    (patch,) = loop.store.conn.execute("SELECT patch FROM push_items").fetchone()
    assert json.loads(patch) == [
        {"op": "test", "path": "/alt", "value": "The same."},
        {"op": "test", "path": "/place", "value": loop.site.now(FIRST).place},
    ]


def test_a_persons_own_words_are_taken_back_by_name(loop: Scene) -> None:
    loop.propose(FIRST, "Anna's.", origin=Origin.HUMAN)
    loop.push()
    loop.pull()
    assert loop.origin(FIRST) == "human"
    assert loop.revert(FIRST).applied == 1


def test_an_emptiness_whose_answer_was_lost_is_altsyncs(loop: Scene) -> None:
    loop.propose(FIRST, "", decision=Decision.DECORATIVE)
    push_into_the_dark(loop)
    loop.pull()
    assert loop.origin(FIRST) == "ai"


def push_into_the_dark(loop: Scene) -> None:
    """The site does what it is told, and cannot be reached from then on."""

    def lost(step: str, _: tuple[str, ...]) -> None:
        if step == "write":
            loop.site.before = away
            raise AnswerLost("lost")

    def away(step: str, _: tuple[str, ...]) -> None:
        raise Unreachable("away")

    loop.site.after = lost
    assert loop.push(Permissions(allow_empty=True)).applied == 0
    loop.site.before = loop.site.after = None


@pytest.mark.parametrize("by_a_person", [False, True])
@pytest.mark.parametrize("pull_first", [False, True])
def test_moved_before_an_open_row_is_settled(
    loop: Scene, by_a_person: bool, pull_first: bool
) -> None:
    loop.propose(FIRST, "Machine.")
    push_into_the_dark(loop)
    save(loop.site, ("Dogs.", "Theirs."), ("Cats.", "Machine."))
    before = loop.flats()
    if pull_first:
        loop.pull()
    if by_a_person:
        (row,) = by_hand(loop.store, FIRST, applied=True, by="anna")
        assert row.image == FIRST
    for _ in range(2):
        loop.push(Permissions(replace_human=True))
        loop.pull()
        assert loop.flats() == before
        assert {loop.origin(one) for one in (FIRST, SECOND)} == {"human"}


def test_a_person_who_says_that_it_was_applied_gives_no_copy_away(loop: Scene) -> None:
    """The pull before knew it moved."""
    loop.propose(FIRST, "Machine.")
    push_into_the_dark(loop)
    save(loop.site, *[("Cats.", "Machine.")] * 2)
    loop.pull()
    by_hand(loop.store, FIRST, applied=True, by="anna")
    loop.pull()
    assert {loop.origin(one) for one in (FIRST, SECOND)} == {"human"}


def test_the_text_is_there_but_it_is_another_picture(loop: Scene) -> None:
    """A person's own words that read as the candidate does stay theirs."""
    loop.propose(FIRST, "Theirs.")
    save(loop.site, *SWAPPED)
    done = loop.push()
    assert (done.applied, done.conflicts) == (0, 1)
    loop.pull(allow_shrink=True)
    assert loop.state(FIRST) == "conflict"
    assert loop.origin(FIRST) == "human"
    assert loop.push().converged == 0
    assert loop.origin(FIRST) == "human"


def test_a_lost_answer_and_a_move(loop: Scene) -> None:
    """What was sent stands there, and nobody knows any more whether it is that picture."""
    loop.propose(FIRST, "Theirs.")

    def lost(step: str, _: tuple[str, ...]) -> None:
        if step == "write":
            save(loop.site, *SWAPPED)
            raise AnswerLost("lost")

    loop.site.after = lost
    loop.push()
    loop.site.after = None
    loop.pull(allow_shrink=True)
    assert loop.origin(FIRST) == "human"
    loop.propose(FIRST, "Another.")
    assert loop.push().applied == 0
    assert loop.site.now(FIRST).alt == "Theirs."


def test_a_medium_follows_its_own_text_again_when_an_override_is_taken_back(
    tmp_path: Path,
) -> None:
    medium = image("node--page.body/1.en.media-1", None, tag=Tag.MEDIA)
    loop = scene(tmp_path, MemorySource([medium]))
    assert loop.state(medium.id) == "inherits"
    loop.propose(medium.id, "Here.")
    assert loop.state(medium.id) == "approved"
    number = loop.push().push_id
    loop.pull(allow_shrink=True)
    assert (loop.state(medium.id), loop.origin(medium.id)) == ("ai", "ai")
    loop.revert(number)
    loop.pull(allow_shrink=True)
    assert loop.site.now(medium.id).alt is None
    assert loop.state(medium.id) == "inherits"
    loop.store.close()
