"""Of the images that one file fills those that a page shows at one place. Pure.

What tells them apart is the page that an image calls its own, the text that is shown, the
page's language and, of equal pictures in one text, their order. An embedded medium keeps
no uuid on the page (778): it is told from the medium's other places by its text alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from altsync.derivatives import files_of
from altsync.models import PageContent, PictureKind, Placed, Tag, same_text
from altsync.store.picture_files import FileSlot, path_at

BESIDE = 200
"""Pictures of a page that one of them is compared with."""


def narrowed(
    slots: Sequence[FileSlot], placed: Placed, page: PageContent
) -> Sequence[FileSlot]:
    """Of the images that one file fills those that the page shows.

    1. Images in texts of this page are told apart by their order, else as those that are
       no embedded medium are: by `_by_page_and_text`.
    2. A medium embedded in a text of this page may have a text of its own, and that is
       shown.
    3. With the medium's image those media in texts of this page that show its text. Where
       nothing says what is shown, it may also be an old text of an embedded medium whose
       own the page shows nowhere.
    """
    embeds = [slot for slot in slots if slot.tag is Tag.MEDIA]
    others = [slot for slot in slots if slot.tag is not Tag.MEDIA]
    overrides = [slot for slot in embeds if not slot.inherits]
    said = _by_page_and_text(_said(overrides, placed), placed, page)
    found = _in_order(others, placed, page)
    if not found:
        found = _by_page_and_text(_unnamed(others, placed, page), placed, page)
    if said and not _said(found, placed):
        return said
    return [*found, *said, *_embedded(embeds, found, placed, page)]


def _embedded(
    embeds: Sequence[FileSlot],
    found: Sequence[FileSlot],
    placed: Placed,
    page: PageContent,
) -> Iterator[FileSlot]:
    """The embedded media that the picture may be, beside what was found."""
    here = [slot for slot in embeds if is_of(slot, page)]
    media = {slot.entity for slot in found}
    known = bool(_said(found, placed))
    for slot in here if found else here or embeds:
        if slot.inherits:
            may_be = not found or slot.medium in media
        else:
            may_be = not known and not _shown_elsewhere([slot], placed, page)
        if may_be:
            yield slot


def _unnamed(
    slots: Sequence[FileSlot], placed: Placed, page: PageContent
) -> Sequence[FileSlot]:
    """Without the images of texts that another element of the page names by their uuid;
    without those of other pages, where there are images of this one or of fields."""
    named = {one.uuid for one in page.pictures if one.uuid}
    if not placed.uuid:
        slots = [slot for slot in slots if slot.tag is None or slot.uuid not in named]
    near = [slot for slot in slots if slot.tag is None or is_of(slot, page)]
    if _said(near, placed) or not _said(slots, placed):
        return near or slots
    return slots


def _in_order(
    slots: Sequence[FileSlot], placed: Placed, page: PageContent
) -> Sequence[FileSlot]:
    """Of equal pictures in one text of this page the one at this place, where the page
    shows as many as the text has; none where something else may stand there too."""
    if not placed.uuid and any(slot.tag is None for slot in slots):
        return []
    here = [slot for slot in slots if is_of(slot, page)]
    if len({slot.equals for slot in here}) != 1:
        return []
    alike = _alike(placed, page)
    if len(alike) != len(here):
        return []
    in_order = sorted(here, key=lambda slot: slot.nth)
    at = next((n for n, one in enumerate(alike) if one is placed), 0)
    return [in_order[at]]


def _alike(placed: Placed, page: PageContent) -> list[Placed]:
    """The pictures of the page that are shown by the same tag, as far as it says."""
    return [one for one in page.pictures if _is_alike(one, placed)]


def _is_alike(one: Placed, other: Placed) -> bool:
    """The same tag, as far as the page says."""
    if one is other:
        return True
    same = not set(paths_of(one.addresses)).isdisjoint(paths_of(other.addresses))
    named = one.uuid == other.uuid and (same or bool(one.uuid))
    return named and one.kind is other.kind is PictureKind.IMG


def _by_page_and_text(
    slots: Sequence[FileSlot], placed: Placed, page: PageContent
) -> Sequence[FileSlot]:
    """A step that would leave none says nothing.

    1. The page: an image that names it as its own is what stands there, whatever its
       text; but where the page shows that image with its text at another place, and here
       the very text of another image, it is that one (a field, and a medium with the
       same file in the body).
    2. The text picks the item, in whichever of its languages: a medium without a
       translation stands on every page in its own.
    3. The language picks the translation, even where the page shows the text of another
       one: that is what `verify` is to find.
    4. The text, among several of one item. Not before: it may be an old one of the right
       image, and by chance that of a wrong one.
    """
    said = _said(slots, placed)
    here = [slot for slot in slots if is_of(slot, page)]
    if not said or _common(said, here) or not _shown_elsewhere(here, placed, page):
        slots = here or slots
    items = {slot.item for slot in _common(slots, said)}
    slots = [slot for slot in slots if slot.item in items] or slots
    slots = _in_language(slots, placed.use.language or page.language) or slots
    return _common(slots, said) or slots


def is_of(slot: FileSlot, page: PageContent) -> bool:
    """The image names this page as its own."""
    return bool(slot.page_url) and path_at(slot.page_url or "") == path_at(page.url)


def _said(slots: Iterable[FileSlot], placed: Placed) -> list[FileSlot]:
    """Those that have the text which is shown."""
    return [slot for slot in slots if same_text(slot.alt, placed.use.alt)]


def _in_language(slots: Iterable[FileSlot], tag: str) -> list[FileSlot]:
    """In this very language, else in another variety of it."""
    every = [(slot, (slot.language or "").lower()) for slot in slots]
    exact = [slot for slot, language in every if language == tag.lower()]
    main = tag.lower().partition("-")[0]
    return exact or [slot for slot, other in every if other.partition("-")[0] == main]


def _common(some: Iterable[FileSlot], others: Sequence[FileSlot]) -> list[FileSlot]:
    return [slot for slot in some if slot in others]


def _shown_elsewhere(
    slots: Sequence[FileSlot], placed: Placed, page: PageContent
) -> bool:
    """Another picture of the page has the same file and the text of one of these."""
    paths = set(paths_of(placed.addresses))
    return any(
        same_text(slot.alt, other.use.alt)
        for other in page.pictures[:BESIDE]
        if other is not placed and not paths.isdisjoint(paths_of(other.addresses))
        for slot in slots
    )


def paths_of(addresses: Iterable[str]) -> Iterator[str]:
    """The paths of the files that any of the addresses may show, each once."""
    return once(path for address in addresses for path in files_of(address))


def once(items: Iterable[str]) -> Iterator[str]:
    """In their order, each at its first place."""
    seen: set[str] = set()
    for item in items:
        if item not in seen:
            seen.add(item)
            yield item
