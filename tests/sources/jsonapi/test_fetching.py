"""Pictures of images in texts: fetched, found again where they were moved to, or taken
out of the text that they are written into."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from altsync.errors import LoginFailed, NotThere, PictureError
from altsync.models import FileFacts, SiteImage
from altsync.sources.jsonapi import JsonapiSource
from altsync.sources.jsonapi.fetching import _decoded
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.content import Picture, add_file, grey
from tests.doubles.drupal.editor import embed, img
from tests.doubles.drupal.model import File
from tests.doubles.drupal.scenes import upload
from tests.sources.jsonapi.world import source_of, state

GREY = grey().data
WRITTEN = f'<img src="data:image/png;base64,{base64.b64encode(GREY).decode()}">'


@pytest.fixture(scope="module")
def site() -> Iterator[DemoDrupal]:
    with DemoDrupal(state=state()) as made:
        yield made


def only(site: DemoDrupal, source: JsonapiSource, body: str) -> SiteImage:
    """The one image of a new page with this body."""
    page = site.add_page("A page", f"<p>Words</p>{body}")
    source.check()
    schema = source._schema(page.type)
    item, _ = source._now(schema, "en", page.uuid)
    [one] = item.in_text
    return source.read(one.id)


def moved(site: DemoDrupal, file: File) -> None:
    with site.site.lock:
        file.uri = f"public://moved/{file.fid}.png"


def test_a_file_is_fetched_and_looked_at(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    image = only(site, source, img(upload(site, "a.png")))
    found = source.file(image)
    assert found.data == GREY
    assert found.facts == source.facts(image) != FileFacts()


def test_a_medium_with_another_file_is_another_picture(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    """The embed is the same one (776): what was proposed for it is not sent."""
    medium = site.add_media(None, name="M")
    image = only(site, source, embed(medium))
    before = source.file(image)
    assert source.facts(image) == before.facts
    another = Picture("m.png", GREY + b"another", (64, 48), "image/png")
    file = add_file(site.state, another)
    site.items(medium, "field_media_image")[0]["id"] = file.uuid
    assert source.facts(image) != before.facts
    assert source.pixels(image) != before.data


def test_a_file_that_was_moved_is_found_by_its_uuid(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    """The text keeps the old address (864). It is asked for once."""
    file = upload(site, "b.png")
    image = only(site, source, img(file))
    moved(site, file)
    before = len(site.ledger)
    assert source.facts(image).etag is not None or source.facts(image).modified
    assert source.pixels(image) == GREY
    paths = [seen.path for seen in site.ledger[before:]]
    assert paths.count(f"/jsonapi/file/file/{file.uuid}") == 1


def test_a_tag_without_a_usable_address_has_the_file_that_it_names(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    file = upload(site, "c.png")
    tag = img(file).replace(f'src="{file.url}"', 'src="file:///c.png"')
    image = only(site, source, tag)
    assert image.image_url is None
    assert source.pixels(image) == GREY


def test_a_file_that_is_gone_is_gone(site: DemoDrupal, source: JsonapiSource) -> None:
    """Of the site's disk; and one that is no file of the site is asked for nowhere."""
    file = upload(site, "d.png")
    lost = only(site, source, img(file))
    file.data = None
    strange = only(site, source, '<img src="/nowhere.png">')
    for image in (lost, strange):
        with pytest.raises(NotThere, match=r"There is no picture at .*png \(404\)"):
            source.file(image)
        assert source.facts(image) == FileFacts()
    with site.site.lock:
        del site.state.files[file.uuid]
    with pytest.raises(NotThere):
        source.file(lost)


def test_where_files_are_no_resources_nothing_tells_where_one_is(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    """A module may switch them off (825), or hide them from who has no login."""
    file = upload(site, "g.png")
    image = only(site, source, img(file))
    moved(site, file)
    del source._client.paths["file--file"]
    with pytest.raises(NotThere):
        source.file(image)


@pytest.mark.parametrize(
    ("login", "error"), [("none", NotThere), ("cookie", LoginFailed)]
)
def test_a_login_that_is_refused_is_said(
    site: DemoDrupal, login: str, error: type[Exception]
) -> None:
    source = source_of(site, login=login)
    file = upload(site, f"h-{login}.png")
    image = only(site, source, img(file))
    moved(site, file)
    site.trouble(401, times=9, path=f"/jsonapi/file/file/{file.uuid}")
    with pytest.raises(error):
        source.file(image)
    source.close()


def test_a_picture_in_the_text_itself_is_taken_from_there(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    """The mirror does not keep it; its name tells the one from the other."""
    image = only(site, source, WRITTEN)
    assert image.image_url is None
    assert "base64" not in image.raw
    found = source.file(image)
    assert found.data == GREY
    assert found.facts == source.facts(image)
    assert found.facts.same_as(source.facts(image))
    with pytest.raises(PictureError, match="larger than 10 bytes"):
        source.file(image, max_bytes=10)
    page = next(
        one for one in site.state.of("node--page").values() if one.uuid in image.entity
    )
    page.translations["en"].attributes["body"] = None
    with pytest.raises(NotThere, match="not on the site any more"):
        source.file(image)


def test_what_is_no_address_of_a_picture_has_none(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    image = only(site, source, '<img src="javascript:alert(1)">')
    with pytest.raises(NotThere, match="no address"):
        source.file(image)


def test_another_host_gets_no_credentials(
    site: DemoDrupal, source: JsonapiSource
) -> None:
    """And what is no picture is refused, as of any file."""
    with DemoDrupal(state=state()) as other:
        address = f"{other.url}{upload(other, 'e.png').url}"
        image = only(site, source, f'<img src="{address}">')
        assert image.image_url == address
        assert source.file(image).data == GREY
        source.facts(image)
        assert [seen.authorization for seen in other.ledger] == [False, False]


@pytest.mark.parametrize(
    ("address", "data"),
    [
        ("data:image/gif;base64,R0lGODlhAQABAAAAACw=", b"GIF89a\1\0\1\0\0\0\0,"),
        ("DATA:image/gif;base64,R0lG%4FDlh AQABAAAAACw", b"GIF89a\1\0\1\0\0\0\0,"),
        ("data:image/svg+xml;charset=utf-8,%3Csvg/%3E", b"<svg/>"),
        ("data:text/html,<b>", None),
        ("data:,x", None),
        ("data:image/png", None),
        ("data:image/png;base64,A", None),
        ("https://site.example/a,b", None),
        ("", None),
    ],
)
def test_data_addresses(address: str, data: bytes | None) -> None:
    assert _decoded(address) == data
