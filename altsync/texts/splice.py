"""One alt in a text, and not a byte beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from altsync.models import Tag
from altsync.texts.scanning import BLANK, Attribute, Mark, attributes, by_name, mark_at
from altsync.texts.slots import (
    DECORATIVE_MEDIUM,
    TextSlot,
    alt_of,
    marks_of,
    slots_at,
    source_of,
)

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""`<` and `>` need it nowhere but in Drupal: its filter takes any `>` for the end of a
tag, so that CKEditor writes them so too (Drupal's issue 3227831)."""
_NO_SPELLING: Mapping[str, str] = MappingProxyType({})


class SpliceRefused(ValueError):
    """The new text could not be proven to differ in the wanted alts only. The message is
    half a sentence that says why."""


def spliced(
    values: Sequence[str],
    new: Mapping[str, str | None],
    spelled: Mapping[str, str] = _NO_SPELLING,
) -> list[str]:
    """The values of a text field with new alts, by the keys of their slots (None takes
    the attribute away; '' says "decorative", in the spelling of the tag).

    `spelled` has, by the same keys, how a text that comes back was written
    (`TextSlot.spelled`). It is written so where that is one attribute in that tag, with
    just the alt that is wanted; anywhere else as ever.

    Proven before it is given: read again, every tag, attribute and word is the same but
    for the wanted alts, and turned round the old values come back. Raises SpliceRefused,
    KeyError for a slot that is not there."""
    read = _Read(values)
    found = {slot.key: slot for slot in read.slots}
    wanted = {key: alt for key, alt in new.items() if found[key].alt != alt}
    written = list(values)
    for slot in reversed(read.slots):
        if slot.key in wanted:
            value = written[slot.delta]
            kept = spelled.get(slot.key)
            written[slot.delta] = _with(value, slot, wanted[slot.key], kept)
    _prove(read, _Read(written), wanted)
    return written


class _Read:
    """The values of a field and everything that is read in them."""

    def __init__(self, values: Sequence[str]) -> None:
        self.values = list(values)
        self.marks = [marks_of(value) for value in values]
        self.slots = slots_at(values, self.marks)


# Writing


def _with(value: str, slot: TextSlot, alt: str | None, spelled: str | None) -> str:
    tag = _tag(value, slot)
    old = by_name(attributes(value, tag)).get("alt")
    if alt is None:
        return value if old is None else _without(value, tag, old)
    if old is not None and spelled is not None:
        as_it_was = value[: old.start] + spelled + value[old.end :]
        if _holds(as_it_was, slot, alt, spelled):
            return as_it_was
    said = _said(slot, alt)
    if old is None:
        at = slot.start + 1 + len(tag.name)
        return f"{value[:at]} alt={_quoted(said)}{value[at:]}"
    if old.raw is None:
        return f"{value[: old.name_end]}={_quoted(said)}{value[old.name_end :]}"
    start = old.end - len(old.raw)
    quote = "'" if old.raw.startswith("'") else '"'
    return value[:start] + _quoted(said, quote) + value[old.end :]


def _holds(value: str, slot: TextSlot, alt: str, spelled: str) -> bool:
    """The tag says the alt, with an attribute that is written just so."""
    found = by_name(attributes(value, _tag(value, slot))).get("alt")
    is_it = found is not None and alt_of(slot.tag, found.value) == alt
    return is_it and source_of(value, found) == spelled


def _said(slot: TextSlot, alt: str) -> str:
    if _UNWRITABLE.search(alt):
        raise SpliceRefused("the new alt holds a character that no text can hold")
    return DECORATIVE_MEDIUM if slot.tag is Tag.MEDIA and not alt else alt


def _quoted(said: str, quote: str = '"') -> str:
    reference = "&quot;" if quote == '"' else "&#39;"
    return quote + said.translate(_ESCAPED).replace(quote, reference) + quote


def _without(value: str, tag: Mark, old: Attribute) -> str:
    """What stood there before `_with` had added the attribute; of another one a blank
    stays where its neighbours would grow together."""
    start = old.start
    is_added = start == tag.start + 2 + len(tag.name)
    parting = BLANK + ("/>" if is_added else ">")
    if value[start - 1] in BLANK and value[old.end] in parting:
        start -= 1
    return value[:start] + value[old.end :]


def _tag(value: str, slot: TextSlot) -> Mark:
    tag = mark_at(value, slot.start)
    assert tag is not None, "a slot is where a tag was read"
    return tag


# Proof


def _prove(old: _Read, new: _Read, wanted: Mapping[str, str | None]) -> None:
    if len(old.slots) != len(new.slots):
        raise SpliceRefused("the new text would not show the same pictures")
    for was, now in zip(old.slots, new.slots, strict=True):
        alt = wanted.get(was.key, was.alt)
        if now != replace(was, alt=alt, start=now.start):
            raise SpliceRefused("the new text would not say what was wanted")
    for delta, value in enumerate(old.values):
        meant = {
            one.start for one in old.slots if one.delta == delta and one.key in wanted
        }
        if _turned(old, new, delta, meant) != value:
            raise SpliceRefused(
                "the new text would differ in more than the wanted alts"
            )


def _turned(old: _Read, new: _Read, delta: int, meant: Collection[int]) -> str | None:
    """The new value with the meant tags as they were; None where any tag is another than
    before, or a meant one differs in more than its alt."""
    value, written = old.values[delta], new.values[delta]
    befores, afters = old.marks[delta], new.marks[delta]
    if list(map(_kind, befores)) != list(map(_kind, afters)):
        return None
    pieces = []
    at = 0
    for was, now in zip(befores, afters, strict=True):
        if was.start not in meant:
            continue
        if _beside_alt(value, was) != _beside_alt(written, now):
            return None
        pieces += [written[at : now.start], value[was.start : was.end]]
        at = now.end
    return "".join([*pieces, written[at:]])


def _kind(mark: Mark) -> tuple[str, bool]:
    return mark.name, mark.closing


def _beside_alt(value: str, tag: Mark) -> list[tuple[str, str | None]]:
    """The attributes of a tag as written, but for the alt that counts."""
    found = attributes(value, tag)
    alt = by_name(found).get("alt")
    return [(one.name, one.raw) for one in found if one is not alt]
