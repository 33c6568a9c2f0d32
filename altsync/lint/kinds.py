"""What kind of picture a text says that it is of: made to be read, such as a chart or a
screenshot, by the first words in 25 languages (`lists/complex.toml`). Pure.

What a person wrote of a chart is the account that there is of it: longer than what is said
of a photo, and about numbers.
"""

from __future__ import annotations

import re
from functools import cache

from altsync.lint.text import Seen
from altsync.wordlists import listed, tables

_START = 40
"""Characters in which a text says what it is of."""
_UNSPACED = ("ja", "zh", "ko")


def is_of_a_chart(seen: Seen) -> bool:
    """Whether the first words call the picture a chart of data."""
    return _named("charts").search(seen.low, 0, _START) is not None


def is_made_to_be_read(seen: Seen) -> bool:
    """Whether the first words call it a chart, a map, a figure, a screenshot."""
    return (
        is_of_a_chart(seen) or _named("others").search(seen.low, 0, _START) is not None
    )


@cache
def _named(key: str) -> re.Pattern[str]:
    found = tables("altsync.lint.lists", "complex.toml")
    whole = [
        re.escape(one).replace(r"\*", r"\w*")
        for name, table in found.items()
        if name not in _UNSPACED
        for one in listed(table[key])
    ]
    inside = [one for name in _UNSPACED for one in listed(found[name][key])]
    return re.compile(rf"(?<!\w)(?:{'|'.join(whole)})(?!\w)|{'|'.join(inside)}")
