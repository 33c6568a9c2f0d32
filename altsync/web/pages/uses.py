"""One picture, several uses: the list of them, and the places of one."""

from __future__ import annotations

import sqlite3
from typing import Any

from altsync.errors import UnknownImage
from altsync.models import SharedImage, SharedPicture, Use, WhereInText
from altsync.pictures.cache import name_in
from altsync.render import several as render
from altsync.render.shown import called
from altsync.render.standing import StandingInWords, in_words
from altsync.store import usages
from altsync.uses import several
from altsync.web.context import Visit, open_page
from altsync.web.pages.frame import arguments, first, number, show

SIZE = 50
IMAGES = 100
"""Images of one picture that the page shows."""


async def uses(datasette: Any, request: Any) -> Any:
    """GET /-/altsync/uses: the pictures that stand in several places; with `image` the
    places of that one's picture."""
    page = await open_page(datasette, request)
    fields = arguments(page)
    wanted = first(fields, "image")
    if wanted:
        return await _one(page, wanted)
    return await _list(page, max(1, number(first(fields, "page"), 1)))


async def _list(page: Visit, at: int) -> Any:
    found = await page.kept("several", several.pictures)
    begin = SIZE * (at - 1)
    on_page = found[begin : begin + SIZE]
    pictures = await page.read(
        lambda conn: [name_in(conn, one.image) for one in on_page]
    )
    return await show(
        page,
        "uses",
        found=list(zip(on_page, pictures, strict=True)),
        total=render.total(found) if found else "",
        called=called,
        roles=render.MEANING,
        number=at,
        pages=max(1, -(-len(found) // SIZE)),
        wanted="",
        one=None,
    )


async def _one(page: Visit, wanted: str) -> Any:
    def work(conn: sqlite3.Connection) -> tuple[SharedPicture, str | None, Any] | None:
        try:
            found = several.of(conn, wanted, IMAGES)
        except UnknownImage:
            return None
        links = {use.link for one in found.images for use in one.uses if use.link}
        return found, name_in(conn, wanted), usages.titles(conn, links)

    told = await page.read(work)
    one, picture_name, titles = told or (None, None, {})
    return await show(
        page,
        "uses",
        status=404 if one is None else 200,
        wanted=wanted,
        unknown=str(UnknownImage(wanted)),
        one=one,
        sentence=render.in_one(one) if one else "",
        images=[] if one is None else [_as_shown(one, image) for image in one.images],
        picture_name=picture_name,
        titles=titles,
    )


def _as_shown(
    picture: SharedPicture, one: SharedImage
) -> tuple[SharedImage, StandingInWords | None, list[Use]]:
    image = one.mirrored.image
    where = in_words(image.id, WhereInText.of(image))
    return one, where, picture.own_uses(one)
