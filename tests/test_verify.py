"""A site with planted lies, over real sockets: verify finds every one and invents none."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from altsync.errors import Interrupted, UsageError
from altsync.models import Arrival, Shows, SiteImage, Verified
from altsync.pages import PagesAsked, PagesRead
from altsync.report import Quiet
from altsync.sources.album import AlbumSource
from altsync.sources.kinds import AlbumConfig
from altsync.sources.tries import Patience
from altsync.stage import Context
from altsync.store.store import Store
from altsync.verify import FAILURES, Verify
from tests.scene import image
from tests.store.conftest import Shelf
from tests.test_pages import Town

HTML = {"Content-Type": "text/html; charset=utf-8"}
FIRST = "A path leads up between pines."
SECOND = "Two hikers on a path between pines."
THIRD = "Two hikers climb between pines towards the pass."
ENTITIES = 'Tom & "Jerry" <3 — Zürich'
GERMAN = "Zwei Wandernde steigen zwischen Kiefern zum Pass auf."
MONTH = str(30 * 24 * 3600)


def styled(name: str, style: str = "large") -> str:
    """Where a site shows a size of a file."""
    return f"/sites/default/files/styles/{style}/public/{name}.jpg.webp?itok=Zq1"


def plain(name: str) -> str:
    return f"/sites/default/files/{name}.jpg"


PAGES = {
    # What is right
    "/en/pass": f"""
<main><article><h1>The pass</h1>
<figure><img src="{styled("pass")}" alt="{THIRD}" loading="lazy"><figcaption>Day 3</figcaption>
</figure></article></main>""",
    "/de/pass": f"""<main><h1>Der Pass</h1>
<img src="{styled("pass")}" alt="{GERMAN}"></main>""",
    "/two-slots": f"""<main><h2>Field</h2><img src="{plain("shared")}" alt="In the field.">
<h2>Body</h2><picture><source srcset="{styled("shared", "wide")} 2x">
<img src="{styled("shared")}" alt="In the body."></picture></main>""",
    "/written-otherwise": f"""<main>
<img src="{plain("entities")}" alt="Tom &amp; &quot;Jerry&quot; &lt;3 &mdash; Z&uuml;rich">
<img src="{plain("decomposed")}" alt="{unicodedata.normalize("NFD", "Żółty café.")}">
<img src="{plain("none")}"><img src="{plain("empty")}" alt="">
<a href="/en/pass"><img src="{plain("spaces")}" alt="  Snow
  at noon. "></a></main>""",
    "/quiet": f"""<main><div aria-hidden="true"><img src="{plain("pass")}" alt=""></div>
<img role="presentation" src="{plain("spaces")}" alt=""></main>""",
    # What lies
    "/teasers": f"""<main><h2>Latest</h2><article><a href="/en/pass">
<img src="{styled("pass", "thumbnail")}" alt="{SECOND}">The pass</a></article></main>""",
    "/revision": f"""<main><div class="paragraph"><h3>Old days</h3>
<img src="{styled("pass")}" alt="{FIRST}"></div></main>""",
    "/cdn": f"""<main><img src="{styled("pass")}" alt="{SECOND}"></main>""",
    "/lost": f"""<main><h2>Lost</h2><img src="{styled("spaces")}"></main>""",
    "/de/untranslated": f"""<main><img src="{styled("pass")}" alt="{THIRD}"></main>""",
    "/module": f"""<main><img src="{plain("spaces")}" alt="spaces.jpg"></main>""",
    "/lazy": f"""<main><img src="data:image/gif;base64,R0lGOD" data-src="{plain("spaces")}"
 alt="Loading"></main>""",
    "/edited": f"""<main><img src="{plain("edited")}" alt="As edited just now."></main>""",
    # What is no image of the mirror
    "/strange": f"""<div style="background-image: url('/themes/own/sky.jpg')"></div>
<header><a href="/"><img src="/themes/own/logo.svg" alt="Home"></a></header>
<main><h2>Elsewhere</h2><img src="https://cdn.example.net/ad.png" alt="Buy">
<img src="{plain("unknown")}" alt="In a field that nobody named.">
<img src="data:image/png;base64,iVBORw0KGgo=" alt=""></main>""",
}
CACHED = {"Age": MONTH, "X-Cache": "HIT", "Via": "1.1 edge", "Cache-Control": "public"}

