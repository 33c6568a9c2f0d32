"""The fake's other places for pictures behave as the recordings do: each test names
them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.model import Entity


@pytest.fixture
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal() as made:
        yield made


def ask(site: DemoDrupal, path: str, user: str = "editor") -> requests.Response:
    """GET; `user` empty: anonymous."""
    auth = (user, f"{user}-lab-pass") if user else None
    return requests.get(site.url + "/jsonapi/" + path, auth=auth, timeout=10)


def rows(site: DemoDrupal, path: str, user: str = "editor") -> list[str]:
    return [item["id"] for item in ask(site, path, user).json()["data"]]


def patch(
    site: DemoDrupal, entity: Entity, user: str = "editor", **part: Any
) -> requests.Response:
    body = {"data": {"type": entity.type, "id": entity.uuid, **part}}
    auth = (user, f"{user}-lab-pass") if user else None
    return requests.patch(
        url(site, entity),
        json=body,
        headers={"Content-Type": "application/vnd.api+json"},
        auth=auth,
        timeout=10,
    )


def url(site: DemoDrupal, entity: Entity) -> str:
    return f"{site.url}/jsonapi/{entity.type.replace('--', '/')}/{entity.uuid}"


def picture(
    site: DemoDrupal, entity: Entity, alt: str, field: str = "field_picture"
) -> dict[str, Any]:
    item = site.items(entity, field)[0]
    return {field: {"data": item | {"meta": item["meta"] | {"alt": alt}}}}


def test_any_filter_on_paragraphs_finds_nothing_and_says_nothing(
    site: DemoDrupal,
) -> None:
    """503-511."""
    page = site.add_page("A page")
    made = [site.add_paragraph("words", parent=page) for _ in range(3)]
    path = "paragraph/picture_text"
    assert rows(site, f"{path}?sort=-drupal_internal__id") == [
        entity.uuid for entity in reversed(made)
    ]
    for condition in ("drupal_internal__id", "status", "parent_id", "langcode", "id"):
        answer = ask(site, f"{path}?filter[{condition}]=1", "admin").json()
        assert answer["data"] == []
        assert "meta" not in answer
        assert "next" not in answer["links"]


def test_a_paragraph_that_its_page_lists_no_more_stays_and_anybody_may_change_it(
    site: DemoDrupal,
) -> None:
    """518, 525, 551-554, 652."""
    page = site.add_page("A page")
    made = site.add_paragraph("words", parent=page)
    assert patch(site, made, "").status_code == 401
    site.remove_paragraph(made)
    attributes = ask(site, f"paragraph/picture_text/{made.uuid}", "").json()["data"][
        "attributes"
    ]
    assert attributes["parent_id"] == str(page.id)
    changed = patch(site, made, "", relationships=picture(site, made, "anybody's"))
    assert changed.status_code == 200
    assert site.alt(made, "field_picture") == "anybody's"


def test_a_paragraph_is_changed_in_place_and_its_page_renews_it(
    site: DemoDrupal,
) -> None:
    """536-545."""
    page = site.add_page("A page")
    section = site.add_paragraph(kind="paragraph--section", parent=page)
    made = site.add_paragraph("old", parent=section)
    before = (page.vid, made.vid)
    answer = patch(site, made, relationships=picture(site, made, "new"))
    assert answer.status_code == 200
    assert (page.vid, made.vid) == before
    assert patch(site, page, attributes={"title": "Renamed"}).status_code == 200
    assert made.vid > before[1]
    stale = {"drupal_internal__revision_id": before[1]}
    assert patch(site, made, attributes=stale).status_code == 500


def test_an_inline_block_is_listed_until_it_is_changed(site: DemoDrupal) -> None:
    """572-578, 589, 865-869."""
    page = site.add_page("A page")
    inline = site.add_block("words", page=page, reusable=False)
    site.add_block("more words")
    path = "block_content/picture_block"
    assert len(rows(site, path)) == 2
    assert len(rows(site, f"{path}?filter[status]=1", "admin")) == 1
    new = picture(site, inline, "new", "field_block_image")
    assert patch(site, inline, relationships=new).status_code == 403
    assert patch(site, inline, "admin", relationships=new).status_code == 200
    for user in ("admin", "editor", ""):
        assert ask(site, f"{path}/{inline.uuid}", user).status_code == 403
        omitted = ask(site, path, user).json()["meta"]["omitted"]["links"]
        assert any(inline.uuid in link["href"] for link in omitted.values())


def test_a_custom_entity_is_listed_and_no_filter_finds_it(site: DemoDrupal) -> None:
    """633, section 15."""
    made = site.add_custom("words")
    assert rows(site, "exhibit/exhibit") == [made.uuid]
    assert rows(site, "exhibit/exhibit?filter[name]=An exhibit") == []
    answer = patch(site, made, relationships=picture(site, made, "x", "picture"))
    assert answer.status_code == 403
    assert "administer exhibits" in answer.text


def test_what_opens_unpublished_rows_to_a_list_does_not_open_them_to_a_filter(
    site: DemoDrupal,
) -> None:
    """656, 657, 692, 695."""
    site.add_media("seen", status=False, owner="editor")
    site.add_page("Others' draft", status=False)
    mine = site.add_page("My draft", status=False, owner="editor")
    assert rows(site, "media/image") == []
    site.grant("editor", "view any unpublished content")
    assert len(rows(site, "media/image")) == 1
    assert len(rows(site, "node/page")) == 2
    assert rows(site, "media/image?filter[status]=0") == []
    assert rows(site, "node/page?filter[status]=0") == [mine.uuid]


def test_node_grants_hide_without_a_trace(site: DemoDrupal) -> None:
    """696-703."""
    page = site.add_page("Hidden")
    below = site.add_paragraph("words", parent=page)
    site.hide_by_grants(page)
    answer = ask(site, "node/page").json()
    assert (answer["data"], "meta" in answer) == ([], False)
    assert ask(site, f"node/page/{page.uuid}").status_code == 403
    assert ask(site, f"node/page/{page.uuid}", "").status_code == 401
    assert rows(site, "node/page", "admin") == [page.uuid]
    omitted = ask(site, "paragraph/picture_text").json()["meta"]["omitted"]["links"]
    assert any(below.uuid in link["href"] for link in omitted.values())


def test_a_path_that_stops_at_a_field_is_told_the_fields_properties(
    site: DemoDrupal,
) -> None:
    """482-493, 497, 500."""
    site.add_paragraph("words", parent=site.add_page("A page"))
    answers = {
        path: ask(site, path, "").json()["errors"][0]["detail"]
        for path in (
            "paragraph/picture_text?filter[field_picture]=x",
            "paragraph/picture_text?filter[field_text]=x",
            "node/page?filter[field_blocks.field_text]=x",
            "paragraph/picture_text?include=zzz",
        )
    }
    specifiers = [detail.partition(": ")[2] for detail in answers.values()]
    assert specifiers == [
        "`id`, `meta.drupal_internal__target_id`, `meta.alt`, `meta.title`,"
        " `meta.width`, `meta.height`.",
        "`value`, `format`, `processed`.",
        "`value`, `format`, `processed`.",
        "paragraph_type, field_picture.",
    ]


def test_each_other_place_is_listed_with_its_picture(site: DemoDrupal) -> None:
    page = site.add_page("A page")
    made = {
        "field_pictures": site.add_paragraph(
            ["words", None], kind="paragraph--pictures", parent=page
        ),
        "field_term_image": site.add_term("words"),
        "user_picture": site.add_user("words", name="editor"),
        "field_comment_image": site.add_comment("words", on=page),
    }
    for field, entity in made.items():
        answer = requests.get(
            url(site, entity), auth=(site.user, site.password), timeout=10
        ).json()["data"]
        data = answer["relationships"][field]["data"]
        first = data[0] if isinstance(data, list) else data
        assert first["meta"]["alt"] == "words"


def test_a_form_that_was_open_puts_the_old_words_back_without_a_word(
    site: DemoDrupal,
) -> None:
    """962, 963, 570, 881."""
    page = site.add_page("A page")
    made = site.add_paragraph("old", parent=page)
    guard = made.translations["en"].attributes["content_translation_changed"]
    form = site.open_form(page)
    new = picture(site, made, "new")
    assert patch(site, made, relationships=new).status_code == 200
    assert form.save()
    assert site.alt(made, "field_picture") == "old"
    stale = {"content_translation_changed": guard}
    refused = patch(site, made, attributes=stale, relationships=new)
    assert (refused.status_code, site.alt(made, "field_picture")) == (403, "old")


def test_a_form_is_not_saved_over_a_page_that_was_saved_meanwhile(
    site: DemoDrupal,
) -> None:
    page = site.add_page("A page")
    first, second = site.open_form(page), site.open_form(page)
    first.set(page, title="Renamed")
    assert first.save()
    assert not second.save()


def test_only_the_page_was_saved_so_the_guard_of_its_paragraph_stands(
    site: DemoDrupal,
) -> None:
    """569, 879-881: what each guard sees of a person's save."""
    page = site.add_page("A page")
    made = site.add_paragraph("old", parent=page)

    def guards() -> tuple[Any, int]:
        text = made.translations["en"].attributes
        return text["content_translation_changed"], made.vid

    before = guards()
    form = site.open_form(page)
    form.set(page, title="Renamed")
    assert form.save()
    renamed = guards()
    assert renamed[0] == before[0]
    assert renamed[1] > before[1]
    form = site.open_form(page)
    form.write(made, "field_picture", alt="a person's")
    assert form.save(new_revision=False)
    assert guards()[0] > renamed[0]
    assert guards()[1] == renamed[1]


