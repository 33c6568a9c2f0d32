"""No page breaks the reading, and no page costs more than it is worth."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from altsync.models import PageContent, PageFile, Region
from altsync.texts.words import AROUND, CAPTION, SHORT
from altsync.uses.html import TEXT, content

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (98 + depth, b"&%c;" % (97 + depth) * 10)
        for depth in range(10)
    )
    + b'<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    b'<html><body><p>&k;&f;</p><img src="x" alt="&k;"></body></html>'
)
TEXTS = {
    "before": AROUND,
    "after": AROUND,
    "heading": SHORT,
    "link_text": SHORT,
    "link_title": SHORT,
    "caption": CAPTION,
}


def read(body: bytes, charset: str = "") -> PageContent:
    return content(PageFile("https://x.example/page", body, charset=charset))


def test_a_medium_that_its_editor_called_decorative_says_nothing() -> None:
    """CKEditor's spelling of it, where a format has no filter for media."""
    embed = b"""<drupal-media data-entity-uuid=a alt='""'></drupal-media>"""
    page = read(embed + b"""<img src=a alt='""'>""")
    assert [one.use.alt for one in page.pictures] == ["", '""']


@pytest.mark.parametrize("body", [b"", b" \n", b"\xff\xfe\x00", b"<", b"<!--", b"\x00"])
def test_what_is_no_page_has_no_pictures(body: bytes) -> None:
    page = read(body)
    assert (page.pictures, page.title) == ((), "")


@pytest.mark.parametrize(
    ("body", "pictures"),
    [
        pytest.param(BOMB, 1, id="entities"),
        pytest.param(b"<p \x01><img \x02=b src=a>", 1, id="names"),
        pytest.param(b"<div>" * 10_000 + b"<img src=a>", 0, id="deep"),
        pytest.param(b"<div>" * 1_900 + b"<img src=a>x", 1, id="less deep"),
        pytest.param(b"<li><h3>x</h3><img src=a>" * 600, 600, id="nested items"),
        pytest.param(
            b"<style>" + b"url(data:" * 50_000 + b"</style><img src=a>", 1, id="style"
        ),
        pytest.param(
            b"<img src=a srcset='" + b"a," * 90_000 + b"'>", 1, id="addresses"
        ),
        pytest.param(b"<p>word</p>" * 5_000 + b"<img src=a>", 1, id="words"),
        pytest.param(b"<p>" + b"x" * 5_000_000 + b"<img src=a>", 0, id="beyond 5 MB"),
    ],
)
def test_a_hostile_page_is_read_in_bounded_time(body: bytes, pictures: int) -> None:
    begun = time.process_time()
    page = read(body)
    assert time.process_time() - begun < 3
    assert len(page.pictures) >= pictures
    assert "root:" not in str(page)
    assert len(str(page.pictures[:1])) < 10_000


def test_pictures_beyond_the_most_are_counted() -> None:
    page = read(b"<img src=a>" * 3_002)
    assert (len(page.pictures), page.left_out) == (3_000, 2)


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("é".encode(), ""),
        ("é".encode("cp1252"), ""),
        (b"\xef\xbb\xbf" + "é".encode(), "iso-8859-1"),
        (b"\xff\xfe" + "é".encode("utf-16-le"), ""),
        (b"<meta charset=latin1>" + "é".encode("cp1252"), ""),
        (b"<meta charset=latin1>" + "é".encode(), "UTF-8"),
        (b"<meta charset=utf-16>" + "é".encode(), ""),
        ("é".encode("utf-16-le"), "UTF-16LE"),
        (b"<meta charset=rot13>" + "é".encode(), "no-such-set"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + "é".encode("cp1252"), ""),
    ],
)
def test_a_page_is_read_in_the_characters_that_it_says(
    body: bytes, charset: str
) -> None:
    wide = body.endswith("é".encode("utf-16-le"))
    markup = "<img src=a>".encode("utf-16-le" if wide else "ascii")
    (picture,) = read(body + markup, charset=charset).pictures
    assert picture.use.before == "é"


