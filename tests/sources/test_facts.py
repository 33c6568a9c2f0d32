"""What is asked about a picture without fetching it, over real sockets: HEAD, and what
becomes of it where the server has none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync.demo.site import DemoSite
from altsync.errors import NotThere, RateLimited, Rejected, Unreachable
from altsync.models import FileFacts, SiteImage
from altsync.sources.album import AlbumSource
from altsync.sources.answers import facts_of
from altsync.sources.kinds import AlbumConfig
from altsync.sources.tries import Patience
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.content import add_media, grey
from tests.sources.jsonapi.world import listed, source_of, state

QUICK = Patience(attempts=1, backoff=0.001, retry_after_cap=0.01)


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite() as running:
        yield running


@pytest.fixture
def source(site: DemoSite) -> Iterator[AlbumSource]:
    config = AlbumConfig(pixels=site.pixels)
    made = AlbumSource(site.url, config, token=site.token, patience=QUICK, timeout=30)
    yield made
    made.close()


def test_one_head_and_no_token_for_the_pictures(
    site: DemoSite, source: AlbumSource
) -> None:
    image = source.read("space/deep-field")
    file = source.file(image)
    site.forget()
    facts = source.facts(image)
    (entry,) = site.ledger
    assert (entry.method, entry.route) == ("HEAD", "pixels")
    assert facts.same_as(file.facts)
    assert facts.length == len(file.data)
    other = source.facts(source.read("at-home/chelsea"))
    assert not other.same_as(facts)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 500, 501])
def test_a_server_without_head_tells_nothing(
    site: DemoSite, source: AlbumSource, status: int
) -> None:
    image = source.read("space/deep-field")
    site.fail("status", method="HEAD", route="pixels", status=status)
    assert source.facts(image) == FileFacts()
    assert source.file(image).data


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_host_is_no_answer(
    site: DemoSite, source: AlbumSource, status: int
) -> None:
    image = source.read("space/deep-field")
    site.fail("status", method="HEAD", route="pixels", status=status)
    with pytest.raises(RateLimited):
        source.facts(image)


def test_a_host_that_is_gone_is_no_answer(source: AlbumSource, site: DemoSite) -> None:
    image = source.read("space/deep-field")
    site.fail("reset", route="pixels")
    with pytest.raises(Unreachable):
        source.facts(image)


def test_a_private_picture_is_its_own_affair(
    site: DemoSite, source: AlbumSource
) -> None:
    image = source.read("space/deep-field")
    site.fail("status", route="pixels", status=401)
    with pytest.raises(Rejected, match="not public"):
        source.file(image)


def test_a_file_of_the_owners_is_known_by_its_date_and_size(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    path = tmp_path / "a" / "one.jpg"
    path.write_bytes(b"pixels")
    source = AlbumSource("http://127.0.0.1:9", AlbumConfig(pixels=str(tmp_path)))
    image = SiteImage(id="a/one", album="a", name="one", alt="")
    then = source.file(image).facts
    assert then.same_as(source.facts(image))
    path.write_bytes(b"others")
    os.utime(path, ns=(1, 1))
    assert not then.same_as(source.facts(image))
    path.unlink()
    assert source.facts(image) == FileFacts()
    with pytest.raises(NotThere):
        source.file(image)
    source.close()


def test_drupals_file_is_asked_itself() -> None:
    """Its entity says nothing where the bytes are overwritten on the disk (765-770)."""
    made = state()
    add_media(made, grey(), "")
    with DemoDrupal(state=made) as site:
        source = source_of(site)
        image = next(one for one in listed(source).values() if one.image_url)
        then = source.file(image).facts
        assert then.same_as(source.facts(image))
        (file,) = (
            one
            for one in made.files.values()
            if image.image_url.endswith(one.url)  # type: ignore[union-attr]
        )
        file.data, file.written = (file.data or b"") + b"x", file.written + 1
        assert not then.same_as(source.facts(image))
        source.close()


def test_headers_of_all_kinds() -> None:
    assert facts_of({}) == FileFacts()
    assert facts_of({"Content-Length": "12"}) == FileFacts(length=12)
    assert facts_of({"Content-Length": "-1"}) == FileFacts()
    assert facts_of({"Content-Length": "9" * 30}) == FileFacts()
    packed = {"Content-Length": "12", "Content-Encoding": "gzip", "ETag": 'W/"x"'}
    assert facts_of(packed) == FileFacts('W/"x"')
    assert facts_of({"ETag": "x" * 201, "Last-Modified": "x" * 200}) == FileFacts(
        None, "x" * 200
    )
