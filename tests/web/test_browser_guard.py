"""A real chromium, logged in, and somebody else's page on another port: no verdict, no
cookie, no look. And the ways in that are meant."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from altsync.config import Config
from altsync.web.login import COOKIE, LinkFile
from tests import axe
from tests.web.elsewhere import Elsewhere
from tests.web.shown import IN_A_BROWSER, Serving, enter
from tests.web.test_review import form_of
from tests.web.wire import as_owner, ask

REVIEW = "/-/altsync/review"

pytestmark = IN_A_BROWSER


@pytest.fixture
def serving(config: Config) -> Iterator[Serving]:
    with Serving(config) as server:
        yield server


@pytest.fixture
def evil() -> Iterator[Elsewhere]:
    with Elsewhere() as server:
        yield server


@pytest.fixture
def page(window: Any, serving: Serving) -> Iterator[Any]:
    """The owner's browser, logged in by the link."""
    context = window.new_context()
    page = context.new_page()
    enter(page, serving.link)
    yield page
    context.close()


def given(config: Config) -> list[str]:
    conn = sqlite3.connect(config.database)
    try:
        return [row[0] for row in conn.execute("SELECT verdict FROM reviews")]
    finally:
        conn.close()


def known_to_all(serving: Serving, evil: Elsewhere) -> dict[str, str]:
    """The worst case: the other one knows the address, the fields, and a CSRF token that
    the server signed, and tosses the cookie that belongs to it."""
    answer = ask(serving.url + REVIEW, headers=as_owner(serving))
    fields = {**form_of(answer.text), "action": "approve"}
    token = answer.headers.get("set-cookie", "").partition(";")[0]
    if token:
        evil.tossed = [f"{token}; Path=/", f"{token}; Path={serving.login.path}"]
    return fields


def test_a_form_of_another_port_gives_no_verdict(
    page: Any, serving: Serving, evil: Elsewhere, config: Config
) -> None:
    evil.posts(serving.url + REVIEW, known_to_all(serving, evil))
    with page.expect_response(lambda answer: answer.request.method == "POST") as posted:
        page.goto(evil.url)
    sent = posted.value.request.all_headers()
    assert COOKIE in sent.get("cookie", "")  # one site: it was sent, and did not help
    assert sent["sec-fetch-site"] == "same-site"
    assert posted.value.status == 403
    assert given(config) == []
    # the same, from a page of the server
    page.goto(serving.url + REVIEW)
    page.keyboard.press("a")
    page.wait_for_selector(".notice")
    assert given(config) == ["approved"]


def test_a_script_of_another_port_gives_no_verdict(
    page: Any, serving: Serving, evil: Elsewhere, config: Config
) -> None:
    body = urlencode(known_to_all(serving, evil))
    evil.fetches(serving.url + REVIEW, body)
    page.goto(evil.url)
    page.wait_for_function("document.title === 'done'")
    assert given(config) == []


def test_the_cookie_goes_to_no_other_port(
    page: Any, serving: Serving, evil: Elsewhere
) -> None:
    """Cookies know no ports: only a path that nobody knows keeps it at home."""
    page.goto(evil.url)
    page.goto(f"{evil.url}-/altsync/review")
    assert evil.received
    assert not [cookie for cookie in evil.received if COOKIE in cookie]


def test_a_tossed_cookie_locks_nobody_out(
    page: Any, serving: Serving, evil: Elsewhere
) -> None:
    evil.tossed = [f"{COOKIE}=evil; Path=/"]
    page.goto(evil.url)
    page.goto(serving.url + REVIEW)
    assert page.locator(".review").count() == 1


