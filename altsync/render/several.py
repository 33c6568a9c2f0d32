"""One picture at several places: for a terminal and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from altsync.addresses import without_secrets
from altsync.models import (
    PictureInShort,
    Roles,
    SharedImage,
    SharedPicture,
    State,
    Use,
    WhereInText,
)
from altsync.render import standing
from altsync.render.shown import called
from altsync.render.text import brief, count, plain, quoted
from altsync.render.uses import TITLE, in_words

if TYPE_CHECKING:
    from altsync.documents.seen import PictureItem, UsedItem, UseItem, UsesDocument

SHOWN = 50
"""Pictures that a list shows on a terminal."""
NEAR = 60
"""Characters of the words on either side."""
MEANING = {
    Roles.ONE_TEXT: "unlike, with one text",
    Roles.UNLIKE: "unlike",
    Roles.ALIKE: "alike",
}
WHAT = {
    Roles.ONE_TEXT: (
        "a link or button here and none there, or a link to another page, and two images"
        " say the same: one text seldom does both"
    ),
    Roles.UNLIKE: (
        "a link or button at some places, and none, or a link to another page, at others"
    ),
    Roles.ALIKE: "the same at all places, as far as that is known",
}
_WHOSE = {"ai": "by a machine", "human": "by a person", None: ""}


def list_lines(found: Sequence[PictureInShort], shown: int | None) -> Iterator[str]:
    """Pictures that stand in several places; at most `shown` of them."""
    if not found:
        yield (
            "No picture is known to stand in several places. `altsync pages` reads where"
            " pages show them."
        )
        return
    yield total(found)
    for one in found[:shown]:
        yield ""
        yield from _in_short(one)
    if shown is not None and len(found) > shown:
        yield ""
        yield f"… and {len(found) - shown:,} more (--all or --json shows them)."
    yield ""
    yield "The places of one: altsync uses IMAGE"


def total(found: Sequence[PictureInShort]) -> str:
    """How many there are, and how many of them unlike, in a sentence."""
    unlike = sum(one.alike.unlike for one in found)
    stand = "picture stands" if len(found) == 1 else "pictures stand"
    sentence = f"{len(found):,} {stand} in several places"
    if unlike:
        sentence += f"; the places of {unlike:,} are unlike"
    return f"{sentence}."


def _in_short(one: PictureInShort) -> Iterator[str]:
    title = called(one.image, one.title)
    name = f"{plain(one.image)}{f' {quoted(brief(title, TITLE))}' if title else ''}"
    yield f"{name}  ({MEANING[one.alike]})"
    more = "at least " if one.at_least else ""
    yield f"    {more}{count(one.places, 'place')}, {count(one.images, 'image')}"
    for text in one.texts or (None,):
        yield f"    {quoted(text if text is None else brief(text))}"


def lines(one: SharedPicture) -> Iterator[str]:
    """All images of one picture, with their places."""
    yield in_one(one)
    for image in one.images:
        yield ""
        yield from _image(image, one.own_uses(image))
    if one.more:
        yield ""
        yield f"… and {count(one.more, 'further image')}, which were not looked at."
    embeds = [i for i in one.images if i.mirrored.state is State.INHERITS]
    embeds.sort(key=lambda embed: embed.roles <= {""})
    if embeds and one.alike.unlike:
        example = plain(embeds[0].mirrored.image.id)
        yield ""
        yield f"A text for one place alone: altsync generate {example} --use"


def in_one(one: SharedPicture) -> str:
    """How many images and places it has, and what it is there, in a sentence."""
    images = count(len(one.images) + one.more, "image")
    where = f"{images} of one picture, at {count(one.places, 'place')}"
    return f"{where}: {WHAT[one.alike]}." if one.places > 1 else f"{where}."


def _image(one: SharedImage, uses: Sequence[Use]) -> Iterator[str]:
    image, state = one.mirrored.image, one.mirrored.state
    where = WhereInText.of(image)
    yield f"{plain(image.id)}{standing.page(where)}  ({state})"
    yield f"    {_says(one)}"
    if stands := standing.in_words(image.id, where):
        yield f"    in {stands.place}"
    if one.followers:
        yield f"    {count(one.followers, 'embed shows', 'embeds show')} this text"
    if not uses and not one.followers:
        yield "    no place of it is known"
    for use in uses:
        yield from (f"    {line}" for line in _use(use))


def _says(one: SharedImage) -> str:
    if one.mirrored.image.inherits:
        if one.says is None:
            return "inherits: its medium has no text, or is no image of the mirror"
        return f"inherits {quoted(brief(one.says))}"
    whose = _WHOSE[one.mirrored.origin]
    return (
        f"{quoted(one.says if one.says is None else brief(one.says))} {whose}".strip()
    )


def _use(use: Use) -> Iterator[str]:
    said = in_words(use, None)
    under = f"under “{said.heading}”" if said.heading else ""
    role = f"{said.role} {said.to}".strip() if said.role else "a picture and no link"
    if role and said.words:
        role += f" with the words “{said.words}”"
    known = role if use.tells_links else "not read yet"
    yield f"- on “{said.page}”: {', '.join(filter(None, (known, said.where, under)))}"
    near = standing.between(use.before, use.after, NEAR)
    if near:
        yield f"  “{near}”"


def list_dict(found: Iterable[PictureInShort]) -> list[PictureItem]:
    """The stable JSON of `altsync uses --json`."""
    return [
        {
            "image": one.image,
            "title": one.title,
            "alike": one.alike,
            "places": one.places,
            "images": one.images,
            "at_least": one.at_least,
            "texts": list(one.texts),
            "where": standing.as_dict(one.image, one.where),
        }
        for one in found
    ]


def as_dict(one: SharedPicture) -> UsesDocument:
    """The stable JSON of `altsync uses IMAGE --json`."""
    return {
        "image": one.asked,
        "alike": one.alike,
        "places": one.places,
        "more": one.more,
        "images": [_as_image(image) for image in one.images],
    }


def _as_image(one: SharedImage) -> UsedItem:
    image, origin = one.mirrored.image, one.mirrored.origin
    return {
        "image": image.id,
        "state": one.mirrored.state,
        "alt": image.alt,
        "says": one.says,
        "inherits": image.inherits,
        "origin": origin,
        "language": image.language,
        "followers": one.followers,
        "where": standing.as_dict(image.id, WhereInText.of(image)),
        "uses": [_as_use(use) for use in one.uses],
    }


def _as_use(use: Use) -> UseItem:
    return {
        "page": without_secrets(use.page_url),
        "page_title": use.page_title,
        "region": use.region,
        "heading": use.heading,
        "caption": use.caption,
        "link": without_secrets(use.link),
        "link_text": use.link_text,
        "button": use.button,
        "hidden": use.hidden,
        "functional": use.functional if use.tells_links else None,
        "before": use.before,
        "after": use.after,
        "alt": use.alt,
        "match": use.match,
    }
