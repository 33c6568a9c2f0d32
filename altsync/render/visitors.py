"""What visitors get, against the mirror: as lines and as JSON. Pure, and streamed.

Pages say what they like: control characters never reach a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from altsync.models import (
    Arrival,
    Checked,
    Delivered,
    DrawnPages,
    Shows,
    Stranger,
    Verified,
)
from altsync.render.text import count, json_text, plain, quoted

if TYPE_CHECKING:
    from altsync.documents.seen import DeliveredItem, DifferenceItem, StrangerItem

LINES = 20
"""Places of one kind, and strangers, on a terminal; JSON and the page have all."""
HEADS = {
    Shows.NO_ALT: "NO ALT ATTRIBUTE",
    Shows.CACHED: "A CACHED PAGE",
    Shows.EARLIER: "AN EARLIER TEXT",
    Shows.COPY: "A COPY",
    Shows.OTHER: "ANOTHER TEXT",
    Shows.NEWER: "THE MIRROR IS OLDER",
    Shows.BACKGROUND: "NO PLACE FOR AN ALT",
}
MEANING = {
    Shows.NO_ALT: "visitors hear a file name, or nothing",
    Shows.CACHED: "visitors get what the image said before, until the cache is renewed",
    Shows.EARLIER: "visitors get what the image said before",
    Shows.COPY: "visitors get the text of another image with the same file",
    Shows.OTHER: "visitors get a text that the mirror has never seen there",
    Shows.NEWER: "no fault of the pages: the site was edited since the last pull",
    Shows.BACKGROUND: "nothing is said there to who listens",
}
ARRIVALS = {
    Arrival.ARRIVED: "arrived on every page that shows them",
    Arrival.NOT_YET: "not yet: some page says something else",
    Arrival.REPLACED: "replaced since: the mirror says something else by now",
    Arrival.NOT_SHOWN: "their page does not show them",
    Arrival.UNREAD: "no page that is known to show them was read since the push",
}
NAMED = 10
"""Images of a push that are named for each thing that became of them."""


def lines(found: Verified) -> Iterator[str]:
    """For a terminal: differences by kind and page, then strangers, then the push, then
    the counts."""
    for shows, group in groupby(found.differences, attrgetter("shows")):
        yield from _kind(shows, list(group))
    if found.strangers:
        yield from _strangers(found.strangers)
    if found.push is not None:
        yield from _push(found.push, found.sent)
    if found.drawn is not None:
        yield from drawn(found.drawn)
    yield from totals(found)


def _kind(shows: Shows, places: Sequence[Checked]) -> Iterator[str]:
    yield f"{HEADS[shows]}: {count(len(places), 'place')}; {MEANING[shows]}."
    for page, group in groupby(places[:LINES], attrgetter("page_url")):
        on_page = list(group)
        title = on_page[0].page_title
        yield f"  {plain(page)}" + (f"  {quoted(title)}" if title else "")
        before = ""
        for one in on_page:
            yield from _place(one, before)
            before = one.why
        if on_page[0].caching:
            yield f"    {plain(headers(on_page[0].caching))}"
    yield from _rest(len(places))


def _place(one: Checked, before: str) -> Iterator[str]:
    """`before`: what was said of the place before it, and need not be said again."""
    yield f"    {where(one)}: {plain(named(one.images))}"
    for text in dict.fromkeys(one.mirror):
        yield f"      the mirror  {quoted(text)}"
    yield f"      the page    {quoted(one.alt)}"
    if one.why != before:
        yield f"      {plain(one.why)}"


def _rest(number: int) -> Iterator[str]:
    if number > LINES:
        yield (
            f"  … and {number - LINES:,} more: altsync verify --last --json, or the page"
            " Visitors of `altsync browse`."
        )
    yield ""


def where(one: Checked | Stranger) -> str:
    """The place on its page."""
    under = f", under {quoted(one.heading)}" if one.heading else ""
    if isinstance(one, Stranger):
        return f"{one.region}{under}"
    return f"picture {one.place}, {one.region}{under}"


def named(images: Sequence[str]) -> str:
    """The image; where it may be several, how many more."""
    if len(images) == 1:
        return images[0]
    return f"{images[0]} or one of {len(images) - 1:,} more with the same file"


def headers(caching: Sequence[tuple[str, str]]) -> str:
    """Headers as they came."""
    return "; ".join(f"{name}: {value}" for name, value in caching)


def _strangers(strangers: Sequence[Stranger]) -> Iterator[str]:
    number = count(len(strangers), "picture")
    yield f"NO IMAGE OF THE MIRROR: {number}; altsync does not see them."
    for one in strangers[:LINES]:
        yield f"  {plain(one.address) or '(no address)'}  {spoken(one)}"
        on = f"on {count(one.pages, 'page')}"
        yield f"      {on}, as {plain(one.page_url)}: {where(one)}"
        yield f"      {plain(one.why)}"
    yield from _rest(len(strangers))


def spoken(one: Stranger) -> str:
    """What its alt says."""
    hidden = ", hidden" if one.hidden else ""
    return quoted(one.alt) + hidden


def _push(push: int, sent: Sequence[Delivered]) -> Iterator[str]:
    yield f"PUSH {push}: {count(len(sent), 'image')}."
    for arrival in Arrival:
        images = [one.image for one in sent if one.arrival is arrival]
        if not images:
            continue
        yield f"  {len(images):,} {ARRIVALS[arrival]}"
        if arrival is Arrival.ARRIVED:
            continue
        for image in images[:NAMED]:
            yield f"      {plain(image)}"
        if len(images) > NAMED:
            yield f"      … and {len(images) - NAMED:,} more"
    yield ""


def totals(found: Verified) -> Iterator[str]:
    """What was read, what differs, what is not seen."""
    places = sum(found.places.values())
    yield (
        f"{count(found.pages, 'page')} read: {count(places, 'place')} {_show(places)}"
        f" {found.shown:,} of {count(found.images, 'image')}."
    )
    yield f"{different(found)}{_aside(found)}"
    missing = found.images - found.shown
    if missing:
        yield (
            f"{count(missing, 'image')} of the mirror on none of these pages: what"
            " visitors get of them is not known."
        )
    if found.pulled:
        yield f"The mirror is of {found.pulled[:16].replace('T', ' ')} UTC."


def drawn(sample: DrawnPages) -> Iterator[str]:
    """Which pages were drawn, and what that covers."""
    read = len(sample.pages)
    yield (
        f"DRAWN AT RANDOM: {sample.drawn:,} of {count(sample.of, 'page')}; {read:,} could"
        " be read."
    )
    for page in sample.pages:
        yield f"  {plain(page)}"
    yield (
        f"{count(sample.different, 'page')} of them with something else: at"
        f" {100 * sample.confidence:g} % confidence at most {100 * sample.upper:.1f} % of"
        " all pages that can be read. The rest of this says nothing about the others."
    )
    yield ""


def different(found: Verified) -> str:
    """How many places differ, by kind."""
    if not found.pages:
        return "No page was read: nothing is known of what visitors get."
    if not sum(found.places.values()):
        return "None of these pages shows an image of the mirror: nothing was compared."
    if not found.different:
        return "Every place that can be told shows the mirror's text."
    parts = [
        f"{number:,} {shows}"
        for shows, number in found.places.items()
        if shows.differs and number
    ]
    return (
        f"{count(found.different, 'place')} {_show(found.different)} something else:"
        f" {', '.join(parts)}."
    )


def _show(places: int) -> str:
    return "shows" if places == 1 else "show"


def _aside(found: Verified) -> str:
    """What is no difference, and worth a word."""
    told = []
    if number := found.places[Shows.UNREAD]:
        told.append(
            f" {count(number, 'place')} read before the text there was changed: run"
            " `altsync verify`."
        )
    if found.places[Shows.NEWER]:
        told.append(" The mirror is older than the site: run `altsync pull`.")
    if number := found.not_compared:
        told.append(
            f" {count(number, 'place')} not compared: of images that this login does not"
            " see, that no page seemed to list, or that altsync.toml leaves out"
            " (`altsync coverage`)."
        )
    return "".join(told)


def as_json(found: Verified) -> Iterator[str]:
    """One JSON object, in pieces: `VerifyDocument`."""
    head = {
        "site": found.site,
        "pulled": found.pulled,
        "run": found.run,
        "pages": found.pages,
        "images": found.images,
        "shown": found.shown,
        "places": {str(shows): number for shows, number in found.places.items()},
        "different": found.different,
        "not_compared": found.not_compared,
    }
    yield json_text(head)[:-1]
    yield from _list("differences", [_difference(one) for one in found.differences])
    yield from _list("strangers", [_stranger(one) for one in found.strangers])
    if found.push is not None:
        yield f',\n"push": {found.push}'
        yield from _list("sent", [_delivered(one) for one in found.sent])
    if found.drawn is not None:
        yield f',\n"drawn": {json_text(asdict(found.drawn))}'
    yield "\n}\n"


def _list(name: str, items: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f',\n"{name}": ['
    yield ",".join("\n  " + json_text(item) for item in items)
    yield "\n]" if items else "]"


def _difference(one: Checked) -> DifferenceItem:
    return {
        "shows": one.shows,
        "differs": one.shows.differs,
        "page": one.page_url,
        "title": one.page_title,
        "place": one.place,
        "region": one.region,
        "heading": one.heading,
        "images": [
            {"image": image, "alt": alt}
            for image, alt in zip(one.images, one.mirror, strict=True)
        ],
        "alt": one.alt,
        "why": one.why,
        "caching": dict(one.caching),
        "read": one.read_at,
    }


def _stranger(one: Stranger) -> StrangerItem:
    return {
        "address": one.address,
        "kind": one.kind,
        "alt": one.alt,
        "hidden": one.hidden,
        "pages": one.pages,
        "page": one.page_url,
        "region": one.region,
        "heading": one.heading,
        "why": one.why,
    }


def _delivered(one: Delivered) -> DeliveredItem:
    return {
        "image": one.image,
        "alt": one.alt,
        "arrival": one.arrival,
        "pages": one.pages,
    }
