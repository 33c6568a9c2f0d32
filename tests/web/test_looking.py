"""What helps to look: the picture to enlarge, the neighbours, how far one has come. Asked
without JavaScript."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import pytest

from altsync import clock
from altsync.config import Config
from altsync.store.store import Store
from tests.web.client import Browser
from tests.web.mirrors import EVIL

REVIEW = "/-/altsync/review"


def strip(page: str) -> list[tuple[str, str]]:
    """(Address, name) of each frame; the current one's address is ''."""
    film = page[page.index('<nav class="film"') :]
    film = film[: film.index("</nav>")]
    found = re.findall(
        r'<a href="([^"]*)"( aria-current="true")?.*?hidden">(.*?)</span></span></a>',
        film,
    )
    plain = [(at, here, re.sub("<[^>]*>", "", name)) for at, here, name in found]
    return [("" if here else unescape(at), unescape(name)) for at, here, name in plain]


def test_the_filmstrip_names_its_neighbours_and_keeps_the_filter(
    browser: Browser, config: Config
) -> None:
    page = browser.get(f"{REVIEW}?image=sydney/team&album=sydney").text
    frames = strip(page)
    assert [at for at, _ in frames] == [
        f"{REVIEW}?image=sydney%2Fbridge&album=sydney",
        f"{REVIEW}?image=sydney%2Fharbour&album=sydney",
        f"{REVIEW}?image=sydney%2Ftalk&album=sydney",
        "",
    ]
    names = dict(frames)
    assert names[""].startswith("team: Three people in conference shirts")
    assert names[frames[2][0]] == f"talk: A speaker on a stage {EVIL}."
    assert EVIL not in page
    assert browser.get(frames[0][0]).status_code == 200
    with Store.open(config.database) as store, store.write() as tx:
        tx.execute("UPDATE images SET gone_at = '2026' WHERE id <> 'sydney/team'")
    assert 'class="film"' not in browser.get(f"{REVIEW}?image=sydney/team").text


def test_an_image_that_nothing_is_said_of_has_its_title(browser: Browser) -> None:
    assert ("", "line: Divider") in strip(
        browser.get(f"{REVIEW}?state=missing&image=prague/line").text
    )


def test_the_picture_leads_to_its_file_and_to_the_sites(
    browser: Browser, config: Config
) -> None:
    """No login of an address is shown, and no scheme but http leads anywhere."""
    page = browser.get(f"{REVIEW}?image=sydney/team").text
    (file,) = re.findall(r'<a class="zoom" href="([^"]*)" data-zoom', page)
    assert browser.get(file).headers["content-type"] == "image/jpeg"
    assert (
        '<dialog class="enlarged" aria-label="The image sydney/team, enlarged">' in page
    )
    site = (
        'href="https://photos.example/files/sydney/team.jpg" rel="noreferrer noopener"'
    )
    assert site in page
    for url in ("javascript:alert(1)", None):
        with Store.open(config.database) as store, store.write() as tx:
            tx.execute("UPDATE images SET image_url = ?", (url,))
        page = browser.get(f"{REVIEW}?image=sydney/team").text
        assert "own file, in a new tab" not in page
        assert "javascript:" not in page


def test_without_a_picture_there_is_nothing_to_enlarge(browser: Browser) -> None:
    page = browser.get(f"{REVIEW}?state=missing&image=prague/line").text
    assert "No picture prepared" in page
    assert "data-zoom" not in page


def test_how_far_the_reviewer_has_come_today(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told in the page, and never in a live region."""
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(clock, "midnight", lambda: long_ago)
    page = browser.get(REVIEW).text
    assert "today" not in page
    for _ in range(5):
        card = page[page.index('class="card') :].partition("</form>")[0]
        hidden = dict(
            re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', card)
        )
        given = browser.request("POST", REVIEW, data={**hidden, "action": "approve"})
        assert given.status_code == 303
        page = browser.get(REVIEW).text
    said = re.search(r'<p class="([^"]*)">(5 of 7 today, [^<]* left)</p>', page)
    assert said is not None
    assert said.group(1) == "hint today"
    assert said.group(2) == "5 of 7 today, less than a minute left"
    assert "of 7 today" not in browser.get(f"{REVIEW}?state=approved").text
    assert "5 of 7 today" not in browser.actor("anna").get(REVIEW).text


def test_today_begins_at_midnight_of_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = datetime(2026, 11, 29, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: at)
    began = clock.midnight()
    assert began.astimezone().timetz().replace(tzinfo=None).isoformat() == "00:00:00"
    assert began <= at
    assert (at - began).total_seconds() < 25 * 3600


def test_a_text_runs_in_the_direction_of_its_own_words(browser: Browser) -> None:
    """A full stop of Arabic or Hebrew stands at its left, while it is typed, too."""
    page = browser.get(f"{REVIEW}?image=prague/river&state=human").text
    page += browser.get(f"{REVIEW}?image=sydney/team").text
    own = re.findall(r"<(?:textarea|q)[^>]*>", page)
    assert len(own) > 5
    assert [one for one in own if 'dir="auto"' not in one] == []
