"""In a real chromium: a colleague is asked by keyboard alone, also by somebody who types
faster than the pages come; and the review by words alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config
from tests import axe
from tests.web.shown import IN_A_BROWSER, Serving, demo, page_of, read_pages

REVIEW = "/-/altsync/review"
NOTE = "Is it Aizkorri or Aketegi? Ask a Basque, d'oh"

pytestmark = IN_A_BROWSER


@pytest.fixture
def config(tmp_path: Path) -> Config:
    made = demo(tmp_path, busy=False)
    read_pages(made)
    return made


@pytest.fixture
def serving(config: Config) -> Iterator[Serving]:
    with Serving(config) as server:
        yield server


def verdicts(config: Config) -> list[tuple[Any, ...]]:
    sql = "SELECT verdict, reviewer, note, asked, how FROM reviews ORDER BY id"
    with sqlite3.connect(config.database) as conn:
        found = conn.execute(sql).fetchall()
    conn.close()
    return found


def focused(page: Any) -> str:
    found: str = page.evaluate(
        "document.activeElement.id || document.activeElement.value"
    )
    return found


def test_a_colleague_is_asked_and_answers_by_keyboard_alone(
    window: Any, serving: Serving, config: Config
) -> None:
    with page_of(window, serving) as page:
        page.goto(f"{serving.url}{REVIEW}")
        image = page.locator(".review").get_attribute("data-image")
        page.keyboard.press("2")
        page.keyboard.press("q")
        assert focused(page) == "ask-note"
        about = page.locator("#ask-candidate option:checked").inner_text()
        assert about.startswith("2: "), "the text that is chosen"
        page.keyboard.press("Escape")
        assert page.locator("[data-ask]").get_attribute("open") is None
        page.keyboard.press("q")
        page.keyboard.type(NOTE)
        page.keyboard.press("Tab")
        page.keyboard.type("anna")
        page.keyboard.press("Enter")
        page.wait_for_selector(".notice.done")
        assert "Asked a colleague about" in page.locator(".notice").inner_text()
        assert focused(page) == "approve", "one key from the next verdict"
    assert verdicts(config) == [("unsure", "maria", NOTE, "anna", "picture")]
    with page_of(window, serving, actor="anna") as page:
        page.goto(f"{serving.url}/-/altsync")
        page.get_by_role("link", name="1 is asked of you").click()
        assert page.locator(".review").get_attribute("data-image") == image
        assert NOTE in page.locator(".card.chosen .judgement").inner_text()
        said = page.locator("template[data-says]").evaluate(
            "t => t.content.textContent"
        )
        assert f"maria is unsure and asks anna: {NOTE}" in said
        assert axe.violations(page) == {}
        page.keyboard.press("a")
        page.wait_for_selector(".empty")
    assert verdicts(config)[1:] == [("approved", "anna", None, None, "picture")]


def test_who_types_faster_than_the_page_comes_gives_no_verdict_by_it(
    window: Any, serving: Serving, config: Config
) -> None:
    """The letters after q are the question's, also where q has to wait for its turn."""
    from playwright.sync_api import expect

    with page_of(window, serving) as page:
        page.goto(f"{serving.url}{REVIEW}")
        page.keyboard.type("aq")
        page.keyboard.type("rads?")
        expect(page.locator("#ask-note")).to_have_value("rads?")
        expect(page.locator("#ask-note")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".notice.done")).to_contain_text("Asked a colleague")
    assert [row[:3] for row in verdicts(config)] == [
        ("approved", "maria", None),
        ("unsure", "maria", "rads?"),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_by_words_alone(
    window: Any, serving: Serving, config: Config, scheme: str
) -> None:
    """Clean for axe-core on a small phone; q is in an open form; the picture is one link
    away, for one image."""
    from playwright.sync_api import expect

    small: dict[str, Any] = {
        "viewport": {"width": 320, "height": 640},
        "color_scheme": scheme,
    }
    with page_of(window, serving, **small) as page:
        page.goto(f"{serving.url}{REVIEW}")
        page.get_by_role("link", name="By words alone").click()
        page.wait_for_url("**mode=words**")  # to its end, the style with it
        heads = page.get_by_role("heading", level=2).all_inner_texts()
        assert heads[:4] == [
            "Where it stands",
            "What the site says of it",
            "What the texts claim",
            "Candidates",
        ]
        assert page.locator("img.large").count() == 0
        assert axe.violations(page) == {}
        wide = "document.documentElement.scrollWidth <= innerWidth"
        assert page.evaluate(wide)
        page.locator("h1").focus()
        page.keyboard.press("q")
        assert focused(page) == "ask-note"
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Show the picture").click()
        page.wait_for_selector("img.large")
        page.wait_for_load_state()  # keys are heard from then on
        page.locator("h1").focus()
        page.keyboard.press("a")
        page.wait_for_selector(".notice.done")
        assert page.locator("img.large").count() == 0, "the next one is by words again"
        page.keyboard.press("r")
        expect(page.locator(".notice.done")).to_contain_text("Rejected")
    assert [(row[0], row[4]) for row in verdicts(config)] == [
        ("approved", "picture"),
        ("rejected", "words"),
    ]
