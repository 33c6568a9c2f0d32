"""Where the manual is: a wheel has none of it, so messages name addresses.

`SITE` is the one place that says which site that is; `[project.urls]` in pyproject.toml
says the same (a test). It is a name that nobody can register: whoever publishes altsync
writes their own there, and `.ci/built.py --release` refuses until that is done.
"""

from __future__ import annotations

from enum import StrEnum

SITE = "https://altsync.example/"


class Page(StrEnum):
    """A page that messages name: its file below docs/, without .md."""

    ALBUM = "how-to/album"
    DRUPAL = "how-to/drupal"
    HOSTING = "how-to/hosting"


def address(page: Page, paragraph: str = "") -> str:
    """The address of a page of the manual, or of one of its paragraphs."""
    anchor = f"#{paragraph}" if paragraph else ""
    return f"{SITE}{page}.html{anchor}"
