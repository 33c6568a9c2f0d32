"""A copy that Drupal made before a push, and stored after it, is not believed: not by a
pull, and not by what would be sent next."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from altsync import stale
from altsync.errors import AnswerLost, Interrupted, LoginFailed, SourceError
from altsync.models import Drift, PushStatus, SiteImage
from altsync.plan import Permissions
from altsync.pull import Pull, Pulled
from altsync.push import recover
from altsync.sources.base import Fresh
from altsync.sources.jsonapi import JsonapiSource
from altsync.stage import Context
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.model import Entity
from tests.scene import Scene
from tests.sources.jsonapi.world import FIELDS, source_of, state

ALL = Permissions(replace_human=True, allow_empty=True)
TEXT = '<p>Boats <img src="/sites/default/files/boats.jpg"> leave.</p>'


class Asked(JsonapiSource):
    """Counts what it is asked, or raises `error` instead."""

    asked = 0
    error: BaseException | None = None

    def is_stale(self, image: SiteImage, fresh: Fresh | None = None) -> bool:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return super().is_stale(image, fresh)


@pytest.fixture
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as made:
        made.clock.tick, made.clock.real = 5, True
        made.add_media("")
        made.translate(made.add_media("An old text."), "nl", "Oud.")
        made.add_article("Story", ["", "", None], "", body=TEXT)
        made.state.users["editor"].may |= {"use text format full_html"}
        yield made


@pytest.fixture
def loop(site: DemoDrupal, tmp_path: Path) -> Iterator[Scene]:
    source = source_of(
        site, label=None, languages=("en", "nl"), fields=FIELDS, texts=True
    )
    source.__class__ = Asked
    made = Scene(source, Store.open(tmp_path / "altsync.db", create=True))
    made.pull()
    yield made
    made.store.close()
    made.source.close()


def asked(loop: Scene) -> int:
    assert isinstance(loop.source, Asked)
    return loop.source.asked


def of(loop: Scene, entity: Entity, language: str = "en") -> list[str]:
    """The ids of its images."""
    found = loop.store.conn.execute(
        "SELECT id FROM images WHERE entity = ? AND language = ? ORDER BY id",
        (f"{entity.type}/{entity.uuid}", language),
    )
    return [row[0] for row in found]


def push(loop: Scene, ids: Sequence[str]) -> int:
    for number, image in enumerate(ids):
        loop.propose(image, f"A machine's text {number}.")
    done = loop.push(ALL)
    assert (done.applied, done.conflicts, done.failed) == (len(ids), 0, 0)
    return done.push_id


def overtaken(loop: Scene, site: DemoDrupal, kind: str, number: int) -> list[str]:
    """The images of an item that a push wrote, and that JSON:API shows as before."""
    entity = site.entity(kind, number)
    ids = of(loop, entity)
    with site.overtaken(entity):
        push(loop, ids)
    return ids


def rows(loop: Scene) -> list[Any]:
    """What the mirror holds of every image, and what was ever seen of it."""
    sql = "SELECT id, alt, origin, raw, gone_at, out_of_reach FROM images ORDER BY id"
    seen = "SELECT image_id, alt, origin FROM observations ORDER BY id"
    return [*loop.store.conn.execute(sql), *loop.store.conn.execute(seen)]


def pulled(loop: Scene, *, full: bool = True) -> tuple[Pulled, list[Drift]]:
    found: list[Drift] = []
    context = Context(loop.source, loop.store)
    return Pull(context, incremental=not full, drifted=found.append).run(), found


ITEMS = pytest.mark.parametrize(
    ("kind", "number", "images"), [("media--image", 1, 1), ("node--article", 1, 5)]
)


@ITEMS
@pytest.mark.parametrize("full", [True, False])
def test_a_pull_does_not_believe_it(
    loop: Scene, site: DemoDrupal, kind: str, number: int, images: int, *, full: bool
) -> None:
    ids = overtaken(loop, site, kind, number)
    assert len(ids) == images
    before = rows(loop)
    done, drift = pulled(loop, full=full)
    assert (drift, rows(loop)) == ([], before)
    assert (done.counts["changed"], done.counts["gone"]) == (0, 0)
    assert done.notes.count(stale.told(images)) == 1
    assert asked(loop) == 1, "one request for all images of an item"
    assert {loop.state(image) for image in ids} == {"ai"}

    site.rebuild_caches()
    done, drift = pulled(loop, full=full)
    assert (drift, [note for note in done.notes if "JSON:API" in note]) == ([], [])
    assert asked(loop) == 1


@ITEMS
def test_a_revert_does_not_take_it_for_done(
    loop: Scene, site: DemoDrupal, kind: str, number: int, images: int
) -> None:
    entity = site.entity(kind, number)
    before = site.everything()[entity.uuid][0]["en"]
    other = of(loop, site.entity("media--image", 2))
    push(loop, other)
    ids = overtaken(loop, site, kind, number)
    site.ledger.clear()
    done = loop.revert(*ids, *other)
    assert (done.applied, done.failed, done.conflicts) == (1, images, 0)
    assert not done.stopped, "each stands for itself, however many in a row"
    [only] = site.requests("PATCH")
    assert site.entity("media--image", 2).uuid in only.path
    why = "SELECT DISTINCT error FROM push_items WHERE status = ?"
    failed = loop.store.conn.execute(why, (PushStatus.FAILED,)).fetchall()
    assert [tuple(row) for row in failed] == [(stale.UNSENT,)]

    site.rebuild_caches()
    assert loop.revert(*ids).applied == images
    after = entity.translations["en"]
    assert after.attributes.get("body") == before.attributes.get("body")
    for field in site.state.types[kind].images:
        assert after.relationships[field] == before.relationships[field]


def test_what_is_proposed_next_fails_and_is_no_conflict(
    loop: Scene, site: DemoDrupal
) -> None:
    [image] = overtaken(loop, site, "media--image", 1)
    loop.propose(image, "A better text.")
    site.ledger.clear()
    done = loop.push(ALL)
    assert (done.applied, done.failed, done.conflicts) == (0, 1, 0)
    assert site.requests("PATCH") == []
    site.rebuild_caches()
    assert loop.push(ALL).applied == 1
    assert site.alt(site.entity("media--image", 1)) == "A better text."


@pytest.mark.parametrize("taken_back", [False, True])
def test_a_patch_that_was_killed_is_not_taken_for_undone(
    loop: Scene, site: DemoDrupal, *, taken_back: bool
) -> None:
    """It was done, and nobody heard: by the copy it would count as not done, and then
    as a text that stood there already, which nobody could take back."""
    entity = site.entity("media--image", 1)
    [image] = of(loop, entity)
    loop.propose(image, "A machine's text.")
    if taken_back:
        loop.push(ALL)
    with site.overtaken(entity), killed_after_the_patch(loop):
        loop.revert(image) if taken_back else loop.push(ALL)
    done = recover(loop.context)
    assert (done.settled, [one.image for one in done.left]) == (0, [image])

    site.rebuild_caches()
    done = recover(loop.context)
    assert (done.settled, done.arrived, done.left) == (1, {image}, [])
    if not taken_back:
        assert loop.revert(image).applied == 1
    assert site.alt(entity) == ""


@pytest.mark.parametrize("lost", [False, True])
def test_what_was_just_written_is_not_taken_for_undone(
    loop: Scene, site: DemoDrupal, monkeypatch: pytest.MonkeyPatch, *, lost: bool
) -> None:
    """The copy is made within the write itself: reading back meets it, whether the site
    answered that it was done, or nothing."""
    entity = site.entity("media--image", 1)
    [image] = of(loop, entity)
    loop.propose(image, "A machine's text.")
    write = loop.source.write

    def overtaken(*args: Any) -> Any:
        with site.overtaken(entity):
            shown = write(*args)
        if lost:
            raise AnswerLost("No answer.")
        return shown

    monkeypatch.setattr(loop.source, "write", overtaken)
    done = loop.push(ALL)
    assert (done.applied, done.failed, done.conflicts) == (0, 1, 0)
    status = "SELECT status FROM push_items ORDER BY id"
    assert [row[0] for row in loop.store.conn.execute(status)] == ["intended"]

    site.rebuild_caches()
    monkeypatch.undo()
    assert loop.push(ALL).recovered == 1
    assert loop.revert(image).applied == 1
    assert site.alt(entity) == ""


@contextlib.contextmanager
def killed_after_the_patch(loop: Scene) -> Iterator[None]:
    """What a SIGKILL before the answer leaves."""

    class Killed(BaseException):
        pass

    write = loop.source.write

    def once(*args: Any) -> Any:
        write(*args)
        raise Killed

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(loop.source, "write", once)
        yield


def test_somebody_who_put_the_old_text_back_is_believed(
    loop: Scene, site: DemoDrupal
) -> None:
    """Also where another translation of the item was saved later."""
    entity = site.entity("media--image", 2)
    [image] = of(loop, entity)
    push(loop, [image])
    site.edit(entity, alt="An old text.")
    site.edit(entity, language="nl", alt="Nieuw.")
    _, drift = pulled(loop)
    told = {one.image: (one.after, one.put_back) for one in drift}
    assert told[image] == ("An old text.", True)
    assert asked(loop) == 1


@pytest.mark.parametrize("error", [Interrupted("Stopped."), LoginFailed("Ended.")])
def test_who_is_stopped_while_asking_believes_nothing(
    loop: Scene, site: DemoDrupal, error: SourceError
) -> None:
    [image] = overtaken(loop, site, "media--image", 1)
    before = rows(loop)
    assert isinstance(loop.source, Asked)
    loop.source.error = error
    site.ledger.clear()
    if isinstance(error, Interrupted):
        _, drift = pulled(loop)
        assert drift == []
        loop.propose(image, "A better text.")
        done = loop.push(ALL)
        assert (done.applied, done.failed) == (0, 0)
        assert site.requests("PATCH", "/media/") == []
    else:
        with pytest.raises(LoginFailed):
            pulled(loop)
    assert rows(loop) == before


def test_a_source_that_cannot_tell_is_believed(
    loop: Scene, site: DemoDrupal, monkeypatch: pytest.MonkeyPatch
) -> None:
    [image] = overtaken(loop, site, "media--image", 1)
    monkeypatch.delattr(JsonapiSource, "is_stale")
    monkeypatch.delattr(Asked, "is_stale")
    assert loop.revert(image).failed == 0
    _, drift = pulled(loop)
    assert drift == []


def test_the_owner_reads_what_it_is_and_what_mends_it() -> None:
    assert stale.told(2) == (
        "2 images are shown by Drupal's JSON:API as they were before a push, though it has"
        " the new text: clear Drupal's caches (`drush cache:rebuild`), then pull again."
    )
    assert stale.told(1).startswith("1 image is shown by Drupal's JSON:API as it was ")
