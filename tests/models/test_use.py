"""Uses: which of them tell most."""

from __future__ import annotations

import random

import pytest

from altsync.models import PictureKind, Region, Use, telling


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
    ],
)
def test_one_use_tells_more_than_another(more: Use, less: Use) -> None:
    assert sorted([less, more], key=telling) == [more, less]


def test_the_order_of_the_regions_is_that_of_telling() -> None:
    uses = [Use("/", region=region) for region in Region]
    assert sorted(random.Random(1).sample(uses, len(uses)), key=telling) == uses
