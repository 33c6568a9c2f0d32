"""Overview, grid, audit, comparison and history: what they say is what the database
says."""

from __future__ import annotations

import re
import sqlite3
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config
from altsync.models import (
    FileFacts,
    Finding,
    Label,
    OutOfReach,
    Severity,
    State,
    Unseen,
    UnseenKind,
    Verdict,
)
from altsync.models.comparison import HUMAN
from altsync.planning import Plan, Request
from altsync.pull import Pull
from altsync.push import Push
from altsync.stage import Context
from altsync.store import candidates, comparisons, files, ledger, unseen
from altsync.store.files import SeenFile
from altsync.store.ledger import NewFailure
from altsync.store.store import Store
from altsync.verdicts import comparing
from altsync.verdicts.comparing import Contest
from altsync.web.pages.frame import filter_of
from tests.doubles.storage import fill, small_disk
from tests.verdicts.given import approve, reject
from tests.web.client import Browser
from tests.web.mirrors import TEXTS, build, candidate, stand
from tests.web.test_review import form

GRID = "/-/altsync/grid"


def text_of(page: str) -> str:
    """What a reader gets: no tags, one blank between words."""
    page = re.sub(r"(?s)<(script|style|title)[^>]*>.*?</\1>", " ", page)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def rows(config: Config, sql: str) -> list[tuple[Any, ...]]:
    conn = sqlite3.connect(config.database)
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


def test_the_overview_counts_and_says_what_is_next(
    browser: Browser, config: Config
) -> None:
    page = browser.get("/-/altsync").text
    text = text_of(page)
    assert "20.0 %" in text
    assert "10 images" in text
    assert "Review 7 candidates" in text
    for part in (
        "needs-review 7",
        "missing 1",
        "human 2",
        "sydney 4 0 ",
        "gpt-5.4-mini 7",
        "10 listed",
    ):
        assert part in text, part
    assert (
        '<title id="stack-title">Text by a person: 2. Waiting for a verdict: 7. Nothing'
        " to send yet: 1." in page
    )
    widths = [
        float(w)
        for w in re.findall(
            r'<rect class="s-\w+" x="[\d.]+" y="0" width="([\d.]+)"', page
        )
    ]
    assert sum(widths) == pytest.approx(1000)


def test_the_overview_counts_what_a_model_had_no_text_for(
    browser: Browser, config: Config
) -> None:
    told = "got no text from a model"
    assert told not in text_of(browser.get("/-/altsync").text)
    with Store.open(config.database) as store, store.write() as tx:
        sql = "SELECT image_id FROM image_states WHERE state = 'missing'"
        (image,) = tx.execute(sql).fetchone()
        ledger.fail(tx, NewFailure(image, "None.", model="m", work_key="key"))
    text = text_of(browser.get("/-/altsync").text)
    assert f"1 image {told}" in text
    assert "altsync generate --retry-failed" in text


def test_the_overview_says_what_is_not_seen(browser: Browser, config: Config) -> None:
    assert "What is not seen" not in browser.get("/-/altsync").text
    facts = [
        Unseen(UnseenKind.IN_TEXT, "<img> in node--page.body", 1200, 560),
        *(Unseen(UnseenKind.UNREADABLE, f"node--{n}", None) for n in range(9)),
    ]
    with Store.open(config.database) as store, store.write() as tx:
        unseen.keep(tx, 1, facts)
    text = text_of(Browser(config).get("/-/altsync").text)
    assert "of the 10 images that this login sees" in text
    assert "1,200 pictures in texts that jsonapi.texts leaves out" in text
    assert "1,200 <img> in node--page.body, in 560 texts" in text
    assert "9 types that this login may not read node--0" in text
    assert "and 1 more" in text


