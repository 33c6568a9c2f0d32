"""What visitors get, in words and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

from altsync.models import (
    Arrival,
    Checked,
    Delivered,
    DrawnPages,
    PictureKind,
    Region,
    Shows,
    Stranger,
    Verified,
)
from altsync.render import visitors
from altsync.uses.visitors import WORTH_A_LINE

ONE = Checked(
    shows=Shows.EARLIER,
    page_url="https://example.org/a\x1b[2J",
    page_title="The pass",
    place=2,
    region=Region.TEASER,
    heading="Latest\u202e",
    images=("trip/pass",),
    mirror=("Hikers.",),
    alt="",
    why="What this image said before.",
    caching=(("age", "7"), ("x-cache", "HIT")),
    read_at="2026-11-29T04:00:00+00:00",
)
LOGO = Stranger(
    address="https://example.org/logo.svg",
    kind=PictureKind.IMG,
    alt="Home",
    hidden=False,
    pages=12,
    page_url="https://example.org/",
    page_title="Home",
    region=Region.HEADER,
    heading="",
    why="of the theme",
)
NONE = dict.fromkeys(Shows, 0)
FINE = Verified(
    site="https://example.org",
    pulled="2026-11-29T03:12:00+00:00",
    run=4,
    pages=2,
    places={**NONE, Shows.SAME: 3},
    differences=(),
    strangers=(),
    images=3,
    shown=3,
)


def text(found: Verified) -> str:
    return "\n".join(visitors.lines(found))


def test_nothing_differs() -> None:
    assert text(FINE) == (
        "2 pages read: 3 places show 3 of 3 images.\n"
        "Every place that can be told shows the mirror's text.\n"
        "The mirror is of 2026-11-29 03:12 UTC."
    )
    assert "The mirror is of" not in text(replace(FINE, pulled=None))
    assert "text. 1 place not compared: of images" in text(
        replace(FINE, not_compared=1)
    )
    empty = replace(FINE, places=NONE, shown=0)
    assert "shows an image of the mirror: nothing was compared." in text(empty)
    assert "No page was read: nothing is known" in text(replace(empty, pages=0))


def test_a_difference_with_all_that_can_be_told() -> None:
    second = replace(ONE, place=3, images=("trip/a", "trip/b"), mirror=(None, None))
    other = replace(ONE, page_url="https://example.org/b", page_title="", caching=())
    other = replace(other, shows=Shows.NO_ALT, heading="", alt=None, why="Left out.")
    places = {**NONE, Shows.EARLIER: 2, Shows.NO_ALT: 1}
    found = replace(FINE, differences=(other, ONE, second), places=places, shown=2)
    assert text(found) == (
        "NO ALT ATTRIBUTE: 1 place; visitors hear a file name, or nothing.\n"
        "  https://example.org/b\n"
        "    picture 2, teaser: trip/pass\n"
        '      the mirror  "Hikers."\n'
        "      the page    (none)\n"
        "      Left out.\n"
        "\n"
        "AN EARLIER TEXT: 2 places; visitors get what the image said before.\n"
        '  https://example.org/a\\u001b[2J  "The pass"\n'
        '    picture 2, teaser, under "Latest\\u202e": trip/pass\n'
        '      the mirror  "Hikers."\n'
        '      the page    ""\n'
        "      What this image said before.\n"
        '    picture 3, teaser, under "Latest\\u202e": trip/a or one of 1 more with the'
        " same file\n"
        "      the mirror  (none)\n"
        '      the page    ""\n'
        "    age: 7; x-cache: HIT\n"
        "\n"
        "2 pages read: 3 places show 2 of 3 images.\n"
        "3 places show something else: 1 no-alt, 2 earlier.\n"
        "1 image of the mirror on none of these pages: what visitors get of them is not"
        " known.\n"
        "The mirror is of 2026-11-29 03:12 UTC."
    )
    assert found.different == 3


def test_what_is_no_difference_and_worth_a_word() -> None:
    places = {**NONE, Shows.UNREAD: 1, Shows.NEWER: 2}
    said = text(replace(FINE, places=places))
    assert (
        "1 place read before the text there was changed: run `altsync verify`" in said
    )
    assert "The mirror is older than the site: run `altsync pull`." in said


def test_long_lists_are_cut_and_say_so() -> None:
    many = tuple(replace(ONE, place=number) for number in range(25))
    found = replace(FINE, differences=many, strangers=(LOGO,) * 25)
    said = text(found)
    assert said.count("… and 5 more: altsync verify --last --json") == 2
    assert said.count("    picture ") == 20
    assert len(json.loads("".join(visitors.as_json(found)))["differences"]) == 25


def test_strangers_with_place_and_reason() -> None:
    hidden = replace(LOGO, address="", alt=None, hidden=True, pages=1, heading="News")
    assert text(replace(FINE, strangers=(LOGO, hidden))).startswith(
        "NO IMAGE OF THE MIRROR: 2 pictures; altsync does not see them.\n"
        '  https://example.org/logo.svg  "Home"\n'
        "      on 12 pages, as https://example.org/: header\n"
        "      of the theme\n"
        "  (no address)  (none), hidden\n"
        '      on 1 page, as https://example.org/: header, under "News"\n'
        "      of the theme\n"
    )


def test_what_became_of_a_push() -> None:
    sent = tuple(
        Delivered(f"a/{number}", "New.", Arrival.NOT_YET, 1) for number in range(12)
    )
    sent += (Delivered("a/y", "New.", Arrival.UNREAD, 0),)
    sent += (Delivered("a/x", "New.", Arrival.ARRIVED, 2),)
    said = text(replace(FINE, push=3, sent=sent))
    assert "PUSH 3: 14 images.\n  1 arrived on every page that shows them\n" in said
    assert "  12 not yet: some page says something else\n      a/0\n" in said
    assert "      … and 2 more\n" in said
    assert "  1 no page that is known to show them was read since the push\n" in said
    assert "      a/y\n" in said
    assert "a/x" not in said
    found = json.loads("".join(visitors.as_json(replace(FINE, push=3, sent=sent))))
    assert found["sent"][-1] == {
        "image": "a/x",
        "alt": "New.",
        "arrival": "arrived",
        "pages": 2,
    }


def test_a_sample_and_what_it_covers() -> None:
    drawn = DrawnPages(("https://example.org/a",), 2, 40, 1, 0.953, 0.95)
    found = replace(FINE, drawn=drawn)
    assert text(found).startswith(
        "DRAWN AT RANDOM: 2 of 40 pages; 1 could be read.\n"
        "  https://example.org/a\n"
        "1 page of them with something else: at 95 % confidence at most 95.3 % of all"
        " pages that can be read. The rest of this says nothing about the others.\n"
    )
    assert json.loads("".join(visitors.as_json(found)))["drawn"] == {
        "pages": ["https://example.org/a"],
        "drawn": 2,
        "of": 40,
        "different": 1,
        "upper": 0.953,
        "confidence": 0.95,
    }


def test_json_has_everything() -> None:
    found = replace(
        FINE,
        differences=(ONE,),
        strangers=(LOGO,),
        places={**NONE, Shows.EARLIER: 1},
    )
    document = json.loads("".join(visitors.as_json(found)))
    assert document["places"] == {
        str(shows): int(shows == "earlier") for shows in Shows
    }
    assert {key: document[key] for key in ("site", "run", "pages", "different")} == {
        "site": "https://example.org",
        "run": 4,
        "pages": 2,
        "different": 1,
    }
    assert document["differences"] == [
        {
            "shows": "earlier",
            "differs": True,
            "page": ONE.page_url,
            "title": "The pass",
            "place": 2,
            "region": "teaser",
            "heading": "Latest\u202e",
            "images": [{"image": "trip/pass", "alt": "Hikers."}],
            "alt": "",
            "why": "What this image said before.",
            "caching": {"age": "7", "x-cache": "HIT"},
            "read": "2026-11-29T04:00:00+00:00",
        }
    ]
    assert document["strangers"] == [
        {
            "address": "https://example.org/logo.svg",
            "kind": "img",
            "alt": "Home",
            "hidden": False,
            "pages": 12,
            "page": "https://example.org/",
            "region": "header",
            "heading": "",
            "why": "of the theme",
        }
    ]
    assert "push" not in document


def test_every_kind_that_is_told_has_words() -> None:
    for shows in WORTH_A_LINE:
        assert text(replace(FINE, differences=(replace(ONE, shows=shows),)))
