"""A real chromium, and every way to leave a page before its words are written: by a
browser that keeps nothing, a server that is silent, the back button, and a form that
leaves the page by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config
from tests.web.hasty import LISTENING, at_once, plenty, settled, verdicts
from tests.web.shown import IN_A_BROWSER, Serving, demo, enter, page_of

REVIEW = "/-/altsync/review"
WORDS = "My own words."
ASKS = """() => { const e = new Event('beforeunload', {cancelable: true});
dispatchEvent(e); return e.defaultPrevented; }"""

pytestmark = IN_A_BROWSER


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return plenty(tmp_path, 6)


@pytest.fixture
def page(window: Any, config: Config) -> Iterator[Any]:
    with Serving(config) as serving, page_of(window, serving) as page:
        page.add_init_script(LISTENING)
        page.goto(serving.url + REVIEW)
        yield page


def area(page: Any) -> Any:
    return page.locator(".card.chosen textarea").first


def at(page: Any) -> Any:
    return page.locator(".review").get_attribute("data-image")


def test_where_nothing_can_be_kept_leaving_a_text_is_asked_about(page: Any) -> None:
    page.add_init_script(
        "Storage.prototype.setItem = () => { throw new Error('full'); };"
    )
    page.reload()
    area(page).fill(WORDS)
    line = page.locator("#sending")
    assert "This browser keeps no drafts" in line.inner_text(), "for eyes, too"
    page.keyboard.press("Escape")
    asked = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    at_once(page, "s")
    settled(page)
    assert asked == ["This browser keeps no draft of your text. Leave it?"]
    assert (at(page), area(page).input_value()) == ("many/00000", WORDS)
    assert page.evaluate(ASKS), "and so does the closing of the tab"
    page.context.clear_cookies()
    area(page).focus()
    page.keyboard.press("Control+Enter")
    settled(page)
    alert = page.get_by_role("alert").inner_text()
    assert "Your text stays here. This browser keeps no draft of it: copy it." in alert


def test_a_silent_server_is_waited_for_as_long_as_one_likes(
    page: Any, config: Config
) -> None:
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route(f"**{REVIEW}", hold)
    area(page).fill(WORDS)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Stop waiting").click()
    page.get_by_text("No answer of altsync came.").wait_for()
    assert area(page).input_value() == WORDS
    held.pop().abort()
    page.unroute(f"**{REVIEW}")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector(".notice.done")
    assert [text for _, _, text in verdicts(config)] == [WORDS]


def test_what_was_done_is_told_once(page: Any) -> None:
    """Gone back to, or loaded anew, no page says "Approved" of what was taken back."""
    for key in "au":
        at_once(page, key)
        settled(page)
    assert "Taken back" in page.locator(".notice.done").inner_text()
    page.go_back()
    page.wait_for_selector(".review[data-image='many/00001']")
    assert page.locator(".notice.done").count() == 0
    page.reload()
    assert at(page) == "many/00001"
    assert page.locator(".notice.done").count() == 0
    area(page).fill(WORDS)
    page.evaluate("document.querySelector('.skip-link').click()")
    page.wait_for_timeout(50)
    settled(page)
    assert area(page).input_value() == WORDS, "a link within the page loads nothing"


def test_typing_the_words_of_another_tab_takes_no_draft_away(page: Any) -> None:
    area(page).fill(WORDS)
    other = page.context.new_page()
    other.goto(page.url)
    area(other).fill(WORDS)
    area(other).fill("Other words.")
    page.close()
    other.reload()
    offered = " ".join(other.locator(".draft q").all_inner_texts())
    assert WORDS in offered


def test_marks_and_grades_outlive_a_restart(window: Any, tmp_path: Path) -> None:
    config = demo(tmp_path)
    with Serving(config) as before:
        context = window.new_context()
        grid, compare = context.new_page(), context.new_page()
        enter(grid, before.link)
        grid.goto(f"{before.url}/-/altsync/grid")
        for box in grid.locator(".mark input").all()[:2]:
            box.check()
        marked = grid.locator(".mark input").first.get_attribute("value")
        compare.goto(f"{before.url}/-/altsync/compare?run=1")
        compare.keyboard.press("b")
        compare.keyboard.press("p")
        graded = compare.locator("[value=B]:checked").get_attribute("name")
        place = compare.locator("[name=place]").get_attribute("value")
    with Serving(config, before.port) as after:
        for page, name in ((grid, "Reject marked"), (compare, "Keep and go on")):
            page.get_by_role("button", name=name).click()
            alert = page.get_by_role("alert")
            alert.wait_for()
            assert "Nothing was written: log in again." in alert.inner_text()
            assert "What you marked stays marked here." in alert.inner_text()
        login = context.new_page()
        enter(login, after.link)
        for page in (grid, compare):
            page.bring_to_front()
            page.get_by_text("You are logged in again in another tab.").wait_for()
            page.get_by_role("button", name="Go on here").click()
            page.get_by_text("Nothing was written yet.").first.wait_for()
        assert grid.locator(".mark input:checked").count() == 2
        assert grid.locator(f'[value="{marked}"]').is_checked()
        assert compare.locator("[name=place]").get_attribute("value") == place
        assert compare.locator("[value=B]:checked").get_attribute("name") == graded
        count = len(verdicts(config))
        grid.get_by_role("button", name="Reject marked").click()
        grid.wait_for_selector(".notice.done")
        assert len(verdicts(config)) > count
        compare.get_by_role("button", name="Keep and go on").click()
        left = compare.locator(f'[name=place][value="{place}"]')
        left.wait_for(state="detached")
    context.close()


LISTEN = """() => {
    window.heard = [];
    window.line = new BroadcastChannel("altsync");
    line.onmessage = ({ data }) => heard.push(data);
}"""


def test_a_tab_of_the_ended_start_tells_no_other_of_a_login(
    window: Any, tmp_path: Path
) -> None:
    """It had told its own old address, and who went on there was turned away again."""
    config = demo(tmp_path)
    context = window.new_context()
    with Serving(config) as before:
        asking, other = context.new_page(), context.new_page()
        for page in (asking, other):
            enter(page, before.link)
            page.evaluate(LISTEN)
        other.evaluate("line.postMessage({ ready: true })")
        asking.wait_for_function("heard.some((one) => one.ready)")
        asking.evaluate("heard.length = 0")  # both told where they are as they came
    with Serving(config, before.port):
        asking.get_by_role("button", name="Approve").first.click()
        asking.get_by_role("alert").wait_for()
        other.wait_for_function("heard.some((one) => one.asks)")
        other.evaluate("line.postMessage({ answered: true })")
        asking.wait_for_function("heard.some((one) => one.answered)")
        told = asking.evaluate("heard.filter((one) => one.home && !one.asks)")
    assert told == []
    context.close()
