"""A real chromium, and everything that can come between a text and its verdict: a page
that is left, a login that ended, a connection that is gone, a colleague who was faster.
No word is lost, and nothing is written twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config
from altsync.store.store import Store
from altsync.verdicts import sampling
from tests.web.hasty import LISTENING, at_once, plenty, settled, told, verdicts
from tests.web.shown import IN_A_BROWSER, Serving, enter, page_of

REVIEW = "/-/altsync/review"
WORDS = "My own words."

pytestmark = IN_A_BROWSER


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return plenty(tmp_path, 6)


@pytest.fixture
def serving(config: Config) -> Iterator[Serving]:
    with Serving(config) as server:
        yield server


@pytest.fixture
def page(window: Any, serving: Serving) -> Iterator[Any]:
    with page_of(window, serving) as page:
        page.add_init_script(LISTENING)
        page.goto(serving.url + REVIEW)
        yield page


def area(page: Any) -> Any:
    return page.locator(".card.chosen textarea").first


def go(page: Any, *keys: str) -> None:
    """Keys on the page, not in a field; until all is done."""
    at_once(page, *keys)
    settled(page)


def leave(page: Any, words: str) -> None:
    """Type, leave the field, skip the image."""
    area(page).fill(words)
    page.keyboard.press("Escape")
    go(page, "s")


def drafts(page: Any) -> int:
    found: int = page.evaluate(
        "Object.keys(localStorage).filter(one => one.startsWith('altsync-draft')).length"
    )
    return found


# Drafts.


def test_a_text_that_was_left_is_offered_again_until_it_is_written(
    page: Any, serving: Serving, config: Config
) -> None:
    leave(page, WORDS)
    assert page.locator(".drafts summary").inner_text() == "1 draft in this browser"
    other = page.context.new_page()  # the tab is closed, the draft stays
    page.close()
    other.goto(f"{serving.url}/-/altsync")
    assert other.locator(".drafts summary").inner_text() == "1 draft in this browser"
    other.locator(".drafts summary").click()
    other.locator(".drafts").get_by_role("link", name="many/00000").click()
    other.wait_for_selector(".draft")
    other.goto(f"{serving.url}{REVIEW}?image=many/00000")
    draft = other.get_by_role("group", name="Your draft of")
    assert WORDS in draft.inner_text()
    assert area(other).input_value() == "A tram in a street, 0."
    other.get_by_role("button", name="Use it").click()
    assert area(other).input_value() == WORDS
    assert other.evaluate("document.activeElement.tagName") == "TEXTAREA"
    other.keyboard.press("Control+Enter")
    settled(other)
    assert [text for _, _, text in verdicts(config)] == [WORDS]
    assert drafts(other) == 0


def test_who_types_anew_keeps_the_earlier_draft_and_discards_by_keyboard(
    page: Any, serving: Serving
) -> None:
    leave(page, WORDS)
    go(page, "p")
    leave(page, "Other words.")
    go(page, "p")
    offered = page.get_by_role("group", name="Your draft of")
    assert offered.count() == 2
    page.get_by_role("button", name="Discard it").first.focus()
    page.keyboard.press("Enter")
    assert offered.count() == drafts(page) == 1
    assert WORDS in offered.inner_text()
    page.keyboard.press("Escape")
    go(page, "s")
    page.locator(".drafts summary").click()
    page.get_by_role("button", name="Discard the draft on many/00000").click()
    assert drafts(page) == page.locator(".drafts").count() == 0
    # A text that is put back as it was is no draft.
    own = area(page).input_value()
    leave(page, WORDS)
    go(page, "p")
    page.get_by_role("button", name="Use it").click()
    area(page).fill(own)
    assert drafts(page) == 0


def test_nobody_gets_the_draft_of_another(page: Any, serving: Serving) -> None:
    leave(page, WORDS)
    page.context.clear_cookies()
    anna = {"name": "altsync", "value": serving.cookie("anna"), "domain": "127.0.0.1"}
    page.context.add_cookies([{**anna, "path": serving.login.path}])
    page.goto(f"{serving.url}{REVIEW}?image=many/00000")
    assert "anna" in page.locator(".who").inner_text()
    assert page.locator(".draft, .drafts").count() == 0
    assert drafts(page) == 1


def test_drafts_end_after_a_while(page: Any, serving: Serving) -> None:
    leave(page, WORDS)
    page.evaluate(
        """() => { const name = Object.keys(localStorage).find(
            one => one.startsWith('altsync-draft'));
          const draft = JSON.parse(localStorage.getItem(name));
          for (let n = 0; n < 250; n += 1) localStorage.setItem(name + n,
            JSON.stringify({...draft, image: 'many/' + n}));
          localStorage.setItem(name, JSON.stringify({...draft, at: draft.at - 91 * 864e5}));
          localStorage.setItem('altsync-draft broken', '{'); }"""
    )
    page.reload()
    assert page.locator(".drafts summary").inner_text() == "200 drafts in this browser"
    assert drafts(page) == 200, "what is none is gone as well"


def test_judging_goes_on_where_nothing_can_be_kept(
    window: Any, serving: Serving, config: Config
) -> None:
    with page_of(window, serving) as page:
        page.add_init_script(
            LISTENING
            + "Storage.prototype.setItem = () => { throw new Error('full'); };"
        )
        page.goto(serving.url + REVIEW)
        page.locator(".card.chosen textarea").first.fill(WORDS)
        page.keyboard.press("Control+Enter")
        settled(page)
        assert "This browser keeps no drafts" in " ".join(page.evaluate("spoken"))
    assert [text for _, _, text in verdicts(config)] == [WORDS]


def test_a_note_and_a_question_are_kept_as_well(page: Any, config: Config) -> None:
    page.locator(".card.chosen summary", has_text="Add a note").click()
    page.locator(".card.chosen .note").fill("Is it a tram?")
    page.keyboard.press("Escape")
    go(page, "s", "q", *"a b!")  # no verdict
    assert page.locator("#ask-note").input_value() == "a b!"
    page.keyboard.press("Escape")
    go(page, "s", "p")
    assert "the note a b!" in page.locator(".ask .draft").inner_text()
    page.get_by_role("button", name="Use it").click()
    page.get_by_role("button", name="Ask", exact=True).click()
    settled(page)
    go(page, "p", "p")
    assert "the note Is it a tram?" in page.locator(".card.chosen .draft").inner_text()
    page.get_by_role("button", name="Use it").click()
    page.keyboard.press("Escape")
    go(page, "r")
    assert [verdict for verdict, _, _ in verdicts(config)] == ["unsure", "rejected"]
    assert drafts(page) == 0


def test_a_draft_in_a_sample(window: Any, serving: Serving, config: Config) -> None:
    with Store.open(config.database) as store:
        sampling.draw(
            store, bound=0.5, confidence=0.9, by="maria", model="gpt-5.4-mini"
        )
    with page_of(window, serving) as page:
        page.add_init_script(LISTENING)
        page.goto(f"{serving.url}{REVIEW}?sample=1")
        leave(page, WORDS)
        go(page, "p")
        page.get_by_role("button", name="Use it").click()
        page.keyboard.press("Control+Enter")
        settled(page)
        assert drafts(page) == 0
        go(page, *"ru")
        assert [one[0] for one in told(page)] == ["approved", "rejected", "withdrawn"]
    given = [(verdict, text) for verdict, _, text in verdicts(config)]
    assert given[0] == ("approved", WORDS)
    assert [verdict for verdict, _ in given[1:]] == ["rejected", "withdrawn"]


# A login that ended.


def test_a_tab_from_before_a_restart_comes_back_with_its_text(
    window: Any, config: Config
) -> None:
    """Another process, another address, the same port and browser."""
    with Serving(config) as before:
        context = window.new_context()
        page = context.new_page()
        enter(page, before.link)
        go(page, "s")
        area(page).fill(WORDS)
    with Serving(config, before.port) as after:
        page.keyboard.press("Control+Enter")
        alert = page.get_by_role("alert")
        alert.wait_for()
        assert "Nothing was written: log in again." in alert.inner_text()
        assert area(page).input_value() == WORDS
        page.get_by_role("button", name="Go on here").click()
        page.get_by_text("No tab of this browser is logged in yet.").first.wait_for()
        login = context.new_page()
        enter(login, after.link)
        notice = login.locator(".notice.unsent").inner_text()
        assert "You were at many/00001 with a text that was not sent." in notice
        page.get_by_text("You are logged in again in another tab.").wait_for()
        page.get_by_role("button", name="Go on here").click()
        page.wait_for_url(f"{after.url}/**")
        page.wait_for_selector(".review[data-image='many/00001']")
        assert area(page).input_value() == WORDS
        assert verdicts(config) == []
        page.keyboard.press("Control+Enter")
        settled(page)
    assert [(v, image, text) for v, image, text in verdicts(config)] == [
        ("approved", "many/00001", WORDS)
    ]
    context.close()


def test_the_text_of_a_tab_without_a_way_back_can_be_copied(
    window: Any, serving: Serving
) -> None:
    with page_of(
        window, serving, permissions=["clipboard-read", "clipboard-write"]
    ) as page:
        page.goto(serving.url + REVIEW)
        area(page).fill(WORDS)
        page.context.clear_cookies()
        page.keyboard.press("Control+Enter")
        page.get_by_role("button", name="Copy my text").click()
        page.get_by_text("Copied.").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == WORDS
        go(page, "s")  # and nothing is swapped away
        page.get_by_text("Nothing was loaded: log in again.").wait_for()
        assert area(page).input_value() == WORDS


@pytest.mark.parametrize("login", ["https://sso.example/login", "/elsewhere"])
def test_a_sign_on_that_leads_away_is_no_lost_connection(
    page: Any, serving: Serving, config: Config, login: str
) -> None:
    """To another host, which the page's policy forbids, or to a page of this one."""
    serving.away = login
    page.evaluate("delete document.body.dataset.byLink")  # as behind a proxy
    area(page).fill(WORDS)
    page.keyboard.press("Control+Enter")
    alert = page.get_by_role("alert")
    alert.wait_for()
    door = alert.get_by_role("link", name="Log in in another tab")
    assert door.get_attribute("href") == page.evaluate("document.body.dataset.home")
    assert "port" not in alert.inner_text()
    assert "No answer of altsync came: log in again." in alert.inner_text()
    page.get_by_role("button", name="Go on here").click()
    page.get_by_text("No tab of this browser is logged in yet.").first.wait_for()
    assert area(page).input_value() == WORDS
    go(page, "s")
    alert.get_by_text("log in again.").wait_for()
    serving.away = ""
    page.get_by_role("button", name="Go on here").click()
    page.wait_for_url(f"{serving.url}{REVIEW}?image=many%2F00000*")
    page.wait_for_selector(".review[data-image='many/00000']")
    assert area(page).input_value() == WORDS
    page.keyboard.press("Control+Enter")
    settled(page)
    assert [text for _, _, text in verdicts(config)] == [WORDS]


