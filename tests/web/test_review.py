"""Verdicts on the pages, asked as a browser without JavaScript asks: who may, what is
written, what is refused."""

from __future__ import annotations

import re
import sqlite3
from html import unescape
from typing import Any

import pytest

from altsync.config import Config
from altsync.doubts import Doubts
from altsync.models import Decision, Label, Origin, State, Verdict
from altsync.pull import Pull
from altsync.stage import Context
from altsync.store import candidates, queue
from altsync.store.queue import Filter
from altsync.store.store import Store
from tests.web.client import Browser
from tests.web.mirrors import EVIL, PAGES, TEXTS, WIDE, build, candidate, stand

REVIEW = "/-/altsync/review"


def rows(config: Config, sql: str, *values: object) -> list[tuple[Any, ...]]:
    conn = sqlite3.connect(config.database)
    try:
        return conn.execute(sql, values).fetchall()
    finally:
        conn.close()


def form(browser: Browser, path: str) -> dict[str, str]:
    """The hidden fields of the first candidate's form on a page."""
    return form_of(browser.get(path).text)


def form_of(page: str) -> dict[str, str]:
    """The same of a page's text."""
    part = page[page.index('class="card') :]
    part = part[: part.index("</form>")]
    found = dict(
        re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', part)
    )
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", part, re.S)
    return {
        **{k: unescape(v) for k, v in found.items()},
        "text": unescape(text.group(1)) if text else "",
    }


def give(browser: Browser, path: str, action: str, **more: str) -> Any:
    return browser.request(
        "POST", REVIEW, data={**form(browser, path), "action": action, **more}
    )


def state(config: Config, image: str) -> str:
    return str(
        rows(config, "SELECT state FROM image_states WHERE image_id = ?", image)[0][0]
    )


def test_the_page_has_everything_that_helps_to_judge(browser: Browser) -> None:
    page = browser.get(f"{REVIEW}?image=sydney/harbour").text
    for part in (
        "Harbour at dawn",
        "Ferries leave for Manly.",
        "none (never set)",
        TEXTS["sydney/harbour"],
        "gpt-5.4-mini",
        "$0.0009",
        "untrusted-name",
        "No trusted text names",
        "Risk ",
        "Why this risk",
        "reads out the file name: “harbour.jpg, graphic”",
        "p1",
        "/-/altsync/picture/",
    ):
        assert part in unescape(page), part
    assert '<img class="large" src="/-/altsync/picture/' in page


def test_approve_goes_on_to_the_next_image(browser: Browser, config: Config) -> None:
    first = form(browser, REVIEW)["image"]
    answer = give(browser, REVIEW, "approve")
    assert answer.status_code == 303
    after = browser.get(answer.headers["location"]).text
    assert f'data-image="{first}"' not in after
    assert "Approved" in after
    assert rows(config, "SELECT verdict, reviewer, scope FROM reviews") == [
        ("approved", "maria", "one")
    ]
    assert state(config, first) == "approved"


def test_a_changed_text_is_a_candidate_of_its_own(
    browser: Browser, config: Config
) -> None:
    answer = give(
        browser,
        f"{REVIEW}?image=sydney/bridge",
        "approve",
        text="The Harbour Bridge, seen from a ferry.",
    )
    assert answer.status_code == 303
    sql = (
        "SELECT alt, origin, base, model, cost_usd, decision FROM candidates ORDER BY"
        " id DESC LIMIT 1"
    )
    assert rows(config, sql) == [
        (
            "The Harbour Bridge, seen from a ferry.",
            "human",
            "",
            None,
            None,
            "informative",
        ),
    ]
    assert rows(config, "SELECT count(*) FROM reviews") == [(1,)]
    assert state(config, "sydney/bridge") == "approved"
    [(origin,)] = rows(
        config,
        "SELECT c.origin FROM image_heads h JOIN candidates c ON c.id = h.candidate_id "
        "WHERE h.image_id = 'sydney/bridge'",
    )
    assert origin == "human"


def test_lines_and_blanks_around_do_not_make_a_text_a_persons(
    browser: Browser, config: Config
) -> None:
    give(
        browser,
        f"{REVIEW}?image=sydney/bridge",
        "approve",
        text=TEXTS["sydney/bridge"] + "\r\n",
    )
    assert rows(config, "SELECT count(*) FROM candidates WHERE origin = 'human'") == [
        (0,)
    ]


