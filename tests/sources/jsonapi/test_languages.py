"""Which languages are found, and by which of the ways: each alone, without the rights of
an administrator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.discover import discover
from altsync.sources.jsonapi.fields import FieldSearch
from altsync.sources.jsonapi.languages import SETTINGS, USUAL, LanguageSearch
from altsync.sources.kinds import JsonapiConfig
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.model import Entity
from tests.sources.jsonapi.world import MEDIA, QUICK, listed, source_of, state


@pytest.fixture
def bare() -> Iterator[DemoDrupal]:
    """A site whose pages have no language switcher."""
    with DemoDrupal(state=state()) as site:
        site.switches.switcher = False
        yield site


def search(
    site: DemoDrupal, *, counted: bool = False, user: str = ""
) -> LanguageSearch:
    """One that has run. `counted` False: the site does not tell how many there are."""
    config = JsonapiConfig(login="basic" if user else "none", user=user)
    secret = f"{user}-lab-pass" if user else None
    client = Client(site.url, config, secret=secret, patience=QUICK)
    client.ready()
    if not counted:
        client.paths.pop(SETTINGS)
    fields = FieldSearch(client)
    fields.run()
    site.ledger.clear()
    before = site.everything()
    made = LanguageSearch(client, fields.samples)
    made.run()
    assert site.everything() == before
    return made


def only(site: DemoDrupal, entity: Entity, language: str) -> None:
    """The item exists in this language alone."""
    (made,) = entity.translations.values()
    made.attributes["langcode"] = language
    entity.translations, entity.original = {language: made}, language


def test_a_site_of_one_language_is_asked_nothing_more(bare: DemoDrupal) -> None:
    bare.state.languages = ("en",)
    made = search(bare, counted=True)
    assert (made.found, made.expected, made.missing) == (["en"], 1, 0)
    assert [seen.path for seen in bare.ledger] == [
        f"/jsonapi/{SETTINGS.split('--')[0]}/{SETTINGS.split('--')[1]}"
    ]


def test_an_administrator_reads_their_codes(bare: DemoDrupal) -> None:
    made = search(bare, counted=True, user="admin")
    assert sorted(made.found) == ["de", "en", "nl"]
    assert len(bare.ledger) == 3


def test_items_name_the_language_that_they_are_in(bare: DemoDrupal) -> None:
    only(bare, bare.add_media("woorden"), "nl")
    only(bare, bare.add_media("words"), "und")
    assert search(bare).found == ["en", "nl"]


def test_the_language_switcher_names_all(bare: DemoDrupal) -> None:
    bare.switches.switcher = True
    made = search(bare, user="editor")
    assert sorted(made.found) == ["de", "en", "nl"]
    assert not [seen for seen in bare.requests("GET", "/") if seen.status == 403]


def test_pages_of_items_name_their_translations(bare: DemoDrupal) -> None:
    bare.translate(bare.add_article("A story"), "nl", "woorden")
    assert search(bare, user="editor").found == ["en", "nl"]


def test_an_item_shown_in_another_language_than_asked_names_it(
    bare: DemoDrupal,
) -> None:
    """Where JSON:API is read-only no translation is named."""
    bare.state.languages = ("en", "fr", "nl")
    bare.switches.read_only = True
    only(bare, bare.add_media("woorden"), "nl")
    bare.translate(bare.add_media("words"), "fr", "mots")
    assert search(bare).found == ["en", "nl", "fr"]


def test_what_an_item_lacks_is_refused_with_what_it_has(bare: DemoDrupal) -> None:
    bare.state.languages = ("en", "de", "fr", "nl")
    only(bare, bare.add_media("woorden"), "nl")
    entity = bare.add_media("words")
    bare.translate(entity, "de", "Wörter")
    bare.translate(entity, "fr", "mots")
    made = search(bare)
    assert sorted(made.found) == ["de", "en", "fr", "nl"]
    assert [seen.status for seen in bare.requests("PATCH")] == [405]
    assert not bare.requests("PATCH")[0].authorization


def test_as_long_as_some_are_missing_the_usual_codes_are_tried(
    bare: DemoDrupal,
) -> None:
    made = search(bare, counted=True)
    assert sorted(made.found) == ["de", "en", "nl"]
    assert made.missing == 0
    tried = [seen for seen in bare.ledger if seen.path.endswith("/jsonapi")]
    assert len(tried) == USUAL.index("nl"), "no more than it took"


def test_without_a_number_nothing_is_guessed(bare: DemoDrupal) -> None:
    made = search(bare)
    assert (made.found, made.expected, made.missing) == (["en"], None, 0)


def test_a_language_that_nobody_names_is_said_to_be_missing(bare: DemoDrupal) -> None:
    bare.state.languages = ("en", "xx-lab")
    found = discover(bare.url, JsonapiConfig(login="none"), patience=QUICK)
    assert found.languages == ("en",)
    (note,) = [n for n in found.notes if "/drupal.html#languages" in n.sentence]
    assert not note.ok
    assert "1 more" in note.sentence
    assert len(bare.ledger) < 200


def test_init_as_an_editor_finds_all_and_the_walk_visits_each(bare: DemoDrupal) -> None:
    """Today's fault: `ok Languages: en` on a site in three."""
    entity = bare.add_media("words")
    bare.translate(entity, "nl", "woorden")
    only(bare, bare.add_media("Wörter"), "de")
    only(bare, bare.add_media("anything"), "zxx")
    config = JsonapiConfig(login="basic", user="editor")
    found = discover(bare.url, config, secret="editor-lab-pass", patience=QUICK)
    assert found.languages == ("en", "de", "nl")
    images = listed(source_of(bare, fields=(MEDIA,), languages=found.languages))
    assert sorted((i.alt, i.language) for i in images.values()) == [
        ("Wörter", "de"),
        ("anything", None),
        ("woorden", "nl"),
        ("words", "en"),
    ]


def test_a_pull_says_that_languages_are_not_named(bare: DemoDrupal) -> None:
    """What an altsync.toml says that an older init wrote: en, and no more."""
    bare.translate(bare.add_media("words"), "nl", "woorden")
    listing = source_of(bare, fields=(MEDIA,), languages=("en",)).listing()
    assert len(list(listing)) == 1
    (note,) = listing.notes
    assert "2 more language(s) than jsonapi.languages names" in note
    every = source_of(bare, fields=(MEDIA,), languages=("en", "de", "nl")).listing()
    assert len(list(every)) == 2
    assert every.notes == []
