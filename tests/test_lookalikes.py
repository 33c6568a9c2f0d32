"""Pictures of pages, found by what they show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync.lookalikes import LookAlikes
from altsync.models import Match, PageContent, PictureKind, Placed, Use
from altsync.pictures.cache import Cache, preview
from altsync.pictures.prepare import whole
from altsync.store import picture_hashes
from altsync.store.store import Store
from altsync.uses.matching import Matcher
from tests.pictures.test_alike import PHOTOS
from tests.scene import image
from tests.store.conftest import Shelf

SITE = "https://example.org"
CAT = (PHOTOS / "at-home/chelsea.jpg").read_bytes()
PAGE = PageContent(f"{SITE}/page", language="en")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        store.claim(SITE, "memory")
        Shelf(store).pull(
            image("cats/en", alt="Cat", language="en"),
            image("cats/de", alt="Katze", language="de"),
            image("cats/none"),
        )
        cache = Cache.beside(store.path)
        for name in ("cats/en", "cats/de"):
            cache.keep(preview(name, None), 768, whole(CAT, 768))
        yield store


class Site:
    """Answers with pictures, and remembers what was asked for."""

    def __init__(self, **pictures: bytes) -> None:
        self.pictures = pictures
        self.asked: list[str] = []

    def get(self, url: str, most: int) -> bytes | None:
        self.asked.append(url)
        return self.pictures.get(url.rpartition("/")[2])


def test_a_picture_that_no_address_matches_is_found_by_its_look(store: Store) -> None:
    site = Site(cat=CAT, text=b"<html>")
    own = f"{SITE}/assets/cat"
    with store.snapshot() as conn:
        alike = LookAlikes(store, Cache.beside(store.path), Matcher(conn), site.get)
        assert alike.lacking == 1

        def found(
            address: str, uuid: str = "", kind: PictureKind = PictureKind.IMG
        ) -> list[tuple[str, Match]]:
            placed = Placed(Use(PAGE.url), kind, (address,), uuid)
            return alike.images(placed, PAGE)

        assert found(own) == [("cats/en", Match.BYTES)]
        assert found(own) == [("cats/en", Match.BYTES)]
        assert found(f"{SITE}/assets/text") == []
        assert found(f"{SITE}/assets/gone") == []
        assert len(site.asked) == 3  # each once
        assert found("https://elsewhere.net/cat") == []
        assert found("images/cat") == []
        assert found(own, uuid="1") == []
        assert found(own, kind=PictureKind.CSS) == []
        assert len(site.asked) == 3

        alike = LookAlikes(store, Cache.beside(store.path), Matcher(conn), None)
        assert found(own) == [("cats/en", Match.BYTES)]
        assert found(f"{SITE}/assets/text") == []
        assert found(f"{SITE}/assets/never") == []
        assert len(site.asked) == 3


def test_what_a_secret_address_shows_is_not_kept(store: Store) -> None:
    site = Site(**{"cat?token=abc": CAT})
    cache = Cache.beside(store.path)
    placed = Placed(Use(PAGE.url), PictureKind.IMG, (f"{SITE}/cat?token=abc",))
    with store.snapshot() as conn:
        matcher = Matcher(conn)
        alike = LookAlikes(store, cache, matcher, site.get)
        assert alike.images(placed, PAGE) == [("cats/en", Match.BYTES)]
        assert not picture_hashes.of_pages(store.conn)
        known = LookAlikes(store, cache, matcher, None)
        assert known.images(placed, PAGE) == []
