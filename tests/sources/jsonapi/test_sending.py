"""The one PATCH of an entity whose texts hold pictures: what is sent of a text, what is
not, and what each refusal of the site becomes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from altsync.errors import (
    AnswerLost,
    GuardMoved,
    HasDraft,
    NeverWritten,
    NotAllowed,
    NotThere,
    PartRefused,
    Rejected,
    Rewritten,
)
from altsync.models import Flat, OutOfReach, SiteImage
from altsync.sources.jsonapi import JsonapiSource
from tests.doubles.drupal import DemoDrupal, scenes, texts
from tests.doubles.drupal.editor import img
from tests.doubles.drupal.model import Entity
from tests.doubles.drupal.scenes import Texts
from tests.sources.jsonapi.world import FIELDS, LABEL, listed, slot_id, source_of

ALT = 'Two "herons" & a fish'
SAID = "Two &quot;herons&quot; &amp; a fish"


@pytest.fixture
def there(site: DemoDrupal) -> Texts:
    return scenes.texts(site)


@pytest.fixture
def source(site: DemoDrupal) -> Iterator[JsonapiSource]:
    yield from opened(site)


@pytest.fixture
def basic(site: DemoDrupal, there: Texts) -> Iterator[JsonapiSource]:
    """May edit what the editor may, and not in full_html."""
    yield from opened(site, user="basic", secret="basic-lab-pass")


def opened(site: DemoDrupal, **how: Any) -> Iterator[JsonapiSource]:
    fields = (*FIELDS, "paragraph--picture_text.field_picture")
    given: Any = {"fields": fields, "texts": True, "languages": ("en", "nl")} | how
    made = source_of(site, **given)
    yield made
    made.close()


def images(
    source: JsonapiSource, entity: Entity, field: str, *keys: str, language: str = "en"
) -> list[SiteImage]:
    """As a pull mirrors them: paragraphs, which no filter finds, by the walk."""
    ids = [f"{entity.type}.{field}/{entity.id}.{language}.{key}" for key in keys]
    if entity.type.startswith("paragraph--"):
        found = listed(source)
        return [found[one] for one in ids]
    return [source.read(one) for one in ids]


def asked(source: JsonapiSource, found: Sequence[SiteImage]) -> None:
    """The formats of their texts are known: the next PATCH is a write."""
    item = source.fresh(found).item
    assert item is not None
    for field in item.texts:
        source.formats.may_use(item, field)


def write(source: JsonapiSource, found: Sequence[SiteImage], *alts: str | None) -> Any:
    """Read fresh, change, write; what the site confirms."""
    fresh = source.fresh(found)
    new: dict[str, Flat] = {
        image.id: {**fresh.flats[image.id], "alt": alt}
        for image, alt in zip(found, alts, strict=True)
    }
    return source.write(fresh, new, "altsync: a test")


def stored(entity: Entity, field: str, language: str = "en") -> Any:
    return entity.translations[language].attributes[field]


def sent(site: DemoDrupal) -> list[Any]:
    return [json.loads(one.body)["data"] for one in site.requests("PATCH")]


def attributes(site: DemoDrupal) -> list[Any]:
    """Of the writes, without the questions about formats."""
    found = [one.get("attributes", {}) for one in sent(site)]
    return [one for one in found if not _is_question(one)]


def _is_question(attributes: Any) -> bool:
    values = [one for one in attributes.values() if isinstance(one, dict)]
    return len(attributes) == 1 and any("value" not in one for one in values)


def test_one_alt_differs_and_all_else_is_the_same_to_the_byte(
    site: DemoDrupal, there: Texts, source: JsonapiSource
) -> None:
    before = stored(there.page, "body")
    dutch = stored(there.page, "body", "nl")
    changed = there.page.translations["en"].attributes["changed"]
    (image,) = images(source, there.page, "body", f"img-{there.file.uuid}")
    (shown,) = write(source, [image], ALT).values()
    assert shown["alt"] == ALT
    value = before["value"].replace("<img", f'<img alt="{SAID}"', 1)
    text = {**before, "value": value}
    assert stored(there.page, "body") == text
    assert stored(there.page, "body", "nl") == dutch
    (attribute,) = attributes(site)
    assert attribute == {
        "changed": changed,
        "body": text,
        "revision_log": "altsync: a test",
    }
    assert set(text) == {"value", "format", "summary"}
    (body,) = [one for one in sent(site) if one["attributes"] == attribute]
    assert "relationships" not in body, "911: its paragraphs are not listed anew"


@pytest.mark.parametrize(
    ("where", "field", "language", "keys"),
    [
        ("page", "body", "en", {"value", "format", "summary"}),
        ("page", "body", "nl", {"value", "format", "summary"}),
        ("paragraph", "field_text", "en", {"value", "format"}),
        ("block", "body", "en", {"value", "format", "summary"}),
        ("term", "description", "en", {"value", "format"}),
        ("article", "field_rows", "en", {"value", "format"}),
    ],
)
def test_every_kind_of_text_goes_there_and_back(
    site: DemoDrupal,
    there: Texts,
    source: JsonapiSource,
    where: str,
    field: str,
    language: str,
    keys: set[str],
) -> None:
    """Revert: what was added is taken away, and the old text is there to the byte."""
    entity = getattr(there, where)
    before, everything = stored(entity, field, language), site.everything()
    key = f"img-{there.file.uuid}"
    (image,) = images(source, entity, field, key, language=language)
    write(source, [image], ALT)
    now = json.dumps(stored(entity, field, language))
    assert now.count(json.dumps(SAID)[1:-1]) == 1
    (shown,) = write(source, [image], None).values()
    assert shown["alt"] is None
    assert stored(entity, field, language) == before
    for attribute in attributes(site):
        values = attribute[field]
        many = isinstance(before, list)
        assert isinstance(values, list) is many
        assert all(set(one) == keys for one in (values if many else [values]))
    after = site.everything()
    after.pop(entity.uuid), everything.pop(entity.uuid)
    assert after == everything


def test_an_embedded_medium_in_the_spelling_of_the_editor(
    site: DemoDrupal, there: Texts, source: JsonapiSource
) -> None:
    """What it says of its own, that it is decorative, and again the medium's words."""
    before = stored(there.page, "body")
    key = f"media-{there.spoken.uuid}"
    first, named, plain = images(
        source, there.page, "body", key, f"{key}.1", f"{key}.2"
    )
    assert (first.alt, named.alt, plain.alt) == (None, "for this place only", "")
    for alt, written in (("Here", "Here"), ("", "&quot;&quot;")):
        shown = write(source, [first, named, plain], alt, alt, alt)
        assert {flat["alt"] for flat in shown.values()} == {alt}
        tags = site.people.pictures(there.page, "body")
        embeds = [tag for tag in tags if there.spoken.uuid in tag]
        assert [f' alt="{written}"' in tag for tag in embeds] == [True] * 3
    write(source, [first, named, plain], None, "for this place only", "")
    assert stored(there.page, "body") == before


