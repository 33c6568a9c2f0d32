"""Every way to know which images there are; and every way in which a list can fall
short, none of them silent."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from altsync.demo.pictures import DemoImage
from altsync.demo.site import DemoSite
from altsync.sources import endless, sitemap
from altsync.sources.album import AlbumSource
from altsync.sources.http import Http
from altsync.sources.inventory import AlbumListing, open_inventory
from tests.sources.test_album import QUICK, TOKEN, source_of
from tests.sources.test_http import Scripted

XML = '<?xml version="1.0" encoding="UTF-8"?>'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(token=TOKEN) as made:
        yield made


def walked(source: AlbumSource) -> tuple[list[str], AlbumListing]:
    walk = source.listing()
    return [item for item in walk if isinstance(item, str)], walk


def listed(
    entry: str, base: Path, url: str = "http://127.0.0.1:9"
) -> tuple[list[str], AlbumListing]:
    """The ids of one inventory, without a source."""
    http = Http(url, patience=QUICK)
    walk = AlbumListing([open_inventory(entry, base, http)])
    ids = [item for item in walk if isinstance(item, str)]
    http.close()
    return ids, walk


def note(walk: AlbumListing) -> str:
    """The one note of a listing that is not complete."""
    assert not walk.complete
    (sentence,) = walk.notes
    return sentence


# All kinds on one site


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap.xml",
        "/sitemap.xml.gz",
        "/sitemap-index.xml",
        "/inventory.json",
        "/inventory",
    ],
)
@pytest.mark.parametrize("count", [3, 1003])
def test_lists_on_the_web(tmp_path: Path, path: str, count: int) -> None:
    with DemoSite(count) as site:
        site.add(DemoImage("outer/in ner/ü #?%2F&<"))
        ids, walk = listed(site.url + path, tmp_path, site.url)
        assert sorted(ids) == sorted(site.ids)
        assert walk.complete
        assert walk.counts == {site.url + path: count + 1}


def test_the_union_of_all_kinds(site: DemoSite, tmp_path: Path) -> None:
    (tmp_path / "photos" / "only").mkdir(parents=True)
    (tmp_path / "photos" / "only" / "here.jpg").write_bytes(b"")
    (tmp_path / "more.txt").write_text("in/text\n")
    kinds = ("more.txt", "photos", f"{site.url}/sitemap.xml", f"{site.url}/inventory")
    source = source_of(site, tmp_path, inventory=kinds)
    ids, walk = walked(source)
    assert set(ids) == {*site.ids, "only/here", "in/text"}
    assert walk.complete
    source.close()


def test_one_bad_inventory_makes_the_union_partial(
    site: DemoSite, tmp_path: Path
) -> None:
    source = source_of(site, tmp_path, inventory=("inventory.txt", "missing.txt"))
    ids, walk = walked(source)
    assert set(ids) == set(site.ids)
    assert (
        note(walk)
        == "missing.txt: there is no such file or directory. Check album.inventory in"
        " altsync.toml."
    )
    source.close()


def test_no_inventory_is_no_list(tmp_path: Path, site: DemoSite) -> None:
    source = source_of(site, tmp_path, inventory=())
    ids, walk = walked(source)
    assert ids == []
    assert "names nothing" in note(walk)
    source.close()


def test_ids_are_streamed(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(b"a/b\n" + b"\xff\n")
    walk = AlbumListing([open_inventory("x.txt", tmp_path, Http("http://127.0.0.1:9"))])
    first = next(iter(walk))
    assert first == "a/b"
    assert not walk.complete
    assert walk.notes == []  # the second line has not been read


# Text


def test_a_text_file(tmp_path: Path) -> None:
    text = (
        "\ufeff# all images\n\na/b\n  a/c d \t# a"
        " comment\r\nouter/in/x\n#a/z\na/#1\na/x#y\n\u00e9/\u65e5\n"
    )
    (tmp_path / "x.txt").write_text(text, "utf-8")
    ids, walk = listed("x.txt", tmp_path)
    assert ids == ["a/b", "a/c d", "outer/in/x", "a/#1", "a/x#y", "é/日"]
    assert walk.complete


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it names no image"),
        (b"# only a comment\n\n", "it names no image"),
        (b"alone\n", "not of the form"),
        (b"a/b\na/b/c/d\n", "not of the form"),
        (b"a/b\n/c\n", "not of the form"),
        (b"a/b\n\xff/x\n", "line 2"),
        (b"a/b\na/\x01\n", "control character"),
        (b"<html>\n", "not of the form"),
    ],
)
def test_a_text_file_that_falls_short(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "x.txt").write_bytes(content)
    _, walk = listed("x.txt", tmp_path)
    assert said in note(walk)


def test_many_bad_lines_are_one_note(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("a/b\n" + "bad\n" * 500)
    ids, walk = listed("x.txt", tmp_path)
    assert ids == ["a/b"]
    assert "500 times (first: 'bad')" in note(walk)


def test_an_unreadable_file(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("a/b\n")
    _, walk = listed("x.txt/y.txt", tmp_path)
    assert note(walk) == "x.txt/y.txt: it cannot be read (Not a directory)."


# Directory


def test_a_directory(tmp_path: Path) -> None:
    for name in (
        "a/x.jpg",
        "a/y.JPEG",
        "a/y.png",
        "a/in/z.v2.webp",
        "a/.hidden.jpg",
        "a/notes.txt",
        ".git/a/x.jpg",
        "b #/ü ?.gif",
    ):
        (tmp_path / "d" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "d" / name).write_bytes(b"")
    ids, walk = listed("d", tmp_path)
    assert sorted(set(ids)) == ["a/in/z.v2", "a/x", "a/y", "b #/ü ?"]
    assert walk.complete


def test_a_directory_that_falls_short(tmp_path: Path) -> None:
    for name in ("empty", "flat", "deep/a/b/c", "out/a", "bytes/a"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "flat" / "x.jpg").write_bytes(b"")
    (tmp_path / "deep/a/x.jpg").write_bytes(b"")
    (tmp_path / "deep/a/b/c/x.jpg").write_bytes(b"")
    (tmp_path / "out/a/x.jpg").write_bytes(b"")
    (tmp_path / "out/a/y.jpg").symlink_to(tmp_path / "flat/x.jpg")
    (tmp_path / "out/b").symlink_to(tmp_path / "deep")
    (tmp_path / "out/c").symlink_to(tmp_path / "nowhere")
    Path(os.fsdecode(os.fsencode(tmp_path / "bytes/a") + b"/\xff.jpg")).write_bytes(b"")
    for name, wanted, said in (
        ("empty", [], "it names no image"),
        ("flat", [], "an image lies in no album"),
        ("deep", ["a/x"], "nested more than one level"),
        ("bytes", [], "not valid Unicode"),
        (
            "out",
            ["a/x"],
            (
                "a symbolic link leads out of the directory or nowhere, and was not"
                " followed, 3 times"
            ),
        ),
    ):
        ids, walk = listed(name, tmp_path)
        assert ids == wanted, name
        assert said in note(walk)


# Sitemap


def urls(*locations: str) -> str:
    return (
        f"{XML}<urlset {SPACE}>"
        + "".join(f"<url><loc>{loc}</loc></url>" for loc in locations)
        + "</urlset>"
    )


def test_a_sitemap_on_disk(tmp_path: Path) -> None:
    for name, data in (
        ("s.xml", urls("http://127.0.0.1:9/album/a/b").encode()),
        ("s.xml.gz", b""),
    ):
        (tmp_path / name).write_bytes(
            data or gzip.compress(urls("http://127.0.0.1:9/album/a/b").encode())
        )
        ids, walk = listed(name, tmp_path)
        assert ids == ["a/b"]
        assert walk.complete


def test_a_site_below_a_path(tmp_path: Path) -> None:
    (tmp_path / "s.xml").write_text(
        urls("http://127.0.0.1:9/sub/album/a/b", "http://127.0.0.1:9/album/a/c")
    )
    ids, _ = listed("s.xml", tmp_path, "http://127.0.0.1:9/sub/")
    assert ids == ["a/b"]


WHOLE = urls(*(f"http://127.0.0.1:9/album/a/{n}" for n in range(50)))
BOMB = (
    f'{XML}<!DOCTYPE u [<!ENTITY a "{"x" * 1000}">]><urlset'
    f" {SPACE}><url><loc>http://x/&a;</loc></url></urlset>"
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (WHOLE[:-1], "not a whole sitemap"),
        (WHOLE[:1000], "not a whole sitemap"),
        (WHOLE + "x", "not a whole sitemap"),
        (BOMB, "not a whole sitemap"),
        ("", "not a whole sitemap"),
        ("a/b\n", "not a whole sitemap"),
        ("<html><body>Log in</body></html>", "<html> document. Is it a login page?"),
        (f"{XML}<rss><channel></channel></rss>", "<rss> document"),
        (urls(), "it names no image"),
        (
            urls("http://127.0.0.1:9/", "http://127.0.0.1:9/album/a"),
            "it names no image",
        ),
        (
            urls("http://127.0.0.1:9/album/a/b", "/album/a/c"),
            "an address is not absolute (/album/a/c)",
        ),
        (
            urls("http://127.0.0.1:9/album/a/b", "http://www.127.0.0.1/album/a/c"),
            "is not on http://127.0.0.1:9 (site.url)",
        ),
        (
            urls("http://127.0.0.1:9/album/a/b", "http://127.0.0.1:9/album/a/%ff"),
            "a name that cannot be read",
        ),
        (
            urls("http://127.0.0.1:9/album/a/b", "http://127.0.0.1:9/album/a/b%2Fc"),
            "a name that cannot be read",
        ),
    ],
)
def test_a_sitemap_that_falls_short(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "s.xml").write_text(content)
    ids, walk = listed("s.xml", tmp_path)
    assert said in note(walk)
    assert set(ids) <= {"a/b"}


def test_damaged_gzip_and_other_encodings(tmp_path: Path) -> None:
    packed = gzip.compress(WHOLE.encode())
    for data, said in (
        (packed[:-5], "cannot be unpacked"),
        (packed[:30], "cannot be unpacked"),
        (
            urls("http://127.0.0.1:9/album/a/ü").encode("latin-1"),
            "not a sitemap in UTF-8",
        ),
    ):
        (tmp_path / "s.xml.gz").write_bytes(data)
        ids, walk = listed("s.xml.gz", tmp_path)
        assert ids == []
        assert said in note(walk)


def test_a_sitemap_is_bounded_packed_and_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "MAX_BYTES", 10_000)
    (tmp_path / "s.xml.gz").write_bytes(gzip.compress(XML.encode() + b" " * 1_000_000))
    _, walk = listed("s.xml.gz", tmp_path)
    assert "unpacks to more than 10,000 bytes" in note(walk)
    (tmp_path / "s.xml").write_bytes(b" " * 10_001)
    _, walk = listed("s.xml", tmp_path)
    assert "too large" in note(walk)


def test_a_double_entity_is_unescaped_by_the_parser_alone(tmp_path: Path) -> None:
    (tmp_path / "s.xml").write_text(
        urls("http://127.0.0.1:9/album/a&amp;b/c%20d?x=1&amp;y=2#z")
    )
    ids, walk = listed("s.xml", tmp_path)
    assert ids == ["a&b/c d"]
    assert walk.complete


def serve(
    documents: dict[str, Any], tmp_path: Path, start: str
) -> tuple[list[str], AlbumListing, list[str]]:
    """List from a server of `documents`; `HOME` in them becomes its address."""

    def script(path: str, _: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        found = documents.get(path)
        if found is None:
            return 404, {}, b""
        headers, text = found if isinstance(found, tuple) else ({}, found)
        return (
            200,
            {k: v.replace("HOME", home) for k, v in headers.items()},
            text.replace("HOME", home).encode(),
        )

    with Scripted(script) as server:
        home = server.url
        ids, walk = listed(home + start, tmp_path, home)
        return ids, walk, [path for _, path, _ in server.seen]


def index(*locations: str) -> str:
    entries = "".join(f"<sitemap><loc>{loc}</loc></sitemap>" for loc in locations)
    return f"{XML}<sitemapindex {SPACE}>{entries}</sitemapindex>"


def test_an_index_with_a_missing_part(tmp_path: Path) -> None:
    documents = {
        "/i": index("HOME/1", "HOME/2", "HOME/3"),
        "/1": urls("HOME/album/a/1"),
        "/3": urls("HOME/album/a/3"),
    }
    ids, walk, _ = serve(documents, tmp_path, "/i")
    assert ids == ["a/1", "a/3"]
    assert "a sitemap of the index cannot be read (Not on the site: " in note(walk)
    assert walk.faults, "nobody knows what it lists"


@pytest.mark.parametrize("bad", ["cut", "page", "text"])
def test_an_index_with_a_part_that_is_no_sitemap(tmp_path: Path, bad: str) -> None:
    documents = {
        "/i": index("HOME/1", f"HOME/{bad}"),
        "/1": urls("HOME/album/a/1"),
        "/cut": urls("HOME/album/a/2")[:-5],
        "/page": "<html></html>",
        "/text": "HOME/album/a/2",
    }
    ids, walk, seen = serve(documents, tmp_path, "/i")
    assert ids == ["a/1"]
    assert "a sitemap of the index cannot be read" in note(walk)
    assert len(seen) == 3


def test_an_index_with_a_part_on_another_origin(tmp_path: Path) -> None:
    with Scripted(
        lambda *_: (200, {}, urls("http://x.example/album/a/2").encode())
    ) as other:
        documents = {
            "/i": index("HOME/1", f"{other.url}/2"),
            "/1": urls("HOME/album/a/1"),
        }
        ids, walk, _ = serve(documents, tmp_path, "/i")
        assert ids == ["a/1"]
        assert "a sitemap lies on another origin and was not read" in note(walk)
        assert walk.faults
        assert other.seen == []


def test_an_index_that_names_itself(tmp_path: Path) -> None:
    documents = {
        "/i": index("HOME/i", "HOME/j", "HOME/1"),
        "/j": index("HOME/i"),
        "/1": urls("HOME/album/a/1"),
    }
    ids, walk, seen = serve(documents, tmp_path, "/i")
    assert ids == ["a/1"]
    assert walk.complete
    assert sorted(seen) == ["/1", "/i", "/j"]


def test_indexes_without_end(tmp_path: Path) -> None:
    documents = {f"/{n}": index(f"HOME/{n + 1}") for n in range(20)}
    ids, walk, seen = serve(documents, tmp_path, "/0")
    assert ids == []
    assert "too many sitemaps, or nested too deeply" in note(walk)
    assert len(seen) == sitemap.MAX_DEPTH + 1


# JSON


@pytest.mark.parametrize(
    "document",
    [
        ["a/b", "a/c"],
        [{"album": "a", "image": "b"}, {"album": "a", "image": "c", "more": 1}],
        ["a/b", {"album": "a", "image": "c"}],
        {"data": ["a/b", "a/c"], "included": []},
        {"images": ["a/b", "a/c"], "links": {"self": "/x"}, "count": 2},
        {"data": ["a/b", "a/c"], "links": {"next": None}},
        {"data": ["a/b", "a/c"], "links": []},
    ],
)
def test_shapes_of_a_json_list(tmp_path: Path, document: Any) -> None:
    ids, walk, _ = serve({"/l": json.dumps(document)}, tmp_path, "/l")
    assert ids == ["a/b", "a/c"]
    assert walk.complete


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "it names no image"),
        ('{"data": []}', "it names no image"),
        ("{}", "not a JSON array"),
        ("3", "not a JSON"),
        ('{"a": [], "b": []}', "not a JSON array"),
        ('["a/b", 3]', "neither"),
        ('["a/b", {"album": "a"}]', "neither"),
        ('["a/b", {"album": 1, "image": "x"}]', "neither"),
        ('["a/b", "c"]', "not of the form"),
        ('["a/b", "../../../c"]', "not of the form"),
        ('["a/b", "a/\\ud800"]', "not valid Unicode"),
        ('["a/b"', "not JSON"),
        ("<!DOCTYPE html><html></html>", "HTML page"),
        ("", "with nothing"),
        (
            '{"data": ["a/b"], "links": {"next": 3}}',
            "the address of the next page cannot be read",
        ),
        (
            '{"data": ["a/b"], "links": {"next": "http://["}}',
            "the address of the next page cannot be read",
        ),
        (
            '{"data": ["a/b"], "links": {"next": "http://127.0.0.1:1/"}}',
            "lies on another origin",
        ),
        (
            '{"data": ["a/b"], "links": {"next": "//127.0.0.1:1/"}}',
            "lies on another origin",
        ),
        ('{"data": ["a/b"], "links": {"next": "file:///x"}}', "cannot be read"),
        ('{"data": ["a/b"], "links": {"next": "?"}}', "run in a circle"),
        ('{"data": ["a/b"], "links": {"next": "HOME/l"}}', "run in a circle"),
        ('{"data": ["a/b"], "links": {"next": "/gone?key=secret"}}', "Not on the site"),
    ],
)
def test_a_json_list_that_falls_short(tmp_path: Path, content: str, said: str) -> None:
    ids, walk, seen = serve({"/l": content}, tmp_path, "/l")
    assert set(ids) <= {"a/b"}
    assert said in note(walk)
    assert "secret" not in note(walk)
    assert len(seen) <= 2
    assert walk.faults or "next" not in content


def test_pages_of_both_sorts(tmp_path: Path) -> None:
    documents = {
        "/l": (
            {
                "Link": (
                    '<HOME/x>; rel="prev", </l?page=2>; rel="last next"; title="a, b"'
                )
            },
            '["a/1"]',
        ),
        "/l?page=2": '{"data": ["a/2"], "links": {"next": {"href": "HOME/l?page=3"}}}',
        "/l?page=3": ({"Link": "<l?page=4>; rel=NEXT"}, '["a/3"]'),
        "/l?page=4": (
            {"Link": "</never>; rel=prefetch"},
            '{"items": ["a/4"], "links": {}}',
        ),
    }
    ids, walk, _ = serve(documents, tmp_path, "/l")
    assert ids == ["a/1", "a/2", "a/3", "a/4"]
    assert walk.complete


def test_pages_in_a_long_circle(tmp_path: Path) -> None:
    documents = {
        f"/l?{n}": json.dumps(
            {"data": [f"a/{n}"], "links": {"next": f"/l?{(n + 1) % 5}"}}
        )
        for n in range(5)
    }
    ids, walk, seen = serve(documents, tmp_path, "/l?0")
    assert ids == [f"a/{n}" for n in range(5)]
    assert "run in a circle" in note(walk)
    assert walk.faults
    assert len(seen) == 5


def pages(at: Callable[[int], list[str]], tmp_path: Path) -> tuple[list[str], Any, int]:
    """The ids of a list whose page `n` is `at(n)` and names the next one, for ever."""

    def say(path: str) -> str:
        number = int(path.partition("?")[2] or 0)
        return json.dumps({"data": at(number), "links": {"next": f"/l?{number + 1}"}})

    ids, walk, seen = serve(Endless(say), tmp_path, "/l?0")
    return ids, walk, len(seen)


class Endless(dict[str, Any]):
    """Documents that are made when they are asked for."""

    def __init__(self, say: Callable[[str], str]) -> None:
        super().__init__()
        self.say = say

    def get(self, path: str, default: Any = None) -> Any:
        return self.say(path)


@pytest.mark.parametrize(
    ("at", "asked"),
    [
        (lambda n: ["a/1", "a/2"], 4),
        (lambda n: [], 3),
        (lambda n: [f"a/{n % 7}", f"a/{n % 5}"], 10),
        (lambda n: [f"a/{n}"] if n < 4 else [], 7),
    ],
    ids=["one page again", "empty pages", "known ids", "empty at last"],
)
def test_pages_without_an_end_are_left_after_three_without_news(
    tmp_path: Path, at: Callable[[int], list[str]], asked: int
) -> None:
    ids, walk, requests = pages(at, tmp_path)
    assert set(ids) == {one for n in range(10) for one in at(n)}
    assert requests == asked
    assert not walk.complete
    assert "3 pages in a row brought nothing new" in note(walk)
    assert walk.faults


def test_two_pages_without_news_are_no_end(tmp_path: Path) -> None:
    """Rows that were deleted, or listed twice, between others."""
    documents = {
        f"/l?{n}": json.dumps(
            {
                "data": [] if n % 3 else [f"a/{n}"],
                "links": {"next": f"/l?{n + 1}"} if n < 12 else {},
            }
        )
        for n in range(13)
    }
    ids, walk, _ = serve(documents, tmp_path, "/l?0")
    assert ids == ["a/0", "a/3", "a/6", "a/9", "a/12"]
    assert walk.complete


def test_a_list_that_always_brings_something_new_ends_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endless, "MAX_PAGES", 20)
    ids, walk, _ = pages(lambda n: [f"a/{n}"], tmp_path)
    assert len(ids) == 20
    assert not walk.complete
    assert "over 20 pages" in note(walk)


def test_a_query_of_an_inventory_is_not_shown(tmp_path: Path) -> None:
    _, walk, _ = serve({}, tmp_path, "/l?token=abc123")
    assert "abc123" not in note(walk)


def test_the_token_goes_to_the_sites_own_list_only(
    site: DemoSite, tmp_path: Path
) -> None:
    with DemoSite(token=TOKEN) as other:
        source = source_of(
            site,
            tmp_path,
            inventory=(f"{site.url}/inventory", f"{other.url}/inventory"),
        )
        _, walk = walked(source)
        assert walk.complete
        assert [e.token for e in site.ledger] == ["ok"]
        assert [e.token for e in other.ledger] == ["none"]
        source.close()


@pytest.mark.parametrize("fault", ["reset", "truncate", "login-page"])
@pytest.mark.parametrize("path", ["/inventory", "/sitemap.xml"])
def test_faults_make_a_listing_partial(
    site: DemoSite, tmp_path: Path, fault: Any, path: str
) -> None:
    site.fail(fault, route="inventory" if path == "/inventory" else "sitemap")
    ids, walk = listed(site.url + path, tmp_path, site.url)
    assert ids == []
    assert note(walk)
