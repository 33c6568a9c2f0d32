"""Paragraphs on a Drupal: what a page lists counts, and speaks of its page."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from altsync.models import OutOfReach, SiteImage
from altsync.sources.jsonapi import JsonapiSource, placing
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.extras import Extras, Override
from tests.doubles.drupal.model import Entity
from tests.sources.jsonapi.world import listed, source_of

PICTURE = "paragraph--picture_text.field_picture"


def paragraphs(
    site: DemoDrupal,
    *fields: str,
    languages: Sequence[str] = ("en",),
    user: str = "editor",
) -> JsonapiSource:
    return source_of(
        site,
        fields=(PICTURE, *fields),
        languages=tuple(languages),
        label=None,
        user=user,
        secret=f"{user}-lab-pass",
    )


def by_alt(source: JsonapiSource, since: str | None = None) -> dict[str, SiteImage]:
    return {str(image.alt): image for image in listed(source, since).values()}


def walked(site: DemoDrupal, path: str) -> int:
    """How many pages of a type were asked for in its order."""
    return sum("sort=" in seen.query for seen in site.requests("GET", path))


def test_only_what_a_page_lists_is_in_reach(site: DemoDrupal) -> None:
    """518-520, 529."""
    page = site.add_page("A page")
    site.add_paragraph("kept", parent=page)
    site.add_paragraph("removed", parent=page, listed=False)
    site.add_paragraph("never attached", parent=None)
    left = site.add_page("Deleted soon")
    site.add_paragraph("of a deleted page", parent=left)
    site.delete(left)
    found = {alt: image.out_of_reach for alt, image in by_alt(paragraphs(site)).items()}
    assert found == {
        "kept": None,
        "removed": OutOfReach.UNUSED,
        "never attached": OutOfReach.UNUSED,
        "of a deleted page": OutOfReach.UNUSED,
    }


def test_nested_paragraphs_stand_on_the_page_of_the_outermost(site: DemoDrupal) -> None:
    """523, 530."""
    page = site.add_page("Nested")
    outer = site.add_paragraph(kind="paragraph--section", parent=page)
    inner = site.add_paragraph(kind="paragraph--section", parent=outer)
    site.add_paragraph("deep", parent=inner)
    dropped = site.add_paragraph(kind="paragraph--section", parent=page)
    site.add_paragraph("in a dropped one", parent=dropped)
    site.remove_paragraph(dropped)
    found = by_alt(paragraphs(site))
    assert (found["deep"].out_of_reach, found["deep"].page_title) == (None, "Nested")
    assert found["in a dropped one"].out_of_reach is OutOfReach.UNUSED


def test_terms_and_blocks_list_paragraphs_too(site: DemoDrupal) -> None:
    """Whatever the paragraphs name as their parent is walked."""
    page = site.add_page("A page")
    parents = [
        site.add_term(name="Cranes"),
        site.add_block(info="Shared block"),
        site.add_block(info="Of one page", page=page, reusable=False),
    ]
    for alt, parent in zip(("term", "block", "inline"), parents, strict=True):
        site.add_paragraph(alt, parent=parent, field="field_parts")
        site.add_paragraph(
            f"not {alt}", parent=parent, field="field_parts", listed=False
        )
    found = by_alt(paragraphs(site))
    assert {alt: found[alt].page_title for alt in ("term", "block")} == {
        "term": "Cranes",
        "block": "Shared block",
    }
    assert found["inline"].out_of_reach is OutOfReach.INLINE
    assert all(
        found[f"not {alt}"].out_of_reach is OutOfReach.UNUSED
        for alt in ("term", "block", "inline")
    )


def test_a_paragraph_tells_of_its_page(site: DemoDrupal) -> None:
    page = site.add_page("Harbour walks", "<p>All about <em>boats</em>.</p>")
    page.translations["en"].attributes["path"]["alias"] = "/harbour/überblick"
    site.add_paragraph("one", parent=page, words="The old crane.")
    image = by_alt(paragraphs(site))["one"]
    assert image.page_title == "Harbour walks"
    assert image.page_url == f"{site.url}/harbour/%C3%BCberblick"
    assert image.page_text == "The old crane.\n\nAll about boats."


def test_it_tells_it_in_its_own_language(site: DemoDrupal) -> None:
    page = site.add_page("Harbour walks", "<p>Boats.</p>")
    untranslated = site.add_page("English only")
    one = site.add_paragraph("one", parent=page)
    two = site.add_paragraph("two", parent=untranslated)
    alias = {"alias": "/haven", "pid": 1, "langcode": "nl"}
    site.translate(page, "nl", None, title="Langs de haven", body=None, path=alias)
    site.translate(one, "nl", "een")
    site.translate(two, "nl", "twee")
    found = by_alt(paragraphs(site, languages=("en", "nl")))
    assert (found["een"].page_title, found["een"].page_url) == (
        "Langs de haven",
        f"{site.url}/nl/haven",
    )
    assert found["one"].page_url == f"{site.url}/node/{page.id}"
    assert found["twee"].page_title == "English only"


def test_pages_with_images_of_their_own_are_walked_once(site: DemoDrupal) -> None:
    article = site.add_article("Story", [], alias="/story")
    site.add_paragraph("one", parent=article, field="field_blocks")
    source = paragraphs(site, "node--article.field_image")
    found = by_alt(source)
    assert found["one"].page_title == "Story"
    assert walked(site, "/node/article") == 1


def test_it_costs_pages_not_requests_for_each_paragraph(site: DemoDrupal) -> None:
    for number in range(40):
        page = site.add_page(f"Page {number}")
        for _ in range(4):
            site.add_paragraph("", parent=page)
    assert len(listed(paragraphs(site))) == 160
    assert walked(site, "/paragraph/picture_text") == 4
    assert walked(site, "/node/page") == 1
    assert not any(seen.path.count("/") > 3 for seen in site.ledger), "of one item"


def test_a_page_that_others_may_not_see_does_not_make_its_paragraphs_unused(
    site: DemoDrupal,
) -> None:
    """521, 528, 703: who may not see the page, may not see the paragraph."""
    draft = site.add_page("Not yet", status=False)
    site.add_paragraph("of an unpublished page", parent=draft)
    secret = site.add_page("Secret")
    site.add_paragraph("of a secret page", parent=secret)
    site.hide_by_grants(secret)
    site.grant("editor", "view any unpublished content")
    found = by_alt(paragraphs(site))
    assert found["of an unpublished page"].out_of_reach is None
    assert "of a secret page" not in found
    source = paragraphs(site, user="viewer")
    listing = source.listing()
    assert list(listing) == []
    assert len({entity for entity, _ in listing.hidden}) == 2


def test_what_may_list_it_cannot_be_walked_so_it_stays_what_it_was(
    site: DemoDrupal,
) -> None:
    page = site.add_page("A page")
    site.add_paragraph("kept", parent=page)
    site.add_paragraph("removed", parent=page, listed=False)
    site.site.extras = Extras({"node--page": Override(disabled=True)})  # 823
    source = paragraphs(site)
    listing = source.listing()
    images = [image for image in listing if isinstance(image, SiteImage)]
    assert [image.out_of_reach for image in images] == [None, None]
    assert set(listing.undecided) == {image.id for image in images}
    assert any("2 images in paragraphs of which" in note for note in listing.notes)
    # It was looked for, so that they may be written.
    assert [json.loads(image.raw)["page"] for image in images] == [None, None]


def test_pages_of_another_name_list_paragraphs_under_another_name(
    site: DemoDrupal,
) -> None:
    """806, 809, 843: paragraphs know only Drupal's own names."""
    page = site.add_page("A page")
    site.add_paragraph("kept", parent=page)
    site.add_paragraph("removed", parent=page, listed=False)
    public = {"field_blocks": "parts", "title": "headline"}
    site.site.extras = Extras({"node--page": Override("stories", "stories", public)})
    found = by_alt(paragraphs(site))
    assert (found["kept"].out_of_reach, found["kept"].page_title) == (None, "A page")
    assert found["removed"].out_of_reach is OutOfReach.UNUSED


