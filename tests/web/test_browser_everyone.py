"""Every page for everybody, in a real Chromium: axe-core, four widths, light, dark,
forced colours, text of 200 %, and the keyboard alone.

A page is loaded once; what a variant can change is looked at in each variant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from altsync.packets.writing import Packing
from altsync.store.queue import Filter
from altsync.store.store import Store
from tests import axe
from tests.web.everything import ALIKE, PAGES, REVIEW, SEVERAL, TABLES, everything
from tests.web.mirrors import build
from tests.web.shown import IN_A_BROWSER, Serving, page_of

pytestmark = IN_A_BROWSER

EVERY = [*PAGES, *TABLES]
COLOURS = ["color-contrast", "link-in-text-block"]
OWN_COLOURS = """
[...document.querySelectorAll("main *")].filter((one) => {
  const style = getComputedStyle(one);
  const own = style.forcedColorAdjust === "none" || style.opacity < 1;
  return own && one.innerText && one.toggleAttribute("data-own-colours");
}).length
"""
"""Elements with words that forced colours leave as they are; all others have the colours
of the system, which are nothing of ours."""
LAYOUT = ["target-size", "scrollable-region-focusable"]
WIDTHS = ((768, 1024), (640, 400), (360, 740), (320, 640), (320, 256))
"""640 x 400 is 1280 x 800 at 200 % zoom, 320 x 256 the same at 400 %."""
NARROW = (320, 640)
BETWEEN = 768
"""Where the verdicts of a review stand at the edge, and the window is no phone's: nothing
else is laid out there in a way of its own."""
OPEN = "for (const one of document.querySelectorAll('details')) one.open = true"
UNSTUCK = """
for (const one of document.querySelectorAll("body *"))
  if (getComputedStyle(one).position === "sticky") one.style.position = "static"
"""
"""What sticks to an edge lies over what is scrolled behind it, which axe-core does not
scroll. The walk by keyboard does."""
TOO_WIDE = """
document.documentElement.scrollWidth - document.documentElement.clientWidth
"""
CUT = """
[...document.querySelectorAll("body *")].filter((one) => {
  const style = getComputedStyle(one);
  const hides = /hidden|clip/.test(style.overflowX + style.overflowY);
  if (!hides || one.closest(".visually-hidden, .CodeMirror, svg, dialog:not([open])")) return false;
  const cut = one.scrollWidth > one.clientWidth + 1
    || one.scrollHeight > one.clientHeight + 1;
  return cut && one.innerText && one.clientHeight;
}).map((one) => one.outerHTML.slice(0, 120))
"""
"""Elements that hide the rest of their text."""
SQUEEZED = """
[...document.querySelectorAll(".entry-body")].filter(
  (one) => 2 * one.clientWidth < one.parentElement.clientWidth).length
"""


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Nothing is written to it."""
    with Serving(everything(tmp_path_factory.mktemp("every"))) as server:
        yield server


