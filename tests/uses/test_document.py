"""A page's tree is the one that browsers make of it."""

from __future__ import annotations

import pytest

from altsync.models import PageFile
from altsync.uses.html import content

REST = '<h1>Trams</h1><p>Red.</p><a href="/home"><img src="/a.jpg" alt="Home"></a>'


@pytest.mark.parametrize(
    "html",
    [
        f"<html lang=en><head><title>T</title></head><body>{REST}</body></html>",
        f"<html lang=en><title>T</title><main>{REST}</main></html>",
        f"<html lang=en><title>T</title><meta charset=utf-8><main>{REST}</main>"
        "<footer>Foot</footer></html>",
        f"<html lang=en><title>T</title><header>Head</header><section>{REST}</section>"
        "<p>Foot</p></html>",
        f"<html lang=en><head><title>T</title></head><main>{REST}</main></html>",
    ],
)
def test_a_head_ends_where_no_tag_ends_it(html: str) -> None:
    """Whoever makes pages small leaves such tags out."""
    page = content(PageFile("https://site.example/page", html.encode()))
    assert page.title == "T"
    [placed] = page.pictures
    assert (placed.use.heading, placed.use.alt) == ("Trams", "Home")
    assert placed.use.link == "https://site.example/home"


@pytest.mark.parametrize("front", ["---\ntitle: 'T'\n---", '+++\ntitle = "T"\n+++'])
def test_markdown_as_static_sites_write_it(front: str) -> None:
    text = f"{front}\n# Prices\n\n| Hut | Price |\n|---|---|\n| ![](a.jpg) | 5 |\n"
    page = content(PageFile("a.md", text.encode(), markdown=True))
    [placed] = page.pictures
    assert (page.title, placed.use.heading) == ("T", "Prices")
    assert (placed.use.before, placed.use.after) == ("Prices Hut Price", "5")


def test_markdown_whose_front_matter_is_empty() -> None:
    page = content(PageFile("a.md", b"---\n\n---\nWords", markdown=True))
    assert (page.title, page.text) == ("", "Words")


def test_nothing_of_a_head_is_shown() -> None:
    html = (
        "<html><head><title>T</title><noscript><img src=/pixel.gif></noscript></head>"
        "<body><p>Words</p></body></html>"
    )
    assert content(PageFile("https://site.example/page", html.encode())).pictures == ()
