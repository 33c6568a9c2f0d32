"""What a use tells a model: every field of it that says what the image is for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from altsync.generate.placing import HIDDEN, IN_TEXT, NO_LINK, OWN_FILE, of_uses
from altsync.models import Match, Region, Use
from altsync.texts.words import beginning, ending

PAGE = "https://x.test/news/quay"
READ = Use(PAGE, "The quay", place=3)


def told(*uses: Use, use: int = 1) -> dict[str, str]:
    pieces = of_uses(uses, {})
    return {piece.kind: piece.text for piece in pieces if piece.use == use}


def test_all_that_a_use_tells() -> None:
    use = replace(
        READ,
        region=Region.TEASER,
        heading="Opening hours",
        caption="At dusk.",
        link="https://x.test/visit/opening-hours?page=2",
        link_text="Plan your visit",
        same="Plan your visit",
        before="Before.",
        after="After.",
    )
    assert told(use) == {
        "where": "teaser (a short piece that leads to another page)",
        "page title": "The quay",
        "heading": "Opening hours",
        "link to": "opening hours",
        "link address": "/visit/opening-hours",
        "words in the link": "Plan your visit",
        "same words beside it": "Plan your visit",
        "text before": "Before.",
        "caption": "At dusk.",
        "text after": "After.",
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, {"link to": NO_LINK}),
        ({"to_file": True, "link": "https://x.test/a.jpg"}, {"link to": OWN_FILE}),
        ({"button": True, "link_text": "Search"}, {"button": "Search"}),
        ({"button": True}, {"button": "without words of its own"}),
        (
            {"link": "https://x.test/"},
            {
                "link to": "the front page",
                "link address": "/",
                "words in the link": "none besides the picture",
            },
        ),
        (
            {
                "link": "https://me:pw@other.test/node/7?token=abcdef",
                "link_title": "Our shop",
            },
            {
                "link to": "Our shop",
                "link address": "other.test/node/7",
                "words in the link": "none besides the picture",
            },
        ),
        (
            {"link": "http://[broken"},
            {
                "link to": "",
                "link address": "…",
                "words in the link": "none besides the picture",
            },
        ),
        (
            {"hidden": True, "region": Region.NAV},
            {"where": f"navigation{HIDDEN}", "link to": NO_LINK},
        ),
        ({"heading": "the quay"}, {"heading": "the quay", "link to": NO_LINK}),
        ({"heading": "The  quay"}, {"link to": NO_LINK}),
    ],
)
def test_link_and_region_are_always_said(
    change: dict[str, Any], said: dict[str, str]
) -> None:
    found = told(replace(READ, **change))
    expected = {"where": "main content", "page title": "The quay", **said}
    assert found == {kind: text for kind, text in expected.items() if text}


def test_a_page_that_was_not_read_says_nothing_of_links() -> None:
    assert told(Use(PAGE, "The quay", before="B")) == {
        "page title": "The quay",
        "text before": "B",
    }


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("", {"link to": NO_LINK}),
        (
            "https://x.test/visit",
            {
                "link to": "visit",
                "link address": "/visit",
                "words in the link": "none besides the picture",
            },
        ),
    ],
)
def test_a_text_says_whether_its_picture_is_a_link(
    link: str, said: dict[str, str]
) -> None:
    use = Use(PAGE, "The quay", before="B", link=link, match=Match.TEXT)
    expected = {"where": IN_TEXT, "page title": "The quay", "text before": "B"}
    assert told(use) == expected | said


def test_the_title_of_the_page_behind_a_link_goes_first() -> None:
    linked = replace(READ, link="https://x.test/visit", link_title="Come")
    titles = {"https://x.test/visit": "Plan your visit"}
    pieces = of_uses([linked], titles)
    assert {p.kind: p.text for p in pieces}["link to"] == "Plan your visit"


def test_three_uses_are_told_and_none_twice() -> None:
    nav = replace(READ, region=Region.NAV, page_url="https://x.test/b")
    main = [replace(READ, before=f"Words {number}.") for number in range(4)]
    uses = of_uses([main[0], replace(main[0], place=9), *main[1:], nav], {})
    assert {piece.use for piece in uses} == {1, 2, 3}
    assert told(main[0], replace(main[0], place=9), nav, use=2)["where"] == "navigation"


def test_of_a_picture_on_very_many_pages_one_is_told() -> None:
    logo = [
        replace(
            READ, page_url=f"https://x.test/{n}", page_title=f"Page {n}", before=f"{n}"
        )
        for n in range(214)
    ]
    pieces = of_uses(logo, {})
    assert {piece.use for piece in pieces} == {1}
    assert told(*logo)["stands on"] == "this page and 213 more"
    assert "stands on" not in told(*logo[:3])


def test_no_half_sentence_of_a_long_page_is_told() -> None:
    long = "The old quay is of stone. " * 30
    cut = replace(READ, before=ending(f"{long}Look."), after=beginning(long))
    pieces = {piece.kind: piece.text for piece in of_uses([cut], {})}
    assert pieces["text before"].startswith("… The old quay")
    assert pieces["text after"].endswith("is of stone. …")
    assert told(replace(READ, after="It goes on…"))["text after"] == "It goes on…"
