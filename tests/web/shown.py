"""The demonstration pictures as a mirror in the middle of its work, and a Datasette
process over it: what the browser tests drive and the screenshots show.

    python -m tests.web.shown docs/screenshots      # takes the screenshots anew
"""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import altsync
from altsync.config import Config, parse
from altsync.doubts import Doubts
from altsync.lint import Text, check
from altsync.models import (
    Decision,
    Label,
    NewCandidate,
    Origin,
    PageContent,
    PageFile,
    Region,
    SiteImage,
    Use,
)
from altsync.pictures.cache import Cache
from altsync.pictures.prepare import prepare
from altsync.planning import Plan, Request
from altsync.pull import Pull
from altsync.push import Push
from altsync.reviewers import OWNER
from altsync.sources.memory import MemorySource
from altsync.stage import Context
from altsync.store import candidates, comparisons, queue, usages
from altsync.store.store import Store
from altsync.verdicts import comparing, sampling
from altsync.verdicts.comparing import Contest
from altsync.web.login import COOKIE
from tests.processes import PATIENT
from tests.verdicts.given import approve
from tests.web.mirrors import TOML

PHOTOS = Path(altsync.__file__).parent / "demo" / "photos"
OTHER = {
    "high-path": "Mountain landscape.",
    "aizkorri-in-autumn": "This image shows sheep in front of the Matterhorn.",
    "forest-stream": "A stream runs over rocks in a green forest near Durango.",
    "summit-sunset": (
        "Sunset over mountain ridges, seen from a summit with a stone table."
    ),
    "chelsea": "A ginger cat.",
    "coffee-break": "A cup of espresso on a wooden table.",
    "neighbours": "Two dogs look out of a window, possibly waiting for their owner.",
    "dandelions": "Dandelion seed head in evening light.",
    "eileen-collins": "A smiling woman in an orange suit.",
    "dscovr-on-the-pad": "A rocket on a launch pad at dusk.",
    "deep-field": "A night sky, possibly over Sydney.",
    "cameraman": "Man with a camera on a tripod.",
}
COMPARED = Contest(("gpt-5.4-mini", "gemini-3-flash"))
RISKY = {"aizkorri-in-autumn", "deep-field"}
"""Their newest candidate is the bad one: the queue has to show it first."""


def demo(folder: Path, *, busy: bool = True) -> Config:
    """Thirteen photos: two texts by a person, one old machine's text, candidates of two
    models for the rest.

    `busy`: some are approved, one is drawn as a sample, one comparison is half graded.
    """
    file = folder / "altsync.toml"
    file.write_text(TOML.format(database="data/altsync.db"), "utf-8")
    config = parse(file.read_text("utf-8"), file)
    about = json.loads((PHOTOS / "albums.json").read_text("utf-8"))
    recorded = json.loads((PHOTOS.parent / "recorded.json").read_text("utf-8"))
    texts = {
        one["image"]: (one["alt"], Decision(one["decision"]))
        for one in recorded["pictures"]
    }
    photos = about["images"] if isinstance(about, dict) else about
    site = MemorySource()
    for one in photos:
        site.add(_image(one), (PHOTOS / one["file"]).read_bytes())
    with Store.open(config.database, create=True) as store:
        store.claim(config.site.url, "memory")
        Pull(Context(site, store)).run()
        with store.write() as tx:
            prompt = candidates.add_prompt(tx, "Describe.", "For the page.")
            for number, one in enumerate(photos):
                _propose(tx, config, one, texts, prompt, number)
        doubts = Doubts(config)
        with store.write() as tx:
            queue.score(tx, doubts.at(tx).of_image)
        if busy:
            _work(store, site)
    return config