def test_an_empty_mirror_is_no_error(tmp_path: Path) -> None:
    config, _ = build(tmp_path)
    config.database.unlink()
    for extra in config.database.parent.glob("altsync.db-*"):
        extra.unlink()
    with Store.open(config.database, create=True) as store:
        store.claim(config.site.url, "memory")
    browser = Browser(config)
    for path in (
        "/-/altsync",
        "/-/altsync/review",
        GRID,
        "/-/altsync/audit",
        "/-/altsync/compare",
        "/-/altsync/sample",
    ):
        assert browser.get(path).status_code == 200


def marks(browser: Browser, path: str = GRID) -> dict[str, str]:
    """Image -> value of its box."""
    values = [
        unescape(v)
        for v in re.findall(r'name="mark" value="([^"]*)"', browser.get(path).text)
    ]
    return {value.split(":", 2)[2]: value for value in values}


def sweep(browser: Browser, action: str, *images: str, path: str = GRID) -> Any:
    from urllib.parse import urlencode

    found = marks(browser, path)
    token = re.search(r'name="csrftoken" value="([^"]*)"', browser.get(GRID).text)
    pairs = [
        ("csrftoken", token.group(1) if token else ""),
        ("action", action),
        *(("mark", found[i]) for i in images),
    ]
    return browser.request(
        "POST",
        GRID,
        data=None,
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode(pairs),
    )


def test_a_sweep_judges_what_is_marked_and_says_by_which_rule(
    browser: Browser, config: Config
) -> None:
    assert sweep(browser, "approve", "prague/tram", "prague/clock").status_code == 303
    assert sweep(browser, "reject", "sydney/team").status_code == 303
    assert rows(
        config, "SELECT verdict, reviewer, scope, note FROM reviews ORDER BY id"
    ) == [
        ("approved", "maria", "bulk", "grid: state needs-review"),
        ("approved", "maria", "bulk", "grid: state needs-review"),
        ("rejected", "maria", "bulk", "grid: state needs-review"),
    ]


def test_a_sweep_leaves_what_wants_an_eye_or_moved_on(
    browser: Browser, config: Config
) -> None:
    found = marks(browser)
    with Store.open(config.database) as store:
        reject(store, ["prague/clock"], "anna")
    from urllib.parse import urlencode

    token = re.search(r'name="csrftoken" value="([^"]*)"', browser.get(GRID).text)
    pairs = [("csrftoken", token.group(1) if token else ""), ("action", "approve")]
    pairs += [
        ("mark", found[image])
        for image in ("prague/clock", "prague/chart", "prague/tram")
    ]
    headers = {"content-type": "application/x-www-form-urlencoded"}
    text = text_of(
        browser.request("POST", GRID, headers=headers, body=urlencode(pairs)).text
    )
    assert "2 left alone" in text
    assert "prague/chart: complex" in text
    assert "prague/clock: Somebody was faster" in text
    assert rows(config, "SELECT count(*) FROM reviews WHERE verdict = 'approved'") == [
        (1,)
    ]


def test_a_sweep_leaves_what_a_bulk_approval_leaves(
    browser: Browser, config: Config
) -> None:
    """Suggestions for a person's words, images to choose from, errors, what a person
    decided."""
    error = Finding("leak", Severity.ERROR, "A model is talking.")
    own = "The Vltava under the Charles Bridge at night."
    with Store.open(config.database) as store:
        with store.write() as tx:
            candidates.add(tx, candidate("prague/river", "A river.", own))
            candidates.add(tx, candidate("prague/tram", "A tram.", model="other"))
            candidates.add(tx, candidate("prague/line", "Sure!", findings=(error,)))
        approve(store, ["sydney/team"], "anna")
        with store.write() as tx:
            candidates.add(tx, candidate("sydney/team", "Later."))
    images = ("prague/river", "prague/tram", "prague/line")
    text = text_of(sweep(browser, "approve", *images, "prague/clock").text)
    assert "3 left alone" in text
    assert "prague/river: a suggestion for a person's words" in text
    assert "prague/tram: candidates of several models to choose from" in text
    assert "prague/line: the lint found leak" in text
    assert "Approved 1 text" in text
    path = f"{GRID}?state=approved"
    text = text_of(sweep(browser, "approve", "sydney/team", path=path).text)
    assert "sydney/team: a person has chosen its text by itself" in text
    verdicts = "SELECT reviewer, scope FROM reviews ORDER BY id"
    assert rows(config, verdicts) == [("anna", "one"), ("maria", "bulk")]


