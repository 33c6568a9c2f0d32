"""A Drupal with jsonapi_extras: renamed types, paths and fields, a hidden number, and
files that are switched off (804-845)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from altsync.config import parse
from altsync.errors import ChangedMeanwhile, FilesOff
from altsync.planning import Plan, Request
from altsync.pull import Pull
from altsync.push import Push
from altsync.sources import open_source
from altsync.sources.jsonapi.discover import discover
from altsync.sources.jsonapi.found import Discovery
from altsync.sources.jsonapi.source import JsonapiSource
from altsync.sources.jsonapi.toml import config_toml
from altsync.sources.kinds import JsonapiConfig
from altsync.stage import Context
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal, Extras, Override
from tests.doubles.drupal.extras import PICTURES, STORIES
from tests.scene import Scene
from tests.sources.jsonapi.world import QUICK, listed, send, source_of, state

NAMES = ("media--image.image", "stories.gallery", "stories.heroImage")


def extras(**more: Override) -> Extras:
    """With overrides by type, `--` written as `__`."""
    given = {name.replace("__", "--"): override for name, override in more.items()}
    return Extras({"media--image": PICTURES, "node--article": STORIES} | given)


@pytest.fixture
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state(), prefix="/api", extras=extras()) as made:
        yield made


def look(site: DemoDrupal) -> Discovery:
    config = JsonapiConfig(login="basic", user="editor")
    return discover(site.url, config, secret="editor-lab-pass", patience=QUICK)


def renamed(site: DemoDrupal, fields: tuple[str, ...] = NAMES) -> JsonapiSource:
    return source_of(site, prefix="/api", fields=fields, label=None)


def test_renamed_types_and_fields_are_found_media_first(site: DemoDrupal) -> None:
    site.add_media("words")
    site.add_article("A story", ["a", "b"])
    found = look(site)
    assert [(f.id, f.count, f.many, f.entity) for f in found.fields] == [
        ("media--image.image", 1, False, "media"),
        ("stories.gallery", 1, True, "node"),
        ("stories.heroImage", 1, False, "node"),
    ]


def test_what_may_be_edited_is_found_out_though_unknown_names_are_an_error_of_the_site() -> (
    None
):
    """The module answers 500 to an attribute that no type has, for types that nobody
    renamed too (838). Pages that were renamed are found to list their paragraphs, and
    a fallback of another language is known as one by a renamed `langcode`."""
    stories = replace(STORIES, fields=STORIES.fields | {"langcode": "lang"})
    pages = Override(type="pages", path="pages", fields={"field_blocks": "content"})
    given = extras(node__article=stories, node__page=pages)
    with DemoDrupal(state=state(), prefix="/api", extras=given) as site:
        site.add_media("words")
        site.translate(site.add_article("A story"), "nl", "woorden")
        site.add_article("Only English")
        site.add_paragraph("", parent=site.add_page("Page"))
        before = site.everything()
        may = {one.kind: one for one in look(site).rights}
        assert site.everything() == before
        refused = [seen for seen in site.requests("PATCH") if "stories" in seen.path]
        other = [seen.status for seen in refused if seen.path.startswith("/nl")]
    edited = {kind for kind, one in may.items() if one.may and not one.may_not}
    assert {"media--image", "stories", "paragraph--picture_text"} <= edited
    assert other == [500]


def test_a_refusal_comes_before_the_error_about_a_name(site: DemoDrupal) -> None:
    site.add_media("words")
    config = JsonapiConfig(login="basic", user="viewer")
    found = discover(site.url, config, secret="viewer-lab-pass", patience=QUICK)
    (one,) = [one for one in found.rights if one.kind == "media--image"]
    assert one.none
    assert "edit any media" in " ".join(one.said)


def test_no_name_is_guessed_where_names_are_changed(site: DemoDrupal) -> None:
    """A filter would take `stories.field_image`, and nothing else would."""
    found = look(site)
    assert found.fields == ()
    assert {"media--image", "stories"} <= set(found.empty)


def test_a_renamed_media_type_comes_first_too() -> None:
    shots = {"media__image": Override(type="shots", path="shots")}
    with DemoDrupal(state=state(), extras=extras(**shots)) as site:
        site.add_media("words")
        site.add_article("A story")
        assert look(site).fields[0].id == "shots.field_media_image"


def test_the_file_of_init_pulls_and_pushes(
    site: DemoDrupal, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = site.add_media("words", title="Title")
    story = site.add_article("A story", ["a", "b"], image="hero")
    monkeypatch.setenv("ALTSYNC_PASSWORD", "editor-lab-pass")
    config = parse(config_toml(look(site)))
    assert config.table(JsonapiConfig).fields == NAMES
    source = open_source(config)
    assert isinstance(source, JsonapiSource)
    images = {image.alt: image for image in listed(source).values()}
    assert {alt: image.id for alt, image in images.items()} == {
        "words": "media--image.image/1.en.1",
        "a": "stories.gallery/1.en.3",
        "b": "stories.gallery/1.en.4",
        "hero": "stories.heroImage/1.en.2",
    }
    assert images["hero"].page_url == f"{site.url}/node/1"
    assert images["hero"].page_title == "A story"
    file = next(iter(site.state.files.values()))
    assert images["words"].image_url == site.url + file.url
    assert [source.read(image.id) for image in images.values()] == list(images.values())
    for alt, image in images.items():
        assert send(source, image, alt=f"new {alt}")["alt"] == f"new {alt}"
    assert site.alt(media) == "new words"
    assert site.alt(story, "field_image") == "new hero"
    assert [site.alt(story, "field_gallery", n) for n in (0, 1)] == ["new a", "new b"]
    source.close()


def test_a_save_in_between_is_noticed_under_another_name(site: DemoDrupal) -> None:
    entity = site.add_article("A story", [], image="hero")
    source = renamed(site)
    (image,) = listed(source).values()
    fresh = source.fresh([image])
    site.edit(entity, "field_image", alt="a person's")
    with pytest.raises(ChangedMeanwhile):
        source.write(fresh, {image.id: {**fresh.flats[image.id], "alt": "new"}}, "")
    assert site.alt(entity, "field_image") == "a person's"


def test_what_changed_lately_is_asked_for_under_its_name(site: DemoDrupal) -> None:
    for _ in range(3):
        site.add_article("A story", [], image="words")
    entity = site.add_article("Another", [], image="words")
    source = renamed(site)
    before = "2026-05-01T00:00:00+00:00"
    site.edit(entity, "field_image", alt="a person's")
    assert [image.alt for image in listed(source, before).values()] == ["a person's"]


def test_a_hidden_number_makes_the_uuid_the_number() -> None:
    hidden = Override(
        path="pictures",
        fields={"field_media_image": "image"},
        hidden=frozenset({"drupal_internal__mid"}),
    )
    with DemoDrupal(state=state(), extras=extras(media__image=hidden)) as site:
        made = [site.add_media("words") for _ in range(120)]
        source = source_of(site, fields=("media--image.image",), label=None)
        images = listed(source)
        assert {image.entity for image in images.values()} == {
            f"media--image/{entity.uuid}" for entity in made
        }
        (image,) = [i for i in images.values() if made[7].uuid in i.id]
        assert source.read(image.id) == image
        assert send(source, image, alt="new")["alt"] == "new"
        assert site.alt(made[7]) == "new"


def test_a_type_that_shows_nothing_is_walked_by_what_it_can_be_sorted_by(
    site: DemoDrupal,
) -> None:
    assert listed(renamed(site)) == {}


# Files are switched off.


@pytest.fixture
def blind() -> Iterator[DemoDrupal]:
    off = {"file__file": Override(disabled=True)}
    with DemoDrupal(state=state(), prefix="/api", extras=extras(**off)) as made:
        for _ in range(3):
            made.add_media("words")
        yield made


def test_init_says_that_files_are_off_and_not_that_there_is_no_image(
    blind: DemoDrupal,
) -> None:
    found = look(blind)
    (field,) = [f for f in found.fields if f.kind == "media--image"]
    assert (field.id, field.blind, field.count) == ("media--image.image", True, 3)
    assert (
        field.described
        == "at least 3 items with an image, which JSON:API does not show"
    )
    sentences = [note.sentence for note in found.notes if not note.ok]
    assert any("file--file is switched off" in sentence for sentence in sentences)
    assert not any("No field" in note.sentence for note in found.notes)


def test_what_no_filter_finds_is_not_counted_as_nothing(blind: DemoDrupal) -> None:
    """504: any filter on paragraphs finds none."""
    blind.add_paragraph("words", parent=blind.add_page("Page"))
    (field,) = [f for f in look(blind).fields if f.kind.startswith("paragraph--")]
    assert field.blind
    assert field.described == "how many items have an image cannot be asked"


def test_a_pull_ends_with_that_and_marks_nothing_gone(blind: DemoDrupal) -> None:
    listing = renamed(blind).listing()
    with pytest.raises(
        FilesOff, match=r"file--file is switched off.*/drupal\.html#files-off"
    ):
        list(listing)
    assert not listing.complete


def test_nothing_is_read_as_missing_nor_written(site: DemoDrupal) -> None:
    entity = site.add_media("words")
    source = renamed(site)
    (image,) = listed(source).values()
    fresh = source.fresh([image])
    site.site.extras = extras(file__file=Override(disabled=True))
    before = site.everything()
    for ask in (source.fresh, source.stored):
        with pytest.raises(FilesOff):
            ask([image])
    with pytest.raises(FilesOff):
        renamed(site).fresh([image])
    assert site.everything() == before
    # Switched off between the read and the write: whether it was done is read later.
    with pytest.raises(Exception, match="settled"):
        source.write(fresh, {image.id: {**fresh.flats[image.id], "alt": "new"}}, "")
    assert site.alt(entity) == "new"


def test_the_mirror_keeps_what_it_has_and_a_push_stops_before_it_writes(
    site: DemoDrupal, tmp_path: Path
) -> None:
    for _ in range(5):
        site.add_media("")
    scene = Scene(renamed(site), Store.open(tmp_path / "altsync.db", create=True))
    scene.pull()
    ids = [one for (one,) in scene.store.conn.execute("SELECT id FROM images")]
    for image_id in ids:
        scene.propose(image_id, "new words")
    site.site.extras = extras(file__file=Override(disabled=True))
    before = site.everything()
    blind = Context(renamed(site), scene.store)
    with pytest.raises(FilesOff):
        Pull(blind).run()
    with Plan.of(scene.store, Request()) as plan:
        done = Push(blind, plan).run()
    assert (done.applied, done.conflicts) == (0, 0)
    assert "file--file is switched off" in done.stopped
    assert site.everything() == before
    assert not site.requests("PATCH")
    gone = "SELECT count(*) FROM images WHERE gone_at IS NOT NULL"
    assert scene.store.conn.execute(gone).fetchone()[0] == 0
    site.site.extras = extras()
    scene.source = renamed(site)
    with Plan.of(scene.store, Request()) as plan:
        assert Push(Context(scene.source, scene.store), plan).run().applied == 5
