"""What a picture's look gives reason to doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from altsync.lint.picture import doubts
from altsync.models import Decision, Quality, Tag
from tests.scene import image

GOOD = Quality(1600, 1200, sharpness=0.8, brightness=0.9, contrast=0.8)
OF_A_PHOTO = replace(image("a/1"), width=3200, height=2400)


@pytest.mark.parametrize(
    ("quality", "said"),
    [
        (GOOD, []),
        (
            replace(GOOD, width=120, height=90),
            ["the picture is small: 120 x 90 pixels"],
        ),
        (replace(GOOD, sharpness=0.3), ["the picture is blurred"]),
        (replace(GOOD, brightness=0.2, contrast=0.1), ["the picture is dark"]),
        (replace(GOOD, contrast=0.1), ["the picture has hardly any contrast"]),
        (
            replace(GOOD, width=800, height=800),
            [
                "the picture shows about 75% of the site's file: 800 x 800 pixels of"
                " 3,200 x 2,400 pixels"
            ],
        ),
        (replace(GOOD, width=1200, height=1600), []),
        (replace(GOOD, width=1600, height=1190), []),
    ],
)
def test_what_is_said(quality: Quality, said: list[str]) -> None:
    found = list(doubts(quality, OF_A_PHOTO))
    assert [sentence for _, sentence in found] == said
    assert all(0 < weight < 0.5 for weight, _ in found)


def test_long_and_thin() -> None:
    panorama = replace(GOOD, width=3000, height=500)
    (found,) = doubts(panorama, replace(OF_A_PHOTO, width=6000, height=1000))
    assert found[1] == "the picture is long and thin: 3,000 x 500 pixels"


def test_the_size_that_a_tag_says_is_no_size_of_a_file() -> None:
    square = replace(GOOD, width=800, height=800)
    assert list(doubts(square, replace(OF_A_PHOTO, tag=Tag.IMG))) == []
    assert list(doubts(square, replace(OF_A_PHOTO, width=None))) == []
    assert list(doubts(square, replace(OF_A_PHOTO, height=0))) == []


def test_the_look_of_a_link_and_of_what_nobody_measured_does_not_matter() -> None:
    icon = replace(GOOD, width=16, height=16)
    assert list(doubts(icon, OF_A_PHOTO, Decision.FUNCTIONAL)) == []
    assert list(doubts(None, OF_A_PHOTO)) == []