def test_a_form_that_a_sign_on_leads_away_says_so_and_goes_through_later(
    page: Any, serving: Serving, config: Config
) -> None:
    """The grid's, which leaves the page: the browser would stop it, and say nothing."""
    page.goto(f"{serving.url}/-/altsync/grid")
    page.evaluate("delete document.body.dataset.byLink")  # as behind a proxy
    page.get_by_role("checkbox", name="many/00000").check()
    serving.away = "https://sso.example/login"
    page.get_by_role("button", name="Approve marked").click()
    alert = page.get_by_role("alert")
    alert.get_by_text("Nothing was written: log in again.").wait_for()
    assert alert.get_by_role("link", name="Log in in another tab").is_visible()
    assert verdicts(config) == []
    serving.away = ""
    page.get_by_role("button", name="Approve marked").click()
    page.wait_for_selector(".notice.done")
    assert [image for _, image, _ in verdicts(config)] == ["many/00000"]


# A connection that is gone.


def test_a_verdict_waits_for_the_connection_and_is_sent_once(
    page: Any, config: Config
) -> None:
    page.context.set_offline(True)
    at_once(page, *"aaa")
    line = page.locator("#sending")
    line.get_by_text(
        "Not sent yet: no connection to altsync. Trying again …"
    ).wait_for()
    assert not verdicts(config)
    assert not told(page)
    page.context.set_offline(False)
    settled(page)
    assert told(page) == [("approved", "many/00000")]
    assert [image for _, image, _ in verdicts(config)] == ["many/00000"]
    assert line.inner_text() == "2 keys were not used."