@pytest.fixture(scope="module")
def packet(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a packet, as it lies on the disk of whoever judges it."""
    folder = tmp_path_factory.mktemp("packet")
    config, _ = build(folder)
    with Store.open(config.database) as store:
        where = folder / "packet"
        packing = Packing(config, store, where, Filter(), "all", "maria", limit=3)
        return packing.run().page.resolve().as_uri()


def checked(page: Any, *, alike: bool = False) -> Iterator[tuple[str, object]]:
    """What is wrong with a page that is loaded, in which variant. `alike`: the controls
    of another one, which were looked at there at every width."""
    yield "light", axe.violations(page)
    page.emulate_media(color_scheme="dark")
    yield "dark", axe.violations(page, COLOURS)
    page.emulate_media(color_scheme="light", forced_colors="active")
    if page.evaluate(OWN_COLOURS):
        yield "forced colours", axe.violations(page, COLOURS, "[data-own-colours]")
    page.emulate_media(forced_colors="none")
    reviews = page.query_selector(".review") is not None
    for width, height in WIDTHS if not alike else [NARROW]:
        page.set_viewport_size({"width": width, "height": height})
        yield f"at {width} x {height}", measured(page)
        if not alike and ((width, height) == NARROW or (reviews and width == BETWEEN)):
            page.evaluate(UNSTUCK)
            yield f"at {width}", axe.violations(page, LAYOUT)
    page.set_viewport_size({"width": 1280, "height": 860})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    yield "text of 200 %", measured(page)


def measured(page: Any) -> dict[str, object]:
    """What scrolls in two directions (WCAG 1.4.10), is cut off, or squeezed."""
    wide = page.evaluate(TOO_WIDE)
    found = {
        "too wide": max(wide, 0),
        "cut off": page.evaluate(CUT),
        "squeezed": page.evaluate(SQUEEZED),
    }
    return {name: what for name, what in found.items() if what}


@pytest.mark.timeout(400)
def test_every_page_is_for_everybody(
    window: Any, serving: Serving, packet: str
) -> None:
    found: dict[str, object] = {}
    with page_of(window, serving, bypass_csp=True, reduced_motion="reduce") as page:
        for path in [packet, *EVERY]:
            answer = page.goto(path if path == packet else serving.url + path)
            assert answer.ok, path
            page.evaluate(OPEN)
            page.evaluate(UNSTUCK)
            for variant, wrong in checked(page, alike=path in ALIKE):
                if wrong:
                    found[f"{path} {variant}"] = wrong
        page.context.clear_cookies()
        for path in (REVIEW, "/-/altsync/login?token=none"):
            page.goto(serving.url + path)
            for variant, wrong in checked(page):
                if wrong:
                    found[f"{path}, not logged in, {variant}"] = wrong
    assert not found


CHOSEN = {
    "/-/altsync/compare?run=1&place=1": (
        ".grades input:checked + span",
        ".grades input:not(:checked) + span",
    ),
    "/-/altsync/audit": (".kinds a[aria-current]", ".kinds a:not([aria-current])"),
    f"{REVIEW}?image={SEVERAL}": (".card.chosen", ".card:not(.chosen)"),
}
"""By page: what is chosen, and its like that is not."""
LOOKS = """
one => { const style = getComputedStyle(document.querySelector(one));
  return [style.backgroundColor, style.outlineStyle, style.outlineColor].join() }
"""


def test_what_is_chosen_is_seen_in_forced_colours(
    window: Any, serving: Serving
) -> None:
    """They take every background and shadow away."""
    with page_of(window, serving, forced_colors="active") as page:
        for path, both in CHOSEN.items():
            page.goto(serving.url + path)
            chosen, other = (page.evaluate(LOOKS, one) for one in both)
            assert chosen != other, path


TOP = """
() => {
  window.first = null;
  const top = document.createElement("span");
  top.tabIndex = -1;
  document.body.prepend(top);
  top.focus();
}
"""
"""Where the walk begins, wherever the page has put the focus."""
STOP = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === window.first) return null;
  window.first ||= one;
  const box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  const label = one.closest("label") || one;
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 2, 12)];
  const top = document.elementFromPoint(x, y);
  const ring = one.matches(".grades input") ? getComputedStyle(one.nextElementSibling) : style;
  return {
    html: one.outerHTML.slice(0, 100),
    href: one.href || "",
    ring: ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2,
    seen: box.width > 0 && top !== null
      && (one.contains(top) || label.contains(top) || top.contains(one))
  };
}
"""
REACHABLE = """
[...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
)].filter((one) => {
  if (one.disabled || one.tabIndex < 0 || !one.checkVisibility()) return false;
  if (one.type !== "radio" || one.checked) return true;
  const group = [...document.getElementsByName(one.name)];
  return !group.some((other) => other.checked) && group[0] === one;
}).length
"""
"""Of radio buttons that belong together one is a stop."""
MOST = 400
WALKS = [
    *((path, {"width": 1280, "height": 860}) for path in PAGES if path not in ALIKE),
    (REVIEW, {"width": 1280, "height": 500}),
    (REVIEW, {"width": 360, "height": 740}),
    (f"{REVIEW}?sample=1&mode=words", {"width": 360, "height": 740}),
]
"""The review at sizes where its verdicts stand at the edge, and where they do not."""


def stops(page: Any) -> Iterator[dict[str, Any]]:
    """From the top of the page, by the Tab key alone: each stop, with its role and its
    name from the tree that screen readers get."""
    tree = page.context.new_cdp_session(page)
    tree.send("Accessibility.enable")  # kept, and not made anew for each stop
    page.evaluate(TOP)
    for _ in range(MOST):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            return
        focus = tree.send("Runtime.evaluate", {"expression": "document.activeElement"})
        node = {"objectId": focus["result"]["objectId"], "fetchRelatives": False}
        (told,) = tree.send("Accessibility.getPartialAXTree", node)["nodes"]
        yield {
            **stop,
            "role": told["role"]["value"],
            "name": told.get("name", {}).get("value", "").strip(),
        }


def stumbles(page: Any) -> Iterator[str]:
    """What somebody who has only the keyboard, or only the names, would stumble over."""
    there = page.evaluate(REACHABLE)
    found = list(stops(page))
    if len(found) != there:
        yield f"not each once: {len(found)} of {there} stops"
    targets: dict[str, str] = {}
    for stop in found:
        told = f"{stop['role']} {stop['name']!r} {stop['html']}"
        if not stop["name"]:
            yield f"no name: {told}"
        if not stop["ring"]:
            yield f"the focus is not to be seen: {told}"
        if not stop["seen"]:
            yield f"something lies over it: {told}"
        if stop["role"] == "link" and stop["href"]:
            where = targets.setdefault(stop["name"], stop["href"])
            if where != stop["href"]:
                yield f"another link of that name leads elsewhere: {told}"


def test_every_page_is_walked_by_keyboard(
    window: Any, serving: Serving, packet: str
) -> None:
    """Everything is reached, once, in the order of the page; each stop has a name of its
    own, its focus is seen, and nothing lies over it."""
    found: dict[str, list[str]] = {}
    with page_of(window, serving, reduced_motion="reduce") as page:
        for path, size in [*WALKS, (packet, {"width": 1280, "height": 860})]:
            page.set_viewport_size(size)
            answer = page.goto(path if path == packet else serving.url + path)
            assert answer.ok, path
            wrong = list(stumbles(page))
            if wrong:
                found[f"{path} at {size['width']} x {size['height']}"] = wrong
    assert not found


PLANTED = {
    "image-alt": "<img src='data:,'>",
    "color-contrast": "<p class='pale'>pale</p>",
    "label": "<input>",
    "too wide": "<p class='wide'>wide</p>",
    "cut off": "<p class='cut'>much too long</p>",
    "no name": "<button></button>",
    "the focus is not to be seen": "<button class='bare'>A</button>",
    "something lies over it": "<p class='low'><button>B</button><b></b></p>",
    "not each once": "<button tabindex='3'>C</button>",
    "another link of that name leads elsewhere": "<a href='/a'>D</a><a href='/b'>D</a>",
}
"""By what each of the checks calls it."""
STYLE = """
.pale { color: #999 } .wide { width: 2000px } .bare { outline: none !important }
.cut { overflow: hidden; width: 9px; white-space: nowrap }
.low { position: relative } .low b { position: absolute; inset: 0; z-index: 9 }
"""


def test_the_checks_find_what_is_wrong(window: Any, serving: Serving) -> None:
    with page_of(window, serving, bypass_csp=True) as page:
        page.goto(serving.url + PAGES[0])
        page.add_style_tag(content=STYLE)
        page.evaluate(
            "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)",
            " ".join(PLANTED.values()),
        )
        walked = [one.split(":")[0] for one in stumbles(page)]
        found = {*axe.violations(page), *measured(page), *walked}
    assert found >= set(PLANTED)
