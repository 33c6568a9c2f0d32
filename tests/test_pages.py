"""Reading the pages of a site, over real sockets and a real database."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from altsync.errors import (
    Challenged,
    Interrupted,
    SourceError,
    StoreError,
    Unreachable,
    UsageError,
)
from altsync.pages import FAILURES, Pages, PagesAsked, PagesRead
from altsync.pictures.cache import Cache, preview
from altsync.pictures.prepare import whole
from altsync.sources.album import AlbumSource
from altsync.sources.kinds import AlbumConfig
from altsync.sources.memory import MemorySource
from altsync.sources.tries import Patience
from altsync.sources.visit import Met
from altsync.stage import Context
from altsync.store import page_runs
from altsync.store.store import Store
from altsync.uses import html
from tests.pictures.test_alike import PHOTOS
from tests.scene import image
from tests.sources.test_http import Scripted
from tests.store.conftest import Shelf

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
ONCE = Patience(attempts=0)
Told = tuple[int, dict[str, str], bytes]


class Town:
    """A site of pages, and the mirror of its images."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.told: dict[str, Told] = {}
        self.listed: list[str] = []
        """The paths in its sitemap."""
        self.before: Callable[[str], object] = lambda path: None
        """Is called before a page is answered."""
        self.server = Scripted(self._answer)
        self.url = self.server.url

    def _answer(self, path: str, headers: dict[str, str]) -> Told:
        self.before(path)
        if path == "/sitemap.xml" and path not in self.told:
            return 200, {}, self._sitemap()
        status, more, body = self.told.get(path, (404, {}, b""))
        tag = more.get("ETag")
        if tag and headers.get("if-none-match") == tag:
            return 304, {"ETag": tag}, b""
        return status, more, body

    def _sitemap(self) -> bytes:
        rows = (f"<url><loc>{self.url}{path}</loc></url>" for path in self.listed)
        return f"<urlset {SPACE}>{''.join(rows)}</urlset>".encode()

    def page(self, path: str, *pictures: str, **headers: str) -> None:
        """A page that shows pictures, in the sitemap."""
        shown = "".join(f'<img src="{src}" alt="">' for src in pictures)
        body = (
            f"<html><head><title>{path}</title></head><body><main>{shown}</main></body>"
        ).encode()
        self.told[path] = (200, {"Content-Type": "text/html", **headers}, body)
        if path not in self.listed:
            self.listed.append(path)

    def mirror(self, *names: str, page: str | None = None) -> None:
        """The mirror holds images of these names, in /files."""
        self.store.claim(self.url, "album")
        Shelf(self.store).pull(
            *(
                image(
                    f"trip/{name}",
                    image_url=f"{self.url}/files/{name}.jpg",
                    page_url=page and self.url + page,
                )
                for name in names
            )
        )

    def read(
        self,
        *sources: str,
        stop: threading.Event | None = None,
        patience: Patience = ONCE,
        **asked: object,
    ) -> PagesRead:
        """Run the stage once; `seen` holds what this asked for."""
        self.server.seen.clear()
        source = AlbumSource(self.url, AlbumConfig(), token="t", patience=patience)
        with closing(source):
            context = Context(
                source, self.store, threads=2, stop=stop or threading.Event()
            )
            wanted = PagesAsked(
                tuple(each.replace("HOME", self.url) for each in sources),
                **asked,  # type: ignore[arg-type]
            )
            return Pages(context, wanted).run()

    @property
    def seen(self) -> list[str]:
        """The pages that were asked for, in the order of their addresses."""
        own = {"/robots.txt", "/sitemap.xml"}
        return sorted(path for _, path, _ in self.server.seen if path not in own)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.store.read() as conn:
            found = conn.execute(sql).fetchall()
        return [
            tuple(str(value).replace(self.url, "HOME") for value in row)
            for row in found
        ]

    @property
    def uses(self) -> list[tuple[object, ...]]:
        return self.rows(
            "SELECT image_id, page_url FROM usages ORDER BY page_url, image_id"
        )


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        made = Town(store)
        with made.server:
            yield made


