"""The album source against the demonstration site, over sockets, with every trap of the
contract."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.config import parse
from altsync.demo.faults import Kind
from altsync.demo.pictures import DemoImage
from altsync.demo.site import DemoSite
from altsync.errors import (
    AnswerLost,
    BadAnswer,
    ConfigError,
    LoginFailed,
    NotThere,
    PictureError,
    Rejected,
)
from altsync.models import Flat, Label, SiteImage
from altsync.sources import open_source
from altsync.sources.album import AlbumSource
from altsync.sources.base import Source
from altsync.sources.kinds import AlbumConfig, LabelField
from altsync.sources.tries import Patience
from tests.sources.contract import Hiccup, SourceContract, World

VERIFIED = LabelField("verified", ai=0, human=1)
QUICK = Patience(attempts=2, backoff=0.001, retry_after_cap=0.01)
TOKEN = "s3cret-Token"
ODD = [
    "with space/and space",
    "per%cent/100%25",
    "hash#tag/#1",
    "what?/is it?",
    "ünï/日本 🦊",
    "../..",
    "./.",
    "outer/inner/name",
    "a..b/c..",
    "plus+plus/a+b",
    "amp&er/semi;colon",
    "back\\slash/x\\y",
    'quote\'/"q"',
    ".../x",
    "a/get",
    "patch/patch",
    "get/get/get",
    "{image}/{album}",
]


def source_of(site: DemoSite, tmp_path: Path, **options: Any) -> AlbumSource:
    """A source on the site with a text inventory of every image, unless told otherwise."""
    config: dict[str, Any] = {
        "inventory": ("inventory.txt",),
        "pixels": site.pixels,
        "label": VERIFIED,
    }
    config.update({key: options.pop(key) for key in tuple(options) if key in config})
    (tmp_path / "inventory.txt").write_text("\n".join(site.ids), "utf-8")
    token = options.pop("token", site.token)
    return AlbumSource(
        site.url,
        AlbumConfig(**config),
        token=token,
        base=tmp_path,
        patience=QUICK,
        timeout=30,
        **options,
    )


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(token=TOKEN) as made:
        yield made


@pytest.fixture
def source(site: DemoSite, tmp_path: Path) -> Iterator[AlbumSource]:
    made = source_of(site, tmp_path)
    yield made
    made.close()


class AlbumWorld(World):
    def __init__(
        self, site: DemoSite, source: Source, *, has_label: bool, knows_removed: bool
    ) -> None:
        self.site = site
        self.source = source
        self.secret = site.token
        self.has_label = has_label
        self.knows_removed = knows_removed
        site.label = has_label

    @property
    def ids(self) -> list[str]:
        return self.site.ids

    def now(self, image_id: str) -> Flat:
        document = self.site.document(image_id)
        flat: Flat = {
            "alt": document["alt"],
            "title": document["title"],
            "caption": document["caption"],
        }
        if self.has_label:
            flat["label"] = "human" if document["verified"] else "ai"
        return flat

    def edit(self, image_id: str, alt: str | None) -> None:
        self.site.edit(image_id, alt=alt)

    def remove(self, image_id: str) -> None:
        self.site.remove(image_id)

    def hide(self, image_id: str) -> None:
        self.site.fail("status", status=403, method="GET", image=image_id)

    def show(self, image_id: str) -> None:
        self.site.heal()

    def writes(self) -> int:
        return len(self.site.requests("PATCH"))

    def lose_answer(self, *, applied: bool) -> None:
        self.site.fail("reset", method="PATCH", after=applied, times=1)

    def hiccup(self, kind: Hiccup) -> None:
        faults: dict[Hiccup, Kind] = {
            "502": "status",
            "reset": "reset",
            "cut": "truncate",
        }
        self.site.heal()
        for route in (None, "pixels"):
            self.site.fail(faults[kind], status=502, times=1, route=route)

    def lie(self) -> None:
        self.site.fail("lies")

    def mangle(self) -> None:
        self.site.fail("mangles", way="cut")

    def busy(self) -> None:
        self.site.fail("status", status=429, retry_after=0)

    def refuse_login(self) -> None:
        self.site.token = "another"


@pytest.mark.parametrize("has_label", [True, False], ids=["label", "no label"])
@pytest.mark.parametrize("kind", ["inventory.txt", "sitemap.xml", "inventory.json"])
class TestAlbum(SourceContract):
    @pytest.fixture
    def world(
        self, site: DemoSite, tmp_path: Path, has_label: bool, kind: str
    ) -> Iterator[World]:
        inventory = kind if kind.endswith(".txt") else f"{site.url}/{kind}"
        label = VERIFIED if has_label else None
        source = source_of(site, tmp_path, inventory=(inventory,), label=label)
        yield AlbumWorld(
            site, source, has_label=has_label, knows_removed=kind != "inventory.txt"
        )
        source.close()


def patched(site: DemoSite) -> list[Any]:
    return [entry.json for entry in site.requests("PATCH")]


def write(source: AlbumSource, image_id: str, **fields: Any) -> Flat:
    """Read past the caches, change, send; what the answer shows, else what is stored."""
    image = SiteImage(id=image_id, album="", name="", alt=None)
    fresh = source.fresh([image])
    new: Any = {**fresh.flats[image_id], **fields}
    shown = source.write(fresh, {image_id: new}, "")
    return shown.get(image_id) or source.stored([image])[image_id]


# Names


@pytest.mark.parametrize("image_id", ODD)
def test_odd_names_reach_the_site_as_they_are(
    site: DemoSite, tmp_path: Path, image_id: str
) -> None:
    site.add(DemoImage(image_id, title="odd"))
    source = source_of(site, tmp_path)
    image = source.read(image_id)
    assert (image.title, f"{image.album}/{image.name}") == ("odd", image_id)
    assert write(source, image_id, alt="new")["alt"] == "new"
    assert site.document(image_id)["alt"] == "new"
    assert source.pixels(image).startswith(b"\xff\xd8")
    assert {entry.status for entry in site.ledger} == {200}
    source.close()


def test_nested_albums_keep_their_slashes(site: DemoSite, source: AlbumSource) -> None:
    site.add(DemoImage("out er/in/name"))
    image = source.read("out er/in/name")
    assert (image.album, image.name) == ("out er/in", "name")
    assert site.ledger[-1].path == "/album/out%20er/in/name/get"
    assert image.page_url == f"{site.url}/album/out%20er/in/name"


@pytest.mark.parametrize(
    "image_id", ["", "a", "a/", "/a", "a//b", "a/b/c/d", "a/b\n", "a/\x00", "a/\ud800"]
)
def test_what_cannot_be_a_name_is_never_asked_for(
    site: DemoSite, source: AlbumSource, image_id: str
) -> None:
    with pytest.raises(NotThere):
        source.read(image_id)
    assert site.ledger == []


# Reading


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'"x"',
        b"null",
        b"3",
        b"{}",
        b'{"title": "t", "caption": "c"}',
        b"",
        b"not json",
        b'{"alt": 3}',
        b'{"alt": ["x"]}',
        b'{"alt": true}',
        b'{"alt": "", "title": 3}',
        b'{"alt": "", "caption": {}}',
        b'{"alt": "\\ud800"}',
        b"[" * 100_000,
        b'{"alt": "\xff"}',
    ],
    ids=lambda body: repr(body[:30]),
)
def test_an_answer_of_the_wrong_shape_is_bad(
    site: DemoSite, source: AlbumSource, body: bytes
) -> None:
    site.stale = True
    site._cache["space/deep-field"] = body
    with pytest.raises(BadAnswer):
        source.read("space/deep-field")


def test_null_is_kept_apart_from_empty(site: DemoSite, source: AlbumSource) -> None:
    site.stale = True
    site._cache["a/b"] = b""
    site._cache["space/deep-field"] = b'{"alt": null, "title": null}'
    image = source.read("space/deep-field")
    assert (image.alt, image.title, image.caption, image.has_label) == (
        None,
        None,
        None,
        False,
    )


def test_the_answer_is_kept_whole(site: DemoSite, source: AlbumSource) -> None:
    site.stale = True
    site._cache["space/deep-field"] = json.dumps(
        {"alt": "é", "new": [1, "\ud800"]}
    ).encode()
    assert json.loads(source.read("space/deep-field").raw) == {
        "alt": "é",
        "new": [1, "\ud800"],
    }
    source.read("space/deep-field").raw.encode("utf-8")


def test_a_login_page_is_no_answer(site: DemoSite, source: AlbumSource) -> None:
    site.fail("login-page")
    with pytest.raises(BadAnswer, match="HTML page where JSON was expected"):
        source.read("space/deep-field")


def test_a_truncated_answer_is_bad(site: DemoSite, source: AlbumSource) -> None:
    site.fail("truncate")
    with pytest.raises(BadAnswer, match="cut short"):
        source.read("space/deep-field")


def test_fresh_passes_the_cache_and_read_need_not(
    site: DemoSite, source: AlbumSource
) -> None:
    site.stale = True
    image = source.read("space/deep-field")
    site.edit(image.id, alt="a person's")
    assert source.read(image.id).alt == ""
    assert source.fresh([image]).flats[image.id]["alt"] == "a person's"
    assert [e.headers.get("cache-control") for e in site.ledger] == [
        None,
        None,
        "no-cache",
    ]


# The token


def test_the_token_is_sent_bare(site: DemoSite, source: AlbumSource) -> None:
    source.read("space/deep-field")
    write(source, "space/deep-field", alt="new")
    assert {entry.token for entry in site.ledger} == {"ok"}


@pytest.mark.parametrize("token", [None, "wrong", f"Bearer.{TOKEN}"])
def test_without_the_right_token_nothing_goes_on(
    site: DemoSite, tmp_path: Path, token: str | None
) -> None:
    source = source_of(site, tmp_path, token=token)
    with pytest.raises(LoginFailed) as error:
        source.check()
    assert "ALTSYNC_TOKEN" in str(error.value)
    assert ("none is set" in str(error.value)) == (token is None)
    assert TOKEN not in str(error.value)
    assert len(site.ledger) <= 3
    source.close()


def test_a_token_that_is_refused_with_401_is_tried_once(
    site: DemoSite, source: AlbumSource
) -> None:
    site.fail("status", status=401)
    with pytest.raises(LoginFailed):
        source.check()
    assert len(site.ledger) == 1


@pytest.mark.parametrize("known", [True, False])
def test_one_private_image_is_no_wrong_token(
    site: DemoSite, source: AlbumSource, known: bool
) -> None:
    """Whether or not an image was read before, and though it is the first one."""
    private, other = site.ids[:2]
    site.fail("status", image=private, status=403)
    source.check()
    if known:
        source.read(other)
    with pytest.raises(Rejected, match="though it takes the token for others"):
        source.read(private)
    site.token = "another"
    with pytest.raises(LoginFailed):
        source.read(private)


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "ünï", " "])
def test_a_token_that_no_header_carries_is_refused_without_quoting_it(
    tmp_path: Path, token: str
) -> None:
    with pytest.raises(LoginFailed) as error:
        AlbumSource("http://127.0.0.1:9", AlbumConfig(), token=token)
    assert token not in str(error.value).replace("altsync", "") or token == " "


def test_one_broken_image_does_not_fail_the_check(
    site: DemoSite, source: AlbumSource
) -> None:
    for status in (404, 500):
        site.fail("status", status=status, times=1)
        source.check()


# The label


def labelled(
    value: Any, field: LabelField | None, site: DemoSite, source: AlbumSource
) -> tuple[Label | None, bool]:
    site.stale = True
    site._cache["space/deep-field"] = json.dumps(
        {"alt": "", "verified": value}
    ).encode()
    source._label = field
    image = source.read("space/deep-field")
    return image.label, image.has_label


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (0, Label.AI),
        (False, Label.AI),
        ("0", Label.AI),
        (1, Label.HUMAN),
        (True, Label.HUMAN),
        ("1", Label.HUMAN),
        (None, None),
        (2, Label.HUMAN),
        ("", Label.HUMAN),
        ("yes", Label.HUMAN),
        ([], Label.HUMAN),
        (0.5, Label.HUMAN),
    ],
)
def test_label_values(
    site: DemoSite, source: AlbumSource, value: Any, label: Label | None
) -> None:
    assert labelled(value, VERIFIED, site, source) == (label, True)


def test_a_third_value_is_reviewed_only_where_it_is_distinct(
    site: DemoSite, source: AlbumSource
) -> None:
    third = dataclasses.replace(VERIFIED, reviewed=2)
    assert labelled(2, third, site, source) == (Label.REVIEWED, True)
    same = dataclasses.replace(VERIFIED, reviewed=1)
    assert labelled(1, same, site, source) == (Label.HUMAN, True)
    words = LabelField("verified", ai="machine", human="person")
    assert labelled("machine", words, site, source) == (Label.AI, True)
    assert labelled("Machine", words, site, source) == (Label.HUMAN, True)


def test_a_site_without_the_field(site: DemoSite, source: AlbumSource) -> None:
    site.label = False
    image = source.read("space/deep-field")
    assert (image.label, image.has_label) == (None, False)
    assert "label" not in image.flat()
    write(source, image.id, alt="new")
    assert patched(site) == [{"alt": "new"}]


@pytest.mark.parametrize(
    ("reviewed", "label", "sent"),
    [
        (None, "ai", 0),
        (None, "human", 1),
        (None, "reviewed", 0),
        (1, "reviewed", 1),
        (2, "reviewed", 2),
        (1, "ai", 0),
    ],
)
def test_the_label_on_the_wire(
    site: DemoSite, source: AlbumSource, reviewed: int | None, label: str, sent: int
) -> None:
    site.edit("space/deep-field", verified=1 - min(sent, 1))
    source._label = dataclasses.replace(VERIFIED, reviewed=reviewed)
    if sent == 2:
        with pytest.raises(Rejected):
            write(source, "space/deep-field", alt="new", label=label)
        assert patched(site) == [{"alt": "new", "verified": 2}]
        return
    confirmed = write(source, "space/deep-field", alt="new", label=label)
    assert patched(site) == [{"alt": "new", "verified": sent}]
    assert confirmed == source.read("space/deep-field").flat()


def test_a_label_that_the_site_lacks_is_refused_before_sending(
    site: DemoSite, source: AlbumSource
) -> None:
    source._label = None
    with pytest.raises(Rejected):
        write(source, "space/deep-field", alt="new", label="ai")
    assert patched(site) == []


# Writing


def test_only_the_fields_that_differ_are_sent(
    site: DemoSite, source: AlbumSource
) -> None:
    write(source, "space/eileen-collins", alt="new")
    write(source, "space/eileen-collins", alt="newer", label="ai")
    write(source, "space/eileen-collins", title="T", alt="newest", label="ai")
    assert patched(site) == [
        {"alt": "new"},
        {"alt": "newer", "verified": 0},
        {"title": "T", "alt": "newest"},
    ]
    assert {e.headers["content-type"] for e in site.requests("PATCH")} == {
        "application/json"
    }


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"OK",
        b"{}",
        b"[]",
        b"null",
        b'"saved"',
        b'{"alt": "new"}',
        b'{"alt": " new\\n", "title": 3}',
    ],
)
def test_a_2xx_confirms_whatever_it_says(
    site: DemoSite, source: AlbumSource, answer: bytes
) -> None:
    site.patch_answer = answer
    said = json.loads(answer)["alt"] if b"alt" in answer else "new"
    assert write(source, "space/deep-field", alt="new")["alt"] == said


@pytest.mark.parametrize(
    "answer",
    [
        b'{"alt": ""}',
        b'{"alt": null}',
        b'{"alt": 3}',
        b'{"alt": "New"}',
        b'{"alt": "ne',
        b"<html>",
        b"[1,",
    ],
)
def test_a_2xx_that_says_something_else_is_settled_by_reading(
    site: DemoSite, source: AlbumSource, answer: bytes
) -> None:
    site.patch_answer = answer
    with pytest.raises(AnswerLost):
        write(source, "space/deep-field", alt="new")
    assert len(patched(site)) == 1


@pytest.mark.parametrize("fault", ["login-page", "truncate", "reset"])
@pytest.mark.parametrize("after", [True, False])
def test_a_write_without_a_good_answer_is_lost_and_sent_once(
    site: DemoSite, source: AlbumSource, fault: Any, after: bool
) -> None:
    site.fail(fault, method="PATCH", after=after)
    with pytest.raises(AnswerLost) as error:
        write(source, "space/deep-field", alt="new")
    assert TOKEN not in str(error.value)
    assert len(patched(site)) == 1


@pytest.mark.parametrize("status", [500, 502, 504, 408])
def test_a_failure_while_writing_is_lost(
    site: DemoSite, source: AlbumSource, status: int
) -> None:
    site.fail("status", method="PATCH", status=status, after=True)
    with pytest.raises(AnswerLost):
        write(source, "space/deep-field", alt="new")
    assert [e.applied for e in site.requests("PATCH")] == [True]


@pytest.mark.parametrize("status", [400, 409, 413, 415, 422])
def test_a_refusal_is_about_this_image(
    site: DemoSite, source: AlbumSource, status: int
) -> None:
    site.fail("status", method="PATCH", status=status)
    with pytest.raises(Rejected) as error:
        write(source, "space/deep-field", alt="new")
    assert not error.value.stops_run
    assert len(patched(site)) == 1


def test_what_fresh_did_not_find_is_not_written(
    site: DemoSite, source: AlbumSource
) -> None:
    image = source.read("space/deep-field")
    site.remove(image.id)
    fresh = source.fresh([image])
    with pytest.raises(NotThere, match="not on the site any more"):
        source.write(fresh, {image.id: {"alt": "new"}}, "")
    assert patched(site) == []


@pytest.mark.parametrize("status", [429, 503])
def test_a_write_put_off_is_sent_again(
    site: DemoSite, source: AlbumSource, status: int
) -> None:
    site.fail("status", method="PATCH", status=status, retry_after=0, times=2)
    write(source, "space/deep-field", alt="new")
    assert [e.applied for e in site.requests("PATCH")] == [False, False, True]


def test_a_redirected_write_names_the_target(
    site: DemoSite, source: AlbumSource
) -> None:
    site.fail(
        "redirect", method="PATCH", location="https://other.example/album?token=abc"
    )
    with pytest.raises(
        BadAnswer, match=r"redirect to https://other\.example\. Nothing was changed"
    ) as error:
        write(source, "space/deep-field", alt="new")
    assert "abc" not in str(error.value)
    assert site.document("space/deep-field")["alt"] == ""


# Pixels


def test_pixels_from_the_template(site: DemoSite, source: AlbumSource) -> None:
    image = source.read("archive/visitors-chart")
    assert source.pixels(image).startswith(b"\x89PNG")
    assert image.image_url == f"{site.url}/files/cache/archive/visitors-chart-1280w.jpg"
    assert site.ledger[-1].token == "ok"  # our own origin


def test_no_token_to_another_origin(site: DemoSite, tmp_path: Path) -> None:
    with DemoSite(token=TOKEN) as other:
        source = source_of(site, tmp_path, pixels=other.pixels)
        assert source.pixels(source.read("space/deep-field"))
        assert [e.token for e in other.ledger] == ["none"]
        assert TOKEN not in str(other.ledger)
        source.close()


def test_a_page_is_not_a_picture(site: DemoSite, source: AlbumSource) -> None:
    image = source.read("space/deep-field")
    site.fail("login-page", route="pixels", times=1)
    with pytest.raises(BadAnswer, match="not a picture"):
        source.pixels(image)
    site.fail("status", route="pixels", status=403, times=1)
    with pytest.raises(Rejected):
        source.pixels(image)
    site.remove(image.id)
    with pytest.raises(NotThere):
        source.pixels(image)


def test_pixels_from_a_directory(site: DemoSite, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    (photos / "space").mkdir(parents=True)
    (photos / "space" / "deep-field.JPG").write_bytes(b"pixels")
    source = source_of(site, tmp_path, pixels="photos")
    image = source.read("space/deep-field")
    assert image.image_url == str(photos / "space" / "deep-field.JPG")
    assert source.pixels(image) == b"pixels"
    with pytest.raises(PictureError):
        source.pixels(image, max_bytes=5)
    with pytest.raises(NotThere):
        source.pixels(source.read("space/eileen-collins"))
    source.close()


def test_the_inventory_directory_serves_pixels_too(
    site: DemoSite, tmp_path: Path
) -> None:
    (tmp_path / "photos" / "space").mkdir(parents=True)
    (tmp_path / "photos" / "space" / "deep-field.png").write_bytes(b"pixels")
    source = source_of(site, tmp_path, pixels="", inventory=("photos",))
    assert list(source.listing()) == ["space/deep-field"]
    assert source.pixels(source.read("space/deep-field")) == b"pixels"
    source.close()


@pytest.mark.parametrize(
    "image_id",
    [
        "../secret",
        "a/../secret",
        "../photos/../secret",
        "a/link",
        "link/secret",
        "a/pipe",
    ],
)
def test_no_file_outside_the_directory_is_read(
    site: DemoSite, tmp_path: Path, image_id: str
) -> None:
    photos = tmp_path / "photos"
    (photos / "a").mkdir(parents=True)
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (photos / "a" / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (photos / "link").symlink_to(tmp_path)
    os.mkfifo(photos / "a" / "pipe.jpg")
    source = source_of(site, tmp_path, pixels="photos")
    with pytest.raises(NotThere):
        source.pixels(
            SiteImage(
                id=image_id,
                album="",
                name="",
                alt="",
                image_url=str(tmp_path / "secret.jpg"),
            )
        )
    source.close()


def test_a_template_without_image_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"holds no \{image\}"):
        AlbumSource("http://127.0.0.1:9", AlbumConfig(pixels="https://x.example/a.jpg"))


# Probe, factory


def test_probe_of_a_good_site(site: DemoSite, source: AlbumSource) -> None:
    said = " ".join(note.sentence for note in source.probe())
    assert "inventory.txt names 13 images." in said
    assert "accepts the token" in said
    assert "has the label field `verified`" in said
    assert "Its picture is there (" in said


def test_probe_of_a_poor_site(site: DemoSite, tmp_path: Path) -> None:
    source = source_of(
        site, tmp_path, inventory=("no.txt", "inventory.txt"), pixels="", label=None
    )
    wrong = [note for note in source.probe() if not note.ok]
    notes = [note.sentence for note in wrong]
    missing = "no.txt: there is no such file or directory."
    assert any(note.startswith(missing) for note in notes)
    label = 'write label = { field = "verified", ai = 0, human = 1 } below [album]'
    assert any(note.step.startswith(label) for note in wrong)
    assert any("album.pixels" in sentence for sentence in notes)
    source.close()


def test_open_source_reads_the_configuration(
    site: DemoSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.txt").write_text("space/deep-field\n")
    text = (
        f'[site]\nurl = "{site.url}"\n[album]\ninventory = ["list.txt"]\npixels ='
        f' "{site.pixels}"\n'
    )
    monkeypatch.setenv("ALTSYNC_TOKEN", TOKEN)
    source = open_source(parse(text, tmp_path / "altsync.toml"))
    assert source.kind == "album"
    assert list(source.listing()) == ["space/deep-field"]
    source.check()
    source.close()
    memory = open_source(parse('[site]\nurl = "http://x.example"\nsource = "memory"\n'))
    assert memory.kind == "memory"
