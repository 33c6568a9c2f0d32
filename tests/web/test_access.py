"""What the pages give to who does not see them, without a browser: words for a screen
reader, the language of each text, the keys."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest
from lxml import html

from altsync import web
from altsync.config import Config
from altsync.models import Verdict
from altsync.render.keys import KEYS
from altsync.store import candidates
from altsync.store.store import Store
from altsync.verdicts import acts, sampling
from tests.web.client import Browser
from tests.web.mirrors import TEXTS, candidate, lie
from tests.web.shown import demo
from tests.web.test_review import give

REVIEW = "/-/altsync/review"
TEMPLATES = Path(web.__file__).parent / "templates" / "altsync"
DATA_KEY = re.compile(r'data-key="(.)"')


def says(page: str) -> str:
    """What a screen reader is told of a page that was put in place."""
    found = re.search(r"<template data-says>(.*?)</template>", page, re.S)
    return "" if found is None else re.sub(r"<[^>]*>", "", found.group(1)).strip()


def foreign(config: Config, language: str = "nl") -> None:
    """Every image is in this language."""
    with Store.open(config.database) as store, store.write() as tx:
        tx.execute("UPDATE images SET language = ?", (language,))


def test_the_page_says_in_one_breath_what_is_there(browser: Browser) -> None:
    said = says(browser.get(f"{REVIEW}?image=sydney/harbour").text)
    assert re.match(r"\d of 7: Harbour at dawn\. Text, by gpt-5\.4-mini: “Fer", said)
    assert said.endswith(
        f"“{TEXTS['sydney/harbour']}” 1 finding. warning: No trusted text names"
        " &#34;Sydney&#34;."
    )


def test_an_image_outside_the_queue_has_no_place_in_it(browser: Browser) -> None:
    said = says(browser.get(f"{REVIEW}?image=prague/line").text)
    assert said == "Now: Divider. Nothing is proposed."


def test_the_texts_that_are_said_have_their_language(
    browser: Browser, config: Config
) -> None:
    foreign(config)
    page = browser.get(f"{REVIEW}?image=prague/clock").text
    assert '<span lang="nl">Astronomical clock.</span>' in page
    assert f'<span lang="nl">“{TEXTS["prague/clock"]}”</span>' in page


def test_after_a_rejected_candidate_keys_act_on_the_other_one(
    browser: Browser, config: Config
) -> None:
    """Else who does not see the page rejects the same one again."""
    image = "prague/tram"
    with Store.open(config.database) as store, store.write() as tx:
        number = candidates.add(tx, candidate(image, "A tram.", model="other"))
        candidates.judge(tx, number, Verdict.REJECTED, "maria")
    page = browser.get(f"{REVIEW}?image={image}").text
    assert ": Tram 22. Text 2 of 2, by gpt-5.4-mini: “A red tram" in says(page)
    cards = re.findall(r'<form class="card([^"]*)"', page)
    assert cards == ["", " chosen"]


def test_after_undo_keys_do_not_act_on_what_was_taken_back(
    browser: Browser, config: Config
) -> None:
    """Who strikes `d` by mistake, undoes it and approves does not say it again."""
    path = f"{REVIEW}?image=prague/tram"
    give(browser, path, "decorative")
    with Store.open(config.database) as store, store.write() as tx:
        acts.undo(tx, "maria")
    assert "Text 2 of 2, by gpt-5.4-mini: “A red tram" in says(browser.get(path).text)
    cards = re.findall(r'<form class="card([^"]*)"', browser.get(path).text)
    assert cards == ["", " chosen"]


@pytest.mark.parametrize("path", [f"{REVIEW}?image=prague/tram", f"{REVIEW}?sample=1"])
def test_what_was_found_is_said_of_the_text_in_the_field(
    browser: Browser, config: Config, path: str
) -> None:
    """Where a verdict was refused, that is what its reviewer typed."""
    with Store.open(config.database) as store:
        sampling.draw(store, bound=0.9, confidence=0.5, by="maria")
    page = browser.get(path).text
    assert "file name" not in says(page), "whichever text was drawn"
    typed = {"text": "IMG_1234.jpg", "seen": "earlier"}
    answer = give(browser, path, "approve", **typed)
    assert answer.status_code == 409
    assert "“IMG_1234.jpg” 1 finding. error: " in says(answer.text)
    assert "<code>file-name</code>" in answer.text


NO_TEXTS = ("head", "script", "code")
"""Elements whose words are no text of the site."""


def unmarked(page: str, texts: Iterable[str]) -> list[str]:
    """What stands on a page of these texts without their language."""
    found = []
    for node in html.fromstring(page).iter():
        if not isinstance(node.tag, str):
            continue
        for words in (node.text, *(below.tail for below in node)):
            if any(text in (words or "") for text in texts):
                around = [node, *node.iterancestors()]
                nearest = next((one for one in around if one.get("lang")), None)
                if any(one.tag in NO_TEXTS for one in around):
                    continue
                if nearest is None or nearest.get("lang") != "nl":
                    found.append(f"{node.tag}: {' '.join((words or '').split())}")
    return found


@pytest.fixture
def dutch(tmp_path: Path) -> Browser:
    """A site in Dutch with something on every page."""
    config = demo(tmp_path)
    with Store.open(config.database) as store:
        lie(store)
        with store.write() as tx:
            tx.execute("UPDATE images SET language = 'nl'")
    return Browser(config)


@pytest.mark.parametrize(
    "path",
    [
        REVIEW,
        f"{REVIEW}?sample=1",
        "/-/altsync/grid",
        "/-/altsync/grid?state=human",
        "/-/altsync/audit",
        "/-/altsync/image?id=at-home/chelsea",
        "/-/altsync/compare?run=1",
        "/-/altsync/uses?image=at-home/chelsea",
        "/-/altsync/visitors",
    ],
)
def test_every_text_of_the_site_has_its_language(dutch: Browser, path: str) -> None:
    page = dutch.get(path)
    assert page.status_code == 200
    texts = set()
    with sqlite3.connect(dutch.setup.config.database) as conn:
        for column in ("alt", "title", "caption"):
            texts |= set(conn.execute(f"SELECT {column} FROM images"))
        texts |= set(conn.execute("SELECT alt FROM candidates"))
    conn.close()
    wanted = {text for (text,) in texts if text and len(text) > 8}
    assert 'lang="nl"' in page.text
    assert unmarked(page.text, wanted) == []


def test_a_language_that_is_none_is_not_told(browser: Browser, config: Config) -> None:
    foreign(config, "und_er x")
    assert 'lang="und_er' not in browser.get(f"{REVIEW}?image=prague/clock").text


def test_only_what_can_be_judged_can_be_marked(browser: Browser) -> None:
    waiting = browser.get("/-/altsync/grid").text
    assert "Mark all 7" in waiting
    assert "Mark prague/clock:" in waiting
    missing = browser.get("/-/altsync/grid?state=missing").text
    assert "prague/line:" in missing
    for word in ("Mark", "checkbox", '<label class="mark"'):
        assert word not in missing


def test_after_a_sweep_the_focus_is_on_its_result(browser: Browser) -> None:
    """By an attribute of HTML: without JavaScript too."""
    page = browser.get("/-/altsync/grid").text
    mark = re.findall(r'name="mark" value="([^"]*)"', page)
    sweep = {"action": "reject", "mark": mark[0]}
    answer = browser.post("/-/altsync/grid", sweep, page="/-/altsync/grid")
    page = browser.get(answer.headers["location"]).text
    assert re.search(r'<div class="notice done"[^>]* tabindex="-1" autofocus>', page)
    assert page.count("autofocus") == 1
    sweep = {"action": "approve", "mark": mark[0]}
    page = browser.post("/-/altsync/grid", sweep, page="/-/altsync/grid").text
    assert 'aria-labelledby="swept left-alone" tabindex="-1" autofocus' in page


def _whole(name: str) -> str:
    """A template with those that it includes."""
    text = (TEMPLATES / name).read_text("utf-8")
    return re.sub(
        r'{% include "altsync/([^"]*)" %}', lambda found: _whole(found.group(1)), text
    )


@pytest.mark.parametrize("page", sorted(KEYS))
def test_the_list_of_keys_is_that_of_the_page(page: str) -> None:
    """Every key of a button or link, and no other letter."""
    template = _whole(f"{page}.html")
    listed = {key for key, _ in KEYS[page] if len(key) == 1} - {"?"}
    own = {"z"} if "zoomable(" in template else set()  # looking.js
    assert listed == set(DATA_KEY.findall(template)) | own