LIES = {
    ("/teasers", "trip/pass", Shows.EARLIER, SECOND),
    ("/revision", "trip/pass", Shows.EARLIER, FIRST),
    ("/cdn", "trip/pass", Shows.CACHED, SECOND),
    ("/lost", "trip/spaces", Shows.NO_ALT, None),
    ("/de/untranslated", "trip/pass.de", Shows.COPY, THIRD),
    ("/module", "trip/spaces", Shows.OTHER, "spaces.jpg"),
    ("/lazy", "trip/spaces", Shows.OTHER, "Loading"),
}
NO_LIE = {("/edited", "trip/edited", Shows.NEWER, "As edited just now.")}
STRANGERS = {
    ("HOME/themes/own/sky.jpg", None, "a background"),
    ("HOME/themes/own/logo.svg", "Home", "of the theme"),
    ("https://cdn.example.net/ad.png", "Buy", "from another site"),
    ("HOME" + plain("unknown"), "In a field that nobody named.", "a file of the site"),
    ("data:image/png;base64", "", "written into the page"),
}


class Lies(Town):
    """The site, its mirror after a push, and its API."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        for path, body in PAGES.items():
            headers = {**HTML, **(CACHED if path == "/cdn" else {})}
            language = "de" if path.startswith("/de/") else "en"
            page = f'<!doctype html><html lang="{language}"><body>{body}</body></html>'
            self.told[path] = (200, headers, page.encode())
            self.listed.append(path)
        store.claim(self.url, "album")
        self.report = Quiet()
        self.shelf = Shelf(store)
        self.shelf.pull(*self.images(FIRST))
        self.shelf.pull(*self.images(SECOND))
        candidate = self.shelf.approve("trip/pass", THIRD, SECOND)
        self.shelf.apply("trip/pass", candidate, THIRD, SECOND)
        for one in self.images(THIRD):
            self.says(one, "As edited just now." if one.name == "edited" else one.alt)

    def says(self, one: SiteImage, alt: str | None) -> None:
        """What the site's API says of an image."""
        answer = json.dumps({"title": "", "alt": alt, "caption": "", "verified": 0})
        kind = {"Content-Type": "application/json"}
        self.told[f"/album/{one.id}/get"] = (200, kind, answer.encode())

    def images(self, alt: str) -> list[SiteImage]:
        def one(name: str, text: str | None, **more: Any) -> SiteImage:
            file = more.pop("file", name)
            url = f"{self.url}{plain(file)}"
            return image(f"trip/{name}", text, image_url=url, **more)

        return [
            one("pass", alt, language="en", entity="node/7"),
            one("pass.de", GERMAN, file="pass", language="de", entity="node/7"),
            one("field", "In the field.", file="shared"),
            one("body", "In the body.", file="shared"),
            one("entities", ENTITIES),
            one("decomposed", "Żółty café."),
            one("none", None),
            one("empty", ""),
            one("spaces", "Snow at noon."),
            one("edited", "As it was."),
            one("unseen", "On no page."),
        ]

    def verify(
        self,
        push: int | None = None,
        stop: threading.Event | None = None,
        **asked: Any,
    ) -> tuple[PagesRead, Verified]:
        self.server.seen.clear()
        source = AlbumSource(
            self.url, AlbumConfig(), token="t", patience=Patience(attempts=0)
        )
        with closing(source):
            context = Context(
                source, self.store, self.report, 2, stop or threading.Event()
            )
            return Verify(context, PagesAsked(**asked), push).run()


@pytest.fixture
def lies(tmp_path: Path) -> Iterator[Lies]:
    with Store.open(tmp_path / "altsync.db", create=True) as store:
        made = Lies(store)
        with made.server:
            yield made


def test_every_lie_is_found_and_none_invented(lies: Lies) -> None:
    _, found = lies.verify()
    told = {
        (one.page_url.removeprefix(lies.url), *one.images, one.shows, one.alt)
        for one in found.differences
    }
    assert told == LIES | NO_LIE
    assert len(found.differences) == len(LIES | NO_LIE)
    assert found.different == len(LIES)
    assert {
        (one.address.replace(lies.url, "HOME"), one.alt, one.why[: len(why)])
        for one, (_, _, why) in zip(
            sorted(
                found.strangers, key=lambda one: one.address.replace(lies.url, "HOME")
            ),
            sorted(STRANGERS, key=lambda one: one[0]),
            strict=True,
        )
    } == STRANGERS
    assert found.pages == len(PAGES)
    assert found.places[Shows.SILENT] == 2
    assert found.places[Shows.SAME] == 9
    assert (found.images, found.shown) == (11, 10)
    (cached,) = (one for one in found.differences if one.shows is Shows.CACHED)
    assert dict(cached.caching)["age"] == MONTH
    assert dict(cached.caching)["x-cache"] == "HIT"
    assert "kept since" in cached.why


