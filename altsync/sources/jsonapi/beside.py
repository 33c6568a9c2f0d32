"""What stands beside the images of an item: its page, its title, its words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from altsync.sources.jsonapi.carriers import PageFacts
from altsync.sources.jsonapi.document import is_text
from altsync.sources.jsonapi.where import Addresses
from altsync.sources.jsonapi.words import text_of

if TYPE_CHECKING:
    from altsync.sources.jsonapi.shape import Item

PAGE_TEXT = 6000
"""Most characters of text beside an image that are mirrored."""
CARRIED = 1000
"""Most characters of a page's text that are told of each image in its texts, which has
the words around it, or in its paragraphs."""


def page_of(item: Item, addresses: Addresses) -> PageFacts:
    """What an entity tells as the page of what it lists."""
    text = page_text(item, CARRIED)
    return PageFacts(title_of(item), page_url(item, addresses), text)


def title_of(item: Item) -> str | None:
    """What the site calls it."""
    name = item.schema.title
    return text_of(item.attributes.get(name)) if name else None


def page_url(item: Item, addresses: Addresses) -> str | None:
    """The page of the entity: its alias, quoted as the site itself does, or /node/N.
    Other entities rarely have a page of their own."""
    path = item.attributes.get("path")
    alias = path.get("alias") if isinstance(path, dict) else None
    if not isinstance(alias, str) or not alias.startswith("/") or not is_text(alias):
        if item.schema.entity != "node" or item.number == item.uuid:
            return None
        alias = f"/node/{item.number}"
    return addresses.base + addresses.language_path + quote(alias)


def page_text(item: Item, most: int) -> str | None:
    """The words of the item's texts, the first ones."""
    names = list(item.schema.texts)
    if item.schema.caption and item.shared_label:
        names.append(item.schema.caption)
    texts = [text_of(item.attributes.get(name), most) for name in names]
    return "\n\n".join(filter(None, texts))[:most] or None