def test_decorative_is_said_on_purpose(browser: Browser, config: Config) -> None:
    refused = give(browser, f"{REVIEW}?image=prague/tram", "approve", text="  ")
    assert refused.status_code == 400
    assert "Mark decorative" in refused.text
    give(browser, f"{REVIEW}?image=prague/tram", "decorative")
    assert rows(
        config, "SELECT alt, decision, origin FROM candidates ORDER BY id DESC LIMIT 1"
    ) == [("", "decorative", "human")]
    assert rows(config, "SELECT verdict, scope FROM reviews") == [("approved", "one")]


def test_a_text_too_long_is_refused_and_not_lost(
    browser: Browser, config: Config
) -> None:
    answer = give(browser, f"{REVIEW}?image=prague/tram", "approve", text="word " * 110)
    assert answer.status_code == 400
    assert "Shorten it" in answer.text
    assert "word word word" in answer.text
    assert rows(config, "SELECT count(*) FROM reviews") == [(0,)]
    fields = re.findall("<textarea[^>]*>", answer.text)
    assert len(fields) > 2
    assert not any("maxlength" in one for one in fields), (
        "a browser cuts what is pasted"
    )


def test_reject_and_undo_step_by_step(browser: Browser, config: Config) -> None:
    give(browser, f"{REVIEW}?image=prague/tram", "reject")
    give(browser, f"{REVIEW}?image=prague/clock", "approve")
    assert (state(config, "prague/tram"), state(config, "prague/clock")) == (
        "rejected",
        "approved",
    )
    for image in ("prague/clock", "prague/tram"):
        answer = give(browser, REVIEW, "undo")
        assert f"image={image.replace('/', '%2F')}" in answer.headers["location"]
        assert state(config, image) == "needs-review"
    answer = give(browser, REVIEW, "undo")
    assert answer.status_code == 400
    assert "no verdict of yours" in answer.text
    assert rows(config, "SELECT count(*) FROM reviews") == [(4,)]


def test_undo_takes_back_only_ones_own(browser: Browser, config: Config) -> None:
    give(browser, f"{REVIEW}?image=prague/tram", "approve")
    browser.actor("anna")
    assert give(browser, REVIEW, "undo").status_code == 400
    assert state(config, "prague/tram") == "approved"


def test_undo_of_what_was_sent_is_refused(browser: Browser, config: Config) -> None:
    give(browser, f"{REVIEW}?image=prague/tram", "approve")
    with Store.open(config.database) as store, store.write() as tx:
        tx.execute(
            "INSERT INTO pushes (id, checksum, planned, started_at) VALUES (1, 'x', 1,"
            " '2026')"
        )
        tx.execute(
            "INSERT INTO push_items (push_id, candidate_id, image_id, patch, status,"
            " created_at, settled_at) SELECT 1, id, image_id, '[]', 'applied', '2099',"
            " '2099' FROM candidates WHERE image_id = 'prague/tram'"
        )
    answer = give(browser, REVIEW, "undo")
    assert answer.status_code == 409
    assert "was sent to the site meanwhile" in answer.text


def test_two_people_do_not_overwrite_each_other(
    browser: Browser, config: Config
) -> None:
    path = f"{REVIEW}?image=prague/tram"
    mine = form(browser, path)
    browser.actor("anna")
    give(browser, path, "approve")
    browser.actor("root")
    answer = browser.request(
        "POST",
        REVIEW,
        data={**mine, "action": "approve", "text": TEXTS["prague/tram"][:-1] + " up."},
    )
    assert answer.status_code == 409
    assert "Somebody was faster" in answer.text
    assert f"anna approved “{TEXTS['prague/tram']}”" in answer.text
    assert "cobbled street up.</textarea>" in answer.text, "it is not lost"
    assert "<ins> up</ins>" in answer.text, "what differs is marked"
    assert rows(config, "SELECT verdict, reviewer FROM reviews") == [
        ("approved", "anna")
    ]


