"""A real chromium on the demonstration pictures: keyboard alone, two windows, no
JavaScript, and each page's own policy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config
from tests.web.everything import PAGES, STANDING, everything
from tests.web.shown import IN_A_BROWSER, Serving, demo, enter, page_of

REVIEW = "/-/altsync/review"
pytestmark = IN_A_BROWSER


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return demo(tmp_path, busy=False)


@pytest.fixture
def serving(config: Config) -> Iterator[Serving]:
    with Serving(config) as server:
        yield server


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A mirror with something on every page; nothing is written to it."""
    with Serving(everything(tmp_path_factory.mktemp("busy"))) as server:
        yield server


def reviews(
    config: Config,
    sql: str = "SELECT verdict, reviewer, scope FROM reviews ORDER BY id",
) -> list[Any]:
    conn = sqlite3.connect(config.database)
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


def shown(page: Any) -> str:
    return str(page.locator(".review").get_attribute("data-image"))


def press(page: Any, key: str) -> None:
    """One key, and wait until another image (or an end) is there."""
    page.evaluate("document.getElementById('main').dataset.before = ''")
    page.keyboard.press(key)
    page.wait_for_selector("main:not([data-before])")


def test_an_evening_by_keyboard_alone(
    window: Any, serving: Serving, config: Config
) -> None:
    """The login link; 8 approved, one edited, one rejected, the last one undone and
    approved: no mouse, no reload."""
    context = window.new_context()
    page = context.new_page()
    loads: list[str] = []
    enter(page, serving.link)
    page.on("load", lambda _: loads.append(page.url))
    seen = [shown(page)]
    for _ in range(7):
        press(page, "a")
        seen.append(shown(page))
    assert len(set(seen)) == 8
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.type(" Perhaps it rains, maybe it snows.")
    page.wait_for_selector(".card.chosen [data-findings] .warning")
    assert page.locator(".card.chosen [data-label]").inner_text() == "Approve my text"
    press(page, "Control+Enter")
    rejected = shown(page)
    press(page, "r")
    if shown(page) != rejected:
        press(page, "u")
        assert shown(page) == rejected
    press(page, "a")
    assert loads == []
    verdicts = [row[0] for row in reviews(config)]
    assert verdicts.count("approved") == 9
    assert verdicts.count("rejected") == 1
    assert {row[1:] for row in reviews(config)} == {("maria", "one")}
    edited = reviews(config, "SELECT alt FROM candidates WHERE origin = 'human'")
    assert len(edited) == 1
    assert edited[0][0].endswith("maybe it snows.")
    assert "Approved" in page.locator(".notice").inner_text()
    context.close()


def test_the_position_survives_a_reload_and_skipping_writes_nothing(
    window: Any, serving: Serving, config: Config
) -> None:
    with page_of(window, serving) as page:
        page.goto(serving.url + REVIEW)
        first = shown(page)
        press(page, "s")
        second = shown(page)
        assert second != first
        page.reload()
        assert shown(page) == second
        press(page, "p")
        assert shown(page) == first
        page.go_back()
        page.wait_for_selector(f".review[data-image='{second}']")
    assert reviews(config) == []


def test_two_windows_against_each_other(
    window: Any, serving: Serving, config: Config
) -> None:
    with (
        page_of(window, serving) as mine,
        page_of(window, serving, actor="anna") as hers,
    ):
        for page in (mine, hers):
            page.goto(f"{serving.url}{REVIEW}?image=at-home/coffee-break")
        press(hers, "a")
        mine.locator(".card.chosen [name=text]").fill("My own words for the coffee.")
        mine.locator("h1").focus()
        press(mine, "a")
        alert = mine.locator("[role=alert]").inner_text()
        assert "Somebody was faster" in alert
        assert "anna" in alert
        assert "My own words for the coffee." in {
            area.input_value() for area in mine.locator("textarea").all()
        }
    assert [row[1] for row in reviews(config)] == ["anna"]


def test_the_next_picture_is_there_before_it_is_asked_for(
    window: Any, serving: Serving
) -> None:
    with page_of(window, serving) as page:
        page.goto(serving.url + REVIEW)
        page.wait_for_load_state("networkidle")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        press(page, "s")
        picture = page.locator("img.large").get_attribute("src")
        assert not [url for url in asked if url.endswith(str(picture))]
        assert page.evaluate("document.querySelector('img.large').naturalWidth") > 0