def read_pages(config: Config) -> None:
    """What two pages told of the first picture in the queue."""
    image = "in-the-mountains/aizkorri-in-autumn"
    site = "https://photos.example"
    walk = Use(
        f"{site}/walks/aizkorri",
        "Walking to Aizkorri | Photos",
        "The path leaves the village between larches.",
        "From the meadow it is two hours to the ridge.",
        place=2,
        language="en",
        heading="In October",
        caption="The ridge from the meadow.",
        alt="",
    )
    listed = Use(
        f"{site}/walks",
        "All walks | Photos",
        place=5,
        language="en",
        region=Region.TEASER,
        heading="Walking to Aizkorri",
        link=walk.page_url,
        link_text="Walking to Aizkorri",
        alt="",
    )
    with Store.open(config.database) as store, store.write() as tx:
        for use in (walk, listed):
            page = use.page_url
            usages.save_page(
                tx,
                PageFile(page, b""),
                PageContent(page, use.page_title),
                "x",
                found=[(image, use)],
            )


def _image(one: dict[str, Any]) -> SiteImage:
    labelled = {1: Label.HUMAN}.get(one["verified"]) if one["alt"] else None
    return SiteImage(
        id=f"{one['album']}/{one['name']}",
        album=one["album"],
        name=one["name"],
        title=one["title"],
        caption=one["caption"] or None,
        alt=one["alt"] or None,
        label=Label.AI if one["alt"] and one["verified"] == 0 else labelled,
        has_label=True,
        page_url=f"https://photos.example/{one['album']}/{one['name']}",
        page_title=f"{one['title']} | {one['album'].replace('-', ' ').capitalize()}",
        page_text=one["caption"] or None,
        language="en",
    )


def _propose(
    tx: Any,
    config: Config,
    one: dict[str, Any],
    texts: dict[str, tuple[str, Decision]],
    prompt: str,
    number: int,
) -> None:
    image = _image(one)
    if image.label is Label.HUMAN:
        return
    file = (PHOTOS / one["file"]).read_bytes()
    picture = prepare(file, 768, Cache.beside(config.database))
    text, decision = texts[image.id]
    told = [
        {"kind": "title", "text": image.title},
        {"kind": "caption", "text": image.caption or ""},
    ]
    answers = [("gpt-5.4-mini", text, decision, 0.0009, 1700 + 90 * number)]
    if one["name"] in OTHER:
        other = (
            "gemini-3-flash",
            OTHER[one["name"]],
            Decision.INFORMATIVE,
            0.0003,
            900 + 40 * number,
        )
        answers.insert(1 if one["name"] in RISKY else 0, other)
    for model, alt, branch, cost, took in (
        answers if number % 2 or one["name"] in RISKY else answers[-1:]
    ):
        findings = check(
            Text(
                alt,
                title=image.title,
                caption=image.caption,
                album=image.album,
                decision=branch,
            )
        )
        candidates.add(
            tx,
            NewCandidate(
                image_id=image.id,
                base=image.alt,
                alt=alt,
                origin=Origin.AI,
                decision=branch,
                model=model,
                resolved_model=f"{model}-2026-09",
                prompt_id=prompt,
                context=json.dumps(told),
                image_sha256=picture.sha256,
                input_tokens=900,
                output_tokens=48,
                cost_usd=cost,
                duration_ms=took,
                flags=json.dumps(
                    {"unsure": "the woman's name is from the title"}
                    if "collins" in image.id
                    else {}
                ),
                findings=findings,
            ),
        )


def _work(store: Store, site: MemorySource) -> None:
    """An owner's evening: one text sent and then changed by a person, three approved, a
    sample, half a comparison."""
    approve(store, ["at-home/chelsea"], "maria")
    with Plan.of(store, Request()) as plan:
        Push(Context(site, store), plan).run()
    site.edit(
        "at-home/chelsea",
        alt="Chelsea, our ginger tabby cat, looking past the camera.",
        label=Label.HUMAN,
    )
    Pull(Context(site, store)).run()
    run = comparing.draw(store, COMPARED, by="maria", size=5)
    with store.write() as tx:
        for choice in comparisons.choices(store.conn, run):
            if choice.place <= 4:
                good = choice.model == "gpt-5.4-mini" and choice.place != 3
                comparisons.mark(tx, choice.id, "A" if good else "C", "maria")
    sampling.draw(store, bound=0.5, confidence=0.9, by="maria", model="gpt-5.4-mini")
    approve(
        store,
        ["at-home/dandelions", "archive/visitors-chart", "at-home/coffee-break"],
        "maria",
    )


