"""The public side of the demonstration site: pages for people, sitemaps and lists for
machines."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice
from xml.sax.saxutils import escape as xml_escape

from altsync.demo.pictures import DemoImage
from altsync.sources.names import quoted

PER_PAGE = 50
PER_SITEMAP = 500

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem"
    " auto;padding:0"
    " 1rem}body{color:#1a1a1a;background:#fff}a{color:#0b57d0}img{max-width:100%;height:auto}figure{margin:2rem"
    " 0}.none{background:#fff3cd;padding:.1rem .4rem}small{color:#555}"
)


def page(title: str, body: str) -> bytes:
    """One HTML page."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    ).encode()


def login_page() -> bytes:
    """What a site shows instead of an answer when a session is over."""
    return page(
        "Log in",
        '<form><label>User name <input name="name"></label> <button>Log'
        " in</button></form>",
    )


def front(albums: Iterable[str]) -> bytes:
    """The albums."""
    items = "".join(
        f'<li><a href="/album/{quoted(album)}">{escape(album)}</a></li>'
        for album in albums
    )
    return page("Albums", f"<p>The demonstration site of altsync.</p><ul>{items}</ul>")


def album_page(album: str, images: Sequence[DemoImage]) -> bytes:
    """Every image of an album, with its alt in words, so that a person sees what a
    screen reader would say."""
    return page(
        album, "".join(map(_figure, images)) + '<p><a href="/">All albums</a></p>'
    )


def image_page(image: DemoImage) -> bytes:
    """One image."""
    back = f'<p><a href="/album/{quoted(image.album)}">{escape(image.album)}</a></p>'
    return page(image.title or image.name, _figure(image) + back)


def _figure(image: DemoImage) -> str:
    spoken = (
        f"Alt text: {escape(image.alt)}"
        if image.alt
        else '<span class="none">No alt text</span>'
    )
    credit = f"<br><small>{escape(image.credit)}</small>" if image.credit else ""
    source = f"/files/cache/{quoted(image.album)}/{quoted(image.name)}-1280w.jpg"
    return (
        f'<figure><img loading="lazy" src="{escape(source)}"'
        f' alt="{escape(image.alt)}"><figcaption><strong>{escape(image.title or image.name)}</strong>'
        f" {escape(image.caption)}<br>{spoken}{credit}</figcaption></figure>"
    )


def sitemap(url: str, images: Iterable[DemoImage], albums: Iterable[str] = ()) -> bytes:
    """A sitemap of image pages and, as real sites have them, other pages too."""
    paths = [
        "/",
        *(f"/album/{quoted(album)}" for album in albums),
        *(f"/album/{quoted(i.id)}" for i in images),
    ]
    entries = "".join(
        f"<url><loc>{xml_escape(url + path)}</loc></url>" for path in paths
    )
    return _xml("urlset", entries)


def sitemap_index(url: str, count: int) -> bytes:
    """An index of `count` sitemaps, every second one packed."""
    names = (f"/sitemap-{n}.xml{'.gz' if n % 2 else ''}" for n in range(count))
    return _xml(
        "sitemapindex",
        "".join(
            f"<sitemap><loc>{xml_escape(url + name)}</loc></sitemap>" for name in names
        ),
    )


def numbered_sitemap(name: str, url: str, images: Iterable[DemoImage]) -> bytes | None:
    """`/sitemap-N.xml` or `/sitemap-N.xml.gz`, or None where the name is something else."""
    number = name.removeprefix("/sitemap-").removesuffix(".gz").removesuffix(".xml")
    if not name.startswith("/sitemap-") or not number.isascii() or not number.isdigit():
        return None
    part = list(
        islice(images, int(number) * PER_SITEMAP, (int(number) + 1) * PER_SITEMAP)
    )
    data = sitemap(url, part)
    return gzip.compress(data, mtime=0) if name.endswith(".gz") else data


def inventory(
    url: str, path: str, number: int, ids: Sequence[str]
) -> tuple[bytes, dict[str, str]]:
    """Page `number` (from 0). `/inventory.json`: an array, next in `Link`;
    `/inventory`: objects, links.next."""
    part = ids[number * PER_PAGE : (number + 1) * PER_PAGE]
    more = (
        f"{url}{path}?page={number + 1}" if (number + 1) * PER_PAGE < len(ids) else None
    )
    if path == "/inventory.json":
        return json.dumps(part).encode(), (
            {"Link": f'<{more}>; rel="next"'} if more else {}
        )
    objects = [
        dict(zip(("album", "image"), image_id.rsplit("/", 1), strict=True))
        for image_id in part
    ]
    return json.dumps({"data": objects, "links": {"next": more}}).encode(), {}


def _xml(root: str, entries: str) -> bytes:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{root}'
        f' xmlns="{space}">{entries}</{root}>'.encode()
    )
