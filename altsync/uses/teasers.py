"""Which pieces of a page lead to another one.

A teaser is short and has words, and its first heading, or a link that holds all of it,
leads to another page; where its class calls it one, any link of it, and in an item of a
list the picture's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from altsync.uses import files
from altsync.uses.spots import Section
from altsync.uses.walking import Block

_MOST = 1_000
"""Characters of a teaser; a longer piece is an article of its own."""


class Teasers:
    """Of one walked page."""

    def __init__(self, url: str, blocks: Sequence[Block]) -> None:
        self._page = url.partition("#")[0]
        lengths = (0 if block.spot.caption else len(block.text) for block in blocks)
        self._said = list(accumulate(lengths, initial=0))
        self._known: dict[int, Section | None] = {}

    def around(self, section: Section | None) -> Section | None:
        """The innermost teaser that a section is, or is in."""
        passed: list[Section] = []
        while section is not None and id(section) not in self._known:
            passed.append(section)
            if self._leads_on(section):
                break
            section = section.outer
        found = section if section in passed else self._known.get(id(section))
        self._known |= dict.fromkeys(map(id, passed), found)
        return found

    def words_between(self, first: int, last: int) -> int:
        """Characters of the blocks from one to before another, captions left out."""
        return self._said[last] - self._said[first]

    def _leads_on(self, section: Section) -> bool:
        if section.whole or section.kind == "section":
            return False
        ways = [section.lead]
        if section.kind != "article":
            ways.append(section.pictured)
        if section.kind == "teaser":
            ways.append(section.onward)
        if not any(map(self._is_elsewhere, ways)):
            return False
        return 0 < self.words_between(section.first, section.last) <= _MOST

    def _is_elsewhere(self, address: str) -> bool:
        if not address or files.is_picture_file(address):
            return False
        return address.partition("#")[0] != self._page