def test_what_was_typed_stays_where_its_candidate_is_gone(
    browser: Browser, config: Config
) -> None:
    path = f"{REVIEW}?image=prague/tram"
    mine = form(browser, path)
    with Store.open(config.database) as store, store.write() as tx:
        tx.execute("UPDATE images SET alt = 'Sent.' WHERE id = 'prague/tram'")
        tx.execute(
            "INSERT INTO observations (image_id, alt, seen_at) VALUES"
            " ('prague/tram', 'Sent.', '2026-11-29T14:02:00Z')"
        )
    words = {"action": "approve", "text": "My own words.", "candidate": "9999"}
    answer = browser.request("POST", REVIEW, data={**mine, **words})
    assert answer.status_code == 409
    assert "altsync sent “Sent.” to the site, 2026-11-29 14:02 UTC." in answer.text
    assert (
        '<p>Your text: <q class="text" dir="auto">My own words.</q></p>' in answer.text
    )


def test_what_was_typed_stays_where_its_image_is_unknown(browser: Browser) -> None:
    """Of another mirror, or of one that was made anew."""
    mine = form(browser, f"{REVIEW}?image=prague/tram")
    words = {"action": "approve", "text": "My own words.", "note": "My note."}
    there = {"image": "nowhere/at-all", "candidate": ""}
    answer = browser.request("POST", REVIEW, data={**mine, **words, **there})
    assert answer.status_code == 404
    assert (
        '<p>Your text: <q class="text" dir="auto">My own words.</q></p>' in answer.text
    )
    assert '<p>Your note: <q class="text" dir="auto">My note.</q></p>' in answer.text


def test_the_same_verdict_twice_is_written_once(
    browser: Browser, config: Config
) -> None:
    """An answer that was lost, a double click without JavaScript: the second says so and
    goes on as the first did."""
    for action, text in (
        ("approve", "My own words."),
        ("reject", ""),
        ("decorative", ""),
    ):
        fields = form(browser, REVIEW)
        sent = {**fields, "action": action, **({"text": text} if text else {})}
        answers = [browser.request("POST", REVIEW, data=sent) for _ in range(2)]
        assert [one.status_code for one in answers] == [303, 303]
        assert f"done={action}" in answers[0].headers["location"]
        assert "done=again" in answers[1].headers["location"]
        page = browser.get(answers[1].headers["location"]).text
        assert "Written already, and only once: the verdict on" in page
        differs = {**sent, "action": "reject" if action == "approve" else "approve"}
        assert browser.request("POST", REVIEW, data=differs).status_code == 409
    undo = {**form(browser, REVIEW), "action": "undo"}
    answers = [browser.request("POST", REVIEW, data=undo) for _ in range(2)]
    assert "done=undo&" in answers[0].headers["location"]
    assert "done=undone&" in answers[1].headers["location"]
    given = [verdict for (verdict,) in rows(config, "SELECT verdict FROM reviews")]
    assert given == ["approved", "rejected", "approved", "withdrawn"]


def test_a_rejection_sent_twice_stays_at_the_next_candidate(
    browser: Browser, config: Config
) -> None:
    with Store.open(config.database) as store, store.write() as tx:
        candidates.add(tx, candidate("prague/tram", "Another."))
    sent = {**form(browser, f"{REVIEW}?image=prague/tram"), "action": "reject"}
    answers = [browser.request("POST", REVIEW, data=sent) for _ in range(2)]
    assert "image=prague%2Ftram&done=reject&" in answers[0].headers["location"]
    assert "image=prague%2Ftram&done=again&" in answers[1].headers["location"]


def test_undo_takes_back_what_the_page_showed(browser: Browser, config: Config) -> None:
    give(browser, REVIEW, "approve")
    old = form(browser, REVIEW)
    give(browser, REVIEW, "reject")
    answer = browser.request("POST", REVIEW, data={**old, "action": "undo"})
    assert answer.status_code == 409
    assert "Your last verdict is another one by now: rejected, on" in answer.text
    assert len(rows(config, "SELECT verdict FROM reviews")) == 2


def test_a_verdict_on_a_text_that_changed_on_the_site_is_refused(tmp_path: Any) -> None:
    config, site = build(tmp_path)
    browser = Browser(config)
    mine = form(browser, f"{REVIEW}?image=prague/tram")
    site.edit("prague/tram", alt="Tram, by the webmaster", label=Label.HUMAN)
    with Store.open(config.database) as store:
        Pull(Context(site, store)).run()
    answer = browser.request("POST", REVIEW, data={**mine, "action": "approve"})
    assert answer.status_code == 409
    assert "Tram, by the webmaster" in answer.text
    assert rows(config, "SELECT count(*) FROM reviews") == [(0,)]


