"""Every picture of a page, as what it is shown there."""

from __future__ import annotations

import pytest

from altsync.models import PageFile, Region
from altsync.uses.html import content

HARBOUR = """\
<html lang="en"><head><title>Harbour &amp; pier</title></head><body>
<nav><a href='/'><img src="/logo.svg" alt="Port"> Home</a></nav>
<main><article><h1>Harbour</h1>
<p>The boats come in before noon, and the market opens when the first crates are
ashore.</p>
<figure><a href="/boats"><img src='/f/a/n00001.jpg' alt='x'></a>
<figcaption>At the quay</figcaption></figure>
<p>In winter the quay is empty but for the gulls and the harbour master.</p>
</article></main></body></html>
"""


def test_a_picture_is_read_with_everything_around_it() -> None:
    page = content(PageFile("https://example.org/harbour", HARBOUR.encode()))
    logo, boat = (placed.use for placed in page.pictures)
    assert (page.title, page.language) == ("Harbour & pier", "en")
    assert (logo.region, logo.link, logo.link_text) == (
        Region.NAV,
        "https://example.org/",
        "Home",
    )
    assert page.pictures[1].addresses == ("https://example.org/f/a/n00001.jpg",)
    assert (boat.heading, boat.caption, boat.link) == (
        "Harbour",
        "At the quay",
        "https://example.org/boats",
    )
    assert boat.before.endswith("first crates are ashore.")
    assert boat.after.startswith("In winter the quay")
    assert boat.alt == "x"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"<html>",
        b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><p>&e;<img src=a>&e;</p>",
        b"<div>" * 10_000 + b"<img src=a>",
    ],
)
def test_no_page_breaks_the_reading(body: bytes) -> None:
    page = content(PageFile("p", body))
    assert all("root:" not in placed.use.before for placed in page.pictures)
