"""Every recorded GET and PATCH that the fake claims to cover gets the same answer from
it."""

from __future__ import annotations

from pathlib import Path

import pytest

from altsync.errors import UsageError
from tests.doubles.drupal import NOT_COVERED as NOT_COVERED_BY_THE_FAKE
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.__main__ import main
from tests.doubles.drupal.recorded import NOT_COVERED, Exchange, exchanges, seed
from tests.doubles.replay import Revisions, differences, send

HEADERS = ("Allow", "ETag", "Content-Type", "WWW-Authenticate")
"""What the first file keeps of an answer's headers."""
ONLY_BY_STATUS = {
    226: "PHP holds true and '123' for equal, so that it takes the save for no change",
    231: "the icon that stands for the thumbnail of a picture whose file was deleted",
    372: "an article of which no recording shows what it was before",
}
"""Number -> what in its answer the fake does not claim."""


def settle(site: DemoDrupal, exchange: Exchange) -> None:
    """Turn the switch that the recorder had turned at this point."""
    n, switches = exchange.number, site.switches
    switches.max_age = 900 if 111 <= n <= 121 else 0
    switches.read_only = 332 <= n <= 335
    switches.links_origin = "http://127.0.0.1" if n == 110 else None
    site.state.new_revisions["media--image"] = n != 330
    if n == 348:
        site.site.users.failures.clear()
    cookie = exchange.headers.get("Cookie", "").partition("=")[2]
    if cookie:
        token = "CYTYJl5FffBsW_6-rYC2BZSGUEVVNo7l910NSUzTlDg"
        site.site.users.sessions[cookie] = (site.state.users["editor"], token)


@pytest.mark.parametrize(
    "first", [1, 201, 381], ids=["reads", "writes in order", "no-ops"]
)
def test_recorded_exchanges_are_answered_alike(first: int) -> None:
    last = {1: 200, 201: 380, 381: 400}[first]
    wrong: list[str] = []
    revisions = Revisions()
    compared = 0
    with DemoDrupal(state=seed()) as site:
        site.clock.tick = 0
        for exchange in exchanges():
            if not first <= exchange.number <= last or exchange.number in NOT_COVERED:
                continue
            settle(site, exchange)
            answer = send(site, exchange)
            compared += 1
            if exchange.number in ONLY_BY_STATUS:
                assert answer.status == exchange.status
                continue
            wrong += differences(exchange, site.url, answer, revisions, HEADERS)
    assert not wrong, "\n".join(wrong)
    assert compared >= {1: 119, 201: 178, 381: 5}[first]


def test_what_is_not_covered_is_named_and_short() -> None:
    numbers = {e.number for e in exchanges()}
    assert {*NOT_COVERED, *ONLY_BY_STATUS} <= numbers
    assert len(NOT_COVERED) <= 12
    assert 0 < len(NOT_COVERED_BY_THE_FAKE) <= 8


def test_the_list_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--not-covered"])
    assert capsys.readouterr().out.splitlines() == list(NOT_COVERED_BY_THE_FAKE)


def test_the_loop_is_shown_on_it_and_touches_no_directory_with_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--loop", str(tmp_path / "here")])
    assert "5 applied, 0 conflicts, 0 failed" in capsys.readouterr().out
    with pytest.raises(UsageError, match="is not empty; nothing was done"):
        main(["--loop", str(tmp_path / "here")])


def test_an_option_that_it_does_not_have_is_refused() -> None:
    with pytest.raises(SystemExit, match="usage: python"):
        main(["--nothing"])
