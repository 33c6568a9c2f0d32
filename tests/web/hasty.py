"""Whoever presses keys faster than a server answers: a mirror with much to judge, keys
without a pause, and what a page said of them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from altsync.config import Config, parse
from altsync.doubts import Doubts
from altsync.models import SiteImage
from altsync.pull import Pull
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates, queue
from altsync.store.store import Store
from tests.web.mirrors import TOML, candidate

SAID = {
    "Approved": "approved",
    "Marked decorative": "approved",
    "Rejected": "rejected",
    "Taken back: the verdict on": "withdrawn",
}
"""What a page says, and the verdict that it has to have in the database."""
LISTENING = """
window.told = [];
document.addEventListener("altsync:shown", () => {
  const notice = document.querySelector("#main .notice.done");
  if (notice) window.told.push(notice.textContent.trim());
});
addEventListener("DOMContentLoaded", () => {
  window.spoken = [];
  new MutationObserver(() => {
    const live = document.getElementById("live").textContent.trim();
    if (live) window.spoken.push(live);
  }).observe(document.getElementById("live"), {childList: true});
});
"""
"""Kept by the page itself: every notice that stood in it, every word of the live
region."""


def plenty(folder: Path, count: int) -> Config:
    """`count` images of one album, each with two candidates and without a picture; in
    the order of their names."""
    file = folder / "altsync.toml"
    file.write_text(TOML.format(database="data/altsync.db"), "utf-8")
    config = parse(file.read_text("utf-8"), file)
    site = MemorySource(
        [
            SiteImage(
                id=f"many/{number:05}",
                album="many",
                name=f"{number:05}",
                alt=None,
                image_url=f"https://photos.example/files/{number:05}.jpg",
            )
            for number in range(count)
        ]
    )
    with Store.open(config.database, create=True) as store:
        store.claim(config.site.url, "memory")
        Pull(Context(site, store)).run()
        with store.write() as tx:
            tx.execute(
                "INSERT INTO prompts VALUES ('p1', 'Describe.', 'For {title}',"
                " '2026-11-01')"
            )
            for number in range(count):
                for text in ("A tram climbs a street.", "A tram in a street."):
                    candidates.add(
                        tx,
                        candidate(f"many/{number:05}", f"{text[:-1]}, {number}."),
                    )
            queue.score(tx, Doubts(config).at(tx).of_image)
    return config


def verdicts(config: Config) -> list[tuple[str, str, str]]:
    """(verdict, image, text) of every review, in order."""
    conn = sqlite3.connect(config.database)
    try:
        return conn.execute(
            "SELECT r.verdict, c.image_id, c.alt FROM reviews r"
            " JOIN candidates c ON c.id = r.candidate_id ORDER BY r.id"
        ).fetchall()
    finally:
        conn.close()


def told(page: Any) -> list[tuple[str, str]]:
    """(verdict, image) of every notice that the page showed since it was loaded."""
    return [meant(one) for one in page.evaluate("window.told")]


def meant(notice: str) -> tuple[str, str]:
    """The verdict and the image of a notice."""
    words, _, image = notice.removesuffix(".").rpartition(" ")
    return SAID[words], image


def at_once(page: Any, *keys: str) -> None:
    """Keys with no moment between them: all are pressed before any answer is there."""
    page.evaluate(
        """keys => { for (const key of keys) {
          const on = document.activeElement || document.body;
          on.dispatchEvent(new KeyboardEvent("keydown",
            {key, bubbles: true, cancelable: true}));
        } }""",
        list(keys),
    )


def settled(page: Any) -> None:
    """Wait until nothing is on its way any more."""
    page.evaluate(
        """async () => {
          while (!window.altsync.idle()) await new Promise(go => setTimeout(go, 5));
        }"""
    )