def test_keys_can_be_turned_off_and_stay_off(
    window: Any, serving: Serving, config: Config
) -> None:
    with page_of(window, serving) as page:
        page.goto(serving.url + REVIEW)
        page.get_by_label("Single-key shortcuts").uncheck()
        page.locator("h1").focus()
        page.keyboard.press("a")
        page.reload()
        page.keyboard.press("a")
        page.wait_for_timeout(200)
        assert reviews(config) == []
        page.get_by_label("Single-key shortcuts").check()
        page.locator("h1").focus()
        press(page, "a")
    assert len(reviews(config)) == 1


def test_what_is_heard_follows_what_is_typed(window: Any, busy: Serving) -> None:
    """The server's words, at each use; a fault is told to who does not see it."""
    address = f"{busy.url}{REVIEW}?image={STANDING[0]}"
    with page_of(window, busy) as page:
        page.goto(address)
        area = page.locator(".card.chosen textarea").first
        heard = page.locator(".card.chosen [data-spoken] li")
        area.fill("All routes.")
        page.wait_for_selector(
            "[data-spoken] li:has-text('link, graphic, All routes.')"
        )
        assert heard.count() == 4
        area.fill("")
        page.wait_for_selector("[data-spoken] li.fault")
        assert "nobody learns where it leads" in heard.all_inner_texts()[2]
        page.wait_for_selector("#live:has-text('nobody learns what it does')")


def test_everything_works_without_javascript(
    window: Any, serving: Serving, config: Config
) -> None:
    with page_of(window, serving, java_script_enabled=False) as page:
        page.goto(serving.url + REVIEW)
        first = shown(page)
        page.locator(".card").first.get_by_role("button", name="Approve").click()
        assert shown(page) != first
        page.get_by_role("button", name="Undo").click()
        assert shown(page) == first
        page.goto(serving.url + "/-/altsync/grid")
        for box in page.locator('input[name="mark"]').all()[:3]:
            box.check()
        page.get_by_role("button", name="Reject marked").click()
        assert "Rejected 3 texts" in page.locator(".notice").inner_text()
    assert [row[0] for row in reviews(config)] == [
        "approved",
        "withdrawn",
        *["rejected"] * 3,
    ]


def test_a_sweep_by_keyboard(window: Any, serving: Serving, config: Config) -> None:
    with page_of(window, serving) as page:
        page.goto(serving.url + "/-/altsync/grid")
        page.get_by_label("Mark all").focus()
        page.keyboard.press("Space")
        assert "marked" in page.locator("[data-marked]").inner_text()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector(".notice.done")
        given = reviews(config)
        assert {row[2] for row in given} == {"bulk"}
        page.get_by_role("button", name=f"Take all {len(given)} back").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(f"text=Took back {len(given)} verdicts.")
    assert [row[0] for row in reviews(config)][len(given) :] == ["withdrawn"] * len(
        given
    )


def test_comparing_by_keyboard(window: Any, tmp_path: Path) -> None:
    config = demo(tmp_path)
    with Serving(config) as serving, page_of(window, serving) as page:
        page.goto(serving.url + "/-/altsync/compare?run=1")
        page.locator(".grades input").first.focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        page.locator("[name=picked]").first.focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_selector("table")
        assert "5 of 5 judged" in page.locator(".count").inner_text()
    marks = reviews(
        config, "SELECT mark FROM comparison_marks ORDER BY id DESC LIMIT 3"
    )
    assert {row[0] for row in marks} == {"B", "picked", "not picked"}


def test_no_page_breaks_its_own_policy_or_fails_in_the_console(
    window: Any, busy: Serving
) -> None:
    said: list[str] = []
    with page_of(window, busy) as page:
        page.on(
            "console",
            lambda message: (
                said.append(message.text)
                if message.type in ("error", "warning")
                else None
            ),
        )
        page.on("pageerror", lambda error: said.append(str(error)))
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        for path in PAGES:
            page.goto(busy.url + path)
    assert said == []
    assert {url for url in requests if not url.startswith(busy.url)} == set()