def test_what_would_replace_words_of_a_person_has_its_own_queue(
    browser: Browser, config: Config
) -> None:
    """Said in words, counted, left alone by a sweep, and approved by one look."""
    mine = ("prague/old", "A tower.", "image")
    with Store.open(config.database) as store, store.write() as tx:
        tx.execute("UPDATE images SET origin = 'human' WHERE id = ?", mine[:1])
        candidates.add(tx, candidate(*mine, replaces="placeholder"))
    assert "would-replace 1" in text_of(browser.get("/-/altsync").text)
    assert mine[0] not in marks(browser)
    own = "?state=would-replace"
    said = text_of(browser.get(f"/-/altsync/review{own}").text)
    assert "Would replace words of a person: image (placeholder)" in said
    assert "would replace words of a person image" in text_of(
        browser.get(GRID + own).text
    )
    swept = sweep(browser, "approve", mine[0], path=GRID + own)
    assert "1 left alone" in text_of(swept.text)

    fields = form(browser, f"/-/altsync/review{own}") | {"action": "approve"}
    assert browser.request("POST", "/-/altsync/review", data=fields).status_code == 303
    refused = text_of(browser.get("/-/altsync/audit?kind=refused").text)
    assert "it would replace a person's words (placeholder)" in unescape(refused)


def test_the_empty_queue_says_what_waits_in_the_other(
    browser: Browser, config: Config
) -> None:
    waiting = [image for image, _ in rows(config, "SELECT image_id, 1 FROM candidates")]
    with Store.open(config.database) as store:
        reject(store, sorted(set(waiting)), "anna")
        with store.write() as tx:
            tx.execute("UPDATE images SET origin = 'human' WHERE id = 'prague/old'")
            mine = candidate("prague/old", "A tower.", "image", replaces="placeholder")
            candidates.add(tx, mine)
    said = text_of(browser.get("/-/altsync/review").text)
    assert "1 would replace words of a person , and waits in a state of its own" in said


def test_a_sweep_does_not_approve_what_somebody_rejected(
    browser: Browser, config: Config
) -> None:
    with Store.open(config.database) as store:
        reject(store, ["prague/tram"], "anna")
    path = f"{GRID}?state=rejected"
    text = text_of(sweep(browser, "approve", "prague/tram", path=path).text)
    assert "prague/tram: somebody rejected this very text" in text
    assert rows(config, "SELECT verdict FROM reviews") == [("rejected",)]


def hidden(text: str) -> dict[str, str]:
    """The fields of the form that takes a sweep back."""
    part = text[: text.index('value="undo"')]
    part = part[part.rindex("<form") :]
    return {
        k: unescape(v) for k, v in re.findall(r'name="([^"]*)" value="([^"]*)"', part)
    }


