"""The claims of several candidates, side by side in the review."""

from __future__ import annotations

import re
from html import unescape

import pytest

from altsync.config import Config
from altsync.doubts import Doubts
from altsync.store import candidates, looks
from altsync.store.store import Store
from tests.web.client import Browser
from tests.web.mirrors import TEXTS, candidate

IMAGE = "sydney/bridge"
PAGE = f"/-/altsync/review?image={IMAGE}"


def propose(config: Config, text: str, **more: object) -> None:
    with Store.open(config.database) as store, store.write() as tx:
        candidates.add(tx, candidate(IMAGE, text, "", **more))


def table(browser: Browser) -> list[list[str]]:
    """The words of the cells, a row each; [] where there is no table."""
    page = browser.get(PAGE).text
    found = re.search(r'<details class="why claims".*?</details>', page, re.S)
    if found is None:
        return []
    rows = re.findall(r"<tr.*?</tr>", found[0], re.S)
    return [
        [
            " ".join(unescape(re.sub(r"<[^>]*>", " ", cell)).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        for row in rows
    ]


def test_one_text_stands_beside_nothing(browser: Browser, config: Config) -> None:
    assert table(browser) == []
    propose(config, "", model="other")
    assert table(browser) == []
    propose(config, "Two boats by a pier.")
    assert table(browser) == [], "nor beside what its author said before"


def test_contradicted_first_then_what_one_says_alone(
    browser: Browser, config: Config
) -> None:
    propose(config, "Two red boats <b> by a pier.", model="double")
    propose(config, "Three red boats by a kiosk.", model="double-2", reference=True)
    rows = table(browser)
    assert rows[0] == ["Claim", "1 double", "2 gpt-5.4-mini", "3 double-2"]
    assert rows[1] == [
        "≠ Number, contradicted",
        "Two red boats",
        "nothing",
        "Three red boats",
    ]
    (alone,) = (row for row in rows if row[0] == "1 Thing, said by one only")
    assert (alone[1], alone[3]) == ("pier", "kiosk")
    assert ["= Colour, agreed", "red boats", "nothing", "red boats"] in rows
    page = unescape(browser.get(PAGE).text)
    assert "Claims side by side: 1 contradicted, " in page
    assert "nothing, nothing" not in page
    assert "reference, to compare with" in page
    assert "“Two red boats” here, “Three red boats” by double-2" in page


@pytest.mark.parametrize("reference", ["", "double-2"])
def test_the_risk_heeds_what_the_others_say(config: Config, reference: str) -> None:
    text = TEXTS[IMAGE]
    propose(config, f"{text} Two boats wait.", model="double")
    propose(config, f"{text} Three boats wait.", model="double-2")
    with Store.open(config.database) as store, store.read() as conn:
        look = looks.look(conn, IMAGE)
        assert look is not None
        from dataclasses import replace

        asked = replace(config.generate, reference=reference)
        weigher = Doubts(replace(config, generate=asked)).at(conn)
        last, first, _ = look.candidates
        doubt = weigher.risk(look.mirrored, first, look.candidates)
        alone = weigher.risk(look.mirrored, first, [first])
    assert "“Two boats” here, “Three boats” by double-2" in doubt.reasons
    assert doubt.value > alone.value + 0.2
    assert last.model == "double-2"
