"""What an element is by its tag, role and class: a part of the page, a piece of its own,
a caption, hidden. Pure: (tag, attributes).

ARIA's landmark roles and the elements of HTML that have them come first; classes count
where themes have nothing better.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from altsync.models import Region

Attributes = Mapping[str, str]

_LONGEST = 2_000
"""Characters of an attribute that are looked at."""

_ROLES = {
    "main": Region.MAIN,
    "banner": Region.HEADER,
    "contentinfo": Region.FOOTER,
    "navigation": Region.NAV,
    "menu": Region.NAV,
    "menubar": Region.NAV,
    "complementary": Region.ASIDE,
}
_TAGS = {"main": Region.MAIN, "nav": Region.NAV, "aside": Region.ASIDE}
_ENDS_OF_PAGE = {"header": Region.HEADER, "footer": Region.FOOTER}
_NAMES = {
    "header": Region.HEADER,
    "site-header": Region.HEADER,
    "masthead": Region.HEADER,
    "branding": Region.HEADER,
    "region-header": Region.HEADER,
    "footer": Region.FOOTER,
    "site-footer": Region.FOOTER,
    "colophon": Region.FOOTER,
    "region-footer": Region.FOOTER,
    "nav": Region.NAV,
    "navbar": Region.NAV,
    "navigation": Region.NAV,
    "main-menu": Region.NAV,
    "site-navigation": Region.NAV,
    "sidebar": Region.ASIDE,
    "sidebar-first": Region.ASIDE,
    "sidebar-second": Region.ASIDE,
    "sidebar-left": Region.ASIDE,
    "sidebar-right": Region.ASIDE,
    "region-sidebar-first": Region.ASIDE,
    "region-sidebar-second": Region.ASIDE,
    "widget-area": Region.ASIDE,
}
"""Ids and classes by which themes without landmarks call the parts of a page."""
_PLAIN = frozenset({"div", "td", "table", "ul", "section"})
SECTIONS = frozenset({"article", "aside", "main", "nav", "section"})
"""A `header` or `footer` in one of these is its own, not the page's (HTML)."""

_TEASER = re.compile(
    r"(?:^|[-_])teaser$|^(?:card|tile|views-row|media-object|wp-block-post|grid-item)$"
    r"|[a-z]-card$|__card$",
    re.I,
)
_BLOCK = re.compile(r"^(?:paragraph|wp-block-media-text|block-inline-block\w*)$")
_WHOLE = re.compile(r"view-mode-full$|^(?:node-full|single-post|type-page)$")
_CAPTION = re.compile(
    r"(?:^|[-_]|thumb|image|img|photo|picture)caption(?:[-_]{1,2}text)?$|^field--?name-field-(?:\w+-)*(?:caption|legend)$"
    r"|^(?:image|img|photo)-(?:description|legend|credit-caption)$",
    re.I,
)
_GALLERY = re.compile(
    r"(?:^|[-_])(?:gallery|gallerie|carousel|slideshow|slider|slick|swiper|lightbox"
    r"|splide|masonry|flexslider|album|photoset|photogrid|photo-grid|image-grid)(?:$|[-_])",
    re.I,
)
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_LABELS = frozenset({"field__label", "field-label", "label"})
_FOR_LISTENERS = frozenset(
    {
        *("visually-hidden", "sr-only", "screen-reader-text", "element-invisible"),
        *(
            "screenreader-text",
            "screen-reader-only",
            "show-for-sr",
            "u-visually-hidden",
        ),
        *("visuallyhidden", "a11y-hidden"),
    }
)


@dataclass(frozen=True, slots=True)
class Classes:
    """What an element is by its classes."""

    teaser: bool
    """A teaser, a card or a row of a listing."""
    block: bool
    """A piece that an editor put together: a paragraph of Drupal."""
    whole: bool
    """The whole page's own article."""
    caption: bool
    """The caption of a picture."""
    gallery: bool
    """Pictures stand side by side here, or one after another in one frame."""
    listeners: bool
    """Screen readers read it, nobody sees it."""
    label: bool
    """The label of a field: no heading of what comes after (763)."""
    region: Region | None
    """The part of the page, where no landmark says it."""


def classes(attributes: Attributes) -> Classes:
    """What the classes of an element say."""
    return _classes(attributes.get("class", "")[:_LONGEST])


@functools.lru_cache(4096)
def _classes(said: str) -> Classes:
    names = said.split()
    regions = (_NAMES.get(name.lower().replace("_", "-")) for name in names)
    return Classes(
        teaser=any(map(_TEASER.search, names)),
        block=any(map(_BLOCK.search, names)),
        whole=any(map(_WHOLE.search, names)),
        caption=any(map(_CAPTION.search, names)),
        gallery=any(map(_GALLERY.search, names)),
        listeners=not _FOR_LISTENERS.isdisjoint(names),
        label=not _LABELS.isdisjoint(names),
        region=next((region for region in regions if region), None),
    )


def role(attributes: Attributes) -> str:
    """The first role that it names, '' for none."""
    said = attributes.get("role")
    return said.lower().split()[0] if said and not said.isspace() else ""


def region(
    tag: str, attributes: Attributes, *, sectioned: bool, named: bool
) -> Region | None:
    """The part of the page that this element begins, None where it begins none.

    `sectioned`: it stands in an article, a section or another part, so that a `header`
    is not the page's. `named`: no landmark is around it, so that its id and class count.
    """
    said = role(attributes)
    if said in _ROLES:
        return _ROLES[said]
    if tag in _TAGS:
        return _TAGS[tag]
    if tag in _ENDS_OF_PAGE:
        return None if sectioned else _ENDS_OF_PAGE[tag]
    if not (named and attributes and tag in _PLAIN):
        return None
    by_id = _NAMES.get(attributes.get("id", "").lower().replace("_", "-"))
    return by_id or classes(attributes).region


def is_unheard(attributes: Attributes) -> bool:
    """Nobody is told of it or of what is in it."""
    said = attributes.get("aria-hidden")
    return (said is not None and said.strip().lower() == "true") or is_unseen(
        attributes
    )


def is_unseen(attributes: Attributes) -> bool:
    """It says itself that it is not displayed."""
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return bool(style and _NOT_DISPLAYED.search(style[:_LONGEST]))


def is_gallery(attributes: Attributes) -> bool:
    """Its id or a class calls it one."""
    by_id = _GALLERY.search(attributes.get("id", "")[:_LONGEST])
    return bool(by_id) or classes(attributes).gallery
