"""What counts as a picture in a text, and what is told of it."""

from __future__ import annotations

import pytest

from altsync.models import Tag
from altsync.texts import left_alone, slots
from tests.recordings import formatted_texts, recordings
from tests.texts.trees import by_offset

UUID = "6f2c0000-0000-4000-8000-000000000001"
MEDIUM = f'data-entity-type="media" data-entity-uuid="{UUID}"'


@pytest.mark.parametrize(
    ("text", "alts"),
    [
        ("", []),
        ("<p>words</p>", []),
        ("<img src=a>", [None]),
        ('<img src=a alt="">', [""]),
        ("<img src=a alt>", [""]),
        ("<IMG SRC=a ALT=x>", ["x"]),
        ("<img src=a alt='it&amp;s &copy=1 &copy'>", ["it&s &copy=1 ©"]),
        ("<img/src=a/alt=x>", [None]),
        ("<img alt=x>", []),
        ("<img src=b></img src=a></drupal-media>", [None]),
        ("<img src=''><img srcset=a><img data-src=a><img src=' '>", []),
        (f"<drupal-media data-entity-uuid={UUID}>", []),
        (f"<drupal-media data-entity-type=node data-entity-uuid={UUID}>", []),
        ("<drupal-media data-entity-type=media data-entity-uuid=1234>", []),
        ("<drupal-media data-entity-type=media src=a>", []),
        ("<!-- <img src=a> --><img src=b>", [None]),
        ("<script><img src=a></script><img src=b>", [None]),
        ("&lt;img src=a&gt;<pre>&lt;img src=b></pre>", []),
        ("<img src=a alt=x", []),
    ],
)
def test_pictures_and_their_alts(text: str, alts: list[str | None]) -> None:
    assert [slot.alt for slot in slots([text])] == alts


@pytest.mark.parametrize(
    "doubtful",
    [
        "<img src=a alt=x alt=y>",
        "<img src=a alt='a < b' ALT>",
        "<img src=a alt='a > b'alt=y>",
        "<img src=a alt=x src=b>",
        "<img src=a alt=x <b>",
        "<img src=a <img src=b alt=x>",
        "<img src=a =alt=x>",
        "<img x alt=y =' src=a>'>",
        f"<drupal-media {MEDIUM} alt=x data-entity-uuid=x>",
    ],
)
def test_a_tag_that_drupal_reads_otherwise_than_browsers_is_left_alone(
    doubtful: str,
) -> None:
    """Measured in Drupal 10.6: `processed` shows the last of two alts, and two elements
    where a `<` stands in a tag."""
    assert slots([doubtful]) == ()
    assert (
        left_alone([doubtful, "<img src=a alt=x srcset='b=alt' title='a < = alt'>"])
        == 1
    )
    assert [one.src for one in slots([f"<svg/>{doubtful}<p><img src=z>"])] == ["z"]


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ("", (None, None)),
        ("width=00000020 height='10px'", (20, 10)),
        ("width=' +0020.5' height=x", (20, None)),
        ("width=1 height=10", (1, 10)),
        ("width=1% height=1.0%", (None, None)),
        ("width=1 height=1", None),
        ("width=0 height=1px", None),
        ("width=1234567 height=-1", (None, None)),
    ],
)
def test_sizes_and_what_counts_readers(
    size: str, pixels: tuple[int | None, int | None] | None
) -> None:
    found = slots([f"<img src=a {size}>"])
    assert [(one.width, one.height) for one in found] == (
        [] if pixels is None else [pixels]
    )


def test_a_picture_is_named_by_its_uuid_else_by_its_address() -> None:
    upper, odd = UUID.upper(), "data-entity-uuid=' ../x '"
    found = slots([f"<img src=a data-entity-uuid=' {upper} '><img src=' a ' {odd}>"])
    assert [(one.key, one.uuid, one.src) for one in found] == [
        (f"img-{UUID}", UUID, "a"),
        ("src-ca978112ca1b", "", "a"),
    ]


@pytest.mark.parametrize(
    ("attribute", "alt"),
    [("", None), ("alt=''", ""), ("alt='\"\"'", ""), ("alt=x", "x")],
)
def test_a_medium_says_decorative_in_two_ways(attribute: str, alt: str | None) -> None:
    (slot,) = slots([f"<drupal-media {MEDIUM} {attribute}></drupal-media>"])
    assert (slot.tag, slot.key, slot.alt) == (Tag.MEDIA, f"media-{UUID}", alt)


def test_equals_are_numbered_over_all_values_and_know_their_places() -> None:
    found = slots(["<p>one <img src=a> two</p><img src=b>", "<img src=a>"])
    a, b = "src-ca978112ca1b", "src-3e23e8160039"
    assert [(one.delta, one.key) for one in found] == [(0, a), (0, b), (1, f"{a}.1")]
    assert [one.place for one in found] == ["1 of 2: one | two", None, "2 of 2"]


def test_what_stands_around() -> None:
    (slot,) = slots(
        [
            "<h2>A <i>k</i>ite</h2><p>Red <b>k</b>ites&nbsp;fly</p>"
            f'<a href="/k?token=secret">see <img src=a title=t data-entity-uuid={UUID}'
            ' data-caption="A &lt;em&gt;kite&lt;/em&gt;" width=20 height=10> more</a><p>end'
        ]
    )
    assert (slot.before, slot.after) == ("A kite Red kites fly see", "more end")
    assert (slot.heading, slot.caption, slot.title) == ("A kite", "A kite", "t")
    assert (slot.link, slot.link_text) == ("/k?token=…", "see more")
    assert (slot.uuid, slot.width, slot.height) == (UUID, 20, 10)


@pytest.mark.skipif(recordings() is None, reason="the recordings are not at hand")
def test_a_real_site_shows_the_alts_that_are_read() -> None:
    """In its full_html nothing is filtered; an embedded medium shows its own alt."""
    full = [text for text in formatted_texts() if text["format"] == "full_html"]
    compared = 0
    for text in full:
        found = slots([text["value"] or ""])
        if found and all(slot.tag is Tag.IMG for slot in found):
            shown = [dict(told).get("alt") for _, told in by_offset(text["processed"])]
            assert shown == [slot.alt for slot in found]
            compared += len(found)
    assert compared > 20