def test_a_new_candidate_alone_does_not_stop_a_verdict(
    browser: Browser, config: Config
) -> None:
    mine = form(browser, f"{REVIEW}?image=prague/tram")
    with Store.open(config.database) as store, store.write() as tx:
        candidates.add(tx, candidate("prague/tram", "Another one.", model="other"))
    assert (
        browser.request("POST", REVIEW, data={**mine, "action": "approve"}).status_code
        == 303
    )


def test_one_of_two_candidates_is_rejected_and_the_image_stays(
    browser: Browser, config: Config
) -> None:
    with Store.open(config.database) as store, store.write() as tx:
        candidates.add(tx, candidate("prague/tram", "Another one.", model="other"))
    answer = give(browser, f"{REVIEW}?image=prague/tram", "reject")
    assert "image=prague%2Ftram" in answer.headers["location"]
    assert state(config, "prague/tram") == "needs-review"


def test_a_text_for_an_image_without_a_candidate(
    browser: Browser, config: Config
) -> None:
    path = f"{REVIEW}?state=missing"
    assert "Nothing is proposed" in browser.get(path).text
    give(browser, path, "approve", text="A thin line.")
    assert state(config, "prague/line") == "approved"


def test_a_candidate_for_an_earlier_text_becomes_the_reviewers(tmp_path: Any) -> None:
    config, site = build(tmp_path)
    browser = Browser(config)
    give(browser, f"{REVIEW}?image=prague/tram", "approve")
    site.edit("prague/tram", alt="Tram?", label=Label.HUMAN)
    with Store.open(config.database) as store:
        Pull(Context(site, store)).run()
    assert state(config, "prague/tram") == "conflict"
    path = f"{REVIEW}?state=conflict"
    assert "Proposed for an earlier text" in browser.get(path).text
    give(browser, path, "approve")
    assert state(config, "prague/tram") == "approved"
    sql = (
        "SELECT base, origin FROM candidates WHERE image_id = 'prague/tram' ORDER BY id"
        " DESC LIMIT 1"
    )
    assert rows(config, sql) == [("Tram?", "human")]


@pytest.mark.parametrize("actor", [None, "stranger"])
@pytest.mark.parametrize("action", ["approve", "reject", "decorative", "undo"])
def test_only_the_owner_and_named_actors_write(
    browser: Browser, config: Config, actor: str | None, action: str
) -> None:
    fields = form(browser, REVIEW)
    browser.actor(actor)
    page = browser.get(REVIEW).text
    assert "Looking only" in page
    assert 'name="action"' not in page
    answer = browser.request("POST", REVIEW, data={**fields, "action": action})
    assert answer.status_code == 403
    assert rows(config, "SELECT count(*) FROM reviews") == [(0,)]


def test_a_named_actor_writes_under_its_own_name(
    browser: Browser, config: Config
) -> None:
    browser.actor("anna")
    give(browser, REVIEW, "approve")
    assert rows(config, "SELECT reviewer FROM reviews") == [("anna",)]


PATHS = [
    "/-/altsync",
    REVIEW,
    "/-/altsync/grid",
    "/-/altsync/albums",
    "/-/altsync/audit",
    "/-/altsync/compare",
    "/-/altsync/sample",
    "/-/altsync/image?id=prague/tram",
    f"{REVIEW}?action=approve&image=prague/tram",
    "/-/altsync/check?text=x",
]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_written_by_a_get(
    browser: Browser, config: Config, path: str
) -> None:
    def everything() -> list[tuple[Any, ...]]:
        tables = [
            row[0]
            for row in rows(
                config, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"
            )
        ]
        return [
            (table, *row)
            for table in tables
            for row in rows(config, f"SELECT * FROM [{table}]")
        ]

    before = everything()
    answer = browser.get(path)
    assert answer.status_code in (200, 403)
    assert everything() == before


