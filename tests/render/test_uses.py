"""Uses in words: bounded, plain, and no link but of http."""

from __future__ import annotations

from typing import Any

import pytest

from altsync.models import Match, PictureKind, Region, Use, Whereabouts
from altsync.render.uses import NO_PAGE, hints, in_words, safe_link, summary, tag

HOME = "https://x.example/home"
OWN_NAME = (
    "This picture is in a link or button with a name of its own: no text of the picture"
    " is heard there."
)
WORDS = (
    "This picture is in {} with the words “Home”: the text should not say them again."
    " With nothing to add it is decorative."
)
BUTTON = "This picture is a button: the text should say what it does."
LINK = f"This picture is a link to {HOME}: the text should say where it leads."
IN_TEXT = Use("", before="before", link=HOME, match=Match.TEXT)


def test_a_use_with_everything() -> None:
    use = Use(
        HOME,
        "Home",
        "before",
        "after",
        place=2,
        language="de-AT",
        region=Region.NAV,
        heading="Trams",
        caption="Old.",
        link="https://x.example/trams",
        link_text="All",
        alt="A tram.",
        same="A tram",
    )
    said = in_words(use, "A bus.")
    assert (said.page, said.page_url, said.where) == ("Home", HOME, "in the navigation")
    assert (said.heading, said.caption, said.same) == ("Trams", "Old.", "A tram")
    assert (said.role, said.to, said.words) == ("a link to", use.link, "All")
    assert said.to_url == use.link
    assert (said.shows, said.differs) == ("A tram.", True)
    assert (said.before, said.after, said.language) == ("before", "after", "de-AT")
    assert not in_words(use, "A  tram.").differs


def test_a_use_in_a_text() -> None:
    said = in_words(IN_TEXT, "A bus.")
    assert (said.page, said.page_url) == (NO_PAGE, "")
    assert said.where == "in a text, as the last pull saw it"
    assert (said.role, said.to, said.differs) == ("a link to", HOME, False)


def test_a_use_with_nothing() -> None:
    said = in_words(Use("/node/1"), None)
    assert (said.page, said.page_url) == ("/node/1", "")
    assert (said.role, said.to, said.words, said.shows) == ("", "", "", None)
    assert not said.differs


@pytest.mark.parametrize(
    ("about", "alt", "differs"),
    [
        ({"place": 1, "alt": None}, "", True),
        ({"place": 1, "alt": ""}, "", False),
        ({"place": 0, "alt": None}, "A tram.", False),
        ({"place": 1, "kind": PictureKind.CSS}, "A tram.", False),
        ({"place": 1, "kind": PictureKind.INPUT, "alt": "x"}, "A tram.", True),
    ],
)
def test_another_text_is_said_only_of_what_was_read(
    about: dict[str, Any], alt: str, differs: bool
) -> None:
    assert in_words(Use("/", **about), alt).differs is differs


@pytest.mark.parametrize(
    ("about", "role", "to", "to_url"),
    [
        ({"link": HOME}, "a link to", HOME, HOME),
        (
            {"link": f"{HOME}.jpg", "to_file": True},
            "a link to its own file, a larger view",
            "",
            f"{HOME}.jpg",
        ),
        ({"link": HOME, "button": True}, "a button", "", ""),
        ({"link": "mailto:a@x.example"}, "a link to", "mailto:a@x.example", ""),
        (
            {"link": "JavaScript:alert(1)"},
            "a link to",
            "a script of the page",
            "",
        ),
    ],
)
def test_what_a_picture_does(
    about: dict[str, Any], role: str, to: str, to_url: str
) -> None:
    said = in_words(Use("/", **about), None)
    assert (said.role, said.to, said.to_url) == (role, to, to_url)


def test_what_a_page_says_is_cut_and_steers_nothing() -> None:
    said = in_words(
        Use(
            "https://anna:secret@x.example/" + "a" * 500,
            "T" * 500,
            "w " * 900,
            heading="\u202eevil\u200b\nheading",
            language='en" onclick="',
        ),
        None,
    )
    assert len(said.page) == 160
    assert said.page.endswith("…")
    assert len(said.before) <= 400
    assert said.before.startswith("…w w")
    assert said.heading == "\\u202eevil\\u200b heading"
    assert said.language == ""
    assert "secret" not in repr(in_words(Use("https://anna:secret@x.example/"), None))


@pytest.mark.parametrize("url", ["javascript:x", "data:x", "//x", "ftp://x", "", None])
def test_only_addresses_of_the_web_are_links(url: str | None) -> None:
    assert safe_link(url) == ""


def test_a_language_is_one_by_its_look() -> None:
    assert [tag(one) for one in ("en", "zh-Hant-TW", "", None, "e", "en_US")] == [
        "en",
        "zh-Hant-TW",
        *[""] * 4,
    ]


@pytest.mark.parametrize(
    ("uses", "lines"),
    [
        ([], []),
        ([Use("/")], []),
        ([Use("/", link=HOME), Use("/b", link=HOME)], [LINK]),
        ([Use("/", link=HOME, to_file=True)], []),
        ([Use("/", link=HOME, hidden=True)], []),
        ([Use("/", link=HOME, kind=PictureKind.CSS)], []),
        (
            [Use("/"), Use("/", button=True), Use("/", link=HOME, labelled=True)],
            [f"{BUTTON} (Use 2.)", f"{OWN_NAME} (Use 3.)"],
        ),
        ([Use("/", link=HOME, link_text="Home")], [WORDS.format(f"a link to {HOME}")]),
        ([Use("/", button=True, link_text="Home")], [WORDS.format("a button")]),
        (
            [Use("/", link=HOME), Use("/"), Use("/", link=HOME)],
            [f"{LINK} (Uses 1 and 3.)"],
        ),
    ],
)
def test_what_a_text_has_to_do_there(uses: list[Use], lines: list[str]) -> None:
    assert hints(Whereabouts(tuple(uses))) == lines


@pytest.mark.parametrize(
    ("whereabouts", "said"),
    [
        (Whereabouts(), ""),
        (Whereabouts((Use(HOME),)), ""),
        (Whereabouts((Use(HOME),), 1, 1), f"on “{HOME}”"),
        (Whereabouts((IN_TEXT,), 1, 1), f"in a text; a link to {HOME}"),
        (Whereabouts((Use("/a", "Trams", button=True),), 1, 1), "on “Trams”; a button"),
        (
            Whereabouts((Use("/a", "Trams"), Use("/b", link=HOME)), 400, 312),
            f"on “Trams” and 311 further pages; a link to {HOME}",
        ),
    ],
)
def test_half_a_sentence_of_all_uses(whereabouts: Whereabouts, said: str) -> None:
    assert summary(whereabouts) == said


def test_a_page_that_was_read_is_called_by_its_title() -> None:
    use = Use("/", "Start", link=HOME, place=1)
    whereabouts = Whereabouts((use,), 1, 1, {HOME: "Home\u202e of the trams"})
    title = "“Home\\u202e of the trams”"
    said = in_words(use, None, whereabouts.titles)
    assert (said.to, said.to_url) == (title, HOME)
    assert summary(whereabouts) == f"on “Start”; a link to {title}"
    assert hints(whereabouts) == [LINK.replace(HOME, title)]
