"""The page of a packet in a real Chromium, from the disk, without any network."""

from __future__ import annotations

from typing import Any

import pytest

from altsync.store.queue import Filter
from tests import axe
from tests.packets.desk import Desk
from tests.web.mirrors import EVIL
from tests.web.shown import IN_A_BROWSER

pytestmark = IN_A_BROWSER
BRIDGE, HARBOUR, TALK, TEAM = (
    "sydney/bridge",
    "sydney/harbour",
    "sydney/talk",
    "sydney/team",
)
OWN = '“Coathanger”, \u202a=שלום 🌉\n2nd line, "quoted"'


@pytest.fixture
def packet(desk: Desk) -> str:
    desk.propose(TALK, "A man on a stage.", model="another")
    return desk.hand_out("", wanted=Filter(album="sydney")).packet


def opened(
    window: Any, desk: Desk, packet: str, **options: Any
) -> tuple[Any, list[str]]:
    """Its page; and whatever went wrong or left the disk."""
    page = window.new_context(accept_downloads=True, **options).new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))

    def watch(asked: Any) -> None:
        if not asked.url.startswith(("file:", "blob:", "data:")):
            wrong.append(asked.url)

    page.on("request", watch)
    page.goto((desk.packed[packet] / "packet.html").as_uri())
    return page, wrong


def line(page: Any, desk: Desk, packet: str, image: str) -> Any:
    number = desk.lines(packet)[image].line
    return page.locator(f'fieldset[data-line="{number}"]')


def test_it_is_filled_in_by_keyboard_closed_reopened_saved_and_read_back(
    window: Any, desk: Desk, packet: str
) -> None:
    page, wrong = opened(window, desk, packet)
    assert page.inner_text("#progress") == "0 of 5 judged."
    assert "keeps your verdicts" in page.inner_text("#kept")
    first = page.locator("fieldset[data-line]").first
    page.get_by_role("button", name="Next one to judge").first.press("Enter")
    assert first.locator("input:checked").evaluate("e => e === document.activeElement")
    page.keyboard.press("ArrowDown")
    assert first.locator("input:checked").get_attribute("value") == "approve"
    page.keyboard.press("ArrowUp")
    assert page.inner_text("#progress") == "0 of 5 judged."

    line(page, desk, packet, BRIDGE).get_by_label("My own text (").fill(OWN)
    line(page, desk, packet, HARBOUR).get_by_label("Approve").check()
    unsure = line(page, desk, packet, TEAM)
    unsure.get_by_label("I am unsure").check()
    assert page.inner_text("#progress") == "3 of 5 judged."

    save = page.get_by_role("button", name="Save my verdicts")
    save.click()
    assert page.inner_text("#said") == "Nothing was saved. Say who judges."
    assert page.evaluate("document.activeElement.id") == "by"
    page.keyboard.type("Anna B")
    save.click()
    assert "says that you are unsure: write a note" in page.inner_text("#said")
    unsure.get_by_label("Note").fill("Who are they?")

    again = page.context.new_page()
    page.close()
    again.goto((desk.packed[packet] / "packet.html").as_uri())
    assert again.inner_text("#progress") == "3 of 5 judged."
    assert again.inner_text("#said") == "Your verdicts of last time are here."
    with again.expect_download() as downloading:
        again.get_by_role("button", name="Save my verdicts").click()
    file = desk.folder / downloading.value.suggested_filename
    assert file.name == f"verdicts-{packet}-Anna-B.json"
    downloading.value.save_as(file)
    assert "Saved 3 verdicts as verdicts-" in again.inner_text("#said")
    assert wrong == []

    done = desk.read(file)
    assert (done.refused, dict(done.remarks)) == ([], {})
    kept = desk.rows(
        "SELECT image_id, verdict, text, note, reviewer, timed"
        " FROM packet_verdicts ORDER BY image_id"
    )
    assert kept == [
        (BRIDGE, "own text", OWN, "", "Anna B", 1),
        (HARBOUR, "approve", "", "", "Anna B", 1),
        (TEAM, "unsure", "", "Who are they?", "Anna B", 1),
    ]
    assert desk.approved(BRIDGE) == OWN
    assert desk.read(file).same == 3


