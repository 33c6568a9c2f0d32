"""What every format shows of one image that differs between two moments."""

from __future__ import annotations

import pytest

from altsync.models import Flat, Moved, Origin
from altsync.render.shown import called, moved_head, of_moved

WAS: Flat = {"alt": "One.", "title": "T", "caption": "", "label": None}
NOW: Flat = {"alt": "Two.", "title": "T", "caption": "C", "label": "ai"}


def test_one_that_changed() -> None:
    (one,) = of_moved([Moved("a/b", "a", WAS, NOW, Origin.AI, "m-1")])
    assert (one.kind, one.before, one.after) == ("changed", "One.", "Two.")
    assert one.said == "a machine's text (m-1)"
    assert one.label == (None, "ai")
    assert one.fields == (("caption", "", "C"),)


@pytest.mark.parametrize(
    ("before", "after", "origin", "kind", "said"),
    [
        (None, NOW, Origin.HUMAN, "new", "a person's text"),
        (WAS, None, Origin.AI, "gone", "not on the site any more"),
        (WAS, {"alt": ""}, None, "changed", "no text"),
    ],
)
def test_who_wrote_it_is_said_where_it_still_is(
    before: Flat | None, after: Flat | None, origin: Origin | None, kind: str, said: str
) -> None:
    (one,) = of_moved([Moved("a/b", "a", before, after, origin)])
    assert (one.kind, one.said) == (kind, said)


def test_only_fields_that_both_moments_know_are_compared() -> None:
    """History remembers alt and label, an export every field."""
    (one,) = of_moved([Moved("a/b", "a", WAS, {"alt": "One."})])
    assert (one.label, one.fields) == (None, ())


def test_the_head_counts() -> None:
    head = moved_head("https://x.test", "push 1", "now", {"new": 1})
    assert head.total == "1 image differs: 1 new, 0 changed, 0 gone."
    head = moved_head("https://x.test", "push 1", "now", {"gone": 1, "changed": 1200})
    assert head.total == "1,201 images differ: 0 new, 1,200 changed, 1 gone."


@pytest.mark.parametrize(
    ("image", "title", "said"),
    [
        ("a/sunset-beach", "Sunset Beach", ""),
        ("media/17", " Sunset Beach ", "Sunset Beach"),
        ("media/17", None, ""),
        ("media/17", "—", ""),
    ],
)
def test_a_title_is_shown_where_the_id_does_not_say_it(
    image: str, title: str | None, said: str
) -> None:
    assert called(image, title) == said
