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
        "population": 300,
        "after": 40,
        "upto": 500,
        "drawn_by": "anna",
        "items": [],
        **more,
    }
    with shelf.store.write() as tx:
        return samples.draw(tx, **values)


def test_every_column_of_a_sample_is_the_right_one(two: Shelf) -> None:
    """No two values are the same, so that none can stand in for another."""
    with two.store.write() as tx:
        prompt = candidates.add_prompt(tx, None, "Text.")
    items = [(two.propose("a/2", "Two."), "a/2"), (two.propose("a/1", "One."), "a/1")]
    draw(two)
    number = draw(two, prompt_id=prompt, items=items)
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
            population=300,
            size=2,
            after=40,
            upto=500,
            drawn_by="anna",
            created_at=at,
        )
    )
    assert two.all("SELECT * FROM sample_items ORDER BY place") == [
        (number, 1, items[0][0], "a/2"),
        (number, 2, items[1][0], "a/1"),
    ]


def test_samples_are_listed_the_newest_first(shelf: Shelf) -> None:
    numbers = [draw(shelf) for _ in range(3)]
    with shelf.store.read() as conn:
        assert [one.id for one in samples.all_samples(conn)] == numbers[::-1]


def test_up_to_where_samples_were_drawn(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        prompt = candidates.add_prompt(tx, None, "Text.")
    for upto in (30, 50, 40):
        draw(shelf, prompt_id=prompt, upto=upto)
    draw(shelf, model=None, upto=70)
    draw(shelf, model="other", prompt_id=prompt, upto=90)
    with shelf.store.read() as conn:
        assert samples.last_upto(conn, "m", prompt) == 50
        assert samples.last_upto(conn, None, None) == 70
        assert samples.last_upto(conn, "m", None) == 0
