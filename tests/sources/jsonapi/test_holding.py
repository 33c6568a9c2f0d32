"""Texts with pictures are found: by a filter where it shows them, without one where it
hides them; and no type is walked whole for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from altsync.errors import ConfigError, LeftOut
from altsync.models import SiteImage
from altsync.pull import Pull
from altsync.sources.jsonapi import JsonapiSource, text_fields
from altsync.stage import Context
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal, Extras, Override, content
from tests.doubles.drupal.model import Entity, iso
from tests.sources.jsonapi.world import MEDIA, listed, source_of, state

PICTURE = '<p>Words <img src="/sites/default/files/a.png"> and more.</p>'
WORDS = {"value": "<p>Words.</p>", "format": "full_html", "processed": "<p>Words.</p>"}
SEES_ALL = ("view any unpublished content", "view own unpublished content")


@pytest.fixture(scope="module")
def shared() -> Iterator[DemoDrupal]:
    """A site with a few texts among many, in two languages."""
    with DemoDrupal(state=state()) as made:
        made.grant("editor", *SEES_ALL)
        for number in range(120):
            made.add_page(f"Plain {number}", "<p>no picture</p>", status=number != 70)
        made.add_page("Shown", PICTURE)
        made.add_page("Draft", PICTURE, status=False)
        dutch = made.add_page("Two languages", "<p>no picture</p>")
        made.translate(dutch, "nl", None, body=_text(PICTURE + PICTURE))
        made.add_article("Article", [""], body=PICTURE)
        made.add_term(None, description=PICTURE)
        made.add_basic_block(PICTURE)
        made.add_user(None)
        parent = made.add_page("Parent")
        made.add_paragraph(None, parent=parent, words=PICTURE)
        made.add_comment(None, on=parent, body=PICTURE)
        yield made


def _text(html: str) -> dict[str, str]:
    return {"value": html, "format": "full_html", "processed": html}


def in_texts(source: JsonapiSource, since: str | None = None) -> list[str]:
    """The albums of the images in texts, each as often as it has some."""
    found = listed(source, since).values()
    return sorted(image.album for image in found if image.in_text)


EVERYWHERE = [
    "block_content--basic.body",
    "comment--comment.comment_body",
    "node--article.body",
    *["node--page.body"] * 4,
    "paragraph--picture_text.field_text",
    "taxonomy_term--tags.description",
]


def test_texts_of_every_type_hold_images(shared: DemoDrupal) -> None:
    source = source_of(shared, fields=(MEDIA,), languages=("en", "nl"))
    before = len(shared.ledger)
    assert in_texts(source) == EVERYWHERE
    asked = [seen.query for seen in shared.ledger[before:] if "/node/page" in seen.path]
    # A sample and its fields, what a filter finds and what it hides in two languages, and
    # what lists the paragraph.
    found = [query for query in asked if "CONTAINS" in query]
    hidden = [query for query in asked if "sort=status" in query]
    assert (len(found), len(hidden)) == (2, 4)


def test_one_language(shared: DemoDrupal) -> None:
    source = source_of(shared, fields=(MEDIA,), languages=("en",))
    pages = [image for image in listed(source).values() if "node--page" in image.album]
    assert sorted(str(image.page_title) for image in pages) == ["Draft", "Shown"]
    assert all(image.language == "en" for image in pages)


@pytest.mark.parametrize(
    ("texts", "albums"),
    [
        (False, []),
        (("node--page.body",), ["node--page.body"] * 2),
        (
            ("taxonomy_term--tags.description", "node--article.body"),
            ["node--article.body", "taxonomy_term--tags.description"],
        ),
    ],
)
def test_only_what_is_named(
    shared: DemoDrupal, texts: bool | tuple[str, ...], albums: list[str]
) -> None:
    source = source_of(shared, fields=(MEDIA,), texts=texts)
    assert in_texts(source) == albums
    named = texts if isinstance(texts, tuple) else ()
    for album in EVERYWHERE:
        assert source.leaves_out(album, "en", in_text=True) == (album not in named)


def test_texts_alone(shared: DemoDrupal) -> None:
    """No field of images is named."""
    source = source_of(shared, fields=())
    assert set(in_texts(source)) == set(EVERYWHERE)
    assert all(image.in_text for image in listed(source).values())


@pytest.mark.parametrize(
    ("entry", "known"),
    [
        ("node--page.bodi", "It has node--page.body."),
        ("node--page.title", "It has node--page.body."),
        ("media--image.field_media_image", "no field with formatted text. See"),
    ],
)
def test_a_name_that_is_no_text_is_said(
    shared: DemoDrupal, entry: str, known: str
) -> None:
    source = source_of(shared, fields=(), texts=(entry,))
    with pytest.raises(ConfigError) as error:
        list(source.listing())
    assert f"names `{entry}`" in str(error.value)
    assert known in str(error.value)


def test_what_people_write_about_themselves_is_left_out(site: DemoDrupal) -> None:
    kind = site.add_user("a face").type
    bio = {"field_bio": _text(PICTURE)}
    content.add_text_field(site.state, kind, "field_bio", "text_long")
    for user in site.state.of(kind).values():
        user.translations["en"].attributes |= bio
    assert in_texts(source_of(site)) == []
    source = source_of(site, fields=(MEDIA, "user--user.user_picture"))
    assert set(in_texts(source)) == {"user--user.field_bio"}


def test_a_text_that_the_sample_does_not_show_is_asked_for(site: DemoDrupal) -> None:
    """Fifty items without a text come first."""
    site.state.in_order = True
    for number in range(55):
        site.add_page(f"Empty {number}")
    site.add_page("Filled", PICTURE)
    before = len(site.ledger)
    assert in_texts(source_of(site)) == ["node--page.body"]
    asked = [seen.query for seen in site.ledger[before:] if "/node/page" in seen.path]
    asked = [unquote(query) for query in asked]
    assert [query for query in asked if "filter[body]" in query] == [
        "page[limit]=1&filter[body]=x"
    ]


def test_a_type_that_filters_show_nothing_of_is_walked_whole(site: DemoDrupal) -> None:
    texts = {"field_story": _text(PICTURE), "status": True}
    for number in range(60):
        exhibit = site.add_custom(None, name=f"Exhibit {number}")
        exhibit.translations["en"].attributes |= texts if number > 57 else {}
        exhibit.translations["en"].attributes.setdefault("field_story", None)
        exhibit.translations["en"].attributes["status"] = True
    _with_text(site, exhibit, "field_story")
    assert in_texts(source_of(site)) == ["exhibit--exhibit.field_story"] * 2


def _with_text(site: DemoDrupal, entity: Entity, name: str) -> None:
    content.add_text_field(site.state, entity.type, name, "text_long")


def test_a_type_that_cannot_be_read_takes_nothing_from_the_others(
    site: DemoDrupal,
) -> None:
    site.add_page("Page", PICTURE)
    site.add_term(None, description=PICTURE)
    site.trouble(500, times=99, methods=("GET",), path="/taxonomy_term/tags")
    listing = source_of(site).listing()
    found = [one for one in listing if isinstance(one, SiteImage)]
    assert [one.album for one in found] == ["node--page.body"]
    assert listing.complete
    (note,) = [note for note in listing.notes if "taxonomy_term--tags" in note]
    assert note.startswith("The texts of taxonomy_term--tags could not be read, so")


def test_what_is_no_file_of_the_site_is_told(site: DemoDrupal) -> None:
    site.add_page("Page", PICTURE + '<img src="https://example.org/b.png">')
    # A walk for what changed meets a page by two ways, and counts it once.
    for since in (None, "2001-01-01T00:00:00+00:00"):
        listing = source_of(site).listing(since)
        assert len({one.id for one in listing if isinstance(one, SiteImage)}) == 2
        (note,) = [note for note in listing.notes if "texts_external" in note]
        assert note.startswith("1 picture in texts that lie on other hosts, or in the")
    some = source_of(site, texts_external=True).listing()
    list(some)
    assert not any("texts_external" in note for note in some.notes)


def test_fields_that_are_too_many_to_ask_about_are_named(
    site: DemoDrupal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_fields, "MOST_QUESTIONS", 1)
    for number in range(51):
        page = site.add_page(f"Page {number}")
        page.translations["en"].attributes |= {"field_a": None, "field_b": None}
    for name in ("field_a", "field_b"):
        content.add_text_field(site.state, page.type, name, "text_long")
    listing = source_of(site, fields=()).listing()
    assert list(listing) == []
    (note,) = [note for note in listing.notes if "too many" in note]
    assert "node--page.field_" in note


def test_a_text_by_its_public_name(site: DemoDrupal) -> None:
    site.add_page("Page", PICTURE)
    stories = Override(type="stories", path="stories", fields={"body": "story"})
    site.site.extras = Extras({"node--page": stories})
    (image,) = listed(source_of(site, fields=())).values()
    assert image.album == "stories.story"
    source = source_of(site, fields=(), texts=("stories.story",))
    assert set(listed(source)) == {image.id}
    assert set(source.stored([image])) == {image.id}


@pytest.fixture
def drafts(site: DemoDrupal) -> DemoDrupal:
    """Sixty hidden pages come before those that this login sees."""
    site.grant("author", "view own unpublished content", "access content")
    for number in range(60):
        site.add_page(f"Hidden {number}", PICTURE, status=False, owner="editor")
    for number in range(3):
        site.add_page(f"Own {number}", PICTURE, status=False, owner="author")
    site.add_page("Shown", PICTURE)
    return site


def test_what_is_hidden_ends_no_walk(drafts: DemoDrupal) -> None:
    source = source_of(drafts, user="author", secret="author-lab-pass")
    assert in_texts(source) == ["node--page.body"] * 4
    listing = source.listing()
    list(listing)
    assert any("60 items are hidden" in note for note in listing.notes)


def test_what_changed_comes_whole(site: DemoDrupal) -> None:
    page = site.add_page("Old", PICTURE + PICTURE.replace("a.png", "b.png"))
    site.add_page("Other", PICTURE)
    source = source_of(site)
    assert len(in_texts(source)) == 3
    site.clock.now += 86_400
    site.edit(page, attributes={"title": "New"})
    since = iso(site.clock.now - 60)
    found = listed(source_of(site), since).values()
    assert [image.page_title for image in found] == ["New", "New"]


def test_gone_is_what_the_text_does_not_hold(site: DemoDrupal) -> None:
    page = site.add_page("Page", PICTURE)
    source = source_of(site)
    (image,) = listed(source).values()
    assert set(source.stored([image])) == {image.id}
    for text in (WORDS, None):
        site.edit(page, attributes={"body": text})
        assert in_texts(source_of(site)) == []
        assert source_of(site).stored([image]) == {}
    other: Any = source_of(site, texts=False)
    with pytest.raises(LeftOut):
        other.stored([image])
    site.delete(page)
    assert source_of(site).stored([image]) == {}


def test_thirty_pictures_of_one_text_are_asked_for_at_once(
    site: DemoDrupal, tmp_path: Path
) -> None:
    pictures = "".join(f'<img src="/{number}.png">' for number in range(30))
    page = site.add_page("Page", pictures)
    site.add_media("another image")
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        source = source_of(site)
        store.claim(site.url, "jsonapi")
        Pull(Context(source, store)).run()
        site.edit(page, attributes={"body": WORDS})
        before = len(site.ledger)
        done = Pull(Context(source, store), allow_shrink=True).run()
        source.close()
    assert (done.counts["gone"], done.complete) == (30, True)
    asked = [seen for seen in site.ledger[before:] if page.uuid in seen.path]
    assert len(asked) == 1
