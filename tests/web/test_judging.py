"""A sample in the review: known-bad texts among those that were drawn, and nothing on a
page that tells one from the other."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config, parse
from altsync.models import Label, SiteImage, Verdict
from altsync.pull import Pull
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates
from altsync.store.samples import DrawnText
from altsync.store.seeds import SeededText
from altsync.store.store import Store
from altsync.verdicts import reading, sampling
from altsync.verdicts.sampling import Planting
from altsync.verdicts.statements import Statement, statement
from tests.web.client import Browser
from tests.web.mirrors import TOML, candidate
from tests.web.test_review import REVIEW, form, give, rows

SAMPLE = f"{REVIEW}?sample=1"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Twenty images alike: a person wrote the texts of two, four were approved by
    themselves, and a sample of the others is drawn with five known-bad texts."""
    site = MemorySource(
        SiteImage(
            id=f"a/{n:02}",
            album="a",
            name=f"{n:02}",
            title="A title",
            alt="Two dogs sit on a red blanket." if n >= 18 else None,
            has_label=True,
            label=Label.HUMAN if n >= 18 else None,
        )
        for n in range(20)
    )
    config = parse(
        TOML.format(database="altsync.db"),
        tmp_path_factory.mktemp("made") / "altsync.toml",
    )
    with Store.open(config.database, create=True) as store:
        store.claim(config.site.url, "memory")
        Pull(Context(site, store)).run()
        with store.write() as tx:
            tx.execute("INSERT INTO prompts VALUES ('p1', 's', 't', '2026')")
            for n in range(18):
                text = f"Three cats sleep in box {chr(65 + n)}."
                one = candidates.add(tx, candidate(f"a/{n:02}", text))
                if n >= 14:
                    candidates.judge(tx, one, Verdict.APPROVED, "maria")
        planting = Planting(5, lambda *_: ())
        how: dict[str, Any] = {"bound": 0.3, "confidence": 0.9, "by": "maria"}
        sampling.draw(store, planting=planting, **how)
    return config


@pytest.fixture
def config(tmp_path: Path, made: Config) -> Config:
    """A copy of it."""
    shutil.copy(made.database, tmp_path)
    return parse(TOML.format(database="altsync.db"), tmp_path / "altsync.toml")


@pytest.fixture
def browser(config: Config) -> Browser:
    return Browser(config)


@pytest.fixture(scope="module")
def looker(made: Config) -> Browser:
    """Who writes nothing."""
    return Browser(made)


def said(config: Config) -> Statement:
    conn = sqlite3.connect(config.database)
    try:
        return statement(conn, 1)
    finally:
        conn.close()


def waiting(config: Config) -> Iterator[tuple[DrawnText | SeededText, str]]:
    """What waits, with its text."""
    conn = sqlite3.connect(config.database)
    try:
        for one in reading.open_places(statement(conn, 1)):
            yield one, reading.place_of(conn, one).alt
    finally:
        conn.close()


def masked(page: str, one: DrawnText | SeededText, text: str) -> str:
    """A page without what has to differ from place to place."""
    for found, mask in ((escape(text), "TEXT"), (one.image, "IMAGE")):
        page = page.replace(found, mask)
    page = re.sub(r'name="seen" value="\w+"', "SEEN", page)
    page = re.sub(r'data-preload="[^"]*"', "", page)
    page = re.sub(r'name="csrftoken" value="[^"]+"', "TOKEN", page)
    page = re.sub(r'(place=|data-place="|name="place" value=")\d+', "PLACE", page)
    page = re.sub(r"<span>\d+ of \d+:</span>", "NTH", page)
    page = re.sub(r"<span data-length>\d+</span>", "LENGTH", page)
    return re.sub(r'<a [^>]*data-key="[ps]".*?</a>', "", page)


def test_nothing_on_a_page_tells_a_known_bad_text_from_another(
    looker: Browser, made: Config
) -> None:
    pages: dict[bool, set[str]] = {True: set(), False: set()}
    every = list(waiting(made))
    for one, text in every:
        page = looker.get(f"{SAMPLE}&place={one.place}").text
        assert f">{escape(text)}</textarea>" in page
        pages[isinstance(one, SeededText)].add(masked(page, one, text))
    assert pages[True] == pages[False]
    assert len(pages[True]) == 1
    (page,) = pages[True]
    assert f"<strong>{len(every)}</strong> to judge" in page
    for telling in ("Alt text on the site", "dogs sit", "/image?", "candidate-", "by-"):
        assert telling not in page


