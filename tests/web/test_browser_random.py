"""Random keys at random moments in a real chromium: after each sequence the page has said
what the database has, no more, no less, and in that order.

`make test` takes the first of them, `make soak` a thousand.
"""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from altsync.config import Config
from tests.lengths import LENGTH
from tests.web.hasty import LISTENING, meant, plenty, settled
from tests.web.shown import IN_A_BROWSER, Serving, chromium, page_of

REVIEW = "/-/altsync/review"
SEQUENCES = 12 if LENGTH == 1 else 1_000
SEED = 17
KEYS = (*"aaarrdusspe123", "Escape", "Control+Enter", "typing")
SAID = """async () => {
  await new Promise(go => setTimeout(go, 35));
  const found = [window.told.splice(0), window.spoken.splice(0).join(" ")];
  return found;
}"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120 + SEQUENCES),
    *IN_A_BROWSER,
]


def sequence(chance: random.Random) -> list[tuple[str, float]]:
    """Keys, each with the milliseconds that pass before it."""
    keys: list[str] = []
    for key in chance.choices(KEYS, k=chance.randint(3, 6)):
        if key == "typing":
            keys += chance.choices("aderspu ", k=4)
        else:
            keys.append(key)
    return [(key, chance.choice((0, 0, chance.uniform(0, 60)))) for key in keys]


def pressed(page: Any, keys: list[tuple[str, float]]) -> None:
    for key, pause in keys:
        if pause:
            page.wait_for_timeout(pause)
        page.keyboard.press("Space" if key == " " else key)
    settled(page)


def written(config: Config, after: int) -> list[tuple[int, str, str]]:
    conn = sqlite3.connect(config.database)
    try:
        return conn.execute(
            "SELECT r.id, r.verdict, c.image_id FROM reviews r"
            " JOIN candidates c ON c.id = r.candidate_id WHERE r.id > ? ORDER BY r.id",
            (after,),
        ).fetchall()
    finally:
        conn.close()


def test_what_the_page_said_is_what_was_written_for_long(tmp_path: Path) -> None:
    config = plenty(tmp_path, 3 * SEQUENCES)
    chance, last, verdicts = random.Random(SEED), 0, 0
    with (
        Serving(config) as serving,
        chromium() as window,
        page_of(window, serving) as page,
    ):
        page.add_init_script(LISTENING)
        page.goto(serving.url + REVIEW)
        for number in range(SEQUENCES):
            keys = sequence(chance)
            pressed(page, keys)
            notices, spoken = page.evaluate(SAID)
            rows = written(config, last)
            told = [meant(one) for one in notices]
            assert told == [row[1:] for row in rows], (number, keys, notices, rows)
            assert all(one in spoken for one in notices), (number, keys, spoken)
            last, verdicts = rows[-1][0] if rows else last, verdicts + len(rows)
    print(f"{SEQUENCES} sequences, {verdicts} verdicts")
    assert verdicts > SEQUENCES / 2, "there was something to say"
