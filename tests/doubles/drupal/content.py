"""What stands on the demonstration Drupal: accounts, and media and articles with real
or synthetic pictures."""

from __future__ import annotations

import copy
import random
import uuid as uuids
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.doubles.drupal.access import ADMIN, AUTHOR, EDITOR, MEDIA_ADMIN, VIEWER
from tests.doubles.drupal.kinds import TEXT_LONG
from tests.doubles.drupal.model import (
    Entity,
    File,
    State,
    Translation,
    User,
    iso,
    linkage,
)

START = 1_709_280_000
"""2024-03-01T08:00:00Z: the first item is as old as that, each later one an hour
younger."""
ACCOUNTS = {
    "admin": ADMIN,
    "editor": EDITOR,
    "author": AUTHOR,
    "mediaadmin": MEDIA_ADMIN,
    "viewer": VIEWER,
    "blocked": EDITOR,
}
PASSWORD = "{}-lab-pass"
TARGET = "drupal_internal__target_id"
_SPACE = uuids.UUID("6f9b1c1e-6f0e-4b0a-9a53-6b2f8e1d7c55")


def stable(*names: object) -> str:
    """A uuid that is the same at every start."""
    return str(uuids.uuid5(_SPACE, "/".join(map(str, names))))


def add_accounts(state: State) -> None:
    for uid, (name, may) in enumerate(ACCOUNTS.items(), 1):
        password = PASSWORD.format(name)
        state.users[name] = User(
            name, password, stable("user", name), uid, may, blocked=name == "blocked"
        )


@dataclass(frozen=True)
class Picture:
    """A picture for a file: bytes, and its width and height."""

    name: str
    data: bytes
    size: tuple[int, int]
    mime: str = "image/jpeg"


def add_file(state: State, picture: Picture, private: bool = False) -> File:
    fid = len(state.files) + 1
    scheme = "private" if private else "public"
    file = File(
        stable("file", fid),
        fid,
        f"{scheme}://2024-03/{picture.name}",
        picture.mime,
        picture.data,
        picture.size,
    )
    state.files[file.uuid] = file
    return file


def _common(language: str, original: bool, moment: int, status: bool) -> dict[str, Any]:
    return {
        "langcode": language,
        "status": status,
        "created": iso(moment),
        "changed": iso(moment),
        "default_langcode": original,
        "revision_translation_affected": True,
        "path": {"alias": None, "pid": None, "langcode": language},
    }


def media_text(
    file: File | None,
    name: str,
    alt: str | None,
    *,
    language: str = "en",
    original: bool = True,
    moment: int = START,
    status: bool = True,
    title: str | None = "",
    label: str | None = None,
    caption: str | None = None,
) -> Translation:
    """One translation of a media item."""
    width, height = file.size if file and file.size else (None, None)
    image = (
        None
        if file is None
        else linkage(file, alt=alt, title=title, width=width, height=height)
    )
    # The thumbnail's alt is a copy made now: no PATCH ever changes it (242).
    thumbnail = (
        None
        if file is None
        else linkage(file, alt=alt, title=None, width=width, height=height)
    )
    attributes = _common(language, original, moment, status) | {
        "name": name,
        "revision_created": iso(moment),
        "revision_log_message": None,
        "field_alt_source": label,
        "field_alt_reviewed": None,
        "field_caption": caption,
    }
    links = {
        "bundle": {
            "type": "media_type--media_type",
            "id": stable("media type"),
            "meta": {},
        },
        "revision_user": None,
        "uid": None,
        "thumbnail": thumbnail,
        "field_media_image": image,
    }
    return Translation(attributes, links)


def article_text(
    title: str,
    image: dict[str, Any] | None,
    gallery: list[dict[str, Any]],
    *,
    language: str = "en",
    original: bool = True,
    moment: int = START,
    status: bool = True,
    body: str = "",
    alias: str | None = None,
) -> Translation:
    """One translation of an article."""
    attributes = _common(language, original, moment, status) | {
        "title": title,
        "revision_timestamp": iso(moment),
        "revision_log": None,
        "promote": True,
        "sticky": False,
        "body": {"value": body, "format": "full_html", "summary": None},
    }
    attributes["path"]["alias"] = alias
    links = {
        "node_type": {
            "type": "node_type--node_type",
            "id": stable("node type"),
            "meta": {},
        },
        "revision_uid": None,
        "uid": None,
        "field_gallery": gallery,
        "field_image": image,
        "field_media": None,
        "field_tags": [],
    }
    return Translation(attributes, links)


