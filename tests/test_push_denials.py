"""A permission that is missing: what it is about is skipped and told, the rest goes on,
and after the grant the same push sends it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from altsync.canary import Canary
from altsync.errors import (
    AltsyncError,
    GuardMoved,
    Interrupted,
    LoginFailed,
    NotAllowed,
    NotThere,
    PartRefused,
    Unreachable,
)
from altsync.models import Denied, SiteImage
from altsync.planning import Plan, Request
from altsync.push import Push, Pushed
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import mirror
from altsync.store.store import Store
from tests.scene import Scene, image

PAGES = "The 'edit any page content' permission is required."
GRANT = "Give its role that permission."


def denial(needed: str = PAGES, *, alone: bool = False) -> NotAllowed:
    return NotAllowed(
        f"May not. {needed}", status=403, needed=needed, grant=GRANT, alone=alone
    )


class Guarded(MemorySource):
    """A site that lets this login change some of its entities."""

    def __init__(self, images: list[SiteImage]) -> None:
        super().__init__(images)
        self.deny: Callable[[str], NotAllowed | None] = lambda image_id: None
        self.asked: Counter[str] = Counter()
        """Images that a write was asked for."""
        self.before = self._judge

    def _judge(self, step: str, ids: tuple[str, ...]) -> None:
        if step != "write":
            return
        self.asked.update(ids)
        error = self.deny(ids[0])
        if error is not None:
            raise error


def site(**numbers: int) -> Guarded:
    """So many images of each type, each an entity of its own."""
    return Guarded(
        [
            image(f"{kind}/{number:03}", entity=f"{kind}/{number:03}")
            for kind, count in numbers.items()
            for number in range(count)
        ]
    )


@pytest.fixture
def open_scene(tmp_path: Path) -> Callable[[Guarded], Scene]:
    def make(source: Guarded) -> Scene:
        scene = Scene(source, Store.open(tmp_path / "altsync.db", create=True))
        scene.pull()
        for image_id in source.ids:
            scene.propose(image_id, f"new {image_id}")
        return scene

    return make


Open = Callable[[Guarded], Scene]


def push(scene: Scene, threads: int = 1) -> Pushed:
    with Plan.of(scene.store, Request()) as plan:
        return Push(Context(scene.source, scene.store, threads=threads), plan).run()


def statuses(scene: Scene) -> Counter[tuple[str, str]]:
    rows = scene.store.conn.execute("SELECT image_id, status FROM push_items")
    return Counter((image_id.partition("/")[0], status) for image_id, status in rows)


def test_a_type_is_asked_three_times_and_the_rest_goes_on(open_scene: Open) -> None:
    source = site(media=4, pages=7, users=2)
    scene = open_scene(source)
    source.deny = lambda image_id: denial() if "pages" in image_id else None
    done = push(scene)
    assert (done.applied, done.failed, done.denied, done.stopped) == (6, 0, 7, "")
    assert done.denials == (Denied("pages", PAGES, GRANT, "pages/000", 7),)
    assert sum(source.asked[one] for one in source.asked if "pages" in one) == 3
    assert statuses(scene) == {
        ("media", "applied"): 4,
        ("users", "applied"): 2,
        ("pages", "failed"): 3,
    }
    ledger = scene.store.conn.execute(
        "SELECT applied, conflicts, failed, error FROM pushes"
    ).fetchone()
    assert ledger == (6, 0, 3, None), "the ledger counts the journal's rows"


def test_the_journal_has_the_sites_words_and_nothing_open(open_scene: Open) -> None:
    source = site(pages=5)
    scene = open_scene(source)
    source.deny = lambda image_id: denial()
    push(scene)
    rows = scene.store.conn.execute(
        "SELECT status, http_status, error FROM push_items"
    ).fetchall()
    assert rows == [("failed", 403, f"May not. {PAGES}")] * 3
    states = {str(row.state) for row in mirror.named(scene.store.conn, source.ids)}
    assert states == {"approved"}


def test_after_the_grant_the_same_push_sends_what_waited(open_scene: Open) -> None:
    source = site(pages=9)
    scene = open_scene(source)
    source.deny = lambda image_id: denial()
    assert push(scene).denied == 9
    source.deny = lambda image_id: None
    done = push(scene)
    assert (done.applied, done.denied, done.denials) == (9, 0, ())


def test_one_that_was_let_through_keeps_its_type_open(open_scene: Open) -> None:
    """Its own media, say: the others of the type are asked one by one."""
    source = site(media=12)
    scene = open_scene(source)
    own = {"media/000", "media/009"}
    source.deny = lambda image_id: None if image_id in own else denial()
    done = push(scene)
    assert (done.applied, done.denied) == (2, 10)
    assert len(source.asked) == 12


def test_what_was_held_back_is_asked_once_one_is_let_through(open_scene: Open) -> None:
    """Three of others' come first; the eighth that waits is asked all the same."""
    source = site(media=30)
    scene = open_scene(source)
    others = {f"media/{n:03}" for n in (0, 1, 2, 5, 20)}
    source.deny = lambda image_id: denial() if image_id in others else None
    done = push(scene)
    assert (done.applied, done.denied) == (25, 5)
    assert max(source.asked.values()) == 1, "nothing is asked twice"


