"""A name that nobody knows, and the known one that was meant: "Did you mean …?".

Pure. The one place that guesses; commands, settings, albums and models ask it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from heapq import nlargest
from itertools import takewhile

LISTED = 8
"""So many known names are listed where none is near."""
CLOSE = 0.6
"""As difflib counts: 0 for nothing in common, 1 for the same."""
COMPARED = 200
"""Only so many, which begin and end most like the name, are held against it letter by
letter."""


def nearest(name: str, known: Iterable[str], most: int = 1) -> list[str]:
    """The known names that were most likely meant, the likeliest first; [] where none
    is near. Capitals do not count."""
    wanted = name.casefold()
    folded: dict[str, list[str]] = {}
    for one in dict.fromkeys(known):
        folded.setdefault(one.casefold(), []).append(one)
    alike = nlargest(COMPARED, folded, key=lambda one: _shared(wanted, one))
    close = difflib.get_close_matches(wanted, alike, most, CLOSE)
    longer = sorted((one for one in folded if wanted and wanted in one), key=len)
    found = dict.fromkeys([*close, *longer])
    return [one for near in found for one in folded[near]][:most]


def _shared(one: str, other: str) -> int:
    """So many characters are the same from the beginning, and from the end."""
    ends = (zip(one, other, strict=False), zip(one[::-1], other[::-1], strict=False))
    return sum(1 for pairs in ends for _ in takewhile(_same, pairs))


def _same(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def did_you_mean(
    name: str, known: Iterable[str], shown: Callable[[str], str] = "`{}`".format
) -> str:
    """A sentence to stand behind "there is no such …": the name that was meant, else
    the known ones; '' where nothing is known. `shown`: how the one is written."""
    names = list(dict.fromkeys(known))
    for near in nearest(name, names):
        return f"Did you mean {shown(near)}?"
    return _listed(names)


def _listed(names: Sequence[str]) -> str:
    if not names:
        return ""
    more = len(names) - LISTED
    rest = f" and {more:,} more" if more > 0 else ""
    return f"Known: {', '.join(names[:LISTED])}{rest}."
