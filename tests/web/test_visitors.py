"""The page Visitors: what verify found, without reading a page again."""

from __future__ import annotations

from html import unescape

import pytest

from altsync.config import Config
from altsync.models import Use
from altsync.store import page_runs, visited
from altsync.store.store import Store
from tests.scene import keep_use
from tests.web.client import Browser
from tests.web.mirrors import EVIL, LIED, LOGO, lie
from tests.web.test_pages import text_of

PATH = "/-/altsync/visitors"


@pytest.fixture
def lied(config: Config) -> Config:
    with Store.open(config.database) as store:
        lie(store)
    return config


def test_the_overview_leads_there(lied: Config, browser: Browser) -> None:
    html = browser.get("/-/altsync").text
    assert "Verify 1" in text_of(html)
    assert '<a href="/-/altsync/visitors">What visitors get</a>' in html


def test_before_any_page_was_read(browser: Browser) -> None:
    text = text_of(browser.get(PATH).text)
    assert "No page was read yet" in text
    assert "altsync verify" in text


def test_every_kind_with_its_places(lied: Config, browser: Browser) -> None:
    html = browser.get(PATH).text
    text = text_of(html)
    for part in (
        "1 page read, each as it was last read",
        "3 places show something else: 1 no-alt, 2 other.",
        "These pages show 4 of 10 images; what visitors get of the other 6 is not known.",
        "No alt attribute 1",
        "Another text 2",
        "No image of the mirror 2",
        "1 place: visitors hear a file name, or nothing",
        "The mirror ",
        "The page no alt attribute",
        "age: 7",
    ):
        assert part in text, part
    assert f'<a href="{LIED}" rel="noreferrer">' in html
    assert "/-/altsync/image?id=" in html
    assert EVIL not in html
    other = browser.get(f"{PATH}?kind=other").text
    assert text_of(other).count("Something else on the page writes its own text") == 2
    assert EVIL not in other
    assert EVIL in unescape(other)
    assert 'aria-current="true">Another text' in other


def test_pictures_that_are_no_image(lied: Config, browser: Browser) -> None:
    html = browser.get(f"{PATH}?kind=strangers").text
    text = text_of(html)
    assert "2 pictures that altsync does not see, the most frequent first" in text
    assert LOGO in html
    assert "Of the theme or a module" in text
    assert "A background of the page's style" in text
    assert EVIL not in html


def test_a_kind_that_there_is_not_is_the_first(lied: Config, browser: Browser) -> None:
    for kind in ("copy", "<b>", ""):
        assert "No alt attribute 1" in text_of(browser.get(f"{PATH}?kind={kind}").text)


def test_long_lists_come_in_pages(config: Config, browser: Browser) -> None:
    with Store.open(config.database) as store, store.write() as tx:
        run, _ = page_runs.begin(tx, "verify", "")
        for number in range(60):
            url = f"https://photos.example/{number:02}"
            keep_use(tx, "prague/river", Use(url, place=1, alt="Photo"), run=run)
        visited.keep_asked(tx, run, "prague/tram", mirror=None, alt="x")
    first = browser.get(f"{PATH}?kind=other").text
    assert "Page 1 of 2" in first
    assert first.count('<th scope="row">') == 50
    assert browser.get(f"{PATH}?kind=other&page=2").text.count('<th scope="row">') == 10
    assert "Page 2 of 2" in browser.get(f"{PATH}?kind=other&page=99").text


def test_what_asks_for_a_command(config: Config, browser: Browser) -> None:
    url = "https://photos.example/a"
    with Store.open(config.database) as store, store.write() as tx:
        run, _ = page_runs.begin(tx, "verify", "")
        keep_use(tx, "prague/river", Use(url, place=1, alt="As edited."), run=run)
        ((alt,),) = tx.execute("SELECT alt FROM images WHERE id = 'prague/river'")
        visited.keep_asked(tx, run, "prague/river", mirror=alt, alt="As edited.")
    text = text_of(browser.get(PATH).text)
    assert "The site was edited since the last pull: altsync pull" in text
    assert "The mirror is older 1" in text
    with Store.open(config.database) as store, store.write() as tx:
        tx.execute("UPDATE page_runs SET seq = 0")
        tx.execute("DELETE FROM asked")
    text = text_of(browser.get(PATH).text)
    assert "1 place was read before the text there was changed: altsync verify" in text
    assert "Nothing else" in text
    with Store.open(config.database) as store, store.write() as tx:
        tx.execute(
            "UPDATE images SET out_of_reach = 'hidden' WHERE id = 'prague/river'"
        )
    text = text_of(browser.get(PATH).text)
    assert "1 place was not compared: of images that this login does not see" in text