def test_a_text_is_replaced_whole_and_its_format_is_for_those_who_may_use_it(
    site: DemoDrupal,
) -> None:
    """439-457, 912."""
    page = site.add_page("A page", "<p>words</p>")

    def send(body: Any, status: int = 200, user: str = "admin") -> Any:
        answer = patch(site, page, user, attributes={"body": body})
        assert answer.status_code == status
        return page.translations["en"].attributes["body"]

    full = {"value": "<p>x</p>", "format": "full_html", "summary": "s"}
    assert send(full, 422, "editor")["value"] == "<p>words</p>"
    site.grant("editor", "use text format full_html")
    assert send(full, user="editor")["summary"] == "s"
    assert send({"value": "x", "format": "full_html"})["summary"] is None
    assert send({"value": "x"})["format"] is None
    assert send(full | {"foo": 1}, 422)["value"] == "x"
    assert send({"format": "full_html", "summary": "s"}, 422)["value"] == "x"
    assert send({"format": "full_html"}) is None


def test_a_filter_finds_texts_with_pictures(site: DemoDrupal) -> None:
    """467-472."""
    with_picture = site.add_page("With", "<p><img src='x'></p>")
    site.add_page("Without", "<p>words</p>")
    condition = "filter[i][condition][path]={}&filter[i][condition][operator]=CONTAINS"
    path = f"node/page?{condition}&filter[i][condition][value]=<IMG"
    assert rows(site, path.format("body.value"), "") == [with_picture.uuid]
    assert ask(site, path.format("body")).status_code == 400
    assert ask(site, path.format("body.processed")).status_code == 500


