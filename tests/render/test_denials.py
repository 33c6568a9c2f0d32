"""What waits for a permission, as an owner reads it."""

from __future__ import annotations

from altsync.models import Denied
from altsync.render.denials import SHOWN, denial_lines

PAGE = Denied(
    "node--page",
    "The 'edit any page content' permission is required.",
    "Give its role that permission.",
    "node--page.field_image/3.en.9",
    412,
)


def test_the_largest_comes_first_with_its_permission() -> None:
    one = Denied("user--user", "Only one's own.", "Ask.", "user--user.picture/1", 1)
    assert list(denial_lines([one, PAGE])) == [
        "412 images of node--page wait for a permission (one is"
        " node--page.field_image/3.en.9). The site says: The 'edit any page content'"
        " permission is required. Give its role that permission.",
        "1 image of user--user waits for a permission (one is user--user.picture/1)."
        " The site says: Only one's own. Ask.",
    ]


def test_nothing_denied_says_nothing() -> None:
    assert list(denial_lines([])) == []


def test_a_site_that_words_each_refusal_anew_is_summed_up() -> None:
    many = [Denied("node--page", f"Reason {n}.", "", f"p/{n}", 2) for n in range(25)]
    lines = list(denial_lines(many))
    assert len(lines) == SHOWN + 1
    assert lines[-1] == "10 images more wait, for other reasons."


def test_nothing_steers_the_terminal() -> None:
    evil = Denied("node--page", "\x1b[2J gone.", "", "a/\x07b", 1)
    (line,) = denial_lines([evil])
    assert line.isprintable()