def test_a_closed_type_is_asked_ever_more_seldom(open_scene: Open) -> None:
    source = site(media=120)
    scene = open_scene(source)
    source.deny = lambda image_id: denial()
    assert push(scene).denied == 120
    assert len(source.asked) == 3 + 4  # 8, 16, 32, 64


def test_other_words_begin_anew(open_scene: Open) -> None:
    source = site(media=8)
    scene = open_scene(source)
    words = ["A is required.", "B is required."]
    source.deny = lambda image_id: denial(words[int(image_id[-1]) % 2])
    done = push(scene)
    assert len(source.asked) == 8
    assert {one.needed: one.images for one in done.denials} == {
        words[0]: 4,
        words[1]: 4,
    }


def test_what_goes_by_the_item_closes_nothing(open_scene: Open) -> None:
    """A transition that lacks for archived items says nothing of published ones."""
    source = site(media=10)
    scene = open_scene(source)
    source.deny = lambda image_id: (
        denial("No valid transitions exist.", alone=True)
        if image_id < "media/008"
        else None
    )
    done = push(scene)
    assert (done.applied, done.denied, done.stopped) == (2, 8, "")


def test_items_that_may_not_be_read_stop_nothing(open_scene: Open) -> None:
    source = site(media=20)
    scene = open_scene(source)

    def hide(step: str, ids: tuple[str, ...]) -> None:
        if step == "fresh" and ids[0] < "media/019":
            raise denial("It is hidden.", alone=True)

    source.before = hide
    done = push(scene)
    assert (done.applied, done.denied, done.stopped) == (1, 19, "")


def test_several_images_of_one_entity_are_one_refusal(open_scene: Open) -> None:
    images = [image(f"pages/{n}", entity=f"pages/{n // 4}") for n in range(8)]
    source = Guarded(images)
    scene = open_scene(source)
    source.deny = lambda image_id: denial()
    assert push(scene).denied == 8
    assert len(source.asked) == 8, "two entities close nothing"


def test_a_lost_login_still_stops(open_scene: Open) -> None:
    source = site(media=9)
    scene = open_scene(source)

    def lose(step: str, ids: tuple[str, ...]) -> None:
        if step == "write":
            raise LoginFailed("Nobody is logged in.", status=403)

    source.before = lose
    done = push(scene)
    assert (done.stopped, done.failed < 4) == ("Nobody is logged in.", True)


def test_many_workers_agree(open_scene: Open) -> None:
    source = site(media=40, pages=40)
    scene = open_scene(source)
    source.deny = lambda image_id: denial() if "pages" in image_id else None
    done = push(scene, threads=8)
    assert (done.applied, done.denied) == (40, 40)
    assert sum("pages" in one for one in source.asked) <= 3 + 8 + 2
    (told,) = done.denials
    assert told.images == 40


def canary(scene: Scene, number: int) -> list[Pushed]:
    with Plan.of(scene.store, Request()) as plan:
        context = Context(scene.source, scene.store, threads=1)
        return Canary(context, plan, number, pause=0).run()


