"""The ledger of runs over pages, and the list of pages of one."""

from __future__ import annotations

import json
import sqlite3

import pytest

from altsync.models import PageContent, PageFile, PictureKind, Placed, Use
from altsync.store import page_runs, usages
from tests.scene import image, keep_use
from tests.store.conftest import Shelf


def keep(
    tx: sqlite3.Connection, url: str, run: int | None = None, **fields: str
) -> None:
    stranger = Placed(Use(url), PictureKind.IMG, (f"{url}.jpg",))
    usages.save_page(
        tx,
        PageFile(url, b"", etag=fields.get("etag", "")),
        PageContent(url),
        "digest",
        found=[],
        strangers=[stranger],
        reader=3,
        run=run,
    )


def test_the_list_holds_each_page_once_in_order(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        run, resumed = page_runs.begin(tx, "pages", "[]")
        assert page_runs.want(tx, ["u/b", "u/a", "u/b"]) == 2
        keep(tx, "u/a", etag="x")
        first, second = page_runs.wanted(tx, run, 0, 9)
        assert (first.url, first.sha256, first.reader) == ("u/b", "", 0)
        assert (second.url, second.etag, second.reader) == ("u/a", "x", 3)
        assert page_runs.wanted(tx, run, first.number, 9) == [second]
        assert page_runs.count_wanted(tx, run) == 2
        assert not resumed


def test_what_a_run_has_read_is_not_on_its_list(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        run, _ = page_runs.begin(tx, "pages", "[]")
        keep(tx, "u/a", run)
        page_runs.want(tx, ["u/a", "u/b"])
        assert [page.url for page in page_runs.wanted(tx, run, 0, 9)] == ["u/b"]
        assert page_runs.count_wanted(tx, run) == 1
        assert page_runs.run_of(tx, "u/a") == run
        assert page_runs.run_of(tx, "u/b") is None
        assert page_runs.known(tx, "u/a").reader == 3
        assert page_runs.known(tx, "u/b").reader == 0


@pytest.mark.parametrize(
    ("kind", "sources", "ended", "resumed"),
    [
        ("pages", "[]", False, True),
        ("pages", "[]", True, False),
        ("verify", "[]", False, False),
        ("pages", '["x"]', False, False),
    ],
)
def test_the_same_goes_on_with_what_was_interrupted(
    shelf: Shelf, kind: str, sources: str, ended: bool, resumed: bool
) -> None:
    with shelf.store.write() as tx:
        first, _ = page_runs.begin(tx, "pages", "[]")
        page_runs.want(tx, ["u/a"])
        if ended:
            page_runs.met(tx, first, "u/a", "read")
            page_runs.end(tx, first)
            ((counts,),) = tx.execute("SELECT counts FROM page_runs")
            assert json.loads(counts) == {"read": 1}
        again, went_on = page_runs.begin(tx, kind, sources)
        assert (went_on, again == first) == (resumed, resumed)
        assert page_runs.count_wanted(tx, again) == 0


def test_what_a_run_has_met_is_kept_until_it_ends(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        run, _ = page_runs.begin(tx, "pages", "[]")
        page_runs.want(tx, ["u/a", "u/b"])
        page_runs.met(tx, run, "u/a", "gone")
        assert [page.url for page in page_runs.wanted(tx, run, 0, 9)] == ["u/b"]
        assert page_runs.count_wanted(tx, run) == 1
        met = [page_runs.count_met(tx, run, what) for what in ("gone", "failed")]
        assert met == [1, 0]
        page_runs.begin(tx, "verify", "[]")
        page_runs.want(tx, ["u/a"])
        assert page_runs.begin(tx, "pages", "[]") == (run, True)
        page_runs.want(tx, ["u/a"])
        assert page_runs.count_wanted(tx, run) == 0
        page_runs.begin(tx, "pages", '["other"]')
        assert tx.execute("SELECT count(*) FROM met_pages").fetchone() == (0,)


def test_what_another_run_read_meanwhile_is_read_again(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        run, _ = page_runs.begin(tx, "verify", "[]")
        for page in ("u/a", "u/b"):
            keep(tx, page, run)
            page_runs.met(tx, run, page, "read")
        other, _ = page_runs.begin(tx, "pages", "[]")
        keep(tx, "u/a", other)
        assert page_runs.begin(tx, "verify", "[]") == (run, True)
        page_runs.want(tx, ["u/a", "u/b"])
        assert [page.url for page in page_runs.wanted(tx, run, 0, 9)] == ["u/a"]
        assert page_runs.count_wanted(tx, run) == 1


def test_only_the_last_run_of_its_kind_is_gone_on_with(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        page_runs.begin(tx, "pages", "[]")
        page_runs.begin(tx, "pages", '["other"]')
        assert page_runs.begin(tx, "pages", "[]")[1] is False


def test_a_page_that_says_what_it_said(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        run, _ = page_runs.begin(tx, "pages", "[]")
        keep(tx, "u/a", etag="old")
        page_runs.same(tx, run, PageFile("u/a", b"", caching=(("age", "5"),)))
        assert page_runs.known(tx, "u/a").etag == "old"
        page_runs.same(tx, run, PageFile("u/a", b"", etag="new", modified="Tue"))
        known = page_runs.known(tx, "u/a")
        assert (known.etag, known.modified, known.sha256) == ("new", "Tue", "digest")
        assert page_runs.run_of(tx, "u/a") == run
        assert page_runs.strangers_of(tx, "u/a") == ["u/a.jpg"]


def test_own_pages_are_those_of_images_and_those_read_before(shelf: Shelf) -> None:
    home = "https://example.org"
    shelf.pull(
        image("a/1", page_url=f"{home}/one#x"),
        image("a/2", page_url=f"{home}/one"),
        image("a/3", page_url="https://other.example/two"),
        image("a/4"),
    )
    with shelf.store.write() as tx:
        run, _ = page_runs.begin(tx, "pages", "[]")
        for url in (f"{home}/read", "file.md", "https://example.organic/x"):
            keep(tx, url)
        keep_use(tx, "a/1", Use(f"{home}/imported"))
        tx.execute("DELETE FROM pages WHERE url LIKE '%/imported'")
        page_runs.want_own(tx, home)
        urls = [page.url for page in page_runs.wanted(tx, run, 0, 9)]
    assert urls == [f"{home}/one", f"{home}/imported", f"{home}/read"]


def test_how_much_of_the_mirror_is_shown(shelf: Shelf) -> None:
    """What the source alone says of a page (place 0) was not read there."""
    shelf.pull(image("a/1"), image("a/2"), image("a/3"))
    with shelf.store.write() as tx:
        keep(tx, "u/a")
        found = [("a/1", Use("u/b", place=1)), ("a/2", Use("u/b", place=0))]
        file, page = PageFile("u/b", b""), PageContent("u/b")
        usages.save_page(tx, file, page, "digest", found=found)
        assert page_runs.reached(tx) == page_runs.Reached(1, 2, 1)


def test_what_verify_read_before_a_text_changed_it_reads_again(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        runs = [page_runs.begin(tx, kind, "[]") for kind in ("pages", "verify")]
    shelf.pull(image("a/1"))
    with shelf.store.write() as tx:
        assert page_runs.begin(tx, "verify", "[]") == (runs[1][0] + 1, False)
        assert page_runs.begin(tx, "pages", "[]") == (runs[0][0], True)


def test_a_sample_is_the_same_of_the_same_run(shelf: Shelf) -> None:
    drawn = {}
    for order in (1, -1):
        with shelf.store.write() as tx:
            page_runs.begin(tx, "verify", "[]")
            page_runs.want(tx, [f"u/{number}" for number in range(40)][::order])
            assert page_runs.count_all(tx) == 40
            page_runs.draw(tx, 7, 5)
            drawn[order] = [page.url for page in page_runs.wanted(tx, 1, 0, 99)]
            page_runs.draw(tx, 8, 9)
            assert page_runs.count_all(tx) == 5
    assert drawn[1] == drawn[-1]
    assert len(drawn[1]) == 5
    assert drawn[1] != sorted(drawn[1])


def test_pages_were_read_once_a_run_over_them_has_ended(shelf: Shelf) -> None:
    with shelf.store.write() as tx:
        checked, _ = page_runs.begin(tx, "verify", "")
        page_runs.end(tx, checked)
        run, _ = page_runs.begin(tx, "pages", "[]")
        assert not page_runs.were_read(tx)
        page_runs.end(tx, run)
        assert page_runs.were_read(tx)