# Finding


def test_the_sitemap_the_front_and_the_images_own_pages_each_once(town: Town) -> None:
    town.page("/", "/files/a.jpg")
    pixel = '/count.gif" width="1" height="1'
    town.page("/trip", "/files/a.jpg", "/files/b.jpg", "/theme/logo.svg", pixel)
    town.page("/own", "/files/b.jpg")
    town.listed = ["/trip", "/trip"]
    town.mirror("a", "b", "c", page="/own")
    done = town.read()
    assert town.seen == ["/", "/own", "/trip"]
    assert town.uses == [
        ("trip/a", "HOME/"),
        ("trip/b", "HOME/own"),
        ("trip/a", "HOME/trip"),
        ("trip/b", "HOME/trip"),
    ]
    assert town.rows("SELECT page_url, address FROM strangers") == [
        ("HOME/trip", "HOME/theme/logo.svg")
    ]
    assert dict(done.counts) == {Met.READ: 3}
    assert (done.uses, done.notes, done.left) == (4, [], 0)
    assert done.reached == page_runs.Reached(shown=2, not_shown=1, strangers=1)


def test_what_cannot_be_found_is_said(town: Town) -> None:
    town.told["/sitemap.xml"] = (404, {}, b"")
    done = town.read()
    assert done.notes == [f"There is no sitemap at {town.url}/sitemap.xml."]
    assert dict(done.counts) == {Met.GONE: 1}


def test_named_pages_sitemaps_files_and_other_sites(town: Town, tmp_path: Path) -> None:
    town.page("/one", "/files/a.jpg")
    town.page("/two", "/files/a.jpg")
    town.listed = ["/two"]
    town.mirror("a")
    (tmp_path / "words.md").write_text(f"# Words\n\n![x]({town.url}/files/a.jpg)\n")
    other = Scripted(
        lambda path, _: (200, {"Content-Type": "text/html"}, b"<img src=x.jpg>")
    )
    with other:
        done = town.read(
            "HOME/one", "HOME/sitemap.xml", str(tmp_path / "words.md"), other.url + "/p"
        )
        assert not [1 for _, _, sent in other.seen if "authorization" in sent]
    assert dict(done.counts) == {Met.READ: 4}
    assert town.uses == [
        ("trip/a", "HOME/one"),
        ("trip/a", "HOME/two"),
        ("trip/a", "words.md"),
    ]


