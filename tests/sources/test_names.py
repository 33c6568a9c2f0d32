from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.models import PreparedRequest

from altsync.sources import names
from altsync.sources.http import Going, Http
from altsync.sources.tries import READ

SEGMENT = st.one_of(
    st.text(
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/"),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(
        [
            "..",
            ".",
            "...",
            "%2e%2e",
            "%2F",
            "a b",
            "#",
            "?",
            "{image}",
            "\\",
            "a..b",
            "é",
            "e\u0301",
        ]
    ),
)
IDS = st.lists(SEGMENT, min_size=2, max_size=3).map("/".join)


@given(IDS)
def test_a_name_survives_the_way_to_a_url_and_back(image_id: str) -> None:
    assert names.unusable(image_id) is None
    quoted = names.quoted(image_id)
    assert quoted.isascii()
    assert not set(quoted) & set(' #?"<>\\{}^`|\n')
    url = f"https://x.example/base/album/{quoted}"
    path = urlsplit(url).path
    assert path == f"/base/album/{quoted}"
    assert path.count("/") == 2 + image_id.count("/") + 1
    assert not {".", ".."} & set(path.split("/"))
    assert names.from_path(path, "/base") == image_id


@given(IDS)
def test_the_request_asks_for_exactly_that_url(image_id: str) -> None:
    http = Http("https://x.example")
    url = f"{http.base}/album/{names.quoted(image_id)}/get"
    request, where = http._prepare(Going(READ, "GET", url, None, None))
    assert isinstance(request, PreparedRequest)
    assert request.url == url
    assert where == "https://x.example"
    http.close()


@given(IDS)
def test_a_template_is_filled_once(image_id: str) -> None:
    album, name = names.split(image_id)
    filled = names.fill(
        "https://x.example/{album}/{image}-1280w.jpg?again={image}", image_id
    )
    wanted = f"https://x.example/{names.quoted(album)}/{names.quoted(name)}-1280w.jpg?again={names.quoted(name)}"
    assert filled == wanted


@given(st.one_of(IDS, st.text(max_size=30)))
def test_no_name_leads_out_of_the_directory(image_id: str) -> None:
    with tempfile.TemporaryDirectory() as made:
        outer = Path(made)
        root = outer / "a" / "root"
        (root / "in").mkdir(parents=True)
        for folder in (outer, outer / "a"):
            for name in ("..", ".", "x", "..x"):
                (folder / f"{name}.jpg").write_bytes(b"secret")
        (root / "in" / "x.jpg").write_bytes(b"fine")
        for candidate in (
            image_id,
            f"../{image_id}",
            f"in/../../{image_id}",
            f"in/{image_id}",
            "../x",
            "in/../../x",
        ):
            found = names.find_file(root, candidate)
            assert found is None or (
                found.resolve().is_relative_to(root.resolve())
                and found.read_bytes() == b"fine"
            )


def test_a_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("x.jpeg", "x.png", "y.v2.HEIC", "ü ñ.webp", "z.txt"):
        (tmp_path / "a" / "b" / name).write_bytes(b"")
    assert names.find_file(tmp_path, "a/b/x") == tmp_path / "a/b/x.jpeg"
    assert names.find_file(tmp_path, "a/b/y.v2") == tmp_path / "a/b/y.v2.HEIC"
    assert names.find_file(tmp_path, "a/b/ü ñ") == tmp_path / "a/b/ü ñ.webp"
    for missing in (
        "a/b/z",
        "a/b/nothing",
        "a/b/" + "x" * 400,
        "a/b/\x00",
        "/a/b/x",
        "a/b/\ud800",
    ):
        assert names.find_file(tmp_path, missing) is None


def test_links_inside_are_followed_and_links_outside_are_not(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (tmp_path / "secret.jpg").write_bytes(b"")
    (root / "a" / "real.jpg").write_bytes(b"")
    (root / "a" / "near.jpg").symlink_to(root / "a" / "real.jpg")
    (root / "a" / "far.jpg").symlink_to(tmp_path / "secret.jpg")
    (root / "a" / "loop.jpg").symlink_to(root / "a" / "loop.jpg")
    (root / "a" / "dir.jpg").mkdir()
    assert names.find_file(root, "a/near")
    for name in ("far", "loop", "dir"):
        assert names.find_file(root, f"a/{name}") is None


@pytest.mark.parametrize(
    ("path", "image_id"),
    [
        ("/album/a/b", "a/b"),
        ("/album/a/b/", "a/b"),
        ("/album/a/b/c", "a/b/c"),
        ("/album/a%20b/%23", "a b/#"),
        ("/album/a", None),
        ("/album/", None),
        ("/album/a/b/c/d", None),
        ("/album//b", None),
        ("/node/1", None),
        ("/nl/album/a/b", None),
        ("/albums/a/b", None),
    ],
)
def test_the_id_in_a_page_address(path: str, image_id: str | None) -> None:
    assert names.from_path(path) == image_id


@pytest.mark.parametrize("path", ["/album/a/b%2Fc", "/album/a/%ff"])
def test_a_page_address_that_cannot_be_read(path: str) -> None:
    with pytest.raises(ValueError, match=r"slash|utf-8"):
        names.from_path(path)
