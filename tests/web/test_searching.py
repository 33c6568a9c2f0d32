"""Search by words, the whole filter in the address, and the albums."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import quote

import pytest

from altsync.config import Config
from altsync.store import candidates
from altsync.store.queue import Filter
from altsync.store.store import Store
from altsync.web.pages.frame import filter_of, in_words, query_of
from tests.web.client import Browser
from tests.web.mirrors import EVIL, candidate

GRID, REVIEW = "/-/altsync/grid", "/-/altsync/review"
ALBUMS = "/-/altsync/albums"


def tiles(page: str) -> list[str]:
    """The images that a grid shows."""
    return re.findall(r'<span class="visually-hidden">Mark ([^:]+):</span>', page)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("tram", ["prague/tram"]),
        ("red 22 cob", ["prague/tram"]),
        ("old town", ["prague/clock"]),
        ('"town old"', []),
        ("prague bar", ["prague/chart"]),
        ('" OR "* NEAR(', []),
    ],
)
def test_the_grid_shows_what_is_found(
    browser: Browser, words: str, found: list[str]
) -> None:
    page = browser.get(f"{GRID}?words={quote(words)}")
    assert page.status_code == 200
    assert tiles(page.text) == found


def test_the_queue_goes_on_among_what_is_found(
    browser: Browser, config: Config
) -> None:
    page = browser.get(f"{REVIEW}?words=sydney").text
    assert "<strong>4</strong> needs-review" in page
    image = str(re.search(r'data-image="([^"]+)"', page)[1])  # type: ignore[index]
    seen = str(re.search(r'name="seen" value="([^"]+)"', page)[1])  # type: ignore[index]
    number = str(re.search(r'name="candidate" value="(\d+)"', page)[1])  # type: ignore[index]
    form = {"image": image, "seen": unescape(seen), "candidate": number}
    answer = browser.post(REVIEW, {**form, "action": "reject", "words": "sydney"})
    assert answer.status_code == 303
    assert "words=sydney" in answer.headers["location"]
    assert "image=sydney%2F" in answer.headers["location"]
    assert "<strong>3</strong>" in browser.get(answer.headers["location"]).text


def test_a_text_that_came_just_now_is_found(browser: Browser, config: Config) -> None:
    with Store.open(config.database) as store, store.write() as tx:
        candidates.add(tx, candidate("prague/river", "Swans.", "x"))
    assert "1 human" in browser.get(f"{GRID}?words=swans").text


def test_what_is_found_in_other_states_is_said_and_linked(browser: Browser) -> None:
    page = browser.get(f"{GRID}?words=vltava").text
    assert "No image of this state has these words" in page
    link = re.search(r'In other states: <a href="([^"]+)">1 human</a>', page)
    assert link
    assert "The Vltava under" in browser.get(unescape(link[1])).text
    nothing = browser.get(f"{REVIEW}?words=zebra").text
    assert "No image has these words" in nothing
    assert "In other states" not in nothing
    without = re.search(r'<a href="([^"]+)">Without these words', nothing)
    assert without
    assert "words" not in without[1]


def test_what_is_typed_is_shown_as_text_and_never_more(browser: Browser) -> None:
    for path in (GRID, REVIEW, ALBUMS):
        page = browser.get(f"{path}?words={quote(EVIL)}&album={quote(EVIL)}").text
        assert EVIL not in page
        assert unescape(page).count(EVIL) >= 1


def test_the_whole_filter_stands_in_the_address() -> None:
    """Each field of it there and back, and in words."""
    wanted = Filter(album="a b", rule="leak", words='red "old town"')
    given = {name: [str(value)] for name, value in query_of(wanted).items()}
    assert filter_of(given) == wanted
    assert in_words(wanted) == (
        'state needs-review, album a b, rule leak, words red "old town"'
    )
    assert filter_of({"words": [" red \n cat "]}).words == "red cat"
    assert len(filter_of({"words": ["x" * 900]}).words) == 200


def test_a_verdict_over_many_records_the_words(
    browser: Browser, config: Config
) -> None:
    page = browser.get(f"{GRID}?words=tram").text
    mark = str(re.search(r'name="mark" value="([^"]+)"', page)[1])  # type: ignore[index]
    form = {"mark": unescape(mark), "action": "approve", "words": "tram"}
    assert browser.post(GRID, form, page=GRID).status_code == 303
    with Store.open(config.database) as store, store.read() as conn:
        notes = conn.execute("SELECT note FROM reviews").fetchall()
    assert notes == [("grid: state needs-review, words tram",)]


def test_an_album_that_there_is_not_is_said_with_what_is_near(
    browser: Browser,
) -> None:
    page = browser.get(f"{GRID}?album=pragu&state=missing").text
    assert 'There is no album <q dir="auto">pragu</q>' in page
    link = re.search(r'Near it: <a href="([^"]+)">prague</a>', page)
    assert link
    assert "state=missing" in link[1]
    assert "There is no album" not in browser.get(unescape(link[1])).text
    field = re.search(r'<input type="text" id="f-album"[^>]*>', page)
    assert field
    assert 'value="pragu" list="f-albums"' in field[0]


def rows(page: str) -> list[str]:
    """The albums of a page, in their order."""
    return re.findall(r'<tr><th scope="row">([^<]+?) ?</th>', page)


def test_albums_are_searched_sorted_and_lead_to_their_images(
    browser: Browser,
) -> None:
    page = browser.get(ALBUMS).text
    assert rows(page) == ["prague", "sydney"]
    assert rows(browser.get(f"{ALBUMS}?sort=name").text) == ["prague", "sydney"]
    assert rows(browser.get(f"{ALBUMS}?sort=waiting").text) == ["sydney", "prague"]
    assert rows(browser.get(f"{ALBUMS}?words=SYD").text) == ["sydney"]
    for link in re.findall(r'<td[^>]*><a href="([^"]+)"', page):
        assert browser.get(unescape(link)).status_code == 200
        assert "album=" in link
    nothing = browser.get(f"{ALBUMS}?words=tokyo").text
    assert "No album with these words" in nothing
    assert "grid?words=tokyo" in nothing
    assert rows(browser.get(f"{ALBUMS}?words=--").text) == []


def test_an_album_says_in_which_states_its_images_are(
    browser: Browser, config: Config
) -> None:
    assert "There is no album" in browser.get(f"{GRID}?album=old").text
    with Store.open(config.database) as store, store.write() as tx:
        tx.execute(
            "INSERT INTO images (id, album, name, entity, pulled_at, raw, alt, origin)"
            " VALUES ('old/1', 'old', '1', 'old/1', '', '{}', 'By a machine.', 'ai')"
        )
    row = browser.get(f"{ALBUMS}?words=old").text
    link = re.search(r'<a href="([^"]+)">Grid<span', row)
    assert link
    page = browser.get(unescape(link[1])).text
    there = re.search(r'In other states: <a href="([^"]+)">1 ai</a>', page)
    assert there
    assert "By a machine." in browser.get(unescape(there[1])).text
    elsewhere = browser.get(f"{GRID}?album=prague").text
    assert "In other states" not in elsewhere, "only where nothing is shown"


def test_a_sweep_over_nothing_says_so(browser: Browser) -> None:
    answer = browser.post(GRID, {"action": "approve"}, page=GRID)
    page = browser.get(answer.headers["location"]).text
    assert "Nothing was marked, so nothing was written." in page
    assert "recorded as" not in page


def test_a_risk_of_an_address_stays_in_the_filter(browser: Browser) -> None:
    """Shown anew it is the same, also one that the list does not have."""
    page = browser.get(f"{GRID}?risk=0.35").text
    assert re.search(r'<option value="0.35" selected>35</option>', page)


def test_albums_come_by_the_hundred_and_are_suggested(
    browser: Browser, config: Config
) -> None:
    with Store.open(config.database) as store, store.write() as tx:
        tx.executemany(
            "INSERT INTO images (id, album, name, entity, pulled_at, raw)"
            " VALUES (?1, ?1, 'x', ?1, '', '{}')",
            ([f"trip-{number:03}"] for number in range(230)),
        )
    first = browser.get(f"{ALBUMS}?sort=name&words=trip").text
    assert len(rows(first)) == 100
    assert "Page 1 of 3" in first
    more = re.search(r'<a class="button quiet" href="([^"]+)">Next 100', first)
    assert more
    second = browser.get(unescape(more[1])).text
    assert rows(second)[0] == "trip-100"
    assert "Previous 100" in second
    last = browser.get(f"{ALBUMS}?words=trip&page=99").text
    assert len(rows(last)) == 30
    assert "Next 100" not in last
    names = browser.get(f"{ALBUMS}?names=1&words=trip-22")
    assert json.loads(names.text) == [f"trip-22{number}" for number in range(10)]
    assert names.headers["content-type"].startswith("application/json")
    grid = browser.get(f"{GRID}?album=trip-229&state=missing").text
    assert "There is no album" not in grid
    assert "<strong>1</strong> missing" in grid
