"""Lists of words in the code itself, where they belong to one rule and one language."""

from __future__ import annotations


def listed(text: str) -> frozenset[str]:
    """Words separated by white space, as a set."""
    return frozenset(text.split())
