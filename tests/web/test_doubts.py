"""What makes a candidate doubtful besides its findings, in the order of the queue and in
the review."""

from __future__ import annotations

from altsync.config import Config
from altsync.models import Quality
from altsync.store import picture_notes, queue
from altsync.store.looks import look
from altsync.store.queue import Filter
from altsync.store.store import Store
from altsync.web.doubts import Doubts
from tests.web.client import Browser

DARK = Quality(1600, 1200, sharpness=0.2, brightness=0.1, contrast=0.1)


def score(store: Store, config: Config) -> list[str]:
    """The queue, by risk."""
    with store.write() as tx:
        queue.score(tx, Doubts(config).at(tx).of_image)
        return queue.waiting(tx, Filter(), 99)


def test_a_picture_that_is_hard_to_see_comes_first_and_says_why(
    config: Config, browser: Browser
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
    page = browser.get(f"/-/altsync/review?image={last}").text
    assert "the picture is dark" in page
    assert "the picture is blurred" in page
