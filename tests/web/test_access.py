"""What the pages give to who does not see them, without a browser: words for a screen
reader, the language of each text, the keys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from altsync import web
from altsync.config import Config
from altsync.models import Verdict
from altsync.render.keys import KEYS
from altsync.store import candidates
from altsync.store.store import Store
from tests.web.client import Browser
from tests.web.mirrors import TEXTS, candidate

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


@pytest.mark.parametrize("page", sorted(KEYS))
def test_the_list_of_keys_is_that_of_the_page(page: str) -> None:
    """Every key of a button or link, and no other letter."""
    template = (TEMPLATES / f"{page}.html").read_text("utf-8")
    listed = {key for key, _ in KEYS[page] if len(key) == 1} - {"?"}
    assert listed == set(DATA_KEY.findall(template))
