"""A form that was open during a push puts old words back: the next pull reads what was
sent first, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.models import Drift, Mirrored, State
from altsync.pull import Pull
from altsync.render.drift import Listed
from altsync.stage import Context
from altsync.store import mirror
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.model import Entity
from tests.scene import Scene
from tests.sources.jsonapi.world import slot_id, source_of, state

FIELDS = ("paragraph--picture_text.field_picture", "media--image.field_media_image")


@pytest.fixture
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as made:
        yield made


@pytest.fixture
def loop(site: DemoDrupal, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(
        source_of(site, fields=FIELDS, label=None, languages=("en",)),
        Store.open(tmp_path / "altsync.db", create=True),
    )
    yield made
    made.store.close()
    made.source.close()


def pushed(loop: Scene, site: DemoDrupal, alt: str | None = "") -> tuple[Entity, Any]:
    """A paragraph that a push wrote while the form of its page was open."""
    page = site.add_page("A page")
    made = site.add_paragraph(alt, parent=page)
    loop.pull()
    [image] = images(loop)
    loop.propose(image.image.id, "A crane over the harbour.")
    form = site.open_form(page)
    assert loop.push().applied == 1
    assert site.alt(made, "field_picture") == "A crane over the harbour."
    return made, form


def images(loop: Scene) -> list[Mirrored]:
    with loop.store.read() as conn:
        return list(mirror.images(conn))


def pulled(loop: Scene, *, full: bool = False) -> list[Drift]:
    found: list[Drift] = []
    context = Context(loop.source, loop.store)
    Pull(context, incremental=not full, drifted=found.append).run()
    return [drift for drift in found if drift.kind != "new"]


@pytest.mark.parametrize("full", [True, False])
def test_the_words_that_a_form_put_back_are_told(
    loop: Scene, site: DemoDrupal, *, full: bool
) -> None:
    """962, 963."""
    made, form = pushed(loop, site)
    assert form.save()
    assert site.alt(made, "field_picture") == ""
    site.ledger.clear()
    [drift] = pulled(loop, full=full)
    assert (drift.before, drift.after) == ("A crane over the harbour.", "")
    assert drift.put_back
    first = next(seen.path for seen in site.requests("GET", "/paragraph/"))
    assert first.endswith(made.uuid)
    [known] = images(loop)
    assert known.state is State.CLEARED


def test_a_date_that_stands_still_hides_nothing(loop: Scene, site: DemoDrupal) -> None:
    """The moment of the last change is NULL where translation came later (933-936), so
    that nothing tells of the save."""
    page = site.add_page("A page")
    made = site.add_paragraph("", parent=page)
    made.translations["en"].attributes["content_translation_changed"] = None
    loop.pull()
    loop.propose(images(loop)[0].image.id, "A crane.")
    form = site.open_form(page)
    assert loop.push().applied == 1
    assert form.save()
    [drift] = pulled(loop)
    assert drift.put_back


def test_each_is_read_again_once(loop: Scene, site: DemoDrupal) -> None:
    made, _ = pushed(loop, site)
    assert pulled(loop) == []
    site.ledger.clear()
    assert pulled(loop) == []
    assert site.requests("GET", made.uuid) == []


def test_what_cannot_put_words_back_is_not_read_again(
    loop: Scene, site: DemoDrupal
) -> None:
    """The form of a media item is refused by Drupal where the item was saved meanwhile."""
    media = site.add_media("")
    site.add_paragraph("words", parent=site.add_page("A page"))
    loop.pull()
    loop.propose(slot_id(media, site), "A crane.")
    assert loop.push().applied == 1
    site.ledger.clear()
    assert pulled(loop) == []
    assert site.requests("GET", media.uuid) == []


def test_a_new_text_of_a_person_is_not_called_put_back(
    loop: Scene, site: DemoDrupal
) -> None:
    made, _ = pushed(loop, site)
    site.edit(made, "field_picture", alt="Mine.")
    [drift] = pulled(loop)
    assert (drift.after, drift.put_back) == ("Mine.", False)


def test_what_is_gone_meanwhile_is_left_to_the_walk(
    loop: Scene, site: DemoDrupal
) -> None:
    made, _ = pushed(loop, site)
    site.delete(made)
    assert pulled(loop) == []
    site.trouble(500, times=2, path=made.uuid)
    assert pulled(loop) == []


def test_the_owner_reads_what_happened_and_how_to_go_on(
    loop: Scene, site: DemoDrupal
) -> None:
    _, form = pushed(loop, site)
    form.save()
    listed = Listed(5)
    context = Context(loop.source, loop.store)
    done = Pull(context, incremental=True, drifted=listed.add).run()
    text = "\n".join(listed.lines(done.counts))
    [image] = images(loop)
    assert text.startswith("0 images listed, 1 that were pushed read again: 1 changed.")
    assert "by somebody, back to what stood there before altsync's text" in text
    assert "1 text of altsync's own: taken back to what stood there before." in text
    assert f"`altsync generate {image.image.id}`" in text
