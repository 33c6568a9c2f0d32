"""One picture, several uses: which pictures stand in several places, and what each place
makes of its picture.

    for one in several.pictures(conn):        # unlike roles first
        print(one.image, one.places, one.alike)
    several.of(conn, "node--page.body/7.en.img-6f2c").images
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from altsync.addresses import shown
from altsync.errors import UnknownImage
from altsync.lint.elsewhere import Elsewhere
from altsync.models import (
    Mirrored,
    PictureInShort,
    Roles,
    SharedImage,
    SharedPicture,
    SiteImage,
    State,
    Use,
    WhereInText,
)
from altsync.models.shared import is_heard, role
from altsync.store import mirror, shared, usages
from altsync.uses import whereabouts

NEIGHBOURS = 20
"""Images with the same file that a text is held against."""
_ORDER = {one: at for at, one in enumerate(Roles)}


def pictures(conn: sqlite3.Connection) -> list[PictureInShort]:
    """Every picture that stands in several places, as far as the mirror and the pages
    that were read know: unlike roles first, and of these one text for all; then
    those with most places."""
    found = (_picture(conn, ids) for ids in shared.several(conn))
    short = [_in_short(one) for one in found if one.places > 1]
    return sorted(short, key=_first)


def of(conn: sqlite3.Connection, image: str, most: int = shared.MOST) -> SharedPicture:
    """Every image of the picture that this one shows (at most so many), with its
    places. Raises UnknownImage."""
    if not mirror.named(conn, [image]):
        raise UnknownImage(image)
    return _picture(conn, shared.images_of(conn, image), most)


def elsewhere(
    conn: sqlite3.Connection, file: str
) -> Iterator[tuple[str, str | None, Elsewhere]]:
    """(Image, its language, a place of it) of the first images with this file: of each
    image one place of each role that it has."""
    for one in shared.of_file(conn, file, NEIGHBOURS):
        image = one.image
        heard = _says(conn, image)
        uses = [use for use in _every(conn, image) if is_heard(use)]
        by_role = {role(use): use for use in reversed(uses)}
        titles = usages.titles(conn, filter(None, by_role))
        for link, use in by_role.items():
            what = use.link_text or titles.get(link, "")
            page = use.page_title or shown(use.page_url)
            yield image.id, image.language, Elsewhere(heard, link, what, page)


def says(conn: sqlite3.Connection, image: str) -> str | None:
    """What is heard of an image: its own text, or its medium's where it has none of its
    own; None where there is none, and for an unknown image."""
    known = mirror.named(conn, [image])
    return _says(conn, known[0].image) if known else None


def _says(conn: sqlite3.Connection, image: SiteImage) -> str | None:
    if not image.inherits:
        return image.alt
    return next(iter(usages.medium_texts(conn, image.id)), None)


def _picture(
    conn: sqlite3.Connection, ids: Sequence[str], most: int = shared.MOST
) -> SharedPicture:
    chosen = ids[:most]
    known = {one.image.id: one for one in mirror.named(conn, chosen)}
    images = tuple(_image(conn, known[image]) for image in chosen)
    return SharedPicture(ids[0], images, len(ids) - len(chosen))


def _image(conn: sqlite3.Connection, one: Mirrored) -> SharedImage:
    image = one.image
    followers = 0
    if not image.in_text and image.entity != image.id:
        followers = shared.followers(conn, image.entity)
    return SharedImage(one, _every(conn, image), _says(conn, image), followers)


def _every(conn: sqlite3.Connection, image: SiteImage) -> tuple[Use, ...]:
    return tuple(whereabouts.every(conn, image.id))


def _in_short(one: SharedPicture) -> PictureInShort:
    image = next(
        (x for x in one.images if x.mirrored.state is not State.INHERITS), one.images[0]
    ).mirrored.image
    return PictureInShort(
        image=image.id,
        title=image.page_title if image.in_text else image.title or image.page_title,
        where=WhereInText.of(image),
        images=len(one.images) + one.more,
        places=one.places,
        texts=one.texts[:SHOWN],
        alike=one.alike,
        at_least=bool(one.more),
    )


SHOWN = 3
"""Texts of a picture that a list shows."""


def _first(one: PictureInShort) -> tuple[int, int, str]:
    return _ORDER[one.alike], -one.places, one.image