@pytest.mark.parametrize(
    "path", [REVIEW, "/-/altsync/grid", "/-/altsync/compare", "/-/altsync/check"]
)
@pytest.mark.parametrize("token", ["made-up", None])
def test_a_post_from_elsewhere_is_refused(
    browser: Browser, config: Config, path: str, token: str | None
) -> None:
    """A form on another site: it has the cookie, and says where it comes from. A token
    that is right (0.65) does not help: another port can toss the cookie that belongs to
    it."""
    fields = {**form(browser, REVIEW), "action": "approve"}
    if token is not None:
        fields["csrftoken"] = token
    answer = browser.request(
        "POST",
        path,
        data=fields,
        headers={"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    )
    assert answer.status_code == 403
    assert rows(config, "SELECT count(*) FROM reviews") == [(0,)]


@pytest.mark.parametrize(
    "path",
    [*PATHS[:6], f"{REVIEW}?image=sydney/talk", "/-/altsync/image?id=sydney/talk"],
)
def test_texts_are_shown_as_text_and_nothing_comes_from_elsewhere(
    browser: Browser, path: str
) -> None:
    answer = browser.get(path)
    assert EVIL not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r'(src|href)="(https?:)?//(?!photos\.example/)', answer.text)
    assert not re.search(r'\sstyle="|<script(?! src="/)|\son\w+="', answer.text)


def test_dangerous_addresses_are_no_links(tmp_path: Any) -> None:
    config, site = build(tmp_path)
    site.edit("prague/tram", page_url="javascript:alert(1)", title="Tram 22")
    with Store.open(config.database) as store:
        Pull(Context(site, store)).run()
    browser = Browser(config)
    for path in (f"{REVIEW}?image=prague/tram", "/-/altsync/image?id=prague/tram"):
        assert 'href="javascript' not in browser.get(path).text


def test_the_queue_is_sorted_by_risk_and_walks_both_ways(config: Config) -> None:
    doubts = Doubts(config)
    with Store.open(config.database) as store:
        with store.write() as tx:
            while queue.score(tx, doubts.at(tx).of_image, 2):
                pass
        order = queue.waiting(store.conn, Filter(), 100)
        known = dict(store.conn.execute("SELECT image_id, risk FROM image_risks"))
        risks = [known[image] for image in order]
        assert risks == sorted(risks, reverse=True)
        assert set(order[:2]) == {"sydney/harbour", "prague/chart"}
        walked = [order[0]]
        while found := queue.waiting(store.conn, Filter(), 1, after=walked[-1]):
            walked += found
        assert walked == order
        back = [order[-1]]
        while found := queue.waiting(store.conn, Filter(), 1, before=back[-1]):
            back += found
        assert back == order[::-1]
        assert queue.count(store.conn, Filter()) == 7


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Filter(album="prague"), 3),
        (Filter(rule="untrusted-name"), 1),
        (Filter(rule="untrusted"), 0),
        (Filter(model="gpt-5.4-mini"), 7),
        (Filter(model="other"), 0),
        (Filter(language="en"), 0),
        (Filter(risk=0.3), 1),
        (Filter(state=State.MISSING), 1),
        (Filter(state=State.HUMAN), 2),
        (Filter(state=State.HUMAN, album="sydney"), 0),
    ],
)
def test_filters(config: Config, wanted: Filter, count: int) -> None:
    doubts = Doubts(config)
    with Store.open(config.database) as store:
        with store.write() as tx:
            queue.score(tx, doubts.at(tx).of_image)
        assert (
            queue.count(store.conn, wanted)
            == len(queue.waiting(store.conn, wanted, 100))
            == count
        )


@pytest.mark.parametrize(
    "query",
    [
        "state=nonsense",
        "risk=nan",
        "risk=x&sample=-1",
        "sample=99999999999999999999",
        "image=",
        "after=x",
    ],
)
def test_an_address_that_makes_no_sense_is_no_error(
    browser: Browser, query: str
) -> None:
    for path in (REVIEW, "/-/altsync/grid", "/-/altsync/audit", "/-/altsync/compare"):
        assert browser.get(f"{path}?{query}").status_code == 200


def test_new_candidates_find_their_place_after_a_verdict(
    browser: Browser, config: Config
) -> None:
    with Store.open(config.database) as store, store.write() as tx:
        candidates.add(
            tx, candidate("prague/line", "A chart?", decision=Decision.COMPLEX)
        )
    give(browser, f"{REVIEW}?image=prague/tram", "approve")
    assert rows(config, "SELECT count(*) FROM image_risks WHERE scored_to = 0") == [
        (0,)
    ]


def test_a_sample_is_judged_in_the_order_of_its_draw(
    browser: Browser, config: Config
) -> None:
    from altsync.verdicts import sampling

    with Store.open(config.database) as store:
        sample = sampling.draw(store, bound=0.5, confidence=0.9, by="maria")
    order = [
        row[0]
        for row in rows(config, "SELECT image_id FROM sample_items ORDER BY place")
    ]
    path = f"{REVIEW}?sample={sample.id}"
    for image in order:
        assert form(browser, path)["image"] == image
        assert "sample=1" in give(browser, path, "approve").headers["location"]
    assert "judged to its end" in browser.get(path).text
    assert "holds" in browser.get("/-/altsync/sample").text


