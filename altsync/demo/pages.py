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

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{
  font: 1.1rem/1.5 system-ui, sans-serif;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff;
}}
a {{ color: #0b57d0 }}
img {{ max-width: 100%; height: auto }}
figure {{ margin: 2rem 0 }}
.alt::before {{ content: attr(data-spoken) }}
.none::before {{ background: #fff3cd; padding: .1rem .4rem }}
small {{ color: #555 }}
</style>
</head>
<body><main><h1>{title}</h1>{body}</main></body>
</html>
"""
_LOGIN = """\
<form><label>User name <input name="name"></label> <button>Log in</button></form>
"""
_FIGURE = """\
<figure>
<img loading="lazy" src="{source}" alt="{alt}">
<figcaption><strong>{title}</strong> {caption}{credit}</figcaption>
</figure>
<p class="alt{none}" data-spoken="{spoken}"></p>
"""
"""What a screen reader says stands there for the eye alone: in words of the page it would
be a text beside the image that its alt repeats."""


def page(title: str, body: str) -> bytes:
    """One HTML page."""
    return _PAGE.format(title=escape(title), body=body).encode()


def login_page() -> bytes:
    """What a site shows instead of an answer when a session is over."""
    return page("Log in", _LOGIN)


def front(albums: Iterable[str]) -> bytes:
    """The albums."""
    items = "".join(f"<li>{_link(album)}</li>" for album in albums)
    return page("Albums", f"<p>The demonstration site of altsync.</p><ul>{items}</ul>")


def album_page(album: str, images: Sequence[DemoImage]) -> bytes:
    """Every image of an album, with its alt in words, so that a person sees what a
    screen reader would say."""
    figures = "".join(map(_figure, images))
    return page(album, f'{figures}<p><a href="/">All albums</a></p>')


def image_page(image: DemoImage) -> bytes:
    """One image."""
    title = image.title or image.name
    return page(title, f"{_figure(image)}<p>{_link(image.album)}</p>")


def _link(album: str) -> str:
    return f'<a href="/album/{quoted(album)}">{escape(album)}</a>'


def _figure(image: DemoImage) -> str:
    none, spoken = " none", "No alt text"
    if image.alt:
        none, spoken = "", f"Alt text: {escape(image.alt)}"
    credit = ""
    if image.credit:
        credit = f"<br><small>{escape(image.credit)}</small>"
    file = f"{quoted(image.album)}/{quoted(image.name)}-1280w.jpg"
    return _FIGURE.format(
        source=escape(f"/files/cache/{file}"),
        alt=escape(image.alt),
        title=escape(image.title or image.name),
        caption=escape(image.caption),
        spoken=spoken,
        none=none,
        credit=credit,
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
