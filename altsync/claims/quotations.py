"""What stands in the quotation marks of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.claims.lexicon import folded
from altsync.models import Claim, ClaimKind

QUOTED = re.compile(
    r"“([^“”]{1,300})”|„([^„“”]{1,300})[“”]|«([^«»]{1,300})»|»([^«»]{1,300})«"
    r'|"([^"]{1,300})"|「([^「」]{1,300})」|『([^『』]{1,300})』'
    r"|‘([^‘’]{2,300})’(?!\w)|(?<!\w)'([^']{2,300})'(?!\w)"
)
MARK = "“"
"""Stands for a quotation while a text is split."""


def blanked(text: str) -> str:
    """The text with a mark and blanks in the place of each quotation."""
    return QUOTED.sub(lambda one: MARK + " " * (len(one[0]) - 1), text)


def plain(quote: re.Match[str]) -> str:
    """What is quoted, as it is compared."""
    inner = next(filter(None, quote.groups()))
    return " ".join(re.findall(r"\w+", folded(inner)))


def quotes(text: str, signs: set[int]) -> Iterator[Claim]:
    """Each quotation; `signs`: where those begin that a sign is said to have."""
    for found in QUOTED.finditer(text):
        if plain(found):
            about = ("sign",) if found.start() in signs else ()
            yield Claim(ClaimKind.QUOTE, plain(found), found.group(), about)