def test_the_lint_answers_while_typing(browser: Browser, config: Config) -> None:
    fields = form(browser, f"{REVIEW}?image=prague/tram")
    answer = browser.request(
        "POST", "/-/altsync/check", data={**fields, "text": "IMG_1234.jpg"}
    )
    assert answer.status_code == 200
    assert "file-name" in {one["rule"] for one in answer.json()["findings"]}
    line = "A screen reader says: “graphic, IMG_1234.jpg”"
    (spoken,) = answer.json()["spoken"]
    assert "".join(text for text, _ in spoken["pieces"]) == line
    assert not spoken["fault"]
    assert (
        browser.request(
            "POST", "/-/altsync/check", data={**fields, "image": "no/where"}
        ).status_code
        == 404
    )


def test_names_are_asked_for_until_a_person_types(
    browser: Browser, config: Config
) -> None:
    alt = "A driver like Angela Merkel waves from a tram."
    with Store.open(config.database) as store, store.write() as tx:
        of_model = candidates.add(tx, candidate("prague/tram", alt))
        own = candidate("prague/tram", alt, origin=Origin.HUMAN, model=None)
        of_person = candidates.add(tx, own)
    fields = form(browser, f"{REVIEW}?image=prague/tram")

    def rules(text: str, of: int) -> set[str]:
        sent = {**fields, "candidate": of, "text": text}
        answer = browser.request("POST", "/-/altsync/check", data=sent)
        return {one["rule"] for one in answer.json()["findings"]}

    assert "untrusted-name" in rules(f" {alt}", of_model)
    assert "untrusted-name" not in rules(alt.replace("tram", "line 22"), of_model)
    assert "untrusted-name" not in rules(alt, of_person)


def test_the_candidate_of_a_person_is_linted_too(
    browser: Browser, config: Config
) -> None:
    give(
        browser,
        f"{REVIEW}?image=prague/tram",
        "approve",
        text="Image of a tram in Vienna.",
    )
    [(findings,)] = rows(
        config, "SELECT findings FROM candidates WHERE origin = ?", str(Origin.HUMAN)
    )
    assert "redundant-words" in findings
    assert rows(config, "SELECT verdict FROM reviews") == [(str(Verdict.APPROVED),)]


LONG = f"# Visitors\n\n- 2010: 3 {EVIL}\n- 2019: 9"


def test_a_long_description_is_read_and_edited_beside_its_text(
    browser: Browser, config: Config
) -> None:
    """As its source, for what a model wrote is no markup of ours; said where no field of
    the site takes it, and not lost where the verdict is refused."""
    new = candidate("prague/line", "A chart.", None, long_description=LONG)
    with Store.open(config.database) as store, store.write() as tx:
        number = candidates.add(tx, new)
    path = f"{REVIEW}?image=prague/line"
    page = browser.get(path).text
    assert EVIL not in page
    assert f'<label for="long-{number}">Long description' in page
    assert "this site has no field for it" in page
    assert f"# Visitors\n\n- 2010: 3 {EVIL}\n- 2019: 9</textarea>" in unescape(page)
    assert LONG in unescape(browser.get("/-/altsync/image?id=prague/line").text)

    refused = give(browser, path, "approve", long="x" * 1501)
    assert refused.status_code == 400
    assert "1,501 characters" in refused.text
    assert "x" * 1501 in refused.text

    assert give(browser, path, "approve", long="Mine.").status_code == 303
    sql = (
        "SELECT alt, long_description, origin FROM candidates ORDER BY id DESC LIMIT 1"
    )
    assert rows(config, sql) == [("A chart.", "Mine.", "human")]


