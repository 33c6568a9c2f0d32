"""The main text of a page, as trafilatura finds it."""

from __future__ import annotations

from typing import Any

DEEPEST = 200
"""Elements within each other that the extractor is given: it walks by recursion."""
LONGEST = 1_000_000
"""Bytes of HTML that it is given."""
_NO_CONTENT = (
    *("script", "style", "noscript", "template", "svg", "iframe", "canvas", "object"),
    *("nav", "aside", "select", "textarea"),
)


def main_text(root: Any) -> str:
    """The text of the page's content without its markup; '' where none was found, or
    where the page is too large or deep for the extractor. Takes from the tree what is no
    content."""
    import trafilatura
    from lxml import etree

    etree.strip_elements(root, *_NO_CONTENT, with_tail=False)
    main = _main(root)
    if main.xpath("boolean(." + "/*" * DEEPEST + ")"):
        return ""
    html = etree.tostring(main, encoding="unicode", method="html", with_tail=False)
    if len(html) > LONGEST:
        return ""
    try:
        found = trafilatura.extract(
            f"<html><body>{html}</body></html>",
            fast=True,
            include_comments=False,
            include_formatting=False,
            favor_recall=True,
        )
    except Exception:  # a page may be odder than the extractor thinks
        return ""
    return found or ""


def _main(root: Any) -> Any:
    """The page's `main`; all of it where it has none or several."""
    mains = root.xpath("//main | //*[@role='main']")
    outermost = [
        node for node in mains if next(node.iterancestors("main"), None) is None
    ]
    return outermost[0] if len(outermost) == 1 else root