def test_an_answer_that_was_lost_is_no_second_verdict(
    page: Any, config: Config
) -> None:
    """The server has written it; the browser hears nothing, and asks again."""
    answers: list[int] = []

    def lose(route: Any) -> None:
        answers.append(route.fetch(max_redirects=0).status)
        route.abort()
        page.unroute("**/-/altsync/review")

    page.route("**/-/altsync/review", lose)
    area(page).fill(WORDS)
    page.keyboard.press("Control+Enter")
    page.get_by_text("Written already, and only once").first.wait_for()
    assert [text for _, _, text in verdicts(config)] == [WORDS]
    assert drafts(page) == 0
    page.route("**/-/altsync/review", lose)
    page.keyboard.press("u")
    page.get_by_text("Taken back already, and only once").first.wait_for()
    assert answers == [303, 303]
    assert [verdict for verdict, _, _ in verdicts(config)] == ["approved", "withdrawn"]


def test_in_the_end_the_page_says_that_no_answer_came(
    page: Any, config: Config
) -> None:
    page.clock.install()
    page.context.set_offline(True)
    area(page).fill(WORDS)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Try now").wait_for()
    asked = page.evaluate(
        "() => { const e = new Event('beforeunload', {cancelable: true});"
        " dispatchEvent(e); return e.defaultPrevented; }"
    )
    assert asked, "the browser asks before it leaves"
    page.clock.fast_forward(121_000)
    page.get_by_text("No answer of altsync came.").wait_for()
    assert area(page).input_value() == WORDS
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector(".notice.done")
    assert [text for _, _, text in verdicts(config)] == [WORDS]


