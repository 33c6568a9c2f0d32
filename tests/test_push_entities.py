"""One entity is never touched by two workers at once, in whatever order a plan has its
images; and each batch of it rests on a fresh read of its own."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altsync.errors import Rejected
from altsync.models import Change, Entry, Flat, SiteImage
from altsync.planning import Plan
from altsync.push import Push, Pushed
from altsync.sources.base import Fresh
from altsync.sources.memory import MemoryFresh, MemorySource
from altsync.stage import Context
from altsync.store.store import Store
from tests.lengths import LENGTH
from tests.scene import URL, Scene, image


class Watched(MemorySource):
    """A site that notes when one of its entities, or the page of a paragraph, is read or
    written while another worker is at it."""

    def __init__(self, images: list[SiteImage]) -> None:
        super().__init__(images, guarded=True)
        self.clashes: list[str] = []
        self.slow = ""
        """The entity whose answers take their time."""
        self._at_it: dict[str, int] = {}
        self._watch = threading.Lock()

    def fresh(self, images: Sequence[SiteImage]) -> MemoryFresh:
        with self._alone(images[0].id):
            return super().fresh(images)

    def write(
        self, fresh: Fresh, new: Mapping[str, Flat], message: str
    ) -> Mapping[str, Flat]:
        with self._alone(next(iter(new))):
            return super().write(fresh, new, message)

    @contextmanager
    def _alone(self, image_id: str) -> Iterator[None]:
        image, me = self.now(image_id), threading.get_ident()
        entity = json.loads(image.raw).get("page") or image.entity
        with self._watch:
            if self._at_it.setdefault(entity, me) != me:
                self.clashes.append(entity)
        if entity == self.slow:
            time.sleep(0.1)
        try:
            yield
        finally:
            with self._watch:
                self._at_it.pop(entity, None)


def approved(directory: Path, site: MemorySource) -> Scene:
    """All of the site's images with a text that is approved."""
    scene = Scene(site, Store.open(directory / "altsync.db", create=True))
    scene.pull()
    for image_id in site.ids:
        scene.propose(image_id, f"A text for {image_id}.")
    return scene


def push(scene: Scene, entries: Sequence[Entry], threads: int) -> Pushed:
    context = Context(scene.source, scene.store, threads=threads)
    return Push(context, Plan.made(URL, entries)).run()


def test_an_entity_that_comes_again_waits_for_itself(tmp_path: Path) -> None:
    """As it was: a and c share an entity, b stands between them; a second worker took c
    while the first had a."""
    a, c = image("n/a", "", entity="node/1"), image("n/c", "", entity="node/1")
    site = Watched([a, image("n/b", ""), c])
    scene = approved(tmp_path, site)
    site.slow = "node/1"
    of = {entry.image: entry for entry in scene.plan() if isinstance(entry, Change)}
    site.counts.clear()
    done = push(scene, [of["n/a"], of["n/b"], of["n/c"]], threads=3)
    assert (done.applied, site.clashes) == (3, [])
    assert (site.counts["fresh"], site.counts["write"]) == (3, 3), (
        "each batch of the entity is read afresh"
    )
    scene.store.close()


def test_what_shares_an_entity_is_sent_together_though_its_ids_stand_apart(
    tmp_path: Path,
) -> None:
    """The store gives the plan's rows grouped, and those of a revert too: one request
    an entity and language."""
    site = Watched(
        [
            image("n/1", "", entity="z"),
            image("n/2", "", entity="y", language="nl"),
            image("n/3", "", entity="z"),
            image("n/4", "", entity="y", language="en"),
            image("n/5", "", entity="y", language="nl"),
        ]
    )
    scene = approved(tmp_path, site)
    for entries in (scene.plan, partial(scene.undo, 1)):
        site.counts.clear()
        assert push(scene, entries(), threads=2).applied == 5
        assert (site.counts["fresh"], site.counts["write"]) == (3, 3)
    scene.store.close()


def test_a_paragraph_waits_for_its_page(tmp_path: Path) -> None:
    """A save of the page saves its paragraphs once more: what is written to one
    meanwhile could be put back."""
    raw = json.dumps({"page": "node--page/1"})
    site = Watched(
        [
            image("n/1", "", entity="node--page/1"),
            image("n/2", ""),
            image("n/3", "", entity="paragraph--text/7", raw=raw),
        ]
    )
    scene = approved(tmp_path, site)
    site.slow = "node--page/1"
    assert push(scene, list(scene.plan()), threads=3).applied == 3
    assert site.clashes == []
    scene.store.close()


SLOTS = [
    image(f"e{entity}/{slot}-{language}", "", entity=f"e{entity}", language=language)
    for entity in range(3)
    for slot in range(2)
    for language in ("en", "nl")
]


@pytest.mark.slow
@given(
    st.permutations(range(len(SLOTS))),
    st.integers(min_value=2, max_value=5),
    st.sampled_from(["", "e0"]),
)
@settings(max_examples=6 * LENGTH)
def test_in_any_order_all_is_sent_and_no_two_workers_meet(
    order: list[int], threads: int, slow: str
) -> None:
    with tempfile.TemporaryDirectory() as name:
        site = Watched(SLOTS)
        scene = approved(Path(name), site)
        entries = scene.plan()
        site.slow = slow
        done = push(scene, [entries[n] for n in order], threads)
        assert site.clashes == []
        assert (done.applied, done.failed, done.conflicts) == (len(SLOTS), 0, 0)
        assert {site.now(i).alt for i in site.ids} == {
            f"A text for {i}." for i in site.ids
        }
        assert not scene.plan()
        scene.store.close()


def test_the_next_batch_of_an_entity_is_decided_on_what_it_reads_itself(
    tmp_path: Path,
) -> None:
    a, c = image("n/a", "", entity="e"), image("n/c", "", entity="e")
    site = Watched([a, image("n/b", ""), c])
    scene = approved(tmp_path, site)
    of: dict[str, Any] = {e.image: e for e in scene.plan() if isinstance(e, Change)}

    def meddle(step: str, ids: tuple[str, ...]) -> None:
        if ids == ("n/a",):
            site.edit("n/c", alt="A person's.")

    site.after = meddle
    done = push(scene, [of["n/a"], of["n/b"], of["n/c"]], threads=2)
    assert (done.applied, done.conflicts) == (2, 1)
    assert site.now("n/c").alt == "A person's."
    scene.store.close()


@pytest.mark.parametrize("threads", [1, 4])
def test_a_failure_of_one_batch_lets_the_next_of_its_entity_be_sent(
    tmp_path: Path, threads: int
) -> None:
    site = Watched(
        [image("n/a", "", entity="e"), image("n/b", ""), image("n/c", "", entity="e")]
    )
    scene = approved(tmp_path, site)
    of: dict[str, Any] = {e.image: e for e in scene.plan() if isinstance(e, Change)}

    def refuse(step: str, ids: tuple[str, ...]) -> None:
        if step == "write" and ids == ("n/a",):
            raise Rejected("No.", status=422)

    site.before = refuse
    done = push(scene, [of["n/a"], of["n/b"], of["n/c"]], threads)
    assert (done.applied, done.failed) == (2, 1)
    assert site.now("n/c").alt == "A text for n/c."
    scene.store.close()
