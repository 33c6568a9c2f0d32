"""The formatted texts of a PATCH. Pure: texts as read in, texts to send out.

A text field that is sent is replaced whole. What is left out of it is wiped: without its
format every visitor reads the source (445-447), without its summary that is gone (449),
without a value the whole text is (456, 457, 912). So `value`, `format` and, where it is
there, `summary` go back exactly as read, a list with every text in it (863), and nothing
differs but the alts that were asked for. `processed` never goes (453).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from altsync.errors import NotThere, PartRefused, Rejected, SourceError
from altsync.models import Flat
from altsync.render.text import count, quoted
from altsync.sources.jsonapi.document import listed
from altsync.sources.jsonapi.guards import is_guarded
from altsync.sources.jsonapi.in_text import FormattedText
from altsync.sources.jsonapi.says import see
from altsync.texts import SpliceRefused, spliced

if TYPE_CHECKING:
    from altsync.sources.jsonapi.shape import Item

NEEDED = {"value", "format"}
KNOWN = {*NEEDED, "summary", "processed"}
AROUND = 40
"""Characters shown on either side of where two texts part."""


def texts(
    item: Item, old: Mapping[str, Flat], new: Mapping[str, Flat]
) -> dict[str, Any]:
    """Attribute -> what to send, for every text in which an alt differs. Raises
    PartRefused for the images of texts that cannot be sent: one slot that cannot be
    written keeps its whole text back, for nothing of a text is sent in part."""
    made: dict[str, Any] = {}
    refused: dict[str, SourceError] = {}
    for field, images in images_by_text(item, new).items():
        changed = [one for one in images if _edited(new[one]) != _edited(old.get(one))]
        try:
            if changed:
                flats = _by_key(item, field, changed, old, new)
                made[field] = to_send(here(item, field), item.texts[field], flats)
        except (Rejected, NotThere) as error:
            refused |= dict.fromkeys(images, error)
    if refused:
        raise PartRefused(refused)
    return made


def images_by_text(item: Item, ids: Iterable[str]) -> dict[str, list[str]]:
    """Text field -> those of the images that stand in it, of fields with any."""
    asked = set(ids)
    found = {
        field: [one.id for one in text.images if one.id in asked]
        for field, text in item.texts.items()
    }
    return {field: images for field, images in found.items() if images}


def here(item: Item, field: str) -> str:
    """What a text is called in messages."""
    return f"{item.schema.kind} {item.number}: {field}"


def _by_key(
    item: Item,
    field: str,
    changed: Iterable[str],
    old: Mapping[str, Flat],
    new: Mapping[str, Flat],
) -> dict[str, Flat]:
    """Key of a slot -> its new document. Raises Rejected where more than the alt differs."""
    if field in item.schema.read_only:
        raise Rejected(
            f"{here(item, field)}: jsonapi.read_only in altsync.toml names this text, so"
            f" it is not written. {see('read-only-fields')}"
        )
    if not is_guarded(item):
        raise Rejected(
            f"{here(item, field)}: the site shows no date nor revision of this item that"
            " would have it refuse the write if somebody saved it a moment before, and a"
            " whole text of theirs could be lost. Show `changed` in JSON:API Extras, or"
            f" write the alt text in Drupal's form. {see('writing-texts')}"
        )
    keys = {one.id: one.slot.key for one in item.texts[field].images}
    for image in changed:
        if image not in old:
            raise NotThere(f"{image} is not on the site any more.")
        if {**_edited(new[image]), "alt": None} != {**_edited(old[image]), "alt": None}:
            raise Rejected(
                f"{image}: altsync writes the alt of a picture in a text, and nothing else"
                " of it."
            )
    return {keys[image]: new[image] for image in changed}


def _edited(flat: Flat | None) -> Mapping[str, Any]:
    """A document without how its alt is written."""
    return {key: value for key, value in (flat or {}).items() if key != "spelled"}


def to_send(name: str, text: FormattedText, new: Mapping[str, Flat]) -> Any:
    """The attribute that gives the slots of a text field the alts of these documents, by
    their keys, spelled as they say. `name` is its name in messages.

    Raises Rejected where that cannot be proven to change the alts alone, or where the
    attribute is not what a text field shows; NotThere for a slot that is not in it.
    """
    if not all(map(_is_text, text.values)):
        raise Rejected(
            f"{name} does not show a value and a format for each of its texts, so it is"
            f" not written: what is left out of a text is lost. {see('writing-texts')}"
        )
    try:
        alts = {key: flat["alt"] for key, flat in new.items()}
        kept = {key: flat["spelled"] for key, flat in new.items() if "spelled" in flat}
        values = spliced(text.html, alts, kept)
    except SpliceRefused as error:
        raise Rejected(
            f"{name} was not sent: {error}. None of its alt texts was changed; write them"
            f" in Drupal's form. {see('writing-texts')}"
        ) from None
    except KeyError:
        raise NotThere(f"{name} does not show the picture any more.") from None
    sent = [
        _with(read, before, after)
        for read, before, after in zip(text.values, text.html, values, strict=True)
    ]
    made = sent if text.many else sent[0]
    check_whole(list(text.values) if text.many else text.values[0], made)
    return made


def _with(read: Mapping[str, Any], before: str, after: str) -> dict[str, Any]:
    """A text as read, but for `processed`, with its new value where that changed: what
    visitors are shown as letters is '' in `before`, and stays."""
    kept = {key: value for key, value in read.items() if key != "processed"}
    return kept if before == after else {**kept, "value": after}


def check_whole(read: Any, sent: Any) -> None:
    """Raise ValueError for a text that lacks anything of what was read, or has more.

    The last look before a text leaves: whatever was built above, nothing that wipes one
    can be sent.
    """
    before, after = listed(read), listed(sent)
    same_form = isinstance(read, list) is isinstance(sent, list)
    if not same_form or not before or len(before) != len(after):
        raise ValueError("Not all texts of the field go back: it is not sent.")
    if not all(map(_goes_back_whole, before, after)):
        raise ValueError("A text would lose a part of itself: it is not sent.")


def _goes_back_whole(read: Any, sent: Any) -> bool:
    if not _is_text(read) or not _is_text(sent):
        return False
    kept = {key: read[key] for key in read.keys() - {"value", "processed"}}
    return kept == {key: sent[key] for key in sent.keys() - {"value"}}


def _is_text(text: Any) -> bool:
    """A value and a format; of a value without a format visitors see the letters, so it
    holds no picture, and may stand beside one that does."""
    return (
        isinstance(text, dict)
        and NEEDED <= text.keys() <= KNOWN
        and isinstance(text["value"], str)
        and isinstance(text["format"], str | None)
        and isinstance(text.get("summary"), str | None)
    )


def rewritten(name: str, sent: Any, came: Any) -> str:
    """How the text that the site answered with differs from the one that was sent, in
    words; '' where it does not, to the byte."""
    shown = [one for one in listed(came) if isinstance(one, dict)]
    if len(shown) != len(listed(sent)):
        were = count(len(listed(sent)), "text")
        return f"{name}: {were} sent, {len(shown)} came."
    for one, text in zip(listed(sent), shown, strict=True):
        for key in sorted(one.keys() | text.keys() - {"processed"}):
            if key not in text or key not in one or one[key] != text[key]:
                return f"{name}: {_parted(key, one.get(key), text.get(key))}"
    return ""


def _parted(key: str, sent: Any, came: Any) -> str:
    """Where two values part, and what stands there."""
    if not isinstance(sent, str) or not isinstance(came, str):
        return f"the {key} sent was {_shown(sent)}, and {_shown(came)} came."
    at = next(
        (n for n, (a, b) in enumerate(zip(sent, came, strict=False)) if a != b),
        min(len(sent), len(came)),
    )
    here = slice(max(0, at - AROUND), at + AROUND)
    return (
        f"from character {at:,} on, the {key} sent had {quoted(sent[here])}, and"
        f" {quoted(came[here])} came."
    )


def _shown(value: Any) -> str:
    return quoted(None if value is None else str(value)[: 2 * AROUND])
