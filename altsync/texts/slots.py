"""The slots of a text field: one for each tag that shows a picture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256

from altsync.models import Tag
from altsync.texts.around import Around, around, words_of
from altsync.texts.referee import elements, needs_referee
from altsync.texts.scanning import (
    Attribute,
    Mark,
    attributes,
    scan,
    scan_around,
)
from altsync.texts.words import CAPTION, beginning, ending, visible

AROUND = " \t\n\r\xa0"
"""What editors leave around an address, or the name of a medium."""
_MAYBE = re.compile("<(?:img|image|drupal-media)", re.ASCII | re.IGNORECASE)
_SHOWING = {"img": Tag.IMG, "image": Tag.IMG, "drupal-media": Tag.MEDIA}
"""Browsers make an `img` of `<image>`."""
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_PIXELS = re.compile(r"[\t\n\f\r ]*\+?0*([0-9]{1,6})(?![0-9.]*%|[0-9])", re.ASCII)
_TELLING = frozenset({"alt", "src", "data-entity-uuid", "data-entity-type"})
_MAYBE_DOUBTFUL = re.compile(
    r"<(?:img|image|drupal-media)(?:[^<>]*(?:<|[\t\n\f\r \"'/]=)"
    r"|[^<]*?(?P<name>alt|src|data-entity-(?:uuid|type))[^<]*?(?P=name))",
    re.ASCII | re.IGNORECASE,
)
DECORATIVE_MEDIUM = '""'
"""How CKEditor writes an empty alt of a medium (FACTS-2 11)."""
_WORDS_OF_PLACE = 80


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
    spelled: str | None = field(default=None, compare=False)
    """The attribute of `alt` exactly as written, as `alt=x` or `ALT = 'x'`: what `spliced`
    takes to bring it back to the byte. None where there is none."""
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


def slots(values: Sequence[str]) -> tuple[TextSlot, ...]:
    """The pictures in the values of one text field, in order: every `img` and every
    `drupal-media` that a browser takes for an element. Tracking pixels (1x1), pictures
    without a `src`, media without a uuid, what stands in comments, CDATA, scripts and
    other raw text, and tags that browsers and Drupal read differently are none."""
    return slots_at(values, [marks_of(value) for value in values])


def left_alone(values: Sequence[str]) -> int:
    """How many pictures there are that altsync does not take for such although a browser
    may: of which parsers say different things, as of those in a CDATA section or with
    two alts."""
    return sum(map(_left_alone, values))


def _left_alone(value: str) -> int:
    asked = needs_referee(value)
    if not _MAYBE.search(value) or not (asked or _MAYBE_DOUBTFUL.search(value)):
        return 0
    pictures = _pictures(marks_of(value)).values()
    doubtful = sum(_is_doubtful(attributes(value, mark)) for mark in pictures)
    if not asked:
        return doubtful
    return doubtful + len(elements(value) - {mark.start for mark in pictures})


def marks_of(value: str) -> list[Mark]:
    """Everything in a text that is no text. Of pictures, those that are elements; none
    at all where none can be."""
    if not _MAYBE.search(value):
        return []
    if not needs_referee(value):
        return scan(value)
    known = elements(value)
    marks = list(scan_around(value, known))
    for number, mark in _pictures(marks).items():
        if mark.start not in known:
            marks[number] = mark._replace(name="")
    return marks


def slots_at(
    values: Sequence[str], marks: Sequence[list[Mark]]
) -> tuple[TextSlot, ...]:
    """The same, of texts whose marks are known."""
    found = [
        slot
        for delta, (value, its) in enumerate(zip(values, marks, strict=True))
        for slot in _slots(delta, value, its)
    ]
    totals = Counter(slot.key for slot in found)
    seen: Counter[str] = Counter()
    numbered = []
    for slot in found:
        number, total = seen[slot.key], totals[slot.key]
        seen[slot.key] += 1
        numbered.append(_among_equals(slot, number, total) if total > 1 else slot)
    return tuple(numbered)


def _slots(delta: int, value: str, marks: list[Mark]) -> list[TextSlot]:
    pictures = _pictures(marks)
    told = around(value, marks, pictures)
    found = map(partial(_slot, delta, value), pictures.values(), told)
    return [slot for slot in found if slot is not None]


def _pictures(marks: Sequence[Mark]) -> dict[int, Mark]:
    """By their numbers among the marks."""
    return {
        number: mark
        for number, mark in enumerate(marks)
        if mark.name in _SHOWING and not mark.closing
    }


def _among_equals(slot: TextSlot, number: int, total: int) -> TextSlot:
    before = ending(slot.before or "", _WORDS_OF_PLACE)
    after = beginning(slot.after or "", _WORDS_OF_PLACE)
    place = f"{number + 1} of {total}"
    if before or after:
        place += f": {before} | {after}"
    key = f"{slot.key}.{number}" if number else slot.key
    return replace(slot, key=key, place=place)


def _slot(delta: int, value: str, mark: Mark, its: Around) -> TextSlot | None:
    tag = _SHOWING[mark.name]
    found = attributes(value, mark)
    if _is_doubtful(found):
        return None
    named = {one.name: one for one in found}
    said = {name: one.value for name, one in named.items()}
    uuid = said.get("data-entity-uuid", "").strip(AROUND).lower()
    if not _UUID.fullmatch(uuid):
        uuid = ""
    src = said.get("src", "").strip(AROUND) if tag is Tag.IMG else ""
    width, height = _pixels(said.get("width")), _pixels(said.get("height"))
    if tag is Tag.MEDIA:
        shows = bool(uuid) and said.get("data-entity-type") == "media"
    else:
        shows = bool(src) and not _is_tracker(width, height)
    if not shows:
        return None
    return TextSlot(
        key=_key(tag, uuid, src),
        delta=delta,
        start=mark.start,
        tag=tag,
        alt=alt_of(tag, said.get("alt")),
        spelled=source_of(value, named.get("alt")),
        uuid=uuid,
        src=src,
        title=said.get("title"),
        caption=visible(words_of(said.get("data-caption", "")), CAPTION) or None,
        before=its.before,
        after=its.after,
        heading=its.heading,
        link=its.link,
        link_text=its.link_text,
        width=width,
        height=height,
    )


def _is_doubtful(found: Sequence[Attribute]) -> bool:
    """Of equals the first counts in browsers, the last in Drupal's parser, which filters
    the text before; a name that begins with `<` ends the tag there, and of one that
    begins with `=` it reads the rest."""
    telling = [one.name for one in found if one.name in _TELLING]
    is_twice = len(telling) > len(set(telling))
    return is_twice or any(one.name.startswith(("<", "=")) for one in found)


def _key(tag: Tag, uuid: str, src: str) -> str:
    if tag is Tag.MEDIA:
        return f"media-{uuid}"
    if uuid:
        return f"img-{uuid}"
    return "src-" + sha256(src.encode()).hexdigest()[:12]


def alt_of(tag: Tag, said: str | None) -> str | None:
    """What an alt attribute with this value says."""
    if tag is Tag.MEDIA and said == DECORATIVE_MEDIUM:
        return ""
    return said


def source_of(value: str, one: Attribute | None) -> str | None:
    """An attribute of a text as written."""
    return None if one is None else value[one.start : one.end]


def _pixels(said: str | None) -> int | None:
    found = _PIXELS.match(said or "")
    return int(found[1]) if found else None


def _is_tracker(width: int | None, height: int | None) -> bool:
    """Nobody sees it: it counts its readers."""
    return width in (0, 1) and height in (0, 1)
