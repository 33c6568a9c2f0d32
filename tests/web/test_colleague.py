"""A reviewer who is unsure asks a colleague, and any verdict can bear a note: on the pages,
without JavaScript."""

from __future__ import annotations

import re
import shutil
from html import unescape
from typing import Any

import pytest

from altsync.config import Config
from altsync.models import State
from altsync.pictures.cache import Cache
from altsync.store import candidates, journal, queue
from altsync.store.queue import ME, Filter
from altsync.store.store import Store
from altsync.verdicts import acts, sampling
from altsync.verdicts.policy import Way
from tests.web.client import Browser
from tests.web.mirrors import EVIL, candidate, stand
from tests.web.test_review import REVIEW, form, give, rows, state

TRAM = f"{REVIEW}?image=prague/tram"
OF_ME = f"{REVIEW}?state=unsure&asked=*"
NOTE = f"Is it 22 or 23? {EVIL}"


def plain(page: str) -> str:
    """The words of a page, without its tags."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page)))


def ask(browser: Browser, path: str = TRAM, **more: str) -> Any:
    return give(browser, path, "unsure", **{"note": NOTE, "whom": "anna", **more})


def told(config: Config) -> list[tuple[Any, ...]]:
    sql = "SELECT verdict, reviewer, note, asked FROM reviews ORDER BY id"
    return rows(config, sql)


def test_a_question_moves_the_image_into_a_colleagues_queue(
    browser: Browser, config: Config
) -> None:
    answer = ask(browser)
    assert answer.status_code == 303
    assert "done=unsure" in answer.headers["location"]
    assert told(config) == [("unsure", "maria", NOTE, "anna")]
    assert state(config, "prague/tram") == State.UNSURE
    after = browser.get(answer.headers["location"]).text
    assert "Asked a colleague about" in plain(after)
    assert "asked of you" not in after, "nobody is asked of what they asked themselves"
    browser.actor("anna")
    for page in ("/-/altsync", REVIEW):
        found = browser.get(page).text
        assert "1 is asked of you" in plain(found)
        (link,) = re.findall(r'href="([^"]*)">1 is asked of you', found)
        assert "prague/tram" in browser.get(unescape(link)).text
    page = browser.get(OF_ME).text
    assert "maria is unsure: Is it 22 or 23?" in plain(page)
    assert "asks anna" in plain(page)
    assert "asked of me" in page
    assert EVIL not in page
    assert EVIL in unescape(page)
    given = give(browser, OF_ME, "approve", note=" 22, I asked. ")
    assert "asked=%2A" in given.headers["location"], "the queue goes on"
    assert told(config)[-1] == ("approved", "anna", "22, I asked.", None)
    assert state(config, "prague/tram") == State.APPROVED
    history = plain(browser.get("/-/altsync/image?id=prague/tram").text)
    assert "Unsure by maria, asks anna" in history
    assert "Approved by anna" in history
    assert "Note: 22, I asked." in history
    card = plain(browser.get(f"{TRAM}&state=approved").text)
    assert re.search("Approved by anna, [^:]*:.. UTC: 22, I asked.", card)


@pytest.mark.parametrize("asked", ["jon", "", "MARIA"])
def test_a_question_is_of_its_name_or_of_everybody_else(
    browser: Browser, asked: str
) -> None:
    """Names are the same in small letters and capitals."""
    browser.actor("anna")
    ask(browser, whom=asked)
    config = browser.setup.config

    def mine(name: str) -> int:
        with Store.open(config.database) as store:
            wanted = Filter(state=State.UNSURE, asked=ME, me=name)
            by_name = Filter(state=State.UNSURE, asked=name)
            both = queue.count(store.conn, wanted), queue.count(store.conn, by_name)
            assert both[1] == (name.lower() == asked.lower())
            return both[0]

    reached = {name: mine(name) for name in ("maria", "jon", "anna")}
    assert reached == {
        "maria": int(asked != "jon"),
        "jon": int(asked != "MARIA"),
        "anna": 0,
    }


def test_the_reviewers_and_those_who_were_asked_can_be_named(browser: Browser) -> None:
    config = browser.setup.config
    with Store.open(config.database) as store, store.write() as tx:
        candidates.judge(tx, 1, "approved", "sample:1", "bulk")
        candidates.judge(tx, 1, "unsure", "maria", note=NOTE, asked="jon")
    page = browser.get(REVIEW).text
    known = re.search(r'<datalist id="reviewers">(.*?)</datalist>', page, re.S)
    assert known is not None
    assert re.findall(r'value="([^"]*)"', known.group(1)) == ["anna", "jon", "maria"]
    assert "sample:1" not in known.group(1)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"note": "  "}, "Say what is unclear"),
        ({"note": "x" * 501}, "501 characters; 500 are the most"),
        ({"whom": "sample:1"}, "you ask must be another"),
    ],
)
def test_a_question_that_is_refused_is_kept_on_the_page(
    browser: Browser, config: Config, fields: dict[str, str], why: str
) -> None:
    answer = ask(browser, **fields)
    assert answer.status_code == 400
    assert why in unescape(answer.text)
    assert '<details class="why ask" data-ask open>' in answer.text
    kept = {"note": NOTE, "whom": "anna", **fields}
    assert f">{kept['note']}</textarea>" in unescape(answer.text)
    assert f'value="{kept["whom"]}"' in answer.text
    assert told(config) == []


@pytest.mark.parametrize("action", ["approve", "reject", "decorative"])
def test_a_note_that_is_refused_is_kept_on_the_page(
    browser: Browser, config: Config, action: str
) -> None:
    answer = give(browser, TRAM, action, note="y" * 501)
    assert answer.status_code == 400
    assert answer.text.count(f">{'y' * 501}</textarea>") == 1
    assert told(config) == []
    given = give(browser, TRAM, action, note=" So. ")
    assert given.status_code == 303
    assert [row[2] for row in told(config)] == ["So."]


def test_undo_takes_a_question_back(browser: Browser, config: Config) -> None:
    ask(browser)
    give(browser, REVIEW, "undo")
    assert state(config, "prague/tram") == State.NEEDS_REVIEW


def test_who_may_only_look_asks_nothing(browser: Browser, config: Config) -> None:
    fields = form(browser, TRAM)
    browser.actor("ben")
    assert "data-ask" not in browser.get(TRAM).text
    assert "asked of you" not in browser.get("/-/altsync").text
    refused = browser.request(
        "POST", REVIEW, data={**fields, "action": "unsure", "note": "?"}
    )
    assert refused.status_code == 403
    assert told(config) == []


def test_a_question_is_seen_from_everywhere(browser: Browser, config: Config) -> None:
    """In the grid; where nothing else waits, also by who asked it; as the next thing to
    do."""
    ask(browser)
    tile = plain(browser.get("/-/altsync/grid?state=unsure").text)
    assert "maria is unsure: Is it 22 or 23?" in tile
    with Store.open(config.database) as store, store.write() as tx:
        for image in ("sydney/talk", "prague/chart"):
            acts.reject_named(tx, [image], "maria")
        acts.approve_waiting(tx, "maria", Way.BULK)
        assert queue.count(tx, Filter()) == 0
    assert "1 waits for a colleague's answer" in plain(browser.get(REVIEW).text)
    with Store.open(config.database) as store, store.write() as tx:
        tx.execute("UPDATE images SET gone_at = '2026' WHERE id <> 'prague/tram'")
    overview = plain(browser.get("/-/altsync").text)
    assert "Next Answer 1 question of colleagues" in overview


def test_what_stands_no_more_is_not_asked_about(
    browser: Browser, config: Config
) -> None:
    with Store.open(config.database) as store, store.write() as tx:
        candidates.add(tx, candidate("prague/line", "A line.", base="Another base"))
    page = browser.get(f"{REVIEW}?image=prague/line&state=missing").text
    assert "Proposed for an earlier text" in page
    assert "data-ask" not in page


def test_with_several_texts_the_question_is_about_one(
    browser: Browser, config: Config
) -> None:
    with Store.open(config.database) as store, store.write() as tx:
        second = candidates.add(tx, candidate("prague/tram", "A tram.", model="other"))
    page = browser.get(TRAM).text
    assert re.search(rf'<option value="{second}">1: other</option>', page)
    ask(browser, candidate=str(second))
    sql = "SELECT candidate_id FROM reviews"
    assert rows(config, sql) == [(second,)]
    assert "maria is unsure" in plain(browser.get(f"{TRAM}&state=unsure").text)


# By words alone.

WORDS = f"{REVIEW}?mode=words"
BRIDGE = f"{WORDS}&image=sydney/bridge"


def order(page: str, *parts: str) -> bool:
    """They stand on the page in this order."""
    shown = page[page.index("</template>") :]
    at = [shown.index(part) for part in parts]
    return at == sorted(at)


def more(config: Config, text: str, **fields: Any) -> int:
    with Store.open(config.database) as store, store.write() as tx:
        return candidates.add(tx, candidate("sydney/bridge", text, "", **fields))


def test_by_words_the_page_speaks_first_then_what_the_texts_claim(
    browser: Browser, config: Config
) -> None:
    more(config, "Two arch bridges of wood.", model="other")
    with Store.open(config.database) as store, store.write() as tx:
        stand(tx, "sydney/bridge")
    page = browser.get(BRIDGE).text
    assert order(
        page,
        "Where it stands",
        "They leave every ten minutes.",
        "What the site says of it",
        "The bridge",
        "What the texts claim",
        "Said by one only",
        ">Candidates</h2>",
        'class="card',
        "Ask a colleague",
    )
    assert '<img class="large"' not in page
    assert 'data-preload=""' in page, "no picture is fetched unasked"
    said = plain(page)
    assert "2 texts:" in said
    assert re.search("Contradicted: not both can be true|Said by one only", said)
    assert "text 1, other: Two" in said
    assert '<details class="why ask" data-ask open>' in page


def test_one_text_by_words_says_how_to_get_a_second(browser: Browser) -> None:
    page = plain(browser.get(BRIDGE).text)
    assert "There is one text only, and nothing to compare it with." in page
    assert "altsync generate -m OTHER sydney/bridge" in page
    assert "Not read yet" in page


@pytest.mark.parametrize(
    ("path", "how"),
    [
        (TRAM, "picture"),
        (f"{TRAM}&mode=words", "words"),
        (f"{TRAM}&mode=words&shown=1", "picture"),
    ],
)
def test_a_verdict_keeps_whether_the_picture_was_shown(
    browser: Browser, config: Config, path: str, how: str
) -> None:
    page = browser.get(path).text
    assert ('<img class="large"' in page) == (how == "picture")
    given = give(browser, path, "approve")
    assert rows(config, "SELECT how FROM reviews") == [(how,)]
    words = "mode=words" in path
    assert ("mode=words" in given.headers["location"]) == words
    assert "shown" not in given.headers["location"], "of this image alone"
    told = plain(browser.get("/-/altsync/image?id=prague/tram").text)
    assert ("Approved by maria, without the picture" in told) == (how == "words")


def test_where_no_picture_is_there_nobody_saw_it(
    browser: Browser, config: Config
) -> None:
    more(config, "A bridge of steel.", model="other")
    shutil.rmtree(Cache.beside(config.database).directory)
    give(browser, f"{REVIEW}?image=sydney/bridge", "reject")
    assert rows(config, "SELECT how FROM reviews") == [("words",)]


def test_a_refused_verdict_by_words_stays_by_words(browser: Browser) -> None:
    for path, shown in (
        (f"{TRAM}&mode=words", False),
        (f"{TRAM}&mode=words&shown=1", True),
    ):
        answer = give(browser, path, "approve", text="")
        assert answer.status_code == 400
        assert 'class="review by-words"' in answer.text
        assert ('<img class="large"' in answer.text) == shown


def test_another_manner_is_one_link_away_with_the_same_filter(browser: Browser) -> None:
    page = browser.get(f"{REVIEW}?album=prague&image=prague/tram").text
    (link,) = re.findall(r'<p class="mode"><a href="([^"]*)">By words alone', page)
    there = browser.get(unescape(link)).text
    assert "album prague" in there
    (back,) = re.findall(r'<p class="mode"><a href="([^"]*)">With the picture', there)
    assert "album=prague" in back
    assert "mode" not in back


def test_a_sample_by_words_tells_no_more_of_a_text(
    browser: Browser, config: Config
) -> None:
    """The page's words, and nothing of what other texts claim, the site has, or who
    wrote: that would tell a drawn text from a known-bad one."""
    with Store.open(config.database) as store:
        sampling.draw(store, bound=0.5, confidence=0.9, by="maria")
    path = f"{REVIEW}?sample=1&mode=words"
    page = browser.get(path).text
    assert order(
        page, "Where it stands", "What the site says of it", "Is this text right"
    )
    for hidden in ("What the texts claim", "Alt text on the site", "Risk "):
        assert hidden not in page
    assert '<img class="large"' not in page
    given = give(browser, path, "approve", note="As the caption says.")
    assert "mode=words" in given.headers["location"]
    assert rows(config, "SELECT how, note FROM reviews") == [
        ("words", "As the caption says.")
    ]
    said = plain(browser.get("/-/altsync/sample").text)
    assert "Judged: maria 1 by words alone." in said
    assert "judged without the picture" in said


@pytest.mark.parametrize(
    ("action", "field"),
    [("approve", "sample"), ("decorative", "decorative"), ("unsure", "ask")],
)
def test_a_refused_note_in_a_sample_is_kept(
    browser: Browser, config: Config, action: str, field: str
) -> None:
    """In the field of its verdict, and in no other."""
    with Store.open(config.database) as store:
        sampling.draw(store, bound=0.5, confidence=0.9, by="maria")
    answer = give(browser, f"{REVIEW}?sample=1", action, note="y" * 501)
    assert answer.status_code == 400
    kept = re.findall(
        r'id="([^"]*)-note"[^>]*>y{501}<|id="note-([^"]*)"[^>]*>y{501}<', answer.text
    )
    assert ["".join(one) for one in kept] == [field]
    assert told(config) == []


@pytest.mark.parametrize("action", ["unsure", "reject"])
def test_a_note_is_not_lost_with_its_candidate(
    browser: Browser, config: Config, action: str
) -> None:
    """It was sent to the site meanwhile: the page has no field for the note any more."""
    fields = form(browser, TRAM)
    with Store.open(config.database) as store, store.write() as tx:
        push = journal.begin_push(tx, "abc", 1)
        sql = """
        INSERT INTO push_items (push_id, candidate_id, image_id, patch, status, created_at,
          settled_at)
        VALUES (?, ?, 'prague/tram', '[]', 'applied', '2026', '2026')
        """
        tx.execute(sql, (push, fields["candidate"]))
    data = {**fields, "action": action, "note": NOTE, "whom": "anna"}
    refused = browser.request("POST", REVIEW, data=data)
    assert refused.status_code == 409
    assert f"Your note: {' '.join(NOTE.split())}" in plain(refused.text)
    assert told(config) == []


def test_a_question_that_is_sent_twice_is_written_once(
    browser: Browser, config: Config
) -> None:
    data = {**form(browser, TRAM), "action": "unsure", "note": " Who? ", "whom": "anna"}
    first = browser.request("POST", REVIEW, data=data)
    again = browser.request("POST", REVIEW, data=data)
    assert "done=unsure" in first.headers["location"]
    assert "done=again" in again.headers["location"]
    assert told(config) == [("unsure", "maria", "Who?", "anna")]
    other = browser.request("POST", REVIEW, data={**data, "note": "Where?"})
    assert other.status_code == 409, "another question is not taken for written"
    assert "Where?" in other.text
