"""What texts embed: which medium it is, its picture, and that it has one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from altsync.models import SiteImage
from altsync.sources.jsonapi import media as media_module
from altsync.sources.jsonapi.media import Media
from altsync.sources.jsonapi.placing import ASKED
from altsync.sources.jsonapi.schema import learn
from tests.doubles.drupal import DemoDrupal, content
from tests.doubles.drupal.editor import embed
from tests.doubles.drupal.kinds import REMOTE_VIDEO
from tests.doubles.drupal.model import Entity
from tests.sources.jsonapi.world import FIELDS, source_of, state


@pytest.fixture
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as made:
        yield made


def article(site: DemoDrupal, *media: Entity) -> None:
    body = "".join(f"<p>{embed(one)}</p>" for one in media)
    site.add_article("A story", body=body)


def video(site: DemoDrupal, *, status: bool = True) -> Entity:
    text = content.media_text(None, "A video", None, status=status)
    text.attributes["field_media_oembed_video"] = "https://video.example/1"
    with site.site.lock:
        site.state.types[REMOTE_VIDEO.name] = REMOTE_VIDEO
        return content.add(site.state, "media--remote_video", {"en": text})


def walked(
    site: DemoDrupal, fields: tuple[str, ...] = FIELDS, **config: Any
) -> tuple[dict[str, SiteImage], list[str], list[str]]:
    """(the embedded media by uuid, the paths of media that were asked for, the notes)."""
    source = source_of(site, fields=fields, **config)
    listing = source.listing()
    images = [one for one in listing if isinstance(one, SiteImage) and one.in_text]
    source.close()
    asked = [f"{seen.path}?{seen.query}" for seen in site.ledger]
    asked = [path for path in asked if path.startswith("/jsonapi/media/")]
    by_uuid = {one.name.partition("media-")[2]: one for one in images}
    return by_uuid, asked, list(listing.notes)


def test_media_that_the_walk_meets_are_not_asked_for(site: DemoDrupal) -> None:
    medium = site.add_media("words")
    article(site, medium)
    found, asked, _ = walked(site)
    image = found[medium.uuid]
    [item] = site.items(medium, "field_media_image")
    assert (image.medium, image.file) == (f"media--image/{medium.uuid}", item["id"])
    assert image.image_url is not None
    assert image.inherits
    assert [path for path in asked if medium.uuid in path] == []


def test_others_are_asked_for_many_at_a_time(site: DemoDrupal) -> None:
    media = [site.add_media("words") for _ in range(ASKED + 1)]
    article(site, *media)
    found, asked, notes = walked(site, ("node--article.field_image",))
    assert {one.medium for one in found.values()} == {
        f"media--image/{medium.uuid}" for medium in media
    }
    assert all(one.image_url for one in found.values())
    mine = [path for path in asked if any(one.uuid in path for one in media)]
    assert len(mine) == 2
    assert not any("embed" in note for note in notes)


def test_a_medium_without_a_picture_of_its_own_is_no_image(site: DemoDrupal) -> None:
    seen = site.add_media("words")
    article(site, seen, video(site))
    found, _, notes = walked(site)
    assert list(found) == [seen.uuid]
    assert not any("embed" in note for note in notes)


def test_an_unpublished_medium_is_found_by_itself(site: DemoDrupal) -> None:
    """Any filter hides it (692), and this login may see it."""
    site.grant("editor", "view any unpublished content", "view own unpublished media")
    medium = site.add_media("words", status=False, owner="editor")
    article(site, medium)
    clip = video(site, status=False)
    article(site, clip)
    found, _, _ = walked(site, ("node--article.field_image",))
    assert list(found) == [medium.uuid]
    assert found[medium.uuid].medium == f"media--image/{medium.uuid}"
    assert found[medium.uuid].image_url is not None


def test_what_this_login_cannot_see_has_no_picture_and_is_told(
    site: DemoDrupal,
) -> None:
    hidden = site.add_media("words", status=False)
    article(site, hidden)
    found, _, notes = walked(site, login="none", user="", secret=None)
    image = found[hidden.uuid]
    assert (image.medium, image.file, image.image_url) == (None, None, None)
    [note] = [one for one in notes if "embed" in one]
    assert note.startswith("1 medium that texts embed")


def test_only_so_many_are_asked_for_one_by_one(
    site: DemoDrupal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_module, "ALONE", 3)
    source = source_of(site)
    source.check()
    media = Media(source._client, source._learnt)
    wanted = [f"00000000-0000-4000-8000-{n:012}" for n in range(8)]
    media.look_up(wanted)
    assert media.unseen == set(wanted)
    alone = [one for one in site.ledger if "00000000-0000-4000" in one.path]
    assert len({one.path.rpartition("/")[2] for one in alone}) == 3
    before = len(site.ledger)
    media.look_up(wanted)
    assert len(site.ledger) == before
    source.close()


FILE = {"type": "file--file", "id": "f", "meta": {"alt": None}}
PLAIN = {"type": "file--file", "id": "f", "meta": {"display": True}}


@pytest.mark.parametrize(
    ("links", "attributes", "picture"),
    [
        ({"field_x": FILE, "thumbnail": FILE}, {}, "field_x"),
        ({"thumbnail": FILE}, {}, ""),
        ({"field_video": PLAIN, "field_poster": FILE}, {}, ""),
        ({"field_poster": FILE}, {"field_media_oembed_video": "x"}, ""),
        ({"field_x": {**FILE, "id": "missing"}}, {}, "field_named"),
        ({"field_x": None}, {}, "field_named"),
    ],
)
def test_which_field_has_the_picture_of_a_medium(
    links: dict[str, Any], attributes: dict[str, Any], picture: str
) -> None:
    row = {
        "type": "media--x",
        "attributes": {"drupal_internal__mid": 1, **attributes},
        "relationships": {name: {"data": data} for name, data in links.items()},
    }
    named = ["field_named"] if picture == "field_named" else []
    assert learn("media--x", named, [row], None).picture == picture
