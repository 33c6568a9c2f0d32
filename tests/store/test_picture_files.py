"""Which images a file fills."""

from __future__ import annotations

from altsync.models import OutOfReach, SiteImage, Tag, Use
from altsync.store import page_runs, picture_files
from altsync.store.picture_files import NOWHERE, FileSlot, Sighting
from tests.scene import image, keep_use
from tests.store.conftest import Shelf

FILES = "https://x.test/sites/default/files"


def test_images_are_found_by_what_fills_them(shelf: Shelf) -> None:
    lost = image("trip/lost", image_url=f"{FILES}/a.jpg")
    shelf.pull(lost)
    styled = f"{FILES}/styles/w/public/a.jpg?itok=T"
    shelf.pull(
        image("trip/1", image_url=f"{FILES}/a.jpg", entity="media--image/u-1"),
        image("trip/2", "Words.", image_url=styled, page_url="/p", language="nl"),
        image("trip/3", image_url="/home/me/photos/3.jpg"),
        image("trip/4"),
        image("trip/5", image_url=styled, out_of_reach=OutOfReach.UNUSED),
    )
    path = "/sites/default/files/a.jpg"
    first = FileSlot("trip/1", path, "u-1", None, None, "", entity="media--image/u-1")
    second = FileSlot("trip/2", path, "", "/p", "nl", "Words.", entity="trip/2")
    third = FileSlot("trip/3", "", "", None, None, "", entity="trip/3")
    with shelf.store.snapshot() as conn:
        for _ in range(2):  # it may be asked for again
            picture_files.index(conn)
        assert picture_files.of_path(conn, path, NOWHERE) == [first, second]
        assert picture_files.of_path(conn, "", NOWHERE) == []
        assert picture_files.of_name(conn, "/sites/default/files/a", NOWHERE) == [
            first,
            second,
        ]
        assert picture_files.of_tail(conn, "/trip/3") == [third]
        assert picture_files.of_uuid(conn, "u-1", NOWHERE) == [first]
        assert picture_files.of_image(conn, "trip/2") == [second]
        assert picture_files.of_image(conn, "trip/5") == []
    assert [slot.item for slot in (first, second)] == ["u-1", "trip/2"]


def in_text(node: int, key: str, alt: str | None, **more: object) -> SiteImage:
    known: dict[str, object] = {
        "tag": Tag.IMG,
        "page_url": f"https://x.test/{node}",
        "entity": f"node--page/{node}",
        "image_url": f"{FILES}/a.jpg",
    }
    return image(f"node--page.body/{node}.en.{key}", alt, **known | more)


def test_of_the_images_in_texts_those_of_the_page_come_first(shelf: Shelf) -> None:
    field = image("f/1", "Field.", image_url=f"{FILES}/a.jpg", page_url=f"{FILES}/1")
    here, there = in_text(1, "img-6f2c", "Here."), in_text(2, "img-6f2c", "There.")
    embed = in_text(
        2, "media-9b1c", None, tag=Tag.MEDIA, medium="media--i/9b1c", image_url=None
    )
    address = "https://away.test/a b.jpg?x=1"
    away = in_text(3, "src-0a1b", "", image_url=address, page_url=None)
    shelf.pull(field, here, there, embed, away)
    path = "/sites/default/files/a.jpg"

    def found(
        page: str, alt: str | None, by: str = "path", key: str = path
    ) -> list[str]:
        with shelf.store.snapshot() as conn:
            picture_files.index(conn)
            of = getattr(picture_files, f"of_{by}")
            return [slot.image for slot in of(conn, key, Sighting(page, alt))]

    one, two = "https://x.test/1", "https://y.test/2/"
    assert found(one, "Here.") == ["f/1", here.id]
    assert found(one, "There.") == ["f/1", here.id, there.id]
    assert found(two, "Field.") == ["f/1", there.id]
    assert found(two, "") == ["f/1", there.id]
    assert found(one, "Here.", "uuid", "6f2c") == [here.id]
    assert found("https://x.test/9", "x", "uuid", "6f2c") == [here.id, there.id]
    assert found(one, None, "uuid", "9b1c") == [embed.id]
    assert found(one, "x", "address", "https://away.test/a%20b.jpg?x=1") == [away.id]
    assert found("https://x.test", "x", "uuid", "6f2c") == [here.id, there.id]
    with shelf.store.snapshot() as conn:
        picture_files.index(conn)
        assert picture_files.of_address(conn, "", NOWHERE) == []
        assert sorted(picture_files.hosts(conn)) == [
            "https://example.org",
            f"{FILES}/a.jpg",
        ]


def test_an_id_of_json_api_ends_no_path(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        tx.execute("UPDATE site SET source = 'jsonapi'")
    shelf.pull(image("media--image.field/1.en.1"))
    with shelf.store.snapshot() as conn:
        picture_files.index(conn)
        assert picture_files.of_tail(conn, "/media--image.field/1.en.1") == []


def test_hosts_of_the_site_and_of_its_pictures(shelf: Shelf) -> None:
    urls = ["https://a.test/1.jpg", "https://a.test/2.jpg", "http://b.test", "/c.jpg"]
    images = [image(f"a/{n}", image_url=url) for n, url in enumerate(urls)]
    shelf.pull(*images, image("a/none"))
    with shelf.store.read() as conn:
        assert sorted(picture_files.hosts(conn)) == [
            "http://b.test",
            "https://a.test/1.jpg",
            "https://example.org",
        ]


def test_pages_of_which_the_mirror_says_another_thing_by_now(shelf: Shelf) -> None:
    def known(name: str, file: str) -> SiteImage:
        return image(f"trip/{name}", image_url=f"{FILES}/{file}.jpg")

    def outdated() -> set[str]:
        with shelf.store.snapshot() as conn:
            picture_files.index(conn)
            return picture_files.outdated_pages(conn)

    first, other = known("1", "a"), known("2", "b")
    shelf.pull(first, other)
    with shelf.store.write() as tx:
        run, _ = page_runs.begin(tx, "pages", "")
        keep_use(tx, "trip/1", Use("/a", place=1), run)
        keep_use(tx, "trip/2", Use("/b", place=1), run)
    assert outdated() == set()
    shelf.pull(first, other, known("3", "a"))
    assert outdated() == {"/a"}
    shelf.pull(first, known("3", "a"))
    assert outdated() == {"/a", "/b"}
