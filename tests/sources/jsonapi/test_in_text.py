"""Pictures in formatted texts are images: found, told with what stands around them, and
read fresh."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from altsync.errors import BadAnswer, LeftOut, NeverWritten
from altsync.models import OutOfReach, SiteImage, Tag
from altsync.sources.jsonapi import JsonapiSource, shape
from altsync.sources.jsonapi.beside import CARRIED, PAGE_TEXT
from altsync.sources.jsonapi.in_text import is_formatted
from altsync.sources.jsonapi.schema import Schema
from altsync.sources.jsonapi.shape import Item
from altsync.sources.jsonapi.where import Addresses, Medium
from altsync.sources.jsonapi.words import text_of
from tests.doubles.drupal import DemoDrupal, content
from tests.doubles.drupal.recorded import exchanges
from tests.doubles.drupal.scenes import Texts, texts
from tests.sources.jsonapi.world import FIELDS, listed, source_of, state

TYPES = (
    "paragraph--picture_text.field_picture",
    "taxonomy_term--tags.field_term_image",
)


@pytest.fixture(scope="module")
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as made:
        yield made


@pytest.fixture(scope="module")
def scene(site: DemoDrupal) -> Texts:
    """Only read."""
    return texts(site)


@pytest.fixture(scope="module")
def source(site: DemoDrupal, scene: Texts) -> Iterator[JsonapiSource]:
    made = source_of(site, fields=(*FIELDS, *TYPES))
    yield made
    made.close()


@pytest.fixture(scope="module")
def images(source: JsonapiSource) -> dict[str, SiteImage]:
    return {key: one for key, one in listed(source).items() if one.in_text}


def test_texts_of_what_is_walked_hold_images(
    images: dict[str, SiteImage], scene: Texts
) -> None:
    """A picture that stands in several rows of a field is told apart there."""
    key = f"img-{scene.file.uuid}"
    article, term = scene.article.id, scene.term.id
    assert set(images) >= {
        f"node--article.body/{article}.en.{key}",
        f"node--article.field_rows/{article}.en.{key}",
        f"node--article.field_rows/{article}.en.{key}.1",
        f"node--article.field_rows/{article}.en.{key}.2",
        f"taxonomy_term--tags.description/{term}.en.{key}",
        f"paragraph--picture_text.field_text/{scene.paragraph.id}.en.{key}",
    }
    second = images[f"node--article.field_rows/{article}.en.{key}.1"]
    assert second.place == "2 of 3: Row 1 | "
    assert (second.has_label, second.label) == (False, None)
    assert set(second.flat()) == {"alt", "title", "caption", "place"}


def test_an_image_in_a_text_is_read_with_its_picture_and_words(
    source: JsonapiSource, scene: Texts, site: DemoDrupal
) -> None:
    page = f"node--page.body/{scene.page.id}.en"
    image = source.read(f"{page}.img-{scene.file.uuid}.2")
    assert image.alt == "a person&s words"
    assert (image.tag, image.file, image.out_of_reach) == (
        Tag.IMG,
        scene.file.uuid,
        None,
    )
    assert image.image_url == f"{site.url}{scene.file.url}"
    assert image.heading == "Birds & bees"
    assert image.entity == f"node--page/{scene.page.uuid}"
    medium = source.read(f"{page}.media-{scene.spoken.uuid}")
    assert medium.inherits
    assert medium.medium == f"media--image/{scene.spoken.uuid}"
    assert medium.image_url is not None
    assert source.read(f"{page}.src-d37ac7f44328").out_of_reach is OutOfReach.EXTERNAL
    fresh, stored = source.fresh([image, medium]), source.stored([image, medium])
    assert fresh.flats == stored == {one.id: one.flat() for one in (image, medium)}


# Recordings of a real Drupal.


def recorded(number: int) -> dict[str, Any]:
    exchange = next(one for one in exchanges() if one.number == number)
    data: dict[str, Any] = exchange.document["data"]
    return data


def read(row: dict[str, Any], **more: Any) -> Item:
    html = [name for name, value in row["attributes"].items() if is_formatted(value)]
    return shape.read(Schema(row["type"], (), "id", html=tuple(html), **more), row)


def keys(row: dict[str, Any]) -> list[tuple[str, str | None]]:
    """(key, alt), the uuids shortened."""
    slots = [one.slot for one in read(row).in_text]
    return [
        (re.sub(r"([0-9a-f]{8})-[0-9a-f-]{27}", r"\1", s.key), s.alt) for s in slots
    ]


IMG, MEDIUM = "img-d5246c41", "media-09ac65fc"


def test_every_kind_of_tag_that_was_recorded() -> None:
    named = [(key, alt) for key, alt in keys(recorded(430)) if key.startswith("img")]
    assert named == [(IMG, "Alt one"), (f"{IMG}.1", None), (f"{IMG}.2", "")]
    assert len(keys(recorded(430))) == 7
    assert [alt for key, alt in keys(recorded(432)) if key.startswith(MEDIUM)] == [
        *(None, "Override", "", "", None),
    ]


@pytest.mark.parametrize(
    ("number", "count"),
    [
        pytest.param(434, 0, id="shown as letters"),
        pytest.param(460, 2, id="two rows of a field"),
        pytest.param(461, 1, id="a paragraph"),
        pytest.param(462, 1, id="a block"),
        pytest.param(464, 1, id="a term"),
        pytest.param(465, 1, id="a comment"),
    ],
)
def test_the_texts_that_were_recorded(number: int, count: int) -> None:
    assert len(read(recorded(number)).in_text) == count


def test_what_was_read_of_a_text_is_kept_whole() -> None:
    """One key that is left out of a PATCH wipes the text (445-449, 912)."""
    for number in (430, 460, 462):
        attributes = recorded(number)["attributes"]
        for name, text in read(recorded(number)).texts.items():
            told = attributes[name]
            assert text.many == isinstance(told, list)
            assert list(text.values) == (told if text.many else [told])
            assert list(text.html) == [one["value"] for one in text.values]


def test_a_medium_that_is_none_or_no_picture_makes_no_image() -> None:
    known = "09ac65fc-2739-4e6e-b686-611ee1f54906"
    video = "1ca4d2f1-b778-4764-8102-d2dce118bbc5"
    here = Addresses(
        "https://site.example/sub",
        media={
            known: Medium(f"media--image/{known}", file="f-1", url="/sub/f/a.jpg"),
            video: Medium(f"media--video/{video}", is_image=False),
        },
    )
    found = shape.images(read(recorded(432)), here)
    assert video not in json.dumps([one.id for one in found])
    mine = [one for one in found if known in one.id]
    assert {(one.medium, one.file, one.image_url) for one in mine} == {
        (f"media--image/{known}", "f-1", "https://site.example/sub/f/a.jpg")
    }
    assert [one.inherits for one in mine] == [True, False, False, False, True]
    assert mine[4].caption == "Cap"
    [unseen] = [one for one in found if one.id.endswith("000000000000")]
    assert (unseen.medium, unseen.file, unseen.image_url) == (None, None, None)


# What is asked of a text's shape.


def page(body: Any, **more: Any) -> dict[str, Any]:
    attributes = {"langcode": "en", "drupal_internal__nid": 7, "body": body}
    return {"type": "node--page", "id": "u-7", "attributes": attributes | more}


def text(value: Any, form: str | None = "full_html", **more: Any) -> dict[str, Any]:
    return {"value": value, "format": form, **more}


SHOWN, LETTERS = '<img src="/a.png">', "<p>&lt;img src=&quot;/a.png&quot;&gt;</p>"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        pytest.param(None, 0, id="empty"),
        pytest.param([], 0, id="an empty list"),
        pytest.param(SHOWN, 0, id="a bare string (460)"),
        pytest.param(text(None), 0, id="no value"),
        pytest.param(text(SHOWN), 1, id="nothing is told of how it is shown"),
        pytest.param(text(SHOWN, None, processed=LETTERS), 0, id="no format (445)"),
        pytest.param(text(SHOWN, None, processed=SHOWN), 0, id="no format, ever"),
        pytest.param(text(SHOWN, "plain_text"), 0, id="plain text by its name"),
        pytest.param(
            text(SHOWN, "odd", processed=LETTERS), 0, id="a format that escapes"
        ),
        pytest.param(
            text(f"<code>{LETTERS}</code>{SHOWN}", processed=f"{LETTERS}{SHOWN}"),
            1,
            id="a code sample beside a picture",
        ),
        pytest.param([text(SHOWN), text(SHOWN, None)], 1, id="one of two as letters"),
    ],
)
def test_which_texts_hold_pictures(body: Any, count: int) -> None:
    schema = Schema("node--page", (), "drupal_internal__nid", html=("body",))
    assert len(shape.read(schema, page(body)).in_text) == count


def test_a_text_that_cannot_be_kept_is_an_error() -> None:
    schema = Schema("node--page", (), "drupal_internal__nid", html=("body",))
    for broken in ("\ud800", 7):
        with pytest.raises(
            BadAnswer, match="node--page 7: body holds what is not a text"
        ):
            shape.read(schema, page(text(broken)))


@pytest.mark.parametrize(
    ("src", "address", "reach"),
    [
        ("/files/a.png", "https://site.example/files/a.png", None),
        (" files/a.png \n", "https://site.example/sub/files/a.png", None),
        ("HTTP://www.Site.example/a.png", "HTTP://www.Site.example/a.png", None),
        ("//me:pw@site.example/a.png", "https://site.example/a.png", None),
        ("https://site.example:81/a.png", "https://site.example:81/a.png", "external"),
        ("//cdn.example/a.png", "https://cdn.example/a.png", "external"),
        ("data:image/png;base64,AAAA", None, "external"),
        ("javascript:alert(1)", None, "external"),
        ("ftp://site.example/a.png", None, "external"),
        ("file:///etc/passwd", None, "external"),
        ("http://[::1/a.png", None, "external"),
        ("http://x:99999/a.png", "http://x:99999/a.png", "external"),
    ],
)
def test_where_a_picture_is(src: str, address: str | None, reach: str | None) -> None:
    here = Addresses("https://site.example/sub")
    schema = Schema("node--page", (), "drupal_internal__nid", html=("body",))
    row = page(text(f'<img src="{src}">'))
    [image] = shape.images(shape.read(schema, row), here)
    assert (image.image_url, image.out_of_reach) == (address, reach)
    [image] = shape.images(shape.read(replace(schema, externals=True), row), here)
    assert (image.image_url, image.out_of_reach) == (address, None)


def test_what_is_not_written_is_told_so_wherever_its_pictures_are() -> None:
    schema = Schema("node--page", (), "id", html=("body",), read_only=("body",))
    row = page(text('<img src="https://cdn.example/a.png">'))
    [image] = shape.images(shape.read(schema, row), Addresses("https://site.example"))
    assert image.out_of_reach is OutOfReach.READ_ONLY


def test_a_file_of_the_site_may_be_kept_anywhere() -> None:
    uuid = "6e6d346d-9e5e-5b16-bef8-985767e5a2a3"
    row = page(text(f'<img src="https://bucket.example/a" data-entity-uuid="{uuid}">'))
    [image] = shape.images(read(row), Addresses("https://site.example"))
    assert (image.file, image.out_of_reach) == (uuid, None)


def test_a_text_that_is_never_written_is_told_so(
    scene: Texts, site: DemoDrupal
) -> None:
    album = "node--page.body"
    source = source_of(site, read_only=(album,))
    key = f"{album}/{scene.page.id}.en"
    image = source.read(f"{key}.img-{scene.file.uuid}")
    assert image.out_of_reach is OutOfReach.READ_ONLY
    source.close()


def test_a_text_that_is_not_shown_is_no_text_without_pictures() -> None:
    schema = Schema("node--page", (), "drupal_internal__nid", html=("body", "field_x"))
    assert shape.read(schema, page(None)).unseen == ("field_x",)


def test_a_paragraph_tells_of_its_page(images: dict[str, SiteImage]) -> None:
    [image] = [one for one in images.values() if one.album.endswith("field_text")]
    assert image.page_title == "A page of texts"
    assert image.out_of_reach is None


def test_of_a_long_text_the_beginning_is_told_beside_its_pictures() -> None:
    """Which has the words around it anyway."""
    value = f"<p>The harbour</p>{SHOWN}" + "<p>and more <b>words</b></p>" * 1000
    row = page(text(value))
    here = Addresses("https://site.example")
    schema = Schema("node--page", ("field_x",), "id", html=("body",), texts=("body",))
    [image] = shape.images(shape.read(schema, row), here)
    file = {"type": "file--file", "id": "f", "meta": {"alt": ""}}
    row["relationships"] = {"field_x": {"data": file}}
    in_field, same = shape.images(shape.read(schema, row), here)
    assert same == image
    assert len(in_field.page_text or "") == PAGE_TEXT
    told = image.page_text or ""
    assert told.startswith("The harbour\nand more words\nand more words")
    assert len(told) == CARRIED
    assert "<" not in told


def test_words_are_not_cut_within_a_tag() -> None:
    assert text_of({"value": "<p>ab ab <img alt='a' src=" + "x" * 50}, 2) == "ab ab"
    assert text_of({"value": "no tags at all, and long"}, 2) == "no tags at all,"


def test_a_picture_that_may_be_none_is_left_alone_and_told() -> None:
    with DemoDrupal(state=state()) as site:
        picture = '<img src="/a.png">'
        body = f"<p>{picture}</p><![CDATA[ > {picture} ]]><!-- {picture} -->"
        site.add_article("A story", body=body)
        source = source_of(site)
        listing = source.listing()
        images = [one for one in listing if isinstance(one, SiteImage) and one.in_text]
        source.close()
    [number] = {one.id.partition("/")[2].partition(".")[0] for one in images}
    [note] = [note for note in listing.notes if "left alone" in note]
    assert note.startswith(
        f"1 picture in texts (node--article {number}) of which browsers and Drupal need not"
    )


# Where nothing is written.

FIELD = "paragraph--picture_text.field_picture"


def test_texts_of_paragraphs_and_blocks_that_are_never_written() -> None:
    """A paragraph that no page lists (551-554), a block of one Layout Builder page."""
    with DemoDrupal(state=state()) as site:
        page = site.add_page("A page")
        used = site.add_paragraph(parent=page)
        unused = site.add_paragraph(parent=page, listed=False)
        blocks = [site.add_block(page=page, reusable=r) for r in (True, False)]
        content.add_text_field(
            site.state, "block_content--picture_block", "body", "text_with_summary"
        )
        for entity, field in [
            (used, "field_text"),
            (unused, "field_text"),
            *((block, "body") for block in blocks),
        ]:
            entity.translations["en"].attributes[field] = text(SHOWN, "basic_html")
        source = source_of(
            site, fields=(FIELD, "block_content--picture_block.field_block_image")
        )
        found = {one.entity.rpartition("/")[2]: one for one in of_texts(source)}
        reach = [found[one.uuid].out_of_reach for one in (used, unused, *blocks)]
        assert reach == [None, OutOfReach.UNUSED, None, OutOfReach.INLINE]
        for uuid in (unused.uuid, blocks[1].uuid):
            with pytest.raises(NeverWritten):
                source.fresh([found[uuid]])
        source.close()


def of_texts(source: JsonapiSource) -> list[SiteImage]:
    return [one for one in listed(source).values() if one.in_text]


def test_texts_that_are_left_out_are_not_read(scene: Texts, site: DemoDrupal) -> None:
    album = "node--article.field_rows"
    source = source_of(site, texts=(album,))
    image = of_texts(source)[0]
    assert {one.album for one in of_texts(source)} == {album}
    source.close()
    source = source_of(site, texts=False)
    assert of_texts(source) == []
    with pytest.raises(LeftOut, match=r"jsonapi\.texts or"):
        source.stored([image])
    source.close()


def test_a_text_that_a_sample_does_not_show_is_read_all_the_same(
    scene: Texts, site: DemoDrupal
) -> None:
    """Of a type whose first items have none: nothing is gone for that."""
    source = source_of(site)
    image = source.read(f"node--page.body/{scene.page.id}.en.img-{scene.other.uuid}")
    known = source._schemas["node--page"]
    source._schemas["node--page"] = replace(known, html=("field_other",))
    assert source.read(image.id) == image
    assert source.stored([image]) == {image.id: image.flat()}
    source.close()
