"""One alt in a text, and not a byte beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from altsync.models import Tag
from altsync.texts.scanning import Attribute, Mark, attributes, first, scan
from altsync.texts.slots import TextSlot, slots

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_DECORATIVE_MEDIUM = '""'


class SpliceRefused(ValueError):
    """The new text could not be proven to differ in the wanted alts only. The message is
    half a sentence that says why."""


def spliced(values: Sequence[str], new: Mapping[str, str | None]) -> list[str]:
    """The values of a text field with new alts, by the keys of their slots (None takes
    the attribute away; '' says "decorative", in the spelling of the tag).

    Proven before it is given: read again, every tag, attribute and word is the same but
    for the wanted alts, and turned round the old values come back. Raises SpliceRefused,
    KeyError for a slot that is not there."""
    found = {slot.key: slot for slot in slots(values)}
    wanted = {key: alt for key, alt in new.items() if found[key].alt != alt}
    written = list(values)
    for slot in sorted((found[key] for key in wanted), key=_order, reverse=True):
        written[slot.delta] = _with(written[slot.delta], slot, wanted[slot.key])
    _prove(values, written, wanted)
    return written


def _order(slot: TextSlot) -> tuple[int, int]:
    return slot.delta, slot.start


def _with(value: str, slot: TextSlot, alt: str | None) -> str:
    tag = _tag_at(value, slot.start)
    old = first(attributes(value, tag)).get("alt")
    if alt is None:
        return value if old is None else _without(value, tag, old)
    if _UNWRITABLE.search(alt):
        raise SpliceRefused("the new text holds a character that cannot be stored")
    said = _DECORATIVE_MEDIUM if slot.tag is Tag.MEDIA and not alt else alt
    if old is None:
        at = slot.start + 1 + len(tag.name)
        return f"{value[:at]} alt={_quoted(said)}{value[at:]}"
    if old.raw is None:
        return f"{value[: old.name_end]}={_quoted(said)}{value[old.name_end :]}"
    at = old.end - len(old.raw)
    quote = "'" if old.raw[:1] == "'" else '"'
    return value[:at] + _quoted(said, quote) + value[old.end :]


def _without(value: str, tag: Mark, old: Attribute) -> str:
    start = old.start
    follows = value[old.end]
    behind_name = start == tag.start + 2 + len(tag.name)
    if value[start - 1].isspace() and (
        behind_name or follows.isspace() or follows == ">"
    ):
        start -= 1
    return value[:start] + value[old.end :]


def _quoted(said: str, quote: str = '"') -> str:
    """`<` and `>` too: Drupal's filter of tags ends a tag at any `>`."""
    escaped = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    inner = escaped.replace(quote, "&quot;" if quote == '"' else "&#39;")
    return quote + inner + quote


def _tag_at(value: str, start: int) -> Mark:
    return next(token for token in scan(value) if token.start == start)


def _prove(
    values: Sequence[str], written: Sequence[str], wanted: Mapping[str, str | None]
) -> None:
    before, after = slots(values), slots(written)
    if [one.key for one in before] != [one.key for one in after]:
        raise SpliceRefused("it would show other pictures than before")
    turned = list(written)
    for old, new in reversed(list(zip(before, after, strict=True))):
        if new.alt != wanted.get(new.key, old.alt):
            raise SpliceRefused("it would not say what was wanted")
        was = _tag_at(values[old.delta], old.start)
        now = _tag_at(written[new.delta], new.start)
        raw = values[old.delta][was.start : was.end]
        if new.key not in wanted and raw != written[new.delta][now.start : now.end]:
            raise SpliceRefused("it would change another tag")
        text = turned[new.delta]
        turned[new.delta] = text[: now.start] + raw + text[now.end :]
    if turned != list(values):
        raise SpliceRefused("it would change more than the texts that were wanted")
