"""Pictures that a page has twice: for visitors with scripts and for those without."""

from __future__ import annotations

from collections.abc import Sequence

from altsync.uses import files
from altsync.uses.pictured import Found


def each_once(pictures: Sequence[Found]) -> list[Found]:
    """Without what a `noscript` repeats, without the pixels that count visitors there,
    and without elements that show no picture. A picture that only says which script will
    fill it has the address of its fallback."""
    kept: list[Found] = []
    for number, found in enumerate(pictures):
        if not found.spot.fallback:
            kept.append(found)
            continue
        twin = _twin(pictures, number)
        if twin is None and not _is_pixel(found):
            kept.append(found)
        elif twin is not None and _is_empty(twin):
            twin.addresses = found.addresses
    return [found for found in kept if found.addresses or found.uuid]


def _twin(pictures: Sequence[Found], number: int) -> Found | None:
    """The picture whose fallback one is: that before it, or that after it."""
    own = pictures[number]
    for beside in (number - 1, number + 1):
        if not 0 <= beside < len(pictures):
            continue
        other = pictures[beside]
        if other.spot.fallback or other.kind is not own.kind:
            continue
        same = (files.is_same(one, other.addresses) for one in own.addresses[:1])
        if _is_empty(other) or any(same):
            return other
    return None


def _is_empty(found: Found) -> bool:
    return not found.addresses or found.addresses[0].startswith("data:")


def _is_pixel(found: Found) -> bool:
    return found.width in (0, 1) and found.height in (0, 1)
