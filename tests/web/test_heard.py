"""What a real browser hands to screen readers, beside what altsync says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from altsync.models import PageFile
from altsync.render.spoken import spoken
from altsync.uses.html import content
from tests.web.mirrors import picture
from tests.web.shown import CHROMIUM, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not Path(CHROMIUM).exists(),
        reason=f"there is no {CHROMIUM}: apt-get install chromium",
    ),
]

PAGE = "http://site.example/page"
OWN_NAME = "has a name of its own, which is heard in place of the alt"
CASES = [
    (
        '<img src="/a.png" alt="A tram">',
        ["image A tram"],
        "says: “graphic, A tram”",
    ),
    ('<img src="/a.png" alt="">', [], "says nothing: the image is skipped"),
    (
        '<img src="/a.png">',
        ["image "],
        "reads out the file name: “a, graphic”, or says nothing",
    ),
    (
        '<a href="/home"><img src="/a.png" alt="Home"></a>',
        ["link Home", "image Home"],
        "says: “link, graphic, Home”",
    ),
    (
        '<a href="/home"><img src="/a.png" alt="Home"> All trams</a>',
        ["link Home All trams", "image Home", "text All trams"],
        "says: “link, graphic, Home, All trams”",
    ),
    (
        '<a href="/home" aria-label="Start"><img src="/a.png" alt="Home"></a>',
        ["link Start", "image Home"],
        f"says: “link, Start”; the link {OWN_NAME}",
    ),
    (
        '<a href="/home"><img src="/a.png" alt=""></a>',
        ["link "],
        "reads out the address: “link, site.example/home”; nobody learns where it leads",
    ),
    (
        '<a href="/home"><img src="/a.png"></a>',
        ["link ", "image "],
        "reads out the address: “link, graphic, site.example/home”; nobody learns where"
        " it leads",
    ),
    (
        '<a href="/home" title="Start"><img src="/a.png" alt=""></a>',
        ["link Start"],
        "says: “link, Start”; the picture itself is skipped",
    ),
    (
        '<button><img src="/a.png" alt="Search"></button>',
        ["button Search", "image Search"],
        "says: “button, graphic, Search”",
    ),
    (
        '<button><img src="/a.png" alt=""></button>',
        ["button "],
        "says only: “button”; nobody learns what it does",
    ),
    (
        '<button aria-label="Find"><img src="/a.png" alt="Search"></button>',
        ["button Find", "image Search"],
        f"says: “button, Find”; the button {OWN_NAME}",
    ),
    (
        '<input type="image" src="/a.png" alt="Search">',
        ["button Search"],
        "says: “button, Search”",
    ),
    (
        '<input type="image" src="/a.png" alt="">',
        ["button Submit"],
        "says only: “button, Submit”; nobody learns what it does",
    ),
    (
        '<figure><img src="/a.png" alt="A tram"><figcaption>Old.</figcaption></figure>',
        ["figure ", "image A tram", "Figcaption ", "text Old."],
        "says: “graphic, A tram”, and the caption “Old.”",
    ),
    (
        '<img src="/a.png" alt="A tram" aria-hidden="true">',
        [],
        "says nothing of the picture: the page hides it from listeners",
    ),
    (
        '<div style="background-image: url(/a.png)"></div>',
        [],
        "says nothing: the page shows the picture as a background, which has no alt",
    ),
]
"""(HTML, what Chromium's tree has of it, what altsync says)."""


def html(cases: list[str]) -> str:
    parts = [
        f'<section aria-label="case {n}">{one}</section>' for n, one in enumerate(cases)
    ]
    return (
        '<!doctype html><html lang="en"><head><title>T</title></head><body><main>'
        f"{''.join(parts)}</main></body></html>"
    )


def tree() -> dict[str, list[str]]:
    """Name of a section -> the things in it that a screen reader is told of."""
    with chromium() as browser:
        page = browser.new_page()
        body = html([case for case, _, _ in CASES])
        page.route("**/page", lambda route: route.fulfill(body=body))
        page.route("**/a.png", lambda route: route.fulfill(body=picture(1, (9, 9))))
        page.goto(PAGE)
        session = page.context.new_cdp_session(page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    known = {node["nodeId"]: node for node in nodes}

    def said(node: Any) -> list[str]:
        found = []
        role = node["role"]["value"]
        if not node["ignored"] and role not in ("generic", "none", "InlineTextBox"):
            name = node["name"]["value"].strip()
            found.append(f"{'text' if role == 'StaticText' else role} {name}")
        for child in node["childIds"]:
            found += said(known[child])
        return found

    regions = [node for node in nodes if node["role"]["value"] == "region"]
    lists = [said(node) for node in regions if not node["ignored"]]
    return {first: rest for first, *rest in lists}


def test_a_browser_tells_what_altsync_says_that_it_tells() -> None:
    told = tree()
    assert [told[f"region case {n}"] for n in range(len(CASES))] == [
        tree for _, tree, _ in CASES
    ]
    for case, _, said in CASES:
        [placed] = content(PageFile(PAGE, html([case]).encode())).pictures
        assert spoken(placed.use.alt, "a", placed.use).does == said
