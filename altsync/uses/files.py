"""The files that an element shows, and how large: addresses out of attributes and
styles. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urljoin, urlsplit

from altsync.addresses import without_login, without_secrets
from altsync.derivatives import names_of, path_of

Attributes = Mapping[str, str]

MOST_ADDRESSES = 40
"""Of one picture."""
LONGEST = 2_000
"""Characters of an address; a longer one is cut and can be no file of a site."""
_LONGEST_SET = 20_000
_LONGEST_STYLE = 10_000

_NOWHERE = ("javascript:", "data:")
"""Schemes that lead to no page: a script of this one, and what no browser opens."""

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
_SIZE_OF = re.compile(r"\d+(?:\.\d+)?(?:[eE]\d+)?[wxh]")
_BREAKS = re.compile(r"[\r\n\t]+")
_THUMBNAIL = re.compile(
    r"^(?:thumb(?:nail)?s?|tn|small|mini|preview|klein|sm)[-_.]", re.I
)


def absolute(base: str, address: str | None) -> str:
    """As a browser would ask for it, without a login; '' for none that can be read."""
    address = _BREAKS.sub("", address or "").strip()[:LONGEST].replace(" ", "%20")
    if not address:
        return ""
    try:
        return without_login(urljoin(base, address))
    except ValueError:
        return ""


def led_to(base: str, href: str | None) -> str:
    """Where a link leads; '' where it leads nowhere else: a place on the same page, a
    script, data. Without secrets."""
    said = (href or "").strip()
    if (
        not said
        or said.startswith("#")
        or "".join(said.split()).lower().startswith(_NOWHERE)
    ):
        return ""
    return without_secrets(absolute(base, said))


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
        sizes = ""
        if not address.endswith(","):
            sizes, _, rest = rest.partition(",")
        if all(map(_SIZE_OF.fullmatch, sizes.split())):
            yield address.rstrip(",")


def of_style(base: str, style: str) -> tuple[str, ...]:
    """The pictures that declarations show as backgrounds."""
    style = style[:_LONGEST_STYLE]
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
        for name, value in _STYLED.findall(attributes.get("style", "")[:_LONGEST_STYLE])
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
    name = _name(address)
    return any(_name(other) == name for other in others)


def same_file(link: str, addresses: Iterable[str]) -> bool:
    """Does a link lead to the file of a picture, of any size?"""
    if not is_picture_file(link):
        return False
    name = _name(link)
    return any(_begins_alike(name, _name(address)) for address in addresses)


def _begins_alike(one: str, other: str) -> bool:
    """The same name, or one that says its size in words: soup and soup_gross."""
    short, long = sorted((one, other), key=len)
    rest = long[len(short) :]
    return len(short) > 2 and long.startswith(short) and (not rest or rest[0] in "-_. ")


def _name(address: str) -> str:
    """The name of a file without folder and extension, the same for all its sizes."""
    *_, shortest = names_of(path_of(address))
    name = shortest.rpartition("/")[2].lower()
    return _THUMBNAIL.sub("", name) or address