def test_an_image_that_is_gone_makes_the_mirror_the_older_one(lies: Lies) -> None:
    del lies.told["/album/trip/spaces/get"]
    _, found = lies.verify()
    spaces = [one for one in found.differences if one.images == ("trip/spaces",)]
    assert {one.shows for one in spaces} == {Shows.NEWER}
    assert "no image trip/spaces any more" in spaces[0].why


@pytest.mark.parametrize("status", [401, 403, 500])
def test_what_cannot_be_asked_stays_a_difference(lies: Lies, status: int) -> None:
    for path in list(lies.told):
        if path.endswith("/get"):
            lies.told[path] = (status, {}, b"")
    _, found = lies.verify()
    assert found.different == len(LIES) + 1
    assert any("cannot be told" in said for said in lies.report.said)
    asked = [path for _, path, _ in lies.server.seen if path.endswith("/get")]
    assert len(asked) == (FAILURES if status == 500 else 1)


@pytest.mark.parametrize(("in_vain", "number"), [(1, 1), (2, 2), (3, 4)])
def test_a_site_is_asked_as_long_as_it_explains_what_pages_say(
    lies: Lies, monkeypatch: pytest.MonkeyPatch, in_vain: int, number: int
) -> None:
    """Of pass, pass.de, edited and spaces, only the third was edited since the pull."""
    monkeypatch.setattr("altsync.verify.IN_VAIN", in_vain)
    lies.verify()
    asked = [path for _, path, _ in lies.server.seen if path.endswith("/get")]
    order = ["pass", "pass.de", "edited", "spaces"]
    assert asked == [f"/album/trip/{name}/get" for name in order[:number]]
    told = [said for said in lies.report.said if "was not asked about" in said]
    assert len(told) == (number < 4)


def test_nothing_is_sent_that_a_visitor_would_not_send(lies: Lies) -> None:
    """Read twice: no validator, and nothing that makes a cache ask the site."""
    lies.told["/cdn"][1]["ETag"] = '"1"'
    lies.verify()
    lies.verify()
    pages = [headers for _, path, headers in lies.server.seen if path in PAGES]
    assert len(pages) == len(PAGES)
    for headers in pages:
        unwanted = {"if-none-match", "if-modified-since", "cache-control", "pragma"}
        assert not unwanted & set(headers)
        assert "authorization" not in headers


def test_a_push_is_followed_to_its_pages(lies: Lies) -> None:
    lies.verify()
    _, found = lies.verify(push=1)
    asked = {path for _, path, _ in lies.server.seen if path in PAGES}
    assert asked == {"/en/pass", "/teasers", "/revision", "/cdn", "/quiet"}
    (sent,) = found.sent
    assert (sent.image, sent.arrival, sent.pages) == ("trip/pass", Arrival.NOT_YET, 5)
    assert found.different == 3
    for path in ("/teasers", "/revision", "/cdn"):
        lies.told[path] = lies.told["/en/pass"]
    (sent,) = lies.verify(push=1)[1].sent
    assert sent.arrival is Arrival.ARRIVED
    with pytest.raises(UsageError, match="There is no push 2"):
        lies.verify(push=2)


def test_a_sample_says_what_it_covers(lies: Lies) -> None:
    read, found = lies.verify(sample=4)
    drawn = found.drawn
    assert drawn is not None
    assert (len(drawn.pages), drawn.drawn, found.pages) == (4, 4, 4)
    assert drawn.of == read.found
    assert read.found == len(PAGES) + 1  # and the front page
    assert {path for _, path, _ in lies.server.seen} >= {
        page.removeprefix(lies.url) for page in drawn.pages
    }
    assert 0 < drawn.upper <= 1


def test_a_run_that_broke_off_goes_on_unless_a_text_changed_since(lies: Lies) -> None:
    first = _interrupted(lies)
    read, found = lies.verify()
    assert (read.run, read.resumed) == (first, True)
    assert found.different == len(LIES)
    second = _interrupted(lies)
    lies.shelf.pull(*lies.images(FIRST))
    read, _ = lies.verify()
    assert not read.resumed
    assert read.run > second


def _interrupted(lies: Lies) -> int:
    """A run of verify that the owner stops. Its number."""
    stop = threading.Event()
    lies.before = lambda path: stop.set() if path == "/lost" else None
    with pytest.raises(Interrupted):
        lies.verify(stop=stop)
    lies.before = lambda path: None
    ((number,),) = lies.rows("SELECT max(id) FROM page_runs")
    return int(str(number))
