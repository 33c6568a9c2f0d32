"""A demonstration Drupal with a source on it, for the tests of this package."""

from __future__ import annotations

import dataclasses
from typing import Any

from altsync.models import Flat, SiteImage
from altsync.sources.credentials import Basic
from altsync.sources.jsonapi import JsonapiSource
from altsync.sources.kinds import JsonapiConfig, LabelField
from altsync.sources.tries import Patience
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.content import add_accounts, image_field_settings
from tests.doubles.drupal.model import Entity, State

QUICK = Patience(attempts=2, backoff=0.001, retry_after_cap=0.01)
LABEL = LabelField("field_alt_source", ai="ai", human="human")
MEDIA = "media--image.field_media_image"
GALLERY = "node--article.field_gallery"
FIELDS = (MEDIA, "node--article.field_image", GALLERY)
PASSWORD = "editor-lab-pass"


def state(*, label_on_nodes: bool = False) -> State:
    made = State()
    add_accounts(made)
    image_field_settings(made)
    if label_on_nodes:
        kind = made.types["node--article"]
        made.types["node--article"] = dataclasses.replace(
            kind,
            attributes=kind.attributes | {"field_alt_source"},
            choices={"field_alt_source": ("ai", "human")},
        )
    return made


def source_of(
    site: DemoDrupal,
    *,
    secret: str | None = PASSWORD,
    url: str = "",
    front: Basic | None = None,
    **config: Any,
) -> JsonapiSource:
    """A source logged in as editor by cookie, unless told otherwise."""
    given: dict[str, Any] = {
        "fields": FIELDS,
        "label": LABEL,
        "login": "cookie",
        "user": "editor",
    } | config
    return JsonapiSource(
        url or site.url,
        JsonapiConfig(**given),
        secret=secret,
        front=front,
        patience=QUICK,
        timeout=30,
    )


def listed(source: JsonapiSource, since: str | None = None) -> dict[str, SiteImage]:
    found = {}
    for item in source.listing(since):
        assert isinstance(item, SiteImage), item
        assert since or item.id not in found, "what changed may be found twice"
        found[item.id] = item
    return found


def slot_id(
    entity: Entity,
    site: DemoDrupal,
    field: str = "field_media_image",
    item: int = 0,
    language: str = "",
) -> str:
    """The id that the documentation promises, worked out without the code under test."""
    chosen = language or entity.original
    items = site.items(entity, field, chosen)
    file = items[item]["meta"]["drupal_internal__target_id"]
    before = [i["meta"]["drupal_internal__target_id"] for i in items[:item]].count(file)
    return f"{entity.type}.{field}/{entity.id}.{chosen}.{file}" + (
        f".{before}" if before else ""
    )


def send(
    source: JsonapiSource,
    image: SiteImage,
    message: str = "altsync: a test",
    **texts: Any,
) -> Flat:
    """Read fresh, change, write; what the site confirms."""
    fresh = source.fresh([image])
    new: Any = {**fresh.flats[image.id], **texts}
    return source.write(fresh, {image.id: new}, message)[image.id]
