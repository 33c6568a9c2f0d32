"""When to stop with pages that name a next one for ever."""

from __future__ import annotations

from dataclasses import dataclass

ENOUGH = 3
"""So many pages in a row without anything new end a listing. A real one has at most a
page or two of them, where rows are hidden or were deleted meanwhile."""
MAX_PAGES = 100_000
"""Of one listing, whatever they bring."""


@dataclass(slots=True)
class Barren:
    """Counts the pages of one listing, and those in a row that brought nothing new."""

    pages: int = 0
    row: int = 0

    def ends(self, *, news: bool) -> bool:
        """One more page, which names a next one: is it the last to be asked for?"""
        self.pages += 1
        self.row = 0 if news else self.row + 1
        return self.row >= ENOUGH or self.pages >= MAX_PAGES

    def __str__(self) -> str:
        """Why it was ended."""
        if self.row >= ENOUGH:
            return f"{ENOUGH} pages in a row brought nothing new, and each named a next"
        return f"there were over {MAX_PAGES:,} pages, and each named a next"
