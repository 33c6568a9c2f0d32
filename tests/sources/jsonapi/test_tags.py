"""Pictures in formatted texts, counted."""

from __future__ import annotations

from typing import Any

import pytest

from altsync.sources.jsonapi.tags import Pictures, formatted, tally


@pytest.mark.parametrize(
    ("html", "images", "media"),
    [
        ("<p>none</p>", 0, 0),
        ('<img src="a"><IMG\nsrc=b><img/><img>', 4, 0),
        ("<imgs> &lt;img> <image>", 0, 0),
        ('<drupal-media data-entity-uuid="u"></drupal-media>', 0, 1),
        ("<DRUPAL-MEDIA/><img alt>", 1, 1),
    ],
)
def test_tags_in_any_spelling(html: str, images: int, media: int) -> None:
    counted = Pictures()
    counted.add(html)
    assert (counted.tags["<img>"], counted.tags["<drupal-media>"]) == (images, media)
    assert counted.texts["<img>"] == (images > 0)
    assert bool(counted) is bool(images + media)


TEXT = {"value": "<img>", "format": "full_html", "processed": "<img>"}


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (TEXT, 1),
        ([TEXT, TEXT], 2),
        (None, 0),
        ("<img>", 0),  # plain text shows the tag as letters (460)
        ({"value": "<img>"}, 0),
        ({"value": None, "format": "x"}, 0),
        ([None, 3, "x"], 0),
    ],
)
def test_only_formatted_text_counts(value: Any, texts: int) -> None:
    assert formatted(value) == ["<img>"] * texts


def test_by_field() -> None:
    into: dict[str, Pictures] = {}
    rows: list[dict[str, Any]] = [
        {"attributes": {"body": TEXT, "field_text": [TEXT, TEXT], "title": "<img>"}},
        {"attributes": {"body": {"value": "", "format": "x"}}},
        {},
    ]
    tally(rows, into)
    assert {name: found.tags["<img>"] for name, found in into.items()} == {
        "body": 1,
        "field_text": 2,
    }
    assert into["field_text"].texts["<img>"] == 2
