"""What still fails, as lines and as JSON. Pure, streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from altsync.models import StillFailing
from altsync.render.status import when
from altsync.render.text import json_list, plain

if TYPE_CHECKING:
    from altsync.documents.seen import FailureItem

_MEANT = {
    "pull": "could not be read",
    "generate": "got no text",
    "push": "could not be sent",
}
_STEP = {
    "pull": "altsync pull, once what the sentence names is mended",
    "generate": "altsync generate",
    "push": "altsync diff, then altsync push",
}
RETRY = "altsync generate --retry-failed, or --fallback MODEL"


def lines(failing: Iterable[StillFailing]) -> Iterator[str]:
    """By stage, the newest first: what happened, and what to do, once for each stage."""
    for stage, found in groupby(failing, key=lambda one: one.stage):
        yield f"{stage}: {_MEANT[stage]}"
        vain = asked = False
        for one in found:
            vain |= one.in_vain
            asked |= not one.in_vain
            yield f"  {when(one.at)}  {plain(one.image)}{_by(one)}"
            yield f"      {plain(one.error)}{_reason(one)}"
        if asked:
            yield f"  Next: {_STEP[stage]}"
        if vain:
            yield f"  Not asked again by itself: {RETRY}"


def _by(one: StillFailing) -> str:
    parts = []
    if one.model:
        parts.append(plain(one.model))
    if one.push is not None:
        parts.append(f"push {one.push}")
    if one.attempt > 1:
        parts.append(f"try {one.attempt}")
    return f"  ({', '.join(parts)})" if parts else ""


def _reason(one: StillFailing) -> str:
    return f' It says: "{plain(one.reason)}"' if one.reason else ""


def document(failing: Iterable[StillFailing]) -> Iterator[str]:
    """A JSON array, one failure a line."""
    return json_list(map(as_dict, failing))


def as_dict(one: StillFailing) -> FailureItem:
    """The stable JSON of one failure."""
    return {
        "image": one.image,
        "stage": one.stage,
        "model": one.model,
        "error": one.error,
        "reason": one.reason,
        "attempt": one.attempt,
        "in_vain": one.in_vain,
        "push": one.push,
        "at": one.at,
    }
