"""The places of one picture, on a terminal and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

from altsync.models import (
    Match,
    Mirrored,
    Origin,
    PictureInShort,
    Roles,
    SharedImage,
    SharedPicture,
    SiteImage,
    State,
    Use,
    WhereInText,
)
from altsync.models.shared import is_heard, role
from altsync.render import several
from tests.in_texts import ALONE, LINKED, MEDIUM, OVERRIDE, TWICE


def use_of(image: SiteImage, link: str = "", words: str = "") -> Use:
    return Use(
        image.page_url or "",
        image.page_title or "",
        image.before or "",
        image.after or "",
        heading=image.heading or "",
        link=link,
        link_text=words,
        match=Match.TEXT,
    )


LINK = use_of(LINKED, "https://a:b@example.org/tickets?token=abc", "Tickets")
PLAIN = use_of(TWICE)
IMAGES = (
    SharedImage(Mirrored(LINKED, None, "", state=State.INHERITS), (LINK,), MEDIUM.alt),
    SharedImage(
        Mirrored(MEDIUM, Origin.HUMAN, "", state=State.HUMAN), (LINK,), MEDIUM.alt, 1
    ),
    SharedImage(Mirrored(TWICE, Origin.AI, "", state=State.AI), (PLAIN,), TWICE.alt),
    SharedImage(Mirrored(OVERRIDE, Origin.HUMAN, "", state=State.HUMAN), (), "Buy"),
)
PICTURE = SharedPicture(LINKED.id, IMAGES, more=2)


def test_all_places_of_one() -> None:
    assert list(several.lines(PICTURE)) == [
        "6 images of one picture, at 3 places: a link or button here and none there, or a"
        " link to another page, and two images say the same: one text seldom does both.",
        "",
        f'{LINKED.id} "Page 7"  (inherits)',
        '    inherits "A ferry at the pier."',
        "    in body",
        "    - on “Page 7”: a link to https://example.org/tickets?token=… with the words"
        " “Tickets”, in a text, as the last pull saw it, under “Timetable”",
        "      “Boats of page 7 leave at noon. [the image] Bring cash.”",
        "",
        f"{MEDIUM.id}  (human)",
        '    "A ferry at the pier." by a person',
        "    1 embed shows this text",
        "",
        f'{TWICE.id} "Page 10"  (ai)',
        '    "A ferry at the pier." by a machine',
        "    in body, 2 of 2 with this picture",
        "    - on “Page 10”: a picture and no link, in a text, as the last pull saw it",
        '      “…nclick="x">*b*</b> \\u202etxt\\u001b[31m Boats leave at noon. [the image]'
        " Come early”",
        "",
        f'{OVERRIDE.id} "Page 9"  (human)',
        '    "Buy" by a person',
        "    in body",
        "    no place of it is known",
        "",
        "… and 2 further images, which were not looked at.",
        "",
        f"A text for one place alone: altsync generate {LINKED.id} --use",
    ]


def test_one_that_stands_alone() -> None:
    alone = SharedImage(Mirrored(ALONE, None, "", state=State.MISSING), (), None)
    assert list(several.lines(SharedPicture(ALONE.id, (alone,)))) == [
        "1 image of one picture, at 1 place.",
        "",
        f"{ALONE.id}  (missing)",
        "    (none)",
        "    no place of it is known",
    ]


def test_a_page_that_was_not_read_and_a_medium_that_is_none() -> None:
    own = Use("https://example.org/a", match=Match.PAGE)
    embed = SharedImage(IMAGES[0].mirrored, (own,), None)
    said = list(several.lines(SharedPicture(LINKED.id, (embed,))))
    assert said[3:] == [
        "    inherits: its medium has no text, or is no image of the mirror",
        "    in body",
        "    - on “https://example.org/a”: not read yet",
    ]


def test_the_json_of_one_is_exact_but_for_what_opens_a_door() -> None:
    told = several.as_dict(PICTURE)
    assert json.loads(json.dumps(told)) == told
    assert [told[name] for name in ("image", "alike", "places", "more")] == [
        LINKED.id,
        "unlike-one-text",
        3,
        2,
    ]
    first, medium = told["images"][:2]
    assert [first[name] for name in ("state", "alt", "says", "inherits", "origin")] == [
        "inherits",
        None,
        MEDIUM.alt,
        True,
        None,
    ]
    (place,) = first["uses"]
    assert place["link"] == "https://example.org/tickets?token=…"
    assert (place["functional"], place["before"]) == (True, LINKED.before)
    assert (medium["origin"], medium["followers"], medium["where"]) == (
        "human",
        1,
        None,
    )
    unread = several.as_dict(
        SharedPicture(
            ALONE.id, (replace(IMAGES[3], uses=(Use("/a", match=Match.PAGE),)),)
        )
    )
    assert unread["images"][0]["uses"][0]["functional"] is None


def short(image: SiteImage, alike: Roles, **more: object) -> PictureInShort:
    known: dict[str, object] = {"images": 2, "places": 3, "texts": (), **more}
    where = WhereInText.of(image)
    return PictureInShort(image.id, "T", where, alike=alike, **known)  # type: ignore[arg-type]


FOUND = [
    short(MEDIUM, Roles.ONE_TEXT, texts=("One.", "Two\x1b."), at_least=True),
    short(TWICE, Roles.ALIKE, images=1),
]


def test_the_list_is_cut_and_says_so() -> None:
    assert list(several.list_lines(FOUND, 1)) == [
        "2 pictures stand in several places; the places of 1 are unlike.",
        "",
        f'{MEDIUM.id} "T"  (unlike, with one text)',
        "    at least 3 places, 2 images",
        '    "One."',
        '    "Two\\u001b."',
        "",
        "… and 1 more (--all or --json shows them).",
        "",
        "The places of one: altsync uses IMAGE",
    ]
    whole = list(several.list_lines(FOUND, None))
    assert f'{TWICE.id} "T"  (alike)' in whole
    assert not any("more" in line for line in whole)
    (none,) = several.list_lines([], 9)
    assert "`altsync pages`" in none
    assert several.total(FOUND[1:]) == "1 picture stands in several places."
    bare = replace(FOUND[1], title=None)
    assert f"{TWICE.id}  (alike)" in list(several.list_lines([bare], None))


def test_the_list_as_json() -> None:
    first, second = several.list_dict(FOUND)
    assert (first["alike"], first["at_least"]) == ("unlike-one-text", True)
    assert first["texts"] == ["One.", "Two\x1b."]
    assert first["where"] is None
    assert second["where"] is not None
    assert second["where"]["place"] == TWICE.place


def test_what_listeners_get_of_a_place() -> None:
    assert is_heard(LINK)
    assert not is_heard(replace(LINK, hidden=True))
    assert not is_heard(Use("/a", match=Match.PAGE))
    assert role(replace(LINK, button=True)) == "button"
    assert role(PLAIN) == ""
