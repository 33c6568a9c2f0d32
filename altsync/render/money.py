"""Amounts of money for people. Pure."""

from __future__ import annotations

UNKNOWN = "unknown"
UNPRICED = "at a price that nobody here knows"
LEAST = 0.0001
"""Dollars: less is not told in digits."""


def money(value: float | None, unknown: int = 0) -> str:
    """US dollars: cents where they say something, more digits for the price of one text.
    None is not known, and is never shown as nothing; of a sum with `unknown` parts only
    the least is known."""
    if value is None or (unknown and value < LEAST):
        return UNKNOWN
    said = f"${value:,.2f}"
    if 0 < value < 0.1:
        said = f"${value:.4f}".rstrip("0")
    if 0 < value < LEAST:
        said = f"less than ${LEAST}"
    if unknown:
        return f"at least {said}"
    return said


def about(value: float | None) -> str:
    """What something will cost, as far as its price is known."""
    if value is None:
        return UNPRICED
    return f"about {money(value)}"


def total(amounts: list[float | None]) -> float | None:
    """The sum of what is known; None where nothing is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known or not amounts else None
