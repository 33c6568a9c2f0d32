"""Undo on a Drupal: what a push set goes back, entity by entity, slot by slot, label
and siblings included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.plan import Permissions
from altsync.sources.jsonapi import JsonapiSource
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal
from tests.scene import Scene
from tests.sources.jsonapi.test_stateful import held
from tests.sources.jsonapi.world import source_of, state

ALL = Permissions(replace_human=True, allow_empty=True)


@pytest.fixture
def drupal() -> Iterator[DemoDrupal]:
    """Media and articles, NULL and '', a person's text, a gallery of three, a translation."""
    with DemoDrupal(state=state(label_on_nodes=True)) as site:
        media = [
            site.add_media("", title="T", label=None),
            site.add_media(None, caption="c", label="ai"),
        ]
        site.add_media("  A person's words. ", label="human")
        article = site.add_article("Story", ["", "A person's", None], image="")
        article.translations["en"].attributes["field_alt_source"] = None
        site.translate(media[0], "nl", "", name="NL")
        yield site


@pytest.fixture
def loop(drupal: DemoDrupal, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(
        source_of(drupal, languages=("en", "nl")),
        Store.open(tmp_path / "altsync.db", create=True),
    )
    assert isinstance(made.source, JsonapiSource)
    made.pull()
    yield made
    made.store.close()
    made.source.close()


def ids(loop: Scene) -> list[str]:
    return [
        row[0] for row in loop.store.conn.execute("SELECT id FROM images ORDER BY id")
    ]


def pushed(loop: Scene) -> int:
    for n, image in enumerate(ids(loop)):
        loop.propose(image, f"Machine text {n}.")
    done = loop.push(ALL)
    assert (done.applied, done.conflicts, done.failed) == (len(ids(loop)), 0, 0)
    return done.push_id


def test_revert_after_revert_returns_the_site_to_its_first_bytes(
    drupal: DemoDrupal, loop: Scene
) -> None:
    first: dict[str, Any] = held(drupal)
    number = pushed(loop)
    sent = held(drupal)
    assert sent != first
    back = loop.revert(number)
    assert (back.applied, back.conflicts, back.failed) == (len(ids(loop)), 0, 0)
    assert held(drupal) == first
    again = loop.revert(back.push_id)
    assert held(drupal) == sent
    loop.revert(again.push_id)
    assert held(drupal) == first
    loop.pull()
    assert "missing" not in {loop.state(image) for image in ids(loop)}


def alts(drupal: DemoDrupal) -> dict[str, Any]:
    """Everything but the label of articles: one by one, nothing tells when it has
    become untrue of all their texts."""
    found = held(drupal)
    for attributes, _ in found.values():
        if "body" in attributes:
            attributes.pop("field_alt_source", None)
    return found


def test_slots_of_one_entity_are_taken_back_one_by_one(
    drupal: DemoDrupal, loop: Scene
) -> None:
    first = alts(drupal)
    pushed(loop)
    for image in ids(loop):
        done = loop.revert(image)
        assert (done.applied, done.conflicts, done.failed) == (1, 0, 0), image
        loop.pull()
    assert alts(drupal) == first
