from __future__ import annotations

from typing import Any, cast

import pytest

from altsync.errors import (
    AnswerLost,
    ChangedMeanwhile,
    LoginFailed,
    NotThere,
    RateLimited,
    Rejected,
    SourceError,
)
from altsync.models import Flat, Label, SiteImage
from altsync.sources.base import Source, Unread
from altsync.sources.memory import MemorySource
from tests.sources.contract import Hiccup, SourceContract, World


def image(
    image_id: str, entity: str = "", alt: str | None = "", **fields: object
) -> SiteImage:
    album, _, name = image_id.rpartition("/")
    made = {"label": None, "has_label": True, **fields}
    return SiteImage(
        id=image_id,
        album=album,
        name=name,
        alt=alt,
        entity=entity,
        **made,  # type: ignore[arg-type]
    )


class MemoryWorld(World):
    nullable = True

    def __init__(self, *, answers: Any = "stored", **options: Any) -> None:
        self.site = MemorySource(**options)
        self.site.answers = answers
        self.source: Source = self.site
        self.attempts = 0
        for image_id, entity in (
            ("node-1/a", "node/1"),
            ("node-2/a", "node/2"),
            ("node-1/b", "node/1"),
        ):
            self.site.add(
                image(image_id, entity, caption="A caption"),
                pixels=b"pixels of " + image_id.encode(),
            )

    @property
    def ids(self) -> list[str]:
        return self.site.ids

    @property
    def siblings(self) -> list[str]:
        return ["node-1/a", "node-1/b"]

    def now(self, image_id: str) -> Flat:
        return self.site.now(image_id).flat()

    def edit(self, image_id: str, alt: str | None) -> None:
        self.site.edit(image_id, alt=alt)

    def remove(self, image_id: str) -> None:
        self.site.remove(image_id)

    def hide(self, image_id: str) -> None:
        self.site.hidden.add(image_id)

    def show(self, image_id: str) -> None:
        self.site.hidden.discard(image_id)

    def writes(self) -> int:
        return self.site.counts["write"] + self.attempts

    def lose_answer(self, *, applied: bool) -> None:
        def lost(step: str, _ids: tuple[str, ...]) -> None:
            if step == "write":
                self.attempts += not applied
                self.site.before = self.site.after = None
                raise AnswerLost("The answer did not arrive.")

        if applied:
            self.site.after = lost
        else:
            self.site.before = lost

    def hiccup(self, kind: Hiccup) -> None:
        pytest.skip("no network")

    def lie(self) -> None:
        self.site.lies = True

    def mangle(self) -> None:
        self.site.stores = lambda text: text[:255]

    def busy(self) -> None:
        self._always(RateLimited("The site is busy."))

    def refuse_login(self) -> None:
        self._always(LoginFailed("The site refused the login."))

    def _always(self, error: SourceError) -> None:
        def fail(_step: str, _ids: tuple[str, ...]) -> None:
            raise error

        self.site.before = fail


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"whole": True},
        {"guarded": True},
        {"answers": "echo"},
        {"answers": "nothing"},
    ],
    ids=str,
)
class TestMemory(SourceContract):
    @pytest.fixture
    def world(self, options: dict[str, bool]) -> World:
        return MemoryWorld(**options)


def test_a_whole_listing_carries_the_images() -> None:
    site = MemorySource([image("a/b", alt="x")], whole=True)
    assert list(site.listing()) == [site.now("a/b")]
    assert site.counts == {"list": 1}


def test_a_note_or_unread_images_are_told() -> None:
    site = MemorySource([image("a/b")])
    lost = Unread("a/c", SourceError("No."))
    site.unread.append(lost)
    walk = site.listing()
    assert list(walk) == ["a/b", lost]
    assert walk.complete
    site.notes.append("Half of it.")
    walk = site.listing()
    assert list(walk)
    assert not walk.complete
    assert list(walk.notes) == ["Half of it."]


def test_a_stale_cache_fools_read_and_not_fresh() -> None:
    site = MemorySource([image("a/b", alt="old")])
    site.stale = True
    site.read("a/b")
    site.edit("a/b", alt="new")
    assert site.read("a/b").alt == "old"
    assert site.fresh([site.now("a/b")]).flats["a/b"]["alt"] == "new"


def test_a_guarded_site_refuses_a_write_after_somebody_saved_the_entity() -> None:
    for guarded in (True, False):
        site = MemorySource([image("a/b", "e"), image("a/c", "e")], guarded=guarded)
        fresh = site.fresh([site.now("a/b")])
        site.edit("a/c", alt="a person's")
        new = cast("Flat", {**fresh.flats["a/b"], "alt": "new"})
        if guarded:
            with pytest.raises(ChangedMeanwhile):
                site.write(fresh, {"a/b": new}, "")
        else:
            site.write(fresh, {"a/b": new}, "")
        assert site.now("a/b").alt == ("" if guarded else "new")
        assert site.now("a/c").alt == "a person's"


def test_what_was_written_is_kept_in_order() -> None:
    site = MemorySource([image("a/b")])
    fresh = site.fresh([site.now("a/b")])
    site.write(fresh, {"a/b": {**fresh.flats["a/b"], "alt": "x", "label": "ai"}}, "")
    assert site.written == [("a/b", {"alt": "x", "label": "ai"})]
    assert site.now("a/b").label is Label.AI


def test_a_site_without_the_label_refuses_it() -> None:
    site = MemorySource([image("a/b", has_label=False)])
    fresh = site.fresh([site.now("a/b")])
    with pytest.raises(Rejected):
        site.write(fresh, {"a/b": {"alt": "x", "label": "ai"}}, "")
    assert site.written == []


def test_images_of_two_entities_cannot_be_read_as_one() -> None:
    site = MemorySource([image("a/b"), image("a/c")])
    with pytest.raises(ValueError, match="one entity"):
        site.fresh([site.now("a/b"), site.now("a/c")])


def test_what_fresh_did_not_find_is_not_written() -> None:
    site = MemorySource([image("a/b")])
    gone = site.now("a/b")
    site.remove("a/b")
    with pytest.raises(NotThere):
        site.write(site.fresh([gone]), {"a/b": {"alt": "x"}}, "")
    assert site.counts["write"] == 0


def test_no_picture() -> None:
    site = MemorySource([image("a/b")])
    with pytest.raises(NotThere):
        site.pixels(site.now("a/b"))
