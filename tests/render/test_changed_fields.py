"""An image whose title alone changed between two moments: no text to mark, in any
format."""

from __future__ import annotations

from altsync.render import html, markdown
from altsync.render.shown import Head, Shown

ONE = Shown(
    "changed", "a/1", "a", "A dog.", "A dog.", fields=(("title", "old", "new"),)
)
HEAD = Head(title="t", site="s", total="1 changed")


def test_markdown_and_html_show_the_field_and_no_text() -> None:
    shown = "".join(markdown.document(HEAD, [ONE]))
    assert "```diff" not in shown
    assert "old" in shown
    page = "".join(html.document(HEAD, [ONE], lambda image: None))
    assert "<del>" not in page
    assert "old" in page
