"""The walk over a Drupal: without a filter, by overlapping pages, beside the walk by key
that a filter makes; and a pull of 10,000 media and 5,000 paragraphs in 3 languages."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests

from altsync.sources.jsonapi import walk
from altsync.sources.jsonapi.schema import Schema
from altsync.sources.jsonapi.walk import Query, RowPage
from benchmarks.measure import altsync, process, row
from tests.doubles.drupal import DemoDrupal

MEDIA, PARAGRAPHS, PAGES = 10_000, 5_000, 250
LANGUAGES = ("en", "nl", "de")
LATENCY = 0.233
"""Seconds that a page of 50 took a real Drupal, with a cookie session."""
SCHEMA = Schema("media--image", ("field_media_image",), "drupal_internal__mid")
FIELDS = "media--image.field_media_image", "paragraph--picture_text.field_picture"
TOML = """
[site]
url = "{url}"
source = "jsonapi"
workers = 4
[jsonapi]
user = "editor"
fields = ["{fields}"]
languages = ["{languages}"]
"""


def main() -> None:
    with DemoDrupal(media=MEDIA) as site:
        beside_keys(site)
        settle(site)
        whole_pulls(site)


@dataclass(frozen=True)
class Walked:
    """What a walk found and what it cost."""

    rows: int
    requests: int
    seconds: float


def beside_keys(site: DemoDrupal) -> None:
    """Both walks over the media, as their pages are asked for."""
    hidden = list(site.state.of("media--image").values())[::20]
    for entity in hidden:
        entity.translations["en"].attributes["status"] = False
    site.grant("editor", "view any unpublished content")
    number = SCHEMA.number
    by_key = walked(site, lambda ask: walk.by_key(ask, SCHEMA, []))
    # The first page by key has no filter yet; a filter that all pass is what it needs.
    filtered = walk.condition("all", number, ">", "0")
    by_filter = walked(site, lambda ask: walk.by_key(ask, SCHEMA, filtered))
    whole = walked(site, lambda ask: walk.whole(ask, number))
    print(
        f"  {MEDIA:,} media, {len(hidden):,} of them unpublished and seen: by key"
        f" {by_filter.rows:,} rows in {by_filter.requests} requests"
        f" ({by_filter.seconds:.1f} s), the first page unfiltered {by_key.rows:,};"
        f" whole {whole.rows:,} in {whole.requests} ({whole.seconds:.1f} s)"
    )
    most = ceil(MEDIA / walk.STEP) + 5
    row("requests of the whole walk", whole.requests, f"(at most {most})", "")
    row("rows that it misses", MEDIA - whole.rows, "(0)", "")
    row("requests against the walk by key", whole.requests / by_filter.requests, "")
    row("time against the walk by key", whole.seconds / by_filter.seconds, "")


def walked(site: DemoDrupal, pages: Callable[[walk.Ask], Iterator[RowPage]]) -> Walked:
    session = requests.Session()
    session.auth = (site.user, site.password)
    url = f"{site.url}/jsonapi/media/image"
    asked = 0

    def ask(query: Query) -> dict[str, Any]:
        nonlocal asked
        asked += 1
        wanted = [*query, ("fields[media--image]", SCHEMA.wanted())]
        found: dict[str, Any] = session.get(f"{url}?{urlencode(wanted)}").json()
        return found

    began = time.perf_counter()
    rows = sum(len(page.rows) for page in pages(ask))
    return Walked(rows, asked, time.perf_counter() - began)


def settle(site: DemoDrupal) -> None:
    """Translations, and paragraphs on pages; all of it saved long ago."""
    media = list(site.state.of("media--image").values())
    for number, entity in enumerate(media):
        if number % 3 == 0:
            site.translate(entity, LANGUAGES[1 + number % 2], "woorden")
    pages = [site.add_page(f"Page {number}") for number in range(PAGES)]
    for number in range(PARAGRAPHS):
        site.add_paragraph("", parent=pages[number % PAGES])


def whole_pulls(site: DemoDrupal) -> None:
    """A first pull, and one that asks what changed."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "altsync.toml").write_text(
            TOML.format(
                url=site.url,
                fields='", "'.join(FIELDS),
                languages='", "'.join(LANGUAGES),
            ),
            "utf-8",
        )
        site.ledger.clear()
        full = process(altsync("pull"), directory, ALTSYNC_PASSWORD=site.password)
        asked = len(site.ledger)
        site.ledger.clear()
        again = process(altsync("pull"), directory, ALTSYNC_PASSWORD=site.password)
        few = len(site.ledger)
    needed = len(LANGUAGES) * sum(
        ceil(number / walk.STEP) for number in (MEDIA, PARAGRAPHS, PAGES)
    )
    print(
        f"  {MEDIA:,} media and {PARAGRAPHS:,} paragraphs on {PAGES} pages in"
        f" {len(LANGUAGES)} languages: {asked:,} requests, {full.wall:.0f} s here,"
        f" {full.wall + LATENCY * asked:.0f} s at {LATENCY * 1000:.0f} ms a request;"
        f" what changed: {few} requests, {again.wall:.1f} s"
    )
    row("requests against what an unfiltered walk needs", asked / needed, "(<= 1.3)")
    row("peak memory of pull", full.peak, "(under 200)", "MB")
    row("requests of a pull of what changed", few, "(a few a type and language)", "")


if __name__ == "__main__":
    main()
