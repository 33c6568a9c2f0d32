"""Which images show one picture."""

from __future__ import annotations

from dataclasses import replace

from altsync.models import OutOfReach, SiteImage, Use
from altsync.store import shared
from tests.in_texts import ALONE, EVERY, FERRY, FILE, LIBRARY, MEDIUM, PLAIN, TWICE
from tests.scene import image, keep_use
from tests.store.conftest import Shelf

OURS = [one.id for one in EVERY if one.file == FILE]


def several(shelf: Shelf) -> list[list[str]]:
    with shelf.store.read() as conn:
        return list(shared.several(conn))


def images_of(shelf: Shelf, one: SiteImage) -> list[str]:
    with shelf.store.read() as conn:
        return shared.images_of(conn, one.id)


def test_what_shares_a_file_is_one_picture(shelf: Shelf) -> None:
    shelf.pull(*EVERY)
    assert several(shelf) == [sorted(OURS)]
    assert images_of(shelf, TWICE) == [TWICE.id, *sorted(set(OURS) - {TWICE.id})]
    assert images_of(shelf, ALONE) == [ALONE.id]


def test_an_img_without_a_uuid_is_found_by_the_address_of_the_file(
    shelf: Shelf,
) -> None:
    bare = replace(TWICE, id="node--page.body/12.en.src-1", file=None)
    shelf.pull(MEDIUM, bare)
    assert several(shelf) == [[MEDIUM.id, bare.id]]
    assert images_of(shelf, bare) == [bare.id, MEDIUM.id]
    assert images_of(shelf, MEDIUM) == [MEDIUM.id, bare.id]


def test_without_files_one_address_is_one_picture(shelf: Shelf) -> None:
    two = [image(f"a/{n}", None, image_url=FERRY) for n in (1, 2)]
    shelf.pull(*two, image("a/3", None), image("a/4", None))
    assert several(shelf) == [["a/1", "a/2"]]
    assert images_of(shelf, two[1]) == ["a/2", "a/1"]


def test_translations_are_no_further_places(shelf: Shelf) -> None:
    shelf.pull(
        *(
            image(f"a/1.{language}", None, language=language, file=FILE)
            for language in ("en", "nl")
        )
    )
    assert several(shelf) == []


def test_one_image_at_two_places_of_pages_is_one_of_them(shelf: Shelf) -> None:
    shelf.pull(image("a/1", None, image_url=FERRY))
    with shelf.store.write() as tx:
        keep_use(tx, "a/1", Use("/one", place=1))
    assert several(shelf) == []
    with shelf.store.write() as tx:
        keep_use(tx, "a/1", Use("/two", place=1))
    assert several(shelf) == [["a/1"]]


def test_what_visitors_do_not_get_here_counts_for_nothing(shelf: Shelf) -> None:
    hidden = replace(PLAIN, out_of_reach=OutOfReach.UNUSED)
    shelf.pull(MEDIUM, hidden)
    assert several(shelf) == []
    with shelf.store.read() as conn:
        assert shared.followers(conn, LIBRARY) == 0
        assert [one.image.id for one in shared.of_file(conn, FILE, 9)] == [MEDIUM.id]


def test_the_embeds_of_a_medium_that_show_its_text(shelf: Shelf) -> None:
    shelf.pull(*EVERY)
    with shelf.store.read() as conn:
        assert shared.followers(conn, LIBRARY) == 2
        assert shared.followers(conn, "media--image/other") == 0
        first = shared.of_file(conn, FILE, 2)
    assert [one.image.id for one in first] == sorted(OURS)[:2]