class Serving:
    """Datasette in a thread of this process, on a free port, or on the one of a server
    that has ended."""

    def __init__(self, config: Config, port: int = 0) -> None:
        import uvicorn

        from altsync.web.context import Setup
        from altsync.web.login import Login
        from altsync.web.serve import NAMES, application

        self.login = Login("/-/altsync/review")
        self.setup = Setup(config, owner="maria", hosts=NAMES, login=self.login)
        self.datasette = application(config, self.setup)
        self.away = ""
        """Where a sign-on before it leads every request, while this is set."""
        self.sock = socket.create_server(("127.0.0.1", port))
        self.port = int(self.sock.getsockname()[1])
        self.origin = f"http://127.0.0.1:{self.port}"
        self.url = self.origin + self.login.path.rstrip("/")
        self.link = self.origin + self.login.link
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._signed_on(self.datasette.app()), log_level="error", lifespan="on"
            )
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self.sock]}, daemon=True
        )

    def _signed_on(self, app: Any) -> Any:
        async def answered(scope: Any, receive: Any, send: Any) -> None:
            if not self.away or scope["path"] == self.away:
                await app(scope, receive, send)
                return
            headers = [(b"location", self.away.encode())]
            start = {"type": "http.response.start", "status": 302, "headers": headers}
            await send(start)
            await send({"type": "http.response.body"})

        return answered

    def __enter__(self) -> Serving:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENT)
        self.sock.close()

    def cookie(self, actor: str) -> str:
        """A login, as the one-time link gives it."""
        return self.login.admit(actor)


CHROMIUM = "/usr/bin/chromium"
SOON = 60_000
"""Milliseconds for what a page does at once, on a machine that is busy."""
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not Path(CHROMIUM).exists(),
        reason=f"there is no {CHROMIUM}: apt-get install chromium",
    ),
]
"""`pytestmark` of tests that drive it."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Debian's chromium, headless."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=SOON)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def page_of(
    browser: Any, serving: Serving, *, actor: str = OWNER, **options: Any
) -> Iterator[Any]:
    """A window of its own, logged in."""
    context = browser.new_context(
        **{"viewport": {"width": 1280, "height": 860}, **options}
    )
    context.add_cookies(
        [
            {
                "name": COOKIE,
                "value": serving.cookie(actor),
                "domain": "127.0.0.1",
                "path": serving.login.path,
                "sameSite": "Strict",
                "httpOnly": True,
            }
        ]
    )
    page = context.new_page()
    page.set_default_timeout(SOON)
    try:
        yield page
    finally:
        context.close()


def enter(page: Any, link: str) -> None:
    """In by the one-time link, which leads on by itself: until the review is there and
    hears keys. Its elements are there before its scripts are."""
    page.goto(link)
    page.wait_for_selector(".review")
    page.wait_for_load_state()


PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
SHOTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("overview", "/-/altsync", {}),
    ("review", "/-/altsync/review", {}),
    ("review-phone", "/-/altsync/review?image=at-home/neighbours", PHONE),
    ("grid", "/-/altsync/grid", {}),
    ("audit", "/-/altsync/audit", {}),
    ("compare", "/-/altsync/compare?run=1", {}),
    ("history", "/-/altsync/image?id=at-home/chelsea", {}),
    ("tables", "/altsync/needs_review", {}),
)
"""Name of the picture, page, window. Each stands in a document (test_illustrations.py)."""


def main(folder: Path) -> None:
    """Take every screenshot; palette PNG, to stay small."""
    import io

    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        config = demo(Path(place))
        read_pages(config)
        with Serving(config) as serving, chromium() as browser:
            for name, path, options in SHOTS:
                with page_of(browser, serving, **options) as page:
                    page.goto(serving.url + path)
                    page.wait_for_load_state("networkidle")
                    data = page.screenshot()
                image = (
                    Image.open(io.BytesIO(data))
                    .convert("RGB")
                    .quantize(128, dither=Image.Dither.FLOYDSTEINBERG)
                )
                image.save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
