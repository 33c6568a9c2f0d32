"""A real chromium, and keys faster than the answers: what the page said is what was
written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config
from tests.web.hasty import LISTENING, at_once, plenty, settled, told, verdicts
from tests.web.shown import IN_A_BROWSER, Serving, page_of

REVIEW = "/-/altsync/review"

pytestmark = IN_A_BROWSER


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return plenty(tmp_path, 30)


@pytest.fixture
def page(window: Any, config: Config) -> Iterator[Any]:
    with Serving(config) as serving, page_of(window, serving) as page:
        page.add_init_script(LISTENING)
        page.goto(serving.url + REVIEW)
        yield page


def pairs(config: Config) -> list[tuple[str, str]]:
    return [(verdict, image) for verdict, image, _ in verdicts(config)]


def test_ten_quick_approvals_are_ten(page: Any, config: Config) -> None:
    at_once(page, *"aaaaaaaaaa")
    settled(page)
    assert pairs(config) == [("approved", f"many/{at:05}") for at in range(10)]
    assert told(page) == pairs(config)
    assert "many/00009" in page.locator(".notice.done").inner_text()


def test_approved_and_taken_back_within_a_moment(page: Any, config: Config) -> None:
    at_once(page, "a", "u")
    settled(page)
    assert [verdict for verdict, _ in pairs(config)] == ["approved", "withdrawn"]
    assert told(page) == pairs(config)
    assert "Taken back" in page.locator(".notice.done").inner_text()
    assert page.locator(".review").get_attribute("data-image") == "many/00000"


def test_a_double_click_on_undo_takes_one_verdict_back(
    page: Any, config: Config
) -> None:
    at_once(page, *"aaa")
    settled(page)
    page.get_by_role("button", name="Undo").dblclick()
    settled(page)
    assert [verdict for verdict, _ in pairs(config)] == [*["approved"] * 3, "withdrawn"]
    assert told(page) == pairs(config)
    at_once(page, "u", "u")  # two presses of the key are two
    settled(page)
    assert [v for v, _ in pairs(config)] == [*["approved"] * 3, *["withdrawn"] * 3]


def test_a_double_click_on_approve_is_one_wish_and_says_so(
    page: Any, config: Config
) -> None:
    page.locator(".card.chosen").get_by_role("button", name="Approve").dblclick()
    settled(page)
    assert pairs(config) == [("approved", "many/00000")]
    assert "A double click counts once." in " ".join(page.evaluate("window.spoken"))


def test_keys_without_a_target_are_not_used_and_said(page: Any, config: Config) -> None:
    """At the end of the queue: three images are left, five keys are pressed."""
    for _ in range(3):
        at_once(page, *"aaaaaaaaa")
        settled(page)
    at_once(page, *"aaaaa")
    settled(page)
    assert len(pairs(config)) == 30
    assert told(page) == pairs(config)
    assert page.locator("#sending").inner_text() == "2 keys were not used."
    assert "2 keys were not used." in " ".join(page.evaluate("window.spoken"))


def test_what_is_typed_before_its_editor_is_open_is_text(
    page: Any, config: Config
) -> None:
    """`r`, `a` and `u` of a word are no verdicts."""
    at_once(page, "a", "e", *" Arau", "x", "Backspace", "!", "Escape", "s", "a")
    settled(page)
    assert [verdict for verdict, _, _ in verdicts(config)] == ["approved"] * 2
    assert pairs(config)[1][1] == "many/00002"
    page.keyboard.press("u")
    settled(page)
    page.keyboard.press("p")
    settled(page)
    assert "A tram in a street, 1. Arau!" in page.locator(".draft q").inner_text()
    at_once(page, "s", "e", *"!", "r")
    settled(page)
    area = page.locator(".card.chosen textarea").first
    assert area.input_value() == "A tram in a street, 2.!r"


def test_an_own_text_is_approved_in_the_same_burst(page: Any, config: Config) -> None:
    at_once(page, "a", "e", *" So.")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("r")
    settled(page)
    assert [(verdict, text) for verdict, _, text in verdicts(config)] == [
        ("approved", "A tram in a street, 0."),
        ("approved", "A tram in a street, 1. So."),
        ("rejected", "A tram in a street, 2."),
    ]
    assert page.locator(".draft, .drafts").count() == 0


def test_after_a_refusal_the_rest_is_dropped_and_said(
    page: Any, config: Config
) -> None:
    conn = sqlite3.connect(config.database)
    with conn:
        conn.execute(
            "INSERT INTO reviews (candidate_id, verdict, reviewer, scope, created_at)"
            " SELECT max(id), 'rejected', 'anna', 'one', '2026-11-29T14:02:00Z'"
            " FROM candidates WHERE image_id = 'many/00000'"
        )
    conn.close()
    at_once(page, *"aaa")
    settled(page)
    assert pairs(config) == [("rejected", "many/00000")]
    alert = page.get_by_role("alert").inner_text()
    assert "anna rejected “A tram in a street, 0.”, 2026-11-29 14:02 UTC." in alert
    assert page.locator("#sending").inner_text() == "2 keys were not used."
    assert told(page) == []
