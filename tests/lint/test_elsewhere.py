"""What the same text is on the same picture at other places."""

from __future__ import annotations

import pytest

from altsync.lint.elsewhere import Elsewhere, unlike
from altsync.lint.evidence import Evidence

TICKETS = "https://example.org/tickets"
PLAIN = Elsewhere("A ferry.", "", page="The harbour")
LINK = Elsewhere("A  ferry.", TICKETS, "Tickets", "Home")
OTHER = Elsewhere("A seal.", TICKETS)
BARE = Elsewhere("A ferry.", f"{TICKETS}?token=abc")


@pytest.mark.parametrize(
    ("alt", "link", "others", "said"),
    [
        (None, "", [LINK], None),
        (" ", "", [LINK], None),
        ("A ferry.", "", [], None),
        ("A ferry.", "", [OTHER], None),
        ("A ferry.", "", [PLAIN], None),
        ("A ferry.", TICKETS, [LINK], None),
        ("A ferry.", "", [PLAIN, LINK], "a link to “Tickets” on “Home”"),
        ("A ferry.", TICKETS, [PLAIN], "an illustration on “The harbour”"),
        ("A ferry.", "/a", [BARE], f"a link to {TICKETS}?token=…"),
        ("A ferry.", None, [LINK], None),
        (
            "A ferry.",
            None,
            [PLAIN, LINK, BARE],
            "an illustration on “The harbour” and a link to “Tickets” on “Home”",
        ),
    ],
)
def test_unlike(
    alt: str | None, link: str | None, others: list[Elsewhere], said: str | None
) -> None:
    assert unlike(alt, link, others) == said


def test_a_long_name_is_cut() -> None:
    wide = Elsewhere("A ferry.", TICKETS, "x" * 900, "y " * 900)
    assert len(wide.sentence) < 200


def test_nothing_is_said_of_one_button() -> None:
    known = Evidence(link="", others=(LINK,))
    assert known.text("A ferry.").elsewhere == LINK.sentence
    assert Evidence(button=True, others=(LINK,)).text("A ferry.").elsewhere is None