def said(text: Any) -> str:
    """The first alt of a text."""
    return str(text["value"].partition('alt="')[2].partition('"')[0])


def test_a_list_of_texts_goes_back_whole(
    site: DemoDrupal, there: Texts, source: JsonapiSource
) -> None:
    """863. The second is shown as letters, so that the third has the same picture for the
    second time."""
    rows = stored(there.article, "field_rows")
    rows[1]["format"] = None
    key = f"img-{there.file.uuid}"
    pair = images(source, there.article, "field_rows", key, f"{key}.1")
    write(source, pair, "first", "third")
    now = stored(there.article, "field_rows")
    assert now[1] == rows[1]
    assert [said(one) for one in now] == ["first", "", "third"]
    (attribute,) = attributes(site)
    assert attribute["field_rows"] == now


def test_all_that_changes_of_an_entity_goes_in_one_patch(
    site: DemoDrupal, there: Texts, source: JsonapiSource
) -> None:
    """Two text fields with three slots, and an image field."""
    article = there.article
    key = f"img-{there.file.uuid}"
    site.rearrange(article, "field_gallery", [])
    article.translations["en"].relationships["field_image"] = None
    other = site.add_article("Story", ["", None], body=img(there.file))
    found = [
        *images(source, article, "body", key),
        *images(source, article, "field_rows", key, f"{key}.2"),
    ]
    new = [f"text {n}" for n in range(len(found))]
    shown = write(source, found, *new)
    assert [shown[image.id]["alt"] for image in found] == new
    gallery = slot_id(other, site, "field_gallery", 1)
    both = [*images(source, other, "body", key), source.read(gallery)]
    write(source, both, "in the text", "in the gallery")
    assert site.items(other, "field_gallery")[1]["meta"]["alt"] == "in the gallery"
    assert said(stored(other, "body")) == "in the text"
    first, second = attributes(site)
    assert {"body", "field_rows", "changed"} <= set(first)
    assert {"body", "changed"} <= set(second)
    assert "field_rows" not in second


