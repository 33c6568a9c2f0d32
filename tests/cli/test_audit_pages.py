"""The pages for people without altsync, in a real browser: no accessibility violation,
no script error, a search."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.cli import main
from tests import axe

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with audit.html, drift.html and pages/, from the demonstration site."""
    from altsync.demo.site import DemoSite

    directory = tmp_path_factory.mktemp("pages")
    with DemoSite() as site, pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory)
        patch.setenv("ALTSYNC_TOKEN", site.token)

        def run(*args: str) -> None:
            ended: object = 0
            try:
                main(args)
            except SystemExit as stop:
                ended = stop.code
            assert ended in (0, 4)  # 4: a conflict is left, on purpose

        run(
            "init",
            site.url,
            "--inventory",
            f"{site.url}/sitemap.xml",
            "--pixels",
            site.pixels,
            "--label",
            "verified",
            "--model",
            "altsync-demo",
        )
        run("pull")
        run("generate")
        run("approve", "--all")
        site.edit(site.ids[0], alt="A person's <b>words</b>.")
        run("pull")
        run("diff", "--html", "audit.html", "--allow-empty")
        run("diff", "--from", "2000-01-01", "--html", "drift.html")
        run("push", "--limit", "3", "--yes", "--workers", "1")
        run("export", "--html", "pages")
    return directory


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize(
    "name",
    [
        "audit.html",
        "drift.html",
        "pages/index.html",
        "pages/album-in-the-mountains.html",
    ],
)
def test_axe_finds_nothing(
    written: Path, browser: Any, name: str, width: int, scheme: str
) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((written / name).as_uri())
    assert all(url.startswith(("file:", "data:")) for url in asked), asked
    assert (
        not page.evaluate(
            "[...document.images].filter(i => !i.complete || !i.naturalWidth).length"
        )
        or "pages" in name
    )
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        "nothing to scroll sideways"
    )
    assert axe.violations(page) == {}
    assert said == []
    page.close()


def test_the_search_needs_no_server(written: Path, browser: Any) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto((written / "pages" / "index.html").as_uri())
    page.get_by_label("Search").fill("HIGH path")
    page.wait_for_selector("#hits li")
    assert page.locator("#said").inner_text() == "1 image"
    page.locator("#hits a").click()
    page.wait_for_selector("article:target")
    assert "high-path" in page.locator("article:target").inner_text()
    assert said == [], "the policy of the page allows what the page needs"
    page.close()