def test_a_page_of_another_alphabet_says_so_in_its_head() -> None:
    body = '<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">'
    body += "<title>写真①</title><img src=a alt='港'>"
    page = read(body.encode("cp932"))
    assert (page.title, page.pictures[0].use.alt) == ("写真①", "港")


def test_words_that_a_page_shows_to_nobody_are_none_of_its_words() -> None:
    body = (
        b"<main><script>bad</script><style>bad{}</style><template>bad</template>"
        b"<p hidden>bad</p><select><option>bad</option></select><!-- bad -->"
        b"<p>Good &#8238;words&#8203;.</p><img src=a></main>"
    )
    assert read(body).pictures[0].use.before == "Good words."


def test_a_page_without_a_title_is_called_by_its_first_heading() -> None:
    body = b"<svg><title>Icon</title></svg><h2>Second</h2><h1>First</h1>"
    assert read(body).title == "First"


@pytest.mark.parametrize(
    "href",
    ["#", "#top", "", "javascript:open()", " Java\nscript:x", "data:text/html,x"],
)
def test_a_link_that_leads_nowhere_else_is_none(href: str) -> None:
    (picture,) = read(f'<a href="{href}"><img src="a"></a>'.encode()).pictures
    assert (picture.use.link, picture.use.functional) == ("", False)


@pytest.mark.parametrize(
    ("link", "source"),
    [
        ("/f/boat.jpg", "/f/boat.jpg"),
        ("/f/boat.jpg", "/f/styles/large/public/boat.jpg.webp?itok=x"),
        ("/f/styles/max/private/boat.jpg", "/f/styles/thumb/private/boat.jpg?itok=x"),
        ("/up/boat-scaled.jpg", "/up/boat-300x200.jpg"),
        ("/full/boat.JPG", "/thumbs/thumb_boat.jpg"),
        ("/boat_original.png?v=1", "/boat.png"),
    ],
)
def test_a_link_to_the_pictures_own_file_is_no_function(link: str, source: str) -> None:
    (picture,) = read(f'<a href="{link}"><img src="{source}"></a>'.encode()).pictures
    assert picture.use.to_file
    assert not picture.use.functional


@pytest.mark.parametrize("link", ["/boats", "/boat.pdf", "/f/ship.jpg", "/f/bo.jpg"])
def test_a_link_to_another_page_or_file_is_a_function(link: str) -> None:
    (picture,) = read(f'<a href="{link}"><img src="/f/boat.jpg"></a>'.encode()).pictures
    assert not picture.use.to_file
    assert picture.use.functional


def test_no_login_is_kept_of_an_address() -> None:
    body = (
        b'<a href="//me:pw@x.example/a"><img src="https://me:pw@x.example/b.jpg"></a>'
    )
    assert "pw" not in str(asdict(read(body).pictures[0]))


_PIECES = st.sampled_from(
    (Path(__file__).parent / "pages" / "broken.html").read_text("utf-8").split()
    + (Path(__file__).parent / "pages" / "lazy.html").read_text("utf-8").split()
    + ["\u202e", "\u200d", "&#0;", "&#x110000;", "<!--", "-->", "<![CDATA[", "<?x", '"']
)
_PAGES = st.one_of(
    st.binary(max_size=200),
    st.lists(st.one_of(_PIECES, st.text(max_size=20)), max_size=30).map(
        lambda pieces: " ".join(pieces).encode("utf-8", "replace")
    ),
)


@settings(max_examples=60, deadline=None)
@given(_PAGES, st.booleans())
@example(b"<a \x01>", False)
def test_whatever_comes_is_read_and_bounded(body: bytes, markdown: bool) -> None:
    page = content(PageFile("https://x.example/page", body, markdown))
    assert len(page.text) <= TEXT
    assert [one.use.place for one in page.pictures] == [
        *range(1, len(page.pictures) + 1)
    ]
    for one in page.pictures:
        said = asdict(one.use)
        assert all(len(said[name]) <= most for name, most in TEXTS.items())
        assert all(said[name] == " ".join(said[name].split()) for name in TEXTS)
        assert not any("\u202e" in said[name] for name in TEXTS)
        assert one.addresses or one.uuid
        assert isinstance(one.use.region, Region)
