"""What the places of an image give reason to doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from altsync.lint.evidence import Evidence
from altsync.lint.places import doubts, far_names
from altsync.models import Decision, Region, Tag, Use
from tests.scene import image

PAGE = Use("https://x.test/a", "Walks", before="To the mill.", place=1, heading="Mills")
TEASER = Use(
    "https://x.test/",
    "All walks",
    place=2,
    region=Region.TEASER,
    heading="Karlijn at the helm",
)
FOOTER = Use("https://x.test/b", place=9, region=Region.FOOTER, before="Oostmolen Ltd")
TEXT = "A boat, with Karlijn and a dog."


def known(*uses: Use, **fields: object) -> Evidence:
    return Evidence.of(replace(image("a/1"), **fields), uses)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("evidence", "names"),
    [
        (known(PAGE, TEASER), ["Karlijn"]),
        (known(TEASER), []),
        (known(PAGE), []),
        (known(PAGE, TEASER, title="Karlijn"), []),
        (known(PAGE, replace(TEASER, region=Region.GALLERY)), []),
        (known(replace(PAGE, caption="Karlijn at the helm"), TEASER), []),
        (known(TEASER, FOOTER), []),
        (known(PAGE, TEASER).adding(["Karlijn is our skipper"]), []),
        (
            known(tag=Tag.IMG, page_text="Karlijn wrote this.", before="Mills"),
            ["Karlijn"],
        ),
        (known(page_text="Karlijn wrote this."), []),
    ],
)
def test_names_that_stand_only_far_from_the_image(
    evidence: Evidence, names: list[str]
) -> None:
    assert far_names(evidence, TEXT) == names


def test_a_name_that_stands_nowhere_is_another_matter() -> None:
    evidence = known(PAGE, TEASER)
    assert far_names(evidence, "A boat, with Hilde.") == []
    assert far_names(evidence, "a boat with a dog") == []
    assert far_names(evidence, TEXT, Decision.TEXT) == []


def test_both_reasons_in_words() -> None:
    evidence = known(PAGE, TEASER, FOOTER)
    both = "A boat, with Karlijn of Oostmolen and a dog."
    assert [sentence for _, sentence in doubts(evidence, both, unused=True)] == [
        "no page that was read shows the image: what it is for is not known",
        "“Karlijn”, “Oostmolen” stands only far from the image: elsewhere in its text, in"
        " a teaser or in the page's frame",
    ]
    assert list(doubts(known(PAGE), TEXT, unused=False)) == []