@pytest.mark.parametrize("name", ["parent_id", "parent_type", "parent_field_name"])
def test_a_paragraph_that_does_not_show_its_parent_is_not_one_without(
    site: DemoDrupal, name: str
) -> None:
    """jsonapi_extras may rename or hide what a paragraph says of its parent. What pages
    list is seen all the same; what none of them lists is not called unused."""
    site.add_paragraph("kept", parent=site.add_page("A page"))
    site.add_paragraph("never attached", parent=None)
    hides = Override("snippets", "snippets", hidden=frozenset({name}))
    site.site.extras = Extras({"paragraph--picture_text": hides})
    source = source_of(
        site, fields=("snippets.field_picture",), languages=("en",), label=None
    )
    listing = source.listing()
    found = {str(one.alt): one for one in listing if isinstance(one, SiteImage)}
    assert [image.out_of_reach for image in found.values()] == [None, None]
    assert found["kept"].page_title == "A page"
    assert set(listing.undecided) == {found["never attached"].id}


def test_a_field_that_is_switched_off_tells_nothing(site: DemoDrupal) -> None:
    page = site.add_page("A page")
    site.add_paragraph("kept", parent=page)
    hidden = Override(hidden=frozenset({"field_blocks"}))
    site.site.extras = Extras({"node--page": hidden})
    source = paragraphs(site)
    listing = source.listing()
    [image] = [one for one in listing if isinstance(one, SiteImage)]
    assert image.out_of_reach is None
    assert set(listing.undecided) == {image.id}