def test_nothing_is_lost_between_two_tabs_nor_by_what_else_the_browser_keeps(
    window: Any, desk: Desk, packet: str
) -> None:
    one, wrong = opened(window, desk, packet)
    one.evaluate("name => localStorage.setItem(name, '5')", f"altsync packet {packet}")
    one.reload()
    two = one.context.new_page()
    two.goto(one.url)
    one.get_by_label("Judged by").fill("Anna")
    line(one, desk, packet, HARBOUR).get_by_label("Approve").check()
    two.get_by_text("1 of 5 judged.").wait_for()
    line(two, desk, packet, BRIDGE).get_by_label("Reject it").check()
    line(two, desk, packet, HARBOUR).get_by_label("Note").fill("calm")
    one.get_by_text("2 of 5 judged.").wait_for()
    line(one, desk, packet, TEAM).get_by_label("Reject it").check()
    one.reload()
    assert one.inner_text("#progress") == "3 of 5 judged."
    assert one.get_by_label("Judged by").input_value() == "Anna"
    harbour = line(one, desk, packet, HARBOUR)
    assert harbour.get_by_label("Note").input_value() == "calm"
    assert wrong == []


def test_the_next_one_comes_with_its_picture_on_a_phone(
    window: Any, desk: Desk, packet: str
) -> None:
    page, _ = opened(window, desk, packet, viewport={"width": 390, "height": 800})
    for _ in range(2):
        page.get_by_role("button", name="Next one to judge").first.press("Enter")
        page.keyboard.press("ArrowDown")
    picture, bar, chosen = page.evaluate(
        """() => [document.activeElement.closest('article').querySelector('img'),
          document.querySelector('.bar'), document.activeElement].map(
            one => [one.getBoundingClientRect().top, one.getBoundingClientRect().bottom])
        """
    )
    assert bar[1] <= picture[0] < picture[1] < chosen[0] < chosen[1] <= 800


def test_a_text_that_is_too_long_is_refused_and_never_cut(
    window: Any, desk: Desk, packet: str
) -> None:
    page, _ = opened(window, desk, packet)
    page.get_by_label("Judged by").fill("Anna")
    team = line(page, desk, packet, TEAM)
    text = team.get_by_label("My own text (")
    save = page.get_by_role("button", name="Save my verdicts")
    text.fill("🌉" * 513)
    save.click()
    assert "has a text of 513 characters" in page.inner_text("#said")
    text.fill("🌉" * 512)
    team.get_by_label("Note").fill("n" * 501)
    save.click()
    assert "has a note of more than 500 characters" in page.inner_text("#said")
    team.get_by_label("Note").fill("n" * 500)
    with page.expect_download() as downloading:
        save.click()
    file = desk.folder / downloading.value.suggested_filename
    downloading.value.save_as(file)
    assert desk.read(file).refused == []
    assert desk.approved(TEAM) == "🌉" * 512


def test_where_the_browser_keeps_nothing_it_says_so(
    window: Any, desk: Desk, packet: str
) -> None:
    page = window.new_context().new_page()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " {get() { throw new DOMException('no', 'SecurityError'); }});"
    )
    page.goto((desk.packed[packet] / "packet.html").as_uri())
    assert "does not keep your verdicts: save them" in page.inner_text("#kept")
    line(page, desk, packet, HARBOUR).get_by_label("Reject it").check()
    assert page.inner_text("#progress") == "1 of 5 judged."
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(
    window: Any, desk: Desk, packet: str, scheme: str
) -> None:
    page, wrong = opened(
        window,
        desk,
        packet,
        color_scheme=scheme,
        viewport={"width": 320, "height": 700},
    )
    assert axe.violations(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.wait_for_function(
        "Array.from(document.images).every(one => one.complete && one.naturalWidth > 0)"
    )
    talk = line(page, desk, packet, TALK)
    names = talk.get_by_role("radio").evaluate_all(
        "all => all.map(one => one.labels[0].innerText.trim())"
    )
    assert names[:2] == ["Not judged yet", "Approve the proposed text"]
    described = talk.evaluate(
        "set => document.getElementById(set.getAttribute('aria-describedby')).innerText"
    )
    assert "A man on a stage." in described
    assert EVIL in page.inner_text("main")
    assert wrong == []


def test_without_scripts_it_points_at_the_spreadsheets_and_prints(
    window: Any, desk: Desk, packet: str
) -> None:
    page, _ = opened(window, desk, packet, java_script_enabled=False)
    assert page.get_by_text("Scripts are off").is_visible()
    assert not page.get_by_role("button", name="Save my verdicts").is_visible()
    page.emulate_media(media="print")
    choices = page.locator("fieldset").first.locator(".choices label")
    assert [one.is_visible() for one in choices.all()] == [False] + [True] * 5
