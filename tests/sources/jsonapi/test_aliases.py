"""The pages of a site as its nodes name them, over the double of a Drupal."""

from __future__ import annotations

from altsync.sources.jsonapi import JsonapiSource
from tests.doubles.drupal import DemoDrupal
from tests.sources.jsonapi.world import source_of


def told(source: JsonapiSource, home: str) -> tuple[list[str], list[str]]:
    """(addresses without their origin, what could not be listed)."""
    said: list[str] = []
    found = [url.removeprefix(home) for url in source.page_addresses(said.append)]
    return found, said


def test_published_nodes_by_alias_or_number_in_each_language(site: DemoDrupal) -> None:
    harbour = site.add_article("Harbour", [], alias="/harbour")
    alias = {"alias": "/haven", "pid": 1, "langcode": "nl"}
    site.translate(harbour, "nl", None, title="De haven", body=None, path=alias)
    plain = site.add_article("No alias", [])
    hidden = site.add_article("Draft", [], alias="/draft")
    hidden.translations["en"].attributes["status"] = False
    site.grant("editor", "view any unpublished content")
    source = source_of(site, languages=("en", "nl"))
    found = told(source, site.url)
    source.close()
    assert found == (["/harbour", f"/node/{plain.id}", "/nl/haven"], [])


def test_a_type_that_cannot_be_listed_is_told(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    site.add_article("Harbour", [], alias="/harbour")
    page = site.add_page("A page")
    site.trouble(400, path="node/article", body=b"{}")
    found, (said,) = told(source, site.url)
    assert found == [f"/node/{page.id}"]
    assert said.startswith("The pages of `node--article` could not be listed: ")
