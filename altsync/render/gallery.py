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

from altsync.models import Ownership
from altsync.render import standing, who
from altsync.render.html import (
    NO_PICTURE,
    called_of,
    lines_of,
    opening,
    text,
    value_of,
)
from altsync.render.shown import called
from altsync.render.text import count

POLICY = (
    "default-src 'none'; img-src 'self' data: file:; style-src 'unsafe-inline';"
    " script-src 'self' file:; base-uri 'none'; form-action 'none'"
)
SEARCH = """\
'use strict';
// Words come from words/N.js, each of which calls found([[page, anchor, id, text], ...]).
(function () {
  const MOST = 100;
  const box = document.getElementById('q');
  const list = document.getElementById('hits');
  const said = document.getElementById('said');
  const parts = Number(box.dataset.parts);
  let rows = [];
  let loaded = 0;
  let timer;

  window.found = function (more) {
    rows = rows.concat(more);
  };

  function load() {
    if (loaded === parts) {
      show();
      return;
    }
    const script = document.createElement('script');
    script.src = 'words/' + loaded + '.js';
    script.onload = function () {
      loaded += 1;
      load();
    };
    script.onerror = function () {
      said.textContent = 'The list of words cannot be read.';
    };
    document.head.appendChild(script);
  }

  function matching(words) {
    return rows.filter(function (row) {
      const text = (row[2] + ' ' + row[3]).toLowerCase();
      return words.every(function (word) {
        return text.includes(word);
      });
    });
  }

  function line(row) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = row[0] + '#' + row[1];
    link.textContent = row[2];
    item.append(link, ' ' + row[3]);
    return item;
  }

  function summary(number) {
    const images = number === 1 ? '1 image' : number + ' images';
    return number > MOST ? images + ', the first ' + MOST + ':' : images;
  }

  function show() {
    const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const hits = words.length ? matching(words) : [];
    list.replaceChildren(...hits.slice(0, MOST).map(line));
    said.textContent = words.length ? summary(hits.length) : '';
  }

  box.addEventListener('input', function () {
    clearTimeout(timer);
    timer = setTimeout(load, 120);
  });
}());
"""
_EXTRA = """\
<style>
[role=search] { margin: 1rem 0 }
label { font-weight: 600; display: block }
input {
  font: inherit; width: 100%; padding: .5rem;
  border: 1px solid var(--line); color: inherit; background: var(--back);
}
ul { padding-left: 1.2rem }
</style>
"""
_INDEX = """\
<main>
<h1>Images of {site}</h1>
<div role="search"><label for="q">Search texts and names</label>
<input id="q" type="search" autocomplete="off" data-parts="{parts}"></div>
<p id="said" role="status"></p>
<ul id="hits"></ul>
<h2>Albums</h2>
<ul>
"""
_ALBUM = """\
<main>
<p><a href="index.html">All albums</a></p>
<h1>{name}</h1>
"""
_ARTICLE = """\
<article id="{anchor}" aria-labelledby="h{number}">
<div class="picture">{picture}</div>
<div class="texts">
<h2 id="h{number}">{name}</h2>
{called}<dl>{rows}</dl>
</div>
</article>
"""

Word = tuple[str, str, str, str]
"""What the search knows of one image: (page, anchor, image, text)."""


@dataclass(frozen=True, slots=True)
class GalleryAlbum:
    """One line of the index."""

    name: str
    file: str
    images: int


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """One image of the site, as its page shows it."""

    image: str
    name: str
    alt: str | None
    said: str
    """Who wrote the text, in half a sentence."""
    rows: tuple[tuple[str, str], ...]
    """Further rows: (name, value)."""
    picture: str | None
    """Address of a small picture, relative to the page."""
    called: str = ""
    """The title, where the name does not say it."""


def item(one: Ownership, picture: str | None, stands: str = "") -> GalleryItem:
    """An image and whose its text is. `picture`: address, relative to the page;
    `stands`: where pages show it."""
    return GalleryItem(
        image=one.image,
        name=one.image.rpartition("/")[2],
        alt=one.alt,
        said=who.sentence(one),
        rows=tuple(_about(one, stands)),
        picture=picture,
        called=called(one.image, one.title),
    )


def _about(one: Ownership, stands: str) -> Iterator[tuple[str, str]]:
    for name, value in (
        ("long description", one.long_description),
        ("model", one.model),
        ("approved by", one.reviewer),
        ("sent", _day(one.sent_at)),
        ("seen since", _day(one.since)),
        ("in the text", standing.sentence(one.image, one.where)),
        ("stands", stands),
    ):
        if value:
            yield name, value


def _day(moment: str | None) -> str:
    return (moment or "")[:10]


def index(site: str, albums: Iterable[GalleryAlbum], parts: int) -> Iterator[str]:
    """The first page. `parts`: how many scripts of words there are."""
    yield opening(f"Images of {site}", POLICY, _EXTRA)
    yield _INDEX.format(site=text(site), parts=parts)
    for one in albums:
        link = f'<a href="{html.escape(one.file)}">{_named(one.name)}</a>'
        yield f"<li>{link} {count(one.images, 'image')}</li>\n"
    yield '</ul>\n</main>\n<script src="search.js"></script>\n</body>\n</html>\n'


def album(site: str, name: str, items: Iterable[GalleryItem]) -> Iterator[str]:
    """The page of one album."""
    yield opening(f"{name or 'no album'}: images of {site}", POLICY)
    yield _ALBUM.format(name=_named(name))
    for number, one in enumerate(items, 1):
        yield _ARTICLE.format(
            anchor=anchor(number),
            number=number,
            picture=_picture(one),
            name=text(one.name),
            called=called_of(one.called),
            rows="".join(_rows(one)),
        )
    yield "</main>\n</body>\n</html>\n"


def _named(album: str) -> str:
    return text(album) or "no album"


def _picture(one: GalleryItem) -> str:
    if one.picture is None:
        return NO_PICTURE
    alt = text(one.alt or f"Picture of {one.image}")
    return f'<img src="{html.escape(one.picture)}" alt="{alt}" loading="lazy">'


def _rows(one: GalleryItem) -> Iterator[str]:
    yield f"<dt>alt</dt><dd>{value_of(one.alt)}</dd>"
    yield f"<dt>written by</dt><dd>{text(one.said)}</dd>"
    for name, value in one.rows:
        yield f"<dt>{text(name)}</dt><dd>{lines_of(value)}</dd>"


def anchor(number: int) -> str:
    """The place of the n-th image on its page."""
    return f"n{number}"


def words_of(file: str, items: Iterable[GalleryItem]) -> Iterator[Word]:
    """What the search has to know of the images on the page `file`."""
    for number, one in enumerate(items, 1):
        yield file, anchor(number), one.image, f"{one.called} {one.alt or ''}".strip()


def words(rows: Iterable[Word]) -> str:
    """A script with what the search looks through."""
    body = ",\n".join(json.dumps(row, ensure_ascii=True) for row in rows)
    return f"found([\n{body}\n]);\n"
