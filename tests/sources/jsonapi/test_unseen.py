"""What is not seen is counted: on the fake Drupal, against what is really on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from altsync.errors import LoginFailed
from altsync.models import Unseen, UnseenKind
from altsync.sources.jsonapi import JsonapiSource
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.sample import TypeSample
from altsync.sources.jsonapi.unseen import MOST_FILES, MOST_PAGES, FullListing, Survey
from altsync.sources.kinds import JsonapiConfig
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.content import add_synthetic
from tests.sources.jsonapi.world import FIELDS, MEDIA, source_of

BODY = '<p><img src="/a.png" alt="x"> <IMG src=b></p>'
UUID = "0b1c2d3e-0000-4000-8000-00000000000a"
EMBED = (
    f'<drupal-media data-entity-type="media" data-entity-uuid="{UUID}"></drupal-media>'
)


def unseen(source: JsonapiSource) -> list[Unseen]:
    """What a full walk tells."""
    listing = source.listing()
    assert isinstance(listing, FullListing)
    list(listing)
    assert listing.complete
    return list(listing.unseen or ())


def of(facts: Sequence[Unseen], kind: UnseenKind) -> list[tuple[Any, ...]]:
    return [
        (one.what, one.count, one.places, one.at_least)
        for one in facts
        if one.kind is kind
    ]


def test_texts_that_are_images_are_not_unseen_and_what_is_left_out_of_them_is(
    site: DemoDrupal,
) -> None:
    site.add_article("Story", [""], body=BODY + EMBED)
    site.add_page("Page", BODY)
    site.add_term(description=BODY)
    assert of(unseen(source_of(site)), UnseenKind.IN_TEXT) == []
    some = source_of(site, texts=("node--page.body",))
    assert of(unseen(some), UnseenKind.IN_TEXT) == [
        ("<img> in node--article.body", 2, 1, False),
        ("<drupal-media> in node--article.body", 1, 1, False),
        ("<img> in taxonomy_term--tags.description", 2, 1, False),
    ]


def test_pictures_in_texts_of_a_type_that_is_walked_are_all_counted(
    site: DemoDrupal,
) -> None:
    source = source_of(site, texts=False)
    for number in range(120):
        site.add_article(
            f"Story {number}",
            [""],
            body=(BODY if number % 2 else "<p>no picture</p>") + EMBED * (number == 7),
        )
    before = len(site.ledger)
    facts = unseen(source)
    assert of(facts, UnseenKind.IN_TEXT) == [
        ("<img> in node--article.body", 120, 60, False),
        ("<drupal-media> in node--article.body", 1, 1, False),
    ]
    asked = [seen.query for seen in site.ledger[before:]]
    assert not any("CONTAINS" in query for query in asked)


def test_translations_are_texts_of_their_own(site: DemoDrupal) -> None:
    article = site.add_article("Story", [""], body=BODY)
    site.translate(article, "nl", "", body={"value": "<img src=a>", "format": "x"})
    site.add_article("Other", [""], body=BODY)
    facts = unseen(source_of(site, languages=("en", "nl"), texts=False))
    assert of(facts, UnseenKind.IN_TEXT) == [
        ("<img> in node--article.body", 5, 3, False)
    ]


@pytest.mark.parametrize(("number", "exact"), [(40, True), (130, True), (300, False)])
def test_pictures_in_texts_of_another_type_are_asked_for(
    site: DemoDrupal, number: int, exact: bool
) -> None:
    for one in range(number):
        site.add_page(f"Page {one}", BODY)
        site.add_page(f"Plain {one}", "<p>words</p>")
    source = source_of(site, texts=False)
    before = len(site.ledger)
    (fact,) = of(unseen(source), UnseenKind.IN_TEXT)
    asked = [seen for seen in site.ledger[before:] if seen.path == "/jsonapi/node/page"]
    assert len(asked) <= 1 + MOST_PAGES
    if exact:
        assert fact == ("<img> in node--page.body", 2 * number, number, False)
    else:
        seen = 50 * MOST_PAGES
        assert fact == ("<img> in node--page.body", 2 * seen, seen, True)


def test_texts_of_paragraphs_which_no_filter_finds(site: DemoDrupal) -> None:
    page = site.add_page("Page")
    for number in range(130):
        site.add_paragraph("", parent=page, words=BODY if number % 2 else "words")
    (fact,) = of(unseen(source_of(site, texts=False)), UnseenKind.IN_TEXT)
    what = "<img> in paragraph--picture_text.field_text"
    assert fact == (what, 130, 65, False)
    fields = ("paragraph--picture_text.field_picture",)
    walked = source_of(site, fields=fields, texts=False)
    (fact,) = of(unseen(walked), UnseenKind.IN_TEXT)
    assert fact == (what, 130, 65, False)


def test_hidden_items_by_type(site: DemoDrupal, source: JsonapiSource) -> None:
    for number in range(70):
        site.add_media("", status=number % 7 > 0)
    for number in range(60):
        site.add_page(f"Page {number}", status=number > 2)
    facts = of(unseen(source), UnseenKind.HIDDEN)
    assert facts[0] == ("media--image", 10, None, False)


def test_fields_that_altsync_toml_does_not_name(site: DemoDrupal) -> None:
    for number in range(3):
        site.add_article(f"Story {number}", ["", ""], image="" if number else None)
    site.add_user("", name="editor")
    facts = unseen(source_of(site, fields=("node--article.field_gallery",)))
    left = of(facts, UnseenKind.LEFT_OUT)
    assert ("node--article.field_image", 3, None, False) in left
    assert ("user--user.user_picture", 1, None, False) in left
    assert not any(what == "node--article.field_gallery" for what, *_ in left)


def test_files_that_no_image_uses(site: DemoDrupal) -> None:
    add_synthetic(site.state, 90)
    for number in range(40):
        site.add_article(f"Story {number}", [""], image=None)
    source = source_of(site, fields=(MEDIA,))
    before = len(site.ledger)
    everything = len(site.state.files)
    assert of(unseen(source), UnseenKind.UNUSED_FILE) == [
        ("file--file", everything - 90, None, False)
    ]
    asked = [seen for seen in site.ledger[before:] if "/file/file" in seen.path]
    assert len(asked) <= MOST_FILES
    every = source_of(site, fields=FIELDS)
    assert of(unseen(every), UnseenKind.UNUSED_FILE) == []


def test_a_type_that_may_not_be_read(site: DemoDrupal) -> None:
    site.add_media("words")
    source = source_of(site)
    site.trouble(403, times=9, methods=("GET",), path="/node/page", body=b"{}")
    assert of(unseen(source), UnseenKind.UNREADABLE) == [
        ("node--page", None, None, False)
    ]


def test_a_site_that_is_busy_by_then_takes_nothing_back(site: DemoDrupal) -> None:
    site.add_media("words")
    source = source_of(site, texts=False)
    site.trouble(503, times=99, methods=("GET",), path="/node/page")
    listing = source.listing()
    assert len(list(listing)) == 1
    assert listing.complete
    assert "could not be counted: The site is busy" in listing.notes[-1]


def test_what_was_asked_as_nobody_is_not_told(site: DemoDrupal) -> None:
    site.add_media("words")
    source = source_of(site)
    site.switches.silent_ends = True
    listing = source.listing()
    walk = iter(listing)
    next(walk)
    with pytest.raises(LoginFailed):
        site.end_sessions()
        list(walk)
    assert listing.unseen is None  # type: ignore[attr-defined]


def test_an_incremental_walk_asks_nothing(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    site.add_media("words")
    list(source.listing())
    before = len(site.ledger)
    listing = source.listing("2026-11-28T12:00:00+00:00")
    list(listing)
    assert not hasattr(listing, "unseen")
    paths = {seen.path for seen in site.ledger[before:]}
    assert not any("page" in path or "file/file" in path for path in paths)


def row(
    attributes: dict[str, Any] | None = None, **relationships: Any
) -> dict[str, Any]:
    links = {name: {"data": data} for name, data in relationships.items()}
    return {"id": "u", "attributes": attributes or {}, "relationships": links}


def sampled(kind: str, sample: TypeSample, **fields: Any) -> list[Unseen]:
    """What a sample alone tells: no request."""
    client = Client("http://127.0.0.1:9", JsonapiConfig(login="none"))
    client.paths = {kind: f"/{kind}"}
    return Survey(client, fields, samples={kind: sample}).all()


FILE = {"type": "file--file", "id": "f", "meta": {"alt": "a copy"}}


def test_pictures_of_videos_are_the_sites_own() -> None:
    video = row({"field_media_oembed_video": "https://x.example/1"}, thumbnail=FILE)
    sound = row({"field_media_audio_file": None}, thumbnail=FILE)
    facts = sampled("media--remote_video", TypeSample([video, video, sound], False))
    assert facts == [
        Unseen(UnseenKind.THUMBNAIL, "media--remote_video", 2, at_least=True)
    ]


def test_blocks_of_one_page() -> None:
    blocks = [row({"reusable": False}), row({"reusable": True})]
    kind = "block_content--picture"
    assert sampled(kind, TypeSample(blocks)) == [Unseen(UnseenKind.INLINE, kind, 1)]


def test_rows_of_any_shape() -> None:
    odd: list[dict[str, Any]] = [
        {"id": "u"},
        {"id": "u", "attributes": None, "relationships": None},
        row({"body": [1, {"value": 2}]}, field_x=None, thumbnail=[]),
    ]
    assert sampled("node--page", TypeSample(odd)) == []