def test_what_stands_on_the_site_at_length_is_shown(
    browser: Browser, config: Config
) -> None:
    with Store.open(config.database) as store, store.write() as tx:
        tx.execute("UPDATE images SET long_description = ?", (LONG,))
    for path in (f"{REVIEW}?image=sydney/bridge", "/-/altsync/image?id=sydney/bridge"):
        page = browser.get(path).text
        assert f'<dd class="lines">{LONG}</dd>' in unescape(page)
        assert EVIL not in page
        assert "no field for it" not in page
    offered = "<summary>Add a long description</summary>"
    assert offered in browser.get(f"{REVIEW}?image=sydney/bridge").text
    own = f"{REVIEW}?image=prague/river"
    assert offered in browser.get(own).text
    again = give(browser, own, "approve", text="Mine.", long="x" * 1501)
    assert "x" * 1501 in again.text
    assert give(browser, own, "approve", text="Mine.", long="All.").status_code == 303
    sql = "SELECT alt, long_description, decision FROM candidates ORDER BY id DESC"
    assert rows(config, sql)[0] == ("Mine.", "All.", "complex")


@pytest.fixture
def placed(config: Config) -> None:
    """The harbour stands on six pages, as everything that a picture can be there."""
    with Store.open(config.database) as store, store.write() as tx:
        stand(tx, "sydney/harbour")


@pytest.mark.usefixtures("placed")
def test_the_uses_are_shown_each_as_one_group(browser: Browser) -> None:
    page = browser.get(f"{REVIEW}?image=sydney/harbour").text
    part = page[page.index('<section class="uses"') :]
    part = part[: part.index("</section>")]
    groups = part.split("<li>")[1:]
    told = {
        re.search(r"pages/(\w+)", group)[1]: unescape(  # type: ignore[index]
            " ".join(re.sub(r"<[^>]+>", " ", group).split())
        )
        for group in groups
    }
    assert "read at 6 places on 6 pages, and one text serves them all." in part
    assert len(told) == 5
    home = told["home"]
    assert "Willkommen In the navigation" in home
    assert "a link to https://photos.example/routes , with the words “Alle" in home
    ferries = told["ferries"]
    assert "Heading By water Caption The harbour, seen from the north." in ferries
    assert "The page shows “Ferries” : another text than the last pull saw" in ferries
    assert "“Ferries” , which says the same as its alt" in ferries
    assert "every ten minutes. [the image] The last one" in ferries
    assert "a link to its own file, a larger view" in told["gallery"]
    assert "a button" in told["form"]
    assert "The page shows" not in told["form"]
    assert f'href="{PAGES}/home" rel="noreferrer noopener" dir="auto" lang="de"' in part


@pytest.mark.usefixtures("placed")
def test_what_pages_say_is_shown_and_does_nothing(browser: Browser) -> None:
    page = browser.get(f"{REVIEW}?image=sydney/harbour").text
    assert EVIL not in page
    assert 'href="javascript' not in page
    assert "\u202e" not in page
    assert WIDE not in page
    assert WIDE[:150] in page


@pytest.mark.usefixtures("placed")
def test_what_is_heard_at_each_use_is_said_of_every_text(browser: Browser) -> None:
    fields = form(browser, f"{REVIEW}?image=sydney/harbour")
    page = unescape(browser.get(f"{REVIEW}?image=sydney/harbour").text)
    text, german = (
        TEXTS["sydney/harbour"],
        '<span dir="auto" lang="de">Alle Linien</span>',
    )
    assert f"says: “link, graphic, {text}, {german}”" in page
    assert f"says: “button, graphic, {text}”" in page
    assert "says only: “button”; nobody learns what it does" in page
    assert (
        "This picture is in a link to https://photos.example/routes with the words “Alle"
        " Linien”: the text should not say them again."
    ) in page
    assert "This picture is a button: the text should say what it does. (Use " in page
    assert "a screen reader says: “graphic, Ferries”, and the caption" in page, "today"
    silent = page[page.index('id="silent"') :]
    assert silent[: silent.index("</div>")].count("nobody learns") == 3
    assert 'aria-describedby="silent"' in page
    assert "silent" not in browser.get(f"{REVIEW}?image=prague/tram").text
    answer = browser.request(
        "POST", "/-/altsync/check", data={**fields, "text": ""}
    ).json()
    lines = {
        "".join(text for text, _ in one["pieces"]): one["fault"]
        for one in answer["spoken"]
    }
    does = {line.partition(" a screen reader ")[2] for line in lines}
    caption = "“The harbour, seen from the north.”"
    assert f"skips the image, and reads its caption {caption}" in does
    assert "says: “link, Alle Linien”; the picture itself is skipped" in does
    faults = [line for line, fault in lines.items() if fault]
    assert len(faults) == 3
    assert all("nobody learns" in line for line in faults)