def test_a_text_leaves_labels_and_image_fields_alone(
    site: DemoDrupal, there: Texts
) -> None:
    """The label `ai` speaks of the image fields; it is not taken away because a text
    without one comes."""
    article = site.add_article("Labelled", [""], body=img(there.file))
    for source in opened(site, label=LABEL):
        article.translations["en"].attributes["field_alt_source"] = "ai"
        (image,) = images(source, article, "body", f"img-{there.file.uuid}")
        assert "label" not in source.fresh([image]).flats[image.id]
        write(source, [image], ALT)
    assert stored(article, "field_alt_source") == "ai"
    assert "relationships" not in sent(site)[-1]


def test_a_paragraph_is_written_with_both_guards(
    site: DemoDrupal, there: Texts, source: JsonapiSource
) -> None:
    """929: neither sees all that the other sees."""
    key = f"img-{there.file.uuid}"
    (image,) = images(source, there.paragraph, "field_text", key)
    changed, vid = stored(there.page, "changed"), there.paragraph.vid
    write(source, [image], ALT)
    (attribute,) = attributes(site)
    assert attribute["drupal_internal__revision_id"] == vid
    assert "content_translation_changed" in attribute
    assert stored(there.page, "changed") == changed


@pytest.mark.parametrize("where", ["page", "paragraph"])
def test_a_save_between_the_look_and_the_write_is_kept(
    site: DemoDrupal, there: Texts, source: JsonapiSource, where: str
) -> None:
    """438, 930, 931: nothing is stored, and the caller reads again."""
    entity = getattr(there, where)
    field = "body" if where == "page" else "field_text"
    (image,) = images(source, entity, field, f"img-{there.file.uuid}")
    fresh = source.fresh([image])
    site.people.edit_words(entity, field, "Words of a person")
    saved = stored(entity, field)
    new: Any = {image.id: {**fresh.flats[image.id], "alt": ALT}}
    with pytest.raises(GuardMoved, match="Nothing was changed"):
        source.write(fresh, new, "")
    assert stored(entity, field) == saved
    write(source, [image], ALT)
    assert "Words of a person" in stored(entity, field)["value"]


class TestFormats:
    """Who may not use a format gets nothing of its texts changed (439-442)."""

    def test_it_is_asked_before_the_first_write_and_nothing_is_sent(
        self, site: DemoDrupal, there: Texts, basic: JsonapiSource
    ) -> None:
        before = site.everything()
        (image,) = images(basic, there.page, "body", f"img-{there.file.uuid}")
        for _ in range(2):
            with pytest.raises(PartRefused) as refused:
                write(basic, [image], ALT)
        (error,) = refused.value.refused.values()
        assert isinstance(error, NotAllowed)
        assert "'full_html', which this login may not use" in str(error)
        assert "drush role:perm:add altsync 'use text format full_html'" in error.grant
        assert site.everything() == before
        assert attributes(site) == []
        assert len(site.requests("PATCH")) == 1

    def test_where_it_cannot_be_asked_the_refused_write_tells(
        self, site: DemoDrupal, there: Texts, basic: JsonapiSource
    ) -> None:
        """932: such a question would wipe a text without a summary."""
        for row in stored(there.article, "field_rows")[1:]:
            row["format"] = "full_html"
        before = site.everything()
        (image,) = images(basic, there.article, "field_rows", f"img-{there.file.uuid}")
        for _ in range(2):
            with pytest.raises(PartRefused, match="'full_html', which this login"):
                write(basic, [image], ALT)
        assert site.everything() == before
        assert len(attributes(site)) == 1

    def test_the_rest_of_the_item_may_go(
        self, site: DemoDrupal, there: Texts, basic: JsonapiSource
    ) -> None:
        """442."""
        for row in stored(there.article, "field_rows"):
            row["format"] = "full_html"
        stored(there.article, "body")["format"] = "basic_html"
        key = f"img-{there.file.uuid}"
        body = images(basic, there.article, "body", key)
        rows = images(basic, there.article, "field_rows", key, f"{key}.1")
        with pytest.raises(PartRefused) as refused:
            write(basic, [*body, *rows], "a", "b", "c")
        assert set(refused.value.refused) == {image.id for image in rows}
        write(basic, body, "a")
        assert said(stored(there.article, "body")) == "a"


