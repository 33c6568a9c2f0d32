"""Which fields of a type hold formatted texts, whoever asks.

    shown    an item that fills the field shows it: a value with a format
    asked    of a field that no item of a sample fills, the site tells (`properties`)

A field whose every text is empty holds no picture today; it is asked about all the same,
for the sample is a page of items in one language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from altsync.errors import ConfigError
from altsync.sources.jsonapi import naming, properties, says
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.content import may_hold_images
from altsync.sources.jsonapi.document import listed
from altsync.sources.jsonapi.in_text import is_formatted
from altsync.sources.jsonapi.sample import TypeSample
from altsync.sources.jsonapi.schema import Schema

MOST_QUESTIONS = 150
"""Questions about fields that no item of a sample fills, over all types."""
_CORES = re.compile(
    "(?:drupal_internal__|revision_|content_translation_|parent_).*"
    "|status|created|changed|langcode|default_langcode|path|metatag|title|name|info"
    "|moderation_state|weight|reusable|promote|sticky|timezone|mail|homepage|hostname"
)
"""Attributes of core's own, which are no texts."""


class TextFields:
    """The texts that altsync.toml asks for. Asks of each type once. Not thread-safe.

    Raises ConfigError for entries of another form."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._config = client.config
        self._named = naming.texts_of(client.config)
        self._left = MOST_QUESTIONS
        self.unasked: list[str] = []
        """Fields, as `type.field`, that were too many to ask about."""

    def kinds(self) -> list[str]:
        """The types with texts that altsync.toml asks for, also some that have none. The
        entry point has been read."""
        if self._named is not None:
            return list(self._named)
        return [kind for kind in self._client.paths if self._is_asked_for(kind, "")]

    def of(self, schema: Schema, seen: TypeSample) -> tuple[str, ...]:
        """The texts of a type of which this is a sample, as far as altsync.toml asks for
        them. Raises ConfigError for one of a name that is none, and SourceErrors that are
        about the whole site."""
        if self._named is not None:
            return self._checked(schema.kind, seen)
        if not self._is_asked_for(schema.kind, schema.entity):
            return ()
        names = dict.fromkeys(name for row in seen.rows for name in _attributes(row))
        return tuple(name for name in names if self._is_text(schema.kind, name, seen))

    def _is_asked_for(self, kind: str, entity: str) -> bool:
        """Where all texts are. What people write about themselves comes along with their
        pictures, or by name."""
        if "user" in (entity, kind.partition("--")[0]):
            return any(field.startswith(f"{kind}.") for field in self._config.fields)
        return may_hold_images(kind)

    def _checked(self, kind: str, seen: TypeSample) -> tuple[str, ...]:
        names = (self._named or {}).get(kind, ())
        for name in names:
            values = [_attributes(row).get(name) for row in seen.rows]
            if any(map(is_formatted, values)):
                continue
            if properties.is_text(self._client, kind, name) is False:
                raise ConfigError(_no_text(kind, name, seen))
        return names

    def _is_text(self, kind: str, name: str, seen: TypeSample) -> bool:
        values = [_attributes(row).get(name) for row in seen.rows]
        if any(map(is_formatted, values)):
            return True
        return self._is_open(name, values, seen) and self._asked(kind, name)

    def _is_open(self, name: str, values: list[Any], seen: TypeSample) -> bool:
        """The sample does not tell whether it is a text, and there may be one."""
        many = len(self._client.config.languages) > 1
        if any(map(listed, values)) or _CORES.fullmatch(name):
            return False
        return many or not seen.whole

    def _asked(self, kind: str, name: str) -> bool:
        if self._left <= 0:
            self.unasked.append(f"{kind}.{name}")
            return False
        self._left -= 1
        return properties.is_text(self._client, kind, name) is True


def _no_text(kind: str, name: str, seen: TypeSample) -> str:
    known = ", ".join(f"{kind}.{one}" for one in _formatted(seen))
    hint = f" It has {known}." if known else ""
    return (
        f"altsync.toml: jsonapi.texts names `{kind}.{name}`, which is no field with"
        f" formatted text.{hint} {says.see('texts')}"
    )


def _formatted(seen: TypeSample) -> Iterator[str]:
    names = dict.fromkeys(name for row in seen.rows for name in _attributes(row))
    for name in names:
        if any(is_formatted(_attributes(row).get(name)) for row in seen.rows):
            yield name


def _attributes(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return row.get("attributes") or {}
