"""Links within docs/how-to/drupal.md lead somewhere; the recipe is what Drupal's config schema
wants."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "how-to" / "drupal.md"
RECIPE = ROOT / "docs" / "drupal-recipe"
FIELD = "field_alt_source"


def anchors() -> set[str]:
    return set(re.findall(r'<a id="([a-z-]+)"></a>', (PAGE).read_text("utf-8")))


def test_links_within_the_page_lead_somewhere() -> None:
    text = (PAGE).read_text("utf-8")
    assert set(re.findall(r"\]\(#([a-z-]+)\)", text)) <= anchors()


def config(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        (RECIPE / "config" / f"{name}.yml").read_text("utf-8")
    )
    return found


def recipe() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((RECIPE / "recipe.yml").read_text("utf-8"))
    return found


def test_the_recipe_uses_only_keys_of_core_10_3_1() -> None:
    assert set(recipe()) == {"name", "description", "type", "install", "config"}
    assert set(recipe()["config"]) == {"actions"}, "`strict` came with 10.4"
    assert set(recipe()["install"]) == {"node", "media", "options", "jsonapi"}
    assert (
        json.loads((RECIPE / "composer.json").read_text("utf-8"))["type"]
        == "drupal-recipe"
    )


def test_config_is_named_after_its_ids_and_has_no_uuid() -> None:
    files = sorted(path.stem for path in (RECIPE / "config").iterdir())
    assert files == [f"field.field.media.image.{FIELD}", f"field.storage.media.{FIELD}"]
    for name in files:
        data = config(name)
        assert name.endswith(data["id"])
        assert not {"uuid", "_core"} & set(data)
        assert data["langcode"] == "en"
        assert data["status"] is True


def test_storage_and_instance_fit_each_other_and_altsync() -> None:
    storage, instance = (
        config(f"field.storage.media.{FIELD}"),
        config(f"field.field.media.image.{FIELD}"),
    )
    assert storage["settings"]["allowed_values"] == [
        {"value": "human", "label": "A person"},
        {"value": "ai", "label": "A machine"},
    ]
    assert storage["settings"]["allowed_values_function"] == ""
    assert (storage["type"], storage["module"], storage["cardinality"]) == (
        "list_string",
        "options",
        1,
    )
    assert instance["field_type"] == storage["type"]
    assert (instance["entity_type"], instance["bundle"]) == (
        storage["entity_type"],
        "image",
    )
    assert instance["dependencies"] == {
        "config": [f"field.storage.media.{FIELD}", "media.type.image"],
        "module": ["options"],
    }
    assert instance["required"] is False
    assert instance["translatable"] is storage["translatable"] is True


def test_the_role_has_the_least_and_is_made_so_that_the_recipe_can_be_applied_again() -> (
    None
):
    actions = recipe()["config"]["actions"]
    assert set(actions) == {"user.role.altsync"}
    # 10.3.1 renamed ensure_exists to createIfNotExists; 12 drops the old name. Order
    # counts: made, then granted.
    assert list(actions["user.role.altsync"]) == [
        "createIfNotExists",
        "grantPermissions",
    ]
    assert actions["user.role.altsync"]["createIfNotExists"] == {"label": "altsync"}
    permissions = actions["user.role.altsync"]["grantPermissions"]
    assert permissions == ["access content", "edit any image media", "view media"]
    text = (PAGE).read_text("utf-8")
    assert all(f"`{permission}`" in text for permission in permissions)
