"""An image style's copy in place of the file, against a Drupal that tells its address as
the module jsonapi_image_styles does, over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from altsync.models import NewCandidate, Origin, SiteImage
from altsync.pictures.prepare import prepare
from altsync.pull import Pull
from altsync.push.looking import is_replaced
from altsync.sources.jsonapi import JsonapiSource
from altsync.sources.jsonapi.styles import NO_MODULE, STALE, _told
from altsync.stage import Context
from altsync.store import candidates, files
from altsync.store.files import SeenFile
from altsync.store.store import Store
from tests.doubles.drupal import DemoDrupal
from tests.doubles.drupal.content import add_media, grey
from tests.doubles.drupal.model import File
from tests.pictures.made import boxed, encoded
from tests.sources.jsonapi.world import listed, source_of, state

COPY = encoded(boxed((320, 240)), "WEBP")


class World:
    """A site with one picture, and a source that wants its copy."""

    def __init__(self, site: DemoDrupal, file: File) -> None:
        self.site, self.file = site, file
        self.source: JsonapiSource = source_of(site, picture_style="large")
        (self.image,) = listed(self.source).values()

    def of_which(self) -> str:
        """What is fetched for the picture."""
        data = self.source.file(self.image).data
        return {COPY: "the copy", self.file.data: "the file"}[data]

    def asked_of_files(self) -> int:
        return sum("/file/file/" in entry.path for entry in self.site.ledger)


@pytest.fixture
def world() -> Iterator[World]:
    made = state()
    add_media(made, grey(), "")
    (file,) = made.files.values()
    file.filemime = "image/png"
    file.styled = {"large": (COPY, file.written + 5), "thumbnail": (b"", 0)}
    with DemoDrupal(state=made) as site:
        world = World(site, file)
        yield world
        world.source.close()


def test_the_copy_is_fetched_and_the_facts_are_of_the_file(world: World) -> None:
    assert world.of_which() == "the copy"
    found = world.source.file(world.image)
    assert found.facts.same_as(world.source.facts(world.image))
    assert found.facts.length == len(world.file.data or b"")
    assert prepare(found.data).jpeg
    assert not world.source.remarks


def test_without_the_module_the_file_is_taken_and_it_is_told_once(world: World) -> None:
    world.file.styled = {}
    world.site.ledger.clear()
    for _ in range(3):
        assert world.of_which() == "the file"
    assert world.source.remarks == [NO_MODULE]
    assert world.asked_of_files() == 1, "what no file tells is asked for once"


def test_a_style_that_is_not_there_is_named_with_those_that_are(world: World) -> None:
    world.file.styled = {"wide": (COPY, world.file.written)}
    assert world.of_which() == "the file"
    (remark,) = world.source.remarks
    assert "no image style named large" in remark
    assert "It has: wide." in remark


def test_a_copy_that_cannot_be_had_is_no_failure(world: World) -> None:
    world.file.styled = {"large": (None, 0)}  # type: ignore[dict-item]
    assert world.of_which() == "the file"


def test_a_copy_of_a_file_that_was_overwritten_is_not_taken(world: World) -> None:
    """It stays on the disk as it was until somebody flushes it."""
    world.file.data, world.file.written = encoded(boxed()), world.file.written + 60
    assert world.of_which() == "the file"
    assert world.source.remarks == [STALE]


@pytest.mark.parametrize("flushed", [False, True])
def test_push_finds_out_that_the_picture_was_replaced(
    world: World, flushed: bool, tmp_path: Path
) -> None:
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        store.claim(world.site.url, "jsonapi")
        Pull(Context(world.source, store)).run()
        candidate = _proposed(store, world.source, world.image)
        assert not is_replaced(world.source, store, world.image, candidate)
        world.file.data, world.file.written = encoded(boxed()), world.file.written + 60
        if flushed:
            newer = encoded(boxed((300, 200)), "WEBP")
            world.file.styled = {"large": (newer, world.file.written + 1)}
        assert is_replaced(world.source, store, world.image, candidate)


def _proposed(store: Store, source: JsonapiSource, image: SiteImage) -> int:
    """A text for the copy that a model was shown."""
    file = source.file(image)
    sha = prepare(file.data).sha256
    with store.write() as tx:
        files.remember(tx, image.id, SeenFile(sha, file.facts))
        new = NewCandidate(
            image_id=image.id,
            base=image.alt,
            alt="A box.",
            origin=Origin.AI,
            model="m",
            image_sha256=sha,
        )
        return candidates.add(tx, new)


def test_what_a_files_resource_may_tell() -> None:
    """Both modules, an older one's list, and what has no copies on any site."""
    url = "https://x.test/styles/large/public/a.png?itok=1"
    jpeg = {"filemime": "image/jpeg"}
    new = {"attributes": jpeg | {"image_style_uri": {"large": url, "odd": 3}}}
    old = {"attributes": jpeg | {"image_style_uri": [{"small": "s"}, {"large": url}]}}
    rel = ["drupal://x/consumer_image_styles/links/relation-types/#derivative"]
    link = {"large": {"href": url, "meta": {"rel": rel}}, "self": {"href": "s"}}
    assert _told(new) == {"large": url}
    assert _told(old) == {"small": "s", "large": url}
    assert _told({"attributes": jpeg, "links": link}) == {"large": url}
    assert _told({"attributes": jpeg}) is None
    assert _told({"attributes": {"filemime": "image/svg+xml"}}) == {}
    assert _told(None) == {}


@pytest.mark.parametrize("odd", [[1], "x", 7, None])
def test_what_has_another_shape_tells_nothing(odd: object) -> None:
    jpeg = {"filemime": "image/jpeg"}
    linked = {"large": {"href": odd, "meta": "derivative"}, "small": odd}
    assert _told({"attributes": odd}) == {}
    assert _told({"attributes": jpeg, "links": odd}) is None
    told = _told({"attributes": jpeg, "links": linked})
    assert told is None or told == {"large": "x"}


@pytest.mark.parametrize("address", ["http://[x", "file:///etc/passwd", "javascript:1"])
def test_an_address_that_is_none_leaves_the_file(world: World, address: str) -> None:
    told = {"data": {"attributes": {"image_style_uri": {"large": address}}}}
    told["data"]["attributes"]["filemime"] = "image/png"  # type: ignore[assignment]
    styled = world.source._fetching._styled
    assert styled is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(styled._client, "get", lambda _: (told, None))
        assert world.of_which() == "the file"
