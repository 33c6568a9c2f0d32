"""A site with pictures in its texts: every kind of tag, in every kind of text."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from tests.doubles.drupal import DemoDrupal, content
from tests.doubles.drupal.editor import embed, img
from tests.doubles.drupal.model import Entity, File

MAY = (
    *("use text format full_html", "edit any basic block content"),
    *("edit any page content", "edit terms in tags"),
)
"""What the editor of a real site has besides (CONTENT_EDITOR), and the double's has not."""


@dataclass(frozen=True)
class Texts:
    """What stands there. Fields: `body` of pages, blocks and articles, `field_text` of
    the paragraph, `description` of the term, `field_rows` (many values) of the article."""

    page: Entity
    """Every kind of tag; in English and Dutch."""
    paragraph: Entity
    """On `page`."""
    block: Entity
    term: Entity
    article: Entity
    letters: Entity
    """Its text is shown as letters: plain_text."""
    spoken: Entity
    """A medium with a person's words."""
    silent: Entity
    """A medium without any (NULL)."""
    file: File
    other: File


def upload(site: DemoDrupal, name: str) -> File:
    """A file that only texts show, as CKEditor uploads it."""
    grey = content.grey()
    with site.site.lock:
        return content.add_file(
            site.state, content.Picture(name, grey.data, grey.size, grey.mime)
        )


def body(spoken: Entity, silent: Entity, file: File, other: File) -> str:
    """Every kind of tag. Of `file` there are three: without alt, decorative, and a
    person's words; `other` stands in a link and alone."""
    shouted = f"<IMG SRC='{other.url}' ALT=unquoted>"
    escaped = '<pre>&lt;img src="x.png" alt="no picture"&gt;</pre>'
    return "\r\n".join(
        [
            "<H2 CLASS=First>Birds &amp; bees</H2>",
            f"<p>Words before the first. {img(file)} Words after it.</p>",
            f"<p>A blank line. {img(file, '')}</p>",
            f"<p>A person wrote: {img(file, 'a person&s words')}",
            f'<p><a href="/node/1">{img(other)} read on</a></p>',
            img(other, None, data_caption="A <em>caption</em>", data_align="right"),
            f'<p>By its address: <img src="{other.url}"> {shouted}</p>',
            '<img src="https://example.org/x.png" alt="of another host">',
            '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
            '<img src="/counter.gif" width="1" height="1">',
            "<h3>Embedded</h3>",
            embed(spoken),
            embed(spoken, "for this place only"),
            embed(spoken, ""),
            embed(silent),
            f"<!-- {img(file, 'no picture')} -->",
            escaped,
            "<p>unclosed <b>at the end",
        ]
    )


def texts(site: DemoDrupal) -> Texts:
    """The editor may change all of it; "basic" may not use full_html, and so no text of
    `page`."""
    site.grant("editor", *MAY)
    site.add_account(
        "basic", *(site.state.users["editor"].may - {"use text format full_html"})
    )
    spoken = site.add_media("a person's words of the medium", name="Spoken")
    silent = site.add_media(None, name="Silent")
    file, other = upload(site, "heron.png"), upload(site, "map.png")
    page = site.add_page("A page of texts", body(spoken, silent, file, other))
    english = page.translations["en"]
    english.attributes["body"]["summary"] = "A summary, with an <img src=x> in it"
    dutch = copy.deepcopy(english)
    dutch.attributes |= {"langcode": "nl", "default_langcode": False, "title": "Nl"}
    dutch.attributes["body"] |= {"value": f"<p>Reiger {img(file)}</p>", "summary": ""}
    page.translations["nl"] = dutch
    paragraph = site.add_paragraph("of the paragraph", parent=page, words="Words.")
    short = f"<p>T</p>{img(file)}"
    paragraph.translations["en"].attributes["field_text"] = {
        "value": short,
        "format": "basic_html",
    }
    block, term = site.add_basic_block(short), site.add_term(None, description=short)
    article = site.add_article("An article of rows", body=short)
    content.add_text_field(site.state, "node--article", "field_rows", "text_long")
    article.translations["en"].attributes["field_rows"] = [
        {"value": f"<p>Row {number}</p>{img(file)}", "format": "basic_html"}
        for number in range(3)
    ]
    letters = site.add_page("Letters", short)
    letters.translations["en"].attributes["body"]["format"] = "plain_text"
    return Texts(
        *(page, paragraph, block, term, article, letters),
        *(spoken, silent, file, other),
    )