def test_a_canary_that_may_change_nothing_says_why(open_scene: Open) -> None:
    source = site(pages=3, users=3)
    scene = open_scene(source)
    source.deny = lambda image_id: denial() if "pages" in image_id else None
    with pytest.raises(AltsyncError) as error:
        canary(scene, 2)
    assert str(error.value) == (
        "Stopped: this login may not change any image of the canary. The other 4 changes"
        " were not sent.\n2 images of pages wait for a permission (one is pages/000). The"
        f" site says: {PAGES} {GRANT}"
    )


def test_a_canary_goes_on_with_what_it_may_change(open_scene: Open) -> None:
    source = site(pages=1, users=3)
    scene = open_scene(source)
    source.deny = lambda image_id: denial() if "pages" in image_id else None
    first, rest = canary(scene, 2)
    assert (first.applied, first.denied, rest.applied) == (1, 1, 2)


@pytest.mark.parametrize(
    ("error", "counts", "status"),
    [
        (Unreachable("Down."), (0, 1, 0), "failed"),
        (Interrupted("Stopped."), (0, 1, 0), "failed"),
        (denial("It is hidden.", alone=True), (0, 0, 1), "failed"),
        (NotThere("Gone."), (0, 0, 0), "conflict"),
    ],
)
def test_a_second_look_that_fails_leaves_nothing_open(
    open_scene: Open, error: AltsyncError, counts: tuple[int, int, int], status: str
) -> None:
    """A stale guard stored nothing, so nothing has to be settled later."""
    source = site(pages=1)
    scene = open_scene(source)
    steps: list[str] = []

    def judge(step: str, ids: tuple[str, ...]) -> None:
        steps.append(step)
        if step == "write":
            raise GuardMoved("Somebody saved it.", status=500)
        if step == "fresh" and "write" in steps:
            raise error

    source.before = judge
    done = push(scene)
    assert (done.applied, done.failed, done.denied) == counts
    assert statuses(scene) == {("pages", status): 1}
    assert steps.count("write") == 1


def test_the_owner_stops_before_what_was_held_back(open_scene: Open) -> None:
    source = site(media=30)
    scene = open_scene(source)
    stop = threading.Event()
    others = {f"media/{n:03}" for n in range(3)}

    def deny(image_id: str) -> NotAllowed | None:
        if image_id == "media/029":
            stop.set()
        return denial() if image_id in others else None

    source.deny = deny
    with Plan.of(scene.store, Request()) as plan, pytest.raises(Interrupted):
        Push(Context(scene.source, scene.store, threads=1, stop=stop), plan).run()
    held = {f"media/{n:03}" for n in range(3, 10)}
    assert held.isdisjoint(source.asked), "held back until the eighth, and then stopped"


@pytest.mark.parametrize("named", [True, False])
def test_what_one_write_cannot_hold_is_settled_image_by_image(
    tmp_path: Path, named: bool
) -> None:
    """One that waits for a permission, one that is gone, and one that goes without them;
    or a refusal that names none of them, which is about all."""
    ids = ["page/one", "page/two", "page/three"]
    source = Guarded([image(one, entity="page") for one in ids])
    scene = Scene(source, Store.open(tmp_path / "altsync.db", create=True))
    scene.pull()
    for one in ids:
        scene.propose(one, f"new {one}")
    refused = {ids[0]: denial(alone=True), ids[1]: NotThere("It is gone.")}

    def judge(step: str, asked: tuple[str, ...]) -> None:
        if step == "write" and set(asked) & set(refused):
            raise PartRefused(refused if named else {"x/1": NotThere("Another.")})

    source.before = judge
    done = push(scene)
    if not named:
        assert (done.applied, done.failed) == (0, 3)
        return
    assert (done.applied, done.denied, done.conflicts) == (1, 1, 1)
    rows = scene.store.conn.execute(
        "SELECT image_id, status FROM push_items"
    ).fetchall()
    assert dict(rows) == dict(zip(ids, ("failed", "conflict", "applied"), strict=True))
