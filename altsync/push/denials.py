"""What the site does not let this login change, and which types are not asked further.

A refusal is about one type or one item, so the rest goes on. Where the first few of a
type were all refused in the same words and none was let through, the others of it would
fare no better: they wait.
"""

from __future__ import annotations

import dataclasses
import threading
from dataclasses import dataclass, field

from altsync.errors import NotAllowed
from altsync.models import Denied
from altsync.planning import Batch

ENOUGH = 3
"""So many items of a type that were refused in a row in the same words, and none let
through: it is not asked further."""
AGAIN = 8
"""The 8th, 16th, 32nd ... that waits is asked all the same: a permission may go by the
owner of an item, or by the page that a paragraph stands on."""


def type_of(entity: str) -> str:
    """`media--image/UUID` -> `media--image`."""
    return entity.partition("/")[0]


@dataclass(slots=True)
class _Type:
    """One type, as this run met it."""

    said: tuple[str, str] = ("", "")
    """What the last refusal said is missing, and to do about it."""
    refused: set[str] = field(default_factory=set)
    """The entities that were refused in a row, in these words."""
    let: bool = False
    """One was let through: it is never closed."""
    waiting: int = 0
    """Entities that came while it was closed."""

    @property
    def closed(self) -> bool:
        return not self.let and len(self.refused) >= ENOUGH

    def refuse(self, entity: str, error: NotAllowed) -> None:
        """One more, unless it is closed."""
        if self.closed:
            return
        said = error.needed, error.grant
        if self.said != said:
            self.said, self.refused = said, set()
        self.refused.add(entity)


class Denials:
    """The refusals of one push. From any thread."""

    def __init__(self) -> None:
        self._types: dict[str, _Type] = {}
        self._told: dict[tuple[str, str, str], Denied] = {}
        self._lock = threading.Lock()

    def refused(self, entity: str, images: list[str], error: NotAllowed) -> bool:
        """The site refused to change this entity. True where nothing like it was said
        of its type before."""
        kind = type_of(entity)
        with self._lock:
            if not error.alone:
                self._types.setdefault(kind, _Type()).refuse(entity, error)
            key = kind, error.needed, error.grant
            is_new = key not in self._told
            if is_new:
                self._told[key] = Denied(kind, error.needed, error.grant, images[0], 0)
            self._add(key, len(images))
            return is_new

    def _add(self, key: tuple[str, str, str], images: int) -> None:
        told = self._told[key]
        self._told[key] = dataclasses.replace(told, images=told.images + images)

    def let_through(self, entity: str) -> None:
        """The site took a change of this entity: its type is open, for good."""
        with self._lock:
            self._types.setdefault(type_of(entity), _Type()).let = True

    def is_closed(self, entity: str) -> bool:
        """Its type is not asked further."""
        with self._lock:
            known = self._types.get(type_of(entity))
            return known is not None and known.closed

    def holds(self, entity: str) -> bool:
        """Whether this entity is not asked: its type is closed, and it is not its turn."""
        with self._lock:
            known = self._types.get(type_of(entity))
            if known is None or not known.closed:
                return False
            known.waiting += 1
            turn = known.waiting
            return turn < AGAIN or turn & (turn - 1) != 0

    def wait(self, batch: Batch) -> int:
        """Count a batch that was held back to the end. How many images that is."""
        kind, number = type_of(batch.entity), len(batch.changes)
        with self._lock:
            self._add((kind, *self._types[kind].said), number)
        return number

    def told(self) -> tuple[Denied, ...]:
        """What was denied, in groups of one type and one reason."""
        with self._lock:
            return tuple(self._told.values())
