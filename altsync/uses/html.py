"""A page -> every picture on it, as what it is shown there.

    content(PageFile("https://example.org/trip", body)).pictures[0].use.heading

The structure comes from the page's own HTML; of its words only those count that the kept
extractor takes for the main text, where it finds one. Everything a page says is data
with trust `page`, bounded, and never more.
"""

from __future__ import annotations

from typing import Any

from altsync.models import PageContent, PageFile
from altsync.texts.words import SHORT, visible
from altsync.uses import files
from altsync.uses.document import document
from altsync.uses.fallbacks import each_once
from altsync.uses.main_text import main_text
from altsync.uses.styles import pictures_by_name
from altsync.uses.surroundings import Surroundings
from altsync.uses.walking import Walk

READER = 1
"""The version of what is read from a page. Whoever changes it here makes every page be
read again."""
TEXT = 1_000
"""Characters kept of a page's main text."""


def content(page: PageFile) -> PageContent:
    """Everything that the page says and shows, in the order of its HTML. Never fails:
    what is no page has no pictures."""
    root = document(page)
    if root is None:
        return PageContent(page.url)
    language = _language(root)
    base = _base(page.url, root)
    walk = Walk(base, pictures_by_name(base, root)).run(root, language)
    pictures = each_once(walk.pictures)
    title = _title(root, walk)
    around = Surroundings(page.url, root, walk, pictures)
    if around.needs_main_text:
        around.hold(main_text(root))
    return PageContent(
        url=page.url,
        title=title,
        language=language,
        text=around.text(TEXT),
        pictures=tuple(
            around.placed(found, place, title)
            for place, found in enumerate(pictures, 1)
        ),
        left_out=walk.left_out,
    )


def _base(url: str, root: Any) -> str:
    node = next(iter(root.iter("base")), None)
    said = node.get("href") if node is not None else ""
    return files.absolute(url, said) or url


def _language(root: Any) -> str:
    said = root.get("lang") or root.get("xml:lang") or ""
    return visible(said, 40)


def _title(root: Any, walk: Walk) -> str:
    """As the page has it, or else its first heading."""
    for node in root.iter("title"):
        if next(node.iterancestors("svg"), None) is None:
            if title := visible("".join(node.itertext()), SHORT):
                return title
            break
    ranked = sorted(walk.headings, key=lambda heading: heading.level)
    return next((heading.text for heading in ranked if heading.text), "")
