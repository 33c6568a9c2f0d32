"""One builder of what is known about an image."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from altsync import lint
from altsync.lint.evidence import PLACES, Evidence, file_name
from altsync.models import Decision, Match, PictureKind, Severity, SiteImage, Tag, Use


def image(**more: str) -> SiteImage:
    return SiteImage(**{"id": "a/x", "album": "a", "name": "x", "alt": "", **more})  # type: ignore[arg-type]


TWO = (
    Use("https://h.test/1", "One", "Before one.", "After one."),
    Use("https://h.test/2", "Two", "Before two.", ""),
)


def test_the_mirrors_own_fields() -> None:
    known = Evidence.of(
        image(
            title="T",
            caption="C",
            page_url="https://h.test/p",
            page_text="B",
            page_title="P",
            language="nl",
            image_url="https://h.test/f/maasdorp-gov%2D1.jpg?itok=1",
        )
    )
    assert known.text("An alt.") == lint.Text(
        "An alt.",
        title="T",
        caption="C",
        album="a",
        file="maasdorp-gov-1.jpg",
        before="B",
        page_title="P",
        language="nl",
    )
    assert known.page_url == "https://h.test/p"


@pytest.mark.parametrize("whole", ["All of the page, far away.", ""])
def test_of_an_image_in_a_text_its_own_words_stand_beside_it(whole: str) -> None:
    shop = "https://h.test/shop"
    use = Use("https://h.test/p", before="B", after="A", link=shop, match=Match.TEXT)
    there = image(page_text=whole)
    known = Evidence.of(replace(there, tag=Tag.IMG), [use])
    assert (known.before, known.after, known.link) == ("B", "A", shop)
    assert [note for note in known.notes if note == whole] == [whole] * bool(whole)
    plain = Evidence.of(replace(there, tag=Tag.IMG), [replace(use, link="")])
    assert plain.link == ""
    assert Evidence.of(there, [use]).before == (whole or "B")
    unread = replace(use, match=Match.PAGE, link="")
    assert Evidence.of(there, [unread]).link is None


def test_the_first_page_stands_beside_it_and_every_other_is_evidence() -> None:
    known = Evidence.of(image(page_url="https://h.test/own"), TWO)
    text = known.text("An alt.")
    assert (text.page_title, text.before, text.after) == (
        "One",
        "Before one.",
        "After one.",
    )
    assert text.notes == "Two\nBefore two."
    assert known.page_url == "https://h.test/1"


def test_text_of_the_site_stands_first_and_no_page_is_lost() -> None:
    own = image(page_text="The site's own.", page_title="Own")
    text = Evidence.of(own, TWO).text("An alt.")
    assert (text.page_title, text.before, text.after) == (
        "Own",
        "The site's own.",
        "After one.",
    )
    assert text.notes == "One\nBefore one.\nTwo\nBefore two."


def test_notes_are_said_once() -> None:
    known = Evidence.of(image(), TWO, ["Two", "A note."]).adding(["A note.", "More."])
    assert known.text("An alt.").notes == "Two\nBefore two.\nA note.\nMore."


def test_words_in_the_picture_are_those_of_every_reading() -> None:
    known = Evidence.of(image(), words=["Zeemeeuw", "Zeemeeuw"])
    assert known.text("An alt.").words == "Zeemeeuw"
    own = known.text("An alt.", flags={"text_in_image": "OPEN", "people": True})
    assert own.words == "Zeemeeuw\nOPEN"
    assert Evidence().text("An alt.", flags={"text_in_image": ""}).words is None


def test_words_in_the_picture_vouch_for_a_name_and_accuse_nothing() -> None:
    known = Evidence(title="A title", words=("Welcome to Maasdorp.gov",))
    assert lint.check(known.text("Two men at the Maasdorp.")) == ()
    poster = "A poster of Maasdorp on a wall."
    assert lint.check(known.text(poster, by_model=True)) == ()
    unknown = lint.check(Evidence(title="A title").text(poster, by_model=True))
    assert [one.rule for one in unknown] == ["untrusted-name"]


def test_decision_and_stop_come_with_the_text() -> None:
    text = Evidence().text("An alt.", Decision.TEXT, stopped=True, by_model=True)
    assert text == lint.Text(
        "An alt.", decision=Decision.TEXT, stopped=True, by_model=True
    )


def test_a_file_name_without_an_address_is_the_images_name() -> None:
    assert file_name(image()) == "x"
    assert file_name(image(image_url="https://h.test/media/12")) == "x"
    assert file_name(image(image_url="https://[bad")) == "x"


def test_it_can_be_sent_to_another_process() -> None:
    known = Evidence.of(image(title="T"), TWO, ["A note."], ["OPEN"])
    assert pickle.loads(pickle.dumps(known)) == known


def linked(page: str = "/1", link: str = "https://h.test/shop", **more: object) -> Use:
    return Use(f"https://h.test{page}", place=1, link=link, **more)  # type: ignore[arg-type]


def test_what_is_said_of_a_link_counts() -> None:
    use = linked(
        page="/1",
        heading="Boats",
        caption="A boat of Jansen",
        link_text="Rent one",
        link_title="Rentals",
    )
    titles = {"https://h.test/shop": "The shop of Pietersen"}
    text = Evidence.of(image(), [use], titles=titles).text("An alt.")
    assert (text.heading, text.caption) == ("Boats", "A boat of Jansen")
    assert (text.link, text.link_text) == ("https://h.test/shop", "Rent one")
    assert (text.link_title, text.destination) == ("Rentals", "The shop of Pietersen")
    assert text.functional
    assert text.notes == "shop"


def test_every_word_of_every_place_vouches_for_a_name() -> None:
    main = Use("https://h.test/1", "One", place=1)
    other = linked(
        "/2",
        "https://h.test/grutto",
        heading="Wulp",
        caption="Kievit",
        link_text="Lepelaar",
        link_title="Scholekster",
    )
    titles = {other.link: "Tureluur"}
    known = Evidence.of(image(), [main, other], titles=titles)
    for name in ("Grutto", "Wulp", "Kievit", "Lepelaar", "Scholekster", "Tureluur"):
        alt = f"A painting of {name}."
        assert lint.check(known.text(alt, by_model=True)) == (), name
        bare = Evidence.of(image(), [main]).text(alt, by_model=True)
        assert [one.rule for one in lint.check(bare)] == ["untrusted-name"], name


@pytest.mark.parametrize(
    ("uses", "functional"),
    [
        ([], None),
        ([Use("https://h.test/1")], None),
        ([Use("https://h.test/1", place=1)], False),
        ([linked()], True),
        ([linked("/1"), linked("/2")], True),
        ([linked("/1"), linked("/2", "https://h.test/other")], None),
        ([linked("/1"), Use("https://h.test/2", place=1)], None),
        ([linked("/1"), Use("https://h.test/2", place=1, hidden=True)], True),
        ([linked("/1"), Use("https://h.test/2", place=1, kind=PictureKind.CSS)], True),
        ([linked(hidden=True)], None),
        ([linked(to_file=True)], False),
        ([linked(link="", button=True)], True),
        ([linked(link="", button=True), Use("https://h.test/2", place=1)], None),
    ],
)
def test_it_is_a_link_where_it_is_one_in_every_place_that_can_be_seen(
    uses: list[Use], functional: bool | None
) -> None:
    assert Evidence.of(image(), uses).text("An alt.").functional is functional


def test_what_stands_on_thousands_of_pages_stays_light() -> None:
    pages = [
        Use(f"https://h.test/{n}", f"Page {n}", "Words. " * 90, place=1)
        for n in range(3 * PLACES)
    ]
    known = Evidence.of(image(), [*pages, linked()])
    assert f"Page {PLACES - 1}" in known.notes
    assert f"Page {PLACES}" not in known.notes
    assert known.text("An alt.").functional is None


def test_the_first_place_that_can_be_seen_is_where_it_stands() -> None:
    hidden = Use("https://h.test/1", "One", heading="Of one", place=1, hidden=True)
    known = Evidence.of(image(), [hidden, Use("https://h.test/2", "Two", place=1)])
    assert (known.page_title, known.heading) == ("Two", None)
    assert Evidence.of(image(), [hidden]).heading == "Of one"


def test_what_says_the_same_was_said_of_the_text_that_the_page_shows() -> None:
    use = Use("https://h.test/1", place=1, alt="Anna Hofstra", same="anna hofstra")
    known = Evidence.of(image(), [use])
    assert known.text("Anna  Hofstra").same == "anna hofstra"
    assert known.text("Anna Hofstra, smiling").same is None
    assert known.text(None).same is None


def test_an_empty_text_where_nobody_is_told_of_the_image_is_a_remark() -> None:
    hidden = Use("https://h.test/1", place=1, hidden=True)
    background = Use("https://h.test/2", place=1, kind=PictureKind.CSS)
    shown, unread = (
        Use("https://h.test/3", place=1),
        Use("https://h.test/4", hidden=True),
    )
    severities = {
        Severity.INFO: ([hidden], [hidden, background]),
        Severity.ERROR: ([], [hidden, shown], [unread]),
    }
    for severity, cases in severities.items():
        for uses in cases:
            (found,) = lint.check(Evidence.of(image(), uses).text(""))
            assert (found.rule, found.severity) == ("empty", severity)
