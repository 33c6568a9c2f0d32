"""Who has which image open now: two colleagues get different ones, and are told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from altsync.config import Config
from altsync.web.context import Setup
from altsync.web.open_now import LONG, OpenNow, free
from tests.web.client import Browser
from tests.web.test_review import form_of

REVIEW = "/-/altsync/review"
QUEUE = ["a", "b", "c"]


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def first(number: int) -> Sequence[str]:
    return QUEUE[:number]


def test_each_gets_another_image_as_long_as_there_is_one() -> None:
    opened = OpenNow(Clock())
    assert [opened.take(name, first) for name in ("anna", "ben", "cy")] == QUEUE
    assert opened.take("dan", first) == "a"
    assert opened.take("anna", lambda _: []) == ""


def test_ones_own_is_nobody_elses() -> None:
    opened = OpenNow(Clock())
    assert [opened.take("anna", first) for _ in range(2)] == ["a", "a"]
    assert opened.others("anna") == {}
    assert opened.others("ben") == {"a": "anna"}


def test_what_was_left_is_free_again() -> None:
    clock = Clock()
    opened = OpenNow(clock)
    opened.show("anna", "a")
    opened.show("anna", "b")  # she went on
    assert opened.others("ben") == {"b": "anna"}
    clock.now += LONG
    assert opened.others("ben") == {}


def test_where_all_are_open_elsewhere_all_are_shown() -> None:
    assert free(["a", "b"], {"a"}) == ["b"]
    assert free(["a", "b"], {"a", "b"}) == ["a", "b"]
    assert free([], {"a"}) == []


def image_of(page: str) -> str:
    return form_of(page)["image"]


def test_two_who_ask_for_the_queue_get_different_images(config: Config) -> None:
    setup = Setup(config, owner="maria")
    maria = Browser(config, setup=setup)
    mine = image_of(maria.get(REVIEW).text)
    anna = maria.actor("anna")
    theirs = image_of(anna.get(REVIEW).text)
    assert theirs != mine
    skip = re.search(
        r'image=([^"&]*)" data-key="s"', maria.actor("root").get(REVIEW).text
    )
    assert skip is not None
    assert unquote(skip[1]) not in (mine, theirs)
    anna.actor("anna")
    there = anna.get(f"{REVIEW}?image={mine}").text
    assert "maria has this image open now, too" in there
    anna.get(f"{REVIEW}?image={theirs}")
    assert "anna has" not in anna.get(f"{REVIEW}?image={theirs}").text
    looking = anna.actor(None).get(REVIEW).text
    assert mine in looking  # who only looks takes nothing


def test_who_types_has_it_open(config: Config) -> None:
    browser = Browser(config, setup=Setup(config, owner="maria"))
    browser.actor("anna").get(f"{REVIEW}?image=prague/tram")
    page = browser.actor("root").get(f"{REVIEW}?image=prague/chart").text
    asked = {**form_of(page), "image": "prague/clock"}
    browser.request("POST", "/-/altsync/check", data=asked)
    there = browser.actor("anna").get(f"{REVIEW}?image=prague/clock").text
    assert "maria has this image open now, too" in there
    left = browser.get(f"{REVIEW}?image=prague/chart").text
    assert "maria has" not in left


def test_a_verdict_goes_on_to_what_no_colleague_has_open(config: Config) -> None:
    browser = Browser(config, setup=Setup(config, owner="maria"))
    queue = [image_of(browser.actor("root").get(REVIEW).text)]
    queue.append(image_of(browser.actor("anna").get(REVIEW).text))
    fields = form_of(browser.actor("root").get(REVIEW).text)
    assert fields["image"] == queue[0]
    went = browser.request("POST", REVIEW, data={**fields, "action": "approve"})
    assert went.status_code == 303
    page = browser.get(went.headers["location"]).text
    assert image_of(page) not in queue
    assert "too: whoever is second" not in page
