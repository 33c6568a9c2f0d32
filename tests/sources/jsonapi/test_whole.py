"""A walk over all rows misses none of them, whatever happens meanwhile; and no more than
a few requests see what changed."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altsync.models import SiteImage
from altsync.sources.base import Unread
from altsync.sources.jsonapi import JsonapiSource, walk
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.model import Entity, iso
from tests.lengths import LENGTH
from tests.sources.jsonapi.world import MEDIA, PASSWORD, slot_id, source_of, state

PARAGRAPH = "paragraph--picture_text.field_picture"
PATHS = ("/media/image", "/paragraph/picture_text")
SEES_ALL = ("view any unpublished content", "view unpublished paragraphs")


class Rows:
    """A collection of a site, sorted by number: what becomes of it between two pages is
    said beforehand."""

    def __init__(self, number: int, meanwhile: list[list[int]]) -> None:
        self.rows = list(range(number))
        self.there_all_along = set(self.rows)
        self.asked = 0
        self._meanwhile = iter(meanwhile)
        self._numbers = itertools.count(number)

    def ask(self, query: walk.Query) -> dict[str, Any]:
        asked = dict(query)
        offset, limit = int(asked["page[offset]"]), int(asked["page[limit]"])
        page = self.rows[offset : offset + limit]
        more = len(self.rows) > offset + limit
        seen = [{"id": str(row), "type": "x--x"} for row in page if row % 7]
        hidden = {f"item:{row}": {"href": f"/x/{row}"} for row in page if not row % 7}
        self.asked += 1
        for place in next(self._meanwhile, ()):
            if place < 0:
                self.rows.append(next(self._numbers))
            elif self.rows:
                self.there_all_along.discard(self.rows.pop(place % len(self.rows)))
        return {
            "data": seen,
            "meta": {"omitted": {"links": hidden}},
            "links": {"next": {"href": "?"}} if more else {},
        }


def met(rows: Rows) -> list[int]:
    found = []
    for page in walk.whole(rows.ask, "number"):
        found += [int(row["id"]) for row in page.rows]
        found += [int(uuid) for uuid in page.hidden]
    return found


@settings(deadline=None, max_examples=120)
@given(
    st.integers(0, 400),
    st.lists(st.lists(st.integers(-1, 400), max_size=120), max_size=12),
)
def test_no_row_is_missed_and_none_met_twice(
    number: int, meanwhile: list[list[int]]
) -> None:
    rows = Rows(number, meanwhile)
    found = met(rows)
    assert rows.there_all_along <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("number", [0, 1, 45, 50, 51, 95, 96, 337, 10_000])
def test_a_still_site_costs_a_request_for_each_45_rows(number: int) -> None:
    rows = Rows(number, [])
    assert sorted(met(rows)) == list(range(number))
    assert rows.asked <= ceil(number / walk.STEP) + 1


def test_many_rows_that_go_at_once_are_stepped_back_over() -> None:
    """A person deletes most of what was walked already, in bulk."""
    meanwhile: list[list[int]] = [[] for _ in range(9)] + [[0] * 400]
    rows = Rows(900, meanwhile)
    found = met(rows)
    assert rows.there_all_along <= set(found)
    assert rows.asked < 2 * 900 / walk.STEP


def test_a_collection_that_repeats_itself_ends() -> None:
    def ask(query: walk.Query) -> dict[str, Any]:
        rows = [{"id": str(n), "type": "x--x"} for n in range(50)]
        return {"data": rows, "links": {"next": {"href": "?"}}}

    with pytest.raises(walk.Endless, match="3 pages in a row brought nothing new"):
        list(walk.whole(ask, "number"))


# Over the fake, with edits and deletes in between.


@pytest.fixture
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as running:
        running.grant("editor", *SEES_ALL)
        yield running


def found_by(listing: Any) -> set[str]:
    ids = [item.id for item in listing if isinstance(item, SiteImage)]
    return set(ids)


def meddle(site: DemoDrupal, media: list[Entity], dice: random.Random) -> None:
    """People are at work: none of them at the pictures that are there all along."""
    for _ in range(dice.randrange(8)):
        what = dice.choice(("delete", "edit", "hide", "show", "add"))
        if what == "add":
            media.append(site.add_media("late"))
            continue
        if not media:
            return
        one = dice.choice(media)
        if what == "delete":
            media.remove(one)
            site.delete(one)
        elif what == "edit":
            site.edit(one, alt=f"edited {dice.random()}")
        else:
            site.edit(one, attributes={"status": what == "show"})


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(16 * LENGTH))
def test_random_walks_miss_no_row(site: DemoDrupal, seed: int) -> None:
    """Every item that is on the site from beginning to end is listed, in each of its
    languages, published or not; 160 walks in `make soak`."""
    dice = random.Random(seed)
    every = [site.add_media("words") for _ in range(120 + dice.randrange(120))]
    page = site.add_page("A page")
    paragraphs = [
        site.add_paragraph("words", parent=page) for _ in range(60 + dice.randrange(60))
    ]
    for entity in every:
        if dice.random() < 0.2:
            site.translate(entity, "nl", "woorden")
        if dice.random() < 0.1:
            site.edit(entity, attributes={"status": False})
    dice.shuffle(every)
    steady = every[: len(every) // 2]
    others = every[len(every) // 2 :]
    wanted = {
        slot_id(entity, site, language=language)
        for entity in steady
        for language in entity.translations
    }
    wanted |= {slot_id(one, site, "field_picture") for one in paragraphs[::2]}
    doomed = paragraphs[1::2]
    source = source_of(site, fields=(MEDIA, PARAGRAPH), languages=("en", "nl"))
    found = set()
    listing = source.listing()
    for number, item in enumerate(listing):
        assert not isinstance(item, Unread)
        assert isinstance(item, SiteImage)
        found.add(item.id)
        if number % 40 == 0:
            meddle(site, others, dice)
            if doomed and dice.random() < 0.5:
                site.delete(doomed.pop(dice.randrange(len(doomed))))
    assert listing.complete
    assert wanted <= found
    source.close()


def test_unpublished_items_that_the_login_sees_are_listed_past_page_one(
    site: DemoDrupal,
) -> None:
    """13 of 50 in the recordings (695): a filter hid every one of them (692)."""
    every = [site.add_media("words", status=n % 3 != 0) for n in range(120)]
    source = source_of(site, fields=(MEDIA,))
    listing = source.listing()
    assert found_by(listing) == {slot_id(entity, site) for entity in every}
    assert listing.complete
    assert listing.hidden == set()


def test_all_paragraphs_are_listed(site: DemoDrupal) -> None:
    """Any filter finds none of them (504-514): only the first 50 were pulled."""
    page = site.add_page("A page")
    every = [site.add_paragraph("words", parent=page) for _ in range(110)]
    source = source_of(site, fields=(PARAGRAPH,))
    found = found_by(source.listing())
    assert found == {slot_id(entity, site, "field_picture") for entity in every}


# What changed since.


def asked_for(
    site: DemoDrupal, source: JsonapiSource, since: str
) -> tuple[set[str], int]:
    """(the images that an incremental walk lists, the requests for what has them)."""
    found_by(source.listing(since))  # what is learnt once in the life of a source
    site.ledger.clear()
    found = found_by(source.listing(since))
    return found, len([seen for seen in site.ledger if seen.path.endswith(PATHS)])


def aged(site: DemoDrupal, entities: list[Entity], when: str = "changed") -> None:
    """They were all saved long ago."""
    for entity in entities:
        for text in entity.translations.values():
            text.attributes[when] = iso(site.clock.now - 1_000_000)


@pytest.mark.parametrize("languages", [(), ("en", "nl")])
def test_a_quiet_day_costs_two_requests_a_type_and_language(
    site: DemoDrupal, languages: tuple[str, ...]
) -> None:
    every = [site.add_media("words", status=n % 2 == 0) for n in range(300)]
    aged(site, every)
    source = source_of(site, fields=(MEDIA,), languages=languages)
    found, requests = asked_for(site, source, iso(site.clock.now))
    assert found == set()
    assert requests <= 2 * max(1, len(languages))


def test_an_unpublished_item_that_was_saved_since_is_listed(site: DemoDrupal) -> None:
    every = [site.add_media("words", status=n % 2 == 0) for n in range(200)]
    aged(site, every)
    now = site.clock.now
    site.edit(every[1], alt="of an unpublished one")
    site.edit(every[2], alt="of a published one")
    source = source_of(site, fields=(MEDIA,))
    found, requests = asked_for(site, source, iso(now))
    assert found == {slot_id(every[1], site), slot_id(every[2], site)}
    assert requests <= 4


def test_more_unpublished_items_than_a_page_are_listed(site: DemoDrupal) -> None:
    every = [site.add_media("words", status=n % 2 == 0) for n in range(260)]
    aged(site, every)
    now = site.clock.now
    for entity in every:
        site.edit(entity, alt="all of them")
    source = source_of(site, fields=(MEDIA,))
    found, _ = asked_for(site, source, iso(now))
    assert found == {slot_id(entity, site) for entity in every}


def test_items_of_a_type_that_filters_never_find_are_listed(site: DemoDrupal) -> None:
    """A module's own type without a rule for queries (source): it has `changed`, and no
    `status`."""
    every = [site.add_custom("words") for _ in range(130)]
    aged(site, every)
    now = site.clock.now
    site.edit(every[77], "picture", alt="new")
    source = source_of(site, fields=("exhibit--exhibit.picture",))
    found = found_by(source.listing(iso(now)))
    assert found == {slot_id(every[77], site, "picture")}


def test_paragraphs_that_were_saved_since_are_listed(site: DemoDrupal) -> None:
    """They have no `changed`; what content translation keeps is sorted by (872)."""
    page = site.add_page("A page")
    every = [site.add_paragraph("words", parent=page) for _ in range(150)]
    aged(site, every, "content_translation_changed")
    every[120].translations["en"].attributes["content_translation_changed"] = iso(
        site.clock.now
    )
    source = source_of(site, fields=(PARAGRAPH,))
    found, requests = asked_for(site, source, iso(site.clock.now - 10))
    assert found == {slot_id(every[120], site, "field_picture")}
    assert requests == 2, "one has news, one has none"


def test_paragraphs_that_nothing_dates_are_all_listed(site: DemoDrupal) -> None:
    page = site.add_page("A page")
    every = [site.add_paragraph("words", parent=page) for _ in range(70)]
    for entity in every:
        del entity.translations["en"].attributes["content_translation_changed"]
    source = source_of(site, fields=(PARAGRAPH,))
    found, requests = asked_for(site, source, iso(site.clock.now + 1_000))
    assert len(found) == 70
    assert requests == 2


@pytest.mark.parametrize(("many", "one"), [("nl", "en"), ("en", "nl")])
def test_a_translation_that_was_saved_since_is_listed(
    site: DemoDrupal, many: str, one: str
) -> None:
    """The item sorts by the latest of its translations: in another language it looks
    old."""
    every = [site.add_media("words", status=False) for _ in range(120)]
    for entity in every:
        site.translate(entity, "nl", "woorden")
    aged(site, every)
    now = site.clock.now
    site.edit(every[100], language=one, alt="new")
    for entity in every[:70]:
        site.edit(entity, language=many, alt="new")
    source = source_of(site, fields=(MEDIA,), languages=("en", "nl"))
    found, _ = asked_for(site, source, iso(now))
    bulk = {slot_id(entity, site, language=many) for entity in every[:70]}
    assert found == bulk | {slot_id(every[100], site, language=one)}


def test_what_a_login_does_not_see_costs_no_walk_over_it(site: DemoDrupal) -> None:
    """Hidden items say nothing of when they changed: one page of them is enough."""
    every = [site.add_media("words", status=n >= 280) for n in range(300)]
    aged(site, every)
    site.add_account("reader", "access content", "view media")
    source = source_of(
        site,
        fields=(MEDIA,),
        user="reader",
        secret=PASSWORD.replace("editor", "reader"),
    )
    _, requests = asked_for(site, source, iso(site.clock.now))
    assert requests <= 3
