"""A filter tells that an item was saved later than its copy says."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from altsync.sources.jsonapi import JsonapiSource
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.model import Entity
from tests.sources.jsonapi.world import listed, slot_id, source_of, state

PICTURE = "paragraph--picture_text.field_picture"


@pytest.fixture(scope="module")
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as made:
        paragraph(made)
        yield made


@pytest.fixture(scope="module")
def source(site: DemoDrupal) -> Iterator[JsonapiSource]:
    made = source_of(
        site,
        label=None,
        languages=("en", "nl"),
        fields=("media--image.field_media_image", PICTURE),
    )
    yield made
    made.close()


def seen(
    site: DemoDrupal, source: JsonapiSource, made: Entity, **how: Any
) -> tuple[bool, bool]:
    """Whether it is stale, as it is listed and as it is read, after a save that a copy
    from before it hides."""
    field = how.pop("field", "field_media_image")
    change: dict[str, Any] = {"alt": "New."} | how
    with site.overtaken(made):
        site.edit(made, field, **change)
    image = listed(source)[slot_id(made, site, field)]
    return source.is_stale(image), source.is_stale(image, source.fresh([image]))


def test_it_is_behind_as_long_as_it_is_stuck(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    made = site.add_media("Old.")
    assert seen(site, source, made) == (True, True)
    image = listed(source)[slot_id(made, site)]
    assert image.alt == "Old."
    assert source.fresh([image]).flats[image.id]["alt"] == "Old."
    site.ledger.clear()
    assert source.is_stale(image)
    assert len(site.ledger) == 1

    site.rebuild_caches()
    now = listed(source)[image.id]
    assert (now.alt, source.is_stale(now)) == ("New.", False)
    assert source.is_stale(image), "what was listed is older than what there is"
    assert not source.is_stale(image, source.fresh([image]))


def unpublished(site: DemoDrupal) -> Entity:
    return site.add_media("Old.", status=False, owner="admin")


def paragraph(site: DemoDrupal) -> Entity:
    return site.add_paragraph("Old.", parent=site.add_page("A page"))


@pytest.mark.parametrize(
    ("make", "how"),
    [
        (lambda site: site.add_media("Old."), {"alt": "Old."}),
        (unpublished, {}),
        (paragraph, {"field": "field_picture"}),
    ],
    ids=["saved without a change", "unpublished", "paragraph"],
)
def test_where_nobody_can_tell_it_is_not(
    site: DemoDrupal,
    source: JsonapiSource,
    make: Callable[[DemoDrupal], Entity],
    how: dict[str, Any],
) -> None:
    site.state.users["editor"].may |= {"view any unpublished content"}
    assert seen(site, source, make(site), **how) == (False, False)


def test_another_translation_that_was_saved_later_says_nothing(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    made = site.add_media("Old.")
    site.translate(made, "nl", "Oud.")
    assert seen(site, source, made, language="nl") == (False, False)


def test_an_error_and_a_type_without_the_attributes_say_nothing(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    made = site.add_media("Old.")
    assert seen(site, source, made) == (True, True)
    image = listed(source)[slot_id(made, site)]
    site.trouble(400, times=1, path="/media/image")
    assert not source.is_stale(image)
    assert not source.is_stale(dataclasses.replace(image, raw='{"changed": "soon"}'))
    known = source._schemas["media--image"]
    few = tuple(name for name in known.attributes if name != "langcode")
    source._schemas["media--image"] = dataclasses.replace(known, attributes=few)
    assert not source.is_stale(image)
    source._schemas["media--image"] = known
