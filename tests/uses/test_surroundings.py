"""What stands around a picture, rule by rule: where one alone decides."""

from __future__ import annotations

import pytest

from altsync.models import PageFile
from altsync.uses.html import content

STEP = "<li><img src={}> Turn the wheel until the little lamp above the door goes out.</li>"


@pytest.mark.parametrize(
    ("body", "field", "expected"),
    [
        pytest.param(
            "<ol>" + STEP.format("a") + STEP.format("b") + STEP.format("c") + "</ol>",
            "region",
            "main",
            id="steps of an instruction are no gallery",
        ),
        pytest.param(
            "<article class='node--view-mode-full'><h2><a href='/b'>B</a></h2><img src=a>",
            "region",
            "main",
            id="the whole page's article is no teaser",
        ),
        pytest.param(
            "<ul><li><a href='/page#top'><img src=a> Here</a></li></ul>",
            "region",
            "main",
            id="nor is what leads to the page itself",
        ),
        pytest.param(
            "<article><img src=a><h2><a href='/b'>B</a></h2></article>",
            "region",
            "teaser",
            id="a heading that leads on makes a teaser",
        ),
        pytest.param(
            "<article><img src=a><h2><a href='/b'>B</a></h2>" + "<p>word " * 300,
            "region",
            "main",
            id="a long piece is none",
        ),
        pytest.param(
            "<a href='/b'><img src=a alt=''><img src=b alt='Trams'></a>",
            "link_text",
            "Trams",
            id="another picture names the link of one without a text",
        ),
        pytest.param(
            "<a href='/b'><img src=a alt='Buses'><img src=b alt='Trams'></a>",
            "link_text",
            "",
            id="one with a text names it itself",
        ),
        pytest.param(
            "<h2>A</h2><section><img src=a><p>Words.</p><h3>B</h3></section>",
            "heading",
            "A",
            id="a heading after words is not that of the picture before them",
        ),
        pytest.param(
            "<h1>A</h1><article><img src=a><h2>B</h2></article>",
            "heading",
            "A",
            id="nor is a lesser one in an article",
        ),
        pytest.param(
            "<article><img src=a><h1>A</h1></article>",
            "heading",
            "A",
            id="an article may begin with its picture",
        ),
        pytest.param(
            "<h1>A</h1><div><h3 class='field__label'>Tags</h3></div><img src=a>",
            "heading",
            "A",
            id="nor the label of a field (763)",
        ),
        pytest.param(
            "<p>Cookies?</p><main><p>One.</p><img src=a></main>",
            "before",
            "One.",
            id="what stands outside of main is none of its words",
        ),
        pytest.param(
            "<main><nav>Menu</nav><p>One.</p><img src=a></main>",
            "before",
            "One.",
            id="nor is what stands in another part",
        ),
        pytest.param(
            "<div><p class=caption>Above</p><img src=a></div>",
            "caption",
            "Above",
            id="a caption may stand before its picture",
        ),
        pytest.param(
            "<div class=caption><img src=a> Around</div>",
            "caption",
            "Around",
            id="or around it",
        ),
        pytest.param(
            "<div><div><div><div><p class=caption>Far</p></div></div></div></div>"
            "<div><div><div><div><img src=a></div></div></div></div>",
            "caption",
            "",
            id="but not far from it",
        ),
        pytest.param(
            "<a href='a.jpg'><img src='a-b.jpg'></a>",
            "to_file",
            False,
            id="one letter is no name of a file",
        ),
    ],
)
def test_what_is_around_a_picture(body: str, field: str, expected: object) -> None:
    page = content(PageFile("https://x.example/page", body.encode()))
    assert getattr(page.pictures[0].use, field) == expected


@pytest.mark.parametrize(
    "one",
    [
        "<div class=wp-caption><img src=a><p class=wp-caption-text>{}</p></div>",
        "<div class=thumb><img src=a><p class=thumbcaption>{}</p></div>",
        "<div><img src=a><p class=caption><span class=caption__text>{}</span></p></div>",
    ],
)
def test_each_of_a_row_of_pictures_has_its_own_caption(one: str) -> None:
    body = "".join(map(one.format, "ABC")) + "<p><img src=a></p>"
    page = content(PageFile("https://x.example/page", body.encode()))
    assert [placed.use.caption for placed in page.pictures] == ["A", "B", "C", ""]


@pytest.mark.parametrize(
    "body",
    [
        "<noscript><img width=1 height=1 src='https://count.example/p'></noscript>",
        "<style>/* .a{background:url(x.jpg)} */</style><p class=a>Words</p>",
        "<style>.b{background:url(x.jpg)}</style><p class=a>Words</p>",
        "<img alt='nothing'>",
        "<template><img src=a></template>",
    ],
)
def test_what_shows_no_picture(body: str) -> None:
    assert content(PageFile("https://x.example/page", body.encode())).pictures == ()


def test_the_uuid_of_a_linked_file_is_not_that_of_the_picture() -> None:
    body = (
        b"<a data-entity-type=file data-entity-uuid=1 href=/f.pdf><img src=a></a>"
        b"<div data-entity-type=media data-entity-uuid=2><img src=b></div>"
        b"<article data-entity-type=node data-entity-uuid=3><img src=c></article>"
    )
    page = content(PageFile("https://x.example/page", body))
    assert [placed.uuid for placed in page.pictures] == ["", "2", ""]