def test_the_answers_of_the_pages_are_alike(browser: Browser, config: Config) -> None:
    """Verdicts, refusals, undo, and the lint while typing."""
    told: dict[bool, list[str]] = {True: [], False: []}
    for kind in (True, False):
        every = list(waiting(config))
        one, text = next(x for x in every if isinstance(x[0], SeededText) is kind)
        path = f"{SAMPLE}&place={one.place}"
        fields = form(browser, path)
        check = browser.request(
            "POST", "/-/altsync/check", data={**fields, "text": "x"}
        )
        empty = give(browser, path, "approve", text=" ")
        moved = give(browser, path, "reject", seen="other")
        strange = give(browser, path, "eat")
        yes = give(browser, path, "approve")
        again = browser.request("POST", REVIEW, data={**fields, "action": "approve"})
        late = browser.request("POST", REVIEW, data={**fields, "action": "reject"})
        undo = {**form(browser, SAMPLE), "action": "undo"}
        elder = browser.request("POST", REVIEW, data={**undo, "last": "elder"})
        back = browser.request("POST", REVIEW, data=undo)
        twice = browser.request("POST", REVIEW, data=undo)
        told[kind] = [
            check.text,
            *(
                f"{answer.status_code} {answer.headers.get('location', '')}"
                f" {re.findall(r'<p class=.notice alert.*?</p>', answer.text)}".replace(
                    one.image.replace("/", "%2F"), "IMAGE"
                )
                .replace(f"place={one.place}&", "place=N&")
                .replace(one.image, "IMAGE")
                for answer in (
                    *(empty, moved, strange, yes, again, late, elder, back, twice),
                )
            ),
        ]
        assert yes.status_code == back.status_code == 303
        assert "done=again" in again.headers["location"]
        assert "done=undone" in twice.headers["location"]
        assert late.status_code == elder.status_code == 409
        assert text in browser.get(path).text
    assert told[True] == told[False]


def so_far(browser: Browser) -> Any:
    """What the ready-made query among Datasette's tables says."""
    query = "/altsync/samples_so_far.json?_shape=array"
    (row,) = browser.get(query).json()
    return row


def test_a_sample_is_read_to_its_end_and_says_what_its_reader_caught(
    browser: Browser, config: Config
) -> None:
    page = browser.get("/-/altsync/sample").text
    assert "known-bad" not in page
    assert "right" not in re.sub(r"<p class=.hint.*?</p>", "", page)
    assert so_far(browser)["right_ones"] is None
    missed = False
    while places := list(waiting(config)):
        one = places[0][0]
        bad = isinstance(one, SeededText)
        give(browser, SAMPLE, "reject" if bad and missed else "approve")
        missed |= bad
    assert "judged to its end" in browser.get(SAMPLE).text
    assert so_far(browser)["right_ones"] is not None
    page = browser.get("/-/altsync/sample").text
    assert "You caught 4 of 5 planted errors [0.3" in page
    assert "With what you may have missed" in page
    assert "<strong>0</strong> wrong" in page
    assert rows(config, "SELECT count(*) FROM seeded_verdicts") == [(5,)]


def test_what_was_typed_is_not_lost(looker: Browser) -> None:
    answer = give(looker, SAMPLE, "approve", text="My own words.", seen="x")
    assert answer.status_code == 409
    assert ">My own words.</textarea>" in answer.text


def test_one_goes_back_and_forth_and_past_the_end(
    looker: Browser, made: Config
) -> None:
    places = [one.place for one, _ in waiting(made)]
    assert f"place={places[1]}" in looker.get(SAMPLE).text
    last = looker.get(f"{SAMPLE}&place={places[-1]}").text
    assert 'data-key="s"' not in last
    assert f"place={places[-2]}" in last
    past = form(looker, f"{SAMPLE}&place=999")
    assert past["place"] == str(places[0])


