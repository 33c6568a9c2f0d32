"""Uses: which of them tell most."""

from __future__ import annotations

import random

import pytest

from altsync.models import Match, PictureKind, Region, Use, telling


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (Use("/z", region=Region.FOOTER), Use("/a", hidden=True)),
        (Use("/z", region=Region.NAV), Use("/a", kind=PictureKind.EMBED)),
        (Use("/z", kind=PictureKind.CSS), Use("/a", hidden=True)),
        (Use("/z"), Use("/a", region=Region.TEASER)),
        (Use("/z", region=Region.TEASER), Use("/a", region=Region.HEADER)),
        (Use("/z", kind=PictureKind.INPUT), Use("/zz")),
        (Use("/a", place=9), Use("/b", place=1)),
        (Use("/a", place=9), Use("/a", place=10)),
        (Use("/z", match=Match.TEXT), Use("/a", place=1)),
        (Use("/z", place=1), Use("/a", match=Match.TEXT, region=Region.TEASER)),
    ],
)
def test_one_use_tells_more_than_another(more: Use, less: Use) -> None:
    assert sorted([less, more], key=telling) == [more, less]


def test_the_order_of_the_regions_is_that_of_telling() -> None:
    uses = [Use("/", region=region) for region in Region]
    assert sorted(random.Random(1).sample(uses, len(uses)), key=telling) == uses


def test_a_pixel_is_nothing_that_anybody_sees() -> None:
    sizes = [(1, 1), (0, 1), (1, 20), (None, 1), (None, None)]
    found = [Use("/", width=width, height=height).pixel for width, height in sizes]
    assert found == [True, True, False, False, False]


def test_what_tells_whether_there_is_a_link() -> None:
    uses = [Use("/", place=1), Use("/", match=Match.TEXT), Use("/", match=Match.PAGE)]
    assert [use.tells_links for use in uses] == [True, True, False]
