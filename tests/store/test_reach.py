"""What is out of reach is kept and told, and altsync does nothing about it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from altsync.errors import MovedOn, UsageError
from altsync.models import DriftKind, Origin, OutOfReach, State
from altsync.store import (
    candidates,
    comparisons,
    corpus,
    journal,
    looks,
    mirror,
    overview,
    pulls,
    queue,
    reports,
    reverts,
    worklist,
)
from altsync.store.queue import Filter
from altsync.store.worklist import Worklist
from altsync.verdicts.acts import Given, sighted
from tests.scene import image
from tests.store.conftest import Shelf

EVERY = pytest.mark.parametrize("why", list(OutOfReach))
NAMES = ("a/human", "a/missing", "a/waits", "a/approved", "a/sent")


def site(shelf: Shelf, why: OutOfReach | None) -> None:
    """An image of each kind, and one that stays in reach."""
    texts = dict.fromkeys(NAMES, "") | {"a/human": "A person's.", "a/sent": "Sent."}
    images = [image(name, text, out_of_reach=why) for name, text in texts.items()]
    shelf.pull(*images, image("b/missing"))


@pytest.fixture
def worked(shelf: Shelf) -> Iterator[Shelf]:
    """Work of every kind was done on them while they were in reach."""
    site(shelf, None)
    shelf.pull(*(image(name) for name in (*NAMES, "b/missing")))
    shelf.propose("a/waits", "Waits.", model="m")
    shelf.approve("a/approved", "Approved.", model="m")
    shelf.apply("a/sent", shelf.approve("a/sent", "Sent."), "Sent.")
    yield shelf


@EVERY
def test_nothing_is_proposed_judged_planned_or_taken_back(
    worked: Shelf, why: OutOfReach
) -> None:
    site(worked, why)
    with worked.store.read() as conn:
        assert {worked.state(name) for name in NAMES} == {str(why)}
        for wish in (Worklist(), Worklist(where="1"), Worklist(images=NAMES)):
            found = [one.image.id for one in worklist.select(conn, wish)]
            assert found in (["b/missing"], [])
        assert list(candidates.open_candidates(conn)) == []
        assert list(journal.plan_rows(conn)) == []
        assert list(reverts.rows(conn, ["a/sent"])) == []
        assert comparisons.comparable(conn, ["m"], None, human=False) == []
        assert comparisons.pool(conn, human=True) == []
        for state in State:
            waiting = queue.waiting(conn, Filter(state=state), 9)
            assert waiting == ["b/missing"] * (state is State.MISSING)
        with pytest.raises(UsageError, match=rf"out of reach \({why}\)"):
            worklist.check_named(conn, ["a/missing"])
        look = looks.look(conn, "a/waits")
        assert look is not None
    with (
        worked.store.write() as tx,
        pytest.raises(MovedOn, match=rf"out of reach now \({why}\)"),
    ):
        sighted(tx, Given("a/waits", look.seen))


@EVERY
def test_in_reach_again_everything_is_as_it_was(worked: Shelf, why: OutOfReach) -> None:
    def states() -> dict[str, str]:
        return {name: worked.state(name) for name in NAMES}

    texts = dict.fromkeys(NAMES, "") | {"a/sent": "Sent."}
    images = [image(name, text) for name, text in texts.items()]
    before = states()
    hidden = [image(name, text, out_of_reach=why) for name, text in texts.items()]
    worked.pull(*hidden)
    assert set(states().values()) == {str(why)}
    worked.pull(*images)
    assert states() == before
    with worked.store.read() as conn:
        assert [row.image for row in journal.plan_rows(conn)] == ["a/approved"]


def test_coverage_speaks_of_what_this_login_sees(shelf: Shelf) -> None:
    shelf.pull(
        image("a/text", "Text."),
        image("a/none"),
        image("a/gone"),
        *(image(f"b/{why}", out_of_reach=why) for why in OutOfReach),
        *(image(f"c/{why}", "Text.", out_of_reach=why) for why in OutOfReach),
    )
    with shelf.store.read() as conn:
        found = reports.status(conn)
        albums = {one.name: one for one in overview.albums(conn)}
    states = {state: number for state, number in found.states.items() if number}
    assert states == {"missing": 2, "human": 1} | dict.fromkeys(map(str, OutOfReach), 2)
    assert found.images == 3 + 8, "what is seen and not written counts"
    assert found.coverage == pytest.approx(5 / 11)
    assert (albums["b"].images, albums["c"].covered) == (4, 4)


def test_gone_comes_first(shelf: Shelf) -> None:
    shelf.pull(image("a/1", out_of_reach=OutOfReach.HIDDEN))
    shelf.pull()
    assert shelf.state("a/1") == "gone"


def test_the_reason_is_kept_as_it_is(shelf: Shelf) -> None:
    one = image("a/1", "Text.", out_of_reach=OutOfReach.INLINE)
    shelf.pull(one)
    with shelf.store.read() as conn:
        (row,) = mirror.named(conn, ["a/1"])
    assert (row.image.out_of_reach, row.state) == (OutOfReach.INLINE, State.INLINE)
    assert row.origin is Origin.HUMAN
    with shelf.store.write() as tx:
        number = pulls.begin(tx, "full")
        assert mirror.save(tx, number, [one]) == [], "nothing moved"


def test_texts_that_nobody_sees_are_not_compared_with_others(shelf: Shelf) -> None:
    shelf.pull(
        *(
            image(f"a/{why}", "The same.", image_url=f"/{why}", out_of_reach=why)
            for why in OutOfReach
        )
    )
    with shelf.store.read() as conn:
        assert set(corpus.findings(conn)) == {
            "a/inline",
            "a/read-only",
            "a/format",
            "a/external",
        }


def test_every_reason_is_a_state() -> None:
    assert [State(why) for why in OutOfReach] == list(State)[1:8]
    assert [state for state in State if not state.in_reach] == list(State)[:8]
    assert DriftKind.HIDDEN.value == "hidden"
