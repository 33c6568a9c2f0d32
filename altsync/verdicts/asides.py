"""What a person may say beside a verdict."""

from __future__ import annotations

from dataclasses import dataclass

from altsync.errors import UsageError
from altsync.models import How
from altsync.reviewers import wrong_name

LONGEST_NOTE = 500
"""Characters of a note. A longer one is refused, never cut."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A note, whom it asks, and what its reviewer was shown; None for what was not said."""

    note: str | None = None
    asked: str | None = None
    """None: anybody."""
    how: How | None = None
    """None: not on a page, so that nobody knows."""


NONE = Aside()


def aside(note: str = "", asked: str = "", how: How | None = None) -> Aside:
    """As somebody typed it, without the blanks around. Raises UsageError for a note that
    is too long, and for a name that nobody can have."""
    said = note.replace("\r\n", "\n").strip()
    if len(said) > LONGEST_NOTE:
        raise UsageError(
            f"The note has {len(said):,} characters; {LONGEST_NOTE} are the most. Shorten"
            " it: nothing was cut."
        )
    name = " ".join(asked.split())
    if name and (wrong := wrong_name(name)):
        raise UsageError(f"The name of whom you ask must {wrong}.")
    return Aside(said or None, name or None, how)
