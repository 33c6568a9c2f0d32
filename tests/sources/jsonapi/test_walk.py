"""The listing: every row once, none invented, none concluded gone that is only hidden."""

from __future__ import annotations

import json
import resource
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from altsync.errors import (
    BadAnswer,
    ConfigError,
    LoginFailed,
    NotThere,
    Rejected,
    SourceError,
)
from altsync.models import Label, SiteImage
from altsync.pull import Pull, since_last
from altsync.sources.base import Unread
from altsync.sources.jsonapi import JsonapiSource, walk
from altsync.sources.jsonapi.where import Addresses
from altsync.stage import Context
from altsync.store import mirror
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.model import iso
from tests.sources.jsonapi.world import MEDIA, listed, send, slot_id, source_of, state


def queries(site: DemoDrupal, path: str = "/jsonapi/media/image") -> list[str]:
    return [
        unquote(seen.query)
        for seen in site.ledger
        if seen.method == "GET" and seen.path == path
    ]


def hidden(listing: Any) -> set[str]:
    """The entities that a listing could not see, in English."""
    return {entity for entity, language in listing.hidden if language == "en"}


def test_null_and_empty_stay_apart(site: DemoDrupal, source: JsonapiSource) -> None:
    texts = [None, "", "0", " ", "null", "e\u0301\u200d\n\t\r\n ", "<b>&\"'/"]
    for text in texts:
        site.add_media(text)
    assert [image.alt for image in listed(source).values()] == texts


