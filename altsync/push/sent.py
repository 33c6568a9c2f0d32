"""What becomes of one image, and what a batch is made of on its way to the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from altsync.errors import AltsyncError, ChangedMeanwhile, NotThere, SourceError
from altsync.models import Change, Flat, PushStatus
from altsync.push.reading import changed
from altsync.store.journal import Intent


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one image."""

    image: str
    status: PushStatus | None
    """None: skipped, the verdict was taken back meanwhile."""
    why: str = ""
    stops: AltsyncError | None = None
    """No other image can fare better."""
    by_itself: bool = False
    """A failure that says nothing about the next image: a draft is in the way of this
    one, or the owner stopped."""
    waits: bool = False
    """Skipped: an earlier PATCH of its entity is not settled."""
    held: bool = False
    """Skipped: its type is not asked further, for want of a permission."""
    denied: bool = False
    """Refused for want of a permission. `why` is empty where it was said before."""
    mangled: str = ""
    """Applied, but the site changed the text: how. `why` has both texts then."""
    overtook: str = ""
    """Applied over somebody's save that nothing could guard: what they wrote."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A change that has passed its test, and is journalled."""

    item: int
    change: Change
    new: Flat
    """The whole document as it shall be."""


def unread(error: SourceError) -> PushStatus:
    """What becomes of a change whose image could not be read just before."""
    if isinstance(error, NotThere | ChangedMeanwhile):
        return PushStatus.CONFLICT
    return PushStatus.FAILED


def vanished(image: str) -> Sent:
    """No journal row: the journal knows only images of the mirror."""
    why = "it is not in the mirror any more. Nothing was sent; run `altsync pull`."
    return Sent(image, PushStatus.FAILED, why)


def intent_of(ready: Ready) -> Intent:
    change = ready.change
    return Intent(
        id=ready.item,
        image=change.image,
        candidate=change.candidate,
        patch=change.patch,
        origin=change.origin,
        reverts=change.reverts,
    )


def old_texts(change: Change) -> dict[str, str | None]:
    return {name: was for name, (was, _) in changed(change.patch).items()}


def message_of(changes: Sequence[Change], push_id: int) -> str:
    """For the site's revision log, where it has one."""
    images = f"{len(changes)} image{'s' * (len(changes) != 1)}"
    if any(change.reverts is not None for change in changes):
        return f"altsync: takes back the alt text of {images}, run {push_id}"
    models = sorted({change.model for change in changes if change.model})
    by = f", model {', '.join(models)}" if models else ""
    return f"altsync: alt text for {images}{by}, run {push_id}"
