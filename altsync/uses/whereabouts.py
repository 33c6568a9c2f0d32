"""Every place of an image, in this one place for whoever asks: those that pages were read
to show, and what the mirror's own rows tell.

    whereabouts.every(conn, "node--page.body/7.en.img-6f2c")      # [Use(…), …]

A tag in a text is a place that is known without its page: the words around it, the
heading, the link. It is a use of the image itself and, where an embedded medium has no
alt of its own, of the medium's image, whose text is shown there. A place whose page was
read is told as it was read, and not twice.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterator, Sequence

from altsync.models import Match, Use, Whereabouts, telling
from altsync.store import usages
from altsync.store.picture_files import path_at
from altsync.store.usages import SHOWN, TextPlace
from altsync.uses import files


def every(conn: sqlite3.Connection, image: str) -> list[Use]:
    """Every page and every text that shows an image, the most telling one first."""
    return sorted(_unsorted(conn, image), key=telling)


def _unsorted(conn: sqlite3.Connection, image: str) -> list[Use]:
    read = usages.of(conn, image)
    return [*read, *_in_texts(conn, image, read)]


def of(conn: sqlite3.Connection, image: str) -> Whereabouts:
    """Where an image stands, for people: the most telling uses; where there is none, the
    page that the source names."""
    found = _unsorted(conn, image)
    uses = _most_telling(conn, image, found)
    links = (use.link for use in uses if use.link)
    pages = {use.page_url for use in found}
    titles = usages.titles(conn, links)
    return Whereabouts(tuple(uses), len(found), len(pages), titles)


def shown(conn: sqlite3.Connection, image: str) -> list[Use]:
    """The uses alone that `of` tells."""
    return _most_telling(conn, image, _unsorted(conn, image))


def _most_telling(
    conn: sqlite3.Connection, image: str, found: Sequence[Use]
) -> list[Use]:
    most = heapq.nsmallest(SHOWN, found, key=telling)
    return most or usages.own_page(conn, image)


def _in_texts(
    conn: sqlite3.Connection, image: str, read: Sequence[Use]
) -> Iterator[Use]:
    """The tags that show it, but for those whose pages were read to show it."""
    pages = {path_at(use.page_url) for use in read}
    for place in usages.text_places(conn, image):
        where = place.page_url
        was_read = path_at(where) in pages if where else bool(pages)
        if not was_read:
            yield _use(place)


def _use(place: TextPlace) -> Use:
    """What the mirror's row tells, as a use that no page was read for."""
    link = files.led_to(place.page_url or place.site, place.link)
    return Use(
        page_url=place.page_url,
        page_title=place.page_title,
        before=place.before,
        after=place.after,
        language=place.language,
        heading=place.heading,
        caption=place.caption,
        link=link,
        link_text=place.link_text if link else "",
        to_file=files.same_file(link, filter(None, (place.image_url,))),
        match=Match.TEXT,
    )
