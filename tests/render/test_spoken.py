"""What a screen reader says."""

from __future__ import annotations

from typing import Any

import pytest

from altsync.models import PictureKind, Use
from altsync.render.arrival import Utterance
from altsync.render.spoken import heard, heard_today, spoken

HOME = "https://x.example/home"
OWN_NAME = "; the link has a name of its own, which is heard in place of the alt"
SKIPPED = "; the picture itself is skipped"
HIDDEN = "says nothing of the picture: the page hides it from listeners"


@pytest.mark.parametrize(
    ("alt", "said", "fault"),
    [
        (None, "reads out the file name: “DSC_1, graphic”, or says nothing", True),
        ("", "says nothing: the image is skipped", False),
        (" \n", "says nothing: the image is skipped", False),
        (" A tram. ", "says: “graphic, A tram.”", False),
        ("A\u202etram\u2028.", "says: “graphic, A\\u202etram .”", False),
    ],
)
def test_how_it_is_read_out(alt: str | None, said: str, fault: bool) -> None:
    one = spoken(alt, "DSC_1")
    assert (one.does, one.fault) == (said, fault)


@pytest.mark.parametrize(
    ("about", "alt", "said"),
    [
        (
            {"caption": "Old."},
            "A tram.",
            "says: “graphic, A tram.”, and the caption “Old.”",
        ),
        (
            {"caption": "Old."},
            "",
            "skips the image, and reads its caption “Old.”",
        ),
        ({"link": HOME}, "Home", "says: “link, graphic, Home”"),
        (
            {"link": HOME, "link_text": "All trams"},
            "A tram.",
            "says: “link, graphic, A tram., All trams”",
        ),
        (
            {"link": HOME, "link_text": "Home", "labelled": True},
            "A tram.",
            f"says: “link, Home”{OWN_NAME}",
        ),
        (
            {"link": HOME, "link_text": "Home", "labelled": True},
            None,
            f"says: “link, Home”{OWN_NAME}",
        ),
        ({"link": HOME, "labelled": True}, "Tram", "says: “link, graphic, Tram”"),
        (
            {"link": HOME, "link_text": "Home", "link_title": "Start"},
            "",
            f"says: “link, Home”{SKIPPED}",
        ),
        (
            {"link": HOME, "link_title": "Start"},
            None,
            f"says: “link, Start”{SKIPPED}",
        ),
        (
            {"link": HOME, "caption": "Old."},
            "Home",
            "says: “link, graphic, Home”, and the caption “Old.”",
        ),
        (
            {"link": HOME, "link_text": "Old. More", "caption": "Old."},
            "A tram.",
            "says: “link, graphic, A tram., Old. More”",
        ),
        (
            {"link": f"{HOME}/1.jpg", "to_file": True},
            "A tram.",
            "says: “link, graphic, A tram.”",
        ),
        ({"button": True}, "Search", "says: “button, graphic, Search”"),
        (
            {"button": True, "kind": PictureKind.INPUT},
            "Search",
            "says: “button, Search”",
        ),
        (
            {"button": True, "link_text": "Go"},
            "",
            f"says: “button, Go”{SKIPPED}",
        ),
        ({"hidden": True}, "A tram.", HIDDEN),
        ({"hidden": True, "link": HOME, "link_text": "Home"}, "", HIDDEN),
        (
            {"hidden": True, "link": HOME},
            "Home",
            f"{HIDDEN}, and the link has no other name",
        ),
        (
            {"hidden": True, "button": True},
            "Home",
            f"{HIDDEN}, and the button has no other name",
        ),
        (
            {"kind": PictureKind.CSS, "link": HOME},
            "A tram.",
            "says nothing: the page shows the picture as a background, which has no alt",
        ),
        (
            {"kind": PictureKind.OTHER},
            None,
            "says nothing: the page shows the picture by an element that has no alt",
        ),
    ],
)
def test_what_the_page_made_of_it_is_heard(
    about: dict[str, Any], alt: str | None, said: str
) -> None:
    one = spoken(alt, "DSC_1", Use("/", **about))
    assert (one.does, one.fault) == (said, False)


@pytest.mark.parametrize(
    ("about", "alt", "said"),
    [
        (
            {"link": f"{HOME}?token=hush-hush-hush-hush"},
            "",
            "reads out the address: “link, x.example/home?token=…”; nobody learns where it"
            " leads",
        ),
        (
            {"link": HOME},
            None,
            "reads out the address: “link, graphic, x.example/home”; nobody learns where"
            " it leads",
        ),
        (
            {"link": "/home"},
            " ",
            "reads out the address: “link, /home”; nobody learns where it leads",
        ),
        ({"button": True}, "", "says only: “button”; nobody learns what it does"),
        (
            {"button": True, "kind": PictureKind.INPUT},
            None,
            "says only: “button, Submit”; nobody learns what it does",
        ),
    ],
)
def test_what_nobody_learns_is_a_fault(
    about: dict[str, Any], alt: str | None, said: str
) -> None:
    one = spoken(alt, "DSC_1", Use("/", **about))
    assert (one.does, one.fault) == (said, True)


def test_each_thing_is_said_once_with_the_uses_where_it_is_heard() -> None:
    plain, link = Use("/a"), Use("/b", link=HOME)
    button = Use("/c", button=True)

    def lines(*uses: Use) -> list[str]:
        return [one.line for one in heard("A tram.", "t", uses)]

    alone = ["A screen reader says: “graphic, A tram.”"]
    assert lines() == lines(plain) == lines(plain, Use("/d")) == alone
    assert lines(plain, link, plain, button, plain) == [
        "At uses 1, 3 and 5 a screen reader says: “graphic, A tram.”",
        "At use 2 a screen reader says: “link, graphic, A tram.”",
        "At use 4 a screen reader says: “button, graphic, A tram.”",
    ]


def test_today_it_is_what_each_page_shows() -> None:
    seen, unread = Use("/a", place=1, alt="A bus."), Use("/b", link=HOME)
    assert [one.line for one in heard_today("A tram.", "t", [seen, unread])] == [
        "At use 1 a screen reader says: “graphic, A bus.”",
        "At use 2 a screen reader says: “link, graphic, A tram.”",
    ]
    said = "A screen reader says nothing: the image is skipped"
    assert [one.line for one in heard_today("", "t", [])] == [said]


def test_what_is_quoted_has_its_language() -> None:
    """The alt the image's, the words of a page the page's, else the image's."""
    page = Use("/a", link=HOME, link_text="Alle Linien", language="de", caption="Alt.")
    (one,) = heard("Een tram.", "t", [page], "nl")
    assert one.pieces == (
        Utterance("A screen reader "),
        Utterance("says: “link, graphic, "),
        Utterance("Een tram.", "nl"),
        Utterance(", "),
        Utterance("Alle Linien", "de"),
        Utterance("”, and the caption “"),
        Utterance("Alt.", "de"),
        Utterance("”"),
    )
    (one,) = heard("Een tram.", "t", [Use("/a", caption="Lijn 1.")], "nl")
    assert [piece.text for piece in one.pieces if piece.language == "nl"] == [
        "Een tram.",
        "Lijn 1.",
    ]
    (one,) = heard_today("Een tram.", "t", [Use("/a", place=1, alt="Alt.")], "nl")
    assert Utterance("Alt.", "nl") in one.pieces