def invalid(*errors: tuple[str, str]) -> bytes:
    """A 422 as core prints it."""
    listed = [
        {"title": "Unprocessable Content", "status": "422", "detail": detail}
        | {"source": {"pointer": f"/data/attributes/{place}"}}
        for place, detail in errors
    ]
    return json.dumps({"jsonapi": {"version": "1.0"}, "errors": listed}).encode()


@pytest.mark.parametrize(
    ("place", "refused", "why"),
    [
        ("body/summary", {"body"}, "The summary field is required"),
        ("field_rows/2/format", {"field_rows"}, "'full_html', which this login"),
        ("field_rows/7/format", {"field_rows"}, "'full_html', which this login"),
        ("an_old_name/format", {"body", "field_rows"}, "which this login may not use"),
        ("field_gallery/0/alt", None, "The summary field is required"),
        ("", None, "The summary field is required"),
    ],
)
def test_a_refused_value_is_about_the_text_that_it_is_in(
    site: DemoDrupal,
    there: Texts,
    source: JsonapiSource,
    place: str,
    refused: set[str] | None,
    why: str,
) -> None:
    """455, 478. A pointer has a field's own name, also where jsonapi_extras renamed it."""
    stored(there.article, "field_rows")[2]["format"] = "full_html"
    key = f"img-{there.file.uuid}"
    found = [
        *images(source, there.article, "body", key),
        *images(source, there.article, "field_rows", key),
    ]
    answer = invalid((place, "The summary field is required for Article."))
    asked(source, found)
    site.trouble(422, methods=("PATCH",), body=answer)
    with pytest.raises(Rejected, match=why) as told:
        write(source, found, "a", "b")
    if refused is None:
        assert not isinstance(told.value, PartRefused)
        return
    assert isinstance(told.value, PartRefused)
    albums = {image.partition("/")[0] for image in told.value.refused}
    assert albums == {f"node--article.{field}" for field in refused}


