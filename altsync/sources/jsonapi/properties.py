"""What a field is, asked without the rights of an administrator (section 11 of what was
read off a real Drupal: 482-501).

A filter that stops at a field is refused with 400, and the refusal names the properties
of the field, and so its type: to anybody, for empty fields too, and where no item is. An
include of what is no relationship is refused with the names of all relationships, as soon
as one item can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from altsync.errors import BadAnswer, NotAllowed, NotThere, Rejected
from altsync.sources.jsonapi import says
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.document import is_name

NOTHING = "altsync_probe"
"""A name that no relationship has."""
MOST = 500
"""Relationships of one type: Drupal's forms are unusable long before."""
_QUOTED = re.compile(r"`([^`\s]{1,128})`")
_NAMES = re.compile(r"Possible values: ([^\n]*?)\.?\s*\Z")
IMAGE = frozenset({"meta.alt", "meta.width", "meta.height"})
"""Properties that only an image field has all of: a file field has `meta.display`."""
TEXT = frozenset({"value", "format", "processed"})
"""Those of a formatted text, with a `summary` or without (484, 489-491)."""


def names_of(
    client: Client, kind: str, more: Sequence[tuple[str, str]] = ()
) -> list[str] | None:
    """The type's relationships, by their public names (497, 821); None where no item of
    the page that `more` asks for can be seen (500). Raises SourceErrors."""
    query = [("page[limit]", "1"), ("include", NOTHING), *more]
    answer = client.refusal(client.url(kind, None), query)
    if answer is None:
        return None
    for detail, _ in says.errors_of(answer):
        listed = _NAMES.search(detail)
        if listed:
            names = [name.strip() for name in listed[1].split(",")]
            return [name for name in names if is_name(name)][:MOST]
    return []


def is_image(client: Client, kind: str, field: str) -> bool | None:
    """Is the field one of images? None where the site does not tell, as of a field that
    this login may not read."""
    return _has_all(client, kind, field, IMAGE)


def is_text(client: Client, kind: str, field: str) -> bool | None:
    """Is the field one of formatted texts, filled or not? None where the site does not
    tell; a text without formats has no properties (475)."""
    return _has_all(client, kind, field, TEXT)


def _has_all(
    client: Client, kind: str, field: str, wanted: frozenset[str]
) -> bool | None:
    query = [("page[limit]", "1"), (f"filter[{field}]", "x")]
    try:
        answer = client.refusal(client.url(kind, None), query)
    except (Rejected, NotAllowed, NotThere, BadAnswer):
        return None
    if answer is None:
        return False  # it was filtered by its value: it has no properties
    said = " ".join(detail for detail, _ in says.errors_of(answer))
    return set(_QUOTED.findall(said)) >= wanted


def has(client: Client, kind: str, field: str) -> bool:
    """The type has a field of this name, of more than one property, filled or not, for
    whoever may read it or not (485, 493). Raises SourceErrors where it cannot be asked.
    """
    query = [("page[limit]", "1"), (f"filter[{field}]", "x")]
    answer = client.refusal(client.url(kind, None), query)
    if answer is None:
        return False
    details = [detail for detail, _ in says.errors_of(answer)]
    return not any("does not exist" in detail for detail in details)
