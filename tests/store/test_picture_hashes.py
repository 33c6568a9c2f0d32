"""Hashes of the mirror's pictures."""

from __future__ import annotations

from altsync.models import OutOfReach, Tag
from altsync.store import picture_hashes
from altsync.store.picture_hashes import PictureOf
from tests.scene import image
from tests.store.conftest import Shelf


def test_hashes_are_kept_by_name(two: Shelf) -> None:
    with two.store.write() as tx:
        picture_hashes.keep(tx, [("a" * 64, "ff"), ("b" * 64, "")])
        picture_hashes.keep(tx, [("a" * 64, "0f")])
    with two.store.read() as conn:
        found = [picture_hashes.known(conn, one * 64) for one in "abc"]
        assert not picture_hashes.of_pages(conn)
    assert found == ["0f", "", None]
    with two.store.write() as tx:
        picture_hashes.keep(tx, [("https://x.test/a.jpg", "")])
        assert picture_hashes.of_pages(tx)


def test_the_pictures_of_what_visitors_may_get(shelf: Shelf) -> None:
    shelf.pull(image("a/gone"))
    shelf.pull(
        image("a/1", image_url="https://x.test/1.jpg"),
        image("a/2"),
        image("a/3", out_of_reach=OutOfReach.HIDDEN),
        image("t/1", tag=Tag.IMG),
        image("t/2", tag=Tag.MEDIA),
    )
    shelf.propose("a/2", "Text.", image_sha256="c" * 64)
    with shelf.store.read() as conn:
        assert list(picture_hashes.of_images(conn)) == [
            PictureOf("a/1", "https://x.test/1.jpg", None),
            PictureOf("a/2", None, "c" * 64),
            PictureOf("t/1", None, None, in_text=True),
        ]
