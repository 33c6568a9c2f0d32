"""What a text format makes of a text: `processed`, as visitors get it (430-434, 459, 864).

Of the filters of the standard profile what touches pictures is here: full_html embeds
media and knows files by their uuid, basic_html drops what it does not allow and every
picture that is no file of the site, plain_text and no format show the source.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from tests.doubles.drupal.model import Entity, File, State, Translation, listed

PLAIN = "plain_text"
"""The format that everybody may use."""
FORMATS = ("full_html", "basic_html", "restricted_html")
"""Those for who has the permission "use text format NAME"."""

_SIZE, _DATA = ("width", "height"), ("data-align", "data-caption")
_COMMON = {
    "a": ("href", "hreflang"),
    "blockquote": ("cite",),
    "ul": ("type",),
    "ol": ("start", "type"),
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), ("id",)),
    **dict.fromkeys(("em", "strong", "cite", "code", "li", "dl", "dt", "dd"), ()),
}
_ALLOWED: dict[str, dict[str, tuple[str, ...]]] = {
    "basic_html": {
        **_COMMON,
        **dict.fromkeys(("p", "br", "span"), ()),
        "img": (
            *("src", "alt", "data-entity-uuid", "data-entity-type", "loading"),
            *(*_SIZE, *_DATA),
        ),
    },
    "restricted_html": _COMMON,
}
"""Format -> the tags, and their attributes, that it leaves (433)."""
_REMOVED = {
    "src": "/core/misc/icons/e32700/error.svg",
    "alt": "Image removed.",
    "title": (
        "This image has been removed. For security reasons, only images from the local"
        " domain are allowed."
    ),
    "height": "16",
    "width": "16",
    "class": "filter-image-invalid",
}
"""What stands for a picture that is no file of the site (433, 858, 860)."""
_MISSING = "The referenced media source is missing and needs to be re-embedded."  # 432
_PUBLIC = "/sites/default/files/"
_TAG = re.compile(r"<\s*(?:img|drupal-media)\b", re.IGNORECASE)
_ADDRESS = re.compile(r'https?://[^\s<>";]+')
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SRC = re.compile(r"src\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)


@dataclass(frozen=True)
class _Shown:
    """A file, or what an embedded medium shows."""

    src: str
    size: tuple[int, int] | None
    alt: str | None = None
    title: str | None = None
    visible: bool = True


def processed(state: State, text: dict[str, Any], language: str) -> str:
    """What stands in the page, in `language`."""
    value, form = text.get("value"), text.get("format")
    if not value:
        return ""
    if form in (None, PLAIN):
        return _plain(value)
    if form not in FORMATS:
        return ""  # a format that is not there any more shows nothing (source)
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    if not _TAG.search(value):
        return str(value)
    known = tuple(
        (uuid.lower(), _shown(state, uuid.lower(), language))
        for uuid in _UUID.findall(value)
    )
    local = frozenset(src for src in _SRC.findall(value) if _is_file(state, src))
    return _filtered(value, form, known, local)


def _plain(value: str) -> str:
    """Letters; an empty line parts paragraphs, another one lines (434, 445, 452)."""
    letters = html.escape(value.replace("\r\n", "\n").replace("\r", "\n"))
    letters = letters.replace("&#x27;", "&#039;").strip("\n")
    letters = _ADDRESS.sub(_linked, letters)
    parts = [part.replace("\n", "<br />\n") for part in re.split("\n\n+", letters)]
    return "".join(f"<p>{part}</p>\n" for part in parts)


def _linked(found: re.Match[str]) -> str:
    """filter_url: an address becomes a link, with what was escaped beside it (434)."""
    address = html.escape(found[0])
    return f'<a href="{address}">{address}</a>'


def _shown(state: State, uuid: str, language: str) -> _Shown | None:
    file = state.files.get(uuid)
    if file is not None:
        return _Shown(state.base_path + file.url, file.size)
    media = next((g[uuid] for g in state.entities.values() if uuid in g), None)
    if media is None or not media.type.startswith("media--"):
        return None
    return _medium(state, media, language)


def _medium(state: State, media: Entity, language: str) -> _Shown:
    """The default revision, in the language of the text where it has that (source)."""
    from tests.doubles.drupal.files import derivative

    words = media.translations[media.resolve(language, state.fallback)]
    item = _item(state, media, words)
    file = state.files.get(item["id"]) if item else None
    if item is None or file is None or not words.attributes.get("status", True):
        return _Shown("", None, visible=False)
    src = state.base_path + derivative(file)
    meta = item["meta"]
    return _Shown(src, _large(file), meta.get("alt"), meta.get("title"))


def _item(state: State, media: Entity, words: Translation) -> dict[str, Any] | None:
    for name in state.types[media.type].images:
        for item in listed(words.relationships.get(name)):
            return dict(item)
    return None


def _large(file: File) -> tuple[int, int] | None:
    """The image style `large` fits into 480 by 480, and makes nothing bigger (432)."""
    if file.size is None or not all(file.size):
        return None
    factor = min(1.0, 480 / max(file.size))
    return round(file.size[0] * factor), round(file.size[1] * factor)


def _is_file(state: State, src: str) -> bool:
    path = unquote(src.removeprefix(state.base_path).partition("?")[0])
    if not path.startswith(_PUBLIC):
        return False
    uri = f"public://{path.removeprefix(_PUBLIC)}"
    return any(file.uri == uri and file.data for file in state.files.values())


@lru_cache(2_000)
def _filtered(
    value: str,
    form: str,
    known: tuple[tuple[str, _Shown | None], ...],
    local: frozenset[str],
) -> str:
    from lxml import html as lxml_html

    root = lxml_html.fragment_fromstring(value, create_parent="div")
    pictures = dict(known)
    if form in _ALLOWED:
        _drop(root, _ALLOWED[form])
    for image in list(root.iter("img")):
        if form == "basic_html" and image.get("src") not in local:
            image.attrib.update(_REMOVED)
        _file(image, pictures)
        _frame(image)
    for embed in list(root.iter("drupal-media")):
        _embed(embed, pictures.get((embed.get("data-entity-uuid") or "").lower()))
    whole: str = lxml_html.tostring(root, encoding="unicode")
    return whole.removeprefix("<div>").removesuffix("</div>")


def _drop(root: Any, allowed: dict[str, tuple[str, ...]]) -> None:
    """filter_html: tags go and their words stay; comments go."""
    for element in list(root.iter()):
        if element is root:
            continue
        if not isinstance(element.tag, str):
            element.drop_tree()
        elif element.tag not in allowed:
            element.drop_tag()
        else:
            for name in set(element.attrib) - set(allowed[element.tag]):
                del element.attrib[name]


def _file(image: Any, pictures: dict[str, _Shown | None]) -> None:
    """editor_file_reference: the file's present address, by its uuid (864); then what has
    a size is loaded lazily (430)."""
    shown = pictures.get((image.get("data-entity-uuid") or "").lower())
    if shown is not None and image.get("data-entity-type") == "file":
        image.set("src", shown.src)
        if shown.size and not image.get("width") and not image.get("height"):
            image.set("width", str(shown.size[0]))
            image.set("height", str(shown.size[1]))
    if image.get("width") and image.get("height"):
        image.set("loading", "lazy")


def _frame(element: Any) -> None:
    """filter_align and filter_caption: a figure where there is a caption."""
    from lxml import html as lxml_html

    align = element.attrib.pop("data-align", "")
    caption = element.attrib.pop("data-caption", "")
    if align and not caption:
        element.set("class", f"{element.get('class', '')} align-{align}".strip())
    if not caption:
        return
    css = f"align-{align} caption" if align else "caption"
    figure = lxml_html.Element("figure", {"role": "group", "class": css})
    words = lxml_html.fragment_fromstring(caption, create_parent="figcaption")
    figure.tail, element.tail = element.tail, "\n"
    element.getparent().replace(element, figure)
    figure.extend([element, words])


def _embed(embed: Any, shown: _Shown | None) -> None:
    """media_embed: the medium as its display has it; an alt of the embed's own counts for
    this place, and `""` says decorative (432)."""
    from lxml import html as lxml_html

    made = lxml_html.Element("div")
    made.tail = embed.tail
    for name in _DATA:
        if embed.get(name):
            made.set(name, embed.get(name))
    if shown is None:
        made.text = f"\n  {_MISSING}\n"
    elif shown.visible:
        made.set("class", "media media--type-image media--view-mode-default")
        label = lxml_html.Element("div", {"class": "field__label visually-hidden"})
        label.text, label.tail = "Image", "\n"
        item = lxml_html.Element("div", {"class": "field__item"})
        item.append(_rendered(embed, shown))
        made.extend([label, item])
    embed.getparent().replace(embed, made)
    _frame(made)


def _rendered(embed: Any, shown: _Shown) -> Any:
    from lxml import html as lxml_html

    image = lxml_html.Element("img", {"loading": "lazy", "src": shown.src})
    for name, number in zip(_SIZE, shown.size or (), strict=False):
        image.set(name, str(number))
    alt, title = embed.get("alt", shown.alt), embed.get("title", shown.title)
    if alt is not None:
        image.set("alt", "" if alt == '""' else alt)
    if title:
        image.set("title", title)
    return image
