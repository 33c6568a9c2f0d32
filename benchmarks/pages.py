"""altsync pages over 5,000 pages that take 50 ms each, beside as many plain GETs in as
many threads: time as a ratio, and peak memory.

Measured beside it: a page of this size takes 10 ms of a core to read, where four threads
get one every 12.5 ms; two processes that parse (concurrent.futures) took 14 s for 600
pages where two threads took 9.6 s, on two busy cores.
"""

from __future__ import annotations

import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from altsync.models import SiteImage
from altsync.store import mirror, pulls
from altsync.store.store import Store
from benchmarks.measure import Used, altsync, process, row

PAGES = 5_000
LATENCY = 0.05
"""Seconds before each answer."""
WORKERS = 4
PICTURES = 4
BYTES = 30_000
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
TOML = """
[site]
url = "{url}"
source = "album"
[album]
inventory = ["images.txt"]
pixels = "{url}/files/{{album}}/{{image}}.jpg"
"""
STORY = (
    "the path climbs past a chapel and over the last meadow to an old hut where the"
    " shepherd keeps cheese in a cold room and tells whoever comes by of winters when"
    " snow lay as high as its roof until people from the valley dug their way to him"
)
WORDS = STORY.split()
MENU = "".join(
    f'<li class="menu__item"><a href="/section-{n}" class="menu__link">Section {n}</a></li>'
    for n in range(30)
)


def main() -> None:
    with tempfile.TemporaryDirectory() as name, served() as url:
        directory = Path(name)
        mirrored(directory, url)
        plain = gets(url)
        first = pages(directory)
        unchanged = pages(directory)
    print(
        f"  {PAGES:,} pages of {BYTES / 1000:.0f} kB with {PICTURES} pictures each,"
        f" {LATENCY * 1000:.0f} ms an answer, {WORKERS} threads: plain GETs"
        f" {plain:.1f} s; pages {first.wall:.1f} s ({first.cpu:.1f} s of CPU);"
        f" once more, unchanged, {unchanged.wall:.1f} s"
    )
    row("time of `altsync pages` against plain GETs", first.wall / plain, "(<= 1.3)")
    row("the same where nothing changed", unchanged.wall / plain, "")
    row("peak memory of one process of it", first.peak, "(under 200)", "MB")


def pages(directory: Path) -> Used:
    return process(altsync("pages", "--workers", str(WORKERS)), directory)


def gets(url: str) -> float:
    """Seconds for as many GETs, each thread with a session of its own."""
    wanted: queue.SimpleQueue[str] = queue.SimpleQueue()
    for number in range(PAGES):
        wanted.put(f"{url}/page/{number}")

    def work() -> None:
        with requests.Session() as session:
            while True:
                try:
                    address = wanted.get_nowait()
                except queue.Empty:
                    return
                session.get(address).raise_for_status()

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


def mirrored(directory: Path, url: str) -> None:
    """A mirror that knows half of the pictures."""
    (directory / "altsync.toml").write_text(TOML.format(url=url), "utf-8")
    with Store.open(directory / "data" / "altsync.db", create=True) as store:
        store.claim(url, "album")
        images = [
            SiteImage(
                id=f"trip/{number}-{place}",
                album="trip",
                name=f"{number}-{place}",
                alt="A hut.",
                image_url=f"{url}/files/trip/{number}-{place}.jpg",
            )
            for number in range(PAGES)
            for place in range(PICTURES // 2)
        ]
        with store.write() as tx:
            mirror.save(tx, pulls.begin(tx, "full"), images)


@contextmanager
def served() -> Iterator[str]:
    """The site, in a process of its own; its address."""
    command = [sys.executable, "-m", "benchmarks.pages", "serve"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    try:
        yield child.stdout.readline().strip()
    finally:
        child.terminate()
        child.wait()


def serve() -> None:
    """Serve until the end, after a line with the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


class _Page(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65_536

    def do_GET(self) -> None:
        path = self.path.rpartition("/")[2]
        tag = f'"{path}"'
        time.sleep(LATENCY)
        if self.headers.get("If-None-Match") == tag:
            self._answer(304, b"", tag)
        elif self.path == "/robots.txt":
            self._answer(404, b"", "")
        elif self.path == "/sitemap.xml":
            self._answer(200, sitemap(self.headers["Host"]), "")
        else:
            self._answer(200, page(path), tag)

    def _answer(self, status: int, body: bytes, tag: str) -> None:
        self.send_response_only(status)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def sitemap(host: str) -> bytes:
    rows = (f"<url><loc>http://{host}/page/{n}</loc></url>" for n in range(PAGES))
    return f'<urlset xmlns="{SPACE}">{"".join(rows)}</urlset>'.encode()


def page(name: str) -> bytes:
    """An article as a theme of Drupal makes one, the same each time."""
    words = random.Random(name)
    parts = [_section(words, name, place) for place in range(PICTURES)]
    head = (
        f'<!DOCTYPE html><html lang="en"><head><title>Walk {name}</title>'
        f"<style>{'.x{color:red}' * 200}</style></head><body>"
        f'<header role="banner"><a href="/">Home</a><nav><ul>{MENU}</ul></nav></header>'
        f'<main role="main"><h1>Walk {name}</h1><article>'
    )
    tail = f"</article></main><footer><ul>{MENU}</ul></footer></body></html>"
    return (head + "".join(parts) + tail).encode()


def _section(words: random.Random, name: str, place: int) -> str:
    paragraphs = "".join(
        f'<div class="field field--name-body"><p>{" ".join(words.choices(WORDS, k=340))}.</p></div>'
        for _ in range(3)
    )
    return (
        f"<h2>Part {place}</h2>{paragraphs}"
        f'<figure><a href="/page/{place}"><img src="/files/trip/{name}-{place}.jpg"'
        f' srcset="/files/styles/wide/public/trip/{name}-{place}.jpg 2x" width="800"'
        f' height="600" loading="lazy" alt="A hut."></a>'
        f"<figcaption>The hut, part {place}.</figcaption></figure>"
    )


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
