"""Which picture an address means, and which pages use an image."""

from __future__ import annotations

import pytest

from altsync.models import Match, PictureKind, Region, Use
from altsync.store import usages
from altsync.store.usages import picture_key
from tests.scene import image
from tests.store.conftest import Shelf


@pytest.mark.parametrize(
    "url",
    [
        "https://x.org/files/trip/pass.jpg",
        "/sites/default/files/styles/large/public/trip/pass.jpg?itok=abc",
        "https://cdn/x/trip/pass-1280w.jpg",
        "trip/pass-1280w.jpg.webp",
        "/trip/PASS_800x600.PNG",
        "/trip/pass@2x.jpg",
        "/a/trip/pass-scaled-300x200.jpeg",
        "/trip/p%61ss.jpg",
    ],
)
def test_every_derivative_is_the_same_picture(url: str) -> None:
    assert picture_key(url) == "trip/pass"


def test_other_pictures_are_others() -> None:
    assert picture_key("/trip/pass-2.jpg") == "trip/pass-2"
    assert picture_key("/other/pass.jpg") != "trip/pass"
    assert picture_key("") is None
    assert picture_key(None) is None


def test_images_are_found_by_the_addresses_of_their_pictures(shelf: Shelf) -> None:
    shelf.pull(
        image("trip/pass.jpg", image_url="https://x.test/files/7.jpg"),
        image("trip/lake", image_url="https://x.test/files/trip/pass-640w.jpg"),
        image("a/gone", image_url="https://x.test/files/7.jpg"),
        image("a/none"),
    )
    shelf.pull(
        image("trip/pass.jpg", image_url="https://x.test/files/7.jpg"),
        image("trip/lake", image_url="https://x.test/files/trip/pass-640w.jpg"),
        image("a/none"),
    )
    for _ in range(2):  # it may be asked for again
        usages.index(shelf.store.conn)

    def found(url: str) -> list[str]:
        return sorted(usages.images_of(shelf.store.conn, url))

    assert found("/styles/large/public/files/7.jpg.webp") == ["trip/pass.jpg"]
    assert found("https://cdn.test/trip/pass.png") == ["trip/lake", "trip/pass.jpg"]
    assert found("https://cdn.test/other/pass.png") == []
    assert found("") == []


def test_a_page_that_is_read_again_replaces_what_was_known_of_it(two: Shelf) -> None:
    def save(page: str, sha256: str, *found: tuple[str, Use]) -> None:
        with two.store.write() as tx:
            usages.save_page(tx, page, sha256, found)

    first = Use("/b", "B", "before", "after")
    save("/b", "one", ("a/1", first), ("a/2", Use("/b", "B")))
    save("/a", "other", ("a/1", Use("/a", "", "", "after a")))
    with two.store.read() as conn:
        assert usages.of(conn, "a/1") == [Use("/a", "", "", "after a"), first]
        assert usages.of(conn, "a/2") == [Use("/b", "B")]
        assert usages.known_page(conn, "/b") == "one"
        assert usages.known_page(conn, "/c") is None
    save("/b", "two", ("a/2", Use("/b", "New")))
    with two.store.read() as conn:
        assert usages.of(conn, "a/1") == [Use("/a", "", "", "after a")]
        assert usages.of(conn, "a/2") == [Use("/b", "New")]
        assert usages.known_page(conn, "/b") == "two"


def test_what_a_page_does_not_say_is_empty(two: Shelf) -> None:
    with two.store.write() as tx:
        tx.execute(
            "INSERT INTO usages (image_id, page_url, place, region, to_file, button,"
            " hidden, match, pulled_at)"
            " VALUES ('a/1', '/', 1, 'main', 0, 0, 0, 'path', '')"
        )
    with two.store.read() as conn:
        assert usages.of(conn, "a/1") == [Use("/", place=1)]


def test_at_most_five_pages_are_shown_else_the_sources_own(shelf: Shelf) -> None:
    own = image("a/1", page_url="/own", page_title="Own", page_text="beside")
    shelf.pull(own, image("a/2"), image("a/3", page_url="/bare"))

    def shown(image_id: str) -> list[Use]:
        with shelf.store.read() as conn:
            return usages.shown_on(conn, image_id)

    assert shown("a/1") == [Use("/own", "Own", "beside", match=Match.PAGE)]
    assert shown("a/2") == []
    assert shown("a/3") == [Use("/bare", match=Match.PAGE)]
    with shelf.store.write() as tx:
        for number in range(7):
            page = f"/{number}"
            usages.save_page(tx, page, "x", [("a/1", Use(page, "Read"))])
    assert [use.page_url for use in shown("a/1")] == ["/0", "/1", "/2", "/3", "/4"]
    with shelf.store.read() as conn:
        assert len(usages.of(conn, "a/1")) == 7
        assert usages.spread(conn, "a/1") == (7, 7)
        assert usages.spread(conn, "a/2") == (0, 0)
    again = [("a/1", Use("/0", place=1)), ("a/1", Use("/0", place=2))]
    with shelf.store.write() as tx:
        usages.save_page(tx, "/0", "y", again)
        assert usages.spread(tx, "a/1") == (8, 7)


def test_what_a_page_says_of_a_picture_is_kept_to_the_last_field(two: Shelf) -> None:
    said = Use(
        "/a",
        "A",
        "words before",
        "words after",
        place=3,
        kind=PictureKind.INPUT,
        language="de",
        region=Region.NAV,
        heading="Heading",
        caption="Caption",
        link="https://site.example/there",
        link_text="There",
        labelled=True,
        link_title="Go there",
        to_file=True,
        button=True,
        hidden=True,
        width=320,
        height=200,
        alt="",
        same="There",
        match=Match.UUID,
    )
    bare = Use("/a", place=1)
    with two.store.write() as tx:
        usages.save_page(tx, "/a", "x", [("a/1", said), ("a/1", bare)])
        assert usages.of(tx, "a/1") == [bare, said]
