"""The main text of a page, as trafilatura finds it."""

from __future__ import annotations

from typing import Any

DEEPEST = 200
"""Elements within each other that the extractor is given: it walks by recursion."""


def main_text(root: Any) -> str:
    """The page's main text without its markup; '' where none was found. The tree may be
    changed."""
    import trafilatura

    if _is_deeper(root, DEEPEST):
        return ""
    return (
        trafilatura.extract(
            root,
            fast=True,
            include_comments=False,
            include_formatting=False,
            favor_recall=True,
        )
        or ""
    )


def _is_deeper(root: Any, most: int) -> bool:
    return bool(root.xpath("boolean(" + "/*" * most + ")"))
