"""Blocks of one Layout Builder page: seen, counted apart, never written."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from altsync.errors import NeverWritten
from altsync.models import OutOfReach
from altsync.sources.jsonapi import JsonapiSource
from tests.doubles.drupal import DemoDrupal
from tests.sources.jsonapi.world import listed, send, source_of

BLOCK = "block_content--picture_block.field_block_image"


def blocks(site: DemoDrupal) -> JsonapiSource:
    return source_of(site, fields=(BLOCK,), label=None)


def test_they_are_listed_and_out_of_reach(site: DemoDrupal) -> None:
    page = site.add_page("A page")
    site.add_block("shared")
    site.add_block("inline", page=page, reusable=False)
    images = {image.alt: image for image in listed(blocks(site)).values()}
    assert images["shared"].out_of_reach is None
    assert images["inline"].out_of_reach is OutOfReach.INLINE


def test_a_mirror_from_before_does_not_get_them_written(site: DemoDrupal) -> None:
    """One PATCH, and nobody can read the block again (589, 865-869)."""
    block = site.add_block("", page=site.add_page("A page"), reusable=False)
    source = blocks(site)
    [image] = listed(source).values()
    with pytest.raises(NeverWritten, match="one Layout Builder page"):
        send(source, replace(image, out_of_reach=None), alt="A text")
    assert site.requests("PATCH") == []
    assert site.alt(block, "field_block_image") == ""


def test_a_reusable_block_is_written_as_ever(site: DemoDrupal) -> None:
    block = site.add_block("")
    source = blocks(site)
    [image] = listed(source).values()
    assert send(source, image, alt="A text")["alt"] == "A text"
    assert site.alt(block, "field_block_image") == "A text"


def test_a_paragraph_that_no_page_shows_is_not_written(site: DemoDrupal) -> None:
    """551-554: anybody could."""
    page = site.add_page("A page")
    site.add_paragraph("", parent=page, listed=False)
    field = "paragraph--picture_text.field_picture"
    source = source_of(site, fields=(field,), label=None)
    [image] = listed(source).values()
    with pytest.raises(NeverWritten, match="no page shows"):
        send(source, image, alt="A text")
    assert site.requests("PATCH") == []


def test_a_paragraph_of_a_mirror_from_before_waits_for_a_full_pull(
    site: DemoDrupal,
) -> None:
    site.add_paragraph("", parent=site.add_page("A page"), listed=False)
    field = "paragraph--picture_text.field_picture"
    source = source_of(site, fields=(field,), label=None)
    [image] = listed(source).values()
    raw = {k: v for k, v in json.loads(image.raw).items() if k != "page"}
    before = replace(image, out_of_reach=None, raw=json.dumps(raw))
    with pytest.raises(NeverWritten, match="`altsync pull --full` does"):
        send(source, before, alt="A text")
    assert site.requests("PATCH") == []


def test_a_paragraph_is_written_as_ever(site: DemoDrupal) -> None:
    made = site.add_paragraph("", parent=site.add_page("A page"))
    field = "paragraph--picture_text.field_picture"
    source = source_of(site, fields=(field,), label=None)
    [image] = listed(source).values()
    assert send(source, image, alt="A text")["alt"] == "A text"
    assert site.alt(made, "field_picture") == "A text"


def test_a_paragraph_without_a_parent_is_not_written(site: DemoDrupal) -> None:
    """Drupal lets anybody change it (553, 554, 652): that proves nothing."""
    site.add_paragraph("", parent=None)
    field = "paragraph--picture_text.field_picture"
    source = source_of(site, fields=(field,), label=None)
    [image] = listed(source).values()
    with pytest.raises(NeverWritten, match="no page shows"):
        send(source, replace(image, out_of_reach=None), alt="A text")
    assert site.requests("PATCH") == []
