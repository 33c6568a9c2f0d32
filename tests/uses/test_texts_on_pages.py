"""Images in texts on the pages that visitors get: Drupal's own page of one article with
every kind of slot (778), and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from altsync.models import (
    Checked,
    Match,
    PageFile,
    Shows,
    SiteImage,
    Tag,
    Use,
    Verified,
)
from altsync.store import page_runs, usages
from altsync.store.store import Store
from altsync.uses import html, visitors
from altsync.uses.matching import Matcher
from altsync.uses.whereabouts import every
from tests.doubles.drupal.recorded import exchanges
from tests.scene import image
from tests.store.conftest import Shelf

SITE = "http://127.0.0.1:8899"
FILES = f"{SITE}/sites/default/files"
(RECORDED,) = (one for one in exchanges() if one.number == 778)
PAGE = f"{SITE}{RECORDED.path}"
NODE = "node--article/236"
MEDIUM = "media--image/9b1c"
BODY = "node--article.body/236.en"

FIELD = image(
    "node--article.field_image/236.en.39",
    "Field image words",
    image_url=f"{FILES}/2026-04/lab%20photo%2039.jpg",
    page_url=PAGE,
    entity=NODE,
    language="en",
)
IN_BODY = image(
    f"{BODY}.img-20fa7461-d71c-463a-b9e4-ecc68937a131",
    "Body image words",
    tag=Tag.IMG,
    image_url=f"{FILES}/2026-02/campus-visit-37.jpg",
    page_url=PAGE,
    entity=NODE,
    language="en",
    before="x",
)
OF_MEDIUM = image(
    "media--image.field_media_image/120.en.117",
    "Media alt words",
    image_url=f"{FILES}/2026-01/campus-visit-117.jpg",
    entity=MEDIUM,
    language="en",
)
EMBED = image(
    f"{BODY}.media-9b1c",
    None,
    tag=Tag.MEDIA,
    medium=MEDIUM,
    image_url=OF_MEDIUM.image_url,
    page_url=PAGE,
    entity=NODE,
    language="en",
)
OVERRIDE = replace(
    EMBED, id=f"{BODY}.media-9b1c.1", name="236.en.media-9b1c.1", alt="Override words"
)
ALL = [FIELD, IN_BODY, OF_MEDIUM, EMBED, OVERRIDE]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        store.claim(SITE, "jsonapi")
        yield Shelf(store)


def visit(shelf: Shelf, said: str = RECORDED.answer) -> Verified:
    """The page is read, its pictures are matched, and compared with the mirror."""
    content = html.content(PageFile(PAGE, said.encode()))
    found: list[tuple[str, Use]] = []
    strangers = []
    with shelf.store.snapshot() as conn:
        matcher = Matcher(conn)
        for placed in content.pictures:
            images = matcher.images(placed, content)
            found += [(one, replace(placed.use, match=match)) for one, match in images]
            if not images:
                strangers.append(placed)
    with shelf.store.write() as tx:
        run, _ = page_runs.begin(tx, "verify", said)
        file = PageFile(PAGE, b"")
        usages.save_page(
            tx, file, content, said, found=found, strangers=strangers, run=run
        )
    with shelf.store.read() as conn:
        return visitors.verified(conn, run)


def by_place(shelf: Shelf) -> dict[int, Checked]:
    with shelf.store.read() as conn:
        return {one.place: one for one in visitors.checked(conn)}


def test_every_picture_is_the_image_that_it_is(shelf: Shelf) -> None:
    shelf.pull(*ALL)
    told = visit(shelf)
    assert {place: one.images for place, one in by_place(shelf).items()} == {
        1: (FIELD.id,),
        2: (IN_BODY.id,),
        3: (OF_MEDIUM.id, EMBED.id),
        4: (OVERRIDE.id,),
        6: (OF_MEDIUM.id, EMBED.id),
        10: (OF_MEDIUM.id, EMBED.id),
    }
    assert told.places == {shows: 6 * (shows is Shows.SAME) for shows in Shows}
    assert told.differences == ()
    assert (told.shown, told.images, told.not_compared) == (5, 5, 0)
    texts = {"Body image words", "Media alt words", "Override words"}
    assert texts.isdisjoint({one.alt for one in told.strangers})
    with shelf.store.read() as conn:
        (use,) = every(conn, IN_BODY.id)
    assert (use.place, use.match) == (2, Match.UUID)


@pytest.mark.parametrize(
    ("changed", "places"),
    [
        (replace(IN_BODY, alt="Newer."), [2]),
        (replace(OVERRIDE, alt="Newer."), [4]),
        (replace(OF_MEDIUM, alt="Newer."), [3, 6, 10]),
        (replace(FIELD, alt="Newer."), [1]),
    ],
)
def test_an_old_text_is_found_out_where_it_stands(
    shelf: Shelf, changed: SiteImage, places: list[int]
) -> None:
    shelf.pull(*ALL)
    shelf.pull(*(changed if one.id == changed.id else one for one in ALL))
    told = visit(shelf)
    assert sorted(one.place for one in told.differences) == places
    assert {one.shows for one in told.differences} == {Shows.EARLIER}
    assert all("Newer." in one.mirror for one in told.differences)


def test_a_medium_that_the_mirror_has_not_is_compared_with_nothing(
    shelf: Shelf,
) -> None:
    shelf.pull(FIELD, IN_BODY, EMBED, OVERRIDE)
    told = visit(shelf)
    assert told.differences == ()
    assert told.not_compared == 3
    assert 3 not in by_place(shelf)


def test_a_picture_of_another_site_in_a_text(shelf: Shelf) -> None:
    away = "https://away.test/a.jpg?size=1"
    there = image(
        f"{BODY}.src-0a1b2c3d4e5f",
        "Away.",
        tag=Tag.IMG,
        image_url=away,
        page_url=PAGE,
        entity=NODE,
    )
    inside = replace(there, id=f"{BODY}.src-ffff", name="f", image_url=None, alt="In.")
    shelf.pull(
        there, inside, replace(inside, id="t/8.en.src-ffff", page_url=f"{PAGE}8")
    )
    other = "https://away.test/sites/default/files/2026-04/lab%20photo%2039.jpg"
    data = "data:image/gif;base64,R0lGODlh"
    pictures = [(away, "Away."), (other, ""), (data, "In."), (data, "A placeholder.")]
    shown = "".join(f'<img src="{at}" alt="{alt}">' for at, alt in pictures)
    told = visit(shelf, f"<main>{shown}</main>")
    assert by_place(shelf)[1].images == (there.id,)
    assert by_place(shelf)[3].images == (inside.id,)
    assert {one.alt for one in told.strangers} == {"", "A placeholder."}
