"""One alt in a text, and not a byte beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class SpliceRefused(ValueError):
    """The new text could not be proven to differ in the wanted alts only. The message is
    half a sentence that says why."""


def spliced(values: Sequence[str], new: Mapping[str, str | None]) -> list[str]:
    """The values of a text field with new alts, by the keys of their slots (None takes
    the attribute away; '' says "decorative", in the spelling of the tag).

    Proven before it is given: read again, every tag, attribute and word is the same but
    for the wanted alts, and turned round the old values come back. Raises SpliceRefused,
    KeyError for a slot that is not there."""
    raise NotImplementedError
