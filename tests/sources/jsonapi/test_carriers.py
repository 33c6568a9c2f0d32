"""Who lists whom, on documents such as a Drupal with paragraphs gave (518-530, 572, 908)."""

from __future__ import annotations

from typing import Any

import pytest

from altsync.models import OutOfReach
from altsync.sources.jsonapi.carriers import (
    MOST,
    Carriers,
    PageFacts,
    SaidParent,
    Standing,
    claim_of,
    is_inline,
)

BLOCKS = SaidParent("node", "field_blocks")
ITEMS = SaidParent("paragraph", "field_items")
UNUSED = Standing(out_of_reach=OutOfReach.UNUSED)
PAGE = "node--page/page"
UNSURE = Standing(sure=False)


def says(claim: SaidParent | None, number: int = 217) -> dict[str, Any]:
    """The attributes by which a paragraph names its parent."""
    return {
        "parent_id": None if claim is None else str(number),
        "parent_type": None if claim is None else claim.entity,
        "parent_field_name": None if claim is None else claim.field,
    }


def lists(
    uuid: str,
    *below: str,
    kind: str = "node--page",
    name: str = "field_blocks",
    **attributes: Any,
) -> dict[str, Any]:
    """A row whose field lists these paragraphs."""
    data = [
        {"id": one, "meta": {"target_revision_id": 7, "drupal_internal__target_id": 3}}
        for one in below
    ]
    links = {name: {"data": data}}
    return {
        "type": kind,
        "id": uuid,
        "attributes": attributes,
        "relationships": links,
    }


def section(
    uuid: str, *below: str, claim: SaidParent | None = BLOCKS
) -> dict[str, Any]:
    kind, name = "paragraph--section", "field_items"
    return lists(uuid, *below, kind=kind, name=name, **says(claim))


@pytest.fixture
def carriers() -> Carriers:
    return Carriers()


def carry(carriers: Carriers, *rows: dict[str, Any]) -> None:
    for row in rows:
        entity = row["type"].partition("--")[0]
        carriers.carry(row, entity, {"field_blocks", "field_items"})


def test_what_the_field_of_its_parent_lists_stands_on_that_page(
    carriers: Carriers,
) -> None:
    """529: of two paragraphs that name the page, it lists one."""
    for uuid in ("kept", "removed"):
        carriers.claim(uuid, says(BLOCKS))
    carry(carriers, lists("page", "kept"))
    carriers.tell("page", "en", PageFacts("About us"))
    carriers.searched(BLOCKS)
    assert carriers.place("kept", "en") == Standing(PAGE, PageFacts("About us"))
    assert carriers.place("removed", "en") == UNUSED


def test_what_was_never_attached_is_unused_without_a_search(carriers: Carriers) -> None:
    """519."""
    carriers.claim("alone", says(None))
    assert carriers.wanted() == set()
    assert carriers.place("alone", "en") == UNUSED


def test_nothing_is_called_unused_as_long_as_not_all_that_may_list_it_was_seen(
    carriers: Carriers,
) -> None:
    carriers.claim("one", says(BLOCKS))
    assert carriers.wanted() == {BLOCKS}
    assert carriers.place("one", "en") == UNSURE
    carriers.give_up(BLOCKS)
    assert carriers.wanted() == set()
    assert carriers.place("one", "en") == UNSURE
    carriers.searched(BLOCKS)
    assert carriers.place("one", "en") == UNUSED


def test_a_paragraph_in_paragraphs_stands_where_the_outermost_does(
    carriers: Carriers,
) -> None:
    """523, 530: two deep."""
    carriers.claim("inner", says(ITEMS))
    carry(carriers, section("middle", "inner", claim=ITEMS), section("outer", "middle"))
    assert carriers.wanted() == {ITEMS, BLOCKS}
    carriers.searched(ITEMS)
    assert carriers.place("inner", "en") == UNSURE
    carry(carriers, lists("page", "outer"))
    carriers.tell("page", "en", PageFacts("Nested"))
    assert carriers.place("inner", "en") == Standing(PAGE, PageFacts("Nested"))


def test_a_paragraph_in_an_unused_one_is_unused(carriers: Carriers) -> None:
    carriers.claim("inner", says(ITEMS))
    carry(carriers, section("outer", "inner"), lists("page"))
    carriers.searched(ITEMS)
    carriers.searched(BLOCKS)
    assert carriers.place("inner", "en") == UNUSED


def test_paragraphs_that_list_each_other_stand_nowhere(carriers: Carriers) -> None:
    carry(carriers, section("a", "b", claim=ITEMS), section("b", "a", claim=ITEMS))
    carriers.searched(ITEMS)
    assert carriers.place("a", "en") == UNUSED