def test_another_port_can_neither_read_nor_frame_a_page(
    page: Any, serving: Serving, evil: Elsewhere
) -> None:
    picture = page.locator("img.large").get_attribute("src")
    evil.page = (
        f"<title>waiting</title><img src='{serving.origin}{picture}'>"
        f"<script src='{serving.url}/altsync/images.json'></script>"
        f"<iframe src='{serving.url}{REVIEW}'></iframe><script>"
        f"fetch('{serving.url}/altsync/images.json', {{credentials: 'include'}})"
        ".then(a => a.text()).then(t => { document.title = 'read'; },"
        " () => { document.title = 'refused'; });</script>"
    )
    page.goto(evil.url)
    page.wait_for_function("document.title !== 'waiting'")
    assert page.title() == "refused"
    assert page.evaluate("document.images[0].naturalWidth") == 0
    assert not [f for f in page.frames if f.url.startswith(serving.origin)]


def test_the_file_leads_in_and_goes(
    window: Any, serving: Serving, tmp_path: Path
) -> None:
    """As the browser opens it: from `file:`, which is another site, and without a click."""
    link_file = LinkFile(serving.link, tmp_path)
    serving.login.used = link_file.remove
    context = window.new_context()
    page = context.new_page()
    page.goto(link_file.file.as_uri())
    page.wait_for_selector(".review")
    assert not link_file.file.exists()
    assert "token" not in page.url
    page.reload()
    assert page.locator(".review").count() == 1
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_used_link_is_no_dead_end(
    window: Any, serving: Serving, evil: Elsewhere, script: bool
) -> None:
    """Clicked again by whoever is logged in, from the terminal or from another page: the
    page. By anybody else: what to do."""
    context = window.new_context(java_script_enabled=script)
    page = context.new_page()
    enter(page, serving.link)
    page.goto("about:blank")
    enter(page, serving.link)
    evil.page = f'<a href="{serving.link}">altsync</a>'
    page.goto(evil.url.replace("127.0.0.1", "localhost"))  # another site
    page.click("a")
    page.wait_for_selector(".review")
    context.close()
    stranger = window.new_context(java_script_enabled=script)
    page = stranger.new_page()
    page.goto(evil.url.replace("127.0.0.1", "localhost"))
    page.click("a")
    page.wait_for_selector("h1")
    page.wait_for_load_state("networkidle")
    assert page.locator("h1").inner_text() == "Log in first"
    assert "altsync review" in page.locator("main").inner_text()
    stranger.close()


def test_the_pages_before_the_login_can_be_read_by_all(
    window: Any, serving: Serving
) -> None:
    """In altsync's frame, with nothing loaded for it, and a way on."""
    for scheme in ("light", "dark"):
        context = window.new_context(color_scheme=scheme)
        page = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(serving.url + REVIEW)
        assert page.title() == "Log in first"
        assert axe.violations(page) == {}
        styled = "getComputedStyle(document.querySelector('header')).borderBottomWidth"
        assert page.evaluate(styled) == "1px"
        assert [one for one in asked if not one.endswith("/favicon.ico")] == [page.url]
        assert [one for one in said if "Content Security Policy" in one] == []
        if scheme == "dark":
            other = context.new_page()
            enter(other, serving.link)
            page.get_by_role("link", name="Try this address again").click()
            page.wait_for_selector(".review")
        context.close()


def test_a_refused_verdict_can_be_loaded_anew(
    page: Any, serving: Serving, config: Config
) -> None:
    """The answer to a POST, loaded again: the browser says that it comes from here."""
    page.route(
        "**/-/altsync/review",
        lambda route: route.continue_(
            post_data=(route.request.post_data or "").replace("seen=", "seen=0")
        ),
    )
    page.evaluate(
        "document.querySelectorAll('form').forEach(f => f.removeAttribute('data-quick'))"
    )
    page.locator(".card").first.get_by_role("button", name="Approve").click()
    page.wait_for_selector("[role=alert]")
    page.unroute("**/-/altsync/review")
    with page.expect_response(lambda answer: answer.request.method == "POST") as again:
        page.reload()
    assert again.value.status in (303, 409)
