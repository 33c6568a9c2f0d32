"""What a complete walk did not name is asked for, one by one; only what is not there is
gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.absent import FAILED, THERE
from altsync.errors import ConfigError, Interrupted, LoginFailed, Unreachable, Unsafe
from altsync.models import Drift, DriftKind, OutOfReach, SiteImage
from altsync.pull import Pull, Pulled
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store.store import Store
from tests.scene import image


class Shy(MemorySource):
    """Its listing leaves out what `unlisted` names, though it is on the site."""

    inventory = False

    def __init__(self, images: list[SiteImage]) -> None:
        super().__init__(images)
        self.unlisted: set[str] = set()

    def listing(self, since: str | None = None) -> Any:
        listing: Any = super().listing(since)
        listing.inventory = self.inventory
        items = listing._items
        listing._items = [item for item in items if item not in self.unlisted]
        return listing


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "altsync.db", create=True) as opened:
        opened.claim("https://example.org", "memory")
        yield opened


def site_of(number: int) -> Shy:
    return Shy([image(f"a/{n:03}", f"Text {n}.") for n in range(number)])


def pull(
    site: Shy, store: Store, *, allow_shrink: bool = False, **how: Any
) -> tuple[Pulled, list[Drift]]:
    drift: list[Drift] = []
    context = Context(site, store, **{"threads": 1, **how})
    done = Pull(context, allow_shrink=allow_shrink, drifted=drift.append).run()
    return done, drift


def states(store: Store) -> dict[str, str]:
    with store.read() as conn:
        found = conn.execute("SELECT image_id, state FROM image_states")
        return {image: state for image, state in found if state != "human"}


def test_gone_is_what_the_site_does_not_have_any_more(store: Store) -> None:
    site = site_of(40)
    site.add(image("b/1", "Text."))
    pull(site, store)
    site.remove("a/001")
    site.hidden.add("a/002")
    site.unlisted.add("a/003")
    site.left_out.add("b")
    done, drift = pull(site, store)
    assert done.complete
    assert states(store) == {"a/001": "gone", "a/002": "hidden", "b/1": "left-out"}
    assert {(one.image, one.kind) for one in drift} == {
        ("a/001", DriftKind.GONE),
        ("a/002", DriftKind.HIDDEN),
    }
    assert (done.counts["gone"], done.counts["hidden"]) == (1, 1)
    assert done.notes == [
        "1 image that the site did not list: on the site all the same, so they stay."
    ]
    assert site.counts["stored"] == 3, "b/1 was not asked for"
    site.hidden.clear()
    site.left_out.clear()
    site.remove("b/1")
    site.add(image("b/2"))
    _, drift = pull(site, store)
    assert states(store) == {"a/001": "gone", "b/1": "gone", "b/2": "missing"}
    assert {(one.image, one.kind) for one in drift} == {
        ("a/002", DriftKind.RETURNED),
        ("b/1", DriftKind.GONE),
        ("b/2", DriftKind.NEW),
    }


def test_what_may_not_be_written_anyway_keeps_its_reason(store: Store) -> None:
    """Named again, a block of one page would be free until a pull looks at it."""
    site = site_of(30)
    for why in (OutOfReach.INLINE, OutOfReach.UNUSED, OutOfReach.READ_ONLY):
        site.add(image(f"b/{why}", "Text.", out_of_reach=why))
    site.add(image("b/hidden", "Text."))
    pull(site, store)
    site.hidden.add("b/hidden")
    pull(site, store)
    site.left_out.add("b")
    asked = site.counts["stored"]
    done, _ = pull(site, store)
    kept = {"b/inline": "inline", "b/unused": "unused"}
    left_out = dict.fromkeys(("b/read-only", "b/hidden"), "left-out")
    assert states(store) == kept | left_out
    assert (done.notes, site.counts["stored"]) == ([], asked)
    site.left_out.clear()
    site.notes.append("a partial walk")
    site.unlisted = {"b/inline", "b/unused"}
    pull(site, store)
    assert {name: states(store)[name] for name in kept} == kept


def test_what_is_left_out_is_marked_by_a_pull_of_what_changed_too(store: Store) -> None:
    site = site_of(3)
    site.add(image("b/1", "Text."))
    site.add(image("b/2", "Text.", language="nl"))
    pull(site, store)
    site.left_out.add("b")
    site.notes.append("a partial walk")
    done, _ = pull(site, store)
    assert not done.complete
    assert states(store) == {"b/1": "left-out", "b/2": "left-out"}
    site.left_out.clear()
    pull(site, store)
    assert states(store) == {}


def test_what_cannot_be_asked_for_stays(store: Store) -> None:
    site = site_of(60)
    pull(site, store)
    site.unlisted = {f"a/{n:03}" for n in range(20)}
    asked = []

    def broken(step: str, ids: tuple[str, ...]) -> None:
        if step == "stored":
            asked.append(ids)
            raise Unreachable("It did not answer.")

    site.before = broken
    done, _ = pull(site, store)
    assert states(store) == {}
    assert done.notes == [
        "20 images that the site did not list: not asked for, so they stay until the"
        " next pull. It did not answer."
    ]
    assert FAILED <= len(asked) <= FAILED + 2


def test_a_listing_that_names_half_of_what_is_there_is_not_asked_after_for_ever(
    store: Store,
) -> None:
    site = site_of(2 * THERE + 50)
    pull(site, store)
    site.unlisted = {f"a/{n:03}" for n in range(2 * THERE)}
    done, _ = pull(site, store)
    assert states(store) == {}
    assert site.counts["stored"] <= THERE + 2
    assert done.notes == [
        f"{THERE} images that the site did not list: on the site all the same, so they"
        " stay.",
        f"{THERE} images that the site did not list: not asked for, so they stay until the"
        " next pull. Too many others were there for this listing to be whole.",
    ]


def test_what_the_configuration_is_in_the_way_of_stays(store: Store) -> None:
    """A language whose address is not there any more, such as."""
    site = site_of(30)
    pull(site, store)
    site.remove("a/001")
    site.remove("a/002")

    def misconfigured(step: str, ids: tuple[str, ...]) -> None:
        if step == "stored" and "a/001" in ids:
            raise ConfigError("The site does not answer in `xx`.")

    site.before = misconfigured
    done, _ = pull(site, store)
    assert states(store) == {"a/002": "gone"}
    assert "does not answer in `xx`" in done.notes[0]


def test_a_wrong_login_ends_the_asking_and_nothing_is_gone(store: Store) -> None:
    site = site_of(30)
    pull(site, store)
    site.remove("a/001")
    site.hidden.add("a/002")

    def refuse(step: str, _ids: tuple[str, ...]) -> None:
        if step == "check":
            raise LoginFailed("The login has ended.")

    site.before = refuse
    with pytest.raises(LoginFailed):
        pull(site, store)
    assert states(store) == {}, "a login that has ended hides what is there"


def test_an_owner_who_stops_it_loses_nothing(store: Store) -> None:
    site = site_of(30)
    pull(site, store)
    site.remove("a/001")
    stop = threading.Event()

    def stopping(step: str, _ids: tuple[str, ...]) -> None:
        if step == "stored":
            stop.set()

    site.before = stopping
    with pytest.raises(Interrupted, match="nothing was marked gone"):
        pull(site, store, stop=stop)
    assert states(store) == {}


def test_a_great_loss_is_asked_after_only_as_far_as_it_is_believed(
    store: Store,
) -> None:
    site = site_of(100)
    pull(site, store)
    for n in range(50):
        site.remove(f"a/{n:03}")
    with pytest.raises(Unsafe, match=r"At least 11 of the 100 .*--allow-shrink"):
        pull(site, store)
    assert site.counts["stored"] < 15
    assert states(store) == {}
    done, _ = pull(site, store, allow_shrink=True)
    assert done.counts["gone"] == 50


def test_many_that_are_hidden_are_no_loss(store: Store) -> None:
    site = site_of(20)
    pull(site, store)
    site.hidden = {f"a/{n:03}" for n in range(15)}
    done, _ = pull(site, store)
    assert (done.counts["hidden"], done.counts["gone"]) == (15, 0)
    again, drift = pull(site, store)
    assert (again.counts["hidden"], drift) == (0, []), "told once"


def test_what_the_owners_inventory_does_not_name_is_left_out(store: Store) -> None:
    site = site_of(40)
    site.inventory = True
    pull(site, store)
    site.unlisted = {"a/001", "a/002"}
    site.remove("a/003")
    done, _ = pull(site, store)
    assert states(store) == {
        "a/001": "left-out",
        "a/002": "left-out",
        "a/003": "gone",
    }
    assert done.notes == []
    asked = site.counts["stored"]
    pull(site, store)
    assert site.counts["stored"] == asked, "and is not asked for again"
    site.unlisted = {f"a/{n:03}" for n in range(10, 20)}
    with pytest.raises(Unsafe, match="no longer listed"):
        pull(site, store)
    done, _ = pull(site, store, allow_shrink=True)
    assert sorted(states(store).values()).count("left-out") == 10, "two are named again"


def test_an_image_that_is_named_and_hidden_is_no_failure(store: Store) -> None:
    """An inventory names it, and the site shows it no more."""
    site = site_of(3)
    pull(site, store)
    site.hidden.add("a/001")
    items = [*site.ids]

    class Naming(Shy):
        def listing(self, since: str | None = None) -> Any:
            listing: Any = super().listing(since)
            listing._items = items
            return listing

    site.__class__ = Naming
    done, _ = pull(site, store)
    assert (done.counts["hidden"], done.counts["failed"]) == (1, 0)
    assert states(store) == {"a/001": "hidden"}