def test_a_sweep_is_taken_back_as_a_whole_and_nothing_else(
    browser: Browser, config: Config
) -> None:
    with Store.open(config.database) as store:
        approve(store, ["sydney/bridge"], "maria")
    sweep(browser, "reject", "sydney/team")
    after = browser.get(
        sweep(browser, "approve", "prague/tram", "prague/clock").headers["location"]
    ).text
    assert "Take all 2 back" in after
    undo = {**hidden(after), "action": "undo"}
    done = browser.request("POST", GRID, data=undo)
    assert "Took back 2 verdicts." in text_of(
        browser.get(done.headers["location"]).text
    )
    assert 'value="undo"' not in browser.get(done.headers["location"]).text
    states = dict(rows(config, "SELECT image_id, state FROM image_states"))
    assert states["prague/tram"] == states["prague/clock"] == "needs-review"
    assert (states["sydney/bridge"], states["sydney/team"]) == ("approved", "rejected")
    assert rows(
        config,
        "SELECT verdict, reviewer, scope, note FROM reviews ORDER BY id DESC LIMIT 1",
    ) == [("withdrawn", "maria", "bulk", "grid: taken back")]
    again = browser.get(
        browser.request("POST", GRID, data=undo).headers["location"]
    ).text
    assert "Took back 0 verdicts." in text_of(again), (
        "a second press finds nothing that still counts"
    )


def test_nobody_takes_back_the_sweep_of_another(
    browser: Browser, config: Config
) -> None:
    after = browser.get(
        sweep(browser, "approve", "prague/tram").headers["location"]
    ).text
    fields = hidden(after)
    browser.actor("anna")
    fields["csrftoken"] = hidden(
        browser.get(sweep(browser, "reject", "sydney/team").headers["location"]).text
    )["csrftoken"]
    browser.request("POST", GRID, data={**fields, "action": "undo"})
    assert rows(config, "SELECT verdict FROM reviews WHERE verdict = 'withdrawn'") == []


