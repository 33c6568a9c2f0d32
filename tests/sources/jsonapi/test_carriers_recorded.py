"""Who lists whom, on what a real Drupal answered: each test names its recordings."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from altsync.models import OutOfReach
from altsync.sources.jsonapi.carriers import (
    Carriers,
    SaidParent,
    is_inline,
    is_paragraph,
    listing_fields,
)
from altsync.sources.jsonapi.document import checked, listed
from tests.doubles.drupal.recorded import exchanges

BLOCKS = SaidParent("node", "field_blocks")
ITEMS = SaidParent("paragraph", "field_items")


@cache
def answers() -> dict[int, dict[str, Any]]:
    return {
        one.number: checked(one.document, one.path)
        for one in exchanges()
        if one.status == 200 and 500 <= one.number < 600 and one.document
    }


def row(number: int) -> dict[str, Any]:
    """The item that a recording shows."""
    [found] = listed(answers()[number]["data"])
    assert isinstance(found, dict)
    return found


@pytest.fixture
def carriers() -> Carriers:
    """All was seen that two recordings show: a page that dropped one of its paragraphs
    (529), a page with nested ones (530)."""
    made = Carriers()
    for number in (529, 530):
        here = answers()[number]
        for one in [*listed(here["data"]), *here.get("included", [])]:
            entity = one["type"].partition("--")[0]
            made.carry(one, entity, {"field_blocks", "field_items"})
    made.searched(BLOCKS)
    made.searched(ITEMS)
    return made


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (517, None),  # a current child
        (518, OutOfReach.UNUSED),  # removed from its page by a later revision
        (519, OutOfReach.UNUSED),  # never attached
        (520, OutOfReach.UNUSED),  # its page was deleted
        (523, None),  # nested two deep
    ],
)
def test_what_a_page_lists_is_shown(
    carriers: Carriers, number: int, why: OutOfReach | None
) -> None:
    paragraph = row(number)
    assert is_paragraph("", paragraph["attributes"])
    carriers.claim(paragraph["id"], paragraph["attributes"])
    assert carriers.wanted() == set()
    assert carriers.place(paragraph["id"], "en").out_of_reach is why


def test_fields_that_list_are_known_by_what_they_hold() -> None:
    """529, 530: a revision of its own with each item; a picture has none."""
    assert list(listing_fields(row(529))) == ["field_blocks"]
    assert list(listing_fields(row(518))) == []


@pytest.mark.parametrize("number", [572, 574, 576])
def test_inline_blocks_say_so_to_everybody(number: int) -> None:
    blocks = [one["attributes"] for one in answers()[number]["data"]]
    inline = {one["info"] for one in blocks if is_inline("block_content", one)}
    assert inline == {one["info"] for one in blocks if one["info"].startswith("Inline")}
    assert inline
