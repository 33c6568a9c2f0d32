"""Which images of the mirror a picture of a page is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from altsync.models import (
    Match,
    OutOfReach,
    PageContent,
    PageFile,
    PictureKind,
    Placed,
    SiteImage,
    Use,
)
from altsync.store import usages
from altsync.store.store import Store
from altsync.uses.matching import Matcher
from tests.scene import image
from tests.store.conftest import Shelf

SITE = "https://example.org"
FILES = f"{SITE}/sites/default/files"
PAGE = f"{SITE}/page"
STYLED = f"{FILES}/styles/wide/public"

Find = Callable[..., list[tuple[str, Match]]]
Matched = list[tuple[str, Match]]


def slot(image_id: str, file: str, **fields: object) -> SiteImage:
    """An image with the address of its picture."""
    return image(image_id, image_url=f"{FILES}/{file}", **fields)  # type: ignore[arg-type]


@pytest.fixture
def find(tmp_path: Path) -> Iterator[Find]:
    """Mirrors images, and says which of them a picture is."""
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        store.claim(SITE, "memory")
        shelf = Shelf(store)

        def find(
            images: list[SiteImage], *addresses: str, uuid: str = "", **use: object
        ) -> Matched:
            shelf.pull(*images)
            url = str(use.pop("page", PAGE))
            beside = use.pop("beside", ())
            placed = Placed(Use(url, **use), PictureKind.IMG, addresses, uuid)  # type: ignore[arg-type]
            page = PageContent(url, language="en", pictures=(placed, *beside))  # type: ignore[misc]
            with store.snapshot() as conn:
                return Matcher(conn).images(placed, page)

        yield find


def of(
    find: Find, images: list[SiteImage], *addresses: str, **more: object
) -> list[str]:
    """Only the images."""
    return [one for one, _ in find(images, *addresses, **more)]


@pytest.mark.parametrize(
    "address",
    [
        f"{FILES}/trip/pass.jpg",
        f"{STYLED}/trip/pass.jpg.webp?itok=T",
        "/sites/default/files/trip/pass.jpg?w=300",
        "https://cdn.example.org/sites/default/files/trip/pass.jpg",
        "https://static-2.example.org/sites/default/files/trip/pass.jpg",
        "//www.example.org:8443/sites/default/files/trip/pass.jpg",
        "https://abc.cloudfront.net/sites/default/files/trip/pass.jpg",
    ],
)
def test_a_picture_is_the_image_that_its_file_fills(find: Find, address: str) -> None:
    images = [slot("a/1", "trip/pass.jpg"), slot("a/2", "trip/pass-1.jpg")]
    assert find(images, address) == [("a/1", Match.PATH)]


@pytest.mark.parametrize(
    "address",
    [
        f"{FILES}/other/pass.jpg",
        f"{FILES}/trip/pass-2.jpg",
        f"{FILES}/pass.jpg",
        f"{SITE}/themes/trip/pass.jpg",
        "https://elsewhere.net/sites/default/files/trip/pass.jpg",
        "https://department.example.org/sites/default/files/trip/pass.jpg",
        "https://cdn.elsewhere.net/sites/default/files/trip/pass.jpg",
        "https://mywp.com/sites/default/files/trip/pass.jpg",
        "https://cdn.org/sites/default/files/trip/pass.jpg",
        "data:image/gif;base64,R0lGOD",
        "",
    ],
)
def test_another_picture_is_no_image(find: Find, address: str) -> None:
    images = [slot("a/1", "trip/pass.jpg"), slot("a/2", "trip/pass-1.jpg")]
    assert find(images, address) == []


def test_of_several_addresses_the_one_that_fits_wholly_counts(find: Find) -> None:
    images = [slot("a/1", "trip/pass.jpg"), slot("a/2", "trip/lake.jpg")]
    addresses = ("/themes/spin.gif", "/x/sites/default/files/trip/lake.jpg")
    assert find(images, *addresses) == []
    assert find(images, f"{FILES}/trip/lake-300x200.jpg", f"{FILES}/trip/pass.jpg") == [
        ("a/1", Match.PATH)
    ]


def test_a_name_counts_where_it_is_the_name_of_one_file(find: Find) -> None:
    address = f"{FILES}/trip/pass-300x200.webp"
    one = [slot("a/1", "trip/pass.png"), slot("a/2", "trip/pass.png")]
    assert find(one, address) == [("a/1", Match.NAME), ("a/2", Match.NAME)]
    assert find(one, f"{FILES}/trip/pass-300x200.jpg") == []
    assert find([*one, slot("a/3", "trip/pass.gif")], address) == []


def test_the_sizes_of_a_picture_of_an_album(find: Find) -> None:
    cache = f"{SITE}/files/cache/trip"
    images = [
        image(f"trip/{name}", image_url=f"{cache}/{name}-1280w.jpg")
        for name in ("pass", "pass-1", "pass-small")
    ]
    for name in ("pass", "pass-1", "pass-small"):
        assert of(find, images, f"{cache}/{name}-640w.jpg") == [f"trip/{name}"]
        assert of(find, images, f"{SITE}/files/trip/{name}.png") == [f"trip/{name}"]
    assert of(find, images, f"{cache}/pass-large.jpg") == ["trip/pass"]
    assert of(find, images, f"{cache}/pass-2-640w.jpg") == []


def test_album_and_name_at_the_end_of_a_path(find: Find) -> None:
    images = [
        image("2024/trip/pass", image_url=f"{SITE}/files/cache/7.jpg"),
        image("x/trip/pass", image_url="/home/me/x/trip/pass.jpg"),
        image("b/lake"),
    ]
    assert of(find, images, "/files/2024/trip/pass-640w.jpg") == ["2024/trip/pass"]
    assert of(find, images, "/themes/2024/trip/pass.jpg") == []
    assert of(find, images, "images/2024/trip/pass.jpg") == ["2024/trip/pass"]
    assert of(find, images, "/anywhere/b/lake.png") == ["b/lake"]
    assert of(find, images, "/anywhere/x/trip/pass.png") == ["x/trip/pass"]
    assert of(find, images, "/trip/pass.jpg") == []
    assert of(find, [*images, image("b/lake.gif")], "/b/lake.png") == []


def test_an_id_of_json_api_is_no_path(tmp_path: Path) -> None:
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        store.claim(SITE, "jsonapi")
        Shelf(store).pull(image("media--image.field/1.en.1"))
        placed = Placed(Use(PAGE), PictureKind.IMG, ("/media--image.field/1.en.1",))
        with store.snapshot() as conn:
            assert Matcher(conn).images(placed, PageContent(PAGE)) == []


def test_a_uuid_names_the_medium(find: Find) -> None:
    images = [
        slot("a/1", "1.jpg", entity="media--image/one"),
        slot("a/2", "2.jpg", entity="media--image/two"),
    ]
    assert find(images, uuid="two") == [("a/2", Match.UUID)]
    assert find(images, f"{FILES}/1.jpg", uuid="two") == [("a/2", Match.UUID)]
    # a file's own: a picture in a text, whose words are in that text (778)
    assert find(images, f"{FILES}/1.jpg", uuid="three") == []


def test_of_the_images_of_one_file_the_one_that_the_page_shows(find: Find) -> None:
    def node(image_id: str, alt: str, **fields: object) -> SiteImage:
        return slot(image_id, "a.jpg", alt=alt, **fields)

    every = [
        node("n/1.en", "Ship", language="en", entity="node--a/one"),
        node("n/1.de", "Schiff", language="de", entity="node--a/one"),
        node("m/2.en", "Boat", language="en", entity="media--image/two"),
        node("n/3.en", "Boat", language="en", page_url=f"{SITE}/three/"),
    ]
    address = f"{FILES}/a.jpg"
    cases = [
        ("three", "en", "Ship", ["n/3.en"]),  # its own page, an old text
        ("x", "en", "Ship", ["n/1.en"]),
        ("x", "de", "Schiff", ["n/1.de"]),
        ("x", "de-AT", "Ship", ["n/1.de"]),  # the page shows the wrong language
        ("x", "de", "Boat", ["m/2.en", "n/3.en"]),  # not translated
        ("x", "en", "Old", ["m/2.en", "n/1.en", "n/3.en"]),
        ("x", "de", "Alt", ["n/1.de"]),
        ("x", "fr", " Ship", ["n/1.en"]),
    ]
    for page, language, alt, images in cases:
        url = f"{SITE}/{page}"
        found = of(find, every, address, page=url, language=language, alt=alt)
        assert found == images, (page, language, alt)
    assert of(find, every, address, page="/three") == ["n/3.en"]
    assert of(find, every, address, page="//[three", alt="Ship") == ["n/1.en"]


def test_a_field_and_a_medium_with_the_same_file_on_one_page(find: Find) -> None:
    field = slot("n/1", "a.jpg", alt="Field", page_url=PAGE)
    medium = slot("m/1", "a.jpg", alt="Medium")
    address = f"{FILES}/a.jpg"
    styled = f"{STYLED}/a.jpg.webp"
    field_shown = Placed(Use(PAGE, alt="Field"), PictureKind.IMG, (styled,))
    other_file = Placed(Use(PAGE, alt="Field"), PictureKind.IMG, (f"{FILES}/b.jpg",))
    both = [field, medium]
    assert of(find, both, address, alt="Medium") == ["n/1"]
    assert of(find, both, address, alt="Medium", beside=[field_shown]) == ["m/1"]
    assert of(find, both, address, alt="Old", beside=[field_shown]) == ["n/1"]
    # an old text of the field, which the medium happens to have
    assert of(find, both, address, alt="Medium", beside=[other_file]) == ["n/1"]


def test_pictures_of_another_site_are_found_where_its_pages_are_read(
    find: Find,
) -> None:
    images = [slot("a/1", "a.jpg")]
    address = "https://stage.test/sites/default/files/a.jpg"
    assert of(find, images, address, page="https://stage.test/p") == ["a/1"]


@pytest.mark.parametrize("why", list(OutOfReach))
def test_an_image_that_is_out_of_sight_is_not_on_a_page(
    find: Find, why: OutOfReach
) -> None:
    images = [slot("a/1", "a.jpg", out_of_reach=why)]
    assert of(find, images, f"{FILES}/a.jpg") == (["a/1"] if why.seen else [])


def test_who_keeps_three_files_of_the_site_keeps_copies(tmp_path: Path) -> None:
    def copy(number: int, host: str = "copies.net") -> Placed:
        address = f"https://{host}/sites/default/files/{number}.jpg"
        return Placed(Use(PAGE, place=number), PictureKind.IMG, (address,))

    page = PageContent(PAGE)
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        store.claim(SITE, "memory")
        Shelf(store).pull(*(slot(f"a/{n}", f"{n}.jpg") for n in range(5)))

        def found(placed: list[Placed]) -> list[int]:
            with store.snapshot() as conn:
                matcher = Matcher(conn)
                return [len(matcher.images(one, page)) for one in placed]

        assert found([copy(0), copy(0), copy(1), copy(9)]) == [0, 0, 0, 0]
        assert found([copy(0), copy(1), copy(2), copy(0), copy(9)]) == [0, 0, 1, 1, 0]
        with store.write() as tx:
            file = PageFile(PAGE, b"")
            strangers = [copy(0), copy(1)]
            usages.save_page(tx, file, page, "d", found=[], strangers=strangers)
        # what an earlier run saw counts
        assert found([copy(3), copy(0), copy(3, "other.net")]) == [1, 1, 0]


def test_an_image_that_is_gone_is_not_on_a_page(find: Find) -> None:
    image_there, lost = slot("a/1", "a.jpg"), slot("a/2", "a.jpg")
    assert of(find, [image_there, lost], f"{FILES}/a.jpg") == ["a/1", "a/2"]
    assert of(find, [image_there], f"{FILES}/a.jpg") == ["a/1"]
