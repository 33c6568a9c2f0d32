"""What browser-grade parsers find in a text: one in C, one in Python, of which neither is
the scanner's. And texts for them that hold every construct of HTML, mostly broken."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from justhtml import JustHTML
from selectolax.lexbor import LexborHTMLParser, LexborNode

UUID = "6f2c0000-0000-4000-8000-000000000001"
MEDIUM = f"<drupal-media data-entity-type=media data-entity-uuid={UUID}>"
PICTURES = (
    *("<img src=a>", "<img src='b' alt>", '<IMG SRC=c ALT="x>y">', "<img/src=d/>"),
    *(
        "<img src=a / alt = 'q'>",
        "<img =x src=a>",
        "<img src=a\"b'c>",
        "<img src=a alt>",
    ),
    *("<img\fsrc=a\talt=&amp;>", "<img alt=x ALT=y src=a>", "<img src=a alt=>"),
    *("<img src=a alt=x/>", '<img alt="&copy=1 &notit;"src=e>', MEDIUM),
)
BROKEN = (
    *("<img", "<img src", "<img src=", '<img src="', "<", ">", "/", "=", "'", '"', "-"),
    *("</", "</>", "</ x>", "<!", "<?", "<!doctype 'x>'>", "<![CDATA", "]]>", "</br>"),
    *("<!--", "-->", "--!>", "<!-->", "<!--->", "<!-- x -->", "<script ", "</script "),
    *("text ", "&lt;img src=a&gt;", "&amp", "\r\n", "\N{PILE OF POO}", "ſ", "K"),
)
RAW = (
    *("<script>", "</script>", "<style>", "</style>", "<textarea>", "</textarea>"),
    *("<title>", "</title>", "<xmp>", "</xmp>", "<iframe>", "</iframe>", "<noembed>"),
    *("</noembed>", "<noframes>", "</noframes>", "<plaintext>", "</STYLE x>"),
)
ORDINARY = (
    *(
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<a href=x>",
        "</a>",
        "<table>",
        "<td>",
        "</table>",
    ),
    *("<caption>", "<col>", "<colgroup>", "<body>", "</body>", "</html>", "<head>"),
    *("<frameset>", "<form>", "<button>", "<h2>", "</h2>", "<li>", "<br>", "<pre>"),
    *("<input>", "<object>", "<marquee>", "<option>", "<ruby>", "<rt>", "<listing>"),
    *("</drupal-media>", "<drupal-entity>", "<imgs src=a>", "<figure>", "</figure>"),
)
FOREIGN = (
    *("<svg>", "</svg>", "<svg/>", "<math>", "</math>", "<mi>", "<foreignObject>"),
    *(
        "</foreignObject>",
        "<desc>",
        "<template>",
        "</template>",
        "<select>",
        "</select>",
    ),
    *("<title/>", "<style/>", "<script/>", "<annotation-xml encoding=text/html>"),
    *("<mtext>", "<image href=a>", "<font color=x>"),
)
PLAIN = (*PICTURES, *PICTURES, *BROKEN, *RAW, *ORDINARY)

Attributes = tuple[tuple[str, str], ...]
"""Sorted names with their values."""


def made(random: Random, pieces: Sequence[str]) -> str:
    return "".join(random.choices(pieces, k=random.randint(1, 14)))


def by_offset(text: str) -> list[tuple[int, Attributes]]:
    """The pictures that the parser in Python finds, with the offsets of their tags."""
    tree = JustHTML(text, fragment=True, track_node_locations=True, sanitize=False)
    waiting, found = [tree.root], []
    while waiting:
        node = waiting.pop()
        waiting += node.children or ()
        if node.name in ("img", "drupal-media") and node.namespace == "html":
            assert node.origin_offset is not None
            found.append((node.origin_offset, plain(node.attrs or {})))
    return sorted(found)


def by_lexbor(text: str) -> list[Attributes]:
    """The pictures that the parser in C finds, sorted: it knows no offsets."""
    tree = LexborHTMLParser("<!doctype html><body>" + text)
    nodes = tree.css("img, drupal-media")
    return sorted(plain(node.attributes) for node in nodes if not _in_template(node))


def for_lexbor(text: str) -> str:
    """Without what it is wrong about, an `<image>` in a table, and what it does not tell:
    whether an embedded medium is an element of an svg."""
    text = text.replace("<image href=a>", "")
    return text.replace(MEDIUM, "") if "<svg" in text or "<math" in text else text


def _in_template(node: LexborNode) -> bool:
    above = node.parent
    while above is not None and above.tag != "template":
        above = above.parent
    return above is not None


def plain(attributes: dict[str, str | None]) -> Attributes:
    """As every parser says it: of a value that is not there, ''; line ends as one."""
    return tuple(
        sorted((name, line_ends(said or "")) for name, said in attributes.items())
    )


def line_ends(said: str) -> str:
    return said.replace("\r\n", "\n").replace("\r", "\n")
