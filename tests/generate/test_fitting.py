"""What is told within a budget of tokens, and what is told whatever the budget."""

from __future__ import annotations

from altsync.generate.context import ADDRESS, LINK, SAME, TITLE, WHERE, Piece, Trust
from altsync.generate.fitting import FORM, MOST, cost, fit
from altsync.generate.tokens import tokens

LONG = "A sentence of some words stands here. " * 40


def piece(kind: str, text: str, use: int = 0, trust: Trust = Trust.PAGE) -> Piece:
    return Piece(kind, text, trust, "test", use)


def kinds(*pieces: Piece, budget: int) -> list[tuple[str, int]]:
    return [(one.kind, one.use) for one in fit(pieces, budget)]


def test_the_budget_cuts_the_least_useful_first() -> None:
    page = piece("page text", LONG)
    caption, title = piece("caption", "c" * 60), piece("title", "t" * 40)
    assert kinds(page, caption, title, budget=35) == [("title", 0), ("caption", 0)]
    told = fit([page, caption, title], 100)
    assert [one.kind for one in told] == ["title", "caption", "page text"]
    assert told[-1].text.endswith("stands here. …")
    assert 60 < cost(told) <= 100
    short = piece("date", "2024-05-01")
    assert kinds(piece("heading", "h" * 400), short, budget=9) == [("date", 0)]


def test_a_use_tells_more_than_all_of_the_next() -> None:
    first = piece("text before", LONG, use=1)
    second = piece("page title", "Another page with a title", use=2)
    assert kinds(second, first, budget=60) == [("text before", 1)]
    assert kinds(second, first, budget=1000) == [("text before", 1), ("page title", 2)]


def test_words_before_a_picture_lose_their_beginning() -> None:
    text = f"{LONG}The tram stops at the gate. It is yellow."
    (told,) = fit([piece("text before", text, use=1)], 24)
    assert told.text == "… The tram stops at the gate. It is yellow."


def test_what_the_owner_says_is_first_and_whole() -> None:
    note = piece("album note", LONG, trust=Trust.OWNER)
    title = piece("title", "A title")
    told = fit([title, note], 20)
    assert [one.text for one in told] == [LONG.strip()]
    assert kinds(title, note, budget=1000) == [("album note", 0), ("title", 0)]


def test_region_and_link_are_told_whatever_the_budget() -> None:
    standing = [
        piece(WHERE, "navigation", use=1),
        piece(LINK, "Opening hours", use=1),
        piece(ADDRESS, "/hours", use=1),
        piece(SAME, "Opening hours", use=1),
    ]
    title = piece("title", "Opening hours and more")
    told = fit([title, *standing], 1)
    assert [one.kind for one in told] == [WHERE, LINK, ADDRESS, SAME]
    named = fit(
        [piece(LINK, "Your basket", use=1), piece(TITLE, "Your basket", use=1)], 50
    )
    assert [one.kind for one in named] == [TITLE, LINK]
    (bounded,) = fit([piece(LINK, LONG, use=1)], 1)
    assert tokens(bounded.text) <= MOST


def test_the_same_text_is_told_once() -> None:
    twice = [piece("title", "x"), piece("caption", "x")]
    assert fit(twice, 100) == (piece("title", "x"),)
    long_twice = [piece("text after", LONG, use=1), piece("text after", LONG, use=2)]
    assert len(fit(long_twice, 1000)) == 1
    heading_too = [piece("title", "Quay"), piece("heading", "Quay", use=1)]
    assert len(fit(heading_too, 100)) == 2


def test_nothing_invisible_is_told() -> None:
    joined = "क्\u200dष and 👩\u200d🚀"
    hiding = f"A\u200b \u202eB\u2066\x1b\n\tC\ufeff\x00\u3164 {joined}"
    [told] = fit([piece("title", hiding)], 100)
    assert told.text == f"A B C {joined}"
    assert fit([piece("title", "\u200b\u202e")], 100) == ()


def test_a_budget_counts_the_form_too() -> None:
    pieces = [piece("date", f"day {number}") for number in range(100)]
    assert len(fit(pieces, 60)) == 60 // (2 + FORM)
