"""What makes a candidate doubtful besides its findings, in the order of the queue and in
the review."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from altsync.config import Config
from altsync.doubts import Doubts
from altsync.models import Origin, PageContent, PageFile, Quality, Use
from altsync.store import page_runs, picture_notes, queue, usages
from altsync.store.looks import look
from altsync.store.queue import Filter
from altsync.store.store import Store
from tests.web.client import Browser
from tests.web.mirrors import build

DARK = Quality(1600, 1200, sharpness=0.2, brightness=0.1, contrast=0.1)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A mirror on disk."""
    return build(tmp_path)[0]


def score(store: Store, config: Config) -> list[str]:
    """The queue, by risk."""
    with store.write() as tx:
        queue.score(tx, Doubts(config).at(tx).of_image)
        return queue.waiting(tx, Filter(), 99)


def test_a_picture_that_is_hard_to_see_comes_first_and_says_why(
    config: Config,
) -> None:
    with Store.open(config.database) as store:
        before = score(store, config)
        last = before[-1]
        seen = look(store.conn, last)
        assert seen is not None
        name = seen.candidates[0].image_sha256
        assert name is not None
        with store.write() as tx:
            picture_notes.keep_quality(tx, last, name, DARK)
        after = score(store, config)
        assert after.index(last) < before.index(last)
    page = Browser(config).get(f"/-/altsync/review?image={last}").text
    assert "the picture is dark" in page
    assert "the picture is blurred" in page


def test_what_pages_tell_reaches_the_risk_of_what_was_scored_before(
    config: Config,
) -> None:
    def reasons(image: str) -> tuple[str, ...]:
        seen = look(store.conn, image)
        assert seen is not None
        weigher = Doubts(config).at(store.conn)
        return weigher.risk(seen.mirrored, seen.candidates[0], seen.candidates).reasons

    def risks() -> dict[str, float]:
        score(store, config)
        sql = "SELECT image_id, risk FROM image_risks"
        return dict(store.conn.execute(sql).fetchall())

    with Store.open(config.database) as store:
        before = risks()
        name, talk, unread = "prague/tram", "prague/clock", "sydney/team"
        assert not any("no page" in reason for reason in reasons(name))
        with store.write() as tx:
            run, _ = page_runs.begin(tx, "pages", "all")
            site = "https://photos.example"
            _show(tx, Use(f"{site}/a", "Clocks", place=1), talk, run)
            _show(tx, Use(f"{site}/{name}", place=1), "prague/river", run)
            page_runs.end(tx, run)
        after = risks()
        assert after[name] > before[name]
        assert after[talk] == before[talk]
        assert any("no page that was read" in reason for reason in reasons(name))
        assert not any("no page" in reason for reason in reasons(talk))
        own = "its own page, which the site names, was not read"
        assert not any("no page" in reason for reason in reasons(unread)), own


def test_a_persons_own_text_is_not_doubted_for_its_picture(config: Config) -> None:
    with Store.open(config.database) as store:
        seen = look(store.conn, "prague/tram")
        assert seen is not None
        (one, *_) = seen.candidates
        assert one.image_sha256 is not None
        with store.write() as tx:
            picture_notes.keep_quality(tx, "prague/tram", one.image_sha256, DARK)
        weigher = Doubts(config).at(store.conn)
        theirs = replace(one, origin=Origin.HUMAN)
        assert "the picture is dark" in weigher.risk(seen.mirrored, one, ()).reasons
        assert weigher.risk(seen.mirrored, theirs, ()).reasons == ()


def _show(tx: sqlite3.Connection, use: Use, image: str, run: int) -> None:
    """A page was read that shows it."""
    file, page = PageFile(use.page_url, b""), PageContent(use.page_url)
    usages.save_page(tx, file, page, "0" * 64, found=[(image, use)], run=run)
