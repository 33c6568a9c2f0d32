"""A review held in one hand: real chromium in the sizes of phones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config
from tests.web.shown import CHROMIUM, Serving, chromium, demo, page_of, read_pages

REVIEW = "/-/altsync/review"
SEVERAL = "in-the-mountains/aizkorri-in-autumn"
"""Two candidates, and hints of the pages where it stands."""
ONE = "at-home/neighbours"
PHONES = {"tall": (390, 844), "short": (360, 640)}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not Path(CHROMIUM).exists(),
        reason=f"there is no {CHROMIUM}: apt-get install chromium",
    ),
]


@pytest.fixture(scope="module")
def window() -> Iterator[Any]:
    """One browser for all tests; each opens windows of its own."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    found = demo(tmp_path_factory.mktemp("phone"))
    read_pages(found)
    return found


@pytest.fixture(scope="module")
def serving(config: Config) -> Iterator[Serving]:
    """Nothing is written to it."""
    with Serving(config) as server:
        yield server


def held(size: tuple[int, int], **more: Any) -> dict[str, Any]:
    """A phone of this size."""
    width, height = size
    viewport = {"width": width, "height": height}
    return {"viewport": viewport, "has_touch": True, "is_mobile": True, **more}


def box(page: Any, selector: str) -> tuple[float, float]:
    """Upper and lower edge in the window."""
    found = page.locator(selector).first.bounding_box()
    return float(found["y"]), float(found["y"] + found["height"])


def on_top(page: Any, selector: str) -> bool:
    """Nothing lies over the middle of it."""
    return bool(
        page.evaluate(
            """selector => {
              const one = document.querySelector(selector);
              const at = one.getBoundingClientRect();
              const hit = document.elementFromPoint(
                at.x + at.width / 2, at.y + at.height / 2);
              return one.contains(hit);
            }""",
            selector,
        )
    )


CHOSEN = ".card.chosen"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("size", PHONES.values(), ids=PHONES)
def test_picture_text_and_verdicts_are_seen_at_once(
    window: Any, serving: Serving, size: tuple[int, int], script: bool
) -> None:
    options = held(size, java_script_enabled=script)
    with page_of(window, serving, **options) as page:
        for image in (ONE, SEVERAL):
            page.goto(f"{serving.url}{REVIEW}?image={image}")
            height = size[1]
            top, bottom = box(page, "img.large")
            assert top < 0.25 * height
            assert 0.2 * height < bottom - top < 0.4 * height
            text = box(page, f"{CHOSEN} textarea")[0]
            assert text > bottom
            for button in ("approve", "reject", "decorative", "undo"):
                low = box(page, f".desk [value={button}]")[1]
                assert low <= height, f"{button} ends at {low} px of {height}"
            approve = box(page, f"{CHOSEN} [value=approve]")[0]
            assert text + 48 < approve, "two lines of the text are seen"


def test_the_verdicts_are_those_of_the_chosen_text_and_cover_nothing_in_use(
    window: Any, serving: Serving
) -> None:
    with page_of(window, serving, **held(PHONES["short"])) as page:
        page.goto(f"{serving.url}{REVIEW}?image={SEVERAL}")
        first, second = f"{CHOSEN}[data-card='1']", ".card[data-card='2']"
        page.locator(f"{first} textarea").focus()
        assert on_top(page, f"{first} textarea")
        assert on_top(page, f"{first} [value=approve]")
        page.locator(f"{second} textarea").focus()
        assert on_top(page, f"{CHOSEN}[data-card='2'] textarea")
        assert on_top(page, f"{CHOSEN}[data-card='2'] [value=approve]")
        assert box(page, f"{first.replace('.chosen', '')} [value=approve]")[1] < 640
        before = page.evaluate("window.scrollY")
        page.locator(f"{CHOSEN} [value=approve]").focus()
        assert page.evaluate("window.scrollY") == before, "the page stays where it is"


def test_by_tabulator_nothing_is_under_the_verdicts(
    window: Any, serving: Serving
) -> None:
    """WCAG 2.4.11, to the end of the page."""
    with page_of(window, serving, **held(PHONES["short"])) as page:
        page.goto(f"{serving.url}{REVIEW}?image={SEVERAL}")
        page.evaluate(
            "for (const one of document.querySelectorAll('details')) one.open = true"
        )
        page.locator("h1").focus()
        seen = []
        for _ in range(60):
            page.keyboard.press("Tab")
            at = page.evaluate(
                """() => {
                  const one = document.activeElement;
                  const at = one.getBoundingClientRect();
                  const y = Math.min(at.y + at.height, innerHeight) - 3;
                  const hit = document.elementFromPoint(at.x + at.width / 2, y);
                  const over = hit && !one.contains(hit) && !hit.contains(one);
                  return [one.outerHTML.slice(0, 80), at.y < innerHeight && !over];
                }"""
            )
            if at[0].startswith("<body"):
                break
            seen.append(at)
        assert len(seen) > 15
        assert [html for html, shown in seen if not shown] == []


@pytest.mark.parametrize(
    ("viewport", "text"),
    [
        pytest.param((320, 256), "100%", id="zoom-400"),
        pytest.param((360, 300), "100%", id="a-keyboard-takes-half"),
        pytest.param((844, 390), "100%", id="across"),
        pytest.param((390, 844), "200%", id="text-200"),
    ],
)
def test_where_the_window_is_low_nothing_sticks(
    window: Any, serving: Serving, viewport: tuple[int, int], text: str
) -> None:
    with page_of(window, serving, **held(viewport)) as page:
        page.goto(f"{serving.url}{REVIEW}?image={ONE}")
        page.evaluate("size => document.documentElement.style.fontSize = size", text)
        text_ends = box(page, f"{CHOSEN} textarea")[1]
        for button in ("approve", "decorative"):
            assert box(page, f".desk [value={button}]")[0] > text_ends
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        assert box(page, ".desk [value=decorative]")[1] < viewport[1]
