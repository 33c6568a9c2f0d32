"""The slots of a text field: one for each tag that shows a picture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from html import unescape

from altsync.addresses import without_secrets
from altsync.models import Tag
from altsync.texts.scanning import Attribute, Mark, attributes, first, scan
from altsync.texts.words import CAPTION, SHORT, beginning, ending, visible


@dataclass(frozen=True, slots=True)
class TextSlot:
    """One tag that shows a picture, in one of the values of a text field."""

    key: str
    """What it is called within its field: `img-UUID` or `media-UUID` by
    `data-entity-uuid`, else `src-` and the first 12 hexadecimal digits of the SHA-256 of
    its `src`; and `.1` for the second with the same picture in the field, in order. Text
    and other pictures that come or go move no key."""
    delta: int
    """In which value of the field, from 0."""
    start: int
    """The offset of its `<` in that value, in code points."""
    tag: Tag
    alt: str | None
    """None: no alt attribute. '' for what says "decorative": `alt=""`, and CKEditor's
    own spelling of it, a medium's `alt='""'`."""
    uuid: str = ""
    """`data-entity-uuid`: of a file (img) or of a medium."""
    src: str = ""
    """As written; '' for a medium."""
    place: str | None = None
    """Which of how many with the same picture it is, and the words around it; None where
    its picture is alone in the field. See `SiteImage.place`."""
    title: str | None = None
    caption: str | None = None
    """The words of `data-caption`, without their tags."""
    before: str | None = None
    after: str | None = None
    heading: str | None = None
    link: str | None = None
    link_text: str | None = None
    width: int | None = None
    height: int | None = None


_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_INLINE = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data"),
        *("del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "nobr", "q", "rb"),
        *("s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time"),
        *("tt", "u", "var", "wbr"),
    }
)
_WORDS_OF_PLACE = 80
_TAGS = re.compile(r"<[^>]*>")


def slots(values: Sequence[str]) -> tuple[TextSlot, ...]:
    """The pictures in the values of one text field, in order: every `img` and every
    `drupal-media` that a browser takes for an element. Tracking pixels (1x1), pictures
    without a source, and what stands in comments, CDATA, scripts and other raw text are
    none."""
    found = [one for delta, value in enumerate(values) for one in _in(delta, value)]
    totals = Counter(one.key for one in found)
    seen: Counter[str] = Counter()
    return tuple(_numbered(one, seen, totals) for one in found)


def _numbered(slot: TextSlot, seen: Counter[str], totals: Counter[str]) -> TextSlot:
    key, total = slot.key, totals[slot.key]
    number = seen[key]
    seen[key] += 1
    if total == 1:
        return slot
    before = ending(slot.before or "", _WORDS_OF_PLACE)
    after = beginning(slot.after or "", _WORDS_OF_PLACE)
    place = f"{number + 1} of {total}: {before} | {after}"
    return replace(slot, key=f"{key}.{number}" if number else key, place=place)


def _in(delta: int, value: str) -> list[TextSlot]:
    if not _MAYBE.search(value):
        return []
    return _Walked(delta, value).run()


_MAYBE = re.compile("<(?:img|image|drupal-media)", re.IGNORECASE)


class _Walked:
    """Of one value."""

    def __init__(self, delta: int, value: str) -> None:
        self._delta = delta
        self._value = value
        self._runs: list[list[str]] = [[]]
        self._found: list[TextSlot] = []
        self._at: list[int] = []
        self._heading: list[str] | None = None
        self._headings: list[list[str] | None] = []
        self._in_heading = False
        self._link: Attribute | None = None
        self._link_words: list[str] = []
        self._links: list[tuple[str | None, list[str]]] = []

    def run(self) -> list[TextSlot]:
        at = 0
        for token in scan(self._value):
            if token.start > at:
                self._say(unescape(self._value[at : token.start]))
            self._meet(token)
            at = token.end
        self._say(unescape(self._value[at:]))
        said = [visible("".join(run)) for run in self._runs]
        return [
            self._told(number, slot, said) for number, slot in enumerate(self._found)
        ]

    def _say(self, words: str) -> None:
        self._runs[-1].append(words)
        if self._in_heading and self._heading is not None:
            self._heading.append(words)
        self._link_words.append(words)

    def _meet(self, token: Mark) -> None:
        name = token.name
        if name and name not in _INLINE:
            self._say(" ")
        if name in ("img", "image", "drupal-media") and not token.closing:
            self._keep(token)
        elif name in _HEADINGS:
            self._in_heading = not token.closing
            if not token.closing:
                self._heading = []
        elif name == "a":
            self._link_words = []
            self._link = None
            if not token.closing:
                self._link = first(attributes(self._value, token)).get("href")

    def _keep(self, token: Mark) -> None:
        slot = _slot(self._delta, self._value, token)
        if slot is None:
            return
        self._found.append(slot)
        self._headings.append(self._heading)
        href = None if self._link is None else self._link.value
        self._links.append((href, self._link_words))
        self._runs.append([])

    def _told(self, number: int, slot: TextSlot, said: list[str]) -> TextSlot:
        href, words = self._links[number]
        return replace(
            slot,
            before=ending(" ".join(filter(None, said[: number + 1]))) or None,
            after=beginning(" ".join(filter(None, said[number + 1 :]))) or None,
            heading=visible("".join(self._headings[number] or []), SHORT) or None,
            link=None if href is None else without_secrets(href),
            link_text=None if href is None else visible("".join(words), SHORT) or None,
        )


def _slot(delta: int, value: str, token: Mark) -> TextSlot | None:
    tag = Tag.MEDIA if token.name == Tag.MEDIA else Tag.IMG
    named = {name: one.value for name, one in first(attributes(value, token)).items()}
    uuid = named.get("data-entity-uuid", "").strip().lower()
    if not _UUID.fullmatch(uuid):
        uuid = ""
    src = named.get("src", "").strip() if tag is Tag.IMG else ""
    width, height = _pixels(named.get("width")), _pixels(named.get("height"))
    if not (uuid if tag is Tag.MEDIA else src) or _is_pixel(width, height):
        return None
    return TextSlot(
        key=_key(tag, uuid, src),
        delta=delta,
        start=token.start,
        tag=tag,
        alt=alt_of(tag, named.get("alt")),
        uuid=uuid,
        src=src,
        title=named.get("title"),
        caption=visible(unescape(_TAGS.sub("", named.get("data-caption", ""))), CAPTION)
        or None,
        width=width,
        height=height,
    )


def alt_of(tag: Tag, said: str | None) -> str | None:
    """What an alt attribute says: CKEditor writes `""` into that of a medium for
    "decorative" (FACTS-2 11)."""
    return "" if tag is Tag.MEDIA and said == '""' else said


def _key(tag: Tag, uuid: str, src: str) -> str:
    if uuid:
        return ("media-" if tag is Tag.MEDIA else "img-") + uuid
    return "src-" + sha256(src.encode()).hexdigest()[:12]


def _pixels(said: str | None) -> int | None:
    found = re.match(r"\s*(\d{1,6})", said or "", re.ASCII)
    return int(found[1]) if found else None


def _is_pixel(width: int | None, height: int | None) -> bool:
    return width is not None and height is not None and width <= 1 and height <= 1
