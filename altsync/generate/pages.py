"""Pages that use images -> the words around each image: Markdown or HTML files in a
directory, or pages by address.

What is read from a page is a text by whoever may write there: data with trust `page`,
never more. Extraction is trafilatura's (extra `altsync[pages]`); a page is read again
only if its bytes changed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Any

from altsync.addresses import shown
from altsync.errors import SourceError, UsageError
from altsync.models import PageContent, PageFile, PictureKind, Placed, Use
from altsync.store import usages
from altsync.store.store import Store
from altsync.uses.matching import Matcher

AROUND = 600
"""Characters kept before and after an image."""
SUFFIXES = {".md", ".markdown", ".html", ".htm"}
MAX_BYTES = 5_000_000
OUTSIDE = (
    "script",
    "style",
    "nav",
    "header",
    "footer",
    "aside",
    "form",
    "noscript",
    "template",
)
"""Elements that are no part of what a page says."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was found."""

    url: str
    body: bytes
    markdown: bool = False


@dataclass(slots=True)
class Read:
    """What `read_pages` did."""

    pages: int = 0
    unchanged: int = 0
    usages: int = 0
    failed: list[str] = field(default_factory=list)


def from_path(path: Path) -> Iterator[Page]:
    """One file, or every Markdown and HTML file below a directory; the address is its
    path from there.

    Raises UsageError where there is neither.
    """
    if path.is_file():
        yield _page(path.name, path)
    elif path.is_dir():
        for file in sorted(path.rglob("*")):
            if _is_page(file):
                yield _page(file.relative_to(path).as_posix(), file)
    else:
        raise UsageError(f"--pages {path}: there is no such file or directory.")


def _is_page(file: Path) -> bool:
    named_so = file.suffix.lower() in SUFFIXES
    return named_so and file.is_file() and file.stat().st_size <= MAX_BYTES


def _page(url: str, file: Path) -> Page:
    return Page(url, file.read_bytes(), file.suffix.lower() in (".md", ".markdown"))


def from_addresses(
    addresses: Iterable[str],
    get: Callable[[str], bytes],
    failed: Callable[[str], object],
) -> Iterator[Page]:
    """Every page that `get` can fetch; `failed` is told of the others."""
    for url in addresses:
        try:
            yield Page(url, get(url))
        except SourceError as error:
            failed(f"{shown(url)}: {error}")


def read_pages(
    pages: Iterable[Page],
    store: Store,
    done: Read,
    step: Callable[[], object] = lambda: None,
) -> Read:
    """Fill `usages` from the pages. One page is one transaction; what was read stays read."""
    with store.snapshot() as there:
        return _read(pages, store, Matcher(there), done, step)


def _read(
    pages: Iterable[Page],
    store: Store,
    matcher: Matcher,
    done: Read,
    step: Callable[[], object],
) -> Read:
    for page in pages:
        done.pages += 1
        digest = hashlib.sha256(page.body).hexdigest()
        with store.read() as conn:
            known = usages.known_page(conn, page.url)
        if known == digest:
            done.unchanged += 1
            step()
            continue
        content = PageContent(page.url)
        found = []
        for number, (url, title, before, after) in enumerate(around(page), 1):
            use = Use(page.url, title, before, after, number)
            placed = Placed(use, PictureKind.IMG, (url,))
            found += [
                (image, replace(use, match=match))
                for image, match in matcher.images(placed, content)
            ]
        unique = dict(reversed(found))  # the first place on the page counts
        file = PageFile(page.url, page.body)
        with store.write() as tx:
            usages.save_page(tx, file, content, digest, found=list(unique.items()))
        done.usages += len(unique)
        step()
    return done


def around(page: Page) -> list[tuple[str, str, str, str]]:
    """(address of the picture, page title, text before, text after) for every image in
    the page's main content. Raises UsageError without the extra."""
    html = _html(page)
    tree = _extracted(html)
    title = _title(page, html, tree)
    found = {src: (before, after) for src, before, after in _beside(tree, "graphic")}
    # Extraction drops short pages and galleries as boilerplate; there the main part of
    # the page is taken as it is.
    for src, before, after in _beside(_main(html), "img"):
        found.setdefault(src, (before, after))
    return [(src, title, before, after) for src, (before, after) in found.items()]


def _html(page: Page) -> str:
    text = page.body.decode("utf-8", "replace")
    if not page.markdown:
        return text
    from markdown_it import MarkdownIt

    article = MarkdownIt().render(_without_front_matter(text))
    return f"<html><body><article>{article}</article></body></html>"


def _extracted(html: str) -> Any:
    """The main content as trafilatura finds it; an empty tree where it finds none."""
    import trafilatura
    from lxml import etree

    extracted = trafilatura.extract(
        html,
        include_images=True,
        include_comments=False,
        favor_recall=True,
        output_format="xml",
    )
    if not extracted:
        return etree.Element("doc")
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(extracted.encode(), parser)


def _main(html: str) -> Any:
    from lxml import etree
    from lxml import html as lxml_html

    try:
        root = lxml_html.document_fromstring(
            html or "<p></p>", parser=lxml_html.HTMLParser(no_network=True)
        )
    except (etree.ParserError, ValueError):
        return etree.Element("body")
    main = next(
        (node for tag in ("main", "article", "body") for node in root.iter(tag)), root
    )
    for node in list(main.iter(*OUTSIDE)):
        node.drop_tree()
    return main


def _beside(tree: Any, image: str) -> Iterator[tuple[str, str, str]]:
    """(address, text before, text after) of every `image` element, in the order of the
    page."""
    texts: list[str] = []
    places: list[tuple[str, int]] = []
    for event, node in _walk(tree):
        if event == "start" and node.tag == image:
            places.append((unescape(node.get("src") or ""), len(texts)))
        text = _said(event, node)
        if text and text.strip():
            texts.append(" ".join(text.split()))
    for src, at in places:
        if src:
            yield src, _last(" ".join(texts[:at])), _first(" ".join(texts[at:]))


def _walk(tree: Any) -> Iterator[tuple[str, Any]]:
    """Start and end of every element, so that the text after an element comes after
    what is inside it."""
    from lxml import etree

    yield from etree.iterwalk(tree, events=("start", "end"))


def _said(event: str, node: Any) -> str | None:
    """The text that an element begins with, or that follows it; comments say nothing."""
    if not isinstance(node.tag, str):
        return None
    if event == "end":
        return node.tail  # type: ignore[no-any-return]
    return None if node.tag == "head" else node.text


def _title(page: Page, html: str, tree: Any) -> str:
    """As the page has it, or else its first heading."""
    if not page.markdown:
        named = re.search(r"<title[^>]*>(.*?)</title>", html, re.I | re.S)
        title = " ".join(unescape(named[1]).split()) if named else ""
        if title:
            return title
    heading = next(iter(tree.iter("head")), None)
    if heading is None:
        return ""
    return " ".join("".join(heading.itertext()).split())


def _without_front_matter(text: str) -> str:
    if text.startswith("---\n") and "\n---\n" in text[4:]:
        return text[4:].split("\n---\n", 1)[1]
    return text


def _last(text: str) -> str:
    """The end of a text, from a whole word on."""
    if len(text) <= AROUND:
        return text
    return "…" + text[-AROUND:].split(" ", 1)[-1]


def _first(text: str) -> str:
    """The beginning of a text, up to a whole word."""
    if len(text) <= AROUND:
        return text
    return text[:AROUND].rsplit(" ", 1)[0] + "…"
