"""What an owner wants of every text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Banned:
    """A word that the house does not use."""

    word: str
    """Or a few words, as they are written; capitals do not count."""
    better: str = ""
    """What the house says in its place."""
