"""Which resource types hold content, and what a type that was given another name really
is. Pure.

The entry point lists content and configuration alike, as `type--bundle`; what has no
bundles is `x--x`, whether it is a custom content entity (`exhibit--exhibit`, 744) or
configuration (`view--view`). Configuration that is known by name costs no request; one
page of anything else tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_CONFIGURATION = frozenset(
    [
        "action",
        "base_field_override",
        "block",
        "block_content_type",
        "comment_type",
        "configurable_language",
        "contact_form",
        "crop_type",
        "date_format",
        "editor",
        "entity_browser",
        "entity_form_display",
        "entity_form_mode",
        "entity_view_display",
        "entity_view_mode",
        "field_config",
        "field_storage_config",
        "filter_format",
        "image_style",
        "jsonapi_resource_config",
        "language_content_settings",
        "media_type",
        "menu",
        "metatag_defaults",
        "node_type",
        "oauth2_scope",
        "paragraphs_type",
        "pathauto_pattern",
        "rdf_mapping",
        "redirect_domain",
        "responsive_image_style",
        "search_api_index",
        "search_api_server",
        "search_page",
        "shortcut_set",
        "taxonomy_vocabulary",
        "tour",
        "user_role",
        "view",
        "webform",
        "workflow",
    ]
)
_NO_IMAGES = frozenset(
    [
        "consumer",
        "contact_message",
        "content_moderation_state",
        "file",
        "oauth2_token",
        "path_alias",
        "redirect",
        "shortcut",
        "webform_submission",
    ]
)
"""Content that has no page and shows no image."""
_ENTITIES = {
    "node_type": "node",
    "media_type": "media",
    "taxonomy_vocabulary": "taxonomy_term",
    "paragraphs_type": "paragraph",
    "block_content_type": "block_content",
    "comment_type": "comment",
}
"""The configuration that an item's bundle relationship points to -> its entity type."""
_BY_NUMBER = {
    "drupal_internal__nid": "node",
    "drupal_internal__mid": "media",
    "drupal_internal__tid": "taxonomy_term",
    "drupal_internal__uid": "user",
    "drupal_internal__cid": "comment",
}


def may_hold_images(kind: str) -> bool:
    """False for configuration and for content that never shows an image."""
    entity, _, bundle = kind.partition("--")
    if entity in _NO_IMAGES:
        return False
    return entity != bundle or entity not in _CONFIGURATION


def entity_of(kind: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """The entity type (`node`, `media`, ...) of a resource type.

    Its name says so, but for one that jsonapi_extras renamed (`stories`): there the
    bundle relationship of an item tells (819), or its number; '' where nothing does.
    """
    entity, dashes, _ = kind.partition("--")
    if entity in _ENTITIES.values():
        return entity
    for row in rows:
        links = (row.get("relationships") or {}).values()
        told = [] if dashes else [_ENTITIES.get(_target(link), "") for link in links]
        told += [_BY_NUMBER.get(name, "") for name in row.get("attributes") or {}]
        if any(told):
            return next(filter(None, told))
    return entity if dashes else ""


def _target(link: Mapping[str, Any]) -> str:
    """The entity type that a relationship to one thing points to."""
    data = link.get("data")
    if not isinstance(data, dict):
        return ""
    return str(data.get("type")).partition("--")[0]
