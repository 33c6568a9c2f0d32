"""How the review shows an image: with its picture, or by words alone, for reviewers who
do not see it. It stands in the address, and each verdict keeps which it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from altsync.models import How

WORDS = "words"


@dataclass(frozen=True, slots=True)
class Manner:
    """What the address asks for."""

    words: bool = False
    """First what the page around says, then what the texts claim; the picture only where
    somebody asks for it."""
    asked: bool = False
    """The picture was asked for, of this one image."""

    @property
    def shows(self) -> bool:
        """The picture is shown."""
        return self.asked or not self.words

    @property
    def query(self) -> dict[str, object]:
        """What goes on to the next image."""
        return {"mode": WORDS} if self.words else {}

    @property
    def other(self) -> dict[str, object]:
        """The same of the other manner."""
        return {} if self.words else {"mode": WORDS}


def manner_of(fields: Mapping[str, list[str]]) -> Manner:
    """From an address, or from a form that was served in this manner."""
    words = fields.get("mode", [""])[0] == WORDS
    asked = fields.get("shown", [""])[0] == "1" or how_of(fields) is How.PICTURE
    return Manner(words, words and asked)


def how_of(fields: Mapping[str, list[str]]) -> How | None:
    """What the page of a verdict showed; None where it does not say."""
    try:
        return How(fields.get("how", [""])[0])
    except ValueError:
        return None
