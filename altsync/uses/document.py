"""A page as it came -> its tree. No network, no entity of its own making, bounded.

    root = document(page)

libxml2's reader of HTML takes everything for a page; it goes no deeper than 2,048
elements and reads nothing after such a place.
"""

from __future__ import annotations

import codecs
import re
from html import escape
from typing import Any

from altsync.models import PageFile

MOST_BYTES = 5_000_000
"""What is read of a page."""

_HEAD = 4096
"""Bytes in which a page says its character set; browsers look at the first 1,024."""
_DECLARED = re.compile(
    rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})"""
    rb"""|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
}
"""What browsers read where a page names these."""
_NO_TEXT = ("utf-7", "utf-32", "idna", "punycode")
"""Nothing that a browser reads."""
_WIDE = ("utf-16", "utf-16-le", "utf-16-be")
"""A page that says so in ASCII is UTF-8 (WHATWG)."""
_IN_HEAD = frozenset(
    {
        *("base", "basefont", "bgsound", "link", "meta", "noframes", "noscript"),
        *("script", "style", "template", "title"),
    }
)
"""What HTML lets stand in a head ("The rules for parsing tokens in HTML content: in
head")."""
_FRONT_MATTER = re.compile(
    r"\A(?:---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)"
    r"|\+\+\+[ \t]*\r?\n(.*?)\r?\n\+\+\+)[ \t]*(?:\r?\n|\Z)",
    re.S,
)
"""In YAML, or in TOML as Hugo has it."""
_SAID = re.compile(
    r"^(title|lang|language|langcode)[ \t]*[:=][ \t]*(\S.*?)[ \t]*$", re.M | re.I
)


def document(page: PageFile) -> Any:
    """The page's `html` element; None where there is nothing on it."""
    from lxml import etree

    text = text_of(page)
    if page.markdown:
        text = _rendered(text)
    parser = etree.HTMLParser(
        encoding="utf-8",
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    _end_head(root)
    return root


def _end_head(root: Any) -> None:
    """A head ends before the first thing that has no place in one, as browsers have it:
    libxml2 lets what it does not know (`main`, `header`) go on with a head that no tag
    ends, and the whole page with it."""
    head = root.find("head") if root is not None else None
    strays: list[Any] = []
    for node in [] if head is None else head:
        if strays or node.tag not in _IN_HEAD:
            strays.append(node)
    if not strays:
        return
    body = root.find("body")
    if body is None:
        body = root.makeelement("body", {})
        root.append(body)
    body[:0] = strays


def text_of(page: PageFile) -> str:
    """Its characters: by its byte order mark, by what the answer's header says, by what
    the page says of itself, else UTF-8, else Windows' own."""
    body = page.body[:MOST_BYTES]
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    declared = _DECLARED.search(body[:_HEAD])
    said = (declared[1] or declared[2]).decode("ascii") if declared else ""
    for codec in (_codec(page.charset), _in_ascii(_codec(said))):
        if codec:
            return body.decode(codec, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_in_a_letter = error.end >= len(body) - 1 and len(body) == MOST_BYTES
        return body.decode("utf-8" if cut_in_a_letter else "cp1252", "replace")


def _codec(name: str) -> str:
    """Python's name of a character set that a page may name; '' for any other."""
    if not name:
        return ""
    try:
        found = codecs.lookup(name.strip().strip("\"'"))
        "".encode(found.name)  # a text encoding, not one of Python's transformations
    except (LookupError, ValueError, TypeError, UnicodeError):
        return ""
    if found.name in _NO_TEXT:
        return "utf-8"
    return _MEANT.get(found.name, found.name)


def _in_ascii(codec: str) -> str:
    """What a page is written in that names a character set in ASCII."""
    return "utf-8" if codec in _WIDE else codec


def _rendered(text: str) -> str:
    """Markdown as a page of HTML; what its front matter calls title and language."""
    from markdown_it import MarkdownIt

    said: dict[str, str] = {}
    if front := _FRONT_MATTER.match(text):
        said = {
            name.lower(): value.strip("\"'")
            for name, value in _SAID.findall(front[1] or front[2] or "")
        }
        text = text[front.end() :]
    language = said.get("lang") or said.get("language") or said.get("langcode") or ""
    article = MarkdownIt().enable(["table", "strikethrough"]).render(text)
    return (
        f'<html lang="{escape(language)}"><head><title>{escape(said.get("title", ""))}'
        f"</title></head><body><article>{article}</article></body></html>"
    )
