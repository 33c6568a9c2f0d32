"""The mirror as a static site: an index of albums with a search that needs no server,
and one page per album. Pure.

A browser does not let a page of the file system fetch its neighbours, so the search
reads its words from scripts.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from altsync.render.html import opening, text, value_of
from altsync.render.text import count

POLICY = (
    "default-src 'none'; img-src 'self' data: file:; style-src 'unsafe-inline';"
    " script-src 'self' file:; base-uri 'none'; form-action 'none'"
)
SEARCH = """'use strict';
// Words come from words/N.js, each of which calls found([[page, anchor, id, text], ...]).
(function () {
  var rows = [], box = document.getElementById('q'), list = document.getElementById('hits'),
      said = document.getElementById('said'), parts = Number(box.dataset.parts), loaded = 0, timer;
  window.found = function (more) { rows = rows.concat(more); };
  function load() {
    if (loaded === parts) return show();
    var script = document.createElement('script');
    script.src = 'words/' + loaded + '.js';
    script.onload = function () { loaded += 1; load(); };
    script.onerror = function () { said.textContent = 'The list of words cannot be read.'; };
    document.head.appendChild(script);
  }
  function show() {
    var words = box.value.toLowerCase().split(/\\s+/).filter(Boolean), hits = [], n = 0;
    if (words.length) rows.forEach(function (row) {
      var hay = (row[2] + ' ' + row[3]).toLowerCase();
      if (words.every(function (w) { return hay.indexOf(w) >= 0; }) && ++n <= 100) hits.push(row);
    });
    list.textContent = '';
    hits.forEach(function (row) {
      var item = document.createElement('li'), link = document.createElement('a');
      link.href = row[0] + '#' + row[1]; link.textContent = row[2]; item.appendChild(link);
      item.appendChild(document.createTextNode(' ' + row[3])); list.appendChild(item);
    });
    said.textContent = words.length ? n + (n === 1 ? ' image' : ' images') + (n > 100 ? ', the first 100:' : '') : '';
  }
  box.addEventListener('input', function () { clearTimeout(timer); timer = setTimeout(load, 120); });
}());
"""
_EXTRA = """<style>
[role=search] { margin: 1rem 0 } label { font-weight: 600; display: block }
input { font: inherit; width: 100%; padding: .5rem; border: 1px solid var(--line); color: inherit; background: var(--back) }
ul { padding-left: 1.2rem }
</style>
"""


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """One image of the site, as its page shows it."""

    image: str
    name: str
    alt: str | None
    said: str
    """Who wrote the text, in half a sentence."""
    rows: tuple[tuple[str, str], ...]
    """Further lines: (name, value)."""
    picture: str | None
    """Address of a small picture, relative to the page."""
    called: str = ""
    """The title, where the name does not say it."""


def index(
    site: str, albums: Iterable[tuple[str, str, int]], parts: int
) -> Iterator[str]:
    """The first page. `albums`: (name, file, number of images); `parts`: how many
    scripts of words there are."""
    yield opening(f"Images of {site}", POLICY, _EXTRA)
    yield (
        f"<main>\n<h1>Images of {text(site)}</h1>\n"
        '<div role="search"><label for="q">Search texts and names</label>\n'
        f'<input id="q" type="search" autocomplete="off" data-parts="{parts}"></div>\n'
        '<p id="said" role="status"></p>\n<ul id="hits"></ul>\n<h2>Albums</h2>\n<ul>\n'
    )
    for name, file, number in albums:
        yield (
            f'<li><a href="{html.escape(file)}">{text(name) or "no album"}</a>'
            f" {count(number, 'image')}</li>\n"
        )
    yield '</ul>\n</main>\n<script src="search.js"></script>\n</body>\n</html>\n'


def album(site: str, name: str, items: Iterable[GalleryItem]) -> Iterator[str]:
    """The page of one album."""
    title = f"{name or 'no album'}: images of {site}"
    yield opening(title, POLICY)
    yield (
        '<main>\n<p><a href="index.html">All'
        f" albums</a></p>\n<h1>{text(name) or 'no album'}</h1>\n"
    )
    for number, item in enumerate(items, 1):
        picture = (
            f'<img src="{html.escape(item.picture)}"'
            f' alt="{text(item.alt or f"Picture of {item.image}")}" loading="lazy">'
            if item.picture
            else '<p class="nopicture">no picture</p>'
        )
        called = f'<p dir="auto">{text(item.called)}</p>\n' if item.called else ""
        rows = "".join(f"<dt>{text(k)}</dt><dd>{text(v)}</dd>" for k, v in item.rows)
        yield (
            f'<article id="{anchor(number)}" aria-labelledby="h{number}"><div'
            f' class="picture">{picture}</div>\n<div class="texts"><h2'
            f' id="h{number}">{text(item.name)}</h2>\n{called}<dl><dt>alt</dt><dd>{value_of(item.alt)}</dd><dt>written'
            f" by</dt><dd>{text(item.said)}</dd>{rows}</dl></div></article>\n"
        )
    yield "</main>\n</body>\n</html>\n"


def anchor(number: int) -> str:
    """The place of the n-th image on its page."""
    return f"n{number}"


def words(rows: Iterable[tuple[str, str, str, str]]) -> str:
    """A script with what the search looks through: (page, anchor, image, text)."""
    body = ",\n".join(json.dumps(row, ensure_ascii=True) for row in rows)
    return f"found([\n{body}\n]);\n"
