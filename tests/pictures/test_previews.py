"""Pictures of images that no model has seen: kept by name, one bad file stops nothing,
a dead site ends it."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from altsync.errors import Challenged, Interrupted, Rejected, Unreachable
from altsync.models import NewCandidate, Origin, Tag
from altsync.pictures.cache import Cache, name_in, preview
from altsync.pictures.previews import HOPELESS, Previewed, Previews
from altsync.report import Quiet
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates
from altsync.store.store import Store
from tests.scene import Scene, image


def photo(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(out, "JPEG")
    return out.getvalue()


@dataclass
class Shelf:
    """A site, its mirror and its pictures."""

    site: MemorySource
    store: Store
    cache: Cache
    report: Quiet = field(default_factory=Quiet)

    def mirror(self) -> None:
        Scene(self.site, self.store).pull(allow_shrink=True)

    def run(self, stop: threading.Event | None = None) -> Previewed:
        context = Context(
            self.site, self.store, self.report, 2, stop or threading.Event()
        )
        return Previews(context, self.cache, 240).run()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        yield Shelf(MemorySource(), store, Cache(tmp_path / "pictures"))


def test_each_is_kept_small_under_its_name_and_a_broken_one_is_counted(
    shelf: Shelf,
) -> None:
    shelf.site.add(image("a/one", image_url="https://x.test/1"), photo())
    shelf.site.add(image("a/bad"), b"no picture")
    shelf.mirror()
    done = shelf.run()
    assert (done.made, sum(done.failed.values()), done.stopped) == (1, 1, "")
    kept = shelf.cache.path(preview("a/one", "https://x.test/1"), 240)
    with Image.open(kept) as shown:
        assert shown.size == (240, 160)
    assert shelf.cache.find(preview("a/bad", None)) is None


def test_a_file_that_a_model_saw_is_kept_under_the_hash_of_what_came(
    shelf: Shelf,
) -> None:
    """The site may have another file there by now: the old hash would be a lie."""
    shelf.site.add(image("a/seen"), photo("navy"))
    shelf.mirror()
    before = hashlib.sha256(photo("teal")).hexdigest()
    with shelf.store.write() as tx:
        candidates.add(
            tx,
            NewCandidate(
                image_id="a/seen",
                base="",
                alt="A field of teal.",
                origin=Origin.AI,
                image_sha256=before,
            ),
        )
    assert shelf.run().made == 1
    assert shelf.cache.find(before) is None
    assert shelf.cache.find(hashlib.sha256(photo("navy")).hexdigest())


def test_one_file_in_many_texts_is_fetched_once(shelf: Shelf) -> None:
    asked: list[str] = []
    shelf.site.before = lambda step, ids: asked.extend(ids if step == "pixels" else ())
    url = "https://x.test/1"
    shelf.site.add(image("a/field", image_url=url), photo())
    for number in range(3):
        one = image(f"t/{number}", None, image_url=url, tag=Tag.MEDIA)
        shelf.site.add(one, photo())
    shelf.mirror()
    assert shelf.run().made == 2
    assert sorted(asked) == ["a/field", "t/0"]
    with shelf.store.read() as conn:
        names = {name_in(conn, f"t/{number}") for number in range(3)}
    assert [shelf.cache.find(name) is not None for name in names] == [True]


def test_what_is_there_is_not_fetched_again_and_what_is_gone_is_not_fetched(
    shelf: Shelf,
) -> None:
    asked: list[str] = []

    def note(step: str, ids: tuple[str, ...]) -> None:
        if step == "pixels":
            asked.extend(ids)

    for number in range(4):
        shelf.site.add(image(f"a/{number}"), photo())
    shelf.mirror()
    shelf.site.remove("a/3")
    shelf.mirror()
    shelf.site.before = note
    assert shelf.run().made == 3
    assert sorted(asked) == ["a/0", "a/1", "a/2"]
    assert shelf.run() == Previewed()
    assert len(asked) == 3


def test_a_site_that_answers_nothing_is_not_asked_for_every_image(
    shelf: Shelf,
) -> None:
    asked: list[str] = []

    def dead(step: str, ids: tuple[str, ...]) -> None:
        if step == "pixels":
            asked.extend(ids)
            raise Unreachable("The site does not answer.")

    for number in range(200):
        shelf.site.add(image(f"a/{number}"), photo())
    shelf.mirror()
    shelf.site.before = dead
    done = shelf.run()
    assert done.stopped == "The site does not answer."
    assert HOPELESS <= len(asked) < 2 * HOPELESS
    assert done.failed == {"The site does not answer.": len(asked)}


def test_what_stops_everything_stops_at_once(shelf: Shelf) -> None:
    asked: list[str] = []

    def challenged(step: str, ids: tuple[str, ...]) -> None:
        if step == "pixels":
            asked.extend(ids)
            raise Challenged("A firewall answered.")

    for number in range(60):
        shelf.site.add(image(f"a/{number}"), photo())
    shelf.mirror()
    shelf.site.before = challenged
    assert shelf.run().stopped == "A firewall answered."
    assert len(asked) < HOPELESS


def test_files_that_are_no_pictures_stop_nothing(shelf: Shelf) -> None:
    for number in range(HOPELESS + 5):
        shelf.site.add(image(f"a/{number:02}"), b"no picture")
    shelf.site.add(image("b/1"), photo())
    shelf.site.add(image("b/2"), photo("olive"))
    shelf.mirror()
    broken = set(shelf.site.ids) - {"b/1", "b/2"}

    def unreachable_once(step: str, ids: tuple[str, ...]) -> None:
        if step == "pixels" and ids == ("b/1",):
            raise Rejected("Not this one.")

    shelf.site.before = unreachable_once
    done = shelf.run()
    assert (done.made, done.stopped) == (1, "")
    assert sum(done.failed.values()) == len(broken) + 1


def test_failures_of_the_site_that_are_not_in_a_row_stop_nothing(shelf: Shelf) -> None:
    def every_other(step: str, ids: tuple[str, ...]) -> None:
        if step == "pixels" and int(ids[0][2:]) % 2:
            raise Rejected("Not this one.")

    for number in range(4 * HOPELESS):
        shelf.site.add(image(f"a/{number:03}"), photo())
    shelf.mirror()
    shelf.site.before = every_other
    done = shelf.run()
    assert (done.made, done.failed["Not this one."]) == (2 * HOPELESS, 2 * HOPELESS)
    assert done.stopped == ""


def test_a_fault_of_altsync_is_not_the_pictures(shelf: Shelf) -> None:
    def wrong(step: str, ids: tuple[str, ...]) -> None:
        if step == "pixels":
            raise ZeroDivisionError

    shelf.site.add(image("a/one"), photo())
    shelf.mirror()
    shelf.site.before = wrong
    with pytest.raises(ZeroDivisionError):
        shelf.run()


def test_stop_keeps_what_arrived(shelf: Shelf) -> None:
    stop = threading.Event()

    def halt(step: str, ids: tuple[str, ...]) -> None:
        if step == "pixels" and ids == ("a/10",):
            stop.set()

    for number in range(10, 40):
        shelf.site.add(image(f"a/{number}"), photo())
    shelf.mirror()
    shelf.site.before = halt
    with pytest.raises(Interrupted, match="of 30 pictures; they are kept") as stopped:
        shelf.run(stop)
    kept = len(list(shelf.cache.directory.rglob("*.jpg")))
    assert 1 <= kept < 10
    assert str(stopped.value).startswith(f"Stopped after {kept} of")
    shelf.site.before = None
    assert shelf.run().made == 30 - kept
