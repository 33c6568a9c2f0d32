"""Between GET and PATCH: what the site gives guards the write, over sockets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.demo.guard import Guarding
from altsync.demo.site import DemoSite
from altsync.errors import ChangedMeanwhile, Rejected
from altsync.models import Flat, SiteImage
from altsync.sources.album import AlbumSource
from altsync.sources.base import Fresh
from altsync.sources.guard import guard_of, said
from altsync.sources.kinds import AlbumConfig

IMAGE = "space/deep-field"


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(token="s3cret") as made:
        yield made


@pytest.fixture
def source(site: DemoSite, tmp_path: Path) -> Iterator[AlbumSource]:
    made = opened(site, tmp_path)
    yield made
    made.close()


def opened(site: DemoSite, base: Path, **more: Any) -> AlbumSource:
    (base / "inventory.txt").write_text("\n".join(site.ids), "utf-8")
    config = AlbumConfig(inventory=("inventory.txt",), pixels=site.pixels, **more)
    return AlbumSource(site.url, config, token=site.token, base=base)


def read(source: AlbumSource) -> Fresh:
    return source.fresh([SiteImage(id=IMAGE, album="", name="", alt=None)])


def send(source: AlbumSource, fresh: Fresh) -> None:
    new: Flat = {**fresh.flats[IMAGE], "alt": "new"}
    source.write(fresh, {IMAGE: new}, "")


@pytest.mark.parametrize(
    ("headers", "guard"),
    [
        ({"ETag": '"abc"'}, {"If-Match": '"abc"'}),
        ({"ETag": ' "a,b" '}, {"If-Match": '"a,b"'}),
        ({"ETag": '"abc"', "Last-Modified": "x"}, {"If-Match": '"abc"'}),
        ({"ETag": 'W/"abc"'}, {}),
        ({"ETag": 'W/"abc"', "Last-Modified": "x"}, {"If-Unmodified-Since": "x"}),
        ({"ETag": "abc"}, {}),
        ({"ETag": '"'}, {}),
        ({"ETag": ""}, {}),
        ({}, {}),
        ({"Last-Modified": "x"}, {"If-Unmodified-Since": "x"}),
    ],
)
def test_what_makes_a_write_conditional(
    headers: dict[str, str], guard: dict[str, str]
) -> None:
    assert guard_of(headers) == guard


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        ("etag", "if-match"),
        ("gzip", "if-match"),
        ("modified", "if-unmodified-since"),
        ("weak", None),
        ("", None),
    ],
)
def test_a_write_that_nobody_came_before_is_done(
    site: DemoSite, source: AlbumSource, kind: Guarding, header: str | None
) -> None:
    site.guard.kind = kind
    send(source, read(source))
    assert site.document(IMAGE)["alt"] == "new"
    (patch,) = site.requests("PATCH")
    sent = {"if-match", "if-unmodified-since"} & set(patch.headers)
    assert sent == ({header} if header else set())


@pytest.mark.parametrize("kind", ["etag", "gzip", "modified"])
@pytest.mark.parametrize("field", ["alt", "title"])
def test_what_somebody_saved_in_between_is_a_conflict(
    site: DemoSite, source: AlbumSource, kind: Guarding, field: str
) -> None:
    site.guard.kind = kind
    fresh = read(source)
    site.edit(IMAGE, **{field: "A person's words."})
    with pytest.raises(ChangedMeanwhile, match="was saved by somebody") as error:
        send(source, fresh)
    assert error.value.status == 412
    assert site.document(IMAGE)[field] == "A person's words."
    assert [entry.applied for entry in site.requests("PATCH")] == [False]


def test_an_image_that_went_in_between_is_a_conflict(
    site: DemoSite, source: AlbumSource
) -> None:
    site.guard.kind = "etag"
    fresh = read(source)
    site.fail("status", status=412, method="PATCH", times=1)
    site.remove(IMAGE)
    with pytest.raises(ChangedMeanwhile):
        send(source, fresh)


@pytest.mark.parametrize("kind", ["weak", ""])
def test_without_a_guard_it_is_overwritten_unseen(
    site: DemoSite, source: AlbumSource, kind: Guarding
) -> None:
    """What init and docs/how-to/album.md warn of."""
    site.guard.kind = kind
    fresh = read(source)
    site.edit(IMAGE, alt="A person's words.")
    send(source, fresh)
    assert site.document(IMAGE)["alt"] == "new"


def test_an_etag_that_the_site_does_not_know_is_said_and_nothing_is_sent(
    site: DemoSite, source: AlbumSource, tmp_path: Path
) -> None:
    site.guard.kind = "spoilt"
    with pytest.raises(Rejected, match="though it has not") as error:
        send(source, read(source))
    assert not isinstance(error.value, ChangedMeanwhile)
    assert "guard = false below [album]" in str(error.value)
    assert len(site.requests("PATCH")) == 1, "never again without the guard"
    assert site.document(IMAGE)["alt"] == ""
    plain = opened(site, tmp_path, guard=False)
    send(plain, read(plain))
    assert site.document(IMAGE)["alt"] == "new"
    plain.close()


def test_a_412_to_a_write_without_a_guard_is_a_refusal(
    site: DemoSite, source: AlbumSource
) -> None:
    site.fail("status", status=412, method="PATCH")
    with pytest.raises(Rejected) as error:
        send(source, read(source))
    assert not isinstance(error.value, ChangedMeanwhile)


def test_only_a_reading_that_decides_a_write_asks_for_plain_answers(
    site: DemoSite, source: AlbumSource
) -> None:
    read(source)
    source.read(IMAGE)
    asked = [entry.headers["accept-encoding"] for entry in site.requests("GET")]
    assert asked == ["identity", "gzip, deflate"]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("etag", "Writes are guarded by the site's ETag (If-Match)."),
        ("modified", "Writes are guarded by the site's Last-Modified"),
        ("weak", "The site gives neither a strong ETag nor Last-Modified."),
        ("", "The site gives neither a strong ETag nor Last-Modified."),
    ],
)
def test_init_says_once_how_writes_are_guarded(
    site: DemoSite, source: AlbumSource, kind: Guarding, sentence: str
) -> None:
    site.guard.kind = kind
    found = [note for note in source.probe() if sentence in note.sentence]
    assert [note.ok for note in found] == [True]
    assert said({}).endswith(".")