class TestTheAnswer:
    @pytest.fixture
    def image(self, there: Texts, source: JsonapiSource) -> SiteImage:
        (found,) = images(source, there.page, "body", f"img-{there.file.uuid}")
        asked(source, [found])
        return found

    @pytest.mark.parametrize(
        ("change", "how"),
        [
            (
                lambda text: text | {"value": text["value"].replace("\r\n", "\n")},
                r"the value sent had .*\\r\\n.*, and .*\\n.* came",
            ),
            (
                lambda text: text | {"value": text["value"] + " "},
                r"from character 2,\d+ on, the value",
            ),
            (lambda text: text | {"format": "basic_html"}, 'the format sent had "full'),
            (lambda text: text | {"summary": None}, r"sent was .*, and \(none\) came"),
            (lambda text: [text, text], "body: 1 text sent, 2 came"),
        ],
    )
    def test_another_text_than_was_sent_stops_the_run(
        self,
        site: DemoDrupal,
        there: Texts,
        source: JsonapiSource,
        image: SiteImage,
        change: Any,
        how: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """A module of the site that changes texts when they are saved."""
        keep = texts.stored
        monkeypatch.setattr(texts, "stored", lambda *a: change(keep(*a)))
        with pytest.raises(Rewritten, match=how) as error:
            write(source, [image], ALT)
        assert error.value.stops_run
        assert "texts = false" in str(error.value)

    def test_what_the_answer_does_not_show_is_settled_by_reading(
        self,
        site: DemoDrupal,
        there: Texts,
        source: JsonapiSource,
        image: SiteImage,
    ) -> None:
        shown = {"type": "node--page", "id": there.page.uuid}
        bare = {"langcode": "en", "drupal_internal__nid": there.page.id}
        answer = json.dumps({"data": {**shown, "attributes": bare}}).encode()
        site.trouble(200, methods=("PATCH",), body=answer)
        with pytest.raises(AnswerLost, match=r"does not show node--page \d+: body"):
            write(source, [image], ALT)


class TestRefusedHere:
    """Nothing is sent."""

    @pytest.mark.parametrize("alt", ["a NUL \0", "half of a pair \ud83d"])
    def test_a_splice_that_cannot_be_proven_keeps_its_text_back(
        self, site: DemoDrupal, there: Texts, source: JsonapiSource, alt: str
    ) -> None:
        """The other slot of that text too: of a text nothing goes in part."""
        key = f"img-{there.file.uuid}"
        body = images(source, there.article, "body", key)
        rows = images(source, there.article, "field_rows", key, f"{key}.1")
        with pytest.raises(
            PartRefused, match=r"field_rows was not sent: .*#writing-texts"
        ) as no:
            write(source, [*body, *rows], "fine", "fine too", alt)
        assert set(no.value.refused) == {image.id for image in rows}
        assert attributes(site) == []

    def test_a_title_or_a_caption(
        self, site: DemoDrupal, there: Texts, source: JsonapiSource
    ) -> None:
        (image,) = images(source, there.page, "body", f"img-{there.file.uuid}")
        fresh = source.fresh([image])
        for more in ({"title": "T"}, {"caption": "C"}, {"place": "1 of 9: | "}):
            new: Any = {image.id: {**fresh.flats[image.id], "alt": ALT, **more}}
            with pytest.raises(PartRefused, match="and nothing else of it"):
                source.write(fresh, new, "")
        assert attributes(site) == []

    def test_a_field_that_the_owner_keeps_read_only(
        self, site: DemoDrupal, there: Texts
    ) -> None:
        for source in opened(site, read_only=("node--page.body",)):
            (image,) = images(source, there.page, "body", f"img-{there.file.uuid}")
            with pytest.raises(PartRefused, match=r"jsonapi\.read_only .* this text"):
                write(source, [image], ALT)
        assert attributes(site) == []

    def test_a_draft(
        self, site: DemoDrupal, there: Texts, source: JsonapiSource
    ) -> None:
        key = f"img-{there.file.uuid}"
        (image,) = images(source, there.page, "body", key)
        (other,) = images(source, there.paragraph, "field_text", key)
        site.draft(there.page, "")
        before = stored(there.page, "body"), stored(there.paragraph, "field_text")
        for one in (image, other):
            with pytest.raises(HasDraft, match="has a draft"):
                write(source, [one], ALT)
        now = stored(there.page, "body"), stored(there.paragraph, "field_text")
        assert now == before

    def test_a_block_of_one_page(
        self, site: DemoDrupal, there: Texts, source: JsonapiSource
    ) -> None:
        """865-869: nobody could read it again."""
        (image,) = images(source, there.block, "body", f"img-{there.file.uuid}")
        there.block.translations["en"].attributes["reusable"] = False
        site.state.pinned[there.block.uuid] = (there.page.uuid, there.block.vid)
        with pytest.raises(NeverWritten, match="one Layout Builder page"):
            write(source, [image], ALT)
        assert attributes(site) == []

    def test_a_paragraph_that_no_page_shows(
        self, site: DemoDrupal, there: Texts, source: JsonapiSource
    ) -> None:
        key = f"img-{there.file.uuid}"
        (image,) = images(source, there.paragraph, "field_text", key)
        unused = replace(image, out_of_reach=OutOfReach.UNUSED)
        with pytest.raises(NeverWritten, match="no page shows"):
            write(source, [unused], ALT)
        assert attributes(site) == []

    def test_a_picture_that_is_not_there_any_more(
        self, site: DemoDrupal, there: Texts, source: JsonapiSource
    ) -> None:
        (image,) = images(source, there.article, "body", f"img-{there.file.uuid}")
        fresh = source.fresh([image])
        new: Any = {image.id: {**fresh.flats[image.id], "alt": ALT}}
        with pytest.raises(PartRefused) as no:
            source.write(replace(fresh, flats={}), new, "")
        (error,) = no.value.refused.values()
        assert isinstance(error, NotThere)
        site.people.remove_picture(there.article, "body", 0)
        assert dict(source.fresh([image]).flats) == {}
        assert attributes(site) == []
