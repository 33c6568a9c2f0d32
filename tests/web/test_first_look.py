"""Pages on which there is little yet: each says what it is for and what comes next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from altsync.config import Config, parse
from altsync.pull import Pull
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import comparisons, pulls
from altsync.store.store import Store
from tests.web.client import Browser
from tests.web.mirrors import TOML
from tests.web.shown import demo
from tests.web.test_pages import text_of
from tests.web.test_review import REVIEW, give

HOME = "/-/altsync"


@pytest.fixture
def fresh(tmp_path: Path) -> Config:
    """A mirror that nothing was pulled into."""
    file = tmp_path / "altsync.toml"
    file.write_text(TOML.format(database="data/altsync.db"), "utf-8")
    config = parse(file.read_text("utf-8"), file)
    with Store.open(config.database, create=True) as store:
        store.claim(config.site.url, "memory")
    return config


@pytest.mark.parametrize("name", ["review", "grid"])
def test_what_shows_nothing_of_nothing_asks_for_a_pull(
    fresh: Config, name: str
) -> None:
    page = Browser(fresh).get(f"{HOME}/{name}").text
    assert "Nothing is mirrored yet: <code>altsync pull</code>" in page
    assert "No image fits" not in page


def test_the_overview_of_nothing_asks_for_a_pull_and_has_no_empty_cards(
    fresh: Config,
) -> None:
    page = Browser(fresh).get(HOME).text
    assert "Nothing is mirrored yet" in page
    assert '<code class="line">altsync pull</code>' in page
    assert "<table" not in page
    assert "0.0" not in page, "a share of nothing is none"
    assert "Nothing to do" not in page


def test_the_overview_of_nothing_says_how_the_last_pull_went(fresh: Config) -> None:
    with Store.open(fresh.database) as store:
        with store.write() as tx:
            pulls.begin(tx, "full")
        broken = text_of(Browser(fresh).get(HOME).text)
        assert "UTC, did not come to its end" in broken
        Pull(Context(MemorySource(), store)).run()
    assert "UTC, found no image" in text_of(Browser(fresh).get(HOME).text)
    with Store.open(fresh.database) as store, store.write() as tx:
        tx.execute("UPDATE pulls SET error = 'The site said `403`.'")
    stopped = Browser(fresh).get(HOME).text
    assert "The last one stopped: The site said <code>403</code>." in stopped


def test_the_list_of_comparisons_says_how_far_each_is(tmp_path: Path) -> None:
    config = demo(tmp_path)
    browser = Browser(config)
    page = browser.get("/-/altsync/compare").text
    said = text_of(page)
    assert "gpt-5.4-mini, gemini-3-flash" in said
    assert "4 judged by you of 5 images" in said
    assert "Results so far of comparison 1" in said
    (grade,) = re.findall(r'<a class="button" href="([^"]*)">Grade the next one', page)
    assert "The best of these" in browser.get(grade).text
    assert "Grade the next" not in browser.actor("guest").get("/-/altsync/compare").text
    with Store.open(config.database) as store, store.write() as tx:
        for choice in comparisons.choices(store.conn, 1):
            comparisons.mark(tx, choice.id, "A", "maria")
    done = text_of(browser.actor("root").get("/-/altsync/compare").text)
    assert "5 judged by you of 5 images Results of comparison 1" in done


def test_who_has_judged_everything_reads_so(tmp_path: Path) -> None:
    """And nobody else: who only looks, and who looks for what there is none of."""
    browser = Browser(demo(tmp_path))
    heading = "<h2>All judged</h2>"
    while 'class="empty"' not in browser.get(REVIEW).text:
        answer = give(browser, REVIEW, "decorative")
        assert answer.status_code == 303
    last = answer.headers["location"]
    for path in (last, REVIEW):
        page = browser.get(path).text
        assert heading in page
        assert "Nothing is left here that waits for a verdict." in page
    for path in (f"{REVIEW}?album=nowhere", f"{REVIEW}?words=zzz"):
        page = browser.get(path).text
        assert heading not in page
        assert "Nothing waits here" in page
    assert heading not in browser.actor(None).get(REVIEW).text
