"""One picture at several places: how many they are, and how alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from altsync.models import (
    Match,
    Mirrored,
    Roles,
    SharedImage,
    SharedPicture,
    SiteImage,
    Use,
)
from tests.in_texts import LINKED, MEDIUM, TWICE

PAGE = "https://example.org/page"
LINK, PLAIN = Use(PAGE, place=1, link="https://example.org/to"), Use(PAGE, place=2)


def shared(image: SiteImage, *uses: Use, says: str | None = None) -> SharedImage:
    return SharedImage(Mirrored(image, None, ""), uses, says or image.alt)


def test_a_place_of_a_text_that_was_read_on_its_page_is_the_texts_alone() -> None:
    """A medium is found at every place of its file; those of its embeds are theirs."""
    elsewhere = Use(PAGE, place=3)
    told = replace(PLAIN, match=Match.TEXT, place=0)
    medium = shared(MEDIUM, LINK, elsewhere, told)
    picture = SharedPicture(LINKED.id, (shared(LINKED, LINK), medium))
    assert picture.own_uses(picture.images[0]) == [LINK]
    assert picture.own_uses(medium) == [elsewhere]
    assert picture.places == 2, "what a text tells of an embed is the embed's place"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((LINK,), (LINK,), Roles.ALIKE),
        ((LINK,), (), Roles.ALIKE),
        ((LINK,), (PLAIN,), Roles.ONE_TEXT),
        ((LINK, PLAIN), (), Roles.UNLIKE),
    ],
)
def test_unlike_places(
    one: tuple[Use, ...], other: tuple[Use, ...], expected: Roles
) -> None:
    images = (
        shared(LINKED, *one, says="A ferry."),
        shared(TWICE, *other, says="A  ferry."),
    )
    assert SharedPicture(LINKED.id, images).alike is expected
    other_text = replace(images[1], says="Another.")
    alike = SharedPicture(LINKED.id, (images[0], other_text)).alike
    assert alike.unlike is expected.unlike
    assert alike is not Roles.ONE_TEXT
