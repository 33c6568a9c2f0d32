"""What `altsync init` and `Source.probe` find out about a Drupal: questions that change
nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from altsync.errors import (
    BadAnswer,
    NotThere,
    ReadOnly,
    Rejected,
    SourceError,
    Unreachable,
)
from altsync.sources.base import Note
from altsync.sources.jsonapi import permissions, rights, says, turned_away
from altsync.sources.jsonapi.client import Client
from altsync.sources.jsonapi.walk import condition, has_next, omitted, rows_of
from altsync.sources.kinds import JsonapiConfig

MOST = 100_000_000
"""No type has so many items: a site that shows one there shows one everywhere."""
NOBODY = "00000000-0000-4000-8000-000000000000"
"""A uuid that no item has: a PATCH of it can change nothing."""


def writes_on(client: Client, kind: str) -> bool | None:
    """Does the site's JSON:API accept writing? None where it does not tell.

    Read-only mode answers 405 to every unsafe method before it looks at anything else
    (332, 333); else an unknown item is 404 (283). OPTIONS answers alike in both (335,
    336).
    """
    data = {"data": {"type": kind, "id": NOBODY}}
    try:
        client.patch(client.url(kind, None, NOBODY), [(f"fields[{kind}]", "id")], data)
    except ReadOnly:
        return False
    except (NotThere, Rejected):
        return True
    except Unreachable:
        raise
    except SourceError:
        return None
    return None


def count(client: Client, kind: str, field: str | None) -> int:
    """How many entities have an image in `field`, as far as this login sees them; with
    None how many there are, hidden ones too.

    JSON:API counts nothing itself, so the end is looked for by halves, one row a
    request: about 25 for a million. The number of an image's file is asked for, not its
    uuid: that would leave out the files of others (904).
    """
    url = client.url(kind, None)
    present = (
        []
        if field is None
        else condition(
            "image", f"{field}.meta.drupal_internal__target_id", "IS NOT NULL", ""
        )[:2]
    )

    def beyond(offset: int) -> bool:
        query = [
            ("page[limit]", "1"),
            ("page[offset]", str(offset)),
            (f"fields[{kind}]", "id"),
            *present,
        ]
        document, _ = client.get(url, query)
        return bool(rows_of(document) or omitted(document)) or has_next(document)

    if not beyond(0):
        return 0
    low, high = 0, 64
    while beyond(high):
        if high > MOST:
            raise BadAnswer(
                f"The pages of {kind} do not end, so its items cannot be counted. Does"
                " a cache in front of the site ignore the query of an address?"
            )
        low, high = high, high * 4
    while high - low > 1:
        middle = (low + high) // 2
        if beyond(middle):
            low = middle
        else:
            high = middle
    return low + 1


def notes(
    client: Client, config: JsonapiConfig, fields: Mapping[str, Sequence[str]]
) -> list[Note]:
    """The configured site in sentences."""
    client.ready()
    found = [Note(True, f"JSON:API answers at {client.http.base}{client.prefix}.")]
    client.confirm()
    if config.login == "none":
        found.append(
            Note(
                False,
                "No login is configured: altsync can read here, and write nothing."
                f" {says.see('login')}",
            )
        )
    else:
        found.append(Note(True, f"Logged in as {turned_away.who(config)}."))
    writable = None
    for kind, names in fields.items():
        writable = writes_on(client, kind) if writable is None else writable
        for name in names:
            try:
                n = count(client, kind, name)
            except (Rejected, BadAnswer) as error:
                found.append(Note(False, f"{kind}.{name} cannot be read. {error}"))
                continue
            found.append(Note(n > 0, f"{kind}.{name}: {n:,} items with an image."))
    if writable is False:
        found.append(
            Note(
                False,
                "JSON:API is read-only here. Switch writing on."
                f" {says.see('read-only')}",
            )
        )
    elif writable:
        found.append(Note(True, "JSON:API accepts writes."))
    for language in config.languages:
        client.language_path(language)
        found.append(Note(True, f"The site answers in {language}."))
    if writable and config.login != "none":
        able = rights.look(client, fields, config.languages)
        found += permissions.notes(able, _looked_at_only(config, fields))
    return found


def _looked_at_only(
    config: JsonapiConfig, fields: Mapping[str, Sequence[str]]
) -> set[str]:
    """The types of which every field is read-only in altsync.toml."""
    return {
        kind
        for kind, names in fields.items()
        if all(f"{kind}.{name}" in config.read_only for name in names)
    }


def alternates(html: str) -> list[str]:
    """Languages that a page names in its `hreflang` links."""
    found = re.findall(r"""hreflang=["']([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)["']""", html)
    return list(dict.fromkeys(code.lower() for code in found))
