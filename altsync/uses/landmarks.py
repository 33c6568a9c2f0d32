"""What an element is by its tag, role and class: a part of the page, a piece of its own,
a caption, hidden. Pure: (tag, attributes).

ARIA's landmark roles and the elements of HTML that have them come first; classes count
where themes have nothing better.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from altsync.models import Region

Attributes = Mapping[str, str]

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
    r"(?:^|[-_])caption(?:-text)?$|^field--?name-field-(?:\w+-)*(?:caption|legend)$"
    r"|^(?:image|img|photo)-(?:description|legend|credit-caption)$",
    re.I,
)
_GALLERY = re.compile(
    r"(?:^|[-_])(?:gallery|gallerie|carousel|slideshow|slider|slick|swiper|lightbox"
    r"|splide|masonry|flexslider|album|photoset|photogrid|photo-grid|image-grid)(?:$|[-_])",
    re.I,
)
_NOT_DISPLAYED = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
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


def classes(attributes: Attributes) -> list[str]:
    return attributes.get("class", "").split()


def role(attributes: Attributes) -> str:
    """The first role that it names, '' for none."""
    return (attributes.get("role", "").lower().split() or [""])[0]


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
    if named and tag in _PLAIN:
        names = (attributes.get("id", ""), *classes(attributes))
        found = (_NAMES.get(name.lower().replace("_", "-")) for name in names)
        return next((region for region in found if region), None)
    return None


def is_unheard(attributes: Attributes) -> bool:
    """Nobody is told of it or of what is in it."""
    return attributes.get("aria-hidden", "").strip().lower() == "true" or is_unseen(
        attributes
    )


def is_unseen(attributes: Attributes) -> bool:
    """It says itself that it is not displayed."""
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _NOT_DISPLAYED.search(style))


def is_for_listeners(attributes: Attributes) -> bool:
    """Screen readers read it, nobody sees it."""
    return not _FOR_LISTENERS.isdisjoint(classes(attributes))


def is_teaser(attributes: Attributes) -> bool:
    """Its class calls it a teaser, a card or a row of a listing."""
    return any(_TEASER.search(name) for name in classes(attributes))


def is_block(attributes: Attributes) -> bool:
    """Its class calls it a piece that an editor put together: a paragraph of Drupal."""
    return any(_BLOCK.search(name) for name in classes(attributes))


def is_whole(attributes: Attributes) -> bool:
    """Its class says that this is the whole page's own article."""
    return any(_WHOLE.search(name) for name in classes(attributes))


def is_caption(attributes: Attributes) -> bool:
    """Its class calls it the caption of a picture."""
    return any(_CAPTION.search(name) for name in classes(attributes))


def is_gallery(attributes: Attributes) -> bool:
    """Its class or id says that pictures stand side by side here, or one after another
    in one frame."""
    names = (attributes.get("id", ""), *classes(attributes))
    return any(_GALLERY.search(name) for name in names)