def test_a_busy_database_is_a_sentence_and_the_typed_text_stays(
    browser: Browser, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("altsync.web.context.WAIT", 0.05)
    page = browser.get("/-/altsync/review?image=prague/tram").text
    form = page[page.index('class="card') :].partition("</form>")[0]
    fields = {
        k: unescape(v)
        for k, v in re.findall(
            r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form
        )
    }
    pushing = sqlite3.connect(config.database, isolation_level=None)
    try:
        pushing.execute("BEGIN IMMEDIATE")
        answer = browser.request(
            "POST",
            "/-/altsync/review",
            data={**fields, "action": "approve", "text": "My own words."},
        )
        swept = sweep(browser, "approve", "prague/tram")
    finally:
        pushing.rollback()
        pushing.close()
    assert (answer.status_code, swept.status_code) == (503, 503)
    for text in (answer.text, swept.text):
        assert "Nothing was written. Another altsync command is writing" in text_of(
            text
        )
    assert "My own words.</textarea>" in answer.text
    assert rows(config, "SELECT count(*) FROM reviews") == [(0,)]
    assert sweep(browser, "approve", "prague/tram").status_code == 303


def test_a_full_disk_is_a_sentence_and_no_verdict(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        config, _ = build(disk)
        browser = Browser(config)
        fields = form(browser, "/-/altsync/review")
        filling = fill(disk)
        answers = [
            browser.request(
                "POST", "/-/altsync/review", data={**fields, "action": "approve"}
            ),
            sweep(browser, "approve", "prague/tram"),
        ]
        filling.unlink()
        for answer in answers:
            assert answer.status_code == 503
            assert "Nothing was written" in text_of(answer.text)
        assert rows(config, "SELECT count(*) FROM reviews") == [(0,)]
        assert sweep(browser, "approve", "prague/tram").status_code == 303


def test_the_audit_is_the_plan_of_diff(browser: Browser, config: Config) -> None:
    with Store.open(config.database) as store:
        approve(store, ["prague/tram", "sydney/bridge"], "maria")
        with Plan.of(store, Request()) as plan:
            summary = plan.summary
    text = text_of(browser.get("/-/altsync/audit").text)
    assert f"altsync push --plan {summary.checksum}" in text
    assert "Changes 2" in text
    assert TEXTS["prague/tram"] in text
    assert 'empty (set to "")' in text
    with Store.open(config.database) as store:
        reject(store, ["prague/tram"], "maria")
    again = text_of(browser.get("/-/altsync/audit").text)
    assert "Changes 1" in again, "the summary follows every commit"
    assert summary.checksum not in again


def test_the_audit_shows_refusals_and_conflicts_apart(tmp_path: Path) -> None:
    config, site = build(tmp_path)
    with Store.open(config.database) as store:
        with store.write() as tx:
            candidates.add(
                tx, candidate("prague/old", "An old text, described better.", "image")
            )
        approve(store, ["prague/old", "prague/tram"], "maria")
        site.edit("prague/tram", alt="Tram, by the webmaster", label=Label.HUMAN)
        Pull(Context(site, store)).run()
    browser = Browser(config)
    refused = text_of(browser.get("/-/altsync/audit?kind=refused").text)
    assert "it would replace a person's words" in refused
    assert "--replace-human" in refused
    conflicts = text_of(browser.get("/-/altsync/audit?kind=conflicts").text)
    assert "Tram, by the webmaster" in conflicts
    assert "Changes 0" in conflicts


def test_the_audit_says_that_a_picture_was_replaced(tmp_path: Path) -> None:
    config, _ = build(tmp_path)
    with Store.open(config.database) as store:
        approve(store, ["prague/tram"], "maria")
        with store.write() as tx:
            files.remember(tx, "prague/tram", SeenFile("0" * 64, FileFacts()))
    browser = Browser(config)
    conflicts = text_of(browser.get("/-/altsync/audit?kind=conflicts").text)
    assert "The picture was replaced since this text was proposed." in conflicts
    address = "/-/altsync/review?state=conflict&image=prague/tram"
    assert "Proposed for an earlier picture" in text_of(browser.get(address).text)


def test_the_history_tells_everything_in_order(tmp_path: Path) -> None:
    config, site = build(tmp_path)
    with Store.open(config.database) as store:
        approve(store, ["prague/tram"], "maria")
        with Plan.of(store, Request()) as plan:
            Push(Context(site, store), plan).run()
        site.edit("prague/tram", alt="A red tram, number 22.", label=Label.HUMAN)
        Pull(Context(site, store)).run()
    page = Browser(config).get("/-/altsync/image?id=prague/tram").text
    text = text_of(page)
    order = [
        "Seen on the site",
        "Proposed by gpt-5.4-mini",
        "Approved by maria",
        "Sent to the site: applied",
        "Changed on the site, text by a person",
    ]
    found = [text.index(part) for part in order]
    assert found == sorted(found)
    assert "<del>" in page
    assert Browser(config).get("/-/altsync/image?id=no/where").status_code == 404


STANDS = "It stands on “Ferries and trams” and 5 further pages; a button"  # the first that acts


def test_where_an_image_stands_is_said_in_grid_audit_and_history(
    browser: Browser, config: Config
) -> None:
    with Store.open(config.database) as store:
        with store.write() as tx:
            stand(tx, "prague/tram", "sydney/bridge")
        approve(store, ["sydney/bridge"], "maria")
    assert text_of(browser.get(GRID).text).count(STANDS) == 1
    assert text_of(browser.get("/-/altsync/audit").text).count(STANDS) == 1
    page = text_of(browser.get("/-/altsync/image?id=prague/tram").text)
    assert "Where it stands It was read at 6 places on 6 pages" in page
    assert "Willkommen In the navigation It is a link to" in page
    unread = text_of(browser.get("/-/altsync/image?id=prague/clock").text)
    assert "https://photos.example/prague/clock Not read yet: altsync pages" in unread


@pytest.fixture
def compared(config: Config) -> Config:
    """Three images with texts of two models, drawn as comparison 1: gpt-5.4-mini always
    first."""
    with Store.open(config.database) as store:
        with store.write() as tx:
            for image in ("prague/tram", "prague/clock", "sydney/team"):
                candidates.add(
                    tx,
                    candidate(
                        image, f"Other text of {image}.", model="other", cost_usd=None
                    ),
                )
        comparing.draw(
            store,
            Contest(("gpt-5.4-mini", "other")),
            by="maria",
            shuffle=lambda texts: None,
        )
    return config


def test_a_comparison_is_blind(compared: Config) -> None:
    with Store.open(compared.database) as store, store.write() as tx:
        stand(tx, *TEXTS)
    page = Browser(compared).get("/-/altsync/compare?run=1").text
    assert "Where it stands" in page
    assert "Willkommen" in page
    assert "The page shows" not in page, "it may be one of the texts to be graded"
    assert "Beside it" not in page
    assert "Text 1" in page
    assert "Text 2" in page
    assert "gpt-5.4-mini" not in page
    assert (
        "other"
        not in re.sub(r"Other text", "", page).split("<main")[1].split("</main>")[0]
    )


def test_grades_add_up_to_a_table(compared: Config) -> None:
    browser = Browser(compared)
    for place in (1, 2, 3):
        ids = [
            row[0]
            for row in rows(
                compared,
                f"SELECT id FROM comparison_choices WHERE place = {place} ORDER BY"
                " slot",
            )
        ]
        fields = {
            "run": "1",
            "place": str(place),
            f"grade-{ids[0]}": "A",
            f"grade-{ids[1]}": "C",
        }
        if place == 3:
            fields = {"run": "1", "place": "3", "picked": str(ids[1])}
        answer = browser.post(
            "/-/altsync/compare", fields, page="/-/altsync/compare?run=1"
        )
        assert answer.headers["location"] == "/-/altsync/compare?run=1"
    text = text_of(browser.get("/-/altsync/compare?run=1").text)
    assert "Comparison 1: results" in text
    assert "3 of 3 judged" in text
    assert re.search(r"gpt-5.4-mini 67 % \d+ to \d+ % – – other 33 % \d+ to", text)
    assert "gpt-5.4-mini 2 0 0 0 0 0 4.00 $0.0009 1.8 s 0.00" in text
    assert "other 0 0 2 0 0 0 2.00 – 1.8 s 0.00" in text
    assert "No strengths: under 10 judged images" in text


def test_a_grade_can_be_changed_and_the_first_one_is_kept(compared: Config) -> None:
    browser = Browser(compared)
    for grade in ("A", "F", "F"):
        browser.post(
            "/-/altsync/compare",
            {"run": "1", "place": "1", "grade-1": grade},
            page="/-/altsync/compare?run=1",
        )
    assert rows(compared, "SELECT mark FROM comparison_marks ORDER BY id") == [
        ("A",),
        ("F",),
    ]
    refused = browser.post(
        "/-/altsync/compare",
        {"run": "1", "place": "1", "grade-1": "Z"},
        page="/-/altsync/compare?run=1",
    )
    assert refused.status_code == 303
    assert rows(compared, "SELECT count(*) FROM comparison_marks") == [(2,)]
    read = text_of(browser.get(COMPARED).text)
    assert "1 of 2 texts is graded here, and kept. Grade the others too" in read


COMPARED = "/-/altsync/compare?run=1"
GIVEN = re.compile(r'<input type="radio"[^>]* checked')


def grade(browser: Browser, place: int, *given: str) -> None:
    """Grades for the choices of a place, in their order."""
    ids = (2 * place - 1, 2 * place)
    fields = {f"grade-{n}": letter for n, letter in zip(ids, given, strict=True)}
    browser.post(
        "/-/altsync/compare",
        {"run": "1", "place": str(place), **fields},
        page=f"{COMPARED}&place={place}",
    )


def test_graders_are_kept_apart(compared: Config) -> None:
    browser = Browser(compared)
    for place in (1, 2, 3):
        grade(browser, place, "A", "C")
    browser.actor("anna")
    page = browser.get(COMPARED).text
    assert "0 of 3 judged by you" in text_of(page)
    assert GIVEN.findall(page) == [], "nobody sees what another said"
    assert "maria" not in page
    grade(browser, 1, "D", "B")
    assert len(GIVEN.findall(browser.get(f"{COMPARED}&place=1").text)) == 2
    own = text_of(browser.get(f"{COMPARED}&results=1").text)
    assert "These are your own grades alone." in own
    assert "Not decided between other and gpt-5.4-mini." in own
    assert "maria" not in own, "what others say is heard at the end"
    browser.actor("root")
    again = browser.get(f"{COMPARED}&place=1").text
    assert re.findall(r'value="(.)" checked', again) == ["A", "C"], "none overwritten"
    text = text_of(browser.get(COMPARED).text)
    assert re.search(r"gpt-5.4-mini 83 % \d+ to \d+ % .* 3 0 0 1 0 0 3.25", text)
    assert "anna 1 of 3 judged. Not decided between other and gpt-5.4-mini." in text
    assert "maria 3 of 3 judged. Not decided between gpt-5.4-mini and other." in text
    assert "anna and maria said the same of 0 of 1 pair" in text
    assert "gpt-5.4-mini p1 other p1" in text, "which prompt"


def test_who_may_only_look_sees_the_results(compared: Config) -> None:
    browser = Browser(compared)
    assert "Nothing is judged yet." in text_of(browser.actor(None).get(COMPARED).text)
    grade(browser.actor("anna"), 1, "A", "B")
    page = browser.actor(None).get(COMPARED).text
    assert "1 , judged ✓ 2 , not judged 3" in text_of(page)
    assert GIVEN.findall(browser.get(f"{COMPARED}&place=1").text) == []


def test_a_persons_text_is_one_of_the_blind_choices(config: Config) -> None:
    with Store.open(config.database) as store:
        with store.write() as tx:
            base = "The Vltava under the Charles Bridge at night."
            candidates.add(tx, candidate("prague/river", "A river at night.", base))
        run = comparing.draw(store, Contest(("gpt-5.4-mini",), human=True), by="maria")
        choices = comparisons.choices(store.conn, run)
        assert {choice.model for choice in choices} == {
            "gpt-5.4-mini",
            HUMAN,
        }
        assert base in {choice.alt for choice in choices}
        with store.write() as tx:
            candidates.judge(tx, 1, Verdict.REJECTED, "maria")
    page = Browser(config).get("/-/altsync/compare?run=1").text
    assert HUMAN not in text_of(page).replace("Who wrote", "")


@pytest.mark.parametrize("state", list(State))
def test_only_a_state_in_reach_can_be_asked_for(state: State) -> None:
    """A page about what is out of reach would offer verdicts that count for nothing."""
    asked = filter_of({"state": [str(state)]}).state
    assert asked is (state if state.in_reach else State.NEEDS_REVIEW)


@pytest.mark.parametrize("why", [None, *OutOfReach])
def test_the_page_of_an_image_out_of_reach_asks_for_no_verdict(
    browser: Browser, config: Config, why: OutOfReach | None
) -> None:
    with Store.open(config.database) as store, store.write() as tx:
        tx.execute(
            "UPDATE images SET out_of_reach = ? WHERE id = 'prague/tram'", (why,)
        )
    page = browser.get("/-/altsync/image?id=prague/tram").text
    assert ("Judge it" in page) is (why is None)
    assert why is None or f'class="state {why}"' in page


def test_the_page_of_an_image_shows_what_a_model_sent_that_was_no_text(
    browser: Browser, config: Config
) -> None:
    """It was paid for, and may hold a text that a person can use; as text, never as a
    part of the page."""
    sent = '<b>"A tram in the fog."</b>'
    with Store.open(config.database) as store, store.write() as tx:
        ledger.fail(tx, NewFailure("prague/tram", "No.", "m", answer=sent))
    page = browser.get("/-/altsync/image?id=prague/tram").text
    assert f"What the model sent {sent}" in text_of(page).replace("Failed", "")
    assert "<b>" not in page
