"""Which pages use an image, and what else they show."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

from altsync.models import (
    PageContent,
    PageFile,
    PictureKind,
    Placed,
    Region,
    Use,
)
from altsync.store import usages
from tests.scene import EVERY_FIELD
from tests.store.conftest import Shelf


def save(
    shelf: Shelf, url: str, digest: str, *found: tuple[str, Use], **more: Any
) -> None:
    with shelf.store.write() as tx:
        usages.save_page(
            tx, PageFile(url, b""), PageContent(url), digest, found=found, **more
        )


def digests(conn: sqlite3.Connection) -> dict[str, str]:
    return dict(conn.execute("SELECT url, sha256 FROM pages"))


def test_a_page_that_is_read_again_replaces_what_was_known_of_it(two: Shelf) -> None:
    first = Use("/b", "B", "before", "after")
    there = Use("/a", "", "", "after a")
    stranger = Placed(Use("/b", place=3), PictureKind.CSS, ("/x.png",))
    save(
        two, "/b", "one", ("a/1", first), ("a/2", Use("/b", "B")), strangers=[stranger]
    )
    save(two, "/a", "other", ("a/1", there))
    assert two.all("SELECT page_url, place FROM strangers") == [("/b", 3)]
    with two.store.read() as conn:
        assert usages.of(conn, "a/1") == [there, first]
        assert usages.of(conn, "a/2") == [Use("/b", "B")]
        assert digests(conn)["/b"] == "one"
    save(two, "/b", "two", ("a/2", Use("/b", "New")))
    assert two.all("SELECT * FROM strangers") == []
    with two.store.read() as conn:
        assert usages.of(conn, "a/1") == [there]
        assert usages.of(conn, "a/2") == [Use("/b", "New")]
        assert digests(conn)["/b"] == "two"


def test_a_page_that_is_no_more_shows_nothing(two: Shelf) -> None:
    stranger = Placed(Use("/b", place=3), PictureKind.CSS, ("/x.png",))
    save(two, "/b", "one", ("a/1", Use("/b")), strangers=[stranger])
    save(two, "/a", "one", ("a/1", Use("/a")))
    with two.store.write() as tx:
        usages.forget_page(tx, "/b")
    assert two.all("SELECT page_url FROM usages") == [("/a",)]
    assert two.all("SELECT url FROM pages") == [("/a",)]
    assert two.all("SELECT * FROM strangers") == []


def test_what_is_kept_of_a_page(two: Shelf) -> None:
    file = PageFile("/p", b"", False, (("age", "9"), ("x-cache", "HIT")), '"e"', "Mon")
    page = PageContent("/p", "Title", "nl", "Words.")
    with two.store.write() as tx:
        tx.execute(
            "INSERT INTO page_runs (id, kind, sources, started_at) VALUES (4, 'verify', '', '')"
        )
        usages.save_page(tx, file, page, "d", found=[], reader=2, run=4)
    names = (
        "url, sha256, etag, modified, title, language, text, caching, reader, run_id"
    )
    assert two.one(f"SELECT {names} FROM pages") == (
        *("/p", "d", '"e"', "Mon", "Title", "nl", "Words."),
        *('{"age": "9", "x-cache": "HIT"}', 2, 4),
    )


def test_what_is_kept_of_a_stranger(two: Shelf) -> None:
    use = Use("/p", place=1, region=Region.NAV, heading="Menu", alt="Logo")
    signed = Placed(use, PictureKind.IMG, ("https://me:pw@x.test/l.png?sig=abc",))
    inline = Placed(
        Use("/p", place=2, hidden=True),
        PictureKind.CSS,
        ("data:image/png;base64,AAAA",),
    )
    bare = Placed(Use("/p", place=3), PictureKind.OTHER, ())
    save(two, "/p", "d", strangers=[signed, inline, bare])
    with two.store.read() as conn:
        assert list(usages.addresses_of_strangers(conn)) == [
            "https://x.test/l.png?sig=…"
        ]
    assert two.all("SELECT * FROM strangers") == [
        ("/p", 1, "https://x.test/l.png?sig=…", "img", "nav", "Menu", "Logo", 0),
        ("/p", 2, "data:image/png;base64", "css", "main", "", None, 1),
        ("/p", 3, "", "other", "main", "", None, 0),
    ]


def test_what_a_page_does_not_say_is_empty(two: Shelf) -> None:
    with two.store.write() as tx:
        tx.execute(
            "INSERT INTO usages (image_id, page_url, place, region, to_file, button,"
            " hidden, match, pulled_at)"
            " VALUES ('a/1', '/', 1, 'main', 0, 0, 0, 'path', '')"
        )
    with two.store.read() as conn:
        assert usages.of(conn, "a/1") == [Use("/", place=1)]


def test_what_a_page_says_of_a_picture_is_kept_to_the_last_field(two: Shelf) -> None:
    said = replace(EVERY_FIELD, page_url="/a")
    bare = Use("/a", place=1)
    save(two, "/a", "x", ("a/1", said), ("a/1", bare))
    with two.store.read() as conn:
        assert usages.of(conn, "a/1") == [bare, said]


def test_the_title_of_a_page_behind_a_link(two: Shelf) -> None:
    site = "https://example.org"
    read = {
        f"{site}/rent": "Boats",
        f"{site}/": "Home",
        f"{site}/bare": "",
        "tides/index.html": "Tides",
        "crew.html": "Crew",
        "index.html": "Start",
    }
    with two.store.write() as tx:
        for url, title in read.items():
            page = PageContent(url, title)
            usages.save_page(tx, PageFile(url, b""), page, "hash", found=[])
    led = {
        f"{site}/rent/#prices": "Boats",
        f"{site}/rent": "Boats",
        site: "Home",
        "/tides/": "Tides",
        "/crew": "Crew",
        "/crew.html": "Crew",
        f"{site}/crew.html": "Crew",
        f"{site}/tides/": "Tides",
        "/": "Start",
    }
    links = [*led, f"{site}/bare", f"{site}/rents", "/nowhere"]
    assert usages.titles(two.store.conn, links) == led