def test_a_nesting_without_an_end_costs_little_and_says_nothing(
    carriers: Carriers,
) -> None:
    for n in range(3 * MOST):
        carry(carriers, section(str(n + 1), str(n), claim=ITEMS))
    carriers.searched(ITEMS)
    carry(carriers, lists("page", str(3 * MOST)))
    assert carriers.place("0", "en") == UNSURE
    carry(carriers, *(section(f"x{n}", "wide", claim=ITEMS) for n in range(3 * MOST)))
    assert carriers.place("wide", "en") == UNSURE


def test_it_counts_wherever_it_is_listed_whatever_it_says_of_its_parent(
    carriers: Carriers,
) -> None:
    """parent_id may be written by anybody who may edit it (547)."""
    carriers.claim("moved", says(BLOCKS))
    carriers.searched(BLOCKS)
    carry(carriers, lists("other", "moved", kind="taxonomy_term--tags"))
    carriers.tell("other", "en", PageFacts("A term"))
    assert carriers.place("moved", "en") == Standing(
        "taxonomy_term--tags/other", PageFacts("A term")
    )


def test_the_page_speaks_the_language_of_the_paragraph_where_it_can(
    carriers: Carriers,
) -> None:
    carriers.claim("one", says(BLOCKS))
    carry(carriers, lists("page", "one"))
    assert carriers.place("one", "en") == Standing(PAGE)
    carriers.tell("page", "en", PageFacts("About us"))
    carriers.tell("page", "nl", PageFacts("Over ons"))
    carriers.tell("elsewhere", "en", PageFacts("Lists nothing"))
    assert carriers.place("one", "nl") == Standing(PAGE, PageFacts("Over ons"))
    assert carriers.place("one", "de") == Standing(PAGE, PageFacts("About us"))


def test_a_paragraph_in_an_inline_block_is_as_far_as_the_block(
    carriers: Carriers,
) -> None:
    kind = "block_content--promo"
    carriers.claim("one", says(SaidParent("block_content", "field_blocks")))
    carry(carriers, lists("block", "one", kind=kind, reusable=False))
    inline = Standing(f"{kind}/block", None, OutOfReach.INLINE)
    assert carriers.place("one", "en") == inline
    carry(carriers, lists("shared", "one", kind=kind, reusable=True))
    assert carriers.place("one", "en") == Standing(f"{kind}/shared")


def test_only_items_with_a_revision_of_their_own_are_listed(carriers: Carriers) -> None:
    """A mere reference shows an entity that stands elsewhere (485); a deleted one has
    the id `missing` (074)."""
    row = lists("page", "missing", "referenced", "listed")
    del row["relationships"]["field_blocks"]["data"][1]["meta"]["target_revision_id"]
    row["relationships"]["field_empty"] = {"data": None}
    row["relationships"]["field_untold"] = {}
    row["relationships"]["field_other"] = row["relationships"]["field_blocks"]
    carriers.searched(BLOCKS)
    for uuid in ("missing", "referenced", "listed"):
        carriers.claim(uuid, says(BLOCKS))
    bare = {"type": "node--page", "id": "bare"}
    assert carriers.carry(row, "node", {"field_blocks", "field_empty", "field_untold"})
    assert not carriers.carry(bare, "node", {"field_blocks"})
    assert carriers.place("missing", "en") == UNUSED
    assert carriers.place("referenced", "en") == UNUSED
    assert carriers.place("listed", "en") == Standing(PAGE)


@pytest.mark.parametrize(
    ("attributes", "claim"),
    [
        (says(BLOCKS), BLOCKS),
        (says(None), None),
        ({}, None),
        (says(SaidParent("node", "a b")), None),
        (says(BLOCKS) | {"parent_type": ["node"]}, None),
    ],
)
def test_what_a_paragraph_says_of_its_parent_is_checked(
    attributes: dict[str, Any], claim: SaidParent | None
) -> None:
    assert claim_of(attributes) == claim


@pytest.mark.parametrize(
    ("entity", "attributes", "inline"),
    [
        ("block_content", {"reusable": False}, True),
        ("block_content", {"reusable": True}, False),
        ("block_content", {}, True),
        ("", {"reusable": False}, True),
        ("media", {}, False),
    ],
)
def test_a_block_that_does_not_say_that_it_is_reusable_is_inline(
    entity: str, attributes: dict[str, Any], inline: bool
) -> None:
    """572, 591."""
    assert is_inline(entity, attributes) is inline
