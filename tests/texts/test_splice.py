"""One alt changes, and not a byte beside it."""

from __future__ import annotations

import pytest

from altsync.texts import SpliceRefused, slots, spliced

UUID = "6f2c0000-0000-4000-8000-000000000001"


def changed(text: str, alt: str | None) -> str:
    return spliced([text], {slots([text])[0].key: alt})[0]


@pytest.mark.parametrize(
    ("before", "alt", "after"),
    [
        ("<p>x<img src=a>\r\n", "k", '<p>x<img alt="k" src=a>\r\n'),
        ("<img/src=a/>", "k", '<img alt="k"/src=a/>'),
        ("<IMG SRC=a ALT=x>", 'a "b" & c', '<IMG SRC=a ALT="a &quot;b&quot; &amp; c">'),
        ("<img src=a alt='x'>", "it's > <", "<img src=a alt='it&#39;s &gt; &lt;'>"),
        ("<img alt src=a>", "k", '<img alt="k" src=a>'),
        ("<img src=a alt=>", "k", '<img src=a alt="k">'),
        ("<img src=a alt=x alt=y>", "k", '<img src=a alt="k" alt=y>'),
        ('<img alt="k" src=a>', None, "<img src=a>"),
        ('<img alt="k"/src=a/>', None, "<img/src=a/>"),
        ("<img src=a>", None, "<img src=a>"),
        ("<img src=a alt='&amp;'>", "&", "<img src=a alt='&amp;'>"),
        (
            f"<drupal-media data-entity-uuid={UUID}>",
            "",
            f'<drupal-media alt="&quot;&quot;" data-entity-uuid={UUID}>',
        ),
    ],
)
def test_what_is_written(before: str, alt: str | None, after: str) -> None:
    assert changed(before, alt) == after


@pytest.mark.parametrize("alt", ["a\0b", "a\ud800"])
def test_what_no_text_can_hold_is_refused(alt: str) -> None:
    with pytest.raises(SpliceRefused, match="cannot be stored"):
        changed("<img src=a>", alt)


def test_a_slot_that_is_not_there() -> None:
    with pytest.raises(KeyError, match="src-0"):
        spliced(["<img src=a>"], {"src-0": "k"})
