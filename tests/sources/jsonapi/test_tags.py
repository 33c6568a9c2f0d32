"""Pictures in formatted texts, counted."""

from __future__ import annotations

from typing import Any

import pytest

from altsync.models import Tag
from altsync.sources.jsonapi.tags import Pictures, tally

UUID = "0b1c2d3e-0000-4000-8000-00000000000a"


def text(html: str) -> dict[str, str]:
    return {"value": html, "format": "full_html", "processed": html}


def count(value: Any) -> Pictures:
    """In one attribute of one item."""
    into: dict[str, Pictures] = {}
    tally([{"attributes": {"body": value}}], into)
    return into.get("body", Pictures())


@pytest.mark.parametrize(
    ("html", "images", "media"),
    [
        ("<p>none</p>", 0, 0),
        ('<img src="a"><IMG\nsrc=b><img src=c />', 3, 0),
        ("<imgs> &lt;img> <!-- <img src=a> --> <img>", 0, 0),
        ('<img src="/pixel.gif" width=1 height=1>', 0, 0),
        (
            f'<drupal-media data-entity-type="media" data-entity-uuid="{UUID}"></drupal-media>',
            0,
            1,
        ),
        (
            f"<DRUPAL-MEDIA data-entity-type=media data-entity-uuid={UUID} /><img src=a alt>",
            1,
            1,
        ),
    ],
)
def test_tags_in_any_spelling(html: str, images: int, media: int) -> None:
    counted = count(text(html))
    assert (counted.tags[Tag.IMG], counted.tags[Tag.MEDIA]) == (images, media)
    assert counted.texts[Tag.IMG] == (images > 0)
    assert bool(counted) is bool(images + media)


IMG = "<img src=a>"
TEXT = text(IMG)


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (TEXT, 1),
        ([TEXT, TEXT], 2),
        (None, 0),
        (IMG, 0),  # plain text shows the tag as letters (460)
        ({"value": IMG}, 0),
        ({"value": IMG, "format": None, "processed": "&lt;img src=a&gt;"}, 0),
        ({"value": None, "format": "x"}, 0),
        ({"value": "\ud800" + IMG, "format": "x"}, 0),
        ([None, 3, "x"], 0),
    ],
)
def test_only_formatted_text_counts(value: Any, texts: int) -> None:
    counted = count(value)
    assert (counted.tags[Tag.IMG], counted.texts[Tag.IMG]) == (texts, texts)


def test_by_field() -> None:
    into: dict[str, Pictures] = {}
    rows: list[dict[str, Any]] = [
        {"attributes": {"body": TEXT, "field_text": [TEXT, TEXT], "title": IMG}},
        {"attributes": {"body": {"value": "", "format": "x"}}},
        {},
    ]
    tally(rows, into)
    assert {name: found.tags[Tag.IMG] for name, found in into.items()} == {
        "body": 1,
        "field_text": 2,
    }
    assert into["field_text"].texts[Tag.IMG] == 2
    left: dict[str, Pictures] = {}
    tally(rows, left, without=["body"])
    assert set(left) == {"field_text"}