def test_two_files_of_one_name_are_not_one_page(town: Town, tmp_path: Path) -> None:
    for name in ("a/index.md", "b/index.md"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("![](/files/a.jpg)")
    town.mirror("a")
    each = [str(tmp_path / name) for name in ("a", "b/index.md")]
    with pytest.raises(UsageError, match="Name one directory that is above both"):
        town.read(*each)
    assert town.read(str(tmp_path), str(tmp_path)).uses == 2


def test_a_source_that_is_none(town: Town) -> None:
    with pytest.raises(UsageError, match="is empty"):
        town.read("")
    with pytest.raises(UsageError, match="no file or directory"):
        town.read("nowhere")
    with pytest.raises(SourceError, match="404"):
        town.read("HOME/nowhere")
    town.page("/there")
    town.read("HOME/there")
    town.told["/denied"] = (403, {}, b"<html>")
    del town.told["/there"]
    done = town.read("HOME/there", "HOME/denied")
    assert done.counts == {Met.GONE: 1, Met.NOT_PUBLIC: 1}


def test_a_kind_of_site_without_pages(town: Town) -> None:
    context = Context(MemorySource(), town.store)
    with pytest.raises(UsageError, match="Name them"):
        Pages(context).run()


# Politeness


def test_robots_are_heard_counted_and_may_be_ignored(town: Town) -> None:
    town.page("/public", "/files/a.jpg")
    town.page("/private/x", "/files/a.jpg")
    town.page("/")
    town.mirror("a")
    town.told["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /private")
    done = town.read()
    assert town.seen == ["/", "/public"]
    assert done.counts[Met.FORBIDDEN] == 1
    assert done.named[Met.FORBIDDEN] == [f"{town.url}/private/x"]
    assert town.read("HOME/private/x").counts == {Met.FORBIDDEN: 1}
    assert town.seen == []
    assert town.read("HOME/private/x", ignore_robots=True).counts == {Met.READ: 1}


def test_robots_that_fail_forbid_all_and_say_so(town: Town) -> None:
    town.page("/")
    town.told["/robots.txt"] = (500, {}, b"")
    for source in ((), ("HOME/",)):
        with pytest.raises(Unreachable, match=r"\(500 at .*robots.txt\).*--ignore"):
            town.read(*source)
        assert town.seen == []
    assert town.read("HOME/", ignore_robots=True).counts == {Met.READ: 1}


@pytest.mark.parametrize(
    ("asked", "told"),
    [("0.01", "altsync waits so long."), ("60", "waits 10, the longest it does.")],
)
def test_a_pause_that_robots_ask_for_is_told(town: Town, asked: str, told: str) -> None:
    text = f"User-agent: *\nCrawl-delay: {asked}\n".encode()
    town.told["/robots.txt"] = (200, {}, text)
    assert town.read().notes[0].endswith(told)


def test_pages_are_read_as_anybody_gets_them(town: Town) -> None:
    town.page("/")
    town.read()
    assert all(
        not {"authorization", "cookie"} & set(headers)
        for _, _, headers in town.server.seen
    )
    with pytest.raises(UsageError, match="Leave --logged-in out"):
        town.read(logged_in=True)


def test_five_failures_in_a_row_stop_and_what_was_read_is_kept(town: Town) -> None:
    town.page("/", "/files/a.jpg")
    town.mirror("a")
    for number in range(20):
        town.page(f"/{number:02}")
        town.told[f"/{number:02}"] = (500, {}, b"")

    def once_home_is_kept(path: str) -> None:
        while path[1:].isdigit() and not town.uses:
            time.sleep(0.01)

    town.before = once_home_is_kept
    with pytest.raises(SourceError, match=f"{FAILURES} pages in a row") as raised:
        town.read()
    assert "the same command goes on" in str(raised.value)
    assert len(town.seen) < 20
    assert town.uses == [("trip/a", "HOME/")]


def test_a_firewall_ends_the_run(town: Town) -> None:
    town.page("/")
    town.told["/"] = (403, {"cf-mitigated": "challenge"}, b"<html>")
    with pytest.raises(Challenged):
        town.read()


# Only what changed


def test_what_did_not_change_is_not_sent_again(town: Town) -> None:
    town.page("/", "/files/a.jpg", ETag='"1"')
    town.page("/b", "/files/b.jpg")
    town.mirror("a", "b")
    first = town.read()
    before = town.uses
    again = town.read()
    assert (first.counts, again.counts) == ({Met.READ: 2}, {Met.UNCHANGED: 2})
    assert "if-none-match" in {
        name for _, path, sent in town.server.seen if path == "/" for name in sent
    }
    assert town.uses == before
    town.page("/", ETag='"2"')
    town.page("/b")
    assert town.read().counts == {Met.READ: 2}
    assert town.uses == []


def test_full_asks_for_all_of_it(town: Town) -> None:
    town.page("/", "/files/a.jpg", ETag='"1"')
    town.read()
    assert town.read(full=True).counts == {Met.READ: 1}
    assert not [1 for _, _, sent in town.server.seen if "if-none-match" in sent]


def test_what_an_older_altsync_read_is_read_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.page("/", "/files/a.jpg", ETag='"1"')
    town.read()
    monkeypatch.setattr(html, "READER", html.READER + 1)
    assert town.read().counts == {Met.READ: 1}
    assert town.read().counts == {Met.UNCHANGED: 1}


def test_an_image_that_is_new_in_the_mirror_is_found_on_a_page_that_is_not(
    town: Town,
) -> None:
    town.page("/", "/files/a.jpg", "/files/b.jpg", ETag='"1"')
    town.mirror("a")
    town.read()
    assert town.uses == [("trip/a", "HOME/")]
    town.mirror("a", "b")
    assert town.read().counts == {Met.READ: 1}
    assert town.uses == [("trip/a", "HOME/"), ("trip/b", "HOME/")]
    assert town.rows("SELECT * FROM strangers") == []
    assert town.read().counts == {Met.UNCHANGED: 1}


def test_an_image_of_a_file_that_another_filled_too_is_found_on_an_unchanged_page(
    town: Town,
) -> None:
    """As the German one of a site whose mirror had the English one alone."""
    town.page("/", "/files/a.jpg", ETag='"1"')
    town.mirror("a")
    town.read()
    both = [
        image(f"trip/{name}", image_url=f"{town.url}/files/a.jpg")
        for name in ("a", "de")
    ]
    for there in (both, both[1:]):
        Shelf(town.store).pull(*there)
        assert town.read().counts == {Met.READ: 1}
        assert town.uses == [(one.id, "HOME/") for one in there]
        assert town.read().counts == {Met.UNCHANGED: 1}


def test_a_page_that_is_gone_takes_its_uses_along(town: Town) -> None:
    """Also where no sitemap names it any more."""
    town.page("/")
    town.page("/old", "/files/a.jpg")
    town.page("/broken", "/files/a.jpg")
    town.page("/denied", "/files/a.jpg")
    town.mirror("a")
    town.read()
    town.listed.remove("/old")
    del town.told["/old"]
    town.told["/broken"] = (500, {}, b"")
    town.told["/denied"] = (403, {}, b"<html>")
    done = town.read()
    assert done.counts == {
        Met.GONE: 1,
        Met.FAILED: 1,
        Met.NOT_PUBLIC: 1,
        Met.UNCHANGED: 1,
    }
    assert town.uses == [("trip/a", "HOME/broken"), ("trip/a", "HOME/denied")]
    assert town.rows("SELECT url FROM pages WHERE url LIKE '%/old'") == []


def test_a_page_that_moved_is_one_page(town: Town) -> None:
    town.page("/")
    town.page("/old", "/files/a.jpg")
    town.mirror("a")
    town.read()
    town.page("/new", "/files/a.jpg")
    town.told["/old"] = (301, {"Location": "/new"}, b"")
    done = town.read()
    assert sum(done.counts.values()) == 3
    assert done.counts[Met.SAME] == 1
    assert town.uses == [("trip/a", "HOME/new")]


def test_pictures_that_no_address_matches_are_found_by_their_look(town: Town) -> None:
    cat = (PHOTOS / "at-home/chelsea.jpg").read_bytes()
    town.page("/", "/assets/cat", "/assets/gone", "/private/cat")
    town.page("/again", "/assets/cat")
    town.told["/assets/cat"] = town.told["/private/cat"] = (200, {}, cat)
    town.told["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /private")
    town.mirror("cat", "none")
    name = preview("trip/cat", f"{town.url}/files/cat.jpg")
    Cache.beside(town.store.path).keep(name, 768, whole(cat, 768))
    assert town.read().uses == 0
    done = town.read(by_picture=True, full=True)
    assert town.rows("SELECT image_id, page_url, match FROM usages ORDER BY 2") == [
        ("trip/cat", "HOME/", "bytes"),
        ("trip/cat", "HOME/again", "bytes"),
    ]
    assert [path for path in town.seen if path.startswith(("/assets", "/private"))] == [
        "/assets/cat",
        "/assets/gone",
    ]
    assert done.notes == [
        "Without a picture here to compare: 1 image. `altsync pull --pictures` fetches"
        " what is missing."
    ]
    again = town.read(full=True)  # as verify reads, which fetches no picture
    assert (again.uses, again.notes) == (2, [])
    assert "/assets/cat" not in town.seen


# Going on


def test_a_limit_leaves_the_rest_for_the_next_run(town: Town) -> None:
    town.page("/")
    for name in ("a", "b", "c"):
        town.page(f"/{name}")
    runs = [town.read(limit=2) for _ in range(3)]
    assert [run.left for run in runs] == [2, 0, 2]
    assert [run.resumed for run in runs] == [False, True, False]
    assert [sum(run.counts.values()) for run in runs] == [2, 2, 2]
    assert [run.run for run in runs] == [1, 1, 2]


def test_each_page_is_asked_for_once_whatever_is_met_there(town: Town) -> None:
    """A limit smaller than the pages that nobody may read would never come to the rest."""
    town.page("/")
    fates = {"a": 404, "b": 403, "c": 500, "d": 418, "e": 403}
    for name, status in fates.items():
        town.page(f"/{name}")
        town.told[f"/{name}"] = (status, {}, b"")
    town.told["/f"] = (301, {"Location": f"{town.url}/"}, b"")
    town.listed.append("/f")
    asked: list[str] = []
    runs = []
    for _ in range(3):
        runs.append(town.read(limit=3))
        asked += town.seen
    assert sorted(asked) == ["/", "/", *(f"/{name}" for name in "abcdef")]
    assert [run.left for run in runs] == [4, 1, 0]
    assert runs[-1].failed == 2  # none of them in the last part
    ((counts,),) = town.rows("SELECT counts FROM page_runs")
    met = {"failed": 2, "gone": 1, "not public": 2, "read": 1, "same page": 1}
    assert json.loads(str(counts)) == met


def test_who_stops_keeps_what_was_read_and_goes_on(town: Town) -> None:
    stop = threading.Event()
    paths = ["/", *(f"/{number}" for number in range(40))]
    for path in paths:
        town.page(path, "/files/a.jpg")
    town.mirror("a")
    town.before = lambda path: stop.set() if path == "/3" else None
    with pytest.raises(Interrupted, match="goes on"):
        town.read(stop=stop)
    read = {path for (path,) in town.rows("SELECT page_url FROM usages")}
    assert 0 < len(read) < len(paths)
    done = town.read()
    assert done.resumed
    assert done.counts == {Met.READ: len(paths) - len(read)}
    assert len(town.uses) == len(paths)
    assert not town.read().resumed


@pytest.mark.parametrize("busy", ["/robots.txt", "/sitemap.xml", "/"])
def test_who_stops_waits_for_no_busy_site(town: Town, busy: str) -> None:
    stop = threading.Event()
    town.page("/")
    town.told[busy] = (503, {"Retry-After": "60"}, b"")
    town.before = lambda path: stop.set() if path == busy else None
    started = time.monotonic()
    with pytest.raises(Interrupted):
        town.read(stop=stop, patience=Patience())
    assert time.monotonic() - started < 40


def test_the_log_of_the_database_does_not_grow_with_the_pages(town: Town) -> None:
    """A look at the mirror that lasts as long as the run would keep it from being
    taken in."""
    found = []

    def before(path: str) -> None:
        if path != "/19":
            return
        while town.rows("SELECT count(*) > 9 FROM pages") != [("1",)]:
            time.sleep(0.01)
        with closing(sqlite3.connect(town.store.path)) as conn:
            found.append(conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone())

    for number in range(20):
        town.page(f"/{number}", "/files/a.jpg")
    town.before = before
    town.read()
    ((_, written, taken_in),) = found
    assert written - taken_in < 20  # as much as two pages


def test_a_run_that_was_interrupted_long_ago_begins_anew(town: Town) -> None:
    town.page("/")
    town.page("/a")
    town.read(limit=1)
    with town.store.write() as tx:
        tx.execute("UPDATE page_runs SET started_at = '2020-01-01T00:00:00+00:00'")
    assert not town.read(limit=1).resumed


def test_two_at_once_are_refused(town: Town) -> None:
    with town.store.alone("pages"), pytest.raises(StoreError):
        town.read()