def test_skipping_without_a_connection_stops_by_a_click(page: Any) -> None:
    area(page).fill(WORDS)
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    at_once(page, "s")
    page.get_by_text("Not loaded yet: no connection to altsync.").first.wait_for()
    page.get_by_role("button", name="Stop trying").click()
    page.get_by_text("The page stands as it was.").wait_for()
    assert area(page).input_value() == WORDS


def test_an_error_of_the_server_keeps_the_page(page: Any, config: Config) -> None:
    page.route(
        "**/-/altsync/review*",
        lambda route: (
            route.fulfill(status=500, body="<h1>Error</h1>", content_type="text/html")
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    area(page).fill(WORDS)
    page.keyboard.press("Control+Enter")
    page.get_by_text("No answer of altsync came.").wait_for()
    page.unroute("**/-/altsync/review*")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector(".notice.done")
    assert [text for _, _, text in verdicts(config)] == [WORDS]


# A colleague who was faster.


def test_what_a_colleague_said_is_shown_and_my_words_stay(
    window: Any, page: Any, serving: Serving, config: Config
) -> None:
    address = f"{serving.url}{REVIEW}?image=many/00000"
    page.goto(address)
    area(page).fill("A tram in my street, 0.")
    with page_of(window, serving, actor="anna") as hers:
        hers.goto(address)
        hers.locator(".card.chosen textarea").first.fill("A tram in her street, 0.")
        hers.keyboard.press("Control+Enter")
        hers.wait_for_selector(".notice.done")
    page.keyboard.press("Control+Enter")
    settled(page)
    alert = page.get_by_role("alert")
    assert "anna approved “A tram in her street, 0.”" in alert.inner_text()
    assert alert.locator("del").inner_text() == "her"
    assert alert.locator("ins").inner_text() == "my"
    assert area(page).input_value() == "A tram in my street, 0."
    assert page.locator(".draft").count() == 0, "it stands in its field"
    assert [image for _, image, _ in verdicts(config)] == ["many/00000"]
    page.locator(".card.chosen").get_by_role("button", name="Approve my text").click()
    settled(page)
    assert [text for _, _, text in verdicts(config)][1] == "A tram in my street, 0."
    assert drafts(page) == 0