def test_ids_are_typeable_and_say_what_they_name(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    site.add_media("words")
    assert list(listed(source)) == ["media--image.field_media_image/1.en.1"]


def test_a_listed_image_and_a_read_one_are_the_same(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    site.add_media("words", label="ai", caption="A caption", title="T")
    site.add_article("Story", ["a", None], alias="/stories/one")
    for image in listed(source).values():
        assert source.read(image.id) == image
        assert source.fresh([image]).flats == {image.id: image.flat()}


def test_pages_are_asked_for_without_a_filter_overlapping_and_sparsely(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    for _ in range(120):
        site.add_media("")
    assert len(listed(source)) == 120
    pages = [q for q in queries(site) if "include=" in q]
    assert [q.split("page[offset]=")[1].split("&")[0] for q in pages] == [
        "0",
        "45",
        "90",
    ]
    asked = [q for q in queries(site) if "page[limit]=1&" not in q]
    assert not any("filter" in q for q in asked)  # but for what a field is
    assert all("sort=drupal_internal__mid" in q for q in pages)
    assert all("fields[media--image]=" in q and "page[limit]=50" in q for q in pages)


def test_rows_added_and_deleted_meanwhile_skip_and_repeat_nothing(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entities = [site.add_media(f"{n}") for n in range(130)]
    walk = iter(source.listing())
    seen = [next(walk) for _ in range(10)]
    site.delete(entities[3])  # an offset walk would now skip one row of the next page
    site.edit(entities[100], alt="edited, so changed moves")
    late = site.add_media("late")
    seen += list(walk)
    ids = [item.id for item in seen if isinstance(item, SiteImage)]
    assert len(ids) == len(set(ids))
    assert {slot_id(e, site) for e in [*entities[:3], *entities[4:], late]} <= set(ids)


@pytest.mark.parametrize("how", ["repeat", "empty"])
def test_a_list_without_an_end_is_left_and_nothing_is_gone(
    site: DemoDrupal, source: JsonapiSource, tmp_path: Path, how: Any
) -> None:
    """A cache that ignores the query repeats the first page; it must not be believed,
    nor may a later pull ask only for what changed since."""
    for n in range(60):
        site.add_media(f"words {n}")
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        store.claim(site.url, "jsonapi")
        assert Pull(Context(source, store)).run().complete
        before = since_last(store)
        site.ledger.clear()
        site.switches.endless = how
        with pytest.raises(BadAnswer, match="3 pages in a row brought nothing new"):
            Pull(Context(source, store)).run()
        assert len(site.requests("GET")) < 20
        states = mirror.images(store.conn, "1", order="i.id")
        assert not any(row.gone_at for row in states)
        assert since_last(store) == before
        site.switches.endless = ""
        assert Pull(Context(source, store)).run().complete


def test_a_list_without_an_end_cannot_be_counted(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    site.add_media("words")
    site.switches.endless = "repeat"
    notes = source.probe()
    assert any(
        "do not end, so its items cannot be counted" in n.sentence for n in notes
    )


def test_many_hidden_rows_in_a_row_are_no_end(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    """Pages without a row that this login sees, each naming what it hides."""
    for n in range(260):
        site.add_media("", status=n >= 230)
    listing = source.listing()
    assert len(list(listing)) == 30
    assert listing.complete
    assert len(hidden(listing)) == 230


def test_hidden_rows_are_found_and_not_concluded_gone(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    for n in range(70):
        site.add_media("", status=n not in (5, 66))
    listing = source.listing()
    assert len(list(listing)) == 68
    assert listing.complete
    uuids = {site.entity("media--image", n).uuid for n in (6, 67)}
    assert hidden(listing) == {f"media--image/{uuid}" for uuid in uuids}
    assert "2 items are hidden" in listing.notes[0]
    assert "/drupal.html#unpublished" in listing.notes[0]


def test_a_pull_keeps_what_is_hidden_and_marks_gone_what_is_deleted(
    site: DemoDrupal, source: JsonapiSource, tmp_path: Path
) -> None:
    entities = [site.add_media(f"words {n}") for n in range(30)]
    ids = [slot_id(entity, site) for entity in entities]
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        store.claim(site.url, "jsonapi")
        assert Pull(Context(source, store)).run().complete
        site.edit(entities[3], attributes={"status": False})
        site.delete(entities[7])
        outcome = Pull(Context(source, store)).run()
        assert outcome.complete
        assert outcome.counts["gone"] == 1
        gone = [row.image.id for row in mirror.named(store.conn, ids) if row.gone_at]
        assert gone == [ids[7]]
        assert "1 item is hidden" in outcome.notes[0]


def test_an_item_that_is_published_during_the_walk_is_not_taken_for_gone(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entities = [site.add_media("", status=n != 3) for n in range(60)]
    listing = source.listing()
    walk = iter(listing)
    next(walk)
    entities[3].translations["en"].attributes["status"] = True  # its page has gone by
    list(walk)
    assert hidden(listing) == {f"media--image/{entities[3].uuid}"}


def test_an_administrator_sees_every_row(site: DemoDrupal) -> None:
    for n in range(60):
        site.add_media("", status=n % 2 == 0)
    source = source_of(
        site, user="mediaadmin", secret="mediaadmin-lab-pass", fields=(MEDIA,)
    )
    listing = source.listing()
    assert len(list(listing)) == 60
    assert listing.complete


def test_a_page_without_a_visible_row_does_not_end_the_walk(site: DemoDrupal) -> None:
    """Rows that a module hides after the query: 100 in a row, so a page is empty and
    has a `next`."""
    entities = [site.add_media("words") for _ in range(130)]
    site.deny(*entities[10:110])
    source = source_of(site, fields=(MEDIA,))
    listing = source.listing()
    found = [item.id for item in listing if isinstance(item, SiteImage)]
    assert found == [
        slot_id(entity, site) for entity in [*entities[:10], *entities[110:]]
    ]
    assert listing.complete
    assert len(listing.hidden) == 200, "each in English and without a language"
    source.close()


def collection(pages: dict[int, tuple[list[str], bool]]) -> walk.Ask:
    """Pages by their offset: (uuids, is there a next one)."""

    def ask(query: walk.Query) -> dict[str, Any]:
        uuids, more = pages[int(dict(query)["page[offset]"])]
        rows = [{"id": uuid, "type": "media--image"} for uuid in uuids]
        return {"data": rows, "links": {"next": {"href": "x"}} if more else {}}

    return ask


def test_a_page_that_names_nothing_and_a_next_is_not_believed() -> None:
    """Drupal names the rows that it drops (034): a gap that nobody explains is told."""
    ask = collection({0: (["a"], True), 45: ([], True), 90: (["b"], False)})
    with pytest.raises(walk.Endless):
        list(walk.whole(ask, "id"))


def test_deleted_files_missing_bytes_and_empty_fields_each_have_an_outcome(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    dead, gone, empty, good = (
        site.add_media(text) for text in ("dead", "gone", "empty", "good")
    )
    site.delete_file(dead)
    site.lose_bytes(gone)
    empty.translations["en"].relationships["field_media_image"] = None
    listing = source.listing()
    images = {item.id: item for item in listing if isinstance(item, SiteImage)}
    assert set(images) == {slot_id(gone, site), slot_id(good, site)}
    assert listing.complete
    assert "1 image field item(s) point to a deleted file" in listing.notes[0]
    with pytest.raises(NotThere):
        source.pixels(images[slot_id(gone, site)])
    assert source.pixels(images[slot_id(good, site)]).startswith(b"\x89PNG")


def test_an_alt_is_never_read_from_the_thumbnail(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entity = site.add_media("old")
    site.edit(entity, alt="new")
    assert entity.translations["en"].relationships["thumbnail"]["meta"]["alt"] == "old"
    assert [image.alt for image in listed(source).values()] == ["new"]


def test_a_field_without_alt_is_unread_and_stops_nothing(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    odd, good = site.add_media("odd"), site.add_media("good")
    del site.items(odd, "field_media_image")[0]["meta"]["alt"]
    listing = source.listing()
    found = list(listing)
    assert [type(item) for item in found] == [Unread, SiteImage]
    assert "1 item(s) could not be read" in listing.notes[0]
    assert [item.id for item in found if isinstance(item, SiteImage)] == [
        slot_id(good, site)
    ]


def test_a_field_that_the_login_may_not_see_is_said(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entity = site.add_media("words")
    del entity.translations["en"].relationships["field_media_image"]
    listing = source.listing()
    assert list(listing) == []
    assert hidden(listing) == {f"media--image/{entity.uuid}"}
    assert "media--image.field_media_image is not shown" in listing.notes[-1]


def test_translations_are_images_of_their_own_and_fallback_makes_none(
    site: DemoDrupal,
) -> None:
    both, english = site.add_media("A bicycle."), site.add_media("Only English.")
    site.translate(both, "nl", "Een fiets.", name="Fiets")
    source = source_of(site, languages=("en", "nl"), fields=(MEDIA,))
    listing = source.listing()
    images = [item for item in listing if isinstance(item, SiteImage)]
    assert {
        image.id: (image.alt, image.language, image.page_title) for image in images
    } == {
        slot_id(both, site): (
            "A bicycle.",
            "en",
            both.translations["en"].attributes["name"],
        ),
        slot_id(english, site): (
            "Only English.",
            "en",
            english.translations["en"].attributes["name"],
        ),
        slot_id(both, site, language="nl"): ("Een fiets.", "nl", "Fiets"),
    }
    assert listing.complete
    assert len({image.entity for image in images}) == 2
    for image in images:
        assert source.read(image.id) == image


def test_an_item_in_another_language_only_is_said(site: DemoDrupal) -> None:
    entity = site.add_media("Alleen Nederlands.")
    translation = entity.translations.pop("en")
    translation.attributes["langcode"] = "nl"
    entity.translations["nl"], entity.original = translation, "nl"
    source = source_of(site, fields=(MEDIA,))
    listing = source.listing()
    assert list(listing) == []
    assert "1 item(s) are in `nl` only" in listing.notes[0]
    assert "/drupal.html#languages" in listing.notes[0]


def test_language_neutral_items_are_images_without_a_language(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entity = site.add_media("words")
    translation = entity.translations.pop("en")
    translation.attributes["langcode"] = "und"
    entity.translations["und"], entity.original = translation, "und"
    (image,) = listed(source).values()
    assert image.language is None
    assert image.id.endswith("/1.und.1")
    assert source.read(image.id) == image
    # Such an item is not translatable, so no address is the wrong one for it.
    assert send(source, image, alt="new")["alt"] == "new"
    assert site.alt(entity, language="und") == "new"


def test_a_language_that_the_site_does_not_speak_is_an_error_with_a_paragraph(
    site: DemoDrupal,
) -> None:
    source = source_of(site, languages=("en", "fr"))
    with pytest.raises(ConfigError, match=r"names `fr`.*/drupal\.html#languages"):
        list(source.listing())


def test_context_is_mirrored(site: DemoDrupal, source: JsonapiSource) -> None:
    site.add_article(
        "The harbour",
        ["", ""],
        alias="/harbour",
        body="<p>Boats &amp; <b>cranes</b></p><p>at dawn</p>",
    )
    site.add_media("", name="Crane", caption="A crane lifts a boat")
    images = listed(source)
    story = images["node--article.field_image/1.en.1"]
    assert (story.page_title, story.page_text) == (
        "The harbour",
        "Boats & cranes\nat dawn",
    )
    assert story.page_url == f"{site.url}/harbour"
    media = next(image for image in images.values() if image.album == MEDIA)
    assert (media.page_title, media.caption) == ("Crane", "A crane lifts a boat")
    assert media.image_url is not None
    assert media.image_url.startswith(f"{site.url}/sites/default/files/2024-03/")
    assert (media.width, media.height) == (64, 48)
    raw = json.loads(media.raw)
    assert raw["uuid"] == site.entity("media--image", 1).uuid
    assert raw["meta"]["alt"] == ""


def test_addresses_of_the_site_lose_a_login_and_keep_what_signs_them() -> None:
    """A signature is needed to fetch the picture; a login would be sent to nobody."""
    url = "https://me:hunter2@cdn.example/a.jpg?itok=Ab3&X-Amz-Signature=0123"
    assert Addresses("https://site.example").of(url) == (
        "https://cdn.example/a.jpg?itok=Ab3&X-Amz-Signature=0123"
    )


def test_file_names_with_odd_letters_can_be_fetched(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entity = site.add_media("")
    next(iter(site.state.files.values())).uri = "public://2024-03/a b+c %20#1 日本.png"
    (image,) = listed(source).values()
    assert source.pixels(image).startswith(b"\x89PNG")
    assert entity.id == 1


def test_private_files_go_with_the_login_and_only_to_the_site(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    # A private file is for whoever sees what shows it (799, 801, 803).
    site.add_media("", private=True, status=False)
    site.grant("editor", "view any unpublished content")
    (image,) = listed(source).values()
    assert source.pixels(image).startswith(b"\x89PNG")
    anonymous = source_of(site, login="none", secret=None)
    with pytest.raises(SourceError):
        anonymous.pixels(image)
    with DemoDrupal(state=state()) as other:
        elsewhere = SiteImage(
            id=image.id,
            album="",
            name="",
            alt=None,
            image_url=f"{other.url}/system/files/x.png",
        )
        with pytest.raises(SourceError):
            source.pixels(elsewhere)
        assert [seen.authorization for seen in other.ledger] == [False]


def test_an_incremental_walk_asks_in_seconds_with_overlap(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    old, new = site.add_media("old"), site.add_media("new")
    for entity, moment in ((old, 1_779_990_000), (new, 1_780_000_000 - 200)):
        entity.translations["en"].attributes["changed"] = iso(moment)
    listing = source.listing(iso(1_780_000_000))
    assert {item.id for item in listing if isinstance(item, SiteImage)} == {
        slot_id(new, site)
    }
    assert not listing.complete
    asked = [q for q in queries(site) if "[path]=changed" in q]
    assert asked
    assert all("[value]=1779999700" in q and "[operator]=>=" in q for q in asked)


def test_a_person_who_saves_is_in_the_next_incremental_walk(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    entity = site.add_media("old")
    site.add_media("not touched")
    site.edit(entity, alt="")
    assert list(listed(source, iso(site.clock.now - 1))) == [slot_id(entity, site)]


def test_wrong_links_of_a_bad_proxy_are_not_followed(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    for _ in range(60):
        site.add_media("")
    with DemoDrupal(state=state()) as other:
        site.switches.links_origin = other.url
        assert len(listed(source)) == 60
        assert other.ledger == []


@pytest.mark.parametrize(
    ("prefix", "base_path"),
    [("/api", ""), ("/jsonapi", "/sub/drupal"), ("/api/v1", "/sub")],
)
def test_a_renamed_prefix_and_a_sub_path(prefix: str, base_path: str) -> None:
    with DemoDrupal(state=state(), prefix=prefix, base_path=base_path) as site:
        entity = site.add_media("words")
        site.translate(entity, "nl", "woorden")
        source = source_of(site, prefix=prefix, languages=("en", "nl"))
        assert [image.alt for image in listed(source).values()] == ["words", "woorden"]
        assert source.pixels(next(iter(listed(source).values())))


def test_a_login_that_ends_during_the_walk_makes_it_partial(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    for _ in range(60):
        site.add_media("")
    listing = source.listing()
    walk = iter(listing)
    next(walk)
    site.switches.silent_ends = True
    site.end_sessions()
    with pytest.raises(LoginFailed, match="ended while media--image was read"):
        list(walk)
    assert not listing.complete


def test_a_broken_page_makes_the_walk_partial(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    site.add_media("")
    list(source.listing())
    site.trouble(500, times=1000, methods=("GET",), path="/media/image")
    listing = source.listing()
    with pytest.raises(SourceError):
        list(listing)
    assert not listing.complete


def test_short_trouble_is_sat_out(site: DemoDrupal, source: JsonapiSource) -> None:
    site.add_media("words")
    source.check()
    site.trouble(503, times=1, methods=("GET",))
    assert len(listed(source)) == 1


def test_an_unknown_type_is_an_error_that_names_what_there_is(site: DemoDrupal) -> None:
    source = source_of(site, fields=("media--picture.field_x",))
    with pytest.raises(
        ConfigError, match=r"no resource type `media--picture`\. It has media--audio"
    ):
        list(source.listing())


def test_an_unknown_field_is_an_error_that_names_what_there_is(
    site: DemoDrupal,
) -> None:
    site.add_media("words")  # a type without rows does not look at `include` (500)
    source = source_of(site, fields=("media--image.field_x",))
    with pytest.raises(
        Rejected, match=r"`field_x` is not a valid relationship.*field_media_image"
    ):
        list(source.listing())


@pytest.mark.parametrize(
    "entry", ["media--image", "media--image.", "media--image.a.b", ".x", "a/b.x"]
)
def test_an_entry_of_another_form_is_refused(site: DemoDrupal, entry: str) -> None:
    with pytest.raises(ConfigError, match=r"jsonapi\.fields holds"):
        source_of(site, fields=(entry,))


def test_a_type_that_the_site_does_not_have_is_said(site: DemoDrupal) -> None:
    with pytest.raises(ConfigError, match=r"has no resource type `image`"):
        list(source_of(site, fields=("image.field",)).listing())


def test_no_field_is_refused(site: DemoDrupal) -> None:
    with pytest.raises(ConfigError, match=r"jsonapi\.fields is empty"):
        source_of(site, fields=(), texts=False).listing()


def test_a_label_that_is_neither_protects(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    for label in ("ai", "human", "stock", None):
        site.add_media("words", label=label)
    assert [i.label for i in listed(source).values()] == [
        Label.AI,
        Label.HUMAN,
        Label.HUMAN,
        None,
    ]
    assert all(image.has_label for image in listed(source).values())


@pytest.mark.slow
def test_ten_thousand_items_cost_few_requests_and_little_memory() -> None:
    """Memory is asked of the process, with the demonstration site in it: an upper bound."""
    with DemoDrupal(media=10_000) as site:
        source = source_of(site, fields=(MEDIA,))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        listing = source.listing()
        count = sum(1 for _ in listing)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
        assert count == 10_000
        assert listing.complete
        assert (
            len([seen for seen in site.ledger if seen.path == "/jsonapi/media/image"])
            <= ceil(10_000 / walk.STEP) + 5
        )
        assert grown < 100_000_000
        source.close()
