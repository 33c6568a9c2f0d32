"""What counts of what packets say of one image, and the checksum of a line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from altsync.models.packet import (
    LETTERS,
    WITNESS,
    OnPaper,
    PacketLine,
    Ticked,
    differ,
    in_words,
    newest,
    standing,
)

LINE = PacketLine("bcdfghjk", 3, "a/1", 7, "seen", "A dog.", "Long.")


def on(
    answer: str, at: int, candidate: int | None = 7, text: str = "", by: str = ""
) -> OnPaper:
    """One verdict of a line of its own."""
    return OnPaper(
        packet=f"packet{at}",
        line=1,
        image="a/1",
        candidate=candidate,
        answer=Ticked(answer),
        text=text,
        note="",
        by=by or f"reader {at}",
        at=f"2026-01-0{at}",
    )


@pytest.mark.parametrize(
    "other",
    [
        replace(LINE, packet="zzzzzzzz"),
        replace(LINE, line=4),
        replace(LINE, image="a/2"),
        replace(LINE, candidate=None),
        replace(LINE, seen="then"),
        replace(LINE, shown="A dog"),
        replace(LINE, long_description=""),
    ],
)
def test_a_checksum_is_over_everything_and_of_letters_alone(other: PacketLine) -> None:
    assert LINE.checksum != other.checksum
    for one in (LINE, other):
        assert set(one.checksum.removesuffix(WITNESS)) <= set(LETTERS)


COUNTS = {
    "the latest text": (
        [on("approve", 1), on("own text", 2, text="B"), on("decorative", 3)],
        ["decorative"],
    ),
    "a no takes the yes with it, and the text before counts": (
        [on("own text", 1, text="B"), on("approve", 2), on("reject", 3)],
        ["own text", "reject"],
    ),
    "a no of another candidate touches no text": (
        [on("approve", 1, 7), on("reject", 2, 8)],
        ["approve", "reject"],
    ),
    "a later doubt stands before a text": (
        [on("approve", 1, 8), on("unsure", 2)],
        ["unsure"],
    ),
    "a later text answers a doubt": (
        [on("unsure", 1), on("own text", 2, text="B")],
        ["own text"],
    ),
    "a doubt that was answered": ([on("unsure", 1), on("reject", 2)], ["reject"]),
    "nothing": ([], []),
}


@pytest.mark.parametrize("name", COUNTS)
def test_what_counts(name: str) -> None:
    said, counts = COUNTS[name]
    assert [str(one.answer) for one in standing(said)] == counts
    assert standing(reversed(said)) == standing(said)


DIFFER = {
    "two texts": (on("own text", 1, text="A"), on("own text", 2, text="B"), True),
    "one text": (on("own text", 1, text="A"), on("own text", 2, text="A"), False),
    "both yes": (on("approve", 1), on("approve", 2), False),
    "yes to two": (on("approve", 1, 7), on("approve", 2, 8), True),
    "yes and no": (on("approve", 1), on("reject", 2), True),
    "no and no": (on("reject", 1), on("reject", 2), False),
    "no to another": (on("approve", 1, 7), on("reject", 2, 8), False),
    "one person, two texts": (
        on("decorative", 1, by="Ann"),
        on("own text", 2, text="A", by="Ann"),
        True,
    ),
    "one person, text and no": (
        on("own text", 1, text="A", by="Ann"),
        on("reject", 2, by="Ann"),
        False,
    ),
}


@pytest.mark.parametrize("name", DIFFER)
def test_who_judged_differently(name: str) -> None:
    one, other, expected = DIFFER[name]
    assert differ(one, other) is expected
    assert differ(other, one) is expected


def test_of_each_line_the_newest_is_what_it_says() -> None:
    first = on("approve", 1)
    mended = replace(first, answer=Ticked.REJECT, at="2026-01-05")
    other = on("unsure", 3)
    assert newest([mended, other, first]) == [other, mended]
    same_time = replace(first, answer=Ticked.REJECT)
    assert newest([first, same_time]) == [same_time], "what was taken last"


def test_a_verdict_is_told_with_who_and_when() -> None:
    said = on("own text", 2, text="B", by="Ann")
    assert in_words(said) == "own text “B” by Ann (packet packet2, 2026-01-02 UTC)"
    untimed = replace(said, answer=Ticked.REJECT, timed=False)
    assert in_words(untimed) == "rejected by Ann (packet packet2)"