def test_a_type_without_rows_knows_its_fields(site: DemoDrupal) -> None:
    """492, 493, 500."""
    known = ask(site, "media/audio?filter[field_media_audio_file]=x", "")
    assert known.status_code == 400
    assert "`meta.display`, `meta.description`" in known.text
    assert ask(site, "media/audio?filter[zzz]=x").status_code == 400
    assert ask(site, "media/audio?include=zzz").status_code == 200


def test_a_paragraph_is_locked_by_the_draft_of_its_page(site: DemoDrupal) -> None:
    """535."""
    page = site.add_page("A page")
    section = site.add_paragraph(kind="paragraph--section", parent=page)
    made = site.add_paragraph("words", parent=section)
    site.draft(page, None)
    assert patch(site, made, relationships=picture(site, made, "x")).status_code == 400


def test_paragraphs_that_are_not_translated_have_no_moment(site: DemoDrupal) -> None:
    site.keep_one_language()
    page = site.add_page("A page")
    made = site.add_paragraph("old", parent=page)
    moment = {"content_translation_changed": "2026-01-01T00:00:00+00:00"}
    assert patch(site, made, attributes=moment).status_code == 422
    form = site.open_form(page)
    form.write(made, "field_picture", alt="new")
    assert form.save()
    assert site.alt(made, "field_picture") == "new"
    shown = ask(site, f"paragraph/picture_text/{made.uuid}").json()["data"]
    assert not any("translation_c" in name for name in shown["attributes"])
