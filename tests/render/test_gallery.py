"""The pages of the static site: safe whatever the site's texts are."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from altsync.models import Origin, Tag, WhereInText
from altsync.render import gallery
from altsync.render.gallery import GalleryAlbum, GalleryItem
from tests.render.test_who import BARE, FULL

EVIL = '</h2><script>alert("1")</script>{site}\u202e'
OURS = 'p.html"><script>" onerror="x'
"""Addresses are made by altsync, of letters that mean nothing; they are escaped too."""


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append(dict(attrs))


def test_an_item_says_whose_the_text_is_and_what_is_known_of_it() -> None:
    item = gallery.item(replace(FULL, title="On the beach"), "pictures/1.jpg")
    assert item == GalleryItem(
        image="a/1",
        name="1",
        alt="A dog.",
        said="a machine: m",
        rows=(
            ("model", "m"),
            ("approved by", "ann"),
            ("sent", "2026-11-22"),
            ("seen since", "2026-11-22"),
        ),
        picture="pictures/1.jpg",
        called="On the beach",
    )
    person = replace(
        BARE,
        candidate=None,
        origin=Origin.HUMAN,
        model=None,
        reviewer=None,
        sent_at=None,
        since=None,
    )
    assert gallery.item(person, None).rows == ()
    assert gallery.item(person, None, "on “A”").rows == (("stands", "on “A”"),)
    described = replace(person, long_description="# Rain\n\n- 2010: 1")
    assert gallery.item(described, None).rows == (
        ("long description", "# Rain\n\n- 2010: 1"),
    )


def test_a_long_description_keeps_its_lines_and_is_no_markup() -> None:
    item = gallery.item(
        replace(FULL, long_description=f"- 2010: 1\n- 2011: 2 {EVIL}"), None
    )
    page = "".join(gallery.album("Site", "a", [item]))
    assert "<dd>- 2010: 1\n- 2011: 2 &lt;/h2&gt;" in page
    assert "\u202e" not in page
    assert "script" not in Tags(page).tags


def test_no_text_of_the_site_is_markup() -> None:
    item = GalleryItem(
        image=EVIL,
        name=EVIL,
        alt=EVIL,
        said=EVIL,
        rows=((EVIL, EVIL),),
        picture=OURS,
        called=EVIL,
    )
    page = "".join(gallery.album(EVIL, EVIL, [item]))
    index = "".join(gallery.index(EVIL, [GalleryAlbum(EVIL, OURS, 1)], 1))
    for html, scripts in ((page, 0), (index, 1)):
        found = Tags(html)
        assert found.tags.count("script") == scripts
        assert not [one for one in found.attributes if "onerror" in one]
        assert "\u202e" not in html
        assert "\\u202e" in html


def test_an_album_and_a_text_that_are_not_there_are_said_in_words() -> None:
    item = GalleryItem("x", "x", None, "nobody", (), None)
    page = "".join(gallery.album("https://x.test", "", [item]))
    assert "<h1>no album</h1>" in page
    assert "<title>no album: images of https://x.test</title>" in page
    assert '<p class="nopicture">no picture</p>' in page
    assert '<dd><span class="empty">none</span></dd>' in page
    assert "<p dir" not in page


def test_a_picture_without_a_text_is_named() -> None:
    item = GalleryItem("a/x", "x", "", "nobody", (), "pictures/1.jpg")
    page = "".join(gallery.album("https://x.test", "a", [item]))
    assert '<img src="pictures/1.jpg" alt="Picture of a/x" loading="lazy">' in page


def test_words_are_a_script_of_plain_ascii() -> None:
    items = [GalleryItem("a/x", "x", "Zwölf 🐱", "nobody", (), None, "Katzen")]
    words = list(gallery.words_of("album-a.html", items))
    assert words == [("album-a.html", "n1", "a/x", "Katzen Zwölf 🐱")]
    script = gallery.words(words)
    assert script.isascii()
    assert script.startswith("found([\n")
    assert script.endswith("\n]);\n")


def test_an_image_in_a_text_says_between_which_words_it_stands() -> None:
    where = WhereInText(Tag.IMG, "Ferries", before="<b>At noon.")
    item = gallery.item(
        replace(FULL, image="node--page.body/7.en.i", where=where), None
    )
    assert ("in the text", "in body: “<b>At noon. [the image]”") in item.rows
    page = "".join(gallery.album("https://x.test", "node--page.body", [item]))
    assert "&lt;b&gt;At noon." in page
