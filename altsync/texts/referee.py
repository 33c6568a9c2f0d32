"""Which tags are elements, where only a tree can tell.

A browser's tokenizer asks its tree whether `<style>`, `<title>` or CDATA hold letters
only: not so in an svg or a formula. Where a text has none of these (nearly always) the
scanner is right by itself; the tests hold it against two parsers. In CDATA outside of
an svg browsers find pictures that Drupal's own parser does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from altsync.models import Tag

if TYPE_CHECKING:
    from justhtml import Node

_ASKED = re.compile(
    r"<(?:(?:svg|math|select|template)[\t\n\f\r />]|!\[CDATA\[)",
    re.ASCII | re.IGNORECASE,
)

_SHOWING = (*Tag, "image")
"""The tree leaves an `<image>` of HTML its name where it stands right in a `<desc>` or
`<mi>`; browsers do not."""


def needs_referee(text: str) -> bool:
    """Does it hold what only a tree can judge?"""
    return bool(_ASKED.search(text))


def elements(text: str) -> frozenset[int]:
    """At which offsets elements of HTML stand that may be pictures."""
    from justhtml import JustHTML

    tree = JustHTML(text, fragment=True, track_node_locations=True, sanitize=False)
    return frozenset(_offsets(tree.root))


def _offsets(root: Node) -> Iterator[int]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.children or ())
        offset = node.origin_offset
        is_html = node.namespace == "html"
        if is_html and node.name in _SHOWING and offset is not None:
            yield offset
