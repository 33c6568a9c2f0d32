"""What a command says of its progress where nobody watches a bar."""

from __future__ import annotations

import pytest

from altsync.cli._talk import EVERY, Talk


def test_a_line_now_and_then_says_how_far_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = 0.0
    talk = Talk(lambda: now)
    talk.step()
    talk.start("Generating", 9000)
    for _ in range(1200):
        now += EVERY / 1000
        talk.step(note="$0.20, 12 failed")
    now += EVERY
    talk.step()
    talk.start("Pulling")
    now += EVERY
    talk.step(7)
    assert capsys.readouterr().err == (
        "Generating: 1,000 of 9,000; $0.20, 12 failed.\n"
        "Generating: 1,201 of 9,000.\n"
        "Pulling: 7.\n"
    )