def test_a_paragraph_made_during_the_walk_is_not_called_unused(
    site: DemoDrupal, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = site.add_page("A page")
    site.add_paragraph("first", parent=page)
    source = paragraphs(site)
    made: list[Entity] = []
    get = source._client.get

    def meanwhile(url: str, *rest: object, **more: object) -> object:
        answer = get(url, *rest, **more)  # type: ignore[arg-type]
        if "/node/page" in url and not made:
            made.append(site.add_paragraph("second", parent=page))
        return answer

    monkeypatch.setattr(source._client, "get", meanwhile)
    assert [i.out_of_reach for i in listed(source).values()] == [None]
    assert len(made) == 1
    assert [i.out_of_reach for i in listed(source).values()] == [None, None]


def test_the_counts_are_told(site: DemoDrupal) -> None:
    page = site.add_page("A page")
    site.add_paragraph("removed", parent=page, listed=False)
    site.add_block("", page=page, reusable=False)
    source = paragraphs(site, "block_content--picture_block.field_block_image")
    listing = source.listing()
    assert len(list(listing)) == 2
    told = " ".join(listing.notes)
    assert (
        "1 image in blocks of one Layout Builder page: seen, and never written" in told
    )
    assert "1 image in paragraphs that no page shows: kept" in told


def test_a_walk_for_what_changed_asks_about_the_newest_alone(
    site: DemoDrupal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "ASKED", 2)
    monkeypatch.setattr(placing, "QUESTIONS", 3)
    pages = [site.add_page(f"Page {n}") for n in range(20)]
    made = [site.add_paragraph(str(n), parent=page) for n, page in enumerate(pages)]
    changed = {"content_translation_changed": "2026-02-01T00:00:00+00:00"}
    for entity in made:
        site.edit(entity, "field_picture", attributes=changed)
    found = by_alt(paragraphs(site), "2026-01-01T00:00:00+00:00")
    asked = [seen for seen in site.requests("GET", "/node/page") if "IN" in seen.query]
    assert len(asked) == 3
    told = [alt for alt, image in found.items() if image.page_title]
    assert sorted(told) == ["14", "15", "16", "17", "18", "19"]


def test_what_changed_lately_gets_its_page_and_decides_nothing(
    site: DemoDrupal,
) -> None:
    """905, 906: a filter finds the page that lists one, and no unpublished one."""
    page = site.add_page("A page", "<p>Boats.</p>")
    made = site.add_paragraph("old", parent=page)
    removed = site.add_paragraph("removed", parent=page, listed=False)
    hidden = site.add_page("Not yet", status=False)
    unpublished = site.add_paragraph("of an unpublished page", parent=hidden)
    site.add_paragraph("never attached", parent=None)
    site.grant("editor", "view any unpublished content")
    since = "2026-01-01T00:00:00+00:00"
    for entity in (made, removed, unpublished):
        site.edit(
            entity,
            "field_picture",
            attributes={"content_translation_changed": "2026-02-01T00:00:00+00:00"},
        )
    source = paragraphs(site)
    listing = source.listing(since)
    found = {i.alt: i for i in listing if isinstance(i, SiteImage)}
    assert set(found) == {"old", "removed", "of an unpublished page"}
    assert found["old"].page_title == "A page"
    undecided = {found[alt].id for alt in ("removed", "of an unpublished page")}
    assert not any("paragraphs" in note for note in listing.notes)
    assert set(listing.undecided) == undecided
    assert [i.out_of_reach for i in found.values()] == [None, None, None]
    assert json.loads(found["old"].raw)["page"] == f"node--page/{page.uuid}"
    assert "page" not in json.loads(found["removed"].raw)
