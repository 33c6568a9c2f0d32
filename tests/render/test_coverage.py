"""What is seen and what is not, in words and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from altsync.models import State, Status, Unseen, UnseenKind
from altsync.render import coverage
from altsync.render.status import as_dict as status_as_dict
from altsync.render.status import lines as status_lines

FACTS = (
    Unseen(UnseenKind.HIDDEN, "media--image", 13),
    Unseen(UnseenKind.IN_TEXT, "<img> in node--page.body", 1200, 560),
    Unseen(UnseenKind.IN_TEXT, "<img> in node--news.body", 1, 1, at_least=True),
    Unseen(UnseenKind.UNREADABLE, "node--secret", None),
    Unseen(UnseenKind.UNUSED_FILE, "file--file", None),
    Unseen(UnseenKind.LEFT_OUT, "user--user.user_picture", 1),
    Unseen(UnseenKind.INLINE, "block_content--\x1bodd", 0),
)


def status(*facts: Unseen, asked: str | None = "2026-11-28T19:02:03+00:00") -> Status:
    states = {str(state): 0 for state in State} | {"human": 9, "hidden": 2, "gone": 4}
    return Status(
        site="https://example.org",
        images=10,
        states=states,
        coverage=0.9,
        last_pull=asked,
        last_push=None,
        failures=0,
        unseen=facts,
        asked=asked,
    )


def test_all_that_is_known() -> None:
    assert list(coverage.lines(status(*FACTS))) == [
        "https://example.org: 90.0% of the 10 images that this login sees have a text or"
        " are empty on purpose.",
        "Known, and not altsync's to change:",
        "          2  hidden        on the site, but this login may not see it",
        "Not seen, as of 2026-11-28 19:02 UTC:",
        "  at least 1,201 pictures in texts that jsonapi.texts leaves out",
        "      1,200 <img> in node--page.body, in 560 texts",
        "      at least 1 <img> in node--news.body, in 1 text",
        "  13 items that this login may not see",
        "      13 in media--image",
        "  1 type that this login may not read",
        "      node--secret",
        "  1 item with images in fields that altsync.toml does not name",
        "      1 in user--user.user_picture",
        "  0 blocks of single Layout Builder pages",
        "      0 in block_content--\\u001bodd",
        "  picture files (not known how many) that no image here uses",
    ]


NONE = dict.fromkeys(map(str, State), 0)


@pytest.mark.parametrize(
    ("told", "next_step"),
    [
        ({"last_pull": None}, "altsync pull"),
        ({"last_pull": None, "broke_off": "Off."}, "altsync pull"),
        ({}, "look into altsync.toml, since the last pull found no image; then"),
        ({"never_read": 1}, "altsync failures (no image could be read), then"),
    ],
)
def test_an_empty_mirror_has_no_images_yet(
    told: dict[str, Any], next_step: str
) -> None:
    empty = replace(status(), images=0, states=NONE, coverage=0.0, **told)
    first, *_, last = status_lines(empty)
    assert first.startswith("https://example.org: no images yet, last pull ")
    assert last.startswith(f"Next: {next_step}")
    assert not any("coverage" in line or "%" in line for line in status_lines(empty))
    (said, *more) = coverage.lines(empty)
    assert said == (
        "https://example.org: no images yet, so there is nothing to cover. Next: altsync"
        " pull"
    )
    assert len(more) == ("never_read" in told)


def test_what_is_listed_and_was_never_read_is_beside_the_share() -> None:
    told = replace(status(), never_read=2, failures=3)
    beside = "2 more images are listed and could not be read: altsync failures"
    assert beside in list(coverage.lines(told))
    assert f"  {beside}" in list(status_lines(told))
    assert "  3 images fail in some stage: altsync failures" in list(status_lines(told))
    one = replace(status(), never_read=1, failures=1)
    assert "  1 image fails in some stage: altsync failures" in list(status_lines(one))
    assert coverage.never_read(one).startswith("1 more image is listed")
    gone = replace(status(), images=0, states=NONE | {"gone": 4})
    assert next(iter(status_lines(gone))).startswith("https://example.org: 0 images,")


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (1.0, "100.0%"),
        (9_999 / 10_000, "99.9%"),
        (0.57, "57.0%"),
        (2 / 3, "66.6%"),
        (0, "0.0%"),
    ],
)
def test_all_is_only_said_of_all(share: float, said: str) -> None:
    assert coverage.percent(share) == said


@pytest.mark.parametrize(
    ("share", "said"), [(1.0, 1.0), (99_999 / 100_000, 0.9999), (0.57, 0.57), (0, 0)]
)
def test_no_program_reads_all_of_less(share: float, said: float) -> None:
    """It was rounded: 1.0 of 99,999 of 100,000."""
    assert coverage.fraction(share) == said
    assert coverage.as_dict(replace(status(), coverage=share))["coverage"] == said
    assert status_as_dict(replace(status(), coverage=share))["coverage"] == said


@pytest.mark.parametrize(
    ("inheriting", "unfollowed", "said"),
    [
        (0, 0, ""),
        (
            1,
            0,
            "Besides, 1 medium in a text shows its own text, which is counted by itself.",
        ),
        (
            4,
            3,
            "Besides, 4 media in texts show their own texts, which are counted by"
            " themselves; 3 of these texts altsync does not see, so nobody knows here what"
            " visitors hear.",
        ),
    ],
)
def test_media_that_show_their_own_text_are_told_apart(
    inheriting: int, unfollowed: int, said: str
) -> None:
    told = replace(status(), inheriting=inheriting, unfollowed=unfollowed)
    assert coverage.inheriting(told) == said
    (share, *rest) = coverage.lines(told)
    assert f"of the {10 - inheriting} images" in share
    assert said in ("", rest[0])
    funnel = list(status_lines(told))
    assert f"of the {10 - inheriting} that this login sees" in funnel[1]
    assert (f"  {said}" in funnel) is bool(said)
    for found in (coverage.as_dict(told), status_as_dict(told)):
        assert (found["inheriting"], found["unfollowed"]) == (inheriting, unfollowed)


def test_nothing_is_known() -> None:
    for told in (status(asked=None), status()):
        said = list(coverage.lines(told))
        assert "100" not in "".join(said)
    assert "no full pull has asked yet" in list(coverage.lines(status(asked=None)))[-1]
    assert "nothing that altsync knows how to ask for" in said[-1]


def test_one_line_for_status() -> None:
    (line,) = (one for one in status_lines(status(*FACTS)) if "Not seen" in one)
    assert line == (
        "  Not seen: at least 1,201 pictures in texts that jsonapi.texts leaves out; 13"
        " items that this login may not see; 1 type that this login may not read; 1 item"
        " with images in fields that altsync.toml does not name; picture files (not known"
        " how many) that no image here uses (altsync coverage)."
    )
    nothing = status(FACTS[-1])
    assert not any("Not seen" in one for one in status_lines(nothing))


def test_as_json() -> None:
    told = json.loads(json.dumps(coverage.as_dict(status(*FACTS))))
    assert told["coverage"] == 0.9
    assert told["beyond"] == {
        "hidden": 2,
        "unused": 0,
        "inline": 0,
        "read-only": 0,
        "left-out": 0,
        "format": 0,
        "external": 0,
    }
    assert told["unseen"][3] == {
        "kind": "unreadable",
        "what": "node--secret",
        "count": None,
        "places": None,
        "at_least": False,
    }
