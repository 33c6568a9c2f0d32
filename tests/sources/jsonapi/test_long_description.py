"""The site's field for long descriptions: which types it may have, what goes back with
the text, and what is refused before anything is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from altsync.config import parse
from altsync.errors import NotAllowed, Rejected
from altsync.models import Change
from altsync.sources.jsonapi import JsonapiSource
from altsync.sources.jsonapi.discover import discover
from altsync.sources.jsonapi.schema import learn
from altsync.sources.jsonapi.toml import config_toml
from altsync.sources.kinds import JsonapiConfig
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.content import add_text_field
from tests.doubles.drupal.model import Entity
from tests.scene import Scene, scene
from tests.sources.jsonapi.world import (
    GALLERY,
    MEDIA,
    listed,
    send,
    slot_id,
    source_of,
)

NAME = "field_long"
LONG = "# Rain\n\n- 2010: 800 & more\n- 2019: 1,200 mm "
TYPES = ("text_long", "string_long", "string")


def chart(site: DemoDrupal, field_type: str = "text_long", value: Any = None) -> Entity:
    """A medium whose type has the field."""
    entity = site.add_media("")
    add_text_field(site.state, "media--image", NAME, field_type)
    entity.translations["en"].attributes[NAME] = value
    return entity


def of(site: DemoDrupal, **config: Any) -> JsonapiSource:
    return source_of(site, long_description=NAME, **config)


def text(value: str, form: str | None = None) -> dict[str, Any]:
    return {"value": value, "format": form, "processed": f"<p>{value}</p>"}


def stored(entity: Entity) -> Any:
    return entity.translations["en"].attributes[NAME]


def sent(site: DemoDrupal) -> list[dict[str, Any]]:
    bodies = (json.loads(seen.body)["data"] for seen in site.requests("PATCH"))
    return [body.get("attributes", {}) for body in bodies]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, ""),
        ("Plain.\r\n", "Plain.\r\n"),
        ("  ", "  "),
        (text("Formatted.", "basic_html"), "Formatted."),
        ([], None),
        ([text("One of many.")], None),
        (7, None),
    ],
)
def test_what_is_mirrored(site: DemoDrupal, value: Any, read: str | None) -> None:
    """A list of texts is no field for one."""
    entity = chart(site, value=value)
    source = of(site)
    image = listed(source)[slot_id(entity, site)]
    assert image.long_description == read
    assert source.read(image.id).long_description == read
    flat = source.fresh([image]).flats[image.id]
    assert flat == image.flat()
    assert ("long_description" in flat) is (read is not None)


def test_unless_it_is_named_it_is_text_beside_the_image(site: DemoDrupal) -> None:
    entity = chart(site, value=text("Words of the item."))
    wanted = slot_id(entity, site)
    without = listed(source_of(site))[wanted]
    named = listed(of(site))[wanted]
    assert (without.long_description, named.long_description) == (
        None,
        "Words of the item.",
    )
    assert "Words of the item." in str(without.page_text)
    assert named.page_text is None
    assert "long_description" not in without.flat()


def test_a_type_without_the_field_has_none(site: DemoDrupal) -> None:
    site.add_article("Story", [""], image=None)
    assert {one.long_description for one in listed(of(site)).values()} == {None}


@pytest.mark.parametrize("field_type", TYPES)
def test_every_type_takes_it_and_gives_it_back(
    site: DemoDrupal, field_type: str
) -> None:
    entity = chart(site, field_type)
    source = of(site)
    image = listed(source)[slot_id(entity, site)]
    shown = send(source, image, alt="A chart.", long_description=LONG)
    assert shown["long_description"] == LONG
    assert source.stored([image])[image.id]["long_description"] == LONG
    assert send(source, image, long_description="Anew.")["long_description"] == "Anew."
    assert send(source, image, long_description="")["long_description"] == ""
    assert stored(entity) is None
    first, second, third = sent(site)
    assert (first[NAME], third[NAME]) == (LONG, None)
    formatted = {"value": "Anew.", "format": None}
    assert second[NAME] == (formatted if field_type == "text_long" else "Anew.")
    assert "changed" in first, "somebody's save in between is a conflict"


@pytest.mark.parametrize(
    ("value", "goes"),
    [
        (
            text("Old.", "basic_html"),
            {"value": LONG, "format": "basic_html"},
        ),
        (
            text("Old.") | {"summary": "Kept."},
            {"value": LONG, "format": None, "summary": "Kept."},
        ),
        (text("Old.", "plain_text"), {"value": LONG, "format": "plain_text"}),
    ],
)
def test_what_stands_beside_it_goes_back_as_read(
    site: DemoDrupal, value: Any, goes: dict[str, Any]
) -> None:
    """A format that is left out is wiped, and the page shows the source (445); what
    the site made of the text is not sent (453)."""
    entity = chart(site, value=value)
    if "summary" in value:
        add_summary(site)
    source = of(site)
    send(source, listed(source)[slot_id(entity, site)], long_description=LONG)
    assert sent(site)[-1][NAME] == goes


def add_summary(site: DemoDrupal) -> None:
    kind = site.state.types["media--image"]
    kind.texts[NAME] = (*kind.texts[NAME], "summary")


@pytest.mark.parametrize("form", ["basic_html", "full_html"])
def test_what_reads_as_html_is_not_sent_where_it_would_be_shown_as_such(
    site: DemoDrupal, form: str
) -> None:
    entity = chart(site, value=text("Old.", form))
    source = of(site)
    image = listed(source)[slot_id(entity, site)]
    for tag in ("<script>x</script>", "</p>", "<!-- x", "<?php"):
        with pytest.raises(Rejected, match="reads as HTML"):
            send(source, image, long_description=f"- a\n{tag}")
    assert sent(site) == []


def test_what_cannot_be_shown_as_html_is_sent(site: DemoDrupal) -> None:
    entity = chart(site, value=text("Old.", "basic_html"))
    source = of(site)
    image = listed(source)[slot_id(entity, site)]
    send(source, image, long_description="1 < 2 and <3")
    entity.translations["en"].attributes[NAME] = text("Old.", "plain_text")
    site.state.clock.advance()
    send(source, image, long_description="<b>as it is</b>")
    assert stored(entity)["value"] == "<b>as it is</b>"


def test_a_shorter_field_refuses_a_longer_text_and_stores_nothing(
    site: DemoDrupal,
) -> None:
    """JSON:API does not tell its length, so the site says it: 422, before it saves."""
    entity = chart(site, "string")
    source = of(site)
    image = listed(source)[slot_id(entity, site)]
    with pytest.raises(Rejected, match="may not be longer than 255 characters"):
        send(source, image, alt="A chart.", long_description="x" * 256)
    assert (site.alt(entity), stored(entity)) == ("", None)


def test_half_a_letter_and_a_book_are_refused_before_sending(
    site: DemoDrupal,
) -> None:
    entity = chart(site)
    source = of(site)
    image = listed(source)[slot_id(entity, site)]
    for words in ("\ud83d", "x" * 10_001):
        with pytest.raises(Rejected, match="the long description"):
            send(source, image, long_description=words)
    assert sent(site) == []


def test_two_images_of_one_item_do_not_both_fill_its_field(site: DemoDrupal) -> None:
    site.add_article("Story", ["", ""], image=None)
    add_text_field(site.state, "node--article", NAME, "text_long")
    source = of(site)
    images = list(listed(source).values())
    fresh = source.fresh(images)
    new: Any = {
        one.id: {**fresh.flats[one.id], "long_description": one.id} for one in images
    }
    with pytest.raises(Rejected, match="no field of its own"):
        source.write(fresh, new, "")
    assert sent(site) == []


def test_a_list_of_texts_is_not_written(site: DemoDrupal) -> None:
    entity = chart(site, value=[])
    source = of(site)
    with pytest.raises(Rejected, match="no field of its own"):
        send(source, listed(source)[slot_id(entity, site)], long_description=LONG)


def test_a_read_only_field_keeps_its_item_as_it_is(site: DemoDrupal) -> None:
    entity = chart(site)
    source = of(site, read_only=(MEDIA,))
    with pytest.raises(Rejected, match="read_only"):
        send(source, listed(source)[slot_id(entity, site)], long_description=LONG)


def test_the_type_need_not_have_shown_the_field_yet() -> None:
    schema = learn("media--image", ["f"], [], None, description=NAME)
    assert NAME in schema.wanted().split(",")
    assert NAME in schema.to_write().split(",")
    assert NAME not in learn("media--image", ["f"], [], None).wanted().split(",")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [(NAME, None, 0), (NAME, [], 1), ("field_lnog", None, 1), ("", None, 0)],
)
def test_a_field_that_nothing_shows_is_said(
    site: DemoDrupal, name: str, value: Any, said: int
) -> None:
    """A slip of the pen would else be silence for ever."""
    chart(site, value=value)
    listing = source_of(site, long_description=name).listing()
    assert list(listing)
    told = [note for note in listing.notes if "long descriptions are kept" in note]
    assert len(told) == said
    assert listing.complete


def test_init_proposes_a_likely_field_and_takes_none(site: DemoDrupal) -> None:
    site.add_media("")
    for name in ("field_long_description", "field_description", "field_alongdesk"):
        add_text_field(site.state, "media--image", name, "text_long")
    text = config_toml(discover(site.url, JsonapiConfig(login="none")))
    (line,) = [line for line in text.splitlines() if "long_description" in line]
    assert line.startswith('# long_description = "field_long_description"  # if')
    assert (
        parse(text).sources["jsonapi"]
        == parse(text.replace(f"{line}\n", "")).sources["jsonapi"]
    )
    named = parse(text.replace("# long_description", "long_description"))
    config = named.sources["jsonapi"]
    assert isinstance(config, JsonapiConfig)
    assert config.long_description == "field_long_description"


# The whole loop.


@pytest.fixture
def loop(site: DemoDrupal, tmp_path: Path) -> Any:
    entity = chart(site)
    made = scene(tmp_path, of(site, label=None))
    yield made, entity, slot_id(entity, site)
    made.store.close()


def test_pushed_read_back_and_taken_back(site: DemoDrupal, loop: Any) -> None:
    made, entity, image = loop
    before = entity.translations["en"].relationships["field_media_image"]["meta"].copy()
    made.propose(image, "A chart.", long_description=LONG)
    (change,) = made.plan()
    assert isinstance(change, Change)
    assert change.described == ("", LONG)
    number = made.push().push_id
    assert (site.alt(entity), stored(entity)["value"]) == ("A chart.", LONG)
    assert len(site.requests("PATCH")) == 1
    made.pull()
    assert made.plan() == []
    assert made.revert(number).applied == 1
    after = entity.translations["en"].relationships["field_media_image"]["meta"]
    assert (after, stored(entity)) == (before, None)


def test_a_persons_is_never_overwritten(site: DemoDrupal, loop: Any) -> None:
    made, entity, image = loop
    made.propose(image, "A chart.", long_description=LONG)
    site.edit(entity, attributes={NAME: text("Mine.", "basic_html")})
    done = made.push()
    assert (done.applied, done.conflicts) == (0, 1)
    assert (site.alt(entity), stored(entity)["value"]) == ("", "Mine.")
    made.pull()
    assert made.push().applied == 1
    assert (site.alt(entity), stored(entity)["value"]) == ("A chart.", "Mine.")


def test_a_gallery_has_one_field_for_the_first_that_wants_it(
    site: DemoDrupal, tmp_path: Path
) -> None:
    article = site.add_article("Story", ["", ""], image=None)
    add_text_field(site.state, "node--article", NAME, "text_long")
    made: Scene = scene(tmp_path, of(site, label=None, fields=(GALLERY,)))
    ids = [slot_id(article, site, "field_gallery", number) for number in (0, 1)]
    for image in ids:
        made.propose(image, f"Chart {image[-1]}.", long_description=f"All of {image}.")
    assert made.push().applied == 2
    assert article.translations["en"].attributes[NAME]["value"] == f"All of {ids[0]}."
    made.pull()
    made.propose(ids[1], "Anew.", long_description="All of it.")
    (change,) = made.plan()
    assert isinstance(change, Change)
    assert "did not write" in change.kept_back
    made.store.close()


def test_a_field_that_may_not_be_edited_is_named(
    site: DemoDrupal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.doubles.drupal import patch as core

    real = core._set

    def refuses(*given: Any) -> None:
        if given[3] == NAME:
            raise core._field_denied(NAME)
        real(*given)

    monkeypatch.setattr(core, "_set", refuses)
    entity = chart(site)
    source = of(site)
    with pytest.raises(NotAllowed, match=f"the field `{NAME}`"):
        send(source, listed(source)[slot_id(entity, site)], long_description=LONG)
