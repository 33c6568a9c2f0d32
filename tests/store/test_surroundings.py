"""The texts of the pictures beside an image."""

from __future__ import annotations

from dataclasses import replace

from altsync.models import OutOfReach, PageContent, PageFile, Region, SiteImage, Use
from altsync.store import surroundings, usages
from tests.store.conftest import Shelf


def beside(shelf: Shelf, image: str) -> list[str]:
    with shelf.store.read() as conn:
        return surroundings.beside(conn, image)


def image(name: str, alt: str | None, entity: str = "", album: str = "a") -> SiteImage:
    return SiteImage(f"{album}/{name}", album, name, alt, entity=entity)


def test_an_album_is_a_series(shelf: Shelf) -> None:
    others = [image(str(number), f"Alt {number}") for number in range(1, 8)]
    foreign = [image("5", "Not in it", album="a0"), image("5", "Nor this", album="A")]
    foreign.append(image("0", "Nor this", album="a/4"))
    shelf.pull(*others, *foreign)
    assert beside(shelf, "a/4") == ["Alt 3", "Alt 2", "Alt 5", "Alt 6"]
    assert beside(shelf, "a/1") == ["Alt 2", "Alt 3"]
    assert beside(shelf, "A/5") == []


def test_what_a_person_approved_goes_before_what_the_site_shows(shelf: Shelf) -> None:
    shelf.pull(
        image("1", ""), image("2", ""), image("3", "Published"), image("4", None)
    )
    shelf.judge(shelf.propose("a/1", "Approved."))
    shelf.propose("a/4", "Nobody has read this.", base=None)
    assert beside(shelf, "a/2") == ["Approved.", "Published"]


def test_what_is_gone_or_hidden_says_nothing(shelf: Shelf) -> None:
    hidden = replace(image("3", "Hidden"), out_of_reach=OutOfReach.HIDDEN)
    shelf.pull(image("1", "Gone"), image("2", ""), hidden, image("4", "There"))
    shelf.pull(image("2", ""), hidden, image("4", "There"))
    assert beside(shelf, "a/2") == ["There"]


def test_where_images_belong_to_entities_these_are_the_series(shelf: Shelf) -> None:
    """Drupal's album is a field of a kind of content: no series."""
    shelf.pull(
        image("x.1", "One", "node/x"),
        image("x.2", "", "node/x"),
        image("x.3", " ", "node/x"),
        image("y.1", "Another page's", "node/y"),
    )
    assert beside(shelf, "a/x.2") == ["One"]
    assert beside(shelf, "a/y.1") == []


def test_a_gallery_on_a_page_goes_before_the_album(shelf: Shelf) -> None:
    shelf.pull(*[image(str(number), f"Alt {number}") for number in range(1, 7)])
    places = {"a/1": 4, "a/6": 5, "a/2": 6, "a/3": 8}
    uses = [
        (name, Use("/p", place=place, region=Region.GALLERY))
        for name, place in places.items()
    ]
    main = ("a/5", Use("/p", place=7, region=Region.MAIN))
    with shelf.store.write() as tx:
        usages.save_page(
            tx, PageFile("/p", b""), PageContent("/p"), "x", found=[*uses, main]
        )
    assert beside(shelf, "a/6") == ["Alt 1", "Alt 2"]
    assert beside(shelf, "a/5") == ["Alt 4", "Alt 3", "Alt 6"]
