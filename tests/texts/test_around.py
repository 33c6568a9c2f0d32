"""What stands around a picture, as a reader of the text meets it."""

from __future__ import annotations

import pytest

from altsync.texts import TextSlot, slots
from altsync.texts.around import words_of
from altsync.texts.words import AROUND, SHORT

PICTURE = "<img src=a>"


def of(text: str) -> TextSlot:
    return slots([text.replace("{}", PICTURE)])[0]


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("{}", None, None),
        ("a {} b", "a", "b"),
        ("a{}b", "a", "b"),
        ("k<b>it</b>e{}k<!-- x -->i<wbr>te", "kite", "kite"),
        ("<p>one</p><p>two</p>{}<li>three<li>four", "one two", "three four"),
        ("a<br>b{}c<hr>d", "a b", "c d"),
        ("&lt;b&gt; &amp;copy{}&copy 1&nbsp;\r\n 2", "<b> &copy", "© 1 2"),
        ("a<script>x</script><style>y</style>b{}<title>z</title>c", "ab", "c"),
        ("a<img src=b alt=words>b{}c<img src=c title=words>d", "a b", "c d"),
        ("a<template>x</template>{}", "a", None),
        ("{}a <a href='", None, "a"),
        ("a\u200b\0b{}\ud800c", "ab", "c"),
    ],
)
def test_words(text: str, before: str | None, after: str | None) -> None:
    slot = next(one for one in slots([text.replace("{}", PICTURE)]) if one.src == "a")
    assert (slot.before, slot.after) == (before, after)


def test_no_more_words_are_kept_than_a_place_needs() -> None:
    one = "<p>" + "far " * 500 + "</p>" + "<p>near</p>" * 3
    slot = of(one + "{}" + one)
    assert slot.before is not None
    assert slot.before.startswith("…far")
    assert slot.before.endswith("far near near near")
    assert slot.after is not None
    assert slot.after.endswith("far…")
    assert AROUND - 5 < len(slot.before) <= AROUND
    assert AROUND - 5 < len(slot.after) <= AROUND


def test_words_are_the_same_with_or_without_pictures_between_them() -> None:
    words = "".join(f"<p>word{number}</p>" for number in range(200))
    first, *_, last = slots(
        [f"{PICTURE}{words}<img src=b><p>end</p>{words}<img src=c>"]
    )
    alone = of("{}" + words + "<p>end</p>" + words)
    assert first.after == alone.after
    alone = of(words + "<p>end</p>" + words + "{}")
    assert last.before == alone.before


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("{}<h2>later</h2>", None),
        ("<h2>A <i>k</i>ite</h2><p>x{}", "A kite"),
        ("<h1>one</h1><h3>two</h3>{}", "two"),
        ("<h2>one</h2><h2> </h2>{}", "one"),
        ("<h2>its {} own</h2>", "its own"),
        ("<h2>open{}<h3>next", "open"),
        ("<h2>" + "long " * 100 + "</h2>{}", ("long " * 100)[: SHORT - 6] + "…"),
    ],
)
def test_the_nearest_heading_before(text: str, heading: str | None) -> None:
    found = of(text).heading
    if heading is not None and heading.endswith("…"):
        assert found is not None
        assert found.endswith("long…")
        assert SHORT - 10 < len(found) <= SHORT
    else:
        assert found == heading


@pytest.mark.parametrize(
    ("text", "link", "words"),
    [
        ("<a href=/x>{}</a>", "/x", None),
        ("<a href=/x>see <b>{}</b> it</a> not", "/x", "see it"),
        ("<a name=x>{}</a>", None, None),
        ("<a href=/x>y</a>{}", None, None),
        ("<a href=/x>y</a href=/z>{}", None, None),
        ("<a href=/x>y<a href=/z>{}", "/z", None),
        ("<p><a href=/x>one<p>{}", "/x", "one"),
        ("<a href=' //u:p@h.example/?token=abc '>{}", "//h.example/?token=…", None),
        ("<a href=" + "x" * 2000 + ">{}", "x" * 1000, None),
    ],
)
def test_the_link_around_it(text: str, link: str | None, words: str | None) -> None:
    slot = of(text)
    assert (slot.link, slot.link_text) == (link, words)


def test_two_pictures_in_one_link() -> None:
    found = slots(["<a href=/x>a<img src=a>b<img src=b></a>"])
    assert [(one.link, one.link_text) for one in found] == [("/x", "a b")] * 2


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("", ""),
        ("a &amp; b", "a & b"),
        ("a<em>b</em><br>c<!-- x -->", "ab c"),
        ("<", "<"),
        ("&#x41&#0065&copyx", "AA©x"),
        ("&#" + "9" * 5000 + ";<p>&#" + "9" * 5000, "\ufffd \ufffd"),
    ],
)
def test_words_of_a_piece_of_html(html: str, words: str) -> None:
    assert words_of(html) == words
