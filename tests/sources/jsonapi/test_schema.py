"""What a sample of items tells of a type: its number, its language, what it really is.

The items are cut from recordings; the numbers in comments are theirs.
"""

from __future__ import annotations

from typing import Any

import pytest

from altsync.sources.jsonapi.content import entity_of, may_hold_images
from altsync.sources.jsonapi.schema import Schema, learn

SAVED = "2026-11-28T08:47:54+00:00"
PICTURES = {
    "number": 3,
    "drupal_internal__vid": 376,
    "langcode": "en",
    "revision_created": SAVED,
    "status": True,
    "name": "Campus picture 0",
    "created": SAVED,
    "updated": SAVED,
}
"""806: media--image of jsonapi_extras, `mid` and `changed` renamed."""
HIDDEN = {name: value for name, value in PICTURES.items() if name != "number"}
"""825: `mid` disabled."""


def item(attributes: dict[str, Any], *, version: int | None = 5) -> dict[str, Any]:
    """A resource object; `version` None: its type has no revisions (844)."""
    asked = f"?resourceVersion=id%3A{version}" if version else ""
    return {
        "type": "media--image",
        "id": "c4c1cab0-2208-4de1-bb5d-380d1db541ec",
        "links": {"self": {"href": f"/api/pictures/c4c1{asked}"}},
        "attributes": attributes,
    }


def learnt(
    attributes: dict[str, Any], kind: str = "media--image", **more: Any
) -> Schema:
    return learn(kind, ["image"], [item(attributes, **more)], None)


@pytest.mark.parametrize(
    ("attributes", "number"),
    [
        (
            {"drupal_internal__mid": 3, "drupal_internal__vid": 3},
            "drupal_internal__mid",
        ),
        (PICTURES, "number"),
        (HIDDEN, "id"),
        # Both renamed: the entity's own number comes first.
        ({"number": 3, "version": 9, "langcode": "en"}, "number"),
        # One of the two is hidden, and nothing says which: a number that moves with
        # each save would name another image each time.
        ({"number": 3, "langcode": "en"}, "id"),
        ({"langcode": "en", "weight": 3}, "id"),
        ({"number": True, "drupal_internal__vid": 3}, "id"),
        ({}, "id"),
    ],
)
def test_the_number_is_learnt(attributes: dict[str, Any], number: str) -> None:
    assert learnt(attributes).number == number


def test_a_type_without_revisions_has_one_number() -> None:
    assert learnt({"key": 3, "langcode": "en"}, version=None).number == "key"


@pytest.mark.parametrize("links", [None, [], {"self": []}, {"self": {"href": 3}}])
def test_links_of_another_shape_say_nothing(links: Any) -> None:
    row = item({"number": 3, "langcode": "en"}) | {"links": links}
    assert learn("x--x", ["image"], [row], None).number == "number"


def test_renamed_base_fields_are_asked_for_by_their_public_names() -> None:
    schema = learnt(PICTURES)
    assert schema.changed == "updated"
    assert {"number", "updated", "langcode"} <= set(schema.wanted().split(","))
    assert {"number", "updated", "langcode"} <= set(schema.to_write().split(","))


@pytest.mark.parametrize(
    ("more", "changed"),
    [
        ({"changed": SAVED, "field_updated": SAVED}, "changed"),
        ({"changedAt": SAVED}, "changedAt"),
        ({"changedAt": SAVED, "field_updated": SAVED}, "changed"),
        ({"field_updated": SAVED}, "changed"),
        ({"field_updated": "yesterday"}, "changed"),
        ({"revision_changed": SAVED}, "changed"),
        ({"content_translation_changed": SAVED}, "changed"),
    ],
)
def test_the_moment_of_the_last_save_is_only_taken_where_it_is_one(
    more: dict[str, Any], changed: str
) -> None:
    assert learnt({"drupal_internal__nid": 3, **more}).changed == changed


def test_a_renamed_language_is_known_by_its_place_and_form() -> None:
    attributes = {"drupal_internal__mid": 3, "drupal_internal__vid": 3, "lang": "pt-br"}
    assert learnt({**attributes, "name": "no"}).langcode == "lang"
    assert learnt({"drupal_internal__mid": 3, "name": "map"}).langcode == "langcode"
    assert learnt({"drupal_internal__mid": 3, "key": "A day"}).langcode == "langcode"


def points_to(kind: str, meant: object = None) -> dict[str, Any]:
    meta = {} if meant is None else {"drupal_internal__target_id": meant}
    return {"data": {"type": kind, "id": "dbde3690", "meta": meta}}


@pytest.mark.parametrize(
    ("kind", "row", "entity"),
    [
        ("node--article", {}, "node"),
        ("exhibit--exhibit", {}, "exhibit"),
        # 819: the bundle is named where the type is not.
        (
            "stories",
            {"relationships": {"node_type": points_to("node_type--node_type", "x")}},
            "node",
        ),
        (
            "shots",
            {"relationships": {"kind": points_to("media_type--media_type", "image")}},
            "media",
        ),
        (
            "stories",
            {
                "relationships": {
                    "node_type": {"data": None},
                    "uid": points_to("people"),
                },
                "attributes": {"headline": "x", "drupal_internal__nid": 1},
            },
            "node",
        ),
        ("stories", {"relationships": {"tags": {"data": []}}}, ""),
        ("news--item", {"attributes": {"drupal_internal__nid": 1}}, "node"),
        (
            "exhibit--exhibit",
            {"relationships": {"on": points_to("node_type--node_type", "x")}},
            "exhibit",
        ),
        ("stories", {}, ""),
    ],
)
def test_what_a_type_is(kind: str, row: dict[str, Any], entity: str) -> None:
    assert entity_of(kind, [row]) == entity


@pytest.mark.parametrize(
    ("kind", "may"),
    [
        ("exhibit--exhibit", True),
        ("user--user", True),
        ("comment--comment", True),
        ("stories", True),
        ("node--workflow", True),
        ("view--view", False),
        ("file--file", False),
        ("shortcut--default", False),
    ],
)
def test_which_types_are_looked_at(kind: str, may: bool) -> None:
    assert may_hold_images(kind) is may
