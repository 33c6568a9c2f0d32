"""What every source promises (`altsync.sources.base`), as one test class; a subclass
gives it a `world`."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pytest

from altsync.errors import (
    AnswerLost,
    ChangedMeanwhile,
    Hidden,
    LoginFailed,
    NotThere,
    PictureError,
    RateLimited,
    SourceError,
)
from altsync.models import Flat, SiteImage
from altsync.pull import Pull
from altsync.sources.base import Fresh, Note, Source, Unread
from altsync.stage import Context
from altsync.store import mirror, worklist
from altsync.store.store import Store
from altsync.store.worklist import Worklist

TEXTS = [
    "",
    " ",
    "  kept  as it is \n",
    "e\u0301 is not é",
    "\u00a0\u200b",
    "<b>\"&amp;'</b>",
    "🦊 \\u0041",
    "x" * 2000,
]


Hiccup = Literal["502", "reset", "cut"]
"""A gateway's error, a connection that is reset, a body that breaks off."""


class World(ABC):
    """A source, and the site behind it, which the tests may change and break."""

    source: Source
    secret: str | None = None
    """A credential that no error text may hold."""
    has_label = True
    knows_removed = True
    """The listing is the site's own, so it loses an image that is removed."""
    nullable = False
    """The site can hold NULL as alt."""

    @property
    @abstractmethod
    def ids(self) -> list[str]:
        """Two images at least; the first two of different entities."""

    @property
    def siblings(self) -> list[str]:
        """Images that share one entity; one alone where the site has no such thing."""
        return self.ids[:1]

    @abstractmethod
    def now(self, image_id: str) -> Flat:
        """The truth, past every cache."""

    @abstractmethod
    def edit(self, image_id: str, alt: str | None) -> None:
        """A person changes the alt."""

    @abstractmethod
    def remove(self, image_id: str) -> None:
        """A person deletes the image."""

    @abstractmethod
    def hide(self, image_id: str) -> None:
        """The login may not see the image any more; it is there."""

    @abstractmethod
    def show(self, image_id: str) -> None:
        """It may see it again."""

    @abstractmethod
    def writes(self) -> int:
        """How many writes arrived at the site so far, done or not."""

    @abstractmethod
    def lose_answer(self, *, applied: bool) -> None:
        """The next write is done or not, and its answer does not arrive."""

    @abstractmethod
    def hiccup(self, kind: Hiccup) -> None:
        """The next read goes wrong, and the same again goes well."""

    @abstractmethod
    def lie(self) -> None:
        """From now on a write is answered as if it were done, and nothing is stored."""

    @abstractmethod
    def mangle(self) -> None:
        """From now on the site stores the first 255 characters of an alt."""

    @abstractmethod
    def busy(self) -> None:
        """From now on every request but the listing's is put off."""

    @abstractmethod
    def refuse_login(self) -> None:
        """From now on the credentials are wrong."""


def written(
    world: World, fresh: Fresh, new: Mapping[str, Flat], message: str = ""
) -> dict[str, Flat]:
    """What is known of the images after a write: what its answer shows, else what the
    site has then."""
    shown = world.source.write(fresh, new, message)
    unseen = [image_id for image_id in new if image_id not in shown]
    images = [world.source.read(image_id) for image_id in unseen]
    return {**shown, **world.source.stored(images)}


