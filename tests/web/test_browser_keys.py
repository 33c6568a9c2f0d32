"""Keys of the grid and of Compare, and albums that are suggested, in a real chromium:
what the page marks, what the rows have."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from altsync.config import Config
from tests.web.shown import IN_A_BROWSER, Serving, demo, page_of

GRID = "/-/altsync/grid"
COMPARE = "/-/altsync/compare?run=1"

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return demo(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def page(window: Any, config: Config) -> Iterator[Any]:
    """One window for all."""
    with Serving(config) as serving, page_of(window, serving) as page:
        page.root = serving.url
        yield page


def rows(config: Config, sql: str) -> list[Any]:
    conn = sqlite3.connect(config.database)
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


TILES = """[...document.querySelectorAll('.tile')].map(one => [
  Math.round(one.getBoundingClientRect().top + scrollY),
  Math.round(one.getBoundingClientRect().left),
  Boolean(one.querySelector('.mark input').checked),
  one.contains(document.activeElement)])"""


def marked(page: Any) -> list[int]:
    return [n for n, tile in enumerate(page.evaluate(TILES)) if tile[2]]


def at(page: Any) -> int:
    """The tile that has the focus."""
    return next(n for n, tile in enumerate(page.evaluate(TILES)) if tile[3])


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_grid_by_arrows_and_marks(page: Any, config: Config) -> None:
    page.set_viewport_size({"width": 700, "height": 900})
    page.goto(page.root + GRID)
    page.wait_for_load_state()
    places = [(top, left) for top, left, *_ in page.evaluate(TILES)]
    across = [top for top, _ in places].count(places[0][0])
    assert 2 <= across < len(places) - across
    page.locator(".mark input").first.focus()
    press(page, "ArrowUp", "ArrowLeft")
    assert at(page) == 0, "there is none above and before"
    press(page, "ArrowRight", "ArrowDown")
    assert at(page) == 1 + across
    press(page, "ArrowUp", "Space")
    assert (at(page), marked(page)) == (1, [1])
    press(page, "End")
    assert at(page) == len(places) - 1
    press(page, "Home", "Shift+ArrowRight")
    assert marked(page) == [0, 1]
    press(page, "ArrowRight", "ArrowRight", "Shift+X")
    assert marked(page) == [0, 1, 2, 3]
    assert page.locator("[data-marked]").inner_text() == "4 marked"
    press(page, "x", "ArrowLeft", "ArrowLeft", "Shift+X")
    assert marked(page) == [0], "what the last one got: no mark"
    page.locator(".mark input").nth(2).click(modifiers=["Shift"])
    page.wait_for_selector("[data-marked]:text-is('1 marked')")
    assert marked(page) == [0], "the last mark was taken away, so are these"
    page.locator(".mark input").nth(1).click()
    page.locator(".mark input").nth(3).click(modifiers=["Shift"])
    page.wait_for_selector("[data-marked]:text-is('4 marked')")
    assert marked(page) == [0, 1, 2, 3]
    assert rows(config, "SELECT count(*) FROM reviews WHERE scope = 'bulk'") == [(0,)]


def test_enter_opens_and_sends_nothing(page: Any, config: Config) -> None:
    page.goto(page.root + GRID)
    page.locator(".mark input").nth(1).focus()
    name = page.locator(".tile .visually-hidden").nth(2).inner_text()
    press(page, "Space", "Enter")
    page.wait_for_selector(".review")
    assert page.locator(".review").get_attribute("data-image") in name
    assert rows(config, "SELECT count(*) FROM reviews WHERE scope = 'bulk'") == [(0,)]


def test_letters_obey_their_switch_and_are_told(page: Any) -> None:
    page.goto(page.root + GRID)
    page.wait_for_load_state()
    grid = page.locator("ul.grid")
    assert grid.get_attribute("aria-keyshortcuts") == "x Shift+X"
    page.get_by_label("Single-key shortcuts").uncheck()
    assert grid.get_attribute("aria-keyshortcuts") is None
    page.locator(".mark input").first.focus()
    press(page, "x", "ArrowRight", "Space")
    assert marked(page) == [1], "arrows and the space bar are no letters"
    page.get_by_label("Single-key shortcuts").check()
    page.locator(".mark input").first.focus()
    press(page, "x", "?")
    assert marked(page) == [0, 1]
    dialog = page.locator("dialog[open]")
    assert "what the last mark got" in dialog.inner_text()
    press(page, "Escape")


def test_a_comparison_by_letters(page: Any, config: Config) -> None:
    page.goto(page.root + COMPARE)
    page.wait_for_load_state()
    before = rows(config, "SELECT max(id) FROM comparison_marks")[0][0]
    press(page, "2", "b", "1", "c", "p", "2", "p")
    grades = page.locator(".grades :checked")
    assert [one.input_value() for one in grades.all()] == ["C", "B"]
    assert page.locator(".pick :checked").count() == 1
    page.wait_for_selector("#live:has-text('Text 2: the best of these')")
    press(page, "9", "y")
    assert page.locator(".grades :checked").count() == 2, "there is no such key"
    press(page, "Enter")
    page.wait_for_selector("text=5 of 5 judged")
    found = rows(config, f"SELECT mark FROM comparison_marks WHERE id > {before}")
    assert {mark for (mark,) in found} >= {"B", "C", "picked"}


def test_albums_are_suggested_while_one_is_typed(page: Any) -> None:
    page.goto(page.root + GRID)
    page.locator(".filters summary").click()
    field = page.get_by_label("Album all albums")
    assert page.locator("#f-albums option").count() == 4
    field.fill("mount")
    mountains = "#f-albums option:only-child[value='in-the-mountains']"
    page.wait_for_selector(mountains, state="attached")


def test_keys_that_the_owner_switched_off_do_nothing(page: Any, config: Config) -> None:
    review = replace(config.review, keys=False)
    with (
        Serving(replace(config, review=review)) as serving,
        page_of(page.context.browser, serving) as other,
    ):
        other.goto(f"{serving.url}/-/altsync/review")
        other.wait_for_load_state("networkidle")
        assert other.locator("[data-zoom]").count() == 1
        assert other.locator("[aria-keyshortcuts]").count() == 0
        for key in ("z", "?", "e"):
            other.keyboard.press(key)
        assert other.locator("dialog[open], textarea:focus").count() == 0
