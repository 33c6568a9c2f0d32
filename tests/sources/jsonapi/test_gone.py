"""What a Drupal's lists do not name any more: gone, hidden, left out, or there after all;
through a whole pull."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync import clock
from altsync.errors import BadAnswer, Challenged, Hidden
from altsync.pull import Pull, Pulled
from altsync.sources.jsonapi import JsonapiSource
from altsync.stage import Context
from altsync.store import mirror
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.editor import img
from tests.doubles.drupal.model import Entity
from tests.doubles.drupal.scenes import upload
from tests.sources.jsonapi.world import (
    FIELDS,
    GALLERY,
    MEDIA,
    listed,
    slot_id,
    source_of,
)


@pytest.fixture
def store(site: DemoDrupal, tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "altsync.db", create=True) as opened:
        opened.claim(site.url, "jsonapi")
        yield opened


@pytest.fixture
def media(site: DemoDrupal) -> list[Entity]:
    return [site.add_media(f"words {n}") for n in range(40)]


def pull(source: JsonapiSource, store: Store, **how: Any) -> Pulled:
    return Pull(Context(source, store, threads=2), **how).run()


def states(store: Store, *ids: str) -> list[str]:
    with store.read() as conn:
        found = {one.image.id: str(one.state) for one in mirror.named(conn, ids)}
    return [found[image_id] for image_id in ids]


def test_what_grants_hide_is_named_nowhere_and_is_not_gone(
    site: DemoDrupal, source: JsonapiSource, store: Store, media: list[Entity]
) -> None:
    """No list names it, no list omits it (696); a GET says 403 (699)."""
    hidden, gone = (site.add_article(name, ["words"]) for name in ("One", "Two"))
    pull(source, store)
    site.hide_by_grants(hidden)
    site.delete(gone)
    done = pull(source, store)
    assert (done.counts["hidden"], done.counts["gone"]) == (2, 2)
    assert states(store, slot_id(hidden, site, "field_gallery")) == ["hidden"]
    assert len(site.requests("GET", f"/node/article/{hidden.uuid}")) == 2, (
        "once for each field"
    )


def test_what_a_list_omits_is_not_asked_for(
    site: DemoDrupal, source: JsonapiSource, store: Store, media: list[Entity]
) -> None:
    pull(source, store)
    site.deny(*media[:20])
    site.ledger.clear()
    done = pull(source, store)
    assert (done.counts["hidden"], done.counts["gone"]) == (20, 0)
    assert site.requests("GET", "/jsonapi/media/image/") == []


def test_a_picture_that_was_taken_out_of_its_gallery_is_gone(
    site: DemoDrupal, source: JsonapiSource, store: Store, media: list[Entity]
) -> None:
    """The item is there (200), and the slot is not."""
    article = site.add_article("Story", ["one", "two", "three"])
    first, second = (slot_id(article, site, "field_gallery", n) for n in range(2))
    pull(source, store)
    site.rearrange(article, "field_gallery", [0, 2])
    done = pull(source, store)
    assert done.counts["gone"] == 1
    assert states(store, first, second) == ["human", "gone"]


def test_a_translation_that_is_not_there_any_more_is_gone(
    site: DemoDrupal, store: Store, media: list[Entity]
) -> None:
    """Its address falls back to the original, in silence (098); there may be the same
    picture in it, under an id of its own."""
    for entity in media[:2]:
        site.translate(entity, "nl", "woorden")
    source = source_of(site, fields=(MEDIA,), languages=("en", "nl"))
    pull(source, store)
    listed_before = listed(source)
    dutch = [slot_id(entity, site, language="nl") for entity in media[:2]]
    del media[0].translations["nl"]
    media[1].translations["nl"].attributes["status"] = False
    done = pull(source, store)
    assert (done.counts["gone"], done.counts["hidden"]) == (1, 1)
    assert states(store, *dutch) == ["gone", "hidden"]
    with pytest.raises(Hidden):
        source.stored([listed_before[dutch[1]]])
    english = [slot_id(entity, site) for entity in media[:2]]
    assert states(store, *english) == ["human", "human"]


def test_a_404_with_a_page_is_of_the_type_and_not_of_the_item(
    site: DemoDrupal, source: JsonapiSource, store: Store, media: list[Entity]
) -> None:
    """804, 824: what was taken for gone is there under another path, perhaps."""
    pull(source, store)
    site.delete(media[3])
    site.trouble(
        404, times=9, methods=("GET",), path=media[3].uuid, body=b"<html>no</html>"
    )
    done = pull(source, store)
    assert done.counts["gone"] == 0
    assert states(store, slot_id(media[3], site)) == ["human"]
    assert any("not asked for, so they stay" in note for note in done.notes)


def test_without_a_login_what_asks_for_one_is_hidden(
    site: DemoDrupal, store: Store, media: list[Entity]
) -> None:
    """401 to nobody, 403 to somebody (063, 064)."""
    source = source_of(site, fields=(MEDIA,), login="none", secret=None)
    images = listed(source)
    site.edit(media[3], attributes={"status": False})
    with pytest.raises(Hidden, match="without a login"):
        source.stored([images[slot_id(media[3], site)]])
    site.delete(media[4])
    assert source.stored([images[slot_id(media[4], site)]]) == {}


def test_a_page_in_front_of_the_site_hides_nothing(
    site: DemoDrupal, source: JsonapiSource, media: list[Entity]
) -> None:
    images = listed(source)
    site.trouble(403, times=9, path=media[3].uuid, body=b"<html>Are you human?</html>")
    with pytest.raises(Challenged):
        source.stored([images[slot_id(media[3], site)]])


def test_a_field_that_is_not_shown_any_more_is_hidden(
    site: DemoDrupal, source: JsonapiSource, store: Store, media: list[Entity]
) -> None:
    pull(source, store)
    image_id = slot_id(media[3], site)
    image = listed(source)[image_id]
    del media[3].translations["en"].relationships["field_media_image"]
    done = pull(source, store)
    assert (done.counts["gone"], done.counts["hidden"]) == (0, 1)
    assert states(store, image_id) == ["hidden"]
    with pytest.raises(Hidden, match="is not shown to this login"):
        source.stored([image])


def test_what_is_not_configured_any_more_is_not_asked_for(
    site: DemoDrupal, source: JsonapiSource, store: Store, media: list[Entity]
) -> None:
    article = site.add_article("Story", ["words"])
    pull(source, store)
    other = source_of(site, fields=(MEDIA, "node--article.field_image"))
    site.ledger.clear()
    done = pull(other, store)
    assert (done.counts["gone"], done.counts["hidden"]) == (0, 0)
    gallery = slot_id(article, site, "field_gallery")
    assert states(store, gallery) == ["left-out"]
    assert site.requests("GET", article.uuid) == []
    assert GALLERY in FIELDS
    pull(source, store)
    assert states(store, gallery) == ["human"]


@pytest.mark.parametrize("how", ["repeat", "empty"])
def test_a_list_without_an_end_is_left_by_a_pull_of_what_changed_too(
    site: DemoDrupal, source: JsonapiSource, media: list[Entity], how: Any
) -> None:
    list(source.listing())
    site.ledger.clear()
    site.switches.endless = how
    since = "2020-01-01T00:00:00+00:00"
    with pytest.raises(BadAnswer, match="do not end"):
        list(source.listing(since))
    assert len(site.requests("GET")) < 30


def test_a_new_paragraph_that_cannot_be_placed_waits_for_a_full_pull(
    site: DemoDrupal, store: Store
) -> None:
    """Else it would be paid for, without a word of its page, and not be sent."""
    site.grant("editor", "view any unpublished content")
    site.add_paragraph("", parent=site.add_page("A page"))
    source = source_of(
        site, fields=("paragraph--picture_text.field_picture",), label=None
    )
    pull(source, store)
    page = site.add_page("Not yet", status=False)
    made = site.add_paragraph("", parent=page)
    now = {"content_translation_changed": clock.now().isoformat(timespec="seconds")}
    site.edit(made, "field_picture", attributes=now)
    image = slot_id(made, site, "field_picture")
    done = pull(source, store, incremental=True)
    assert done.notes == [
        "1 new image in paragraphs whose page is not known yet: the next `altsync pull"
        " --full` takes them in."
    ]
    with store.read() as conn:
        assert mirror.named(conn, [image]) == []
    pull(source, store)
    assert states(store, image) == ["missing"]


def test_a_picture_that_left_its_text_is_gone_when_the_text_changed(
    site: DemoDrupal, store: Store
) -> None:
    """A walk for what changed reads the text; else a model would be paid for a picture
    that nobody sees any more."""
    site.clock.now = int(clock.now().timestamp())
    files = [upload(site, f"{name}.png") for name in "ab"]
    page, other = (
        site.add_page(name, "".join(map(img, files))) for name in ("One", "Two")
    )
    source = source_of(site, texts=True, label=None)
    pull(source, store)
    site.people.remove_picture(page, "body", 0)
    site.people.store(other, "body", None)
    done = pull(source, store, incremental=True)
    assert (done.counts["gone"], done.whole) == (3, False)
    there = store.conn.execute("SELECT id FROM images WHERE gone_at IS NULL").fetchall()
    assert there == [(f"node--page.body/{page.id}.en.img-{files[1].uuid}",)]
    source.close()
