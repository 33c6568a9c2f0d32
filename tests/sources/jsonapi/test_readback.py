"""A Drupal whose modules change or drop what is saved: its answer shows what it stored,
and the first 20 are read back all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync.demo.faults import WAYS
from altsync.models import Change
from altsync.planning import Plan, Request
from altsync.push import Push, Pushed
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal
from tests.scene import Scene
from tests.sources.jsonapi.world import source_of, state

TEXT = 'A café\'s "red" sign & two men, ' + "who wait below it with bicycles, " * 9


@pytest.fixture
def drupal() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as site:
        for _ in range(6):
            site.add_media("")
        site.add_article("Story", ["", "", ""], image="")
        yield site


@pytest.fixture
def loop(drupal: DemoDrupal, tmp_path: Path) -> Iterator[Scene]:
    store = Store.open(tmp_path / "altsync.db", create=True)
    made = Scene(source_of(drupal), store)
    made.pull()
    for (image,) in store.conn.execute("SELECT id FROM images").fetchall():
        made.propose(image, f"{image}: {TEXT}")
    yield made
    made.store.close()
    made.source.close()


def push(loop: Scene) -> Pushed:
    with Plan.of(loop.store, Request()) as plan:
        return Push(loop.context, plan, pauses=()).run()


def origins(loop: Scene) -> set[str | None]:
    return {row[0] for row in loop.store.conn.execute("SELECT origin FROM images")}


def test_an_entity_is_read_back_once_and_at_once(
    drupal: DemoDrupal, loop: Scene
) -> None:
    drupal.ledger.clear()
    assert push(loop).applied == 10
    patches = drupal.requests("PATCH")
    uuids = [patch.path.rpartition("/")[2] for patch in patches]
    assert len(set(uuids)) == len(uuids) == 7
    for uuid in uuids:
        reads = [
            seen for seen in drupal.requests("GET", uuid) if "/files/" not in seen.path
        ]
        assert len(reads) == 2, "before the PATCH, and after it"


def test_a_module_that_mangles_stops_the_push(drupal: DemoDrupal, loop: Scene) -> None:
    drupal.state.stores = lambda _old, new: new and WAYS["escape and cut"](new)
    done = push(loop)
    assert done.applied == done.mangled >= 3
    assert done.stopped.startswith("the site mangled ")
    loop.pull()
    assert origins(loop) == {"ai", None}
    number = done.push_id
    drupal.state.stores = None
    back = loop.revert(number)
    assert (back.applied, back.conflicts) == (done.applied, 0)
    assert origins(loop) == {None}
    again = loop.undo(back.push_id)
    assert all(isinstance(e, Change) and e.new and TEXT in e.new for e in again)


def test_a_module_that_drops_what_is_saved_is_found_out(
    drupal: DemoDrupal, loop: Scene
) -> None:
    drupal.state.stores = lambda old, _new: old
    done = push(loop)
    assert (done.applied, done.conflicts) == (0, 0)
    assert done.stopped.startswith("5 failures in a row; the last: The site answered")
    loop.pull()
    assert origins(loop) == {None}
    assert loop.state(loop.plan()[0].image) == "approved"  # type: ignore[union-attr]
