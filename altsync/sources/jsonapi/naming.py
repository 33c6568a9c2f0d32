"""The names that altsync gives: of fields in altsync.toml, and in ids of images. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from altsync.errors import ConfigError, NotThere
from altsync.sources.kinds import JsonapiConfig


def by_type(fields: Sequence[str], key: str = "fields") -> dict[str, tuple[str, ...]]:
    """["media--image.field_x", ...] -> type -> fields. Raises ConfigError for an entry
    of another form, naming the `key` of altsync.toml that holds it."""
    found: dict[str, list[str]] = {}
    for entry in fields:
        kind, dot, name = entry.partition(".")
        if not kind or not dot or not name or "." in name or "/" in entry:
            raise ConfigError(
                f'altsync.toml: jsonapi.{key} holds "{entry}". Write the type and the'
                ' field, such as "media--image.field_media_image".'
            )
        found.setdefault(kind, [])
        if name not in found[kind]:
            found[kind].append(name)
    return {kind: tuple(names) for kind, names in found.items()}


def texts_of(config: JsonapiConfig) -> dict[str, tuple[str, ...]] | None:
    """Type -> the fields with texts that altsync.toml names; None where it asks for all
    that there are. Raises ConfigError for an entry of another form, and for a field that
    is named as one of images, too: it is of one kind."""
    if isinstance(config.texts, bool):
        return None if config.texts else {}
    found = by_type(config.texts, "texts")
    for entry in config.texts:
        if entry in config.fields:
            raise ConfigError(
                f'altsync.toml: jsonapi.fields and jsonapi.texts both hold "{entry}". A'
                " field holds images or formatted text: take it out of one of them."
            )
    return found


def parsed(image_id: str) -> tuple[str, str, str | None]:
    """(type, number, language) of an id. Raises NotThere for an id of another form."""
    album, _, name = image_id.partition("/")
    kind, _, _ = album.partition(".")
    parts = name.split(".")
    if not kind or len(parts) < 3:
        raise NotThere(
            f"{image_id} is no image id of a JSON:API site, such as"
            " media--image.field_media_image/10.en.10."
        )
    return kind, parts[0], None if parts[1] in ("und", "zxx") else parts[1]


def field_of(album: str) -> str:
    """The field that an album's name says: `media--image.field_x` -> `field_x`."""
    return album.partition(".")[2]