def _fields(state: State, name: str) -> Iterator[tuple[str, Any]]:
    """The type's references, each empty: an item has them all (501)."""
    kind = state.types[name]
    for field in kind.relationships:
        many = field in kind.lists or kind.images.get(field, False)
        yield field, [] if many else None


def add(
    state: State, kind: str, translations: dict[str, Translation], owner: str = "author"
) -> Entity:
    """Put an entity on the site; the first translation is the original."""
    for text in translations.values():
        for field, empty in _fields(state, kind):
            text.relationships.setdefault(field, copy.copy(empty))
    number = state.number(kind.partition("--")[0])
    entity = Entity(
        kind,
        stable(kind, number),
        number,
        number,
        next(iter(translations)),
        translations,
        state.users[owner].uuid,
    )
    author = state.users[owner]
    mine = {"type": "user--user", "id": author.uuid, "meta": {TARGET: author.uid}}
    for translation in translations.values():
        if "uid" in translation.relationships:
            translation.relationships["uid"] = mine
    state.of(kind)[entity.uuid] = entity
    return entity


def add_media(
    state: State,
    picture: Picture,
    alt: str | None = "",
    *,
    name: str | None = None,
    owner: str = "author",
    private: bool = False,
    **more: Any,
) -> Entity:
    """A media item with its file. `more` goes to `media_text`."""
    file = add_file(state, picture, private)
    moment = START + 3600 * len(state.of("media--image"))
    return add(
        state,
        "media--image",
        {"en": media_text(file, name or picture.name, alt, moment=moment, **more)},
        owner,
    )


def add_synthetic(state: State, count: int, seed: int = 1) -> None:
    """`count` media items that share one grey picture in all but name: for runs over
    thousands."""
    rng = random.Random(seed)
    picture = grey()
    for number in range(1, count + 1):
        alt = rng.choice(
            [None, "", "", f"Picture number {number}, written by a person"]
        )
        add_media(
            state,
            Picture(
                f"synthetic-{number}.png", picture.data, picture.size, picture.mime
            ),
            alt,
        )


def add_shipped(state: State) -> None:
    """The pictures that ship with altsync: most without alt, a person's texts labelled
    so, one of an old model."""
    import io

    from PIL import Image

    from altsync.demo.pictures import shipped

    for image in shipped():
        data, mime = image.pixels()
        with Image.open(io.BytesIO(data)) as opened:
            size = opened.size
        label = None
        if image.alt:
            label = "human" if image.verified else "ai"
        picture = Picture(image.file.rpartition("/")[2], data, size, mime)
        add_media(
            state,
            picture,
            image.alt,
            name=image.title or image.name,
            label=label,
            caption=image.caption or None,
        )


def grey(width: int = 64, height: int = 48) -> Picture:
    """A small grey PNG with a box on it."""
    import io

    from PIL import Image

    out = io.BytesIO()
    picture = Image.new("RGB", (width, height), (120, 120, 120))
    picture.paste((250, 250, 250), (5, 5, 20, 20))
    picture.save(out, "PNG")
    return Picture("grey.png", out.getvalue(), (width, height), "image/png")


def image_field_settings(state: State) -> None:
    """field_config--field_config rows of the image fields: only administrators see them."""
    rows = [
        ("media", "image", "field_media_image"),
        ("node", "article", "field_image"),
        ("node", "article", "field_gallery"),
    ]
    state.others["field_config--field_config"] = [
        {
            "type": "field_config--field_config",
            "id": stable("field", *row),
            "attributes": {
                "entity_type": row[0],
                "bundle": row[1],
                "field_name": row[2],
                "field_type": "image",
                "settings": {
                    "alt_field": True,
                    "alt_field_required": row[2] != "field_gallery",
                },
            },
        }
        for row in rows
    ]


def add_text_field(state: State, kind: str, name: str, field_type: str) -> None:
    """A field of text on a type and on all its items, empty: `text_long`, `string_long` or
    `string` of 255 characters. What each takes and refuses was tried on a 10.6: a bare
    text passes everywhere, and stands without a format then (452)."""
    known = state.types[kind]
    more: dict[str, Any] = {"attributes": known.attributes | {name}}
    if field_type == "text_long":
        more["texts"] = {**known.texts, name: TEXT_LONG}
    else:
        more["strings"] = {**known.strings, name: field_type}
    if field_type == "string":
        more["longest"] = {**known.longest, name: (name, 255)}
    state.types[kind] = replace(known, **more)
    for entity in state.of(kind).values():
        for translation in entity.translations.values():
            translation.attributes.setdefault(name, None)
