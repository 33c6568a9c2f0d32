"""Formatted texts of the fake: what visitors get of each kind of tag, what wipes them, and
what people do to them. Numbers are recordings; those are replayed in
test_drupal_recorded.py and test_drupal_rules_recorded.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import requests
from lxml import html

from tests.doubles.drupal import DemoDrupal, Entity
from tests.doubles.drupal.editor import PICTURE, embed, img, with_alt
from tests.doubles.drupal.scenes import Texts, texts
from tests.doubles.test_drupal_rules import patch

IMAGE_REMOVED = "Image removed."


def shown(site: DemoDrupal, entity: Entity, field: str) -> Any:
    """The field as JSON:API prints it, for anybody."""
    where = entity.type.replace("--", "/")
    answer = requests.get(f"{site.url}/jsonapi/{where}/{entity.uuid}", timeout=10)
    return answer.json()["data"]["attributes"][field]


def alts(processed: str) -> list[str | None]:
    root = html.fragment_fromstring(processed, create_parent="div")
    return [image.get("alt") for image in root.iter("img")]


def test_what_visitors_get_of_each_tag() -> None:
    # 430, 432, 434; an unpublished medium: source
    with DemoDrupal() as site:
        there = texts(site)
        words = "a person's words of the medium"
        assert alts(shown(site, there.page, "body")["processed"]) == [
            *(None, "", "a person&s words", None, None, None, "unquoted"),
            *("of another host", None, None, words, "for this place only", "", None),
        ]
        there.spoken.translations["en"].attributes["status"] = False
        assert len(alts(shown(site, there.page, "body")["processed"])) == 11
        letters = shown(site, there.letters, "body")["processed"]
        assert (alts(letters), "&lt;img" in letters) == ([], True)


def test_basic_html_has_no_media_and_no_strange_pictures() -> None:
    # 433
    with DemoDrupal() as site:
        there = texts(site)
        there.page.translations["en"].attributes["body"]["format"] = "basic_html"
        found = alts(shown(site, there.page, "body")["processed"])
        assert found[:7] == [None, "", "a person&s words", None, None, None, "unquoted"]
        assert found[7:] == [IMAGE_REMOVED] * 3


def test_the_page_shows_what_the_format_makes() -> None:
    with DemoDrupal() as site:
        there = texts(site)
        page = requests.get(f"{site.url}/node/{there.page.id}", timeout=10).text
        assert 'alt="for this place only"' in page
        assert "<drupal-media" not in page


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        ({"value": "<p>x</p>", "summary": "s"}, {"format": None}),  # 445-447
        ({"value": "<p>x</p>", "format": "full_html"}, {"summary": None}),  # 449
        ({"format": "full_html"}, None),  # 912
        ({"value": None, "format": "full_html", "summary": ""}, None),  # 456
        (None, None),  # 457
        ("<p>x</p>", {"format": None, "summary": None}),  # 452
    ],
)
def test_what_lacks_a_part_wipes_it(sent: Any, left: dict[str, Any] | None) -> None:
    with DemoDrupal() as site:
        page = texts(site).page
        assert patch(site, page, {"body": sent}, "editor")[0] == 200
        body = page.translations["en"].attributes["body"]
        if left is None:
            assert body is None
        else:
            assert body.items() >= left.items()


def test_a_format_that_the_login_may_not_use_is_refused_after_the_guard() -> None:
    # 438-442, 924
    with DemoDrupal() as site:
        page = texts(site).page
        body = dict(page.translations["en"].attributes["body"])
        stale = {"changed": "2001-01-01T00:00:00+00:00", "body": body}
        before = site.everything()
        assert patch(site, page, {"body": body}, "basic")[::2] == (
            422,
            "/data/attributes/body/format",
        )
        assert patch(site, page, stale, "basic")[::2] == (
            403,
            "/data/attributes/changed",
        )
        assert site.everything() == before
        assert patch(site, page, {"title": "New"}, "basic")[0] == 200


def where(there: Texts, name: str) -> tuple[Entity, str]:
    fields = {"paragraph": "field_text", "term": "description", "article": "field_rows"}
    return getattr(there, name), fields.get(name, "body")


@pytest.mark.parametrize("name", ["page", "paragraph", "block", "term", "article"])
def test_people_change_a_text_and_what_guards_it_moves(name: str) -> None:
    # 542, 570, 879-881
    with DemoDrupal() as site:
        entity, field = where(texts(site), name)
        guard = site.state.types[entity.type].guard
        people = site.people
        turned = range(len(people.pictures(entity, field)), -1, -1)
        acts: list[tuple[Callable[..., None], Sequence[Any]]] = [
            (people.edit_words, ("more words", 0)),
            (people.add_picture, ("<img src=x>",)),
            (people.write_alt, (-1, "a person's")),
            (people.reorder, (turned,)),
            (people.remove_picture, (-1,)),
        ]
        for act, given in acts:
            attributes = entity.translations["en"].attributes
            vid, moment, text = entity.vid, attributes[guard], attributes[field]
            act(entity, field, *given)
            attributes = entity.translations["en"].attributes
            assert attributes[field] != text
            assert (entity.vid > vid, attributes[guard] > moment) == (True, True)
        whole = str(attributes[field])
        assert "more words" in whole
        assert "a person&#x27;s" in whole
        if name == "article":
            assert [row["format"] for row in attributes[field]] == ["basic_html"] * 3


def test_people_change_one_language() -> None:
    with DemoDrupal() as site:
        page = texts(site).page
        english = site.people.value(page, "body", "en")
        site.people.write_alt(page, "body", 0, "woorden", language="nl")
        assert 'alt="woorden"' in site.people.value(page, "body", "nl")
        assert site.people.value(page, "body", "en") == english


def test_the_editors_spelling() -> None:
    with DemoDrupal() as site:
        there = texts(site)
        decorative = embed(there.spoken, "")
        assert 'alt="&quot;&quot;"' in decorative
        assert with_alt(embed(there.spoken), "") == decorative
        assert with_alt(decorative, None) == embed(there.spoken)
        assert with_alt(img(there.file, "x"), "y") == img(there.file, "y")
        assert with_alt("<img src=x />", "y") == '<img src=x alt="y"/>'
        site.people.resave(there.page, "body")
        value = site.people.value(there.page, "body")
        assert '<h2 class="First">' in value
        assert "\r" not in value
        assert len(PICTURE.findall(value)) == 15  # with that of the comment