class SourceContract:
    """Subclass it as `Test...` and override `world`."""

    @pytest.fixture
    def world(self) -> World | Iterator[World]:
        """A good site with its source, made anew for each test."""
        raise NotImplementedError

    @pytest.fixture
    def image(self, world: World) -> SiteImage:
        return world.source.read(world.ids[0])

    def test_the_listing_names_every_image_and_knows_that_it_is_complete(
        self, world: World
    ) -> None:
        walk = world.source.listing()
        known_before = walk.complete
        found = [_id(item) for item in walk]
        assert not known_before
        assert set(found) == set(world.ids)
        assert walk.complete
        assert not list(walk.notes)

    def test_ids_are_album_and_name(self, world: World) -> None:
        for image_id in world.ids:
            image = world.source.read(image_id)
            assert image.id == image_id == f"{image.album}/{image.name}"
            assert image.entity
            assert image.has_label == world.has_label

    def test_a_removed_image_leaves_the_listing(self, world: World) -> None:
        gone = world.ids[0]
        world.remove(gone)
        found = {_id(item) for item in world.source.listing()}
        assert (gone in found) == (not world.knows_removed)

    def test_read_gives_what_the_site_has(self, world: World) -> None:
        for image_id in world.ids:
            assert world.source.read(image_id).flat() == world.now(image_id)

    @pytest.mark.parametrize("text", TEXTS)
    def test_texts_are_exact_both_ways(
        self, world: World, image: SiteImage, text: str
    ) -> None:
        world.edit(image.id, text)
        assert world.source.read(image.id).alt == text
        fresh = world.source.fresh([image])
        sent = text + "."
        new: dict[str, Flat] = {image.id: {**fresh.flats[image.id], "alt": sent}}
        confirmed = written(world, fresh, new)
        assert confirmed[image.id]["alt"] == sent
        assert world.now(image.id)["alt"] == sent

    def test_null_is_not_empty(self, world: World, image: SiteImage) -> None:
        if not world.nullable:
            pytest.skip("this site holds no NULL")
        world.edit(image.id, None)
        assert world.source.read(image.id).alt is None
        assert world.source.fresh([image]).flats[image.id]["alt"] is None

    def test_what_is_not_there_is_said(self, world: World, image: SiteImage) -> None:
        world.remove(image.id)
        with pytest.raises(NotThere):
            world.source.read(image.id)
        assert dict(world.source.fresh([image]).flats) == {}

    def test_writing_what_is_gone_is_refused(
        self, world: World, image: SiteImage
    ) -> None:
        fresh = world.source.fresh([image])
        world.remove(image.id)
        # A guarded site may say it the other way: saved by somebody since it was read.
        with pytest.raises((NotThere, ChangedMeanwhile)):
            world.source.write(
                fresh, {image.id: {**fresh.flats[image.id], "alt": "new"}}, ""
            )

    def test_fresh_sees_a_persons_edit(self, world: World, image: SiteImage) -> None:
        world.edit(image.id, "a person's")
        assert world.source.fresh([image]).flats[image.id]["alt"] == "a person's"

    def test_a_write_changes_only_what_differs(
        self, world: World, image: SiteImage
    ) -> None:
        others = {
            image_id: world.now(image_id)
            for image_id in world.ids
            if image_id != image.id
        }
        fresh = world.source.fresh([image])
        before = fresh.flats[image.id]
        new: dict[str, Flat] = {image.id: {**before, "alt": "new"}}
        confirmed = written(world, fresh, new, "because")
        assert confirmed == {image.id: {**before, "alt": "new"}}
        assert world.now(image.id) == {**before, "alt": "new"}
        assert {image_id: world.now(image_id) for image_id in others} == others
        assert world.writes() == 1

    def test_the_label_goes_with_the_text(self, world: World, image: SiteImage) -> None:
        fresh = world.source.fresh([image])
        before = fresh.flats[image.id]
        if not world.has_label:
            assert "label" not in before
            return
        for label in ("ai", "human", "ai"):
            fresh = world.source.fresh([image])
            new: Flat = {**before, "alt": f"by {label}", "label": label}
            assert written(world, fresh, {image.id: new})[image.id] == new
            assert world.now(image.id) == new
            assert world.source.read(image.id).label == label

    def test_the_same_again_sends_nothing(self, world: World, image: SiteImage) -> None:
        fresh = world.source.fresh([image])
        flat = fresh.flats[image.id]
        assert world.source.write(fresh, {image.id: {**flat}}, "") == {image.id: flat}
        assert world.writes() == 0

    def test_images_of_one_entity_are_read_and_written_together(
        self, world: World
    ) -> None:
        images = [world.source.read(image_id) for image_id in world.siblings]
        assert len({image.entity for image in images}) == 1
        fresh = world.source.fresh(images)
        assert set(fresh.flats) == set(world.siblings)
        new: dict[str, Flat] = {
            i: {**flat, "alt": f"new {n}"}
            for n, (i, flat) in enumerate(fresh.flats.items())
        }
        assert written(world, fresh, new) == new
        assert {image_id: world.now(image_id) for image_id in world.siblings} == new
        assert world.writes() == 1

    def test_some_of_an_entity_can_be_written(self, world: World) -> None:
        images = [world.source.read(image_id) for image_id in world.siblings]
        fresh = world.source.fresh(images)
        last = world.siblings[-1]
        world.source.write(fresh, {last: {**fresh.flats[last], "alt": "only this"}}, "")
        for image_id in world.siblings:
            assert world.now(image_id)["alt"] == (
                "only this" if image_id == last else fresh.flats[image_id]["alt"]
            )

    @pytest.mark.parametrize("applied", [True, False])
    def test_a_lost_answer_is_said_and_never_sent_again(
        self, world: World, image: SiteImage, applied: bool
    ) -> None:
        fresh = world.source.fresh([image])
        before = world.now(image.id)
        world.lose_answer(applied=applied)
        with pytest.raises(AnswerLost) as error:
            world.source.write(
                fresh, {image.id: {**fresh.flats[image.id], "alt": "new"}}, ""
            )
        assert world.writes() == 1
        assert world.now(image.id) == ({**before, "alt": "new"} if applied else before)
        assert world.source.fresh([image]).flats[image.id] == world.now(image.id)
        self.keeps_secret(world, error.value)

    @pytest.mark.parametrize("hiccup", ["502", "reset", "cut"])
    def test_a_hiccup_is_asked_again(
        self, world: World, image: SiteImage, hiccup: Hiccup
    ) -> None:
        steps: list[Callable[[], object]] = [
            world.source.check,
            lambda: world.source.read(image.id),
            lambda: world.source.fresh([image]),
            lambda: world.source.pixels(image),
        ]
        for step in steps:
            world.hiccup(hiccup)
            step()

    def test_stored_is_what_the_site_has_whatever_it_answered(
        self, world: World, image: SiteImage
    ) -> None:
        fresh = world.source.fresh([image])
        before = fresh.flats[image.id]
        new: dict[str, Flat] = {image.id: {**before, "alt": "new"}}
        world.lie()
        shown: Mapping[str, Flat] = {}
        with contextlib.suppress(AnswerLost):
            shown = world.source.write(fresh, new, "")
        assert shown.get(image.id) in (None, new[image.id], before)
        assert world.now(image.id) == before
        assert world.source.stored([image]) == {image.id: before}
        assert world.writes() == 1

    def test_what_an_answer_shows_is_what_was_sent_or_what_is_stored(
        self, world: World, image: SiteImage
    ) -> None:
        fresh = world.source.fresh([image])
        before = fresh.flats[image.id]
        sent = "word " * 70 + "end"
        world.mangle()
        shown: Mapping[str, Flat] = {}
        with contextlib.suppress(AnswerLost):
            shown = world.source.write(fresh, {image.id: {**before, "alt": sent}}, "")
        now = world.now(image.id)
        assert now["alt"] == sent[:255]
        assert image.id not in shown or shown[image.id]["alt"] in (sent, now["alt"])
        assert world.source.stored([image]) == {image.id: now}

    def test_stored_leaves_out_what_is_not_there(
        self, world: World, image: SiteImage
    ) -> None:
        world.remove(image.id)
        assert dict(world.source.stored([image])) == {}

    def test_what_is_hidden_is_said_and_is_not_what_is_not_there(
        self, world: World, image: SiteImage
    ) -> None:
        world.hide(image.id)
        for ask in (world.source.stored, world.source.fresh):
            with pytest.raises(Hidden) as error:
                ask([image])
            assert not error.value.stops_run
            self.keeps_secret(world, error.value)
        world.show(image.id)
        assert set(world.source.stored([image])) == {image.id}

    def test_a_pull_tells_gone_from_hidden(self, world: World, tmp_path: Path) -> None:
        """And what was hidden and is seen again is in reach again."""
        gone, hidden = world.ids[:2]

        def state(image_id: str) -> str:
            with store.read() as conn:
                (known,) = mirror.named(conn, [image_id])
            return str(known.state)

        with Store.open(tmp_path / "contract.db", create=True) as store:
            store.claim("https://example.org", world.source.kind)
            pull = Pull(Context(world.source, store, threads=2), allow_shrink=True)
            pull.run()
            before = state(hidden)
            world.hide(hidden)
            world.remove(gone)
            done = pull.run()
            assert state(hidden) == "hidden"
            assert done.counts["hidden"] >= 1
            if world.knows_removed:
                assert state(gone) == "gone"
            with store.read() as conn:
                waits = [one.image.id for one in worklist.select(conn, Worklist())]
            assert hidden not in waits
            world.show(hidden)
            pull.run()
            assert state(hidden) == before

    def test_a_busy_site_did_nothing(self, world: World, image: SiteImage) -> None:
        fresh = world.source.fresh([image])
        before = world.now(image.id)
        world.busy()
        for step in self.steps(world, image, fresh):
            with pytest.raises(RateLimited) as error:
                step()
            self.keeps_secret(world, error.value)
        assert world.now(image.id) == before

    def test_a_wrong_login_stops_the_run(self, world: World, image: SiteImage) -> None:
        fresh = world.source.fresh([image])
        world.refuse_login()
        for step in [*self.steps(world, image, fresh), world.source.check]:
            with pytest.raises(LoginFailed) as error:
                step()
            assert error.value.stops_run
            self.keeps_secret(world, error.value)

    def test_check_passes_on_a_good_site(self, world: World) -> None:
        world.source.check()

    def test_probe_speaks_in_sentences(self, world: World) -> None:
        notes = world.source.probe()
        assert notes
        for note in notes:
            assert isinstance(note, Note)
            assert note.ok, note.sentence
            assert note.sentence.endswith(".")
            if world.secret:
                assert world.secret not in note.sentence

    def test_probe_tells_a_wrong_login_without_raising(self, world: World) -> None:
        world.refuse_login()
        assert not all(note.ok for note in world.source.probe())

    def test_pixels_are_bytes_within_a_bound(
        self, world: World, image: SiteImage
    ) -> None:
        data = world.source.pixels(image)
        assert len(data) > 10
        assert world.source.pixels(image, max_bytes=len(data)) == data
        with pytest.raises(PictureError) as error:
            world.source.pixels(image, max_bytes=len(data) - 1)
        assert error.value.kind == "too big"

    def test_a_file_is_known_again_without_fetching_it(
        self, world: World, image: SiteImage
    ) -> None:
        file = world.source.file(image)
        assert file.data == world.source.pixels(image)
        assert file.facts.same_as(world.source.facts(image))

    def test_many_threads(self, world: World) -> None:
        wanted = world.ids * 8
        with ThreadPoolExecutor(8) as pool:
            got = list(pool.map(lambda image_id: world.source.read(image_id), wanted))
        assert [image.id for image in got] == wanted
        assert all(image.flat() == world.now(image.id) for image in got)

    def keeps_secret(self, world: World, error: SourceError) -> None:
        """No credential, and more than a word."""
        assert str(error).endswith(".")
        if world.secret:
            assert (
                world.secret
                not in f"{error!s} {error!r} {error.__cause__!r} {error.args!r}"
            )

    def steps(
        self, world: World, image: SiteImage, fresh: Fresh
    ) -> list[Callable[[], object]]:
        """Reading, reading fresh and back, writing."""
        new: dict[str, Flat] = {image.id: {**fresh.flats[image.id], "alt": "new"}}
        return [
            lambda: world.source.read(image.id),
            lambda: world.source.fresh([image]),
            lambda: world.source.stored([image]),
            lambda: world.source.write(fresh, new, ""),
        ]


def _id(item: str | SiteImage | Unread) -> str:
    return item if isinstance(item, str) else item.id
