"""What was measured in pictures and read in them."""

from __future__ import annotations

from altsync.models import Quality, ReadLine
from altsync.store import picture_notes, queue
from tests.scene import image
from tests.store.conftest import Shelf

NAME = "ab" * 32
QUALITY = Quality(800, 600, 0.8, 0.9, 0.7)
LINES = (ReadLine("Open day", 0.1, 0.99), ReadLine("1,240 “x”", 0.05, 0.8))


def test_what_was_measured_is_there_and_the_risk_is_due(shelf: Shelf) -> None:
    shelf.pull(image("a/1"), image("a/2"))
    for one in ("a/1", "a/2"):
        shelf.propose(one, "Text.")
    with shelf.store.write() as tx:
        queue.score(tx, lambda one, found: 0.1)
        assert picture_notes.quality(tx, NAME) is None
        assert picture_notes.quality(tx, None) is None
        picture_notes.keep_quality(tx, "a/1", NAME, QUALITY)
        assert picture_notes.quality(tx, NAME) == QUALITY
        assert queue.unscored(tx, 9) == ["a/1"]


def test_words_are_kept_for_each_engine_and_the_last_one_speaks(shelf: Shelf) -> None:
    shelf.pull(image("a/1"))
    shelf.propose("a/1", "Text.")
    with shelf.store.write() as tx:
        queue.score(tx, lambda one, found: 0.1)
        assert picture_notes.words(tx, NAME) is None
        picture_notes.keep_words(tx, "a/1", NAME, "engine 1", LINES)
        assert queue.unscored(tx, 9) == ["a/1"]
        assert picture_notes.words(tx, NAME) == LINES
        assert picture_notes.words(tx, NAME, "engine 2") is None
        tx.execute("UPDATE picture_words SET read_at = '2999'")
        picture_notes.keep_words(tx, "a/1", NAME, "engine 2", ())
        assert picture_notes.words(tx, NAME) == ()
        assert picture_notes.words(tx, NAME, "engine 1") == LINES


def test_what_was_read_is_known_of_every_image_with_that_file(shelf: Shelf) -> None:
    shelf.pull(image("a/1"), image("a/2"), image("a/3"))
    for one in ("a/1", "a/2"):
        shelf.propose(one, "Text.", image_sha256=NAME)
    with shelf.store.write() as tx:
        picture_notes.keep_words(tx, "a/1", NAME, "engine 1", LINES)
        assert picture_notes.read_in(tx, "a/2") == LINES
        assert picture_notes.read_in(tx, "a/3") == ()
