"""The documentation site: built strict, nothing from elsewhere, readable for everybody."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.axe import violations
from tests.web.shown import IN_A_BROWSER, chromium

ROOT = Path(__file__).parents[1]
KINDS = ("index", "tutorial", "how-to/drupal", "reference/commands", "search")
"""A page of each kind."""
LOADED = {"script": "src", "img": "src", "source": "src", "iframe": "src"}
STYLES = re.compile(r"""url\(\s*["']?(?:https?:)?//|@import""")

pytestmark = [
    *IN_A_BROWSER,
    pytest.mark.skipif(
        importlib.util.find_spec("furo") is None,
        reason="there is no furo: pip install -e '.[docs]'",
    ),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `make site` builds it: a link that leads nowhere ends it."""
    place = tmp_path_factory.mktemp("site")
    strict = ("-W", "--keep-going", "-n", "-q", "-b", "html")
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", *strict, "docs", str(place)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return place


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


def pages(site: Path) -> Iterator[tuple[str, LexborHTMLParser]]:
    for file in sorted(site.rglob("*.html")):
        yield (
            file.relative_to(site).as_posix(),
            LexborHTMLParser(file.read_text("utf-8")),
        )


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    found: list[tuple[str, str | None]] = []
    for name, page in pages(site):
        for tag, attribute in LOADED.items():
            found += [
                (name, address)
                for node in page.css(tag)
                if "//" in (address := node.attributes.get(attribute) or "")
            ]
        found += [
            (name, node.attributes.get("href")) for node in page.css("link[href*='//']")
        ]
    assert found == []
    styles = list(site.rglob("*.css"))
    assert styles
    assert [file for file in styles if STYLES.search(file.read_text("utf-8"))] == []


def test_every_page_is_reached_from_the_first(site: Path) -> None:
    first = LexborHTMLParser((site / "index.html").read_text("utf-8"))
    links = {node.attributes.get("href") or "" for node in first.css("nav a, aside a")}
    reached = {link.split("#")[0] for link in links}
    own = {name for name, _ in pages(site)} - {"genindex.html", "search.html"}
    assert own - reached - {"index.html"} == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(site: Path, browser: Any, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in KINDS:
        page.goto(f"file://{site}/{name}.html")
        assert violations(page) == {}, name
    assert [url for url in asked if not url.startswith("file:")] == []
    context.close()


def test_it_is_searched_from_the_disk(site: Path, browser: Any) -> None:
    """By keyboard: into the field, a word, Enter, the first page that has it."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(f"file://{site}/tutorial.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == (
        "Skip to content"
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    page.keyboard.type("namesakes")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a")
    page.click("#search-results li a")
    assert "namesakes" in page.inner_text("[role=main]").lower()
    context.close()


@pytest.mark.parametrize(
    ("wanted", "shown"), [("no-preference", "loop.svg"), ("reduce", "loop-still.svg")]
)
def test_nothing_moves_for_who_does_not_want_it(
    site: Path, browser: Any, wanted: str, shown: str
) -> None:
    context = browser.new_context(reduced_motion=wanted)
    page = context.new_page()
    page.goto(f"file://{site}/tutorial.html")
    source = page.evaluate("document.querySelector('picture img').currentSrc")
    assert source.endswith(f"/{shown}")
    assert page.evaluate("document.querySelector('picture img').naturalWidth") > 500
    context.close()


def test_what_moves_ends_within_five_seconds() -> None:
    """And begins once: nobody has to stop it (WCAG 2.2.2)."""
    moving = (ROOT / "docs" / "_static" / "loop.svg").read_text("utf-8")
    still = (ROOT / "docs" / "_static" / "loop-still.svg").read_text("utf-8")
    ends = [float(at) for at in re.findall(r"--at: ([\d.]+)s", moving)]
    assert 0 < max(ends) < 5
    assert "infinite" not in moving
    assert "--at:" not in still
    assert "://" not in moving.replace('xmlns="http://www.w3.org/2000/svg"', "")
