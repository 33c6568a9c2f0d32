"""Judging by ear and by keyboard, in a real Chromium: what is said, where the focus is,
what the keys do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.web.shown import IN_A_BROWSER, Serving, demo, page_of
from tests.web.test_browser import press, reviews

REVIEW = "/-/altsync/review"
LIVE = "document.getElementById('live').textContent"
FOCUS = "document.activeElement"

pytestmark = IN_A_BROWSER


def heard(page: Any) -> str:
    """What the live region says, once it has been written."""
    live = page.locator("#live", has_text=re.compile(r"\S"))
    live.wait_for(state="attached")  # the pages' policy forbids to wait for a function
    return " ".join(str(page.evaluate(LIVE)).split())


def focused(page: Any) -> str:
    """The name of the button that has the focus, else its element."""
    return str(
        page.evaluate(f"{FOCUS}.value || {FOCUS}.innerText.trim() || {FOCUS}.tagName")
    )


def test_an_evening_by_ear(window: Any, tmp_path: Path) -> None:
    """A verdict, what is said of it and of what comes, and the next verdict by one key
    from where the focus is: letter or Enter."""
    config = demo(tmp_path, busy=False)
    with Serving(config) as serving, page_of(window, serving) as page:
        page.goto(serving.url + REVIEW)
        count = int(page.locator(".count strong").inner_text())
        image = page.locator(".review").get_attribute("data-image")
        press(page, "a")
        said = heard(page)
        assert said.startswith(f"Approved {image}. 1 of {count - 1}: ")
        text = page.locator(".card.chosen [name=text]").input_value()
        assert f"“{text}”" in said
        assert focused(page) == "approve"
        press(page, "Enter")
        assert f"1 of {count - 2}: " in heard(page)
        assert len(reviews(config)) == 2
        press(page, "s")
        assert heard(page).startswith(f"2 of {count - 2}: ")
        assert focused(page) == "approve"
        page.keyboard.press("e")
        page.keyboard.press("Escape")
        assert focused(page) == "approve"
        page.keyboard.down("Enter")  # and held: the next image is judged by itself
        for _ in range(4):
            page.wait_for_timeout(100)
            page.keyboard.down("Enter")
        page.keyboard.up("Enter")
        page.wait_for_selector(".notice.done")
        assert len(reviews(config)) == 3


def test_what_was_found_is_said_once(window: Any, tmp_path: Path) -> None:
    with (
        Serving(demo(tmp_path, busy=False)) as serving,
        page_of(window, serving) as page,
    ):
        page.goto(f"{serving.url}{REVIEW}?image=at-home/chelsea")
        page.evaluate(
            """window.told = [];
            new MutationObserver(() => {
              const live = document.getElementById('live').textContent;
              if (live) window.told.push(live);
            }).observe(document.getElementById('live'), {childList: true})"""
        )

        def type_text(text: str) -> None:
            with page.expect_response("**/check"):
                page.locator(".card.chosen textarea").first.fill(text)
            page.wait_for_timeout(100)

        type_text("A ginger cat on a chair.")
        type_text("A cat. Perhaps it rains, maybe it snows.")
        type_text("A ginger cat. Perhaps it rains, maybe it snows.")
        type_text("A ginger cat on a table.")
        type_text("A ginger cat on the table.")
        told = page.evaluate("window.told")
    assert len(told) == 2, told
    assert told[0].startswith("warning ")
    assert told[1] == "Nothing found any more"


def test_the_keys_are_listed_in_words(window: Any, tmp_path: Path) -> None:
    """`?` opens them, no verdict is given from in there, Esc gives the focus back; who
    switched the letters off is told of none, and has the button."""
    config = demo(tmp_path, busy=False)
    with Serving(config) as serving, page_of(window, serving) as page:
        page.goto(serving.url + REVIEW)
        press(page, "s")
        page.keyboard.press("?")
        listed = page.get_by_role("dialog", name="Keys of this page")
        assert "approve the text" in listed.inner_text()
        page.keyboard.press("a")
        page.keyboard.press("Escape")
        assert not listed.is_visible()
        assert focused(page) == "approve"
        assert reviews(config) == []
        keys = page.evaluate(
            "[...document.querySelectorAll('[data-key]')].every("
            "one => one.getAttribute('aria-keyshortcuts') === one.dataset.key)"
        )
        assert keys
        page.get_by_label("Single-key shortcuts").uncheck()
        assert page.locator("[aria-keyshortcuts][data-key]").count() == 0
        page.keyboard.press("?")
        assert not listed.is_visible()
        page.get_by_role("button", name="All keys").press("Enter")
        assert listed.is_visible()