def test_a_sample_that_there_is_not(looker: Browser) -> None:
    answer = looker.get(f"{REVIEW}?sample=7")
    assert answer.status_code == 404
    assert "There is no sample 7" in answer.text


def test_who_looks_only_judges_nothing(browser: Browser, config: Config) -> None:
    fields = form(browser, SAMPLE)
    browser.actor("nobody")
    assert 'name="action"' not in browser.get(SAMPLE).text
    answer = browser.request("POST", REVIEW, data={**fields, "action": "approve"})
    assert answer.status_code == 403
    assert said(config).judged == 0


def test_texts_that_left_the_site_are_told(browser: Browser, config: Config) -> None:
    with Store.open(config.database) as store, store.write() as tx:
        tx.execute("UPDATE images SET gone_at = '2026'")
    page = browser.get(SAMPLE).text
    assert "altsync review --sample 1" in page


def test_one_that_cannot_hold_any_more_says_so(
    browser: Browser, config: Config
) -> None:
    one = next(one for one, _ in waiting(config) if isinstance(one, DrawnText))
    give(browser, f"{SAMPLE}&place={one.place}", "reject")
    assert "cannot hold any more" in browser.get(SAMPLE).text


def test_the_grid_tells_of_a_sample_that_speaks_for_its_texts(looker: Browser) -> None:
    page = looker.get("/-/altsync/grid?sample=1").text
    assert "Sample 1 is open" in page
    assert "it speaks for 14 texts of these" in page


def test_a_question_tells_no_kind_of_text_from_another(
    browser: Browser, config: Config
) -> None:
    """It judges nothing; whom it asks finds it in the sample and answers; the page goes on
    to the next place meanwhile. By words alone as with the picture."""
    told: dict[bool, list[str]] = {True: [], False: []}
    for kind in (True, False):
        before, every = said(config), list(waiting(config))
        one, text = next(x for x in every if isinstance(x[0], SeededText) is kind)
        path = f"{SAMPLE}&place={one.place}&mode=words"
        browser.actor("root")
        empty = give(browser, path, "unsure", note=" ")
        assert (empty.status_code, "Say what is unclear" in empty.text) == (400, True)
        asked = give(browser, path, "unsure", note="Three?", whom="anna")
        assert asked.status_code == 303
        assert f"place={one.place}&" not in asked.headers["location"]
        assert "asked of you" not in browser.get(path).text
        assert said(config) == before, "nothing is judged"
        browser.actor("anna")
        page = browser.get(SAMPLE).text
        (link,) = re.findall(r'href="([^"]*)">1 is asked of you', page)
        assert f"place={one.place}" in link
        page = browser.get(path).text
        assert "is unsure: <q" in page
        assert "Three?" in page
        told[kind].append(re.sub(r"\d\d\d\d-.* UTC", "", masked(page, one, text)))
        give(browser, path, "reject", note="Two.")
        assert "asked of you" not in browser.get(SAMPLE).text
        assert one.place not in [left.place for left, _ in waiting(config)]
        undo = {**form(browser, SAMPLE), "action": "undo"}
        browser.request("POST", REVIEW, data=undo)
        assert "is unsure" not in browser.get(path).text, "it was answered"
    assert told[True] == told[False]
    sql = """
    SELECT verdict, reviewer, note, asked, how FROM seeded_verdicts WHERE verdict <> 'withdrawn'
    """
    seeded = rows(config, sql)
    drawn = rows(config, sql.replace("seeded_verdicts", "reviews") + " AND id > 4")
    assert seeded == drawn
    assert [row[:2] for row in drawn] == [("unsure", "maria"), ("rejected", "anna")]


def test_a_question_at_the_last_place_stays_there(
    browser: Browser, config: Config
) -> None:
    one = said(config).seeds[0]
    while others := [at for at, _ in waiting(config) if at.place != one.place]:
        give(browser, f"{SAMPLE}&place={others[0].place}", "approve")
    asked = give(browser, f"{SAMPLE}&place={one.place}", "unsure", note="Three?")
    assert f"place={one.place}&" in asked.headers["location"]
    assert so_far(browser)["right_ones"] is None, "still nothing is told"
