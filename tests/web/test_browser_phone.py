"""A review held in one hand, and looking closer: real chromium, in the sizes of phones
too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from altsync.config import Config
from tests.web.shown import IN_A_BROWSER, Serving, demo, page_of, read_pages

REVIEW = "/-/altsync/review"
SEVERAL = "in-the-mountains/aizkorri-in-autumn"
"""Two candidates, and hints of the pages where it stands."""
ONE = "at-home/neighbours"
PHONES = {"tall": (390, 844), "short": (360, 640)}

pytestmark = IN_A_BROWSER


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


def until(true: Callable[[], bool], page: Any) -> None:
    """Wait for it: the pages' policy lets nothing be evaluated in them by itself."""
    for _ in range(200):
        if true():
            return
        page.wait_for_timeout(25)
    raise AssertionError("It never came true.")


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
            text = box(page, f"{CHOSEN} [name=text]")[0]
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
        page.locator(f"{first} [name=text]").focus()
        assert on_top(page, f"{first} [name=text]")
        assert on_top(page, f"{first} [value=approve]")
        page.locator(f"{second} [name=text]").focus()
        assert on_top(page, f"{CHOSEN}[data-card='2'] [name=text]")
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
        text_ends = box(page, f"{CHOSEN} [name=text]")[1]
        for button in ("approve", "decorative"):
            assert box(page, f".desk [value={button}]")[0] > text_ends
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        assert box(page, ".desk [value=decorative]")[1] < viewport[1]


def test_the_picture_is_enlarged_and_panned_and_no_key_reaches_behind_it(
    window: Any, serving: Serving
) -> None:
    with page_of(window, serving) as page:
        page.goto(f"{serving.url}{REVIEW}?image={ONE}")
        page.locator(f"{CHOSEN} [value=reject]").focus()
        shown = page.locator("img.large").bounding_box()["width"]
        page.keyboard.press("z")
        dialog = page.get_by_role("dialog", name=f"The image {ONE}, enlarged")
        large = dialog.locator("img").bounding_box()["width"]
        assert large == pytest.approx(2 * shown, abs=2)
        assert "of 511 × 768 pixels" in dialog.inner_text()
        pan = "document.activeElement.scrollTop"
        before = page.evaluate(pan)
        page.keyboard.press("ArrowDown")
        until(lambda: page.evaluate(pan) > before, page)
        page.keyboard.press("a")
        page.keyboard.press("r")
        page.keyboard.press("z")
        assert not dialog.is_visible()
        assert page.evaluate("document.activeElement.value") == "reject"
        for close in (
            lambda: page.keyboard.press("Escape"),
            lambda: dialog.locator("img").click(),
            lambda: dialog.get_by_role("button", name="Close").click(),
        ):
            page.get_by_role("link", name=f"Enlarge: The image {ONE}").click()
            assert dialog.is_visible()
            close()  # type: ignore[no-untyped-call]
            assert not dialog.is_visible()
        assert "zoom" in page.evaluate("document.activeElement.className")
        page.locator(f"{CHOSEN} [name=text]").focus()
        page.keyboard.press("z")
        assert not dialog.is_visible(), "who types a z wants a z"
        assert page.locator(".review").get_attribute("data-image") == ONE


def test_a_pinch_is_the_browsers_own(window: Any, serving: Serving) -> None:
    """Two fingers enlarge the page and the enlarged picture; nothing forbids it."""
    with page_of(window, serving, **held(PHONES["tall"])) as page:
        page.goto(f"{serving.url}{REVIEW}?image={ONE}")
        page.locator("a.zoom").tap()
        assert page.get_by_role("dialog").is_visible()
        session = page.context.new_cdp_session(page)

        def fingers(kind: str, *across: int) -> None:
            points = [{"x": x, "y": 300, "id": n} for n, x in enumerate(across)]
            event = {"type": kind, "touchPoints": points}
            session.send("Input.dispatchTouchEvent", event)

        fingers("touchStart", 180, 210)
        for apart in range(10, 110, 10):
            fingers("touchMove", 180 - apart, 210 + apart)
        fingers("touchEnd")
        until(lambda: page.evaluate("visualViewport.scale") > 1.5, page)
        assert page.get_by_role("dialog").is_visible()


def test_the_neighbours_by_keyboard(window: Any, serving: Serving) -> None:
    with page_of(window, serving) as page:
        page.goto(f"{serving.url}{REVIEW}?image={ONE}")
        film = page.get_by_role("navigation", name="Neighbours in the album")
        frames = film.get_by_role("link")
        assert frames.count() == 4
        assert film.locator("[aria-current]").inner_text().startswith("neighbours: ")
        frames.first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".review[data-image='at-home/chelsea']")
        assert film.locator("[aria-current]").inner_text().startswith("chelsea: ")


def test_the_current_tab_is_in_sight(window: Any, serving: Serving) -> None:
    with page_of(window, serving, **held(PHONES["short"])) as page:
        page.goto(f"{serving.url}/-/altsync/sample")
        tab = page.locator(".top nav [aria-current]").bounding_box()
        assert tab["x"] + tab["width"] < PHONES["short"][0] + 1


@pytest.mark.parametrize("width", [320, 390])
def test_numbers_are_read_without_scrolling_sideways(
    window: Any, serving: Serving, width: int
) -> None:
    with page_of(window, serving, **held((width, 844))) as page:
        for path in ("", "/albums"):
            page.goto(f"{serving.url}/-/altsync{path}")
            wide = page.locator(".scroll, .two > section").evaluate_all(
                "all => all.filter(one => one.scrollWidth > one.clientWidth).length"
            )
            assert not wide
            names = page.locator(".stacked tbody th").evaluate_all(
                "all => all.map(one => one.clientHeight)"
            )
            assert names
            assert max(names) < 48, "a name is no column of letters"
