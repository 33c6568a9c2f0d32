"""A real chromium, and keys faster than the answers: what the page said is what was
written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config
from tests.web.hasty import LISTENING, at_once, plenty, settled, told, verdicts
from tests.web.shown import CHROMIUM, Serving, chromium, page_of

REVIEW = "/-/altsync/review"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not Path(CHROMIUM).exists(),
        reason=f"there is no {CHROMIUM}: apt-get install chromium",
    ),
]


@pytest.fixture(scope="module")
def window() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


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
