"""Samples: drawn once, and judged one text at a time (the judging: test_views)."""

from __future__ import annotations

from typing import Any

from altsync.store import candidates, samples
from altsync.store.samples import Sample
from tests.store.conftest import Shelf


def draw(shelf: Shelf, **more: Any) -> int:
    values = {
        "model": "m",
        "prompt_id": None,
        "bound": 0.05,
        "confidence": 0.95,
        "tolerated": 2,
        "after": 40,
        "drawn_by": "anna",
        "stops": [(20, 0), (30, 2)],
        "frame": [1],
        "items": [],
        **more,
    }
    with shelf.store.write() as tx:
        return samples.draw(tx, **values)


def test_every_column_of_a_sample_is_the_right_one(two: Shelf) -> None:
    """No two values are the same, so that none can stand in for another."""
    with two.store.write() as tx:
        prompt = candidates.add_prompt(tx, None, "Text.")
    ids = [two.propose("a/2", "Two."), two.propose("a/1", "One.")]
    last = two.propose("a/1", "Last.")
    items = [(3, ids[0], "a/2"), (5, ids[1], "a/1")]
    draw(two)
    review = two.judge(two.propose("a/2", "Three."))
    number = draw(two, prompt_id=prompt, items=items, frame=[*ids, last])
    with two.store.read() as conn:
        found = samples.named(conn, number)
        newest = samples.all_samples(conn)[0]
        assert samples.named(conn, 99) is None
    (at,) = two.one("SELECT created_at FROM samples WHERE id = ?", (number,))
    assert (
        found
        == newest
        == Sample(
            id=number,
            model="m",
            prompt_id=prompt,
            bound=0.05,
            confidence=0.95,
            tolerated=2,
            population=3,
            size=30,
            after=40,
            upto=last,
            drawn_by="anna",
            created_at=at,
            review_id=review,
            looks="[[20, 0], [30, 2]]",
        )
    )
    assert two.all("SELECT * FROM sample_items ORDER BY place") == [
        (number, 3, ids[0], "a/2"),
        (number, 5, ids[1], "a/1"),
    ]
    assert newest.stops == [(20, 0), (30, 2)]


def test_samples_are_listed_the_newest_first(two: Shelf) -> None:
    two.propose("a/1", "One.")
    numbers = [draw(two) for _ in range(3)]
    with two.store.read() as conn:
        assert [one.id for one in samples.all_samples(conn)] == numbers[::-1]
