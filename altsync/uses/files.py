"""The files that an element shows, and how large: addresses out of attributes and
styles. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote, urljoin, urlsplit

from altsync.addresses import without_login

Attributes = Mapping[str, str]

MOST_ADDRESSES = 40
"""Of one picture."""
LONGEST = 2_000
"""Characters of an address; a longer one is cut and can be no file of a site."""
_LONGEST_SET = 20_000

_LAZY = ("data-src", "data-lazy-src", "data-original", "data-lazy", "data-echo")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set")
_PICTURE_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?|heic|jxl)$", re.I
)
_URL = re.compile(
    r"""url\(\s*(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^"'()\s]{1,2000}))\s*\)""", re.I
)
_SHOWING = re.compile(
    r"(?:^|[;{\s])(?:background(?:-image)?|content|list-style(?:-image)?)\s*:([^;{}]*)",
    re.I,
)
_DATA_URL = re.compile(r"url\(\s*[\"']?data:[^)]*\)", re.I)
_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d*)?\s*(?:px)?\s*$", re.I)
_STYLED = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(\d{1,5})(?:\.\d+)?px\b", re.I)
_STYLE_OF_DRUPAL = re.compile(r"/styles/[^/]+/(?:public|private)/")
_SIZE = re.compile(
    r"(?:[-_]\d+(?:w|px)|[-_.]\d+x\d+|@\dx|[-_](?:thumb(?:nail)?|small|medium|large|scaled))+$",
    re.I,
)


def absolute(base: str, address: str | None) -> str:
    """As a browser would ask for it, without a login; '' for none that can be read."""
    address = "".join((address or "").split("\n")).strip()[:LONGEST]
    if not address:
        return ""
    try:
        return without_login(urljoin(base, address))
    except ValueError:
        return ""


def of_image(
    base: str, attributes: Attributes, sources: Iterable[str]
) -> tuple[str, ...]:
    """The addresses of an `img`: the one that is shown by default first. `sources`: the
    `srcset` of each `source` beside it."""
    lazy = [value for name in _LAZY if (value := attributes.get(name))]
    lazy_sets = [value for name in _LAZY_SETS if (value := attributes.get(name))]
    plain = attributes.get("src", "")
    if not lazy and not lazy_sets and (not plain or plain.startswith("data:")):
        lazy = [value for name, value in attributes.items() if _is_lazy(name, value)]
    sets = [*lazy_sets, attributes.get("srcset", ""), *sources]
    candidates = (address for said in sets for address in srcset(said))
    if lazy or not lazy_sets:
        return unique(base, (*lazy, plain, *candidates))
    return unique(base, (*candidates, plain))


def _is_lazy(name: str, value: str) -> bool:
    """An attribute of some script that holds the address of a picture."""
    named = name.startswith("data-") and len(value) <= LONGEST
    return named and bool(_PICTURE_FILE.search(value.partition("?")[0]))


def unique(base: str, addresses: Iterable[str]) -> tuple[str, ...]:
    """Absolute, each once, no placeholder where there is another."""
    found: dict[str, None] = {}
    for address in addresses:
        if full := absolute(base, address):
            found.setdefault(full)
        if len(found) == MOST_ADDRESSES:
            break
    files = tuple(address for address in found if not address.startswith("data:"))
    return files or tuple(address[:64] for address in found)[:1]


def srcset(said: str | None) -> Iterator[str]:
    """The addresses of a `srcset`: blanks separate them from what says their size, a
    comma ends that; an address itself may hold commas."""
    rest = (said or "")[:_LONGEST_SET]
    while rest := rest.lstrip(" \t\n\r\f,"):
        address, *more = rest.split(None, 1)
        rest = more[0] if more else ""
        if not address.endswith(","):
            rest = rest.partition(",")[2]
        yield address.rstrip(",")


def of_style(base: str, style: str) -> tuple[str, ...]:
    """The pictures that declarations show as backgrounds."""
    if "url(" not in style.lower():
        return ()
    found = (
        one[1] or one[2] or one[3]
        for declared in _SHOWING.finditer(_DATA_URL.sub("", style))
        for one in _URL.finditer(declared[1])
    )
    return tuple(
        address for address in unique(base, found) if not address.startswith("#")
    )


def is_picture_file(address: str) -> bool:
    try:
        return bool(_PICTURE_FILE.search(urlsplit(address).path))
    except ValueError:
        return False


def size(attributes: Attributes) -> tuple[int | None, int | None]:
    """(width, height) in CSS pixels, where the element says them; its style first."""
    styled = {
        name.lower(): int(value)
        for name, value in _STYLED.findall(attributes.get("style", ""))
    }
    return (
        styled.get("width", _pixels(attributes.get("width"))),
        styled.get("height", _pixels(attributes.get("height"))),
    )


def _pixels(said: str | None) -> int | None:
    found = _PIXELS.match(said or "")
    return int(found[1]) if found else None


def is_same(address: str, others: Iterable[str]) -> bool:
    """Is an address that of one of these files, of any size?"""
    key = _key(address)
    return any(_key(other) == key for other in others)


def same_file(link: str, addresses: Iterable[str]) -> bool:
    """Does a link lead to the file of a picture, of any size?"""
    if not is_picture_file(link):
        return False

    return is_same(link, addresses)


def _key(address: str) -> str:
    """Folder and name of a file, the same for all that a site derives of it."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return address
    path = _STYLE_OF_DRUPAL.sub("/", path)
    while _PICTURE_FILE.search(path):
        path = _PICTURE_FILE.sub("", path)
    path = _SIZE.sub("", path)
    return "/".join(path.split("/")[-2:]).lower()
